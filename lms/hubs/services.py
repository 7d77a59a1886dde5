"""Hubs: creation."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.hubs.models import Hub

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def slugify(text: str) -> str:
    """Small ASCII letters, digits and hyphens, at most 40."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "hub"


def create_hub(session: Session, *, slug: str, name: str, **details: str) -> Hub:
    """Create a hub; ValueError when the short name is taken."""
    if get_hub(session, slug) is not None:
        raise ValueError(slug)
    hub = Hub(slug=slug, name=name, **details)
    session.add(hub)
    session.flush()
    return hub


def get_hub(session: Session, slug: str) -> Hub | None:
    return session.scalar(select(Hub).where(Hub.slug == slug))


def list_hubs(session: Session) -> list[Hub]:
    return list(session.scalars(select(Hub).order_by(Hub.name)))
