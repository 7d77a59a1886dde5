"""What learners do: attempts at activities, the progress that follows, and the work they hand in."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, HubScoped, Id, mark, utc_now


class Attempt(Base, HubScoped):
    """One try of one learner at one activity. The activity type keeps what it likes in ``state``."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("enrolment_id", "activity_key", "number"),)
    __personal_data__: ClassVar[str] = mark("what a learner did, when and with what result")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("course_version.id"))  # the one it was begun on
    activity_key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    completion: Mapped[str] = mapped_column(String(12), default="incomplete")  # incomplete, completed
    success: Mapped[str] = mapped_column(String(8), default="unknown")  # unknown, passed, failed
    score: Mapped[float | None]  # 0..1
    seconds: Mapped[float] = mapped_column(default=0.0)
    revision: Mapped[int] = mapped_column(default=0)  # grows with each save; a stale save is refused
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
    finished_at: Mapped[datetime | None]


class Progress(Base, HubScoped):
    """Where a learner is with one activity, over all attempts: what boards and tables of contents read."""

    __tablename__ = "progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "activity_key"),)
    __personal_data__: ClassVar[str] = mark("how far a learner is")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_key: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), default="started")  # started, submitted, done
    score: Mapped[float | None]  # best, 0..1
    success: Mapped[str] = mapped_column(String(8), default="unknown")
    seconds: Mapped[float] = mapped_column(default=0.0)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
    done_at: Mapped[datetime | None]


class PackageCommit(Base, HubScoped):
    """The ledger of a package's runs: one row a commit, never changed nor deleted alone, so that time can be audited.

    ``launch`` counts the windows that opened the attempt, ``sequence`` the commits of one window. ``late`` marks what a
    device kept while it was offline and sent after another window had opened.
    """

    __tablename__ = "package_commit"
    __table_args__ = (UniqueConstraint("attempt_id", "launch", "sequence"),)
    __personal_data__: ClassVar[str] = mark("when a learner was in a module, for how long, and with what result")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    launch: Mapped[int]
    sequence: Mapped[int]
    part: Mapped[str] = mapped_column(String(255), default="")  # identifier of the SCO; empty: navigation alone
    visit: Mapped[int] = mapped_column(default=1)  # which opening of the part, within the launch
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    made_at: Mapped[datetime | None]  # by the device's clock
    session_seconds: Mapped[float] = mapped_column(default=0.0)  # as the package says, for this visit so far
    seconds: Mapped[float] = mapped_column(default=0.0)  # of the whole attempt after this commit, as it was counted
    completion: Mapped[str] = mapped_column(String(12), default="")
    success: Mapped[str] = mapped_column(String(8), default="")
    score: Mapped[float | None]
    ends: Mapped[bool] = mapped_column(default=False)
    late: Mapped[bool] = mapped_column(default=False)


class PackageRun(Base, HubScoped):
    """Where the sequencing of a package stands in an attempt: what its engine needs to go on."""

    __tablename__ = "package_run"
    __personal_data__: ClassVar[str] = mark("where a learner is in a module")
    __retention__: ClassVar[str] = mark("as the session")

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    sequencing: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)


class Submission(Base, HubScoped):
    """Work handed in for an assignment, and its marking against the rubric."""

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_enrolment_activity", "enrolment_id", "activity_key"),)
    __personal_data__: ClassVar[str] = mark("work of a learner, its marks and feedback")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), unique=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_key: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text, default="")
    file_key: Mapped[str] = mapped_column(String(200), default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_size: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime] = mapped_column(default=utc_now)
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)  # criterion id -> level id
    feedback: Mapped[str] = mapped_column(Text, default="")
    score: Mapped[float | None]
    marked_at: Mapped[datetime | None]
    marked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class OfflineRun(Base, HubScoped):
    """One learner's work with offline pages on one device, brought home once or several times; what is counted stays so."""

    __tablename__ = "offline_run"
    __table_args__ = (UniqueConstraint("hub_id", "run"), Index("ix_offline_run_enrolment", "enrolment_id"))
    __personal_data__: ClassVar[str] = mark("which results of a learner came from offline pages, and who brought them")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    run: Mapped[str] = mapped_column(String(32))  # drawn by the pages
    digest: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the last file
    counted: Mapped[dict[str, Any]] = mapped_column(default=dict)  # activity, or quiz:number of the try -> file's date
    brought_at: Mapped[datetime] = mapped_column(default=utc_now)
    brought_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class PackageSwitch(Base, HubScoped):
    """In one session, an activity runs a newer package than its course version says; attempts say which one is theirs.

    An attempt keeps the package it began with (``state["package"]``, its course version's when that is not there). With
    ``moves`` those in progress took the newer one.
    """

    __tablename__ = "package_switch"
    __table_args__ = (Index("ix_package_switch_session_activity", "session_id", "activity_key"),)
    __personal_data__: ClassVar[str] = mark("who decided")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    activity_key: Mapped[str] = mapped_column(String(64))
    former: Mapped[str] = mapped_column(String(64))  # SHA-256 of the package until then
    package: Mapped[str] = mapped_column(String(64))
    moves: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None]


class MovedAttempt(Base, HubScoped):
    """An attempt that a switch moved to the newer package, and all that it held before, so that it can go back."""

    __tablename__ = "moved_attempt"
    __table_args__ = (UniqueConstraint("switch_id", "attempt_id"),)
    __personal_data__: ClassVar[str] = mark("what a learner had recorded before the move")
    __retention__: ClassVar[str] = mark("as the session")

    id: Mapped[Id]
    switch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("package_switch.id", ondelete="CASCADE"))
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=0)  # of the attempt once moved: the same when nothing was done since
