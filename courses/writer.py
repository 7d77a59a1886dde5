"""The course model -> readable text files that load back to the same model.

Keys come in a stable order, defaults are left out, texts of several lines are written as blocks. ``aliases`` shortens
competency references as the course's ``frameworks`` do.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, TypeVar

from courses.model import (
    Activity,
    Assignment,
    Choice,
    Course,
    LiveSession,
    Module,
    Page,
    PluginContent,
    Question,
    Quiz,
    ScormPackage,
    Survey,
    Term,
)
from courses.yaml_text import Inline, dump, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from competency_frameworks.model import ItemRef

    Aliases = Mapping[str, tuple[str, str]]


Content = TypeVar("Content")


def write_page(front: Mapping[str, Any], body: str) -> str:
    """A page file: ``front`` is its front matter (see ``page_front``), ``body`` its Markdown."""
    return f"---\n{dump(dict(front))}---\n\n{body.strip(chr(10))}\n"


def page_front(activity: Activity, aliases: Aliases | None = None) -> dict[str, Any]:
    """The front matter of a page."""
    return _common(activity, aliases)


def write_quiz(activity: Activity, aliases: Aliases | None = None) -> str:
    """A quiz file. TypeError when the activity is no quiz."""
    quiz = _content(activity, Quiz)
    data = _common(activity, aliases) | {
        "purpose": quiz.purpose,
        **_given(intro=quiz.intro),
        "pass_score": number(quiz.pass_score),
        **_given(max_attempts=quiz.max_attempts),
        "feedback": quiz.feedback,
        **_given(shuffle=quiz.shuffle, allow_dont_know=quiz.allow_dont_know),
        "questions": [_question(question, aliases) for question in quiz.questions],
    }
    return dump(data)


def write_assignment(activity: Activity, aliases: Aliases | None = None) -> str:
    """An assignment file. TypeError when the activity is no assignment."""
    assignment = _content(activity, Assignment)
    data = _common(activity, aliases) | {
        "deliverable": assignment.deliverable,
        "instructions": assignment.instructions,
        "pass_score": number(assignment.pass_score),
        "rubric": [
            {
                "id": criterion.id,
                "title": criterion.title,
                **_refs(criterion.competencies, aliases),
                "levels": [
                    {
                        "id": level.id,
                        "label": level.label,
                        **_given(description=level.description),
                        "points": number(level.points),
                    }
                    for level in criterion.levels
                ],
            }
            for criterion in assignment.criteria
        ],
    }
    return dump(data)


def write_survey(activity: Activity, aliases: Aliases | None = None) -> str:
    """A survey file. TypeError when the activity is no survey."""
    survey = _content(activity, Survey)
    items = [
        {"id": item.id, "type": item.type, "text": item.text}
        | _given(options=[_choice(choice) for choice in item.options], low=item.low, high=item.high)
        | _given(required=item.required)
        | ({} if item.opt_out else {"opt_out": False})
        | _given(indicator=item.indicator)
        for item in survey.items
    ]
    data = _common(activity, aliases) | {"purpose": survey.purpose}
    return dump(data | _given(anonymous=survey.anonymous, intro=survey.intro) | {"items": items})


def write_live_session(activity: Activity, aliases: Aliases | None = None) -> str:
    """A live session file. TypeError when the activity is no live session."""
    live = _content(activity, LiveSession)
    data = _common(activity, aliases) | {"modality": live.modality}
    return dump(data | _given(before=live.before, plan=live.plan, materials=list(live.materials)))


def write_plugin(activity: Activity, aliases: Aliases | None = None) -> str:
    """The settings file of a plugin's activity. TypeError when the activity is of a built-in kind."""
    return dump(_common(activity, aliases) | _content(activity, PluginContent).settings)


def write_activity(activity: Activity, aliases: Aliases | None = None) -> str:
    """The file of an activity of any kind but ``scorm``, whose file is a ZIP: TypeError then."""
    match activity.content:
        case Page():
            return write_page(page_front(activity, aliases), activity.content.markdown)
        case Quiz():
            return write_quiz(activity, aliases)
        case Assignment():
            return write_assignment(activity, aliases)
        case Survey():
            return write_survey(activity, aliases)
        case LiveSession():
            return write_live_session(activity, aliases)
        case _:
            return write_plugin(activity, aliases)


def write_course_yaml(course: Course) -> str:
    """The course.yaml of a course; its modules are named by their folders."""
    data = {
        "format": 1,
        "id": course.id,
        "title": course.title,
        "language": course.language,
        **_given(
            summary=course.summary,
            audience=course.audience,
            prerequisites=course.prerequisites,
            methods=course.methods,
            assessment=course.assessment,
            accessibility=course.accessibility,
            licence=course.licence,
            authors=list(course.authors),
            frameworks={alias: f"{name}@{version}" for alias, (name, version) in course.frameworks.items()},
        ),
        "objectives": [
            {"id": one.id, "text": one.text, **_refs(one.competencies, course.frameworks)} for one in course.objectives
        ],
        "modules": [module.folder for module in course.modules],
        **_given(
            sources=[
                {"title": one.title} | _given(author=one.author, year=one.year, url=one.url, licence=one.licence)
                for one in course.sources
            ]
        ),
    }
    return dump(data)


def write_module_yaml(module: Module, aliases: Aliases | None = None) -> str:
    """The module.yaml of a module; activities are named by their file, relative to the module's folder."""
    data = {
        "id": module.id,
        "title": module.title,
        **_given(summary=module.summary, objectives=Inline(module.objectives), requires=Inline(module.requires)),
        "activities": [_entry(activity, f"modules/{module.folder}", aliases) for activity in module.activities],
    }
    return dump(data)


def write_glossary(terms: Sequence[Term]) -> str:
    """The glossary.yaml of a course."""
    return dump([{"id": term.id, "term": term.term, "definition": term.definition} for term in terms])


def _entry(activity: Activity, folder: str, aliases: Aliases | None) -> dict[str, Any]:
    name = posixpath.relpath(activity.path, folder)
    common = _common(activity, aliases) if isinstance(activity.content, ScormPackage) else {}
    return {activity.kind: name} | common


def _content(activity: Activity, kind: type[Content]) -> Content:
    if not isinstance(activity.content, kind):
        raise TypeError(f"{activity.id} is a {activity.kind}, not a {kind.__name__}")
    return activity.content


def _common(activity: Activity, aliases: Aliases | None) -> dict[str, Any]:
    return {
        "id": activity.id,
        "title": activity.title,
        **_given(minutes=activity.minutes),
        **({} if activity.required else {"required": False}),
        **_given(objectives=Inline(activity.objectives)),
        **_refs(activity.competencies, aliases),
    }


def _question(question: Question, aliases: Aliases | None) -> dict[str, Any]:
    numeric = question.numeric
    return {
        "id": question.id,
        "type": question.type,
        "prompt": question.prompt,
        **_given(objective=question.objective),
        **_refs(question.competencies, aliases),
        **_given(level=question.level, pair=question.pair),
        **({} if question.points == 1 else {"points": number(question.points)}),
        **_given(hint=question.hint, choices=[_choice(choice, question.type) for choice in question.choices]),
        **(
            {
                "answer": {
                    "value": number(numeric.value),
                    **_given(tolerance=number(numeric.tolerance), unit=numeric.unit),
                }
            }
            if numeric
            else {}
        ),
        **_given(
            accepted=list(question.accepted),
            feedback_correct=question.feedback_correct,
            feedback_incorrect=question.feedback_incorrect,
        ),
        **question.extra,
    }


def _choice(choice: Choice, question_type: str = "") -> dict[str, Any]:
    shows_correct = choice.correct or question_type in ("single", "multiple")
    return {
        "id": choice.id,
        "text": choice.text,
        **({"correct": choice.correct} if shows_correct else {}),
        **_given(match=choice.match, feedback=choice.feedback),
    }


def _refs(refs: Sequence[ItemRef], aliases: Aliases | None) -> dict[str, Any]:
    return _given(competencies=Inline(short_ref(ref, aliases or {}) for ref in refs))


def short_ref(ref: ItemRef, aliases: Aliases) -> str:
    """``alias:code`` when one of the aliases means that framework and version, else the full reference."""
    for alias, version in aliases.items():
        if version == (ref.framework, ref.version):
            return f"{alias}:{ref.code}"
    return str(ref)


def _given(**values: Any) -> dict[str, Any]:
    """What is not empty."""
    return {key: value for key, value in values.items() if value}
