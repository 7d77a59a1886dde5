"""People, what they may do in each hub, what they agreed to, and who did what."""

from __future__ import annotations

import enum
import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, HubScoped, Id, mark, utc_now


class Role(enum.StrEnum):
    """What a person is in a hub; a person may be several things."""

    LEARNER = "learner"
    TRAINER = "trainer"
    LEAD = "lead"
    HUB_ADMIN = "hub_admin"
    AUDITOR = "auditor"


class Person(Base):
    """An account: one person, one address, whatever the number of hubs."""

    __tablename__ = "person"
    __personal_data__: ClassVar[str] = mark("identity, address, language, password hash, second factor")
    __retention__: ClassVar[str] = mark(
        "3 years after the last sign-in, then pseudonymised; what the law makes us keep keeps a pseudonym"
    )

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(320), unique=True)  # folded to lower case
    given_name: Mapped[str] = mapped_column(String(80), default="")
    family_name: Mapped[str] = mapped_column(String(80), default="")
    password_hash: Mapped[str] = mapped_column(String(200), default="")  # empty: invited, has not set one yet
    locale: Mapped[str] = mapped_column(String(5), default="fr")
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    totp_last_step: Mapped[int] = mapped_column(default=0)  # a code is good once
    is_platform_admin: Mapped[bool] = mapped_column(default=False)
    sessions_valid_from: Mapped[datetime] = mapped_column(default=utc_now)  # earlier sign-ins are void
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_login_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    @property
    def display_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.email


class Membership(Base, HubScoped):
    """One role of one person in one hub."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("hub_id", "person_id", "role"),)
    __personal_data__: ClassVar[str] = mark("role of a person in a hub")
    __retention__: ClassVar[str] = mark("as long as the person works with the hub")

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(
        Enum(Role, native_enum=False, length=12, values_callable=lambda e: [m.value for m in e])
    )
    expires_at: Mapped[datetime | None]  # always set for auditors
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    person: Mapped[Person] = relationship()


class Consent(Base, HubScoped):
    """What a person agreed to, in which words (``text_version``), and when they took it back."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person_kind", "person_id", "kind"),)
    __personal_data__: ClassVar[str] = mark("a person's agreement")
    __retention__: ClassVar[str] = mark("5 years after it ends (civil limitation): proof of the agreement")

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))  # terms, cold_survey, image …
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(default=utc_now)
    withdrawn_at: Mapped[datetime | None]


class AuditEvent(Base, HubScoped):
    """Who did what to what: written by the services, never changed; each row is chained to the hub's previous one."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("hub_id", "number"),)
    __personal_data__: ClassVar[str] = mark("author of an act")
    __retention__: ClassVar[str] = mark("as long as the evidence it belongs to (6 years by default)")

    id: Mapped[Id]
    number: Mapped[int]  # 1, 2, 3 … in the hub
    at: Mapped[datetime] = mapped_column(default=utc_now)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(60))  # "session.created", "evidence.exported" …
    target: Mapped[str] = mapped_column(String(120), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 over the previous digest and this row
