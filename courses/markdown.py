"""The Markdown of courses: CommonMark, tables, strikethrough, footnotes, directives and ``{#id}`` after headings."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from courses.directives import directive_of, directives_plugin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_HEADING_ID = re.compile(r"\{#([^\s{}]*)\}")


def build_parser() -> MarkdownIt:
    """A parser without raw HTML."""
    md = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    md.use(footnote_plugin)
    md.use(directives_plugin)
    md.core.ruler.after("block", "heading_id", _heading_ids)
    return md


@cache
def parser() -> MarkdownIt:
    return build_parser()


@cache
def _block_parser() -> MarkdownIt:
    return build_parser().disable(["inline", "footnote_tail", "text_join"])


def tokens_of(markdown: str) -> list[Token]:
    return parser().parse(markdown, {})


def block_tokens(markdown: str) -> list[Token]:
    """The blocks alone, their text left as written: enough to find headings and directives, and much faster."""
    return _block_parser().parse(markdown, {})


def inline_tokens(markdown: str) -> list[Token]:
    return [child for token in parser().parseInline(markdown, {}) for child in token.children or []]


def plain_text(markdown: str) -> str:
    """The words of a Markdown text, on one line, without its marks."""
    return " ".join("".join(_words(tokens_of(markdown))).split())


def plain_inline(markdown: str) -> str:
    return " ".join("".join(_words(inline_tokens(markdown))).split())


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        directive = directive_of(token)
        if directive is not None and token.nesting >= 0:
            yield plain_inline(directive.label) if directive.label else ""
        if token.children:
            yield from _words(token.children)
        elif token.type in ("text", "code_inline", "code_block", "fence"):
            yield token.content
        if token.type in ("softbreak", "hardbreak") or token.block:
            yield " "


def _heading_ids(state: StateCore) -> None:
    """Moves ``{#id}`` from the end of a heading to its token."""
    for index, token in enumerate(state.tokens):
        if token.type != "heading_open":
            continue
        text = state.tokens[index + 1]
        content = text.content.rstrip()
        found = _HEADING_ID.fullmatch(content, max(content.rfind("{#"), 0))
        if found:
            text.content = content[: found.start()].rstrip()
            token.meta["id"] = found[1]
