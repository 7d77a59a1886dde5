"""What Moodle does with our CSV, step by step, written from its own code (admin/tool/lpimportcsv, lib/csvlib.class.php).

1. ``load_csv_content``: BOM off, line ends to LF, the whole trimmed; ``fgetcsv`` with the backslash as escape; every row
   must have as many columns as the first, or the file is refused.
2. The rows are stored again with ``fputcsv`` (``print_array``), a ``'`` before ``= + - @``, and read again: a value that PHP
   cannot write and read back breaks here.
3. ``framework_importer``: columns by position; the row whose 13th column is true is the framework; ID number and short name
   lose their tags and are cut at 100; ``$flat[$idnumber]`` keeps the last of a repeated number.
4. ``add_children``: parents and ID numbers are compared with ``==``: two numeric strings are compared as numbers.
5. ``create_competency``: a row without number or name is skipped with its children; a number taken twice throws.
6. ``set_rules``: ``migrate_config`` throws when a rule names an exported id that is not in the file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field


class MoodleError(Exception):
    pass


def fgetcsv(text: str) -> list[list[str]]:
    """PHP's reader, character by character: an independent one, not ours."""
    rows, row, at = [], [], 0
    while at < len(text):
        if text[at] == '"':
            at, cell = at + 1, ""
            while at < len(text):
                if text[at] == "\\" and at + 1 < len(text):
                    cell += text[at : at + 2]
                    at += 2
                elif text[at] == '"' and text[at + 1 : at + 2] == '"':
                    cell += '"'
                    at += 2
                elif text[at] == '"':
                    at += 1
                    break
                else:
                    cell += text[at]
                    at += 1
        else:
            cell = ""
        while at < len(text) and text[at] not in ",\n":
            cell += text[at]
            at += 1
        row.append(cell)
        if at >= len(text) or text[at] == "\n":
            rows.append(row)
            row = []
        at += 1
    if row:  # the file ends on a comma
        rows.append([*row, ""])
    return [row for row in rows if row != [""]]


def fputcsv(row: list[str]) -> str:
    cells = []
    for cell in row:
        if not re.search(r'[",\\\n\r\t ]', cell):
            cells.append(cell)
            continue
        out, escaped = "", False
        for sign in cell:
            if sign == "\\":
                escaped = True
            elif not escaped and sign == '"':
                out += '"'
            else:
                escaped = False
            out += sign
        cells.append(f'"{out}"')
    return ",".join(cells) + "\n"


def escape_spreadsheet_formula(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell


def clean_text(text: str) -> str:
    return re.sub(r"<[A-Za-z/!?][^>]*>?", "", text)  # strip_tags


def shorten_text(text: str) -> str:
    return text if len(text) <= 100 else text[:97] + "..."


def php_equal(one: str, other: str) -> bool:
    try:
        if one and other and one == one.strip() and other == other.strip():
            return float(one) == float(other)
    except ValueError:
        pass
    return one == other


@dataclass
class Record:
    parent: str
    number: str
    name: str
    description: str
    scale: str
    configuration: str
    rule: str
    outcome: str
    settings: str
    related: str
    exported: str
    children: list[Record] = field(default_factory=list)


@dataclass
class Imported:
    framework: Record
    competencies: dict[str, Record]
    parents: dict[str, str]
    order: list[str]


def moodle_import(data: bytes) -> Imported:
    text = data.decode("utf-8-sig")
    rows = fgetcsv(re.sub(r"\r\n?", "\n", text).strip())
    if any(len(row) != len(rows[0]) for row in rows):
        raise MoodleError("csvweirdcolumns")
    rows = fgetcsv("".join(fputcsv([escape_spreadsheet_formula(cell) for cell in row]) for row in rows))[1:]
    if any(len(row) != 14 for row in rows):
        raise MoodleError("the second reading does not find the columns again")
    framework, flat = None, {}
    for row in rows:
        record = Record(
            clean_text(row[0]), shorten_text(clean_text(row[1])), shorten_text(clean_text(row[2])), row[3], row[5], row[6], row[7],
            row[8], row[9], row[10], row[11],
        )  # fmt: skip
        if row[12] not in ("", "0"):
            framework = record
            taxonomies = row[13].split(",")
        else:
            flat[row[1]] = record
    if framework is None:
        raise MoodleError("invalidimportfile")
    known = [
        "behaviour",
        "competency",
        "concept",
        "domain",
        "indicator",
        "level",
        "outcome",
        "practice",
        "proficiency",
        "skill",
        "value",
    ]
    if any(word and word not in known for word in taxonomies):
        raise MoodleError("invalidtaxonomy")
    check_scale(framework)
    found = Imported(framework, {}, {}, [])
    add_children(framework, "", flat, 0)
    for child in framework.children:
        create(child, "", found)
    for record in found.competencies.values():
        check_rule(record, found)
    return found


def add_children(node: Record, number: str, flat: dict[str, Record], depth: int) -> None:
    if depth > 50:
        raise MoodleError("endless")
    for record in flat.values():
        if php_equal(record.parent, number):
            node.children.append(record)
            add_children(record, record.number, flat, depth + 1)


def create(record: Record, parent: str, found: Imported) -> None:
    if not record.number or not record.name:
        return
    if record.number in found.competencies:
        raise MoodleError("idnumbertaken")
    if record.scale:
        check_scale(record)
    found.competencies[record.number] = record
    found.parents[record.number] = parent
    found.order.append(record.number)
    for child in record.children:
        create(child, record.number, found)


def check_scale(record: Record) -> None:
    steps = json.loads(record.configuration)
    if "scaleid" not in steps[0] or len(steps) - 1 != len(record.scale.split(",")):
        raise MoodleError("errorscaleconfiguration")
    if not any(step["scaledefault"] for step in steps[1:]) or not any(step["proficient"] for step in steps[1:]):
        raise MoodleError("errorscaleconfiguration")


def check_rule(record: Record, found: Imported) -> None:
    if not record.rule:
        return
    if record.outcome not in ("0", "1", "2", "3"):
        raise MoodleError("ruleoutcome")
    if record.rule.endswith("competency_rule_points"):
        settings = json.loads(record.settings)
        exported = {one.exported: one.number for one in found.competencies.values()}
        parts = settings["competencies"]
        for part in parts:
            if str(part["id"]) not in exported:
                raise MoodleError("The competency id is not found in the matchids.")
            if found.parents[exported[str(part["id"])]] != record.number:
                raise MoodleError("not a child")
        if not 1 <= settings["base"]["points"] <= sum(part["points"] for part in parts):
            raise MoodleError("points")
