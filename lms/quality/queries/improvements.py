"""Reading the improvement loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.delivery.models import TrainingSession
from lms.quality.models import Improvement

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from sqlalchemy.orm import Session

LANES = ("open", "doing", "done", "dropped")


@dataclass(frozen=True, slots=True)
class ImprovementRow:
    """A card of the board."""

    id: uuid.UUID
    status: str
    finding: str
    cause: str
    action: str
    due_on: date | None
    done_on: date | None
    signal: dict[str, Any]
    baseline: dict[str, Any]
    after: dict[str, Any]
    session: str
    owner: str


def list_board(session: Session, *, limit: int = 300) -> dict[str, list[ImprovementRow]]:
    """The actions of the hub by status, what is due first; one statement."""
    row = Improvement
    found = session.execute(
        select(
            row.id, row.status, row.finding, row.cause, row.action, row.due_on, row.done_on, row.signal, row.baseline,
            row.after, func.coalesce(TrainingSession.reference, ""),
            func.coalesce(func.trim(Person.given_name + " " + Person.family_name), ""),
        )
        .outerjoin(TrainingSession, TrainingSession.id == row.session_id)
        .outerjoin(Person, Person.id == row.owner_id)
        .order_by(row.due_on.is_(None), row.due_on, row.created_at.desc())
        .limit(limit)
    )  # fmt: skip
    lanes: dict[str, list[ImprovementRow]] = {name: [] for name in LANES}
    for values in found:
        one = ImprovementRow(*values)
        lanes.setdefault(one.status, []).append(one)
    return lanes


def get_improvement(session: Session, improvement_id: uuid.UUID) -> Improvement | None:
    return session.get(Improvement, improvement_id)
