"""Accounts: people, roles, consents, and the chained record of who did what."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select

from lms.accounts.models import AuditEvent, Consent, Membership, Person, Role
from lms.db import utc_now

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

# argon2id as OWASP's password storage cheat sheet recommends for servers: a class that signs in together at nine o'clock
# costs 20 MiB and some 30 ms each, where the profile of RFC 9106 §4 costs 64 MiB and a quarter of a second
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def normalise_email(address: str) -> str:
    """Fold an address so that one person has one account whatever the capitals."""
    return address.strip().lower()


def add_person(
    session: Session,
    *,
    email: str,
    given_name: str = "",
    family_name: str = "",
    password: str | None = None,
    locale: str = "fr",
    is_platform_admin: bool = False,
) -> Person:
    """Create an account; without a password the person sets one by the link they are sent."""
    person = Person(
        email=normalise_email(email), given_name=given_name.strip(), family_name=family_name.strip(),
        locale=locale, is_platform_admin=is_platform_admin,
    )  # fmt: skip
    if password:
        person.password_hash = _hasher.hash(password)
    session.add(person)
    session.flush()
    return person


def set_password(person: Person, password: str) -> None:
    """Change the password and close every other session of the account."""
    person.password_hash = _hasher.hash(password)
    person.sessions_valid_from = utc_now()


def check_password(person: Person | None, password: str) -> bool:
    """Say whether the password is right, in about the same time whether the account exists or not."""
    known = person is not None and person.password_hash
    try:
        _hasher.verify(person.password_hash if person is not None and known else _dummy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(known)


@cache
def _dummy() -> str:
    # made when first needed: most commands have no use for a hash
    return _hasher.hash("an account that does not exist")


def grant_role(
    session: Session, *, person_id: uuid.UUID, role: Role, hub_id: uuid.UUID, expires_at: datetime | None = None
) -> Membership:
    """Give a role in a hub, or renew it; an auditor's role always ends."""
    if role is Role.AUDITOR and expires_at is None:
        raise ValueError("an auditor's access needs an end date")
    found = session.scalar(
        select(Membership).where(
            Membership.person_id == person_id, Membership.role == role, Membership.hub_id == hub_id
        )
    )
    if found is not None:
        found.expires_at = expires_at
        return found
    membership = Membership(person_id=person_id, role=role, hub_id=hub_id, expires_at=expires_at)
    session.add(membership)
    session.flush()
    return membership


def record_event(
    session: Session,
    action: str,
    *,
    hub_id: uuid.UUID,
    person_id: uuid.UUID | None,
    target: object = "",
    note: str = "",
    **details: Any,
) -> AuditEvent:
    """Add an act to the hub's chained record.

    The digest is SHA-256 over the previous digest and the canonical JSON of the row, so that a row altered or removed
    outside the application breaks the chain at its place.
    """
    last = session.execute(
        select(AuditEvent.number, AuditEvent.digest)
        .where(AuditEvent.hub_id == hub_id)
        .order_by(AuditEvent.number.desc())
        .limit(1)
        .with_for_update()
    ).first()
    event = AuditEvent(
        hub_id=hub_id, number=(last.number if last else 0) + 1, at=utc_now(), person_id=person_id,
        action=action, target=str(target), details=details, note=note,
    )  # fmt: skip
    event.digest = event_digest(last.digest if last else "", event)
    session.add(event)
    session.flush()
    return event


def event_digest(previous: str, event: AuditEvent) -> str:
    """Return the digest that this row must have after ``previous``."""
    row = {
        "number": event.number, "at": event.at.isoformat(timespec="microseconds"), "person": str(event.person_id or ""),
        "action": event.action, "target": event.target, "details": event.details, "note": event.note,
    }  # fmt: skip
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def count_people(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def give_consents(
    session: Session, *, hub_id: uuid.UUID, person_id: uuid.UUID, kinds: dict[str, bool], text_version: str
) -> None:
    """Write down what the person agrees to now; what was agreed before and no longer is gets its end date."""
    open_ones = {
        consent.kind: consent
        for consent in session.scalars(
            select(Consent).where(
                Consent.hub_id == hub_id, Consent.person_id == person_id, Consent.withdrawn_at.is_(None)
            )
        )
    }
    for kind, agreed in kinds.items():
        present = open_ones.get(kind)
        if agreed and (present is None or present.text_version != text_version):
            session.add(Consent(hub_id=hub_id, person_id=person_id, kind=kind, text_version=text_version))
        if present is not None and (not agreed or present.text_version != text_version):
            present.withdrawn_at = utc_now()
    session.flush()


def invite_member(
    session: Session, *, hub_id: uuid.UUID, email: str, given_name: str, family_name: str, roles: list[Role],
    expires_at: datetime | None = None, by: uuid.UUID | None = None,
) -> tuple[Person, bool]:  # fmt: skip
    """Give roles to a person of this address, whose account is made if need be; also says whether it was."""
    person = session.scalar(select(Person).where(Person.email == normalise_email(email)))
    created = person is None
    if person is None:
        person = add_person(session, email=email, given_name=given_name, family_name=family_name)
    for role in roles:
        grant_role(
            session,
            person_id=person.id,
            role=role,
            hub_id=hub_id,
            expires_at=expires_at if role is Role.AUDITOR else None,
        )
    record_event(
        session, "member.invited", hub_id=hub_id, person_id=by, target=person.id, roles=[role.value for role in roles]
    )
    return person, created


def set_roles(
    session: Session,
    *,
    hub_id: uuid.UUID,
    person_id: uuid.UUID,
    roles: set[Role],
    expires_at: datetime | None,
    by: uuid.UUID,
) -> None:
    """Make these the person's roles in the hub; ValueError when the hub would lose its last administrator."""
    held = {
        m.role: m
        for m in session.scalars(
            select(Membership).where(Membership.hub_id == hub_id, Membership.person_id == person_id)
        )
    }
    if Role.HUB_ADMIN in held and Role.HUB_ADMIN not in roles:
        others = session.scalar(
            select(func.count()).where(
                Membership.hub_id == hub_id, Membership.role == Role.HUB_ADMIN, Membership.person_id != person_id
            )
        )
        if not others:
            raise ValueError("last administrator")
    for role in set(held) - roles:
        session.delete(held[role])
    for role in roles:
        grant_role(
            session,
            person_id=person_id,
            role=role,
            hub_id=hub_id,
            expires_at=expires_at if role is Role.AUDITOR else None,
        )
    record_event(session, "member.roles", hub_id=hub_id, person_id=by, target=person_id, roles=sorted(roles))


def check_totp(person: Person, code: str) -> bool:
    """Say whether the 6-digit code is right now (RFC 6238, one step of tolerance); a code is good once."""
    totp = pyotp.TOTP(person.totp_secret)
    now = int(utc_now().timestamp()) // totp.interval
    for step in (now, now - 1, now + 1):
        if step > person.totp_last_step and pyotp.utils.strings_equal(totp.generate_otp(step), code.replace(" ", "")):
            person.totp_last_step = step
            return True
    return False
