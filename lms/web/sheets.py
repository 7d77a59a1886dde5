"""Tables as files: CSV and XLSX, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDEST = 48
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str) -> bytes:
    """One sheet: header kept in sight and filtered, texts as texts (never formulas nor links), numbers as numbers."""
    import xlsxwriter  # noqa: PLC0415

    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet("".join(char for char in sheet if char not in "[]:*?/\\'")[:31] or "Bouquet")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        widths = [min(max(len(text), 8), 24) for text in header]
        for column, text in enumerate(header):
            page.write_string(0, column, text, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    page.write_number(last, column, value)
                elif value is not None:
                    page.write_string(last, column, str(value))
                    widths[column] = min(max(widths[column], len(str(value))), WIDEST)
        for column, width in enumerate(widths):
            page.set_column(column, column, width + 2)
        page.freeze_panes(1, 1)
        if header:
            page.autofilter(0, 0, last, len(header) - 1)
    return out.getvalue()


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
