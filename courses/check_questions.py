"""What an author should fix in quizzes, assignments and surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.model import Assignment, Quiz, Survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from courses.model import Activity, Course, Question
    from courses.problems import Report

_WITH_CHOICES = ("single", "multiple", "ordering", "matching")
_COUNTERPART = {"positioning": "final", "final": "positioning"}


def check_quiz(activity: Activity, quiz: Quiz, report: Report) -> None:
    """The questions of one quiz; plugins judge their own types."""
    if not quiz.questions:
        report.add("quiz-empty", activity.place.line, title=activity.title)
    for question in quiz.questions:
        if question.type in _WITH_CHOICES:
            _choices(question, report)
        elif question.type == "numeric" and question.numeric is None:
            report.add("answer-missing", question.place.line, id=question.id, key="answer: {value: …}")
        elif question.type == "text" and not any(text.strip() for text in question.accepted):
            report.add("answer-missing", question.place.line, id=question.id, key="accepted")
        _feedback(question, report)


def _choices(question: Question, report: Report) -> None:
    line, count = question.place.line, sum(choice.correct for choice in question.choices)
    if len(question.choices) < 2:
        report.add("choices-too-few", line, id=question.id)
    elif question.type == "single" and count != 1:
        report.add("single-correct-count", line, id=question.id, count=count)
    elif question.type == "multiple" and count == 0:
        report.add("multiple-correct-none", line, id=question.id)
    seen: set[str] = set()
    for choice in question.choices:
        if choice.id in seen:
            report.add("duplicate-id", line, id=choice.id, first=question.id)
        seen.add(choice.id)
        if question.type == "matching" and not choice.match.strip():
            report.add("match-missing", line, id=question.id, choice=choice.id)


def _feedback(question: Question, report: Report) -> None:
    """Each choice of single and multiple explains itself; other types explain right and wrong once."""
    line = question.place.line
    if question.type in ("single", "multiple"):
        for choice in question.choices:
            if not choice.feedback.strip():
                report.add("choice-feedback-missing", line, id=question.id, choice=choice.id)
        return
    explained = question.type in _WITH_CHOICES and all(choice.feedback.strip() for choice in question.choices)
    for key in ("feedback_correct", "feedback_incorrect"):
        if not getattr(question, key).strip() and not explained:
            report.add("question-feedback-missing", line, id=question.id, key=key)


def check_assignment(activity: Activity, assignment: Assignment, report: Report) -> None:
    if not assignment.criteria:
        report.add("rubric-empty", activity.place.line, title=activity.title)
    for criterion in assignment.criteria:
        if len(criterion.levels) < 2:
            report.add("criterion-levels", criterion.place.line, id=criterion.id)


def check_survey(survey: Survey, report: Report) -> None:
    for item in survey.items:
        if item.type in ("single", "multiple") and len(item.options) < 2:
            report.add("survey-options", item.place.line, id=item.id)


def check_pairs(course: Course, reports: dict[str, Report]) -> None:
    """Positioning and final items come in pairs, when the course has both kinds of quiz."""
    pairs: dict[str, set[str]] = {purpose: set() for purpose in _COUNTERPART}
    found = list(_measures(course))
    for _, purpose, question in found:
        pairs[purpose].add(question.pair)
    if not all(pairs.values()):
        return
    for activity, purpose, question in found:
        report, line, other = reports[activity.path], question.place.line, _COUNTERPART[purpose]
        if not question.pair:
            report.add("pair-missing", line, id=question.id, purpose=purpose)
        elif question.pair not in pairs[other]:
            report.add("pair-unmatched", line, id=question.id, pair=question.pair, purpose=other)


def _measures(course: Course) -> Iterator[tuple[Activity, str, Question]]:
    for activity in course.activities:
        if isinstance(activity.content, Quiz) and activity.content.purpose in _COUNTERPART:
            for question in activity.content.questions:
                yield activity, activity.content.purpose, question
