"""Before and after: whether an action shows in the figures. Pure functions."""

from __future__ import annotations

import math
from typing import Any

from lms.db import mark

SEEN, NOT_SEEN, TOO_FEW, NOT_COMPARABLE = "seen", "not_seen", "too_few", "not_comparable"
WORDS = {
    SEEN: mark("effect seen"),
    NOT_SEEN: mark("no visible effect"),
    TOO_FEW: mark("too few answers"),
    NOT_COMPARABLE: mark("not comparable"),
}
SENTENCES = {
    SEEN: mark("The figure moved the right way by more than chance explains."),
    NOT_SEEN: mark("The difference is no larger than chance explains, or goes the wrong way."),
    TOO_FEW: mark("One of the two figures stands on fewer than five people: nothing can be said yet."),
    NOT_COMPARABLE: mark("The question or the rule changed in between: the two figures do not measure the same thing."),
}


def verdict(before: dict[str, Any], after: dict[str, Any]) -> str:
    """One of ``WORDS``: compares two figures (value, low, high, hidden, print, unit, lower_is_better).

    The difference counts as an effect when its 95 % interval, built from those of the two figures (Newcombe 1998,
    method 10; the same construction holds for the NPS), stays on the good side of nothing.
    """
    if before.get("print") != after.get("print") or before.get("unit") != after.get("unit"):
        return NOT_COMPARABLE
    if before.get("hidden", True) or after.get("hidden", True):
        return TOO_FEW
    if None in (before.get("low"), before.get("high"), after.get("low"), after.get("high")):
        return NOT_COMPARABLE  # a figure without an interval tells nothing of chance
    low, high = difference_interval(before, after)
    return SEEN if (high < 0 if before.get("lower_is_better") else low > 0) else NOT_SEEN


def difference_interval(before: dict[str, Any], after: dict[str, Any]) -> tuple[float, float]:
    """The 95 % interval of after - before."""
    p1, l1, u1 = before["value"], before["low"], before["high"]
    p2, l2, u2 = after["value"], after["low"], after["high"]
    moved = p2 - p1
    return moved - math.hypot(p2 - l2, u1 - p1), moved + math.hypot(u2 - p2, p1 - l1)
