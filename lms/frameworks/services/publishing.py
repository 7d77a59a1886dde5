"""Versions: a draft is published, the next one begins, a framework is shared with the other hubs or kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from competency_frameworks.check import check
from competency_frameworks.library import version_order
from lms.accounts.services import record_event
from lms.db import utc_now
from lms.frameworks.models import FrameworkChange, FrameworkRecord, FrameworkVersion
from lms.frameworks.services.importing import list_versions, next_version_name, renamed
from lms.frameworks.services.writing import describe_version, require_draft, touch, write_version
from lms.frameworks.store import load_version

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from competency_frameworks.problems import Problem


class UnfitFrameworkError(ValueError):
    """A draft that cannot be published; ``problems`` says why and what to do."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems = problems


def previous_version(session: Session, version: FrameworkVersion) -> FrameworkVersion | None:
    """The published version that a draft follows: the one it says it supersedes, else the newest before it."""
    rows = [
        row for row in list_versions(session, version.framework_id) if row.id != version.id and row.status != "draft"
    ]
    named = str(version.head.get("supersedes", "")).partition("@")[2]
    found = next((row for row in rows if row.version == named), None)
    before = [row for row in rows if version_order(row.version) < version_order(version.version)]
    others = before or rows
    return found or (others[-1] if others else None)


def publish_version(
    session: Session,
    version: FrameworkVersion,
    *,
    person_id: uuid.UUID,
    notes: str = "",
    changes: dict[str, Any] | None = None,
) -> FrameworkVersion:
    """Publish a draft: it never changes again and courses may name it.

    ``changes``: what a person confirmed of the differences with the version before. UnfitFrameworkError when the check
    finds errors. The version before stays as it is: evidence and courses that name it keep their meaning.
    """
    require_draft(session, version)
    before = previous_version(session, version)
    framework = replace(load_version(session, version), status="adopted")
    if before is not None and not framework.supersedes:
        framework = replace(framework, supersedes=f"{before.framework.key}@{before.version}")
    problems = tuple(problem for problem in check(framework) if problem.severity == "error")
    if problems or not framework.items:
        raise UnfitFrameworkError(problems or tuple(check(framework))[:1])
    describe_version(session, version, framework)
    version.status, version.content_hash = "adopted", framework.content_hash
    version.notes, version.changes = notes.strip(), changes or {}
    version.published_at, version.published_by = utc_now(), person_id
    session.execute(delete(FrameworkChange).where(FrameworkChange.version_id == version.id))
    record_event(
        session, "framework.published", hub_id=_hub(version), person_id=person_id, target=version.id,
        key=version.framework.key, version=version.version, content_hash=version.content_hash,
    )  # fmt: skip
    session.flush()
    return version


def begin_version(session: Session, version: FrameworkVersion, *, person_id: uuid.UUID) -> FrameworkVersion:
    """A draft that begins as this published version; the one that is being written already, when there is one."""
    rows = list_versions(session, version.framework_id)
    there = next((row for row in rows if row.status == "draft"), None)
    if there is not None:
        return there
    name = next_version_name([row.version for row in rows])
    source = load_version(session, version)
    draft = FrameworkVersion(hub_id=version.hub_id, framework=version.framework, version=name)
    session.add(draft)
    session.flush()
    write_version(session, draft, replace(renamed(source, source.id, name), supersedes=f"{source.id}@{source.version}"))
    record_event(
        session, "framework.begun", hub_id=_hub(version), person_id=person_id, target=draft.id, key=version.framework.key,
        version=name,
    )  # fmt: skip
    return draft


def share_framework(session: Session, framework: FrameworkRecord, *, shared: bool, person_id: uuid.UUID) -> None:
    """Offer a framework to the other hubs, or no longer; what they copied stays theirs."""
    framework.shared = shared
    record_event(
        session, "framework.shared" if shared else "framework.unshared", hub_id=_hub(framework), person_id=person_id,
        target=framework.id, key=framework.key,
    )  # fmt: skip
    session.flush()


def drop_draft(session: Session, version: FrameworkVersion, *, person_id: uuid.UUID) -> None:
    """Give a draft up; its framework goes with it when it has no other version."""
    require_draft(session, version)
    record = version.framework
    record_event(
        session, "framework.dropped", hub_id=_hub(version), person_id=person_id, target=version.id, key=record.key,
        version=version.version,
    )  # fmt: skip
    row = FrameworkVersion
    alone = session.scalar(select(row.id).where(row.framework_id == record.id, row.id != version.id).limit(1)) is None
    session.execute(delete(row).where(row.id == version.id))
    if alone:
        session.execute(delete(FrameworkRecord).where(FrameworkRecord.id == record.id))


def _hub(row: FrameworkVersion | FrameworkRecord) -> uuid.UUID:
    if row.hub_id is None:
        raise ValueError("a bundled framework is not changed here")
    return row.hub_id


def rename_draft(session: Session, version: FrameworkVersion, *, version_name: str) -> bool:
    """Give a draft another version name; False when the framework has that version already."""
    require_draft(session, version)
    if version_name == version.version:
        return True
    if any(row.version == version_name for row in list_versions(session, version.framework_id)):
        return False
    version.version = version_name
    version.head = version.head | {"version": version_name}
    touch(version)
    session.flush()
    return True
