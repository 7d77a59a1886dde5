"""What each element of a course does for each competency, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.coverage import Uses
from courses.model import Assignment, LiveSession, Page, Quiz, ScormPackage, Survey
from lms.catalog.models import Alignment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from competency_frameworks.model import ItemRef
    from courses.model import Activity, ActivityContent, Course

    Row = tuple[str, str, str, str, tuple[ItemRef, ...], str]  # how, kind, key, activity, competencies, level


def alignment_rows(course: Course, *, hub_id: uuid.UUID, version_id: uuid.UUID) -> list[Alignment]:
    """The rows of a version: objectives and modules aim, pages, half-days and packages teach, activities practise, questions and criteria assess.

    Questions of a positioning test carry ``positions``: they measure what was known before, not what the course gives.
    """
    return [
        Alignment(
            hub_id=hub_id, version_id=version_id, how=how, element_kind=kind, element_key=key, activity_key=activity,
            framework=ref.framework, framework_version=ref.version, code=ref.code, level=level[:40],
        )
        for how, kind, key, activity, refs, level in _rows(course)
        for ref in refs
    ]  # fmt: skip


def _rows(course: Course) -> Iterator[Row]:
    uses = Uses(course)
    for objective in course.objectives:
        yield "aims", "objective", objective.id, "", objective.competencies, ""
    for module in course.modules:
        yield "aims", "module", module.id, "", uses.refs(module.objectives, ()), ""
    for activity in course.activities:
        yield from _of_activity(uses, activity)


def _of_activity(uses: Uses, activity: Activity) -> Iterator[Row]:
    content = activity.content
    named = uses.refs(activity.objectives, activity.competencies)
    if isinstance(content, Quiz):
        how = {"practice": ("practises", "assesses"), "positioning": ("positions",)}.get(content.purpose, ("assesses",))
        for question in content.questions:
            for one in how:
                yield one, "question", question.id, activity.id, uses.question_refs(activity, question), question.level
    elif isinstance(content, Assignment):
        of_criteria = (ref for criterion in content.criteria for ref in criterion.competencies)
        yield "practises", "activity", activity.id, activity.id, tuple(dict.fromkeys((*named, *of_criteria))), ""
        for criterion in content.criteria:
            yield "assesses", "criterion", criterion.id, activity.id, criterion.competencies, ""
    elif not isinstance(content, Survey):
        yield "teaches", _kind(content), activity.id, activity.id, named, ""
        if isinstance(content, Page):
            for block in content.blocks:
                how_block = "practises" if block.kind == "activity" else "teaches"
                yield how_block, "block", block.id, activity.id, uses.refs(block.objectives, block.competencies), ""


def _kind(content: ActivityContent) -> str:
    """What an element that teaches is called in the coverage."""
    if isinstance(content, LiveSession):
        return "live_session"
    return "package" if isinstance(content, ScormPackage) else "activity"
