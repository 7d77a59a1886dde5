"""Documents attached to a framework: its official text, a guide, an assessment grid."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.accounts.services import record_event
from lms.frameworks.models import FrameworkDocument, FrameworkRecord

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from lms.storage import FileStore


def list_documents(session: Session, framework_id: uuid.UUID) -> Sequence[FrameworkDocument]:
    """What the hub has attached to a framework, the latest first; a hub may attach to a bundled one too."""
    row = FrameworkDocument
    return session.scalars(select(row).where(row.framework_id == framework_id).order_by(row.added_at.desc())).all()


def attach_document(
    session: Session,
    store: FileStore,
    framework: FrameworkRecord,
    *,
    title: str,
    note: str,
    url: str,
    file: Any,
    hub_id: uuid.UUID,
    person_id: uuid.UUID,
) -> FrameworkDocument:
    """Attach an address or a file (an uploaded one: ``filename`` and ``stream``) to a framework."""
    document = FrameworkDocument(
        hub_id=hub_id, framework_id=framework.id, title=title, note=note, url=url, added_by=person_id
    )
    if file is not None and file.filename:
        data = file.stream.read()
        document.blob_key, document.size = store.put_content(data), len(data)
        document.file_name = PurePosixPath(file.filename.replace("\\", "/")).name[:200]
    session.add(document)
    session.flush()
    record_event(
        session, "framework.document", hub_id=hub_id, person_id=person_id, target=document.id, key=framework.key,
        title=title,
    )  # fmt: skip
    return document


def detach_document(session: Session, document: FrameworkDocument, *, hub_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Take a document away; the record of acts keeps its title."""
    record_event(
        session, "framework.document_removed", hub_id=hub_id, person_id=person_id, target=document.id,
        title=document.title,
    )  # fmt: skip
    session.delete(document)
