"""Frameworks in the database: versions, items, relations, crosswalks, documents, and the changes made to drafts.

Rows without a hub are the bundled frameworks: every hub reads them, none changes them.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, HubShared, Id, mark, utc_now

_NO_HUB = text("hub_id IS NULL")


class FrameworkRecord(Base, HubShared):
    """A framework of a hub: its stable key (the ``id`` of references) and where it came from."""

    __tablename__ = "framework"
    __table_args__ = (
        UniqueConstraint("hub_id", "key"),
        Index("uq_framework_bundled_key", "key", unique=True, sqlite_where=_NO_HUB, postgresql_where=_NO_HUB),
    )
    __personal_data__: ClassVar[str] = mark("who brought it in")
    __retention__: ClassVar[str] = mark("as long as a course or evidence refers to it")

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64))
    title: Mapped[dict[str, Any]] = mapped_column(default=dict)  # language -> text, of its newest version
    shared: Mapped[bool] = mapped_column(default=False)  # offered to the other hubs, who may fork it
    provenance: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of a fork: hub, framework, version, content hash
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    versions: Mapped[list[FrameworkVersion]] = relationship(back_populates="framework")


class FrameworkVersion(Base, HubShared):
    """A version of a framework: a draft until it is published, then its items never change."""

    __tablename__ = "framework_version"
    __table_args__ = (UniqueConstraint("framework_id", "version"),)
    __personal_data__: ClassVar[str] = mark("who published")
    __retention__: ClassVar[str] = mark("as the framework")

    id: Mapped[Id]
    framework_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework.id", ondelete="CASCADE"))
    version: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(12), default="draft")  # draft, adopted, deprecated
    language: Mapped[str] = mapped_column(String(16), default="fr")
    title: Mapped[dict[str, Any]] = mapped_column(default=dict)  # language -> text
    # all that a framework says besides items and relations, in the shape of our YAML
    head: Mapped[dict[str, Any]] = mapped_column(default=dict)
    item_count: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)  # of a draft: grows with each change
    content_hash: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the content, of what is published
    source_hash: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the file it was read from
    imported: Mapped[dict[str, Any]] = mapped_column(default=dict)  # file name, format and report of the last import
    # what changed since the version it replaces, as a person confirmed it when publishing
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)

    framework: Mapped[FrameworkRecord] = relationship(back_populates="versions")


class FrameworkItem(Base, HubShared):
    """One item of a version. ``parent`` is the code of the item above, empty for a root."""

    __tablename__ = "framework_item"
    __table_args__ = (
        UniqueConstraint("version_id", "code"),
        Index("ix_framework_item_tree", "version_id", "parent", "position"),
        Index("ix_framework_item_identifier", "identifier"),
    )
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as the version")

    id: Mapped[Id]
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_version.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(80))
    parent: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int] = mapped_column(default=0)  # among siblings
    sequence: Mapped[int] = mapped_column(default=0)  # in the file, so that a framework is written as it was read
    kind: Mapped[str] = mapped_column(String(80), default="competency")
    statement: Mapped[dict[str, Any]] = mapped_column(default=dict)  # language -> text
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    levels: Mapped[list[Any]] = mapped_column(default=list)  # [level id, {language: text}] in order
    identifier: Mapped[str] = mapped_column(String(36))  # UUID of CASE, the same from one version to the next
    uri: Mapped[str] = mapped_column(Text, default="")  # given elsewhere; empty: urn:uuid:identifier
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the model says besides
    search: Mapped[str] = mapped_column(
        Text, default=""
    )  # folded words of code, statement and notes, each after a space


class FrameworkAssociation(Base, HubShared):
    """A typed relation (CASE 1.1 associationType). Its ends: a code of the same version, else a reference or address."""

    __tablename__ = "framework_association"
    __table_args__ = (Index("ix_framework_association_version_origin", "version_id", "origin_code"),)
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as the version")

    id: Mapped[Id]
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_version.id", ondelete="CASCADE"))
    sequence: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(40))
    origin_code: Mapped[str] = mapped_column(String(80), default="")
    origin_ref: Mapped[str] = mapped_column(Text, default="")
    destination_code: Mapped[str] = mapped_column(String(80), default="")
    destination_ref: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proposed_by: Mapped[str] = mapped_column(Text, default="")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)  # titles of addresses, and what the model says besides


class FrameworkChange(Base, HubShared):
    """One change of a draft with what stood before, so that it can be undone."""

    __tablename__ = "framework_change"
    __table_args__ = (UniqueConstraint("version_id", "number"),)
    __personal_data__: ClassVar[str] = mark("who changed the draft")
    __retention__: ClassVar[str] = mark("until the draft is published")

    id: Mapped[Id]
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_version.id", ondelete="CASCADE"))
    number: Mapped[int]
    what: Mapped[str] = mapped_column(String(20))  # add, change, move, remove, link, unlink, facts, import, merge
    code: Mapped[str] = mapped_column(String(80), default="")
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)  # table -> rows as they were; "added": ids
    at: Mapped[datetime] = mapped_column(default=utc_now)
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class FrameworkDocument(Base, HubShared):
    """A document attached to a framework: its official text, a guide, an assessment grid."""

    __tablename__ = "framework_document"
    __personal_data__: ClassVar[str] = mark("who attached it")
    __retention__: ClassVar[str] = mark("as the framework")

    id: Mapped[Id]
    framework_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")  # where it is published; empty when the file is here
    blob_key: Mapped[str] = mapped_column(String(100), default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    size: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime] = mapped_column(default=utc_now)
    added_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class Crosswalk(Base, HubShared):
    """Relations from one framework version to another, confirmed by people one by one."""

    __tablename__ = "framework_crosswalk"
    __table_args__ = (
        UniqueConstraint(
            "hub_id",
            "origin",
            "origin_version",
            "destination",
            "destination_version",
            name="uq_framework_crosswalk_ends",
        ),
        Index("ix_framework_crosswalk_destination", "destination", "destination_version"),
    )
    __personal_data__: ClassVar[str] = mark("who began it")
    __retention__: ClassVar[str] = mark("as long as evidence is read through it")

    id: Mapped[Id]
    origin: Mapped[str] = mapped_column(String(64))
    origin_version: Mapped[str] = mapped_column(String(32))
    destination: Mapped[str] = mapped_column(String(64))
    destination_version: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    links: Mapped[list[CrosswalkLink]] = relationship(back_populates="crosswalk", cascade="all, delete-orphan")


class CrosswalkLink(Base, HubShared):
    """One relation of a crosswalk: these items of the origin and that item of the destination, and what carries over."""

    __tablename__ = "framework_crosswalk_link"
    __personal_data__: ClassVar[str] = mark("who confirmed it")
    __retention__: ClassVar[str] = mark("as the crosswalk")

    id: Mapped[Id]
    crosswalk_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("framework_crosswalk.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(40), default="isRelatedTo")  # CASE association type
    origin_codes: Mapped[list[Any]] = mapped_column(default=list)
    destination_code: Mapped[str] = mapped_column(String(80))
    strength: Mapped[float] = mapped_column(default=1.0)  # 0..1
    rule: Mapped[str] = mapped_column(String(20), default="copy")  # how evidence carries over; none: it does not
    note: Mapped[str] = mapped_column(Text, default="")
    similarity: Mapped[float | None]  # of the titles, when it began as a suggestion
    confirmed_at: Mapped[datetime] = mapped_column(default=utc_now)
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    crosswalk: Mapped[Crosswalk] = relationship(back_populates="links")
