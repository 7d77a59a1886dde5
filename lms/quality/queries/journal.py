"""The acts, improvements and trainers of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from lms.accounts.models import AuditEvent, Person
from lms.delivery.models import SessionTrainer
from lms.quality.models import Improvement

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from lms.quality.queries.material import Issued, Material

# words that people wrote, addresses: they come out with names only
PRIVATE = frozenset({"reason", "note", "email", "name", "given_name", "family_name", "text", "feedback"})
# producing a pack does not change what the pack says: the same state gives the same bytes
NOT_IN_PACK = ("evidence.%", "board.%")


def list_trainer_names(session: Session, session_id: uuid.UUID) -> list[str]:
    """The names of the trainers, sorted. One statement."""
    found = session.execute(
        select(Person.given_name, Person.family_name)
        .join(SessionTrainer, SessionTrainer.person_id == Person.id)
        .where(SessionTrainer.session_id == session_id)
        .order_by(Person.family_name, Person.given_name)
    )
    return [f"{given} {family}".strip() for given, family in found]


def list_improvements(session: Session, session_id: uuid.UUID) -> list[dict[str, Any]]:
    """The improvements that a signal of this session began, or that were measured on it. One statement."""
    found = session.scalars(
        select(Improvement)
        .where(
            or_(
                Improvement.session_id == session_id,
                Improvement.after["session_id"].as_string() == str(session_id),
            )
        )
        .order_by(Improvement.created_at, Improvement.id)
    )
    return [
        {
            "id": str(one.id), "status": one.status, "signal": one.signal, "baseline": one.baseline,
            "finding": one.finding, "cause": one.cause, "action": one.action,
            "due_on": one.due_on.isoformat() if one.due_on else None,
            "done_on": one.done_on.isoformat() if one.done_on else None, "proof": one.proof, "after": one.after,
            "began_here": one.session_id == session_id,
        }
        for one in found
    ]  # fmt: skip


def list_session_events(
    session: Session, material: Material, issued: Sequence[Issued], improvements: Sequence[dict[str, Any]],
    *, nominative: bool, works: bool = True,
) -> list[dict[str, Any]]:  # fmt: skip
    """The hub's recorded acts on this session, its half-days, learners, works, documents and improvements, in order.

    Each carries its number and digest in the hub's chain. Without ``nominative`` a person is a learner's pseudonym,
    "staff" or nobody, and words that people wrote stay out. One statement.
    """
    learners = {row.learner.person_id: row.learner.pseudonym for row in material.grid.rows}
    codes = {str(row.learner.id): row.learner.pseudonym for row in material.grid.rows}
    targets = _targets(material, issued, improvements, codes)
    if works:
        targets += _work_targets(material)
    row = AuditEvent
    found = session.execute(
        select(row.number, row.at, row.person_id, row.action, row.target, row.details, row.note, row.digest)
        .where(
            row.target.in_(targets), row.hub_id == material.hub.id, row.at >= material.run.created_at,
            *(row.action.not_like(pattern) for pattern in NOT_IN_PACK),
        )
        .order_by(row.number)
    )  # fmt: skip
    events = []
    for number, at, person_id, action, target, details, note, digest in found:
        event: dict[str, Any] = {
            "number": number, "at": at.isoformat(timespec="microseconds"), "by": _who(person_id, learners),
            "action": action, "target": codes.get(target, target), "details": _plain(details, nominative=nominative),
            "digest": digest,
        }  # fmt: skip
        events.append(event | {"note": note} if nominative else event)
    return events


def _targets(
    material: Material, issued: Iterable[Issued], improvements: Iterable[dict[str, Any]], codes: Iterable[str]
) -> list[str]:
    targets = {str(material.run.id), *codes, *(str(day.id) for day in material.grid.half_days)}
    targets.update(str(one.id) for one in issued)
    targets.update(one["id"] for one in improvements)
    return sorted(targets)


def _work_targets(material: Material) -> list[str]:
    done = (one for of_learner in material.progress.values() for one in of_learner.values())
    return sorted(str(work.id) for one in done for work in one.works)


def _who(person_id: uuid.UUID | None, learners: dict[uuid.UUID, str]) -> str:
    if person_id is None:
        return ""
    return learners.get(person_id, "staff")


def _plain(details: dict[str, Any], *, nominative: bool) -> dict[str, Any]:
    return {name: value for name, value in details.items() if nominative or name not in PRIVATE}
