"""Unpack a package into a folder: all of it, inside that folder, or nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from scorm.archive import open_archive

if TYPE_CHECKING:
    from scorm.archive import Limits

_CHUNK = 1 << 18


def unpack_package(source: Path | str | BinaryIO, folder: Path, limits: Limits | None = None) -> tuple[str, ...]:
    """Write every file of the archive under ``folder``, which must not exist yet; their names, relative to it.

    Written beside it first and put in place at the end: ArchiveError leaves nothing behind. FileExistsError when there
    is something there. Memory does not grow with the size of the files.
    """
    if folder.exists():
        raise FileExistsError(str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=".unpack-", dir=folder.parent))
    try:
        with open_archive(source, limits) as archive:
            for name in archive.names:
                target = place / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as stream, target.open("xb") as file:
                    shutil.copyfileobj(stream, file, _CHUNK)
            names = archive.names
        place.chmod(0o755)
        place.rename(folder)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return names
