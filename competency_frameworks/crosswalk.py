"""Crosswalks: typed relations between two frameworks, and rules that carry evidence from one to the other, as data.

A rule names a target item, the items it is made from, and how: copied, the rounded mean (half up), the lowest of all, the
highest of any. Nothing is carried without a rule, and every carried level says from what and by which rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal, get_args

from competency_frameworks.model import AssociationKind, Source, Verification
from competency_frameworks.problems import Problem
from competency_frameworks.text import Translated, bilingual

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from competency_frameworks.model import Framework

CarryKind = Literal["copy", "mean", "all", "any", "mean-of-results"]
CARRY_KINDS: tuple[CarryKind, ...] = get_args(CarryKind)


@dataclass(frozen=True, slots=True)
class Relation:
    """``origin`` (a code of the first framework) stands to ``destination`` (of the second) as ``kind`` says.

    ``strength``, above 0 and up to 1: how much of the origin the destination covers; None when nobody said.
    """

    kind: AssociationKind
    origin: str
    destination: str
    strength: float | None = None
    note: Translated = field(default_factory=Translated)


@dataclass(frozen=True, slots=True)
class CarryRule:
    """How the level in ``target`` is made from levels in ``sources``.

    ``copy``: the level of the one source. ``mean``: the mean of all sources, rounded half up, when each has a level.
    ``all``: the lowest, when each has a level. ``any``: the highest of those that have one. ``mean-of-results``: the mean of
    every level made by the rules above it, zeros included, rounded half up, when each group of ``sources`` written as a
    code of a domain has at least one item with a level.
    """

    target: str
    sources: tuple[str, ...]
    kind: CarryKind = "copy"
    note: Translated = field(default_factory=Translated)


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """How to go from ``origin`` to ``destination`` (each ``id@version``). ``keep_zero``: whether level 0 is carried."""

    id: str
    origin: str
    destination: str
    title: Translated
    relations: tuple[Relation, ...] = ()
    rules: tuple[CarryRule, ...] = ()
    keep_zero: bool = False
    source: Source = field(default_factory=Source)
    licence: str = ""
    verification: Verification = field(default_factory=lambda: Verification("own work"))


@dataclass(frozen=True, slots=True)
class Carried:
    """One level carried over: ``level`` (the order of a step of the destination's scale) and how it came about."""

    target: str
    level: int
    rule: CarryKind
    sources: tuple[tuple[str, int], ...]

    def explanation(self, lang: str = "fr") -> str:
        """One sentence a learner can read."""
        made_from = ", ".join(f"{code} = {level}" for code, level in self.sources)
        how = _HOW[self.rule].text(lang)
        return (
            f"{self.target} = {self.level}\u00a0: {how} ({made_from})"
            if lang == "fr"
            else f"{self.target} = {self.level}: {how} ({made_from})"
        )


_HOW = {
    "copy": bilingual("niveau repris tel quel", "level copied"),
    "mean": bilingual("moyenne arrondie (la moitié vers le haut)", "mean, rounded half up"),
    "all": bilingual("le plus bas, tous étant nécessaires", "the lowest, all being needed"),
    "any": bilingual("le plus haut, un seul suffisant", "the highest, one being enough"),
    "mean-of-results": bilingual("moyenne arrondie de tous les niveaux obtenus", "rounded mean of all levels obtained"),
}


def carry_over(
    crosswalk: Crosswalk, levels: Mapping[str, int], parents: Mapping[str, str] | None = None
) -> tuple[Carried, ...]:
    """The levels in the destination that follow from ``levels`` (code of the origin -> level, 0 and up), in rule order.

    ``parents`` (code -> code of its domain) is needed by ``mean-of-results``; without it the domain is what stands before
    the last dot of the code. The evidence itself is never moved: this is what a new piece of evidence may say.
    """
    made: list[Carried] = []
    for rule in crosswalk.rules:
        carried = _apply(rule, levels, made, parents)
        if carried is not None:
            made.append(carried)
    return tuple(one for one in made if one.level or crosswalk.keep_zero)


def _apply(
    rule: CarryRule, levels: Mapping[str, int], made: list[Carried], parents: Mapping[str, str] | None
) -> Carried | None:
    if rule.kind == "mean-of-results":
        domains = {parents.get(code, "") if parents else code.rpartition(".")[0] for code in levels}
        if not made or not set(rule.sources) <= domains:
            return None
        return Carried(
            rule.target, _mean([one.level for one in made]), rule.kind, tuple((one.target, one.level) for one in made)
        )
    found = tuple((code, levels[code]) for code in rule.sources if code in levels)
    if not found or (rule.kind != "any" and len(found) < len(rule.sources)):
        return None
    values = [level for _, level in found]
    level = {"copy": values[0], "mean": _mean(values), "all": min(values), "any": max(values)}[rule.kind]
    return Carried(rule.target, level, rule.kind, found)


def _mean(values: list[int]) -> int:
    return int((Decimal(sum(values)) / Decimal(len(values))).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def check_crosswalk(
    crosswalk: Crosswalk, origin: Framework, destination: Framework, path: str = ""
) -> tuple[Problem, ...]:
    """Every code that one of the two frameworks does not have, and rules that cannot work."""
    return tuple(_faults(crosswalk, origin, destination, path))


def _faults(crosswalk: Crosswalk, origin: Framework, destination: Framework, path: str) -> Iterator[Problem]:
    named = [(code, destination) for rule in crosswalk.rules for code in (rule.target,)]
    named += [(code, origin) for rule in crosswalk.rules for code in rule.sources]
    named += [pair for link in crosswalk.relations for pair in ((link.origin, origin), (link.destination, destination))]
    for code, framework in dict.fromkeys((code, framework.key) for code, framework in named):
        one = origin if framework == origin.key else destination
        if one.find(code) is None:
            yield _fault(
                path,
                code,
                "« {code} » n'existe pas dans {name}.",
                "`{code}` does not exist in {name}.",
                "@".join(framework),
            )
    for rule in crosswalk.rules:
        if rule.kind == "copy" and len(rule.sources) != 1:
            yield _fault(
                path,
                rule.target,
                "La règle « copy » de « {code} » veut une seule origine.",
                "The rule `copy` of `{code}` wants one source.",
            )


def _fault(path: str, code: str, fr: str, en: str, name: str = "") -> Problem:
    cure = bilingual("Corrigez la table de correspondance.", "Correct the crosswalk.")
    return Problem("crosswalk", "error", bilingual(fr, en, code=code, name=name), cure, path, code=code)


def relations_for(crosswalks: Iterable[Crosswalk], item: str, framework: str) -> Iterator[tuple[str, Relation]]:
    """Every relation of an item (``code`` in ``id@version``), with the framework at the other end."""
    for crosswalk in crosswalks:
        for relation in crosswalk.relations:
            if framework == crosswalk.origin and relation.origin == item:
                yield crosswalk.destination, relation
            elif framework == crosswalk.destination and relation.destination == item:
                yield crosswalk.origin, relation
