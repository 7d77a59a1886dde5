"""Planning a session: the session itself, its trainers, half-days and deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from lms.accounts.services import record_event
from lms.catalog.models import CourseVersion
from lms.delivery.models import Attendance, Deadline, HalfDay, SessionTrainer, TrainingSession
from lms.delivery.refusals import DeliveryRefusal

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

STATUSES = ("planned", "open", "closed", "cancelled")
MODALITIES = ("on_site", "remote")


def create_training_session(
    session: Session, *, hub_id: uuid.UUID, version_id: uuid.UUID, reference: str, title: str, starts_on: date, ends_on: date,
    place: str = "", access_notes: str = "", capacity: int = 0, funder: str = "", lead_id: uuid.UUID | None = None,
    trainer_ids: Collection[uuid.UUID] = (), status: str = "open", by: uuid.UUID | None = None,
) -> TrainingSession:  # fmt: skip
    """Create a session of a published version; DeliveryRefusal when the reference is taken or the dates run backwards."""
    version = session.get(CourseVersion, version_id)
    if version is None or version.hub_id != hub_id or version.number == 0:
        raise DeliveryRefusal(
            "version",
            "Choisissez une version publiée d'un cours du hub.",
            "Choose a published version of a course of the hub.",
        )
    training_session = TrainingSession(
        hub_id=hub_id, version_id=version_id, reference=reference.strip(), title=title.strip(), starts_on=starts_on,
        ends_on=ends_on, place=place.strip(), access_notes=access_notes.strip(), capacity=capacity, funder=funder.strip(),
        lead_id=lead_id, status=status,
    )  # fmt: skip
    _check(session, training_session)
    session.add(training_session)
    session.flush()
    for person_id in trainer_ids:
        session.add(SessionTrainer(hub_id=hub_id, session_id=training_session.id, person_id=person_id))
    session.flush()
    record_event(
        session, "session.created", hub_id=hub_id, person_id=by, target=training_session.id,
        reference=training_session.reference, version=str(version_id),
    )  # fmt: skip
    return training_session


def change_training_session(
    session: Session, training_session: TrainingSession, *, by: uuid.UUID | None, **values: Any
) -> None:
    """Change fields of the session; what changed is written in the record of acts."""
    changed = {name: value for name, value in values.items() if getattr(training_session, name) != value}
    for name, value in changed.items():
        setattr(training_session, name, value)
    if not changed:
        return
    with session.no_autoflush:
        _check(session, training_session)
    session.flush()
    record_event(
        session, "session.changed", hub_id=training_session.hub_id, person_id=by, target=training_session.id,
        fields=sorted(changed),
    )  # fmt: skip


def _check(session: Session, row: TrainingSession) -> None:
    if row.ends_on < row.starts_on:
        raise DeliveryRefusal(
            "dates", "La session se termine avant de commencer : corrigez une des deux dates.",
            "The session ends before it starts: correct one of the two dates.",
        )  # fmt: skip
    taken = session.scalar(
        select(TrainingSession.id).where(
            TrainingSession.hub_id == row.hub_id, TrainingSession.reference == row.reference
        )
    )
    if taken is not None and taken != row.id:
        raise DeliveryRefusal(
            "reference", f"La référence « {row.reference} » est déjà prise dans ce hub : choisissez-en une autre.",
            f"The reference “{row.reference}” is taken in this hub: choose another one.",
        )  # fmt: skip


def change_status(session: Session, training_session: TrainingSession, *, status: str, by: uuid.UUID | None) -> None:
    """Open, close or cancel the session; ValueError for any other word."""
    if status not in STATUSES:
        raise ValueError(status)
    if training_session.status == status:
        return
    before, training_session.status = training_session.status, status
    session.flush()
    record_event(
        session, "session.status", hub_id=training_session.hub_id, person_id=by, target=training_session.id,
        before=before, after=status,
    )  # fmt: skip


def add_trainer(
    session: Session, *, training_session: TrainingSession, person_id: uuid.UUID, by: uuid.UUID | None = None
) -> SessionTrainer:
    """Make a person a trainer of the session; once is enough."""
    found = session.scalar(
        select(SessionTrainer).where(
            SessionTrainer.session_id == training_session.id, SessionTrainer.person_id == person_id
        )
    )
    if found is not None:
        return found
    trainer = SessionTrainer(hub_id=training_session.hub_id, session_id=training_session.id, person_id=person_id)
    session.add(trainer)
    session.flush()
    record_event(
        session, "session.trainer_added", hub_id=training_session.hub_id, person_id=by, target=training_session.id,
        trainer=str(person_id),
    )  # fmt: skip
    return trainer


def set_trainers(
    session: Session, *, training_session: TrainingSession, person_ids: Collection[uuid.UUID], by: uuid.UUID | None
) -> None:
    """Make these people, and no other, the trainers of the session."""
    present = {
        row.person_id: row
        for row in session.scalars(select(SessionTrainer).where(SessionTrainer.session_id == training_session.id))
    }
    for person_id in set(present) - set(person_ids):
        session.delete(present[person_id])
    for person_id in person_ids:
        if person_id not in present:
            session.add(
                SessionTrainer(hub_id=training_session.hub_id, session_id=training_session.id, person_id=person_id)
            )
    session.flush()
    if set(present) != set(person_ids):
        record_event(
            session, "session.trainers", hub_id=training_session.hub_id, person_id=by, target=training_session.id,
            trainers=sorted(str(person_id) for person_id in person_ids),
        )  # fmt: skip


def add_half_day(
    session: Session, *, training_session: TrainingSession, title: str, starts_at: datetime, ends_at: datetime,
    modality: str = "on_site", place: str = "", join_url: str = "", activity_key: str = "",
    trainer_id: uuid.UUID | None = None, by: uuid.UUID | None = None,
) -> HalfDay:  # fmt: skip
    """Add a half-day to the calendar; DeliveryRefusal when it ends before it starts or lasts more than 12 hours."""
    _check_times(starts_at, ends_at)
    if modality not in MODALITIES:
        raise ValueError(modality)
    half_day = HalfDay(
        hub_id=training_session.hub_id, session_id=training_session.id, activity_key=activity_key, title=title.strip(),
        starts_at=starts_at, ends_at=ends_at, modality=modality, place=place.strip(), join_url=_address(join_url),
        trainer_id=trainer_id,
    )  # fmt: skip
    session.add(half_day)
    session.flush()
    _record(session, "half_day.added", half_day, by, starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat())
    return half_day


def change_half_day(session: Session, half_day: HalfDay, *, by: uuid.UUID | None, **values: Any) -> None:
    """Change a half-day; DeliveryRefusal once it is countersigned, or when somebody signed and its hours would move."""
    if "join_url" in values:
        values["join_url"] = _address(values["join_url"])
    changed = {name: value for name, value in values.items() if getattr(half_day, name) != value}
    if not changed:
        return
    _check_times(values.get("starts_at", half_day.starts_at), values.get("ends_at", half_day.ends_at))
    if half_day.countersigned_at is not None:
        raise DeliveryRefusal(
            "countersigned", "Cette demi-journée est contresignée : elle ne change plus.",
            "This half-day is countersigned: it no longer changes.",
        )  # fmt: skip
    if {"starts_at", "ends_at", "title", "modality", "place"} & set(changed) and _attendances(session, half_day):
        raise DeliveryRefusal(
            "signed", "Des présences sont déjà notées : le titre, les heures et le lieu de cette demi-journée ne changent plus.",
            "Attendance is already recorded: the title, hours and place of this half-day no longer change.",
        )  # fmt: skip
    for name, value in changed.items():
        setattr(half_day, name, value)
    session.flush()
    _record(session, "half_day.changed", half_day, by, fields=sorted(changed))


def remove_half_day(session: Session, half_day: HalfDay, *, by: uuid.UUID | None) -> None:
    """Take a half-day out of the calendar; DeliveryRefusal when attendance was recorded: that is evidence."""
    if half_day.countersigned_at is not None or _attendances(session, half_day):
        raise DeliveryRefusal(
            "signed", "Des présences sont notées : cette demi-journée reste au dossier.",
            "Attendance is recorded: this half-day stays on file.",
        )  # fmt: skip
    _record(session, "half_day.removed", half_day, by, title=half_day.title, starts_at=half_day.starts_at.isoformat())
    session.delete(half_day)
    session.flush()


def set_deadline(
    session: Session, *, training_session: TrainingSession, activity_key: str, due_at: datetime | None,
    by: uuid.UUID | None = None,
) -> Deadline | None:  # fmt: skip
    """Say when an activity is due in this session; None takes the deadline away."""
    found = session.scalar(
        select(Deadline).where(Deadline.session_id == training_session.id, Deadline.activity_key == activity_key)
    )
    if due_at is None:
        if found is not None:
            session.delete(found)
            session.flush()
        return None
    if found is None:
        found = Deadline(
            hub_id=training_session.hub_id, session_id=training_session.id, activity_key=activity_key, due_at=due_at
        )
        session.add(found)
    elif found.due_at == due_at:
        return found
    found.due_at = due_at
    session.flush()
    record_event(
        session, "deadline.set", hub_id=training_session.hub_id, person_id=by, target=training_session.id,
        activity=activity_key, due_at=due_at.isoformat(),
    )  # fmt: skip
    return found


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise DeliveryRefusal(
            "hours", "La demi-journée se termine avant de commencer : corrigez une des deux heures.",
            "The half-day ends before it starts: correct one of the two times.",
        )  # fmt: skip
    if (ends_at - starts_at).total_seconds() > 12 * 3600:
        raise DeliveryRefusal(
            "too_long", "Une demi-journée ne dure pas plus de 12 heures : partagez-la en deux.",
            "A half-day lasts 12 hours at most: split it in two.",
        )  # fmt: skip


def _address(text: str) -> str:
    text = text.strip()
    if text and not text.startswith(("https://", "http://")):
        raise DeliveryRefusal(
            "join_url",
            "Le lien de la visioconférence doit commencer par https://.",
            "The link of the call must start with https://.",
        )
    return text


def _attendances(session: Session, half_day: HalfDay) -> int:
    return (
        session.scalar(select(func.count()).select_from(Attendance).where(Attendance.half_day_id == half_day.id)) or 0
    )


def _record(session: Session, action: str, half_day: HalfDay, by: uuid.UUID | None, **details: Any) -> None:
    record_event(session, action, hub_id=half_day.hub_id, person_id=by, target=half_day.id, **details)
