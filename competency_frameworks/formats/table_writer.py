"""Framework -> a workbook that a trainer can fill and give back, or the CSV of its items; read again by ``table``."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import xlsxwriter

from competency_frameworks.formats.collect import Findings, lost_parts
from competency_frameworks.formats.table_reader import NAME
from competency_frameworks.model import ItemRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from competency_frameworks.model import Framework, Node
    from competency_frameworks.problems import Problem
    from competency_frameworks.text import Translated

_HELD_CSV = ("translations", "descriptors", "level", "kind", "order", "short", "notes", "keywords")
_HELD_XLSX = (
    *_HELD_CSV,
    "audiences",
    "source",
    "licence",
    "description",
    "levels",
    "level-texts",
    "related",
    "associations",
)
Sheet = tuple[str, list[list[str]], list[int]]


def write_csv_table(framework: Framework) -> tuple[Iterator[bytes], tuple[Problem, ...]]:
    """The items as CSV with ``;`` and a BOM (spreadsheets in French open it as it is), and what it cannot hold."""
    findings = Findings(NAME)
    _tell_losses(framework, findings, _HELD_CSV)

    def pieces() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"
        target = io.StringIO()
        writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
        for row in _items(framework):
            writer.writerow([_marked(cell) for cell in row])
            yield target.getvalue().encode("utf-8")
            target.seek(0)
            target.truncate()

    return pieces(), findings.told()


def write_xlsx(framework: Framework) -> tuple[Iterator[bytes], tuple[Problem, ...]]:
    """The workbook: framework, levels, audiences, items, relations; every cell is text, never a formula."""
    findings = Findings(NAME)
    _tell_losses(framework, findings, _HELD_XLSX)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E8E6F4", "text_wrap": True, "valign": "top", "border": 1})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for name, rows, widths in _sheets(framework):
        sheet = book.add_worksheet(name)
        for n, width in enumerate(widths):
            sheet.set_column(n, n, width)
        sheet.freeze_panes(1, 1)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell[:32_767], head if line == 0 else body)
    book.close()
    return iter((target.getvalue(),)), findings.told()


def _tell_losses(framework: Framework, findings: Findings, held: tuple[str, ...]) -> None:
    lost_parts(framework, findings, held)
    texts = [text for item in framework.items for text in (item.statement, item.notes, item.short)]
    if any(said != said.strip() or "\r" in said for text in texts for said in text.values()):
        findings.tell(
            "spaces", "shortened", "Les espaces au début et à la fin des textes ne sont pas gardés.",
            "Spaces at the beginning and end of texts are not kept.", severity="note",
        )  # fmt: skip


def _languages(texts: list[Translated], own: str) -> list[str]:
    found = sorted({lang for text in texts for lang in text} - {own})
    return [own, *found]


def _sheets(framework: Framework) -> Iterator[Sheet]:
    own, source = framework.language, framework.source
    top: list[list[str]] = [["Champ", "Valeur"], ["Id", framework.id], ["Version", framework.version], ["Langue", own]]
    for name, text in (("Titre", framework.title), ("Description", framework.description)):
        top += [[f"{name} ({lang})", text[lang]] for lang in text]
    top += [["Licence", framework.licence], ["Statut", framework.status], ["Source", source.title], ["Éditeur", source.publisher],
            ["Adresse", source.url], ["Date", source.date]]  # fmt: skip
    yield "Référentiel", [row for row in top if row[1]], [20, 90]
    yield "Éléments", list(_items(framework)), [12, 12, 16, 60, 60, 40, 40, 24, 14]
    levels = [text for level in framework.levels for text in (level.title, level.description)]
    spoken = _languages(levels, own)
    rows = [
        [
            "Id",
            "Ordre",
            *(f"Titre ({lang})" for lang in spoken),
            *(f"Description ({lang})" for lang in spoken),
            "Points",
            "Acquis",
            "Par défaut",
        ]
    ]
    rows += [
        [
            level.id, str(level.order), *(level.title.get(lang, "") for lang in spoken), *(level.description.get(lang, "") for lang in spoken),
            "" if level.points is None else f"{level.points:g}", "oui" if level.proficient else "", "oui" if level.default else "",
        ] for level in framework.levels
    ]  # fmt: skip
    yield "Niveaux", rows, [16, 8, *[30] * (2 * len(spoken)), 8, 8, 10]
    spoken = _languages([text for one in framework.audiences for text in (one.who, one.purpose)], own)
    rows = [[*(f"Pour qui ({lang})" for lang in spoken), *(f"Pour quoi ({lang})" for lang in spoken)]]
    rows += [
        [*(one.who.get(lang, "") for lang in spoken), *(one.purpose.get(lang, "") for lang in spoken)]
        for one in framework.audiences
    ]
    yield "Publics", rows, [50] * (2 * len(spoken))
    spoken = _languages([link.note for link in framework.associations], own)
    rows = [["Type", "De", "Vers", "Force", *(f"Note ({lang})" for lang in spoken)]]
    rows += [
        [link.kind, _node(framework, link.origin), _node(framework, link.destination), "" if link.strength is None else f"{link.strength:g}",
         *(link.note.get(lang, "") for lang in spoken)] for link in framework.associations
    ]  # fmt: skip
    yield "Relations", rows, [16, 30, 30, 8, *[50] * len(spoken)]


def _node(framework: Framework, node: Node) -> str:
    own = isinstance(node, ItemRef) and (node.framework, node.version) == framework.key
    return node.code if own and isinstance(node, ItemRef) else str(node)


def _items(framework: Framework) -> Iterator[list[str]]:
    own, items = framework.language, framework.items
    columns: list[tuple[str, Any]] = [
        ("Code", lambda item: item.code), ("Rangé sous", lambda item: item.parent), ("Type", lambda item: item.kind),
    ]  # fmt: skip
    for label, name in (("Énoncé", "statement"), ("Notes", "notes"), ("Libellé court", "short")):
        texts = [getattr(item, name) for item in items]
        columns += [
            (f"{label} ({lang})", lambda item, name=name, lang=lang: getattr(item, name).get(lang, ""))
            for lang in (_languages(texts, own) if label == "Énoncé" or any(texts) else [])
        ]
    columns.append(("Mots-clés", lambda item: "; ".join(item.keywords)))
    columns.append(("Ordre", lambda item: str(item.order)))
    columns.append(("Niveau", lambda item: item.level if not item.scale else ""))
    described = [entry.description for item in items for entry in item.levels if not item.scale]
    columns += [
        (f"Niveau : {level.id} ({lang})", lambda item, level=level, lang=lang: _descriptor(item, level.id, lang))
        for level in (framework.levels if described else ())
        for lang in _languages(described, own)
    ]
    yield [label for label, _ in columns]
    for item in items:
        yield [get(item) for _, get in columns]


def _descriptor(item: Any, level: str, lang: str) -> str:
    if item.scale:
        return ""
    return next((entry.description.get(lang, "") for entry in item.levels if entry.level == level), "")


def _marked(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "'"} else cell
