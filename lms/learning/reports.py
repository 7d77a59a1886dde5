"""What trainers see of packages: attempts, parts, questions as the package reported them, and the ledger of commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, func, select

from lms.accounts.models import Person
from lms.catalog.models import VersionActivity
from lms.delivery.models import Enrolment, TrainingSession
from lms.learning.models import Attempt, PackageCommit
from lms.learning.reported import interaction_points
from scorm.cmi import read_commit

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from scorm.cmi import InteractionResult

KIND = "scorm"
GAP = 15 * 60  # seconds without a commit after which the clock of the server is not counted on
MOST = 2000


class AttemptRow(NamedTuple):
    """One attempt at a package of a session."""

    id: uuid.UUID
    learner: str
    pseudonym: str
    activity_key: str
    title: str
    number: int
    completion: str
    success: str
    score: float | None
    seconds: float
    commits: int
    started_at: datetime
    updated_at: datetime


def has_packages(session: Session, training_session_id: uuid.UUID) -> bool:
    """Whether the version of this session has a package at all."""
    found = session.scalar(
        select(VersionActivity.id)
        .join(TrainingSession, TrainingSession.version_id == VersionActivity.version_id)
        .where(TrainingSession.id == training_session_id, VersionActivity.kind == KIND)
        .limit(1)
    )
    return found is not None


def list_package_attempts(
    session: Session, training_session_id: uuid.UUID, attempt_id: uuid.UUID | None = None
) -> list[AttemptRow]:
    """The attempts at the packages of a session (or that one), by activity, learner and number. One statement."""
    counts = (
        select(PackageCommit.attempt_id, func.count().label("commits")).group_by(PackageCommit.attempt_id).subquery()
    )
    statement = (
        select(
            Attempt.id, Person.given_name, Person.family_name, Enrolment.pseudonym, Attempt.activity_key,
            VersionActivity.title, Attempt.number, Attempt.completion, Attempt.success, Attempt.score, Attempt.seconds,
            func.coalesce(counts.c.commits, 0), Attempt.started_at, Attempt.updated_at,
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(
            VersionActivity,
            and_(VersionActivity.version_id == Attempt.version_id, VersionActivity.key == Attempt.activity_key),
        )
        .outerjoin(counts, counts.c.attempt_id == Attempt.id)
        .where(Enrolment.session_id == training_session_id, Attempt.kind == KIND)
        .order_by(VersionActivity.position, Person.family_name, Person.given_name, Attempt.number)
        .limit(MOST)
    )  # fmt: skip
    if attempt_id is not None:
        statement = statement.where(Attempt.id == attempt_id)
    rows = [tuple(row) for row in session.execute(statement)]
    return [AttemptRow(row[0], f"{row[1]} {row[2]}".strip(), *row[3:]) for row in rows]


def list_commits(session: Session, attempt_id: uuid.UUID) -> Sequence[PackageCommit]:
    """The ledger of an attempt, in the order it was written."""
    return session.scalars(
        select(PackageCommit).where(PackageCommit.attempt_id == attempt_id).order_by(PackageCommit.id).limit(10 * MOST)
    ).all()


def list_session_commits(
    session: Session, training_session_id: uuid.UUID
) -> Iterator[tuple[str, str, int, PackageCommit]]:
    """Pseudonym, activity, number of the attempt and entry, of a whole session."""
    statement = (
        select(Enrolment.pseudonym, Attempt.activity_key, Attempt.number, PackageCommit)
        .join(Attempt, Attempt.id == PackageCommit.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.session_id == training_session_id)
        .order_by(Enrolment.pseudonym, Attempt.activity_key, Attempt.number, PackageCommit.id)
    )
    for row in session.execute(statement):
        yield row[0], row[1], row[2], row[3]


@dataclass(frozen=True, slots=True)
class Audit:
    """Time of an attempt three ways, in seconds.

    ``said``: by the package, visit after visit; ``counted``: what the results use; ``seen``: between commits as this
    server received them, where none is further than ``GAP`` from the next. ``doubtful``: the package says clearly more
    than was seen, which a machine left open offline, or a forged commit, both do.
    """

    said: float
    counted: float
    seen: float
    visits: int
    late: int

    @property
    def doubtful(self) -> bool:
        return self.said > 2 * self.seen + 300


def audit_time(ledger: Sequence[PackageCommit], counted: float) -> Audit:
    """Compare what a package said of time with what was seen of it."""
    visits: dict[tuple[int, str, int], float] = {}
    seen = 0.0
    former: PackageCommit | None = None
    for entry in ledger:
        if entry.part:
            key = (entry.launch, entry.part, entry.visit)
            visits[key] = max(visits.get(key, 0.0), entry.session_seconds)
        if former is not None and former.launch == entry.launch and not entry.late:
            pause = (entry.received_at - former.received_at).total_seconds()
            seen += pause if pause <= GAP else 0.0
        former = entry if not entry.late else former
    return Audit(sum(visits.values()), counted, seen, len(visits), sum(entry.late for entry in ledger))


class PartRow(NamedTuple):
    """One part of a package, as it stands in an attempt."""

    title: str
    completion: str
    success: str
    score: float | None
    seconds: float


class AnswerRow(NamedTuple):
    """One interaction, as the package reported it."""

    part: str
    text: str
    answer: str
    expected: str
    result: str  # right, wrong, a share, or what the package wrote
    points: float | None
    seconds: float | None


def list_parts(data: dict[str, Any], state: dict[str, Any]) -> list[PartRow]:
    """The parts of a package in reading order. ``data``: of the activity; ``state``: of the attempt."""
    found = []
    for sco in data.get("scos", ()):
        part = state.get("scos", {}).get(sco["id"], {})
        found.append(
            PartRow(
                sco["title"], part.get("completion", "not attempted"), part.get("success", "unknown"),
                part.get("scaled"), part.get("seconds", 0.0),
            )
        )  # fmt: skip
    return found


def list_answers(data: dict[str, Any], state: dict[str, Any]) -> list[AnswerRow]:
    """The interactions that the parts last reported, read again with the rules that let them in."""
    standard = "2004" if data.get("standard") == "2004" else "1.2"
    found: list[AnswerRow] = []
    for sco in data.get("scos", ()):
        kept = state.get("scos", {}).get(sco["id"], {}).get("kept", {})
        result = read_commit(standard, kept).result  # type: ignore[arg-type]
        found += [_answer(sco["title"], one) for one in result.interactions]
    return found


def _answer(part: str, one: InteractionResult) -> AnswerRow:
    return AnswerRow(
        part, one.description or one.id, one.learner_response, " · ".join(one.correct_patterns), one.result,
        interaction_points(one.result), one.latency,
    )  # fmt: skip
