"""CASE packages: the JSON in which frameworks travel between systems.

Written: CFPackage of Competencies and Academic Standards Exchange 1.1 (1EdTech, OpenAPI binding imscasev1p1).
Read: 1.0 and 1.1, leniently, see ``case_reader``. What CASE cannot say (several languages, level descriptors,
audiences) goes into the standard's own ``extensions``, under the name ``bouquet``, so a package of ours loses nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from competency_frameworks.formats.case_reader import EXTENSION, read_case
from competency_frameworks.formats.plain import to_plain
from competency_frameworks.model import NAMESPACE, SKOS_KINDS, Association, Framework, ItemRef, Node, item_identifier

if TYPE_CHECKING:
    from datetime import datetime

    from competency_frameworks.model import Competency

__all__ = ["read_case", "write_case"]

_ADOPTION = {"draft": "Draft", "adopted": "Adopted", "deprecated": "Deprecated"}
_OF_DOCUMENT = (
    "id", "title", "description", "supersedes", "source", "verification", "translations", "audiences", "levels", "scales",
    "rating", "glossary", "document_id", "address",
)  # fmt: skip
_OF_ITEM = ("statement", "short", "notes", "keywords", "scale", "level", "levels", "rating", "completion")
_OF_ASSOCIATION = ("origin", "destination", "note", "proposed_by", "strength", "id")


def write_case(framework: Framework, changed: datetime) -> bytes:
    """Write ``framework`` as a CASE 1.1 CFPackage (UTF-8 JSON); ``changed``, with its time zone, dates every record.

    The same input gives the same bytes. ``read_case`` gives back an equal framework when it passes ``check``.
    ValueError when ``changed`` has no time zone.
    """
    if changed.tzinfo is None:
        raise ValueError("the date of a CASE package needs its time zone")
    package = _Writer(framework, changed.isoformat(timespec="seconds")).package()
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


class _Writer:
    def __init__(self, framework: Framework, changed: str) -> None:
        self.framework = framework
        self.changed = changed
        self.plain = to_plain(framework)
        self.seen: Counter[str] = Counter()

    def package(self) -> dict[str, Any]:
        items, plain_items = self.framework.items, self.plain.get("items", [])
        links, plain_links = self.framework.associations, self.plain.get("associations", [])
        return {
            "CFDocument": self.document(),
            "CFItems": [self.item(item, plain) for item, plain in zip(items, plain_items, strict=True)],
            "CFAssociations": [
                *(self.child_of(item) for item in items),
                *(self.association(link, plain) for link, plain in zip(links, plain_links, strict=True)),
            ],
            "CFDefinitions": self.definitions(),
        }

    def document(self) -> dict[str, Any]:
        framework = self.framework
        record = self.record("", framework.identifier(), framework.uri())
        record |= {
            "frameworkType": "competency",
            "caseVersion": "1.1",
            "creator": framework.source.publisher or "Bouquet",
            "title": framework.title.text(framework.language),
            "language": framework.language,
            "version": framework.version,
            "adoptionStatus": _ADOPTION[framework.status],
        }
        optional = {
            "officialSourceURL": framework.source.url,
            "publisher": framework.source.publisher,
            "description": framework.description.get(framework.language, ""),
        }
        record |= {name: text for name, text in optional.items() if text}
        if framework.licence:
            record["licenseURI"] = self.link("licence", framework.licence)
        return record | _extension(self.plain, _OF_DOCUMENT)

    def item(self, item: Competency, plain: dict[str, Any]) -> dict[str, Any]:
        framework = self.framework
        record = self.record("", framework.identifier(item.code), framework.uri(item.code))
        record |= {
            "fullStatement": item.statement.text(framework.language),
            "humanCodingScheme": item.code,
            "CFItemType": item.kind,
            "CFItemTypeURI": self.link("kind", item.kind),
            "language": framework.language,
        }
        if short := item.short.get(framework.language):
            record["abbreviatedStatement"] = short
        if notes := item.notes.get(framework.language):
            record["notes"] = notes
        return record | _extension(plain, _OF_ITEM)

    def child_of(self, item: Competency) -> dict[str, Any]:
        parent: Node | None = self.framework.ref(item.parent) if item.parent else None
        record = self.record(f"child:{item.code}")
        return record | {
            "associationType": "isChildOf",
            "sequenceNumber": item.order,
            "originNodeURI": self.node(self.framework.ref(item.code)),
            "destinationNodeURI": self.node(parent),
        }

    def association(self, link: Association, plain: dict[str, Any]) -> dict[str, Any]:
        name = f"{link.kind}:{link.origin}:{link.destination}"
        self.seen[name] += 1
        record = self.record(f"{name}:{self.seen[name]}", link.id)
        record |= {
            "associationType": f"ext:{link.kind}" if link.kind in SKOS_KINDS else link.kind,
            "originNodeURI": self.node(link.origin),
            "destinationNodeURI": self.node(link.destination),
        }
        if note := link.note.get(self.framework.language):
            record["notes"] = note
        return record | _extension(plain, _OF_ASSOCIATION)

    def definitions(self) -> dict[str, Any]:
        kinds = list(dict.fromkeys(item.kind for item in self.framework.items))
        licence = self.framework.licence
        return {
            "CFItemTypes": [
                self.link("kind", kind)
                | {"description": kind, "hierarchyCode": str(n), "lastChangeDateTime": self.changed}
                for n, kind in enumerate(kinds, start=1)
            ],
            "CFLicenses": [self.link("licence", licence) | {"licenseText": licence, "lastChangeDateTime": self.changed}]
            if licence
            else [],
        }

    def record(self, name: str, identifier: str = "", uri: str = "") -> dict[str, Any]:
        """The fields of every CASE record; ``name`` makes the identifier of those that have none of their own."""
        identifier = identifier or str(uuid5(NAMESPACE, f"{self.framework.id}@{self.framework.version}/{name}"))
        return {
            "identifier": identifier,
            "uri": uri or f"urn:uuid:{identifier}",
            "lastChangeDateTime": self.changed,
        }

    def link(self, kind: str, title: str) -> dict[str, Any]:
        identifier = str(uuid5(NAMESPACE, f"{kind}:{title}"))
        return {"title": title, "identifier": identifier, "uri": f"urn:uuid:{identifier}"}

    def node(self, node: Node | None) -> dict[str, str]:
        """A CASE LinkGenURI; None is the framework itself."""
        framework = self.framework
        if node is None:
            title, identifier, uri = framework.title.text(), framework.identifier(), framework.uri()
            return {"title": title, "identifier": identifier, "uri": uri, "targetType": "CASE"}
        if not isinstance(node, ItemRef):
            return {"title": node.title or node.uri, "identifier": node.uri, "uri": node.uri, "targetType": "ext:uri"}
        item = framework.find(node.code) if (node.framework, node.version) == framework.key else None
        if item is not None:
            title, identifier, uri = item.statement.text(), framework.identifier(item.code), framework.uri(item.code)
            return {"title": title, "identifier": identifier, "uri": uri, "targetType": "CASE"}
        identifier = item_identifier(node.framework, node.code)
        return {"title": str(node), "identifier": identifier, "uri": f"urn:uuid:{identifier}", "targetType": "CASE"}


def _extension(plain: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The ``extensions`` of a record: those entries of its plain form that CASE has no place for."""
    return {"extensions": {EXTENSION: {name: plain[name] for name in names if name in plain}}}
