"""Open a ZIP that a stranger made: every member is judged before one byte is inflated, and measured while it is.

What is refused: paths that leave the folder, absolute paths and drive letters, links and devices, encrypted or broken
members, names that collide on a case-blind disk, and archives that inflate beyond the limits given.
"""

from __future__ import annotations

import io
import itertools
import re
import stat
import unicodedata
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO, Final, cast
from urllib.parse import unquote

from scorm.messages import Message, ScormError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

MANIFEST: Final = "imsmanifest.xml"
_DRIVE: Final = re.compile(r"^[A-Za-z]:")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SYSTEM: Final = re.compile(r"(^|/)(__MACOSX(/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
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


class ArchiveError(ScormError):
    """An archive that is refused: ``rule`` is a stable name, ``name`` the member, empty when all of it is meant."""

    def __init__(self, rule: str, name: str, fr: str, en: str) -> None:
        super().__init__(rule, Message(fr, en))
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
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
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

    ``names`` are the files in sorted order; ``ignored`` the system files and whatever lies outside the manifest's
    folder; ``root`` is that folder in the archive (``""`` or ``"folder/"``); ``has_manifest`` says if there is one.
    """

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        members, system = _judge(archive, limits)
        manifest = _find_manifest(members)
        self.root = manifest[: -len(MANIFEST)] if manifest else ""
        self.has_manifest = manifest is not None
        self._members = {name[len(self.root) :]: info for name, info in members.items() if name.startswith(self.root)}
        if manifest is not None:
            self._members[MANIFEST] = self._members.pop(manifest[len(self.root) :])
        outside = [name for name in members if not name.startswith(self.root)]
        self.names: tuple[str, ...] = tuple(sorted(self._members))
        self.ignored: tuple[str, ...] = tuple(sorted(system + outside))
        self._by_case = {_folded(name): name for name in self.names}

    @property
    def total_size(self) -> int:
        """The bytes of all members once inflated."""
        return sum(info.file_size for info in self._members.values())

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
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise damaged(name) from error
        return cast("BinaryIO", io.BufferedReader(_Member(stream, name, info.file_size), _CHUNK))

    def read(self, name: str, limit: int = 16 * 2**20) -> bytes:
        """The whole of a small member; ArchiveError (``member-too-large``) above ``limit`` bytes."""
        if self.size(name) > limit:
            raise _too_large(name, limit)
        with self.open(name) as stream:
            return stream.read()


@contextmanager
def open_archive(path: Path | str | BinaryIO, limits: Limits | None = None) -> Iterator[SafeArchive]:
    """The archive at ``path``, judged whole against ``limits``; ArchiveError with a rule and a cure when refused.

    Rules: ``not-a-zip``, ``empty``, ``encrypted``, ``damaged``, ``compression``, ``link``, ``path-traversal``,
    ``absolute-path``, ``bad-name``, ``name-collision``, ``too-many-members``, ``member-too-large``, ``too-large``,
    ``zip-bomb``.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise ArchiveError(
            "not-a-zip",
            "",
            "Ce fichier n'est pas une archive ZIP lisible : exportez le paquet de nouveau.",
            "This file is not a readable ZIP archive: export the package again.",
        ) from error
    with archive:
        yield SafeArchive(archive, limits or Limits())


def extract(archive: SafeArchive, put: Callable[[str, BinaryIO], None]) -> None:
    """Give every file to ``put(name, stream)``, in name order; the stream is read in chunks and is checked as it goes.

    When a member turns out damaged, ArchiveError is raised out of ``put``'s read: what was put before is the caller's
    to remove.
    """
    for name in archive.names:
        with archive.open(name) as stream:
            put(name, stream)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unquote(name)).casefold()


def damaged(name: str) -> ArchiveError:
    """The refusal of a member that does not hold what it declared."""
    return ArchiveError(
        "damaged",
        name,
        f"Le fichier « {name} » de l'archive est abîmé ou n'a pas la taille annoncée : exportez le paquet de nouveau.",
        f"The file “{name}” of the archive is damaged or has another size than declared: export the package again.",
    )


def _too_large(name: str, limit: int) -> ArchiveError:
    return ArchiveError(
        "member-too-large",
        name,
        f"Le fichier « {name} » dépasse {limit / 2**20:.0f} Mo : allégez-le.",
        f"The file “{name}” is larger than {limit / 2**20:.0f} MB: make it lighter.",
    )


def _judge(archive: zipfile.ZipFile, limits: Limits) -> tuple[dict[str, zipfile.ZipInfo], list[str]]:
    infos = archive.infolist()
    if len(infos) > limits.max_members:
        raise ArchiveError(
            "too-many-members",
            "",
            f"L'archive contient {len(infos)} fichiers ; la limite est de {limits.max_members}.",
            f"The archive holds {len(infos)} files; the limit is {limits.max_members}.",
        )
    members: dict[str, zipfile.ZipInfo] = {}
    system: list[str] = []
    for info in infos:
        name = _clean_name(info.orig_filename, limits)
        _judge_member(info, name, limits)
        if _SYSTEM.search(name):
            system.append(name)
        elif not info.is_dir() and not info.orig_filename.endswith("\\"):
            if name in members:
                raise _collision(name, name)
            members[name] = info
    if not members:
        raise ArchiveError("empty", "", "L'archive ne contient aucun fichier.", "The archive holds no file.")
    _judge_whole(infos, limits)
    _judge_collisions(members)
    return members, system


def _clean_name(raw: str, limits: Limits) -> str:
    """The member's name with ``/`` only and no ``.`` segment; refuses what could be written outside a folder."""
    name = raw.replace("\\", "/")
    decoded = unquote(name).replace("\\", "/")
    for spelling in (name, decoded):
        if spelling.startswith("/") or _DRIVE.match(spelling):
            raise ArchiveError(
                "absolute-path",
                raw,
                f"Le nom « {raw} » est un chemin absolu : refaites l'archive depuis son dossier.",
                f"The name “{raw}” is an absolute path: make the archive again from its folder.",
            )
        if ".." in spelling.split("/"):
            raise ArchiveError(
                "path-traversal",
                raw,
                f"Le nom « {raw} » sort du dossier du paquet : l'archive est refusée.",
                f"The name “{raw}” leaves the package's folder: the archive is refused.",
            )
    clean = "/".join(part for part in name.split("/") if part not in {"", "."})
    if not clean or _CONTROL.search(decoded) or len(clean) > limits.max_name:
        shown = _CONTROL.sub("?", raw)[:80]
        raise ArchiveError(
            "bad-name",
            raw,
            f"Le nom « {shown} » est vide, illisible ou trop long (plus de {limits.max_name} caractères) : renommez.",
            f"The name “{shown}” is empty, too long (over {limits.max_name} characters) or unreadable: rename it.",
        )
    return clean


def _judge_member(info: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    if info.flag_bits & 0x1:
        raise ArchiveError(
            "encrypted",
            name,
            f"Le fichier « {name} » est protégé par un mot de passe : refaites l'archive sans mot de passe.",
            f"The file “{name}” is protected by a password: make the archive again without one.",
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ArchiveError(
            "link",
            name,
            f"« {name} » est un lien ou un fichier spécial : mettez le vrai fichier à sa place.",
            f"“{name}” is a link or a special file: put the real file in its place.",
        )
    if info.compress_type not in _METHODS:
        raise ArchiveError(
            "compression",
            name,
            f"Le fichier « {name} » est compressé d'une façon que SCORM ne prévoit pas : utilisez un ZIP ordinaire.",
            f"The file “{name}” is compressed in a way SCORM does not know: use an ordinary ZIP.",
        )
    if info.file_size > limits.max_member:
        raise _too_large(name, limits.max_member)
    if info.file_size > limits.ratio_floor and info.file_size > limits.max_ratio * max(info.compress_size, 1):
        raise _bomb(name)


def _bomb(name: str) -> ArchiveError:
    return ArchiveError(
        "zip-bomb",
        name,
        f"L'archive gonfle de façon anormale{f' (« {name} »)' if name else ''} : elle est refusée.",
        f"The archive inflates abnormally{f' (“{name}”)' if name else ''}: it is refused.",
    )


def _judge_whole(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(info.file_size for info in infos)
    stored = sum(info.compress_size for info in infos)
    if total > limits.max_total:
        size, limit = f"{total / 2**20:.0f}", f"{limits.max_total / 2**20:.0f}"
        raise ArchiveError(
            "too-large",
            "",
            f"L'archive ferait {size} Mo une fois ouverte ; la limite est de {limit} Mo.",
            f"The archive would take {size} MB once opened; the limit is {limit} MB.",
        )
    if total > limits.ratio_floor and total > limits.max_ratio * max(stored, 1):
        raise _bomb("")
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for one, following in itertools.pairwise(ordered):
        if one.header_offset + _LOCAL_HEADER + one.compress_size > following.header_offset:
            raise _bomb(following.filename)  # members that share bytes inflate the same data many times


def _judge_collisions(members: dict[str, zipfile.ZipInfo]) -> None:
    seen: dict[str, str] = {}
    for name in members:
        other = seen.setdefault(_folded(name), name)
        if other != name:
            raise _collision(other, name)
    for name in members:
        parts = _folded(name).split("/")
        for depth in range(1, len(parts)):
            file = seen.get("/".join(parts[:depth]))
            if file is not None:
                raise _collision(file, name)


def _collision(one: str, other: str) -> ArchiveError:
    return ArchiveError(
        "name-collision",
        other,
        f"« {one} » et « {other} » sont le même nom sur certains disques : renommez l'un des deux.",
        f"“{one}” and “{other}” are the same name on some disks: rename one of them.",
    )


def _find_manifest(members: dict[str, zipfile.ZipInfo]) -> str | None:
    """The manifest nearest to the root, whatever its case."""
    found = [name for name in members if name.rpartition("/")[2].lower() == MANIFEST]
    return min(found, key=lambda name: (name.count("/"), name), default=None)
