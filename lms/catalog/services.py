"""Writing courses: creation from files, edits of the draft, publication of a version that never changes."""

from __future__ import annotations

import hashlib
from os import SEEK_END
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from courses.files import file_chunks
from courses.ids import unique_id
from courses.loader import load_course
from courses.model import ScormPackage
from lms.accounts.services import record_event
from lms.catalog.alignments import alignment_rows
from lms.catalog.checking import CourseError, prepare_activities, read_draft
from lms.catalog.drafts import read_model
from lms.catalog.facts import course_facts
from lms.catalog.files import TEXT_SUFFIXES, VersionFiles, as_text, check_path, version_files
from lms.catalog.models import CourseFile, CourseRecord, CourseVersion, VersionActivity
from lms.catalog.packages import register_package
from lms.catalog.queries import get_draft, get_latest_version
from lms.db import new_id, utc_now
from lms.frameworks.store import KnownItems
from lms.storage import CHUNK

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from courses.model import Course
    from lms.contracts import ActivityType
    from lms.storage import FileStore


class PublishedVersionError(RuntimeError):
    """A published version never changes: edits go to the draft."""


def create_course(
    session: Session,
    store: FileStore,
    *,
    files: Mapping[str, bytes],
    hub_id: uuid.UUID,
    person_id: uuid.UUID | None,
    provenance: dict[str, Any] | None = None,
) -> CourseRecord:
    """Create a course whose draft has these files; a key that the hub has already gets a number.

    CourseError when there is no readable ``course.yaml``, CoursePathError for a path that cannot be.
    """
    loaded = load_course(files)
    if loaded.course is None:
        raise CourseError(loaded.problems)
    taken = set(session.scalars(select(CourseRecord.key).where(CourseRecord.hub_id == hub_id)))
    course = CourseRecord(
        hub_id=hub_id,
        key=unique_id(loaded.course.id, taken),
        title="",
        provenance=provenance or {},
        created_by=person_id,
    )
    session.add(course)
    session.flush()
    draft = CourseVersion(hub_id=hub_id, course_id=course.id, number=0, title="")
    session.add(draft)
    session.flush()
    _describe(course, draft, loaded.course)
    write_files(session, store, draft, files)
    write_missing_ids(session, store, draft)
    record_event(session, "course.created", hub_id=hub_id, person_id=person_id, target=course.id, key=course.key)
    return course


def write_files(session: Session, store: FileStore, draft: CourseVersion, files: Mapping[str, bytes]) -> None:
    """Write the files of a draft that has none. Media goes through in pieces where ``files`` can (``courses.files``)."""
    rows = []
    for path in files:
        row = {
            "id": new_id(),
            "hub_id": draft.hub_id,
            "version_id": draft.id,
            "path": check_path(path),
            "updated_at": utc_now(),
        }
        if PurePosixPath(path).suffix.lower() not in TEXT_SUFFIXES:
            rows.append(row | _in_pieces(store, files, path))
        else:
            rows.append(row | _content(store, path, files[path]))
    session.execute(insert(CourseFile), rows)


def _streamed(store: FileStore, stream: IO[bytes]) -> dict[str, Any]:
    """A large file sent to the store under its own SHA-256 without being held in memory."""
    key = f"blobs/{hashlib.file_digest(stream, 'sha256').hexdigest()}"  # type: ignore[arg-type]
    size = stream.seek(0, SEEK_END)
    if not store.exists(key):
        stream.seek(0)
        store.put(key, iter(lambda: stream.read(CHUNK), b""))
    return {"text": None, "blob_key": key, "size": size}


def _in_pieces(store: FileStore, files: Mapping[str, bytes], path: str) -> dict[str, Any]:
    """The same for a file of a mapping: read once for its SHA-256, and once more when the store has not got it."""
    digest, size = hashlib.sha256(), 0
    for chunk in file_chunks(files, path):
        digest.update(chunk)
        size += len(chunk)
    key = f"blobs/{digest.hexdigest()}"
    if not store.exists(key):
        store.put(key, file_chunks(files, path))
    return {"text": None, "blob_key": key, "size": size}


def _content(store: FileStore, path: str, data: bytes) -> dict[str, Any]:
    text = as_text(path, data)
    return {"text": text, "blob_key": "" if text is not None else store.put_content(data), "size": len(data)}


def _describe(course: CourseRecord, draft: CourseVersion, model: Course) -> None:
    course.title = draft.title = model.title[:300]
    course.summary, course.language, course.licence = model.summary, model.language[:8], model.licence[:60]
    draft.minutes = model.minutes


def save_file(
    session: Session,
    store: FileStore,
    version: CourseVersion,
    *,
    path: str,
    data: bytes | IO[bytes],
    refresh: bool = True,
) -> CourseFile:
    """Write one file of a draft; PublishedVersionError for a published version, CoursePathError for a bad path.

    ``data`` may be an open file, which is sent piece by piece to the store. Without ``refresh``, ``touch_draft`` is to
    be called after the last of several changes.
    """
    _require_draft(version)
    check_path(path)
    row = session.scalar(select(CourseFile).where(CourseFile.version_id == version.id, CourseFile.path == path))
    if row is None:
        row = CourseFile(hub_id=version.hub_id, version_id=version.id, path=path)
        session.add(row)
    content = _content(store, path, data) if isinstance(data, bytes) else _streamed(store, data)
    for name, value in content.items():
        setattr(row, name, value)
    session.flush()
    if refresh:
        touch_draft(session, store, version)
    return row


def save_blob(session: Session, version: CourseVersion, *, path: str, blob_key: str, size: int) -> None:
    """Write one file of a draft whose content is in the store already; ``touch_draft`` is to be called afterwards."""
    _require_draft(version)
    check_path(path)
    row = session.scalar(select(CourseFile).where(CourseFile.version_id == version.id, CourseFile.path == path))
    if row is None:
        row = CourseFile(hub_id=version.hub_id, version_id=version.id, path=path)
        session.add(row)
    row.text, row.blob_key, row.size = None, blob_key, size
    session.flush()


def delete_file(session: Session, store: FileStore, version: CourseVersion, *, path: str, refresh: bool = True) -> None:
    """Take one file out of a draft; a path that is not there is passed over. ``refresh`` as in ``save_file``."""
    _require_draft(version)
    session.execute(delete(CourseFile).where(CourseFile.version_id == version.id, CourseFile.path == path))
    if refresh:
        touch_draft(session, store, version)


def write_missing_ids(session: Session, store: FileStore, draft: CourseVersion) -> int:
    """Write the ids that blocks of a draft lack, so that those of its versions never change; return how many pages did."""
    from courses.fixes import fix_missing_ids  # noqa: PLC0415 - only when a course comes in or goes out

    fixed = fix_missing_ids(version_files(session, store, draft.id))
    for path, data in fixed.items():
        save_file(session, store, draft, path=path, data=data, refresh=False)
    if fixed:
        touch_draft(session, store, draft)
    return len(fixed)


def touch_draft(session: Session, store: FileStore, version: CourseVersion) -> None:
    """Note that the files of a draft have changed."""
    version.updated_at = utc_now()
    session.flush()
    refresh_draft(session, store, version)


def refresh_draft(session: Session, store: FileStore, draft: CourseVersion) -> None:
    """Bring title, summary and duration in line with the files; a course.yaml that cannot be read changes nothing."""
    model = read_model(draft, version_files(session, store, draft.id))
    if model is not None:
        course = session.get_one(CourseRecord, draft.course_id)
        _describe(course, draft, model)
        session.flush()


def _require_draft(version: CourseVersion) -> None:
    if version.number != 0:
        raise PublishedVersionError(f"version {version.number} is published: edit the draft")


def publish_course(
    session: Session,
    store: FileStore,
    activity_types: Mapping[str, ActivityType],
    *,
    course: CourseRecord,
    person_id: uuid.UUID | None,
    notes: str = "",
) -> CourseVersion:
    """Make the next version out of the draft; learners in progress stay on theirs.

    CourseError when the check finds errors (warnings pass). When nothing changed since the last version, that one is
    given back.
    """
    draft = get_draft(session, course.id)
    if draft is None:
        raise LookupError(f"course {course.id} has no draft")
    write_missing_ids(session, store, draft)
    files = version_files(session, store, draft.id)
    model, _ = read_draft(files, KnownItems(session))
    digest, latest = content_hash(files), get_latest_version(session, course.id)
    if latest is not None and latest.content_hash == digest:
        return latest
    prepared = prepare_activities(model, files, activity_types)
    for activity in model.activities:
        if isinstance(activity.content, ScormPackage):
            sha256 = files.digest(activity.content.path)
            register_package(session, store, sha256, hub_id=course.hub_id, person_id=person_id)
    version = CourseVersion(
        hub_id=course.hub_id, course_id=course.id, number=latest.number + 1 if latest else 1, title=model.title[:300],
        minutes=model.minutes, content_hash=digest, facts=course_facts(model), notes=notes.strip(),
        published_at=utc_now(), published_by=person_id,
    )  # fmt: skip
    session.add(version)
    session.flush()
    _copy_files(session, draft, version)
    session.add_all(_activities(model, prepared, activity_types, version))
    session.add_all(alignment_rows(model, hub_id=course.hub_id, version_id=version.id))
    _describe(course, draft, model)
    record_event(
        session, "course.published", hub_id=course.hub_id, person_id=person_id, target=course.id,
        version=version.number, content_hash=digest,
    )  # fmt: skip
    return version


def content_hash(files: VersionFiles) -> str:
    """SHA-256 over the sorted paths and the SHA-256 of each file: the same folder has the same hash everywhere."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path}\0{files.digest(path)}\n".encode())
    return whole.hexdigest()


def _copy_files(session: Session, draft: CourseVersion, version: CourseVersion) -> None:
    columns = (CourseFile.path, CourseFile.text, CourseFile.blob_key, CourseFile.size)
    found = session.execute(select(*columns).where(CourseFile.version_id == draft.id)).all()
    rows = [
        {"id": new_id(), "hub_id": version.hub_id, "version_id": version.id, "path": path, "text": text,
         "blob_key": blob_key, "size": size, "updated_at": utc_now()}
        for path, text, blob_key, size in found
    ]  # fmt: skip
    session.execute(insert(CourseFile), rows)


def _activities(
    model: Course,
    prepared: Mapping[str, dict[str, Any]],
    activity_types: Mapping[str, ActivityType],
    version: CourseVersion,
) -> list[VersionActivity]:
    listed = [(module, activity) for module in model.modules for activity in module.activities]
    return [
        VersionActivity(
            hub_id=version.hub_id, version_id=version.id, key=activity.id, position=position, module_key=module.id,
            module_title=module.title[:300], kind=activity.kind, title=activity.title[:300], minutes=activity.minutes,
            required=activity.required, purpose=activity_types[activity.kind].purpose(prepared[activity.id])[:20],
            data=prepared[activity.id],
        )
        for position, (module, activity) in enumerate(listed)
    ]  # fmt: skip
