"""SCORM packages in the file store: unpacked once, whatever the number of courses and versions that use them."""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from sqlalchemy import select

from lms.catalog.models import ScormPackage
from lms.storage import CHUNK
from scorm.archive import MANIFEST, extract, open_archive
from scorm.manifest import read_manifest
from scorm.outline import package_outline

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from lms.storage import FileStore


def package_folder(sha256: str) -> str:
    """Where the files of a package are in the store."""
    return f"packages/{sha256}"


def unpack_package(
    session: Session,
    store: FileStore,
    stream: IO[bytes],
    *,
    hub_id: uuid.UUID,
    person_id: uuid.UUID | None,
    provenance: dict[str, Any] | None = None,
) -> ScormPackage:
    """Unpack a ZIP into the store, file by file, and describe it; the same bytes a second time give the same row.

    ArchiveError or ManifestError (both ScormError) when the package cannot be used; nothing half unpacked stays.
    """
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    known = session.scalar(select(ScormPackage).where(ScormPackage.hub_id == hub_id, ScormPackage.sha256 == sha256))
    if known is not None:
        return known
    stream.seek(0)
    written: list[str] = []

    def put(name: str, member: BinaryIO) -> None:
        key = f"{package_folder(sha256)}/{name}"
        written.append(key)
        store.put(key, iter(lambda: member.read(CHUNK), b""))

    with open_archive(stream) as archive:  # type: ignore[arg-type]
        manifest = read_manifest(archive.read(MANIFEST) if archive.has_manifest else b"")
        outline = package_outline(manifest)
        size, count = archive.total_size, len(archive.names)
        is_new = not store.exists(f"{package_folder(sha256)}/{MANIFEST}")  # another hub may have it already
        if is_new:
            try:
                extract(archive, put)
            except Exception:
                store.delete(written)
                raise
    package = ScormPackage(
        hub_id=hub_id, sha256=sha256, title=(outline["title"] or "SCORM")[:300], standard=manifest.standard,
        edition=manifest.edition, size=size, file_count=count, manifest=outline, provenance=provenance or {},
        created_by=person_id,
    )  # fmt: skip
    session.add(package)
    session.flush()
    return package
