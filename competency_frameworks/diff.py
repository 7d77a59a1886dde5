"""What changed between two versions of a framework, or between two frameworks: certain or guessed, and confirmed as data.

Pairs are made by what a person confirmed, then by relations that the frameworks declare (``replacedBy``, ``exactMatchOf``),
then by identifier, then by code, then by likeness of wording (a guess). What is left may be a split or a merge (a guess).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from competency_frameworks.model import ItemRef
from competency_frameworks.text import Translated, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from competency_frameworks.model import Competency, Framework

ChangeKind = Literal["added", "removed", "recoded", "moved", "reworded", "relevelled", "split", "merged"]
CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
SAME_CODE, LIKE, PIECE = (
    0.5,
    0.82,
    0.62,
)  # from which likeness on a pair of the same code, of another code, a piece is believed
MOST_COMPARED = 6_000_000  # pairs of texts; past it no likeness is searched, and the diff says so


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``before`` and ``after`` are codes of the first and the second framework.

    ``similarity`` compares the wordings, 0 to 1, None where there is nothing to compare. A ``guess`` was not declared by
    anyone: a person confirms it, and ``confirmed_by`` then says who.
    """

    kind: ChangeKind
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    similarity: float | None = None
    guess: bool = False
    confirmed_by: str = ""
    note: Translated = field(default_factory=Translated)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person confirmed: these items of the first framework became those of the second (none: removed or added)."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    confirmed_by: str
    date: str = ""
    note: Translated = field(default_factory=Translated)


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences from ``before`` to ``after`` (each ``id@version``); ``pairs`` are the items found again, by code.

    ``complete`` is False when the frameworks were too large to search reworded items among those without a pair.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    pairs: tuple[tuple[str, str], ...]
    complete: bool = True

    def of(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        """The changes of these kinds."""
        return tuple(change for change in self.changes if change.kind in kinds)

    @property
    def guesses(self) -> tuple[Change, ...]:
        """What a person still has to confirm."""
        return tuple(change for change in self.changes if change.guess)

    def as_dict(self, lang: str = "fr") -> dict[str, Any]:
        """Plain data, texts in ``lang``."""
        rows = [
            {
                "kind": change.kind, "before": list(change.before), "after": list(change.after), "similarity": change.similarity,
                "guess": change.guess, "confirmed_by": change.confirmed_by, "note": change.note.text(lang),
            }
            for change in self.changes
        ]  # fmt: skip
        return {"before": self.before, "after": self.after, "complete": self.complete, "changes": rows}


def diff(before: Framework, after: Framework, decisions: Iterable[Decision] = ()) -> Diff:
    """Compare two frameworks; ``decisions`` were confirmed before and are taken as they are."""
    return _Compare(before, after).run(tuple(decisions))


def similarity(one: str, other: str) -> float:
    """How alike two wordings are, 0 to 1; order of words, case, accents and punctuation do not count."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - loaded where it is used, for a quick start

    return round(fuzz.token_sort_ratio(folded(one), folded(other)) / 100, 2)


class _Compare:
    def __init__(self, before: Framework, after: Framework) -> None:
        self.before = before
        self.after = after
        self.language = before.language if before.language in after.languages else after.language
        self.pairs: dict[str, str] = {}
        self.back: dict[str, str] = {}
        self.sure: set[str] = set()
        self.changes: list[Change] = []
        self.gone: set[str] = set()
        self.come: set[str] = set()
        self.complete = True
        self.confirmed: dict[str, Decision] = {}

    def run(self, decisions: tuple[Decision, ...]) -> Diff:
        for decision in decisions:
            self._decide(decision)
        for link in (*self.after.associations, *self.before.associations):
            self._declared(link.kind, link.origin, link.destination)
        ids = {self.before.identifier(item.code): item.code for item in self.before.items}
        for item in self.after.items:
            if item.id and (old := ids.get(item.id)):
                self._pair(old, item.code, sure=True)
        for item in self.after.items:
            there = self.before.find(item.code)
            if there is not None and self.likeness(there, item) >= SAME_CODE:
                self._pair(there.code, item.code, sure=True)
        self._by_likeness()
        self._pieces()
        for item in self.after.items:  # what is left of the same code: reworded beyond likeness, to be confirmed
            if self.before.find(item.code) is not None:
                self._pair(item.code, item.code, sure=False)
        self._describe()
        return Diff(
            "@".join(self.before.key), "@".join(self.after.key), tuple(self.changes), tuple(sorted(self.pairs.items())), self.complete
        )  # fmt: skip

    # -- pairs ---------------------------------------------------------------------------------------------------------

    def _decide(self, decision: Decision) -> None:
        old = tuple(code for code in decision.before if self.before.find(code))
        new = tuple(code for code in decision.after if self.after.find(code))
        if len(old) == len(new) == 1:
            if self._pair(old[0], new[0], sure=True):
                self.confirmed[old[0]] = decision
            return
        kind: ChangeKind = "added" if not old else "removed" if not new else "split" if len(old) == 1 else "merged"
        score = self._together(old, new) if old and new else None
        self.changes.append(Change(kind, old, new, score, confirmed_by=decision.confirmed_by, note=decision.note))
        self.gone.update(old)
        self.come.update(new)

    def _declared(self, kind: str, origin: object, destination: object) -> None:
        if kind not in {"replacedBy", "exactMatchOf"} or self.before.key == self.after.key:
            return  # within one version, two items that mean the same are still two items
        for one, other in ((origin, destination), (destination, origin)):
            if isinstance(one, ItemRef) and isinstance(other, ItemRef):
                ends = ((one.framework, one.version), (other.framework, other.version))
                if (
                    ends == (self.before.key, self.after.key)
                    and self.before.find(one.code)
                    and self.after.find(other.code)
                ):
                    self._pair(one.code, other.code, sure=True)

    def _pair(self, old: str, new: str, *, sure: bool) -> bool:
        if old in self.pairs or new in self.back or old in self.gone or new in self.come:
            return False
        self.pairs[old] = new
        self.back[new] = old
        if sure:
            self.sure.add(old)
        return True

    def _left(self) -> tuple[list[Competency], list[Competency]]:
        old = [item for item in self.before.items if item.code not in self.pairs and item.code not in self.gone]
        new = [item for item in self.after.items if item.code not in self.back and item.code not in self.come]
        return old, new

    def _by_likeness(self) -> None:
        from rapidfuzz import fuzz, process  # noqa: PLC0415

        old, new = self._left()
        if not old or not new:
            return
        if len(old) * len(new) > MOST_COMPARED:
            self.complete = False
            return
        texts = [folded(self.said(item)) for item in new]
        found = []
        for item in old:
            for _, score, n in process.extract(
                folded(self.said(item)), texts, scorer=fuzz.token_sort_ratio, score_cutoff=LIKE * 100, limit=3
            ):
                found.append((-score, item.code, new[n].code))
        for _, one, other in sorted(found):
            self._pair(one, other, sure=False)

    def _pieces(self) -> None:
        """One item whose wording is found again in two or more (split), or the other way round (merged)."""
        old, new = self._left()
        if len(old) * len(new) > MOST_COMPARED:
            return
        sides: tuple[tuple[ChangeKind, list[Competency], list[Competency]], ...] = (
            ("split", old, new),
            ("merged", new, old),
        )
        for kind, wholes, pieces in sides:
            taken = self.come if kind == "split" else self.gone
            for whole in wholes:
                if whole.code in (self.gone if kind == "split" else self.come):
                    continue
                text = folded(self.said(whole))
                parts = [
                    piece for piece in pieces
                    if piece.code not in taken and len(folded(self.said(piece)).split()) > 1
                    and _held(folded(self.said(piece)), text) >= PIECE
                ]  # fmt: skip
                if len(parts) < 2:
                    continue
                codes = tuple(part.code for part in parts)
                ends = ((whole.code,), codes) if kind == "split" else (codes, (whole.code,))
                self.changes.append(Change(kind, ends[0], ends[1], self._together(*ends), guess=True))
                self.gone.update(ends[0])
                self.come.update(ends[1])

    # -- what changed --------------------------------------------------------------------------------------------------

    def _describe(self) -> None:
        for item in self.before.items:
            if item.code in self.pairs:
                self._pair_changes(item)
            elif item.code not in self.gone:
                self.changes.append(Change("removed", (item.code,)))
        for item in self.after.items:
            if item.code not in self.back and item.code not in self.come:
                self.changes.append(Change("added", (), (item.code,)))

    def _pair_changes(self, old: Competency) -> None:
        new = self.after.find(self.pairs[old.code])
        if new is None:
            return
        decision = self.confirmed.get(old.code)
        score, guess = self.likeness(old, new), old.code not in self.sure
        who, note = (decision.confirmed_by, decision.note) if decision else ("", Translated())

        def tell(kind: ChangeKind, alike: float | None = score) -> None:
            self.changes.append(Change(kind, (old.code,), (new.code,), alike, guess, who, note))

        if old.code != new.code:
            tell("recoded")
        if self.pairs.get(
            old.parent, old.parent if old.parent in self.gone else ""
        ) != new.parent and not self._same_place(old, new):
            tell("moved")
        if _key(self.said(old)) != _key(self.said(new)):
            tell("reworded")
        if (old.level, _levels(old)) != (new.level, _levels(new)):
            tell("relevelled")

    def _same_place(self, old: Competency, new: Competency) -> bool:
        """Under a parent that was split, merged or removed: moved only when the new parent does not come from the old."""
        return any(
            old.parent in change.before and new.parent in change.after for change in self.changes if change.kind in {"split", "merged"}
        )  # fmt: skip

    # -- texts ---------------------------------------------------------------------------------------------------------

    def said(self, item: Competency) -> str:
        return item.statement.text(self.language)

    def likeness(self, one: Competency, other: Competency) -> float:
        return similarity(self.said(one), self.said(other))

    def _together(self, old: Sequence[str], new: Sequence[str]) -> float:
        texts = [
            " ".join(self.said(item) for code in codes if (item := framework.find(code)))
            for framework, codes in ((self.before, old), (self.after, new))
        ]
        return similarity(*texts)


def _held(piece: str, whole: str) -> float:
    """How much of the words of ``piece`` stand in ``whole``, 0 to 1."""
    words = [word for word in piece.split() if len(word) > 3]
    held = set(whole.split())
    return sum(word in held for word in words) / len(words) if words else 0.0


def _key(text: str) -> str:
    return " ".join(text.split())


def _levels(item: Competency) -> dict[str, str]:
    return {entry.level: _key(entry.description.text()) for entry in item.levels}
