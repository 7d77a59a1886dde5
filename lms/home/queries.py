"""What each role should do now: a few statements whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, exists, func, or_, select

from lms.accounts.models import Membership, Person
from lms.catalog.models import CourseRecord, CourseVersion, VersionActivity
from lms.catalog.queries import get_outline
from lms.competencies.models import Evidence
from lms.db import HubRead, utc_now
from lms.delivery.models import Attendance, Deadline, Enrolment, HalfDay, SessionTrainer, TrainingSession
from lms.learning.models import Progress, Submission
from lms.quality.models import Improvement

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

UNFOLLOWED_DAYS = 7


@dataclass(slots=True)
class Course:
    """A course that a learner follows now."""

    enrolment_id: uuid.UUID
    title: str
    total: int = 0
    done: int = 0
    minutes_left: int = 0
    next_key: str = ""
    next_title: str = ""
    next_minutes: int = 0
    touched_at: datetime | None = None

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class ToDo:
    """An activity with a deadline."""

    enrolment_id: uuid.UUID
    key: str
    title: str
    kind: str
    due_at: datetime
    late: bool


@dataclass(slots=True)
class LearnerHome:
    courses: list[Course] = field(default_factory=list)
    half_days: Sequence[Any] = ()
    to_do: list[ToDo] = field(default_factory=list)
    assessed: int = 0

    @property
    def resume(self) -> Course | None:
        """The course to go on with: the last touched that is not finished."""
        going = [course for course in self.courses if course.next_key]
        return max(going, key=lambda course: (course.touched_at is not None, course.touched_at or 0), default=None)


# the statements of the page that learners open most are made once
_FOLLOWED = (
    Enrolment.person_id == bindparam("person"),
    or_(Enrolment.status == "active", Enrolment.status == "invited", Enrolment.status == "completed"),
    TrainingSession.status == "open",
)
_IS_DONE = or_(Progress.status == "done", Progress.status == "submitted")
_COURSES = HubRead(
    select(
        Enrolment.id, TrainingSession.version_id, TrainingSession.title, func.max(Progress.updated_at),
        func.aggregate_strings(case((_IS_DONE, Progress.activity_key)), " "),  # keys of activities hold no space
    )
    .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
    .outerjoin(Progress, Progress.enrolment_id == Enrolment.id)
    .where(*_FOLLOWED)
    .group_by(Enrolment.id, TrainingSession.id)
    .order_by(TrainingSession.starts_on, TrainingSession.id)
)  # fmt: skip
_HALF_DAYS = HubRead(
    select(
        HalfDay.id, HalfDay.title, HalfDay.starts_at, HalfDay.ends_at, HalfDay.modality, HalfDay.place, HalfDay.join_url,
        Attendance.id.is_not(None).label("signed"),
    )
    .join(TrainingSession, TrainingSession.id == HalfDay.session_id)
    .join(Enrolment, Enrolment.session_id == HalfDay.session_id)
    .outerjoin(Attendance, and_(Attendance.half_day_id == HalfDay.id, Attendance.enrolment_id == Enrolment.id))
    .where(*_FOLLOWED, HalfDay.ends_at > bindparam("since"))
    .order_by(HalfDay.starts_at)
    .limit(4)
)  # fmt: skip
_TO_DO = HubRead(
    select(Enrolment.id, Deadline.activity_key, VersionActivity.title, VersionActivity.kind, Deadline.due_at)
    .join(TrainingSession, TrainingSession.id == Deadline.session_id)
    .join(Enrolment, Enrolment.session_id == Deadline.session_id)
    .join(
        VersionActivity,
        and_(VersionActivity.version_id == TrainingSession.version_id, VersionActivity.key == Deadline.activity_key),
    )
    .outerjoin(Progress, and_(Progress.enrolment_id == Enrolment.id, Progress.activity_key == Deadline.activity_key))
    .where(*_FOLLOWED, or_(Progress.id.is_(None), Progress.status == "started"))
    .order_by(Deadline.due_at)
    .limit(6)
)
_ASSESSED = HubRead(
    select(func.count(func.distinct(Evidence.framework + Evidence.code))).where(
        Evidence.person_id == bindparam("person"), Evidence.source_kind != "positioning"
    )
)


def get_learner_home(session: Session, person_id: uuid.UUID) -> LearnerHome:
    """Return the courses under way, the next half-days and the deadlines of a learner: four statements."""
    now = utc_now()
    courses = _list_courses(session, person_id)
    if not courses:
        return LearnerHome()
    half_days = _HALF_DAYS.rows(session, person=person_id, since=now - timedelta(hours=12))
    to_do = [
        ToDo(enrolment_id, key, title, kind, due_at, due_at < now)
        for enrolment_id, key, title, kind, due_at in _TO_DO.rows(session, person=person_id)
    ]
    return LearnerHome(courses, half_days, to_do, _ASSESSED.rows(session, person=person_id)[0][0])


def _list_courses(session: Session, person_id: uuid.UUID) -> list[Course]:
    courses = []
    for enrolment_id, version_id, title, touched_at, keys in _COURSES.rows(session, person=person_id):
        done = set((keys or "").split())
        steps = [line for line in get_outline(session, version_id) if line.required and line.kind != "live_session"]
        left = [line for line in steps if line.key not in done]
        course = Course(
            enrolment_id, title, total=len(steps), done=len(steps) - len(left),
            minutes_left=sum(line.minutes for line in left), touched_at=touched_at,
        )  # fmt: skip
        if left:
            course.next_key, course.next_title, course.next_minutes = left[0].key, left[0].title, left[0].minutes
        courses.append(course)
    return courses


@dataclass(slots=True)
class TrainerHome:
    half_days: Sequence[Row[HalfDay, str, int, int]] = ()
    to_mark: Sequence[Row[uuid.UUID, str, datetime, str, str, uuid.UUID]] = ()
    to_mark_count: int = 0
    quiet_learners: Sequence[Row[uuid.UUID, str, str, uuid.UUID, str, datetime | None]] = ()
    drafts: Sequence[Row[uuid.UUID, str, datetime]] = ()


def get_trainer_home(session: Session, person_id: uuid.UUID) -> TrainerHome:
    """Return who needs this trainer: half-days, work to mark, learners gone quiet, drafts: five statements."""
    now = utc_now()
    mine = select(SessionTrainer.session_id).where(SessionTrainer.person_id == person_id)
    expected = (
        select(func.count())
        .where(Enrolment.session_id == HalfDay.session_id, Enrolment.status.in_(("invited", "active", "completed")))
        .correlate(HalfDay)
        .scalar_subquery()
    )
    signed = select(func.count()).where(Attendance.half_day_id == HalfDay.id).correlate(HalfDay).scalar_subquery()
    half_days = session.execute(
        select(HalfDay, TrainingSession.title, expected, signed)
        .join(TrainingSession, TrainingSession.id == HalfDay.session_id)
        .where(
            TrainingSession.id.in_(mine), TrainingSession.status == "open",
            or_(HalfDay.ends_at > now, HalfDay.countersigned_at.is_(None)),
        )
        .order_by(HalfDay.starts_at)
        .limit(5)
    ).all()  # fmt: skip
    waiting = (
        select(
            Submission.id,
            Person.given_name + " " + Person.family_name,
            Submission.submitted_at,
            TrainingSession.title,
            Submission.activity_key,
            TrainingSession.id,
        )
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .where(Submission.marked_at.is_(None), TrainingSession.id.in_(mine))
    )
    to_mark = session.execute(waiting.order_by(Submission.submitted_at).limit(6)).all()
    count = len(to_mark)
    if count == 6:
        count = session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    drafts = session.execute(
        select(CourseRecord.id, CourseVersion.title, CourseVersion.updated_at)
        .join(CourseVersion, CourseVersion.course_id == CourseRecord.id)
        .where(CourseVersion.number == 0, CourseRecord.archived_at.is_(None))
        .order_by(CourseVersion.updated_at.desc())
        .limit(3)
    ).all()
    return TrainerHome(half_days, to_mark, count, _quiet_learners(session, mine, now), drafts)


def _quiet_learners(
    session: Session, sessions: object, now: datetime
) -> Sequence[Row[uuid.UUID, str, str, uuid.UUID, str, datetime | None]]:
    last = func.max(Progress.updated_at)
    limit = now - timedelta(days=UNFOLLOWED_DAYS)
    return session.execute(
        select(Enrolment.id, Person.given_name, Person.family_name, TrainingSession.id, TrainingSession.title, last)
        .join(Person, Person.id == Enrolment.person_id)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .outerjoin(Progress, Progress.enrolment_id == Enrolment.id)
        .where(
            TrainingSession.id.in_(sessions), Enrolment.status.in_(("invited", "active")),  # type: ignore[arg-type]
            TrainingSession.status == "open", TrainingSession.starts_on <= now.date(), TrainingSession.ends_on >= now.date(),
        )
        .group_by(Enrolment.id, Person.given_name, Person.family_name, TrainingSession.id, TrainingSession.title)
        .having(or_(last.is_(None), last < limit))
        .order_by(Person.family_name)
        .limit(6)
    ).all()  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as the lead's home shows it."""

    id: uuid.UUID
    title: str
    reference: str
    starts_on: object
    ends_on: object
    learners: int
    not_started: int
    unsigned: int
    to_mark: int

    @property
    def gaps(self) -> int:
        return self.not_started + self.unsigned + self.to_mark


@dataclass(slots=True)
class LeadHome:
    sessions: list[SessionLine] = field(default_factory=list)
    improvements: Sequence[Improvement] = ()
    courses: int = 0


def get_lead_home(session: Session) -> LeadHome:
    """Return the sessions with what is missing in each, and the actions due: three statements."""
    now = utc_now()
    counted = Enrolment.status.in_(("invited", "active", "completed"))
    learners = (
        select(func.count())
        .where(Enrolment.session_id == TrainingSession.id, counted)
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    not_started = (
        select(func.count())
        .where(
            Enrolment.session_id == TrainingSession.id, counted,
            ~exists().where(Progress.enrolment_id == Enrolment.id), TrainingSession.starts_on <= now.date(),
        )
        .correlate(TrainingSession)
        .scalar_subquery()
    )  # fmt: skip
    unsigned = (
        select(func.count())
        .where(HalfDay.session_id == TrainingSession.id, HalfDay.ends_at < now, HalfDay.countersigned_at.is_(None))
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    to_mark = (
        select(func.count())
        .select_from(Submission)
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .where(Enrolment.session_id == TrainingSession.id, Submission.marked_at.is_(None))
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            TrainingSession.id, TrainingSession.title, TrainingSession.reference, TrainingSession.starts_on, TrainingSession.ends_on,
            learners, not_started, unsigned, to_mark,
        )
        .where(TrainingSession.status.in_(("open", "planned")))
        .order_by(TrainingSession.starts_on.desc())
        .limit(8)
    ).all()  # fmt: skip
    improvements = session.scalars(
        select(Improvement).where(Improvement.status.in_(("open", "doing"))).order_by(Improvement.due_on).limit(5)
    ).all()
    courses = (
        session.scalar(select(func.count()).select_from(CourseRecord).where(CourseRecord.archived_at.is_(None))) or 0
    )
    return LeadHome([SessionLine(*row) for row in rows], improvements, courses)


@dataclass(slots=True)
class AdminHome:
    people: int = 0
    waiting: Sequence[Row[uuid.UUID, str, str, str]] = ()


def get_admin_home(session: Session) -> AdminHome:
    """Return how many people the hub has and who was invited but never came: two statements."""
    people = session.scalar(select(func.count(func.distinct(Membership.person_id)))) or 0
    waiting = session.execute(
        select(Person.id, Person.given_name, Person.family_name, Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.password_hash == "", Membership.role != "learner")
        .distinct()
        .order_by(Person.family_name)
        .limit(6)
    ).all()
    return AdminHome(people, waiting)
