"""The left navigation: each feature offers entries, the reader's roles choose among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, request, url_for

from lms.web.state import installation

if TYPE_CHECKING:
    from flask_babel import LazyString


@dataclass(frozen=True, slots=True)
class NavEntry:
    """An entry: endpoint under the hub, text, icon, who sees it, and where it stands (small first)."""

    endpoint: str
    label: LazyString
    icon: str
    roles: frozenset[str]
    order: int
    sections: tuple[str, ...] = ()  # endpoints that start so belong to the entry; none: those of its blueprint


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    icon: str
    active: bool


def nav_items() -> list[NavItem]:
    """Return the entries for the reader, at most seven, in order; made once a page, which shows them three times."""
    if g.get("hub") is None:
        return []
    if "nav_items" not in g:
        g.nav_items = _reader_items()
    items: list[NavItem] = g.nav_items
    return items


def _reader_items() -> list[NavItem]:
    roles = g.get("roles", frozenset())
    here = request.endpoint or ""
    items = []
    for entry in sorted(installation().nav, key=lambda entry: entry.order):
        if not (entry.roles & roles):
            continue
        sections = entry.sections or (entry.endpoint.split(".", 1)[0] + ".",)
        items.append(NavItem(str(entry.label), url_for(entry.endpoint), entry.icon, here.startswith(sections)))
    return items[:7]
