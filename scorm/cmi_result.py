"""What a learner's run through one SCO gave, in the same shape for SCORM 1.2 and 2004."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from scorm.messages import Message

Completion = Literal["completed", "incomplete", "not attempted", "unknown"]
Success = Literal["passed", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Score:
    """``scaled`` is -1..1 (0..1 in 1.2, worked out of raw, min and max); None for what was not given."""

    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """One ``cmi.objectives.n`` (1.2 RTE 3.4.2, 2004 4th RTE 4.2.17)."""

    id: str
    score: Score = Score()
    success: Success = "unknown"
    completion: Completion = "unknown"
    progress_measure: float | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class InteractionResult:
    """One ``cmi.interactions.n`` (1.2 RTE 3.4.2, 2004 4th RTE 4.2.9); latency in seconds."""

    id: str
    type: str = ""
    timestamp: str = ""
    objectives: tuple[str, ...] = ()
    correct_patterns: tuple[str, ...] = ()
    learner_response: str = ""
    result: str = ""
    weighting: float | None = None
    latency: float | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One thing the learner wrote about the content."""

    text: str
    location: str = ""
    timestamp: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the learner set: ``audio`` and ``speed`` as each standard scales them, ``captions`` -1 off, 0 as it was, 1 on.

    1.2 RTE 3.4.2 (audio -1..100, speed -100..100), 2004 4th RTE 4.2.13 (multiples of the usual level).
    """

    audio: float | None = None
    language: str = ""
    speed: float | None = None
    captions: int | None = None


@dataclass(frozen=True, slots=True)
class SharedData:
    """One bucket of data that several SCOs share (``adl.data``, 2004 4th RTE 4.3.1)."""

    id: str
    store: str = ""


@dataclass(frozen=True, slots=True)
class ScormResult:
    """One run. Times in seconds; ``total_seconds`` is the sessions closed before plus this one.

    In 1.2 ``completion`` and ``success`` are both read from ``lesson_status``: ``failed`` leaves completion unknown
    because "all the elements may or may not have been completed" (1.2 RTE 3.4.2). ``nav_request`` is where the
    learner wants to go next (``adl.nav.request``, 2004 4th SN 5.6.4); empty in 1.2.
    """

    completion: Completion = "unknown"
    success: Success = "unknown"
    score_scaled: float | None = None
    score_raw: float | None = None
    score_min: float | None = None
    score_max: float | None = None
    progress_measure: float | None = None
    location: str = ""
    suspend_data: str = ""
    session_seconds: float = 0.0
    total_seconds: float = 0.0
    exit: str = ""
    entry: str = ""
    objectives: tuple[ObjectiveResult, ...] = ()
    interactions: tuple[InteractionResult, ...] = ()
    comments: tuple[Comment, ...] = ()
    preferences: Preferences = Preferences()
    nav_request: str = ""
    shared_data: tuple[SharedData, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Nothing is left to do: completed or passed, and not failed."""
        return self.success == "passed" or (self.completion == "completed" and self.success != "failed")


RULES: Final[dict[str, Message]] = {
    "unknown-element": Message("élément inconnu du standard", "element unknown to the standard"),
    "read-only": Message("élément que seul le LMS écrit", "element that only the LMS writes"),
    "not-text": Message("la valeur doit être un texte", "the value must be text"),
    "unreadable": Message("la valeur contient des caractères interdits", "the value has forbidden characters"),
    "too-long": Message("la valeur est trop longue", "the value is too long"),
    "too-many": Message("il y a trop d'éléments", "there are too many elements"),
    "vocabulary": Message("la valeur n'est pas dans la liste du standard", "the value is not in the standard's list"),
    "number": Message("un nombre décimal est attendu", "a decimal number is expected"),
    "out-of-range": Message("le nombre est hors des bornes", "the number is out of range"),
    "duration": Message(
        "la durée n'a pas le format du standard", "the duration has another format than the standard's"
    ),
    "time": Message("l'heure n'a pas le format du standard", "the time has another format than the standard's"),
    "identifier": Message("l'identifiant n'est pas valable", "the identifier is not valid"),
    "language": Message("le code de langue n'est pas valable", "the language code is not valid"),
    "duplicate": Message("un autre a déjà cet identifiant", "another one has this identifier already"),
    "response": Message(
        "la réponse n'a pas le format de son type d'interaction", "the response does not fit its interaction type"
    ),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """One value that was not kept; ``value`` is cut at 80 characters."""

    element: str
    value: str
    rule: str

    @property
    def message(self) -> Message:
        why = RULES[self.rule]
        return Message(
            f"{self.element} = « {self.value} » refusé : {why.fr}.",
            f"{self.element} = “{self.value}” refused: {why.en}.",
        )


@dataclass(frozen=True, slots=True)
class CommitRead:
    """What was read of one commit.

    ``kept`` holds the accepted elements, flat, and the total time of earlier sessions: store it whole as the state of
    the attempt. ``beyond_minimum`` names values longer than every LMS must take, which another LMS may cut.
    """

    result: ScormResult
    refused: tuple[Refused, ...]
    kept: dict[str, str]
    beyond_minimum: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[Refused, ...]:
        """The refusals worth logging: a run time sends its read-only elements along with every commit."""
        return tuple(refused for refused in self.refused if refused.rule != "read-only")
