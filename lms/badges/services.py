"""Badges are written, awarded and withdrawn here."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from competency_frameworks.model import ItemRef
from lms.accounts.services import record_event
from lms.badges.credentials import LIST_SIZE, Addresses, Shown, achievement_of, credential_document, issuer_of, sign
from lms.badges.keys import current_key, open_key, rotate_key
from lms.badges.models import Badge, BadgeAward
from lms.badges.queries import count_reached, levels_of, meets_rule
from lms.db import mark, new_id, utc_now
from lms.frameworks.store import get_frameworks
from lms.hubs.models import Hub
from lms.texts import translator

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from lms.accounts.models import Person
    from lms.badges.queries import Levels

NARRATIVE = mark("%(code)s: %(percent)s %% shown, on %(items)s questions or criteria")


def save_badge(
    session: Session, badge: Badge | None, *, hub_id: uuid.UUID, by: uuid.UUID | None, name: str, description: str,
    criteria: str, language: str, refs: Sequence[ItemRef], threshold: float, least_items: int, needed: int,
) -> Badge:  # fmt: skip
    """Write a badge, or change one that nobody holds yet: what was attested must not change under its holders.

    ``threshold`` is a share 0..1; ``needed`` of its competencies must be reached, 0 for all. ValueError when somebody
    holds the badge.
    """
    if badge is not None and is_held(session, badge.id):
        raise ValueError("somebody holds this badge")
    row = badge or Badge(id=new_id(), hub_id=hub_id, created_by=by)
    row.name, row.description, row.criteria, row.language = name, description, criteria, language
    row.refs, row.threshold, row.least_items = [str(ref) for ref in refs], threshold, least_items
    row.needed = needed if 0 < needed < len(refs) else 0
    session.add(row)
    session.flush()
    act = "badge.changed" if badge else "badge.created"
    record_event(session, act, hub_id=hub_id, person_id=by, target=row.id, name=name, competencies=row.refs)
    return row


def is_held(session: Session, badge_id: uuid.UUID) -> bool:
    """Whether it was ever awarded, withdrawn or not."""
    return session.scalar(select(BadgeAward.id).where(BadgeAward.badge_id == badge_id).limit(1)) is not None


def set_closed(session: Session, badge: Badge, *, closed: bool, by: uuid.UUID | None) -> None:
    """Stop or resume giving a badge; those who hold it keep it."""
    badge.closed_at = utc_now() if closed else None
    act = "badge.closed" if closed else "badge.opened"
    record_event(session, act, hub_id=badge.hub_id, person_id=by, target=badge.id, name=badge.name)


def shown_competencies(session: Session, refs: Sequence[str], language: str) -> list[Shown]:
    """What the badge is aligned to, in words, with the address of each item; unknown ones are left out."""
    items = [ItemRef.parse(ref) for ref in refs]
    frameworks = get_frameworks(session, {(item.framework, item.version) for item in items})
    found = []
    for item in items:
        framework = frameworks.get((item.framework, item.version))
        competency = framework.find(item.code) if framework else None
        if framework and competency:
            title = framework.title.text(language)
            found.append(Shown(competency.statement.text(language), framework.uri(item.code), title, item.code))
    return found


def award_badge(
    session: Session, badge: Badge, people: Sequence[Person], *, url: str, secret: str, by: uuid.UUID | None
) -> list[BadgeAward]:
    """Sign the badge for those of these people who meet its rule and do not hold it; return the new awards.

    ``url`` is the installation's public address, ``secret`` its secret key. KeyUnreadable when the hub's key was sealed
    with another one.
    """
    if badge.closed_at is not None or not people:
        return []
    hub = session.get_one(Hub, badge.hub_id)
    key = current_key(session, hub_id=hub.id, secret=secret)
    private = open_key(key, secret)
    addresses = Addresses(url, hub.slug)
    levels = levels_of(session, badge.refs)
    held = set(
        session.scalars(
            select(BadgeAward.person_id).where(BadgeAward.badge_id == badge.id, BadgeAward.revoked_at.is_(None))
        )
    )
    places = _free_places(session, hub.id)
    achievement = achievement_of(
        addresses, badge_id=badge.id, name=badge.name, description=badge.description, criteria=badge.criteria,
        shown=shown_competencies(session, badge.refs, badge.language),
    )  # fmt: skip
    issuer = issuer_of(addresses, name=hub.legal_name or hub.name, email=hub.contact_email)
    awards = []
    for person in people:
        shown = levels.get(person.id, {})
        if person.id in held or not meets_rule(badge, count_reached(badge, shown)):
            continue
        award = BadgeAward(
            id=new_id(), hub_id=hub.id, badge_id=badge.id, person_id=person.id, status_index=next(places), issued_by=by,
            issued_at=utc_now(), rests_on={ref: list(value) for ref, value in shown.items()}, credential="",
        )  # fmt: skip
        payload = credential_document(
            addresses, award_id=award.id, status_index=award.status_index, issuer=issuer, achievement=achievement,
            email=person.email, narrative=narrative(shown, badge.language), at=award.issued_at,
        )  # fmt: skip
        award.credential = sign(payload, key, private, addresses)
        session.add(award)
        held.add(person.id)
        awards.append(award)
    session.flush()
    for award in awards:
        record_event(session, "badge.awarded", hub_id=hub.id, person_id=by, target=award.id, badge=badge.name)
    return awards


def narrative(levels: Levels, language: str) -> str:
    """What the badge rests on, in words."""
    say = translator(language)
    lines = [
        say(NARRATIVE, code=ItemRef.parse(ref).code, percent=round(level * 100), items=items)
        for ref, (level, items) in sorted(levels.items())
    ]
    return "; ".join(lines)


def _free_places(session: Session, hub_id: uuid.UUID) -> Iterator[int]:
    """Places of the status list drawn at random, so that a place says nothing of when a badge was given."""
    taken = set(session.scalars(select(BadgeAward.status_index).where(BadgeAward.hub_id == hub_id)))
    while len(taken) < LIST_SIZE:
        place = secrets.randbelow(LIST_SIZE)
        if place not in taken:
            taken.add(place)
            yield place
    raise ValueError("the hub's status list is full")


def withdraw_award(session: Session, award: BadgeAward, *, because: str, by: uuid.UUID | None) -> None:
    """Withdraw a badge for good: whoever checks it from now on is told so."""
    if award.revoked_at is not None:
        return
    award.revoked_at, award.revoked_by, award.revoked_because = utc_now(), by, because
    record_event(session, "badge.withdrawn", hub_id=award.hub_id, person_id=by, target=award.id, note=because)


def give_back_award(session: Session, award: BadgeAward, *, by: uuid.UUID | None) -> None:
    """Undo a withdrawal made by mistake; the signed credential was never touched."""
    award.revoked_at, award.revoked_by, award.revoked_because = None, None, ""
    record_event(session, "badge.given_back", hub_id=award.hub_id, person_id=by, target=award.id)


def set_shown(session: Session, award: BadgeAward, *, shown: bool) -> None:
    """Let the public page name the holder, or stop it: theirs alone to say."""
    award.shown_at = utc_now() if shown else None
    act = "badge.shown" if shown else "badge.hidden"
    record_event(session, act, hub_id=award.hub_id, person_id=award.person_id, target=award.id)


def renew_key(session: Session, *, hub_id: uuid.UUID, secret: str, by: uuid.UUID | None) -> int:
    """Sign with a new key from now on and return its number; badges signed before stay verifiable."""
    key = rotate_key(session, hub_id=hub_id, secret=secret)
    record_event(session, "badge.key_renewed", hub_id=hub_id, person_id=by, target=key.id, number=key.number)
    return key.number
