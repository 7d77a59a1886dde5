"""Competencies of a group: matched learners, both gains, attrition shown, nobody given away."""

from __future__ import annotations

import pytest

from lms.evaluations.queries import competency_figures, progression
from lms.evaluations.statistics import gain_of_means, mean_of_gains
from tests.factories.results import CP1, answer_test, enrol_many, show_levels

RIGHT, WRONG = ("a", 1.0), ("b", 0.0)


def test_before_and_after_are_on_matched_learners_and_attrition_is_shown(session, run):
    people = enrol_many(session, run, 12)
    levels = [(0.2, 0.6), (0.5, 0.5), (0.9, 1.0), (1.0, 1.0), (0.4, 0.8), (0.0, 0.5), (0.25, 1.0)]
    for person, (before, after) in zip(people, levels, strict=False):
        show_levels(session, [person], "positioning", {CP1: (before, 4)})
        show_levels(session, [person], "final", {CP1: (after, 4)})
    show_levels(session, people[7:], "positioning", {CP1: (0.1, 4)})
    (figure,) = competency_figures(session, run.id)
    moved = figure.progression
    assert (moved.positioned, moved.finished, moved.matched, moved.lost, moved.undefined) == (12, 7, 7, 5, 1)
    assert moved.before == pytest.approx(sum(before for before, _ in levels) / 7)
    assert moved.gain_of_means == pytest.approx(gain_of_means(levels))
    assert moved.mean_of_gains == pytest.approx(mean_of_gains(levels))
    assert (figure.learners, figure.mastered.numerator, figure.mastered.denominator) == (7, 4, 7)
    assert figure.ref == CP1


def test_items_weigh_the_same_and_the_final_test_wins_over_the_course(session, run):
    people = enrol_many(session, run, 5)
    show_levels(session, people, "quiz", {CP1: (1.0, 1)}, activity="q1")
    show_levels(session, people, "quiz", {CP1: (0.0, 3)}, activity="q2")
    assert competency_figures(session, run.id)[0].mean == pytest.approx(0.25)
    show_levels(session, people, "final", {CP1: (0.75, 4)})
    assert competency_figures(session, run.id)[0].mean == pytest.approx(0.75)


def test_who_failed_the_final_test_counts_though_it_left_no_evidence(session, run):
    people = enrol_many(session, run, 10)
    answer_test(session, people, "positionnement", "positioning", {"p-un": WRONG, "p-deux": WRONG})
    answer_test(session, people[:6], "bilan", "final", {"f-un": RIGHT, "f-deux": WRONG})
    show_levels(session, people[:6], "final", {CP1: (1.0, 1)})
    answer_test(session, people[6:9], "bilan", "final", {"f-un": WRONG, "f-deux": WRONG})
    answer_test(session, people[9:], "bilan", "final", {"f-un": RIGHT})  # not finished: no result yet
    figure = next(one for one in competency_figures(session, run.id) if one.ref == CP1)
    assert (figure.mastered.numerator, figure.mastered.denominator) == (6, 9)
    moved = figure.progression
    assert (moved.matched, moved.lost, moved.before, moved.after) == (9, 1, 0.0, pytest.approx(6 / 9))


def test_the_attempt_that_was_passed_wins_over_the_first(session, run):
    people = enrol_many(session, run, 5)
    answer_test(session, people, "bilan", "final", {"f-un": WRONG, "f-deux": WRONG})
    show_levels(session, people, "final", {CP1: (1.0, 1)})
    figure = next(one for one in competency_figures(session, run.id) if one.ref == CP1)
    assert figure.mean == 1.0


def test_what_people_say_of_themselves_is_no_level(session, run):
    show_levels(session, enrol_many(session, run, 6), "self", {CP1: (1.0, 1)})
    assert competency_figures(session, run.id)[0].learners == 0


@pytest.mark.parametrize("n", range(1, 5))
def test_under_five_learners_nothing_but_their_number_is_told(session, run, n):
    people = enrol_many(session, run, 9)
    show_levels(session, people, "positioning", {CP1: (0.2, 4)})
    show_levels(session, people[:n], "final", {CP1: (0.8, 4)})
    (figure,) = competency_figures(session, run.id)
    moved = figure.progression
    assert (figure.learners, figure.mean, figure.mastered.share, figure.mastered.numerator) == (n, None, None, 0)
    assert (moved.before, moved.after, moved.gain_of_means, moved.mean_of_gains) == (None, None, None, None)


@pytest.mark.parametrize("apart", range(1, 5))
def test_a_subtraction_gives_no_single_learner_away(session, run, apart):
    people = enrol_many(session, run, 8 + apart)
    show_levels(session, people[:8], "positioning", {CP1: (0.2, 4)})
    show_levels(session, people, "final", {CP1: (0.8, 4)})
    (figure,) = competency_figures(session, run.id)
    assert figure.progression.after == pytest.approx(0.8)
    assert (figure.mean, figure.mean_kept_back) == (None, True)


def test_with_five_apart_or_none_the_mean_is_shown(session, run):
    people = enrol_many(session, run, 13)
    show_levels(session, people[:8], "positioning", {CP1: (0.2, 4)})
    show_levels(session, people, "final", {CP1: (0.8, 4)})
    assert competency_figures(session, run.id)[0].mean == pytest.approx(0.8)


def test_progression_is_on_paired_questions_whole_on_both_sides(session, run):
    people = enrol_many(session, run, 8)
    answer_test(session, people, "positionnement", "positioning", {"p-un": RIGHT, "p-deux": WRONG})
    answer_test(session, people[:6], "bilan", "final", {"f-un": RIGHT, "f-deux": RIGHT})
    answer_test(session, people[6:], "bilan", "final", {"f-un": RIGHT})  # left halfway
    found = progression(session, run.id)
    assert (found.positioned, found.finished, found.matched) == (8, 6, 6)
    assert (found.before, found.after, found.gain_of_means, found.mean_of_gains) == (0.5, 1.0, 1.0, 1.0)


def test_bounded_statements_serve_a_thousand_learners(session, run, statements):
    people = enrol_many(session, run, 1000)
    show_levels(session, people, "positioning", {CP1: (0.2, 4)})
    show_levels(session, people, "final", {CP1: (0.8, 4)})
    with statements() as seen:
        assert competency_figures(session, run.id)[0].learners == 1000
        assert progression(session, run.id).matched == 0
    assert len(seen) == 4
