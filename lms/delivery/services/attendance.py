"""Proving who was there: signatures, absences, the trainer's countersignature.

What is signed is written as canonical JSON and kept in the file store under its own SHA-256, which the row carries: a
name corrected later, or an account erased, changes nothing of what was signed, and the hash can be checked years on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from lms.accounts.models import Person
from lms.accounts.services import record_event
from lms.db import utc_now
from lms.delivery.models import Attendance, Enrolment, HalfDay, TrainingSession, new_code
from lms.delivery.queries import CLOSES_AFTER, OPENS_BEFORE, expected_at
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.services.enrolments import mark_joined
from lms.delivery.signatures import canonical, clean_png, digest

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.storage import FileStore

METHODS = ("code", "qr", "trainer")
GONE = ("dropped", "cancelled")


def signing_window(half_day: HalfDay) -> tuple[datetime, datetime]:
    """Return when signing opens (30 minutes before) and closes (12 hours after the end)."""
    return half_day.starts_at - OPENS_BEFORE, half_day.ends_at + CLOSES_AFTER


def sign_half_day(
    session: Session, store: FileStore, *, half_day: HalfDay, enrolment: Enrolment, signature: bytes, method: str,
    by: uuid.UUID | None = None, now: datetime | None = None,
) -> tuple[Attendance, bool]:  # fmt: skip
    """Record that a learner signs a half-day; also says whether this is new: a second signature changes nothing.

    ``signature`` is a PNG; ``method`` is ``qr``, ``code`` or ``trainer`` (on the trainer's device, ``by`` them). A learner
    marked absent who arrives after all may still sign. DeliveryRefusal outside the window, for a learner of another
    session, or once the trainer has countersigned.
    """
    if method not in METHODS:
        raise ValueError(method)
    now = now or utc_now()
    _lock(session, half_day)
    found = _attendance(session, half_day, enrolment)
    if found is not None and found.present:
        return found, False
    _check_enrolment(half_day, enrolment)
    _check_open(half_day)
    _check_window(half_day, now)
    signature_key = store.put_content(clean_png(signature))
    person = session.get_one(Person, enrolment.person_id)
    statement = _statement(session, half_day, "attendance") | {
        "learner": {"given_name": person.given_name, "family_name": person.family_name, "code": enrolment.pseudonym},
        "method": method,
        "signed_at": now.isoformat(timespec="microseconds"),
        "signature_sha256": signature_key.removeprefix("blobs/"),
        "recorded_by": str(by or enrolment.person_id),
    }
    data = canonical(statement)
    store.put_content(data)
    row = found or Attendance(hub_id=half_day.hub_id, half_day_id=half_day.id, enrolment_id=enrolment.id)
    row.present, row.method, row.signed_at, row.reason = True, method, now, ""
    row.signature_key, row.signed_hash = signature_key, digest(data)
    session.add(row)
    session.flush()
    mark_joined(session, enrolment, now=now)
    record_event(
        session, "half_day.signed", hub_id=half_day.hub_id, person_id=by or enrolment.person_id, target=half_day.id,
        learner=enrolment.pseudonym, method=method, signed_hash=row.signed_hash,
    )  # fmt: skip
    return row, True


def mark_absent(
    session: Session,
    *,
    half_day: HalfDay,
    enrolment: Enrolment,
    reason: str,
    by: uuid.UUID | None,
    now: datetime | None = None,
) -> Attendance:
    """Record that a learner is not there, and why; DeliveryRefusal when they signed or the half-day has not come."""
    now = now or utc_now()
    _lock(session, half_day)
    _check_enrolment(half_day, enrolment)
    _check_open(half_day)
    _check_started(half_day, now)
    row = _attendance(session, half_day, enrolment)
    if row is not None and row.present:
        raise DeliveryRefusal(
            "signed",
            "Cette personne a signé : elle ne peut pas être notée absente.",
            "This person signed: they cannot be marked absent.",
        )
    row = row or Attendance(hub_id=half_day.hub_id, half_day_id=half_day.id, enrolment_id=enrolment.id)
    row.present, row.method, row.reason = False, "trainer", reason.strip()[:200]
    session.add(row)
    session.flush()
    record_event(
        session,
        "half_day.absent",
        hub_id=half_day.hub_id,
        person_id=by,
        target=half_day.id,
        learner=enrolment.pseudonym,
    )
    return row


def mark_missing_absent(
    session: Session, *, half_day: HalfDay, reason: str, by: uuid.UUID | None, now: datetime | None = None
) -> int:
    """Mark absent every learner who was expected and is not settled yet; return how many."""
    now = now or utc_now()
    _lock(session, half_day)
    _check_open(half_day)
    _check_started(half_day, now)
    missing = list_missing(session, half_day)
    session.add_all(
        Attendance(
            hub_id=half_day.hub_id, half_day_id=half_day.id, enrolment_id=enrolment.id, present=False, method="trainer",
            reason=reason.strip()[:200],
        )
        for enrolment in missing
    )  # fmt: skip
    session.flush()
    if missing:
        record_event(
            session, "half_day.absent", hub_id=half_day.hub_id, person_id=by, target=half_day.id,
            learners=[enrolment.pseudonym for enrolment in missing],
        )  # fmt: skip
    return len(missing)


def clear_attendance(session: Session, *, attendance: Attendance, half_day: HalfDay, by: uuid.UUID | None) -> None:
    """Take back an absence noted by mistake; DeliveryRefusal for a signature, which stays, or a countersigned sheet."""
    _check_open(half_day)
    if attendance.present:
        raise DeliveryRefusal("signed", "Une signature ne s'efface pas.", "A signature cannot be taken away.")
    enrolment = session.get_one(Enrolment, attendance.enrolment_id)
    session.delete(attendance)
    session.flush()
    record_event(
        session,
        "half_day.absence_removed",
        hub_id=half_day.hub_id,
        person_id=by,
        target=half_day.id,
        learner=enrolment.pseudonym,
    )


def note_minutes_missed(
    session: Session, *, attendance: Attendance, half_day: HalfDay, minutes: int, reason: str, by: uuid.UUID | None
) -> None:
    """Write down that a learner who signed came late or left early; DeliveryRefusal when that is more than the half-day."""
    _check_open(half_day)
    if not attendance.present:
        raise DeliveryRefusal("absent", "Cette personne est notée absente.", "This person is marked absent.")
    if not 0 <= minutes < (half_day.ends_at - half_day.starts_at).total_seconds() / 60:
        raise DeliveryRefusal(
            "minutes",
            "Ces minutes dépassent la durée de la demi-journée.",
            "These minutes are more than the half-day lasts.",
        )
    attendance.minutes_missed, attendance.reason = minutes, reason.strip()[:200]
    session.flush()
    enrolment = session.get_one(Enrolment, attendance.enrolment_id)
    record_event(
        session, "half_day.minutes_missed", hub_id=half_day.hub_id, person_id=by, target=half_day.id,
        learner=enrolment.pseudonym, minutes=minutes,
    )  # fmt: skip


def rotate_sign_code(session: Session, half_day: HalfDay, *, by: uuid.UUID | None) -> str:
    """Give the half-day another code; the former one is good no more."""
    _check_open(half_day)
    half_day.sign_code = new_code()
    session.flush()
    record_event(session, "half_day.code_rotated", hub_id=half_day.hub_id, person_id=by, target=half_day.id)
    return half_day.sign_code


def countersign(
    session: Session,
    store: FileStore,
    *,
    half_day: HalfDay,
    person: Person,
    signature: bytes,
    now: datetime | None = None,
) -> HalfDay:
    """Close the sheet of a half-day with the trainer's signature; nothing on it changes afterwards.

    DeliveryRefusal when the half-day has not begun, is already countersigned, or somebody is neither signed nor absent.
    """
    now = now or utc_now()
    _lock(session, half_day)
    _check_open(half_day)
    _check_started(half_day, now)
    missing = len(list_missing(session, half_day))
    if missing:
        raise DeliveryRefusal(
            "missing", f"Il reste {missing} personne(s) sans signature ni absence notée : réglez-les d'abord.",
            f"{missing} people have neither signed nor been marked absent: settle them first.",
        )  # fmt: skip
    signature_key = store.put_content(clean_png(signature))
    statement = _statement(session, half_day, "countersignature") | {
        "trainer": {"given_name": person.given_name, "family_name": person.family_name},
        "signed_at": now.isoformat(timespec="microseconds"),
        "signature_sha256": signature_key.removeprefix("blobs/"),
        "attendance": _sheet(session, half_day),
    }
    data = canonical(statement)
    store.put_content(data)
    half_day.countersigned_at, half_day.countersigned_by = now, person.id
    half_day.countersign_key, half_day.countersign_hash = signature_key, digest(data)
    session.flush()
    record_event(
        session, "half_day.countersigned", hub_id=half_day.hub_id, person_id=person.id, target=half_day.id,
        signed_hash=half_day.countersign_hash,
    )  # fmt: skip
    return half_day


def list_missing(session: Session, half_day: HalfDay) -> Sequence[Enrolment]:
    """The enrolments that were expected and are neither signed nor absent."""
    settled = select(Attendance.enrolment_id).where(Attendance.half_day_id == half_day.id)
    return session.scalars(
        select(Enrolment).where(
            Enrolment.session_id == half_day.session_id, expected_at(half_day), Enrolment.id.not_in(settled)
        )
    ).all()


def _statement(session: Session, half_day: HalfDay, kind: str) -> dict[str, Any]:
    run = session.get_one(TrainingSession, half_day.session_id)
    return {
        "kind": kind,
        "session": {"reference": run.reference, "title": run.title},
        "half_day": {
            "id": str(half_day.id), "title": half_day.title, "starts_at": half_day.starts_at.isoformat(),
            "ends_at": half_day.ends_at.isoformat(), "modality": half_day.modality, "place": half_day.place or run.place,
        },
    }  # fmt: skip


def _sheet(session: Session, half_day: HalfDay) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Enrolment.pseudonym, Attendance.present, Attendance.signed_hash, Attendance.minutes_missed)
        .join(Attendance, Attendance.enrolment_id == Enrolment.id)
        .where(Attendance.half_day_id == half_day.id)
        .order_by(Enrolment.pseudonym)
    )
    return [
        {"learner": pseudonym, "present": present, "signed_hash": signed_hash, "minutes_missed": minutes}
        for pseudonym, present, signed_hash, minutes in rows
    ]


def _lock(session: Session, half_day: HalfDay) -> None:
    # two posts of one signature, or a signature and a countersignature, come one after the other, on both databases
    session.execute(update(HalfDay).where(HalfDay.id == half_day.id).values(title=HalfDay.title))
    session.refresh(half_day)


def _attendance(session: Session, half_day: HalfDay, enrolment: Enrolment) -> Attendance | None:
    return session.scalar(
        select(Attendance).where(Attendance.half_day_id == half_day.id, Attendance.enrolment_id == enrolment.id)
    )


def _check_enrolment(half_day: HalfDay, enrolment: Enrolment) -> None:
    gone = enrolment.status in GONE and (enrolment.left_at is None or enrolment.left_at <= half_day.starts_at)
    if enrolment.session_id != half_day.session_id or gone:
        raise DeliveryRefusal(
            "not_enrolled",
            "Cette personne n'est pas inscrite à cette session.",
            "This person is not enrolled in this session.",
        )


def _check_open(half_day: HalfDay) -> None:
    if half_day.countersigned_at is not None:
        raise DeliveryRefusal(
            "countersigned", "La feuille de cette demi-journée est close : le formateur l'a contresignée.",
            "The sheet of this half-day is closed: the trainer countersigned it.",
        )  # fmt: skip


def _check_window(half_day: HalfDay, now: datetime) -> None:
    opens, closes = signing_window(half_day)
    if now < opens:
        raise DeliveryRefusal(
            "too_early", "La signature ouvre 30 minutes avant le début de la demi-journée.",
            "Signing opens 30 minutes before the half-day starts.",
        )  # fmt: skip
    if now > closes:
        raise DeliveryRefusal(
            "too_late", "La signature est fermée depuis plus de 12 heures. Parlez-en à votre formateur.",
            "Signing closed, 12 hours after the end. Tell your trainer.",
        )  # fmt: skip


def _check_started(half_day: HalfDay, now: datetime) -> None:
    if now < half_day.starts_at - OPENS_BEFORE:
        raise DeliveryRefusal("too_early", "Cette demi-journée n'a pas commencé.", "This half-day has not begun.")
