"""Answers: to the questions of tests and to the items of surveys."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, HubScoped, Id, JsonColumn, mark, utc_now


class QuestionResponse(Base, HubScoped):
    """A learner's answer to one question in one attempt."""

    __tablename__ = "question_response"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question_key"),
        Index("ix_question_response_session_activity", "session_id", "activity_key", "question_key"),
    )
    __personal_data__: ClassVar[str] = mark("answers of a person to a test")
    __retention__: ClassVar[str] = mark("as the session; pseudonymised with the account")

    id: Mapped[Id]
    # plain ids: learning stands above evaluations
    attempt_id: Mapped[uuid.UUID] = mapped_column(index=True)
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    attempt_number: Mapped[int] = mapped_column(default=1)
    activity_key: Mapped[str] = mapped_column(String(64))
    question_key: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(20), default="")  # practice, positioning, final, package
    response: Mapped[Any] = mapped_column(JsonColumn, nullable=True)  # null: "I do not know"
    score: Mapped[float] = mapped_column(default=0.0)  # 0..1
    answered_at: Mapped[datetime] = mapped_column(default=utc_now)
    seconds: Mapped[float | None]


class ReportedQuestion(Base, HubScoped):
    """The words of a question that only a package knows, as it reported them; those of courses stand in their version."""

    __tablename__ = "reported_question"
    __table_args__ = (UniqueConstraint("session_id", "activity_key", "question_key"),)
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    activity_key: Mapped[str] = mapped_column(String(64))
    question_key: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(500))
    type: Mapped[str] = mapped_column(String(20), default="")


class SurveyResponse(Base, HubScoped):
    """One filled questionnaire. When the survey is anonymous, ``enrolment_id`` stays empty and the date is coarse."""

    __tablename__ = "survey_response"
    __table_args__ = (Index("ix_survey_response_session_activity", "session_id", "activity_key"),)
    __personal_data__: ClassVar[str] = mark("opinions of a person, unless anonymous")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    activity_key: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20), default="hot")
    enrolment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    submitted_at: Mapped[datetime] = mapped_column(default=utc_now)


class SurveyAnswer(Base, HubScoped):
    """The answer to one item: only ``answered`` ever counts in a denominator."""

    __tablename__ = "survey_answer"
    __table_args__ = (UniqueConstraint("response_id", "item_key"),)
    __personal_data__: ClassVar[str] = mark("opinions, free text")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    response_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey_response.id", ondelete="CASCADE"))
    item_key: Mapped[str] = mapped_column(String(64))
    item_type: Mapped[str] = mapped_column(String(12))
    indicator: Mapped[str] = mapped_column(String(40), default="", index=True)
    state: Mapped[str] = mapped_column(String(14))  # answered, dont_know, not_concerned, blank
    number: Mapped[float | None]
    choices: Mapped[list[Any]] = mapped_column(default=list)
    text: Mapped[str] = mapped_column(Text, default="")
