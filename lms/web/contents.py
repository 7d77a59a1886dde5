"""The contents of a course at the left of its pages: long, on every page, and nearly the same for all its learners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from lms.web.i18n import choose_language
from lms.web.parts import kept_part

if TYPE_CHECKING:
    from collections.abc import Iterable

# a module's title and its activities: title, address, minutes, state (done, started, todo), whether it is the page's own
ContentsItem = tuple[str, str, int, str, bool]
ContentsPart = tuple[str, list[ContentsItem]]


def player_contents(parts: Iterable[ContentsPart]) -> Markup:
    """The contents of a course as its learner finds them."""
    language = choose_language()
    pieces: list[str] = []
    for part, items in parts:
        pieces.append(f'<div class="contents-part">\n<h3>{escape(part)}</h3>\n<ol class="contents-list">\n')
        for title, url, minutes, state, current in items:
            before, after = kept_part(
                "components/contents_item.html", language, title=title, minutes=minutes, state=state, current=current
            ).texts
            pieces += (before, escape(url), after)
        pieces.append("</ol>\n</div>\n")
    return Markup("".join(pieces))  # noqa: S704 - every value is escaped, in the template or here
