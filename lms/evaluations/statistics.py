"""The figures: pure functions on plain numbers, each with what it refuses to say.

A figure on fewer than ``MINIMUM`` people is None: it would speak of persons, not of a training.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MINIMUM = 5
MINIMUM_DISCRIMINATION = 30  # under it the correlation of an item with the rest says nothing stable
_Z95 = 1.959963984540054  # the 97.5th percentile of the normal distribution


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share with all that makes it honest: what is counted, out of how many, left out, and its 95 % interval.

    ``low`` and ``high`` are None, and so is ``share``, under ``MINIMUM`` answers.
    """

    numerator: int
    denominator: int
    excluded: int = 0
    low: float | None = None
    high: float | None = None

    @property
    def share(self) -> float | None:
        return None if self.low is None else self.numerator / self.denominator


def proportion(numerator: int, denominator: int, excluded: int = 0) -> Proportion:
    """The share and its Wilson interval; under ``MINIMUM`` the denominator alone (even the count is kept back)."""
    if not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} out of {denominator} is no proportion")
    if denominator < MINIMUM:
        return Proportion(0, denominator, excluded)
    low, high = wilson(numerator, denominator)
    return Proportion(numerator, denominator, excluded, low, high)


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of ``k`` out of ``n`` (Wilson 1927, without continuity correction); (0, 1) for n = 0."""
    if n == 0:
        return 0.0, 1.0
    p, z2 = k / n, _Z95 * _Z95
    centre = p + z2 / (2 * n)
    spread = _Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low, high = (centre - spread) / (1 + z2 / n), (centre + spread) / (1 + z2 / n)
    # at the ends the bound is exact: rounding must not leave 1e-17 below nothing
    return (0.0 if k == 0 else low), (1.0 if k == n else high)


def nps(scores: Sequence[float]) -> float | None:
    """100 x (share of 9-10 - share of 0-6) (Reichheld 2003), -100..100; None under ``MINIMUM`` scores."""
    if len(scores) < MINIMUM:
        return None
    return 100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores)


def nps_interval(scores: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of the NPS, by the variance of +1, 0 and -1 (Rocks 2016, Wald form); None under ``MINIMUM``."""
    value = nps(scores)
    if value is None:
        return None
    n, share = len(scores), value / 100
    decided = sum(s >= 9 or s <= 6 for s in scores) / n
    spread = 100 * _Z95 * math.sqrt(max(decided - share * share, 0) / n)
    return max(value - spread, -100.0), min(value + spread, 100.0)


def top2(scores: Sequence[float], excluded: int = 0) -> Proportion:
    """The share of 4 and 5 on a scale of 1 to 5; ``excluded``: don't know, not concerned, blank."""
    return proportion(sum(s >= 4 for s in scores), len(scores), excluded)


def expand(counts: Mapping[float, int]) -> list[float]:
    """Value -> how many times, as the sorted list of values."""
    return [value for value in sorted(counts) for _ in range(counts[value])]


def median(scores: Sequence[float]) -> float | None:
    """The middle of the ordered scores; None under ``MINIMUM``."""
    if len(scores) < MINIMUM:
        return None
    ordered, half = sorted(scores), len(scores) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def normalised_gain(before: float, after: float) -> float | None:
    """(after - before) / (1 - before), both 0..1 (Hake 1998); None when there was nothing left to gain."""
    return None if before >= 1 else (after - before) / (1 - before)


def gain_of_means(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The normalised gain of the group's mean (Hake's class gain); None without pairs or when the mean was 1."""
    if not pairs:
        return None
    return normalised_gain(fmean(before for before, _ in pairs), fmean(after for _, after in pairs))


def mean_of_gains(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The mean of each learner's normalised gain, those who began at 1 left out; None when nobody remains."""
    gains = [gain for before, after in pairs if (gain := normalised_gain(before, after)) is not None]
    return fmean(gains) if gains else None


def item_difficulty(scores: Sequence[float]) -> float | None:
    """The mean score of an item, 0 (nobody) to 1 (everybody): the higher the easier; None under ``MINIMUM``."""
    return fmean(scores) if len(scores) >= MINIMUM else None


def corrected_item_total(matrix: Sequence[Sequence[float]]) -> list[float | None]:
    """For each item the correlation with the sum of the *other* items; rows: people, columns: items.

    None for an item, or a rest, that never varies.
    """
    totals = [sum(row) for row in matrix]
    return [
        item_rest_correlation(
            len(matrix),
            x=sum(column), xx=sum(x * x for x in column),
            t=sum(totals), tt=sum(t * t for t in totals),
            xt=sum(x * t for x, t in zip(column, totals, strict=True)),
        )
        for column in zip(*matrix, strict=True)
    ]  # fmt: skip


def item_rest_correlation(n: int, *, x: float, xx: float, t: float, tt: float, xt: float) -> float | None:
    """The corrected item-total correlation from sums over people: item x, x², total t, t², and x·t."""
    if n < 2:
        return None
    var_x, var_t, cov = xx / n - (x / n) ** 2, tt / n - (t / n) ** 2, xt / n - x * t / (n * n)
    var_rest = var_t + var_x - 2 * cov  # the total without the item
    if var_x < 1e-12 or var_rest < 1e-12:
        return None
    return (cov - var_x) / math.sqrt(var_x * var_rest)


def cronbach_alpha(matrix: Sequence[Sequence[float]]) -> float | None:
    """Internal consistency (Cronbach 1951; KR-20 when scores are 0 or 1); rows: people, columns: items.

    None with fewer than two items, or when totals never vary.
    """
    items = len(matrix[0]) if matrix else 0
    totals = _variance([sum(row) for row in matrix])
    if items < 2 or totals < 1e-12:
        return None
    return items / (items - 1) * (1 - sum(_variance(column) for column in zip(*matrix, strict=True)) / totals)


def _variance(values: Sequence[float]) -> float:
    mean = fmean(values) if values else 0.0
    return sum((value - mean) ** 2 for value in values) / max(len(values), 1)
