"""What a new version of a framework touches: courses, their elements, sessions that run, evidence of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import distinct, func, select

from lms.catalog.models import Alignment, CourseRecord, CourseVersion
from lms.competencies.models import Evidence
from lms.delivery.models import TrainingSession

if TYPE_CHECKING:
    import uuid

    from sqlalchemy import Subquery
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class CourseImpact:
    """A course whose newest version names the framework: how many questions, criteria and other parts do, by code."""

    course_id: uuid.UUID
    title: str
    number: int
    codes: tuple[str, ...]
    questions: int
    criteria: int
    others: int
    sessions: int  # that were opened with a version which names it


@dataclass(frozen=True, slots=True)
class ItemImpact:
    """One item: how much of courses and how much evidence, of how many people, names it."""

    code: str
    courses: int
    questions: int
    evidence: int
    people: int


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything in the hub that names one version of a framework."""

    courses: tuple[CourseImpact, ...]
    items: dict[str, ItemImpact]
    evidence: int
    people: int

    @property
    def nothing(self) -> bool:
        return not self.courses and not self.evidence


def get_impact(session: Session, framework: str, version: str) -> Impact:
    """What names this version of a framework in the session's hub. Five statements."""
    courses = _courses(session, framework, version)
    row = Evidence
    here = (row.framework == framework, row.framework_version == version)
    shown = {
        code: (pieces, people)
        for code, pieces, people in session.execute(
            select(row.code, func.count(), func.count(distinct(row.person_id))).where(*here).group_by(row.code)
        )
    }
    people = session.scalar(select(func.count(distinct(row.person_id))).where(*here)) or 0
    named = _items(session, framework, version)
    codes = dict.fromkeys((*named, *shown))
    items = {code: ItemImpact(code, *named.get(code, (0, 0)), *shown.get(code, (0, 0))) for code in codes}
    return Impact(tuple(courses), items, sum(pieces for pieces, _people in shown.values()), people)


def newest_versions() -> Subquery:
    """The last published version of each course: course_id, number."""
    return (
        select(CourseVersion.course_id, func.max(CourseVersion.number).label("number"))
        .where(CourseVersion.number > 0)
        .group_by(CourseVersion.course_id)
        .subquery()
    )


def _courses(session: Session, framework: str, version: str) -> list[CourseImpact]:
    newest = newest_versions()
    row = Alignment
    rows = session.execute(
        select(CourseRecord.id, CourseRecord.title, CourseVersion.number, row.element_kind, row.element_key, row.activity_key, row.code)
        .join(CourseVersion, CourseVersion.id == row.version_id)
        .join(newest, (newest.c.course_id == CourseVersion.course_id) & (newest.c.number == CourseVersion.number))
        .join(CourseRecord, CourseRecord.id == CourseVersion.course_id)
        .where(row.framework == framework, row.framework_version == version, CourseRecord.archived_at.is_(None))
        .order_by(CourseRecord.title, CourseRecord.id)
    )  # fmt: skip
    running = _sessions(session, framework, version)
    found: dict[uuid.UUID, tuple[str, int, dict[str, set[tuple[str, str]]], dict[str, None]]] = {}
    for course_id, title, number, kind, key, activity, code in rows:
        _title, _number, elements, codes = found.setdefault(course_id, (title, number, {}, {}))
        elements.setdefault(kind, set()).add((activity, key))
        codes[code] = None
    return [
        CourseImpact(
            course_id, title, number, tuple(codes), len(elements.get("question", ())), len(elements.get("criterion", ())),
            sum(len(keys) for kind, keys in elements.items() if kind not in {"question", "criterion"}),
            running.get(course_id, 0),
        )
        for course_id, (title, number, elements, codes) in found.items()
    ]  # fmt: skip


def _sessions(session: Session, framework: str, version: str) -> dict[uuid.UUID, int]:
    row = Alignment
    named = (
        select(row.version_id).where(row.framework == framework, row.framework_version == version).distinct().subquery()
    )
    rows = session.execute(
        select(CourseVersion.course_id, func.count(TrainingSession.id).label("sessions"))
        .join(CourseVersion, CourseVersion.id == TrainingSession.version_id)
        .where(TrainingSession.version_id.in_(select(named.c.version_id)))
        .group_by(CourseVersion.course_id)
    )
    return {row.course_id: row.sessions for row in rows}


def _items(session: Session, framework: str, version: str) -> dict[str, tuple[int, int]]:
    """For each code: how many courses name it in their newest version, and by how many questions."""
    newest = newest_versions()
    row = Alignment
    rows = session.execute(
        select(row.code, CourseVersion.course_id, row.element_kind, row.element_key)
        .join(CourseVersion, CourseVersion.id == row.version_id)
        .join(newest, (newest.c.course_id == CourseVersion.course_id) & (newest.c.number == CourseVersion.number))
        .where(row.framework == framework, row.framework_version == version)
    )
    courses: dict[str, set[uuid.UUID]] = {}
    questions: dict[str, set[tuple[uuid.UUID, str]]] = {}
    for code, course_id, kind, key in rows:
        courses.setdefault(code, set()).add(course_id)
        if kind == "question":
            questions.setdefault(code, set()).add((course_id, key))
    return {code: (len(found), len(questions.get(code, ()))) for code, found in courses.items()}
