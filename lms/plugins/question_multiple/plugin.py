"""Several right choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from courses.grading import Grade, grade
from lms.contracts import QuestionType

if TYPE_CHECKING:
    from courses.model import Question


class MultipleChoice(QuestionType):
    name: ClassVar[str] = "multiple"
    label: ClassVar[dict[str, str]] = {"fr": "Choix multiple", "en": "Multiple choice"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Plusieurs réponses peuvent convenir.",
        "en": "Several answers may be right.",
    }
    template = "question_multiple/question.html"

    def grade(self, question: Question, response: Any) -> Grade:
        return grade(question, response)

    def read_response(self, question: Question, form: dict[str, list[str]]) -> Any:  # noqa: ARG002
        return form.get("answer") or None
