"""What lets offline pages hand results back: each package has a key of its own, which the installation can find again."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.offline_results import HandBack
from lms.catalog.models import CourseVersion

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class PackageOfPages:
    """The offline pages of one published version, or of one module of it."""

    version_id: uuid.UUID
    module: str = ""

    def __str__(self) -> str:
        return f"{self.version_id}/{self.module}" if self.module else str(self.version_id)

    @classmethod
    def parse(cls, text: str) -> PackageOfPages | None:
        """Read what ``str`` wrote; None for anything else."""
        version, _slash, module = text.partition("/")
        try:
            found = cls(uuid.UUID(version), module)
        except ValueError:
            return None
        return found if str(found) == text else None

    def key(self, secret: str) -> bytes:
        """The key that the pages sign with. Made from the installation's secret rather than drawn and kept: the same
        version gives the same bytes, and a result can come back years later. It proves the package, not the person."""
        return hmac.new(secret.encode(), f"bouquet.offline-pages|{self}".encode(), hashlib.sha256).digest()


def hand_back_of(version: CourseVersion, module: str, *, secret: str, address: str) -> HandBack | None:
    """What the offline pages of a published version carry; None for a draft, whose results would belong nowhere."""
    if not version.number:
        return None
    package = PackageOfPages(version.id, module)
    return HandBack(str(package), package.key(secret), address)


def get_pages_version(session: Session, package: PackageOfPages) -> CourseVersion | None:
    """The version of the session's hub that these pages were made from."""
    return session.get(CourseVersion, package.version_id)
