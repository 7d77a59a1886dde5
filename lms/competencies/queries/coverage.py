"""What courses do for each competency: from the alignments of published versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lms.catalog.models import Alignment, CourseRecord, CourseVersion
from lms.competencies.queries.profiles import profiled_items
from lms.frameworks.store import get_frameworks

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from competency_frameworks.model import Competency, Framework


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One competency: how many elements of the course teach, practise and assess it, and how many questions ask it.

    ``positioned``: questions of a positioning test, which assess what was known before.
    """

    code: str
    item: Competency | None
    aimed: bool
    taught: int
    practised: int
    assessed: int
    questions: int
    positioned: int

    @property
    def named(self) -> bool:
        return bool(self.aimed or self.taught or self.practised or self.assessed or self.positioned)

    @property
    def gaps(self) -> tuple[str, ...]:
        """Which of taught, practised and assessed is missing."""
        counts = {"taught": self.taught, "practised": self.practised, "assessed": self.assessed}
        return tuple(name for name, count in counts.items() if not count)


@dataclass(frozen=True, slots=True)
class FrameworkCoverage:
    """A framework that the course names: what the course aims at, gaps first, then what it leaves out."""

    framework: str
    version: str
    definition: Framework | None
    rows: tuple[CoverageRow, ...]
    left_out: tuple[Competency, ...]


@dataclass(slots=True)
class _Uses:
    by: dict[str, set[tuple[str, str]]] = field(default_factory=dict)  # how -> elements

    def count(self, how: str) -> int:
        return len(self.by.get(how, ()))

    @property
    def questions(self) -> int:
        asked = self.by.get("assesses", set()) | self.by.get("practises", set())
        return sum(kind == "question" for kind, _ in asked)


def course_coverage(session: Session, version_id: uuid.UUID) -> list[FrameworkCoverage]:
    """What a published version does for each competency of each framework it names. One statement."""
    row = Alignment
    uses: dict[tuple[str, str], dict[str, _Uses]] = {}
    for framework, version, code, how, kind, key in session.execute(
        select(row.framework, row.framework_version, row.code, row.how, row.element_kind, row.element_key)
        .where(row.version_id == version_id)
        .order_by(row.id)
    ):
        one = uses.setdefault((framework, version), {}).setdefault(code, _Uses())
        one.by.setdefault(how, set()).add((kind, key))
    known = get_frameworks(session, uses)
    return [_coverage(key, known.get(key), by_code) for key, by_code in uses.items()]


def _coverage(key: tuple[str, str], definition: Framework | None, uses: dict[str, _Uses]) -> FrameworkCoverage:
    order = {item.code: n for n, item in enumerate(definition.items)} if definition else {}
    rows = sorted(
        (_row(code, definition, one) for code, one in uses.items()),
        key=lambda row: (-len(row.gaps), order.get(row.code, len(order)), row.code),
    )
    left = [item for item in profiled_items(definition, ()) if item.code not in uses] if definition else []
    return FrameworkCoverage(*key, definition, tuple(rows), tuple(left))


def _row(code: str, definition: Framework | None, uses: _Uses) -> CoverageRow:
    return CoverageRow(
        code=code,
        item=definition.find(code) if definition else None,
        aimed="aims" in uses.by,
        taught=uses.count("teaches"),
        practised=uses.count("practises"),
        assessed=uses.count("assesses"),
        questions=uses.questions,
        positioned=uses.count("positions"),
    )


@dataclass(frozen=True, slots=True)
class CourseUse:
    """A course of the hub that names a competency in its latest version."""

    course_id: uuid.UUID
    title: str
    code: str
    elements: int


def list_course_uses(session: Session, framework: str, version: str) -> dict[str, list[CourseUse]]:
    """For each code of the framework, the courses of the hub that name it. One statement."""
    latest = (
        select(CourseVersion.course_id, func.max(CourseVersion.number).label("number"))
        .where(CourseVersion.number > 0)
        .group_by(CourseVersion.course_id)
        .subquery()
    )
    rows = session.execute(
        select(CourseRecord.id, CourseRecord.title, Alignment.code, func.count(Alignment.element_key.distinct()))
        .join(CourseVersion, CourseVersion.id == Alignment.version_id)
        .join(latest, (latest.c.course_id == CourseVersion.course_id) & (latest.c.number == CourseVersion.number))
        .join(CourseRecord, CourseRecord.id == CourseVersion.course_id)
        .where(
            Alignment.framework == framework, Alignment.framework_version == version, CourseRecord.archived_at.is_(None)
        )
        .group_by(CourseRecord.id, CourseRecord.title, Alignment.code)
        .order_by(CourseRecord.title)
    )
    found: dict[str, list[CourseUse]] = {}
    for course_id, title, code, elements in rows:
        found.setdefault(code, []).append(CourseUse(course_id, title, code, elements))
    return found
