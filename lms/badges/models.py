"""Badges of a hub, what was awarded, and the keys that sign."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base, HubScoped, Id, mark, utc_now


class BadgeKey(Base, HubScoped):
    """A pair of keys that signs a hub's badges; a retired one still verifies what it signed."""

    __tablename__ = "badge_key"
    __table_args__ = (UniqueConstraint("hub_id", "number"),)
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as long as the hub is hosted: what was signed must stay verifiable")

    id: Mapped[Id]
    number: Mapped[int]
    public_jwk: Mapped[dict[str, Any]]
    secret: Mapped[str] = mapped_column(Text)  # the private key, sealed with the installation's secret
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    retired_at: Mapped[datetime | None] = mapped_column(default=None)


class Badge(Base, HubScoped):
    """What a badge says (Open Badges 3.0 Achievement): its words, the competencies it stands for, and its rule."""

    __tablename__ = "badge"
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as long as somebody holds it")

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)
    criteria: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(5), default="fr")
    refs: Mapped[list[Any]] = mapped_column(default=list)  # framework@version#code
    threshold: Mapped[float] = mapped_column(default=0.7)  # share of what was asked that must be shown, 0..1
    least_items: Mapped[int] = mapped_column(default=3)  # questions or criteria that each competency must rest on
    needed: Mapped[int] = mapped_column(default=0)  # competencies to be reached; 0: all of them
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class BadgeAward(Base, HubScoped):
    """A badge given to a person: the signed credential as it was issued, and its place in the status list."""

    __tablename__ = "badge_award"
    __table_args__ = (
        UniqueConstraint("hub_id", "status_index"),
        Index(
            "uq_badge_award_held", "badge_id", "person_id", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip
    __personal_data__: ClassVar[str] = mark("that a person holds a badge, with a salted digest of their address")
    __retention__: ClassVar[str] = mark("as long as the account; then only its place in the list of withdrawn badges")
    __erased_with_person__: ClassVar[dict[str, Any]] = {"credential": "", "rests_on": {}, "shown_at": None}

    id: Mapped[Id]
    badge_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("badge.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    status_index: Mapped[int]
    credential: Mapped[str] = mapped_column(Text)  # compact JWT (VC 2.0, Open Badges 3.0 §8.2)
    rests_on: Mapped[dict[str, Any]] = mapped_column(default=dict)  # ref -> [level 0..1, questions or criteria]
    shown_at: Mapped[datetime | None] = mapped_column(default=None)  # since when its holder lets their name be shown
    issued_at: Mapped[datetime] = mapped_column(default=utc_now)
    issued_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    revoked_because: Mapped[str] = mapped_column(String(300), default="")

    badge: Mapped[Badge] = relationship(viewonly=True)
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], viewonly=True)
