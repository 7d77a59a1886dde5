"""A plain spreadsheet, XLSX or CSV (or a JSON list of records): one row an item, headers in French or English.

What a trainer fills by hand, and what other tools export: headers are recognised by many names (ours, CASE's,
OpenSALT's), a language may follow in brackets (``Énoncé (en)``), a column ``Niveau : Autonome`` describes that level.
The sheets ``Référentiel``, ``Niveaux``, ``Publics`` and ``Relations`` of an XLSX of ours say the rest.
"""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from competency_frameworks.formats.collect import Findings
from competency_frameworks.formats.digcomp_jsonld import SUPPLEMENT, read_supplement
from competency_frameworks.formats.table_reader import NAME, SHEETS, Book, Row, TableReader
from competency_frameworks.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from competency_frameworks.problems import ReadResult

MAX_BYTES, MAX_UNPACKED, MAX_ROWS = 40_000_000, 400_000_000, 40_001


def read_csv_table(data: bytes, path: str = "", language: str = "fr") -> ReadResult:
    """Read a CSV of items: comma, ``;`` or tab, UTF-8 or, told as a guess, Windows-1252."""
    findings = Findings(NAME, path)
    if len(data) > MAX_BYTES:
        return _too_large(findings)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        findings.tell(
            "encoding", "guessed", "Le fichier n'est pas en UTF-8 : il est lu en Windows-1252.", "The file is not UTF-8: it is read as Windows-1252.",
            cure=("Vérifiez les accents, ou enregistrez en « CSV UTF-8 ».", "Check the accents, or save as “CSV UTF-8”."),
        )  # fmt: skip
    text = re.sub(r"\r\n?", "\n", text)
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    try:
        found = [
            (rows.line_num, [_unmarked(cell) for cell in row]) for row in rows if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        return _unreadable(findings, error)
    return TableReader(Book({"items": found}, language), findings).read()


def read_json_table(data: bytes, path: str = "", language: str = "fr") -> ReadResult:
    """Read a JSON list of records, alone or under ``items``: each record is a row, its keys are the headers."""
    findings = Findings(NAME, path)
    try:
        found = json.loads(data.decode("utf-8-sig")) if len(data) <= MAX_BYTES else None
    except (ValueError, RecursionError) as error:
        return _unreadable(findings, error)
    records = found.get("items") if isinstance(found, dict) else found
    records = [record for record in records if isinstance(record, dict)] if isinstance(records, list) else []
    header = list(dict.fromkeys(str(name) for record in records for name in record))
    rows = [
        (n, ["" if record.get(name) is None else str(record.get(name)) for name in header])
        for n, record in enumerate(records, start=1)
    ]
    return TableReader(Book({"items": [(0, header), *rows]}, language), findings).read()


def read_xlsx(data: bytes, path: str = "", language: str = "fr") -> ReadResult:
    """Read a workbook (at most 40 MB, 400 MB unpacked): our sheets by their names, else the first sheet as items."""
    findings = Findings(NAME, path)
    if len(data) > MAX_BYTES:
        return _too_large(findings)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                return _too_large(findings)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles it does not read
            workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            if set(workbook.sheetnames) >= SUPPLEMENT:
                return read_supplement({name: list(_rows(workbook[name])) for name in SUPPLEMENT}, path)
            book = Book(language=language)
            first = ""
            for sheet in workbook.worksheets:
                name = SHEETS.get(folded(sheet.title), "")
                if name or not first:
                    first = first or sheet.title
                    book.sheets.setdefault(name or "items", list(_rows(sheet)))
                else:
                    findings.tell(
                        "sheet",
                        "dropped",
                        "La feuille « {name} » n'est pas lue.",
                        "The sheet `{name}` is not read.",
                        name=sheet.title,
                    )
            workbook.close()
    except (BadZipFile, KeyError, ValueError, OSError, TypeError, AttributeError) as error:
        return _unreadable(findings, error)
    return TableReader(book, findings).read()


def _rows(sheet: Any) -> Iterator[Row]:
    for line, row in enumerate(sheet.iter_rows(values_only=True, max_row=MAX_ROWS), start=1):
        cells = ["" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row]
        if any(cell.strip() for cell in cells):
            yield line, cells


def _unmarked(cell: str) -> str:
    """Without the ``'`` that our writer puts before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "\t", "'"} else cell


def _too_large(findings: Findings) -> ReadResult:
    return findings.refuse("Le fichier est trop gros.", "The file is too large.", ("Découpez-le.", "Split it."))


def _unreadable(findings: Findings, error: object) -> ReadResult:
    return findings.refuse(
        "Le tableau n'est pas lisible ({error}).", "The table cannot be read ({error}).",
        ("Ouvrez-le dans un tableur et enregistrez-le en XLSX ou en CSV UTF-8.", "Open it in a spreadsheet and save it as XLSX or CSV UTF-8."),
        error=error,
    )  # fmt: skip
