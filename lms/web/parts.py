"""Parts of pages that are rendered once, kept, and filled at each request: what is costly and the same for many readers.

A part is a template that sees the values it is made from and nothing else. The request, the session and the person are out
of its reach (reading them there is an error), so that what is kept can hold nothing of one reader. What differs from page
to page, a name, a form token, an address, is a hole: filled, and escaped, each time.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from lms.web.i18n import choose_language

if TYPE_CHECKING:
    from collections.abc import Mapping

OUT_OF_REACH = (
    "g", "request", "session", "current_user", "config", "csrf_token", "get_flashed_messages", "has_role", "nav_items",
    "frame_part", "flashes",
)  # fmt: skip
_UNSEEN = {word: StrictUndefined(f"a part of a page cannot read {word!r}: see lms.web.parts") for word in OUT_OF_REACH}
_NONCE = secrets.token_hex(8)  # nobody can write a hole into a title or a name
_HOLE = re.compile(rf"\x00{_NONCE}:(\w+)\x00")


@dataclass(frozen=True, slots=True)
class Part:
    """A rendered part: its texts, and between them the names of its holes."""

    texts: tuple[str, ...]
    holes: tuple[str, ...]

    def fill(self, values: Mapping[str, Any]) -> Markup:
        """The part with its holes filled; what is no Markup is escaped."""
        pieces = [self.texts[0]]
        for name, text in zip(self.holes, self.texts[1:], strict=True):
            pieces += (escape(values[name]), text)
        return Markup("".join(pieces))  # noqa: S704 - the texts were escaped when rendered, the values just now


def render_part(template: str, values: Mapping[str, Any]) -> Part:
    """Render a part from these values; the caller keeps it for as long as they and the language are the same."""
    text = current_app.jinja_env.get_template(template).render(_UNSEEN, **values, hole=_hole)
    texts = _HOLE.split(text)
    return Part(tuple(texts[::2]), tuple(texts[1::2]))


@lru_cache(maxsize=4096)  # of some 600 bytes
def _kept(template: str, _language: str, values: tuple[tuple[str, Any], ...], _types: tuple[type, ...]) -> Part:
    return render_part(template, dict(values))


def kept_part(template: str, language: str, /, **values: Any) -> Part:
    """The part for these values, rendered once in the reader's language; the values are plain ones that never change."""
    # with their types: a text equals the Markup of the same letters, but one of them is escaped
    return _kept(template, language, tuple(values.items()), tuple(map(type, values.values())))


def kept(template: str, /, **values: Any) -> Markup:
    """A part without holes, in templates: ``{{ kept("home/half_day.html", day=day) }}``."""
    return Markup(kept_part(template, choose_language(), **values).texts[0])  # noqa: S704 - escaped when rendered


def forget_parts() -> None:
    """Render all parts anew: while somebody works on the templates."""
    _kept.cache_clear()


def _hole(name: str) -> Markup:
    return Markup(f"\x00{_NONCE}:{name}\x00")  # noqa: S704 - a mark of our own
