"""Canvas Outcomes CSV: groups and outcomes, ratings last (lib/outcomes/csv_importer.rb and import.rb of Canvas).

Canvas refuses a ``vendor_guid`` with a space or seen before, a parent that does not stand above its child, ratings
that do not fall, and outcomes under outcomes: what has something under it is a group, and a group has no ratings.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from competency_frameworks.formats.collect import Codes, Findings, lost_parts, own_slug, unverified
from competency_frameworks.formats.html_text import from_paragraph, paragraph, plain_text
from competency_frameworks.formats.plain import from_tree
from competency_frameworks.problems import ReadResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from competency_frameworks.model import Competency, Framework
    from competency_frameworks.problems import Problem
    from competency_frameworks.scales import Level

NAME = "canvas-csv"
COLUMNS = (
    "vendor_guid", "object_type", "title", "description", "friendly_description", "display_name", "parent_guids",
    "calculation_method", "calculation_int", "mastery_points", "workflow_state", "ratings",
)  # fmt: skip
MAX_BYTES = 60_000_000
METHODS = ("latest", "highest", "average", "weighted_average", "decaying_average", "n_mastery")
TITLE = 255  # learning_outcomes.title is a varchar(255)
NOTES = "bouquet-notes"


def read_canvas_csv(data: bytes, path: str = "", language: str = "fr") -> ReadResult:
    """Read one outcomes file: comma or ``;``, with or without BOM, any line ends; titles are in ``language``."""
    findings = Findings(NAME, path)
    cure = ("Exportez les acquis depuis Canvas en CSV, UTF-8.", "Export the outcomes from Canvas as CSV, UTF-8.")
    if len(data) > MAX_BYTES:
        return findings.refuse("Le fichier dépasse 60 Mo.", "The file is larger than 60 MB.", cure)
    try:
        text = re.sub(r"\r\n?", "\n", data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return findings.refuse("Le fichier n'est pas en UTF-8.", "The file is not UTF-8.", cure)
    head, _, _ = text.partition("\n")
    rows = csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        if "vendor_guid" not in header or "title" not in header:
            return findings.refuse(
                "L'en-tête n'est pas celui de Canvas (vendor_guid, title…).",
                "The header is not that of Canvas (vendor_guid, title…).",
                cure,
            )
        return _CanvasReader(header, findings, language).read((rows.line_num, row) for row in rows)
    except csv.Error as error:
        return findings.refuse(
            "Le fichier n'est pas du CSV lisible ({error}).",
            "The file is not readable CSV ({error}).",
            cure,
            error=error,
        )


class _CanvasReader:
    def __init__(self, header: list[str], findings: Findings, language: str) -> None:
        self.columns = {name: n for n, name in enumerate(header) if name}
        self.ratings_at = self.columns.get("ratings", len(header))
        self.findings = findings
        self.language = language
        self.codes = Codes(findings)
        self.by_said: dict[str, str] = {}
        self.items: list[dict[str, Any]] = []
        self.links: list[dict[str, Any]] = []
        self.scales: dict[tuple[Any, ...], list[str]] = {}

    def read(self, rows: Iterator[tuple[int, list[str]]]) -> ReadResult:
        for line, row in rows:
            if any(cell.strip() for cell in row):
                self.row(line, row)
        scales = Counter({key: len(codes) for key, codes in self.scales.items()}).most_common()
        own = scales[0][0] if scales else ()
        others = {key: f"scale-{n}" for n, (key, _) in enumerate(scales[1:], start=1)}
        by_code = {item["code"]: item for item in self.items}
        for key, name in others.items():
            for code in self.scales[key]:
                by_code[code]["scale"] = name
        title = re.sub(r"\.csv$", "", re.split(r"[\\/]", self.findings.path)[-1], flags=re.IGNORECASE) or "Canvas"
        self.findings.tell(
            "framework", "guessed", "Canvas ne nomme pas le référentiel : titre « {title} », version « 1 », langue « {lang} ».",
            "Canvas does not name the framework: title `{title}`, version `1`, language `{lang}`.", title=title,
            lang=self.language, severity="note",
        )  # fmt: skip
        plain = {
            "id": own_slug(title), "version": "1", "language": self.language, "title": title,
            "verification": unverified(
                "Lu dans un export CSV de Canvas ; non comparé à la publication d'origine.",
                "Read from a CSV export of Canvas; not compared with the original publication.", self.language,
            ),
            "levels": _levels(own), "scales": [{"id": name, "levels": _levels(key)} for key, name in others.items()],
            "items": self.items, "associations": self.links,
        }  # fmt: skip
        result = from_tree(plain, self.findings.path, self.findings.told())
        return ReadResult(result.framework, result.problems, NAME)

    def cell(self, row: list[str], name: str) -> str:
        at = self.columns.get(name, -1)
        text = row[at] if 0 <= at < len(row) and at < self.ratings_at else ""
        return text[1:] if text[:1] == " " and text[1:2] in {"=", "+", "-", "@"} else text

    def row(self, line: int, row: list[str]) -> None:
        kind, said = self.cell(row, "object_type").strip(), self.cell(row, "vendor_guid").strip()
        if kind not in {"group", "outcome"}:
            self.findings.tell(
                "type", "dropped", "La ligne est de type « {kind} » : ni groupe ni acquis.",
                "The row is of type `{kind}`: neither group nor outcome.", line=line, kind=kind,
            )  # fmt: skip
            return
        if self.cell(row, "workflow_state").strip() == "deleted":
            self.findings.tell(
                "deleted", "dropped", "« {said} » est marqué supprimé.", "`{said}` is marked deleted.", line=line, said=said,
            )  # fmt: skip
            return
        code = self.codes.give(said, line)
        self.by_said.setdefault(said, code)
        item: dict[str, Any] = {
            "code": code, "kind": "domain" if kind == "group" else "competency",
            "statement": self.cell(row, "title").strip() or code, "parent": self.parent(row, line, code),
        }  # fmt: skip
        if notes := self.notes(row, line, code):
            item["notes"] = notes
        if short := self.cell(row, "friendly_description").strip():
            item["short"] = short
        shown = self.cell(row, "display_name").strip()
        if shown and not said.endswith(shown):
            self.findings.tell(
                "display-name", "dropped", "Le nom d'affichage « {shown} » de « {code} » n'est pas repris.",
                "The display name `{shown}` of `{code}` is not kept.", line=line, code=code, shown=shown, severity="note",
            )  # fmt: skip
        if kind == "outcome":
            self.outcome(row, line, item)
        self.items.append(item)

    def parent(self, row: list[str], line: int, code: str) -> str:
        found = []
        for said in self.cell(row, "parent_guids").split():
            if said in self.by_said:
                found.append(self.by_said[said])
            else:
                self.findings.tell(
                    "orphan", "moved", "« {code} » est rangé sous « {parent} », qui ne se trouve pas plus haut : Canvas le refuserait, il est gardé à la racine.",
                    "`{code}` stands under `{parent}`, which is not found above: Canvas would refuse it, it is kept at the top.",
                    line=line, code=code, parent=said,
                )  # fmt: skip
        for other in found[1:]:
            self.links.append({"kind": "isChildOf", "origin": code, "destination": other})
        return found[0] if found else ""

    def notes(self, row: list[str], line: int, code: str) -> str:
        html = self.cell(row, "description")
        start = f'<p class="{NOTES}">'
        if html.startswith(start) and html.endswith("</p>"):
            return from_paragraph(html.removeprefix(start).removesuffix("</p>"))
        text, lost = plain_text(html)
        if lost:
            self.findings.tell(
                "formatting", "dropped", "La mise en forme de la description n'est pas reprise : {tags}.",
                "The formatting of the description is not kept: {tags}.", line=line, code=code, tags=", ".join(sorted(lost)),
                severity="note",
            )  # fmt: skip
        return text

    def outcome(self, row: list[str], line: int, item: dict[str, Any]) -> None:
        method, number = self.cell(row, "calculation_method").strip(), self.cell(row, "calculation_int").strip()
        if method == "standard_decaying_average":
            method = "decaying_average"
        if method in METHODS:
            item["rating"] = {"method": method} | (
                {"parameter": number}
                if number and method in {"n_mastery", "decaying_average", "weighted_average"}
                else {}
            )
            if method in {"n_mastery", "decaying_average", "weighted_average"} and not number:
                item["rating"]["parameter"] = 5 if method == "n_mastery" else 65  # Canvas' own defaults
        elif method:
            self.findings.tell(
                "method", "dropped", "La méthode de calcul « {method} » est inconnue.", "The calculation method `{method}` is unknown.",
                line=line, code=item["code"], method=method,
            )  # fmt: skip
        ratings = self.ratings(row, line, item["code"])
        if ratings:
            mastery = _number(self.cell(row, "mastery_points"))
            self.scales.setdefault((mastery, *ratings), []).append(item["code"])

    def ratings(self, row: list[str], line: int, code: str) -> list[tuple[float, str]]:
        cells = [cell.strip() for cell in row[self.ratings_at :]]
        while cells and not cells[-1]:
            cells.pop()
        found: list[tuple[float, str]] = []
        for n in range(0, len(cells), 2):
            points = _number(cells[n])
            if points is None or (found and points > found[-1][0]):
                self.findings.tell(
                    "ratings", "dropped", "Les paliers de « {code} » sont illisibles à partir du {n}e : des points, puis un intitulé, du plus haut au plus bas.",
                    "The ratings of `{code}` cannot be read from number {n} on: points, then a title, from the highest down.",
                    line=line, code=code, n=n // 2 + 1,
                )  # fmt: skip
                break
            found.append((points, cells[n + 1] if n + 1 < len(cells) else ""))
        return found


def _levels(key: tuple[Any, ...]) -> list[dict[str, Any]]:
    if not key:
        return []
    mastery, ratings = key[0], sorted(key[1:], key=lambda rating: rating[0])
    codes = Codes(Findings(NAME))
    return [
        {
            "id": codes.give(own_slug(title, "niveau")), "title": title or f"{points:g}", "points": points,
            "proficient": mastery is not None and points >= mastery,
        }
        for points, title in ratings
    ]  # fmt: skip


def _number(text: str) -> float | None:
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) < 1e6 else None  # refuses nan and inf too


# -- writing -----------------------------------------------------------------------------------------------------------

_HELD = ("levels", "scales", "level-texts", "rating", "notes", "short", "order", "kind")


def write_canvas_csv(framework: Framework) -> tuple[Iterator[bytes], tuple[Problem, ...]]:
    """The file in pieces (UTF-8 with BOM, as Canvas exports), and what Canvas cannot hold or had to be changed."""
    writer = _CanvasWriter(framework)
    rows = list(writer.rows())
    return writer.encoded(rows), writer.findings.told()


class _CanvasWriter:
    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.language = framework.language
        self.findings = Findings(NAME)
        held = set(_HELD) - ({"level-texts"} if any(level.description for level in framework.levels) else set())
        lost_parts(framework, self.findings, held)
        self.findings.tell(
            "title", "dropped", "Canvas ne garde ni le titre, ni l'identifiant, ni la version du référentiel.",
            "Canvas keeps neither title, nor id, nor version of the framework.", severity="note",
        )  # fmt: skip
        self.more_parents: dict[str, list[str]] = {}

    def rows(self) -> Iterator[list[str]]:
        stack = list(reversed(self.framework.roots()))
        while stack:
            item = stack.pop()
            children = self.framework.children(item.code)
            yield self.group(item) if children else self.outcome(item)
            stack.extend(reversed(children))

    def encoded(self, rows: list[list[str]]) -> Iterator[bytes]:
        width = max((len(row) for row in rows), default=len(COLUMNS))
        target = io.StringIO()
        writer = csv.writer(target, lineterminator="\n")
        yield b"\xef\xbb\xbf"
        for row in [list(COLUMNS), *rows]:
            head = [f" {cell}" if cell[:1] in {"=", "+", "-", "@"} else cell for cell in row[:11]]
            writer.writerow([*head, *row[11:], *[""] * (width - len(row))])
            yield target.getvalue().encode("utf-8")
            target.seek(0)
            target.truncate()

    def common(self, item: Competency, kind: str) -> list[str]:
        title = re.sub(r"\s+", " ", item.statement.text(self.language)).strip()
        if len(title) > TITLE:
            self.findings.tell(
                "title-length", "shortened", "L'intitulé de « {code} » dépasse 255 signes : il est coupé.",
                "The title of `{code}` is over 255 characters: it is cut.", code=item.code,
            )  # fmt: skip
            title = title[: TITLE - 1] + "…"
        notes = item.notes.get(self.language, "")
        return [
            item.code, kind, title, paragraph(notes, NOTES) if notes else "", item.short.get(self.language, ""),
            item.code if kind == "outcome" else "", item.parent,
        ]  # fmt: skip

    def group(self, item: Competency) -> list[str]:
        if item.rating or item.levels:
            self.findings.tell(
                "group", "dropped", "« {code} » a des éléments dessous : Canvas en fait un groupe, sans règle ni niveaux.",
                "`{code}` has items under it: Canvas makes it a group, without rule or levels.", code=item.code, severity="note",
            )  # fmt: skip
        return [*self.common(item, "group"), "", "", "", "active"]

    def outcome(self, item: Competency) -> list[str]:
        rule = self.framework.rating_of(item)
        method, number = (rule.method, rule.parameter) if rule else ("", None)
        if method and method not in METHODS:
            self.findings.tell(
                "method", "dropped", "La règle « {method} » n'existe pas dans Canvas.", "The rule `{method}` does not exist in Canvas.",
                code=item.code, method=method,
            )  # fmt: skip
            method = ""
        steps = sorted(_points(self.framework.scale_of(item)), key=lambda step: -step[0])
        proficient = [points for points, level in steps if level.proficient]
        ratings = [cell for points, level in steps for cell in (f"{points:g}", level.title.text(self.language))]
        mastery = f"{min(proficient):g}" if proficient else ""
        return [
            *self.common(item, "outcome"),
            method,
            "" if number is None else str(number),
            mastery,
            "active",
            *ratings,
        ]


def _points(levels: tuple[Level, ...]) -> list[tuple[float, Level]]:
    """Each step with its points; where they are not given, 0, 1, 2… from the lowest."""
    given = all(level.points is not None for level in levels)
    return [(level.points if given and level.points is not None else float(n), level) for n, level in enumerate(levels)]
