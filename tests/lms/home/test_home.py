"""The first page of each role: what it says, what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from lms.db import utc_now
from lms.delivery.models import Deadline
from lms.home.search import search_everything
from tests.factories import sign_in
from tests.factories.learning import enrol_many, make_class

MOST = 15


@pytest.fixture
def room(session, world, house):
    room = make_class(session, house, world.a)
    room.session.starts_on, room.session.ends_on = (
        utc_now().date() - timedelta(days=5),
        utc_now().date() + timedelta(days=9),
    )
    session.add(
        Deadline(
            hub_id=world.a.hub.id,
            session_id=room.session.id,
            activity_key="page-accueil",
            due_at=utc_now() - timedelta(days=1),
        )
    )
    session.commit()
    return room


def statements(house, client, address: str) -> tuple[int, str]:
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    try:
        answer = client.get(address)
    finally:
        event.remove(house.engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    return len([one for one in seen if not one.startswith(("SAVEPOINT", "RELEASE"))]), answer.get_data(as_text=True)


@pytest.mark.parametrize("role", ["learner", "trainer", "lead", "hub_admin", "auditor"])
def test_a_home_page_asks_the_database_little_whatever_the_number_of_learners(
    client, house, room, session, world, role
):
    enrol_many(session, room.session, 1000)
    session.commit()
    sign_in(client, getattr(world.a, role))
    client.get("/h/hub-a/?lang=fr")
    count, page = statements(house, client, "/h/hub-a/?lang=fr")
    assert count <= MOST
    assert len(page) < 60_000


def test_a_learner_sees_what_to_do_now_and_what_is_late(client, room, world):
    sign_in(client, world.a.learner)
    page = client.get("/h/hub-a/?lang=fr").get_data(as_text=True)
    assert room.url("page-accueil") in page
    assert "attendu pour le" in page
    assert "Atelier" in page


def test_a_learner_without_a_course_learns_how_to_join(client, world):
    page = sign_in(client, world.b.learner).get("/h/hub-b/?lang=en").get_data(as_text=True)
    assert "/join" in page


def test_a_lead_sees_who_has_not_started(client, room, session, world):
    enrol_many(session, room.session, 3)
    session.commit()
    page = sign_in(client, world.a.lead).get("/h/hub-a/?lang=en").get_data(as_text=True)
    assert "4 learners have not started" in page


def test_search_finds_by_role(session, room, world):
    session.info["hub"] = world.a.hub.id
    everything = {"roles": frozenset({"lead"}), "person_id": world.a.lead.id}
    own = {"roles": frozenset({"learner"}), "person_id": world.a.learner.id}
    assert [row[1] for row in search_everything(session, "session essai", **everything).sessions] == ["Session d'essai"]
    assert search_everything(session, "learner", **everything).people
    found = search_everything(session, "session essai", **own)
    assert [row[0] for row in found.followed] == [room.enrolment.id]
    assert not found.sessions
    assert not search_everything(session, "learner", **own).people
    assert not search_everything(session, "%", **everything).sessions
    assert [one.code for one in search_everything(session, "SF4", **own).competencies] == ["SF4"]
    assert len(search_everything(session, "   ", **everything)) == 0


def test_search_does_not_cross_hubs(session, room, world):
    session.info["hub"] = world.b.hub.id
    found = search_everything(session, "essai", roles=frozenset({"lead"}), person_id=world.b.lead.id)
    assert not found.sessions
