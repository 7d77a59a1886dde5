"""What each learner reached of each objective, from the evidence of its competencies. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lms.quality.queries.material import Material, Shown

MASTERED = 0.7
IN_COURSE = frozenset({"quiz", "assignment", "package"})


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """``result``: acquired, in_progress or not_assessed; ``level`` 0..1 over the ``items`` it rests on."""

    id: str
    text: str
    result: str
    level: float | None = None
    items: int = 0


def objective_results(
    objectives: Sequence[dict[str, Any]], shown: Iterable[Shown], *, failed: bool
) -> list[ObjectiveResult]:
    """One result an objective of the programme (``id``, ``text``, ``competencies``), for one learner.

    Each competency counts by its final test or, without one, by the work of the course; positioning never does.
    ``failed``: the learner took a final test and did not pass it, which leaves what has no evidence "in progress".
    """
    levels = competency_levels(shown)
    results = []
    for objective in objectives:
        found = [levels[ref] for ref in objective.get("competencies", ()) if ref in levels]
        items = sum(n for _, n in found)
        if not items:
            state = "in_progress" if failed and objective.get("competencies") else "not_assessed"
            results.append(ObjectiveResult(objective["id"], objective["text"], state))
            continue
        level = sum(value * n for value, n in found) / items
        state = "acquired" if level >= MASTERED - 1e-9 else "in_progress"
        results.append(ObjectiveResult(objective["id"], objective["text"], state, level, items))
    return results


def competency_levels(shown: Iterable[Shown]) -> dict[str, tuple[float, int]]:
    """Competency -> (level 0..1, items): of the final test or, without one, of the course, each item counting the same."""
    sums: dict[tuple[str, bool], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one in shown:
        if one.source != "final" and one.source not in IN_COURSE:
            continue
        total = sums[one.ref, one.source == "final"]
        total[0] += one.level * one.items
        total[1] += one.items
    found: dict[str, tuple[float, int]] = {}
    for (ref, final), (level, items) in sorted(sums.items(), key=lambda pair: pair[0]):
        if final or ref not in found:  # False sorts before True: the final test has the last word
            found[ref] = (level / items, round(items))
    return found


def objectives_by_learner(material: Material, shown: dict[Any, list[Shown]]) -> dict[Any, list[ObjectiveResult]]:
    """The results of every learner who started, by enrolment."""
    objectives = material.version.facts.get("objectives", [])
    finals = [activity.key for activity in material.activities if activity.purpose == "final"]
    found: dict[Any, list[ObjectiveResult]] = {}
    for row in material.grid.rows:
        if not material.has_started(row):
            continue
        done = material.progress.get(row.learner.id, {})
        failed = any(done[key].success == "failed" for key in finals if key in done)
        found[row.learner.id] = objective_results(objectives, shown.get(row.learner.id, ()), failed=failed)
    return found
