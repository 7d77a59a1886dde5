"""Reads of badges: those of a hub, who meets a rule, who holds what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from competency_frameworks.model import ItemRef
from lms.accounts.models import Person
from lms.badges.models import Badge, BadgeAward
from lms.competencies.models import Evidence
from lms.competencies.queries.profiles import MOMENTS
from lms.db import unscoped

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

SHOWING = tuple(kind for kind, moment in MOMENTS.items() if moment in {"course", "final"})
Levels = dict[str, tuple[float, int]]  # framework@version#code -> (level 0..1, questions or criteria)


@dataclass(frozen=True, slots=True)
class BadgeLine:
    badge: Badge
    held: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person and what they showed of a badge's competencies."""

    person: Person
    levels: Levels
    reached: int


def list_badges(session: Session) -> list[BadgeLine]:
    """The hub's badges with how many hold them, those still given first. Two statements."""
    counts = {
        badge_id: (held, withdrawn)
        for badge_id, held, withdrawn in session.execute(
            select(
                BadgeAward.badge_id,
                func.count().filter(BadgeAward.revoked_at.is_(None)),
                func.count().filter(BadgeAward.revoked_at.is_not(None)),
            ).group_by(BadgeAward.badge_id)
        )
    }
    rows = session.scalars(select(Badge).order_by(Badge.closed_at.is_not(None), Badge.name))
    return [BadgeLine(badge, *counts.get(badge.id, (0, 0))) for badge in rows]


def list_awards(session: Session, badge_id: uuid.UUID) -> list[BadgeAward]:
    """Who was given a badge, the latest first. One statement."""
    return list(
        session.scalars(
            select(BadgeAward)
            .where(BadgeAward.badge_id == badge_id)
            .options(joinedload(BadgeAward.person))
            .order_by(BadgeAward.issued_at.desc())
        )
    )


def list_held(session: Session, person_id: uuid.UUID) -> list[BadgeAward]:
    """A person's badges in this hub, the latest first. One statement."""
    return list(
        session.scalars(
            select(BadgeAward)
            .where(BadgeAward.person_id == person_id)
            .options(joinedload(BadgeAward.badge))
            .order_by(BadgeAward.issued_at.desc())
        )
    )


def levels_of(session: Session, refs: Sequence[str], *, person_id: uuid.UUID | None = None) -> dict[uuid.UUID, Levels]:
    """What each person showed of these competencies in final tests and course work, each question counting the same.

    Positioning and what a person says of themselves do not count: the one is before, the other is no proof. One statement.
    """
    items = [ItemRef.parse(ref) for ref in refs]
    if not items:
        return {}
    row = Evidence
    query = select(row.person_id, row.framework, row.framework_version, row.code, row.level, row.items).where(
        row.code.in_([item.code for item in items]),
        row.framework.in_([item.framework for item in items]),
        row.source_kind.in_(SHOWING),
    )
    if person_id is not None:
        query = query.where(row.person_id == person_id)
    wanted = {str(item) for item in items}
    sums: dict[uuid.UUID, Levels] = {}
    for person, framework, version, code, level, count in session.execute(query):
        ref = f"{framework}@{version}#{code}"
        if ref in wanted:
            shown, asked = sums.setdefault(person, {}).get(ref, (0.0, 0))
            sums[person][ref] = (shown + level * count, asked + count)
    return {
        person: {ref: (shown / asked, asked) for ref, (shown, asked) in levels.items()}
        for person, levels in sums.items()
    }


def count_reached(badge: Badge, levels: Levels) -> int:
    """How many of the badge's competencies these levels reach (0.7 summed from parts is not always 0.7: six decimals)."""
    return sum(
        round(level, 6) >= badge.threshold and items >= badge.least_items
        for level, items in (levels[ref] for ref in badge.refs if ref in levels)
    )


def meets_rule(badge: Badge, reached: int) -> bool:
    return bool(badge.refs) and reached >= (badge.needed or len(badge.refs))


def list_candidates(session: Session, badge: Badge) -> list[Candidate]:
    """Who meets the rule and does not hold the badge, by name. Three statements."""
    held = set(
        session.scalars(
            select(BadgeAward.person_id).where(BadgeAward.badge_id == badge.id, BadgeAward.revoked_at.is_(None))
        )
    )
    found = {
        person: (levels, reached)
        for person, levels in levels_of(session, badge.refs).items()
        if person not in held and meets_rule(badge, reached := count_reached(badge, levels))
    }
    people = _people(session, found)
    return [Candidate(person, *found[person.id]) for person in people]


def _people(session: Session, ids: Iterable[uuid.UUID]) -> Sequence[Person]:
    query = select(Person).where(Person.id.in_(list(ids)), Person.erased_at.is_(None))
    return session.scalars(query.order_by(Person.family_name, Person.given_name)).all()


def get_public_award(session: Session, award_id: uuid.UUID) -> BadgeAward | None:
    """An award by the address it is verified at, whatever the hub."""
    with unscoped(session):
        return session.scalar(
            select(BadgeAward)
            .where(BadgeAward.id == award_id)
            .options(joinedload(BadgeAward.badge), joinedload(BadgeAward.person))
        )


def list_withdrawn(session: Session, hub_id: uuid.UUID) -> list[int]:
    """The places of the hub's status list that are withdrawn."""
    query = select(BadgeAward.status_index).where(BadgeAward.hub_id == hub_id, BadgeAward.revoked_at.is_not(None))
    return list(session.scalars(query))
