"""Scales of mastery and the rules that rate a competency on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from competency_frameworks.text import Translated

RatingMethod = Literal[
    "latest", "highest", "average", "weighted_average", "decaying_average", "n_mastery", "all_required"
]
CompletionKind = Literal["all", "points"]
CompletionOutcome = Literal["none", "evidence", "complete", "recommend"]

RATING_METHODS: tuple[RatingMethod, ...] = get_args(RatingMethod)
COMPLETION_KINDS: tuple[CompletionKind, ...] = get_args(CompletionKind)
COMPLETION_OUTCOMES: tuple[CompletionOutcome, ...] = get_args(CompletionOutcome)


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a mastery scale; ``order`` 1 is the lowest.

    ``points`` is what the step is worth where a system counts (Canvas ratings), None where it does not. From a
    ``proficient`` step on, a competency counts as mastered; ``default`` is the step proposed first (Moodle scale
    configuration).
    """

    id: str
    order: int
    title: Translated
    description: Translated = field(default_factory=Translated)
    points: float | None = None
    proficient: bool = False
    default: bool = False


@dataclass(frozen=True, slots=True)
class LevelDescriptor:
    """What one level of the scale means for one item; ``level`` is the id of a ``Level`` of the item's scale."""

    level: str
    description: Translated


@dataclass(frozen=True, slots=True)
class Scale:
    """A further scale, for the items that name it in ``Competency.scale``; the others use the framework's own."""

    id: str
    levels: tuple[Level, ...]
    title: Translated = field(default_factory=Translated)


@dataclass(frozen=True, slots=True)
class RatingRule:
    """How the pieces of evidence of one item become its rating.

    ``latest``, ``highest`` and ``average`` say it all. ``n_mastery``: ``parameter`` pieces at or above the first
    proficient step (1 to 10). ``weighted_average`` and ``decaying_average``: the latest piece weighs ``parameter``
    per cent (50 to 99), as in Canvas Outcomes. ``all_required``: every piece asked for must be proficient.
    """

    method: RatingMethod
    parameter: int | None = None


@dataclass(frozen=True, slots=True)
class RulePart:
    """What one child brings to a ``points`` rule; a ``required`` child must be complete whatever the points."""

    code: str
    points: int = 0
    required: bool = False


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """When an item counts as complete because its children are (Moodle competency rules).

    ``all``: when every child is. ``points``: when the complete children of ``parts`` bring ``points`` or more and no
    required one is missing. ``outcome`` says what then happens to the item: nothing, a piece of evidence, complete,
    or recommended for a person's decision.
    """

    kind: CompletionKind
    outcome: CompletionOutcome = "evidence"
    points: int = 0
    parts: tuple[RulePart, ...] = ()
