"""The outline of a draft: modules and activities added, renamed, moved, removed and brought back."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from courses.ids import slug, unique_id
from courses.model import Module, ScormPackage
from courses.problems import Report
from courses.writer import write_activity, write_course_yaml
from courses.yaml_text import Inline, dump
from courses.yaml_tree import Items, Pairs, Scalar, as_boolean, as_integer, read_tree
from lms.catalog.scaffolds import new_activity
from lms.catalog.services import save_file, touch_draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from courses.model import Activity, Course
    from courses.yaml_tree import Node
    from lms.catalog.drafts import Draft
    from lms.storage import FileStore

    Entry = dict[str, Any] | str


class OutlineError(ValueError):
    """The outline cannot be changed so; ``fr`` and ``en`` say why."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr, self.en = fr, en


@dataclass(slots=True)
class Outline:
    """One module.yaml being changed: its entries stay as they were written, those that cannot be read too."""

    module: Module
    entries: list[Entry]

    @property
    def path(self) -> str:
        return f"modules/{self.module.folder}/module.yaml"

    def file_of(self, entry: Entry) -> str:
        """The path in the course of the file that an entry names."""
        name = next(iter(entry.values()), "") if isinstance(entry, dict) else ""
        if isinstance(entry, dict) and "scorm" in entry:
            name = entry["scorm"]
        return posixpath.normpath(f"modules/{self.module.folder}/{name}")

    def position(self, path: str) -> int:
        """Where the activity of that file is listed; ValueError when it is not."""
        return [self.file_of(entry) for entry in self.entries].index(path)

    def written(self) -> bytes:
        module = self.module
        data: dict[str, Any] = {"id": module.id, "title": module.title}
        if module.summary:
            data["summary"] = module.summary
        if module.objectives:
            data["objectives"] = Inline(module.objectives)
        if module.requires:
            data["requires"] = Inline(module.requires)
        return dump(data | {"activities": self.entries}).encode()


def read_outline(draft: Draft, module: Module) -> Outline:
    """The lines of a module as its author wrote them."""
    path = f"modules/{module.folder}/module.yaml"
    tree = read_tree(draft.text(path), Report(path))
    listed = (
        next((node for key, node in tree.pairs if key.value == "activities"), None) if isinstance(tree, Pairs) else None
    )
    items = listed.items if isinstance(listed, Items) else []
    return Outline(module, [entry for entry in map(_entry, items) if entry])


def _entry(node: Node) -> Entry:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return ""
    return {key.value: _value(key.value, value) for key, value in node.pairs}


def _value(key: str, node: Node) -> Any:
    if isinstance(node, Items):
        return Inline(item.value for item in node.items if isinstance(item, Scalar))
    if not isinstance(node, Scalar):
        return ""
    if key == "minutes":
        return as_integer(node) or 0
    if key == "required":
        return as_boolean(node)
    return node.value


def save_outline(session: Session, store: FileStore, draft: Draft, outline: Outline) -> None:
    """Write one module.yaml; ``close_change`` comes after the last one."""
    save_file(session, store, draft.version, path=outline.path, data=outline.written(), refresh=False)


def close_change(session: Session, store: FileStore, draft: Draft) -> None:
    """Note that the draft has changed, once all its files are written."""
    touch_draft(session, store, draft.version)


def taken_ids(course: Course) -> set[str]:
    """Every id that a new part of the course must not take."""
    ids = {one.id for one in course.objectives} | {module.id for module in course.modules}
    for activity in course.activities:
        ids.add(activity.id)
        for name in ("blocks", "questions", "criteria", "items"):
            ids |= {part.id for part in getattr(activity.content, name, ())}
    return ids


# -- modules ------------------------------------------------------------------------------------------------------


def add_module(session: Session, store: FileStore, draft: Draft, *, title: str) -> str:
    """Add an empty module at the end; return its id."""
    name = slug(title, "module")
    folders = {path.split("/")[1] for path in draft.files if path.startswith("modules/") and path.count("/") > 1}
    number = len(draft.course.modules) + 1
    folder = unique_id(f"{number:02d}-{name}", folders)
    module = Module(unique_id(slug(f"mod-{name}"), taken_ids(draft.course)), title, "", folder)
    save_outline(session, store, draft, Outline(module, []))
    write_modules(session, store, draft, [*draft.course.modules, module])
    close_change(session, store, draft)
    return module.id


def edit_module(
    session: Session,
    store: FileStore,
    draft: Draft,
    *,
    module_id: str,
    title: str,
    summary: str,
    objectives: Sequence[str],
    requires: Sequence[str],
) -> None:
    """Change what a module says of itself; ``requires`` are ids of modules to finish first."""
    module = draft.module(module_id)
    outline = read_outline(draft, module)
    outline.module = replace(
        module, title=title, summary=summary, objectives=tuple(objectives), requires=tuple(requires)
    )
    save_outline(session, store, draft, outline)
    close_change(session, store, draft)


def write_modules(session: Session, store: FileStore, draft: Draft, modules: Iterable[Module]) -> None:
    """Write the list of modules into course.yaml."""
    data = write_course_yaml(replace(draft.course, modules=tuple(modules))).encode()
    save_file(session, store, draft.version, path="course.yaml", data=data, refresh=False)


def order_modules(session: Session, store: FileStore, draft: Draft, order: Sequence[str]) -> None:
    """Put the modules in this order; those that are not named stay at the end."""
    write_modules(session, store, draft, _ordered(draft.course.modules, order))
    close_change(session, store, draft)


def _ordered(modules: Sequence[Module], order: Sequence[str]) -> list[Module]:
    places = {name: place for place, name in enumerate(order)}
    return sorted(modules, key=lambda module: places.get(module.id, len(places)))


# -- activities ---------------------------------------------------------------------------------------------------


def add_activity(session: Session, store: FileStore, draft: Draft, *, module_id: str, kind: str, title: str) -> str:
    """Add an activity that already holds together at the end of a module; return its id."""
    module = draft.module(module_id)
    ids = taken_ids(draft.course)
    prefix = kind.replace("_session", "").replace("_", "-")
    identifier = unique_id(slug(f"{prefix}-{slug(title, 'nouvelle')}"), ids)
    path = free_path(draft, module, slug(title, kind), "md" if kind == "page" else "yaml")
    activity = new_activity(kind, identifier, title, path, draft.course, ids)
    data = write_activity(activity, draft.course.frameworks).encode()
    save_file(session, store, draft.version, path=path, data=data, refresh=False)
    list_activity(session, store, draft, module, {kind: posixpath.basename(path)})
    return identifier


def free_path(draft: Draft, module: Module, stem: str, suffix: str) -> str:
    """A path of the module's folder that no file has yet."""
    used = {path.rpartition(".")[0] for path in draft.files}
    base = f"modules/{module.folder}/"
    number, wanted = 1, stem
    while base + wanted in used:
        number += 1
        wanted = f"{stem[:58]}-{number}"
    return f"{base}{wanted}.{suffix}"


def list_activity(  # noqa: PLR0917
    session: Session, store: FileStore, draft: Draft, module: Module, entry: Entry, position: int | None = None
) -> None:
    """Write one more line in a module, at the end or at a place."""
    outline = read_outline(draft, module)
    outline.entries.insert(len(outline.entries) if position is None else position, entry)
    save_outline(session, store, draft, outline)
    close_change(session, store, draft)


def edit_package(session: Session, store: FileStore, draft: Draft, activity: Activity) -> None:
    """Change title, minutes and ties of a SCORM package, which are written where it is listed."""
    outline = read_outline(draft, draft.module_of(activity.id))
    content = activity.content
    assert isinstance(content, ScormPackage)
    place = outline.position(activity.path)
    entry: dict[str, Any] = {"scorm": posixpath.relpath(activity.path, f"modules/{outline.module.folder}")}
    entry |= {"id": activity.id, "title": activity.title}
    if activity.minutes:
        entry["minutes"] = activity.minutes
    if not activity.required:
        entry["required"] = False
    if activity.objectives:
        entry["objectives"] = Inline(activity.objectives)
    if activity.competencies:
        entry["competencies"] = Inline(str(ref) for ref in activity.competencies)
    outline.entries[place] = entry
    save_outline(session, store, draft, outline)
    close_change(session, store, draft)


def order_activities(session: Session, store: FileStore, draft: Draft, *, module_id: str, order: Sequence[str]) -> None:
    """Put the activities of a module in this order; those named that were in another module come from there.

    Activities of the module that are not named stay, at the end: a list that arrives late loses nothing.
    """
    target = read_outline(draft, draft.module(module_id))
    paths = {one.id: one.path for one in draft.course.activities}
    homes: dict[str, Outline] = {}
    for name in order:
        home = draft.module_of(name) if name in paths else target.module
        if home.id != module_id:
            source = homes.setdefault(home.id, read_outline(draft, home))
            target.entries.append(_taken(source, target, paths[name]))
    for source in homes.values():
        save_outline(session, store, draft, source)
    places = {paths[name]: place for place, name in enumerate(order) if name in paths}
    target.entries.sort(key=lambda entry: places.get(target.file_of(entry), len(places)))
    save_outline(session, store, draft, target)
    close_change(session, store, draft)


def _taken(source: Outline, target: Outline, path: str) -> Entry:
    """The line moves; the file stays where it is, so that no link breaks, and is named by its way there."""
    entry = source.entries.pop(source.position(path))
    return renamed_entry(entry, posixpath.relpath(path, f"modules/{target.module.folder}"))


def renamed_entry(entry: Entry, name: str) -> Entry:
    """The same line with another file name."""
    if not isinstance(entry, dict):
        return entry
    kind = "scorm" if "scorm" in entry else next(iter(entry))
    return {**entry, kind: name}


def move_activity(session: Session, store: FileStore, draft: Draft, *, activity_id: str, step: int) -> None:
    """One place up (-1) or down (1); past the edge of its module, into the next one. At the ends nothing moves."""
    modules = draft.course.modules
    here = draft.module_of(activity_id)
    order = [one.id for one in here.activities]
    place = order.index(activity_id) + step
    if 0 <= place < len(order):
        order.remove(activity_id)
        order.insert(place, activity_id)
        order_activities(session, store, draft, module_id=here.id, order=order)
        return
    beside = [module.id for module in modules].index(here.id) + step
    if 0 <= beside < len(modules):
        other = modules[beside]
        ids = [one.id for one in other.activities]
        order_activities(
            session, store, draft, module_id=other.id, order=[activity_id, *ids] if step > 0 else [*ids, activity_id]
        )


def move_module(session: Session, store: FileStore, draft: Draft, *, module_id: str, step: int) -> None:
    """One place up (-1) or down (1)."""
    order = [module.id for module in draft.course.modules]
    place = order.index(draft.module(module_id).id) + step
    if 0 <= place < len(order):
        order.remove(module_id)
        order.insert(place, module_id)
        order_modules(session, store, draft, order)
