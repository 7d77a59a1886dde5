"""What a session left behind, read once in a bounded number of statements; screens and proofs are made of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, false, func, select, type_coerce
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.catalog.models import CourseRecord, CourseVersion, VersionActivity
from lms.competencies.models import Evidence
from lms.db import JsonColumn, utc_now
from lms.delivery.attendance_queries import AttendanceGrid, GridRow, LearnerRow, get_attendance_grid
from lms.delivery.models import Deadline, Enrolment, SessionTrainer, TrainingSession
from lms.evaluations.models import SurveyAnswer, SurveyResponse
from lms.hubs.models import Hub
from lms.learning.models import Progress, Submission
from lms.quality.models import IssuedDocument

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

LIVE = "live_session"
STARTED = ("active", "completed", "dropped")


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of the version that the session runs."""

    key: str
    kind: str
    title: str
    minutes: int
    required: bool
    purpose: str
    module_key: str
    module_title: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Work:
    """Something handed in."""

    id: uuid.UUID
    submitted_at: datetime
    marked_at: datetime | None
    score: float | None
    answered: bool  # the trainer wrote something back


@dataclass(frozen=True, slots=True)
class Done:
    """Where a learner is with one activity."""

    status: str
    score: float | None
    success: str
    started_at: datetime
    done_at: datetime | None
    works: tuple[Work, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.status in {"done", "submitted"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one source showed of one competency."""

    ref: str
    source: str
    level: float
    items: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """A document that was handed out."""

    id: uuid.UUID
    number: str
    kind: str
    enrolment_id: uuid.UUID | None
    version: int
    digest: str
    sha256: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the hot surveys say, summed: nothing here goes back to a person.

    ``satisfied`` of ``answers`` (items of the indicator "satisfaction" with at least five answers), ``aside`` left out;
    ``recommend``: how many gave each score 0..10; ``responses`` questionnaires of ``surveys``.
    """

    satisfied: int = 0
    answers: int = 0
    aside: int = 0
    recommend: dict[int, int] = field(default_factory=dict)
    responses: int = 0
    surveys: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """A session, its people and what they did; dictionaries go by enrolment."""

    run: TrainingSession
    version: CourseVersion
    course: CourseRecord
    hub: Hub
    lead: str
    trainers: tuple[str, ...]  # their names, sorted
    now: datetime
    grid: AttendanceGrid
    activities: tuple[Activity, ...]
    progress: dict[uuid.UUID, dict[str, Done]]
    contents: tuple[Any, ...] = ()  # of tests and surveys, as lms.evaluations.queries.texts.read_texts wants them

    @property
    def ended(self) -> bool:
        return self.run.status == "closed" or self.now.date() > self.run.ends_on

    @property
    def own_activities(self) -> list[Activity]:
        """What is done alone: half-days are signed, not done."""
        return [activity for activity in self.activities if activity.kind != LIVE]

    def has_started(self, row: GridRow) -> bool:
        """Whether the learner came at all: signed in, began something, or signed a half-day."""
        learner = row.learner
        if learner.status == "cancelled":
            return False
        came = learner.joined_at is not None or learner.id in self.progress
        return learner.status in {"active", "completed"} or came or any(cell.state == "signed" for cell in row.cells)


def load_material(
    session: Session, session_id: uuid.UUID, *, now: datetime | None = None, contents: bool = False
) -> Material | None:
    """Six statements whatever the number of learners; None when the hub has no such session.

    ``contents``: read what tests and surveys ask, too.
    """
    now = now or utc_now()
    lead, trainer = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            TrainingSession, CourseVersion, CourseRecord, Hub, func.trim(lead.given_name + " " + lead.family_name),
            func.trim(trainer.given_name + " " + trainer.family_name),
        )
        .join(CourseVersion, CourseVersion.id == TrainingSession.version_id)
        .join(CourseRecord, CourseRecord.id == CourseVersion.course_id)
        .join(Hub, Hub.id == TrainingSession.hub_id)
        .outerjoin(lead, lead.id == TrainingSession.lead_id)
        .outerjoin(SessionTrainer, SessionTrainer.session_id == TrainingSession.id)  # a row for each of them
        .outerjoin(trainer, trainer.id == SessionTrainer.person_id)
        .where(TrainingSession.id == session_id)
        .order_by(trainer.family_name, trainer.given_name)
    ).all()  # fmt: skip
    if not rows:
        return None
    run, version, course, hub, lead_name, _trainer = rows[0]
    activities = _list_activities(session, run, contents=contents)
    return Material(
        run=run, version=version, course=course, hub=hub, lead=lead_name or "",
        trainers=tuple(row[-1] for row in rows if row[-1] is not None), now=now,
        grid=get_attendance_grid(session, session_id, now=now),
        activities=tuple(Activity(*values[:-1]) for values in activities),
        progress=_list_progress(session, session_id),
        contents=tuple((one.kind, one.key, one.title, one.purpose, one.data) for one in activities if one.data),
    )  # fmt: skip


def _list_activities(session: Session, run: TrainingSession, *, contents: bool) -> Sequence[Any]:
    row = VersionActivity
    asked = row.kind.in_(("quiz", "survey")) if contents else false()
    return session.execute(
        select(
            row.key, row.kind, row.title, row.minutes, row.required, row.purpose, row.module_key, row.module_title,
            Deadline.due_at, type_coerce(case((asked, row.data)), JsonColumn).label("data"),
        )
        .outerjoin(Deadline, and_(Deadline.activity_key == row.key, Deadline.session_id == run.id))
        .where(row.version_id == run.version_id)
        .order_by(row.position)
    ).all()  # fmt: skip


def _list_progress(session: Session, session_id: uuid.UUID) -> dict[uuid.UUID, dict[str, Done]]:
    row, work = Progress, Submission
    found = session.execute(
        select(
            row.enrolment_id, row.activity_key, row.status, row.score, row.success, row.started_at, row.done_at,
            work.id, work.submitted_at, work.marked_at, work.score, work.feedback != "",
        )
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .outerjoin(work, and_(work.enrolment_id == row.enrolment_id, work.activity_key == row.activity_key))
        .where(Enrolment.session_id == session_id)
    )  # fmt: skip
    progress: dict[uuid.UUID, dict[str, Done]] = defaultdict(dict)
    for enrolment, key, status, score, success, started, done, work_id, submitted, marked, mark, answered in found:
        works: tuple[Work, ...] = (
            (Work(work_id, submitted, marked, mark, bool(answered)),) if work_id is not None else ()
        )
        before = progress[enrolment].get(key)
        if before is not None:
            works = tuple(sorted(before.works + works, key=lambda one: one.submitted_at))
        progress[enrolment][key] = Done(status, score, success, started, done, works)
    return dict(progress)


def list_shown(session: Session, session_id: uuid.UUID) -> dict[uuid.UUID, list[Shown]]:
    """The evidence of each learner, in the order it came. One statement."""
    row = Evidence
    found = session.execute(
        select(
            row.enrolment_id, row.framework, row.framework_version, row.code, row.source_kind, row.level, row.items,
            row.recorded_at,
        )
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .where(Enrolment.session_id == session_id)
        .order_by(row.recorded_at, row.framework, row.framework_version, row.code, row.id)
    )  # fmt: skip
    shown: dict[uuid.UUID, list[Shown]] = defaultdict(list)
    for enrolment, framework, version, code, source, level, items, at in found:
        if enrolment is None:
            continue
        shown[enrolment].append(Shown(f"{framework}@{version}#{code}", source, float(level), items, at))
    return dict(shown)


def list_issued(session: Session, session_id: uuid.UUID) -> list[Issued]:
    """The documents handed out in a session, in order. One statement."""
    row = IssuedDocument
    found = session.execute(
        select(row.id, row.number, row.kind, row.enrolment_id, row.facts, row.sha256, row.issued_at)
        .where(row.session_id == session_id)
        .order_by(row.issued_at, row.number)
    )
    return [
        Issued(id_, number, kind, enrolment, facts.get("version", 1), facts.get("digest", ""), sha256, at)
        for id_, number, kind, enrolment, facts, sha256, at in found
    ]


def read_opinions(session: Session, session_id: uuid.UUID) -> Opinions:
    """The sums of the hot surveys. Two statements whatever the number of answers."""
    answer, filled = SurveyAnswer, SurveyResponse
    hot = (filled.session_id == session_id, filled.purpose == "hot")
    responses, surveys = session.execute(
        select(func.count(), func.count(filled.activity_key.distinct())).where(*hot)
    ).one()
    rows = session.execute(
        select(filled.activity_key, answer.item_key, answer.item_type, answer.state, answer.number, func.count())
        .join(filled, filled.id == answer.response_id)
        .where(*hot, answer.indicator.in_(("satisfaction", "recommandation")), answer.item_type.in_(("scale", "nps")))
        .group_by(filled.activity_key, answer.item_key, answer.item_type, answer.state, answer.number)
    )
    items: dict[tuple[str, str, str], dict[float | None, int]] = defaultdict(lambda: defaultdict(int))
    for activity, item, item_type, state, number, n in rows:
        items[item_type, activity, item][number if state == "answered" else None] += n
    return sum_opinions(
        [(item_type, counts) for (item_type, _, _), counts in items.items()], responses=responses, surveys=surveys
    )


def sum_opinions(
    items: list[tuple[str, dict[float | None, int]]], *, responses: int, surveys: int, minimum: int = 5
) -> Opinions:
    """Pool the items: (type, value -> how many; None: did not answer); those under ``minimum`` answers stay out."""
    satisfied = answers = aside = 0
    recommend: dict[int, int] = defaultdict(int)
    for item_type, counts in items:
        answered = sum(n for value, n in counts.items() if value is not None)
        if answered < minimum:
            continue
        if item_type == "nps":
            for value, n in counts.items():
                if value is not None and n:
                    recommend[round(value)] += n
        else:
            answers += answered
            satisfied += sum(n for value, n in counts.items() if value is not None and value >= 4)
            aside += counts.get(None, 0)
    return Opinions(satisfied, answers, aside, dict(sorted(recommend.items())), responses, surveys)


__all__ = [
    "LIVE", "STARTED", "Activity", "Done", "Issued", "LearnerRow", "Material", "Opinions", "Shown", "Work",
    "list_issued", "list_shown", "load_material", "read_opinions", "sum_opinions",
]  # fmt: skip
