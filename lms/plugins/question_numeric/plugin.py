"""A number to give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from courses.grading import Grade, grade, read_number
from lms.contracts import QuestionType

if TYPE_CHECKING:
    from courses.model import Question


class Numeric(QuestionType):
    name: ClassVar[str] = "numeric"
    label: ClassVar[dict[str, str]] = {"fr": "Nombre", "en": "Number"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Un nombre, avec une tolérance et une unité.",
        "en": "A number, with a tolerance and a unit.",
    }
    template = "question_numeric/question.html"

    def grade(self, question: Question, response: Any) -> Grade:
        return grade(question, response)

    def read_response(self, question: Question, form: dict[str, list[str]]) -> Any:
        text = (form.get("answer") or [""])[0].strip()[:60]
        if text and read_number(text, question.numeric.unit if question.numeric else "") is None:
            raise ValueError("not a number")
        return text or None

    def shown(self, question: Question) -> dict[str, Any]:
        return super().shown(question) | {"unit": question.numeric.unit if question.numeric else ""}
