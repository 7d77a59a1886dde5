"""A list of learners as a spreadsheet saves it: any usual encoding and separator, columns found by their names."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from lms.accounts.services import normalise_email
from lms.delivery.refusals import DeliveryRefusal

MAX_BYTES = 2_000_000
MAX_LINES = 2000
LIMITS = {"given_name": 80, "family_name": 80, "email": 320, "employer": 200, "job_title": 200}
HEADERS = {
    "given_name": {"prenom", "given name", "first name", "firstname", "givenname"},
    "family_name": {"nom", "nom de famille", "family name", "last name", "lastname", "surname", "familyname"},
    "email": {"courriel", "email", "e mail", "mail", "adresse electronique", "adresse mail", "adresse email", "email address"},
    "employer": {"employeur", "employer", "structure", "organisation", "organization", "entreprise", "company"},
    "job_title": {"fonction", "poste", "job title", "job", "role", "position"},
}  # fmt: skip
REQUIRED = ("given_name", "family_name", "email")
TEMPLATE = {
    "fr": ("prénom", "nom", "courriel", "employeur", "fonction"),
    "en": ("first name", "last name", "email", "employer", "job title"),
}
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One line of the file; ``error`` is empty or the code of what is wrong: see ``ERRORS``."""

    number: int  # as the spreadsheet counts, the header being 1
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    employer: str = ""
    job_title: str = ""
    error: str = ""


ERRORS = ("no_email", "bad_email", "no_name", "too_long", "formula", "sign")


def read_roster(data: bytes) -> list[RosterLine]:
    """Read the whole file; DeliveryRefusal when it is no list at all, a line's ``error`` when only that line is wrong.

    UTF-8 (with or without mark), UTF-16 with a mark, else Windows-1252; comma, semicolon or tab; at most 2 MB, 2,000 lines.
    """
    text = _decode(data)
    separator, text = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = next(reader, [])
        columns = _columns(header)
        lines: list[RosterLine] = []
        end = reader.line_num
        for cells in reader:
            number, end = end + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(lines) == MAX_LINES:
                raise _refuse(
                    "lines", f"Le fichier a plus de {MAX_LINES} lignes : partagez-le.",
                    f"The file has more than {MAX_LINES} lines: split it.",
                )  # fmt: skip
            lines.append(_read_line(number, cells, columns))
    except csv.Error as error:
        raise _refuse(
            "quotes", f"Ligne {reader.line_num} : un guillemet ouvert n'est pas refermé, ou la ligne est illisible.",
            f"Line {reader.line_num}: a quotation mark is not closed, or the line cannot be read.",
        ) from error  # fmt: skip
    if not lines:
        raise _refuse("empty", "Le fichier n'a que des titres de colonnes.", "The file has nothing but column names.")
    return lines


def _refuse(code: str, fr: str, en: str) -> DeliveryRefusal:
    return DeliveryRefusal(code, f"{fr} Rien n'a été écrit.", f"{en} Nothing was written.")


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _refuse("size", "Le fichier dépasse 2 Mo.", "The file is larger than 2 MB.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refuse(
            "workbook", "C'est un classeur, pas un fichier CSV. Dans le tableur : Enregistrer sous, puis CSV.",
            "This is a workbook, not a CSV file. In the spreadsheet: Save as, then CSV.",
        )  # fmt: skip
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text or "\N{REPLACEMENT CHARACTER}" in text:
        raise _refuse("binary", "Ce n'est pas un fichier de texte.", "This is not a text file.")
    return text


def _separator(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    declared = re.fullmatch(r"sep=([;,\t])\s*", first)
    if declared:  # a line that a spreadsheet puts first, and hides
        return declared.group(1), rest
    return max(";,\t", key=first.count), text


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", " ", plain).strip()


def _columns(header: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, name in enumerate(header):
        for field, names in HEADERS.items():
            if _fold(name) in names:
                columns.setdefault(field, index)
    missing = [index for index, field in enumerate(TEMPLATE_FIELDS) if field in REQUIRED and field not in columns]
    if missing:
        found = ", ".join(name.strip()[:30] for name in header[:8] if name.isprintable() and name.strip())
        fr, en = (
            ", ".join(f"« {TEMPLATE['fr'][i]} »" for i in missing),
            ", ".join(f"“{TEMPLATE['en'][i]}”" for i in missing),
        )
        raise _refuse(
            "columns", f"Ligne 1 : il manque la colonne {fr}. Colonnes lues : {found or 'aucune'}.",
            f"Line 1: the column {en} is missing. Columns read: {found or 'none'}.",
        )  # fmt: skip
    return columns


TEMPLATE_FIELDS = ("given_name", "family_name", "email", "employer", "job_title")


def _read_line(number: int, cells: list[str], columns: dict[str, int]) -> RosterLine:
    values = {field: " ".join(cells[index].split()) if index < len(cells) else "" for field, index in columns.items()}
    error = _line_error(values)
    if error == "too_long":
        values = {field: value[:60] for field, value in values.items()}
    return RosterLine(number, **values, error=error)


def _line_error(values: dict[str, str]) -> str:
    if any(len(value) > LIMITS[field] for field, value in values.items()):
        return "too_long"
    if any(not value.isprintable() for value in values.values()):
        return "sign"
    if any(value.startswith(_FORMULA) for value in values.values()):
        return "formula"
    if not values["email"]:
        return "no_email"
    try:
        values["email"] = normalise_email(validate_email(values["email"], check_deliverability=False).normalized)
    except EmailNotValidError:
        return "bad_email"
    return "" if values["given_name"] and values["family_name"] else "no_name"
