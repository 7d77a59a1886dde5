"""One figure of a session, as it was when it was read: what an improvement starts from and is measured by."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.catalog.models import CourseVersion
from lms.db import utc_now
from lms.delivery.models import TrainingSession
from lms.evaluations.queries import competency_figures, progression, question_figures, survey_figures
from lms.quality.indicators import LABELS, LOWER_IS_BETTER, RULES_VERSION, Indicator, make_indicators
from lms.quality.objectives import objectives_by_learner
from lms.quality.queries.facts import instant
from lms.quality.queries.material import Material, list_shown, load_material, read_opinions

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from sqlalchemy.orm import Session

    from lms.evaluations.queries import ItemFigure, QuestionFigure

OF_COURSES = {"recommandation": "recommendation"}  # the word of course files
KINDS = ("indicator", "question", "competency", "item")


def list_indicators(session: Session, session_id: uuid.UUID) -> tuple[Material, list[Indicator]] | None:
    """The figures of a session with what they were made of. Eleven statements."""
    material = load_material(session, session_id)
    if material is None:
        return None
    objectives = objectives_by_learner(material, list_shown(session, session_id))
    return material, make_indicators(
        material, read_opinions(session, session_id), objectives, progression(session, session_id)
    )


def read_figure(session: Session, session_id: uuid.UUID, *, kind: str, key: str) -> dict[str, Any] | None:
    """The figure now, as plain data; None when the session has none of that name.

    ``value`` with ``unit`` (share, nps, gain), ``numerator``, ``denominator``, ``n``, ``low``, ``high``; ``hidden`` under
    five; ``print``: digest of the words of the question or item, or of the rule, so that two figures can be told
    comparable; ``label``; ``lower_is_better``; ``session``, ``session_id``, ``at``.
    """
    found = _READERS[kind](session, session_id, key) if kind in _READERS else None
    if found is None:
        return None
    run = session.get(TrainingSession, session_id)
    return found | {
        "kind": kind, "key": key, "session": run.reference if run else "", "session_id": str(session_id),
        "at": instant(utc_now()),
    }  # fmt: skip


def _print(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def _indicator(session: Session, session_id: uuid.UUID, key: str) -> dict[str, Any] | None:
    key = OF_COURSES.get(key, key)
    if key not in LABELS:  # a survey question may feed an indicator of the course's own
        return _item(session, session_id, key)
    found = list_indicators(session, session_id)
    if found is None:
        return None
    one = next(one for one in found[1] if one.key == key)
    return {
        "label": LABELS[key], "unit": one.unit, "value": one.value, "numerator": one.numerator,
        "denominator": one.denominator, "n": one.n, "low": one.low, "high": one.high, "hidden": one.hidden,
        "print": _print("indicator", key, RULES_VERSION), "lower_is_better": key in LOWER_IS_BETTER,
    }  # fmt: skip


def _share(figure: Any, label: str, mark: str) -> dict[str, Any]:
    hidden = figure.share is None
    return {
        "label": label, "unit": "share", "value": figure.share, "numerator": None if hidden else figure.numerator,
        "denominator": None if hidden else figure.denominator, "n": figure.denominator, "low": figure.low,
        "high": figure.high, "hidden": hidden, "print": mark, "lower_is_better": False,
    }  # fmt: skip


def _question(session: Session, session_id: uuid.UUID, key: str) -> dict[str, Any] | None:
    for one in question_figures(session, session_id):
        if key in {f"{one.text.activity_key}/{one.text.key}", one.text.key}:
            return _share(one.right, one.text.text, question_print(one))
    return None


def question_print(figure: QuestionFigure) -> str:
    """Digest of the words of a question and its choices."""
    text = figure.text
    return _print("question", text.type, text.text, [[one.text, one.correct] for one in text.choices])


def _competency(session: Session, session_id: uuid.UUID, key: str) -> dict[str, Any] | None:
    for one in competency_figures(session, session_id):
        if key == one.ref:
            return _share(one.mastered, one.ref, _print("competency", one.ref))
    return None


def _item(session: Session, session_id: uuid.UUID, key: str) -> dict[str, Any] | None:
    for survey in survey_figures(session, session_id):
        for one in survey.items:
            if key in {f"{survey.text.activity_key}/{one.text.key}", one.text.key, one.text.indicator}:
                return _of_item(one)
    return None


def _of_item(one: ItemFigure) -> dict[str, Any] | None:
    mark = _print("item", one.text.type, one.text.text, one.text.low, one.text.high)
    if one.text.type == "scale" and one.top2 is not None:
        return _share(one.top2, one.text.text, mark)
    low, high = one.nps_interval or (None, None)
    return {
        "label": one.text.text, "unit": "nps" if one.text.type == "nps" else "share", "value": one.nps,
        "numerator": None, "denominator": None, "n": one.answered, "low": low, "high": high, "hidden": one.nps is None,
        "print": mark, "lower_is_better": False,
    }  # fmt: skip


_READERS = {"indicator": _indicator, "question": _question, "competency": _competency, "item": _item}


@dataclass(frozen=True, slots=True)
class LaterSession:
    """A session on which an effect can be measured."""

    id: uuid.UUID
    reference: str
    title: str
    starts_on: date


def list_later_sessions(session: Session, session_id: uuid.UUID) -> list[LaterSession]:
    """The sessions of the same course that began after this one."""
    run = session.get(TrainingSession, session_id)
    if run is None:
        return []
    course = select(CourseVersion.course_id).where(CourseVersion.id == run.version_id).scalar_subquery()
    versions = select(CourseVersion.id).where(CourseVersion.course_id == course)
    found = session.execute(
        select(TrainingSession.id, TrainingSession.reference, TrainingSession.title, TrainingSession.starts_on)
        .where(
            TrainingSession.version_id.in_(versions), TrainingSession.id != session_id,
            TrainingSession.starts_on > run.starts_on, TrainingSession.status != "cancelled",
        )
        .order_by(TrainingSession.starts_on)
    )  # fmt: skip
    return [LaterSession(*row) for row in found]
