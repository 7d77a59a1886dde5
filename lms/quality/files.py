"""Tables as files: CSV and XLSX, in which no cell is a formula."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDEST = 48


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
