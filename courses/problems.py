"""What is wrong in a course, where, and how to put it right, in French and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from courses.model import Place
from courses.rules import RULES

Severity = Literal["error", "warning", "note"]

SEVERITY_WORDS: dict[str, dict[str, str]] = {
    "fr": {"error": "erreur", "warning": "à corriger", "note": "remarque"},
    "en": {"error": "error", "warning": "to correct", "note": "note"},
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: ``message`` says what is wrong and ``cure`` what to do, both keyed by ``fr`` and ``en``."""

    rule: str
    severity: Severity
    place: Place
    message: dict[str, str]
    cure: dict[str, str]

    def text(self, lang: str) -> str:
        """``place: severity: message cure`` in the language, French when it is not English."""
        key = _language(lang)
        return f"{self.place}: {SEVERITY_WORDS[key][self.severity]}: {self.message[key]} {self.cure[key]}".strip()

    def as_dict(self, lang: str) -> dict[str, str | int]:
        """Plain data for JSON and templates."""
        key = _language(lang)
        return {
            "rule": self.rule,
            "severity": self.severity,
            "path": self.place.path,
            "line": self.place.line,
            "message": self.message[key],
            "cure": self.cure[key],
        }


def problem(rule: str, place: Place, **values: object) -> Problem:
    """The problem of that rule at that place; ``values`` fill its templates. KeyError when the rule is unknown."""
    severity, message_fr, message_en, cure_fr, cure_en = RULES[rule]
    shown = {name: _short(value) for name, value in values.items()}
    return Problem(
        rule=rule,
        severity=severity,
        place=place,
        message={"fr": message_fr.format(**shown), "en": message_en.format(**shown)},
        cure={"fr": cure_fr.format(**shown), "en": cure_en.format(**shown)},
    )


def has_errors(problems: tuple[Problem, ...]) -> bool:
    return any(found.severity == "error" for found in problems)


class Report:
    """Collects the problems of one file while it is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, rule: str, line: int = 0, **values: object) -> None:
        self.problems.append(problem(rule, Place(self.path, line), **values))


def _language(lang: str) -> str:
    return "en" if lang.lower().startswith("en") else "fr"


def _short(value: object) -> str:
    """Quoted author text stays on one line and short, so that a hostile file cannot flood the report."""
    text = " ".join(str(value).split())
    return text if len(text) <= 200 else f"{text[:199]}…"
