"""A course folder in a ZIP: what Bouquet hands out as the source of a course, or any folder of the format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from courses.files import BadCourseZipError, zip_files
from courses.provenance import read_provenance
from lms.contracts import Importer, Refusal
from lms.contracts.exchange import Imported
from scorm.archive import ArchiveError, open_archive

if TYPE_CHECKING:
    from pathlib import Path

PROVENANCE = "bouquet.json"
MAX_PROVENANCE = 2 * 2**20


class CourseZipImporter(Importer):
    name: ClassVar[str] = "course_zip"
    label: ClassVar[dict[str, str]] = {"fr": "Dossier de cours (ZIP)", "en": "Course folder (ZIP)"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Un cours écrit ailleurs ou la source d'un cours de Bouquet.",
        "en": "A course written elsewhere, or the source of a Bouquet course.",
    }

    def recognises(self, path: Path) -> bool:
        """A ``course.yaml`` at the top or in the only folder, and no package around it."""
        try:
            with open_archive(path) as archive:
                names = archive.names
        except ArchiveError:
            return False
        if "imsmanifest.xml" in names or "source/course.yaml" in names:
            return False
        return any(name == "course.yaml" or (name.endswith("/course.yaml") and name.count("/") == 1) for name in names)

    def read(self, path: Path) -> Imported:
        try:
            files = zip_files(path)
        except BadCourseZipError as error:
            raise Refusal(error.problem.message["fr"], error.problem.message["en"]) from error
        small = PROVENANCE in files and files.size(PROVENANCE) <= MAX_PROVENANCE
        provenance = _provenance(files[PROVENANCE] if small else b"")
        files.members = {path: name for path, name in files.members.items() if path != PROVENANCE}
        return Imported(files, provenance)


def _provenance(data: bytes) -> dict[str, object]:
    try:
        found = read_provenance(json.loads(data)) if data else None
    except (ValueError, RecursionError):
        found = None
    return found.as_dict() if found else {}
