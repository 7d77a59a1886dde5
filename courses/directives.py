"""Directives in Markdown, after the generic-directives proposal of the CommonMark community.

A markdown-it plugin for the syntax of remark-directive: containers (``:::name[label]{attributes}`` … ``:::``), leaves
(``::name[label]{attributes}``) and inline (``:name[label]{attributes}``). The tokens it adds carry a ``Directive`` in
``meta["directive"]``. An inline directive needs a label or attributes, so that « 10:30 » stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

Form = Literal["container", "leaf", "inline"]
MAX_NESTING = 20
MAX_BRACKETS = 8  # inside each other in a label: with the length, what keeps reading linear in the text
MAX_PART = 2_000  # characters of a label or of attributes: what is longer is text

_FENCE = re.compile(r"(:{2,})")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_ATTRIBUTE = re.compile(
    r"""\s*(?:
        \#(?P<id>[^\s\#.{}="'<>`]+)
      | \.(?P<class>[^\s\#.{}="'<>`]+)
      | (?P<key>[A-Za-z_:][A-Za-z0-9_:.-]*)
        (?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'<>=`{}]+)))?
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Directive:
    """What was written between the colons and the content; ``closed`` is false for a container left open."""

    name: str
    form: Form
    label: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    colons: int = 3
    closed: bool = True

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    def get(self, key: str) -> str:
        return self.attributes.get(key, "")


def directive_of(token: Token) -> Directive | None:
    found = token.meta.get("directive")
    return found if isinstance(found, Directive) else None


def directives_plugin(md: MarkdownIt) -> None:
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    md.block.ruler.before("fence", "directive", _block, interrupts)
    md.inline.ruler.before("link", "directive", _inline)


@dataclass(frozen=True, slots=True)
class _Opening:
    name: str
    label: str
    attributes: dict[str, str]
    end: int


def _read_opening(source: str, position: int, limit: int) -> _Opening | None:
    """``name[label]{attributes}`` at that position; None when there is no such thing."""
    name = _NAME.match(source, position, limit)
    if name is None:
        return None
    position, label = name.end(), ""
    attributes: dict[str, str] = {}
    if position < limit and source[position] == "[":
        end = _label_end(source, position, limit)
        if end < 0:
            return None
        label, position = source[position + 1 : end], end + 1
    if position < limit and source[position] == "{":
        read = _read_attributes(source, position + 1, limit)
        if read is None:
            return None
        attributes, position = read
    return _Opening(name.group(), label, attributes, position)


def _label_end(source: str, start: int, limit: int) -> int:
    depth, position = 0, start
    limit = min(limit, start + MAX_PART)
    while position < limit:
        char = source[position]
        if char == "\\":
            position += 1
        elif char == "[":
            depth += 1
            if depth > MAX_BRACKETS:
                return -1
        elif char == "]":
            depth -= 1
            if depth == 0:
                return position
        position += 1
    return -1


def _read_attributes(source: str, position: int, limit: int) -> tuple[dict[str, str], int] | None:
    found: dict[str, str] = {}
    limit = min(limit, position + MAX_PART)
    while match := _ATTRIBUTE.match(source, position, limit):
        if match["id"] is not None:
            found["id"] = match["id"]
        elif match["class"] is not None:
            found["class"] = f"{found.get('class', '')} {match['class']}".strip()
        else:
            value = match["double"] or match["single"] or match["bare"] or ""
            found.setdefault(match["key"], unescape(value))
        position = match.end()
    while position < limit and source[position].isspace():
        position += 1
    if position < limit and source[position] == "}":
        return found, position + 1
    return None


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's form
    if state.is_code_block(start_line):
        return False
    start, limit = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    fence = _FENCE.match(state.src, start, limit)
    if fence is None:
        return False
    opening = _read_opening(state.src, fence.end(), limit)
    if opening is None or state.src[opening.end : limit].strip():
        return False
    if silent:
        return True
    colons = len(fence.group())
    if colons == 2:
        _push_leaf(state, start_line, opening)
    else:
        _push_container(state, start_line, end_line, opening, colons)
    return True


def _push_leaf(state: StateBlock, line: int, opening: _Opening) -> None:
    token = state.push("directive_leaf", "", 0)
    token.map = [line, line + 1]
    token.block = True
    token.meta["directive"] = Directive(opening.name, "leaf", opening.label, opening.attributes, 2)
    state.line = line + 1


def _push_container(state: StateBlock, start_line: int, end_line: int, opening: _Opening, colons: int) -> None:
    closing_line, closed = _closing_line(state, start_line + 1, end_line, colons)
    directive = Directive(opening.name, "container", opening.label, opening.attributes, colons, closed)
    outer_parent, outer_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "directive", closing_line
    token = state.push("directive_container_open", "", 1)
    token.map = [start_line, closing_line + 1 if closed else closing_line]
    token.block = True
    token.meta["directive"] = directive
    if state.level < MAX_NESTING * 2:
        state.md.block.tokenize(state, start_line + 1, closing_line)
    token = state.push("directive_container_close", "", -1)
    token.block = True
    token.meta["directive"] = directive
    state.parentType, state.lineMax = outer_parent, outer_max
    state.line = closing_line + 1 if closed else closing_line


def _closing_line(state: StateBlock, line: int, end_line: int, colons: int) -> tuple[int, bool]:
    """The line of the first fence with as many colons or more; else where the content ends, and False."""
    while line < end_line:
        start, limit = state.bMarks[line] + state.tShift[line], state.eMarks[line]
        if start < limit and state.sCount[line] < state.blkIndent:
            return line, False  # the list item or quotation that holds the container ends first
        text = state.src[start:limit].rstrip()
        if len(text) >= colons and not text.strip(":") and not state.is_code_block(line):
            return line, True
        line += 1
    return end_line, False


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's form
    start = state.pos
    if state.src[start] != ":" or (start > 0 and state.src[start - 1] in ":\\"):
        return False
    opening = _read_opening(state.src, start + 1, state.posMax)
    if opening is None or state.src[opening.end - 1] not in "]}":
        return False
    if not silent:
        token = state.push("directive_inline", "", 0)
        token.meta["directive"] = Directive(opening.name, "inline", opening.label, opening.attributes, 1)
    state.pos = opening.end
    return True
