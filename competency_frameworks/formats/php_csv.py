"""CSV as PHP reads and writes it: a backslash inside quotation marks protects the character after it, and stays.

``fputcsv``/``fgetcsv`` with their default escape character, which Moodle uses (lib/csvlib.class.php). RFC 4180 files
without backslashes read the same either way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_QUOTED = re.compile(r'"((?:[^"\\]++|\\.|"")*+)(?:"|(\\?)\Z)([^,\n]*)', re.DOTALL)  # possessive: linear on hostile text
_BARE = re.compile(r"[^,\n]*")
_NEEDS_QUOTES = re.compile(r'[",\\\n\r\t ]')


def read_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its 1-based line, as ``fgetcsv`` reads it; empty lines are left out (csv_import_reader does)."""
    text = re.sub(r"\r\n?", "\n", text)
    at, line, end = 0, 1, len(text)
    while at < end:
        row: list[str] = []
        start = line
        while True:
            if text.startswith('"', at):
                found = _QUOTED.match(text, at)
                assert found is not None  # the opening mark is there, the rest of the pattern is optional
                row.append(_undoubled(found[1]) + (found[2] or "") + found[3])
                line += found[0].count("\n")
            else:
                found = _BARE.match(text, at)
                assert found is not None  # matches the empty text too
                row.append(found[0])
            at = found.end()
            if at < end and text[at] == ",":
                at += 1
                continue
            at += 1
            line += 1
            break
        if row != [""]:
            yield start, row


def _undoubled(inside: str) -> str:
    if '"' not in inside:
        return inside
    return re.sub(r'\\.|""', lambda found: '"' if found[0] == '""' else found[0], inside, flags=re.DOTALL)


def write_rows(rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Rows as ``fputcsv`` writes them (UTF-8, line ends LF)."""
    for row in rows:
        yield (",".join(map(_field, row)) + "\n").encode("utf-8")


def _field(value: str) -> str:
    if not _NEEDS_QUOTES.search(value):
        return value
    doubled = re.sub(r'\\"|"|\\', lambda found: '""' if found[0] == '"' else found[0], value)
    return f'"{doubled}"'


def safe(value: str) -> str:
    """``value`` changed where PHP's own escape would break it: a space keeps a backslash from the quotation mark.

    ``fputcsv`` writes a backslash before the closing mark, or an even run of them before a mark inside, so that
    ``fgetcsv`` reads on into the next field. Moodle stores the file once more that way while importing it.
    """
    value = re.sub(r'(?<!\\)((?:\\\\)+)"', r'\1 "', value)
    return value + " " if value.endswith("\\") else value


def formula_mark(value: str) -> str:
    """``value`` as Moodle keeps it away from spreadsheets: a ``'`` before ``= + - @`` (dataformat, escape_spreadsheet_formula)."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@"} else value


def without_mark(value: str) -> str:
    """The value again, without the ``'`` that Moodle's export put before a formula sign."""
    return value[1:] if value[:1] == "'" and value[1:2] in {"=", "+", "-", "@"} else value
