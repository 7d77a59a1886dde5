"""The last wall: whatever the renderer made, only these elements, attributes and URL schemes leave it."""

from __future__ import annotations

from functools import cache

import nh3

_TAG_NAMES = """
a aside blockquote br code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr img li ol p pre s
section source span strong summary sup table tbody td th thead tr track ul video
"""
TAGS = frozenset(_TAG_NAMES.split())
_EVERYWHERE = frozenset({"class", "id", "lang", "role", "aria-label", "aria-labelledby", "aria-hidden"})
_ATTRIBUTES = {
    "a": {"href", "rel", "target", "download", "data-term", "data-activity"},
    "dfn": {"data-term", "title"},
    "div": {"data-tabs", "tabindex"},
    "details": {"open"},
    "img": {"src", "alt", "loading", "width", "height"},
    "ol": {"start"},
    "section": {"data-block", "data-kind", "data-tab"},
    "source": {"src", "type"},
    "th": {"scope"},
    "track": {"kind", "src", "srclang", "label", "default"},
    "video": {"controls", "preload", "poster", "playsinline"},
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={"*": set(_EVERYWHERE)} | {tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel=None,  # the renderer says it itself, links inside the course need none
    )


def sanitise(html: str) -> str:
    """The HTML fragment with everything unknown taken out; scripts and styles go with their content."""
    return _cleaner().clean(html)
