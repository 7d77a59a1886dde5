"""A word or a few to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from courses.grading import Grade, grade
from lms.contracts import QuestionType

if TYPE_CHECKING:
    from courses.model import Question


class ShortText(QuestionType):
    name: ClassVar[str] = "text"
    label: ClassVar[dict[str, str]] = {"fr": "Texte court", "en": "Short text"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Quelques mots ; la casse, les accents et les espaces ne comptent pas.",
        "en": "A few words; case, accents and spaces do not count.",
    }
    template = "question_text/question.html"

    def grade(self, question: Question, response: Any) -> Grade:
        return grade(question, response)

    def read_response(self, question: Question, form: dict[str, list[str]]) -> Any:  # noqa: ARG002
        return (form.get("answer") or [""])[0].strip()[:500] or None
