"""SCORM packages on their way in: examined by a job as they were sent, or once repaired, then put in a course.

Each *variant* (``sent``, ``repaired``) has a folder of its own under the upload: the archive, and what its index keeps.
"""

from __future__ import annotations

import hashlib
import logging
import posixpath
import tempfile
import uuid
from typing import TYPE_CHECKING, Any, Final

from courses.ids import slug, unique_id
from lms.accounts.services import record_event
from lms.catalog.outlines import close_change, free_path, list_activity, taken_ids
from lms.catalog.package_changes import compare_packages
from lms.catalog.package_reports import examine, refused, repair
from lms.catalog.packages import (
    adopt_package,
    blob_key,
    index_key,
    index_package,
    outline_in_store,
    package_members,
    register_package,
)
from lms.catalog.services import save_blob
from lms.catalog.uploads import PACKAGE, Examination, drop_upload, file_key
from lms.db import unscoped
from lms.jobs import Job, Worker, job
from lms.storage import CHUNK
from scorm.archive import ArchiveError
from scorm.members import read_index
from scorm.messages import ScormError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.catalog.drafts import Draft
    from lms.catalog.models import ScormPackage
    from lms.catalog.package_changes import PackageChanges
    from lms.storage import FileStore

log = logging.getLogger("bouquet.uploads")
SENT: Final = "sent"
REPAIRED: Final = "repaired"


def variant_folder(upload: Job, variant: str) -> str:
    return f"{upload.result_key}{variant}"


def archive_key(upload: Job, variant: str) -> str:
    """Where the archive of a variant waits."""
    return file_key(upload) if variant == SENT else f"{variant_folder(upload, variant)}/package.zip"


def shown_variant(upload: Job) -> str:
    """The variant that the report is about and that would be used."""
    return str(upload.arguments.get("shown", SENT))


def shown_report(upload: Job) -> dict[str, Any]:
    found: dict[str, Any] = upload.arguments[shown_variant(upload)]
    return found


@job(PACKAGE)
def examine_upload(worker: Worker, job_id: str) -> None:
    """Put the pieces together, check and index the package; repair it first when that was asked."""
    with worker.sessions() as session, unscoped(session):
        upload = session.get(Job, uuid.UUID(job_id))
        if upload is None or upload.status not in {"waiting", "running"}:
            return
        work = Examination(session, worker, upload)
        try:
            variant = REPAIRED if upload.arguments.get("asked") == "repair" else SENT
            sha256 = _repair(work) if variant == REPAIRED else work.join()
            report = _look(work, variant) | {"sha256": sha256}
            if report["usable"]:
                work.hold(**{variant: report, "shown": variant, "asked": ""})
            else:
                work.refuse(**{variant: report, "shown": variant, "asked": ""})
        except Exception:
            log.exception("upload %s could not be examined", job_id)
            work.fail()


def _look(work: Examination, variant: str) -> dict[str, Any]:
    upload, store = work.upload, work.worker.files
    limits = work.worker.settings.package_limits
    work.stage("checking")
    with store.on_disk(archive_key(upload, variant)) as path, path.open("rb") as stream:
        report = examine(path, upload.result_name, limits)
        if not report["usable"]:
            return report
        upload.total = report["size"]
        try:
            index_package(store, stream, variant_folder(upload, variant), limits, work.tell)
        except ArchiveError as error:
            return refused(report, error)
    return report


def _repair(work: Examination) -> str:
    upload, store = work.upload, work.worker.files
    work.stage("repairing")
    with tempfile.TemporaryFile() as made:
        with store.on_disk(archive_key(upload, SENT)) as path:
            done = repair(path, made, work.worker.settings.package_limits)
        made.seek(0)
        sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        made.seek(0)
        store.put(archive_key(upload, REPAIRED), iter(lambda: made.read(CHUNK), b""))
    upload.arguments = upload.arguments | {"done": done}
    return sha256


def changes_to(store: FileStore, upload: Job, former: str) -> PackageChanges | None:
    """What the package of an upload changes, beside the one of SHA-256 ``former``; None when that cannot be read."""
    report = shown_report(upload)
    index = read_index(store.read(index_key(variant_folder(upload, shown_variant(upload)))))
    try:
        before = outline_in_store(store, former)
    except (ScormError, FileNotFoundError):
        return None
    return compare_packages(before, report["outline"], package_members(store, former), index)


def adopt(
    session: Session, store: FileStore, upload: Job, *, hub_id: uuid.UUID, person_id: uuid.UUID | None
) -> tuple[ScormPackage, int]:
    """The package of the variant that is shown, for good; and the size of its archive."""
    variant = shown_variant(upload)
    report = upload.arguments[variant]
    sha256: str = report["sha256"]
    adopt_package(store, archive_key(upload, variant), variant_folder(upload, variant), sha256)
    provenance: dict[str, Any] = {"file": upload.result_name}
    if variant == REPAIRED:
        provenance |= {"repaired_from": upload.arguments[SENT]["sha256"], "repairs": upload.arguments["done"]}
    package = register_package(
        session, store, sha256, hub_id=hub_id, person_id=person_id, report=report, provenance=provenance
    )
    return package, store.size(blob_key(sha256))


def add_to_course(
    session: Session, store: FileStore, upload: Job, draft: Draft, *, module_id: str, title: str, person_id: uuid.UUID
) -> str:
    """Put the package at the end of a module as a new activity; return its id. The upload is over."""
    hub_id = draft.version.hub_id
    package, size = adopt(session, store, upload, hub_id=hub_id, person_id=person_id)
    module = draft.module(module_id)
    path = free_path(draft, module, slug(title, "paquet"), "zip")
    key = unique_id(slug(f"scorm-{slug(title, 'paquet')}"), taken_ids(draft.course))
    save_blob(session, draft.version, path=path, blob_key=blob_key(package.sha256), size=size)
    list_activity(session, store, draft, module, {"scorm": posixpath.basename(path), "id": key, "title": title})
    record_event(
        session, "course.package_added", hub_id=hub_id, person_id=person_id, target=draft.version.course_id,
        activity=key, package=package.sha256,
    )  # fmt: skip
    drop_upload(session, store, upload)
    return key


def replace_in_course(
    session: Session, store: FileStore, upload: Job, draft: Draft, *, key: str, person_id: uuid.UUID
) -> None:
    """Put the package in the place of an activity's former one, in the draft; the activity keeps its id, title and ties."""
    hub_id = draft.version.hub_id
    package, size = adopt(session, store, upload, hub_id=hub_id, person_id=person_id)
    path = draft.course.activity(key).path
    former = draft.files.digest(path)
    save_blob(session, draft.version, path=path, blob_key=blob_key(package.sha256), size=size)
    close_change(session, store, draft)
    record_event(
        session, "course.package_replaced", hub_id=hub_id, person_id=person_id, target=draft.version.course_id,
        activity=key, package=package.sha256, former=former,
    )  # fmt: skip
    drop_upload(session, store, upload)
