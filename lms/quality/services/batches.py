"""Certificates for a whole session, by a job."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from lms.db import scope_to_hub, unscoped, utc_now
from lms.jobs import Job, Worker, job, start_job
from lms.quality.services.certificates import CertificateRefusal, issue_documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

BATCH_JOB = "quality.certificates"
BATCH = 20


def start_batch(
    session: Session, *, session_id: uuid.UUID, enrolment_ids: Sequence[uuid.UUID], person_id: uuid.UUID | None
) -> Job:
    """Queue the certificates of these learners."""
    return start_job(
        session, kind=BATCH_JOB, person_id=person_id, of=str(session_id), enrolments=[str(one) for one in enrolment_ids]
    )


@job(BATCH_JOB)
def issue_batch(worker: Worker, job_id: str) -> None:
    """Issue twenty learners at a time; one who cannot have a certificate is named and does not stop the others."""
    with worker.sessions() as session, unscoped(session):
        row = session.get(Job, uuid.UUID(job_id))
        if row is None or row.status == "done":
            return
        hub_id = row.hub_id
    with worker.sessions() as session:
        scope_to_hub(session, hub_id)
        row = session.get_one(Job, uuid.UUID(job_id))
        wanted = [uuid.UUID(one) for one in row.arguments["enrolments"]]
        row.status, row.total, row.done = "running", len(wanted), 0
        session.commit()
        refused: list[str] = []
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            refused += _issue(worker, session, row, part)
            row.done = start + len(part)
            session.commit()
        row.status, row.finished_at, row.message = "done", utc_now(), "\n".join(refused)
        session.commit()


def _issue(worker: Worker, session: Session, row: Job, part: Sequence[uuid.UUID]) -> list[str]:
    try:
        with session.begin_nested():
            issue_documents(
                session, worker.files, session_id=uuid.UUID(row.arguments["of"]), enrolment_ids=part,
                url=worker.settings.url, by=row.person_id,
            )  # fmt: skip
    except CertificateRefusal as refusal:
        if len(part) == 1:
            return [refusal.fr]
        return [text for one in part for text in _issue(worker, session, row, [one])]
    return []
