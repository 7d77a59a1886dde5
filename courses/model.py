"""The course model: what a course is once its folder of text has been read.

Every object is frozen and carries a stable ``id`` that survives edits and moves; nothing here reads files or renders
HTML. The folder format itself is described in ``docs/course-format.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from competency_frameworks.model import ItemRef

ActivityKind = str  # "page", "quiz", "assignment", "survey", "live_session", "scorm", or the name of a plugin
QuizPurpose = Literal["practice", "positioning", "final"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: path inside the course folder, 1-based line (0 when the whole file is meant)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Objective:
    id: str
    text: str
    competencies: tuple[ItemRef, ...] = ()
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A work the course rests on or borrows from."""

    title: str
    author: str = ""
    year: str = ""
    url: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry."""

    id: str
    term: str
    definition: str


@dataclass(frozen=True, slots=True)
class Block:
    """A section of a page (a level-2 heading) or an ``:::activity``: the smallest thing that teaches."""

    id: str
    title: str
    kind: Literal["section", "activity"]
    minutes: int = 0
    mode: str = ""  # individual, pairs, group, plenary, workplace
    objectives: tuple[str, ...] = ()
    competencies: tuple[ItemRef, ...] = ()
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a learner can pick, order or match; ``match`` is the right-hand side of a pair."""

    id: str
    text: str
    correct: bool = False
    match: str = ""
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class NumericAnswer:
    value: float
    tolerance: float = 0.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with everything needed to show it, grade it and explain the answer.

    ``type`` is ``single``, ``multiple``, ``ordering`` (choices in the right order), ``matching`` (choices carry
    ``match``), ``numeric``, ``text`` or the name of a question-type plugin, whose own settings are in ``extra``.
    ``pair`` ties a positioning item to the final item that measures the same thing.
    """

    id: str
    type: str
    prompt: str
    choices: tuple[Choice, ...] = ()
    numeric: NumericAnswer | None = None
    accepted: tuple[str, ...] = ()
    feedback_correct: str = ""
    feedback_incorrect: str = ""
    hint: str = ""
    points: float = 1.0
    objective: str = ""
    competencies: tuple[ItemRef, ...] = ()
    level: str = ""
    pair: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Quiz:
    purpose: QuizPurpose = "practice"
    intro: str = ""
    pass_score: float = 0.7  # 0..1
    max_attempts: int = 0  # 0: as many as wanted
    feedback: Literal["immediate", "end", "none"] = "immediate"
    shuffle: bool = False
    allow_dont_know: bool = False
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class RubricLevel:
    id: str
    label: str
    description: str
    points: float


@dataclass(frozen=True, slots=True)
class Criterion:
    id: str
    title: str
    competencies: tuple[ItemRef, ...] = ()
    levels: tuple[RubricLevel, ...] = ()
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Assignment:
    instructions: str
    deliverable: Literal["file", "text", "file_or_text"] = "file_or_text"
    pass_score: float = 0.5
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyItem:
    """One opinion item: ``scale`` (1..5), ``nps`` (0..10), ``single``, ``multiple`` or ``text``."""

    id: str
    type: str
    text: str
    options: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""
    required: bool = False
    opt_out: bool = True  # offers "don't know" and "not concerned"
    indicator: str = ""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Survey:
    purpose: str = "hot"
    intro: str = ""
    anonymous: bool = False
    items: tuple[SurveyItem, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A half-day lived together: ``plan`` is the trainer's running sheet (Markdown), never shown to learners."""

    modality: Literal["on_site", "remote"]
    before: str = ""
    plan: str = ""
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    markdown: str  # the body, without its front matter
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class ScormPackage:
    path: str  # of the ZIP, inside the course folder


@dataclass(frozen=True, slots=True)
class PluginContent:
    """The settings of an activity whose kind is a plugin's: plain data, validated by the plugin."""

    settings: dict[str, Any]


ActivityContent = Page | Quiz | Assignment | Survey | LiveSession | ScormPackage | PluginContent


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of the table of contents: what a learner opens, does and finishes."""

    id: str
    kind: ActivityKind
    title: str
    content: ActivityContent
    path: str  # the file it was read from, inside the course folder
    minutes: int = 0
    required: bool = True
    objectives: tuple[str, ...] = ()
    competencies: tuple[ItemRef, ...] = ()
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a course; ``requires`` names the modules, all before it, that one finishes first."""

    id: str
    title: str
    summary: str
    folder: str
    objectives: tuple[str, ...] = ()
    activities: tuple[Activity, ...] = ()
    place: Place = field(default=Place(""), compare=False)
    requires: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        return sum(activity.minutes for activity in self.activities)


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course. ``frameworks`` maps the aliases used in the files to (framework id, version)."""

    id: str
    title: str
    language: str
    summary: str
    audience: str
    prerequisites: str
    licence: str
    authors: tuple[str, ...] = ()
    methods: str = ""
    assessment: str = ""
    accessibility: str = ""
    frameworks: dict[str, tuple[str, str]] = field(default_factory=dict)
    objectives: tuple[Objective, ...] = ()
    modules: tuple[Module, ...] = ()
    glossary: tuple[Term, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def minutes(self) -> int:
        return sum(module.minutes for module in self.modules)

    @property
    def activities(self) -> tuple[Activity, ...]:
        return tuple(activity for module in self.modules for activity in module.activities)

    def activity(self, activity_id: str) -> Activity:
        """The activity of that id; KeyError when there is none."""
        for activity in self.activities:
            if activity.id == activity_id:
                return activity
        raise KeyError(activity_id)
