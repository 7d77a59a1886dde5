"""A page file: its front matter, its body, and the blocks the body is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from courses.directives import Directive, directive_of
from courses.ids import is_id, slug, unique_id
from courses.markdown import block_tokens, plain_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from courses.problems import Report


@dataclass(frozen=True, slots=True)
class PageText:
    """The two halves of a page file; lines are 1-based, ``body_line`` is the line of the body's first line."""

    front: str
    body: str
    body_line: int


def normal_lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def split_page(text: str, report: Report | None = None) -> PageText:
    """Front matter and body of a page file; a missing or unclosed front matter is reported."""
    lines = normal_lines(text).split("\n")
    if lines[0].rstrip() != "---":
        if report:
            report.add("front-matter-missing", 1)
        return _page("", lines, 1)
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            return _page("\n".join(lines[1 : number - 1]), lines[number:], number + 1)
    if report:
        report.add("front-matter-unclosed", 1)
    return PageText("\n".join(lines[1:]), "", len(lines))


def _page(front: str, lines: list[str], first_line: int) -> PageText:
    skipped = next((index for index, line in enumerate(lines) if line), len(lines))
    return PageText(front, "\n".join(lines).strip("\n"), first_line + skipped)


@dataclass(frozen=True, slots=True)
class FoundBlock:
    """A block as it stands in the tokens: ``written_id`` is empty when the author gave none."""

    id: str
    written_id: str
    title: str
    kind: Literal["section", "activity"]
    line: int  # 0-based, in the body
    token: int  # index of its opening token
    directive: Directive | None = None


def find_blocks(tokens: Sequence[Token], page_id: str) -> tuple[FoundBlock, ...]:
    """The blocks in reading order: level-2 headings outside any container, and ``:::activity`` wherever it stands.

    A block without id gets one made from the page's id and its title, the same at each reading.
    """
    seen = [_block_at(tokens, index) for index in range(len(tokens))]
    blocks = [block for block in seen if block is not None]
    taken = {block.written_id for block in blocks}
    found: list[FoundBlock] = []
    for block in blocks:
        identifier = block.written_id
        if not is_id(identifier):
            identifier = unique_id(slug(f"{page_id}-{slug(block.title, 'bloc')}"), taken)
            taken.add(identifier)
        found.append(_with_id(block, identifier))
    return tuple(found)


def _with_id(block: FoundBlock, identifier: str) -> FoundBlock:
    return FoundBlock(identifier, block.written_id, block.title, block.kind, block.line, block.token, block.directive)


def _block_at(tokens: Sequence[Token], index: int) -> FoundBlock | None:
    token = tokens[index]
    line = token.map[0] if token.map else 0
    if token.type == "heading_open" and token.level == 0 and token.tag in ("h1", "h2"):
        title = plain_inline(tokens[index + 1].content)
        return FoundBlock("", token.meta.get("id", ""), title, "section", line, index)
    directive = directive_of(token)
    if directive and directive.name == "activity" and token.type == "directive_container_open":
        title = plain_inline(directive.label)
        return FoundBlock("", directive.id, title, "activity", line, index, directive)
    return None


def page_blocks(body: str, page_id: str) -> tuple[FoundBlock, ...]:
    return find_blocks(block_tokens(body), page_id)
