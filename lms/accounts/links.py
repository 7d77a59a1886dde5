"""Signed links sent by mail: invitation, password reset. Good once, for a while, for one person."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from lms.accounts.models import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

INVITATION_DAYS = 30
RESET_HOURS = 2


class LinkError(Exception):
    """The link cannot be used; ``expired`` tells whether asking for a new one will do."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired or used" if expired else "forged")
        self.expired = expired


def _serializer(secret: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"bouquet.link.{purpose}")


def _state(person: Person) -> str:
    # the link dies when the password changes: that makes it good once, with no table of used links
    return hashlib.sha256(f"{person.password_hash}|{person.email}".encode()).hexdigest()[:12]


def make_link_token(secret: str, purpose: str, person: Person, *, goal: str = "") -> str:
    """Return a token for this person; ``goal`` is a path of the application to go to afterwards."""
    return _serializer(secret, purpose).dumps([str(person.id), _state(person), goal])


def read_link_token(session: Session, secret: str, purpose: str, token: str) -> tuple[Person, str]:
    """Return the person and the goal; LinkError when forged, too old or already used."""
    age = INVITATION_DAYS * 86400 if purpose == "invitation" else RESET_HOURS * 3600
    try:
        person_id, state, goal = _serializer(secret, purpose).loads(token, max_age=age)
        person = session.get(Person, uuid.UUID(person_id))
    except SignatureExpired as error:
        raise LinkError(expired=True) from error
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkError(expired=False) from error
    if person is None or person.erased_at is not None or _state(person) != state:
        raise LinkError(expired=True)
    return person, goal
