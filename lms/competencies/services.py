"""Adding evidence: the one way rows come into the ``evidence`` table."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from competency_frameworks.model import ItemRef
from lms.competencies.models import Evidence
from lms.db import ALL_HUBS, HubScopeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

SOURCE_KINDS = ("positioning", "quiz", "final", "assignment", "package", "self")
_OF_ACTIVITY = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(.+)")


def activity_source(enrolment_id: uuid.UUID, activity_key: str) -> str:
    """The ``source_id`` of what a learner showed in one activity of one enrolment; profiles link back from it."""
    return f"{enrolment_id}:{activity_key}"


def read_activity_source(source_id: str) -> tuple[uuid.UUID, str] | None:
    """The enrolment and activity of a ``source_id`` made by ``activity_source``; None for any other source."""
    found = _OF_ACTIVITY.fullmatch(source_id)
    return (uuid.UUID(found[1]), found[2]) if found else None


def add_evidence(
    session: Session,
    *,
    hub_id: uuid.UUID,
    person_id: uuid.UUID,
    enrolment_id: uuid.UUID | None,
    source_kind: str,
    source_id: str,
    levels: Mapping[str, tuple[float, int]],
    by: uuid.UUID | None = None,
) -> int:
    """Record what a source showed of each competency and return how many rows were added.

    ``levels``: ``framework@version#code`` -> (level 0..1, number of questions or criteria it rests on). Append-only: a
    competency that this source already spoke of keeps its first row, so a second identical post adds nothing.
    ValueError, before anything is written, for an unknown kind, a malformed reference, a level outside 0..1 or fewer
    than one item.
    """
    if source_kind not in SOURCE_KINDS:
        raise ValueError(f"unknown kind of evidence: {source_kind!r}")
    if session.info.get("hub") not in (ALL_HUBS, hub_id):
        raise HubScopeError("evidence would be written outside the session's hub")
    source: dict[str, object] = {
        "hub_id": hub_id, "person_id": person_id, "enrolment_id": enrolment_id, "source_kind": source_kind,
        "source_id": source_id, "recorded_by": by,
    }  # fmt: skip
    rows = [source | _shown(ref, value) for ref, value in levels.items()]
    if not rows:
        return 0
    # two posts at the same instant: the database decides, and the second is not an error
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Evidence).values(rows).on_conflict_do_nothing().returning(Evidence.id)
    return len(session.execute(statement).all())


def _shown(ref: str, value: tuple[float, int]) -> dict[str, object]:
    item, (level, items) = ItemRef.parse(ref), value
    if not 0 <= level <= 1:  # also refuses NaN
        raise ValueError(f"{ref}: a level is between 0 and 1, not {level!r}")
    if items < 1:
        raise ValueError(f"{ref}: a level rests on one item at least, not {items!r}")
    return {
        "framework": item.framework, "framework_version": item.version, "code": item.code,
        "level": float(level), "items": int(items),
    }  # fmt: skip
