"""Courses between hubs, and between versions: the shared catalogue, copies that say where they come from, differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from courses.ids import unique_id
from courses.provenance import Provenance, block_hashes, read_provenance
from lms.accounts.services import record_event
from lms.catalog.files import load_version, version_files
from lms.catalog.models import CourseFile, CourseRecord, CourseVersion
from lms.catalog.queries import get_latest_version
from lms.catalog.services import refresh_draft
from lms.db import new_id, unscoped, utc_now
from lms.hubs.models import Hub

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from courses.model import Course
    from lms.storage import FileStore


def provenance_of(course: CourseRecord, *, hub: str, version: str, address: str = "") -> Provenance:
    """What a package of this course says of itself: its hub and version, and the chain it was made from."""
    parent = read_provenance(course.provenance)
    return parent.derived(hub, version, address) if parent else Provenance(hub, version, address)


@dataclass(frozen=True, slots=True)
class SharedCourse:
    """A course that another hub offers."""

    id: uuid.UUID
    title: str
    summary: str
    language: str
    licence: str
    minutes: int
    number: int
    hub: str
    taken: bool


def list_shared_courses(session: Session, hub_id: uuid.UUID) -> list[SharedCourse]:
    """The published courses that the other hubs offer, by title; ``taken`` says that this hub has a copy."""
    course, version = CourseRecord, CourseVersion
    with unscoped(session):
        rows = session.execute(
            select(
                course.id, course.title, course.summary, course.language, course.licence, version.minutes, version.number,
                Hub.name, course.key,
            )
            .join(version, version.course_id == course.id)
            .join(Hub, Hub.id == course.hub_id)
            .where(course.shared, course.hub_id != hub_id, course.archived_at.is_(None), version.number > 0)
            .order_by(course.title, course.id, version.number.desc())
        ).all()  # fmt: skip
        own = session.scalars(select(course.provenance).where(course.hub_id == hub_id)).all()
    taken = {(one.get("hub"), one.get("course")) for one in own if one}
    found: dict[uuid.UUID, SharedCourse] = {}
    for course_id, title, summary, language, licence, minutes, number, hub, key in rows:
        line = SharedCourse(course_id, title, summary, language, licence, minutes, number, hub, (hub, key) in taken)
        found.setdefault(course_id, line)
    return list(found.values())


def copy_shared_course(
    session: Session, store: FileStore, *, course_id: uuid.UUID, hub_id: uuid.UUID, person_id: uuid.UUID
) -> CourseRecord | None:
    """Take the latest version of a course that another hub shares into this one; None when it is not offered."""
    with unscoped(session):
        source = session.get(CourseRecord, course_id)
        if source is None or not source.shared or source.archived_at is not None or source.hub_id == hub_id:
            return None
        version = get_latest_version(session, course_id)
        if version is None:
            return None
        hub = session.get_one(Hub, source.hub_id)
        files = version_files(session, store, version.id)
        model = load_version(session, store, version.id)
        provenance = provenance_of(source, hub=hub.name, version=str(version.number)).of(model, files)
        copy = _copy(session, source, version, provenance.as_dict(), hub_id, person_id)
        refresh_draft(session, store, copy[1])
        record_event(
            session, "course.taken", hub_id=hub_id, person_id=person_id, target=copy[0].id, of=str(source.id),
            from_hub=hub.slug, version=version.number,
        )  # fmt: skip
    return copy[0]


def _copy(  # noqa: PLR0917
    session: Session,
    source: CourseRecord,
    version: CourseVersion,
    provenance: dict[str, Any],
    hub_id: uuid.UUID,
    person_id: uuid.UUID,
) -> tuple[CourseRecord, CourseVersion]:
    taken = set(session.scalars(select(CourseRecord.key).where(CourseRecord.hub_id == hub_id)))
    course = CourseRecord(
        hub_id=hub_id, key=unique_id(source.key, taken), title=source.title, summary=source.summary, language=source.language,
        licence=source.licence, provenance=provenance, created_by=person_id,
    )  # fmt: skip
    session.add(course)
    session.flush()
    draft = CourseVersion(hub_id=hub_id, course_id=course.id, number=0, title=version.title, minutes=version.minutes)
    session.add(draft)
    session.flush()
    columns = (CourseFile.path, CourseFile.text, CourseFile.blob_key, CourseFile.size)
    rows = session.execute(select(*columns).where(CourseFile.version_id == version.id)).all()
    session.execute(insert(CourseFile), [
        {"id": new_id(), "hub_id": hub_id, "version_id": draft.id, "path": path, "text": text, "blob_key": blob, "size": size, "updated_at": utc_now()}
        for path, text, blob, size in rows
    ])  # fmt: skip
    return course, draft


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed from a version to another: activities as (id, title), and how many media files."""

    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, str], ...]
    moved: bool
    facts: bool
    media: int

    @property
    def nothing(self) -> bool:
        return not (self.added or self.removed or self.changed or self.moved or self.facts or self.media)


def compare(before: tuple[Course, Mapping[str, bytes]], after: tuple[Course, Mapping[str, bytes]]) -> Differences:
    """Compare two states of a course by the ids of their activities and the hash of what these say."""
    old, new = before[0], after[0]
    old_hash, new_hash = block_hashes(*before), block_hashes(*after)
    old_ids, new_ids = [one.id for one in old.activities], [one.id for one in new.activities]
    both = [one for one in new.activities if one.id in old_ids]
    return Differences(
        added=tuple((one.id, one.title) for one in new.activities if one.id not in old_ids),
        removed=tuple((one.id, one.title) for one in old.activities if one.id not in new_ids),
        changed=tuple((one.id, one.title) for one in both if old_hash[one.id] != new_hash[one.id]),
        moved=[one for one in old_ids if one in new_ids] != [one for one in new_ids if one in old_ids],
        facts=before[1]["course.yaml"] != after[1]["course.yaml"],
        media=_media_changes(before[1], after[1]),
    )


def _media_changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> int:
    return sum(_mark(old, path) != _mark(new, path) for path in {*old, *new} if path.startswith("media/"))


def _mark(files: Mapping[str, bytes], path: str) -> str:
    """The key of a file in the store names its content; a text is compared as it is."""
    if path not in files:
        return ""
    key = getattr(files, "blob_key", lambda _path: "")(path)
    return key or files[path].decode("utf-8", "replace")
