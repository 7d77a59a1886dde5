"""What a status is worth once the manifest's thresholds and earlier runs are taken into account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scorm.cmi_result import ScormResult


def apply_mastery(result: ScormResult, mastery: float | None, *, credit: str = "credit") -> ScormResult:
    """SCORM 1.2: the mastery score (0..100) decides on passed or failed as soon as there is a raw score.

    A lesson that says it is incomplete stays so, and a run without credit is left alone (1.2 RTE 3.4.2).
    """
    if mastery is None or credit != "credit" or result.score_raw is None or result.completion == "incomplete":
        return result
    if result.score_raw >= mastery:
        return replace(result, success="passed", completion="completed")
    return replace(result, success="failed")


def apply_thresholds(
    result: ScormResult, *, scaled_passing_score: float | None = None, completion_threshold: float | None = None
) -> ScormResult:
    """SCORM 2004: a measure and its threshold override the status the content gave (4th RTE 4.2.4.1, 4.2.22.1).

    Without a measure the content's own status stands: content that never scores would otherwise never be done.
    """
    if scaled_passing_score is not None and result.score_scaled is not None:
        result = replace(result, success="passed" if result.score_scaled >= scaled_passing_score else "failed")
    if completion_threshold is not None and result.progress_measure is not None:
        done = result.progress_measure >= completion_threshold
        result = replace(result, completion="completed" if done else "incomplete")
    return result


def merge(earlier: ScormResult, later: ScormResult) -> ScormResult:
    """The later run, without undoing what the earlier one won.

    A lesson completed stays completed and a pass stays a pass, with the score that won it unless a later pass scored
    higher; the longest total time counts. Place, suspended data, exit and lists are the later run's.
    """
    completion = "completed" if earlier.completion == "completed" else later.completion
    if completion in {"unknown", "not attempted"}:
        completion = earlier.completion if earlier.completion != "unknown" else later.completion
    success = earlier.success if earlier.success == "passed" or later.success == "unknown" else later.success
    best = earlier if _keeps_score(earlier, later) else later
    measures = [measure for measure in (earlier.progress_measure, later.progress_measure) if measure is not None]
    return replace(
        later,
        completion=completion,
        success=success,
        score_scaled=best.score_scaled,
        score_raw=best.score_raw,
        score_min=best.score_min,
        score_max=best.score_max,
        progress_measure=max(measures, default=None),
        total_seconds=max(earlier.total_seconds, later.total_seconds),
    )


def _keeps_score(earlier: ScormResult, later: ScormResult) -> bool:
    if earlier.success == "passed" and later.success != "passed":
        return earlier.score_scaled is not None or earlier.score_raw is not None
    if earlier.score_scaled is not None or later.score_scaled is not None:
        return _value(earlier.score_scaled) > _value(later.score_scaled)
    return _value(earlier.score_raw) > _value(later.score_raw)


def _value(score: float | None) -> float:
    return float("-inf") if score is None else score
