"""What is wrong with a framework or its file, said so that its author can cure it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from competency_frameworks.model import Framework
    from competency_frameworks.text import Translated

Severity = Literal["error", "warning", "note"]
Act = Literal["", "dropped", "shortened", "merged", "renamed", "guessed", "moved"]
ACTS: tuple[Act, ...] = get_args(Act)[1:]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: ``message`` says what is wrong, ``cure`` what to do, both in French and English.

    ``line`` is 1-based, 0 when the whole file is meant; ``code`` is the item concerned, "" for the framework itself.
    An ``error`` refuses the framework, a ``warning`` should be cured before use, a ``note`` is for information. ``act``
    says what a reader or writer did to the line on its own account, "" when it changed nothing.
    """

    rule: str
    severity: Severity
    message: Translated
    cure: Translated
    path: str = ""
    line: int = 0
    code: str = ""
    act: Act = ""

    @property
    def place(self) -> str:
        """``path:line``, or ``path`` alone when the whole file is meant."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def text(self, lang: str = "fr") -> str:
        """Place, message and cure as one line."""
        said = f"{self.message.text(lang)} {self.cure.text(lang)}"
        return f"{self.place}: {said}" if self.place else said


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a reader found. ``framework`` is None exactly when ``problems`` holds an error: nothing is half read.

    ``format`` is the name of the format (see ``formats.registry``) that was read.
    """

    framework: Framework | None
    problems: tuple[Problem, ...] = ()
    format: str = ""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def changes(self) -> tuple[Problem, ...]:
        """Every line that was dropped, shortened, merged, renamed, guessed or moved, with its reason."""
        return tuple(problem for problem in self.problems if problem.act)
