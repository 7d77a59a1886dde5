"""The question analysis: weakest first, nothing of small groups."""

from __future__ import annotations

import pytest

from lms.plugins.report_questions.plugin import QuestionsReport


def question(text, share, asked=10, flags=()):
    hidden = share is None
    right = {
        "numerator": None if hidden else round(share * asked), "denominator": asked, "excluded": 0, "share": share,
        "low": None if hidden else 0.1, "high": None if hidden else 0.9, "hidden": hidden,
    }  # fmt: skip
    return {
        "activity": "bilan", "activity_title": "Bilan", "purpose": "final", "key": text, "text": text, "competencies": [],
        "asked": asked, "later": 0, "right": right, "dont_know": None if hidden else 1, "difficulty": share,
        "discrimination": None, "flags": list(flags),
    }  # fmt: skip


def test_the_weakest_question_comes_first_and_those_without_a_figure_last():
    facts = {"questions": [question("few", None, 3), question("easy", 0.9), question("hard", 0.2, flags=["hard"])]}
    table = QuestionsReport().build(facts, "en")
    assert [row[1] for row in table.rows] == ["hard", "easy", "few"]
    assert table.rows[0][-1] == "less than half right"
    assert table.rows[2][4:10] == (None,) * 6


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_row_has_a_cell_a_column(language):
    table = QuestionsReport().build({"questions": [question("one", 0.5)]}, language)
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert table.note


def test_a_session_without_tests_has_an_empty_table():
    assert QuestionsReport().build({"questions": []}, "fr").rows == ()


def test_the_report_is_installed(house):
    assert isinstance(house.plugins.reports["questions"], QuestionsReport)
