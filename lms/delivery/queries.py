"""Reading sessions, their calendar, their learners and who was there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.catalog.models import CourseRecord, CourseVersion
from lms.db import unscoped, utc_now
from lms.delivery.models import Attendance, Deadline, Enrolment, HalfDay, SessionTrainer, TrainingSession
from lms.hubs.models import Hub

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

CURRENT = ("invited", "active", "completed")
JOIN_LINK_BEFORE = timedelta(minutes=15)
OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(hours=12)


def expected_at(half_day: HalfDay | type[HalfDay]) -> ColumnElement[bool]:
    """SQL: this enrolment is expected at the half-day: made before it ended, and not left before it started."""
    return and_(
        Enrolment.invited_at <= half_day.ends_at,
        or_(
            Enrolment.status.in_(CURRENT),
            and_(Enrolment.status == "dropped", Enrolment.left_at > half_day.starts_at),
        ),
    )


# -- sessions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A line of the list of sessions."""

    id: uuid.UUID
    reference: str
    title: str
    starts_on: date
    ends_on: date
    place: str
    status: str
    capacity: int
    learners: int
    half_days: int

    def state(self, today: date) -> str:
        return session_state(self.status, self.starts_on, self.ends_on, today)


def session_state(status: str, starts_on: date, ends_on: date, today: date) -> str:
    """``cancelled``, ``closed``, ``upcoming``, ``running`` or ``ended`` (over, but not closed yet)."""
    if status in {"cancelled", "closed"}:
        return status
    if today < starts_on:
        return "upcoming"
    return "running" if today <= ends_on else "ended"


def list_sessions(session: Session, *, trainer_id: uuid.UUID | None = None, text: str = "") -> list[SessionRow]:
    """The sessions of the hub, the latest first; of one trainer, or whose title, reference or place has the text."""
    learners = (
        select(func.count()).select_from(Enrolment)
        .where(Enrolment.session_id == TrainingSession.id, Enrolment.status.in_(CURRENT))
        .scalar_subquery()
    )  # fmt: skip
    half_days = (
        select(func.count()).select_from(HalfDay).where(HalfDay.session_id == TrainingSession.id).scalar_subquery()
    )
    run = TrainingSession
    statement = select(
        run.id,
        run.reference,
        run.title,
        run.starts_on,
        run.ends_on,
        run.place,
        run.status,
        run.capacity,
        learners,
        half_days,
    ).order_by(run.starts_on.desc(), run.reference)
    if trainer_id is not None:
        statement = statement.where(
            run.id.in_(select(SessionTrainer.session_id).where(SessionTrainer.person_id == trainer_id))
        )
    if text.strip():
        words = text.strip()
        statement = statement.where(
            or_(*(column.icontains(words, autoescape=True) for column in (run.title, run.reference, run.place)))
        )
    return [SessionRow(*row) for row in session.execute(statement)]


def get_session(session: Session, session_id: uuid.UUID) -> TrainingSession | None:
    return session.get(TrainingSession, session_id)


def get_session_by_code(session: Session, code: str) -> tuple[TrainingSession, Hub] | None:
    """The session that has this join code, in any hub."""
    with unscoped(session):
        row = session.execute(
            select(TrainingSession, Hub)
            .join(Hub, Hub.id == TrainingSession.hub_id)
            .where(TrainingSession.join_code == code)
        ).first()
    return (row[0], row[1]) if row else None


def list_trainers(session: Session, session_id: uuid.UUID) -> list[Person]:
    """The trainers of a session, by name."""
    statement = select(Person).join(SessionTrainer, SessionTrainer.person_id == Person.id)
    return list(
        session.scalars(
            statement.where(SessionTrainer.session_id == session_id).order_by(Person.family_name, Person.given_name)
        )
    )


def is_trainer(session: Session, session_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Say whether the person trains this session, as a whole or one of its half-days."""
    one = select(SessionTrainer.id).where(
        SessionTrainer.session_id == session_id, SessionTrainer.person_id == person_id
    )
    other = select(HalfDay.id).where(HalfDay.session_id == session_id, HalfDay.trainer_id == person_id)
    return session.scalar(one.limit(1)) is not None or session.scalar(other.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class VersionChoice:
    """A published version that a session can be made of."""

    id: uuid.UUID
    title: str
    number: int
    published_at: datetime | None


def list_version_choices(session: Session) -> list[VersionChoice]:
    """The published versions of the courses that are not archived, by title, the newest first."""
    version = CourseVersion
    rows = session.execute(
        select(version.id, version.title, version.number, version.published_at)
        .join(CourseRecord, CourseRecord.id == version.course_id)
        .where(version.number > 0, CourseRecord.archived_at.is_(None))
        .order_by(CourseRecord.title, version.course_id, version.number.desc())
    )
    return [VersionChoice(*row) for row in rows]


# -- calendar -------------------------------------------------------------------------------------------


def get_half_day(session: Session, half_day_id: uuid.UUID) -> HalfDay | None:
    return session.get(HalfDay, half_day_id)


def get_half_day_by_code(session: Session, code: str) -> tuple[HalfDay, Hub] | None:
    """The half-day that shows this code now, in any hub."""
    with unscoped(session):
        row = session.execute(
            select(HalfDay, Hub).join(Hub, Hub.id == HalfDay.hub_id).where(HalfDay.sign_code == code)
        ).first()
    return (row[0], row[1]) if row else None


def list_half_days(session: Session, session_id: uuid.UUID) -> Sequence[HalfDay]:
    """The half-days of a session in order of time."""
    return session.scalars(
        select(HalfDay).where(HalfDay.session_id == session_id).order_by(HalfDay.starts_at, HalfDay.id)
    ).all()


def list_deadlines(session: Session, session_id: uuid.UUID) -> dict[str, datetime]:
    """When each activity of a session is due, by activity key."""
    rows = session.execute(select(Deadline.activity_key, Deadline.due_at).where(Deadline.session_id == session_id))
    return dict(rows.all())


@dataclass(frozen=True, slots=True)
class Clash:
    """A trainer who is said to be at two places at once."""

    given_name: str
    family_name: str
    half_day_title: str
    starts_at: datetime
    other_title: str
    other_reference: str


def list_clashes(session: Session, session_id: uuid.UUID) -> list[Clash]:
    """Half-days of this session that overlap another half-day of the same trainer in the hub."""
    return [Clash(*row) for row in session.execute(_clash_statement(), {"session_id": session_id})]


@lru_cache(maxsize=1)  # its aliases cost more to build than the statement to run
def _clash_statement() -> Select[str, str, str, datetime, str, str]:
    other, run = aliased(HalfDay), aliased(TrainingSession)
    mine, theirs = aliased(SessionTrainer), aliased(SessionTrainer)
    return (
        select(Person.given_name, Person.family_name, HalfDay.title, HalfDay.starts_at, other.title, run.reference)
        .join(other, and_(other.id != HalfDay.id, other.starts_at < HalfDay.ends_at, other.ends_at > HalfDay.starts_at))
        .join(run, and_(run.id == other.session_id, run.status != "cancelled"))
        .outerjoin(mine, and_(mine.session_id == HalfDay.session_id, HalfDay.trainer_id.is_(None)))
        .outerjoin(theirs, and_(theirs.session_id == other.session_id, other.trainer_id.is_(None)))
        .join(
            Person,
            and_(
                Person.id == func.coalesce(HalfDay.trainer_id, mine.person_id),
                Person.id == func.coalesce(other.trainer_id, theirs.person_id),
            ),
        )
        .where(HalfDay.session_id == bindparam("session_id"))
        .order_by(HalfDay.starts_at)
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class TrainerHalfDay:
    """A half-day to come of a trainer."""

    id: uuid.UUID
    session_id: uuid.UUID
    session_title: str
    title: str
    starts_at: datetime
    ends_at: datetime
    modality: str
    place: str
    join_url: str
    expected: int
    settled: int


def next_half_days_for_trainer(
    session: Session, person_id: uuid.UUID, *, now: datetime | None = None, limit: int = 5
) -> list[TrainerHalfDay]:
    """The half-days that this trainer gives now and next, in order."""
    run = TrainingSession
    trains = select(SessionTrainer.session_id).where(SessionTrainer.person_id == person_id)
    statement = (
        _trainer_half_days()
        .where(
            HalfDay.ends_at > (now or utc_now()), run.status != "cancelled",
            or_(HalfDay.trainer_id == person_id, and_(HalfDay.trainer_id.is_(None), HalfDay.session_id.in_(trains))),
        )
        .order_by(HalfDay.starts_at)
        .limit(limit)
    )  # fmt: skip
    return [TrainerHalfDay(*row) for row in session.execute(statement)]


def list_half_days_to_countersign(
    session: Session, *, trainer_id: uuid.UUID | None = None, now: datetime | None = None
) -> list[TrainerHalfDay]:
    """The half-days that are over and whose sheet is still open: of one trainer, or of the hub."""
    statement = _trainer_half_days().where(
        HalfDay.ends_at < (now or utc_now()), HalfDay.countersigned_at.is_(None), TrainingSession.status != "cancelled"
    )
    if trainer_id is not None:
        trains = select(SessionTrainer.session_id).where(SessionTrainer.person_id == trainer_id)
        statement = statement.where(
            or_(HalfDay.trainer_id == trainer_id, and_(HalfDay.trainer_id.is_(None), HalfDay.session_id.in_(trains)))
        )
    return [TrainerHalfDay(*row) for row in session.execute(statement.order_by(HalfDay.starts_at))]


def _trainer_half_days() -> Select[Any]:
    run = TrainingSession
    expected = (
        select(func.count()).select_from(Enrolment)
        .where(Enrolment.session_id == HalfDay.session_id, expected_at(HalfDay)).scalar_subquery()
    )  # fmt: skip
    settled = select(func.count()).select_from(Attendance).where(Attendance.half_day_id == HalfDay.id).scalar_subquery()
    return select(
        HalfDay.id, run.id, run.title, HalfDay.title, HalfDay.starts_at, HalfDay.ends_at, HalfDay.modality,
        func.coalesce(func.nullif(HalfDay.place, ""), run.place), HalfDay.join_url, expected, settled,
    ).join(run, run.id == HalfDay.session_id)  # fmt: skip


# -- learners -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """What a learner follows: a line of their home."""

    id: uuid.UUID
    session_id: uuid.UUID
    version_id: uuid.UUID
    reference: str
    title: str
    starts_on: date
    ends_on: date
    status: str
    session_status: str
    place: str


def list_enrolments_of_person(
    session: Session, person_id: uuid.UUID, *, current_only: bool = True
) -> list[EnrolmentRow]:
    """What the person follows in the hub, the latest first; without those they left when ``current_only``."""
    run = TrainingSession
    statement = (
        select(
            Enrolment.id, run.id, run.version_id, run.reference, run.title, run.starts_on, run.ends_on, Enrolment.status,
            run.status, run.place,
        )
        .join(run, run.id == Enrolment.session_id)
        .where(Enrolment.person_id == person_id)
        .order_by(run.starts_on.desc(), run.id)
    )  # fmt: skip
    if current_only:
        statement = statement.where(Enrolment.status.in_(CURRENT), run.status != "cancelled")
    rows: Any = session.execute(statement)
    return [EnrolmentRow(*row) for row in rows]


def get_enrolment_of(session: Session, session_id: uuid.UUID, person_id: uuid.UUID) -> Enrolment | None:
    """The person's own enrolment in a session."""
    return session.scalar(select(Enrolment).where(Enrolment.session_id == session_id, Enrolment.person_id == person_id))


@dataclass(frozen=True, slots=True)
class LearnerHalfDay:
    """A half-day of a learner's calendar; ``present`` None: neither signed nor marked absent."""

    id: uuid.UUID
    session_id: uuid.UUID
    enrolment_id: uuid.UUID
    session_title: str
    title: str
    activity_key: str
    starts_at: datetime
    ends_at: datetime
    modality: str
    place: str
    access_notes: str
    join_url: str
    present: bool | None

    def can_sign(self, now: datetime) -> bool:
        """Say whether the signing page is open to them now."""
        return not self.present and self.starts_at - OPENS_BEFORE <= now <= self.ends_at + CLOSES_AFTER

    def join_address(self, now: datetime) -> str:
        """The address of the call, from 15 minutes before the start to the end; empty otherwise."""
        return self.join_url if self.starts_at - JOIN_LINK_BEFORE <= now <= self.ends_at else ""


def list_half_days_of_person(
    session: Session,
    person_id: uuid.UUID,
    *,
    since: datetime | None = None,
    session_id: uuid.UUID | None = None,
    limit: int = 50,
) -> list[LearnerHalfDay]:
    """The half-days of what a person follows that end after ``since`` (now when None), in order; one statement."""
    run = TrainingSession
    statement = (
        select(
            HalfDay.id, run.id, Enrolment.id, run.title, HalfDay.title, HalfDay.activity_key, HalfDay.starts_at, HalfDay.ends_at,
            HalfDay.modality, func.coalesce(func.nullif(HalfDay.place, ""), run.place), run.access_notes, HalfDay.join_url,
            Attendance.present,
        )
        .join(run, run.id == HalfDay.session_id)
        .join(Enrolment, Enrolment.session_id == run.id)
        .outerjoin(Attendance, and_(Attendance.half_day_id == HalfDay.id, Attendance.enrolment_id == Enrolment.id))
        .where(
            Enrolment.person_id == person_id, Enrolment.status.in_(CURRENT), run.status != "cancelled",
            HalfDay.ends_at > (since or utc_now()),
        )
        .order_by(HalfDay.starts_at)
        .limit(limit)
    )  # fmt: skip
    if session_id is not None:
        statement = statement.where(run.id == session_id)
    return [LearnerHalfDay(*row) for row in session.execute(statement)]
