"""Questions as plain data to keep in a version, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from competency_frameworks.library import get
from competency_frameworks.model import ItemRef
from courses.model import Choice, NumericAnswer, Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from courses.coverage import Uses
    from courses.model import Activity
    from lms.contracts import HtmlWriter


def question_data(question: Question, activity: Activity, uses: Uses, write: HtmlWriter) -> dict[str, Any]:
    """Everything to ask, grade and explain the question: the answers are in it, so it never leaves the server whole."""
    feedback = {choice.feedback for choice in question.choices} | {
        question.feedback_correct,
        question.feedback_incorrect,
    }
    return {
        "question": {
            "id": question.id,
            "type": question.type,
            "prompt": question.prompt,
            "choices": [asdict(choice) for choice in question.choices],
            "numeric": asdict(question.numeric) if question.numeric else None,
            "accepted": list(question.accepted),
            "feedback_correct": question.feedback_correct,
            "feedback_incorrect": question.feedback_incorrect,
            "points": question.points,
            "extra": question.extra,
        },
        "prompt": write.block(question.prompt, heading_level=3, name=question.id),
        "hint": write.block(question.hint, name=f"{question.id}-hint"),
        "texts": {choice.id: write.inline(choice.text) for choice in question.choices},
        "matches": {choice.match: write.inline(choice.match) for choice in question.choices if choice.match},
        "feedback": {text: write.block(text, heading_level=4) for text in feedback if text},
        "competencies": [str(ref) for ref in uses.question_refs(activity, question)],
        "objective": question.objective,
        "pair": question.pair,
        "level": question.level,
    }


def competency_names(refs: Iterable[ItemRef]) -> dict[str, dict[str, str]]:
    """The statements of the competencies of bundled frameworks, by reference and language."""
    names: dict[str, dict[str, str]] = {}
    for ref in refs:
        framework = get(ref.framework, ref.version)
        item = framework.find(ref.code) if framework else None
        if item is not None:
            names[str(ref)] = {language: item.statement.text(language) for language in ("fr", "en")}
    return names


def read_question(data: dict[str, Any]) -> Question:
    """The question of ``question_data``, enough of it to be graded."""
    kept = data["question"]
    return Question(
        id=kept["id"],
        type=kept["type"],
        prompt=kept["prompt"],
        choices=tuple(Choice(**choice) for choice in kept["choices"]),
        numeric=NumericAnswer(**kept["numeric"]) if kept["numeric"] else None,
        accepted=tuple(kept["accepted"]),
        feedback_correct=kept["feedback_correct"],
        feedback_incorrect=kept["feedback_incorrect"],
        points=kept["points"],
        competencies=tuple(ItemRef.parse(ref) for ref in data["competencies"]),
        extra=kept["extra"],
    )
