"""Repairs that need no judgement: writing the ids that are missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from courses.ids import unique_id
from courses.loader import load_course
from courses.model import Page
from courses.pages import FoundBlock, normal_lines, page_blocks, split_page

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*$")
_UNDERLINE = re.compile(r"[ \t>]*(=+|-+)[ \t]*$")


def fix_missing_ids(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The pages with an id written at each block that has none, by path; pages that need nothing are left out.

    The ids are those the loader already used, so nothing that refers to a block changes.
    """
    course = load_course(files).course
    pages = [one for one in course.activities if isinstance(one.content, Page)] if course else []
    taken = {block.id for page in pages if isinstance(page.content, Page) for block in page.content.blocks}
    fixed: dict[str, bytes] = {}
    for page in pages:
        text = normal_lines(files[page.path].decode("utf-8"))
        written = write_block_ids(text, page.id, taken)
        if written != text:
            fixed[page.path] = written.encode("utf-8")
    return fixed


def write_block_ids(text: str, page_id: str, taken: set[str]) -> str:
    """One page file with the missing ids of its blocks written in; ``taken`` are the ids of the rest of the course."""
    parts = split_page(text)
    lines = text.split("\n")
    used = set(taken)
    for block in page_blocks(parts.body, page_id):
        if not block.written_id:
            identifier = block.id if block.id in taken else unique_id(block.id, used)
            used.add(identifier)
            _write(lines, parts.body_line - 1 + block.line, block, identifier)
    return "\n".join(lines)


def _write(lines: list[str], index: int, block: FoundBlock, identifier: str) -> None:
    line = lines[index].rstrip()
    if block.kind == "activity":
        lines[index] = _in_braces(line, identifier)
    elif line.lstrip().startswith("#"):
        lines[index] = f"{_CLOSING_HASHES.sub('', line)} {{#{identifier}}}"
    else:
        while not _UNDERLINE.fullmatch(lines[index + 1]):  # a heading underlined with dashes may span lines
            index += 1
        lines[index] = f"{lines[index].rstrip()} {{#{identifier}}}"


def _in_braces(line: str, identifier: str) -> str:
    if not line.endswith("}"):
        return f"{line}{{#{identifier}}}"
    before, _, attributes = line.rpartition("{")
    inside = attributes[:-1].strip()
    return f"{before}{{#{identifier}{' ' if inside else ''}{inside}}}"
