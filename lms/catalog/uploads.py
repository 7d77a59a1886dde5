"""Files on their way in: sent in pieces that can be interrupted, then examined by a job, then kept until a decision.

One row of ``Job`` an upload, for the person who sends it: *receiving* (``done`` bytes of ``total`` are here), *waiting* and
*running* (the job), *held* (examined, a decision is awaited), *refused* (what was wrong is written, the file is gone).
Its files are under ``uploads/<hub>/<id>/``; ``bouquet db tidy`` removes what nobody finished or decided.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final

from sqlalchemy import select, update

from lms.db import new_id, utc_now
from lms.jobs import Job, defer
from lms.storage import CHUNK

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from lms.config import Settings
    from lms.jobs import Worker
    from lms.storage import FileStore

log = logging.getLogger("bouquet.uploads")
ALIVE: Final = ("receiving", "waiting", "running", "held", "failed")
PACKAGE: Final = "catalog.package"
IMPORT: Final = "catalog.import"
STEP: Final = 16 << 20


class UploadError(ValueError):
    """A piece or an upload that is refused; ``status`` is the HTTP status, ``fr`` and ``en`` say why and what to do."""

    def __init__(self, status: int, fr: str, en: str) -> None:
        super().__init__(en)
        self.status, self.fr, self.en = status, fr, en


def file_key(upload: Job) -> str:
    """Where the file is while it waits."""
    return f"{upload.result_key}sent/package.zip"


def begin_upload(
    session: Session, store: FileStore, settings: Settings, *, kind: str, name: str, size: int, hub_id: uuid.UUID,
    person_id: uuid.UUID | None, **facts: Any,
) -> Job:  # fmt: skip
    """The upload of a file of ``size`` bytes, nothing of it here yet; the same file sent again goes on where it stopped.

    UploadError when it is empty or too large, when too many of the person's wait, or when the disk is nearly full.
    """
    name = plain_name(name)
    mine = session.scalars(
        select(Job).where(Job.person_id == person_id, Job.kind.in_((PACKAGE, IMPORT)), Job.status.in_(ALIVE))
    ).all()
    for one in mine:
        same = one.kind == kind and one.status == "receiving" and (one.result_name, one.total) == (name, size)
        if same and one.arguments["facts"] == facts and one.created_at > _oldest(settings):
            return one
    _require_room(store, settings, size, len(mine))
    upload = Job(
        id=new_id(), hub_id=hub_id, kind=kind, person_id=person_id, status="receiving", total=size, result_name=name,
        arguments={"facts": facts},
    )  # fmt: skip
    upload.result_key = f"uploads/{hub_id}/{upload.id}/"
    session.add(upload)
    session.flush()
    return upload


def plain_name(name: str) -> str:
    """The last part of a file's name, as a person reads it."""
    return (
        "".join(char for char in PurePosixPath(name.replace("\\", "/")).name if char.isprintable())[:200] or "fichier"
    )


def _oldest(settings: Settings) -> Any:
    return utc_now() - timedelta(hours=settings.upload_hours)


def _require_room(store: FileStore, settings: Settings, size: int, waiting: int) -> None:
    limit = settings.upload_limit_mb
    if size < 1:
        raise UploadError(
            422, "Ce fichier est vide : choisissez-en un autre.", "This file is empty: choose another one."
        )
    if size > limit << 20:
        raise UploadError(
            413,
            f"Ce fichier dépasse {limit} Mo, la limite de ce site : allégez-le, ou demandez à l'administration.",
            f"This file is larger than {limit} MB, the limit of this site: make it lighter, or ask the administrator.",
        )
    if waiting >= settings.uploads_waiting:
        raise UploadError(
            429,
            f"{waiting} fichiers que vous avez envoyés attendent déjà : décidez d'abord de ce que vous en faites.",
            f"{waiting} files that you sent are waiting already: decide first what to do with them.",
        )
    # the file, and beside it what is kept inflated or written anew
    if store.free_space() < 2 * size + (settings.disk_reserve_mb << 20):
        raise UploadError(
            507,
            "Il n'y a plus assez de place sur le serveur pour ce fichier. Rien n'a été envoyé : prévenez l'administration.",
            "There is no room left on the server for this file. Nothing was sent: tell the administrator.",
        )


def receive_part(
    session: Session,
    store: FileStore,
    settings: Settings,
    upload: Job,
    *,
    offset: int,
    data: bytes,
    sha256: bytes | None,
) -> None:
    """Keep the bytes that begin at ``offset``; with the last ones, the job that examines the file is queued.

    UploadError: 409 when they do not follow what is here (``upload.done`` says where to go on), 410 when the upload has
    ended or expired, 413 when they pass the size that was announced, 460 when they were damaged on the way.
    """
    if upload.status != "receiving" or upload.created_at <= _oldest(settings):
        raise UploadError(
            410, "Cet envoi est terminé ou trop ancien : recommencez.", "This upload is over or too old: begin again."
        )
    if offset != upload.done:
        raise UploadError(409, "L'envoi reprend ailleurs dans le fichier.", "The upload goes on elsewhere in the file.")
    if not data or offset + len(data) > upload.total or len(data) > settings.upload_chunk_mb << 20:
        raise UploadError(413, "Ce morceau dépasse ce qui était annoncé.", "This piece is larger than was announced.")
    if sha256 is not None and hashlib.sha256(data).digest() != sha256:
        raise UploadError(
            460,
            "Ce morceau a été abîmé en route : il est renvoyé.",
            "This piece was damaged on the way: it is sent again.",
        )
    store.put_piece(file_key(upload), offset, data)
    taken = session.execute(
        update(Job)
        .where(Job.id == upload.id, Job.status == "receiving", Job.done == offset)
        .values(done=offset + len(data))
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # the same piece came twice at once
        raise UploadError(409, "L'envoi reprend ailleurs dans le fichier.", "The upload goes on elsewhere in the file.")
    session.refresh(upload)
    if upload.done == upload.total:
        queue_examination(session, upload)


def receive_stream(session: Session, store: FileStore, settings: Settings, upload: Job, stream: BinaryIO) -> None:
    """Keep the whole of a file that came in one request, piece by piece."""
    stream.seek(upload.done)
    while upload.status == "receiving":
        data = stream.read(settings.upload_chunk_mb << 20)
        receive_part(session, store, settings, upload, offset=upload.done, data=data, sha256=None)


def queue_examination(session: Session, upload: Job) -> None:
    """Have the job of its kind look at the upload, once the session has committed."""
    upload.status, upload.done, upload.message = "waiting", 0, ""
    session.flush()
    defer(session, upload.kind, str(upload.id))


def get_upload(session: Session, upload_id: uuid.UUID, *, kind: str, person_id: uuid.UUID) -> Job | None:
    """The upload of this kind that this person sent to the session's hub and has not decided on."""
    return session.scalar(
        select(Job).where(
            Job.id == upload_id,
            Job.kind == kind,
            Job.person_id == person_id,
        )
    )


def list_uploads(session: Session, *, kind: str, person_id: uuid.UUID) -> Sequence[Job]:
    """What this person has sent to the session's hub and not decided on yet, the last first."""
    return session.scalars(
        select(Job)
        .where(Job.kind == kind, Job.person_id == person_id, Job.status.in_((*ALIVE, "refused")))
        .order_by(Job.created_at.desc())
        .limit(20)
    ).all()


def drop_upload(session: Session, store: FileStore, upload: Job) -> None:
    """Forget an upload with its files."""
    drop_files(store, upload)
    session.delete(upload)


def drop_files(store: FileStore, upload: Job) -> None:
    """Forget the files of an upload; its row stays."""
    folder = upload.result_key.endswith("/")
    store.delete(list(store.list_keys(upload.result_key.rstrip("/"))) if folder else [upload.result_key])


def hold_upload(
    session: Session, store: FileStore, stream: IO[bytes], *, kind: str, name: str, hub_id: uuid.UUID, person_id: uuid.UUID,
    **facts: Any,
) -> Job:  # fmt: skip
    """Keep a small file aside, read by the view itself, with what is known of it until somebody decides.

    The stream is closed: what is read afterwards is the copy, under ``result_key``.
    """
    held = Job(id=new_id(), hub_id=hub_id, kind=kind, person_id=person_id, status="held", arguments=facts)
    held.result_key, held.result_name = f"uploads/{hub_id}/{held.id}", plain_name(name)
    stream.seek(0)
    store.put(held.result_key, iter(lambda: stream.read(CHUNK), b""))
    stream.close()
    session.add(held)
    session.flush()
    return held


class Examination:
    """The work of a job on one upload: says how far it is, and what came out of it."""

    def __init__(self, session: Session, worker: Worker, upload: Job) -> None:
        self.session, self.worker, self.upload = session, worker, upload
        self._id, self._folder = upload.id, upload.result_key.rstrip("/")
        self._told = 0

    def stage(self, name: str) -> None:
        """Begin a part of the work: ``joining``, ``checking``, ``repairing``, ``writing``."""
        self.upload.status = "running"
        self.upload.arguments = self.upload.arguments | {"stage": name}
        self.upload.done, self._told = 0, 0
        self.session.commit()

    def tell(self, done: int) -> None:
        """Say how many bytes are done; written down now and then."""
        if done - self._told >= STEP:
            self._told = self.upload.done = done
            self.session.commit()

    def join(self) -> str:
        """Make one file of the pieces unless an earlier try of the job has; return its SHA-256."""
        known: str = self.upload.arguments.get("sha256", "")
        if not known:
            self.stage("joining")
            store, key = self.worker.files, file_key(self.upload)
            store.join_pieces(key)
            whole, done = hashlib.sha256(), 0
            with store.open(key) as stream:
                while chunk := stream.read(CHUNK):
                    whole.update(chunk)
                    done += len(chunk)
                    self.tell(done)
            known = whole.hexdigest()
            self.upload.arguments = self.upload.arguments | {"sha256": known, "size": done}
            self.session.commit()
        return known

    def hold(self, **found: Any) -> None:
        """The file can be used: somebody decides."""
        self.upload.arguments = self.upload.arguments | found
        self.upload.status, self.upload.finished_at = "held", utc_now()
        self.session.commit()

    def refuse(self, **found: Any) -> None:
        """The file cannot be used: it goes at once, and what was found stays to be read."""
        drop_files(self.worker.files, self.upload)
        self.upload.arguments = self.upload.arguments | found
        self.upload.status, self.upload.finished_at = "refused", utc_now()
        self.session.commit()

    def fail(self) -> None:
        """Something went wrong that is nobody's file: what is here stays, and can be examined again.

        When the person has left the upload meanwhile, what the job had written goes too.
        """
        self.session.rollback()
        still = self.session.execute(update(Job).where(Job.id == self._id).values(status="failed"))
        self.session.commit()
        if still.rowcount != 1:  # type: ignore[attr-defined]
            store = self.worker.files
            store.delete(list(store.list_keys(self._folder)))
