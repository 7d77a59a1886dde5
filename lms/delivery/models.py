"""Runs of a course: dates, places, trainers, learners, half-days and who was there."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.catalog.models import CourseVersion
from lms.db import Base, HubScoped, Id, mark, utc_now


def new_code() -> str:
    """Return a code of 8 signs to read aloud and type on a phone."""
    # no 0/O, 1/I/L: they look alike
    return "".join(secrets.choice("ABCDEFGHJKMNPQRSTUVWXYZ23456789") for _ in range(8))


class TrainingSession(Base, HubScoped):
    """A run of one published version of a course for one group."""

    __tablename__ = "training_session"
    __table_args__ = (UniqueConstraint("hub_id", "reference"),)
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark(
        "6 years after its end (supporting items of a financed action); 10 when co-funded"
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("course_version.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(300), default="")
    access_notes: Mapped[str] = mapped_column(Text, default="")  # how to come, step-free access, equipment
    capacity: Mapped[int] = mapped_column(default=0)  # 0: no limit
    funder: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(10), default="open")  # planned, open, closed, cancelled
    lead_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    join_code: Mapped[str] = mapped_column(String(8), default=new_code, index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    version: Mapped[CourseVersion] = relationship()
    trainers: Mapped[list[SessionTrainer]] = relationship(back_populates="session", cascade="all, delete-orphan")
    half_days: Mapped[list[HalfDay]] = relationship(back_populates="session", order_by="HalfDay.starts_at")


class SessionTrainer(Base, HubScoped):
    """A trainer of a session."""

    __tablename__ = "session_trainer"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)
    __personal_data__: ClassVar[str] = mark("who trains whom")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)

    session: Mapped[TrainingSession] = relationship(back_populates="trainers")
    person: Mapped[Person] = relationship()


class HalfDay(Base, HubScoped):
    """A slot of the calendar in which people meet, on site or remotely; what attendance is expected for."""

    __tablename__ = "half_day"
    __personal_data__: ClassVar[str] = mark("drawn signature of the trainer")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), index=True)
    activity_key: Mapped[str] = mapped_column(String(64), default="")  # the live session of the course it gives
    title: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    modality: Mapped[str] = mapped_column(String(10), default="on_site")  # on_site, remote
    place: Mapped[str] = mapped_column(String(300), default="")
    join_url: Mapped[str] = mapped_column(String(500), default="")
    trainer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    sign_code: Mapped[str] = mapped_column(String(8), default=new_code, index=True)
    countersigned_at: Mapped[datetime | None]
    countersigned_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    countersign_key: Mapped[str] = mapped_column(String(100), default="")
    countersign_hash: Mapped[str] = mapped_column(String(64), default="")

    session: Mapped[TrainingSession] = relationship(back_populates="half_days")


class Deadline(Base, HubScoped):
    """When an asynchronous activity of a session is due."""

    __tablename__ = "deadline"
    __table_args__ = (UniqueConstraint("session_id", "activity_key"),)
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    activity_key: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]


class Enrolment(Base, HubScoped):
    """A learner in a session."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        Index("ix_enrolment_person_status", "person_id", "status"),
    )
    __personal_data__: ClassVar[str] = mark("who follows what, for which employer, and how far")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    # invited: has not come yet; active; completed; dropped: left for good; cancelled: before starting
    status: Mapped[str] = mapped_column(String(10), default="invited")
    pseudonym: Mapped[str] = mapped_column(String(12), default=lambda: f"P-{secrets.token_hex(4).upper()}")
    employer: Mapped[str] = mapped_column(String(200), default="")
    job_title: Mapped[str] = mapped_column(String(200), default="")
    invited_at: Mapped[datetime] = mapped_column(
        default=utc_now
    )  # enrolled; half-days that ended before are not theirs
    joined_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    left_reason: Mapped[str] = mapped_column(String(200), default="")

    session: Mapped[TrainingSession] = relationship()
    person: Mapped[Person] = relationship()


class Attendance(Base, HubScoped):
    """One learner's presence (signed) or absence (with its reason) at one half-day."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("half_day_id", "enrolment_id"),)
    __personal_data__: ClassVar[str] = mark("presence, drawn signature, reason of an absence")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    half_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("half_day.id", ondelete="CASCADE"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    present: Mapped[bool] = mapped_column(default=True)
    method: Mapped[str] = mapped_column(String(12), default="")  # code, qr, trainer
    signed_at: Mapped[datetime | None]
    signature_key: Mapped[str] = mapped_column(String(100), default="")
    signed_hash: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of what was signed
    reason: Mapped[str] = mapped_column(String(200), default="")  # of the absence, or of the minutes missed
    minutes_missed: Mapped[int] = mapped_column(default=0)  # came late or left early
