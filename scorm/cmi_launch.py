"""What the run time is given when a learner opens a lesson, for the first time or again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorm import cmi_values as v
from scorm.cmi_elements import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scorm.model import Standard


def close_session(standard: Standard, state: Mapping[str, str]) -> dict[str, str]:
    """``state`` with its session's time added to its total and the session's own elements gone.

    Store this when a lesson is opened, before its first commit: twice is the same as once.
    """
    core = "cmi.core." if standard == "1.2" else "cmi."
    seconds = [v.seconds_of(state.get(core + name, "")) or 0.0 for name in ("total_time", "session_time")]
    closed = {name: value for name, value in state.items() if name not in {core + "session_time", core + "exit"}}
    if any(seconds):
        closed[core + "total_time"] = (v.timespan_text if standard == "1.2" else v.interval_text)(sum(seconds))
    return closed


def is_resumed(standard: Standard, state: Mapping[str, str]) -> bool:
    """True when the learner goes on where they stopped: suspended, or left without a word before the end.

    A lesson left for good (``normal``, ``time-out``, 1.2 ``logout``) or finished starts as a new one (1.2 RTE 3.4.2,
    2004 4th RTE 4.2.8); an interrupted connection sets no exit, and nobody should lose their place for that.
    """
    if standard == "1.2":
        left, status = state.get("cmi.core.exit", ""), state.get("cmi.core.lesson_status", "")
        finished = status in {"passed", "completed", "failed"}
        return left == "suspend" or (not left and not finished and _has_place(state, "cmi.core.lesson_location"))
    left = state.get("cmi.exit", "")
    finished = state.get("cmi.completion_status") == "completed" or state.get("cmi.success_status") == "passed"
    return left in {"suspend", "logout"} or (not left and not finished and _has_place(state, "cmi.location"))


def _has_place(state: Mapping[str, str], location: str) -> bool:
    kept = (location, "cmi.suspend_data", "cmi.core.lesson_status", "cmi.completion_status", "cmi.interactions.0.id")
    return any(state.get(name) not in {None, "", "unknown", "not attempted"} for name in kept)


def initial_data(
    standard: Standard,
    *,
    learner_id: str,
    learner_name: str,
    state: Mapping[str, str] | None = None,
    mastery: float | None = None,
    completion_threshold: float | None = None,
    launch_data: str = "",
    max_time_allowed: str = "",
    time_limit_action: str = "",
    credit: str = "credit",
    mode: str = "normal",
) -> dict[str, str]:
    """The flat elements to load into the run time before the content calls it.

    ``state`` is what ``read_commit`` kept last; ``mastery`` is 0..100 in 1.2 and -1..1 in 2004. What the content wrote
    comes back in 1.2 always, in 2004 when the run is resumed (a new attempt starts empty, but for preferences).
    """
    before = dict(state or {})
    resumed = is_resumed(standard, before)
    closed = close_session(standard, before)
    writable = {
        name: value
        for name, value in closed.items()
        if (element := place_of(standard, name).element) is not None and element.writable
    }
    if standard == "1.2":
        entry = "resume" if resumed else "" if before else "ab-initio"
        return (
            writable
            | _without_blanks(
                {
                    "cmi.core.student_id": learner_id,
                    "cmi.core.student_name": learner_name,
                    "cmi.core.credit": credit,
                    "cmi.core.lesson_mode": mode,
                    "cmi.core.lesson_status": writable.get("cmi.core.lesson_status", "not attempted"),
                    "cmi.core.total_time": closed.get("cmi.core.total_time", "0000:00:00.00"),
                    "cmi.launch_data": launch_data,
                    "cmi.student_data.mastery_score": "" if mastery is None else f"{mastery:g}",
                    "cmi.student_data.max_time_allowed": max_time_allowed,
                    "cmi.student_data.time_limit_action": time_limit_action,
                }
            )
            | {"cmi.core.entry": entry}
        )
    if not resumed:
        writable = {name: value for name, value in writable.items() if name.startswith("cmi.learner_preference.")}
    return writable | _without_blanks(
        {
            "cmi.learner_id": learner_id,
            "cmi.learner_name": learner_name,
            "cmi.credit": credit,
            "cmi.mode": mode,
            "cmi.entry": "resume" if resumed else "ab-initio",
            "cmi.total_time": closed.get("cmi.total_time", "PT0S") if resumed else "PT0S",
            "cmi.launch_data": launch_data,
            "cmi.scaled_passing_score": "" if mastery is None else f"{mastery:g}",
            "cmi.completion_threshold": "" if completion_threshold is None else f"{completion_threshold:g}",
            "cmi.max_time_allowed": max_time_allowed,
            "cmi.time_limit_action": time_limit_action,
        }
    )


def _without_blanks(elements: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in elements.items() if value}
