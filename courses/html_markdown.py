"""Markdown tokens -> HTML: headings in order, links and pictures of the course, tables, footnotes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from courses.markdown import inline_tokens, parser, plain_inline
from courses.media import image_size, says_its_size
from courses.paths import is_external, link_path, resolve_path
from courses.words import word

if TYPE_CHECKING:
    from markdown_it.utils import OptionsDict

    from courses.model import Course, Term

Env = MutableMapping[str, Any]
Tokens = Sequence[Token]


@dataclass(slots=True)
class Context:
    """What a text needs to become HTML: the course it stands in, the file it comes from, and where things are.

    ``resolve`` maps a path of the course to a URL, ``link`` an activity's id to a URL. ``heading_level`` is the level
    of a ``##`` heading. ``files`` gives sizes and transcripts when it is there. ``name`` makes ids unique on a screen.
    """

    course: Course
    path: str
    resolve: Callable[[str], str]
    link: Callable[[str], str]
    files: Mapping[str, bytes] | None = None
    heading_level: int = 2
    name: str = ""
    has_glossary: bool = False  # whether terms are explained at the foot
    terms: dict[str, Term] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.course.language

    def media(self, target: str) -> str | None:
        """The course path of a media file; None when it is outside or, as far as one can see, absent."""
        path = resolve_path(self.path, target)
        return None if path is None or (self.files is not None and path not in self.files) else path


@dataclass(slots=True)
class Frame:
    """A container that has a heading of its own: headings inside are below ``floor``; ``current`` is the last one."""

    floor: int
    current: int


@cache
def _rule_names(renderer: type) -> tuple[str, ...]:
    """Names of the methods that render a token; looking for them costs more than rendering a short page."""
    return tuple(
        name for name in dir(renderer) if not name.startswith(("_", "render")) and callable(getattr(renderer, name))
    )


class MarkdownRenderer(RendererHTML):
    """Methods that carry the name of a token type render it; the others begin with ``_`` or ``render``."""

    def __init__(self, context: Context) -> None:
        self.rules = {name: getattr(self, name) for name in _rule_names(type(self))}  # as the parent does, each time
        self._context = context
        self._frames = [Frame(context.heading_level - 1, context.heading_level - 1)]
        self._heading_tags: list[str] = []
        self._link_ends: list[str] = []
        self._column = 0
        self._cell = "td"
        self._rows_are_named = False

    def _word(self, name: str, /, **values: object) -> str:
        return escape(word(name, self._context.language, **values))

    def _inline(self, markdown: str) -> str:
        return self.renderInline(inline_tokens(markdown), parser().options, {})

    def _plain(self, markdown: str) -> str:
        return plain_inline(markdown)

    def _open_frame(self) -> int:
        """The level of the heading of a container that opens here."""
        level = min(self._frames[-1].current + 1, 6)
        self._frames.append(Frame(level, level))
        return level

    def _close_frame(self) -> None:
        self._frames.pop()

    def heading_open(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        frame = self._frames[-1]
        written = max(int(tokens[idx].tag[1]), 2) + self._context.heading_level - 2
        frame.current = min(max(written, frame.floor + 1), 6)
        self._heading_tags.append(f"h{frame.current}")
        return f"<h{frame.current}>"

    def heading_close(self, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: Env) -> str:
        return f"</{self._heading_tags.pop()}>\n"

    def link_open(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        opening, ending = self._link(str(tokens[idx].attrGet("href") or ""))
        self._link_ends.append(ending)
        return opening

    def link_close(self, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: Env) -> str:
        return self._link_ends.pop()

    def _link(self, href: str) -> tuple[str, str]:
        """The opening and the end of a link: outside, to an activity, inside the page, to a file; or of none."""
        if is_external(href):
            if not href.lower().startswith(("http:", "https:")):
                return f'<a href="{escape(href)}">', "</a>"
            hint = f' <span class="visually-hidden">{self._word("new-tab")}</span></a>'
            return (
                f'<a class="external" href="{escape(href)}" target="_blank" rel="noopener noreferrer external">',
                hint,
            )
        target, sharp, fragment = href.partition("#")
        if not target and fragment:
            return f'<a href="{escape(href)}">', "</a>"
        path = link_path(self._context.path, href)
        for activity in self._context.course.activities:
            if path == activity.path:
                url = self._context.link(activity.id) + sharp + fragment
                return f'<a href="{escape(url)}" data-activity="{escape(activity.id)}">', "</a>"
        if path is None or self._context.media(path_from(self._context.path, path)) is None:
            return '<span class="broken-link">', "</span>"
        return f'<a href="{escape(self._context.resolve(path))}">', "</a>"

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children, options, env)
        source = str(token.attrGet("src") or "")
        path = link_path(self._context.path, source)
        return self._picture(path, alt)

    def _picture(self, path: str | None, alt: str) -> str:
        """An img of a file of the course; its text alternative when the file is not there."""
        files = self._context.files
        if path is None or (files is not None and path not in files):
            return f'<span class="missing-media">{self._word("missing", name=alt or path or "?")}</span>'
        size = image_size(path, files[path]) if files is not None and says_its_size(path) else None
        sides = f' width="{size[0]}" height="{size[1]}"' if size else ""
        return f'<img src="{escape(self._context.resolve(path))}" alt="{escape(alt)}" loading="lazy"{sides}>'

    def table_open(self, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: Env) -> str:
        self._rows_are_named = False
        label = self._word("table")
        return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">\n<table>\n'

    def table_close(self, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: Env) -> str:
        return "</table>\n</div>\n"

    def tr_open(self, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: Env) -> str:
        self._column = 0
        return "<tr>\n"

    def th_open(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        """A header cell; an empty one in the corner says that the first column names the rows."""
        if self._column == 0 and not tokens[idx + 1].content.strip():
            self._rows_are_named = True
            return self._open_cell("td", tokens[idx])
        return self._open_cell("th", tokens[idx], ' scope="col"')

    def td_open(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        if self._column == 0 and self._rows_are_named:
            return self._open_cell("th", tokens[idx], ' scope="row"')
        return self._open_cell("td", tokens[idx])

    def _open_cell(self, tag: str, token: Token, scope: str = "") -> str:
        self._column += 1
        self._cell = tag
        return f"<{tag}{scope}{_alignment(token)}>"

    def th_close(self, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: Env) -> str:
        return f"</{self._cell}>\n"

    td_close = th_close

    def _note(self, token: Token) -> str:
        return f"{self._context.name}-{token.meta['id'] + 1}".strip("-")

    def footnote_ref(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        token = tokens[idx]
        again = f"-{repeated}" if (repeated := token.meta.get("subId")) else ""
        note, number = self._note(token), token.meta["id"] + 1
        label = self._word("note", number=number)
        return (
            f'<sup class="footnote-ref"><a id="noteref-{note}{again}" href="#note-{note}" role="doc-noteref"'
            f' aria-label="{label}">{number}</a></sup>'
        )

    def footnote_block_open(self, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: Env) -> str:
        return f'<section class="footnotes" role="doc-endnotes" aria-label="{self._word("notes")}">\n<ol>\n'

    def footnote_block_close(self, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: Env) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        return f'<li id="note-{self._note(tokens[idx])}">'

    def footnote_close(self, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: Env) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        token = tokens[idx]
        again = f"-{repeated}" if (repeated := token.meta.get("subId")) else ""
        label = self._word("back", number=token.meta["id"] + 1)
        return f' <a href="#noteref-{self._note(token)}{again}" role="doc-backlink" aria-label="{label}">↩\ufe0e</a>'


def path_from(from_path: str, path: str) -> str:
    """A course path written relative to the folder of ``from_path``."""
    return "../" * from_path.count("/") + path


def _alignment(token: Token) -> str:
    """Column alignment as a class: no inline style leaves the renderer."""
    side = str(token.attrGet("style") or "").removeprefix("text-align:")
    return f' class="align-{side}"' if side in ("center", "right") else ""
