"""The run-time data model of SCORM 1.2 and 2004: what a browser sends -> one ScormResult, every value checked.

A commit comes from a browser and can be forged: each value is judged on its own, the good ones are kept, the others
are named. Nothing here trusts a status over the thresholds of the manifest: see ``apply_mastery`` and
``apply_thresholds``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from scorm import cmi_values as v
from scorm.cmi_elements import CmiLimits, place_of
from scorm.cmi_launch import close_session, initial_data
from scorm.cmi_result import (
    Comment,
    CommitRead,
    Completion,
    InteractionResult,
    ObjectiveResult,
    Preferences,
    Refused,
    Score,
    ScormResult,
    SharedData,
    Success,
)
from scorm.cmi_rows import comments_of, interactions_of, objectives_of, score_of, status_12
from scorm.cmi_status import apply_mastery, apply_thresholds, merge

if TYPE_CHECKING:
    from scorm.cmi_rows import Rows
    from scorm.model import Standard

__all__ = [
    "CmiLimits",
    "Comment",
    "CommitRead",
    "Completion",
    "InteractionResult",
    "ObjectiveResult",
    "Preferences",
    "Refused",
    "Score",
    "ScormResult",
    "SharedData",
    "Success",
    "apply_mastery",
    "apply_thresholds",
    "close_session",
    "initial_data",
    "merge",
    "read_commit",
]

_DEFAULT_LIMITS: Final = CmiLimits()
_MAX_DEPTH: Final = 8
_ENTRIES: Final = {"cmi.core.entry", "cmi.entry"}
_RESPONSES: Final = {
    "1.2": (v.response_12, "student_response"),
    "2004": (v.response_2004, "learner_response"),
}


def read_commit(
    standard: Standard,
    data: Mapping[str, Any],
    *,
    state: Mapping[str, str] | None = None,
    limits: CmiLimits = _DEFAULT_LIMITS,
) -> CommitRead:
    """Judge one commit, a whole snapshot of the run: flat (``{"cmi.core.exit": …}``) or nested (``{"cmi": {…}}``).

    ``state`` is what the attempt kept so far; only its total time is used. Never raises on what ``data`` holds: values
    that are not what the standard asks for are in ``refused`` and nowhere else.
    """
    reading = _Reading(standard, limits)
    for count, (name, value) in enumerate(_flat(data)):
        if count >= limits.elements:
            reading.refuse(name, "", "too-many")
            break
        reading.take(name, value)
    reading.check_responses()
    if standard == "2004":
        reading.check_objectives()
    total = "cmi.core.total_time" if standard == "1.2" else "cmi.total_time"
    before = (state or {}).get(total, "")
    if before:
        reading.kept[total] = before
    earlier = v.seconds_of(before) or 0.0
    result = _result_12(reading, earlier) if standard == "1.2" else _result_2004(reading, earlier)
    return CommitRead(result, tuple(reading.refused), reading.kept, tuple(reading.beyond))


def _flat(data: Mapping[str, Any]) -> list[tuple[str, Any]]:
    if not any(isinstance(value, (Mapping, list)) for value in data.values()):
        return list(data.items())
    found: list[tuple[str, Any]] = []
    _flatten("", data, found, 0)
    return found


def _flatten(prefix: str, value: Any, found: list[tuple[str, Any]], depth: int) -> None:
    parts: Any = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else None
    if parts is None or depth > _MAX_DEPTH:
        found.append((prefix, value))
        return
    for key, inner in parts:
        _flatten(f"{prefix}.{key}" if prefix else str(key), inner, found, depth + 1)


class _Reading:
    """The values of one commit, sorted into kept and refused."""

    def __init__(self, standard: Standard, limits: CmiLimits) -> None:
        self.standard = standard
        self.limits = limits
        self.suspend_cap = limits.suspend_data_12 if standard == "1.2" else limits.suspend_data_2004
        self.kept: dict[str, str] = {}
        self.refused: list[Refused] = []
        self.beyond: list[str] = []
        self.rows: dict[str, Rows] = {}
        self.entry = ""

    def refuse(self, name: str, value: Any, rule: str) -> None:
        shown = "…" if isinstance(value, (Mapping, list)) else str(value)[:80]
        self.refused.append(Refused(name[:200], shown, rule))

    def take(self, name: str, value: Any) -> None:
        element, group, row, rest = place_of(self.standard, name)
        if value is None or (value == "" and not (element and element.empty_counts)):
            return  # the run time sends every element it knows, set or not
        if element is None:
            self.refuse(name, value, "unknown-element")
            return
        if not element.writable:
            self._take_read_only(name, value, group, row, rest)
            return
        if type(value) is not str:
            if type(value) not in (int, float):
                self.refuse(name, value, "not-text")
                return
            value = str(value)
        rule = self._judge(name, value, element.check, element.minimum, element.cap or self.suspend_cap)
        if not rule and row >= self.limits.records:
            rule = "too-many"
        if rule:
            self.refuse(name, value, rule)
            return
        self.kept[name] = value
        if group:
            self.rows.setdefault(group, {}).setdefault(row, {})[rest] = value

    def _take_read_only(self, name: str, value: Any, group: str, row: int, rest: str) -> None:
        """Refused, but for what it tells: how the run was entered, which bucket of shared data a text belongs to."""
        if name in _ENTRIES and value in {"ab-initio", "resume"}:
            self.entry = value
        if group == "adl.data" and type(value) is str and not v.long_identifier(value):
            self.rows.setdefault(group, {}).setdefault(row, {})[rest] = value
        self.refuse(name, value, "read-only")

    def _judge(self, name: str, value: str, check: v.Check | None, minimum: int, cap: int) -> str:
        if len(value) > cap:
            return "too-long"
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            return "unreadable"  # half a character: no database takes it
        if "\x00" in value:
            return "unreadable"
        rule = check(value) if check is not None else ""
        if not rule and minimum and len(value) > minimum:
            self.beyond.append(name)
        return rule

    def check_responses(self) -> None:
        """Drop the responses and patterns that do not fit the type their interaction announces."""
        judge, response = _RESPONSES[self.standard]
        for row, fields in self.rows.get("cmi.interactions", {}).items():
            kind = fields.get("type", "")
            for rest in [rest for rest in fields if rest == response or rest.endswith(".pattern")]:
                if kind and fields[rest] and judge(kind, fields[rest]):
                    name = f"cmi.interactions.{row}.{rest}"
                    self.refuse(name, fields.pop(rest), "response")
                    del self.kept[name]

    def check_objectives(self) -> None:
        """Drop an identifier that an earlier objective has already (2004 4th RTE 4.2.17)."""
        seen: set[str] = set()
        for row, fields in sorted(self.rows.get("cmi.objectives", {}).items()):
            identifier = fields.get("id")
            if identifier in seen:
                name = f"cmi.objectives.{row}.id"
                self.refuse(name, fields.pop("id"), "duplicate")
                del self.kept[name]
            elif identifier is not None:
                seen.add(identifier)

    def preferences(self, prefix: str, audio: str, speed: str, captions: str) -> Preferences:
        said = self.kept.get(prefix + captions)
        return Preferences(
            audio=self.number(prefix + audio),
            language=self.kept.get(prefix + "language", ""),
            speed=self.number(prefix + speed),
            captions=None if said is None else int(said),
        )

    def number(self, name: str) -> float | None:
        text = self.kept.get(name)
        return float(text) if text else None


def _result_12(reading: _Reading, earlier: float) -> ScormResult:
    kept = reading.kept
    completion, success = status_12(kept.get("cmi.core.lesson_status", ""))
    score = score_of(kept, "cmi.core.score.", scaled_from_raw=True)
    session = v.seconds_of(kept.get("cmi.core.session_time", "")) or 0.0
    comments = kept.get("cmi.comments", "")
    return ScormResult(
        completion=completion,
        success=success,
        score_scaled=score.scaled,
        score_raw=score.raw,
        score_min=score.min,
        score_max=score.max,
        location=kept.get("cmi.core.lesson_location", ""),
        suspend_data=kept.get("cmi.suspend_data", ""),
        session_seconds=session,
        total_seconds=earlier + session,
        exit=kept.get("cmi.core.exit", ""),
        entry=reading.entry,
        objectives=objectives_of("1.2", reading.rows.get("cmi.objectives", {})),
        interactions=interactions_of("1.2", reading.rows.get("cmi.interactions", {})),
        comments=(Comment(comments),) if comments else (),
        preferences=reading.preferences("cmi.student_preference.", "audio", "speed", "text"),
    )


def _result_2004(reading: _Reading, earlier: float) -> ScormResult:
    kept = reading.kept
    score = score_of(kept, "cmi.score.", scaled_from_raw=False)
    session = v.seconds_of(kept.get("cmi.session_time", "")) or 0.0
    completion: Any = kept.get("cmi.completion_status", "unknown")
    success: Any = kept.get("cmi.success_status", "unknown")
    return ScormResult(
        completion=completion,
        success=success,
        score_scaled=score.scaled,
        score_raw=score.raw,
        score_min=score.min,
        score_max=score.max,
        progress_measure=reading.number("cmi.progress_measure"),
        location=kept.get("cmi.location", ""),
        suspend_data=kept.get("cmi.suspend_data", ""),
        session_seconds=session,
        total_seconds=earlier + session,
        exit=kept.get("cmi.exit", ""),
        entry=reading.entry,
        objectives=objectives_of("2004", reading.rows.get("cmi.objectives", {})),
        interactions=interactions_of("2004", reading.rows.get("cmi.interactions", {})),
        comments=comments_of(reading.rows.get("cmi.comments_from_learner", {})),
        preferences=reading.preferences("cmi.learner_preference.", "audio_level", "delivery_speed", "audio_captioning"),
        nav_request=kept.get("adl.nav.request", ""),
        shared_data=tuple(
            SharedData(fields.get("id", ""), fields.get("store", ""))
            for _, fields in sorted(reading.rows.get("adl.data", {}).items())
        ),
    )
