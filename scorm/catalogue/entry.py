"""What a rule of the conformance report is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["error", "warning", "note"]

_BEFORE: Final = re.compile(r" ([:;!?»])")
ARCHIVE: Final = "SCORM 1.2 CAM 2.3; SCORM 2004 4th CAM 3.3"
MANIFEST: Final = "SCORM 1.2 CAM 2.3; SCORM 2004 4th CAM 3.4.1"
INTERFACE: Final = "SCORM 1.2 RTE 3.3; SCORM 2004 4th RTE 3.2"
METADATA: Final = "SCORM 1.2 CAM 2.2; SCORM 2004 4th CAM 4.2"


@cache
def french(sentence: str) -> str:
    """The sentence with no-break spaces inside « » and before : ; ! ?"""
    return _BEFORE.sub("\u00a0\\1", sentence).replace("« ", "«\u00a0")


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in both languages of the interface."""

    fr: str
    en: str

    def text(self, lang: str) -> str:
        """The French sentence for ``fr`` and its regional variants, the English one for anything else."""
        return self.fr if lang.lower().startswith("fr") else self.en


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule; its sentences have ``{names}`` to fill in.

    ``error``: it will not work or is not conformant; ``warning``: it will fail somewhere, and the sentence names where;
    ``note``: good to know. ``clause`` is the document and section of the standard that the rule comes from.
    """

    severity: Severity
    clause: str
    fr: str
    en: str
    cure_fr: str
    cure_en: str

    def message(self, values: Mapping[str, object]) -> Message:
        return Message(french(self.fr).format(**values), self.en.format(**values))

    def cure(self, values: Mapping[str, object]) -> Message:
        return Message(french(self.cure_fr).format(**values), self.cure_en.format(**values))
