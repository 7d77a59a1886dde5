"""From a request to who asks, in which hub, with which roles: one statement a page."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import abort, current_app, g, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, login_user
from sqlalchemy import bindparam, select

from lms.accounts.models import Membership, Person
from lms.db import Read, scope_to_hub, utc_now
from lms.hubs.models import Hub
from lms.web.state import db

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import Map


class Reader(NamedTuple):
    """A person as every page reads them."""

    id: uuid.UUID
    email: str
    given_name: str
    family_name: str
    locale: str
    totp_secret: str
    is_platform_admin: bool
    sessions_valid_from: datetime
    erased_at: datetime | None

    @property
    def display_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.email


class HubSeen(NamedTuple):
    """The hub of the address as every page reads it (``g.hub``); who changes a hub loads it."""

    id: uuid.UUID
    slug: str
    name: str
    accent: str
    logo_key: str
    locale: str
    contact_email: str
    legal_name: str
    address: str
    siret: str
    activity_number: str
    representative: str
    accessibility_contact: str
    created_at: datetime


class SignedIn(UserMixin):
    """Who is behind the request, as flask-login wants it: reads as ``person``; ``account`` is what can be changed."""

    def __init__(self, person: Reader | Person) -> None:
        object.__setattr__(self, "person", person)

    @property
    def account(self) -> Person:
        """The person's row, loaded when it is asked for."""
        return db().get_one(Person, self.person.id)

    def get_id(self) -> str:
        return str(self.person.id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.person, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.account, name, value)


class Visitor(AnonymousUserMixin):
    is_platform_admin = False
    display_name = ""


# made once, and read as columns: they run on every page
_PERSON_COLUMNS = [getattr(Person, name) for name in Reader._fields]
_PERSON = Read(select(*_PERSON_COLUMNS).where(Person.id == bindparam("person")))
_HUB_AND_READER = Read(
    select(Membership.role, Membership.expires_at, *(getattr(Hub, name) for name in HubSeen._fields), *_PERSON_COLUMNS)
    .select_from(Hub)
    .outerjoin(Person, Person.id == bindparam("person"))
    .outerjoin(Membership, (Membership.hub_id == Hub.id) & (Membership.person_id == Person.id))
    .where(Hub.slug == bindparam("slug"))
)
_PERSON_FROM = 2 + len(HubSeen._fields)


def _load_person(person_id: str) -> SignedIn | None:
    asked = uuid.UUID(person_id)
    reader = g.get("reader")
    if reader is None or reader.id != asked:
        rows = _PERSON.run(db(), {"person": asked})
        reader = Reader(*rows[0]) if rows else None
    if reader is None or not _is_welcome(reader):
        return None
    _keep_session()
    return SignedIn(reader)


def _keep_session() -> None:
    """Send the cookie again each day, so that who comes back keeps their session; each page would be for nothing."""
    today = datetime.now(UTC).toordinal()
    if session.permanent and session.get("day") != today:
        session["day"] = today


def _is_welcome(reader: Reader) -> bool:
    """Whether the account still exists and the sign-in is newer than the last closing of its sessions."""
    since: float = session.get("since", 0)
    return reader.erased_at is None and since >= reader.sessions_valid_from.timestamp()


def sign_in_person(person: Person) -> None:
    """Open a session for this person: a new cookie, the sign-in noted."""
    language = session.get("language")
    session.clear()  # against session fixation
    if language:
        session["language"] = language
    session["since"] = time.time()
    session.permanent = True
    person.last_login_at = utc_now()
    login_user(SignedIn(person))


def _pull_hub(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.hub, g.roles = None, frozenset()
    if values and "hub_slug" in values:
        g.hub_slug = values.pop("hub_slug")
        _load_hub(g.hub_slug)


def _load_hub(slug: str) -> None:
    """The hub, who asks, and their roles there, in one statement."""
    asked = session.get("_user_id")
    values = {"person": uuid.UUID(asked) if asked else None, "slug": slug}
    rows = _HUB_AND_READER.run(db(), values)
    if not rows:
        abort(404)
    first, now = tuple(rows[0]), datetime.now(UTC)
    reader = Reader(*first[_PERSON_FROM:]) if first[_PERSON_FROM] else None
    g.hub, g.reader = HubSeen(*first[2:_PERSON_FROM]), reader
    if reader is not None and _is_welcome(reader):
        g.roles = frozenset(row[0].value for row in rows if row[0] and (row[1] is None or row[1] > now))
    scope_to_hub(db(), g.hub.id)


def _push_hub(endpoint: str, values: dict[str, Any]) -> None:
    if "hub_slug" in values or not g.get("hub"):
        return
    if endpoint in _hub_endpoints(current_app.url_map):
        values["hub_slug"] = g.hub.slug


@lru_cache(maxsize=8)
def _hub_endpoints(url_map: Map) -> frozenset[str]:
    """The endpoints whose address names a hub, found once: pages have many links."""
    return frozenset(rule.endpoint for rule in url_map.iter_rules() if "hub_slug" in rule.arguments)


def init_loading(app: Flask) -> None:
    manager = LoginManager(app)
    manager.anonymous_user = Visitor
    manager.user_loader(_load_person)
    app.url_value_preprocessor(_pull_hub)
    app.url_defaults(_push_hub)
