"""Courses going out: SCORM packages, offline pages, or the source itself, written by a job."""

from __future__ import annotations

import json
import tempfile
import uuid
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any

import zipstream

from courses.files import file_chunks
from courses.ids import slug
from courses.package_source import PROVENANCE
from courses.packaging import FORMATS, PackError, pack
from lms.accounts.services import record_event
from lms.catalog.drafts import read_model
from lms.catalog.files import load_version, version_files
from lms.catalog.hand_back import hand_back_of
from lms.catalog.models import CourseRecord, CourseVersion
from lms.catalog.sharing import provenance_of
from lms.contracts import GROUPS, Exporter, Refusal, load_plugins
from lms.db import unscoped, utc_now
from lms.hubs.models import Hub
from lms.jobs import Job, Worker, job, start_job
from lms.storage import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from courses.model import Course

KIND = "catalog.export"
SOURCE = "source"
STEP = 4 << 20


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format that a course can be exported in; ``label`` by language."""

    name: str
    label: dict[str, str]
    modules: bool = True


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What a person may choose besides the format; see ``courses.packaging.pack``."""

    include_source: bool = True
    by_module: bool = False
    sequencing: bool = True


def list_formats(exporters: Mapping[str, Exporter]) -> list[ExportFormat]:
    """What can be chosen: the plugins first, then what the packager knows besides."""
    found = [ExportFormat(one.name, one.label) for one in exporters.values() if one.of == "course"]
    known = {
        "scorm2004-4": {"fr": "SCORM 2004, 4e édition", "en": "SCORM 2004, 4th edition"},
        "scorm2004-3": {"fr": "SCORM 2004, 3e édition", "en": "SCORM 2004, 3rd edition"},
        "html": {"fr": "Pages à lire hors ligne", "en": "Pages to read offline"},
    }
    found += [ExportFormat(name, label) for name, label in known.items() if name not in {one.name for one in found}]
    return [
        *found,
        ExportFormat(SOURCE, {"fr": "Source du cours (ZIP)", "en": "Source of the course (ZIP)"}, modules=False),
    ]


def start_export(
    session: Session, *, course: CourseRecord, version: CourseVersion, format_name: str, module: str, person_id: uuid.UUID,
    address: str, options: ExportOptions | None = None, results_address: str = "",
) -> Job:  # fmt: skip
    """Ask for an export; the row says how far it is and what came out. ``results_address``: where offline pages send."""
    record_event(
        session, "course.exported", hub_id=course.hub_id, person_id=person_id, target=course.id, format=format_name,
        version=version.number, module=module,
    )  # fmt: skip
    return start_job(
        session, kind=KIND, person_id=person_id, version=str(version.id), course=str(course.id), format=format_name,
        module=module, address=address, results_address=results_address, **asdict(options or ExportOptions()),
    )  # fmt: skip


def get_export(session: Session, job_id: uuid.UUID, course_id: uuid.UUID) -> Job | None:
    """The export of this course, in the session's hub."""
    found = session.get(Job, job_id)
    return (
        found if found is not None and found.kind == KIND and found.arguments.get("course") == str(course_id) else None
    )


@job(KIND)
def export_course(worker: Worker, job_id: str) -> None:
    """Write the file of an export and say how far it is; a refusal is written on the row, in both languages."""
    with worker.sessions() as session, unscoped(session):
        row = session.get(Job, uuid.UUID(job_id))
        if row is None or row.status == "done":
            return
        row.status = "running"
        session.commit()
        try:
            name, chunks = _chunks(session, worker, row)
            key = f"jobs/{row.id}/{name}"
            with tempfile.TemporaryFile() as made:  # whole before it is kept: it is read from the store that keeps it
                _write(session, row, made, chunks)
                made.seek(0)
                worker.files.put(key, iter(lambda: made.read(CHUNK), b""))
        except (PackError, Refusal) as error:
            row.status, row.message = "failed", json.dumps({"fr": error.fr, "en": error.en}, ensure_ascii=False)
        else:
            row.status, row.result_key, row.result_name = "done", key, name
            row.done = worker.files.size(key)
        row.finished_at = utc_now()
        session.commit()


def _write(session: Session, row: Job, made: IO[bytes], chunks: Iterator[bytes]) -> None:
    last = 0
    for chunk in chunks:
        made.write(chunk)
        row.done += len(chunk)
        if row.done - last >= STEP:
            last = row.done
            session.commit()


def _chunks(session: Session, worker: Worker, row: Job) -> tuple[str, Iterator[bytes]]:
    asked = row.arguments
    version = session.get_one(CourseVersion, uuid.UUID(asked["version"]))
    course = session.get_one(CourseRecord, version.course_id)
    hub = session.get_one(Hub, row.hub_id)
    files = version_files(session, worker.files, version.id)
    model = read_model(version, files) if version.number == 0 else load_version(session, worker.files, version.id)
    if model is None:
        raise Refusal(
            "course.yaml ne peut pas être lu : corrigez-le d'abord.", "course.yaml cannot be read: correct it first."
        )
    provenance = provenance_of(course, hub=hub.name, version=str(version.number), address=asked["address"])
    row.total = sum(files.size(path) for path in files)
    module = asked["module"] or None
    stem = "-".join(
        part for part in (course.key, module, f"v{version.number}" if version.number else "brouillon") if part
    )
    if asked["format"] == SOURCE:
        return f"{stem}.zip", _source(files, provenance.of(model, files).as_dict())
    options: dict[str, Any] = {"module": module, "provenance": provenance}
    options |= {name: asked[name] for name in asdict(ExportOptions()) if name in asked}
    if asked["format"] == "html":
        secret = worker.settings.secret_key
        results = asked.get("results_address", "")
        options["hand_back"] = hand_back_of(version, module or "", secret=secret, address=results)
    return _packed(model, files, asked["format"], stem, options)


def _packed(
    model: Course, files: Mapping[str, bytes], name: str, stem: str, options: dict[str, Any]
) -> tuple[str, Iterator[bytes]]:
    plugin = load_plugins(GROUPS["exporters"], Exporter).get(name)
    if plugin is not None and plugin.of == "course":
        exported = plugin.export((model, files), **options)
        return exported.name or f"{stem}.zip", exported.chunks
    if name not in FORMATS:
        raise Refusal("Ce format n'est pas installé.", "This format is not installed.")
    return f"{slug(stem)}-{name}.zip", pack(model, files, format=name, **options)


def _source(files: Mapping[str, bytes], provenance: dict[str, Any]) -> Iterator[bytes]:
    """The folder as it is, and beside it where it comes from; media is read one file at a time."""
    archive = zipstream.ZipStream(compress_type=zipstream.ZIP_DEFLATED, compress_level=1)
    for path in files:
        archive.add(file_chunks(files, path), path)
    archive.add(json.dumps(provenance, ensure_ascii=False, indent=1).encode(), PROVENANCE)
    yield from archive
