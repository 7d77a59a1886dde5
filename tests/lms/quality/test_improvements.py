"""Signal, cause, action, effect."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.evaluations.statistics import wilson
from lms.quality.effects import NOT_COMPARABLE, NOT_SEEN, SEEN, TOO_FEW, verdict
from lms.quality.models import Improvement
from lms.quality.queries.figures import read_figure
from lms.quality.services.improvements import create_improvement, measure_effect
from tests.factories import sign_in
from tests.factories.courses import QUESTIONS, small_course
from tests.lms.quality.conftest import make_season, publish


def figure(value, n, **changes):
    low, high = wilson(round(value * n), n)
    return {"value": value, "low": low, "high": high, "hidden": n < 5, "print": "p", "unit": "share"} | changes


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (figure(0.2, 50), figure(0.9, 50), SEEN),
        (figure(0.5, 10), figure(0.6, 10), NOT_SEEN),
        (figure(0.9, 50), figure(0.2, 50), NOT_SEEN),
        (figure(0.9, 50, lower_is_better=True), figure(0.2, 50, lower_is_better=True), SEEN),
        (figure(0.2, 50), figure(0.9, 4), TOO_FEW),
        (figure(0.2, 50), figure(0.9, 50, print="other"), NOT_COMPARABLE),
        ({}, figure(0.9, 50), NOT_COMPARABLE),
    ],
)
def test_the_verdict_says_no_more_than_the_figures(before, after, word):
    assert verdict(before, after) == word


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("indicator", "satisfaction"),
        ("question", "quiz-un/q-single"),
        ("item", "enquete-une/utile"),
        ("competency", "fpa-rncp37275@2023#CP1"),
    ],
)
def test_a_figure_of_each_kind_is_read_from_the_session(session, season, kind, key):
    found = read_figure(session, season.run.id, kind=kind, key=key)
    assert found["n"] >= 5
    assert found["value"] is not None
    assert found["session"] == "S-2026-01"


def test_the_word_of_the_course_for_recommendation_is_known(session, season):
    assert read_figure(session, season.run.id, kind="indicator", key="recommandation")["unit"] == "nps"


def test_an_unknown_figure_is_none(session, season):
    assert read_figure(session, season.run.id, kind="question", key="nope") is None
    assert read_figure(session, season.run.id, kind="nope", key="nope") is None


def test_the_same_question_is_compared_on_a_later_session(session, house, world, season):
    later = make_season(session, house, world, version=season.run.version, reference="S-2")
    row = create_improvement(
        session, hub_id=world.a.hub.id, finding="Question mal comprise", session_id=season.run.id,
        signal={"kind": "question", "key": "quiz-un/q-single", "label": "Laquelle ?"}, by=world.a.lead.id,
    )  # fmt: skip
    assert row.baseline["n"] == 9
    assert measure_effect(session, row, session_id=later.run.id, by=world.a.lead.id) == NOT_SEEN
    assert row.after["session"] == "S-2"


def test_a_reworded_question_is_not_comparable(session, house, world, season):
    changed = small_course()
    path = "modules/01-debut/quiz.yaml"
    assert b"Laquelle ?" in changed[path]
    changed[path] = changed[path].replace(b"Laquelle ?", b"Laquelle choisir ?")
    changed["course.yaml"] = changed["course.yaml"].replace(b"petit-cours", b"petit-cours-deux")
    later = make_season(session, house, world, version=publish(session, house, world, changed), reference="S-2")
    row = create_improvement(
        session, hub_id=world.a.hub.id, finding="Mal comprise", session_id=season.run.id,
        signal={"kind": "question", "key": "quiz-un/q-single"}, by=None,
    )  # fmt: skip
    assert measure_effect(session, row, session_id=later.run.id, by=None) == NOT_COMPARABLE
    assert QUESTIONS


def test_from_a_weak_figure_to_an_action(client, world, session, season):
    lead = sign_in(client, world.a.lead)
    base = f"/h/{world.a.hub.slug}/improvements"
    address = f"{base}/new?session={season.run.id}&kind=indicator&key=satisfaction"
    html = lead.get(address).get_data(as_text=True)
    assert "67" in html  # 6 out of 9
    assert lead.post(address, data={"finding": "", "owner_id": ""}).status_code == 422
    assert (
        lead.post(
            address,
            data={"finding": "Trop rapide", "cause": "Une demi-journée de moins", "owner_id": str(world.a.trainer.id)},
        ).status_code
        == 302
    )
    row = session.scalar(select(Improvement))
    assert (row.baseline["numerator"], row.baseline["denominator"], row.status) == (6, 9, "open")
    answer = lead.post(
        f"{base}/{row.id}",
        data={"finding": "Trop rapide", "action": "Rallonger", "status": "done", "proof": "Planning", "owner_id": ""},
    )
    assert answer.status_code == 302
    session.refresh(row)
    assert row.status == "done"
    assert row.done_on is not None
    assert "Rallonger" in lead.get(base).get_data(as_text=True)
    assert lead.get(f"{base}/{row.id}").status_code == 200


def test_learners_have_no_business_there(client, world, session, season):
    learner = sign_in(client, world.a.learner)
    assert learner.get(f"/h/{world.a.hub.slug}/improvements").status_code == 403


def test_another_hubs_session_is_not_found(client, world, session, season):
    lead = sign_in(client, world.b.lead)
    answer = lead.get(f"/h/{world.b.hub.slug}/improvements/new?session={season.run.id}&kind=indicator&key=attendance")
    assert answer.status_code == 404
