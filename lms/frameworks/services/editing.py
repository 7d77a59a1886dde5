"""Writing a draft: items, their order, levels and relations, what the framework says of itself; each change can be undone."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from competency_frameworks.formats.tree_values import CODE
from competency_frameworks.model import item_identifier
from lms.frameworks.models import FrameworkAssociation, FrameworkChange, FrameworkItem, FrameworkVersion
from lms.frameworks.rows import ASSOCIATION_COLUMNS, ITEM_COLUMNS, search_words
from lms.frameworks.services.writing import (
    delete_rows,
    describe_version,
    insert_rows,
    require_draft,
    touch,
    update_rows,
)
from lms.frameworks.store import load_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from competency_frameworks.model import Framework
    from lms.frameworks.rows import Row

MOST_UNDONE = 100  # changes kept a draft
ITEMS: Any = FrameworkItem.__table__
LINKS: Any = FrameworkAssociation.__table__


class EditError(ValueError):
    """A change that cannot be made; ``reason``: code-taken, code-shape, no-statement, no-such-item, under-itself, stale."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(f"{reason}: {code}" if code else reason)
        self.reason, self.code = reason, code


@dataclass(slots=True)
class _Change:
    """What stood before a change: rows as they were, ids of rows that were not there."""

    items: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    added_items: list[str] = field(default_factory=list)
    added_links: list[str] = field(default_factory=list)
    head: Row | None = None

    def as_dict(self) -> Row:
        kept = {
            "items": self.items, "links": self.links, "added_items": self.added_items, "added_links": self.added_links,
        }  # fmt: skip
        return {name: rows for name, rows in kept.items() if rows} | ({"head": self.head} if self.head else {})


def get_item(session: Session, version: FrameworkVersion, code: str) -> FrameworkItem | None:
    """One item of a version, to be changed."""
    row = FrameworkItem
    return session.scalar(select(row).where(row.version_id == version.id, row.code == code))


def seen_mark(item: FrameworkItem) -> str:
    """What an editing form gives back, so that a change made by somebody else meanwhile is noticed."""
    said = (item.code, item.kind, sorted(item.statement.items()), sorted(item.notes.items()), item.levels)
    return uuid.uuid5(uuid.NAMESPACE_OID, repr(said)).hex[:16]


def _need(session: Session, version: FrameworkVersion, code: str) -> FrameworkItem:
    found = get_item(session, version, code)
    if found is None:
        raise EditError("no-such-item", code)
    return found


def _siblings(session: Session, version: FrameworkVersion, parent: str) -> list[FrameworkItem]:
    row = FrameworkItem
    return list(
        session.scalars(
            select(row)
            .where(row.version_id == version.id, row.parent == parent)
            .order_by(row.position, row.sequence, row.code)
        )
    )


def add_item(
    session: Session,
    version: FrameworkVersion,
    *,
    code: str,
    statement: Mapping[str, str],
    parent: str = "",
    kind: str = "competency",
    notes: Mapping[str, str] | None = None,
    person_id: uuid.UUID | None = None,
) -> FrameworkItem:
    """Add an item at the end of its siblings; EditError when its code is taken or badly formed, or it says nothing."""
    require_draft(session, version)
    if parent:
        _need(session, version, parent)
    _check_item(session, version, code, statement)
    last = select(func.max(FrameworkItem.position)).where(
        FrameworkItem.version_id == version.id, FrameworkItem.parent == parent
    )
    sequence = select(func.max(FrameworkItem.sequence)).where(FrameworkItem.version_id == version.id)
    item = FrameworkItem(
        hub_id=version.hub_id, version_id=version.id, code=code, parent=parent, kind=kind or "competency",
        position=(session.scalar(last) or 0) + 1, sequence=(session.scalar(sequence) or 0) + 1, statement=dict(statement),
        notes=dict(notes or {}), levels=[], extra={}, identifier=item_identifier(version.framework.key, code),
        search=search_words(code, statement, notes or {}),
    )  # fmt: skip
    session.add(item)
    version.item_count += 1
    session.flush()
    _record(session, version, "add", code, _Change(added_items=[str(item.id)]), by=person_id)
    return item


def _check_item(
    session: Session, version: FrameworkVersion, code: str, statement: Mapping[str, str], *, own: str = ""
) -> None:
    if not CODE.fullmatch(code):
        raise EditError("code-shape", code)
    if code != own and get_item(session, version, code) is not None:
        raise EditError("code-taken", code)
    if not statement.get(version.language, "").strip():
        raise EditError("no-statement", code)


def change_item(
    session: Session,
    version: FrameworkVersion,
    code: str,
    *,
    new_code: str,
    kind: str,
    statement: Mapping[str, str],
    notes: Mapping[str, str],
    levels: Sequence[tuple[str, Mapping[str, str]]],
    seen: str = "",
    person_id: uuid.UUID | None = None,
) -> FrameworkItem:
    """Say an item otherwise. It stays the same item, even under another code; EditError when ``seen`` is no longer so."""
    require_draft(session, version)
    item = _need(session, version, code)
    if seen and seen != seen_mark(item):
        raise EditError("stale", code)
    _check_item(session, version, new_code, statement, own=code)
    change = _Change(items=[_item_row(item)])
    if new_code != code:
        _rename(session, version, item, new_code, change)
    item.kind, item.statement, item.notes = kind or "competency", dict(statement), dict(notes)
    item.levels = [[level, dict(texts)] for level, texts in levels]
    item.search = search_words(item.code, item.statement, item.notes)
    session.flush()
    _record(session, version, "change", item.code, change, by=person_id)
    return item


def _rename(session: Session, version: FrameworkVersion, item: FrameworkItem, code: str, change: _Change) -> None:
    """Another code: the items below and the relations follow."""
    old, item.code = item.code, code
    for child in _siblings(session, version, old):
        change.items.append(_item_row(child))
        child.parent = code
    row = FrameworkAssociation
    for link in session.scalars(
        select(row).where(row.version_id == version.id, (row.origin_code == old) | (row.destination_code == old))
    ):
        change.links.append(_link_row(link))
        link.origin_code = code if link.origin_code == old else link.origin_code
        link.destination_code = code if link.destination_code == old else link.destination_code


def move_item(
    session: Session,
    version: FrameworkVersion,
    code: str,
    *,
    parent: str | None = None,
    way: str = "",
    person_id: uuid.UUID | None = None,
) -> None:
    """Move an item under another one (at the end), or ``up`` or ``down`` among its siblings; EditError under itself."""
    require_draft(session, version)
    item = _need(session, version, code)
    if parent is not None and parent != item.parent:
        _check_parent(session, version, code, parent)
        change = _Change(items=[_item_row(item)])
        after = _siblings(session, version, parent)
        item.parent, item.position = parent, (after[-1].position + 1 if after else 1)
    else:
        rows = _siblings(session, version, item.parent)
        here = next(n for n, row in enumerate(rows) if row.id == item.id)
        there = here + {"up": -1, "down": 1}.get(way, 0)
        if here == there or not 0 <= there < len(rows):
            return
        change = _Change(
            items=[
                _item_row(row)
                for row in rows
                if row.position != rows.index(row) + 1 or row in (rows[here], rows[there])
            ]
        )
        rows[here], rows[there] = rows[there], rows[here]
        for position, row in enumerate(rows, start=1):
            row.position = position
    session.flush()
    _record(session, version, "move", code, change, by=person_id)


def _check_parent(session: Session, version: FrameworkVersion, code: str, parent: str) -> None:
    step, seen = parent, {code}
    while step:
        if step in seen:
            raise EditError("under-itself", code)
        seen.add(step)
        step = _need(session, version, step).parent


def remove_item(session: Session, version: FrameworkVersion, code: str, *, person_id: uuid.UUID | None = None) -> int:
    """Take an item out with all that stands under it and its relations; return how many items went."""
    require_draft(session, version)
    _need(session, version, code)
    item, link = FrameworkItem, FrameworkAssociation
    codes, level = [code], [code]
    while level:
        level = list(
            session.scalars(
                select(item.code).where(item.version_id == version.id, item.parent.in_(level), item.code.not_in(codes))
            )
        )
        codes += level
    items = list(session.scalars(select(item).where(item.version_id == version.id, item.code.in_(codes))))
    links = list(
        session.scalars(
            select(link).where(
                link.version_id == version.id, link.origin_code.in_(codes) | link.destination_code.in_(codes)
            )
        )
    )
    change = _Change(items=[_item_row(one) for one in items], links=[_link_row(one) for one in links])
    delete_rows(session, LINKS, [one.id for one in links])
    delete_rows(session, ITEMS, [one.id for one in items])
    session.expire_all()
    version.item_count -= len(items)
    _record(session, version, "remove", code, change, by=person_id)
    return len(items)


def add_link(
    session: Session, version: FrameworkVersion, *, kind: str, origin: str, ref: str, note: str = "", person_id: uuid.UUID | None = None
) -> FrameworkAssociation:  # fmt: skip
    """Tie an item to another of the same draft (its code), of another framework (its reference) or to an address."""
    require_draft(session, version)
    _need(session, version, origin)
    own = get_item(session, version, ref)
    link = FrameworkAssociation(
        hub_id=version.hub_id, version_id=version.id, kind=kind, origin_code=origin, destination_code=ref if own else "",
        destination_ref="" if own else ref, note={version.language: note} if note else {}, extra={},
    )  # fmt: skip
    session.add(link)
    session.flush()
    _record(session, version, "link", origin, _Change(added_links=[str(link.id)]), by=person_id)
    return link


def remove_link(
    session: Session, version: FrameworkVersion, link_id: uuid.UUID, *, person_id: uuid.UUID | None = None
) -> None:
    """Untie; a relation of another version is passed over."""
    require_draft(session, version)
    link = session.get(FrameworkAssociation, link_id)
    if link is None or link.version_id != version.id:
        return
    change = _Change(links=[_link_row(link)])
    session.delete(link)
    session.flush()
    _record(session, version, "unlink", link.origin_code, change, by=person_id)


def change_facts(
    session: Session, version: FrameworkVersion, framework: Framework, *, person_id: uuid.UUID | None = None
) -> None:
    """Say otherwise what the framework says of itself; its items and relations are those of the draft."""
    require_draft(session, version)
    before = dict(version.head)
    describe_version(session, version, replace(framework, items=(), associations=()))
    _record(session, version, "facts", "", _Change(head=before), by=person_id)


# -- undoing ---------------------------------------------------------------------------------------------------------


def list_changes(session: Session, version: FrameworkVersion, *, most: int = 20) -> Sequence[FrameworkChange]:
    """The last changes of a draft, the latest first."""
    row = FrameworkChange
    return session.scalars(
        select(row).where(row.version_id == version.id).order_by(row.number.desc()).limit(most)
    ).all()


def undo_last(session: Session, version: FrameworkVersion) -> FrameworkChange | None:
    """Take the last change back and return it; None when there is none left."""
    require_draft(session, version)
    changes = list_changes(session, version, most=1)
    if not changes:
        return None
    change, before = changes[0], changes[0].before
    session.flush()
    delete_rows(session, LINKS, [uuid.UUID(one) for one in before.get("added_links", ())])
    delete_rows(session, ITEMS, [uuid.UUID(one) for one in before.get("added_items", ())])
    _put_back(session, FrameworkItem, ITEM_COLUMNS, version, before.get("items", ()))
    _put_back(session, FrameworkAssociation, ASSOCIATION_COLUMNS, version, before.get("links", ()))
    session.delete(change)
    session.flush()
    session.expire_all()
    if "head" in before:
        version.head = before["head"]
        framework = load_version(session, version)
        version.title, version.language = dict(framework.title.pairs), framework.language
    row = FrameworkItem
    version.item_count = session.scalar(select(func.count()).where(row.version_id == version.id)) or 0
    touch(version)
    session.flush()
    return change


def _put_back(
    session: Session, model: Any, columns: tuple[str, ...], version: FrameworkVersion, rows: Sequence[Row]
) -> None:
    table = model.__table__
    there = set(session.scalars(select(model.id).where(model.version_id == version.id)))
    given = [row | {"id": uuid.UUID(row["id"])} for row in rows]
    update_rows(
        session,
        table,
        columns,
        [{"b_id": row["id"]} | {name: row[name] for name in columns} for row in given if row["id"] in there],
    )
    owner = {"hub_id": version.hub_id, "version_id": version.id}
    insert_rows(session, table, [row | owner for row in given if row["id"] not in there])


def _record(
    session: Session, version: FrameworkVersion, what: str, code: str, change: _Change, *, by: uuid.UUID | None
) -> None:
    row = FrameworkChange
    last = session.scalar(select(func.max(row.number)).where(row.version_id == version.id)) or 0
    session.execute(
        insert(row).values(
            hub_id=version.hub_id, version_id=version.id, number=last + 1, what=what, code=code, before=change.as_dict(), by=by
        )
    )  # fmt: skip
    session.execute(delete(row).where(row.version_id == version.id, row.number <= last + 1 - MOST_UNDONE))
    touch(version)
    session.flush()


def _item_row(item: FrameworkItem) -> Row:
    return {"id": str(item.id)} | {name: getattr(item, name) for name in ITEM_COLUMNS}


def _link_row(link: FrameworkAssociation) -> Row:
    return {"id": str(link.id)} | {name: getattr(link, name) for name in ASSOCIATION_COLUMNS}


def suggest_code(parent: str, siblings: Sequence[str]) -> str:
    """A code that follows those of the siblings: 1.4 after 1.3, B.2 under B."""
    last = siblings[-1] if siblings else ""
    found = re.search(r"(\d+)(?!.*\d)", last)
    if found:
        return f"{last[: found.start()]}{int(found[1]) + 1}{last[found.end() :]}"
    return f"{parent}.{len(siblings) + 1}" if parent else str(len(siblings) + 1)


def list_own_links(session: Session, version: FrameworkVersion, code: str) -> Sequence[FrameworkAssociation]:
    """The relations that begin at an item, as they are written in the draft."""
    row = FrameworkAssociation
    return session.scalars(
        select(row).where(row.version_id == version.id, row.origin_code == code).order_by(row.sequence, row.id)
    ).all()
