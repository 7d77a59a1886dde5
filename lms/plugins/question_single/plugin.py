"""One right choice among several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from courses.grading import Grade, grade
from lms.contracts import QuestionType

if TYPE_CHECKING:
    from courses.model import Question


class SingleChoice(QuestionType):
    name: ClassVar[str] = "single"
    label: ClassVar[dict[str, str]] = {"fr": "Choix unique", "en": "Single choice"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Une seule réponse convient parmi plusieurs.",
        "en": "Exactly one of several answers is right.",
    }
    template = "question_single/question.html"

    def grade(self, question: Question, response: Any) -> Grade:
        return grade(question, response)

    def read_response(self, question: Question, form: dict[str, list[str]]) -> Any:  # noqa: ARG002
        picked = form.get("answer", [])
        return picked[0] if picked and picked[0] else None
