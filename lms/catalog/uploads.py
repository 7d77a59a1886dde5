"""Files that wait for a decision: kept in the file store under the hub, with what was found in them, for 30 days."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import select

from lms.db import new_id
from lms.jobs import Job
from lms.storage import CHUNK

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from lms.storage import FileStore


def hold_upload(
    session: Session, store: FileStore, stream: IO[bytes], *, kind: str, name: str, hub_id: uuid.UUID, person_id: uuid.UUID,
    **facts: Any,
) -> Job:  # fmt: skip
    """Keep an uploaded file aside with what is known of it; it goes with the old jobs when nobody decides.

    The stream is closed: what is read afterwards is the copy.
    """
    held = Job(id=new_id(), hub_id=hub_id, kind=kind, person_id=person_id, status="held", arguments=facts)
    held.result_key, held.result_name = f"uploads/{hub_id}/{held.id}", PurePosixPath(name.replace("\\", "/")).name[:200]
    stream.seek(0)
    store.put(held.result_key, iter(lambda: stream.read(CHUNK), b""))
    stream.close()
    session.add(held)
    session.flush()
    return held


def get_upload(session: Session, upload_id: uuid.UUID, *, kind: str, person_id: uuid.UUID) -> Job | None:
    """The upload of this kind that this person sent to the session's hub and has not decided on."""
    return session.scalar(
        select(Job).where(Job.id == upload_id, Job.kind == kind, Job.person_id == person_id, Job.status == "held")
    )


def drop_upload(session: Session, store: FileStore, held: Job) -> None:
    """Forget an upload once it was used or refused."""
    store.delete([held.result_key])
    session.delete(held)


@contextmanager
def upload_on_disk(store: FileStore, held: Job) -> Iterator[Path]:
    """The upload as a file of its own on disk, while it is read."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as copy:
        for chunk in store.stream(held.result_key):
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)
