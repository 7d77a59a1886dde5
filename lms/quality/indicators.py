"""The figures that a session publishes: each with what it counts, out of what, and what it left out. Pure functions."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lms.db import mark
from lms.evaluations.statistics import MINIMUM, nps, nps_interval, wilson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lms.evaluations.queries import Progression
    from lms.quality.objectives import ObjectiveResult
    from lms.quality.queries.material import Material, Opinions

RULES_VERSION = 1

LABELS = {
    "attendance": mark("Attendance rate"),
    "completion": mark("Completion"),
    "drop_out": mark("Drop-out"),
    "satisfaction": mark("Satisfaction"),
    "recommendation": mark("Recommendation"),
    "objectives": mark("Objectives reached"),
    "progression": mark("Progression"),
    "response": mark("Answers to the survey"),
}
RULES = {
    "attendance": mark(
        "Minutes attended out of minutes due: the half-days of the calendar that are over, for every learner expected. "
        "Absences stay in, with or without a reason. The interval is reckoned on half-days."
    ),
    "completion": mark(
        "Learners who finished out of learners who started. Who never came is left out and counted apart."
    ),
    "drop_out": mark(
        "Learners who started and left for good before the end, out of learners who started. Who never came is counted "
        "apart."
    ),
    "satisfaction": mark(
        "Answers of 4 or 5 on the scale of 1 to 5, out of valid answers to the satisfaction questions of the survey at "
        "the end. “Do not know”, “not concerned” and blanks are left out."
    ),
    "recommendation": mark(
        "Share of the scores 9 and 10 less share of the scores 0 to 6, between -100 and 100, over the answers from 0 to "
        "10."
    ),
    "objectives": mark(
        "Objectives acquired out of objectives assessed, learner by learner. An objective is acquired when the final "
        "test or, without one, the work of the course shows seven tenths of its competencies."
    ),
    "progression": mark(
        "Part of what was left to learn that was learnt between positioning and final test, on the same questions, for "
        "the learners who took both: (after - before) / (1 - before) of the group’s means."
    ),
    "response": mark(
        "Questionnaires filled in out of learners invited to the survey at the end. Cancelled enrolments are left out."
    ),
}
LOWER_IS_BETTER = frozenset({"drop_out"})
INTERVAL_KINDS = frozenset({"attendance", "completion", "drop_out", "satisfaction", "objectives", "response"})


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure. ``value`` is a share 0..1 (``unit`` "share"), -100..100 ("nps") or a gain ("gain").

    ``n`` is what the figure stands on (``of``: learners, answers, results, half-days). Under five, ``hidden``: value,
    counts and interval are None. ``apart`` names what was left out or shown apart, with its count.
    """

    key: str
    unit: str
    of: str
    n: int
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    apart: tuple[tuple[str, int], ...] = ()
    hidden: bool = True

    def as_dict(self) -> dict[str, Any]:
        plain = asdict(self)
        plain["apart"] = dict(self.apart)
        return plain | {"rule": RULES[self.key], "rule_version": RULES_VERSION, "label": LABELS[self.key]}


def make_indicators(
    material: Material,
    opinions: Opinions,
    objectives: Mapping[Any, Sequence[ObjectiveResult]],
    progression: Progression | None,
) -> list[Indicator]:
    """All the figures of a session, in the order of ``LABELS``."""
    return [
        _attendance(material),
        *_completion(material),
        _satisfaction(opinions),
        _recommendation(opinions),
        _objectives(objectives),
        _progression(progression),
        _response(material, opinions),
    ]


def attendance_indicator(material: Material) -> Indicator:
    return _attendance(material)


def completion_indicator(material: Material) -> Indicator:
    return _completion(material)[0]


def satisfaction_indicator(opinions: Opinions) -> Indicator:
    return _satisfaction(opinions)


def _share(
    key: str, of: str, numerator: float, denominator: float, n: int, *, base: float | None = None,
    apart: tuple[tuple[str, int], ...] = (),
) -> Indicator:  # fmt: skip
    """A share and its Wilson interval on ``base`` trials (the denominator when None), or nothing under five."""
    apart = tuple((name, count) for name, count in apart if count)
    if n < MINIMUM or not denominator:
        return Indicator(key, "share", of, n, apart=apart)
    value = numerator / denominator
    trials = round(denominator if base is None else base)
    low, high = wilson(value * trials, trials)  # type: ignore[arg-type] # a share of half-days need not be whole
    return Indicator(key, "share", of, n, value, numerator, denominator, low, high, apart, hidden=False)


def _attendance(material: Material) -> Indicator:
    rows = [row for row in material.grid.rows if row.minutes_due]
    cells = [cell for row in rows for cell in row.cells if cell.state in {"signed", "absent", "missing"}]
    states = Counter(cell.state for cell in cells)
    excused = sum(cell.state == "absent" and bool(cell.reason) for cell in cells)
    attended, due = sum(row.minutes_attended for row in rows), sum(row.minutes_due for row in rows)
    return _share(
        "attendance", mark("learners"), attended, due, len(rows), base=len(cells),
        apart=(
            (mark("half-days due"), len(cells)), (mark("half-days signed"), states["signed"]),
            (mark("absences with a reason"), excused), (mark("absences without a reason"), states["absent"] - excused),
            (mark("neither signed nor absent"), states["missing"]),
        ),
    )  # fmt: skip


def _completion(material: Material) -> tuple[Indicator, Indicator]:
    started = [row.learner for row in material.grid.rows if material.has_started(row)]
    finished = sum(learner.status == "completed" for learner in started)
    left = sum(learner.status == "dropped" for learner in started)
    never = len(material.grid.rows) - len(started)
    of, n = mark("learners"), len(started)
    apart = ((mark("never came"), never), (mark("still on the way"), n - finished - left))
    return (
        _share("completion", of, finished, n, n, apart=apart),
        _share("drop_out", of, left, n, n, apart=apart),
    )


def _satisfaction(opinions: Opinions) -> Indicator:
    n = opinions.answers
    apart = ((mark("do not know, not concerned, blank"), opinions.aside),)
    return _share("satisfaction", mark("answers"), opinions.satisfied, n, n, apart=apart)


def _recommendation(opinions: Opinions) -> Indicator:
    scores = [float(score) for score, n in opinions.recommend.items() for _ in range(n)]
    value, interval = nps(scores), nps_interval(scores)
    n, of = len(scores), mark("answers")
    if value is None or interval is None:
        return Indicator("recommendation", "nps", of, n)
    net = sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)
    return Indicator("recommendation", "nps", of, n, value, net, n, *interval, hidden=False)


def _objectives(objectives: Mapping[Any, Sequence[ObjectiveResult]]) -> Indicator:
    results = [result.result for of_learner in objectives.values() for result in of_learner]
    learners = sum(any(one.result != "not_assessed" for one in of_learner) for of_learner in objectives.values())
    counts = Counter(results)
    assessed = counts["acquired"] + counts["in_progress"]
    # results of one learner go together: the interval is reckoned on as many trials as there are learners
    return _share(
        "objectives", mark("learners"), counts["acquired"], assessed, learners, base=learners,
        apart=((mark("results not assessed"), counts["not_assessed"]),),
    )  # fmt: skip


def _progression(figure: Progression | None) -> Indicator:
    n = figure.matched if figure else 0
    of = mark("learners")
    if figure is None or figure.gain_of_means is None or figure.before is None or figure.after is None:
        return Indicator(
            "progression",
            "gain",
            of,
            n,
            apart=((mark("took one of the two only"), figure.lost),) if figure and figure.lost else (),
        )
    return Indicator(
        "progression", "gain", of, n, figure.gain_of_means, figure.after - figure.before, 1 - figure.before,
        apart=((mark("took one of the two only"), figure.lost),) if figure.lost else (), hidden=False,
    )  # fmt: skip


def _response(material: Material, opinions: Opinions) -> Indicator:
    invited = sum(row.learner.status != "cancelled" for row in material.grid.rows)
    invited *= max(opinions.surveys, 1)
    return _share("response", mark("learners"), min(opinions.responses, invited), invited, invited)
