"""The left navigation: each feature offers entries, the reader's roles choose among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, url_for

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


def reader_items(roles: frozenset[str], active: frozenset[str]) -> list[NavItem]:
    """Return the entries of the hub for these roles, at most seven, in order; ``active``: the endpoints of the page's own."""
    entries = sorted(installation().nav, key=lambda entry: entry.order)
    return [
        NavItem(str(entry.label), url_for(entry.endpoint), entry.icon, entry.endpoint in active)
        for entry in entries
        if entry.roles & roles
    ][:7]


def active_entries(here: str | None) -> frozenset[str]:
    """Return the endpoints of the entries that this endpoint belongs to."""
    kept: dict[str | None, frozenset[str]] = current_app.extensions.setdefault("active_entries", {})  # as many as pages
    found = kept.get(here)
    if found is None:
        found = kept[here] = frozenset(
            entry.endpoint
            for entry in installation().nav
            if (here or "").startswith(entry.sections or (entry.endpoint.split(".", 1)[0] + ".",))
        )
    return found
