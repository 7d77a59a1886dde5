"""A page asks the database a bounded number of questions, whatever the number of courses and activities."""

from __future__ import annotations

import pytest
from sqlalchemy import event


@pytest.fixture
def count(house):
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            asked.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    yield asked
    event.remove(house.engine, "before_cursor_execute", note)


def test_the_list_of_courses_costs_the_same_for_ten(lead, make_course, publish_version, count, world, session):
    for _ in range(9):
        publish_version(make_course())
    shared = make_course(hub=world.b)
    publish_version(shared)
    shared.shared = True
    session.commit()
    count.clear()
    assert lead.get("/h/hub-a/courses").status_code == 200
    assert len(count) <= 8


@pytest.mark.parametrize("path", ["", "/edit/page-accueil", "/edit/quiz-un", "/debts/quiz-un", "/problems", "/facts"])
def test_the_pages_of_an_author_ask_little(lead, make_course, base, count, path):
    course = make_course()
    count.clear()
    assert lead.get(base(course) + path).status_code == 200
    assert len(count) <= 10
