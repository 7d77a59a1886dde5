"""The shape of a conformance report: problems in both languages, with their place, cure and clause."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from scorm.catalogue import CATALOGUE

if TYPE_CHECKING:
    from scorm.catalogue import Message, Severity

MAX_PER_RULE: Final = 100


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the package: file (empty for the archive itself), 1-based line (0: the whole file), element."""

    file: str = ""
    line: int = 0
    element: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} <{self.element}>" if self.element else place


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. ``rule`` is a stable name; ``clause`` the document and section of the standard, or of WCAG."""

    rule: str
    severity: Severity
    where: Where
    message: Message
    cure: Message
    clause: str = ""

    def text(self, lang: str) -> str:
        """Message and cure in one language (``fr`` or ``en``)."""
        return f"{self.message.text(lang)} {self.cure.text(lang)}".strip()


@dataclass(frozen=True, slots=True)
class Report:
    """Every problem of a package at once. ``standard`` and ``edition`` are empty when the manifest cannot be read."""

    file: str
    standard: str
    edition: str
    problems: tuple[Problem, ...]

    @property
    def conformant(self) -> bool:
        """No error was found; warnings and notes may remain."""
        return not any(problem.severity == "error" for problem in self.problems)

    def as_dict(self, lang: str) -> dict[str, Any]:
        """The report as JSON data in one language."""
        return {
            "file": self.file,
            "standard": self.standard,
            "edition": self.edition,
            "conformant": self.conformant,
            "problems": [
                {
                    "rule": problem.rule,
                    "severity": problem.severity,
                    "where": {
                        "file": problem.where.file,
                        "line": problem.where.line,
                        "element": problem.where.element,
                    },
                    "message": problem.message.text(lang),
                    "cure": problem.cure.text(lang),
                    "clause": problem.clause,
                }
                for problem in self.problems
            ],
        }


@dataclass(slots=True)
class Findings:
    """Collects problems; beyond MAX_PER_RULE of one rule, one more says how many there were."""

    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, rule: str, where: Where, /, **values: object) -> None:
        """Note a problem of the catalogue; ``values`` fill its sentences."""
        self.counts[rule] += 1
        if self.counts[rule] <= MAX_PER_RULE:
            entry, values = CATALOGUE[rule], {"line": where.line, **values}
            self.problems.append(
                Problem(rule, entry.severity, where, entry.message(values), entry.cure(values), entry.clause)
            )

    def finish(self) -> tuple[Problem, ...]:
        """The problems, errors first, then in the order of the files."""
        for rule, count in list(self.counts.items()):
            if count > MAX_PER_RULE:
                self.add("more-of-the-same", Where(), rule=rule, count=count - MAX_PER_RULE)
        weight = {"error": 0, "warning": 1, "note": 2}
        return tuple(
            sorted(
                self.problems, key=lambda problem: (weight[problem.severity], problem.where.file, problem.where.line)
            )
        )
