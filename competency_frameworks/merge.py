"""Importing again: what is there and what comes in become one framework, by identity, with a report.

An item is the same when its UUID is, else its address, else its code. What the file cannot say (other languages, notes,
levels…) stays as it was; nothing is taken away unless it is asked for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from competency_frameworks.model import Association, Competency, Framework, ItemRef, Node, Source
from competency_frameworks.problems import Act, Problem, ReadResult
from competency_frameworks.scales import LevelDescriptor
from competency_frameworks.text import Translated, bilingual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_KEPT_OF_FRAMEWORK = ("id", "version", "language", "items", "associations", "translation_status")


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The framework after the import, and what happened to each item (codes as they are in ``framework``)."""

    framework: Framework
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the import changes anything at all."""
        return bool(self.added or self.updated or self.problems)


def merge(existing: Framework, imported: Framework, *, remove_missing: bool = False) -> MergeResult:
    """``existing`` with what ``imported`` says; neither is changed. Id, version and language of ``existing`` stay.

    Items that the import does not name are kept and listed in ``missing``; with ``remove_missing`` they go.
    Importing the same file twice changes nothing the second time.
    """
    return _Merge(existing, imported).run(remove_missing=remove_missing)


class _Merge:
    def __init__(self, existing: Framework, imported: Framework) -> None:
        self.existing = existing
        self.imported = imported
        self.problems: list[Problem] = []
        self.matched = self._match()
        self.codes = {code: old.code for code, old in self.matched.items()}  # of the import -> of the result
        self.taken = {item.code for item in existing.items}

    def _match(self) -> dict[str, Competency]:
        """Code in the import -> the item it is in ``existing``; each at most once."""
        old, new = self.existing, self.imported
        by_id = {old.identifier(item.code): item for item in old.items}
        given = Counter(item.uri for item in old.items), Counter(item.uri for item in new.items)
        by_uri = {item.uri: item for item in old.items if item.uri and given[0][item.uri] == given[1][item.uri] == 1}
        found: dict[str, Competency] = {}
        used: set[str] = set()
        finders: tuple[Callable[[Competency], Competency | None], ...] = (
            lambda item: by_id.get(item.id) if item.id else None,
            lambda item: by_uri.get(item.uri) if item.uri else None,
            lambda item: old.find(item.code),
        )
        for finder in finders:
            for item in new.items:
                match = finder(item) if item.code not in found else None
                if match is not None and match.code not in used:
                    found[item.code] = match
                    used.add(match.code)
        return found

    def run(self, *, remove_missing: bool) -> MergeResult:
        added: list[str] = []
        updated: list[str] = []
        unchanged: list[str] = []
        result: dict[str, Competency] = {item.code: item for item in self.existing.items}
        for item in self.imported.items:
            if item.code not in self.matched:
                self.codes[item.code] = self._new_code(item)
        for item in self.imported.items:
            code, old = self.codes[item.code], self.matched.get(item.code)
            coming = replace(item, code=code, parent=self.codes.get(item.parent, ""))
            if old is None:
                added.append(code)
                result[code] = coming
                continue
            merged = _merged(old, coming)
            (updated if merged != old else unchanged).append(code)
            result[code] = merged
            if code != item.code:
                self._tell("renamed", code, f"L'élément « {item.code} » du fichier est « {code} » ici (même identifiant) : le code reste.",
                           f"The item `{item.code}` of the file is `{code}` here (same identifier): the code stays.")  # fmt: skip
        named = set(self.codes.values())
        missing = [item.code for item in self.existing.items if item.code not in named]
        if remove_missing:
            for code in missing:
                del result[code]
                self._tell(
                    "dropped",
                    code,
                    f"« {code} » n'est plus dans le fichier : il est retiré.",
                    f"`{code}` is no longer in the file: it is removed.",
                )
            result = {
                code: replace(item, parent=item.parent if item.parent in result else "")
                for code, item in result.items()
            }
        framework = self._framework(tuple(result.values()))
        return MergeResult(
            framework, tuple(added), tuple(updated), tuple(unchanged), tuple(missing), tuple(self.problems)
        )

    def _new_code(self, item: Competency) -> str:
        code, n = item.code, 1
        while code in self.taken:
            n += 1
            code = f"{item.code[:58]}-{n}"
        self.taken.add(code)
        if code != item.code:
            self._tell("renamed", code, f"Le code « {item.code} » est celui d'un autre élément : le nouveau devient « {code} ».",
                       f"The code `{item.code}` is that of another item: the new one becomes `{code}`.")  # fmt: skip
        return code

    def _framework(self, items: tuple[Competency, ...]) -> Framework:
        old, new = self.existing, self.imported
        said: dict[str, Any] = {}
        for entry in fields(Framework):
            if entry.name in _KEPT_OF_FRAMEWORK:
                continue
            coming, there = getattr(new, entry.name), getattr(old, entry.name)
            if entry.name in {"verification", "status"}:
                continue  # how far the data was checked and whether it is published is decided here, not by a file
            if isinstance(coming, Translated):
                said[entry.name] = _texts(there, coming)
            elif entry.name in {"levels", "scales"}:
                said[entry.name] = _steps(there, coming)
            elif coming and coming != Source():
                said[entry.name] = coming
        status = {**new.translation_status, **old.translation_status}
        return replace(
            old, items=items, associations=self._links({item.code for item in items}), translation_status=status, **said
        )

    def _links(self, known: set[str]) -> tuple[Association, ...]:
        links = [link for link in self.existing.associations if self._stands(link, known)]
        places: dict[tuple[object, ...], list[int]] = {}
        for n, link in enumerate(links):
            places.setdefault((link.kind, link.origin, link.destination), []).append(n)
        for link in self.imported.associations:  # the nth relation between two items is the nth one there
            coming = replace(link, origin=self._node(link.origin), destination=self._node(link.destination))
            there = places.get((coming.kind, coming.origin, coming.destination))
            if there:
                n = there.pop(0)
                note = _texts(links[n].note, coming.note)
                links[n] = replace(
                    links[n], note=note, strength=coming.strength or links[n].strength, id=links[n].id or coming.id
                )
            elif self._stands(coming, known):
                links.append(coming)
        return tuple(links)

    def _node(self, node: Node) -> Node:
        if isinstance(node, ItemRef) and (node.framework, node.version) == self.imported.key:
            return self.existing.ref(self.codes.get(node.code, node.code))
        return node

    def _stands(self, link: Association, known: set[str]) -> bool:
        return all(
            not isinstance(node, ItemRef) or (node.framework, node.version) != self.existing.key or node.code in known
            for node in (link.origin, link.destination)
        )

    def _tell(self, act: Act, code: str, fr: str, en: str) -> None:
        message = Translated({"fr": fr, "en": en})
        cure = bilingual("Rien à faire si cela vous convient.", "Nothing to do if that suits you.")
        self.problems.append(Problem("merge", "note", message, cure, code=code, act=act))


def _texts(there: Translated, coming: Translated) -> Translated:
    return there if not coming else Translated({**there, **coming}, there.default if there else coming.default)


def _steps(there: tuple[Any, ...], coming: tuple[Any, ...]) -> tuple[Any, ...]:
    """Steps (or scales) by id: those that come in, their texts completed, then those only known here."""
    known = {step.id: step for step in there}
    merged = []
    for step in coming:
        old = known.pop(step.id, None)
        merged.append(step if old is None else _filled(old, step))
    return (*merged, *known.values())


def _filled(old: Any, coming: Any) -> Any:
    said = {}
    for entry in fields(coming):
        new, there = getattr(coming, entry.name), getattr(old, entry.name)
        said[entry.name] = (
            _texts(there, new) if isinstance(new, Translated) else there if new in ("", None, (), False) else new
        )
    return replace(coming, **said)


def _merged(old: Competency, coming: Competency) -> Competency:
    said: dict[str, Any] = {}
    for entry in fields(Competency):
        new, there = getattr(coming, entry.name), getattr(old, entry.name)
        if entry.name in {"parent", "order", "code"}:
            said[entry.name] = new  # the place is always said: a root is a root
        elif isinstance(new, Translated):
            said[entry.name] = _texts(there, new)
        elif entry.name == "levels":
            said[entry.name] = _descriptors(there, new)
        elif entry.name == "kind" and new == "competency":
            said[entry.name] = there  # what a reader supplies when the file does not say
        else:
            said[entry.name] = new or there
    return Competency(**said)


def _descriptors(there: Iterable[LevelDescriptor], coming: Iterable[LevelDescriptor]) -> tuple[LevelDescriptor, ...]:
    found = {entry.level: entry.description for entry in there}
    for entry in coming:
        found[entry.level] = _texts(found.get(entry.level, Translated()), entry.description)
    return tuple(LevelDescriptor(level, text) for level, text in found.items())


def merge_read(existing: Framework | None, result: ReadResult, *, remove_missing: bool = False) -> MergeResult | None:
    """``merge`` after a reader: None when the file was refused; a first import adds everything."""
    if result.framework is None:
        return None
    if existing is None:
        return MergeResult(result.framework, added=tuple(item.code for item in result.framework.items))
    return merge(existing, result.framework, remove_missing=remove_missing)
