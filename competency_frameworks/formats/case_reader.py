"""CASE CFPackage, 1.0 or 1.1 -> Framework, taking what can be taken and saying what was changed or left out.

Real packages leave out codes, repeat them, use identifiers that are no UUID and link to nodes elsewhere; none of this
is a reason to refuse. Each record becomes plain data in the shape of our YAML, which the one reader then checks:
nothing of the package, its ``extensions`` included, reaches the model unchecked.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from competency_frameworks.formats.plain import from_tree
from competency_frameworks.formats.tree_values import DATE, LANGUAGE, URI, UUID, VERSION
from competency_frameworks.model import ASSOCIATION_KINDS, item_identifier
from competency_frameworks.problems import Act, Problem, ReadResult, Severity
from competency_frameworks.text import Translated, bilingual, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTENSION = "bouquet"
MAX_BYTES = 80_000_000
MAX_RECORDS = 80_000
_KEPT_OF_ITEM = frozenset((
    "identifier", "uri", "fullStatement", "humanCodingScheme", "CFItemType", "CFItemTypeURI", "abbreviatedStatement", "notes",
    "conceptKeywords", "language", "lastChangeDateTime", "extensions", "CFDocumentURI",
))  # fmt: skip
_KEPT_OF_DOCUMENT = frozenset((
    "identifier", "uri", "title", "description", "creator", "publisher", "version", "language", "adoptionStatus", "licenseURI",
    "officialSourceURL", "lastChangeDateTime", "statusStartDate", "extensions", "caseVersion", "frameworkType", "CFPackageURI",
))  # fmt: skip
UNDETERMINED = "und"  # BCP 47, for a package that does not say its language

_WRAPPERS = ("CFPackage", "data", "package", "result")
_FROM_EXTENSION = ("supersedes", "audiences", "levels", "scales", "rating", "glossary", "document_id", "address")
_STATUS = {"draft": "draft", "private draft": "draft", "deprecated": "deprecated"}


def read_case(data: bytes, path: str = "") -> ReadResult:
    """Read and check one CFPackage (UTF-8 JSON, at most 80 MB); what was changed or left out is told as warnings."""
    try:
        package = _load(data)
    except ValueError as error:
        message = bilingual("Le fichier n'est pas un paquet CASE lisible.", "The file is not a readable CASE package.")
        cure = bilingual(
            "Exportez-le à nouveau en JSON (CFPackage, UTF-8, moins de 80 Mo). Détail : {error}",
            "Export it again as JSON (CFPackage, UTF-8, under 80 MB). Detail: {error}",
            error=error,
        )
        return ReadResult(None, (Problem("case", "error", message, cure, path),))
    reader = _PackageReader(package, path)
    plain = reader.plain()
    result = from_tree(plain, path, tuple(reader.problems))
    return ReadResult(result.framework, result.problems, "case")


def _load(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise ValueError("too large")
    try:
        package = json.loads(data.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    for _ in range(3):  # some servers wrap the package: {"CFPackage": …}, {"data": …}, a list of one
        if isinstance(package, list) and len(package) == 1:
            package = package[0]
        elif isinstance(package, dict) and "CFDocument" not in package:
            package = next((package[name] for name in _WRAPPERS if isinstance(package.get(name), dict | list)), package)
    if not isinstance(package, dict) or not isinstance(package.get("CFDocument"), dict):
        raise ValueError("no CFDocument")  # noqa: TRY004 (the content is wrong, not a caller's type)
    for name in ("CFItems", "CFAssociations"):
        records = package.get(name)
        if isinstance(records, list) and len(records) > MAX_RECORDS:
            raise ValueError(f"more than {MAX_RECORDS} records in {name}")
    return package


class _PackageReader:
    def __init__(self, package: dict[str, Any], path: str) -> None:
        self.package = package
        self.path = path
        self.problems: list[Problem] = []
        self.document: dict[str, Any] = package["CFDocument"]
        self.extension = _extension(self.document)
        self.language = self.read_language()
        self.framework_id = self.extension.get("id") or self.made_id()
        self.taken: set[str] = set()
        self.repeats: Counter[str] = Counter()
        self.codes: dict[str, str] = {}  # identifier and uri of an item -> its code

    def plain(self) -> dict[str, Any]:
        document = self.document
        own = {name: self.extension[name] for name in _FROM_EXTENSION if name in self.extension}
        items = self.items()
        associations = self.associations(items)
        licence = document.get("licenseURI")
        self.tell_fields()
        if "glossary" not in own:
            own["glossary"] = self.glossary()
        if not self.extension:  # a package of another system: its own UUID and address are kept
            identifier, uri = _string(document, "identifier").lower(), _string(document, "uri")
            own["document_id"] = identifier if UUID.fullmatch(identifier) else ""
            own["address"] = uri if URI.fullmatch(uri) and uri != f"urn:uuid:{identifier}" else ""
        return own | {
            "format": 1,
            "id": self.framework_id,
            "version": self.version(),
            "language": self.language,
            "title": self.merged(self.extension, "title", _string(document, "title")),
            "description": self.merged(self.extension, "description", _string(document, "description")),
            "status": _STATUS.get(_string(document, "adoptionStatus").lower(), "adopted"),
            "source": self.extension.get("source") if self.extension else self.source(),
            "licence": _string(licence, "title") or _string(licence, "uri"),
            "verification": self.extension.get("verification") or self.verification(),
            "translations": self.extension.get("translations"),
            "items": items,
            "associations": associations,
        }

    # -- the document --------------------------------------------------------------------------------------------------

    def made_id(self) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", folded(_string(self.document, "title"))).strip("-")[:40]
        tail = re.sub(r"[^a-z0-9]", "", _string(self.document, "identifier").lower())[:8]
        return "-".join(part for part in ("case", slug.strip("-"), tail) if part)

    def read_language(self) -> str:
        said = _string(self.document, "language")
        language = said[:3].lower() + said[3:] if said else ""
        if LANGUAGE.fullmatch(language):
            return language
        self.warn(
            "case-language",
            bilingual("Le paquet ne dit pas sa langue.", "The package does not say its language."),
            bilingual(
                "Les textes sont gardés sans langue ; ajoutez « language » au CFDocument pour la fixer.",
                "Texts are kept without a language; add `language` to the CFDocument to set it.",
            ),
            severity="note",
            act="guessed",
        )
        return UNDETERMINED

    def version(self) -> str:
        said = re.sub(r"[^A-Za-z0-9._-]+", "-", _string(self.document, "version")).strip("-._")[:32]
        dated = _string(self.document, "lastChangeDateTime")[:10]
        return said or (dated if VERSION.fullmatch(dated) else "1")

    def source(self) -> dict[str, str]:
        document = self.document
        date = (_string(document, "statusStartDate") or _string(document, "lastChangeDateTime"))[:10]
        urls = (_string(document, "officialSourceURL"), _string(document, "uri"))
        return {
            "title": _string(document, "title"),
            "publisher": _string(document, "publisher") or _string(document, "creator"),
            "url": next((url for url in urls if URI.fullmatch(url)), ""),
            "date": date if DATE.fullmatch(date) else "",
        }

    def verification(self) -> dict[str, Any]:
        fr = "Lu dans un paquet CASE ; non comparé à la publication d'origine."
        en = "Read from a CASE package; not compared with the original publication."
        return {
            "status": "secondary source",
            "note": {"fr": fr, "en": en, self.language: en}
            if self.language not in {"fr", "en"}
            else {"fr": fr, "en": en},
        }

    # -- the items -----------------------------------------------------------------------------------------------------

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for position, record in enumerate(self.records("CFItems"), start=1):
            code = self.code(record, position)
            identifier, uri = _string(record, "identifier").lower(), _string(record, "uri")
            self.codes.update({key: code for key in (identifier, uri) if key})
            extension = _extension(record)
            made = item_identifier(str(self.framework_id), code)
            found.append(
                {
                    "code": code,
                    "kind": _string(record, "CFItemType") or _string(record.get("CFItemTypeURI"), "title"),
                    "statement": self.merged(extension, "statement", self.statement(record, code)),
                    "notes": self.merged(extension, "notes", _string(record, "notes")),
                    "short": self.merged(extension, "short", _string(record, "abbreviatedStatement")),
                    "keywords": extension.get("keywords") or _strings(record.get("conceptKeywords")),
                    "scale": extension.get("scale"),
                    "level": extension.get("level"),
                    "levels": extension.get("levels"),
                    "rating": extension.get("rating"),
                    "completion": extension.get("completion"),
                    "id": identifier if UUID.fullmatch(identifier) and identifier != made else "",
                    "uri": uri if URI.fullmatch(uri) and uri != f"urn:uuid:{identifier}" else "",
                }
            )
        return found

    def code(self, record: dict[str, Any], position: int) -> str:
        said = _string(record, "humanCodingScheme") or _string(record, "identifier")
        base = re.sub(r"[\s#@]+", "-", said)[:64].strip("-") or f"item-{position}"
        code = base
        while code in self.taken:
            self.repeats[base] += 1
            code = f"{base[:58]}-{self.repeats[base] + 1}"
        self.taken.add(code)
        if code != said and said:
            self.warn(
                "case-code",
                bilingual(
                    "Le code « {said} » est répété ou contient des signes réservés.",
                    "The code `{said}` is repeated or holds reserved characters.",
                    said=said[:80],
                ),
                bilingual(
                    "Il devient « {code} » ; corrigez humanCodingScheme si cela ne convient pas.",
                    "It becomes `{code}`; correct humanCodingScheme if that does not suit.",
                    code=code,
                ),
                code,
                act="renamed",
            )
        return code

    def statement(self, record: dict[str, Any], code: str) -> str:
        said = _string(record, "fullStatement")
        if said.strip():
            return said
        self.warn(
            "case-statement",
            bilingual(
                "L'élément « {code} » n'a pas de fullStatement.", "The item `{code}` has no fullStatement.", code=code
            ),
            bilingual(
                "Son libellé court, ou son code, en tient lieu.", "Its short label, or its code, stands in for it."
            ),
            code,
            act="guessed",
        )
        return _string(record, "abbreviatedStatement") or _string(record, "alternativeLabel") or code

    # -- the associations ----------------------------------------------------------------------------------------------

    def associations(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Put parents and order into ``items``; give back the other associations."""
        by_code = {item["code"]: item for item in items}
        top = {_string(self.document, "identifier").lower(), _string(self.document, "uri")} - {""}
        found = []
        for record in self.records("CFAssociations"):
            extension = _extension(record)
            kind = str(extension.get("kind") or _string(record, "associationType").removeprefix("ext:"))
            child = by_code.get(self.known(record.get("originNodeURI")) or "")
            to_top = bool(top & set(_keys(record.get("destinationNodeURI"))[:1]))
            parent = None if to_top else self.known(record.get("destinationNodeURI"))
            if kind == "isChildOf" and child and not extension and (parent or to_top) and "parent" not in child:
                child["parent"] = parent or ""
                order = record.get("sequenceNumber")
                child["order"] = order if isinstance(order, int) and abs(order) < 1_000_000 else None
            elif (plain := self.association(record, kind, extension)) is not None:
                found.append(plain)
        return found

    def association(self, record: dict[str, Any], kind: str, extension: dict[str, Any]) -> dict[str, Any] | None:
        origin = extension.get("origin") or self.node(record.get("originNodeURI"))
        destination = extension.get("destination") or self.node(record.get("destinationNodeURI"))
        if kind not in ASSOCIATION_KINDS or not origin or not destination:
            self.warn(
                "case-association",
                bilingual(
                    "Une relation « {kind} » n'est pas reprise.", "A relation `{kind}` is left out.", kind=kind[:40]
                ),
                bilingual(
                    "Types repris : {kinds}, entre des éléments ou des adresses http(s) ou urn.",
                    "Types kept: {kinds}, between items or http(s) or urn addresses.",
                    kinds=", ".join(ASSOCIATION_KINDS),
                ),
                act="dropped",
            )
            return None
        return {
            "kind": kind,
            "origin": origin,
            "destination": destination,
            "note": self.merged(extension, "note", _string(record, "notes")),
            "proposed_by": extension.get("proposed_by"),
            "strength": extension.get("strength"),
            "id": extension.get("id") if extension else _own_uuid(record),
        }

    def known(self, link: Any) -> str | None:
        return next((self.codes[key] for key in _keys(link) if key in self.codes), None)

    def node(self, link: Any) -> str | dict[str, str] | None:
        if code := self.known(link):
            return code
        uri = _string(link, "uri")
        return {"uri": uri, "title": _string(link, "title")} if URI.fullmatch(uri) else None

    def glossary(self) -> list[dict[str, str]]:
        definitions = self.package.get("CFDefinitions")
        concepts = definitions.get("CFConcepts") if isinstance(definitions, dict) else None
        found = [
            {"term": _string(concept, "title"), "explanation": _string(concept, "description")}
            for concept in (concepts if isinstance(concepts, list) else [])
        ]
        return [entry for entry in found if entry["term"].strip() and entry["explanation"].strip()]

    def tell_fields(self) -> None:
        """Fields of items and of the document that the model has no place for: told once each, with how many."""
        unkept = Counter(
            name
            for record in self.records("CFItems")
            for name, said in record.items()
            if name not in _KEPT_OF_ITEM and said
        )
        unkept.update(name for name, said in self.document.items() if name not in _KEPT_OF_DOCUMENT and said)
        rubrics = self.package.get("CFRubrics")
        if isinstance(rubrics, list) and rubrics:
            unkept["CFRubrics"] = len(rubrics)
        for name, n in sorted(unkept.items(), key=lambda pair: str(pair[0])):
            self.warn(
                "case-field",
                bilingual("Le champ « {name} » n'est pas repris ({n} fois).", "The field `{name}` is not kept ({n} times).", name=str(name)[:60], n=n),
                bilingual("Rien à faire si cela vous convient.", "Nothing to do if that suits you."),
                severity="note", act="dropped",
            )  # fmt: skip

    # -- helpers -------------------------------------------------------------------------------------------------------

    def merged(self, extension: dict[str, Any], name: str, said: str) -> Any:
        """The translations kept in ``extension`` with the package's own text, which wins in the package's language."""
        kept = extension.get(name)
        others = kept if isinstance(kept, dict) else {self.language: kept} if isinstance(kept, str) else {}
        return others | ({self.language: said} if said else {})

    def records(self, name: str) -> Iterator[dict[str, Any]]:
        found = self.package.get(name)
        return (record for record in (found if isinstance(found, list) else []) if isinstance(record, dict))

    def warn(
        self,
        rule: str,
        message: Translated,
        cure: Translated,
        code: str = "",
        *,
        severity: Severity = "warning",
        act: Act = "",
    ) -> None:
        self.problems.append(Problem(rule, severity, message, cure, self.path, code=code, act=act))


def _keys(link: Any) -> tuple[str, ...]:
    return tuple(key for key in (_string(link, "identifier").lower(), _string(link, "uri")) if key)


def _string(record: Any, name: str) -> str:
    value = record.get(name) if isinstance(record, dict) else None
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _own_uuid(record: dict[str, Any]) -> str:
    found = _string(record, "identifier").lower()
    return found if UUID.fullmatch(found) else ""


def _strings(value: Any) -> list[str] | None:
    found = [text for text in (value if isinstance(value, list) else []) if isinstance(text, str) and text.strip()]
    return found or None


def _extension(record: dict[str, Any]) -> dict[str, Any]:
    extensions = record.get("extensions")
    found = extensions.get(EXTENSION) if isinstance(extensions, dict) else None
    return found if isinstance(found, dict) else {}
