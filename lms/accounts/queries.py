"""Reads of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lms.accounts.models import AuditEvent, Consent, Membership, Person
from lms.accounts.services import normalise_email
from lms.db import unscoped
from lms.hubs.models import Hub

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session


def get_person_by_email(session: Session, email: str) -> Person | None:
    return session.scalar(select(Person).where(Person.email == normalise_email(email)))


@dataclass(frozen=True, slots=True)
class Member:
    person: Person
    roles: tuple[str, ...]
    expires_at: datetime | None


def list_members(session: Session) -> list[Member]:
    """Return the people of the session's hub with their roles, by name."""
    rows = session.execute(
        select(Person, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .order_by(Person.family_name, Person.given_name)
    ).all()
    people: dict[uuid.UUID, tuple[Person, list[Membership]]] = {}
    for person, membership in rows:
        people.setdefault(person.id, (person, []))[1].append(membership)
    return [
        Member(
            person,
            tuple(sorted(m.role.value for m in held)),
            max((m.expires_at for m in held if m.expires_at), default=None),
        )
        for person, held in people.values()
    ]


def list_people_with_role(session: Session, *roles: str) -> list[Person]:
    """Return the people of the session's hub who have one of these roles, by name."""
    chosen = select(Membership.person_id).where(Membership.role.in_(roles))
    return list(
        session.scalars(select(Person).where(Person.id.in_(chosen)).order_by(Person.family_name, Person.given_name))
    )


def list_hubs_of(session: Session, person_id: uuid.UUID) -> list[tuple[Hub, tuple[str, ...]]]:
    """Return the hubs in which the person has a role now, with these roles."""
    now = datetime.now(UTC)
    with unscoped(session):
        rows = session.execute(
            select(Hub, Membership.role)
            .join(Membership, Membership.hub_id == Hub.id)
            .where(
                Membership.person_id == person_id,
                (Membership.expires_at.is_(None)) | (Membership.expires_at > now),
            )
            .order_by(Hub.name)
        ).all()
    hubs: dict[uuid.UUID, tuple[Hub, list[str]]] = {}
    for hub, role in rows:
        hubs.setdefault(hub.id, (hub, []))[1].append(role.value)
    return [(hub, tuple(roles)) for hub, roles in hubs.values()]


def list_consents(session: Session, person_id: uuid.UUID) -> list[Consent]:
    return list(session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.given_at)))


def has_consent(session: Session, person_id: uuid.UUID, kind: str, text_version: str) -> bool:
    return (
        session.scalar(
            select(func.count()).where(
                Consent.person_id == person_id, Consent.kind == kind, Consent.text_version == text_version,
                Consent.withdrawn_at.is_(None),
            )
        )
        or 0
    ) > 0  # fmt: skip


def list_events(session: Session, *, before: int | None = None, limit: int = 50) -> Sequence[Row[AuditEvent, str, str]]:
    """Return the hub's acts, newest first, with the names of their authors; ``before`` is the number to go on from."""
    statement = (
        select(AuditEvent, Person.given_name, Person.family_name)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .order_by(AuditEvent.number.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(AuditEvent.number < before)
    return session.execute(statement).all()
