"""SKOS concept schemes, Turtle or JSON-LD -> Framework (W3C SKOS Reference; Dublin Core for the scheme).

Concepts become items: ``notation`` the code, ``prefLabel`` the statement, ``altLabel`` the short wording, ``scopeNote`` or
``definition`` the notes, ``broader`` the parent. What SKOS has no word for stands in one JSON literal a resource, ``bq:data``
(``urn:bouquet:terms:data``), in the shape of our YAML; it is checked like any file.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

import pyoxigraph as ox

from competency_frameworks.formats.collect import Codes, Findings, own_slug, unverified
from competency_frameworks.formats.plain import from_tree
from competency_frameworks.formats.tree_values import DATE, LANGUAGE, URI, VERSION
from competency_frameworks.model import item_identifier
from competency_frameworks.problems import ReadResult

NAME = "skos"
MAX_BYTES = 100_000_000
SKOS, DCT = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"
OWL, RDF = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
BQ = "urn:bouquet:terms:"
DATA = f"{BQ}data"
MATCHES = {
    "exactMatch": "exactMatchOf", "closeMatch": "closeMatch", "broadMatch": "broadMatch", "narrowMatch": "narrowMatch",
    "relatedMatch": "isRelatedTo", "related": "isRelatedTo",
}  # fmt: skip
_HELD = {
    "type", "prefLabel", "altLabel", "notation", "scopeNote", "definition", "broader", "narrower", "inScheme", "topConceptOf",
    "hasTopConcept", "subject", "title", "description", "license", "versionInfo", "publisher", "source", "data", "language",
    *MATCHES,
}  # fmt: skip
_NODES = Any  # ox.NamedNode | ox.BlankNode | ox.Literal


def read_skos_ttl(data: bytes, path: str = "") -> ReadResult:
    """Read one concept scheme in Turtle (at most 100 MB)."""
    return _read(data, path, ox.RdfFormat.TURTLE)


def read_skos_jsonld(data: bytes, path: str = "") -> ReadResult:
    """Read one concept scheme in JSON-LD 1.1 (at most 100 MB); a context on the network is not fetched."""
    return _read(data, path, ox.RdfFormat.JSON_LD)


def _read(data: bytes, path: str, rdf_format: ox.RdfFormat) -> ReadResult:
    findings = Findings(NAME, path)
    cure = ("Vérifiez le fichier avec un outil RDF.", "Check the file with an RDF tool.")
    if len(data) > MAX_BYTES:
        return findings.refuse("Le fichier dépasse 100 Mo.", "The file is larger than 100 MB.", cure)
    graph: dict[str, dict[str, list[_NODES]]] = defaultdict(lambda: defaultdict(list))
    try:
        for quad in ox.parse(data, format=rdf_format, base_iri="urn:bouquet:base:"):
            subject: Any = quad.subject
            graph[subject.value][quad.predicate.value].append(quad.object)
    except (SyntaxError, ValueError, OSError) as error:
        return findings.refuse(
            "Ce n'est pas du RDF lisible ({error}).", "This is not readable RDF ({error}).", cure, error=error
        )
    schemes = sorted(uri for uri, said in graph.items() if _is(said, "ConceptScheme"))
    concepts = [uri for uri, said in graph.items() if _is(said, "Concept")]
    if not concepts and not schemes:
        return findings.refuse(
            "Aucun skos:ConceptScheme ni skos:Concept dans ce fichier.", "No skos:ConceptScheme or skos:Concept in this file.", cure
        )  # fmt: skip
    return _SkosReader(graph, schemes, concepts, findings).read()


def _is(said: dict[str, list[_NODES]], kind: str) -> bool:
    return any(node.value == SKOS + kind for node in said.get(f"{RDF}type", ()))


class _SkosReader:
    def __init__(
        self, graph: dict[str, dict[str, list[_NODES]]], schemes: list[str], concepts: list[str], findings: Findings
    ) -> None:
        self.graph = graph
        self.findings = findings
        self.scheme = schemes[0] if schemes else ""
        self.said: dict[str, list[_NODES]] = graph[self.scheme] if self.scheme else {}
        self.data = _data(self.said)
        if len(schemes) > 1:
            findings.tell(
                "schemes", "dropped", "Le fichier contient {n} schémas ; seul « {uri} » est lu.",
                "The file holds {n} schemes; only `{uri}` is read.", n=len(schemes), uri=self.scheme,
            )  # fmt: skip
            inside = [uri for uri in concepts if self.scheme in _uris(graph[uri], SKOS + "inScheme")]
            concepts = inside or concepts
        self.concepts = concepts
        self.language = self.read_language()
        self.codes: dict[str, str] = {}

    def read(self) -> ReadResult:
        self.tell_unknown()
        data, title = self.data, self.texts(self.said, DCT + "title") or self.texts(self.said, SKOS + "prefLabel")
        shown = next(iter(title.values()), "") if title else re.split(r"[/#:]", self.scheme.rstrip("/#"))[-1] or "SKOS"
        if title and self.language not in title:
            title = {**title, self.language: shown}
        items = self.items(str(data.get("id") or own_slug(shown)))
        plain = {name: data[name] for name in _FROM_DATA if name in data} | {
            "id": data.get("id") or own_slug(shown),
            "version": self.version(), "language": self.language, "title": title or shown,
            "description": self.texts(self.said, DCT + "description"),
            "licence": next(iter(self.values(self.said, DCT + "license")), ""),
            "items": items,
        }  # fmt: skip
        plain.setdefault("address", self.scheme if URI.fullmatch(self.scheme) and not data else "")
        if not data:
            plain["source"] = self.source()
            plain["verification"] = unverified(
                "Lu dans un fichier SKOS ; non comparé à la publication d'origine.",
                "Read from a SKOS file; not compared with the original publication.", self.language,
            )  # fmt: skip
        plain.setdefault("verification", {"status": "secondary source"})
        if "associations" not in plain:
            plain["associations"] = self.associations()
        result = from_tree(plain, self.findings.path, self.findings.told())
        return ReadResult(result.framework, result.problems, NAME)

    # -- the scheme ----------------------------------------------------------------------------------------------------

    def read_language(self) -> str:
        said = self.data.get("language") or next(iter(self.values(self.said, DCT + "language")), "")
        if isinstance(said, str) and LANGUAGE.fullmatch(said):
            return said
        used: dict[str, int] = defaultdict(int)
        for uri in self.concepts:
            for node in self.graph[uri].get(SKOS + "prefLabel", ()):
                used[_tag(node)] += 1
        language = max(sorted(used), key=lambda lang: used[lang], default="und") or "und"
        self.findings.tell(
            "language", "guessed", "Le schéma ne dit pas sa langue : « {lang} », la plus fréquente.",
            "The scheme does not say its language: `{lang}`, the most frequent.", lang=language, severity="note",
        )  # fmt: skip
        return language if LANGUAGE.fullmatch(language) else "und"

    def version(self) -> str:
        said = next(iter(self.values(self.said, OWL + "versionInfo")), "")
        version = re.sub(r"[^A-Za-z0-9._-]+", "-", said).strip("-._")[:32]
        if VERSION.fullmatch(version):
            if version != said:
                self.findings.tell(
                    "version",
                    "renamed",
                    "La version « {said} » devient « {version} ».",
                    "The version `{said}` becomes `{version}`.",
                    said=said,
                    version=version,
                )
            return version
        self.findings.tell(
            "version",
            "guessed",
            "Le schéma ne dit pas sa version : « 1 ».",
            "The scheme does not say its version: `1`.",
            severity="note",
        )
        return "1"

    def source(self) -> dict[str, str]:
        urls = [*self.values(self.said, DCT + "source"), self.scheme]
        dates = [
            found[:10] for name in ("issued", "created", "modified") for found in self.values(self.said, DCT + name)
        ]
        return {
            "title": next(iter((self.texts(self.said, DCT + "title") or {}).values()), ""),
            "publisher": next(iter(self.values(self.said, DCT + "publisher")), ""),
            "url": next((url for url in urls if URI.fullmatch(url)), ""),
            "date": next((date for date in dates if DATE.fullmatch(date)), ""),
        }

    def tell_unknown(self) -> None:
        unknown: dict[str, int] = defaultdict(int)
        for uri in (self.scheme, *self.concepts):
            for predicate in self.graph.get(uri, {}):
                if re.split(r"[/#:]", predicate)[-1] not in _HELD and predicate[: len(SKOS + DCT)] != OWL:
                    unknown[predicate] += 1
        for predicate, n in sorted(unknown.items()):
            self.findings.tell(
                "property", "dropped", "La propriété « {name} » n'est pas reprise ({n} fois).",
                "The property `{name}` is not kept ({n} times).", name=predicate, n=n, severity="note",
            )  # fmt: skip

    # -- the concepts --------------------------------------------------------------------------------------------------

    def items(self, framework_id: str) -> list[dict[str, Any]]:
        codes = Codes(self.findings)
        extras = {uri: _data(self.graph[uri]) for uri in self.concepts}
        self.concepts.sort(
            key=lambda uri: (
                extras[uri].get("position", 0) if isinstance(extras[uri].get("position"), int) else 0,
                *self.rank(uri),
            )
        )
        for uri in self.concepts:
            said = next(iter(self.values(self.graph[uri], SKOS + "notation")), "")
            self.codes[uri] = codes.give(said or re.split(r"[/#:]", uri.rstrip("/#"))[-1])
        parents = self.parents()
        if self.concepts and not any(extras.values()):
            self.findings.tell(
                "order", "guessed", "RDF n'a pas d'ordre : les éléments sont rangés par code.", "RDF has no order: items are sorted by code.",
                severity="note",
            )  # fmt: skip
        return [self.item(uri, extras[uri], parents.get(uri, ""), framework_id) for uri in self.concepts]

    def rank(self, uri: str) -> tuple[Any, ...]:
        said = next(iter(self.values(self.graph[uri], SKOS + "notation")), uri)
        return (
            tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.findall(r"\d+|\D+", said)),
            uri,
        )

    def item(self, uri: str, extra: dict[str, Any], parent: str, framework_id: str) -> dict[str, Any]:
        said, code = self.graph[uri], self.codes[uri]
        statement = self.texts(said, SKOS + "prefLabel") or {}
        if self.language not in statement:
            fallback = next(iter(statement.values()), code)
            self.findings.tell(
                "label", "guessed", "« {code} » n'a pas de prefLabel en « {lang} » : « {text} » en tient lieu.",
                "`{code}` has no prefLabel in `{lang}`: `{text}` stands in for it.", code=code, lang=self.language, text=fallback,
            )  # fmt: skip
            statement = {**statement, self.language: fallback}
        given = f"urn:uuid:{extra.get('id') or item_identifier(framework_id, code)}"
        plain = {name: extra[name] for name in _ITEM_DATA if name in extra} | {
            "code": code, "parent": parent, "statement": statement, "short": self.texts(said, SKOS + "altLabel"),
            "notes": self.texts(said, SKOS + "scopeNote") or self.texts(said, SKOS + "definition"),
        }  # fmt: skip
        if isinstance(plain.get("levels"), list):
            plain["levels"] = {
                str(pair[0]): pair[1] for pair in plain["levels"] if isinstance(pair, list) and len(pair) == 2
            }
        if "keywords" not in plain:
            plain["keywords"] = sorted(self.values(said, DCT + "subject")) or None
        if "uri" not in plain and not extra.get("own_uri") and URI.fullmatch(uri) and uri != given:
            plain["uri"] = uri
        return plain

    def parents(self) -> dict[str, str]:
        """The code above each concept; ``narrower`` counts where ``broader`` was left out (S25)."""
        above: dict[str, list[str]] = {uri: _uris(self.graph[uri], SKOS + "broader") for uri in self.concepts}
        for uri in self.concepts:
            for child in _uris(self.graph[uri], SKOS + "narrower"):
                if child in above and uri not in above[child]:
                    above[child].append(uri)
        found = {}
        for uri, parents in above.items():
            known = sorted(parent for parent in parents if parent in self.codes)
            if len(known) < len(parents):
                self.findings.tell(
                    "orphan", "moved", "« {code} » est sous un concept qui n'est pas dans le fichier : il est gardé {place}.",
                    "`{code}` stands under a concept that is not in the file: it is kept {place}.", code=self.codes[uri],
                    place="ailleurs / elsewhere" if known else "à la racine / at the top",
                )  # fmt: skip
            if len(known) > 1:
                self.findings.tell(
                    "parents", "dropped", "« {code} » est rangé à {n} endroits ; seul « {parent} » est gardé.",
                    "`{code}` stands in {n} places; only `{parent}` is kept.", code=self.codes[uri], n=len(known),
                    parent=self.codes[known[0]],
                )  # fmt: skip
            if known:
                found[uri] = self.codes[known[0]]
        return found

    def associations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        seen: set[tuple[str, str, str]] = set()
        for uri in self.concepts:
            for name, kind in MATCHES.items():
                for other in _uris(self.graph[uri], SKOS + name):
                    if name == "related" and (other, uri, kind) in seen:
                        continue  # skos:related is symmetric (S23)
                    seen.add((uri, other, kind))
                    if other in self.codes:
                        found.append({"kind": kind, "origin": self.codes[uri], "destination": self.codes[other]})
                    elif URI.fullmatch(other):
                        found.append({"kind": kind, "origin": self.codes[uri], "destination": {"uri": other}})
        return found

    # -- values --------------------------------------------------------------------------------------------------------

    def values(self, said: dict[str, list[_NODES]], predicate: str) -> list[str]:
        return [node.value for node in said.get(predicate, ())]

    def texts(self, said: dict[str, list[_NODES]], predicate: str) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for node in said.get(predicate, ()):
            lang = _tag(node) or self.language
            if lang in found and found[lang] != node.value:
                self.findings.tell(
                    "second-text", "dropped", "Un second texte en « {lang} » n'est pas repris : « {text} ».",
                    "A second text in `{lang}` is not kept: `{text}`.", lang=lang, text=node.value,
                )  # fmt: skip
            else:
                found[lang] = node.value
        return found or None


_FROM_DATA = (
    "source", "verification", "translations", "audiences", "levels", "scales", "rating", "glossary", "document_id", "address",
    "status", "supersedes", "associations",
)  # fmt: skip
_ITEM_DATA = ("kind", "order", "scale", "level", "levels", "rating", "completion", "id", "keywords", "uri")


def _uris(said: dict[str, list[_NODES]], predicate: str) -> list[str]:
    return [node.value for node in said.get(predicate, ()) if isinstance(node, ox.NamedNode)]


def _tag(node: _NODES) -> str:
    """The language of a literal in its usual spelling: RDF folds the case of tags."""
    said = node.language if isinstance(node, ox.Literal) else None
    first, *rest = (said or "").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _data(said: dict[str, list[_NODES]]) -> dict[str, Any]:
    for node in said.get(DATA, ()):
        try:
            found = json.loads(node.value)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}
    return {}
