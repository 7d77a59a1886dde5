"""Choices to put in order."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from courses.grading import Grade, grade
from lms.contracts import QuestionType

if TYPE_CHECKING:
    from courses.model import Question


class Ordering(QuestionType):
    name: ClassVar[str] = "ordering"
    label: ClassVar[dict[str, str]] = {"fr": "Mise en ordre", "en": "Ordering"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Des étapes à remettre dans l'ordre.",
        "en": "Steps to put in the right order.",
    }
    template = "question_ordering/question.html"

    def grade(self, question: Question, response: Any) -> Grade:
        return grade(question, response)

    def read_response(self, question: Question, form: dict[str, list[str]]) -> Any:
        """Each choice's place is posted as ``place.<id>`` (1, 2, 3…); ValueError unless each has its own."""
        places = {choice.id: (form.get(f"place.{choice.id}") or [""])[0] for choice in question.choices}
        if not any(places.values()):
            return None
        if sorted(places.values(), key=lambda text: (len(text), text)) != [str(n + 1) for n in range(len(places))]:
            raise ValueError("each line needs a place of its own")
        return sorted(places, key=lambda choice_id: int(places[choice_id]))

    def shown(self, question: Question) -> dict[str, Any]:
        """The choices in an order that is always the same and says nothing of the right one."""
        base = super().shown(question)
        base["choices"].sort(key=lambda choice: sha256(f"{question.id}/{choice['id']}".encode()).digest())
        if [choice["id"] for choice in base["choices"]] == [choice.id for choice in question.choices]:
            base["choices"].reverse()
        return base
