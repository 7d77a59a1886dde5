"""Hubs: the organisations that share the installation."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Id, mark, utc_now


class Hub(Base):
    """One organisation: its name and mark, and what its documents must say of it."""

    __tablename__ = "hub"
    __personal_data__: ClassVar[str] = mark("name of the legal representative")
    __retention__: ClassVar[str] = mark("as long as the hub is hosted")

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    accent: Mapped[str] = mapped_column(String(7), default="#0F5C63")
    logo_key: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(5), default="fr")
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    siret: Mapped[str] = mapped_column(String(14), default="")
    activity_number: Mapped[str] = mapped_column(String(20), default="")  # numéro de déclaration d'activité (NDA)
    representative: Mapped[str] = mapped_column(String(120), default="")
    accessibility_contact: Mapped[str] = mapped_column(String(320), default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
