"""Answers as rows without names, for who studies them elsewhere; groups under ``MINIMUM`` are left out."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from lms.delivery.models import Enrolment
from lms.evaluations.models import QuestionResponse, SurveyAnswer, SurveyResponse
from lms.evaluations.queries.texts import list_questions
from lms.evaluations.statistics import MINIMUM

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

OPTION_TYPES = frozenset({"single", "multiple", "ordering", "matching"})


@dataclass(frozen=True, slots=True)
class TestAnswer:
    """One answer to one question. ``response`` is empty for what was typed freely: it may name people."""

    pseudonym: str
    activity_key: str
    question_key: str
    purpose: str
    attempt: int
    response: str
    dont_know: bool
    score: float


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One questionnaire: item -> what was answered or the name of a state. No author, no date, no free text."""

    activity_key: str
    answers: dict[str, str]


def list_test_answers(session: Session, training_session_id: uuid.UUID) -> Iterator[TestAnswer]:
    """The answers to the session's tests by pseudonym; without those met by fewer than ``MINIMUM``."""
    row = QuestionResponse
    of = (row.activity_key, row.question_key, row.attempt_number)
    types = {(text.activity_key, text.key): text.type for text in list_questions(session, training_session_id)}
    enough = {
        tuple(key)
        for *key, n in session.execute(
            select(*of, func.count(row.enrolment_id.distinct()))
            .where(row.session_id == training_session_id)
            .group_by(*of)
        )
        if n >= MINIMUM
    }
    statement = (
        select(Enrolment.pseudonym, *of, row.purpose, row.response, row.score)
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .where(row.session_id == training_session_id)
        .order_by(Enrolment.pseudonym, *of)
    )
    for pseudonym, activity, question, attempt, purpose, response, score in session.execute(statement):
        if (activity, question, attempt) in enough:
            typed = types.get((activity, question), "") not in OPTION_TYPES
            shown = "" if typed or response is None else _said(response)
            yield TestAnswer(pseudonym, activity, question, purpose, attempt, shown, response is None, score)


def _said(response: Any) -> str:
    return response if isinstance(response, str) else json.dumps(response, ensure_ascii=False, sort_keys=True)


def list_opinions(session: Session, training_session_id: uuid.UUID) -> list[OpinionRow]:
    """The filled questionnaires, ordered by what they say: their own order would tell when each came.

    Items answered by fewer than ``MINIMUM`` and free texts are left out.
    """
    row = SurveyAnswer
    found: dict[uuid.UUID, tuple[str, dict[str, str]]] = {}
    answered: dict[tuple[str, str], int] = defaultdict(int)
    for response_id, activity, item, state, number, choices in session.execute(
        select(row.response_id, SurveyResponse.activity_key, row.item_key, row.state, row.number, row.choices)
        .join(SurveyResponse, SurveyResponse.id == row.response_id)
        .where(SurveyResponse.session_id == training_session_id, row.item_type != "text")
    ):
        said = state
        if state == "answered":
            answered[activity, item] += 1
            said = f"{number:g}" if number is not None else " ".join(map(str, choices or ()))
        found.setdefault(response_id, (activity, {}))[1][item] = said
    kept = {key for key, n in answered.items() if n >= MINIMUM}
    rows = [
        OpinionRow(activity, {item: said for item, said in sorted(answers.items()) if (activity, item) in kept})
        for activity, answers in found.values()
    ]
    return sorted((row for row in rows if row.answers), key=lambda row: (row.activity_key, tuple(row.answers.items())))
