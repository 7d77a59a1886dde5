"""Saving what an author wrote: never over somebody else's words, and with the frameworks it names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from courses.ids import slug, unique_id
from courses.loader import parse_activity
from courses.model import Page, ScormPackage
from courses.pages import normal_lines, split_page
from courses.problems import Report
from courses.writer import page_front, write_activity, write_course_yaml, write_page
from courses.yaml_tree import read_tree
from lms.catalog.drafts import competencies_in_use, find_by_path, revision_of
from lms.catalog.outlines import edit_package
from lms.catalog.services import save_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from competency_frameworks.model import ItemRef
    from courses.model import Activity, Course
    from courses.problems import Problem
    from lms.catalog.drafts import Draft
    from lms.storage import FileStore

Part = TypeVar("Part")
MAX_TEXT = 1_000_000


class StaleError(RuntimeError):
    """The file has changed since it was opened. ``path``; ``theirs`` is what it holds now, ``mine`` what was typed."""

    def __init__(self, path: str, theirs: str, mine: str) -> None:
        super().__init__(f"{path} has changed since it was opened")
        self.path, self.theirs, self.mine = path, theirs, mine


def revision_file(draft: Draft, activity: Activity) -> str:
    """The file whose revision guards an activity: its own, or the list of its module for a package."""
    if isinstance(activity.content, ScormPackage):
        return f"modules/{draft.module_of(activity.id).folder}/module.yaml"
    return activity.path


def save_activity(session: Session, store: FileStore, draft: Draft, *, activity: Activity, revision: str) -> str:
    """Write an activity and return its new revision; StaleError, and nothing written, when its file has changed."""
    aliases = add_frameworks(session, store, draft, refs_of(activity))
    path = revision_file(draft, activity)
    if isinstance(activity.content, ScormPackage):
        _require_fresh(draft, path, revision, activity.title)
        edit_package(session, store, draft, activity)
        return ""
    text = (
        _page_text(draft, activity, aliases)
        if isinstance(activity.content, Page)
        else write_activity(activity, aliases)
    )
    return save_text(session, store, draft, path=path, text=text, revision=revision)


def _page_text(draft: Draft, activity: Activity, aliases: dict[str, tuple[str, str]]) -> str:
    """A page keeps its front matter as it was written when nothing of it has changed."""
    former = find_by_path(draft.course, activity.path)
    body = activity.content.markdown if isinstance(activity.content, Page) else ""
    if former is not None and page_front(former) == page_front(activity):
        front = split_page(draft.text(activity.path)).front
        return f"---\n{front}\n---\n\n{body.strip(chr(10))}\n"
    return write_page(page_front(activity, aliases), body)


def save_text(session: Session, store: FileStore, draft: Draft, *, path: str, text: str, revision: str) -> str:
    """Write one text file and return its new revision; StaleError when it has changed since ``revision``."""
    data = normal_lines(text).encode()
    if revision_of(data) == revision_of(draft.files[path]):
        return revision_of(data)
    _require_fresh(draft, path, revision, text)
    save_file(session, store, draft.version, path=path, data=data)
    return revision_of(data)


def _require_fresh(draft: Draft, path: str, revision: str, mine: str) -> None:
    if revision_of(draft.files[path]) != revision:
        raise StaleError(path, draft.text(path), mine)


def check_text(path: str, text: str, draft: Draft) -> tuple[Problem, ...]:
    """What is wrong with the text of one file as it stands, with lines; nothing is written."""
    activity = find_by_path(draft.course, path)
    if activity is not None:
        return parse_activity(activity.kind, normal_lines(text), path, draft.course.frameworks).problems
    report = Report(path)
    if path.endswith((".yaml", ".yml")):
        read_tree(normal_lines(text), report)
    return tuple(report.problems)


# -- frameworks ---------------------------------------------------------------------------------------------------


def refs_of(activity: Activity) -> tuple[ItemRef, ...]:
    """Every competency the activity names itself."""
    parts = (
        part for name in ("questions", "criteria", "blocks") for part in getattr(activity.content, name, ())
    )  # fmt: skip
    return (*activity.competencies, *(ref for part in parts for ref in part.competencies))


def with_frameworks(course: Course, refs: Iterable[ItemRef]) -> Course:
    """The course with an alias for each framework that these references name: authors never choose one."""
    aliases = dict(course.frameworks)
    for ref in refs:
        if (ref.framework, ref.version) not in aliases.values():
            aliases[unique_id(slug(ref.framework.split("-")[0], "ref"), aliases)] = (ref.framework, ref.version)
    return replace(course, frameworks=aliases)


def add_frameworks(
    session: Session, store: FileStore, draft: Draft, refs: Iterable[ItemRef]
) -> dict[str, tuple[str, str]]:
    """Write the aliases that are missing into course.yaml; return all of them."""
    course = with_frameworks(draft.course, refs)
    if course.frameworks != draft.course.frameworks:
        save_file(
            session, store, draft.version, path="course.yaml", data=write_course_yaml(course).encode(), refresh=False
        )
    return course.frameworks


def save_course_facts(session: Session, store: FileStore, draft: Draft, *, course: Course, revision: str) -> str:
    """Write course.yaml from the facts; StaleError when it has changed since ``revision``."""
    named = [ref for objective in course.objectives for ref in objective.competencies]
    # a framework that nothing names any more is left out
    used = {(ref.framework, ref.version) for ref in (*named, *competencies_in_use(draft.course))}
    kept = {alias: key for alias, key in course.frameworks.items() if key in used or _written(draft, alias)}
    written = with_frameworks(replace(course, frameworks=kept), named)
    return save_text(session, store, draft, path="course.yaml", text=write_course_yaml(written), revision=revision)


def _written(draft: Draft, alias: str) -> bool:
    """Whether a text of the course still uses the alias."""
    return any(
        f"{alias}:" in draft.text(path)
        for path in draft.files
        if path.endswith((".md", ".yaml")) and path != "course.yaml"
    )


# -- parts of an activity -----------------------------------------------------------------------------------------


def moved(parts: Sequence[Part], identifier: str, step: int) -> tuple[Part, ...]:
    """The parts with one of them a place up or down; the same when it stands at the edge."""
    found = list(parts)
    place = next((n for n, part in enumerate(found) if part.id == identifier), None)  # type: ignore[attr-defined]
    if place is None or not 0 <= place + step < len(found):
        return tuple(found)
    found.insert(place + step, found.pop(place))
    return tuple(found)


def without(parts: Sequence[Part], identifier: str) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.id != identifier)  # type: ignore[attr-defined]


def changed(parts: Sequence[Part], identifier: str, **values: object) -> tuple[Part, ...]:
    """The parts with some fields of one of them replaced."""
    return tuple(
        replace(part, **values) if part.id == identifier else part  # type: ignore[attr-defined,type-var]
        for part in parts
    )


def free_letter(parts: Sequence[object]) -> str:
    """The first letter that no choice has."""
    used = {part.id for part in parts}  # type: ignore[attr-defined]
    return next(
        (letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in used), unique_id(f"c{len(used) + 1}", used)
    )
