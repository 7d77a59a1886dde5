"""Checking a badge that somebody brings: its signature by the issuer's published keys, then whether it was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.badges.credentials import Addresses
from lms.badges.keys import list_keys
from lms.badges.models import BadgeAward
from lms.hubs.models import Hub

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.badges.models import BadgeKey

MOST_BYTES = 2_000_000
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``word``: valid, withdrawn, forged, elsewhere or unreadable; the award when it is one of ours."""

    word: str
    award: BadgeAward | None = None
    hub: Hub | None = None


def read_credential(data: bytes) -> str:
    """The compact JWT that an image or a text holds; empty when there is none. Hostile input: never raises."""
    from openbadgeslib.ob3.verifier import OB3Verifier  # noqa: PLC0415

    if len(data) > MOST_BYTES:
        return ""
    try:
        if data.startswith(PNG):
            return str(OB3Verifier.extract_token_from_png(data) or "")
        if b"<svg" in data[:2000]:
            return str(OB3Verifier.extract_token_from_svg(data) or "")
        text = data.decode("ascii").strip()
    except Exception:  # noqa: BLE001 - whatever a hostile file makes its parser say, the answer is the same
        return ""
    return text if text.count(".") == 2 and " " not in text else ""


def check_credential(session: Session, token: str, *, url: str) -> Verdict:
    """Whether the credential was signed by a hub of this installation and still stands. The session reads all hubs."""
    import jwt  # noqa: PLC0415

    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        kid = str(jwt.get_unverified_header(token).get("kid", ""))
    except jwt.PyJWTError:
        return Verdict("unreadable")
    issuer = claims.get("issuer")
    did = str(issuer.get("id", "")) if isinstance(issuer, dict) else str(issuer)
    hub = next((one for one in session.scalars(select(Hub)) if Addresses(url, one.slug).did == did), None)
    if hub is None:
        return Verdict("elsewhere")
    key = _key_named(list_keys(session, hub.id), kid, Addresses(url, hub.slug))
    if key is None or not _is_signed(token, key):
        return Verdict("forged")
    award = _award_of(session, hub, claims)
    if award is None or award.credential != token:
        return Verdict("forged")  # signed here, and never given: only somebody who has the key could do that
    return Verdict("withdrawn" if award.revoked_at else "valid", award, hub)


def _key_named(keys: list[BadgeKey], kid: str, addresses: Addresses) -> BadgeKey | None:
    return next((key for key in keys if addresses.kid(key.number) == kid), None)


def _is_signed(token: str, key: BadgeKey) -> bool:
    from openbadgeslib.errors import LibOpenBadgesException  # noqa: PLC0415
    from openbadgeslib.ob3.verifier import OB3Verifier  # noqa: PLC0415

    try:
        OB3Verifier(_pem(key.public_jwk)).verify(token)
    except LibOpenBadgesException:
        return False
    return True


def _pem(jwk: dict[str, Any]) -> bytes:
    import jwt  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    return bytes(jwt.PyJWK(jwk).key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _award_of(session: Session, hub: Hub, claims: dict[str, Any]) -> BadgeAward | None:
    address = str(claims.get("id", ""))
    rows = session.scalars(
        select(BadgeAward)
        .where(BadgeAward.hub_id == hub.id, BadgeAward.status_index == _place(claims))
        .options(joinedload(BadgeAward.badge))
    )
    return next((row for row in rows if address.endswith(str(row.id))), None)


def _place(claims: dict[str, Any]) -> int:
    entries = claims.get("credentialStatus")
    entry = entries[0] if isinstance(entries, list) and entries else entries
    text = str(entry.get("statusListIndex", "")) if isinstance(entry, dict) else ""
    return int(text) if text.isdigit() and len(text) < 10 else -1
