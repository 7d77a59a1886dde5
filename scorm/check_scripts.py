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
_INITIALIZE: Final = re.compile(rb"Initiali[sz]e\b")
_FINISH: Final = re.compile(rb"(?:LMSFinish|\bFinish|Terminate)\b")
_STATUS: Final = re.compile(
    rb"lesson_status|completion_status|success_status|completionStatus|setComplet|reachedEnd", re.IGNORECASE
)
_UNLOAD: Final = re.compile(rb"\bon(before)?unload\b|[\"'](before)?unload[\"']|\)\.unload\(", re.IGNORECASE)
_LEAVING: Final = re.compile(rb"pagehide|visibilitychange", re.IGNORECASE)
_SAVES: Final = re.compile(rb"LMSFinish|LMSCommit|Terminate|Commit\b|finish|quit|exit|save|unload\w*\(", re.IGNORECASE)
_SYNC: Final = re.compile(
    rb"\.open\(\s*[\"'](?:GET|POST|PUT|HEAD)[\"']\s*,[^;{}]{1,300}?,\s*(?:false|!1)\s*[,)]|\basync\s*:\s*(?:false|!1)\b"
)
_LIBRARY: Final = re.compile(r"(^|/)(jquery|bootstrap|modernizr|prototype)[\w.\-]*\.js$", re.IGNORECASE)
_DEPTH: Final = re.compile(
    rb"(?:tries|attempts|depth|levels?)\w{0,20}\s{0,4}(?:>=?|<=?|===?)\s{0,4}(\d{1,3})\b"
    rb"|max\w{0,20}(?:tries|attempts|depth|levels?)\w{0,20}\s{0,4}[=:]\s{0,4}(\d{1,3})\b",
    re.IGNORECASE,
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
        api_12 = _API_12.search(data) is not None
        api_2004 = _API_2004.search(data) is not None
        self.api_12 = self.api_12 or api_12
        self.api_2004 = self.api_2004 or api_2004
        self.initialize = self.initialize or _INITIALIZE.search(data) is not None
        self.finish = self.finish or _FINISH.search(data) is not None
        self.status = self.status or _STATUS.search(data) is not None
        self.leaving = self.leaving or _LEAVING.search(data) is not None
        unload = None if self.unload else _UNLOAD.search(data)
        if unload and _SAVES.search(data):
            self.unload = _place(name, data, unload.start()), unload[0].strip(b"\"').(").decode("ascii")
        for match in () if _LIBRARY.search(name) else _SYNC.finditer(data):
            self.synchronous.append(_place(name, data, match.start()))
        if api_12 or api_2004:
            for match in _DEPTH.finditer(data):
                levels = int(match[1] or match[2])
                if 0 < levels <= _SHALLOW:
                    self.shallow.append((_place(name, data, match.start()), levels))

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
