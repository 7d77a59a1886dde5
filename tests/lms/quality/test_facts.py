"""What a session proves, as one set of facts."""

from __future__ import annotations

import json
import uuid

import pytest

from lms.db import scope_to_hub
from lms.evaluations.queries import survey_figures
from lms.quality.objectives import objective_results
from lms.quality.queries import SessionUnknownError, session_facts
from lms.quality.queries.facts import opinions_of
from lms.quality.queries.material import Shown, read_opinions
from tests.lms.quality.conftest import LATER, START, make_season


def figures(facts):
    return {one["key"]: one for one in facts["indicators"]}


def test_facts_are_plain_data_without_names(session, season):
    facts = session_facts(session, season.run.id, now=LATER)
    text = json.dumps(facts, ensure_ascii=False)
    assert "Nom3" not in text
    assert "Médiathèque, 69001" in text
    assert "Malade" not in text
    assert "Départ" not in text
    assert {one["code"] for one in facts["learners"]} == {row.pseudonym for row in season.enrolments}


def test_names_come_out_when_asked(session, season):
    facts = session_facts(session, season.run.id, now=LATER, nominative=True)
    assert "Prénom3 Nom3" in {one["name"] for one in facts["learners"]}


def test_attendance_is_minutes_attended_out_of_minutes_due(session, season):
    attendance = figures(session_facts(session, season.run.id, now=LATER))["attendance"]
    # 12 learners due 2 x 3 h, but the one who dropped out is expected at what came before; 11 + 9 half-days signed
    assert attendance["denominator"] == 12 * 2 * 180
    assert attendance["numerator"] == (11 + 9) * 180
    assert attendance["apart"]["absences with a reason"] == 2
    assert attendance["apart"]["neither signed nor absent"] == 2
    assert attendance["low"] < attendance["value"] < attendance["high"]


def test_who_never_came_is_out_of_completion_and_counted_apart(session, season):
    season.enrolments[0].status = "completed"
    session.commit()
    found = figures(session_facts(session, season.run.id, now=LATER))
    assert (found["completion"]["numerator"], found["completion"]["denominator"]) == (1, 11)
    assert (found["drop_out"]["numerator"], found["drop_out"]["denominator"]) == (1, 11)
    assert found["completion"]["apart"]["never came"] == 1


def test_satisfaction_counts_four_and_five(session, season):
    found = figures(session_facts(session, season.run.id, now=LATER))
    assert (found["satisfaction"]["numerator"], found["satisfaction"]["denominator"]) == (6, 9)
    assert found["recommendation"]["n"] == 9
    assert (found["response"]["numerator"], found["response"]["denominator"]) == (9, 12)
    assert found["objectives"]["value"] == 1.0


def test_nothing_is_shown_under_five(session, house, world):
    season = make_season(session, house, world, learners=4)
    for one in session_facts(session, season.run.id, now=LATER)["indicators"]:
        assert one["hidden"]
        assert one["value"] is None
        assert one["numerator"] is None


def test_two_ways_to_the_same_opinions(session, season):
    assert read_opinions(session, season.run.id) == opinions_of(survey_figures(session, season.run.id))


def test_another_hubs_session_is_unknown(session, season, world, house):
    with house.sessions() as other:
        scope_to_hub(other, world.b.hub.id)
        with pytest.raises(SessionUnknownError):
            session_facts(other, season.run.id)
    with pytest.raises(SessionUnknownError):
        session_facts(session, uuid.uuid4())


def test_statements_do_not_grow_with_learners(session, house, world, count_statements):
    few = make_season(session, house, world, learners=12)
    many = make_season(session, house, world, learners=60, version=few.run.version, reference="S-2")
    with count_statements() as first:
        session_facts(session, few.run.id, now=LATER)
    session.expire_all()
    with count_statements() as second:
        session_facts(session, many.run.id, now=LATER)
    assert len(second) <= len(first) + 2  # item analysis asks once more above thirty answers
    assert len(second) <= 26


def test_the_final_test_has_the_last_word_on_an_objective():
    objective = {"id": "o", "text": "O", "competencies": ["f@1#A", "f@1#B"]}
    shown = [
        Shown("f@1#A", "quiz", 1.0, 4, START), Shown("f@1#A", "final", 0.5, 2, START), Shown("f@1#A", "positioning", 1.0, 9, START),
        Shown("f@1#B", "assignment", 1.0, 2, START),
    ]  # fmt: skip
    (result,) = objective_results([objective], shown, failed=False)
    assert (result.result, result.level, result.items) == ("acquired", 0.75, 4)


def test_positioning_alone_assesses_nothing():
    objective = {"id": "o", "text": "O", "competencies": ["f@1#A"]}
    shown = [Shown("f@1#A", "positioning", 1.0, 1, START)]
    assert objective_results([objective], shown, failed=False)[0].result == "not_assessed"
    assert objective_results([objective], shown, failed=True)[0].result == "in_progress"
