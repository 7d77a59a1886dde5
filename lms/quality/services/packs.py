"""Producing the evidence pack of a session, at once or by a job that one can wait for."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.accounts.services import record_event
from lms.contracts import GROUPS, Exporter, load_plugins
from lms.db import scope_to_hub, unscoped, utc_now
from lms.delivery.models import Attendance, Enrolment, HalfDay
from lms.jobs import Job, Worker, job, start_job
from lms.quality.models import IssuedDocument
from lms.quality.queries import session_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from lms.contracts.exchange import Exported
    from lms.storage import FileStore

PACK_JOB = "quality.pack"
EXPORTER = "evidence_zip"
STEPS = 3


def start_pack(
    session: Session, *, session_id: uuid.UUID, audit_on: date, reason: str, person_id: uuid.UUID | None
) -> Job:
    """Queue the production of a pack; a ``reason`` switches the nominative key on."""
    return start_job(
        session, kind=PACK_JOB, person_id=person_id, of=str(session_id), audit_on=audit_on.isoformat(), reason=reason
    )


def make_pack(
    session: Session, store: FileStore, exporter: Exporter, *, session_id: uuid.UUID, audit_on: date, reason: str = ""
) -> Exported:
    """The pack of a session, read now; with a ``reason``, names and certificates too, in a folder apart."""
    facts = session_facts(session, session_id)
    options: dict[str, Any] = {"audit_on": audit_on}
    if reason.strip():
        options |= {
            "identities": list_identities(session, session_id), "documents": read_documents(session, store, session_id),
            "signatures": read_signatures(session, store, session_id), "reason": reason.strip(),
        }  # fmt: skip
    return exporter.export(facts, **options)


def record_pack(
    session: Session, *, hub_id: uuid.UUID, session_id: uuid.UUID, person_id: uuid.UUID | None, audit_on: date, digest: str,
    reason: str = "",
) -> None:  # fmt: skip
    """Note that a pack went out, with its digest and, for names, the reason."""
    record_event(
        session, "evidence.exported", hub_id=hub_id, person_id=person_id, target=session_id, note=reason.strip(),
        audit_on=audit_on.isoformat(), sha256=digest, nominative=bool(reason.strip()),
    )  # fmt: skip


def list_identities(session: Session, session_id: uuid.UUID) -> list[dict[str, str]]:
    """Who is behind each pseudonym of a session. One statement."""
    found = session.execute(
        select(Enrolment.pseudonym, Person.given_name, Person.family_name, Person.email, Enrolment.employer)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.session_id == session_id)
        .order_by(Enrolment.pseudonym)
    )
    names = ("code", "given_name", "family_name", "email", "employer")
    return [dict(zip(names, row, strict=True)) for row in found]


def read_documents(session: Session, store: FileStore, session_id: uuid.UUID) -> dict[str, bytes]:
    """The documents handed out in a session, by number."""
    rows = session.execute(
        select(IssuedDocument.number, IssuedDocument.file_key).where(IssuedDocument.session_id == session_id)
    )
    return {number: store.read(key) for number, key in rows}


def read_signatures(session: Session, store: FileStore, session_id: uuid.UUID) -> dict[tuple[str, str], bytes]:
    """The drawn signatures of a session (PNG), by half-day and pseudonym, "" for the trainer's. Two statements."""
    learners = session.execute(
        select(Attendance.half_day_id, Enrolment.pseudonym, Attendance.signature_key)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Enrolment.session_id == session_id, Attendance.signature_key != "")
    )
    trainers = session.execute(
        select(HalfDay.id, HalfDay.countersign_key).where(
            HalfDay.session_id == session_id, HalfDay.countersign_key != ""
        )
    )
    keys = {(str(day), code): key for day, code, key in learners} | {(str(day), ""): key for day, key in trainers}
    return {place: store.read(key) for place, key in keys.items()}


@job(PACK_JOB)
def produce_pack(worker: Worker, job_id: str) -> None:
    """Write the pack to the file store, note its digest, and say how far it is on the way."""
    with worker.sessions() as session, unscoped(session):
        row = session.get(Job, uuid.UUID(job_id))
        if row is None or row.status == "done":
            return
        row.status, row.total, row.done = "running", STEPS, 0
        session.commit()
        hub_id = row.hub_id
    try:
        _produce(worker, uuid.UUID(job_id), hub_id)
    except Exception as error:
        with worker.sessions() as session, unscoped(session):
            failed = session.get_one(Job, uuid.UUID(job_id))
            failed.status, failed.message, failed.finished_at = "failed", type(error).__name__, utc_now()
            session.commit()
        raise


def _produce(worker: Worker, job_id: uuid.UUID, hub_id: uuid.UUID) -> None:
    exporter = load_plugins(GROUPS["exporters"], Exporter)[EXPORTER]
    with worker.sessions() as session:
        scope_to_hub(session, hub_id)
        row = session.get_one(Job, job_id)
        session_id, audit_on = uuid.UUID(row.arguments["of"]), date.fromisoformat(row.arguments["audit_on"])
        reason = str(row.arguments.get("reason", ""))
        made = make_pack(session, worker.files, exporter, session_id=session_id, audit_on=audit_on, reason=reason)
        _step(session, row, 1)
        key = f"packs/{job_id}.zip"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "pack.zip")
            digest = write_chunks(path, made.chunks)
            _step(session, row, 2)
            with path.open("rb") as file:
                worker.files.put(key, file)
        record_pack(
            session, hub_id=hub_id, session_id=session_id, person_id=row.person_id, audit_on=audit_on, digest=digest,
            reason=reason,
        )  # fmt: skip
        row.status, row.done, row.message, row.finished_at = "done", STEPS, digest, utc_now()
        row.result_key, row.result_name = key, made.name
        session.commit()


def _step(session: Session, row: Job, done: int) -> None:
    row.done = done
    session.commit()


def write_chunks(path: Path, chunks: Iterator[bytes]) -> str:
    """Write the file as it comes and return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()


def list_packs(session: Session, session_id: uuid.UUID, *, limit: int = 5) -> list[Job]:
    """The latest packs asked for in a session."""
    return list(
        session.scalars(
            select(Job)
            .where(Job.kind == PACK_JOB, Job.arguments["of"].as_string() == str(session_id))
            .order_by(Job.created_at.desc())
            .limit(limit)
        )
    )
