"""The editable course inside its own package: the ``source/`` folder, and the way back from it.

A whole course goes in as it is, byte for byte. A module goes in as a valid course of that one module: ``course.yaml``
keeps the objectives, frameworks and glossary terms that the module uses, and only the files it names are taken.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import yaml

from courses.files import SomeFiles
from courses.ids import slug
from courses.model import Assignment, Page, Quiz
from courses.paths import link_path
from courses.provenance import Provenance, read_provenance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from competency_frameworks.model import ItemRef
    from courses.model import Activity, Course, Module

FOLDER: Final = "source/"
PROVENANCE: Final = "bouquet.json"
_TEXTS: Final = (".md", ".yaml", ".yml", ".svg", ".vtt")
_PORTABLE: Final = re.compile(r"[a-z0-9_.@-]+(/[a-z0-9_.@-]+)*")
_LINK: Final = re.compile(r"(?<!!)\[(?P<words>[^\[\]]*)\]\((?P<href>[^()\s]+)(?:\s+\"[^\"]*\")?\)")
_TERM: Final = re.compile(r":term\[[^\]]*\]\{[^}]*?(?:\bid=\"?|#)([a-z0-9-]+)")


def course_of_module(course: Course, module: Module) -> Course:
    """The course reduced to one module and to what that module uses; sources stay, they are owed."""
    objectives = set(module.objectives)
    refs: set[ItemRef] = set()
    for activity in module.activities:
        objectives |= set(_objectives_of(activity))
        refs |= set(competencies_of(activity))
    kept = tuple(one for one in course.objectives if one.id in objectives)
    refs |= {ref for one in kept for ref in one.competencies}
    used = {(ref.framework, ref.version) for ref in refs}
    frameworks = {alias: key for alias, key in course.frameworks.items() if key in used}
    return replace(course, modules=(module,), objectives=kept, frameworks=frameworks)


def competencies_of(activity: Activity) -> Iterator[ItemRef]:
    """Every competency an activity names: its own, its blocks', its questions', its criteria's."""
    yield from activity.competencies
    content = activity.content
    parts: tuple[Any, ...] = ()
    if isinstance(content, Page):
        parts = content.blocks
    elif isinstance(content, Quiz):
        parts = content.questions
    elif isinstance(content, Assignment):
        parts = content.criteria
    for part in parts:
        yield from part.competencies


def _objectives_of(activity: Activity) -> Iterator[str]:
    yield from activity.objectives
    content = activity.content
    if isinstance(content, Page):
        for block in content.blocks:
            yield from block.objectives
    elif isinstance(content, Quiz):
        yield from (question.objective for question in content.questions)


def module_source(course: Course, module: Module, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files of a course that holds one module: a valid course folder. Media is not read before it is asked for."""
    folder = f"modules/{module.folder}/"
    inside = [path for path in files if path.startswith(folder)]
    texts = _without_links_out(inside, files, course)
    names, texts = _named_from(inside, texts, course, files)
    terms = {found for text in texts.values() for found in _TERM.findall(text.decode("utf-8", "replace"))}
    own = {path: data for path, data in texts.items() if path.endswith(".md") and path in inside}
    if module.requires:  # the others stay behind
        path = f"{folder}module.yaml"
        own[path] = _without(files[path], "requires")
    own["course.yaml"] = _course_yaml(files["course.yaml"], course_of_module(course, module), module)
    glossary = _glossary_yaml(files.get("glossary.yaml", b""), terms)
    if glossary:
        own["glossary.yaml"] = glossary
    return SomeFiles(files, names, own)


def _without_links_out(inside: list[str], files: Mapping[str, bytes], course: Course) -> dict[str, bytes]:
    """The texts of the module, where a link to a page that stays behind is no more than its words."""
    away = {activity.path for activity in course.activities}.difference(inside)

    def shorten(path: str, data: bytes) -> bytes:
        if not path.endswith(".md"):
            return data
        return _LINK.sub(
            lambda link: link["words"] if link_path(path, link["href"]) in away else link[0], data.decode("utf-8")
        ).encode()

    return {path: shorten(path, files[path]) for path in inside if path.endswith(_TEXTS)}


def _named_from(
    inside: list[str], texts: dict[str, bytes], course: Course, files: Mapping[str, bytes]
) -> tuple[list[str], dict[str, bytes]]:
    """The module's files and those outside its folder that its texts name, directly or through a file they name;
    and the texts among all of them."""
    own = {"course.yaml", "glossary.yaml"} | {activity.path for activity in course.activities}
    own |= {f"modules/{module.folder}/module.yaml" for module in course.modules}
    candidates = [path for path in files if path not in own and path not in inside]
    names, read, waiting = list(inside), dict(texts), dict(texts)
    while waiting:
        named: list[str] = []
        for path, data in waiting.items():
            text = unquote(data.decode("utf-8", "replace"))
            named += [
                other
                for other in candidates
                if other not in names
                and other not in named
                and posixpath.relpath(other, posixpath.dirname(path)) in text
            ]
        names += named
        waiting = {path: files[path] for path in named if path.endswith(_TEXTS)}
        read |= waiting
    return names, read


def _course_yaml(data: bytes, course: Course, module: Module) -> bytes:
    # BaseLoader keeps every scalar the text it was: a version "1.10" must not come back as 1.1.
    tree = yaml.load(data.decode("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader builds text only
    wanted = {objective.id for objective in course.objectives}
    tree["modules"] = [module.folder]
    if "objectives" in tree:
        tree["objectives"] = [one for one in tree["objectives"] if one.get("id") in wanted]
    if "frameworks" in tree:
        tree["frameworks"] = {alias: key for alias, key in tree["frameworks"].items() if alias in course.frameworks}
    return _dump(tree)


def _without(data: bytes, key: str) -> bytes:
    tree = yaml.load(data.decode("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader builds text only
    return _dump({name: value for name, value in tree.items() if name != key})


def _glossary_yaml(data: bytes, terms: set[str]) -> bytes:
    entries = yaml.load(data.decode("utf-8"), Loader=yaml.BaseLoader) or []  # noqa: S506 - BaseLoader builds text only
    kept = [entry for entry in entries if entry.get("id") in terms]
    return _dump(kept) if kept else b""


def _dump(tree: object) -> bytes:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=110).encode()


def portable_names(paths: Mapping[str, object] | list[str]) -> dict[str, str]:
    """Course path -> member name under ``source/``: the same, unless an LMS could trip on it (accents, spaces, capitals)."""
    names: dict[str, str] = {}
    for path in sorted(paths):
        name = path
        if not _PORTABLE.fullmatch(path):
            stem, dot, extension = posixpath.basename(path).rpartition(".")
            mark = hashlib.sha256(path.encode()).hexdigest()[:8]
            ending = f".{slug(extension)}" if dot and re.fullmatch(r"[A-Za-z0-9]{1,8}", extension) else ""
            name = f"renamed/{slug(stem or path)[:40]}-{mark}{ending}"
        names[path] = FOLDER + name
    return names


def provenance_file(provenance: Provenance, names: Mapping[str, str]) -> bytes:
    """``bouquet.json``: the provenance, and the true paths of the files that had to be renamed."""
    renamed = {name: path for path, name in names.items() if name != FOLDER + path}
    data = {**provenance.as_dict(), "renamed": renamed}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def locate_source(archive: Mapping[str, bytes]) -> tuple[dict[str, str], Provenance] | None:
    """Course path -> member name of the editable course in one of our packages, and the provenance; None for any other.

    ``archive`` maps member names to content; only the provenance is read. Nothing is named outside the course folder.
    """
    try:
        data = json.loads(archive[PROVENANCE])
    except (KeyError, ValueError, RecursionError):
        return None
    provenance = read_provenance(data)
    if provenance is None or FOLDER + "course.yaml" not in archive:
        return None
    renamed = data.get("renamed") if isinstance(data.get("renamed"), dict) else {}
    members: dict[str, str] = {}
    for name in archive:
        if not name.startswith(FOLDER):
            continue
        path = str(renamed.get(name, name.removeprefix(FOLDER)))
        if path and posixpath.normpath(path) == path and not path.startswith(("/", "..")) and "\\" not in path:
            members[path] = name
    return members, provenance


def read_source(archive: Mapping[str, bytes]) -> tuple[dict[str, bytes], Provenance] | None:
    """The editable course and the provenance held by one of our packages; None for any other package.

    ``archive`` maps member names to content. Paths are checked: nothing is given back outside the course folder.
    """
    found = locate_source(archive)
    if found is None:
        return None
    members, provenance = found
    return {path: archive[name] for path, name in members.items()}, provenance
