"""The lines of a course, step by step: many on a page, and nearly the same for all its learners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from lms.web.i18n import choose_language
from lms.web.parts import kept_part
from lms.web.state import installation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lms.learning.queries import Step


def step_lines(steps: Iterable[Step], course_url: str) -> Markup:
    """The steps of a module with where the learner is at each."""
    language = choose_language()
    pieces: list[str] = []
    kinds = installation().plugins.activity_types
    for step in steps:
        kind = kinds.get(step.kind)
        icon = kind.icon if kind else "file-text"
        before, after = kept_part(
            "learning/step.html", language, title=step.title, icon_name=icon, minutes=step.minutes, required=step.required,
            state=_state(step),
        ).texts  # fmt: skip
        pieces += (before, escape(f"{course_url}/{step.key}"), after)
    return Markup("".join(pieces))  # noqa: S704 - every value is escaped, in the template or here


def _state(step: Step) -> str:
    """What the badge of the line says."""
    if step.success == "failed" and step.status != "done":
        return "again"
    if step.kind == "live_session":
        return "present" if step.status == "done" else "together"
    return step.status
