"""Crosswalks and confirmed changes as YAML: what stands between two frameworks, written and reviewed by people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from competency_frameworks.crosswalk import CARRY_KINDS, CarryRule, Crosswalk, Relation
from competency_frameworks.diff import Decision
from competency_frameworks.formats.plain import pruned
from competency_frameworks.formats.tree_values import DATE, ID, URI, ValueReader, opened
from competency_frameworks.formats.yaml_format import DUMPER
from competency_frameworks.formats.yaml_tree import TreeError, load_tree
from competency_frameworks.model import ASSOCIATION_KINDS, VERIFICATION_STATUSES, Source, Verification
from competency_frameworks.problems import Problem
from competency_frameworks.text import bilingual

if TYPE_CHECKING:
    from competency_frameworks.formats.tree_values import Value
    from competency_frameworks.text import Translated


@dataclass(frozen=True, slots=True)
class Changes:
    """The confirmed changes from ``before`` to ``after`` (each ``id@version``)."""

    before: str
    after: str
    decisions: tuple[Decision, ...]


def read_crosswalk(data: bytes, path: str = "") -> tuple[Crosswalk | None, tuple[Problem, ...]]:
    """Read one crosswalk; None exactly when the problems hold an error."""
    return _checked(data, path, _LinksReader.crosswalk)


def read_changes(data: bytes, path: str = "") -> tuple[Changes | None, tuple[Problem, ...]]:
    """Read the confirmed changes between two frameworks; None exactly when the problems hold an error."""
    return _checked(data, path, _LinksReader.changes)


def _checked(data: bytes, path: str, read: Any) -> tuple[Any, tuple[Problem, ...]]:
    try:
        tree = load_tree(data)
    except TreeError as error:
        return None, (Problem("yaml", "error", error.message, error.cure, path, error.line),)
    reader = _LinksReader(path)
    found = read(reader, tree)
    return (None if reader.problems else found), tuple(reader.problems)


class _LinksReader(ValueReader):
    def crosswalk(self, value: Value) -> Crosswalk:
        line = opened(value)[1]
        top = self.mapping(value, "crosswalk", (
            "format", "id", "title", "origin", "destination", "keep_zero", "source", "licence", "verification", "relations", "rules",
        ))  # fmt: skip
        source = self.mapping(top.get("source"), "source", ("title", "url", "publisher", "date"))
        verified = self.mapping(top.get("verification"), "verification", ("status", "note"))
        return Crosswalk(
            id=self.matching(top, "id", ID, line),
            origin=self.end(top, "origin", line),
            destination=self.end(top, "destination", line),
            title=self.text(top.get("title"), "title"),
            relations=tuple(self.relation(entry) for entry in self.entries(top.get("relations"), "relations")),
            rules=tuple(self.rule(entry) for entry in self.entries(top.get("rules"), "rules")),
            keep_zero=self.flag(top.get("keep_zero"), "keep_zero"),
            source=Source(
                self.string(source.get("title"), "title"), self.optional(source, "url", URI),
                self.string(source.get("publisher"), "publisher"), self.optional(source, "date", DATE),
            ),
            licence=self.string(top.get("licence"), "licence"),
            verification=Verification(
                self.one_of(verified.get("status"), "verification.status", VERIFICATION_STATUSES, "own work", line),
                self.text(verified.get("note"), "note"),
            ),
        )  # fmt: skip

    def changes(self, value: Value) -> Changes:
        line = opened(value)[1]
        top = self.mapping(value, "changes", ("format", "before", "after", "changes"))
        return Changes(
            self.end(top, "before", line), self.end(top, "after", line),
            tuple(self.decision(entry) for entry in self.entries(top.get("changes"), "changes")),
        )  # fmt: skip

    def end(self, top: dict[str, Value], name: str, line: int) -> str:
        said = self.string(top.get(name), name)
        framework, at, version = said.partition("@")
        if not (at and version and ID.fullmatch(framework)):
            self.wrong(
                opened(top.get(name))[1] or line,
                bilingual(
                    "« {name} » ne désigne pas un référentiel.", "`{name}` does not designate a framework.", name=name
                ),
                bilingual("Écrivez id@version.", "Write id@version."),
            )
        return said

    def relation(self, value: Value) -> Relation:
        entry = self.mapping(value, "relations", ("kind", "origin", "destination", "strength", "note"))
        return Relation(
            self.one_of(entry.get("kind"), "kind", ASSOCIATION_KINDS, None, opened(value)[1]),
            self.string(entry.get("origin"), "origin"), self.string(entry.get("destination"), "destination"),
            self.number(entry.get("strength"), "strength"), self.text(entry.get("note"), "note"),
        )  # fmt: skip

    def rule(self, value: Value) -> CarryRule:
        entry = self.mapping(value, "rules", ("to", "from", "rule", "note"))
        return CarryRule(
            self.string(entry.get("to"), "to"), self.strings(entry.get("from"), "from"),
            self.one_of(entry.get("rule"), "rule", CARRY_KINDS, "copy", opened(value)[1]), self.text(entry.get("note"), "note"),
        )  # fmt: skip

    def decision(self, value: Value) -> Decision:
        entry = self.mapping(value, "changes", ("before", "after", "confirmed_by", "date", "note"))
        return Decision(
            self.strings(entry.get("before"), "before"), self.strings(entry.get("after"), "after"),
            self.string(entry.get("confirmed_by"), "confirmed_by"), self.optional(entry, "date", DATE), self.text(entry.get("note"), "note"),
        )  # fmt: skip


def write_crosswalk(crosswalk: Crosswalk) -> bytes:
    """Write a crosswalk as YAML; ``read_crosswalk`` gives back an equal one."""
    source = crosswalk.source
    return _dump({
        "format": 1, "id": crosswalk.id, "title": _texts(crosswalk.title), "origin": crosswalk.origin,
        "destination": crosswalk.destination, "keep_zero": crosswalk.keep_zero or None,
        "source": {"title": source.title, "url": source.url, "publisher": source.publisher, "date": source.date},
        "licence": crosswalk.licence,
        "verification": {"status": crosswalk.verification.status, "note": _texts(crosswalk.verification.note)},
        "relations": [
            {"kind": one.kind, "origin": one.origin, "destination": one.destination, "strength": one.strength, "note": _texts(one.note)}
            for one in crosswalk.relations
        ],
        "rules": [{"to": one.target, "from": list(one.sources), "rule": one.kind, "note": _texts(one.note)} for one in crosswalk.rules],
    })  # fmt: skip


def write_changes(changes: Changes) -> bytes:
    """Write confirmed changes as YAML; ``read_changes`` gives back equal ones."""
    rows = [
        {
            "before": list(one.before),
            "after": list(one.after),
            "confirmed_by": one.confirmed_by,
            "date": one.date,
            "note": _texts(one.note),
        }
        for one in changes.decisions
    ]
    return _dump({"format": 1, "before": changes.before, "after": changes.after, "changes": rows})


def _texts(text: Translated) -> dict[str, str]:
    return dict(text)


def _dump(plain: dict[str, Any]) -> bytes:
    return str(yaml.dump(pruned(plain), Dumper=DUMPER, allow_unicode=True, sort_keys=False, width=110)).encode("utf-8")
