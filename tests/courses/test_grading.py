from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.grading import (
    BadResponseError,
    Grade,
    correct_response,
    describe_response,
    fold_text,
    grade,
    read_number,
)
from courses.model import Choice, Question
from tests.courses.samples import sample_course

QUESTIONS = {question.id: question for question in sample_course().activity("quiz-un").content.questions}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_correct_response_gets_everything(name: str) -> None:
    found = grade(QUESTIONS[name], correct_response(QUESTIONS[name]))
    assert (found.score, found.correct) == (1.0, True)
    assert "wrong" not in found.per_choice.values()


@pytest.mark.parametrize("name", QUESTIONS)
def test_not_knowing_scores_nothing_and_is_no_mistake_of_shape(name: str) -> None:
    found = grade(QUESTIONS[name], None)
    assert (found.score, found.correct, found.per_choice) == (0.0, False, {})
    assert found.feedback == ((QUESTIONS[name].feedback_incorrect,) if QUESTIONS[name].feedback_incorrect else ())


def test_a_wrong_single_choice_explains_itself() -> None:
    assert grade(QUESTIONS["q-single"], "a") == Grade(0.0, False, ("Pas encore.",), {"a": "wrong", "b": "missed"})


@pytest.mark.parametrize(
    ("picked", "score"),
    [(["a", "b"], 1.0), (["a"], 0.5), (["a", "c"], 0.0), (["a", "b", "c"], 0.5), (["c"], 0.0), ([], 0.0)],
)
def test_wrong_picks_take_away_what_right_ones_give(picked: list[str], score: float) -> None:
    found = grade(QUESTIONS["q-multiple"], picked)
    assert found.score == score
    assert found.correct == (score == 1.0)


@pytest.mark.parametrize(
    ("order", "score"), [("abc", 1.0), ("acb", 2 / 3), ("bac", 2 / 3), ("cab", 1 / 3), ("cba", 0.0)]
)
def test_an_order_scores_its_pairs_in_order(order: str, score: float) -> None:
    found = grade(QUESTIONS["q-order"], list(order))
    assert found.score == pytest.approx(score)
    assert found.correct == (order == "abc")


def test_an_order_explains_only_what_is_misplaced() -> None:
    assert grade(QUESTIONS["q-order"], ["a", "c", "b"]).feedback == ("Ensuite.", "Enfin.")


def test_two_left_sides_may_share_a_match() -> None:
    found = grade(QUESTIONS["q-match"], {"a": "b", "b": "a", "c": "a"})
    assert found.score == pytest.approx(2 / 3)
    assert found.per_choice == {"a": "right", "b": "right", "c": "wrong"}


def test_pairs_left_open_are_missed() -> None:
    assert grade(QUESTIONS["q-match"], {"a": "a"}).per_choice == {"a": "right", "b": "missed", "c": "missed"}


@pytest.mark.parametrize("answer", ["7,5", "7.5", " 7,5 h ", "7,50 H.", "7,25", "7,75", 7.5, "+7,5"])
def test_numbers_are_read_as_people_write_them(answer: str | float) -> None:
    assert grade(QUESTIONS["q-number"], answer).correct


@pytest.mark.parametrize(
    "answer", ["8", "7,5 min", "sept", "", "7,5,5", "-7,5", 750, "7" * 50, "h 7,5", "7" + " " * 5_000 + "\nx"]
)
def test_other_numbers_and_words_are_wrong_but_no_error(answer: str | float) -> None:
    assert grade(QUESTIONS["q-number"], answer) == Grade(0.0, False, ("Relisez.",))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("−3", -3),
        ("1\u202f000", 1000),
        ("12 pers.", 12),
        (",5", 0.5),
    ],
)
def test_thousands_signs_and_words_are_understood(text: str, value: float) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize("answer", ["conception a rebours", "  Conception  à  rebours. ", "BACKWARD-DESIGN"])
def test_texts_are_compared_without_case_accents_or_punctuation(answer: str) -> None:
    assert grade(QUESTIONS["q-text"], answer) == Grade(1.0, True, ("Juste.",))


def test_another_text_is_wrong() -> None:
    assert not grade(QUESTIONS["q-text"], "conception").correct


def test_ligatures_fold_and_signs_alone_stay() -> None:
    assert fold_text("Œuvre d'ÉTÉ") == "oeuvre d ete"
    assert fold_text(" + ") == "+"


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("q-single", "z"),
        ("q-single", ["a"]),
        ("q-single", {}),
        ("q-multiple", "a"),
        ("q-multiple", ["a", "a"]),
        ("q-multiple", [["a"]]),
        ("q-order", ["a", "b"]),
        ("q-match", ["a"]),
        ("q-match", {"a": "z"}),
        ("q-match", {"z": "a"}),
        ("q-number", True),
        ("q-number", ["7"]),
        ("q-number", "9" * 10_001),
        ("q-text", 3),
        ("q-text", "a" * 10_001),
    ],
)
def test_responses_of_another_shape_are_refused_by_name(name: str, response: Any) -> None:
    with pytest.raises(ValueError, match=name):
        grade(QUESTIONS[name], response)


def test_plugin_questions_and_unanswerable_ones_are_refused() -> None:
    with pytest.raises(BadResponseError, match="plugin"):
        grade(Question("q-un", "hotspot", "P"), "a")
    with pytest.raises(BadResponseError, match="numeric"):
        grade(Question("q-un", "numeric", "P"), "1")


def test_questions_without_a_right_answer_have_no_correct_response() -> None:
    for kind in ("single", "multiple", "ordering", "matching", "numeric", "text", "hotspot"):
        assert correct_response(Question("q-un", kind, "P")) is None


def test_a_question_without_right_choices_scores_nothing() -> None:
    assert grade(Question("q-un", "multiple", "P", (Choice("a", "A"),)), []).score == 0.0


@pytest.mark.parametrize(
    ("name", "response", "words"),
    [
        ("q-single", "b", "Oui"),
        ("q-single", "zz", "zz"),
        ("q-multiple", ["a", "c"], "A ; C"),
        ("q-order", ["b", "a", "c"], "Deux → Un → Trois"),
        ("q-match", {"a": "c"}, "Paris → Italie"),
        ("q-number", "7,5", "7,5 h"),
        ("q-number", "7,5 h", "7,5 h"),
        ("q-text", "Rebours", "Rebours"),
        ("q-text", None, "Je ne sais pas"),
    ],
)
def test_responses_are_put_into_words(name: str, response: Any, words: str) -> None:
    assert describe_response(QUESTIONS[name], response) == words


def test_words_follow_the_language() -> None:
    assert describe_response(QUESTIONS["q-text"], None, "en-GB") == "I don't know"


def test_rounding_of_fractions_is_forgiven() -> None:
    question = QUESTIONS["q-number"]
    assert question.numeric is not None
    exact = replace(question, numeric=replace(question.numeric, value=0.1 + 0.2, tolerance=0))
    assert grade(exact, "0,3").correct


@given(
    st.sampled_from(sorted(QUESTIONS)),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_any_json_is_graded_between_0_and_1_or_refused(name: str, response: Any) -> None:
    describe_response(QUESTIONS[name], response)
    try:
        found = grade(QUESTIONS[name], response)
    except BadResponseError:
        return
    assert 0.0 <= found.score <= 1.0
