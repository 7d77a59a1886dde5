"""What changes from one framework to another, as lines that a page shows: the library's diff, one line a pair of items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from competency_frameworks.library import diff_between

if TYPE_CHECKING:
    from competency_frameworks.diff import Diff
    from competency_frameworks.model import Competency, Framework


@dataclass(frozen=True, slots=True)
class Difference:
    """Items that became others: several for a split or a merger, none where one was added or removed.

    ``similarity`` of the wordings, 0 to 1, None where there is nothing to compare. ``guess``: nobody has said so; a person
    confirms it.
    """

    kinds: tuple[str, ...]
    olds: tuple[Competency, ...]
    news: tuple[Competency, ...]
    similarity: float | None = None
    guess: bool = False

    @property
    def old(self) -> Competency | None:
        return self.olds[0] if self.olds else None

    @property
    def new(self) -> Competency | None:
        return self.news[0] if self.news else None

    @property
    def code(self) -> str:
        return ", ".join(item.code for item in self.news or self.olds)

    @property
    def name(self) -> str:
        """What a form sends back to confirm it."""
        return "|".join(",".join(item.code for item in items) for items in (self.olds, self.news))


def differences(before: Framework, after: Framework) -> list[Difference]:
    """What changed, all changes of the same items on one line, in the order of the diff."""
    return lines_of(diff_between(before, after), before, after)


def lines_of(found: Diff, before: Framework, after: Framework) -> list[Difference]:
    """The changes of a diff as lines."""
    lines: dict[tuple[tuple[str, ...], tuple[str, ...]], Difference] = {}
    for change in found.changes:
        key = (change.before, change.after)
        known = lines.get(key)
        lines[key] = Difference(
            kinds=(*(known.kinds if known else ()), change.kind),
            olds=tuple(item for code in change.before if (item := before.find(code))),
            news=tuple(item for code in change.after if (item := after.find(code))),
            similarity=change.similarity if known is None or known.similarity is None else known.similarity,
            guess=change.guess or (known is not None and known.guess),
        )
    return list(lines.values())


def confirmed_changes(before: Framework, after: Framework, confirmed: set[str], by: str) -> dict[str, object]:
    """The diff as data to keep with a version; ``confirmed`` names the guesses that this person said are right."""
    found = diff_between(before, after)
    kept = found.as_dict()
    for row in kept["changes"]:
        name = "|".join(",".join(codes) for codes in (row["before"], row["after"]))
        if row["guess"] and name in confirmed:
            row.update(guess=False, confirmed_by=by)
    return kept
