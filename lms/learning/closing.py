"""Until when a learner may act; what was done stays readable afterwards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shut:
    """Why nothing more is recorded; ``state`` is a word for programs, ``fr`` and ``en`` are for the learner."""

    state: str
    fr: str
    en: str


CLOSED = Shut(
    "closed",
    "Cette session est close : vous pouvez relire, plus répondre. Ce que vous avez fait est gardé.",
    "This session is closed: you can read again, no longer answer. What you did is kept.",
)
LEFT = Shut(
    "left",
    "Vous avez quitté cette formation : vous pouvez relire, plus répondre. Pour reprendre, écrivez à votre hub.",
    "You have left this training: you can read again, no longer answer. To come back, write to your hub.",
)


def why_shut(session_status: str, enrolment_status: str) -> Shut | None:
    """Why this learner may no longer act, given the status of the run of the course and their own; None when they may."""
    if session_status in {"closed", "cancelled"}:
        return CLOSED
    return LEFT if enrolment_status in {"dropped", "cancelled"} else None
