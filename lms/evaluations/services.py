"""Keeping answers: of tests, question by question, and of surveys, item by item."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from lms.db import new_id, utc_now
from lms.evaluations.models import QuestionResponse, ReportedQuestion, SurveyAnswer, SurveyResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from lms.contracts import Response

MAX_COMMENT = 5000
NUMBER_TYPES = ("scale", "nps")
CHOICE_TYPES = ("single", "multiple")


class AttemptLike(Protocol):
    """What is read of an attempt; its table stands above this feature."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def hub_id(self) -> uuid.UUID: ...
    @property
    def enrolment_id(self) -> uuid.UUID: ...
    @property
    def activity_key(self) -> str: ...
    @property
    def number(self) -> int: ...


def record_question_responses(
    session: Session, *, attempt: AttemptLike, session_id: uuid.UUID, purpose: str, responses: Iterable[Response]
) -> int:
    """Keep the answers of one attempt and return how many; an answer given again in it replaces the former.

    ``Response.state`` "dont_know" is kept without an answer. ValueError for a score outside 0..1.
    """
    rows = {response.key: response for response in responses}
    if not rows:
        return 0
    for response in rows.values():
        if not 0 <= (response.score or 0.0) <= 1:
            raise ValueError(f"{response.key}: a score is between 0 and 1, not {response.score!r}")
    session.execute(
        delete(QuestionResponse).where(
            QuestionResponse.attempt_id == attempt.id, QuestionResponse.question_key.in_(rows)
        )
    )
    now = utc_now()
    for response in rows.values():
        session.add(
            QuestionResponse(
                hub_id=attempt.hub_id, attempt_id=attempt.id, session_id=session_id, enrolment_id=attempt.enrolment_id,
                attempt_number=attempt.number, activity_key=attempt.activity_key, question_key=response.key,
                purpose=purpose, response=None if response.state == "dont_know" else response.response,
                score=response.score or 0.0, answered_at=now, seconds=response.seconds,
            )
        )  # fmt: skip
    session.flush()
    return len(rows)


def record_reported_questions(
    session: Session,
    *,
    hub_id: uuid.UUID,
    session_id: uuid.UUID,
    activity_key: str,
    texts: Mapping[str, tuple[str, str]],
) -> None:
    """Keep the words (text, type) of the questions of a package, by key; what is known already stays as it is."""
    if not texts:
        return
    here = {"hub_id": hub_id, "session_id": session_id, "activity_key": activity_key}
    rows = [here | {"question_key": key, "text": text, "type": kind} for key, (text, kind) in texts.items()]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(ReportedQuestion).values(rows).on_conflict_do_nothing())


def record_survey_response(
    session: Session,
    *,
    hub_id: uuid.UUID,
    session_id: uuid.UUID,
    activity_key: str,
    purpose: str,
    enrolment_id: uuid.UUID | None,
    anonymous: bool,
    answers: Iterable[Response],
) -> SurveyResponse:
    """Keep one filled questionnaire.

    Anonymous: who answered is not written and the instant is rounded to the day. Otherwise a learner has one
    questionnaire an activity: filling it again replaces the former.
    """
    now = utc_now()
    who = None if anonymous else enrolment_id
    if who is not None:
        row = SurveyResponse
        session.execute(delete(row).where(row.activity_key == activity_key, row.enrolment_id == who))
    filled = SurveyResponse(
        # a time-ordered id would tell the moment of an anonymous answer
        id=uuid.uuid4() if anonymous else new_id(),
        hub_id=hub_id, session_id=session_id, activity_key=activity_key, purpose=purpose, enrolment_id=who,
        submitted_at=datetime.combine(now.date(), time(), now.tzinfo) if anonymous else now,
    )  # fmt: skip
    session.add(filled)
    session.flush()
    for answer in {answer.key: answer for answer in answers}.values():
        session.add(_answer_row(hub_id, filled.id, answer, anonymous=anonymous))
    session.flush()
    return filled


def _answer_row(hub_id: uuid.UUID, response_id: uuid.UUID, answer: Response, *, anonymous: bool) -> SurveyAnswer:
    said = answer.response if answer.state == "answered" else None
    row = SurveyAnswer(
        id=uuid.uuid4() if anonymous else new_id(),
        hub_id=hub_id, response_id=response_id, item_key=answer.key, item_type=answer.item_type,
        indicator=answer.indicator, state=answer.state, number=None, choices=[], text="",
    )  # fmt: skip
    if answer.state == "answered" and said in (None, "", []):
        row.state = "blank"
    elif answer.item_type in NUMBER_TYPES and said is not None:
        row.number = float(said)
    elif answer.item_type in CHOICE_TYPES and said is not None:
        row.choices = sorted(said) if isinstance(said, list) else [said]
    elif said is not None:
        row.text = str(said)[:MAX_COMMENT]
    return row
