"""What tests need to exist, made through the real services."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from lms.accounts.models import Person, Role
from lms.accounts.services import add_person, grant_role
from lms.accounts.views.consent import TERMS_VERSION
from lms.db import utc_now
from lms.hubs.models import Hub

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

ROLES = ("learner", "trainer", "lead", "hub_admin", "auditor")


@dataclass
class HubWorld:
    """A hub and a person for each role, by role name."""

    hub: Hub
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass
class World:
    a: HubWorld
    b: HubWorld
    platform: Person


def make_hub(session: Session, slug: str, name: str) -> Hub:
    hub = Hub(slug=slug, name=name, contact_email=f"contact@{slug}.example.org", legal_name=f"Association {name}")
    session.add(hub)
    session.flush()
    return hub


def make_member(session: Session, hub: Hub, role: str, given: str = "", family: str = "") -> Person:
    given = given or role.capitalize()
    person = add_person(
        session,
        email=f"{role}.{given}@{hub.slug}.example.org".lower(),
        given_name=given,
        family_name=family or hub.slug.upper(),
    )
    end = utc_now() + timedelta(days=30) if role == "auditor" else None
    grant_role(session, person_id=person.id, role=Role(role), hub_id=hub.id, expires_at=end)
    return person


def build_world(session: Session) -> World:
    worlds = []
    for slug, name in (("hub-a", "Hub A"), ("hub-b", "Hub B")):
        hub = make_hub(session, slug, name)
        worlds.append(HubWorld(hub, {role: make_member(session, hub, role) for role in ROLES}))
    platform = add_person(
        session, email="platform@example.org", given_name="Plate", family_name="Forme", is_platform_admin=True
    )
    return World(worlds[0], worlds[1], platform)


def sign_in(client: FlaskClient, person: Person, *, agreed: bool = True) -> FlaskClient:
    """Open a session for this person, as the sign-in page does once the password is right and the terms are agreed."""
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"] = str(person.id)
        cookie["_fresh"] = True
        cookie["since"] = time.time() + 1
        if agreed:
            cookie["terms"] = {"hub-a": TERMS_VERSION, "hub-b": TERMS_VERSION}
    return client
