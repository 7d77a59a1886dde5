"""Frameworks of the model as rows, and back. Pure: no session."""

from __future__ import annotations

from dataclasses import Field, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from competency_frameworks.formats.plain import to_plain
from competency_frameworks.formats.reader import FrameworkReader
from competency_frameworks.model import (
    Association,
    Competency,
    ExternalNode,
    Framework,
    ItemRef,
    LevelDescriptor,
    Node,
    Status,
    item_identifier,
)
from competency_frameworks.text import Translated, folded
from lms.db import new_id

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping

Row = dict[str, Any]
ITEM_COLUMNS = (
    "code", "parent", "position", "sequence", "kind", "statement", "notes", "levels", "identifier", "uri", "extra", "search",
)  # fmt: skip
ASSOCIATION_COLUMNS = (
    "sequence", "kind", "origin_code", "origin_ref", "destination_code", "destination_ref", "note", "proposed_by", "extra",
)  # fmt: skip
# what has a column of its own, in the plain form of the model; what it says besides goes to ``extra`` in that form
_PLAIN_ITEM = frozenset({"code", "kind", "parent", "order", "statement", "notes", "levels", "id", "uri"})
_PLAIN_LINK = frozenset({"kind", "origin", "destination", "note", "proposed_by"})
_MORE_OF_ITEM = tuple(one for one in fields(Competency) if one.name not in _PLAIN_ITEM)
_MORE_OF_LINK = tuple(one for one in fields(Association) if one.name not in _PLAIN_LINK)


def head_of(framework: Framework) -> Row:
    """All that a framework says besides items and relations, as plain data."""
    return to_plain(replace(framework, items=(), associations=()))


def framework_of(
    head: Mapping[str, Any], items: Iterable[Any], associations: Iterable[Any], *, status: Status
) -> Framework:
    """The framework of these rows, in the order they come; ``head`` is what ``head_of`` gave."""
    base = FrameworkReader("").read(dict(head))
    language, rows, links = base.language, list(items), list(associations)
    more = _read_extras(base, rows, links)
    return replace(
        base,
        status=status,
        items=tuple(item_of(row, base.id, language, more.items.get(row.code)) for row in rows),
        associations=tuple(
            association_of(row, base.key, language, more.links.get(position)) for position, row in enumerate(links)
        ),
    )


def framework_rows(
    framework: Framework, *, version_id: uuid.UUID, hub_id: uuid.UUID | None
) -> tuple[list[Row], list[Row]]:
    """The rows of all items and of all relations, ready to be inserted."""
    owner = {"version_id": version_id, "hub_id": hub_id}
    more_items, more_links = _write_extras(framework)
    items = [
        item_row(framework, item, sequence, more_items.get(item.code, {})) | owner
        for sequence, item in enumerate(framework.items)
    ]
    links = [
        association_row(framework, link, sequence, more_links.get(sequence, {})) | owner
        for sequence, link in enumerate(framework.associations)
    ]
    return items, links


def item_row(framework: Framework, item: Competency, sequence: int, extra: Row) -> Row:
    """One item as a row, but for what says whose it is."""
    return {
        "id": new_id(),
        "code": item.code,
        "parent": item.parent,
        "position": item.order,
        "sequence": sequence,
        "kind": item.kind,
        "statement": dict(item.statement.pairs),
        "notes": dict(item.notes.pairs),
        "levels": [[one.level, dict(one.description.pairs)] for one in item.levels],
        "identifier": item.id or item_identifier(framework.id, item.code),
        "uri": item.uri,
        "extra": extra,
        "search": search_words(item.code, item.statement, item.notes),
    }


def search_words(code: str, statement: Mapping[str, str], notes: Mapping[str, str]) -> str:
    """What a search looks into: every word after a space, so that its beginning is found by one pattern."""
    return f" {folded(' '.join((code, *statement.values(), *notes.values())))}"


def item_of(row: Any, framework_id: str, language: str, more: Competency | None = None) -> Competency:
    """The item of a row (columns of ``ITEM_COLUMNS``); ``more`` holds what its ``extra`` says."""
    made = item_identifier(framework_id, row.code)
    return Competency(
        code=row.code,
        statement=Translated(row.statement, language),
        kind=row.kind,
        parent=row.parent,
        order=row.position,
        notes=Translated(row.notes, language),
        levels=tuple(LevelDescriptor(level, Translated(texts, language)) for level, texts in row.levels),
        id="" if row.identifier == made else row.identifier,
        uri=row.uri,
        **({one.name: getattr(more, one.name) for one in _MORE_OF_ITEM} if more else {}),
    )


class _Extras(NamedTuple):
    items: dict[str, Competency]
    links: dict[int, Association]


def _write_extras(framework: Framework) -> tuple[dict[str, Row], dict[int, Row]]:
    """What items (by code) and relations (by place) say that has no column, in the plain form of the model."""
    items = [item for item in framework.items if _says_more(item, _MORE_OF_ITEM)]
    links = [(n, link) for n, link in enumerate(framework.associations) if _says_more(link, _MORE_OF_LINK)]
    if not items and not links:
        return {}, {}
    plain = to_plain(replace(framework, items=tuple(items), associations=tuple(link for _n, link in links)))
    of_items = {
        one["code"]: {key: said for key, said in one.items() if key not in _PLAIN_ITEM}
        for one in plain.get("items", ())
    }
    of_links = {
        n: {key: said for key, said in one.items() if key not in _PLAIN_LINK}
        for (n, _link), one in zip(links, plain.get("associations", ()), strict=True)
    }
    return of_items, of_links


def _says_more(one: Any, more: tuple[Field[Any], ...]) -> bool:
    return any(getattr(one, entry.name) for entry in more)


def _read_extras(base: Framework, items: list[Any], links: list[Any]) -> _Extras:
    """The items and relations that say more than their columns, read by the one reader of the plain form."""
    told = [row for row in items if row.extra]
    tied = [(n, row) for n, row in enumerate(links) if row.extra.get("more")]
    if not told and not tied:
        return _Extras({}, {})
    found = FrameworkReader("").read(
        {
            "id": base.id,
            "version": base.version,
            "language": base.language,
            "items": [row.extra | {"code": row.code} for row in told],
            "associations": [
                row.extra["more"] | {"kind": row.kind, "origin": "a", "destination": "b"} for _n, row in tied
            ],
        }
    )
    return _Extras(
        {item.code: item for item in found.items},
        {n: link for (n, _row), link in zip(tied, found.associations, strict=True)},
    )


def association_row(framework: Framework, link: Association, sequence: int, more: Row) -> Row:
    """One relation as a row; a node of the same version is kept by its code alone, so that a draft may change its name."""
    origin, destination = (_end(framework.key, node) for node in (link.origin, link.destination))
    extra: Row = {
        name: node.title
        for name, node in (("origin", link.origin), ("destination", link.destination))
        if isinstance(node, ExternalNode) and node.title
    }
    return {
        "id": new_id(),
        "sequence": sequence,
        "kind": link.kind,
        "origin_code": origin[0],
        "origin_ref": origin[1],
        "destination_code": destination[0],
        "destination_ref": destination[1],
        "note": dict(link.note.pairs),
        "proposed_by": link.proposed_by,
        "extra": extra | ({"more": more} if more else {}),
    }


def _end(key: tuple[str, str], node: Node) -> tuple[str, str]:
    if isinstance(node, ItemRef) and (node.framework, node.version) == key:
        return node.code, ""
    return "", str(node)


def association_of(row: Any, key: tuple[str, str], language: str, more: Association | None = None) -> Association:
    """The relation of a row (columns of ``ASSOCIATION_COLUMNS``); ``more`` holds what its ``extra`` says."""
    return Association(
        kind=row.kind,
        origin=_node(key, row.origin_code, row.origin_ref, row.extra.get("origin", "")),
        destination=_node(key, row.destination_code, row.destination_ref, row.extra.get("destination", "")),
        note=Translated(row.note, language),
        proposed_by=row.proposed_by,
        **({one.name: getattr(more, one.name) for one in _MORE_OF_LINK} if more else {}),
    )


def _node(key: tuple[str, str], code: str, ref: str, title: str) -> Node:
    if code:
        return ItemRef(*key, code)
    try:
        return ItemRef.parse(ref) if not ref.startswith(("http:", "https:", "urn:")) else ExternalNode(ref, title)
    except ValueError:
        return ExternalNode(ref, title)
