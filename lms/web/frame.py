"""The frame of a page (head, top, navigation, foot): rendered once for all who share it, then filled for each reader.

Readers share a frame when they have the same hub (the whole of what pages say of it), language, roles and entry of the
navigation: a change of any of these is another frame, at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from flask import current_app, g, render_template, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from lms.web.i18n import choose_language
from lms.web.nav import active_entries, reader_items
from lms.web.parts import Part, render_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.web.nav import NavItem

MOST_FRAMES = 256  # of some 12 KB: a hub has about three sets of roles, two languages and ten entries
NO_FLASHES = Markup('<div class="flashes" role="status" aria-live="polite"></div>')


class FrameKey(NamedTuple):
    """All that a frame depends on."""

    hub: Any  # lms.accounts.loading.HubSeen: the whole of it, so that a new name or colour is another frame
    language: str
    signed_in: bool
    roles: frozenset[str]
    active: frozenset[str]  # the entries of the navigation that the page belongs to
    root: str  # under which path the application is served


@dataclass(slots=True)
class Frame:
    """The navigation and the parts of all pages with this key."""

    key: FrameKey
    items: list[NavItem]
    parts: dict[str, Part] = field(default_factory=dict)

    def part(self, name: str) -> Part:
        """A part of the frame, ``frame/<name>.html``, rendered the first time that it is asked for."""
        found = self.parts.get(name)
        if found is None:
            values = self.key._asdict() | {"items": self.items}
            found = self.parts[name] = render_part(f"frame/{name}.html", values)
        return found


def _here() -> str:
    """Where the language switch comes back to."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def _initials() -> str:
    return "".join(word[0].upper() for word in (current_user.display_name or "?").split()[:2])


# what the holes of the frame's parts are filled with, when the page gives nothing else
HOLES: dict[str, Callable[[], str]] = {
    "csrf": lambda: str(generate_csrf()),
    "here": _here,
    "initials": _initials,
    "name": lambda: str(current_user.display_name),
    "person": lambda: str(current_user.get_id()),
    "searched": lambda: request.args.get("q", "") if request.endpoint == "home.search" else "",
}


def page_frame() -> Frame:
    """The frame of the present page."""
    found: Frame | None = g.get("page_frame")
    if found is None or found.key.language != choose_language():
        found = g.page_frame = _find_frame()
    return found


def _find_frame() -> Frame:
    hub, signed_in = g.get("hub"), bool(current_user.is_authenticated)
    roles: frozenset[str] = g.get("roles", frozenset()) if hub and signed_in else frozenset()
    key = FrameKey(
        hub, choose_language(), signed_in, roles, active_entries(request.endpoint) if roles else frozenset(),
        request.environ.get("SCRIPT_NAME", ""),
    )  # fmt: skip
    kept = cast("dict[FrameKey, Frame]", current_app.extensions.setdefault("page_frames", {}))
    found = kept.get(key)
    if found is None or current_app.debug:
        if len(kept) >= MOST_FRAMES:
            kept.clear()
        found = kept[key] = Frame(key, reader_items(roles, key.active))
    return found


def frame_part(name: str, /, **given: Any) -> Markup:
    """A part of the page's frame, its holes filled."""
    part = page_frame().part(name)
    return part.fill({hole: given[hole] if hole in given else HOLES[hole]() for hole in part.holes})


def nav_items() -> list[NavItem]:
    """The entries of the navigation for the reader, at most seven, in order."""
    return page_frame().items


def flashes() -> Markup:
    """What just happened, told once; nearly always nothing."""
    if "_flashes" not in session:
        return NO_FLASHES
    return Markup(render_template("_flashes.html"))  # noqa: S704 - templates escape
