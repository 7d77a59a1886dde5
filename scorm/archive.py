"""Open a ZIP that a stranger made: every member is judged before one byte is inflated, and measured while it is.

What is refused: paths that leave the folder, absolute paths and drive letters, links and devices, encrypted or broken
members, names that collide on a case-blind disk, and archives that inflate beyond the limits given.
"""

from __future__ import annotations

import io
import itertools
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, BinaryIO, Final, cast
from urllib.parse import unquote

from scorm.messages import ScormError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

MANIFEST: Final = "imsmanifest.xml"
_DRIVE: Final = re.compile(r"^[A-Za-z]:")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SYSTEM: Final = re.compile(r"(^|/)(__MACOSX(/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_UTF8: Final = 0x800  # general purpose bit 11 (APPNOTE 4.4.4)
_CHUNK: Final = 256 * 1024
_LOCAL_HEADER: Final = 30  # bytes before the name in a member's own header (APPNOTE 4.3.7)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may cost: sizes in bytes; ``max_ratio`` (inflated / stored) counts above ``ratio_floor``."""

    max_members: int = 20_000
    max_total: int = 2 * 2**30
    max_member: int = 2**30
    max_ratio: float = 200.0
    ratio_floor: int = 8 * 2**20
    max_name: int = 240


class _Default:
    """The limits where a caller gives none: an installation sets its own once, at its start."""

    limits = Limits()


def set_default_limits(limits: Limits) -> None:
    """Judge archives by these limits from now on, in this process, unless a call gives others."""
    _Default.limits = limits


class ArchiveError(ScormError):
    """An archive that is refused: ``rule`` is in the catalogue, ``name`` the member, empty when all of it is meant."""

    def __init__(self, rule: str, name: str = "", **values: object) -> None:
        super().__init__(rule, line=0, name=_CONTROL.sub("?", name)[:240], **values)
        self.name = name


class _Member(io.RawIOBase):
    """A member while it is inflated: fails as soon as it gives more or less than it declared."""

    def __init__(self, stream: IO[bytes], name: str, size: int) -> None:
        super().__init__()
        self._stream = stream
        self._name = name
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._stream.read(min(len(view), _CHUNK))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise damaged(self._name) from error
        self._left -= len(data)
        if self._left < 0 or (not data and self._left):
            raise damaged(self._name)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


class SafeArchive:
    """An archive whose members all passed. Names are relative to the folder of the manifest, with ``/`` only.

    ``names`` are the files in sorted order; ``root`` is the manifest's folder in the archive (``""`` or ``"folder/"``);
    ``has_manifest`` says if there is one, ``manifest_name`` how it is written. Nothing of the content is dropped:
    ``outside`` are the files that were not in the manifest's folder (under their own names, or in ``_outside/`` when
    those are taken); ``system`` those that the operating system left there, which are not content.
    ``backslashed`` and ``recoded`` are the names that had to be put right, ``encoding`` how the latter were read.
    """

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        judged = _judge(archive, limits)
        members = judged.members
        manifest = _find_manifest(members)
        self.manifest_name = manifest.rpartition("/")[2] if manifest else ""
        self.root = manifest[: -len(MANIFEST)] if manifest else ""
        self.has_manifest = manifest is not None
        self._members = {name[len(self.root) :]: info for name, info in members.items() if name.startswith(self.root)}
        if manifest is not None:
            self._members[MANIFEST] = self._members.pop(manifest[len(self.root) :])
        self.outside = self._take_in({name: info for name, info in members.items() if not name.startswith(self.root)})
        self.names: tuple[str, ...] = tuple(sorted(self._members))
        self.system: tuple[str, ...] = tuple(sorted(judged.system))
        self.backslashed: tuple[str, ...] = tuple(judged.backslashed)
        self.recoded: tuple[str, ...] = tuple(judged.recoded)
        self.encoding = judged.encoding
        self._by_case = {_folded(name): name for name in self.names}

    def _take_in(self, others: dict[str, zipfile.ZipInfo]) -> tuple[str, ...]:
        """Keep what lies beside the manifest's folder without covering anything in it."""
        if not others:
            return ()
        taken = {_folded(name) for name in self._members}
        first = {name.partition("/")[0] for name in taken}
        clash = any(_folded(name).partition("/")[0] in first for name in others)
        base = f"{_free_folder(first)}/" if clash else ""
        found = {base + name: info for name, info in others.items()}
        self._members |= found
        return tuple(sorted(found))

    @property
    def ignored(self) -> tuple[str, ...]:
        """What is left aside: the files of the operating system."""
        return self.system

    @property
    def total_size(self) -> int:
        """The bytes of all members once inflated."""
        return sum(info.file_size for info in self._members.values())

    @property
    def stored_size(self) -> int:
        """The bytes of all members as they lie in the archive."""
        return sum(info.compress_size for info in self._members.values())

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def size(self, name: str) -> int:
        return self._members[name].file_size

    def info(self, name: str) -> zipfile.ZipInfo:
        """What the directory of the archive says of a member."""
        return self._members[name]

    def find(self, path: str) -> str | None:
        """The member behind a path of the manifest, trying its percent-encoded and decoded spellings."""
        for candidate in (path, unquote(path), unicodedata.normalize("NFC", unquote(path))):
            if candidate in self._members:
                return candidate
        wanted = unicodedata.normalize("NFC", unquote(path))
        near = self._by_case.get(_folded(wanted))
        return near if near is not None and unicodedata.normalize("NFC", unquote(near)) == wanted else None

    def find_other_case(self, path: str) -> str | None:
        """The member whose name differs from ``path`` by upper and lower case only."""
        return self._by_case.get(_folded(unquote(path)))

    def open(self, name: str) -> BinaryIO:
        """A member as a stream; ArchiveError (``damaged``) when it does not hold what it declared."""
        info = self._members[name]
        try:
            stream = self._archive.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
            raise damaged(name) from error
        return cast("BinaryIO", io.BufferedReader(_Member(stream, name, info.file_size), _CHUNK))

    def read(self, name: str, limit: int = 16 * 2**20) -> bytes:
        """The whole of a small member; ArchiveError (``member-too-large``) above ``limit`` bytes."""
        if self.size(name) > limit:
            raise ArchiveError("member-too-large", name, limit=_megabytes(limit))
        with self.open(name) as stream:
            return stream.read()


@contextmanager
def open_archive(path: Path | str | BinaryIO, limits: Limits | None = None) -> Iterator[SafeArchive]:
    """The archive at ``path``, judged whole against ``limits``; ArchiveError with a rule and a cure when refused.

    Rules: those of ``scorm.catalogue.archive`` from ``not-a-zip`` to ``zip-bomb``.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error) as error:
        raise ArchiveError("not-a-zip") from error
    with archive:
        yield SafeArchive(archive, limits or _Default.limits)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unquote(name)).casefold()


def damaged(name: str) -> ArchiveError:
    """The refusal of a member that does not hold what it declared."""
    return ArchiveError("damaged", name)


def _megabytes(size: float) -> str:
    return f"{size / 2**20:.0f}"


@dataclass(slots=True)
class _Judged:
    members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    system: list[str] = field(default_factory=list)
    backslashed: list[str] = field(default_factory=list)
    recoded: list[str] = field(default_factory=list)
    encoding: str = ""


def _judge(archive: zipfile.ZipFile, limits: Limits) -> _Judged:
    infos = archive.infolist()
    if len(infos) > limits.max_members:
        raise ArchiveError("too-many-members", count=len(infos), limit=limits.max_members)
    judged = _Judged()
    for info in infos:
        written, encoding = _decoded(info)
        name = _clean_name(written, limits)
        _judge_member(info, name, limits)
        if _SYSTEM.search(name):
            if not info.is_dir():
                judged.system.append(name)
        elif not info.is_dir() and not written.endswith("\\"):
            if name in judged.members:
                raise ArchiveError("name-collision", name, other=name)
            judged.members[name] = info
            if "\\" in written:
                judged.backslashed.append(name)
            if encoding:
                judged.recoded.append(name)
                judged.encoding = encoding
    if not judged.members:
        raise ArchiveError("empty")
    _judge_whole(infos, limits)
    _judge_collisions(judged.members)
    return judged


def _decoded(info: zipfile.ZipInfo) -> tuple[str, str]:
    """The name as its maker meant it, and the encoding that had to be guessed (empty: none).

    Without the UTF-8 flag a name is cp437 by the book (APPNOTE appendix D), but tools write UTF-8, cp850 or cp1252.
    """
    name = info.orig_filename
    if name.isascii() or info.flag_bits & _UTF8:
        return name, ""
    raw = name.encode("cp437")
    try:
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    if all(byte < 0x80 or byte >= 0xC0 for byte in raw):  # the letters of cp1252, the frames of cp850
        return raw.decode("cp1252"), "cp1252"
    return raw.decode("cp850"), "cp850"


def _clean_name(raw: str, limits: Limits) -> str:
    """The member's name with ``/`` only and no ``.`` segment; refuses what could be written outside a folder."""
    name = raw.replace("\\", "/")
    decoded = unquote(name).replace("\\", "/")
    for spelling in (name, decoded):
        if spelling.startswith("/") or _DRIVE.match(spelling):
            raise ArchiveError("absolute-path", raw)
        if ".." in spelling.split("/"):
            raise ArchiveError("path-traversal", raw)
    clean = "/".join(part for part in name.split("/") if part not in {"", "."})
    if not clean or _CONTROL.search(decoded) or len(clean) > limits.max_name:
        raise ArchiveError("bad-name", raw[:80], limit=limits.max_name)
    return clean


def _judge_member(info: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    if info.flag_bits & 0x1:
        raise ArchiveError("encrypted", name)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ArchiveError("link", name)
    if info.compress_type not in _METHODS:
        raise ArchiveError("compression", name)
    if info.header_offset < 0:
        raise damaged(name)
    if info.file_size > limits.max_member:
        raise ArchiveError("member-too-large", name, limit=_megabytes(limits.max_member))
    if info.file_size > limits.ratio_floor and info.file_size > limits.max_ratio * max(info.compress_size, 1):
        raise ArchiveError("zip-bomb", name)


def _judge_whole(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(info.file_size for info in infos)
    stored = sum(info.compress_size for info in infos)
    if total > limits.max_total:
        raise ArchiveError("too-large", size=_megabytes(total), limit=_megabytes(limits.max_total))
    if total > limits.ratio_floor and total > limits.max_ratio * max(stored, 1):
        raise ArchiveError("zip-bomb", infos[0].filename)
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for one, following in itertools.pairwise(ordered):
        if one.header_offset + _LOCAL_HEADER + one.compress_size > following.header_offset:
            raise ArchiveError("zip-bomb", following.filename)  # members that share bytes inflate the same data often


def _judge_collisions(members: dict[str, zipfile.ZipInfo]) -> None:
    seen: dict[str, str] = {}
    for name in members:
        other = seen.setdefault(_folded(name), name)
        if other != name:
            raise ArchiveError("name-collision", name, other=other)
    for name in members:
        folded = _folded(name)
        at = folded.find("/")
        while at >= 0:
            file = seen.get(folded[:at])
            if file is not None:
                raise ArchiveError("name-collision", name, other=file)
            at = folded.find("/", at + 1)


def _find_manifest(members: dict[str, zipfile.ZipInfo]) -> str | None:
    """The manifest nearest to the root, whatever its case."""
    found = [name for name in members if name.rpartition("/")[2].lower() == MANIFEST]
    return min(found, key=lambda name: (name.count("/"), name), default=None)


def _free_folder(taken: set[str]) -> str:
    return next(name for name in (f"_outside{number or ''}" for number in itertools.count()) if name not in taken)
