"""CASE packages: the JSON in which frameworks travel between systems.

Written: CFPackage of Competencies and Academic Standards Exchange 1.1 (1EdTech, OpenAPI binding imscasev1p1) or 1.0.
Read: both, leniently, see ``case_reader``. What CASE cannot say (several languages, level descriptors, audiences) goes
into the standard's own ``extensions``, under the name ``bouquet``, so a package of ours loses nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid5

from competency_frameworks.formats.case_reader import EXTENSION, read_case
from competency_frameworks.formats.collect import Findings
from competency_frameworks.formats.plain import plain_associations, plain_document, plain_items
from competency_frameworks.model import NAMESPACE, SKOS_KINDS, Association, Framework, ItemRef, Node, item_identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from competency_frameworks.model import Competency
    from competency_frameworks.problems import Problem

__all__ = ["CaseRecords", "case_losses", "read_case", "stream_case", "write_case"]

CaseVersion = Literal["1.0", "1.1"]
_ADOPTION = {"draft": "Draft", "adopted": "Adopted", "deprecated": "Deprecated"}
_OF_DOCUMENT = (
    "id", "title", "description", "supersedes", "source", "verification", "translations", "audiences", "levels", "scales",
    "rating", "glossary", "document_id", "address",
)  # fmt: skip
_OF_ITEM = ("statement", "short", "notes", "keywords", "scale", "level", "levels", "rating", "completion")
_OF_ASSOCIATION = ("kind", "origin", "destination", "note", "proposed_by", "strength", "id")
_BATCH = 200  # records joined before they are handed on


def write_case(framework: Framework, changed: datetime, version: CaseVersion = "1.1") -> bytes:
    """Write ``framework`` as one CFPackage (UTF-8 JSON); ``changed``, with its time zone, dates every record.

    The same input gives the same bytes. ``read_case`` gives back an equal framework when it passes ``check``.
    ValueError when ``changed`` has no time zone.
    """
    return b"".join(stream_case(framework, changed, version))


def stream_case(framework: Framework, changed: datetime, version: CaseVersion = "1.1") -> Iterator[bytes]:
    """The same package in pieces, one record a line: memory stays flat whatever the size of the framework."""
    records = CaseRecords(framework, changed, version)
    yield b'{"CFDocument": ' + _json(records.document())
    yield b',\n"CFItems": ['
    yield from _lines(records.items())
    yield b'],\n"CFAssociations": ['
    yield from _lines(records.associations())
    yield b'],\n"CFDefinitions": ' + _json(records.definitions()) + b"}\n"


def case_losses(framework: Framework, version: CaseVersion = "1.1") -> tuple[Problem, ...]:
    """What had to be changed for CASE: relations that version does not know. The rest travels in ``extensions``."""
    findings = Findings("case")
    unknown = Counter(link.kind for link in framework.associations if link.kind in SKOS_KINDS | {"isTranslationOf"})
    for kind, n in sorted(unknown.items()):
        if version == "1.0":
            findings.tell(
                "association", "renamed", "CASE 1.0 ne connaît pas la relation « {kind} » ({n}) : elle devient « isRelatedTo », son type reste dans « extensions ».",
                "CASE 1.0 does not know the relation `{kind}` ({n}): it becomes `isRelatedTo`, its kind stays in `extensions`.",
                kind=kind, n=n, severity="note",
            )  # fmt: skip
        elif kind in SKOS_KINDS:
            findings.tell(
                "association", "renamed", "La relation « {kind} » ({n}) s'écrit « ext:{kind} », une extension de CASE 1.1.",
                "The relation `{kind}` ({n}) is written `ext:{kind}`, an extension of CASE 1.1.", kind=kind, n=n, severity="note",
            )  # fmt: skip
    return findings.told()


def _json(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _lines(records: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    batch: list[bytes] = []
    first = b"\n"
    for record in records:
        batch.append(first + _json(record))
        first = b",\n"
        if len(batch) == _BATCH:
            yield b"".join(batch)
            batch.clear()
    yield b"".join(batch) + b"\n"


class CaseRecords:
    """The records of one package, made one at a time: for a whole package, or for the pages of a CASE provider."""

    def __init__(self, framework: Framework, changed: datetime, version: CaseVersion = "1.1") -> None:
        if changed.tzinfo is None:
            raise ValueError("the date of a CASE package needs its time zone")
        self.framework = framework
        self.changed = changed.isoformat(timespec="seconds")
        self.old = version == "1.0"
        self._links: dict[tuple[str, str], dict[str, str]] = {}

    def document(self) -> dict[str, Any]:
        """CFDocument, as it stands in a package."""
        framework = self.framework
        record = self._record("", framework.identifier(), framework.uri())
        record |= {
            "creator": framework.source.publisher or "Bouquet",
            "title": framework.title.text(framework.language),
            "language": framework.language,
            "version": framework.version,
            "adoptionStatus": _ADOPTION[framework.status],
        }
        if not self.old:
            record |= {"frameworkType": "competency", "caseVersion": "1.1"}
        optional = {
            "officialSourceURL": framework.source.url,
            "publisher": framework.source.publisher,
            "description": framework.description.get(framework.language, ""),
        }
        record |= {name: text for name, text in optional.items() if text}
        if framework.licence:
            record["licenseURI"] = self._link("licence", framework.licence)
        return record | _extension(plain_document(framework), _OF_DOCUMENT)

    def items(self) -> Iterator[dict[str, Any]]:
        """CFItems, in the order of the framework."""
        for item, plain in zip(self.framework.items, plain_items(self.framework), strict=True):
            yield self._item(item, plain)

    def associations(self) -> Iterator[dict[str, Any]]:
        """CFAssociations: the place of each item in the tree, then the typed relations."""
        yield from (self._child_of(item) for item in self.framework.items)
        seen: Counter[str] = Counter()
        for link, plain in zip(self.framework.associations, plain_associations(self.framework), strict=True):
            yield self._association(link, plain, seen)

    def definitions(self) -> dict[str, Any]:
        """CFDefinitions: item types, licence, and the glossary as concepts."""
        framework = self.framework
        kinds = list(dict.fromkeys(item.kind for item in framework.items))
        dated = {"lastChangeDateTime": self.changed}
        found: dict[str, Any] = {
            "CFItemTypes": [
                self._link("kind", kind) | {"description": kind, "hierarchyCode": str(n)} | dated
                for n, kind in enumerate(kinds, start=1)
            ],
            "CFLicenses": [self._link("licence", framework.licence) | {"licenseText": framework.licence} | dated]
            if framework.licence
            else [],
        }
        if framework.glossary:
            found["CFConcepts"] = [
                self._link("term", entry.term.text(framework.language))
                | {"hierarchyCode": str(n), "description": entry.explanation.text(framework.language)}
                | dated
                for n, entry in enumerate(framework.glossary, start=1)
            ]
        return found

    # -- records -------------------------------------------------------------------------------------------------------

    def _item(self, item: Competency, plain: dict[str, Any]) -> dict[str, Any]:
        framework = self.framework
        record = self._record("", framework.identifier(item.code), framework.uri(item.code))
        record |= {
            "fullStatement": item.statement.text(framework.language),
            "humanCodingScheme": item.code,
            "CFItemType": item.kind,
            "CFItemTypeURI": self._link("kind", item.kind),
            "language": framework.language,
        }
        if short := item.short.get(framework.language):
            record["abbreviatedStatement"] = short
        if item.keywords:
            record["conceptKeywords"] = list(item.keywords)
        if notes := item.notes.get(framework.language):
            record["notes"] = notes
        return record | _extension(plain, _OF_ITEM)

    def _child_of(self, item: Competency) -> dict[str, Any]:
        parent: Node | None = self.framework.ref(item.parent) if item.parent else None
        return self._record(f"child:{item.code}") | {
            "associationType": "isChildOf",
            "sequenceNumber": item.order,
            "originNodeURI": self._node(self.framework.ref(item.code)),
            "destinationNodeURI": self._node(parent),
        }

    def _association(self, link: Association, plain: dict[str, Any], seen: Counter[str]) -> dict[str, Any]:
        name = f"{link.kind}:{link.origin}:{link.destination}"
        seen[name] += 1
        kind = str(link.kind)
        if self.old and (link.kind in SKOS_KINDS or link.kind == "isTranslationOf"):
            kind = "isRelatedTo"
        elif link.kind in SKOS_KINDS:
            kind = f"ext:{link.kind}"
        record = self._record(f"{name}:{seen[name]}", link.id) | {
            "associationType": kind,
            "originNodeURI": self._node(link.origin),
            "destinationNodeURI": self._node(link.destination),
        }
        if not self.old and (note := link.note.get(self.framework.language)):
            record["notes"] = note
        return record | _extension(plain, _OF_ASSOCIATION)

    def _record(self, name: str, identifier: str = "", uri: str = "") -> dict[str, Any]:
        """The fields of every CASE record; ``name`` makes the identifier of those that have none of their own."""
        identifier = identifier or str(uuid5(NAMESPACE, f"{self.framework.id}@{self.framework.version}/{name}"))
        return {"identifier": identifier, "uri": uri or f"urn:uuid:{identifier}", "lastChangeDateTime": self.changed}

    def _link(self, kind: str, title: str) -> dict[str, Any]:
        found = self._links.get((kind, title))
        if found is None:
            identifier = str(uuid5(NAMESPACE, f"{kind}:{title}"))
            found = {"title": title, "identifier": identifier, "uri": f"urn:uuid:{identifier}"}
            self._links[kind, title] = found
        return dict(found)

    def _node(self, node: Node | None) -> dict[str, str]:
        """A CASE LinkGenURI; None is the framework itself."""
        framework = self.framework
        if node is None:
            return self._generic(framework.title.text(), framework.identifier(), framework.uri())
        if not isinstance(node, ItemRef):
            return self._generic(node.title or node.uri, node.uri, node.uri, "ext:uri")
        item = framework.find(node.code) if (node.framework, node.version) == framework.key else None
        if item is not None:
            identifier = framework.identifier(item.code)
            return self._generic(item.statement.text(), identifier, item.uri or f"urn:uuid:{identifier}")
        identifier = item_identifier(node.framework, node.code)
        return self._generic(str(node), identifier, f"urn:uuid:{identifier}")

    def _generic(self, title: str, identifier: str, uri: str, target: str = "CASE") -> dict[str, str]:
        found = {"title": title, "identifier": identifier, "uri": uri}
        return found if self.old else found | {"targetType": target}


def _extension(plain: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The ``extensions`` of a record: those entries of its plain form that CASE has no place for."""
    return {"extensions": {EXTENSION: {name: plain[name] for name in names if name in plain}}}
