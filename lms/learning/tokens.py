"""Short-lived signed addresses on the content origin: what they open, for whom, and under which host.

A token is all that a content page has: that origin knows no cookie, no session and no sign-in.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeSerializer

from lms.web.security import content_origin

if TYPE_CHECKING:
    from lms.config import Settings

STEP = 6 * 3600  # addresses change every six hours only, so that a browser may keep what it fetched
LIFE = 24 * 3600


class TokenError(ValueError):
    """The address is forged, too old, or opened under another host than its own."""


@dataclass(frozen=True, slots=True)
class MediaToken:
    """Reads the media of one version of a course."""

    hub: uuid.UUID
    version: uuid.UUID


@dataclass(frozen=True, slots=True)
class PackageToken:
    """Runs one package for one attempt of one person; ``attempt`` None is a preview, where nothing is recorded."""

    hub: uuid.UUID
    package: str
    attempt: uuid.UUID | None
    person: uuid.UUID


@lru_cache(maxsize=4)
def _signer(secret: str, kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"bouquet.content.{kind}", signer_kwargs={"digest_method": hashlib.sha256})


def _expiry() -> int:
    return (int(time.time()) // STEP) * STEP + STEP + LIFE


def package_label(hub: uuid.UUID, package: str) -> str:
    """The host label of a package in a hub: packages have each an origin, hence cookies and storage of their own."""
    return "p" + hashlib.sha256(f"{hub}/{package}".encode()).hexdigest()[:24]


def device_key(token: PackageToken) -> str:
    """The name under which a learner's device keeps what it could not send of an attempt; empty in a preview."""
    if token.attempt is None:
        return ""
    return hashlib.sha256(f"device/{token.attempt}/{token.person}".encode()).hexdigest()[:24]


def media_label(hub: uuid.UUID) -> str:
    """The host label of the media of a hub's courses."""
    return "m" + hashlib.sha256(f"{hub}/media".encode()).hexdigest()[:24]


def media_url(settings: Settings, *, hub: uuid.UUID, version: uuid.UUID, path: str) -> str:
    """The address of a file of a course."""
    token = _signer(settings.secret_key, "media").dumps([hub.hex, version.hex, _expiry()])
    return f"{content_origin(settings, media_label(hub))}/m/{_text(token)}/{quote(path)}"


def package_url(
    settings: Settings, *, hub: uuid.UUID, package: str, attempt: uuid.UUID | None, person: uuid.UUID
) -> str:
    """The address that runs a package."""
    content = [hub.hex, package, attempt.hex if attempt else "", person.hex, _expiry()]
    token = _signer(settings.secret_key, "package").dumps(content)
    return f"{content_origin(settings, package_label(hub, package))}/t/{_text(token)}/frame"


def _text(token: str | bytes) -> str:
    return token.decode() if isinstance(token, bytes) else token


def read_media_token(secret: str, token: str) -> MediaToken:
    """TokenError when forged or too old."""
    hub, version, expiry = _read(secret, "media", token, 3)
    _require_fresh(expiry)
    return MediaToken(uuid.UUID(hub), uuid.UUID(version))


def read_package_token(secret: str, token: str) -> PackageToken:
    """TokenError when forged or too old."""
    found, expiry = _package(secret, token)
    _require_fresh(expiry)
    return found


@lru_cache(maxsize=4096)
def _package(secret: str, token: str) -> tuple[PackageToken, int]:
    hub, package, attempt, person, expiry = _read(secret, "package", token, 5)
    who = uuid.UUID(attempt) if attempt else None
    return PackageToken(uuid.UUID(hub), package, who, uuid.UUID(person)), expiry


def _read(secret: str, kind: str, token: str, length: int) -> list[Any]:
    try:
        content = _signer(secret, kind).loads(token)
    except BadSignature as error:
        raise TokenError("forged") from error
    if not isinstance(content, list) or len(content) != length:
        raise TokenError("malformed")
    return content


def _require_fresh(expiry: int) -> None:
    if expiry < time.time():
        raise TokenError("expired")


def require_host(settings: Settings, host: str, label: str) -> None:
    """TokenError when the address is not opened under the host of its label."""
    expected = content_origin(settings, label).partition("://")[2]
    if host.partition(":")[0].lower() != expected.partition(":")[0].lower():
        raise TokenError("host")
