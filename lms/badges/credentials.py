"""Signed credentials: Open Badges 3.0 as verifiable credentials in JWT, with a bitstring status list.

The documents are those of openbadgeslib; this module says what a hub's badge puts in them and where they are found. The
library is loaded where it is used: it would make every start slower by a quarter of a second.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from lms.badges.keys import ALGORITHM
from lms.db import utc_now

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from openbadgeslib.ob3.credential import Achievement, Issuer

    from lms.badges.models import BadgeKey

LIST_SIZE = 131_072  # places in a hub's status list; the smallest the standard allows hides one among many
LIST_GOOD_FOR = timedelta(days=1)  # a copy of the list older than this is refused, so that it cannot hide a withdrawal


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the public documents of a hub's badges stand, under the installation's public address."""

    url: str
    hub: str

    @property
    def base(self) -> str:
        return f"{self.url.rstrip('/')}/badges/{self.hub}"

    @property
    def did(self) -> str:
        """The issuer's identifier (did:web): resolvers find its keys at ``base/did.json``."""
        parts = urlsplit(self.base)
        return ":".join(
            ["did:web", *(quote(part, safe="") for part in (parts.netloc, *parts.path.strip("/").split("/")))]
        )

    @property
    def status_list(self) -> str:
        return f"{self.base}/status"

    def achievement(self, badge_id: uuid.UUID) -> str:
        return f"{self.base}/{badge_id}"

    def image(self, badge_id: uuid.UUID) -> str:
        return f"{self.base}/{badge_id}/image.svg"

    def award(self, award_id: uuid.UUID) -> str:
        return f"{self.url.rstrip('/')}/b/{award_id}"

    def kid(self, number: int) -> str:
        return f"{self.did}#key-{number}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A competency of the badge, as found in its framework, and what the person showed of it."""

    name: str
    uri: str
    framework: str
    code: str


def issuer_of(addresses: Addresses, *, name: str, email: str = "") -> Issuer:
    from openbadgeslib.ob3.credential import Issuer  # noqa: PLC0415

    return Issuer(id=addresses.did, name=name, url=addresses.base, email=email or None)


def achievement_of(
    addresses: Addresses, *, badge_id: uuid.UUID, name: str, description: str, criteria: str, shown: Sequence[Shown]
) -> Achievement:
    """The badge itself (Open Badges 3.0 §B.1 Achievement), aligned to the items of CASE frameworks."""
    from openbadgeslib.ob3.credential import Achievement, Alignment  # noqa: PLC0415

    return Achievement(
        id=addresses.achievement(badge_id), name=name, description=description, criteria_narrative=criteria,
        image_url=addresses.image(badge_id), achievement_type="Competency",
        alignments=[Alignment(one.name, one.uri, one.framework, one.code) for one in shown],
    )  # fmt: skip


def credential_document(
    addresses: Addresses, *, award_id: uuid.UUID, status_index: int, issuer: Issuer, achievement: Achievement, email: str,
    narrative: str, at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """The claims to sign. The holder is named by a salted digest of their address: who has the badge learns no address."""
    from openbadgeslib.ob3.credential import Evidence, IdentityObject, OpenBadgeCredential  # noqa: PLC0415
    from openbadgeslib.ob3.status_list import status_entry  # noqa: PLC0415

    credential = OpenBadgeCredential(
        issuer=issuer, recipient_id=None, achievement=achievement, id=addresses.award(award_id), issuance_date=at,
        identifiers=[IdentityObject.create(email, salt=secrets.token_hex(8))],
        evidence=[Evidence(narrative=narrative)],
        credential_status=[status_entry(addresses.status_list, "revocation", status_index)],
    )  # fmt: skip
    return credential.to_jwt_payload()


def sign(payload: dict[str, Any], key: BadgeKey, private: Any, addresses: Addresses) -> str:
    """The compact JWT (Open Badges 3.0 §8.2.3): its header names the key and carries its public half."""
    import jwt  # noqa: PLC0415

    headers = {"kid": addresses.kid(key.number), "jwk": key.public_jwk, "typ": "JWT"}
    return jwt.encode(payload, private, algorithm=ALGORITHM, headers=headers)


def status_list_document(addresses: Addresses, withdrawn: Iterable[int]) -> dict[str, Any]:
    """The claims of the hub's status list (W3C Bitstring Status List 1.0 §2.2)."""
    from openbadgeslib.ob3.status_list import build_status_list_credential  # noqa: PLC0415

    now = utc_now()
    document = build_status_list_credential(
        addresses.did, addresses.status_list, "revocation", withdrawn, LIST_SIZE, issued=now,
        valid_until=now + LIST_GOOD_FOR,
    )  # fmt: skip
    return document | {"iss": document["issuer"], "jti": document["id"], "nbf": int(now.timestamp())}


def did_document(addresses: Addresses, keys: Sequence[BadgeKey]) -> dict[str, Any]:
    """The issuer's DID document: every key that ever signed, the one in use first (W3C DID 1.0 §5.2)."""
    from openbadgeslib.ob3.did import build_did_document  # noqa: PLC0415

    return build_did_document(addresses.did, [(f"key-{key.number}", key.public_jwk) for key in keys])
