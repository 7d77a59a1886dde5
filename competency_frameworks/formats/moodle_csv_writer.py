"""Framework -> the CSV that Moodle's lpimportcsv imports whole (see ``moodle_csv`` for what its importer does)."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from competency_frameworks.formats.collect import Findings, lost_parts
from competency_frameworks.formats.html_text import paragraph
from competency_frameworks.formats.moodle_csv import (
    COLUMNS,
    LEVELS,
    NAME,
    NOTES,
    OUTCOMES,
    RULE_ALL,
    RULE_POINTS,
    STATEMENT,
    _loosely_equal,
)
from competency_frameworks.formats.php_csv import formula_mark, safe, write_rows
from competency_frameworks.model import ItemRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from competency_frameworks.model import Competency, Framework
    from competency_frameworks.problems import Problem
    from competency_frameworks.scales import Level

MOST = 100  # shorten_text(…, 100) of the importer
TAXONOMIES = frozenset(
    ("behaviour", "competency", "concept", "domain", "indicator", "level", "outcome", "practice", "proficiency", "skill", "value")
)  # fmt: skip
_HELD = (
    "levels", "scales", "completion", "descriptors", "notes", "related", "description", "order", "kind",
)  # fmt: skip


def write_moodle_csv(framework: Framework) -> tuple[Iterator[bytes], tuple[Problem, ...]]:
    """The file in pieces, and what Moodle cannot hold or had to be changed for it."""
    writer = _Writer(framework)
    rows = [list(COLUMNS), writer.head(), *(writer.row(item) for item in writer.ordered())]
    return write_rows([formula_mark(cell) for cell in row] for row in rows), writer.findings.told()


class _Writer:
    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.findings = Findings(NAME)
        self.numbers = self._id_numbers()
        self.exported = {item.code: str(n) for n, item in enumerate(framework.items, start=1)}
        self.scales = {scale.id: scale.levels for scale in framework.scales}
        self.made: dict[str, tuple[str, str]] = {}
        self.related: dict[str, list[str]] = {}
        self._associations()
        lost_parts(framework, self.findings, _HELD)

    def ordered(self) -> Iterator[Competency]:
        """Depth first: Moodle numbers siblings in the order it meets them, parents before children."""
        stack = list(reversed(self.framework.roots()))
        while stack:
            item = stack.pop()
            yield item
            stack.extend(reversed(self.framework.children(item.code)))

    def head(self) -> list[str]:
        framework = self.framework
        values, configuration = self._scale(framework.levels, "")
        description = framework.description.text(framework.language)
        return [
            "", self._plain(framework.id, ""), self._name(framework.title.text(framework.language), ""),
            paragraph(description, NOTES) if description else "", "1", values, configuration, "", "", "", "", "", "1",
            self._taxonomy(),
        ]  # fmt: skip

    def row(self, item: Competency) -> list[str]:
        framework = self.framework
        statement = item.statement.text(framework.language)
        name = self._name(statement, item.code)
        values, configuration = self._own_scale(item.scale)
        kind, outcome, settings = self._rule(item)
        return [
            self.numbers.get(item.parent, ""), self.numbers[item.code], name, self._description(item, statement, name), "1",
            values, configuration, kind, outcome, settings, ",".join(self.related.get(item.code, ())),
            self.exported[item.code], "", "",
        ]  # fmt: skip

    # -- names ---------------------------------------------------------------------------------------------------------

    def _id_numbers(self) -> dict[str, str]:
        codes = [item.code for item in self.framework.items]
        numbers = {code: self._plain(code, code) for code in codes}
        for twin, other in _loosely_equal(codes):
            for code in (twin, other):
                if numbers[code].endswith("."):
                    continue
                numbers[code] += "."
                self.findings.tell(
                    "loose-equal", "renamed", "Le code « {code} » s'écrit « {number} » : Moodle le confondrait avec « {other} ».",
                    "The code `{code}` is written `{number}`: Moodle would take it for `{other}`.", code=code,
                    number=numbers[code], other=other if code == twin else twin, severity="note",
                )  # fmt: skip
        return numbers

    def _plain(self, text: str, code: str) -> str:
        """PARAM_TEXT loses tags; PHP's escape character breaks some quotation marks."""
        clean = re.sub(r"<(?=[A-Za-z/!?])", "< ", re.sub(r"\s+", " ", text).strip())
        clean = safe(clean)
        if clean != text.strip():
            self.findings.tell(
                "text", "renamed", "Le texte de « {code} » est changé pour passer par Moodle (retours à la ligne, balises, barres obliques inverses).",
                "The text of `{code}` is changed so as to pass through Moodle (line breaks, tags, backslashes).",
                code=code or self.framework.id, severity="note",
            )  # fmt: skip
        return clean

    def _name(self, text: str, code: str) -> str:
        clean = self._plain(text, code)
        if len(clean) <= MOST:
            return clean
        self.findings.tell(
            "short-name", "shortened", "L'intitulé de « {code} » dépasse 100 signes : il est coupé, et donné entier dans la description.",
            "The title of `{code}` is over 100 characters: it is cut, and given whole in the description.",
            code=code or self.framework.id, severity="note",
        )  # fmt: skip
        return clean[: MOST - 1].rstrip().rstrip("\\") + "…"

    def _description(self, item: Competency, statement: str, name: str) -> str:
        language = self.framework.language
        parts = []
        if name != statement:
            parts.append(paragraph(statement, STATEMENT))
        if notes := item.notes.get(language):
            parts.append(paragraph(notes, NOTES))
        if item.levels:
            titles = {level.id: level.title.text(language) for level in self.framework.scale_of(item)}
            pairs = (
                f"<dt>{_inner(titles.get(entry.level, entry.level))}</dt><dd>{_inner(entry.description.text(language))}</dd>"
                for entry in item.levels
            )
            parts.append(f'<dl class="{LEVELS}">{"".join(pairs)}</dl>')
        return "".join(parts)

    # -- scales, rules, relations --------------------------------------------------------------------------------------

    def _own_scale(self, name: str) -> tuple[str, str]:
        """The cells of one of the further scales, made and told once; empty for the framework's own."""
        if name and name not in self.made:
            self.made[name] = self._scale(self.scales[name], name)
        return self.made.get(name, ("", ""))

    def _scale(self, levels: tuple[Level, ...], code: str) -> tuple[str, str]:
        """Scale values and configuration; Moodle wants one default and one proficient step at least."""
        ordered = sorted(levels, key=lambda level: level.order)
        if not ordered:
            self.findings.tell(
                "scale", "guessed", "Le référentiel n'a pas d'échelle ; Moodle en exige une : « Pas encore acquis, Acquis ».",
                "The framework has no scale; Moodle demands one: “Pas encore acquis, Acquis”.", severity="note",
            )  # fmt: skip
            return "Pas encore acquis,Acquis", _configuration([(True, False), (False, True)])
        language = self.framework.language
        names = [self._plain(level.title.text(language), code).replace(",", " ;") for level in ordered]
        if any("," in level.title.text(language) for level in ordered):
            self.findings.tell(
                "scale-comma", "renamed", "Un nom de niveau contient une virgule, que Moodle prend pour un séparateur : elle devient « ; ».",
                "The name of a step holds a comma, which Moodle takes for a separator: it becomes `;`.", code=code,
                severity="note",
            )  # fmt: skip
        marks = [(level.default, level.proficient) for level in ordered]
        if not any(default for default, _ in marks):
            marks[0] = (True, marks[0][1])
        if not any(proficient for _, proficient in marks):
            marks[-1] = (marks[-1][0], True)
        if marks != [(level.default, level.proficient) for level in ordered]:
            self.findings.tell(
                "scale-marks", "guessed", "Moodle exige un niveau par défaut et un niveau acquis : le premier et le dernier.",
                "Moodle demands a default and a proficient step: the first and the last.", code=code, severity="note",
            )  # fmt: skip
        return ",".join(names), _configuration(marks)

    def _rule(self, item: Competency) -> tuple[str, str, str]:
        rule = item.completion
        if rule is None:
            return "", "0", "null"
        outcome = str(OUTCOMES.index(rule.outcome))
        if rule.kind == "all":
            return RULE_ALL, outcome, "null"
        parts = [
            {"id": int(self.exported[part.code]), "points": part.points, "required": int(part.required)}
            for part in rule.parts
        ]
        return (
            RULE_POINTS,
            outcome,
            json.dumps({"base": {"points": rule.points}, "competencies": parts}, separators=(",", ":")),
        )

    def _associations(self) -> None:
        own = self.framework.key
        for link in self.framework.associations:
            codes = [
                node.code for node in (link.origin, link.destination)
                if isinstance(node, ItemRef) and (node.framework, node.version) == own and node.code in self.numbers
            ]  # fmt: skip
            if link.kind == "isRelatedTo" and len(codes) == 2 and codes[0] != codes[1]:
                for code, other in (codes, codes[::-1]):  # Moodle writes the relation on both sides
                    wanted = self.numbers[other].replace(",", "%2C")
                    if wanted not in self.related.setdefault(code, []):
                        self.related[code].append(wanted)

    def _taxonomy(self) -> str:
        depths: dict[int, Counter[str]] = {}
        depth = {"": -1}
        for item in self.ordered():
            depth[item.code] = depth.get(item.parent, -1) + 1
            depths.setdefault(depth[item.code], Counter())[item.kind] += 1
        words = []
        for level in range(len(depths)):
            kind = depths[level].most_common(1)[0][0]
            words.append(kind if kind in TAXONOMIES else "competency")
            strangers = set(depths[level]) - {words[-1]}
            if strangers:
                self.findings.tell(
                    "taxonomy", "dropped", "À la profondeur {depth}, Moodle n'a qu'un type : « {kind} » remplace {others}.",
                    "At depth {depth} Moodle has one type only: `{kind}` stands for {others}.", depth=level + 1, kind=words[-1],
                    others=", ".join(sorted(strangers)), severity="note",
                )  # fmt: skip
        return ",".join((words + ["competency"] * 4)[: max(4, len(words))])


def _inner(text: str) -> str:
    return paragraph(text, "").removeprefix('<p class="">').removesuffix("</p>")


def _configuration(marks: list[tuple[bool, bool]]) -> str:
    steps = [
        {"id": n, "scaledefault": int(default), "proficient": int(done)}
        for n, (default, done) in enumerate(marks, start=1)
    ]
    return json.dumps([{"scaleid": "1"}, *steps], separators=(",", ":"))
