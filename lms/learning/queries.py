"""Where a learner is: the course home, the player, the work to mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from lms.accounts.models import Person
from lms.catalog.models import CourseVersion, VersionActivity
from lms.catalog.queries import get_outline
from lms.db import HubRead, utc_now
from lms.delivery.models import Attendance, Deadline, Enrolment, HalfDay, SessionTrainer, TrainingSession
from lms.delivery.queries import JOIN_LINK_BEFORE
from lms.learning.models import Attempt, Progress, Submission

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


class Step(NamedTuple):
    """One activity as a learner sees it in the contents; a half-day is done when presence is signed."""

    key: str
    kind: str
    title: str
    minutes: int
    required: bool
    purpose: str
    module_key: str
    module_title: str
    status: str  # todo, started, submitted, done
    score: float | None
    success: str
    due_at: datetime | None

    @property
    def is_done(self) -> bool:
        return self.status in {"done", "submitted"}


class PathModule(NamedTuple):
    """One module of a learner's course, and how many of its steps are done."""

    title: str
    steps: list[Step]
    done: int


class Followed(NamedTuple):
    """A learner's enrolment with what its pages say of the session and the version."""

    id: uuid.UUID
    session_id: uuid.UUID
    version_id: uuid.UUID
    status: str
    session_title: str
    session_place: str
    title: str
    summary: str


class Spot(NamedTuple):
    """A learner at one activity: the enrolment, the activity with its data, the latest attempt (None: not begun)."""

    enrolment_id: uuid.UUID
    session_id: uuid.UUID
    version_id: uuid.UUID
    pseudonym: str
    course_title: str
    key: str
    kind: str
    data: dict[str, Any]
    attempt_id: uuid.UUID | None
    number: int | None
    state: dict[str, Any]
    revision: int
    completion: str
    success: str


class HalfDayRow(NamedTuple):
    """A half-day of the session with the learner's presence (None: not known yet)."""

    id: uuid.UUID
    activity_key: str
    title: str
    starts_at: datetime
    ends_at: datetime
    modality: str
    place: str
    join_url: str
    present: bool | None
    signed_at: datetime | None


class Path:
    """A learner's whole course: its steps in order, and what is left of it."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.steps = steps
        # what is done alone: everything but half-days
        self.own_steps = [step for step in steps if step.kind != "live_session"]
        self.done = sum(step.is_done for step in self.own_steps)

    @property
    def modules(self) -> list[PathModule]:
        """The modules with their steps."""
        grouped: dict[str, tuple[str, list[Step]]] = {}
        for step in self.steps:
            grouped.setdefault(step.module_key, (step.module_title, []))[1].append(step)
        return [PathModule(title, steps, sum(step.is_done for step in steps)) for title, steps in grouped.values()]

    @property
    def share(self) -> float:
        return self.done / len(self.own_steps) if self.own_steps else 0.0

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.own_steps if not step.is_done)

    def next_step(self) -> Step | None:
        """Where to go on: what was started, else the first required one to do, else any."""
        open_steps = [step for step in self.own_steps if not step.is_done]
        started = [step for step in open_steps if step.status == "started"]
        required = [step for step in open_steps if step.required]
        return next(iter(started or required or open_steps), None)

    def around(self, key: str) -> tuple[Step | None, Step | None]:
        """The steps before and after this one."""
        keys = [step.key for step in self.steps]
        at = keys.index(key)
        before = self.steps[at - 1] if at else None
        return before, self.steps[at + 1] if at + 1 < len(keys) else None


NOT_BEGUN = ("todo", None, "unknown")  # status, score, success

# the statements of every page of the player are made once: making them costs more than running them
_OWN = (
    Enrolment.id == bindparam("enrolment"), Enrolment.person_id == bindparam("person"), Enrolment.status != "cancelled",
)  # fmt: skip
_ENROLMENT = (
    select(Enrolment)
    .join(Enrolment.session)
    .join(TrainingSession.version)
    .where(*_OWN)
    .options(contains_eager(Enrolment.session).contains_eager(TrainingSession.version))
)
_FOLLOWED = HubRead(
    select(
        Enrolment.id, Enrolment.session_id, TrainingSession.version_id, Enrolment.status, TrainingSession.title,
        TrainingSession.place, CourseVersion.title, func.coalesce(CourseVersion.facts["summary"].as_string(), ""),
    )
    .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
    .join(CourseVersion, CourseVersion.id == TrainingSession.version_id)
    .where(*_OWN)
)  # fmt: skip
_SPOT = HubRead(
    select(
        Enrolment.id, Enrolment.session_id, TrainingSession.version_id, Enrolment.pseudonym, CourseVersion.title,
        VersionActivity.key, VersionActivity.kind, VersionActivity.data,
        Attempt.id, Attempt.number, Attempt.state, Attempt.revision, Attempt.completion, Attempt.success,
    )
    .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
    .join(CourseVersion, CourseVersion.id == TrainingSession.version_id)
    .join(
        VersionActivity,
        and_(VersionActivity.version_id == TrainingSession.version_id, VersionActivity.key == bindparam("activity")),
    )
    .outerjoin(Attempt, and_(Attempt.enrolment_id == Enrolment.id, Attempt.activity_key == VersionActivity.key))
    .where(*_OWN)
    .order_by(Attempt.number.desc())
    .limit(1)
)  # fmt: skip
_PLACES = HubRead(
    select(Progress.activity_key, Progress.status, Progress.score, Progress.success).where(
        Progress.enrolment_id == bindparam("enrolment")
    )
)
_DEADLINES = HubRead(select(Deadline.activity_key, Deadline.due_at).where(Deadline.session_id == bindparam("session")))
_PRESENCES = HubRead(
    select(HalfDay.activity_key)
    .join(Attendance, Attendance.half_day_id == HalfDay.id)
    .where(
        HalfDay.session_id == bindparam("session"), Attendance.enrolment_id == bindparam("enrolment"), Attendance.present
    )
)  # fmt: skip
_HALF_DAYS = HubRead(
    select(
        HalfDay.id, HalfDay.activity_key, HalfDay.title, HalfDay.starts_at, HalfDay.ends_at, HalfDay.modality,
        HalfDay.place, HalfDay.join_url, Attendance.present, Attendance.signed_at,
    )
    .outerjoin(
        Attendance, and_(Attendance.half_day_id == HalfDay.id, Attendance.enrolment_id == bindparam("enrolment"))
    )
    .where(HalfDay.session_id == bindparam("session"))
    .order_by(HalfDay.starts_at)
)  # fmt: skip


def get_enrolment(session: Session, enrolment_id: uuid.UUID, person_id: uuid.UUID) -> Enrolment | None:
    """The learner's own enrolment with its session and version, to be changed; None for anybody else's."""
    return session.scalar(_ENROLMENT, {"enrolment": enrolment_id, "person": person_id})


def get_followed(session: Session, enrolment_id: uuid.UUID, person_id: uuid.UUID) -> Followed | None:
    """The learner's own enrolment, to be shown; None for anybody else's."""
    rows = _FOLLOWED.rows(session, enrolment=enrolment_id, person=person_id)
    return Followed(*rows[0]) if rows else None


def get_spot(session: Session, enrolment_id: uuid.UUID, key: str, person_id: uuid.UUID) -> Spot | None:
    """The learner's own place at an activity, one statement; None for anybody else's and for an unknown activity."""
    rows = _SPOT.rows(session, enrolment=enrolment_id, activity=key, person=person_id)
    return Spot(*rows[0]) if rows else None


def get_path(session: Session, enrolment_id: uuid.UUID, session_id: uuid.UUID, version_id: uuid.UUID) -> Path:
    """The contents of the learner's version with their place in it, three short statements."""
    places = {row[0]: row[1:] for row in _PLACES.rows(session, enrolment=enrolment_id)}
    due: dict[str, datetime] = dict(_DEADLINES.rows(session, session=session_id))
    present = {row[0] for row in _PRESENCES.rows(session, session=session_id, enrolment=enrolment_id)}
    steps = []
    for line in get_outline(session, version_id):
        key = line.key
        status, score, success = places.get(key, NOT_BEGUN)
        if line.kind == "live_session":
            status = "done" if key in present else "todo"
        steps.append(
            Step(
                key, line.kind, line.title, line.minutes, line.required, line.purpose, line.module_key, line.module_title,
                status, score, success, due.get(key),
            )
        )  # fmt: skip
    return Path(tuple(steps))


def _call_is_on(day: HalfDayRow, now: datetime) -> bool:
    """The address of a call is shown from 15 minutes before the start to the end, as on the other pages."""
    return day.starts_at - JOIN_LINK_BEFORE <= now <= day.ends_at


def list_half_days(
    session: Session, enrolment_id: uuid.UUID, session_id: uuid.UUID, activity_key: str | None = None
) -> list[HalfDayRow]:
    """The half-days of the learner's session, or those of one activity, in order, with the learner's presence."""
    now = utc_now()
    rows = [HalfDayRow(*row) for row in _HALF_DAYS.rows(session, enrolment=enrolment_id, session=session_id)]
    return [
        day if _call_is_on(day, now) else day._replace(join_url="")
        for day in rows
        if activity_key is None or day.activity_key == activity_key
    ]


def get_submission(session: Session, attempt_id: uuid.UUID) -> Submission | None:
    return session.scalar(select(Submission).where(Submission.attempt_id == attempt_id))


@dataclass(frozen=True, slots=True)
class WorkRow:
    """Work handed in, as the list of what is to be marked shows it."""

    id: uuid.UUID
    learner: str
    activity_key: str
    activity_title: str
    session_id: uuid.UUID
    session_title: str
    submitted_at: datetime
    marked_at: datetime | None
    score: float | None
    attempt_number: int


def list_work(
    session: Session,
    *,
    trainer_id: uuid.UUID | None = None,
    session_id: uuid.UUID | None = None,
    marked: bool | None = None,
) -> list[WorkRow]:
    """Work handed in, what waits longest first; ``trainer_id`` narrows to the sessions of that trainer."""
    statement = (
        select(
            Submission.id, Person.given_name, Person.family_name, Submission.activity_key, VersionActivity.title,
            TrainingSession.id, TrainingSession.title, Submission.submitted_at, Submission.marked_at, Submission.score,
            Attempt.number,
        )
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .join(
            VersionActivity,
            and_(VersionActivity.version_id == Attempt.version_id, VersionActivity.key == Submission.activity_key),
        )
        .order_by(Submission.marked_at.is_not(None), Submission.submitted_at)
        .limit(500)
    )  # fmt: skip
    if trainer_id is not None:
        own = select(SessionTrainer.session_id).where(SessionTrainer.person_id == trainer_id)
        statement = statement.where(TrainingSession.id.in_(own))
    if session_id is not None:
        statement = statement.where(TrainingSession.id == session_id)
    if marked is not None:
        statement = statement.where(Submission.marked_at.is_not(None) if marked else Submission.marked_at.is_(None))
    return [WorkRow(row[0], f"{row[1]} {row[2]}".strip(), *row[3:]) for row in session.execute(statement)]


def get_work(session: Session, submission_id: uuid.UUID) -> tuple[Submission, Attempt, Enrolment] | None:
    """A piece of work with its attempt and its learner's enrolment (person and session loaded)."""
    row = session.execute(
        select(Submission, Attempt, Enrolment)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .where(Submission.id == submission_id)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.session))
    ).first()
    return (row[0], row[1], row[2]) if row else None


def is_trainer_of(session: Session, session_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether this person trains in this session."""
    found = session.scalar(
        select(SessionTrainer.id).where(SessionTrainer.session_id == session_id, SessionTrainer.person_id == person_id)
    )
    return found is not None


def get_version(session: Session, version_id: uuid.UUID) -> CourseVersion | None:
    return session.get(CourseVersion, version_id)


def list_submissions_of(session: Session, enrolment_id: uuid.UUID, activity_key: str) -> Sequence[Submission]:
    """All that a learner handed in for one activity, the latest first."""
    return session.scalars(
        select(Submission)
        .where(Submission.enrolment_id == enrolment_id, Submission.activity_key == activity_key)
        .order_by(Submission.submitted_at.desc())
    ).all()
