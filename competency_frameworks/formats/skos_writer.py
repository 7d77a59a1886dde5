"""Framework -> SKOS, Turtle or JSON-LD; read back by ``skos`` without loss."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from competency_frameworks.formats.collect import Findings
from competency_frameworks.formats.plain import plain_associations, plain_document, plain_items
from competency_frameworks.formats.skos import DATA, DCT, NAME, OWL, RDF, SKOS
from competency_frameworks.formats.tree_values import URI
from competency_frameworks.model import ItemRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from competency_frameworks.model import Competency, Framework, Node
    from competency_frameworks.problems import Problem
    from competency_frameworks.text import Translated

_JSON = ox.NamedNode(f"{RDF}JSON")
_RELATIONS = {
    "exactMatchOf": "exactMatch", "closeMatch": "closeMatch", "broadMatch": "broadMatch", "narrowMatch": "narrowMatch",
    "isRelatedTo": "relatedMatch",
}  # fmt: skip
_NATIVE = {"format", "version", "title", "description", "licence", "items"}
_NATIVE_ITEM = {"code", "parent", "statement", "short", "notes", "uri", "keywords"}
_PREFIXES = {"skos": SKOS, "dct": DCT, "owl": OWL, "bq": "urn:bouquet:terms:"}
Said = tuple[str, list[Any]]


def write_skos_ttl(framework: Framework) -> tuple[Iterator[bytes], tuple[Problem, ...]]:
    """Turtle in pieces, one concept after the other, and what had to be changed."""
    writer = _SkosWriter(framework)
    return writer.turtle(), writer.findings.told()


def write_skos_jsonld(framework: Framework) -> tuple[Iterator[bytes], tuple[Problem, ...]]:
    """JSON-LD 1.1 with its context inside, in pieces, and what had to be changed."""
    writer = _SkosWriter(framework)
    return writer.jsonld(), writer.findings.told()


class _SkosWriter:
    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.findings = Findings(NAME)
        self.uris = self._uris()

    def _uris(self) -> dict[str, str]:
        taken, found = {self.framework.uri()}, {}
        for item in self.framework.items:
            uri = self.framework.uri(item.code)
            if uri in taken:
                uri = f"urn:uuid:{self.framework.identifier(item.code)}"
                if uri in taken:
                    uri = f"{self.framework.uri()}:{len(taken)}"
                self.findings.tell(
                    "uri", "renamed", "L'adresse de « {code} » est déjà celle d'un autre élément : son UUID la remplace.",
                    "The address of `{code}` is already that of another item: its UUID stands in.", code=item.code, severity="note",
                )  # fmt: skip
            taken.add(uri)
            found[item.code] = uri
        return found

    # -- triples -------------------------------------------------------------------------------------------------------

    def resources(self) -> Iterator[tuple[str, list[Said]]]:
        yield self.framework.uri(), self.scheme()
        links: dict[str, list[tuple[str, str]]] = {}
        for link in self.framework.associations:
            origin, other = self.own(link.origin), self.address(link.destination)
            if link.kind in _RELATIONS and origin and other:
                inside = link.kind == "isRelatedTo" and self.own(link.destination)
                links.setdefault(origin, []).append(("related" if inside else _RELATIONS[link.kind], other))
        for position, (item, plain) in enumerate(
            zip(self.framework.items, plain_items(self.framework), strict=True), start=1
        ):
            yield self.uris[item.code], self.concept(item, plain, position, links.get(item.code, []))

    def scheme(self) -> list[Said]:
        framework = self.framework
        data = {name: said for name, said in plain_document(framework).items() if name not in _NATIVE}
        data["associations"] = list(plain_associations(framework))
        data.setdefault("address", "")
        licence = framework.licence
        return [
            (f"{RDF}type", [ox.NamedNode(SKOS + "ConceptScheme")]),
            (DCT + "title", _literals(framework.title)),
            (DCT + "description", _literals(framework.description)),
            (OWL + "versionInfo", [ox.Literal(framework.version)]),
            (DCT + "language", [ox.Literal(framework.language)]),
            (
                DCT + "license",
                [ox.NamedNode(licence) if URI.fullmatch(licence) else ox.Literal(licence)] if licence else [],
            ),
            (DCT + "publisher", [ox.Literal(framework.source.publisher)] if framework.source.publisher else []),
            (SKOS + "hasTopConcept", [ox.NamedNode(self.uris[item.code]) for item in framework.roots()]),
            (DATA, [_data(data)]),
        ]

    def concept(
        self, item: Competency, plain: dict[str, Any], position: int, links: list[tuple[str, str]]
    ) -> list[Said]:
        framework, scheme = self.framework, ox.NamedNode(self.framework.uri())
        data = {name: said for name, said in plain.items() if name not in _NATIVE_ITEM} | {"position": position}
        if len(item.keywords) > 1 or self.uris[item.code] != framework.uri(item.code):
            data |= {"keywords": list(item.keywords), "uri": item.uri}
        if not item.uri:
            data["own_uri"] = True
        if item.levels:
            data["levels"] = [[level, said] for level, said in plain["levels"].items()]  # RDF's JSON sorts keys
        said: list[Said] = [
            (f"{RDF}type", [ox.NamedNode(SKOS + "Concept")]),
            (SKOS + "inScheme", [scheme]),
            (SKOS + "notation", [ox.Literal(item.code)]),
            (SKOS + "prefLabel", _literals(item.statement)),
            (SKOS + "altLabel", _literals(item.short)),
            (SKOS + "scopeNote", _literals(item.notes)),
            (SKOS + "topConceptOf", [] if item.parent else [scheme]),
            (SKOS + "broader", [ox.NamedNode(self.uris[item.parent])] if item.parent else []),
            (SKOS + "narrower", [ox.NamedNode(self.uris[child.code]) for child in framework.children(item.code)]),
            (DCT + "subject", [ox.Literal(word) for word in item.keywords]),
        ]
        said += [
            (SKOS + name, [ox.NamedNode(uri) for found, uri in dict.fromkeys(links) if found == name])
            for name in dict.fromkeys(name for name, _ in links)
        ]
        return [*said, (DATA, [_data(data)])]

    def own(self, node: Node) -> str:
        """The code of a node of this framework, else ""."""
        inside = (
            isinstance(node, ItemRef)
            and (node.framework, node.version) == self.framework.key
            and node.code in self.uris
        )
        return node.code if inside and isinstance(node, ItemRef) else ""

    def address(self, node: Node) -> str:
        if code := self.own(node):
            return self.uris[code]
        return "" if isinstance(node, ItemRef) else node.uri

    # -- bytes ---------------------------------------------------------------------------------------------------------

    def turtle(self) -> Iterator[bytes]:
        lines = [f"@prefix {name}: <{uri}> .\n" for name, uri in sorted(_PREFIXES.items())]
        yield "".join(lines).encode("utf-8")
        for uri, said in self.resources():
            parts = [
                f"{_short(predicate)} {', '.join(_turtle(node) for node in nodes)}"
                for predicate, nodes in said
                if nodes
            ]
            yield (f"\n{ox.NamedNode(uri)} " + " ;\n  ".join(parts) + " .\n").encode("utf-8")

    def jsonld(self) -> Iterator[bytes]:
        context = json.dumps(_PREFIXES | {"data": {"@id": DATA, "@type": "@json"}})
        yield f'{{"@context": {context},\n "@graph": ['.encode()
        for n, (uri, said) in enumerate(self.resources()):
            record: dict[str, Any] = {"@id": uri}
            for predicate, nodes in said:
                if predicate == f"{RDF}type":
                    record["@type"] = _short(nodes[0].value)
                elif predicate == DATA:
                    record["data"] = json.loads(nodes[0].value)
                elif nodes:
                    record[_short(predicate)] = [_json_value(node) for node in nodes]
            yield f"{',' if n else ''}\n  {json.dumps(record, ensure_ascii=False)}".encode()
        yield b"\n ]}\n"


def _literals(text: Translated) -> list[ox.Literal]:
    return [ox.Literal(said, language=lang) for lang, said in text.items()]


def _data(plain: dict[str, Any]) -> ox.Literal:
    return ox.Literal(json.dumps(plain, ensure_ascii=False), datatype=_JSON)


def _short(uri: str) -> str:
    if uri == f"{RDF}type":
        return "a"
    for name, prefix in _PREFIXES.items():
        if uri.startswith(prefix):
            return f"{name}:{uri.removeprefix(prefix)}"
    return f"<{uri}>"


def _turtle(node: Any) -> str:
    if isinstance(node, ox.NamedNode) and node.value.startswith(SKOS):
        return _short(node.value)
    return str(node)  # N-Triples terms are Turtle terms


def _json_value(node: Any) -> Any:
    if isinstance(node, ox.NamedNode):
        return {"@id": node.value}
    return {"@value": node.value, "@language": node.language} if node.language else node.value
