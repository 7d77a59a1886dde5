"""The files of a course as a mapping of POSIX relative paths to bytes: a folder, or an uploaded ZIP."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from courses.model import Place
from courses.problems import Problem
from scorm.archive import ArchiveError, Limits, open_archive

if TYPE_CHECKING:
    from scorm.archive import SafeArchive

COURSE_LIMITS = Limits(max_members=5_000, max_total=500 * 2**20, max_member=250 * 2**20)

_SKIPPED = frozenset({"__pycache__", "__MACOSX", "node_modules", "Thumbs.db"})


def is_course_file(path: str) -> bool:
    """Whether a path belongs to a course: no dotfile, no left-over of an operating system."""
    return all(part not in _SKIPPED and not part.startswith(".") for part in PurePosixPath(path).parts)


CHUNK = 256 * 1024


def file_size(files: Mapping[str, bytes], name: str) -> int:
    """Size in bytes of a file of a course, without reading it where ``files`` knows it; KeyError when it is not there."""
    size = getattr(files, "size", None)
    return int(size(name)) if size else len(files[name])


def file_chunks(files: Mapping[str, bytes], name: str) -> Iterator[bytes]:
    """The bytes of a file in pieces, read as they are asked for where ``files`` can; KeyError when it is not there."""
    chunks = getattr(files, "chunks", None)
    if chunks:
        yield from chunks(name)
    else:
        yield files[name]


class SomeFiles(Mapping[str, bytes]):
    """Some files of another mapping, and a few texts of its own that come first; nothing is read before it is asked for."""

    def __init__(self, files: Mapping[str, bytes], names: Iterable[str], own: Mapping[str, bytes]) -> None:
        self._files, self._own = files, dict(own)
        self._names = sorted({*names, *self._own})

    def __getitem__(self, name: str) -> bytes:
        if name in self._own:
            return self._own[name]
        if name not in self._names:
            raise KeyError(name)
        return self._files[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def size(self, name: str) -> int:
        return len(self._own[name]) if name in self._own else file_size(self._files, name)

    def chunks(self, name: str) -> Iterator[bytes]:
        if name in self._own:
            yield self._own[name]
        elif name in self._names:
            yield from file_chunks(self._files, name)
        else:
            raise KeyError(name)


class FolderFiles(Mapping[str, bytes]):
    """A course folder, read only when asked. Dotfiles and links that lead out of the folder do not exist."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()
        self._paths: dict[str, Path] | None = None

    def path(self, name: str) -> Path:
        """Where the file of that name is on disk; KeyError when the course has no such file."""
        return self._listed()[name]

    def size(self, name: str) -> int:
        """Size in bytes; KeyError when the course has no such file."""
        return self.path(name).stat().st_size

    def chunks(self, name: str) -> Iterator[bytes]:
        """The file in pieces, read as they are asked for."""
        with self.path(name).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def __getitem__(self, name: str) -> bytes:
        try:
            return self.path(name).read_bytes()
        except OSError as error:  # gone or closed to us since the folder was listed
            raise KeyError(name) from error

    def __contains__(self, name: object) -> bool:
        return name in self._listed()

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed())

    def __len__(self) -> int:
        return len(self._listed())

    def _listed(self) -> dict[str, Path]:
        if self._paths is None:
            self._paths = dict(sorted(self._walk()))
        return self._paths

    def _walk(self) -> Iterator[tuple[str, Path]]:
        for folder, subfolders, names in os.walk(self._root):
            subfolders[:] = [name for name in subfolders if is_course_file(name)]
            for name in names:
                file = Path(folder, name)
                target = file.resolve()
                if is_course_file(name) and target.is_file() and self._holds(target):
                    yield file.relative_to(self._root).as_posix(), file

    def _holds(self, target: Path) -> bool:
        return target.is_relative_to(self._root) and is_course_file(target.relative_to(self._root).as_posix())


class BadCourseZipError(ValueError):
    """An uploaded ZIP that is refused; ``problem`` says why in both languages."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.text("en"))
        self.problem = found


class ArchiveFiles(Mapping[str, bytes]):
    """Course files that stay in a ZIP, read when they are asked for; ``close`` it once they have been.

    ``members`` says under which name of the archive each path of the course stands. Reading raises ArchiveError for a
    member that does not hold what it declared; ``verify`` finds those beforehand.
    """

    def __init__(self, path: Path | str | BinaryIO, limits: Limits = COURSE_LIMITS) -> None:
        """ArchiveError when the archive as a whole is refused."""
        self._stack = ExitStack()
        self.archive: SafeArchive = self._stack.enter_context(open_archive(path, limits))
        self.members: Mapping[str, str] = {name: name for name in self.archive.names}

    def __getitem__(self, name: str) -> bytes:
        member = self.members[name]
        return self.archive.read(member, self.archive.size(member))

    def __contains__(self, name: object) -> bool:
        return name in self.members

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def size(self, name: str) -> int:
        """Size in bytes; KeyError when the course has no such file."""
        return self.archive.size(self.members[name])

    def chunks(self, name: str) -> Iterator[bytes]:
        """The file in pieces, read as they are asked for."""
        with self.archive.open(self.members[name]) as member:
            while chunk := member.read(CHUNK):
                yield chunk

    def verify(self) -> None:
        """Read every file to its end, a piece at a time; ArchiveError for the first that is damaged."""
        for name in self:
            for _chunk in self.chunks(name):
                pass

    def close(self) -> None:
        self._stack.close()


def zip_files(path: Path | str | BinaryIO, limits: Limits | None = None) -> ArchiveFiles:
    """The files of an uploaded course ZIP, whose course folder may be nested one level deep; they stay in the ZIP.

    BadCourseZipError when the archive is refused.
    """
    try:
        files = ArchiveFiles(path, limits or COURSE_LIMITS)
    except ArchiveError as error:
        place = Place(error.name)
        empty = {"fr": "", "en": ""}
        message = {"fr": error.message.fr, "en": error.message.en}
        raise BadCourseZipError(Problem(f"zip-{error.rule}", "error", place, message, empty)) from error
    root = _course_root(files.archive.names)
    names = [name for name in files.archive.names if name.startswith(root) and is_course_file(name[len(root) :])]
    files.members = {name[len(root) :]: name for name in names}
    return files


def _course_root(names: tuple[str, ...]) -> str:
    """``""`` when course.yaml stands at the top, ``"folder/"`` when it stands in the only folder that has one."""
    if "course.yaml" in names:
        return ""
    nested = [name for name in names if name.endswith("/course.yaml") and name.count("/") == 1]
    return nested[0].removesuffix("course.yaml") if len(nested) == 1 else ""
