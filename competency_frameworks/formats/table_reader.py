"""The sheets of a spreadsheet -> Framework: headers recognised by many names, parents found, every change told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from competency_frameworks.formats.collect import Codes, Findings, own_slug, unverified
from competency_frameworks.formats.plain import from_tree
from competency_frameworks.formats.tree_values import LANGUAGE, VERSION
from competency_frameworks.model import ASSOCIATION_KINDS
from competency_frameworks.problems import ReadResult
from competency_frameworks.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "table"
ALIASES = {
    "code": "code id identifiant numero numero_code humancodingscheme human_coding_scheme notation reference idnumber",
    "statement": "enonce statement intitule competence titre title libelle fullstatement full_statement texte learning_outcome",
    "parent": "parent range_sous parent_code code_parent is_child_of ischildof sous",
    "kind": "type kind nature cfitemtype item_type",
    "notes": "notes note description precisions commentaire explication",
    "short": "libelle_court short abbreviatedstatement abbreviated_statement short_name",
    "order": "ordre order sequencenumber sequence_number rang",
    "keywords": "mots_cles keywords conceptkeywords tags",
    "level": "niveau level",
}
_COLUMNS = {name: field_name for field_name, names in ALIASES.items() for name in names.split()}
_PREFERENCE = ("identifier",)  # OpenSALT's UUID column: a code only where no better one is there
SHEETS = {"referentiel": "framework", "framework": "framework", "niveaux": "levels", "levels": "levels", "publics": "audiences",
          "audiences": "audiences", "relations": "associations", "associations": "associations", "elements": "items",
          "items": "items"}  # fmt: skip
_TOP = {"id": "id", "identifiant": "id", "version": "version", "langue": "language", "language": "language", "titre": "title",
        "title": "title", "description": "description", "licence": "licence", "license": "licence", "statut": "status",
        "status": "status", "source": "source.title", "editeur": "source.publisher", "publisher": "source.publisher",
        "adresse": "source.url", "url": "source.url", "date": "source.date"}  # fmt: skip
Row = tuple[int, list[str]]


@dataclass(slots=True)
class Book:
    """The sheets of a file by what they hold; a CSV is one sheet of items."""

    sheets: dict[str, list[Row]] = field(default_factory=dict)
    language: str = "fr"


class TableReader:
    """Reads the sheets of one file into a framework."""

    def __init__(self, book: Book, findings: Findings) -> None:
        self.book = book
        self.findings = findings
        self.codes = Codes(findings)
        self.top = self.framework()
        self.language = self.top.setdefault("language", book.language)
        self.levels = self.level_rows()

    def read(self) -> ReadResult:
        rows = self.book.sheets.get("items", [])
        columns = self.columns(rows[0][1]) if rows else {}
        if "statement" not in {name for name, _ in columns.values()}:
            return self.findings.refuse(
                "Aucune colonne « Énoncé » (ou Intitulé, Statement, fullStatement…) dans la première ligne.",
                "No column `Statement` (or Title, fullStatement…) in the first row.",
                ("Nommez au moins les colonnes Code et Énoncé.", "Name at least the columns Code and Statement."),
            )  # fmt: skip
        items = self.items(rows[1:], columns)
        title = (
            re.sub(r"\.(csv|xlsx|json)$", "", re.split(r"[\\/]", self.findings.path)[-1], flags=re.IGNORECASE)
            or "Tableau"
        )
        for name, said in (("id", own_slug(title)), ("version", "1"), ("title", title)):
            if name not in self.top:
                self.top[name] = said
                self.findings.tell(
                    "framework", "guessed", "Le tableau ne dit pas « {name} » : « {said} ».", "The table does not say `{name}`: `{said}`.",
                    name=name, said=said, severity="note",
                )  # fmt: skip
        if not VERSION.fullmatch(str(self.top["version"])):
            self.top["version"] = "1"
        plain = self.top | {
            "levels": self.levels, "items": items, "associations": self.associations(), "audiences": self.audiences(),
            "verification": unverified(
                "Lu dans un tableau ; non comparé à une publication.", "Read from a spreadsheet; not compared with a publication.",
                self.language,
            ),
        }  # fmt: skip
        languages = {lang for name, lang in columns.values() if lang and lang != self.language}
        plain["translations"] = dict.fromkeys(sorted(languages), "unofficial")
        result = from_tree(plain, self.findings.path, self.findings.told())
        return ReadResult(result.framework, result.problems, NAME)

    # -- headers -------------------------------------------------------------------------------------------------------

    def columns(self, header: list[str]) -> dict[int, tuple[str, str]]:
        """Position -> (field, language or level); each field once, unknown columns told."""
        found: dict[int, tuple[str, str]] = {}
        for n, said in enumerate(header):
            name, extra = self.column(said)
            if name and (name, extra) not in found.values():
                found[n] = (name, extra)
            elif said.strip() and folded(said).replace(" ", "_") not in _PREFERENCE:
                self.findings.tell(
                    "column", "dropped", "La colonne « {said} » n'est pas reprise.", "The column `{said}` is not kept.", said=said,
                    severity="note",
                )  # fmt: skip
        names = {name for name, _ in found.values()}
        for n, said in enumerate(header):
            slug = folded(said).replace(" ", "_")
            if "code" not in names and slug in _PREFERENCE:
                found[n] = ("code", "")
            elif "statement" not in names and slug.startswith(("title_", "titre_")):
                found[n] = ("statement", "")
                names.add("statement")
                self.findings.tell(
                    "column",
                    "guessed",
                    "La colonne « {said} » est prise pour l'énoncé.",
                    "The column `{said}` is taken for the statement.",
                    said=said,
                )
        return found

    def column(self, said: str) -> tuple[str, str]:
        level = re.fullmatch(r"\s*(?:niveau|level)\s*[:：]\s*(.+?)(?:\s*\(([A-Za-z-]+)\))?\s*", said, re.IGNORECASE)
        if level:
            step = self.step(level[1])
            return (f"levels.{step}", self.lang(level[2])) if step else ("", "")
        bracket = re.fullmatch(r"(.*?)\s*[\(\[]([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)[\)\]]\s*", said)
        name, lang = (bracket[1], bracket[2]) if bracket else (said, "")
        found = _COLUMNS.get(folded(name).replace(" ", "_"), "")
        return (found, self.lang(lang)) if found in {"statement", "notes", "short"} else (found, "")

    def lang(self, said: str | None) -> str:
        return said if said and LANGUAGE.fullmatch(said) and said != self.language else ""

    def step(self, said: str) -> str:
        """The id of a level by its id or title; a level that no sheet names is added to the scale."""
        wanted = folded(said)
        for level in self.levels:
            titles = level["title"].values() if isinstance(level["title"], dict) else (level["title"],)
            if wanted == folded(str(level["id"])) or wanted in {folded(title) for title in titles}:
                return str(level["id"])
        if "levels" in self.book.sheets:
            return ""
        name = own_slug(said, f"niveau-{len(self.levels) + 1}")
        self.levels.append({"id": name, "title": said.strip()})
        return name

    # -- items ---------------------------------------------------------------------------------------------------------

    def items(self, rows: list[Row], columns: dict[int, tuple[str, str]]) -> list[dict[str, Any]]:
        found: list[tuple[int, dict[str, Any]]] = []
        by_said: dict[str, str] = {}
        for line, row in rows:
            said: dict[str, dict[str, str]] = {}
            for n, (name, lang) in columns.items():
                if n < len(row) and row[n].strip():
                    said.setdefault(name, {})[lang or self.language] = row[n].strip()
            one = {name: texts.get(self.language, "") for name, texts in said.items()}
            if "statement" not in said:
                self.findings.tell(
                    "row", "dropped", "La ligne n'a pas d'énoncé.", "The row has no statement.", line=line, code=one.get("code", ""),
                )  # fmt: skip
                continue
            code = self.codes.give(one.get("code", ""), line)
            by_said.setdefault(one.get("code") or code, code)
            found.append((line, self.item(code, one, said, line)))
        self.parents(found, by_said, has_column="parent" in {name for name, _ in columns.values()})
        return [item for _, item in found]

    def item(self, code: str, one: dict[str, str], said: dict[str, dict[str, str]], line: int) -> dict[str, Any]:
        statement = said["statement"]
        if self.language not in statement:
            statement = {**statement, self.language: next(iter(statement.values()))}
        item: dict[str, Any] = {
            "code": code,
            "statement": statement,
            "parent": one.get("parent", ""),
            "kind": one.get("kind"),
        }
        item |= {name: said[name] for name in ("notes", "short") if name in said}
        if re.fullmatch(r"-?[0-9]{1,6}(\.0)?", one.get("order", "")):
            item["order"] = int(float(one["order"]))
        if words := [word.strip() for word in re.split(r"[;,|]", one.get("keywords", "")) if word.strip()]:
            item["keywords"] = words
        if "level" in one and (step := self.step(one["level"])):
            item["level"] = step
        elif "level" in one:
            self.findings.tell(
                "level",
                "dropped",
                "Le niveau « {said} » n'est pas dans la feuille Niveaux.",
                "The level `{said}` is not in the sheet of levels.",
                line=line,
                code=code,
                said=one["level"],
            )
        levels = {name.partition(".")[2]: texts for name, texts in said.items() if name.startswith("levels.")}
        return item | ({"levels": levels} if levels else {})

    def parents(self, found: list[tuple[int, dict[str, Any]]], by_said: dict[str, str], *, has_column: bool) -> None:
        stated = has_column and any(item["parent"] for _, item in found)
        known = {item["code"] for _, item in found}
        guessed = 0
        for line, item in found:
            said = item["parent"]
            if said and said not in by_said:
                self.findings.tell(
                    "orphan", "moved", "« {code} » est rangé sous « {parent} », qui n'existe pas : il est gardé à la racine.",
                    "`{code}` stands under `{parent}`, which does not exist: it is kept at the top.", line=line, code=item["code"], parent=said,
                )  # fmt: skip
            item["parent"] = by_said.get(said, "")
            if not stated:
                above = _above(item["code"], known)
                guessed += bool(above)
                item["parent"] = above
        if guessed:
            self.findings.tell(
                "parents", "guessed", "Rien ne dit qui est rangé sous qui : {n} éléments le sont d'après leur code (1.1 sous 1).",
                "Nothing says what stands under what: {n} items are placed by their code (1.1 under 1).", n=guessed,
            )  # fmt: skip

    # -- other sheets --------------------------------------------------------------------------------------------------

    def framework(self) -> dict[str, Any]:
        top: dict[str, Any] = {}
        rows = self.book.sheets.get("framework", [])
        language = next(
            (row[1] for _, row in rows if len(row) > 1 and _TOP.get(folded(row[0])) == "language"), self.book.language
        )
        self.language = language if LANGUAGE.fullmatch(language) else self.book.language
        for line, row in rows:
            bracket = re.fullmatch(r"(.*?)\s*\(([A-Za-z-]+)\)\s*", row[0])
            name = _TOP.get(folded(bracket[1] if bracket else row[0]))
            value = row[1].strip() if len(row) > 1 else ""
            if name is None or not value:
                if value:
                    self.findings.tell(
                        "top",
                        "dropped",
                        "« {said} » n'est pas repris.",
                        "`{said}` is not kept.",
                        line=line,
                        said=row[0],
                        severity="note",
                    )
            elif name in {"title", "description"}:
                top.setdefault(name, {})[bracket[2] if bracket else self.language] = value
            elif name.startswith("source."):
                top.setdefault("source", {})[name.partition(".")[2]] = value
            else:
                top[name] = value
        top["language"] = self.language
        return top

    def sheet(self, name: str, names: dict[str, str]) -> Iterator[tuple[int, dict[str, dict[str, str]]]]:
        """Rows of a sheet as field -> language -> text."""
        rows = self.book.sheets.get(name, [])
        header: dict[int, tuple[str, str]] = {}
        for n, said in enumerate(rows[0][1] if rows else []):
            bracket = re.fullmatch(r"(.*?)\s*\(([A-Za-z-]+)\)\s*", said)
            known = names.get(folded(bracket[1] if bracket else said))
            if known:
                header[n] = (known, bracket[2] if bracket else self.language)
        for line, row in rows[1:]:
            found: dict[str, dict[str, str]] = {}
            for n, (field_name, lang) in header.items():
                if n < len(row) and row[n].strip():
                    found.setdefault(field_name, {})[lang] = row[n].strip()
            yield line, found

    def one(self, found: dict[str, dict[str, str]], name: str) -> str:
        return found.get(name, {}).get(self.language, "")

    def level_rows(self) -> list[dict[str, Any]]:
        names = {"id": "id", "identifiant": "id", "titre": "title", "title": "title", "description": "description", "ordre": "order", "order": "order",
                 "points": "points", "acquis": "proficient", "proficient": "proficient", "par defaut": "default", "default": "default"}  # fmt: skip
        levels = []
        for _, found in self.sheet("levels", names):
            title = found.get("title") or {self.language: self.one(found, "id")}
            level: dict[str, Any] = {
                "id": self.one(found, "id") or own_slug(next(iter(title.values()), ""), "niveau"),
                "title": title,
            }
            level |= {name: found[name] for name in ("description",) if name in found}
            level |= {name: self.one(found, name) for name in ("order", "points") if name in found}
            level |= {
                name: folded(self.one(found, name)) in {"oui", "yes", "1", "true", "x"}
                for name in ("proficient", "default")
            }
            levels.append(level)
        return levels

    def audiences(self) -> list[dict[str, Any]]:
        names = {"pour qui": "who", "who": "who", "pour quoi": "purpose", "purpose": "purpose"}
        return [found for _, found in self.sheet("audiences", names) if found]

    def associations(self) -> list[dict[str, Any]]:
        names = {"type": "kind", "kind": "kind", "de": "origin", "origin": "origin", "vers": "destination", "destination": "destination",
                 "note": "note", "force": "strength", "strength": "strength"}  # fmt: skip
        links = []
        for line, found in self.sheet("associations", names):
            one = {name: self.one(found, name) for name in ("kind", "origin", "destination", "strength")}
            if one["kind"] not in ASSOCIATION_KINDS or not one["origin"] or not one["destination"]:
                self.findings.tell(
                    "relation",
                    "dropped",
                    "La relation est incomplète ou de type inconnu : « {kind} ».",
                    "The relation is incomplete or of an unknown type: `{kind}`.",
                    line=line,
                    kind=one["kind"],
                )
                continue
            target = (
                {"uri": one["destination"]} if re.match(r"https?://|urn:", one["destination"]) else one["destination"]
            )
            source = {"uri": one["origin"]} if re.match(r"https?://|urn:", one["origin"]) else one["origin"]
            links.append({**one, "origin": source, "destination": target, "note": found.get("note")})
        return links


def _above(code: str, known: set[str]) -> str:
    """The longest known code of which ``code`` is a continuation after ``.`` or ``-``."""
    parts = re.split(r"([.\-])", code)
    for end in range(len(parts) - 2, 0, -2):
        candidate = "".join(parts[:end])
        if candidate in known:
            return candidate
    return ""
