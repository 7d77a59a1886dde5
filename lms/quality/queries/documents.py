"""Reading the documents handed out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.delivery.attendance_queries import list_learners
from lms.delivery.models import Enrolment
from lms.quality.models import IssuedDocument
from lms.quality.queries.material import Issued, list_issued

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A learner of a session with their present documents, by kind."""

    enrolment_id: uuid.UUID
    code: str
    name: str
    status: str
    certificate: Issued | None
    attestation: Issued | None


def list_session_documents(session: Session, session_id: uuid.UUID) -> list[DocumentLine]:
    """Every learner with their latest certificate and attestation; two statements."""
    latest = {(one.enrolment_id, one.kind): one for one in list_issued(session, session_id)}
    return [
        DocumentLine(
            one.id, one.pseudonym, one.name, one.status, latest.get((one.id, "certificate")),
            latest.get((one.id, "attestation")),
        )
        for one in list_learners(session, session_id)
    ]  # fmt: skip


def list_documents_of(session: Session, enrolment_id: uuid.UUID) -> Sequence[IssuedDocument]:
    """A learner's documents, the latest first."""
    return session.scalars(
        select(IssuedDocument)
        .where(IssuedDocument.enrolment_id == enrolment_id)
        .order_by(IssuedDocument.issued_at.desc(), IssuedDocument.kind.desc())
    ).all()


def get_enrolment_with_session(session: Session, enrolment_id: uuid.UUID) -> Enrolment | None:
    return session.scalar(select(Enrolment).where(Enrolment.id == enrolment_id).options(joinedload(Enrolment.session)))
