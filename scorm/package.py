"""Write packages: one ZIP, streamed, and byte for byte the same whenever its content is the same."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_CHUNK: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Streamed:
    """The content of a member that is read in pieces when its turn comes; ``size`` in bytes."""

    size: int
    chunks: Callable[[], Iterator[bytes]]


MemberContent = bytes | Path | Streamed
_NAME: Final = re.compile(r"[A-Za-z0-9_.!()+,=@-]+(/[A-Za-z0-9_.!()+,=@-]+)*")
_DENSE: Final = re.compile(
    r"\.(7z|aac|avif|docx|epub|flac|gif|gz|jpe?g|m4[av]|mov|mp[34]|od[pst]|og[agv]|opus|pdf|png|pptx|rar|web[mp]|woff2?"
    r"|xlsx|zip)$",
    re.IGNORECASE,
)
FIXED_TIME: Final = datetime(2020, 1, 1, tzinfo=UTC)


class _Tape:
    """A write-only, unseekable target: what ZipFile writes waits here until it is sent."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back: ``take`` gives all there is."""

    def take(self) -> bytes:
        data = b"".join(self._waiting)
        self._waiting.clear()
        return data


def write_package(entries: Iterable[tuple[str, MemberContent]], *, mtime: datetime = FIXED_TIME) -> Iterator[bytes]:
    """The chunks of a ZIP of ``(name, content)``; a Path and a Streamed are read in pieces while they are sent.

    Names are sorted, every member has the time ``mtime`` (its wall clock, from 1980) and no owner: same input, same
    bytes. Text is deflated; media that is dense already goes through deflate level 0, i.e. stored blocks, because
    readers that stream (java.util.zip among them) refuse the method "stored" when sizes come after the data.
    ValueError, before the first chunk, for a name that is not a relative path of plain ASCII, or is there twice.
    """
    ordered = sorted(entries, key=lambda entry: entry[0])
    seen: set[str] = set()
    for name, _ in ordered:
        if not _NAME.fullmatch(name) or any(part.strip(".") == "" for part in name.split("/")):
            raise ValueError(f"not a relative path of plain ASCII characters: {name!r}")
        if name.lower() in seen:
            raise ValueError(f"two members have the same name: {name!r}")
        seen.add(name.lower())
    return _stream(ordered, mtime)


def _stream(entries: list[tuple[str, MemberContent]], mtime: datetime) -> Iterator[bytes]:
    tape = _Tape()
    with zipfile.ZipFile(cast("IO[bytes]", tape), "w") as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name, mtime.timetuple()[:6])
            info.create_system = 3  # the same on every system that writes
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            info._compresslevel = 0 if _DENSE.search(name) else 6  # type: ignore[attr-defined]  # noqa: SLF001  # public in 3.13 only
            info.file_size = _size(content)
            with archive.open(info, "w") as member:
                for chunk in _chunks(content):
                    member.write(chunk)
                    yield tape.take()
            yield tape.take()
    yield tape.take()


def _size(content: MemberContent) -> int:
    if isinstance(content, bytes):
        return len(content)
    return content.stat().st_size if isinstance(content, Path) else content.size


def _chunks(content: MemberContent) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    if isinstance(content, Streamed):
        yield from content.chunks()
        return
    with content.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
