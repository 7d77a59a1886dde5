"""Courses, their drafts and published versions, and the packages they carry."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, HubScoped, Id, mark, utc_now


class CourseRecord(Base, HubScoped):
    """A course of a hub: its stable key and where it came from. Its content is in its versions."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("hub_id", "key"),)
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as long as the hub offers it or evidence refers to it")

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64))  # the id of course.yaml
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="fr")
    licence: Mapped[str] = mapped_column(String(60), default="")
    provenance: Mapped[dict[str, Any]] = mapped_column(default=dict)  # bouquet.json of the package it was taken from
    shared: Mapped[bool] = mapped_column(default=False)  # offered in the catalogue between hubs
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    versions: Mapped[list[CourseVersion]] = relationship(back_populates="course", order_by="CourseVersion.number")


class CourseVersion(Base, HubScoped):
    """A state of a course: number 0 is the draft, 1, 2, 3 … were published and never change."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"),)
    __personal_data__: ClassVar[str] = mark("who published")
    __retention__: ClassVar[str] = mark("as the course")

    id: Mapped[Id]
    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(300))
    minutes: Mapped[int] = mapped_column(default=0)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # audience, objectives, methods…: the programme
    notes: Mapped[str] = mapped_column(Text, default="")  # what changed, in the author's words
    published_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)

    course: Mapped[CourseRecord] = relationship(back_populates="versions")


class CourseFile(Base, HubScoped):
    """One file of the folder of a version: text here (so that an edit is one transaction), media in the file store."""

    __tablename__ = "course_file"
    __table_args__ = (UniqueConstraint("version_id", "path"),)
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as the version")

    id: Mapped[Id]
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("course_version.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(240))
    text: Mapped[str | None] = mapped_column(Text)
    blob_key: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)


class RemovedPart(Base, HubScoped):
    """A part of a draft that its author took out, whole, so that it can come back where it was."""

    __tablename__ = "removed_part"
    __personal_data__: ClassVar[str] = mark("who removed it")
    __retention__: ClassVar[str] = mark("as long as the draft: removing is never losing")

    id: Mapped[Id]
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("course_version.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # activity, module, draft, text
    title: Mapped[str] = mapped_column(String(300))
    place: Mapped[dict[str, Any]] = mapped_column(default=dict)  # where it stood
    files: Mapped[dict[str, Any]] = mapped_column(default=dict)  # path -> text, blob_key, size
    removed_at: Mapped[datetime] = mapped_column(default=utc_now)
    removed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class VersionActivity(Base, HubScoped):
    """One activity of a published version, ready to be shown: settings as plain data, Markdown already rendered."""

    __tablename__ = "version_activity"
    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        Index("ix_version_activity_version_position", "version_id", "position"),
    )
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as the version")

    id: Mapped[Id]
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("course_version.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))  # the activity's stable id
    position: Mapped[int]
    module_key: Mapped[str] = mapped_column(String(64))
    module_title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    minutes: Mapped[int] = mapped_column(default=0)
    required: Mapped[bool] = mapped_column(default=True)
    purpose: Mapped[str] = mapped_column(String(20), default="")  # of quizzes and surveys
    # what ActivityType.prepare made of it; deferred, because outlines do not need it
    data: Mapped[dict[str, Any]] = mapped_column(deferred=True)


class Alignment(Base, HubScoped):
    """An element of a version names a competency: what is taught, practised and assessed, down to the question."""

    __tablename__ = "alignment"
    __table_args__ = (Index("ix_alignment_version", "version_id"),)
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as the version")

    id: Mapped[Id]
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("course_version.id", ondelete="CASCADE"))
    how: Mapped[str] = mapped_column(String(10))  # aims, teaches, practises, assesses
    # objective, module, activity, live_session, package, package_objective, block, question, criterion
    element_kind: Mapped[str] = mapped_column(String(20))
    element_key: Mapped[str] = mapped_column(String(64))
    activity_key: Mapped[str] = mapped_column(String(64), default="")
    framework: Mapped[str] = mapped_column(String(80))
    framework_version: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(40), default="", server_default="")  # at which a question asks it


class ScormPackage(Base, HubScoped):
    """A SCORM package unpacked in the file store under ``packages/<sha256>/``."""

    __tablename__ = "scorm_package"
    __table_args__ = (UniqueConstraint("hub_id", "sha256"),)
    __personal_data__: ClassVar[str] = ""
    __retention__: ClassVar[str] = mark("as the versions that use it")

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    standard: Mapped[str] = mapped_column(String(8))  # 1.2, 2004
    edition: Mapped[str] = mapped_column(String(8), default="")
    size: Mapped[int]
    file_count: Mapped[int]
    manifest: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the SCOs, in order, as plain data
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what scorm.check said
    provenance: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
