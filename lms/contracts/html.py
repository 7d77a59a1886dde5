"""Texts of a course as HTML to keep in an activity's data, and back to a page with real addresses.

What is kept names media as ``media:path/in/course`` and activities as ``activity:id``, because addresses are known,
and good for a while, only when somebody reads.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from markupsafe import Markup

from courses.render import render_inline, render_markdown, render_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.model import Activity, Course
    from lms.contracts.activity import Context

# the sanitiser lets known schemes and relative addresses pass: placeholders travel as the latter, and no author can
# write them, since a path of a course never starts with a slash
_PLACE = re.compile(r'(href|src|poster)="/~(media|activity)/')
_KEPT = re.compile(r'(href|src|poster)="(media|activity):([^"#]*)')


class HtmlWriter:
    """Renders the texts of one activity while it is prepared."""

    def __init__(self, activity: Activity, course: Course, files: Mapping[str, bytes]) -> None:
        self._activity, self._course, self._files = activity, course, files

    def page(self) -> str:
        """The body of a page."""
        return _keep(render_page(self._activity, self._course, resolve=_media, link=_activity, files=self._files))

    def block(self, text: str, *, heading_level: int = 3, name: str = "") -> str:
        """A text of several paragraphs; empty for an empty text."""
        if not text.strip():
            return ""
        return _keep(
            render_markdown(
                text, self._course, path=self._activity.path, resolve=_media, link=_activity, files=self._files,
                heading_level=heading_level, name=name,
            )
        )  # fmt: skip

    def inline(self, text: str) -> str:
        """A text for a label or a button."""
        return _keep(render_inline(text, self._course, path=self._activity.path, resolve=_media, link=_activity))


def _media(path: str) -> str:
    return f"/~media/{quote(path)}"


def _activity(key: str) -> str:
    return f"/~activity/{quote(key)}"


def _keep(html: str) -> str:
    return _PLACE.sub(r'\1="\2:', html)


def show_html(html: str, context: Context) -> Markup:
    """The HTML with the addresses that are good for this reader, now."""

    def address(found: re.Match[str]) -> str:
        attribute, kind, target = found.groups()
        name = unquote(unescape(target))
        url = context.media(name) if kind == "media" else context.link(name)
        return f'{attribute}="{escape(url)}'

    return Markup(_KEPT.sub(address, html))  # noqa: S704 - sanitised when it was rendered
