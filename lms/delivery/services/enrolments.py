"""Filling a session: one learner, a whole file of them, or those who come with the code."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from lms.accounts.models import Membership, Person, Role
from lms.accounts.services import grant_role, normalise_email, record_event
from lms.db import new_id, utc_now
from lms.delivery.letters import INVITE
from lms.delivery.models import Enrolment, TrainingSession, new_code
from lms.delivery.queries import CURRENT
from lms.delivery.refusals import DeliveryRefusal
from lms.jobs import defer

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

CHUNK = 500


@dataclass(frozen=True, slots=True)
class NewLearner:
    """Somebody to enrol, as typed in a form or read from a file."""

    email: str
    given_name: str
    family_name: str
    employer: str = ""
    job_title: str = ""


def enrol_person(
    session: Session, *, training_session: TrainingSession, email: str, given_name: str, family_name: str,
    employer: str = "", job_title: str = "", by: uuid.UUID | None, invite: bool = True, at: datetime | None = None,
) -> Enrolment:  # fmt: skip
    """Enrol one person, whose account is made if need be; the invitation leaves after the commit.

    Somebody already enrolled stays so, somebody who had left comes back. DeliveryRefusal when the session is full or closed.
    """
    learner = NewLearner(email, given_name, family_name, employer, job_title)
    return enrol_people(session, training_session=training_session, learners=[learner], by=by, invite=invite, at=at)[0]


def enrol_people(
    session: Session, *, training_session: TrainingSession, learners: Sequence[NewLearner], by: uuid.UUID | None,
    invite: bool = True, at: datetime | None = None,
) -> list[Enrolment]:  # fmt: skip
    """Enrol all these people or, with DeliveryRefusal, none; the number of statements does not grow with theirs."""
    at = at or utc_now()
    _lock(session, training_session)
    check_open(training_session)
    unique = {normalise_email(learner.email): learner for learner in learners}
    people = find_people(session, unique)
    _add_people(session, [(email, learner) for email, learner in unique.items() if email not in people])
    people |= find_people(session, set(unique) - set(people))
    present = find_enrolments(session, training_session, [person.id for person in people.values()])
    entering = {
        email: person
        for email, person in people.items()
        if person.id not in present or present[person.id].status not in CURRENT
    }
    _check_room(session, training_session, len(entering))
    _grant_learner(session, training_session.hub_id, [person.id for person in entering.values()])
    _write(session, training_session, [(unique[email], person) for email, person in entering.items()], present, at=at)
    enrolments = find_enrolments(session, training_session, [person.id for person in people.values()])
    new = [enrolments[person.id] for person in entering.values()]
    _record_entry(session, training_session, new, by)
    if invite and new:
        defer(session, INVITE, *(str(enrolment.id) for enrolment in new))
    return [enrolments[people[email].id] for email in unique]


def _write(
    session: Session, run: TrainingSession, entering: Sequence[tuple[NewLearner, Person]],
    present: dict[uuid.UUID, Enrolment], *, at: datetime,
) -> None:  # fmt: skip
    rows = []
    for learner, person in entering:
        former = present.get(person.id)
        if former is None:
            work = {"employer": learner.employer.strip(), "job_title": learner.job_title.strip()}
            rows.append(_row(run, person.id, at) | work)
        else:
            former.status, former.left_at, former.left_reason = "active" if former.joined_at else "invited", None, ""
    session.flush()
    if rows:
        session.execute(insert(Enrolment), rows)


def _row(run: TrainingSession, person_id: uuid.UUID, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(), "hub_id": run.hub_id, "session_id": run.id, "person_id": person_id, "status": "invited", "invited_at": at,
        "pseudonym": f"P-{secrets.token_hex(4).upper()}",
    }  # fmt: skip


def _record_entry(session: Session, run: TrainingSession, new: Sequence[Enrolment], by: uuid.UUID | None) -> None:
    if len(new) == 1:
        record_event(
            session, "enrolment.created", hub_id=run.hub_id, person_id=by, target=new[0].id, learner=new[0].pseudonym,
            of=run.reference,
        )  # fmt: skip
    elif new:
        record_event(
            session, "enrolment.imported", hub_id=run.hub_id, person_id=by, target=run.id, of=run.reference,
            learners=sorted(enrolment.pseudonym for enrolment in new),
        )  # fmt: skip


def find_people(session: Session, emails: Iterable[str]) -> dict[str, Person]:
    """The accounts of these addresses (already folded), by address."""
    found: dict[str, Person] = {}
    wanted = list(emails)
    for start in range(0, len(wanted), CHUNK):
        for person in session.scalars(select(Person).where(Person.email.in_(wanted[start : start + CHUNK]))):
            found[person.email] = person
    return found


def find_enrolments(
    session: Session, run: TrainingSession, person_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Enrolment]:
    """The enrolments of these people in the session, whatever their status, by person."""
    found: dict[uuid.UUID, Enrolment] = {}
    for start in range(0, len(person_ids), CHUNK):
        part = person_ids[start : start + CHUNK]
        for row in session.scalars(
            select(Enrolment).where(Enrolment.session_id == run.id, Enrolment.person_id.in_(part))
        ):
            found[row.person_id] = row
    return found


def _add_people(session: Session, people: Sequence[tuple[str, NewLearner]]) -> None:
    if not people:
        return
    now = utc_now()
    session.execute(
        insert(Person),
        [
            {"id": new_id(), "email": email, "given_name": learner.given_name.strip(), "family_name": learner.family_name.strip(),
             "created_at": now, "sessions_valid_from": now}
            for email, learner in people
        ],
    )  # fmt: skip


def _grant_learner(session: Session, hub_id: uuid.UUID, person_ids: Sequence[uuid.UUID]) -> None:
    held: set[uuid.UUID] = set()
    for start in range(0, len(person_ids), CHUNK):
        held.update(
            session.scalars(
                select(Membership.person_id).where(
                    Membership.hub_id == hub_id, Membership.role == Role.LEARNER,
                    Membership.person_id.in_(person_ids[start : start + CHUNK]),
                )
            )
        )  # fmt: skip
    rows = [
        {"id": new_id(), "hub_id": hub_id, "person_id": person_id, "role": Role.LEARNER, "created_at": utc_now()}
        for person_id in person_ids
        if person_id not in held
    ]
    if rows:
        session.execute(insert(Membership), rows)


def count_places_taken(session: Session, session_id: uuid.UUID) -> int:
    """How many people take a place: invited, active or finished."""
    statement = select(func.count()).select_from(Enrolment)
    return session.scalar(statement.where(Enrolment.session_id == session_id, Enrolment.status.in_(CURRENT))) or 0


def _lock(session: Session, run: TrainingSession) -> None:
    # two people taking the last place come one after the other, on both databases
    session.execute(
        update(TrainingSession).where(TrainingSession.id == run.id).values(capacity=TrainingSession.capacity)
    )
    session.refresh(run)


def _check_room(session: Session, run: TrainingSession, entering: int) -> None:
    if not entering or not run.capacity:
        return
    free = max(run.capacity - count_places_taken(session, run.id), 0)
    if entering > free:
        raise DeliveryRefusal(
            "full",
            f"La session est limitée à {run.capacity} places : il en reste {free}. Augmentez la capacité ou libérez une place.",
            f"The session is limited to {run.capacity} places: {free} left. Raise its capacity or free a place.",
        )


def check_open(run: TrainingSession) -> None:
    """DeliveryRefusal when nobody enters the session any more."""
    if run.status == "cancelled":
        raise DeliveryRefusal("cancelled", "Cette session est annulée.", "This session is cancelled.")
    if run.status == "closed":
        raise DeliveryRefusal(
            "closed",
            "Cette session est close : plus personne n'y entre.",
            "This session is closed: nobody enters it any more.",
        )


def check_entry(session: Session, run: TrainingSession) -> None:
    """DeliveryRefusal when one more person cannot enter the session now: closed, cancelled or full."""
    check_open(run)
    _check_room(session, run, 1)


def join_by_code(session: Session, *, code: str, person_id: uuid.UUID, now: datetime | None = None) -> Enrolment:
    """Enrol the signed-in person who has the session's code; DeliveryRefusal when it is unknown, closed or full.

    Whoever is enrolled already gets their enrolment back.
    """
    now = now or utc_now()
    run = session.scalar(select(TrainingSession).where(TrainingSession.join_code == normalise_code(code)))
    if run is None:
        raise DeliveryRefusal(
            "unknown", "Aucune formation n'a ce code. Vérifiez-le auprès de la personne qui vous l'a donné.",
            "No training has this code. Check it with the person who gave it to you.",
        )  # fmt: skip
    _lock(session, run)
    found = find_enrolments(session, run, [person_id]).get(person_id)
    if found is not None and found.status in CURRENT:
        mark_joined(session, found, now=now)
        return found
    check_open(run)
    _check_room(session, run, 1)
    grant_role(session, person_id=person_id, role=Role.LEARNER, hub_id=run.hub_id)
    enrolment = found or Enrolment(**_row(run, person_id, now))
    enrolment.status, enrolment.joined_at, enrolment.left_at, enrolment.left_reason = "active", now, None, ""
    session.add(enrolment)
    session.flush()
    _record_entry(session, run, [enrolment], person_id)
    return enrolment


def normalise_code(code: str) -> str:
    """Fold a typed code: capitals, no spaces nor hyphens."""
    return "".join(char for char in code.upper() if char.isalnum())[:8]


def renew_join_code(session: Session, training_session: TrainingSession, *, by: uuid.UUID | None) -> str:
    """Give the session another join code; the former one opens nothing any more."""
    training_session.join_code = new_code()
    session.flush()
    record_event(
        session, "session.code_renewed", hub_id=training_session.hub_id, person_id=by, target=training_session.id
    )
    return training_session.join_code


def invite_again(session: Session, *, enrolment: Enrolment, by: uuid.UUID | None) -> None:
    """Send the invitation of an enrolment once more, after the commit."""
    defer(session, INVITE, str(enrolment.id))
    record_event(
        session,
        "enrolment.invited_again",
        hub_id=enrolment.hub_id,
        person_id=by,
        target=enrolment.id,
        learner=enrolment.pseudonym,
    )


def mark_joined(session: Session, enrolment: Enrolment, *, now: datetime | None = None) -> None:
    """Note that an invited learner has come; later calls change nothing."""
    if enrolment.status == "invited":
        enrolment.status = "active"
    if enrolment.joined_at is None:
        enrolment.joined_at = now or utc_now()
        session.flush()


def complete_enrolment(
    session: Session, *, enrolment: Enrolment, by: uuid.UUID | None, now: datetime | None = None
) -> None:
    """Note that a learner has finished; later calls change nothing."""
    if enrolment.status == "completed":
        return
    enrolment.status, enrolment.completed_at = "completed", now or utc_now()
    session.flush()
    record_event(
        session,
        "enrolment.completed",
        hub_id=enrolment.hub_id,
        person_id=by,
        target=enrolment.id,
        learner=enrolment.pseudonym,
    )


def end_enrolment(
    session: Session,
    *,
    enrolment: Enrolment,
    status: str,
    reason: str,
    by: uuid.UUID | None,
    now: datetime | None = None,
) -> None:
    """Note that a learner leaves: ``cancelled`` before starting, ``dropped`` on the way; results are kept."""
    if status not in ("cancelled", "dropped"):
        raise ValueError(status)
    enrolment.status, enrolment.left_at, enrolment.left_reason = status, now or utc_now(), reason.strip()[:200]
    session.flush()
    record_event(
        session, f"enrolment.{status}", hub_id=enrolment.hub_id, person_id=by, target=enrolment.id,
        learner=enrolment.pseudonym, reason=enrolment.left_reason,
    )  # fmt: skip


def restore_enrolment(session: Session, *, enrolment: Enrolment, by: uuid.UUID | None) -> None:
    """Take back a departure; DeliveryRefusal when the place has gone to somebody else."""
    if enrolment.status in CURRENT:
        return
    run = session.get_one(TrainingSession, enrolment.session_id)
    _lock(session, run)
    _check_room(session, run, 1)
    enrolment.status = "active" if enrolment.joined_at else "invited"
    enrolment.left_at, enrolment.left_reason = None, ""
    session.flush()
    record_event(
        session,
        "enrolment.restored",
        hub_id=enrolment.hub_id,
        person_id=by,
        target=enrolment.id,
        learner=enrolment.pseudonym,
    )
