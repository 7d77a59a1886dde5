"""Surveys count who answered, and keep opt-outs, blanks and small groups out of every figure."""

from __future__ import annotations

import pytest

from lms.contracts import Response
from lms.db import new_id
from lms.evaluations.models import SurveyAnswer
from lms.evaluations.queries import survey_figures
from lms.evaluations.services import record_survey_response
from tests.factories.results import enrol_many, fill_survey


def item(session, run, key):
    return next(one for one in survey_figures(session, run.id)[0].items if one.text.key == key)


def test_only_answers_are_a_denominator(session, run):
    enrol_many(session, run, 10)
    given = [5, 4, 4, 3, 2, "dont_know", "not_concerned", "blank"]
    fill_survey(session, run, [{"utile": value} for value in given])
    found = item(session, run, "utile")
    assert (found.answered, found.dont_know, found.not_concerned, found.blank) == (5, 1, 1, 1)
    assert (found.top2.numerator, found.top2.denominator, found.top2.excluded) == (3, 5, 3)
    assert (found.top2.low, found.top2.high) == pytest.approx((0.230724, 0.882379), abs=1e-6)
    assert found.median == 4
    assert [(one.value, one.count) for one in found.distribution] == [("1", 0), ("2", 1), ("3", 1), ("4", 2), ("5", 1)]


def test_the_recommendation_has_its_score_and_its_interval(session, run):
    fill_survey(session, run, [{"reco": value} for value in (10, 10, 9, 8, 7, 6, 3)])
    found = item(session, run, "reco")
    assert found.nps == pytest.approx(14.286, abs=1e-3)
    assert found.nps_interval[0] < found.nps < found.nps_interval[1]
    assert found.top2 is None


def test_the_response_rate_is_out_of_the_invited(session, run):
    enrolments = enrol_many(session, run, 9)
    enrolments[0].status = "cancelled"
    fill_survey(session, run, [{"utile": 5}] * 6)
    survey = survey_figures(session, run.id)[0]
    assert (survey.responses, survey.invited, survey.rate.numerator, survey.rate.denominator) == (6, 8, 6, 8)


def test_a_survey_sent_outside_has_no_rate(session, run):
    fill_survey(session, run, [{"utile": 5}] * 6, activity="employeurs", purpose="employer")
    survey = survey_figures(session, run.id)[1]
    assert (survey.text.activity_key, survey.responses, survey.invited, survey.rate) == ("employeurs", 6, None, None)
    assert survey.items[0].answered == 6


@pytest.mark.parametrize("n", range(1, 5))
def test_under_five_answers_nothing_but_their_number_is_told(session, run, n):
    enrol_many(session, run, 12)
    answered = [{"utile": 1, "reco": 0, "rythme": ["lent"], "libre": "mon avis à moi"}] * n
    aside = [{"utile": "dont_know", "reco": "not_concerned", "rythme": "blank", "libre": "blank"}] * (8 - n)
    fill_survey(session, run, answered + aside)
    for found in survey_figures(session, run.id)[0].items:
        assert found.answered == n
        assert (found.dont_know, found.not_concerned, found.blank) == (None, None, None)
        assert (found.median, found.top2, found.nps, found.nps_interval) == (None, None, None, None)
        assert found.distribution == ()
        assert found.comments == ()


def test_comments_come_in_the_order_of_the_alphabet(session, run):
    fill_survey(session, run, [{"libre": text} for text in ("d", "B", "a", "e", "c")])
    assert item(session, run, "libre").comments == ("a", "B", "c", "d", "e")


def test_an_option_is_counted_by_its_name(session, run):
    fill_survey(session, run, [{"rythme": ["bon"]}] * 4 + [{"rythme": ["lent"]}])
    assert [(one.label, one.count) for one in item(session, run, "rythme").distribution] == [("Lent", 1), ("Bon", 4)]


def test_five_statements_serve_a_thousand_answers(session, run, statements):
    enrol_many(session, run, 1000)
    fill_survey(session, run, [{"utile": n % 5 + 1, "libre": f"avis {n}"} for n in range(1000)])
    with statements() as seen:
        assert item(session, run, "utile").answered == 1000
    assert len(seen) <= 5


def record(session, run, enrolment, *, anonymous, utile=5):
    return record_survey_response(
        session, hub_id=run.hub_id, session_id=run.id, activity_key="enquete-une", purpose="hot", enrolment_id=enrolment.id,
        anonymous=anonymous,
        answers=[
            Response("utile", utile, item_type="scale", indicator="satisfaction"),
            Response("rythme", ["bon"], item_type="single"),
            Response("libre", "", item_type="text"),
        ],
    )  # fmt: skip


def test_an_anonymous_answer_names_nobody_and_no_moment(session, run):
    filled = record(session, run, enrol_many(session, run, 1)[0], anonymous=True)
    assert filled.enrolment_id is None
    assert (filled.submitted_at.hour, filled.submitted_at.minute, filled.submitted_at.second) == (0, 0, 0)
    assert filled.id.version == 4, "a time-ordered id would tell the moment"


def test_filling_it_again_replaces_the_former(session, run):
    enrolment = enrol_many(session, run, 1)[0]
    record(session, run, enrolment, anonymous=False, utile=1)
    record(session, run, enrolment, anonymous=False, utile=5)
    found = survey_figures(session, run.id)[0]
    assert found.responses == 1
    assert [row.number for row in session.query(SurveyAnswer).where(SurveyAnswer.item_key == "utile")] == [5]


def test_an_empty_text_is_a_blank(session, run):
    record(session, run, enrol_many(session, run, 1)[0], anonymous=False)
    assert session.query(SurveyAnswer).where(SurveyAnswer.item_key == "libre").one().state == "blank"


def test_an_unknown_session_has_no_figures(session, world):
    assert survey_figures(session, new_id()) == []
