"""The one test that every installed activity and question type passes, built in or not."""

from __future__ import annotations

import json
import re

import pytest
from flask import g, render_template

from courses.loader import load_course
from lms.app import load_all_plugins
from lms.contracts import Context, Refusal
from lms.learning.views.showing import PlayerView
from tests.factories.courses import course_with_package, scorm_zip

PLUGINS = load_all_plugins()
FILES = course_with_package(scorm_zip())
COURSE = load_course(FILES).course
CONTEXT = Context(
    language="fr", learner_name="Learner", learner_code="P-1", preview=False,
    media=lambda path: f"https://media.example.org/{path}", link=lambda key: f"/learn/{key}",
    frame=lambda package: f"https://p1.example.org/t/x/{package}",
)  # fmt: skip
KINDS = sorted({activity.kind for activity in COURSE.activities})
QUESTIONS = {
    one.type: one for activity in COURSE.activities if activity.kind == "quiz" for one in activity.content.questions
}
JUNK = [
    {}, {"do": ""}, {"do": "nothing of the kind"}, {"do": "answer"}, {"do": "send", "fields": {"utile": ["99"]}},
    {"do": "hand_in", "fields": {}}, {"do": "hand_in", "fields": {"text": ["x" * 200_000]}},
    {"do": "hand_in", "file": {"name": "../../x.exe", "data": b"MZ"}},
]  # fmt: skip
SHAPES = [{}, {"answer": [""]}, {"answer": ["zzz"]}, {"answer": ["a", "zzz"]}, {"place.a": ["1"], "place.b": ["1"]}, {"match.a": ["99"]}, {"match.a": ["-1"]}, {"answer": ["x" * 100_000]}]  # fmt: skip


def activities(kind):
    return [activity for activity in COURSE.activities if activity.kind == kind]


def prepared(kind):
    plugin = PLUGINS.activity_types[kind]
    return [(plugin, plugin.prepare(activity, COURSE, FILES)) for activity in activities(kind)]


@pytest.mark.parametrize(
    "plugin",
    [*PLUGINS.activity_types.values(), *PLUGINS.question_types.values(), *PLUGINS.exporters.values(), *PLUGINS.importers.values(), *PLUGINS.reports.values()],
    ids=lambda plugin: f"{type(plugin).__name__}",
)  # fmt: skip
def test_a_plugin_says_its_name_and_what_it_is_in_both_languages(plugin):
    assert re.fullmatch(r"[a-z0-9_]+", plugin.name)
    for texts in (plugin.label, plugin.description):
        assert texts["fr"].strip()
        assert texts["en"].strip()


def test_the_small_course_has_an_activity_of_every_built_in_kind_and_a_question_of_every_type():
    assert (
        set(KINDS) == {"page", "quiz", "scorm", "assignment", "survey", "live_session"} <= set(PLUGINS.activity_types)
    )
    assert (
        set(QUESTIONS)
        == {"single", "multiple", "ordering", "matching", "numeric", "text"}
        <= set(PLUGINS.question_types)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_prepared_is_plain_data(kind):
    for _, data in prepared(kind):
        assert json.loads(json.dumps(data)) == data


@pytest.mark.parametrize("kind", KINDS)
def test_an_activity_is_shown_by_a_template_that_exists_and_has_no_inline_style_or_script(app, kind):
    for plugin, data in prepared(kind):
        shown = plugin.show(data, {}, CONTEXT)
        with app.test_request_context("/h/hub-a/"):
            g.hub_slug = "hub-a"
            player = PlayerView(act_url="/act", revision=0, preview=False)
            html = render_template(shown.template, **shown.context, player=player)
        assert "style=" not in html
        assert not re.search(r"<script(?![^>]*(src=|application/json))", html)


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_leaves_before_an_answer(kind):
    for plugin, data in prepared(kind):
        states = [{}]
        if kind == "quiz":
            state = plugin.act(data, {}, {"do": "start"}, CONTEXT).state
            states += [state | {"at": at} for at in range(len(state["order"]))]
        for state in states:
            shown = repr(plugin.show(data, state, CONTEXT).context)
            for secret in (
                "'correct'",
                "Voilà le secret",
                "feedback_correct",
                "accepted",
                "rebours'",
                "Le plan du formateur",
            ):
                assert secret not in shown, (kind, secret)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("payload", JUNK, ids=range(len(JUNK)))
def test_an_act_refuses_junk_in_both_languages(kind, payload):
    for plugin, data in prepared(kind):
        if kind == "survey" and payload.get("do") == "send" and "utile" not in payload.get("fields", {}):
            continue
        with pytest.raises(Refusal) as refused:
            plugin.act(data, {}, payload, CONTEXT)
        assert refused.value.text("fr")
        assert refused.value.text("en")


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_question_is_shown_without_what_is_right_and_its_order_is_not_the_answer(name):
    question, plugin = QUESTIONS[name], PLUGINS.question_types[name]
    shown = plugin.shown(question)
    assert "correct" not in repr(shown)
    assert "feedback" not in repr(shown)
    if name == "ordering":
        assert [one["id"] for one in shown["choices"]] != [one.id for one in question.choices]


@pytest.mark.parametrize("name", sorted(QUESTIONS))
@pytest.mark.parametrize("form", SHAPES, ids=range(len(SHAPES)))
def test_a_posted_answer_is_read_graded_or_refused_and_nothing_else(name, form):
    question, plugin = QUESTIONS[name], PLUGINS.question_types[name]
    try:
        response = plugin.read_response(question, form)
        if response is not None:
            assert 0 <= plugin.grade(question, response).score <= 1
    except ValueError:
        return


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_not_knowing_scores_nothing_and_breaks_nothing(name):
    assert PLUGINS.question_types[name].grade(QUESTIONS[name], None).score == 0


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_question_template_exists(app, name):
    assert app.jinja_env.get_template(PLUGINS.question_types[name].template)
