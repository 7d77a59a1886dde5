"""What a manifest says about itself: identifiers, titles, references, spelling, schemas."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm import schemas, xml
from scorm.archive import MANIFEST
from scorm.check_items import check_item
from scorm.report import Findings, Where
from scorm.xml_words import explain

if TYPE_CHECKING:
    from lxml.etree import _Element

    from scorm.model import Manifest, Resource

_XML_NAME: Final = re.compile(r"[^\W\d][\w.\-]*")
_ADLCP: Final = "http://www.adlnet.org/xsd/adlcp_"
_IDENTIFIED: Final = {"manifest", "organization", "item", "resource"}


def check_manifest(manifest: Manifest, root: _Element, findings: Findings) -> None:
    """Add every problem the manifest shows on its own, without looking at the files."""
    for note in manifest.notes:
        findings.add(note.rule, Where(MANIFEST, note.line, note.element), **note.values)
    _check_schema(manifest, root, findings)
    _check_identifiers(root, findings)
    for element in (one for one in root.iter("*") if xml.local(one) == "manifest" and xml.is_packaging(one)):
        _check_organizations(element, findings)
        _check_scormtype(manifest, element, findings)
    resources = manifest.all_resources()
    inner = {one.identifier for one in manifest.walk()} - {manifest.identifier}
    for part in manifest.walk():
        for organization in part.organizations:
            for item in organization.walk():
                check_item(manifest, item, resources, inner, findings)
        for resource in part.resources:
            _check_resource(resource, resources, findings)
    _check_use(manifest, resources, findings)


def _check_schema(manifest: Manifest, root: _Element, findings: Findings) -> None:
    metadata = xml.child(root, "metadata")
    schema = None if metadata is None else xml.child(metadata, "schema")
    if schema is not None and xml.text_of(schema) != "ADL SCORM":
        findings.add("schema-name", Where(MANIFEST, xml.line_of(schema), "schema"), value=xml.text_of(schema))
    faults = schemas.validate(root, manifest.edition)
    if faults is None:
        findings.add("schema-unchecked", Where(MANIFEST), edition=f"{manifest.standard} {manifest.edition}")
    for fault in faults or ():
        told = explain(fault.reason)
        where = Where(MANIFEST, fault.line, fault.element)
        findings.add("schema-invalid", where, reason=told.fr, reason_en=told.en)


def _check_identifiers(root: _Element, findings: Findings) -> None:
    named = [one for one in root.iter("*") if xml.local(one) in _IDENTIFIED and xml.is_packaging(one)]
    counts = Counter(xml.attributes(element).get("identifier", "") for element in named)
    told: set[str] = set()
    for element in named:
        identifier = xml.attributes(element).get("identifier", "")
        where = Where(MANIFEST, xml.line_of(element), xml.local(element))
        if not identifier:
            findings.add("identifier-missing", where, element=xml.local(element))
        elif identifier not in told:
            told.add(identifier)
            if counts[identifier] > 1:
                findings.add("identifier-duplicate", where, identifier=identifier)
            if not _XML_NAME.fullmatch(identifier):
                findings.add("identifier-invalid", where, identifier=identifier)


def _check_organizations(manifest: _Element, findings: Findings) -> None:
    parent = xml.child(manifest, "organizations")
    where = Where(MANIFEST, xml.line_of(manifest if parent is None else parent), "organizations")
    organizations = [] if parent is None else list(xml.children(parent, "organization"))
    if parent is None or not organizations:
        if manifest.getparent() is None:
            findings.add("organizations-missing", where)
        return
    known = [xml.attributes(organization).get("identifier", "") for organization in organizations]
    default = xml.attributes(parent).get("default", "")
    if not default:
        findings.add("default-missing", where, first=known[0])
    elif default not in known:
        findings.add("default-unresolved", where, identifier=default)
    for identifier, organization in zip(known, organizations, strict=True):
        place = Where(MANIFEST, xml.line_of(organization), "organization")
        title = xml.text_of(xml.child(organization, "title"))
        if not title:
            findings.add("title-missing", place, element="organization", identifier=identifier)
        if xml.child(organization, "item") is None:
            findings.add("organization-empty", place, name=title or identifier)


def _check_resource(resource: Resource, resources: dict[str, Resource], findings: Findings) -> None:
    where = Where(MANIFEST, resource.line, "resource")
    for reference in resource.dependencies:
        if reference not in resources:
            findings.add("dependency-unresolved", where, resource=resource.identifier, reference=reference)
    if _comes_back(resource, resources):
        findings.add("dependency-loop", where, resource=resource.identifier)
    for name, _ in resource.attributes:
        if name.startswith(f"{{{_ADLCP}") and name.lower().endswith("}persiststate"):
            findings.add("attribute-removed", where, name=name.rpartition("}")[2])


def _comes_back(resource: Resource, resources: dict[str, Resource]) -> bool:
    waiting, seen = list(resource.dependencies), set()
    while waiting:
        identifier = waiting.pop()
        if identifier == resource.identifier:
            return True
        if identifier not in seen and identifier in resources:
            seen.add(identifier)
            waiting.extend(resources[identifier].dependencies)
    return False


def _check_use(manifest: Manifest, resources: dict[str, Resource], findings: Findings) -> None:
    used = {item.identifierref for part in manifest.walk() for one in part.organizations for item in one.walk()}
    used |= {reference for resource in resources.values() for reference in resource.dependencies}
    for resource in resources.values():
        if resource.identifier not in used:
            where = Where(MANIFEST, resource.line, "resource")
            findings.add("resource-unused", where, resource=resource.identifier)


def _check_scormtype(manifest: Manifest, root: _Element, findings: Findings) -> None:
    """``adlcp:scormtype`` in 1.2, ``adlcp:scormType`` in 2004."""
    spelling = "scormtype" if manifest.standard == "1.2" else "scormType"
    launched = {item.identifierref for part in manifest.walk() for one in part.organizations for item in one.walk()}
    for resources in xml.children(root, "resources"):
        for element in xml.children(resources, "resource"):
            identifier = xml.attributes(element).get("identifier", "")
            where = Where(MANIFEST, xml.line_of(element), "resource")
            written = [str(name) for name in element.attrib if str(name).rpartition("}")[2].lower() == "scormtype"]
            if not written:
                if identifier in launched:
                    findings.add("scormtype-missing", where, resource=identifier, spelling=spelling)
                continue
            name = etree.QName(written[0])
            if name.localname != spelling or not str(name.namespace or "").startswith(_ADLCP):
                prefix = "adlcp:" if name.namespace else ""
                wrong = f"{prefix}{name.localname}"
                findings.add("scormtype-spelling", where, resource=identifier, written=wrong, spelling=spelling)
            value = str(element.get(written[0], "")).strip()
            if value not in {"sco", "asset"}:
                findings.add("scormtype-value", where, resource=identifier, value=value)
