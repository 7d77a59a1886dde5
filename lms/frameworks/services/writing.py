"""A framework of the model written into the rows of a version: thousands of items in a few statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from lms.db import ALL_HUBS, HubScopeError, utc_now
from lms.frameworks.models import FrameworkAssociation, FrameworkItem, FrameworkVersion
from lms.frameworks.rows import ASSOCIATION_COLUMNS, ITEM_COLUMNS, framework_rows, head_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from competency_frameworks.model import Framework
    from lms.frameworks.rows import Row

BATCH = 500  # ids named in one statement


class PublishedFrameworkError(RuntimeError):
    """A published version never changes: edits go to a draft."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many items were added, changed, taken out and left as they were."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.added or self.changed or self.removed)


def write_version(session: Session, version: FrameworkVersion, framework: Framework, *, remove: bool = True) -> Written:
    """Make the rows of a draft say what ``framework`` says; what is there already keeps its id.

    An item is the same when its identifier is, else when its code is. Without ``remove``, items that ``framework`` does
    not have stay. PublishedFrameworkError for a published version.
    """
    require_draft(session, version)
    session.flush()
    items, links = framework_rows(framework, version_id=version.id, hub_id=version.hub_id)
    written = _write_items(session, version, items, remove=remove)
    _write_links(session, version, links, remove=remove)
    describe_version(session, version, framework)
    version.item_count += written.added - written.removed
    session.flush()
    return written


def require_draft(session: Session, version: FrameworkVersion) -> None:
    """Let drafts of the session's own hub through."""
    if version.status != "draft":
        raise PublishedFrameworkError(f"version {version.version} is published: edit a draft")
    if session.info.get("hub") not in (ALL_HUBS, version.hub_id):
        raise HubScopeError("a framework of another hub would be changed")


def describe_version(session: Session, version: FrameworkVersion, framework: Framework) -> None:
    """What a version says of itself, brought in line with the model."""
    version.head = head_of(framework)
    version.title, version.language = dict(framework.title.pairs), framework.language
    touch(version)
    record = version.framework
    if not record.title or record.title != version.title:
        record.title = version.title
    session.flush()


def touch(version: FrameworkVersion) -> None:
    """Note that a draft has changed."""
    version.revision = (version.revision or 0) + 1
    version.updated_at = utc_now()


def _write_items(session: Session, version: FrameworkVersion, rows: list[Row], *, remove: bool) -> Written:
    table: Any = FrameworkItem.__table__
    there = _rows_of(session, FrameworkItem, ITEM_COLUMNS, version.id)
    if not there:
        insert_rows(session, table, rows)
        return Written(added=len(rows))
    by_identifier = {row["identifier"]: row for row in there}
    by_code = {row["code"]: row for row in there}
    added, changed, kept = [], [], set()
    for row in rows:
        known = by_identifier.get(row["identifier"]) or by_code.get(row["code"])
        if known is None or known["id"] in kept:
            added.append(row)
            continue
        kept.add(known["id"])
        if any(known[name] != row[name] for name in ITEM_COLUMNS):
            changed.append({"b_id": known["id"]} | {name: row[name] for name in ITEM_COLUMNS})
    gone = [row["id"] for row in there if row["id"] not in kept] if remove else []
    delete_rows(session, table, gone)
    _free_codes(session, table, changed, {row["id"]: row["code"] for row in there})
    update_rows(session, table, ITEM_COLUMNS, changed)
    insert_rows(session, table, added)
    return Written(len(added), len(changed), len(gone), len(rows) - len(added) - len(changed))


def _free_codes(session: Session, table: Any, changed: list[Row], codes: dict[uuid.UUID, str]) -> None:
    """Two items may exchange their codes: those that change theirs first get one that nobody wants."""
    renamed = [row for row in changed if codes[row["b_id"]] != row["code"]]
    if renamed:
        session.connection().execute(
            update(table).where(table.c.id == bindparam("b_id")).values(code=bindparam("b_code")),
            [{"b_id": row["b_id"], "b_code": f"\x7f{row['b_id']}"} for row in renamed],
        )


def _write_links(session: Session, version: FrameworkVersion, rows: list[Row], *, remove: bool) -> None:
    """Relations have no identity of their own: those that are said already are left alone."""
    table: Any = FrameworkAssociation.__table__
    there = {_said(row): row["id"] for row in _rows_of(session, FrameworkAssociation, ASSOCIATION_COLUMNS, version.id)}
    wanted = {_said(row): row for row in rows}
    if remove:
        delete_rows(session, table, [row_id for said, row_id in there.items() if said not in wanted])
    insert_rows(session, table, [row for said, row in wanted.items() if said not in there])


def _said(row: Row) -> str:
    return repr([row[name] for name in ASSOCIATION_COLUMNS])


def _rows_of(session: Session, model: Any, columns: tuple[str, ...], version_id: uuid.UUID) -> list[Row]:
    statement = select(model.id, *(getattr(model, name) for name in columns)).where(model.version_id == version_id)
    return [dict(row._mapping) for row in session.execute(statement)]  # noqa: SLF001 - SQLAlchemy's own name


# -- rows in bulk: ids were read through the session, so they are of its hub -----------------------------------------


def insert_rows(session: Session, table: Any, rows: list[Row]) -> None:
    """Insert rows as they are; those who call have said whose they are."""
    if rows:
        session.connection().execute(insert(table), rows)


def update_rows(session: Session, table: Any, columns: Iterable[str], rows: list[Row]) -> None:
    """Update rows by ``b_id``."""
    if rows:
        values: Row = {name: bindparam(name) for name in columns}
        session.connection().execute(update(table).where(table.c.id == bindparam("b_id")).values(values), rows)


def delete_rows(session: Session, table: Any, ids: list[uuid.UUID]) -> None:
    """Delete rows by id."""
    for start in range(0, len(ids), BATCH):
        session.connection().execute(delete(table).where(table.c.id.in_(ids[start : start + BATCH])))
