"""What teaches, practises and assesses each competency of a course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.model import Assignment, LiveSession, Page, Quiz

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from competency_frameworks.model import ItemRef
    from courses.model import Activity, Course, Question


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One competency.

    ``taught_by``: ids of pages, sections, live sessions and packages; ``practised_by``: ids of ``:::activity`` blocks,
    questions of practice quizzes and assignments; ``assessed_by``: ids of questions (positioning left out: it measures
    what was known before) and of rubric criteria.
    """

    ref: ItemRef
    taught_by: tuple[str, ...] = ()
    practised_by: tuple[str, ...] = ()
    assessed_by: tuple[str, ...] = ()


class Uses:
    """Ids by competency, in the order they are met."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.taught: dict[ItemRef, dict[str, None]] = {}
        self.practised: dict[ItemRef, dict[str, None]] = {}
        self.assessed: dict[ItemRef, dict[str, None]] = {}
        self._of_objective = {objective.id: objective.competencies for objective in course.objectives}
        for activity in course.activities:
            self._activity(activity)

    def refs(self, objectives: Iterable[str], own: Iterable[ItemRef]) -> tuple[ItemRef, ...]:
        """The competencies named, and those of the objectives named."""
        of_objectives = (ref for name in objectives for ref in self._of_objective.get(name, ()))
        return tuple(dict.fromkeys((*own, *of_objectives)))

    def question_refs(self, activity: Activity, question: Question) -> tuple[ItemRef, ...]:
        """A question that names nothing measures what its quiz does."""
        own = self.refs([question.objective], question.competencies)
        return own or self.refs(activity.objectives, activity.competencies)

    def _activity(self, activity: Activity) -> None:
        content = activity.content
        named = self.refs(activity.objectives, activity.competencies)
        if isinstance(content, Page):
            self._page(activity.id, content, named)
        elif isinstance(content, Quiz):
            self._quiz(activity, content)
        elif isinstance(content, Assignment):
            _note(self.practised, named, activity.id)
            for criterion in content.criteria:
                _note(self.assessed, criterion.competencies, criterion.id)
                _note(self.practised, criterion.competencies, activity.id)
        elif isinstance(content, LiveSession) or activity.kind != "survey":
            _note(self.taught, named, activity.id)

    def _page(self, page_id: str, page: Page, named: tuple[ItemRef, ...]) -> None:
        _note(self.taught, named, page_id)
        for block in page.blocks:
            kind = self.practised if block.kind == "activity" else self.taught
            _note(kind, self.refs(block.objectives, block.competencies), block.id)

    def _quiz(self, activity: Activity, quiz: Quiz) -> None:
        for question in quiz.questions:
            refs = self.question_refs(activity, question)
            if quiz.purpose == "practice":
                _note(self.practised, refs, question.id)
            if quiz.purpose != "positioning":
                _note(self.assessed, refs, question.id)


def _note(where: dict[ItemRef, dict[str, None]], refs: Iterable[ItemRef], identifier: str) -> None:
    for ref in refs:
        where.setdefault(ref, {})[identifier] = None


def coverage(course: Course) -> tuple[CoverageRow, ...]:
    """One row a competency named anywhere in the course; those of the objectives first, in their order."""
    uses = Uses(course)
    refs = dict.fromkeys(
        (*(ref for one in course.objectives for ref in one.competencies), *uses.taught, *uses.practised, *uses.assessed)
    )
    return tuple(
        CoverageRow(
            ref, tuple(uses.taught.get(ref, ())), tuple(uses.practised.get(ref, ())), tuple(uses.assessed.get(ref, ()))
        )
        for ref in refs
    )


def named_competencies(course: Course) -> Iterator[ItemRef]:
    """Every competency the course names, once."""
    return (row.ref for row in coverage(course))
