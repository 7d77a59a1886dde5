"""Reading frameworks page by page: lists, one level of a tree, the way to an item, search. Nothing is read whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, contains_eager

from competency_frameworks.library import version_order
from competency_frameworks.text import Translated, folded
from lms.db import unscoped
from lms.frameworks.models import FrameworkItem, FrameworkRecord, FrameworkVersion
from lms.hubs.models import Hub

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session

MOST_CHILDREN = 200
MOST_DEEP = 24


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a tree, as a page needs it."""

    id: uuid.UUID
    code: str
    parent: str
    kind: str
    statement: Translated
    notes: Translated
    levels: tuple[tuple[str, Translated], ...]
    children: int


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of a search: an item and the framework it stands in."""

    framework: str
    version: str
    framework_title: Translated
    code: str
    statement: Translated
    leaf: bool

    @property
    def ref(self) -> str:
        return f"{self.framework}@{self.version}#{self.code}"


def list_frameworks(session: Session, *, drafts: bool) -> list[list[FrameworkVersion]]:
    """Every framework of the hub and those that are bundled, each as its versions, the newest first. One statement."""
    version, record = FrameworkVersion, FrameworkRecord
    statement = (
        select(version)
        .join(version.framework)
        .options(contains_eager(version.framework))
        .where(record.archived_at.is_(None))
        .order_by(record.hub_id.is_(None), record.key)
    )
    if not drafts:
        statement = statement.where(version.status != "draft")
    by_framework: dict[uuid.UUID, list[FrameworkVersion]] = {}
    for row in session.scalars(statement):
        by_framework.setdefault(row.framework_id, []).append(row)
    return [
        sorted(rows, key=lambda row: (row.status == "draft", version_order(row.version)), reverse=True)
        for rows in by_framework.values()
    ]


def get_version(session: Session, framework: str, version: str) -> FrameworkVersion | None:
    """A version by the names that its address gives, the hub's own before a bundled one; drafts too. One statement."""
    row, record = FrameworkVersion, FrameworkRecord
    return session.scalar(
        select(row)
        .join(row.framework)
        .options(contains_eager(row.framework))
        .where(record.key == framework, row.version == version)
        .order_by(record.hub_id.is_(None))
        .limit(1)
    )


def list_other_versions(session: Session, version: FrameworkVersion) -> list[FrameworkVersion]:
    """The other versions of the same framework, the newest first."""
    row = FrameworkVersion
    rows = session.scalars(select(row).where(row.framework_id == version.framework_id, row.id != version.id)).all()
    return sorted(rows, key=lambda one: version_order(one.version), reverse=True)


def list_children(
    session: Session, version: FrameworkVersion, parents: Iterable[str], *, start: int = 0, most: int = MOST_CHILDREN
) -> dict[str, list[Node]]:
    """The items directly under each of these codes ("" for the roots), in order; ``most`` of each from ``start`` on.

    One statement, whatever the size of the framework.
    """
    item = FrameworkItem
    wanted = list(dict.fromkeys(parents))
    place = func.row_number().over(partition_by=item.parent, order_by=(item.position, item.sequence, item.code))
    ranked = (
        select(item.id.label("item_id"), place.label("place"))
        .where(item.version_id == version.id, item.parent.in_(wanted))
        .subquery()
    )
    rows = session.execute(
        select(*_node_columns())
        .join(ranked, ranked.c.item_id == item.id)
        .where(ranked.c.place > start, ranked.c.place <= start + most)
        .order_by(item.parent, ranked.c.place)
    )
    found: dict[str, list[Node]] = {parent: [] for parent in wanted}
    for row in rows:
        found[row.parent].append(_node(row, version.language))
    return found


def _node_columns() -> tuple[Any, ...]:
    item, child = FrameworkItem, aliased(FrameworkItem)
    below = (
        select(func.count())
        .where(child.version_id == item.version_id, child.parent == item.code)
        .correlate(item)
        .scalar_subquery()
    )
    return (
        item.id,
        item.code,
        item.parent,
        item.kind,
        item.statement,
        item.notes,
        item.levels,
        below.label("children"),
    )


def _node(row: Any, language: str) -> Node:
    return Node(
        row.id, row.code, row.parent, row.kind, Translated(row.statement, language), Translated(row.notes, language),
        tuple((level, Translated(texts, language)) for level, texts in row.levels), row.children,
    )  # fmt: skip


def list_tree(session: Session, version: FrameworkVersion) -> dict[str, list[Node]]:
    """Every item by the code of the one above it, in order: for print, and for frameworks short enough to be shown whole.

    One statement.
    """
    item = FrameworkItem
    rows = session.execute(
        select(item.id, item.code, item.parent, item.kind, item.statement, item.notes, item.levels)
        .where(item.version_id == version.id)
        .order_by(item.position, item.sequence, item.code)
    ).all()
    counts = Counter(row.parent for row in rows)
    found: dict[str, list[Node]] = {}
    for row in rows:
        node = Node(
            row.id, row.code, row.parent, row.kind, Translated(row.statement, version.language),
            Translated(row.notes, version.language),
            tuple((level, Translated(texts, version.language)) for level, texts in row.levels), counts[row.code],
        )  # fmt: skip
        found.setdefault(row.parent, []).append(node)
    return found


def get_node(session: Session, version: FrameworkVersion, code: str) -> Node | None:
    """One item by its code."""
    row = session.execute(
        select(*_node_columns()).where(FrameworkItem.version_id == version.id, FrameworkItem.code == code)
    ).first()
    return _node(row, version.language) if row else None


def list_path(session: Session, version: FrameworkVersion, code: str) -> list[tuple[str, Translated]]:
    """From the root down to the item of that code, itself included, as (code, statement); empty when there is none."""
    item, upper = FrameworkItem, aliased(FrameworkItem)
    way = (
        select(item.code, item.parent, item.statement, literal(0).label("height"))
        .where(item.version_id == version.id, item.code == code)
        .cte("way", recursive=True)
    )
    # a draft that was brought in with a loop must not turn round for ever
    way = way.union_all(
        select(upper.code, upper.parent, upper.statement, way.c.height + 1).where(
            upper.version_id == version.id, upper.code == way.c.parent, way.c.height < MOST_DEEP
        )
    )
    rows = session.execute(select(way.c.code, way.c.statement).order_by(way.c.height.desc())).all()
    return [(row.code, Translated(row.statement, version.language)) for row in rows]


def count_items(session: Session, version_id: uuid.UUID) -> int:
    return session.scalar(select(func.count()).where(FrameworkItem.version_id == version_id)) or 0


def search_version(session: Session, version: FrameworkVersion, text: str, *, most: int) -> tuple[list[Node], int]:
    """The first items of a version that hold every word of ``text`` or its beginning, and how many do. One statement."""
    wanted = folded(text)
    if not wanted:
        return [], 0
    item = FrameworkItem
    total = func.count().over().label("total")
    rows = session.execute(
        select(*_node_columns(), total)
        .where(item.version_id == version.id, *_holds(wanted))
        .order_by(_rank(wanted), item.sequence)
        .limit(most)
    ).all()
    return [_node(row, version.language) for row in rows], rows[0].total if rows else 0


def search_items(session: Session, text: str, *, most: int, leaves: bool = False) -> list[Found]:
    """The first items of all published frameworks of the hub and of those that are bundled, best first. One statement.

    ``leaves``: only items that hold no other.
    """
    wanted = folded(text)
    if not wanted:
        return []
    item, version, record, child = FrameworkItem, FrameworkVersion, FrameworkRecord, aliased(FrameworkItem)
    below = exists().where(child.version_id == item.version_id, child.parent == item.code).correlate(item)
    statement = (
        select(
            record.key,
            version.version,
            version.title,
            version.language,
            item.code,
            item.statement,
            below.label("below"),
        )
        .join(version, version.id == item.version_id)
        .join(record, record.id == version.framework_id)
        .where(version.status == "adopted", record.archived_at.is_(None), *_holds(wanted))
        .order_by(_rank(wanted), record.key, version.version.desc(), item.sequence)
        .limit(most)
    )
    if leaves:
        statement = statement.where(~below)
    return [
        Found(
            row.key, row.version, Translated(row.title, row.language), row.code, Translated(row.statement, row.language),
            not row.below,
        )
        for row in session.execute(statement)
    ]  # fmt: skip


def _holds(wanted: str) -> list[ColumnElement[bool]]:
    return [FrameworkItem.search.contains(f" {word}", autoescape=True) for word in wanted.split()]


def _rank(wanted: str) -> ColumnElement[int]:
    """Items whose code is, or begins with, what is looked for come first, then those that hold the words together."""
    said: InstrumentedAttribute[str] = FrameworkItem.search
    return case(
        (said.startswith(f" {wanted} ", autoescape=True), 0),
        (said.startswith(f" {wanted}", autoescape=True), 1),
        (said.contains(f" {wanted}", autoescape=True), 2),
        else_=3,
    )


@dataclass(frozen=True, slots=True)
class SharedFramework:
    """A framework that another hub offers, in its newest published version."""

    version_id: uuid.UUID
    key: str
    version: str
    title: Translated
    items: int
    licence: str
    hub: str
    taken: bool


def list_shared_frameworks(session: Session, hub_id: uuid.UUID) -> list[SharedFramework]:
    """What the other hubs offer; ``taken`` says that this hub has a fork of it."""
    version, record = FrameworkVersion, FrameworkRecord
    with unscoped(session):
        rows: Sequence[Any] = session.execute(
            select(version, record.key, Hub.name)
            .join(record, record.id == version.framework_id)
            .join(Hub, Hub.id == record.hub_id)
            .where(record.shared, record.hub_id != hub_id, record.archived_at.is_(None), version.status == "adopted")
            .order_by(record.key)
        ).all()
        own = session.scalars(select(record.provenance).where(record.hub_id == hub_id)).all()
    taken = {one.get("framework_id") for one in own if one}
    newest: dict[uuid.UUID, SharedFramework] = {}
    for row, key, hub in sorted(rows, key=lambda one: version_order(one[0].version)):
        newest[row.framework_id] = SharedFramework(
            row.id, key, row.version, Translated(row.title, row.language), row.item_count,
            str(row.head.get("licence", "")), hub, str(row.framework_id) in taken,
        )  # fmt: skip
    return list(newest.values())


def list_hub_versions(session: Session) -> list[FrameworkVersion]:
    """Every published version that the hub may name: its own and the bundled ones."""
    version, record = FrameworkVersion, FrameworkRecord
    return list(
        session.scalars(
            select(version)
            .join(version.framework)
            .options(contains_eager(version.framework))
            .where(and_(version.status != "draft", or_(record.archived_at.is_(None), record.hub_id.is_(None))))
            .order_by(record.key, version.version)
        )
    )
