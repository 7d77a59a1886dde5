"""Frameworks coming in: what an import would do, then the import, which updates what is known instead of doubling it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from competency_frameworks import library
from competency_frameworks.model import Association, Framework, ItemRef, Node
from lms.accounts.services import record_event
from lms.frameworks.models import FrameworkRecord, FrameworkVersion
from lms.frameworks.services.writing import Written, write_version
from lms.frameworks.store import load_version

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

MOST_OF_KEY, MOST_OF_VERSION = 60, 32


class FrameworkNameError(ValueError):
    """A framework cannot have this id or version here; ``reason`` is bundled or published."""

    def __init__(self, reason: str, key: str, version: str) -> None:
        super().__init__(f"{key}@{version}: {reason}")
        self.reason, self.key, self.version = reason, key, version


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do: begin a framework, begin a version, update a draft, or nothing.

    ``before`` is what the framework is compared with: the draft it updates, else the newest version it follows.
    """

    act: str  # new, version, update, same, bundled, published
    key: str
    version: str
    before: Framework | None = None

    @property
    def possible(self) -> bool:
        return self.act in {"new", "version", "update"}


@dataclass(frozen=True, slots=True)
class Imported:
    version: FrameworkVersion
    written: Written
    act: str


def plan_import(session: Session, framework: Framework) -> ImportPlan:
    """Say what importing ``framework`` into the session's hub would do, without writing anything."""
    key, version = framework.key
    if key in {one for one, _version in library.load_bundled()}:
        bundled = library.get(key, version)
        same = bundled is not None and bundled.content_hash == framework.content_hash
        return ImportPlan("same" if same else "bundled", key, version, bundled)
    record = find_framework(session, key)
    if record is None:
        return ImportPlan("new", key, version)
    rows = {row.version: row for row in list_versions(session, record.id)}
    there = rows.get(version)
    if there is None:
        newest = max(rows.values(), key=lambda row: library.version_order(row.version), default=None)
        return ImportPlan("version", key, version, load_version(session, newest) if newest else None)
    before = load_version(session, there)
    if as_draft(before) == as_draft(framework):
        return ImportPlan("same", key, version, before)
    return ImportPlan("update" if there.status == "draft" else "published", key, version, before)


def import_framework(
    session: Session,
    framework: Framework,
    *,
    hub_id: uuid.UUID,
    person_id: uuid.UUID | None,
    remove: bool = True,
    provenance: dict[str, Any] | None = None,
    imported: dict[str, Any] | None = None,
) -> Imported:
    """Write ``framework`` as a draft of the hub: a new one, the next version of one it has, or over the same draft.

    FrameworkNameError when its id belongs to a bundled framework or its version is published already. Without
    ``remove``, what the draft has and ``framework`` has not is left there.
    """
    plan = plan_import(session, framework)
    if plan.act in {"bundled", "published"}:
        raise FrameworkNameError(plan.act, plan.key, plan.version)
    record = find_framework(session, plan.key)
    if record is None:
        record = FrameworkRecord(hub_id=hub_id, key=plan.key, created_by=person_id, provenance=provenance or {})
        session.add(record)
        session.flush()
    version = get_version_row(session, record.id, plan.version)
    if version is None:
        version = FrameworkVersion(hub_id=hub_id, framework=record, version=plan.version)
        session.add(version)
        session.flush()
    if plan.act == "same":
        return Imported(version, Written(same=len(framework.items)), "same")
    record.archived_at = None
    written = write_version(session, version, framework, remove=remove)
    version.imported = imported or {}
    record_event(
        session, "framework.imported", hub_id=hub_id, person_id=person_id, target=version.id, key=plan.key,
        version=plan.version, added=written.added, changed=written.changed, removed=written.removed,
    )  # fmt: skip
    return Imported(version, written, plan.act)


def find_framework(session: Session, key: str) -> FrameworkRecord | None:
    """The hub's own framework of that key; never a bundled one."""
    row = FrameworkRecord
    return session.scalar(select(row).where(row.key == key, row.hub_id.is_not(None)))


def list_versions(session: Session, framework_id: uuid.UUID) -> list[FrameworkVersion]:
    """The versions of a framework, in the order of their names."""
    rows = session.scalars(select(FrameworkVersion).where(FrameworkVersion.framework_id == framework_id)).all()
    return sorted(rows, key=lambda row: library.version_order(row.version))


def get_version_row(session: Session, framework_id: uuid.UUID, version: str) -> FrameworkVersion | None:
    """One version of a framework by its name."""
    row = FrameworkVersion
    return session.scalar(select(row).where(row.framework_id == framework_id, row.version == version))


def as_draft(framework: Framework) -> Framework:
    """The same framework, said to be a draft: to compare contents whatever their status."""
    return replace(framework, status="draft")


def renamed(framework: Framework, key: str, version: str) -> Framework:
    """The same framework under another id or version; its items keep their identifiers, so they stay the same items."""
    if (key, version) == framework.key:
        return framework
    items = framework.items
    if key != framework.id:
        items = tuple(replace(item, id=framework.identifier(item.code)) for item in items)

    def moved(node: Node) -> Node:
        own = isinstance(node, ItemRef) and (node.framework, node.version) == framework.key
        return ItemRef(key, version, node.code) if own and isinstance(node, ItemRef) else node

    links = tuple(_between(link, moved(link.origin), moved(link.destination)) for link in framework.associations)
    # it is another document, even when its items are the same
    return replace(framework, id=key, version=version, items=items, associations=links, document_id="", address="")


def _between(link: Association, origin: Node, destination: Node) -> Association:
    return replace(link, origin=origin, destination=destination)


def free_key(session: Session, wanted: str, suffix: str) -> str:
    """An id that neither the hub nor what is bundled has: ``wanted``, else with the suffix, else with a number."""
    bundled = {key for key, _version in library.load_bundled()}
    base = re.sub(r"[^a-z0-9.-]+", "-", wanted.lower()).strip("-.")[:MOST_OF_KEY] or "framework"
    taken = bundled | set(session.scalars(select(FrameworkRecord.key)))
    tries = [base, f"{base[: MOST_OF_KEY - len(suffix) - 1]}-{suffix}"]
    tries += [f"{tries[1][: MOST_OF_KEY - 4]}-{n}" for n in range(2, 1000)]
    return next(one for one in tries if one not in taken)


def next_version_name(names: list[str]) -> str:
    """A name for the version after these: the year or number of the last one plus one."""
    last = max(names, key=library.version_order, default="0")
    found = re.search(r"(\d+)(?!.*\d)", last)
    if found is None:
        return f"{last}-2"[:MOST_OF_VERSION]
    return f"{last[: found.start()]}{int(found[1]) + 1}{last[found.end() :]}"[:MOST_OF_VERSION]
