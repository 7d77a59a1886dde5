"""DigComp 3.0: the official data supplement of the Joint Research Centre, as JSON-LD or XLSX (24 November 2025)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from competency_frameworks.formats.collect import Codes, Findings
from competency_frameworks.formats.plain import from_tree
from competency_frameworks.problems import ReadResult

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "digcomp-jsonld"
MAX_BYTES = 20_000_000
SOURCE = {
    "title": "DigComp 3.0: European Digital Competence Framework (JRC144121), data supplement",
    "publisher": "European Commission, Joint Research Centre",
    "url": "https://doi.org/10.2760/0001149",
    "date": "2025-11-24",
}
_NO_AI = "AI not Implicit or Explicit"


def read_digcomp(data: bytes, path: str = "") -> ReadResult:
    """Read the official JSON-LD: areas, competences, the two scales, statements, learning outcomes, glossary."""
    findings = Findings(NAME, path)
    cure = ("Reprenez le fichier officiel du JRC.", "Take the official file of the JRC again.")
    try:
        graph = json.loads(data.decode("utf-8-sig")).get("@graph") if len(data) <= MAX_BYTES else None
    except (ValueError, AttributeError, RecursionError):
        graph = None
    nodes = [node for node in graph if isinstance(node, dict)] if isinstance(graph, list) else []
    if not any(node.get("@type") == "CompetenceArea" for node in nodes):
        return findings.refuse(
            "Ce n'est pas le JSON-LD de DigComp 3.0.", "This is not the JSON-LD of DigComp 3.0.", cure
        )
    return _DigComp(nodes, findings).read()


SUPPLEMENT = frozenset(
    (
        "1 Competence Areas&Competences",
        "2 Proficiency Levels",
        "3 Competence Statements",
        "4 Learning Outcomes",
        "5 Glossary",
    )
)
_XLSX = {
    "2 Proficiency Levels": ("ProficiencyLevel", {
        "Proficiency level name": "four_levels_name", "Four level proficiency level description": "four_levels_description",
        "Purpose": "applies_to", "Eight level mapping": "eight_levels_mapping", "Six level mapping": "six_levels_mapping",
        "Eight level proficiency level description": "eight_levels_description",
    }),
    "3 Competence Statements": ("CompetenceStatement", {
        "Competence statement ID": "@id", "Competence statement": "description", "Competence number": "competence_id",
        "Proficiency level name": "four_levels_proficiency_name", "AI label": "ai_label",
    }),
    "4 Learning Outcomes": ("LearningOutcome", {
        "Learning Outcome ID": "@id", "Learning Outcome": "description", "Competence number": "competence_id",
        "Proficiency level": "four_levels_proficiency_name", "Knowledge skill or attitude": "type", "AI label": "ai_label",
    }),
    "5 Glossary": ("Glossary", {"Term": "@id", "Explanation": "explanation"}),
}  # fmt: skip


def read_supplement(sheets: dict[str, list[tuple[int, list[str]]]], path: str = "") -> ReadResult:
    """Read the same supplement as a workbook: its sheets by name, each a list of (line, cells)."""
    nodes: list[dict[str, Any]] = []
    first = sheets["1 Competence Areas&Competences"]
    for _, row in first[1:]:
        area, area_name, area_text, code, name, text = (*row, *[""] * 6)[:6]
        if not any(node["@type"] == "CompetenceArea" and node["@id"] == area for node in nodes):
            nodes.append({"@type": "CompetenceArea", "@id": area, "name": area_name, "description": area_text})
        nodes.append(
            {"@type": "Competence", "@id": code, "name": name, "description": text, "competence_area_id": area}
        )
    for sheet, (kind, names) in _XLSX.items():
        rows = sheets[sheet]
        header = [names.get(cell.strip(), "") for cell in rows[0][1]] if rows else []
        for _, row in rows[1:]:
            nodes.append(
                {"@type": kind} | {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}
            )
    return _DigComp(nodes, Findings(NAME, path)).read()


class _DigComp:
    def __init__(self, nodes: list[dict[str, Any]], findings: Findings) -> None:
        self.findings = findings
        self.codes = Codes(findings)
        self.nodes = nodes

    def of(self, kind: str) -> Iterator[dict[str, Any]]:
        return (node for node in self.nodes if node.get("@type") == kind)

    def read(self) -> ReadResult:
        known = {
            "CompetenceArea",
            "Competence",
            "ProficiencyLevel",
            "CompetenceStatement",
            "LearningOutcome",
            "Glossary",
        }
        for kind in sorted({str(node.get("@type")) for node in self.nodes} - known):
            self.findings.tell(
                "kind",
                "dropped",
                "Les entrées de type « {kind} » ne sont pas reprises.",
                "Entries of type `{kind}` are not kept.",
                kind=kind,
            )
        plain = {
            "id": "digcomp", "version": "3.0", "language": "en",
            "title": "DigComp 3.0: European Digital Competence Framework",
            "source": SOURCE, "licence": "CC-BY-4.0",
            "verification": {
                "status": "secondary source",
                "note": {
                    "en": "Read from a file with the shape of the official data supplement of 24 November 2025; not compared with it.",
                    "fr": "Lu dans un fichier qui a la forme du supplément de données officiel du 24 novembre 2025 ; non comparé avec lui.",
                },
            },
            "levels": list(self.eight()), "scales": [{"id": "four", "title": "Four levels", "levels": list(self.four())}],
            "items": [*self.areas(), *self.competences(), *self.outcomes()],
            "glossary": [
                {"term": _tail(node), "explanation": str(node.get("explanation") or "")} for node in self.of("Glossary")
            ],
        }  # fmt: skip
        result = from_tree(plain, self.findings.path, self.findings.told())
        return ReadResult(result.framework, result.problems, NAME)

    def areas(self) -> Iterator[dict[str, Any]]:
        for node in self.of("CompetenceArea"):
            yield {
                "code": self.codes.give(_tail(node)),
                "kind": "domain",
                "statement": _say(node, "name"),
                "notes": _say(node, "description"),
            }

    def competences(self) -> Iterator[dict[str, Any]]:
        for node in self.of("Competence"):
            yield {
                "code": self.codes.give(_tail(node)), "kind": "competency", "parent": _tail(node, "competence_area_id"),
                "statement": _say(node, "name"), "notes": _say(node, "description"),
            }  # fmt: skip

    def outcomes(self) -> Iterator[dict[str, Any]]:
        """Statements and learning outcomes, under their competence, each at a step of the four-step scale."""
        for kind in ("CompetenceStatement", "LearningOutcome"):
            for node in self.of(kind):
                label = _say(node, "ai_label")
                yield {
                    "code": self.codes.give(_tail(node)), "kind": _say(node, "type").lower() or "statement",
                    "parent": _tail(node, "competence_id"), "statement": _say(node, "description"), "scale": "four",
                    "level": _step(_tail(node, "four_levels_proficiency_name")),
                    "keywords": [label] if label and label != _NO_AI else None,
                }  # fmt: skip

    def eight(self) -> Iterator[dict[str, Any]]:
        rows = sorted(self.of("ProficiencyLevel"), key=lambda node: _whole(node.get("eight_levels_mapping")))
        for node in rows:
            number = str(node.get("eight_levels_mapping"))
            yield {
                "id": number, "title": f"{_say(node, 'four_levels_name')} {number} ({_say(node, 'six_levels_mapping')})",
                "description": _say(node, "eight_levels_description"), "points": number,
            }  # fmt: skip

    def four(self) -> Iterator[dict[str, Any]]:
        seen: dict[str, dict[str, Any]] = {}
        for node in sorted(self.of("ProficiencyLevel"), key=lambda node: _whole(node.get("eight_levels_mapping"))):
            seen.setdefault(_say(node, "four_levels_name"), node)
        for name, node in seen.items():
            said = " ".join(filter(None, (_say(node, "four_levels_description"), _say(node, "applies_to"))))
            yield {"id": _step(name), "title": name, "description": said}


def _whole(said: Any) -> int:
    text = str(said)
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _say(node: dict[str, Any], name: str) -> str:
    said = node.get(name)
    return said.strip() if isinstance(said, str) else "" if said is None else str(said)


def _tail(node: dict[str, Any], name: str = "@id") -> str:
    return _say(node, name).rpartition("/")[2]


def _step(name: str) -> str:
    return name.lower().replace(" ", "-")
