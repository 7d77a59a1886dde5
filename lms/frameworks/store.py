"""Frameworks by reference, for whoever names a competency: the bundled ones, then those of the session's hub.

What was built from rows is kept in the process, since a published version never changes and a draft's ``revision`` grows
with each change.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, tuple_

from competency_frameworks import library
from competency_frameworks.model import ItemRef
from lms.frameworks.models import FrameworkAssociation, FrameworkItem, FrameworkRecord, FrameworkVersion
from lms.frameworks.rows import ASSOCIATION_COLUMNS, ITEM_COLUMNS, framework_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from competency_frameworks.model import Framework, Status

Key = tuple[str, str]
MOST_KEPT = 40_000  # items of all kept frameworks together: some 60 MB
_kept: OrderedDict[tuple[uuid.UUID, int], Framework] = OrderedDict()
_lock = threading.Lock()


def get_framework(session: Session, framework_id: str, version: str) -> Framework | None:
    """One published version of a framework, bundled or of the session's hub; None when there is none."""
    return get_frameworks(session, [(framework_id, version)]).get((framework_id, version))


def get_frameworks(session: Session, keys: Iterable[Key]) -> dict[Key, Framework]:
    """Those of these versions that are published here. No statement for bundled ones, one for all the others."""
    wanted = dict.fromkeys(keys)
    found = {key: framework for key in wanted if (framework := library.get(*key)) is not None}
    missing = [key for key in wanted if key not in found]
    for row in _published(session, missing):
        found[row.framework.key, row.version] = load_version(session, row)
    return found


def _published(session: Session, keys: list[Key]) -> list[FrameworkVersion]:
    if not keys:
        return []
    record, version = FrameworkRecord, FrameworkVersion
    return list(
        session.scalars(
            select(version)
            .join(version.framework)
            .where(tuple_(record.key, version.version).in_(keys), version.status != "draft")
        )
    )


def load_version(session: Session, version: FrameworkVersion) -> Framework:
    """The framework of a version that was already authorised. Two statements, none when it is kept."""
    key = (version.id, version.revision)
    with _lock:
        kept = _kept.get(key)
        if kept is not None:
            _kept.move_to_end(key)
    if kept is not None and kept.status == version.status:
        return kept
    item, link = FrameworkItem, FrameworkAssociation
    items = session.execute(
        select(*(getattr(item, name) for name in ITEM_COLUMNS if name != "search"))
        .where(item.version_id == version.id)
        .order_by(item.sequence, item.id)
    ).all()
    links = session.execute(
        select(*(getattr(link, name) for name in ASSOCIATION_COLUMNS))
        .where(link.version_id == version.id)
        .order_by(link.sequence, link.id)
    ).all()
    framework = framework_of(version.head, items, links, status=cast("Status", version.status))
    with _lock:
        _kept[key] = framework
        while len(_kept) > 1 and sum(len(one.items) for one in _kept.values()) > MOST_KEPT:
            _kept.popitem(last=False)
    return framework


def forget_models() -> None:
    """Forget what is kept in memory (benches, tests)."""
    with _lock:
        _kept.clear()


class KnownItems:
    """Says whether a reference names an item of a framework published here; asks once a framework."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._codes: dict[Key, frozenset[str]] = {}

    def __call__(self, ref: ItemRef) -> bool:
        key = framework, version = ref.framework, ref.version
        if library.get(framework, version) is not None:
            return library.resolves(framework, version, ref.code)
        if key not in self._codes:
            record, row, item = FrameworkRecord, FrameworkVersion, FrameworkItem
            self._codes[key] = frozenset(
                self._session.scalars(
                    select(item.code)
                    .join(row, row.id == item.version_id)
                    .join(record, record.id == row.framework_id)
                    .where(record.key == framework, row.version == version, row.status != "draft")
                )
            )
        return ref.code in self._codes[key]


@dataclass(frozen=True, slots=True)
class Label:
    """A competency in the reader's language. ``group`` is the item above it, empty for a root."""

    ref: str
    framework: str
    version: str
    code: str
    statement: str
    framework_title: str
    group: str
    group_title: str
    known: bool = True


def competency_labels(session: Session, refs: Iterable[str], language: str) -> dict[str, Label]:
    """Labels of ``framework@version#code``; an item that is not here is named by its code. One statement at most."""
    items = {ref: ItemRef.parse(ref) for ref in refs}
    here = get_frameworks(session, {(item.framework, item.version) for item in items.values()})
    return {ref: _label(ref, item, here.get((item.framework, item.version)), language) for ref, item in items.items()}


def competency_label(session: Session, ref: str, language: str) -> Label:
    """The label of one competency."""
    return competency_labels(session, [ref], language)[ref]


def _label(ref: str, item: ItemRef, framework: Framework | None, language: str) -> Label:
    found = framework.find(item.code) if framework else None
    if framework is None or found is None:
        title = framework.title.text(language) if framework else item.framework
        return Label(ref, item.framework, item.version, item.code, item.code, title, "", "", known=False)
    path = framework.path(item.code)
    group = path[-2] if len(path) > 1 else None
    return Label(
        ref, item.framework, item.version, item.code, found.statement.text(language), framework.title.text(language),
        group.code if group else "", group.statement.text(language) if group else "",
    )  # fmt: skip
