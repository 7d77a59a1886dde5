"""Between the form of an activity and the activity: fill, read back, and act on its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from courses.ids import unique_id
from courses.model import (
    Assignment,
    Choice,
    Criterion,
    LiveSession,
    NumericAnswer,
    Page,
    Question,
    Quiz,
    RubricLevel,
    Survey,
)
from lms.catalog import forms_activities as forms
from lms.catalog.editing import changed, free_letter, moved, without
from lms.catalog.outlines import taken_ids
from lms.catalog.scaffolds import new_criterion, new_item, new_question
from lms.web.forms import choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from courses.model import Activity, Course


@dataclass(frozen=True, slots=True)
class Editor:
    """How one kind is edited: its form, its template, what the form shows, what it becomes."""

    form: type[forms.ActivityForm]
    template: str
    fill: Callable[[Any], dict[str, Any]]
    read: Callable[[Any, Any], Any]


def common_data(activity: Activity) -> dict[str, Any]:
    return {
        "title": activity.title, "minutes": activity.minutes, "required": activity.required,
        "objectives": list(activity.objectives), "competencies": activity.competencies,
    }  # fmt: skip


def make_form(editor: Editor, activity: Activity, course: Course, revision: str) -> forms.ActivityForm:
    """The form, filled from the activity or from what was posted."""
    form = editor.form(data=common_data(activity) | editor.fill(activity.content) | {"revision": revision})
    offered = choices([(one.id, one.text) for one in course.objectives])
    form.objectives.choices = offered
    for entry in getattr(form, "questions", ()):
        entry.form.objective.choices = choices([("", "—"), *((one.id, one.text[:90]) for one in course.objectives)])
    if isinstance(form, forms.SurveyForm):
        known = {value for value, _ in forms.SURVEY_PURPOSES}
        own = [] if form.purpose.data in known or not form.purpose.data else [(form.purpose.data, form.purpose.data)]
        form.purpose.choices = choices([*forms.SURVEY_PURPOSES, *own])
    return form


def read_form(editor: Editor, form: forms.ActivityForm, activity: Activity) -> Activity:
    """The activity as the form says it."""
    return replace(
        activity, title=form.title.data or activity.title, minutes=form.minutes.data or 0, required=bool(form.required.data),
        objectives=form.objectives.chosen(), competencies=form.competencies.data, content=editor.read(form, activity.content),
    )  # fmt: skip


# -- pages, packages ----------------------------------------------------------------------------------------------


def _read_page(form: forms.PageForm, content: Page) -> Page:
    body = form.body.data or ""
    return content if body == content.markdown else Page(body, content.blocks)


# -- quizzes ------------------------------------------------------------------------------------------------------


def _fill_quiz(quiz: Quiz) -> dict[str, Any]:
    return {
        "purpose": quiz.purpose, "intro": quiz.intro, "pass_score": quiz.pass_score, "max_attempts": quiz.max_attempts,
        "feedback": quiz.feedback, "shuffle": quiz.shuffle, "allow_dont_know": quiz.allow_dont_know,
        "questions": [_fill_question(question) for question in quiz.questions],
    }  # fmt: skip


def _fill_question(question: Question) -> dict[str, Any]:
    numeric = question.numeric
    return {
        "id": question.id, "type": question.type, "prompt": question.prompt,
        "choices": [{"id": one.id, "text": one.text, "correct": one.correct, "match": one.match, "feedback": one.feedback} for one in question.choices],
        "value": numeric.value if numeric else None, "tolerance": numeric.tolerance if numeric else None,
        "unit": numeric.unit if numeric else "", "accepted": "\n".join(question.accepted),
        "feedback_correct": question.feedback_correct, "feedback_incorrect": question.feedback_incorrect,
        "hint": question.hint, "points": question.points, "objective": question.objective, "level": question.level,
        "pair": question.pair, "competencies": question.competencies,
    }  # fmt: skip


def _read_quiz(form: forms.QuizForm, quiz: Quiz) -> Quiz:
    former = {question.id: question for question in quiz.questions}
    read = [_read_question(entry.form, former) for entry in form.questions]
    return replace(
        quiz, purpose=form.purpose.data, intro=form.intro.data or "", max_attempts=form.max_attempts.data or 0,
        pass_score=form.pass_score.share if form.pass_score.data is not None else quiz.pass_score,
        feedback=form.feedback.data, shuffle=bool(form.shuffle.data), allow_dont_know=bool(form.allow_dont_know.data),
        questions=tuple(question for question in read if question is not None),
    )  # fmt: skip


def _read_question(form: Any, former: dict[str, Question]) -> Question | None:
    """The question as it is shown; one that the activity does not have is not made out of a posted id."""
    question = former.get(form.id.data)
    if question is None:
        return None
    numeric = question.numeric
    if question.type == "numeric":
        known = form.value.data is not None
        numeric = NumericAnswer(form.value.data, form.tolerance.data or 0.0, form.unit.data or "") if known else None
    return replace(
        question, prompt=form.prompt.data or "", choices=_read_choices(form, question), numeric=numeric,
        accepted=_lines(form.accepted.data) if question.type == "text" else question.accepted,
        feedback_correct=form.feedback_correct.data or "", feedback_incorrect=form.feedback_incorrect.data or "",
        hint=form.hint.data or "", points=question.points if form.points.data is None else form.points.data,
        objective=form.objective.data or "", level=form.level.data or "", pair=form.pair.data or "",
        competencies=form.competencies.data,
    )  # fmt: skip


def _read_choices(form: Any, question: Question) -> tuple[Choice, ...]:
    known = {choice.id for choice in question.choices}
    return tuple(
        Choice(
            one.form.id.data,
            one.form.text.data or "",
            bool(one.form.correct.data),
            one.form.match.data or "",
            one.form.feedback.data or "",
        )
        for one in form.choices
        if one.form.id.data in known
    )


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


# -- assignments --------------------------------------------------------------------------------------------------


def _fill_assignment(content: Assignment) -> dict[str, Any]:
    return {
        "deliverable": content.deliverable, "instructions": content.instructions, "pass_score": content.pass_score,
        "criteria": [
            {"id": one.id, "title": one.title, "competencies": one.competencies,
             "levels": [{"id": level.id, "label": level.label, "description": level.description, "points": level.points} for level in one.levels]}
            for one in content.criteria
        ],
    }  # fmt: skip


def _read_assignment(form: forms.AssignmentForm, content: Assignment) -> Assignment:
    former = {one.id: one for one in content.criteria}
    criteria = []
    for entry in form.criteria:
        criterion = former.get(entry.form.id.data)
        if criterion is not None:
            levels = _read_levels(entry.form, criterion)
            criteria.append(
                replace(
                    criterion,
                    title=entry.form.title.data or "",
                    competencies=entry.form.competencies.data,
                    levels=levels,
                )
            )
    return replace(
        content, deliverable=form.deliverable.data, instructions=form.instructions.data or "",
        pass_score=form.pass_score.share if form.pass_score.data is not None else content.pass_score, criteria=tuple(criteria),
    )  # fmt: skip


def _read_levels(form: Any, criterion: Criterion) -> tuple[RubricLevel, ...]:
    known = {level.id for level in criterion.levels}
    return tuple(
        RubricLevel(
            one.form.id.data, one.form.label.data or "", one.form.description.data or "", one.form.points.data or 0.0
        )
        for one in form.levels
        if one.form.id.data in known
    )


# -- surveys, live sessions ---------------------------------------------------------------------------------------


def _fill_survey(content: Survey) -> dict[str, Any]:
    return {
        "purpose": content.purpose, "anonymous": content.anonymous, "intro": content.intro,
        "items": [
            {"id": one.id, "type": one.type, "text": one.text, "options": [{"id": option.id, "text": option.text} for option in one.options],
             "low": one.low, "high": one.high, "required": one.required, "opt_out": one.opt_out, "indicator": one.indicator}
            for one in content.items
        ],
    }  # fmt: skip


def _read_survey(form: forms.SurveyForm, content: Survey) -> Survey:
    former = {one.id: one for one in content.items}
    items = []
    for entry in form.items:
        fields, item = entry.form, former.get(entry.form.id.data)
        if item is None:
            continue
        options = {one.id: one for one in item.options}
        kept = [
            replace(options[one.form.id.data], text=one.form.text.data or "")
            for one in fields.options
            if one.form.id.data in options
        ]
        items.append(replace(
            item, text=fields.text.data or "", options=tuple(kept), low=fields.low.data or "", high=fields.high.data or "",
            required=bool(fields.required.data), opt_out=bool(fields.opt_out.data), indicator=fields.indicator.data or "",
        ))  # fmt: skip
    return replace(
        content,
        purpose=form.purpose.data or content.purpose,
        anonymous=bool(form.anonymous.data),
        intro=form.intro.data or "",
        items=tuple(items),
    )


def _fill_live(content: LiveSession) -> dict[str, Any]:
    return {
        "modality": content.modality,
        "before": content.before,
        "plan": content.plan,
        "materials": "\n".join(content.materials),
    }


def _read_live(form: forms.LiveSessionForm, content: LiveSession) -> LiveSession:
    return replace(
        content,
        modality=form.modality.data,
        before=form.before.data or "",
        plan=form.plan.data or "",
        materials=_lines(form.materials.data),
    )


EDITORS: dict[str, Editor] = {
    "page": Editor(forms.PageForm, "catalog/edit_page.html", lambda page: {"body": page.markdown}, _read_page),
    "quiz": Editor(forms.QuizForm, "catalog/edit_quiz.html", _fill_quiz, _read_quiz),
    "assignment": Editor(forms.AssignmentForm, "catalog/edit_assignment.html", _fill_assignment, _read_assignment),
    "survey": Editor(forms.SurveyForm, "catalog/edit_survey.html", _fill_survey, _read_survey),
    "live_session": Editor(forms.LiveSessionForm, "catalog/edit_live_session.html", _fill_live, _read_live),
    "scorm": Editor(
        forms.PackageActivityForm, "catalog/edit_scorm.html", lambda _content: {}, lambda _form, content: content
    ),
}


# -- acts on the parts: the buttons of the editors -----------------------------------------------------------------


_PARTS = {Quiz: "questions", Assignment: "criteria", Survey: "items"}
_INNER = {Quiz: "choices", Assignment: "levels", Survey: "options"}


def act(activity: Activity, do: str, course: Course) -> tuple[Activity, str, bool]:
    """Apply a button (``verb:part:inner``): the activity, the anchor to come back to, whether something was removed.

    ``add:TYPE``, ``up|down|remove:PART``, ``inner-add:PART``, ``inner-up|inner-down|inner-remove:PART:INNER``. A button
    that is unknown, or names a part that is gone, changes nothing.
    """
    verb, _, rest = do.partition(":")
    part, _, inner = rest.partition(":")
    content = cast("Any", activity.content)
    name = _PARTS.get(type(content))
    if name is None:
        return activity, "", False
    parts = getattr(content, name)
    anchor = f"part-{part}"
    if verb == "add":
        made = _new_part(content, part, course, activity)
        parts, anchor = (*parts, made), f"part-{made.id}"
    elif verb in ("up", "down"):
        parts = moved(parts, part, -1 if verb == "up" else 1)
    elif verb == "remove":
        parts, anchor = without(parts, part), "parts"
    elif verb.startswith("inner-"):
        parts = _act_inside(content, parts, verb, part, inner)
    removed = verb in ("remove", "inner-remove") and parts != getattr(content, name)
    return replace(activity, content=replace(content, **{name: parts})), anchor, removed


def _new_part(content: Any, kind: str, course: Course, activity: Activity) -> Any:
    taken = taken_ids(course)
    if isinstance(content, Quiz):
        return new_question(
            kind, unique_id(f"q-{activity.id}-{len(content.questions) + 1}"[:64], taken), course.language
        )
    if isinstance(content, Assignment):
        return new_criterion(unique_id(f"crit-{activity.id}-{len(content.criteria) + 1}"[:64], taken), course.language)
    own = {item.id for item in content.items}
    return new_item(
        kind if kind in dict(forms.ITEM_TYPES) else "text",
        unique_id(f"item-{len(content.items) + 1}", own),
        course.language,
    )


def _act_inside(content: Any, parts: Any, verb: str, part: str, inner: str) -> Any:
    name = _INNER[type(content)]
    held = next((one for one in parts if one.id == part), None)
    if held is None:
        return parts
    inside = getattr(held, name)
    if verb == "inner-add":
        letter = free_letter(inside)
        inside = (
            *inside,
            RubricLevel(letter, "", "", len(inside)) if isinstance(content, Assignment) else Choice(letter, ""),
        )
    elif verb == "inner-remove":
        inside = without(inside, inner)
    else:
        inside = moved(inside, inner, -1 if verb == "inner-up" else 1)
    return changed(parts, part, **{name: inside})
