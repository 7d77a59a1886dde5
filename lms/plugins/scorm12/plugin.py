"""SCORM 1.2: the format that every LMS takes."""

from __future__ import annotations

from typing import Any, ClassVar

from courses.packaging import Provenance, pack
from lms.contracts import Exporter
from lms.contracts.exchange import Exported


class Scorm12Exporter(Exporter):
    name: ClassVar[str] = "scorm12"
    label: ClassVar[dict[str, str]] = {"fr": "SCORM 1.2", "en": "SCORM 1.2"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Un paquet pour Moodle et toutes les plateformes, avec sa source dedans.",
        "en": "A package for Moodle and every platform, with its source inside.",
    }
    of: ClassVar[str] = "course"

    def export(self, source: Any, **options: Any) -> Exported:
        """``source``: (Course, files). Options: those of ``courses.packaging.pack``."""
        course, files = source
        module: str | None = options.get("module")
        provenance = options.get("provenance") or Provenance(hub="", version="0")
        chunks = pack(
            course, files, module=module, format="scorm12", provenance=provenance,
            include_source=options.get("include_source", True), by_module=options.get("by_module", False),
        )  # fmt: skip
        stem = "-".join(part for part in (course.id, module, f"v{provenance.version}") if part)
        return Exported(f"{stem}-scorm12.zip", "application/zip", chunks)
