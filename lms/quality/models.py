"""Continuous improvement and the evidence handed to auditors."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, HubScoped, Id, mark, utc_now


class Improvement(Base, HubScoped):
    """A signal, its cause, what is done about it, and the figure before and after."""

    __tablename__ = "improvement"
    __personal_data__: ClassVar[str] = mark("who is in charge of an action")
    __retention__: ClassVar[str] = mark("6 years: evidence of indicator 32")

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("training_session.id", ondelete="SET NULL"), index=True
    )
    course_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("course.id", ondelete="SET NULL"))
    # where the signal was seen: {"kind": "indicator" | "question" | "competency" | "free", "key": …, "label": …}
    signal: Mapped[dict[str, Any]] = mapped_column(default=dict)
    baseline: Mapped[dict[str, Any]] = mapped_column(default=dict)  # numerator, denominator, n, low, high, at
    finding: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text, default="")
    action: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(10), default="open")  # open, doing, done, dropped
    done_on: Mapped[date | None]
    proof: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)  # as baseline, measured later
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class IssuedDocument(Base, HubScoped):
    """A document that was handed out (certificate…): numbered, hashed, never rewritten; a change is a new version."""

    __tablename__ = "issued_document"
    __table_args__ = (UniqueConstraint("hub_id", "number"),)
    __personal_data__: ClassVar[str] = mark("a learner's certificate")
    __retention__: ClassVar[str] = mark("6 years after the session's end")

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))  # certificate
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("enrolment.id", ondelete="SET NULL"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what it says: the same facts give the same document
    file_key: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(default=utc_now)
    issued_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
