"""Files: one interface over a local folder (embedded) and S3 (production), by the ``files`` setting alone."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lms.config import Settings

CHUNK = 1 << 20


class FileStore:
    """Named bytes. Keys are relative POSIX paths; reading a key that is not there raises FileNotFoundError."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _store(self) -> Any:
        # imported late: processes that never touch a file keep 20 MB
        from obstore.store import LocalStore, S3Store  # noqa: PLC0415

        if not self._settings.files:
            return LocalStore(self._folder, mkdir=True)
        parts = urlsplit(self._settings.files)
        options: dict[str, Any] = {}
        if self._settings.s3_endpoint:
            options["endpoint"] = self._settings.s3_endpoint
            options["client_options"] = {"allow_http": self._settings.s3_endpoint.startswith("http:")}
        return S3Store(parts.netloc, prefix=parts.path.strip("/") or None, **options)

    @property
    def name(self) -> str:
        """What tells this store from another one of the same process."""
        return self._settings.files or str(self._folder)

    @property
    def _folder(self) -> Path:
        return self._settings.data / "files"

    def put(self, key: str, data: bytes | BinaryIO | Iterable[bytes]) -> None:
        """Write the whole of ``data`` under ``key``; a reader sees the old bytes or the new ones, never a part."""
        import obstore  # noqa: PLC0415

        obstore.put(self._store, key, data)

    def put_content(self, data: bytes) -> str:
        """Write bytes under their own SHA-256 and return the key; the same bytes are kept once."""
        key = f"blobs/{hashlib.sha256(data).hexdigest()}"
        if not self.exists(key):
            self.put(key, data)
        return key

    def read(self, key: str) -> bytes:
        """Return the whole file."""
        import obstore  # noqa: PLC0415

        return bytes(obstore.get(self._store, key).bytes())

    def stream(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to ``end`` (excluded) by chunks of about 1 MiB."""
        import obstore  # noqa: PLC0415

        if start == 0 and end is None:
            for chunk in obstore.get(self._store, key).stream(min_chunk_size=CHUNK):
                yield bytes(chunk)
            return
        stop = self.size(key) if end is None else end
        for offset in range(start, stop, CHUNK):
            yield bytes(obstore.get_range(self._store, key, start=offset, end=min(offset + CHUNK, stop)))

    def read_part(self, key: str, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` up to ``end`` (excluded), in one request."""
        import obstore  # noqa: PLC0415

        return bytes(obstore.get_range(self._store, key, start=start, end=end)) if end > start else b""

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """The file as a seekable stream: itself when files are in a folder, else a copy on disk for the time of use."""
        if not self._settings.files:
            with (self._folder / key).open("rb") as file:
                yield file
            return
        with tempfile.TemporaryFile() as copy:
            for chunk in self.stream(key):
                copy.write(chunk)
            copy.seek(0)
            yield cast("BinaryIO", copy)

    @contextmanager
    def on_disk(self, key: str) -> Iterator[Path]:
        """The file as a path to read from, on the same terms as ``open``."""
        if not self._settings.files:
            yield self._folder / key
            return
        with tempfile.NamedTemporaryFile(suffix=".zip") as copy:
            for chunk in self.stream(key):
                copy.write(chunk)
            copy.flush()
            yield Path(copy.name)

    def put_piece(self, key: str, offset: int, data: bytes) -> None:
        """Write a piece of a file that arrives in order; ``join_pieces`` makes the file once the last one is here."""
        if self._settings.files:
            self.put(f"{key}.pieces/{offset:015}", data)
            return
        path = self._folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(offset)
            file.write(data)
            file.truncate()

    def join_pieces(self, key: str) -> None:
        """Make one file of the pieces; on a folder they are one already."""
        import obstore  # noqa: PLC0415

        pieces = sorted(self.list_keys(f"{key}.pieces")) if self._settings.files else []
        if not pieces:
            return
        with obstore.open_writer(self._store, key) as target:  # put would read from the store that it writes to
            for piece in pieces:
                for chunk in self.stream(piece):
                    target.write(chunk)
        self.delete(pieces)

    def move(self, key: str, to: str) -> None:
        """Give a file another key, without reading it; what was under that key is replaced."""
        import obstore  # noqa: PLC0415

        obstore.rename(self._store, key, to)

    def free_space(self) -> int:
        """Bytes left where files are written: the folder's disk, or that of temporary copies when files are on S3."""
        folder = Path(tempfile.gettempdir()) if self._settings.files else self._settings.data
        return shutil.disk_usage(folder).free

    def size(self, key: str) -> int:
        """Return the size in bytes."""
        import obstore  # noqa: PLC0415

        return int(obstore.head(self._store, key)["size"])

    def exists(self, key: str) -> bool:
        try:
            self.size(key)
        except FileNotFoundError:
            return False
        return True

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Yield every key that starts with this folder."""
        import obstore  # noqa: PLC0415

        for batch in obstore.list(self._store, prefix=prefix):
            for entry in batch:
                yield str(entry["path"])

    def delete(self, keys: list[str]) -> None:
        """Remove these files; those that are not there are passed over."""
        import obstore  # noqa: PLC0415

        for key in keys:
            with suppress(FileNotFoundError):
                obstore.delete(self._store, key)
