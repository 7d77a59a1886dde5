"""The evidence pack of a session as one ZIP that opens, and is verified, without Bouquet."""

from __future__ import annotations

from typing import Any, ClassVar

from lms.contracts.exchange import Exported, Exporter
from lms.plugins.evidence_zip.pack import build_pack
from lms.quality.rnq import safe_name
from scorm.package import write_package


class EvidenceZip(Exporter):
    """Options: ``audit_on`` (date), ``identities``, ``documents``, ``signatures`` and ``reason`` (see ``pack.build_pack``)."""

    name: ClassVar[str] = "evidence_zip"
    label: ClassVar[dict[str, str]] = {"fr": "Dossier de preuves (ZIP)", "en": "Evidence pack (ZIP)"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Tout ce que la session prouve, indicateur par indicateur, vérifiable hors ligne.",
        "en": "All that the session proves, indicator by indicator, verifiable offline.",
    }
    of: ClassVar[str] = "session"

    def export(self, source: Any, **options: Any) -> Exported:
        """The pack of these facts (``quality.queries.session_facts``): the same facts give the same bytes."""
        pack = build_pack(source, **options)
        name = f"dossier_{safe_name(source['session']['reference'])}_{options['audit_on'].isoformat()}.zip"
        return Exported(name, "application/zip", write_package(pack.entries.items()))
