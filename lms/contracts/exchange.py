"""Exporters and importers: courses and records going out and coming in."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lms.contracts.plugin import Plugin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from courses.model import Course


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to hand out, streamed."""

    name: str
    media_type: str
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a package gave: the editable files of a course, where it came from, and what to tell (fr/en texts)."""

    files: Mapping[str, bytes]
    provenance: dict[str, Any]
    notes: tuple[dict[str, str], ...] = ()

    def verify(self) -> None:
        """Read what can be damaged to its end, so that nothing is written of a file that cannot be read whole."""
        verify = getattr(self.files, "verify", None)
        if verify:
            verify()

    def close(self) -> None:
        """Let go of the file it was read from; the importer's ``files`` may be read from it as they are asked for."""
        close = getattr(self.files, "close", None)
        if close:
            close()


class Exporter(Plugin):
    """Writes something of Bouquet in a format of the world. ``of`` says what: a course, or a session's evidence."""

    of: ClassVar[str]  # "course" or "session"

    @abstractmethod
    def export(self, source: Any, **options: Any) -> Exported:
        """Return the file. For a course: ``source`` is (Course, files); for a session: its evidence as plain data."""


class Importer(Plugin):
    """Reads a file of the world into the files of a course."""

    @abstractmethod
    def recognises(self, path: Path) -> bool:
        """Say whether the file looks like this importer's format, without reading it all."""

    @abstractmethod
    def read(self, path: Path) -> Imported:
        """Read the whole; a Refusal (see ``contracts.activity``) says why it cannot be."""


CourseSource = tuple["Course", "Mapping[str, bytes]"]
