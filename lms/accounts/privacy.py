"""A person's data: all of it handed over, or erased as far as the law lets us."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select, update

from lms.accounts.models import Consent, Membership, Person
from lms.db import Base, new_id, unscoped, utc_now
from lms.mail import OutgoingMail

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

SECRET_COLUMNS = {"password_hash", "totp_secret", "totp_last_step", "secret"}


def export_person(session: Session, person: Person) -> dict[str, Any]:
    """Return every row about this person, by table, as plain JSON (GDPR art. 15 and 20).

    Tables are found by their foreign keys to ``person`` and to the person's enrolments, so that a new one cannot be
    forgotten; passwords and second factors stay out.
    """
    with unscoped(session):
        found: dict[str, Any] = {"person": [_plain(person)]}
        enrolments: list[uuid.UUID] = []
        for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__tablename__ != "enrolment"):
            table = mapper.class_.__table__
            owner = [c for c in table.columns if c.name == "person_id" and c.foreign_keys]
            through = [c for c in table.columns if c.name == "enrolment_id" and c.foreign_keys]
            if owner:
                condition = owner[0] == person.id
            elif through and enrolments:
                condition = through[0].in_(enrolments)
            else:
                continue
            rows = session.scalars(select(mapper.class_).where(condition)).all()
            if rows:
                found[table.name] = [_plain(row) for row in rows]
            if table.name == "enrolment":
                enrolments = [row.id for row in rows]
        mails = session.scalars(select(OutgoingMail).where(OutgoingMail.to == person.email)).all()
        if mails:
            found["outgoing_mail"] = [_plain(mail) for mail in mails]
    return found


def _plain(row: Base) -> dict[str, Any]:
    values = {}
    for attribute in inspect(type(row)).column_attrs:
        if attribute.key in SECRET_COLUMNS:
            continue
        value = getattr(row, attribute.key)
        values[attribute.key] = value.isoformat() if isinstance(value, (date, datetime)) else _text(value)
    return values


def _text(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)


def erase_person(session: Session, person: Person) -> None:
    """Take the identity out of the account and close it; results keep a pseudonym (GDPR art. 17.3 b).

    What the law makes a training body keep (attendance, results of a financed action) stays, tied to an account that
    names nobody; roles, mails and agreements that are no proof go.
    """
    with unscoped(session):
        for mail in session.scalars(select(OutgoingMail).where(OutgoingMail.to == person.email)):
            session.delete(mail)
        for membership in session.scalars(select(Membership).where(Membership.person_id == person.id)):
            session.delete(membership)
        for consent in session.scalars(
            select(Consent).where(Consent.person_id == person.id, Consent.withdrawn_at.is_(None))
        ):
            consent.withdrawn_at = utc_now()
        mark = new_id().hex[-8:]
        _blank_columns(session, person)
        person.email = f"erased-{person.id}@invalid"
        person.given_name, person.family_name = "", f"#{mark}"
        person.password_hash = person.totp_secret = ""
        person.is_platform_admin = False
        person.erased_at = person.sessions_valid_from = utc_now()
        session.flush()


def _blank_columns(session: Session, person: Person) -> None:
    """Empty what a table says must go with the person although its row stays (``__erased_with_person__``)."""
    for mapper in Base.registry.mappers:
        blank = getattr(mapper.class_, "__erased_with_person__", None)
        if blank:
            session.execute(update(mapper.class_).where(mapper.class_.person_id == person.id).values(blank))
