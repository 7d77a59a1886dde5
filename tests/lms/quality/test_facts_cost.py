"""What the facts of a session cost the database: reports and the evidence pack read them."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from lms.evaluations.queries import competency_figures, progression, question_figures
from lms.evaluations.queries.competencies import competencies_and_progression
from lms.evaluations.queries.texts import list_questions
from lms.quality.queries import session_facts
from tests.factories.results import answer_test, enrol_many, make_run

MOST = 15
RIGHT, WRONG = ("a", 1.0), ("b", 0.0)


@pytest.fixture
def run(session, world, house):
    return make_run(session, house, world.a)


def answer(session, run, learners: int) -> None:
    """Everybody takes both tests, whole, and some of them again: every statement has something to say."""
    people = enrol_many(session, run, learners)
    half, questions = learners // 2, list_questions(session, run.id)
    for activity, purpose in {(one.activity_key, one.purpose) for one in questions}:
        keys = [one.key for one in questions if one.activity_key == activity]
        answer_test(session, people[:half], activity, purpose, dict.fromkeys(keys, RIGHT))
        answer_test(session, people[half:], activity, purpose, dict.fromkeys(keys, WRONG))
    session.flush()


@pytest.mark.parametrize("learners", [6, 1000])
def test_the_facts_of_a_session_take_at_most_fifteen_statements(session, connection, run, learners):
    answer(session, run, learners)
    session.commit()
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    for nominative in (False, True):
        seen.clear()
        session.expire_all()
        event.listen(connection, "before_cursor_execute", note)
        try:
            facts = session_facts(session, run.id, nominative=nominative)
        finally:
            event.remove(connection, "before_cursor_execute", note)
        assert len(facts["learners"]) == learners
        assert len(seen) <= MOST


def test_both_figures_in_one_statement_are_those_of_each(session, run):
    answer(session, run, 12)
    questions = list_questions(session, run.id)
    both = competencies_and_progression(session, run.id, questions)
    assert both == (competency_figures(session, run.id), progression(session, run.id))
    assert both[1] is not None
    assert question_figures(session, run.id)
