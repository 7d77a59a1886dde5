"""Where each file of a package lies inside its ZIP, so that it can be served from there without unpacking.

A ZIP keeps its members one after the other, each whole: a stored one is a range of the archive, a deflated one becomes
the body of a ``Content-Encoding: gzip`` answer by writing ten bytes before it and eight after (RFC 1952 §2.3).
"""

from __future__ import annotations

import json
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote

from scorm.archive import damaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scorm.archive import SafeArchive

FORMAT: Final = 1
_LOCAL: Final = 30  # bytes of a member's own header before its name (APPNOTE 4.3.7)
_GZIP: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflate, no name, no time, unknown system
GZIP_EXTRA: Final = len(_GZIP) + 8


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive: ``stored`` bytes from ``offset`` on, which give ``size`` bytes of CRC-32 ``crc``.

    ``apart`` is a number when an inflated copy of it is kept beside the archive, -1 otherwise.
    """

    name: str
    offset: int
    stored: int
    size: int
    crc: int
    deflated: bool
    apart: int = -1

    @property
    def stop(self) -> int:
        return self.offset + self.stored

    @property
    def tag(self) -> str:
        """What changes when the content does."""
        return f"{self.crc:08x}-{self.size:x}"


class MemberIndex:
    """The members of one archive by name, and by the spellings that content uses for them."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = tuple(members)
        self._by_name = {member.name: member for member in self.members}
        self._folded: dict[str, Member] | None = None

    def __len__(self) -> int:
        return len(self.members)

    def find(self, path: str) -> Member | None:
        """The member behind a path: as written, percent-decoded, or in other capitals, in that order."""
        found = self._by_name.get(path) or self._by_name.get(unquote(path))
        if found is not None:
            return found
        if self._folded is None:  # only packages that need it pay for it
            self._folded = {_folded(member.name): member for member in self.members}
        return self._folded.get(_folded(path))

    def to_bytes(self) -> bytes:
        """The index as a file to keep; ``read_index`` reads it."""
        rows = [
            [one.name, one.offset, one.stored, one.size, one.crc, int(one.deflated), one.apart] for one in self.members
        ]
        return json.dumps({"format": FORMAT, "members": rows}, ensure_ascii=False, separators=(",", ":")).encode()


def read_index(data: bytes) -> MemberIndex | None:
    """The index that ``to_bytes`` gave; None when it was written by another version of the program."""
    found = json.loads(data)
    if found.get("format") != FORMAT:
        return None
    return MemberIndex(Member(n, o, s, z, c, bool(d), a) for n, o, s, z, c, d, a in found["members"])


def locate_members(stream: BinaryIO, archive: SafeArchive) -> Iterator[Member]:
    """Where the content of every file begins, in name order; ArchiveError when a member has no header of its own.

    ``stream`` is the archive itself, read here at each member's header: its length may differ from the directory's.
    """
    for name in archive.names:
        info = archive.info(name)
        stream.seek(info.header_offset)
        header = stream.read(_LOCAL)
        if len(header) < _LOCAL or header[:4] != b"PK\x03\x04":
            raise damaged(name)
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        offset = info.header_offset + _LOCAL + name_length + extra_length
        yield Member(
            name, offset, info.compress_size, info.file_size, info.CRC, info.compress_type == zipfile.ZIP_DEFLATED
        )


def as_gzip(member: Member, deflated: Iterable[bytes]) -> Iterator[bytes]:
    """A gzip file made of the deflated bytes of a member, ``member.stored + GZIP_EXTRA`` bytes long."""
    yield _GZIP
    yield from deflated
    yield struct.pack("<LL", member.crc, member.size & 0xFFFFFFFF)


def inflate(deflated: Iterable[bytes], start: int, stop: int) -> Iterator[bytes]:
    """The inflated bytes from ``start`` up to ``stop`` (excluded), piece by piece; what comes before is passed over."""
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    place = 0
    for chunk in deflated:
        rest = chunk
        while rest and place < stop:
            data = machine.decompress(rest, 1 << 20)
            rest = machine.unconsumed_tail
            part = data[max(start - place, 0) : max(stop - place, 0)]
            place += len(data)
            if part:
                yield part
            if not data and machine.eof:
                return
        if place >= stop:
            return


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unquote(name)).casefold()
