"""Every rule of the conformance report: how grave it is, what it says, how to cure it, where the standard says so.

Names are stable: programs and people keep them. ``docs/reference/scorm-rules.md`` is written from here.
"""

from __future__ import annotations

from typing import Final

from scorm.catalogue.archive import ARCHIVE_RULES
from scorm.catalogue.content import CONTENT_RULES
from scorm.catalogue.entry import Entry, Message, Severity
from scorm.catalogue.manifest import MANIFEST_RULES
from scorm.catalogue.metadata import METADATA_RULES
from scorm.catalogue.portability import PORTABILITY_RULES
from scorm.catalogue.resources import RESOURCE_RULES
from scorm.catalogue.runtime import RUNTIME_RULES
from scorm.catalogue.sequencing import SEQUENCING_RULES

__all__ = ["CATALOGUE", "CHAPTERS", "Entry", "Message", "Severity"]

CHAPTERS: Final[dict[str, dict[str, Entry]]] = {
    "archive": ARCHIVE_RULES,
    "manifest": MANIFEST_RULES,
    "resources": RESOURCE_RULES,
    "sequencing": SEQUENCING_RULES,
    "metadata": METADATA_RULES,
    "runtime": RUNTIME_RULES,
    "content": CONTENT_RULES,
    "portability": PORTABILITY_RULES,
}
CATALOGUE: Final[dict[str, Entry]] = {rule: entry for rules in CHAPTERS.values() for rule, entry in rules.items()}
