"""Each hub's rows stay apart, in one place."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import aliased

from lms.accounts.models import Membership, Person, Role
from lms.db import HubRead, HubScopeError, new_id, scope_to_hub, unscoped

other = aliased(Membership)


@pytest.fixture
def scoped(house, connection, world):
    with house.sessions() as session:
        scope_to_hub(session, world.a.hub.id)
        yield session


def test_a_session_that_was_told_no_hub_reads_no_hub_rows(house, connection):
    with house.sessions() as session, pytest.raises(HubScopeError):
        session.scalars(select(Membership)).all()


def test_reads_are_narrowed_to_the_hub(scoped, world):
    hubs = {row.hub_id for row in scoped.scalars(select(Membership))}
    assert hubs == {world.a.hub.id}


def test_updates_and_deletes_leave_the_other_hub_alone(scoped, session, world):
    scoped.execute(update(Membership).values(role=Role.LEARNER).where(Membership.person_id == world.b.lead.id))
    scoped.execute(delete(Membership).where(Membership.person_id == world.b.trainer.id))
    scoped.commit()
    kept = session.scalars(select(Membership.role).where(Membership.hub_id == world.b.hub.id)).all()
    assert sorted(kept) == ["auditor", "hub_admin", "lead", "learner", "trainer"]


def test_another_hubs_row_is_not_found_by_its_id(scoped, session, world):
    theirs = session.scalar(select(Membership.id).where(Membership.hub_id == world.b.hub.id))
    assert scoped.get(Membership, theirs) is None


def test_a_new_row_is_given_the_hub_of_the_session(scoped, world):
    row = Membership(person_id=world.b.learner.id, role=Role.LEARNER)
    scoped.add(row)
    scoped.flush()
    assert row.hub_id == world.a.hub.id


def test_a_row_cannot_be_written_into_another_hub(scoped, world):
    scoped.add(Membership(id=new_id(), hub_id=world.b.hub.id, person_id=world.a.learner.id, role=Role.LEAD))
    with pytest.raises(HubScopeError):
        scoped.flush()


THEIR_ROLES = HubRead(select(Membership.hub_id, other.role).join(other, other.person_id == Membership.person_id))


def test_a_read_made_once_is_narrowed_to_the_hub_of_each_session(house, connection, world):
    for hub in (world.a.hub, world.b.hub):
        with house.sessions() as session:
            scope_to_hub(session, hub.id)
            assert {row.hub_id for row in THEIR_ROLES.rows(session)} == {hub.id}


def test_a_read_made_once_is_narrowed_on_every_table_it_joins(scoped, session, world):
    person = world.a.learner.id
    session.add(Membership(person_id=person, role=Role.AUDITOR, hub_id=world.b.hub.id))
    session.commit()
    joined = HubRead(select(other.hub_id).join(Person, Person.id == other.person_id).where(Person.id == person))
    assert {row.hub_id for row in joined.rows(scoped)} == {world.a.hub.id}


def test_a_read_made_once_follows_the_rules_of_a_session_without_a_hub(house, connection, world):
    with house.sessions() as session:
        with pytest.raises(HubScopeError):
            THEIR_ROLES.rows(session)
        with unscoped(session):
            assert {row.hub_id for row in THEIR_ROLES.rows(session)} == {world.a.hub.id, world.b.hub.id}


def test_a_read_made_once_sees_what_the_session_has_not_written_yet(scoped, world):
    person = world.a.learner.id
    mine = HubRead(select(Membership.role).where(Membership.person_id == person))
    before = len(mine.rows(scoped))
    scoped.add(Membership(person_id=person, role=Role.LEAD))
    assert len(mine.rows(scoped)) == before + 1
