"""Files: one interface over a local folder (embedded) and S3 (production), by the ``files`` setting alone."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

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
            return LocalStore(self._settings.data / "files", mkdir=True)
        parts = urlsplit(self._settings.files)
        options: dict[str, Any] = {}
        if self._settings.s3_endpoint:
            options["endpoint"] = self._settings.s3_endpoint
            options["client_options"] = {"allow_http": self._settings.s3_endpoint.startswith("http:")}
        return S3Store(parts.netloc, prefix=parts.path.strip("/") or None, **options)

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
