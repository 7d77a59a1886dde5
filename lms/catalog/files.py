"""The folder of a version as a mapping of paths to bytes: texts come from their rows, media from the file store."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

from sqlalchemy import select

from courses.files import is_course_file
from courses.loader import load_course
from lms.catalog.models import CourseFile

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from courses.model import Course
    from lms.storage import FileStore

TEXT_SUFFIXES = frozenset({".md", ".yaml", ".yml", ".vtt", ".txt", ".json"})
MAX_TEXT_BYTES = 2_000_000
MAX_PATH = 240


class CoursePathError(ValueError):
    """A path that cannot name a file of a course; ``fr`` and ``en`` say why."""

    def __init__(self, path: str) -> None:
        shown = "".join(char for char in path[:80] if char.isprintable())
        super().__init__(f"not a path inside a course: {shown!r}")
        self.fr = f"« {shown} » ne peut pas être un chemin du cours : ni « .. », ni point initial, ni signe invisible."
        self.en = f"“{shown}” cannot be a path of the course: no “..”, no leading dot, no invisible sign."


def check_path(path: str) -> str:
    """Return the path when it is a plain relative POSIX path of a course file; CoursePathError otherwise."""
    parts = path.split("/")
    plain = path.isprintable() and "\\" not in path and len(path) <= MAX_PATH and all(part.strip() for part in parts)
    if not plain or not is_course_file(path) or PurePosixPath(path).is_absolute() or ":" in parts[0]:
        raise CoursePathError(path)
    return path


def as_text(path: str, data: bytes) -> str | None:
    """The text to keep in the row, None for media and for what is not UTF-8."""
    if PurePosixPath(path).suffix.lower() not in TEXT_SUFFIXES or len(data) > MAX_TEXT_BYTES or b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


class VersionFiles(Mapping[str, bytes]):
    """The files of one version; media is read from the store when it is asked for."""

    def __init__(self, store: FileStore, rows: Mapping[str, tuple[str | None, str, int]]) -> None:
        self._store = store
        self._rows = rows

    def __getitem__(self, path: str) -> bytes:
        text, blob_key, _ = self._rows[path]
        return text.encode() if text is not None else self._store.read(blob_key)

    def __contains__(self, path: object) -> bool:
        return path in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def size(self, path: str) -> int:
        """Size in bytes, without reading the file."""
        return self._rows[path][2]

    def blob_key(self, path: str) -> str:
        """Key of the file in the store; empty for a text."""
        return self._rows[path][1]

    def digest(self, path: str) -> str:
        """SHA-256 of the file in hexadecimal; media is not read for it, its key says it."""
        text, blob_key, _ = self._rows[path]
        return hashlib.sha256(text.encode()).hexdigest() if text is not None else blob_key.removeprefix("blobs/")

    def chunks(self, path: str) -> Iterator[bytes]:
        """The file in pieces, media straight from the store."""
        text, blob_key, _ = self._rows[path]
        if text is not None:
            yield text.encode()
        else:
            yield from self._store.stream(blob_key)

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        """A file as a seekable stream; a large one stays on disk."""
        text, blob_key, _ = self._rows[path]
        if text is not None:
            yield io.BytesIO(text.encode())
            return
        with self._store.open(blob_key) as stream:
            yield stream


def version_files(session: Session, store: FileStore, version_id: uuid.UUID) -> VersionFiles:
    """The files of a version, one statement; media stays in the store until it is read."""
    rows = session.execute(
        select(CourseFile.path, CourseFile.text, CourseFile.blob_key, CourseFile.size)
        .where(CourseFile.version_id == version_id)
        .order_by(CourseFile.path)
    )
    return VersionFiles(store, {path: (text, blob_key, size) for path, text, blob_key, size in rows})


def load_version(session: Session, store: FileStore, version_id: uuid.UUID) -> Course:
    """The model of a version; LookupError when it has no readable ``course.yaml``."""
    course = load_course(version_files(session, store, version_id)).course
    if course is None:
        raise LookupError(f"version {version_id} has no readable course.yaml")
    return course
