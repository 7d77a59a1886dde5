"""Evidence that a person shows a competency. Frameworks themselves are data of ``competency_frameworks``."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, HubScoped, Id, mark, utc_now


class Evidence(Base, HubScoped):
    """One observation: this source showed this level of this item of this framework version. Append-only."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id", "person_id", "framework", "framework_version", "code"),
        Index("ix_evidence_person_framework", "person_id", "framework", "framework_version"),
    )
    __personal_data__: ClassVar[str] = mark("what a person can do, as shown by their work")
    __retention__: ClassVar[str] = mark("as the session it comes from; the learner may take it away in the export")

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    enrolment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("enrolment.id", ondelete="SET NULL"), index=True)
    framework: Mapped[str] = mapped_column(String(80))
    framework_version: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(80))
    source_kind: Mapped[str] = mapped_column(String(20))  # positioning, quiz, final, assignment, package, self
    source_id: Mapped[str] = mapped_column(String(120))
    level: Mapped[float]  # 0..1: share of what was asked that was shown
    items: Mapped[int] = mapped_column(default=1)  # how many questions or criteria it rests on
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
