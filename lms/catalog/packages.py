"""SCORM packages in the file store: each stays the one ZIP it came as, beside an index that says where its files lie.

``blobs/<sha256>`` is the archive, the same object whatever the courses, versions and hubs that use it;
``packages/<sha256>/index.json`` is its index (``scorm.members``); ``packages/<sha256>/media/<n>`` are inflated copies of
the few members that browsers read by ranges although the archive deflates them. See docs/decisions/packages-stay-zipped.md.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from sqlalchemy import select

from lms.catalog.models import ScormPackage
from lms.storage import CHUNK
from scorm.archive import Limits, SafeArchive, open_archive
from scorm.members import Member, MemberIndex, locate_members, read_index
from scorm.opening import manifest_of
from scorm.outline import package_outline

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from lms.storage import FileStore

APART_FROM: Final = 1 << 18  # bytes; below, inflating again for each range costs less than a second object
_APART: Final = (
    ".mp4", ".m4v", ".webm", ".mov", ".ogv", ".avi", ".mpg", ".mpeg", ".mp3", ".m4a", ".ogg", ".oga", ".wav", ".aac",
    ".flac", ".opus", ".pdf",
)  # fmt: skip
_KEPT: Final = 100_000  # members of all indexes in memory
_indexes: OrderedDict[tuple[str, str], MemberIndex] = OrderedDict()
_lock = threading.Lock()


def blob_key(sha256: str) -> str:
    """Where the archive of a package is in the store."""
    return f"blobs/{sha256}"


def package_folder(sha256: str) -> str:
    """Where what goes with the archive is in the store."""
    return f"packages/{sha256}"


def index_key(folder: str) -> str:
    return f"{folder}/index.json"


def media_key(folder: str, number: int) -> str:
    """Where the inflated copy of a member is in the store."""
    return f"{folder}/media/{number}"


def say_nothing(_done: int) -> None:
    """For those who do not say how far they are."""


def index_package(
    store: FileStore,
    stream: BinaryIO,
    folder: str,
    limits: Limits | None = None,
    tell: Callable[[int], None] = say_nothing,
) -> MemberIndex:
    """Read every member once to its end, so that nothing damaged stays hidden, and keep the index in ``folder``.

    ``stream`` is the archive, seekable; ``tell`` hears how many bytes were read. ArchiveError when it is refused; then
    nothing was kept.
    """
    apart: list[str] = []
    members: list[Member] = []
    done = 0
    try:
        with open_archive(stream, limits) as archive:
            for member in list(locate_members(stream, archive)):
                goes_apart = member.deflated and member.size >= APART_FROM and member.name.lower().endswith(_APART)
                number = len(apart) if goes_apart else -1
                if goes_apart:
                    apart.append(media_key(folder, number))
                _read_through(store, archive, member.name, apart[-1] if goes_apart else "")
                members.append(replace(member, apart=number))
                done += member.size
                tell(done)
        index = MemberIndex(members)
        store.put(index_key(folder), index.to_bytes())
    except BaseException:
        store.delete(apart)
        raise
    return index


def _read_through(store: FileStore, archive: SafeArchive, name: str, key: str) -> None:
    with archive.open(name) as content:
        if key:
            store.put(key, iter(lambda: content.read(CHUNK), b""))
        while content.read(CHUNK):
            pass


def adopt_package(store: FileStore, archive: str, folder: str, sha256: str) -> None:
    """Make the package of an archive that was indexed in ``folder``, without reading it again; ``folder`` is left empty.

    The same bytes may be there already, for this hub or another one: then they serve.
    """
    if not store.exists(blob_key(sha256)):
        store.move(archive, blob_key(sha256))
    home = package_folder(sha256)
    if _read_kept(store, sha256) is None:
        for key in store.list_keys(f"{folder}/media"):
            store.move(key, f"{home}/media/{key.rpartition('/')[2]}")
        store.move(index_key(folder), index_key(home))
    store.delete([archive, *store.list_keys(folder)])


def package_members(store: FileStore, sha256: str) -> MemberIndex | None:
    """The index of a package, remembered since packages never change; None when the package is not in the store.

    It is made again from the archive when it is missing, or was written by an earlier version of the program.
    """
    key = (store.name, sha256)
    with _lock:
        found = _indexes.get(key)
        if found is not None:
            _indexes.move_to_end(key)
            return found
    found = _load_index(store, sha256)
    if found is not None:
        with _lock:
            _indexes[key] = found
            while len(_indexes) > 1 and sum(map(len, _indexes.values())) > _KEPT:
                _indexes.popitem(last=False)
    return found


def _load_index(store: FileStore, sha256: str) -> MemberIndex | None:
    found = _read_kept(store, sha256)
    if found is None and store.exists(blob_key(sha256)):
        with store.open(blob_key(sha256)) as stream:
            found = index_package(store, stream, package_folder(sha256))
    return found


def outline_in_store(store: FileStore, sha256: str) -> dict[str, Any]:
    """What can be launched in a package whose archive is in the store; ScormError when it cannot be read."""
    with store.open(blob_key(sha256)) as stream, open_archive(stream) as archive:
        return package_outline(manifest_of(archive))


def find_package(session: Session, hub_id: uuid.UUID, sha256: str) -> ScormPackage | None:
    """The package of a hub that has these bytes."""
    return session.scalar(select(ScormPackage).where(ScormPackage.hub_id == hub_id, ScormPackage.sha256 == sha256))


def register_package(
    session: Session,
    store: FileStore,
    sha256: str,
    *,
    hub_id: uuid.UUID,
    person_id: uuid.UUID | None,
    report: dict[str, Any] | None = None,
    provenance: dict[str, Any] | None = None,
    limits: Limits | None = None,
) -> ScormPackage:
    """Describe a package whose archive is in the store, so that it can be played; a second time gives the same row.

    ArchiveError or ManifestError (both ScormError) when it cannot be used; nothing half done stays.
    """
    known = find_package(session, hub_id, sha256)
    if known is not None:
        return known
    with store.open(blob_key(sha256)) as stream:
        with open_archive(stream, limits) as archive:
            manifest = manifest_of(archive)
            size, count = archive.total_size, len(archive.names)
        if _read_kept(store, sha256) is None:  # another hub may have it already
            index_package(store, stream, package_folder(sha256), limits)
    outline = package_outline(manifest)
    package = ScormPackage(
        hub_id=hub_id, sha256=sha256, title=(outline["title"] or "SCORM")[:300], standard=manifest.standard,
        edition=manifest.edition, size=size, file_count=count, manifest=outline, report=report or {}, provenance=provenance or {},
        created_by=person_id,
    )  # fmt: skip
    session.add(package)
    session.flush()
    return package


def _read_kept(store: FileStore, sha256: str) -> MemberIndex | None:
    try:
        return read_index(store.read(index_key(package_folder(sha256))))
    except FileNotFoundError:
        return None
