"""Pairs to put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from courses.grading import Grade, grade
from lms.contracts import QuestionType

if TYPE_CHECKING:
    from courses.model import Question


class Matching(QuestionType):
    name: ClassVar[str] = "matching"
    label: ClassVar[dict[str, str]] = {"fr": "Appariement", "en": "Matching"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Des éléments à relier deux à deux.",
        "en": "Items to match in pairs.",
    }
    template = "question_matching/question.html"

    def grade(self, question: Question, response: Any) -> Grade:
        return grade(question, response)

    def read_response(self, question: Question, form: dict[str, list[str]]) -> Any:
        """Each left side posts ``match.<id>``: the place of the picked text in the list that was shown."""
        texts, found = _matches(question), {}
        for choice in question.choices:
            place = (form.get(f"match.{choice.id}") or [""])[0]
            if not place:
                continue
            if not place.isdecimal() or int(place) >= len(texts):
                raise ValueError(f"{question.id}: no such match")
            picked = texts[int(place)]
            found[choice.id] = next(other.id for other in question.choices if other.match == picked)
        return found or None

    def shown(self, question: Question) -> dict[str, Any]:
        """The right-hand texts in alphabetical order: an id would say which choice they belong to."""
        listed = [{"place": place, "text": text} for place, text in enumerate(_matches(question))]
        return super().shown(question) | {"matches": listed}


def _matches(question: Question) -> list[str]:
    return sorted({choice.match for choice in question.choices}, key=str.casefold)
