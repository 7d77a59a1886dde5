"""Courses coming in: a file is looked at first, and written only once somebody has said yes."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from courses.check import check_files
from courses.files import SomeFiles, file_size
from courses.ids import unique_id
from courses.loader import load_course
from lms.accounts.services import record_event
from lms.catalog.checking import CourseError
from lms.catalog.drafts import Draft, UnreadableDraftError, open_draft
from lms.catalog.files import check_path
from lms.catalog.models import CourseFile, CourseRecord
from lms.catalog.queries import get_draft
from lms.catalog.removals import set_aside_all
from lms.catalog.services import create_course, touch_draft, write_files
from lms.contracts import Refusal

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from courses.check import Known
    from lms.contracts import Importer
    from lms.contracts.exchange import Imported
    from lms.storage import FileStore

MAX_SHOWN = 40


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file would give, as plain data that can wait in the database."""

    importer: str
    key: str
    title: str
    language: str
    licence: str
    authors: list[str]
    minutes: int
    modules: list[dict[str, Any]]  # title, activities
    files: int
    size: int
    provenance: dict[str, Any]
    notes: list[dict[str, str]]
    problems: list[dict[str, Any]]  # severity, place, fr, en
    errors: int
    warnings: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_import(importers: Mapping[str, Importer], path: Path) -> tuple[str, Imported]:
    """The first importer that recognises the file, and what it reads; Refusal when none does or it cannot be read."""
    for name, importer in importers.items():
        if importer.recognises(path):
            return name, importer.read(path)
    raise Refusal(
        "Ce fichier n'est ni un cours (un dossier avec course.yaml, en ZIP), ni un paquet SCORM.",
        "This file is neither a course (a folder with course.yaml, as a ZIP) nor a SCORM package.",
    )


def report_import(name: str, imported: Imported, known: Known) -> ImportReport:
    """What the file holds, without writing anything; CourseError when there is no readable course in it."""
    loaded = load_course(imported.files)
    if loaded.course is None:
        raise CourseError(loaded.problems)
    for path in imported.files:
        check_path(path)
    course = loaded.course
    problems = check_files(imported.files, known)
    return ImportReport(
        importer=name, key=course.id, title=course.title, language=course.language, licence=course.licence,
        authors=list(course.authors), minutes=course.minutes,
        modules=[{"title": one.title, "activities": len(one.activities)} for one in course.modules],
        files=len(imported.files), size=sum(file_size(imported.files, path) for path in imported.files),
        provenance=imported.provenance, notes=[dict(note) for note in imported.notes],
        problems=[
            {"severity": one.severity, "place": str(one.place), "fr": f"{one.message['fr']} {one.cure['fr']}".strip(), "en": f"{one.message['en']} {one.cure['en']}".strip()}
            for one in problems[:MAX_SHOWN]
        ],
        errors=sum(one.severity == "error" for one in problems), warnings=sum(one.severity == "warning" for one in problems),
    )  # fmt: skip


def find_same_course(session: Session, key: str) -> CourseRecord | None:
    """The course of the session's hub that has this key."""
    return session.scalar(select(CourseRecord).where(CourseRecord.key == key, CourseRecord.archived_at.is_(None)))


def import_as_new(
    session: Session, store: FileStore, imported: Imported, *, hub_id: uuid.UUID, person_id: uuid.UUID
) -> CourseRecord:
    """Make a course of the file; when the hub has its key already the copy gets a key of its own, in its files too."""
    files: Mapping[str, bytes] = imported.files
    loaded = load_course(files)
    if loaded.course is None:
        raise CourseError(loaded.problems)
    taken = set(session.scalars(select(CourseRecord.key).where(CourseRecord.hub_id == hub_id)))
    if loaded.course.id in taken:
        files = _rekeyed(files, unique_id(loaded.course.id, taken))
    course = create_course(
        session, store, files=files, hub_id=hub_id, person_id=person_id, provenance=imported.provenance
    )
    record_event(session, "course.imported", hub_id=hub_id, person_id=person_id, target=course.id, key=course.key)
    return course


def _rekeyed(files: Mapping[str, bytes], key: str) -> Mapping[str, bytes]:
    """The same files, whose course.yaml has another id; large files stay where they are until they are read."""
    text = re.sub(r"(?m)^id:.*$", f"id: {key}", files["course.yaml"].decode("utf-8"), count=1)
    return SomeFiles(files, files, {"course.yaml": text.encode()})


def import_into(
    session: Session, store: FileStore, imported: Imported, *, course: CourseRecord, person_id: uuid.UUID
) -> CourseRecord:
    """Replace the draft of a course by the file; what the draft held is kept aside and can be brought back."""
    version = get_draft(session, course.id)
    if version is None:
        raise LookupError(f"course {course.id} has no draft")
    former = _former(session, store, course.id)
    if former is not None:
        set_aside_all(session, former, person_id)
    session.execute(delete(CourseFile).where(CourseFile.version_id == version.id))
    write_files(session, store, version, imported.files)
    if imported.provenance:
        course.provenance = imported.provenance
    touch_draft(session, store, version)
    record_event(
        session, "course.replaced", hub_id=course.hub_id, person_id=person_id, target=course.id, key=course.key
    )
    return course


def _former(session: Session, store: FileStore, course_id: uuid.UUID) -> Draft | None:
    try:
        return open_draft(session, store, course_id)
    except UnreadableDraftError:
        return None
