"""Copies that say where they come from, and taking in later what their source has changed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from competency_frameworks.library import version_order
from lms.accounts.services import record_event
from lms.db import unscoped, utc_now
from lms.frameworks.models import FrameworkRecord, FrameworkVersion
from lms.frameworks.services.importing import free_key, import_framework, renamed
from lms.frameworks.services.writing import Written, write_version
from lms.frameworks.store import load_version
from lms.hubs.models import Hub

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from competency_frameworks.model import Competency, Framework


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One item that the source has changed since the copy was made. ``kind``: added, changed, removed.

    ``conflict``: the copy has changed it too, and says something else.
    """

    kind: str
    code: str
    identifier: str
    base: Competency | None
    theirs: Competency | None
    ours: Competency | None
    conflict: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """What a newer version of the source says that the copy does not."""

    source: FrameworkVersion
    base: Framework
    theirs: Framework
    ours: FrameworkVersion
    lines: tuple[MergeLine, ...]


def get_offered_version(session: Session, version_id: uuid.UUID, hub_id: uuid.UUID) -> FrameworkVersion | None:
    """A published version that this hub may copy: bundled, its own, or shared by another hub."""
    with unscoped(session):
        row = session.get(FrameworkVersion, version_id)
        if row is None or row.status == "draft":
            return None
        record = row.framework
        free = record.hub_id in (None, hub_id) or (record.shared and record.archived_at is None)
        return row if free else None


def fork_framework(session: Session, source: FrameworkVersion, *, hub: Hub, person_id: uuid.UUID) -> FrameworkVersion:
    """Copy a version into a draft of the hub, under an id of its own, with its provenance; its items stay the same items."""
    with unscoped(session):
        framework = load_version(session, source)
        record = source.framework
        home = session.get(Hub, record.hub_id) if record.hub_id else None
    key = free_key(session, framework.id, hub.slug)
    provenance = _provenance(source, record, home)
    done = import_framework(
        session, replace(renamed(framework, key, framework.version), supersedes=""), hub_id=hub.id, person_id=person_id,
        provenance=provenance,
    )  # fmt: skip
    record_event(
        session, "framework.forked", hub_id=hub.id, person_id=person_id, target=done.version.id, key=key,
        of=f"{framework.id}@{framework.version}", from_hub=home.slug if home else "",
    )  # fmt: skip
    return done.version


def _provenance(source: FrameworkVersion, record: FrameworkRecord, home: Hub | None) -> dict[str, Any]:
    return {
        "framework_id": str(record.id), "framework": record.key, "version": source.version, "version_id": str(source.id),
        "title": source.title.get(source.language, record.key), "hub": home.name if home else "",
        "content_hash": source.content_hash, "taken_at": utc_now().isoformat(timespec="seconds"),
        "based_on": [record.provenance] if record.provenance else [],
    }  # fmt: skip


def find_merge(session: Session, record: FrameworkRecord, draft: FrameworkVersion) -> Merge | None:
    """What has changed at the source since the copy was made; None when its newest version is the one that was copied."""
    came = record.provenance
    if not came:
        return None
    with unscoped(session):
        origin = session.get(FrameworkRecord, _uuid(came["framework_id"]))
        if origin is None or (origin.hub_id not in (None, record.hub_id) and not origin.shared):
            return None
        row = FrameworkVersion
        rows = session.scalars(select(row).where(row.framework_id == origin.id, row.status != "draft")).all()
        newest = max(rows, key=lambda one: version_order(one.version), default=None)
        base = next((one for one in rows if str(one.id) == came["version_id"]), None)
        if newest is None or base is None or newest.content_hash == came["content_hash"]:
            return None
        before, after = load_version(session, base), load_version(session, newest)
    ours = load_version(session, draft)
    return Merge(newest, before, after, draft, tuple(_lines(before, after, ours)))


def _uuid(text: str) -> Any:
    return uuid.UUID(text)


def _lines(base: Framework, theirs: Framework, ours: Framework) -> list[MergeLine]:
    olds, news, owns = _by_identifier(base), _by_identifier(theirs), _by_identifier(ours)
    found = []
    for identifier in dict.fromkeys((*news, *olds)):
        old, new, own = olds.get(identifier), news.get(identifier), owns.get(identifier)
        if _said(old, base) == _said(new, theirs) or (own is not None and _said(own, ours) == _said(new, theirs)):
            continue
        if new is None and own is None:
            continue
        kind = "added" if old is None else "removed" if new is None else "changed"
        conflict = kind != "added" and _said(own, ours) != _said(old, base)
        code = (new or own or old).code  # type: ignore[union-attr]
        found.append(MergeLine(kind, code, identifier, old, new, own, conflict))
    return found


def _by_identifier(framework: Framework) -> dict[str, Competency]:
    return {framework.identifier(item.code): item for item in framework.items}


def _said(item: Competency | None, framework: Framework) -> Any:
    """What an item says, without what depends on the framework's own name or on places in the file."""
    if item is None:
        return None
    parent = framework.identifier(item.parent) if framework.find(item.parent) else ""
    return replace(item, id="", parent=parent, order=0)


def apply_merge(session: Session, merge: Merge, *, taken: set[str], person_id: uuid.UUID) -> Written:
    """Take the lines of these identifiers into the draft and note up to which version of the source it has gone."""
    ours = load_version(session, merge.ours)
    items = {ours.identifier(item.code): item for item in ours.items}
    for line in merge.lines:
        if line.identifier not in taken:
            continue
        if line.theirs is None:
            items.pop(line.identifier, None)
            continue
        parent = merge.theirs.identifier(line.theirs.parent) if line.theirs.parent else ""
        under = items[parent].code if parent in items else ""
        items[line.identifier] = replace(line.theirs, id=line.identifier, parent=under)
    left = {item.code for item in items.values()}
    kept = tuple(replace(item, parent=item.parent if item.parent in left else "") for item in items.values())
    written = write_version(session, merge.ours, replace(ours, items=kept))
    record = merge.ours.framework
    record.provenance = record.provenance | {
        "version": merge.source.version, "version_id": str(merge.source.id), "content_hash": merge.source.content_hash,
        "merged_at": utc_now().isoformat(timespec="seconds"),
    }  # fmt: skip
    record_event(
        session, "framework.merged", hub_id=merge.ours.hub_id or record.id, person_id=person_id, target=merge.ours.id,
        key=record.key, version=merge.source.version, taken=len(taken), of=len(merge.lines),
    )  # fmt: skip
    return written
