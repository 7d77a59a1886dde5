"""A draft as its author sees it: files, model, problems, and what each activity still owes."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from courses.check import check_files
from courses.coverage import Uses, coverage
from courses.loader import load_course
from courses.model import Assignment, Page, Quiz
from lms.catalog.files import version_files
from lms.catalog.queries import get_draft
from lms.frameworks.store import KnownItems

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from competency_frameworks.model import ItemRef
    from courses.check import Known
    from courses.coverage import CoverageRow
    from courses.model import Activity, Course, Module
    from courses.problems import Problem
    from lms.catalog.files import VersionFiles
    from lms.catalog.models import CourseVersion
    from lms.storage import FileStore

    Key = tuple[uuid.UUID, datetime]

_KEPT = 32
_models: OrderedDict[Key, Course | None] = OrderedDict()
_problems: OrderedDict[Key, tuple[Problem, ...]] = OrderedDict()
_lock = threading.Lock()


class UnreadableDraftError(ValueError):
    """The draft's ``course.yaml`` cannot be read: only its source can be edited."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of a course, read."""

    version: CourseVersion
    files: VersionFiles
    course: Course
    known: Known  # whether a framework has an item: the bundled ones, and those of the hub

    @property
    def key(self) -> Key:
        return self.version.id, self.version.updated_at

    def text(self, path: str) -> str:
        """A text of the draft; KeyError when there is no such file."""
        return self.files[path].decode("utf-8", "replace")

    def module_of(self, activity_id: str) -> Module:
        """The module that lists the activity; KeyError when none does."""
        for module in self.course.modules:
            if any(activity.id == activity_id for activity in module.activities):
                return module
        raise KeyError(activity_id)

    def module(self, module_id: str) -> Module:
        """The module of that id; KeyError when there is none."""
        for module in self.course.modules:
            if module.id == module_id:
                return module
        raise KeyError(module_id)


def revision_of(data: bytes) -> str:
    """A short digest of what a file holds: who saves says which one the text was made from."""
    return hashlib.sha256(data).hexdigest()[:16]


def open_draft(session: Session, store: FileStore, course_id: uuid.UUID) -> Draft | None:
    """The draft of a course of the session's hub; UnreadableDraftError when its course.yaml cannot be read.

    The model is kept in memory until a file changes, because every page of the author needs all of it.
    """
    version = get_draft(session, course_id)
    if version is None:
        return None
    files = version_files(session, store, version.id)
    course = read_model(version, files)
    if course is None:
        raise UnreadableDraftError(str(course_id))
    return Draft(version, files, course, KnownItems(session))


def read_model(version: CourseVersion, files: VersionFiles) -> Course | None:
    """The model of a draft, None when its course.yaml cannot be read; ``updated_at`` says whether it is still good."""
    key = (version.id, version.updated_at)
    if key in _models:
        return _models.get(key)
    course = load_course(files).course
    _keep(_models, key, course)
    return course


def list_problems(draft: Draft) -> tuple[Problem, ...]:
    """What the check finds in the draft, errors first."""
    found = _problems.get(draft.key)
    if found is None:
        found = check_files(draft.files, draft.known)
        # a framework may be published while the draft stays as it is
        if not any(one.rule == "competency-unknown" for one in found):
            _keep(_problems, draft.key, found)
    return found


def _keep(where: OrderedDict[Key, Any], key: Key, value: Any) -> None:
    with _lock:
        where[key] = value
        while len(where) > _KEPT:
            where.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Fix:
    """A problem and where to correct it: an activity's id or a file, and a place in its page."""

    problem: Problem
    activity: str
    path: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Owed:
    """One competency that an activity names: which questions and criteria of the course assess it."""

    ref: ItemRef
    assessed_by: tuple[tuple[str, str], ...]  # (activity id, question or criterion id)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the competencies that the course aims at are taught and assessed."""

    aimed: int
    taught: int
    assessed: int

    @property
    def share(self) -> float:
        return (self.taught + self.assessed) / (2 * self.aimed) if self.aimed else 0.0


def get_coverage(course: Course) -> Coverage:
    """Counts over the competencies named anywhere in the course."""
    rows: tuple[CoverageRow, ...] = coverage(course)
    taught = sum(bool(row.taught_by or row.practised_by) for row in rows)
    return Coverage(len(rows), taught, sum(bool(row.assessed_by) for row in rows))


def list_owed(draft: Draft, activity: Activity) -> list[Owed]:
    """The competencies an activity works on, each with what assesses it elsewhere."""
    uses = Uses(draft.course)
    home = {name: one.id for one in draft.course.activities for name in _assessing_ids(one)}
    refs = uses.refs(activity.objectives, activity.competencies)
    inner: list[ItemRef] = []
    content = activity.content
    if isinstance(content, Page):
        inner = [ref for block in content.blocks for ref in uses.refs(block.objectives, block.competencies)]
    elif isinstance(content, Quiz):
        inner = [ref for question in content.questions for ref in uses.question_refs(activity, question)]
    elif isinstance(content, Assignment):
        inner = [ref for criterion in content.criteria for ref in criterion.competencies]
    return [
        Owed(ref, tuple((home[name], name) for name in uses.assessed.get(ref, ()) if name in home))
        for ref in dict.fromkeys((*refs, *inner))
    ]


def _assessing_ids(activity: Activity) -> Iterator[str]:
    content = activity.content
    if isinstance(content, Quiz):
        yield from (question.id for question in content.questions)
    elif isinstance(content, Assignment):
        yield from (criterion.id for criterion in content.criteria)


def list_fixes(draft: Draft, activity: Activity | None = None) -> list[Fix]:
    """The problems of one activity's file, or of the whole draft, each with its place in the editor."""
    by_path = {one.path: one for one in draft.course.activities}
    fixes = []
    for problem in list_problems(draft):
        path = problem.place.path
        if activity is None or path == activity.path:
            owner = by_path.get(path)
            fixes.append(Fix(problem, owner.id if owner else "", path, _anchor(owner, problem.place.line)))
    return fixes


def _anchor(activity: Activity | None, line: int) -> str:
    """The question, criterion or item that stands at a line, as the editors name their parts."""
    if activity is None or not line:
        return ""
    content = activity.content
    parts: tuple[object, ...] = ()
    for attribute in ("questions", "criteria", "items"):
        parts = parts or getattr(content, attribute, ())
    before = [part for part in parts if part.place.line <= line]  # type: ignore[attr-defined]
    return f"part-{before[-1].id}" if before else ""  # type: ignore[attr-defined]


def find_by_path(course: Course, path: str) -> Activity | None:
    """The activity whose file this is."""
    return next((one for one in course.activities if one.path == path), None)


def competencies_in_use(course: Course) -> tuple[ItemRef, ...]:
    """Every competency the course names, those of its objectives first."""
    return tuple(row.ref for row in coverage(course))
