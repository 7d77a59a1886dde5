"""What scripts do with the run-time interface, as far as their text tells.

Names of methods and data-model elements survive minifiers, so a text is enough to say that something is never done;
that it is done at the right moment, only running it can say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from scorm.report import Where

if TYPE_CHECKING:
    from scorm.report import Findings

_API_12: Final = re.compile(rb"\bAPI\b")
_API_2004: Final = re.compile(rb"\bAPI_1484_11\b")
_FINISH: Final = re.compile(rb"(?:LMSFinish|\bFinish|Terminate)\b")
_STATUS: Final = (
    b"lesson_status",
    b"completion_status",
    b"success_status",
    b"completionstatus",
    b"setcomplet",
    b"reachedend",
)
_UNLOAD: Final = re.compile(rb"\bon(?:before)?unload\b|[\"'](?:before)?unload[\"']|\)\.unload\(")
_LEAVING: Final = (b"pagehide", b"visibilitychange")
_SAVES: Final = (b"finish", b"commit", b"terminate", b"quit", b"exit", b"save")
_SYNC: Final = re.compile(
    rb"\.open\(\s*[\"'](?:GET|POST|PUT|HEAD)[\"']\s*,[^;{}]{1,300}?,\s*(?:false|!1)\s*[,)]|\basync\s*:\s*(?:false|!1)\b"
)
_LIBRARY: Final = re.compile(r"(^|/)(jquery|bootstrap|modernizr|prototype)[\w.\-]*\.js$", re.IGNORECASE)
_DEPTH: Final = re.compile(
    rb"(?:tries|attempts|depth|levels?)\w{0,20}\s{0,4}(?:>=?|<=?|===?)\s{0,4}(\d{1,3})\b"
    rb"|max\w{0,20}(?:tries|attempts|depth|levels?)\w{0,20}\s{0,4}[=:]\s{0,4}(\d{1,3})\b"
)
_SHALLOW: Final = 10


@dataclass(slots=True)
class Signs:
    """What was seen in the pages and scripts of a package so far."""

    api_12: bool = False
    api_2004: bool = False
    initialize: bool = False
    finish: bool = False
    status: bool = False
    leaving: bool = False
    unload: tuple[Where, str] | None = None
    synchronous: list[Where] = field(default_factory=list)
    shallow: list[tuple[Where, int]] = field(default_factory=list)

    def look(self, name: str, data: bytes) -> None:
        """Take in one page or script."""
        low = data.lower()  # plain searches in one lowered copy are far quicker than patterns that ignore case
        api_12 = b"API" in data and _API_12.search(data) is not None
        api_2004 = b"API_1484_11" in data and _API_2004.search(data) is not None
        self.api_12 = self.api_12 or api_12
        self.api_2004 = self.api_2004 or api_2004
        self.initialize = self.initialize or b"Initialize" in data or b"Initialise" in data
        self.finish = self.finish or _FINISH.search(data) is not None
        self.status = self.status or any(word in low for word in _STATUS)
        self.leaving = self.leaving or any(word in low for word in _LEAVING)
        self._look_for_unload(name, low)
        if b".open(" in data or b"async" in data:
            for match in () if _LIBRARY.search(name) else _SYNC.finditer(data):
                self.synchronous.append(_place(name, data, match.start()))
        if api_12 or api_2004:
            for match in _DEPTH.finditer(low):
                levels = int(match[1] or match[2])
                if 0 < levels <= _SHALLOW:
                    self.shallow.append((_place(name, data, match.start()), levels))

    def _look_for_unload(self, name: str, low: bytes) -> None:
        if self.unload or b"unload" not in low or not any(word in low for word in _SAVES):
            return
        match = _UNLOAD.search(low)
        if match:
            self.unload = _place(name, low, match.start()), match[0].strip(b"\"').(").decode("ascii")

    def report(self, findings: Findings) -> None:
        """Add what these signs mean on their own."""
        if self.unload and not self.leaving:
            where, event = self.unload
            findings.add("runtime-unload-only", where, event=event)
        for where in self.synchronous:
            findings.add("runtime-sync-request", where)
        for where, levels in self.shallow:
            findings.add("runtime-depth", where, levels=levels)


def _place(name: str, data: bytes, at: int) -> Where:
    return Where(name, data.count(b"\n", 0, at) + 1, "script")
