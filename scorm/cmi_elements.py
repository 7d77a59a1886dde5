"""Every element of the run-time data models: who may write it, what it must look like, how long it may be.

SCORM 1.2 RTE 3.4.2 and SCORM 2004 4th RTE 4.2; indexes are written ``n``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from scorm import cmi_values as v

if TYPE_CHECKING:
    from collections.abc import Callable

    from scorm.model import Standard


class Element(NamedTuple):
    """``minimum`` is the length every LMS must take, ``cap`` the one this server takes (0: suspend data's limit)."""

    check: Callable[[str], str] | None = None
    minimum: int = 0
    cap: int = 4_096
    writable: bool = True
    empty_counts: bool = False  # an empty text is a value of its own, not a missing one


@dataclass(frozen=True, slots=True)
class CmiLimits:
    """What one commit may cost; lengths in characters, ``records`` per list of interactions, objectives, comments."""

    suspend_data_12: int = 64 * 1024
    suspend_data_2004: int = 1024 * 1024
    elements: int = 20_000
    records: int = 2_000


_READ_ONLY: Final = Element(writable=False)
_STATUS_12: Final = v.one_of("passed", "completed", "failed", "incomplete", "browsed", "not attempted")
_COMPLETION: Final = v.one_of("completed", "incomplete", "not attempted", "unknown")
_SUCCESS: Final = v.one_of("passed", "failed", "unknown")
_TYPES_12: Final = (
    "true-false",
    "choice",
    "fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
)
_DECIMAL: Final = Element(v.decimal)
_PERCENT: Final = Element(v.between(0, 100))
_ID_12: Final = Element(v.identifier_12)
_ID: Final = Element(v.long_identifier)
_TEXT_250: Final = Element(minimum=250, cap=1_024)
_LOCALIZED_250: Final = Element(v.localized, minimum=250, cap=1_024)

_SCORM_12: Final[dict[str, Element]] = {
    "cmi.core.student_id": _READ_ONLY,
    "cmi.core.student_name": _READ_ONLY,
    "cmi.core.credit": _READ_ONLY,
    "cmi.core.entry": _READ_ONLY,
    "cmi.core.lesson_mode": _READ_ONLY,
    "cmi.core.total_time": _READ_ONLY,
    "cmi.core.lesson_location": Element(minimum=255, cap=4_096, empty_counts=True),
    "cmi.core.lesson_status": Element(_STATUS_12),
    "cmi.core.exit": Element(v.one_of("time-out", "suspend", "logout")),
    "cmi.core.session_time": Element(v.timespan),
    "cmi.core.score.raw": _PERCENT,
    "cmi.core.score.min": _PERCENT,
    "cmi.core.score.max": _PERCENT,
    "cmi.suspend_data": Element(minimum=4_096, cap=0, empty_counts=True),
    "cmi.launch_data": _READ_ONLY,
    "cmi.comments": Element(minimum=4_096, cap=32_768),
    "cmi.comments_from_lms": _READ_ONLY,
    "cmi.student_data.mastery_score": _READ_ONLY,
    "cmi.student_data.max_time_allowed": _READ_ONLY,
    "cmi.student_data.time_limit_action": _READ_ONLY,
    "cmi.student_preference.audio": Element(v.between(-1, 100)),
    "cmi.student_preference.language": Element(minimum=255, cap=255),
    "cmi.student_preference.speed": Element(v.between(-100, 100)),
    "cmi.student_preference.text": Element(v.one_of("-1", "0", "1")),
    "cmi.objectives.n.id": _ID_12,
    "cmi.objectives.n.status": Element(_STATUS_12),
    "cmi.objectives.n.score.raw": _PERCENT,
    "cmi.objectives.n.score.min": _PERCENT,
    "cmi.objectives.n.score.max": _PERCENT,
    "cmi.interactions.n.id": _ID_12,
    "cmi.interactions.n.time": Element(v.clock),
    "cmi.interactions.n.type": Element(v.one_of(*_TYPES_12)),
    "cmi.interactions.n.weighting": _DECIMAL,
    "cmi.interactions.n.student_response": Element(minimum=255, cap=8_192, empty_counts=True),
    "cmi.interactions.n.result": Element(v.word_or_number("correct", "wrong", "unanticipated", "neutral")),
    "cmi.interactions.n.latency": Element(v.timespan),
    "cmi.interactions.n.objectives.n.id": _ID_12,
    "cmi.interactions.n.correct_responses.n.pattern": Element(minimum=255, cap=8_192),
}

_SCORM_2004: Final[dict[str, Element]] = {
    "cmi.learner_id": _READ_ONLY,
    "cmi.learner_name": _READ_ONLY,
    "cmi.credit": _READ_ONLY,
    "cmi.entry": _READ_ONLY,
    "cmi.mode": _READ_ONLY,
    "cmi.total_time": _READ_ONLY,
    "cmi.launch_data": _READ_ONLY,
    "cmi.completion_threshold": _READ_ONLY,
    "cmi.scaled_passing_score": _READ_ONLY,
    "cmi.max_time_allowed": _READ_ONLY,
    "cmi.time_limit_action": _READ_ONLY,
    "cmi.comments_from_lms.n.comment": _READ_ONLY,
    "cmi.comments_from_lms.n.location": _READ_ONLY,
    "cmi.comments_from_lms.n.timestamp": _READ_ONLY,
    "cmi.location": Element(minimum=1_000, cap=4_096, empty_counts=True),
    "cmi.suspend_data": Element(minimum=64_000, cap=0, empty_counts=True),
    "cmi.completion_status": Element(_COMPLETION),
    "cmi.success_status": Element(_SUCCESS),
    "cmi.exit": Element(v.one_of("time-out", "suspend", "logout", "normal")),
    "cmi.session_time": Element(v.interval),
    "cmi.progress_measure": Element(v.between(0, 1)),
    "cmi.score.scaled": Element(v.between(-1, 1)),
    "cmi.score.raw": _DECIMAL,
    "cmi.score.min": _DECIMAL,
    "cmi.score.max": _DECIMAL,
    "cmi.learner_preference.audio_level": Element(v.between(0, 1e9)),
    "cmi.learner_preference.language": Element(v.language),
    "cmi.learner_preference.delivery_speed": Element(v.between(0, 1e9)),
    "cmi.learner_preference.audio_captioning": Element(v.one_of("-1", "0", "1")),
    "cmi.comments_from_learner.n.comment": Element(v.localized, minimum=4_000, cap=16_384),
    "cmi.comments_from_learner.n.location": _TEXT_250,
    "cmi.comments_from_learner.n.timestamp": Element(v.instant),
    "cmi.objectives.n.id": _ID,
    "cmi.objectives.n.score.scaled": Element(v.between(-1, 1)),
    "cmi.objectives.n.score.raw": _DECIMAL,
    "cmi.objectives.n.score.min": _DECIMAL,
    "cmi.objectives.n.score.max": _DECIMAL,
    "cmi.objectives.n.success_status": Element(_SUCCESS),
    "cmi.objectives.n.completion_status": Element(_COMPLETION),
    "cmi.objectives.n.progress_measure": Element(v.between(0, 1)),
    "cmi.objectives.n.description": _LOCALIZED_250,
    "cmi.interactions.n.id": _ID,
    "cmi.interactions.n.type": Element(v.one_of(*_TYPES_12, "long-fill-in", "other")),
    "cmi.interactions.n.timestamp": Element(v.instant),
    "cmi.interactions.n.weighting": _DECIMAL,
    "cmi.interactions.n.learner_response": Element(minimum=4_000, cap=16_384, empty_counts=True),
    "cmi.interactions.n.result": Element(v.word_or_number("correct", "incorrect", "unanticipated", "neutral")),
    "cmi.interactions.n.latency": Element(v.interval),
    "cmi.interactions.n.description": _LOCALIZED_250,
    "cmi.interactions.n.objectives.n.id": _ID,
    "cmi.interactions.n.correct_responses.n.pattern": Element(minimum=4_000, cap=16_384),
    "adl.nav.request": Element(v.navigation),
    "adl.data.n.id": _READ_ONLY,
    "adl.data.n.store": Element(minimum=64_000, cap=65_536),
}

ELEMENTS: Final[dict[Standard, dict[str, Element]]] = {"1.2": _SCORM_12, "2004": _SCORM_2004}
_INDEX: Final = re.compile(r"\.(0|[1-9]\d{0,5})(?=\.)", re.ASCII)
_HOUSEKEEPING: Final = re.compile(r"\._(children|count|version)$")


class Place(NamedTuple):
    """Where an element stands: ``group`` and ``row`` for list elements (``cmi.interactions``, 3), row -1 otherwise."""

    element: Element | None
    group: str = ""
    row: int = -1
    rest: str = ""  # what follows the index, its own index kept: ``objectives.0.id``


@lru_cache(maxsize=8_192)
def place_of(standard: Standard, name: str) -> Place:
    """The definition behind a written name such as ``cmi.interactions.3.result``; its element is None when unknown."""
    if len(name) > 200:
        return Place(None)
    if _HOUSEKEEPING.search(name) or (standard == "2004" and name.startswith("adl.nav.request_valid.")):
        return Place(_READ_ONLY)
    table = ELEMENTS[standard]
    if name in table and ".n." not in name:
        return Place(table[name])
    first = _INDEX.search(name)
    if first is None:
        return Place(None)
    element = table.get(_INDEX.sub(".n", name))
    return Place(element, name[: first.start()], int(first[1]), name[first.end() + 1 :])
