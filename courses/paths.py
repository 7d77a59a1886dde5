"""Paths inside a course: always POSIX, relative to the course folder, never leading out of it."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def is_external(target: str) -> bool:
    """Whether a link names a scheme or a host of its own."""
    return _SCHEME.match(target) is not None


def link_path(from_path: str, href: str) -> str | None:
    """The course path a link means: ``resolve_path`` without the query, the fragment and percent-encoding."""
    return None if is_external(href) else resolve_path(from_path, unquote(href.partition("#")[0].partition("?")[0]))


def resolve_path(from_path: str, target: str) -> str | None:
    """The course path of the file that ``from_path`` names ``target``; None when it leads out of the course."""
    if not target or is_external(target) or target.startswith("/") or "\\" in target or "\x00" in target:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(from_path), target))
    return None if path == ".." or path.startswith(("../", "/")) or path == "." else path
