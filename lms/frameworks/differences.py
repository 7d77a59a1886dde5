"""What changes from one framework to another, item by item, in the order of the newer one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from competency_frameworks.model import Competency, Framework


@dataclass(frozen=True, slots=True)
class Difference:
    """One item: ``kinds`` among added, removed, renamed (code), moved, reworded, relevelled; ``old`` and ``new`` items."""

    kinds: tuple[str, ...]
    old: Competency | None
    new: Competency | None

    @property
    def code(self) -> str:
        return (self.new or self.old).code  # type: ignore[union-attr]


def differences(before: Framework, after: Framework) -> list[Difference]:
    """The items that are not the same in both, known by their identifiers, else by their codes."""
    olds = {before.identifier(item.code): item for item in before.items}
    by_code = {item.code: item for item in before.items}
    found, kept = [], set()
    for item in after.items:
        old = olds.get(after.identifier(item.code)) or by_code.get(item.code)
        if old is None or old.code in kept:
            found.append(Difference(("added",), None, item))
            continue
        kept.add(old.code)
        kinds = _kinds(before, old, after, item)
        if kinds:
            found.append(Difference(kinds, old, item))
    found += [Difference(("removed",), item, None) for item in before.items if item.code not in kept]
    return found


def _kinds(before: Framework, old: Competency, after: Framework, new: Competency) -> tuple[str, ...]:
    above = [
        framework.identifier(item.parent) if framework.find(item.parent) else ""
        for framework, item in ((before, old), (after, new))
    ]
    tests = {
        "renamed": old.code != new.code,
        "moved": above[0] != above[1] or old.order != new.order,
        "reworded": (old.statement, old.notes, old.kind) != (new.statement, new.notes, new.kind),
        "relevelled": set(old.levels) != set(new.levels),
    }
    rest = replace(
        old,
        code="",
        parent="",
        order=0,
        statement=new.statement,
        notes=new.notes,
        kind=new.kind,
        levels=(),
        id="",
        uri="",
    )
    if rest != replace(new, code="", parent="", order=0, levels=(), id="", uri="") and not any(tests.values()):
        return ("reworded",)
    return tuple(name for name, true in tests.items() if true)
