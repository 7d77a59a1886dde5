"""Crosswalks of a hub: read, proposed from titles that look alike, confirmed one relation at a time by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from competency_frameworks.text import folded
from lms.accounts.services import record_event
from lms.frameworks.models import Crosswalk, CrosswalkLink
from lms.frameworks.store import get_frameworks

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from competency_frameworks.model import Competency, Framework

LEAST_ALIKE = 55.0  # of 100: below, two titles have only small words in common
MOST_PROPOSED = 3  # for one item
RULES = ("copy", "mean", "all", "any", "none")
KINDS = ("exactMatchOf", "closeMatch", "broadMatch", "narrowMatch", "isRelatedTo", "replacedBy")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two items whose titles look alike; ``similarity`` from 0 to 1. A person decides."""

    origin: Competency
    destination: Competency
    similarity: float


def list_crosswalks(session: Session) -> Sequence[Crosswalk]:
    """The crosswalks of the hub and those that are bundled."""
    row = Crosswalk
    return session.scalars(select(row).order_by(row.origin, row.destination, row.destination_version)).all()


def links_between(session: Session, origin: tuple[str, str], destination: tuple[str, str]) -> list[CrosswalkLink]:
    """The confirmed relations from one framework version to another. One statement."""
    walk, link = Crosswalk, CrosswalkLink
    return list(
        session.scalars(
            select(link)
            .join(walk, walk.id == link.crosswalk_id)
            .where(
                walk.origin == origin[0], walk.origin_version == origin[1], walk.destination == destination[0],
                walk.destination_version == destination[1],
            )
            .order_by(link.confirmed_at, link.id)
        )
    )  # fmt: skip


def list_links(session: Session, crosswalk: Crosswalk) -> list[CrosswalkLink]:
    row = CrosswalkLink
    return list(session.scalars(select(row).where(row.crosswalk_id == crosswalk.id).order_by(row.confirmed_at, row.id)))


def ends_of(session: Session, crosswalk: Crosswalk) -> tuple[Framework, Framework] | None:
    """Both frameworks of a crosswalk; None when one of them is not here any more."""
    keys = ((crosswalk.origin, crosswalk.origin_version), (crosswalk.destination, crosswalk.destination_version))
    found = get_frameworks(session, keys)
    return (found[keys[0]], found[keys[1]]) if len(found) == len(set(keys)) else None


def begin_crosswalk(
    session: Session, *, origin: tuple[str, str], destination: tuple[str, str], hub_id: uuid.UUID, person_id: uuid.UUID
) -> Crosswalk:  # fmt: skip
    """The hub's crosswalk between two versions, begun when there is none."""
    row = Crosswalk
    found = session.scalar(
        select(row).where(
            row.hub_id == hub_id, row.origin == origin[0], row.origin_version == origin[1], row.destination == destination[0],
            row.destination_version == destination[1],
        )
    )  # fmt: skip
    if found is not None:
        return found
    found = Crosswalk(
        hub_id=hub_id, origin=origin[0], origin_version=origin[1], destination=destination[0],
        destination_version=destination[1], created_by=person_id,
    )  # fmt: skip
    session.add(found)
    session.flush()
    record_event(
        session, "crosswalk.begun", hub_id=hub_id, person_id=person_id, target=found.id, origin="@".join(origin),
        destination="@".join(destination),
    )  # fmt: skip
    return found


def suggest_links(
    origin: Framework, destination: Framework, tied: set[tuple[str, str]], language: str
) -> list[Suggestion]:
    """Pairs of items whose titles look alike and that are not tied yet, the most alike first.

    Similarity is rapidfuzz's token_sort_ratio over folded titles; leaves are compared with leaves, parts with parts.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - loaded where it is used, for a quick start

    found: list[Suggestion] = []
    for leaves in (True, False):
        ours = [item for item in origin.items if bool(origin.children(item.code)) is not leaves]
        theirs = [item for item in destination.items if bool(destination.children(item.code)) is not leaves]
        titles = [folded(item.statement.text(language)) for item in theirs]
        for item in ours:
            best = process.extract(
                folded(item.statement.text(language)), titles, scorer=fuzz.token_sort_ratio, limit=MOST_PROPOSED,
                score_cutoff=LEAST_ALIKE,
            )  # fmt: skip
            found += [
                Suggestion(item, theirs[place], score / 100)
                for _title, score, place in best
                if (item.code, theirs[place].code) not in tied
            ]
    return sorted(found, key=lambda one: -one.similarity)


def confirm_link(
    session: Session,
    crosswalk: Crosswalk,
    *,
    origin_codes: list[str],
    destination_code: str,
    kind: str,
    rule: str,
    strength: float,
    note: str,
    similarity: float | None,
    person_id: uuid.UUID,
) -> CrosswalkLink:
    """Write a relation that a person has confirmed; ValueError when a code, kind, rule or strength is unknown."""
    ends = ends_of(session, crosswalk)
    known = ends is not None and all(ends[0].find(code) for code in origin_codes) and ends[1].find(destination_code)
    if not known or not origin_codes or kind not in KINDS or rule not in RULES or not 0 < strength <= 1:
        raise ValueError("not a relation between items of these frameworks")
    link = CrosswalkLink(
        hub_id=crosswalk.hub_id, crosswalk_id=crosswalk.id, kind=kind, origin_codes=list(dict.fromkeys(origin_codes)),
        destination_code=destination_code, strength=strength, rule=rule, note=note, similarity=similarity,
        confirmed_by=person_id,
    )  # fmt: skip
    session.add(link)
    session.flush()
    record_event(
        session, "crosswalk.confirmed", hub_id=crosswalk.hub_id or link.id, person_id=person_id, target=link.id, kind=kind,
        origin=",".join(link.origin_codes), destination=destination_code, rule=rule,
    )  # fmt: skip
    return link


def remove_link(session: Session, link: CrosswalkLink, *, person_id: uuid.UUID) -> None:
    """Take a relation away; the record of acts keeps it."""
    record_event(
        session, "crosswalk.untied", hub_id=link.hub_id or link.id, person_id=person_id, target=link.id,
        origin=",".join(link.origin_codes), destination=link.destination_code,
    )  # fmt: skip
    session.delete(link)
    session.flush()
