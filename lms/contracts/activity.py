"""Activity types: what a learner opens, does and finishes inside a module."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from lms.contracts.plugin import Plugin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from courses.model import Activity, Course
    from lms.contracts.question import QuestionType


@dataclass(frozen=True, slots=True)
class Context:
    """What an activity type may know of who is there and where: plain data.

    ``media`` gives the address of a file of the course on the content origin; ``link`` the address of another activity;
    ``frame`` the address, on its own origin, that runs a package of the store for this attempt.
    """

    language: str
    learner_name: str
    learner_code: str  # pseudonym
    preview: bool
    media: Callable[[str], str]
    link: Callable[[str], str]
    frame: Callable[[str], str]
    attempt: str = ""  # an opaque name of the attempt, for what the learner's device keeps of it


@dataclass(frozen=True, slots=True)
class Shown:
    """What to show: a template of the plugin and its context. ``frame`` asks the player for its whole width."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    frame: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to a question or survey item, to be kept for analysis. ``score`` None: an opinion, not a test."""

    key: str
    response: Any
    score: float | None = None
    seconds: float | None = None
    item_type: str = ""
    state: str = "answered"  # answered, dont_know, not_concerned, blank
    indicator: str = ""
    competencies: tuple[str, ...] = ()  # framework@version#code


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act of the learner changed. ``state`` replaces the attempt's; None keeps a field as it is."""

    state: dict[str, Any]
    completion: str | None = None  # incomplete, completed
    success: str | None = None  # unknown, passed, failed
    score: float | None = None  # 0..1
    seconds: float = 0.0  # to add
    responses: tuple[Response, ...] = ()
    submission: dict[str, Any] | None = None  # work handed in: text, file (name, bytes)
    survey: tuple[Response, ...] = ()
    evidence: dict[str, tuple[float, int]] = field(default_factory=dict)  # competency -> (level 0..1, items)
    message: str = ""  # said to the learner
    next_step: bool = False  # go to the next activity


@dataclass(frozen=True, slots=True)
class OfflineWork:
    """What a learner did with offline pages: signed, not graded. ``answers``: question id, response, seconds."""

    seen: bool
    seconds: float
    answers: tuple[tuple[str, Any, float], ...] = ()


class Refusal(ValueError):  # noqa: N818 - an answer to the learner more than an error
    """The payload cannot be taken; ``fr`` and ``en`` say what was kept and what to do."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr, self.en = fr, en

    def text(self, language: str) -> str:
        return self.en if language.startswith("en") else self.fr


class ActivityType(Plugin):
    """One kind of activity."""

    icon: ClassVar[str] = "file-text"  # of the Tabler set
    many_attempts: ClassVar[bool] = False  # a learner may start again, each try kept
    needs_revision: ClassVar[bool] = True  # an act that was sent from an older state is refused

    def bind(self, question_types: Mapping[str, QuestionType]) -> None:
        """Called once at start, for the kinds that ask questions."""

    @abstractmethod
    def prepare(self, activity: Activity, course: Course, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Turn what the author wrote into plain data, once, when a version is published or previewed.

        HTML in it names media as ``media:path/in/course`` and activities as ``activity:id``: ``Context`` resolves them.
        """

    @abstractmethod
    def show(self, data: dict[str, Any], state: dict[str, Any], context: Context) -> Shown:
        """Say what to show for this state; secrets (right answers) never leave through the context."""

    def act(
        self,
        data: dict[str, Any],  # noqa: ARG002
        state: dict[str, Any],  # noqa: ARG002
        payload: dict[str, Any],  # noqa: ARG002
        context: Context,  # noqa: ARG002
    ) -> Outcome:
        """Take what the learner sent (from a browser: it can be forged) and say what changed; Refusal otherwise.

        ``payload``: ``do`` (the button), ``fields`` (name -> texts), ``file`` ({"name", "data"}) when one was sent.
        """
        raise Refusal("Cette activité n'attend pas de réponse.", "This activity expects no answer.")

    def take_offline(self, data: dict[str, Any], work: OfflineWork) -> Outcome | None:  # noqa: ARG002
        """Say what one finished piece of offline work is worth; None when it is worth nothing here; Refusal when forged."""
        return None

    def mark(self, data: dict[str, Any], marks: dict[str, str]) -> Outcome:  # noqa: ARG002
        """What a person's marks (criterion -> level) of handed-in work are worth; Refusal when one is missing."""
        raise Refusal("Cette activité ne se corrige pas.", "This activity is not marked.")

    def purpose(self, data: dict[str, Any]) -> str:
        """Purpose of a test or survey (positioning, practice, final, hot…), empty otherwise."""
        return str(data.get("purpose", ""))

    def settings_from(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Check the YAML settings of a kind that is not built in; Refusal names what is wrong."""
        return raw
