"""The bundled frameworks, the crosswalks and confirmed changes between them, and how to look into frameworks wherever they come from."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from competency_frameworks.diff import Diff, diff
from competency_frameworks.formats.links_yaml import Changes, read_changes, read_crosswalk
from competency_frameworks.formats.yaml_format import read_yaml
from competency_frameworks.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from competency_frameworks.crosswalk import Crosswalk
    from competency_frameworks.model import Competency, Framework


@cache
def load_bundled() -> dict[tuple[str, str], Framework]:
    """Every framework that comes with Bouquet, by (id, version), read once. ValueError names the first faulty file."""
    found: dict[tuple[str, str], Framework] = {}
    data = files("competency_frameworks") / "data"
    for entry in sorted(data.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            result = read_yaml(entry.read_bytes(), entry.name)
            if result.framework is None:
                raise ValueError("\n".join(problem.text("en") for problem in result.errors))
            found[result.framework.key] = result.framework
    return found


@cache
def load_crosswalks() -> dict[str, Crosswalk]:
    """Every bundled crosswalk by its id, read once. ValueError names the first faulty file."""
    return {crosswalk.id: crosswalk for crosswalk in _read_all("crosswalks", read_crosswalk)}


@cache
def load_changes() -> dict[tuple[str, str], Changes]:
    """The confirmed changes between bundled frameworks, by (before, after), each ``id@version``; read once."""
    return {(changes.before, changes.after): changes for changes in _read_all("changes", read_changes)}


def _read_all(folder: str, read: Any) -> list[Any]:
    found = []
    for entry in sorted((files("competency_frameworks") / "data" / folder).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            one, problems = read(entry.read_bytes(), entry.name)
            if one is None:
                raise ValueError("\n".join(problem.text("en") for problem in problems))
            found.append(one)
    return found


def diff_between(before: Framework, after: Framework) -> Diff:
    """What changed between two frameworks, with the bundled decisions of people about this pair."""
    known = load_changes().get(("@".join(before.key), "@".join(after.key)))
    return diff(before, after, known.decisions if known else ())


def named(name: str) -> Framework | None:
    """The bundled framework written ``id`` (its latest version) or ``id@version``, or None."""
    framework_id, _, version = name.partition("@")
    return get(framework_id, version) if version else latest(framework_id)


def get(framework_id: str, version: str) -> Framework | None:
    """The bundled framework of that id and version, or None."""
    return load_bundled().get((framework_id, version))


def latest(framework_id: str) -> Framework | None:
    """The newest bundled version of a framework (numbers in versions compare as numbers), or None."""
    versions = [framework for framework in load_bundled().values() if framework.id == framework_id]
    return max(versions, key=lambda framework: version_order(framework.version), default=None)


def version_order(version: str) -> tuple[tuple[int, str], ...]:
    """A sort key in which 3.10 comes after 3.9 and words come before numbers."""
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.findall(r"[0-9]+|[A-Za-z]+", version)
    )


def resolves(framework_id: str, version: str, code: str) -> bool:
    """Whether a bundled framework of that id and version has an item of that code."""
    framework = get(framework_id, version)
    return framework is not None and framework.find(code) is not None


def search(frameworks: Iterable[Framework], text: str, lang: str) -> list[tuple[Framework, Competency]]:
    """The items that hold every word of ``text`` in code, statement or notes, in ``lang`` (or the framework's own).

    Case, accents, punctuation and the order of words do not count, and the beginning of a word is enough. Items whose
    code begins with ``text`` come first, then those with all its words in their statement, then with words that begin
    so, then with their notes. Blank text finds nothing.
    """
    wanted = folded(text)
    if not wanted:
        return []
    found = []
    for framework in frameworks:
        for item in framework.items:
            rank = _rank(wanted, item, lang)
            if rank is not None:
                found.append((rank, framework, item))
    return [(framework, item) for _, framework, item in sorted(found, key=lambda hit: hit[0])]


def _rank(wanted: str, item: Competency, lang: str) -> int | None:
    code = folded(item.code)
    if code.startswith(wanted):
        return 0 if code == wanted else 1
    words, said = set(wanted.split()), {code, *folded(item.statement.text(lang)).split()}
    if words <= said:
        return 2
    if _begin_some(words, said):
        return 3
    return 4 if _begin_some(words, said.union(folded(item.notes.text(lang)).split())) else None


def _begin_some(words: set[str], said: set[str]) -> bool:
    return all(any(candidate.startswith(word) for candidate in said) for word in words)
