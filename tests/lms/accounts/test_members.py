"""Roles in a hub, agreements, data handed over and erased, and the chained record."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

import lms
from lms.accounts.actions import ACTIONS
from lms.accounts.models import AuditEvent, Consent, Membership, Person, Role
from lms.accounts.services import event_digest, grant_role, record_event
from lms.db import Base, utc_now
from tests.factories import sign_in


def agree(client):
    return client.post("/h/hub-a/consent", data={"terms": "y"})


def test_the_terms_are_asked_once_before_the_first_page(client, world, session):
    sign_in(client, world.a.learner)
    with client.session_transaction() as cookie:
        cookie.pop("terms", None)
    first = client.get("/h/hub-a/")
    assert first.headers["Location"].startswith("/h/hub-a/consent")
    assert client.post("/h/hub-a/consent", data={}).status_code == 422
    agree(client)
    assert client.get("/h/hub-a/").status_code == 200
    kinds = session.scalars(select(Consent.kind).where(Consent.person_id == world.a.learner.id)).all()
    assert kinds == ["terms"]  # what was not ticked was not agreed to


def test_an_optional_agreement_can_be_withdrawn(client, world, session):
    sign_in(client, world.a.learner)
    client.post("/h/hub-a/consent", data={"terms": "y", "cold_survey": "y"})
    row = session.scalar(select(Consent).where(Consent.kind == "cold_survey"))
    client.post(f"/account/consents/{row.id}/withdraw")
    session.refresh(row)
    assert row.withdrawn_at is not None


def test_nobody_withdraws_for_somebody_else(client, world, session):
    row = Consent(hub_id=world.a.hub.id, person_id=world.a.learner.id, kind="cold_survey", text_version="x")
    session.add(row)
    session.commit()
    sign_in(client, world.a.lead).post(f"/account/consents/{row.id}/withdraw")
    session.refresh(row)
    assert row.withdrawn_at is None


def test_an_auditor_needs_an_end_date(client, world, session):
    with pytest.raises(ValueError, match="end date"):
        grant_role(session, person_id=world.a.learner.id, role=Role.AUDITOR, hub_id=world.a.hub.id)
    sign_in(client, world.a.hub_admin)
    agree(client)
    data = {"email": "a@example.org", "given_name": "A", "family_name": "B", "roles": ["auditor"]}
    assert client.post("/h/hub-a/people/new", data=data).status_code == 422
    assert client.post("/h/hub-a/people/new", data=data | {"expires_on": "2031-01-31"}).status_code == 302


def test_an_expired_role_opens_nothing(client, world, session):
    session.execute(
        update(Membership)
        .where(Membership.person_id == world.a.auditor.id)
        .values(expires_at=utc_now() - timedelta(minutes=1))
    )
    session.commit()
    assert sign_in(client, world.a.auditor).get("/h/hub-a/journal").status_code == 404


def test_an_auditor_only_reads(client, world):
    sign_in(client, world.a.auditor)
    agree(client)
    assert client.get("/h/hub-a/journal").status_code == 200
    assert client.post("/h/hub-a/settings", data={"name": "Mine"}).status_code == 403


def test_a_hub_keeps_its_last_administrator(client, world, session):
    sign_in(client, world.a.hub_admin)
    agree(client)
    answer = client.post(f"/h/hub-a/people/{world.a.hub_admin.id}", data={"roles": ["trainer"]})
    assert answer.status_code == 422
    roles = session.scalars(select(Membership.role).where(Membership.person_id == world.a.hub_admin.id)).all()
    assert roles == [Role.HUB_ADMIN]


def test_an_administrator_does_not_see_the_people_of_the_other_hub(client, world):
    sign_in(client, world.a.hub_admin)
    agree(client)
    assert client.get(f"/h/hub-a/people/{world.b.trainer.id}").status_code == 404
    assert world.b.trainer.email not in client.get("/h/hub-a/people").text


def test_the_export_holds_ones_rows_and_no_secret(client, world, session):
    world.a.learner.password_hash = "secret-hash"
    session.commit()
    sign_in(client, world.a.learner)
    agree(client)
    data = json.loads(client.post("/account/data/export").data)
    assert data["person"][0]["email"] == world.a.learner.email
    assert {row["kind"] for row in data["consent"]} == {"terms"}
    assert "secret-hash" not in json.dumps(data)


def test_erasing_takes_the_identity_out_and_closes_the_account(client, world, session):
    learner = world.a.learner
    email = learner.email
    sign_in(client, learner)
    assert client.post("/account/erase", data={"confirmation": "other@example.org"}).status_code == 422
    assert client.post("/account/erase", data={"confirmation": email}).status_code == 200
    session.expire_all()
    kept = session.get(Person, learner.id)
    assert email not in (kept.email, kept.given_name, kept.family_name)
    assert session.scalars(select(Membership).where(Membership.person_id == learner.id)).all() == []
    assert client.get("/account").status_code == 302


def test_a_row_of_the_record_changed_outside_breaks_the_chain_there(world, session):
    for number in range(4):
        record_event(session, "test.act", hub_id=world.a.hub.id, person_id=None, target=number)
    events = session.scalars(
        select(AuditEvent).where(AuditEvent.hub_id == world.a.hub.id).order_by(AuditEvent.number)
    ).all()
    events[2].target = "altered"

    previous, broken = "", []
    for event in events:
        if event_digest(previous, event) != event.digest:
            broken.append(event.number)
        previous = event.digest
    assert broken == [events[2].number]


def test_each_table_says_its_personal_data_and_retention():
    silent = [
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if not isinstance(mapper.class_.__dict__.get("__personal_data__"), str)
        or not mapper.class_.__dict__.get("__retention__")
    ]
    assert silent == []


def test_a_colour_without_contrast_is_refused(client, world):
    sign_in(client, world.a.hub_admin)
    agree(client)
    answer = client.post("/h/hub-a/settings", data={"name": "Hub A", "accent": "#ffee88"})
    assert answer.status_code == 422
    assert client.post("/h/hub-a/settings", data={"name": "Hub A", "accent": "#7A3E9D"}).status_code == 302
    assert "#7A3E9D" in client.get("/h/hub-a/theme.css").text


def test_a_second_installation_page_lists_hubs_for_the_platform_only(client, world):
    assert sign_in(client, world.platform).get("/platform").status_code == 200
    assert sign_in(client, world.a.hub_admin).get("/platform").status_code == 403


def test_every_act_that_is_recorded_has_words():
    recorded = set()
    for path in Path(lms.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "record_event(" in text or "_record(" in text:
            # the action stands within the next lines of the call
            for call in re.finditer(r"_?record(?:_event)?\((.{0,160}?)\"([a-z_]+\.[a-z_]+)\"", text, re.DOTALL):
                recorded.add(call[2])
    recorded |= {  # named by a variable
        "enrolment.cancelled", "enrolment.dropped", "learner.reminded", "badge.changed", "badge.created", "badge.closed",
        "badge.opened", "badge.shown", "badge.hidden",
    }  # fmt: skip
    recorded -= {"account.privacy", "catalog.activity"}  # addresses of pages in the same lines
    assert recorded == set(ACTIONS)
