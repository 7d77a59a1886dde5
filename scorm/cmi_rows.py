"""The lists of a commit (objectives, interactions, comments) and its scores -> typed results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scorm import cmi_values as v
from scorm.cmi_result import Comment, Completion, InteractionResult, ObjectiveResult, Score, Success

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scorm.model import Standard

Rows = dict[int, dict[str, str]]  # the fields of each row, by its index

_STATUS_12: Final[dict[str, tuple[Completion, Success]]] = {
    "passed": ("completed", "passed"),
    "completed": ("completed", "unknown"),
    "failed": ("unknown", "failed"),
    "incomplete": ("incomplete", "unknown"),
    "browsed": ("incomplete", "unknown"),
    "not attempted": ("not attempted", "unknown"),
}


def status_12(status: str) -> tuple[Completion, Success]:
    """Completion and success behind a ``lesson_status`` (1.2 RTE 3.4.2)."""
    return _STATUS_12.get(status, ("unknown", "unknown"))


def _number(fields: Mapping[str, str], name: str) -> float | None:
    text = fields.get(name)
    return float(text) if text else None


def score_of(fields: Mapping[str, str], prefix: str, *, scaled_from_raw: bool) -> Score:
    """The score under ``prefix``; in 1.2 ``scaled`` is raw between min (else 0) and max (else 100)."""
    raw = _number(fields, prefix + "raw")
    low = _number(fields, prefix + "min")
    high = _number(fields, prefix + "max")
    if not scaled_from_raw:
        return Score(_number(fields, prefix + "scaled"), raw, low, high)
    bottom, top = low or 0.0, 100.0 if high is None else high
    scaled = None if raw is None or top <= bottom else min(max((raw - bottom) / (top - bottom), 0.0), 1.0)
    return Score(scaled, raw, low, high)


def objectives_of(standard: Standard, rows: Rows) -> tuple[ObjectiveResult, ...]:
    return tuple(_objective(standard, rows[index]) for index in sorted(rows))


def _objective(standard: Standard, fields: Mapping[str, str]) -> ObjectiveResult:
    score = score_of(fields, "score.", scaled_from_raw=standard == "1.2")
    if standard == "1.2":
        completion, success = status_12(fields.get("status", ""))
        return ObjectiveResult(fields.get("id", ""), score, success, completion)
    said_success: Any = fields.get("success_status", "unknown")
    said_completion: Any = fields.get("completion_status", "unknown")
    return ObjectiveResult(
        id=fields.get("id", ""),
        score=score,
        success=said_success,
        completion=said_completion,
        progress_measure=_number(fields, "progress_measure"),
        description=fields.get("description", ""),
    )


def interactions_of(standard: Standard, rows: Rows) -> tuple[InteractionResult, ...]:
    when, answer = ("time", "student_response") if standard == "1.2" else ("timestamp", "learner_response")
    return tuple(_interaction(rows[index], when, answer) for index in sorted(rows))


def _interaction(fields: Mapping[str, str], when: str, answer: str) -> InteractionResult:
    return InteractionResult(
        id=fields.get("id", ""),
        type=fields.get("type", ""),
        timestamp=fields.get(when, ""),
        objectives=_listed(fields, "objectives."),
        correct_patterns=_listed(fields, "correct_responses."),
        learner_response=fields.get(answer, ""),
        result=fields.get("result", ""),
        weighting=_number(fields, "weighting"),
        latency=v.seconds_of(fields.get("latency", "")),
        description=fields.get("description", ""),
    )


def _listed(fields: Mapping[str, str], prefix: str) -> tuple[str, ...]:
    found = [(int(name.split(".")[1]), value) for name, value in fields.items() if name.startswith(prefix)]
    return tuple(value for _, value in sorted(found))


def comments_of(rows: Rows) -> tuple[Comment, ...]:
    return tuple(
        Comment(fields.get("comment", ""), fields.get("location", ""), fields.get("timestamp", ""))
        for _, fields in sorted(rows.items())
    )
