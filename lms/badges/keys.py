"""The keys that sign a hub's badges: made, sealed, rotated. Cryptography is loaded where it is used, for a quick start."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from lms.badges.models import BadgeKey
from lms.db import utc_now

if TYPE_CHECKING:
    import uuid

    from cryptography.fernet import Fernet
    from sqlalchemy.orm import Session

ALGORITHM = "RS256"  # the one that every verifier must know (Open Badges 3.0 §8.2.2)
BITS = 2048


class KeyUnreadable(RuntimeError):  # noqa: N818 - said to the administrator as it is
    """The private key cannot be opened: the installation's secret has changed since it was sealed."""


def _seal(secret: str) -> Fernet:
    from cryptography.fernet import Fernet  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"bouquet badge keys").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def list_keys(session: Session, hub_id: uuid.UUID) -> list[BadgeKey]:
    """The hub's keys, the one in use first: verifiers that name no key take the first."""
    rows = session.scalars(select(BadgeKey).where(BadgeKey.hub_id == hub_id).order_by(BadgeKey.number.desc()))
    return list(rows)


def current_key(session: Session, *, hub_id: uuid.UUID, secret: str) -> BadgeKey:
    """The key in use, made when the hub has none. ``secret`` is the installation's."""
    found = session.scalar(select(BadgeKey).where(BadgeKey.hub_id == hub_id, BadgeKey.retired_at.is_(None)).limit(1))
    return found or _make(session, hub_id=hub_id, secret=secret)


def rotate_key(session: Session, *, hub_id: uuid.UUID, secret: str) -> BadgeKey:
    """Retire the key in use and make a new one; what the former signed stays verifiable."""
    for key in list_keys(session, hub_id):
        key.retired_at = key.retired_at or utc_now()
    session.flush()
    return _make(session, hub_id=hub_id, secret=secret)


def _make(session: Session, *, hub_id: uuid.UUID, secret: str) -> BadgeKey:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: PLC0415
    from jwt.algorithms import RSAAlgorithm  # noqa: PLC0415

    pair = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    last = session.scalar(select(func.max(BadgeKey.number)).where(BadgeKey.hub_id == hub_id)) or 0
    key = BadgeKey(
        hub_id=hub_id, number=last + 1, public_jwk=json.loads(RSAAlgorithm.to_jwk(pair.public_key())),
        secret=_seal(secret).encrypt(pem).decode(),
    )  # fmt: skip
    session.add(key)
    session.flush()
    return key


def open_key(key: BadgeKey, secret: str) -> Any:
    """The private key, to sign with. KeyUnreadable when the installation's secret is another one."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        return load_pem_private_key(_seal(secret).decrypt(key.secret.encode()), password=None)
    except InvalidToken:
        raise KeyUnreadable(f"badge key {key.number} was sealed with another secret_key: rotate the key") from None
