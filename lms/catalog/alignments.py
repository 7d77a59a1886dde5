"""What each element of a course does for each competency, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.coverage import Uses
from courses.model import Assignment, Page, Quiz, Survey
from lms.catalog.models import Alignment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from competency_frameworks.model import ItemRef
    from courses.model import Activity, Course

    Row = tuple[str, str, str, str, tuple[ItemRef, ...]]  # how, kind, key, activity, competencies


def alignment_rows(course: Course, *, hub_id: uuid.UUID, version_id: uuid.UUID) -> list[Alignment]:
    """The rows of a version: objectives aim, pages teach, activities practise, questions and criteria assess.

    Questions of a positioning test carry ``positions``: they measure what was known before, not what the course gives.
    """
    return [
        Alignment(
            hub_id=hub_id, version_id=version_id, how=how, element_kind=kind, element_key=key, activity_key=activity,
            framework=ref.framework, framework_version=ref.version, code=ref.code,
        )
        for how, kind, key, activity, refs in _rows(course)
        for ref in refs
    ]  # fmt: skip


def _rows(course: Course) -> Iterator[Row]:
    uses = Uses(course)
    for objective in course.objectives:
        yield "aims", "objective", objective.id, "", objective.competencies
    for activity in course.activities:
        yield from _of_activity(uses, activity)


def _of_activity(uses: Uses, activity: Activity) -> Iterator[Row]:
    content = activity.content
    named = uses.refs(activity.objectives, activity.competencies)
    if isinstance(content, Quiz):
        how = {"practice": ("practises", "assesses"), "positioning": ("positions",)}.get(content.purpose, ("assesses",))
        for question in content.questions:
            for one in how:
                yield one, "question", question.id, activity.id, uses.question_refs(activity, question)
    elif isinstance(content, Assignment):
        of_criteria = (ref for criterion in content.criteria for ref in criterion.competencies)
        yield "practises", "activity", activity.id, activity.id, tuple(dict.fromkeys((*named, *of_criteria)))
        for criterion in content.criteria:
            yield "assesses", "criterion", criterion.id, activity.id, criterion.competencies
    elif not isinstance(content, Survey):
        yield "teaches", "activity", activity.id, activity.id, named
        if isinstance(content, Page):
            for block in content.blocks:
                how_block = "practises" if block.kind == "activity" else "teaches"
                yield how_block, "block", block.id, activity.id, uses.refs(block.objectives, block.competencies)
