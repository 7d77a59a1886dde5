"""One file out of a package, whole or in part, served from the ZIP that the package is.

A stored member is a range of the archive. A deflated one goes out as it is, as gzip, to a browser that takes it; it is
inflated on the way for one that does not, and for a range of it (RFC 9110 §14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request
from werkzeug.http import parse_range_header

from lms.catalog.packages import blob_key, media_key, package_folder, package_members
from lms.storage import CHUNK
from scorm.members import GZIP_EXTRA, as_gzip, inflate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lms.storage import FileStore
    from scorm.members import Member


def member_response(store: FileStore, sha256: str, path: str, kind: str) -> Response | None:
    """The answer that gives a file of a package; None when the package, or the file in it, is not there.

    ``kind`` is its media type; the charset is the file's own business.
    """
    index = package_members(store, sha256)
    member = index.find(path) if index else None
    if member is None:
        return None
    try:
        known = request.if_none_match.contains(member.tag)
        response = Response(status=304) if known else _whole_or_part(store, sha256, member, kind)
    except FileNotFoundError:  # the archive has left the store since it was indexed
        return None
    response.set_etag(member.tag)
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Accept-Ranges"] = "bytes"
    if member.deflated and member.apart < 0:
        response.headers["Vary"] = "Accept-Encoding"
    return response


def _whole_or_part(store: FileStore, sha256: str, member: Member, kind: str) -> Response:
    wanted = parse_range_header(request.headers.get("Range"))
    single = wanted if wanted and wanted.units == "bytes" and len(wanted.ranges) == 1 else None
    part = single.range_for_length(member.size) if single else None
    if single and part is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{member.size}"})
    if part is None and member.deflated and member.apart < 0 and request.accept_encodings["gzip"] > 0:
        response = Response(as_gzip(member, _archive_part(store, sha256, member.offset, member.stop)))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(member.stored + GZIP_EXTRA)
    else:
        start, stop = part or (0, member.size)
        response = Response(_content(store, sha256, member, start, stop), 206 if part else 200)
        response.headers["Content-Length"] = str(stop - start)
        if part:
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{member.size}"
    response.headers["Content-Type"] = kind
    return response


def _content(store: FileStore, sha256: str, member: Member, start: int, stop: int) -> Iterable[bytes]:
    if member.apart >= 0:
        return _pieces(store, media_key(package_folder(sha256), member.apart), start, stop)
    if not member.deflated:
        return _archive_part(store, sha256, member.offset + start, member.offset + stop)
    return inflate(_archive_part(store, sha256, member.offset, member.stop), start, stop)


def _archive_part(store: FileStore, sha256: str, start: int, stop: int) -> Iterable[bytes]:
    return _pieces(store, blob_key(sha256), start, stop)


def _pieces(store: FileStore, key: str, start: int, stop: int) -> Iterable[bytes]:
    """A small part is read at once, so that a missing object is found before the answer begins."""
    if stop - start <= CHUNK:
        return [store.read_part(key, start, stop)]
    return _stream(store, key, start, stop)


def _stream(store: FileStore, key: str, start: int, stop: int) -> Iterator[bytes]:
    yield from store.stream(key, start, stop)
