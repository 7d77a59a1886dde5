"""Signing in, passwords and invitations, as the browser sends them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from lms.accounts.links import INVITATION_DAYS, RESET_HOURS
from lms.accounts.services import check_password, set_password
from lms.db import utc_now
from lms.mail import OutgoingMail
from tests.factories import sign_in

if TYPE_CHECKING:
    from lms.accounts.models import Person

PASSWORD = "cheval pile agrafe"


@pytest.fixture
def lead(session, world) -> Person:
    set_password(world.a.lead, PASSWORD)
    world.a.lead.sessions_valid_from = utc_now() - timedelta(days=1)
    session.commit()
    return world.a.lead


def post_sign_in(client, email, password, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def link_in_last_mail(session, to: str) -> str:
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.to == to).order_by(OutgoingMail.id.desc())).first()
    return re.search(r"http://127\.0\.0\.1:8000(\S+)", mail.text).group(1)


def test_the_right_password_opens_the_hub(client, lead):
    answer = post_sign_in(client, lead.email.upper(), PASSWORD)
    assert answer.status_code == 302
    assert client.get("/h/hub-a/people").status_code == 403  # signed in, and a lead is no administrator


def test_a_wrong_password_and_an_unknown_address_answer_alike(client, lead):
    wrong = post_sign_in(client, lead.email, "not that one")
    unknown = post_sign_in(client, "nobody@example.org", "not that one")
    assert wrong.status_code == unknown.status_code == 422
    varying = r'(?:value|content)="[^"]*"'  # what was typed, and the token of the form
    assert re.sub(varying, "", wrong.text) == re.sub(varying, "", unknown.text)


def test_signing_in_never_leads_to_another_site(client, lead):
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = post_sign_in(client, lead.email, PASSWORD, next=target)
        assert answer.headers["Location"] == "/hubs"


def test_an_account_without_password_cannot_be_signed_into(client, world):
    assert post_sign_in(client, world.a.trainer.email, "").status_code == 422
    assert not check_password(world.a.trainer, "")


def test_a_reset_link_works_once_and_closes_the_other_sessions(client, app, session, lead):
    other = sign_in(app.test_client(), lead)
    other_before = other.get("/account").status_code
    client.post("/password", data={"email": lead.email})
    link = link_in_last_mail(session, lead.email)
    with time_machine.travel(utc_now() + timedelta(minutes=5), tick=True):
        data = {"password": "quatre mots bien longs", "again": "quatre mots bien longs"}
        assert client.post(link, data=data).status_code == 302
        assert client.post(link, data=data).status_code == 410
        assert other_before == 200
        assert other.get("/account").status_code == 302


def test_a_reset_link_dies_with_time(client, session, lead):
    client.post("/password", data={"email": lead.email})
    link = link_in_last_mail(session, lead.email)
    with time_machine.travel(utc_now() + timedelta(hours=RESET_HOURS, minutes=1)):
        assert client.get(link).status_code == 410


def test_asking_for_a_reset_tells_nothing_of_who_has_an_account(client, session, lead):
    known = client.post("/password", data={"email": lead.email}).text.replace(lead.email, "")
    unknown = client.post("/password", data={"email": "nobody@example.org"}).text.replace("nobody@example.org", "")
    token = r'content="[^"]*"'
    assert re.sub(token, "", known) == re.sub(token, "", unknown)
    assert session.scalars(select(OutgoingMail).where(OutgoingMail.to == "nobody@example.org")).all() == []


def test_a_forged_link_is_refused(client):
    assert client.get("/password/forged.token.here").status_code == 410
    assert client.get("/invitation/forged").status_code == 410


def test_an_invitation_lets_one_choose_a_password_then_leads_to_the_goal(client, session, world, app):
    sign_in(client, world.a.hub_admin)
    client.post(
        "/h/hub-a/people/new",
        data={
            "email": "New.Trainer@example.org",
            "given_name": "Rose",
            "family_name": "Nouvelle",
            "roles": ["trainer"],
        },
    )
    link = link_in_last_mail(session, "new.trainer@example.org")
    visitor = app.test_client()
    assert "Rose" in visitor.get(link).text
    short = visitor.post(link, data={"password": "court", "again": "court"})
    assert short.status_code == 422
    answer = visitor.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/h/hub-a/"


def test_an_invitation_is_no_way_round_the_password_of_an_account(client, session, world, lead):
    sign_in(client, world.a.hub_admin)
    client.post(f"/h/hub-a/people/{lead.id}/invite")
    link = link_in_last_mail(session, lead.email)
    visitor = client.application.test_client()
    answer = visitor.get(link)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=")


def test_an_invitation_dies_with_time(client, session, world):
    sign_in(client, world.a.hub_admin)
    client.post(f"/h/hub-a/people/{world.a.trainer.id}/invite")
    link = link_in_last_mail(session, world.a.trainer.email)
    with time_machine.travel(utc_now() + timedelta(days=INVITATION_DAYS + 1)):
        assert client.application.test_client().get(link).status_code == 410


def test_a_second_factor_is_asked_and_its_code_is_good_once(client, app, session, lead):
    lead.totp_secret = pyotp.random_base32()
    session.commit()
    code = pyotp.TOTP(lead.totp_secret).now()
    assert post_sign_in(client, lead.email, PASSWORD).headers["Location"] == "/sign-in/code"
    assert client.get("/account").status_code == 302
    assert client.post("/sign-in/code", data={"code": "000000"}).status_code == 422
    assert client.post("/sign-in/code", data={"code": code}).status_code == 302
    assert client.get("/account").status_code == 200
    again = app.test_client()
    post_sign_in(again, lead.email, PASSWORD)
    assert again.post("/sign-in/code", data={"code": code}).status_code == 422


def test_signing_out_closes_the_session(client, lead):
    post_sign_in(client, lead.email, PASSWORD)
    client.post("/sign-out")
    assert client.get("/account").status_code == 302
