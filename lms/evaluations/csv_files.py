"""CSV that a spreadsheet opens as it should, and in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]], language: str) -> str:
    """The table as text: UTF-8 mark, and separators as spreadsheets in this language want them.

    French: semicolons and decimal commas; others: commas and points. A text that would be read as a formula is given a
    leading apostrophe; numbers stay numbers; None is an empty cell.
    """
    french = language.startswith("fr")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([_cell(text, french=french) for text in header])
    writer.writerows([_cell(value, french=french) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _cell(value: Any, *, french: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        text = str(round(value, 4))
        return text.replace(".", ",") if french else text
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text
