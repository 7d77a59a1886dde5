"""Item analysis tells what was answered, on first attempts, and nothing of small groups."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select

from lms.evaluations.models import QuestionResponse
from lms.evaluations.queries import question_figures
from lms.evaluations.statistics import corrected_item_total, wilson
from tests.factories.results import CP1, answer_test, enrol_many, make_run

RIGHT, WRONG = ("a", 1.0), ("b", 0.0)


def of(figures, key):
    return next(figure for figure in figures if figure.text.key == key)


def test_a_question_tells_its_share_its_interval_and_its_choices(session, run):
    people = enrol_many(session, run, 10)
    answer_test(session, people[:7], "bilan", "final", {"f-un": RIGHT})
    answer_test(session, people[7:], "bilan", "final", {"f-un": WRONG})
    figure = of(question_figures(session, run.id), "f-un")
    assert (figure.right.numerator, figure.right.denominator, figure.right.share) == (7, 10, 0.7)
    assert (figure.right.low, figure.right.high) == pytest.approx(wilson(7, 10))
    assert figure.difficulty == pytest.approx(0.7)
    assert [(one.id, one.count, one.correct) for one in figure.choices] == [
        ("a", 7, True),
        ("b", 3, False),
        ("c", 0, False),
    ]
    assert figure.text.text == "Que faire d'abord ?"
    assert figure.text.competencies == (CP1,)
    assert figure.flags == ()


def test_i_do_not_know_is_counted_apart_and_is_not_right(session, run):
    people = enrol_many(session, run, 8)
    answer_test(session, people[:6], "positionnement", "positioning", {"p-un": RIGHT})
    answer_test(session, people[6:], "positionnement", "positioning", {"p-un": (None, 0.0)})
    figure = of(question_figures(session, run.id), "p-un")
    assert (figure.dont_know, figure.right.numerator, figure.right.denominator) == (2, 6, 8)


def test_later_attempts_are_left_out_and_counted(session, run):
    people = enrol_many(session, run, 6)
    answer_test(session, people, "bilan", "final", {"f-un": WRONG})
    answer_test(session, people, "bilan", "final", {"f-un": RIGHT}, number=2)
    figure = of(question_figures(session, run.id), "f-un")
    assert (figure.right.numerator, figure.right.excluded, figure.later) == (0, 6, 6)


@pytest.mark.parametrize("n", range(1, 5))
def test_under_five_answers_only_their_number_is_told(session, run, n):
    answer_test(session, enrol_many(session, run, n), "bilan", "final", {"f-un": RIGHT})
    figure = of(question_figures(session, run.id), "f-un")
    assert (figure.asked, figure.right.share, figure.right.numerator) == (n, None, 0)
    assert (figure.dont_know, figure.difficulty, figure.discrimination) == (None, None, None)
    assert figure.choices == ()
    assert figure.flags == ()


def test_choices_are_not_listed_when_most_did_not_know(session, run):
    people = enrol_many(session, run, 8)
    answer_test(session, people[:4], "positionnement", "positioning", {"p-un": RIGHT})
    answer_test(session, people[4:], "positionnement", "positioning", {"p-un": (None, 0.0)})
    assert of(question_figures(session, run.id), "p-un").choices == ()


def test_a_hard_question_and_an_attractive_wrong_choice_are_flagged(session, run):
    people = enrol_many(session, run, 10)
    answer_test(session, people[:3], "bilan", "final", {"f-un": RIGHT})
    answer_test(session, people[3:], "bilan", "final", {"f-un": WRONG})
    answer_test(session, people, "positionnement", "positioning", {"p-un": WRONG})
    figures = question_figures(session, run.id)
    assert of(figures, "f-un").flags == ("hard", "attractive")
    assert of(figures, "p-un").flags == (), "not knowing before the training is no signal"


def test_discrimination_equals_the_statistic_from_thirty_whole_tests_on(session, run):
    rng, people = random.Random(3), enrol_many(session, run, 31)
    matrix = []
    for person in people[:30]:
        able = rng.random()
        row = [float(rng.random() < able), float(rng.random() < able)]
        matrix.append(row)
        answer_test(session, [person], "bilan", "final", {"f-un": ("a", row[0]), "f-deux": ("a", row[1])})
    answer_test(session, people[30:], "bilan", "final", {"f-un": RIGHT})  # left halfway
    figures = question_figures(session, run.id)
    found = [of(figures, key).discrimination for key in ("f-un", "f-deux")]
    assert found == pytest.approx(corrected_item_total(matrix))
    session.delete(session.scalars(select(QuestionResponse).where(QuestionResponse.question_key == "f-deux")).first())
    session.flush()
    figure = of(question_figures(session, run.id), "f-deux")
    assert (figure.discrimination, figure.discrimination_note) == (None, "too_few")


def test_a_question_everybody_gets_right_has_no_discrimination_and_says_why(session, run):
    answer_test(session, enrol_many(session, run, 30), "bilan", "final", {"f-un": RIGHT, "f-deux": RIGHT})
    assert of(question_figures(session, run.id), "f-un").discrimination_note == "no_variation"


def test_another_sessions_answers_do_not_count(session, run, world, house):
    other = make_run(session, house, world.a)
    answer_test(session, enrol_many(session, other, 9), "bilan", "final", {"f-un": RIGHT})
    assert of(question_figures(session, run.id), "f-un").asked == 0


def test_three_statements_serve_a_thousand_learners(session, run, statements):
    answer_test(session, enrol_many(session, run, 1000), "bilan", "final", {"f-un": RIGHT, "f-deux": WRONG})
    with statements() as seen:
        assert of(question_figures(session, run.id), "f-un").asked == 1000
    assert len(seen) == 3
