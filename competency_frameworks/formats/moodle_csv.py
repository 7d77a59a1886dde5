"""Moodle's competency framework CSV (admin tool lpimportcsv): fourteen columns, known by their position.

What Moodle's importer does, and which our file must survive (framework_importer.php): headers may be in any language;
the row with ``Is framework`` is the framework; names and numbers are cut at 100 characters and lose their tags; ID
numbers are compared with PHP's ``==``, so 1.1 equals 1.10 and one gets the other's children; a parent that does not
exist drops the item in silence; a repeated ID number overwrites; a rule names children by ``Exported ID``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from competency_frameworks.formats.collect import Codes, Findings, own_slug, unverified
from competency_frameworks.formats.html_text import from_paragraph, plain_text
from competency_frameworks.formats.php_csv import read_rows, without_mark
from competency_frameworks.formats.plain import from_tree
from competency_frameworks.scales import COMPLETION_OUTCOMES

if TYPE_CHECKING:
    from competency_frameworks.problems import ReadResult

NAME = "moodle-csv"
COLUMNS = (
    "Parent ID number", "ID number", "Short name", "Description", "Description format", "Scale values",
    "Scale configuration", "Rule type (optional)", "Rule outcome (optional)", "Rule config (optional)",
    "Cross-referenced competency ID numbers", "Exported ID (optional)", "Is framework", "Taxonomy",
)  # fmt: skip
MAX_BYTES = 60_000_000
RULE_ALL, RULE_POINTS = "core_competency\\competency_rule_all", "core_competency\\competency_rule_points"
STATEMENT, NOTES, LEVELS = "bouquet-statement", "bouquet-notes", "bouquet-levels"
OUTCOMES = COMPLETION_OUTCOMES  # Moodle numbers them 0 to 3 in this order (competency::OUTCOME_*)


def read_moodle_csv(data: bytes, path: str = "", language: str = "fr") -> ReadResult:
    """Read one lpimportcsv file (UTF-8, with or without BOM); ``language`` is that of its texts, which it cannot say."""
    findings = Findings(NAME, path)
    cure = ("Exportez le référentiel depuis Moodle en CSV, UTF-8.", "Export the framework from Moodle as CSV, UTF-8.")
    if len(data) > MAX_BYTES:
        return findings.refuse("Le fichier dépasse 60 Mo.", "The file is larger than 60 MB.", cure)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return findings.refuse("Le fichier n'est pas en UTF-8.", "The file is not UTF-8.", cure)
    if '\\"' in text:
        line = text[: text.index('\\"')].count("\n") + 1
        findings.tell(
            "backslash", "", "Une barre oblique inverse protège un guillemet, à la façon de PHP : elle est lue ainsi, et non comme dans un CSV ordinaire.",
            "A backslash protects a quotation mark, in the way of PHP: it is read so, and not as in an ordinary CSV.", line=line,
            severity="note",
        )  # fmt: skip
    return _MoodleReader(list(read_rows(text)), findings, language).read()


class _MoodleReader:
    def __init__(self, rows: list[tuple[int, list[str]]], findings: Findings, language: str) -> None:
        self.rows = rows
        self.findings = findings
        self.language = language
        self.codes = Codes(findings)
        self.by_said: dict[str, str] = {}  # ID number of the file -> code, the first one given
        self.by_export: dict[str, str] = {}
        self.scales: dict[str, dict[str, Any]] = {}
        self.kinds: list[str] = []

    def read(self) -> ReadResult:
        heads = [(line, row) for line, row in self.rows if self.cell(row, 12).strip() not in {"", "0"}]
        heads = [
            (line, row) for line, row in heads if self.cell(row, 1) != "ID number" and not row[12].startswith("Is ")
        ]
        if not heads:
            return self.findings.refuse(
                "Aucune ligne ne décrit le référentiel (colonne 13, « Is framework »).",
                "No row describes the framework (column 13, `Is framework`).",
                ("Le fichier n'est pas un export lpimportcsv de Moodle, ou il est coupé.", "The file is not an lpimportcsv export of Moodle, or it is cut."),
            )  # fmt: skip
        head_line, head = heads[-1]
        if len(heads) > 1:
            self.findings.tell(
                "many-frameworks", "dropped", "Le fichier contient {n} référentiels ; Moodle et nous ne lisons que le dernier.",
                "The file holds {n} frameworks; Moodle and we read the last only.", line=heads[0][0], n=len(heads),
            )  # fmt: skip
        head_rows = {line for line, _ in heads}
        body = [(line, row) for line, row in self.rows[1:] if line not in head_rows]
        if any(len(row) != len(COLUMNS) for _, row in self.rows):
            line = next(line for line, row in self.rows if len(row) != len(COLUMNS))
            self.findings.tell(
                "columns", "guessed", "La ligne n'a pas quatorze colonnes ; Moodle refuserait le fichier entier.",
                "The row does not have fourteen columns; Moodle would refuse the whole file.", line=line,
                cure=("Complétez la ligne par des virgules.", "Complete the row with commas."),
            )  # fmt: skip
        self.kinds = [kind.strip() for kind in self.cell(head, 13).split(",") if kind.strip()]
        return self.framework(head_line, head, body)

    def framework(self, line: int, head: list[str], body: list[tuple[int, list[str]]]) -> ReadResult:
        title = self.cell(head, 2).strip() or self.cell(head, 1).strip()
        _, description, _ = self.description(head, line, "")
        levels = self.levels(head, line, "")
        items = self.items(body)
        plain = {
            "id": own_slug(self.cell(head, 1) or title),
            "version": "1",
            "language": self.language,
            "title": {self.language: title},
            "description": {self.language: description} if description else None,
            "verification": unverified(
                "Lu dans un export CSV de Moodle ; non comparé à la publication d'origine.",
                "Read from a CSV export of Moodle; not compared with the original publication.", self.language,
            ),
            "levels": levels,
            "scales": list(self.scales.values()),
            "items": items,
            "associations": self.related(body, items),
        }  # fmt: skip
        self.findings.tell(
            "version", "guessed", "Moodle ne dit ni la version ni la langue : version « 1 », langue « {lang} ».",
            "Moodle says neither version nor language: version `1`, language `{lang}`.", line=line, lang=self.language,
            severity="note",
        )  # fmt: skip
        result = from_tree(plain, self.findings.path, self.findings.told())
        return type(result)(result.framework, result.problems, NAME)

    @staticmethod
    def cell(row: list[str], index: int) -> str:
        return without_mark(row[index]) if index < len(row) else ""

    # -- items ---------------------------------------------------------------------------------------------------------

    def items(self, body: list[tuple[int, list[str]]]) -> list[dict[str, Any]]:
        coded = [(line, row, self.code(line, row)) for line, row in body]
        loose = _loosely_equal([said for said in self.by_said if said])
        found = [self.item(line, row, code) for line, row, code in coded]
        parents = {item["code"]: item.get("parent", "") for item in found}
        for item in found:
            item["kind"] = self.kind(item["code"], parents)
        for twin, other in loose:
            self.findings.tell(
                "loose-equal", "", "Les codes « {twin} » et « {other} » sont égaux pour Moodle (comparaison numérique de PHP).",
                "The codes `{twin}` and `{other}` are equal to Moodle (PHP compares them as numbers).",
                cure=(
                    "Nous les gardons distincts ; dans Moodle, chacun recevrait aussi les éléments rangés sous l'autre.",
                    "We keep them apart; in Moodle each would also get the items that stand under the other.",
                ),
                code=twin, twin=twin, other=other,
            )  # fmt: skip
        return found

    def code(self, line: int, row: list[str]) -> str:
        said = self.cell(row, 1)
        restored = said.removesuffix(".")
        if said.endswith(".") and _numeric(restored):  # our own writer kept 1.10 apart from 1.1 that way
            code = self.codes.give(restored, line)
        else:
            code = self.codes.give(said, line)
        self.by_said.setdefault(said, code)
        if export := self.cell(row, 11):
            self.by_export[export] = code
        return code

    def item(self, line: int, row: list[str], code: str) -> dict[str, Any]:
        parent_said = self.cell(row, 0)
        parent = self.by_said.get(parent_said, "") if parent_said else ""
        if parent_said and not parent:
            self.findings.tell(
                "orphan", "moved", "L'élément « {code} » est rangé sous « {parent} », qui n'existe pas : il est gardé à la racine.",
                "The item `{code}` stands under `{parent}`, which does not exist: it is kept at the top.", line=line,
                code=code, parent=parent_said,
                cure=("Moodle le perdrait en silence. Corrigez la première colonne.", "Moodle would lose it in silence. Correct the first column."),
            )  # fmt: skip
        statement, notes, descriptors = self.description(row, line, code)
        scale = self.scale(row, line, code)
        item: dict[str, Any] = {
            "code": code,
            "parent": parent,
            "statement": statement or self.cell(row, 2).strip() or code,
        }
        if notes:
            item["notes"] = notes
        if scale:
            item["scale"] = scale
        if descriptors:
            item["levels"] = descriptors
        if completion := self.completion(row, line, code):
            item["completion"] = completion
        return item

    def kind(self, code: str, parents: dict[str, str]) -> str:
        depth, at, seen = 0, parents.get(code, ""), {code}
        while at and at not in seen:
            seen.add(at)
            depth, at = depth + 1, parents.get(at, "")
        return self.kinds[depth] if depth < len(self.kinds) else "competency"

    def description(self, row: list[str], line: int, code: str) -> tuple[str, str, dict[str, str]]:
        """Statement (where our writer had to shorten it), notes, level descriptors."""
        html = self.cell(row, 3)
        statement = _between(html, f'<p class="{STATEMENT}">', "</p>")
        notes = _between(html, f'<p class="{NOTES}">', "</p>")
        levels = _between(html, f'<dl class="{LEVELS}">', "</dl>")
        if statement is None and notes is None and levels is None:
            text, lost = plain_text(html) if self.cell(row, 4) in {"", "1"} else (html.strip(), frozenset())
            if lost:
                self.findings.tell(
                    "formatting", "dropped", "La mise en forme de la description n'est pas reprise : {tags}.",
                    "The formatting of the description is not kept: {tags}.", line=line, code=code,
                    tags=", ".join(sorted(lost)), severity="note",
                )  # fmt: skip
            return "", text, {}
        descriptors = {}
        for pair in (levels or "").split("<dt>")[1:]:
            name, _, said = pair.partition("</dt><dd>")
            descriptors[_level_id(from_paragraph(name))] = from_paragraph(said.removesuffix("</dd>"))
        return from_paragraph(statement or ""), from_paragraph(notes or ""), descriptors

    # -- scales and rules ----------------------------------------------------------------------------------------------

    def levels(self, row: list[str], line: int, code: str) -> list[dict[str, Any]]:
        names = [name.strip() for name in self.cell(row, 5).split(",") if name.strip()]
        settings = {entry.get("id"): entry for entry in _json_list(self.cell(row, 6)) if isinstance(entry, dict)}
        if self.cell(row, 6) and not settings:
            self.findings.tell(
                "scale", "dropped", "La configuration de l'échelle n'est pas du JSON lisible : niveaux acquis inconnus.",
                "The scale configuration is not readable JSON: which steps are proficient is unknown.", line=line, code=code,
            )  # fmt: skip
        levels, taken = [], Codes(Findings(NAME))
        for n, name in enumerate(names, start=1):
            entry = settings.get(n) or {}
            levels.append(
                {
                    "id": taken.give(_level_id(name)), "title": name, "proficient": bool(entry.get("proficient")),
                    "default": bool(entry.get("scaledefault")),
                }
            )  # fmt: skip
        return levels

    def scale(self, row: list[str], line: int, code: str) -> str:
        values = self.cell(row, 5)
        if not values:
            return ""
        key = values + "\0" + self.cell(row, 6)
        if key not in self.scales:
            name = f"scale-{len(self.scales) + 1}"
            self.scales[key] = {"id": name, "levels": self.levels(row, line, code)}
        return str(self.scales[key]["id"])

    def completion(self, row: list[str], line: int, code: str) -> dict[str, Any] | None:
        kind, outcome = self.cell(row, 7), self.cell(row, 8)
        if not kind:
            return None
        settings = _json(self.cell(row, 9))
        rule: dict[str, Any] = {"outcome": OUTCOMES[int(outcome)] if outcome in {"0", "1", "2", "3"} else "none"}
        if kind == RULE_ALL:
            return rule | {"kind": "all"}
        parts = settings.get("competencies") if isinstance(settings, dict) else None
        base = settings.get("base") if isinstance(settings, dict) else None
        if kind == RULE_POINTS and isinstance(parts, list) and isinstance(base, dict):
            known = [
                {"code": self.by_export[str(part.get("id"))], "points": part.get("points"), "required": bool(part.get("required"))}
                for part in parts if isinstance(part, dict) and str(part.get("id")) in self.by_export
            ]  # fmt: skip
            if len(known) == len(parts):
                return rule | {"kind": "points", "points": base.get("points"), "parts": known}
        self.findings.tell(
            "rule", "dropped", "La règle de « {code} » ({kind}) n'est pas reprise : elle cite des éléments inconnus ou n'est pas lisible.",
            "The rule of `{code}` ({kind}) is not kept: it names unknown items or is not readable.", line=line, code=code,
            kind=kind,
        )  # fmt: skip
        return None

    def related(self, body: list[tuple[int, list[str]]], items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        seen: set[frozenset[str]] = set()
        found = []
        for (line, row), item in zip(body, items, strict=True):
            for raw in self.cell(row, 10).split(","):
                said = raw.replace("%2C", ",")
                if not said:
                    continue
                other = self.by_said.get(said)
                pair = frozenset((item["code"], other or ""))
                if other is None:
                    self.findings.tell(
                        "relation", "dropped", "« {code} » renvoie à « {other} », qui n'existe pas.",
                        "`{code}` refers to `{other}`, which does not exist.", line=line, code=item["code"], other=said,
                    )  # fmt: skip
                elif pair not in seen and other != item["code"]:
                    seen.add(pair)  # Moodle's relation has no direction and is exported on both sides
                    found.append({"kind": "isRelatedTo", "origin": item["code"], "destination": other})
        return found


def _between(text: str, start: str, end: str) -> str | None:
    _, found, rest = text.partition(start)
    return rest.partition(end)[0] if found else None


def _level_id(title: str) -> str:
    return own_slug(title, "niveau")


def _numeric(text: str) -> bool:
    try:
        return bool(text) and text == text.strip() and float(text) is not None and text[:1] in "+-.0123456789"
    except ValueError:
        return False


def _loosely_equal(codes: list[str]) -> list[tuple[str, str]]:
    """Pairs of different codes that PHP's ``==`` finds equal: numeric strings of the same value."""
    by_value: dict[float, str] = {}
    pairs = []
    for code in codes:
        if _numeric(code):
            twin = by_value.setdefault(float(code), code)
            if twin != code:
                pairs.append((twin, code))
    return pairs


def _json(text: str) -> Any:
    try:
        return json.loads(text) if len(text) < 1_000_000 else None
    except (ValueError, RecursionError):
        return None


def _json_list(text: str) -> list[Any]:
    found = _json(text)
    return found if isinstance(found, list) else []
