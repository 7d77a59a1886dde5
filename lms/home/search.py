"""One search box: courses, sessions, people and competencies, as far as the reader's roles go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from lms.accounts.models import Membership, Person
from lms.catalog.models import CourseRecord
from lms.delivery.models import Enrolment, TrainingSession
from lms.frameworks.queries import search_items

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from lms.frameworks.queries import Found as FoundItem

MOST = 12
READERS = frozenset({"trainer", "lead", "hub_admin", "auditor"})
STAFF = frozenset({"trainer", "lead", "hub_admin"})


@dataclass(slots=True)
class Found:
    """What the words matched, at most twelve of a kind."""

    courses: Sequence[Row[uuid.UUID, str, str]] = ()
    sessions: Sequence[Row[uuid.UUID, str, str]] = ()
    followed: Sequence[Row[uuid.UUID, str, str]] = ()
    people: Sequence[Row[uuid.UUID, str, str, str]] = ()
    competencies: list[FoundItem] = field(default_factory=list)

    def __len__(self) -> int:
        kinds = (self.courses, self.sessions, self.followed, self.people, self.competencies)
        return sum(len(kind) for kind in kinds)


def search_everything(session: Session, text: str, *, roles: frozenset[str], person_id: uuid.UUID) -> Found:
    """Return what has all these words, in the session's hub; learners find their own courses only."""
    words = text.split()[:8]
    if not words:
        return Found()
    found = Found(competencies=search_items(session, text, most=MOST))
    if roles & STAFF:
        found.courses = session.execute(
            select(CourseRecord.id, CourseRecord.title, CourseRecord.summary)
            .where(CourseRecord.archived_at.is_(None), *_all_in(words, CourseRecord.title, CourseRecord.summary))
            .order_by(CourseRecord.title)
            .limit(MOST)
        ).all()
        found.people = session.execute(
            select(Person.id, Person.given_name, Person.family_name, Person.email)
            .where(
                Person.id.in_(select(Membership.person_id)),
                *_all_in(words, Person.given_name, Person.family_name, Person.email),
            )
            .order_by(Person.family_name)
            .limit(MOST)
        ).all()
    if roles & READERS:
        found.sessions = session.execute(
            select(TrainingSession.id, TrainingSession.title, TrainingSession.reference)
            .where(*_all_in(words, TrainingSession.title, TrainingSession.reference, TrainingSession.place))
            .order_by(TrainingSession.starts_on.desc())
            .limit(MOST)
        ).all()
    found.followed = session.execute(
        select(Enrolment.id, TrainingSession.title, TrainingSession.reference)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .where(Enrolment.person_id == person_id, *_all_in(words, TrainingSession.title, TrainingSession.reference))
        .limit(MOST)
    ).all()
    return found


def _all_in(words: list[str], *columns: InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
    return [or_(*(func.lower(column).contains(word.lower(), autoescape=True) for column in columns)) for word in words]
