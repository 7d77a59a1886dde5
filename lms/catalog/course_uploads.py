"""Courses on their way in: looked at by a job, then written by a job once somebody has said yes."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING

from lms.catalog.checking import CourseError
from lms.catalog.files import CoursePathError
from lms.catalog.importing import find_same_course, import_as_new, import_into, read_import, report_import
from lms.catalog.uploads import IMPORT, Examination, drop_files, file_key, queue_examination
from lms.contracts import GROUPS, Importer, Refusal, load_plugins
from lms.db import scope_to_hub, unscoped, utc_now
from lms.frameworks.store import KnownItems
from lms.jobs import Job, Worker, job
from scorm.messages import ScormError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from lms.catalog.models import CourseRecord
    from lms.contracts.exchange import Imported

log = logging.getLogger("bouquet.uploads")
REFUSALS = (Refusal, ScormError, CourseError, CoursePathError)


def start_writing(session: Session, upload: Job, *, choice: str) -> None:
    """Have the course written: ``update`` over the draft of the same course, ``copy`` as a new one."""
    upload.arguments = upload.arguments | {"asked": "write", "choice": choice}
    queue_examination(session, upload)


@job(IMPORT)
def examine_upload(worker: Worker, job_id: str) -> None:
    """Look at the file; write the course once that was asked. A refusal says why and leaves nothing."""
    with worker.sessions() as session:
        with unscoped(session):
            upload = session.get(Job, uuid.UUID(job_id))
        if upload is None or upload.status not in {"waiting", "running"}:
            return
        scope_to_hub(session, upload.hub_id)
        work = Examination(session, worker, upload)
        try:
            work.join()
            work.stage("writing" if upload.arguments.get("asked") == "write" else "checking")
            with worker.files.on_disk(file_key(upload)) as path:
                if upload.arguments.get("asked") == "write":
                    _write(work, path)
                else:
                    _look(work, path)
        except REFUSALS as error:
            session.rollback()
            work.refuse(refusal=_reasons(error))
        except Exception:
            log.exception("upload %s could not be examined", job_id)
            work.fail()


def _look(work: Examination, path: Path) -> None:
    name, imported = read_import(load_plugins(GROUPS["importers"], Importer), path)
    try:
        report = report_import(name, imported, KnownItems(work.session)).as_dict()
        imported.verify()
    finally:
        imported.close()
    work.hold(report=report)


def _write(work: Examination, path: Path) -> None:
    upload = work.upload
    importer = load_plugins(GROUPS["importers"], Importer)[upload.arguments["report"]["importer"]]
    imported = importer.read(path)
    try:
        course = _written(work, imported)
        upload.arguments = upload.arguments | {"course": str(course.id)}
        upload.status, upload.finished_at = "done", utc_now()
        work.session.commit()
    finally:
        imported.close()
    drop_files(work.worker.files, upload)


def _written(work: Examination, imported: Imported) -> CourseRecord:
    session, store, upload = work.session, work.worker.files, work.upload
    same = find_same_course(session, upload.arguments["report"]["key"])
    if upload.person_id is None:
        raise LookupError("the person who sent the file is gone")
    if same is not None and upload.arguments["choice"] == "update":
        return import_into(session, store, imported, course=same, person_id=upload.person_id)
    return import_as_new(session, store, imported, hub_id=upload.hub_id, person_id=upload.person_id)


def _reasons(error: Exception) -> dict[str, str]:
    if isinstance(error, CourseError):
        return {lang: " ".join(one.text(lang) for one in error.problems[:3]) for lang in ("fr", "en")}
    return {"fr": str(getattr(error, "fr", "")), "en": str(getattr(error, "en", error))}
