"""A framework beside the courses of a hub: what each course teaches, practises and assesses of each item, gaps first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.catalog.models import Alignment, CourseRecord, CourseVersion
from lms.competencies.queries.impact import newest_versions
from lms.competencies.queries.profiles import profiled_items

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from competency_frameworks.model import Competency, Framework

WAYS = {"teaches": "taught", "practises": "practised", "assesses": "assessed"}


@dataclass(slots=True)
class Cell:
    """What one course does for one item: elements by way, questions, the levels at which they ask it."""

    taught: int = 0
    practised: int = 0
    assessed: int = 0
    questions: int = 0
    aimed: bool = False
    levels: dict[str, int] = field(default_factory=dict)

    @property
    def named(self) -> bool:
        return bool(self.aimed or self.taught or self.practised or self.assessed)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One item and its cell in each course, in the order of ``Matrix.courses``."""

    item: Competency
    group: str
    cells: tuple[Cell, ...]

    def courses(self, way: str) -> int:
        """How many courses do this for the item."""
        return sum(bool(getattr(cell, way)) for cell in self.cells)

    @property
    def questions(self) -> int:
        return sum(cell.questions for cell in self.cells)

    @property
    def gaps(self) -> tuple[str, ...]:
        """Which of taught, practised and assessed no course does."""
        return tuple(way for way in WAYS.values() if not self.courses(way))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Items in rows, the courses that name the framework in columns."""

    framework: Framework
    courses: tuple[tuple[uuid.UUID, str], ...]
    rows: tuple[MatrixRow, ...]

    def covered(self, way: str) -> int:
        return sum(bool(row.courses(way)) for row in self.rows)


def coverage_matrix(session: Session, framework: Framework, *, gaps_first: bool = True) -> Matrix:
    """What the newest versions of the hub's courses do for each item of a framework. One statement."""
    newest, one = newest_versions(), Alignment
    rows = session.execute(
        select(
            CourseRecord.id, CourseRecord.title, one.code, one.how, one.element_kind, one.element_key, one.activity_key, one.level
        )
        .join(CourseVersion, CourseVersion.id == one.version_id)
        .join(newest, (newest.c.course_id == CourseVersion.course_id) & (newest.c.number == CourseVersion.number))
        .join(CourseRecord, CourseRecord.id == CourseVersion.course_id)
        .where(one.framework == framework.id, one.framework_version == framework.version, CourseRecord.archived_at.is_(None))
        .order_by(CourseRecord.title, CourseRecord.id)
    )  # fmt: skip
    courses: dict[uuid.UUID, str] = {}
    cells: dict[tuple[uuid.UUID, str], Cell] = {}
    seen: set[tuple[uuid.UUID, str, str, str, str, str]] = set()
    asked: set[tuple[uuid.UUID, str, str, str]] = set()
    for course_id, title, code, how, kind, key, activity, level in rows:
        courses[course_id] = title
        cell = cells.setdefault((course_id, code), Cell())
        if how == "aims":
            cell.aimed = True
        said = (course_id, code, how, kind, activity, key)
        if how in WAYS and said not in seen:
            seen.add(said)
            setattr(cell, WAYS[how], getattr(cell, WAYS[how]) + 1)
        question = (course_id, code, activity, key)
        if kind == "question" and how in WAYS and question not in asked:
            asked.add(question)
            cell.questions += 1
            if level:
                cell.levels[level] = cell.levels.get(level, 0) + 1
    named = {code for _course, code in cells}
    # an item that holds others counts where a course names it, since a course may aim at a whole part
    wanted = {item.code for item in profiled_items(framework, named)} | named
    found = [
        MatrixRow(item, item.parent, tuple(cells.get((course_id, item.code), Cell()) for course_id in courses))
        for item in framework.items
        if item.code in wanted
    ]
    if gaps_first:
        found.sort(key=lambda row: -len(row.gaps))
    return Matrix(framework, tuple(courses.items()), tuple(found))
