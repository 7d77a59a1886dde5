"""The improvement loop: a signal and its figure, a cause, an action, and the figure again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.accounts.services import record_event
from lms.catalog.models import CourseVersion
from lms.db import utc_now
from lms.delivery.models import TrainingSession
from lms.quality.effects import verdict
from lms.quality.models import Improvement
from lms.quality.queries.figures import read_figure

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from sqlalchemy.orm import Session

STATUSES = ("open", "doing", "done", "dropped")
FREE = "free"


def create_improvement(
    session: Session, *, hub_id: uuid.UUID, finding: str, signal: dict[str, Any], session_id: uuid.UUID | None = None,
    cause: str = "", action: str = "", owner_id: uuid.UUID | None = None, due_on: date | None = None,
    by: uuid.UUID | None = None,
) -> Improvement:  # fmt: skip
    """Write down a signal; the figure behind it is read now, and kept as it is."""
    baseline: dict[str, Any] = {}
    course_id = None
    if session_id is not None:
        course_id = session.scalar(
            select(CourseVersion.course_id)
            .join(TrainingSession, TrainingSession.version_id == CourseVersion.id)
            .where(TrainingSession.id == session_id)
        )
        if signal.get("kind", FREE) != FREE:
            found = read_figure(session, session_id, kind=signal["kind"], key=signal["key"])
            baseline = found or {}
    row = Improvement(
        hub_id=hub_id, session_id=session_id, course_id=course_id, signal=signal, baseline=baseline,
        finding=finding.strip(), cause=cause.strip(), action=action.strip(), owner_id=owner_id, due_on=due_on,
        status="doing" if action.strip() else "open", created_by=by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record_event(
        session, "improvement.created", hub_id=hub_id, person_id=by, target=row.id, of=str(session_id or ""),
        signal=signal.get("key", ""),
    )  # fmt: skip
    return row


def change_improvement(session: Session, row: Improvement, *, by: uuid.UUID | None, **values: Any) -> None:
    """Change cause, action, owner, date, status or proof; what changed is written in the record of acts."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(row, name, values[name])
    if "status" in changed:
        row.done_on = utc_now().date() if row.status == "done" else None
    session.flush()
    record_event(
        session,
        "improvement.changed",
        hub_id=row.hub_id,
        person_id=by,
        target=row.id,
        fields=changed,
        status=row.status,
    )


def measure_effect(session: Session, row: Improvement, *, session_id: uuid.UUID, by: uuid.UUID | None) -> str:
    """Read the same figure on another session, keep it, and return the verdict (see ``quality.effects``)."""
    found = read_figure(session, session_id, kind=row.signal["kind"], key=row.signal["key"])
    if found is None:
        run = session.get(TrainingSession, session_id)
        found = {"hidden": True, "print": "", "session": run.reference if run else "", "session_id": str(session_id)}
    found["verdict"] = verdict(row.baseline, found)
    row.after = found
    session.flush()
    record_event(
        session, "improvement.measured", hub_id=row.hub_id, person_id=by, target=row.id, verdict=found["verdict"],
        on=found["session"],
    )  # fmt: skip
    return str(found["verdict"])
