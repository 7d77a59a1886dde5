"""Filling a session: accounts, places, codes, departures."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select

from lms.accounts.models import AuditEvent, Membership, Person, Role
from lms.delivery.models import Enrolment
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.services import (
    NewLearner,
    change_status,
    end_enrolment,
    enrol_people,
    enrol_person,
    join_by_code,
    renew_join_code,
    restore_enrolment,
)
from lms.mail import OutgoingMail


@contextmanager
def counted(connection):
    """The statements that went to the database."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


def test_a_new_person_gets_an_account_a_role_and_an_invitation(session, world, run):
    row = enrol_person(
        session,
        training_session=run,
        email=" Ana@Example.ORG ",
        given_name="Ana",
        family_name="Exemple",
        by=world.a.lead.id,
    )
    session.commit()
    person = session.scalar(select(Person).where(Person.email == "ana@example.org"))
    assert row.person_id == person.id
    assert row.status == "invited"
    role = session.scalar(select(Membership.role).where(Membership.person_id == person.id))
    assert role is Role.LEARNER
    mail = session.scalar(select(OutgoingMail).where(OutgoingMail.to == "ana@example.org"))
    assert "Premiers pas, printemps" in mail.text
    assert session.scalar(select(AuditEvent.action).where(AuditEvent.target == str(row.id))) == "enrolment.created"


def test_a_known_person_is_enrolled_once(session, world, run, enrolment):
    again = enrol_person(
        session,
        training_session=run,
        email=world.a.learner.email.upper(),
        given_name="X",
        family_name="Y",
        by=world.a.lead.id,
    )
    assert again.id == enrolment.id
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 1
    assert session.get(Person, world.a.learner.id).given_name == "Learner"


def test_nobody_enters_a_full_session_and_nothing_is_written(session, world, run):
    run.capacity = 2
    people = [NewLearner(f"p{n}@example.org", "P", str(n)) for n in range(3)]
    with pytest.raises(DeliveryRefusal) as refused:
        enrol_people(session, training_session=run, learners=people, by=world.a.lead.id)
    assert refused.value.code == "full"
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_somebody_who_left_frees_a_place_and_can_come_back_if_one_is_left(session, world, run, enrolment):
    run.capacity = 1
    end_enrolment(session, enrolment=enrolment, status="dropped", reason="déménage", by=world.a.lead.id)
    enrol_person(
        session, training_session=run, email="b@example.org", given_name="B", family_name="B", by=world.a.lead.id
    )
    with pytest.raises(DeliveryRefusal):
        restore_enrolment(session, enrolment=enrolment, by=world.a.lead.id)
    run.capacity = 2
    session.flush()
    restore_enrolment(session, enrolment=enrolment, by=world.a.lead.id)
    assert (enrolment.status, enrolment.left_at, enrolment.left_reason) == ("invited", None, "")


def test_the_code_enrols_whoever_has_it_in_the_sessions_hub(session, world, run):
    visitor = world.b.learner
    row = join_by_code(session, code=f" {run.join_code[:4]}-{run.join_code[4:].lower()} ", person_id=visitor.id)
    assert (row.status, row.hub_id) == ("active", world.a.hub.id)
    assert join_by_code(session, code=run.join_code, person_id=visitor.id).id == row.id
    held = session.scalars(select(Membership.hub_id).where(Membership.person_id == visitor.id)).all()
    assert world.a.hub.id in held


@pytest.mark.parametrize(("status", "code"), [("closed", "closed"), ("cancelled", "cancelled")])
def test_the_code_of_a_session_that_is_over_opens_nothing(session, world, run, status, code):
    change_status(session, run, status=status, by=world.a.lead.id)
    with pytest.raises(DeliveryRefusal) as refused:
        join_by_code(session, code=run.join_code, person_id=world.b.learner.id)
    assert refused.value.code == code


def test_a_renewed_code_replaces_the_former_one(session, world, run):
    former = run.join_code
    renew_join_code(session, run, by=world.a.lead.id)
    with pytest.raises(DeliveryRefusal) as refused:
        join_by_code(session, code=former, person_id=world.b.learner.id)
    assert refused.value.code == "unknown"


def test_a_thousand_people_cost_a_bounded_number_of_statements(session, connection, world, run):
    run.capacity = 0
    session.commit()
    people = [NewLearner(f"p{n}@example.org", "Prénom", f"Nom {n}") for n in range(1000)]
    with counted(connection) as statements:
        rows = enrol_people(session, training_session=run, learners=people, by=world.a.lead.id, invite=False)
        session.flush()
    assert len(rows) == 1000
    assert len({row.pseudonym for row in rows}) == 1000
    assert len(statements) <= 40
    imported = session.scalar(select(AuditEvent).where(AuditEvent.action == "enrolment.imported"))
    assert len(imported.details["learners"]) == 1000
