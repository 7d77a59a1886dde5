"""The text of one YAML activity (quiz, assignment, survey, live session, plugin) -> an Activity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from courses.fields import Fields, root_fields
from courses.ids import nearest
from courses.model import (
    Activity,
    ActivityContent,
    Assignment,
    Choice,
    Criterion,
    LiveSession,
    NumericAnswer,
    PluginContent,
    Question,
    Quiz,
    QuizPurpose,
    RubricLevel,
    Survey,
    SurveyItem,
)
from courses.pages import normal_lines
from courses.parsing import Parsed, read_activity, read_names
from courses.problems import Report
from courses.yaml_tree import Pairs, read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Aliases = Mapping[str, tuple[str, str]]

QUESTION_TYPES = ("single", "multiple", "ordering", "matching", "numeric", "text")
SURVEY_TYPES = ("scale", "nps", "single", "multiple", "text")
PURPOSES = ("practice", "positioning", "final")
FEEDBACK = ("immediate", "end", "none")
DELIVERABLES = ("file", "text", "file_or_text")
MODALITIES = ("on_site", "remote")


def parse_quiz(text: str, path: str, aliases: Aliases | None = None) -> Parsed:
    """Read one quiz file. Never raises: what cannot be read is reported and left out."""
    return _parse(text, path, "quiz", aliases, _quiz)


def parse_assignment(text: str, path: str, aliases: Aliases | None = None) -> Parsed:
    """Read one assignment file, as ``parse_quiz`` does a quiz."""
    return _parse(text, path, "assignment", aliases, _assignment)


def parse_survey(text: str, path: str, aliases: Aliases | None = None) -> Parsed:
    """Read one survey file, as ``parse_quiz`` does a quiz."""
    return _parse(text, path, "survey", aliases, _survey)


def parse_live_session(text: str, path: str, aliases: Aliases | None = None) -> Parsed:
    """Read one live session file, as ``parse_quiz`` does a quiz."""
    return _parse(text, path, "live_session", aliases, _live_session)


def parse_plugin(text: str, path: str, kind: str, aliases: Aliases | None = None) -> Parsed:
    """Read the settings of an activity whose kind is a plugin's: the common keys, and the rest as plain data."""
    return _parse(text, path, kind, aliases, None)


def _parse(
    text: str,
    path: str,
    kind: str,
    aliases: Aliases | None,
    read_content: Callable[[Fields, Aliases], ActivityContent] | None,
) -> Parsed:
    report = Report(path)
    tree = read_tree(normal_lines(text), report)
    fields = root_fields(tree, report, path) or Fields(Pairs([], 1), report)
    known = aliases or {}
    names = read_names(fields, path)
    content = read_content(fields, known) if read_content else PluginContent({})
    activity = read_activity(fields, kind=kind, names=names, content=content, aliases=known)
    if read_content is None:
        activity = _with_settings(activity, fields)
    fields.close()
    return Parsed(activity, tuple(report.problems))


def _with_settings(activity: Activity, fields: Fields) -> Activity:
    return replace(activity, content=PluginContent(fields.rest()))


def _quiz(fields: Fields, aliases: Aliases) -> Quiz:
    return Quiz(
        purpose=cast("QuizPurpose", fields.choice("purpose", PURPOSES, "practice")),
        intro=fields.text("intro"),
        pass_score=fields.number("pass_score", 0.7, minimum=0, maximum=1),
        max_attempts=fields.integer("max_attempts"),
        feedback=cast('Literal["immediate", "end", "none"]', fields.choice("feedback", FEEDBACK, "immediate")),
        shuffle=fields.boolean("shuffle", default=False),
        allow_dont_know=fields.boolean("allow_dont_know", default=False),
        questions=tuple(_question(one, aliases) for one in fields.each("questions")),
    )


def _question(fields: Fields, aliases: Aliases) -> Question:
    kind = _question_type(fields)
    prompt = fields.text("prompt", required=True)
    question = Question(
        id=fields.identifier(f"q-{prompt[:40]}"),
        type=kind,
        prompt=prompt,
        choices=tuple(_choice(one, position) for position, one in enumerate(fields.each("choices"))),
        numeric=_numeric(fields) if kind == "numeric" else None,
        accepted=fields.texts("accepted") if kind == "text" else (),
        feedback_correct=fields.text("feedback_correct"),
        feedback_incorrect=fields.text("feedback_incorrect"),
        hint=fields.text("hint"),
        points=fields.number("points", 1.0, minimum=0, maximum=1000),
        objective=fields.text("objective"),
        competencies=fields.refs("competencies", aliases),
        level=fields.text("level"),
        pair=fields.text("pair"),
        extra={} if kind in QUESTION_TYPES else fields.rest(),
        place=fields.place,
    )
    fields.close()
    return question


def _question_type(fields: Fields) -> str:
    """A built-in type or a plugin's; a word close to a built-in one is a misspelling."""
    kind = fields.text("type", required=True)
    near = "" if kind in QUESTION_TYPES else nearest(kind, QUESTION_TYPES)
    if near:
        fields.report.add("kind-misspelt", fields.line_of("type"), kind=kind, near=near)
    return near or kind or "single"


def _choice(fields: Fields, position: int) -> Choice:
    choice = Choice(
        id=fields.choice_identifier(position),
        text=fields.text("text", required=True),
        correct=fields.boolean("correct", default=False),
        match=fields.text("match"),
        feedback=fields.text("feedback"),
    )
    fields.close()
    return choice


def _numeric(fields: Fields) -> NumericAnswer | None:
    answer = fields.inner("answer")
    if answer is None:
        return None
    present = "value" in answer
    value = answer.number("value", 0.0)
    read = NumericAnswer(value, answer.number("tolerance", 0.0, minimum=0), answer.text("unit"))
    answer.close()
    return read if present else None


def _assignment(fields: Fields, aliases: Aliases) -> Assignment:
    deliverable = fields.choice("deliverable", DELIVERABLES, "file_or_text")
    return Assignment(
        instructions=fields.text("instructions", required=True),
        deliverable=cast('Literal["file", "text", "file_or_text"]', deliverable),
        pass_score=fields.number("pass_score", 0.5, minimum=0, maximum=1),
        criteria=tuple(_criterion(one, aliases) for one in fields.each("rubric")),
    )


def _criterion(fields: Fields, aliases: Aliases) -> Criterion:
    title = fields.text("title", required=True)
    criterion = Criterion(
        id=fields.identifier(f"crit-{title}"),
        title=title,
        competencies=fields.refs("competencies", aliases),
        levels=tuple(_level(one, position) for position, one in enumerate(fields.each("levels"))),
        place=fields.place,
    )
    fields.close()
    return criterion


def _level(fields: Fields, position: int) -> RubricLevel:
    level = RubricLevel(
        id=fields.choice_identifier(position),
        label=fields.text("label", required=True),
        description=fields.text("description"),
        points=fields.number("points", 0.0, minimum=0, maximum=1000),
    )
    fields.close()
    return level


def _survey(fields: Fields, _aliases: Aliases) -> Survey:
    return Survey(
        purpose=fields.text("purpose", "hot") or "hot",
        intro=fields.text("intro"),
        anonymous=fields.boolean("anonymous", default=False),
        items=tuple(_survey_item(one) for one in fields.each("items")),
    )


def _survey_item(fields: Fields) -> SurveyItem:
    text = fields.text("text", required=True)
    item = SurveyItem(
        id=fields.identifier(f"item-{text[:40]}"),
        type=fields.choice("type", SURVEY_TYPES, "text", required=True),
        text=text,
        options=tuple(_choice(one, position) for position, one in enumerate(fields.each("options"))),
        low=fields.text("low"),
        high=fields.text("high"),
        required=fields.boolean("required", default=False),
        opt_out=fields.boolean("opt_out", default=True),
        indicator=fields.text("indicator"),
        place=fields.place,
    )
    fields.close()
    return item


def _live_session(fields: Fields, _aliases: Aliases) -> LiveSession:
    modality = fields.choice("modality", MODALITIES, "on_site", required=True)
    return LiveSession(
        modality=cast('Literal["on_site", "remote"]', modality),
        before=fields.text("before"),
        plan=fields.text("plan"),
        materials=fields.texts("materials"),
    )
