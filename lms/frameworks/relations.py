"""What an item is tied to: relations of its own framework, and crosswalks of the hub, in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from competency_frameworks.model import ItemRef
from competency_frameworks.text import Translated
from lms.frameworks.models import Crosswalk, CrosswalkLink, FrameworkAssociation
from lms.frameworks.store import competency_labels

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.frameworks.models import FrameworkVersion
    from lms.frameworks.store import Label


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of an item. ``outgoing``: the item is its origin; ``label`` is the other end, None outside of here."""

    kind: str
    outgoing: bool
    ref: str
    title: str
    label: Label | None
    note: str
    by: str
    crosswalk: bool = False
    strength: float | None = None


def list_relations(session: Session, version: FrameworkVersion, code: str, language: str) -> list[Relation]:
    """The relations of one item of a version. Three statements."""
    key = version.framework.key
    found = [*_of_framework(session, version, code, language), *_of_crosswalks(session, key, version.version, code)]
    refs = {one.ref for one in found if not one.ref.startswith(("http:", "https:", "urn:"))}
    labels = competency_labels(session, refs, language)
    return [
        Relation(
            one.kind,
            one.outgoing,
            one.ref,
            one.title,
            labels.get(one.ref),
            one.note,
            one.by,
            one.crosswalk,
            one.strength,
        )
        for one in found
    ]


def _of_framework(session: Session, version: FrameworkVersion, code: str, language: str) -> list[Relation]:
    row = FrameworkAssociation
    rows = session.scalars(
        select(row)
        .where(row.version_id == version.id, or_(row.origin_code == code, row.destination_code == code))
        .order_by(row.sequence)
    )
    found = []
    for one in rows:
        out = one.origin_code == code
        other, far = (one.destination_code, one.destination_ref) if out else (one.origin_code, one.origin_ref)
        ref = str(ItemRef(version.framework.key, version.version, other)) if other else far
        title = str(one.extra.get("destination" if out else "origin", "") or far)
        note = Translated(one.note, version.language).text(language)
        found.append(Relation(one.kind, out, ref, title, None, note, one.proposed_by))
    return found


def _of_crosswalks(session: Session, framework: str, version: str, code: str) -> list[Relation]:
    walk, link = Crosswalk, CrosswalkLink
    from_here = (walk.origin == framework) & (walk.origin_version == version)
    to_here = (walk.destination == framework) & (walk.destination_version == version)
    rows = session.execute(select(walk, link).join(link, link.crosswalk_id == walk.id).where(or_(from_here, to_here)))
    found = []
    for one, tie in rows:
        if (one.origin, one.origin_version) == (framework, version) and code in tie.origin_codes:
            ref = str(ItemRef(one.destination, one.destination_version, tie.destination_code))
            found.append(Relation(tie.kind, True, ref, "", None, tie.note, "", crosswalk=True, strength=tie.strength))
        elif (one.destination, one.destination_version) == (framework, version) and tie.destination_code == code:
            found += [
                Relation(
                    tie.kind, False, str(ItemRef(one.origin, one.origin_version, origin)), "", None, tie.note, "",
                    crosswalk=True, strength=tie.strength,
                )
                for origin in tie.origin_codes
            ]  # fmt: skip
    return found
