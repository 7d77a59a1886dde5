"""Question types: how one question is shown and graded."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from lms.contracts.plugin import Plugin

if TYPE_CHECKING:
    from courses.grading import Grade
    from courses.model import Question


class QuestionType(Plugin):
    """One type of question."""

    @property
    @abstractmethod
    def template(self) -> str:
        """The template that shows the question's controls, without its prompt; gets ``question`` and ``response``."""

    @abstractmethod
    def grade(self, question: Question, response: Any) -> Grade:
        """Grade a response (None: "I do not know"); ValueError when its shape is wrong."""

    @abstractmethod
    def read_response(self, question: Question, form: dict[str, list[str]]) -> Any:
        """Read the response from posted fields (name -> values); None when nothing was answered."""

    def shown(self, question: Question) -> dict[str, Any]:
        """What the browser may know of the question: never which choice is right."""
        return {
            "id": question.id,
            "type": question.type,
            "choices": [{"id": choice.id, "text": choice.text} for choice in question.choices],
        }
