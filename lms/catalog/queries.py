"""Reading courses, versions and their outlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, distinct, func, select
from sqlalchemy.orm import aliased, undefer

from lms.catalog.models import Alignment, CourseRecord, CourseVersion, ScormPackage, VersionActivity
from lms.db import HubRead

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """One line of the table of contents of a published version."""

    key: str
    kind: str
    title: str
    minutes: int
    required: bool
    purpose: str
    module_key: str
    module_title: str
    position: int


def get_course(session: Session, course_id: uuid.UUID) -> CourseRecord | None:
    return session.get(CourseRecord, course_id)


def get_draft(session: Session, course_id: uuid.UUID) -> CourseVersion | None:
    """Version number 0, the one that is being written."""
    return session.scalar(select(CourseVersion).where(CourseVersion.course_id == course_id, CourseVersion.number == 0))


def get_latest_version(session: Session, course_id: uuid.UUID) -> CourseVersion | None:
    """The last published version."""
    return session.scalar(
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id, CourseVersion.number > 0)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )


def list_versions(session: Session, course_id: uuid.UUID) -> Sequence[CourseVersion]:
    """Published versions, the newest first."""
    return session.scalars(
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id, CourseVersion.number > 0)
        .order_by(CourseVersion.number.desc())
    ).all()


_OUTLINE = HubRead(
    select(
        VersionActivity.key, VersionActivity.kind, VersionActivity.title, VersionActivity.minutes,
        VersionActivity.required, VersionActivity.purpose, VersionActivity.module_key, VersionActivity.module_title,
        VersionActivity.position,
    )
    .where(VersionActivity.version_id == bindparam("version"))
    .order_by(VersionActivity.position)
)  # fmt: skip
_outlines: dict[tuple[Any, uuid.UUID], tuple[OutlineRow, ...]] = {}
MOST_OUTLINES = 256  # of some 10 KB


def get_outline(session: Session, version_id: uuid.UUID) -> tuple[OutlineRow, ...]:
    """The activities of a published version in order, without their content.

    Remembered, since a published version never changes: every page of a course needs it. What a hub was given is kept for
    that hub alone.
    """
    asked = session.info.get("hub"), version_id
    found = _outlines.get(asked)
    if found is None:
        found = tuple(OutlineRow(*values) for values in _OUTLINE.rows(session, version=version_id))
        if len(_outlines) >= MOST_OUTLINES:
            _outlines.clear()
        if found:
            _outlines[asked] = found
    return found


# made once: the player reads it on every page
_ACTIVITY = (
    select(VersionActivity)
    .where(VersionActivity.version_id == bindparam("version"), VersionActivity.key == bindparam("activity"))
    .options(undefer(VersionActivity.data))
)


def get_activity(session: Session, version_id: uuid.UUID, key: str) -> VersionActivity | None:
    """One activity of a published version, with its prepared data."""
    return session.scalar(_ACTIVITY, {"version": version_id, "activity": key})


def list_alignments(session: Session, version_id: uuid.UUID) -> Sequence[Alignment]:
    """What each element of a version does for each competency."""
    return session.scalars(select(Alignment).where(Alignment.version_id == version_id).order_by(Alignment.id)).all()


def list_course_titles(session: Session) -> list[tuple[str, str]]:
    """Id and title of the hub's courses, in the order of their titles."""
    rows = session.execute(
        select(CourseRecord.id, CourseRecord.title)
        .where(CourseRecord.archived_at.is_(None))
        .order_by(CourseRecord.title)
    )
    return [(str(course_id), title) for course_id, title in rows]


def get_package(session: Session, sha256: str) -> ScormPackage | None:
    return session.scalar(select(ScormPackage).where(ScormPackage.sha256 == sha256))


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course of the hub, as its list shows it."""

    id: uuid.UUID
    title: str
    summary: str
    language: str
    shared: bool
    minutes: int
    changed_at: datetime
    number: int  # of the last published version; 0: none yet
    published_at: datetime | None
    has_changes: bool  # the draft was touched after the publication
    from_hub: str
    aimed: int = 0
    assessed: int = 0


def list_courses(session: Session) -> list[CourseLine]:
    """The hub's courses, those being worked on first; two statements whatever their number."""
    course, draft = CourseRecord, CourseVersion
    latest = aliased(CourseVersion)
    newest = (
        select(func.max(CourseVersion.number))
        .where(CourseVersion.course_id == course.id)
        .correlate(course)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            course.id, course.title, course.summary, course.language, course.shared, course.provenance, draft.minutes,
            draft.updated_at, latest.id, latest.number, latest.published_at,
        )
        .join(draft, and_(draft.course_id == course.id, draft.number == 0))
        .outerjoin(latest, and_(latest.course_id == course.id, latest.number == newest, latest.number > 0))
        .where(course.archived_at.is_(None))
        .order_by(draft.updated_at.desc())
    ).all()  # fmt: skip
    covered = _coverage_counts(session, [row[8] for row in rows if row[8]])
    return [
        CourseLine(
            id=row[0], title=row[1], summary=row[2], language=row[3], shared=row[4], minutes=row[6], changed_at=row[7],
            number=row[9] or 0, published_at=row[10], has_changes=bool(row[10] and row[7] > row[10]),
            from_hub=str((row[5] or {}).get("hub", "")), aimed=covered.get(row[8], (0, 0))[0], assessed=covered.get(row[8], (0, 0))[1],
        )
        for row in rows
    ]  # fmt: skip


def _coverage_counts(session: Session, version_ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Competencies named and competencies assessed, by version."""
    one = Alignment
    ref = one.framework + "@" + one.framework_version + "#" + one.code
    rows = session.execute(
        select(
            one.version_id,
            func.count(distinct(case((one.how != "positions", ref)))),
            func.count(distinct(case((one.how == "assesses", ref)))),
        )
        .where(one.version_id.in_(version_ids))
        .group_by(one.version_id)
    )
    return {version_id: (aimed, assessed) for version_id, aimed, assessed in rows}


def get_version(session: Session, course_id: uuid.UUID, number: int) -> CourseVersion | None:
    """A published version, or the draft for number 0."""
    return session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course_id, CourseVersion.number == number)
    )
