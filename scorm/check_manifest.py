"""What a manifest says about itself: identifiers, titles, references, spelling, schemas."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm import schemas, xml
from scorm.archive import MANIFEST
from scorm.report import Findings, Where

if TYPE_CHECKING:
    from lxml.etree import _Element

    from scorm.model import Item, Manifest, Resource

_XML_NAME: Final = re.compile(r"[^\W\d][\w.\-]*")
_ADLCP: Final = "http://www.adlnet.org/xsd/adlcp_"


def check_manifest(manifest: Manifest, root: _Element, findings: Findings) -> None:
    """Add every problem the manifest shows on its own, without looking at the files."""
    for note in manifest.notes:
        findings.add("guessed", Where(MANIFEST, note.line), fr=note.message.fr, en=note.message.en)
    _check_schema(manifest, root, findings)
    _check_identifiers(root, findings)
    _check_organizations(manifest, root, findings)
    resources = {resource.identifier: resource for resource in manifest.resources}
    for organization in manifest.organizations:
        for item in organization.walk():
            _check_item(manifest, item, resources, findings)
    for resource in manifest.resources:
        _check_resource(resource, resources, findings)
    _check_scormtype(manifest, root, findings)


def _check_schema(manifest: Manifest, root: _Element, findings: Findings) -> None:
    faults = schemas.validate(root, manifest.edition)
    if faults is None:
        findings.add("schema-unchecked", Where(MANIFEST), edition=f"{manifest.standard} {manifest.edition}")
    for fault in faults or ():
        findings.add("schema-invalid", Where(MANIFEST, fault.line, fault.element), reason=fault.reason)


def _check_identifiers(root: _Element, findings: Findings) -> None:
    space = etree.QName(root).namespace  # the LOM too has elements called resource
    named = [
        element
        for element in root.iter("*")
        if xml.local(element) in _IDENTIFIED and etree.QName(element).namespace == space
    ]
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


_IDENTIFIED: Final = {"manifest", "organization", "item", "resource"}


def _check_organizations(manifest: Manifest, root: _Element, findings: Findings) -> None:
    element = xml.child(root, "organizations")
    where = Where(MANIFEST, 0 if element is None else xml.line_of(element), "organizations")
    if not manifest.organizations:
        findings.add("organizations-missing", where)
        return
    known = {organization.identifier for organization in manifest.organizations}
    if not manifest.default:
        findings.add("default-missing", where, first=manifest.organizations[0].identifier)
    elif manifest.default not in known:
        findings.add("default-unresolved", where, identifier=manifest.default)
    for organization in manifest.organizations:
        place = Where(MANIFEST, organization.line, "organization")
        if not organization.title:
            findings.add("title-missing", place, element="organization", identifier=organization.identifier)
        if not organization.items:
            findings.add("organization-empty", place, name=organization.title or organization.identifier)


def _check_item(manifest: Manifest, item: Item, resources: dict[str, Resource], findings: Findings) -> None:
    where = Where(MANIFEST, item.line, "item")
    if not item.title:
        findings.add("title-missing", where, element="item", identifier=item.identifier)
    if not item.identifierref:
        if not item.children and manifest.standard == "2004":
            findings.add("identifierref-missing", where, item=item.identifier)
        return
    resource = resources.get(item.identifierref)
    if resource is None:
        findings.add("identifierref-unresolved", where, item=item.identifier, reference=item.identifierref)
        return
    place = Where(MANIFEST, resource.line, "resource")
    if not resource.href:
        findings.add("launch-missing", place, resource=resource.identifier)
    if resource.type != "webcontent":
        findings.add("resource-type", place, resource=resource.identifier, type=resource.type)


def _check_resource(resource: Resource, resources: dict[str, Resource], findings: Findings) -> None:
    for reference in resource.dependencies:
        if reference not in resources:
            where = Where(MANIFEST, resource.line, "resource")
            findings.add("dependency-unresolved", where, resource=resource.identifier, reference=reference)


def _check_scormtype(manifest: Manifest, root: _Element, findings: Findings) -> None:
    """``adlcp:scormtype`` in 1.2, ``adlcp:scormType`` in 2004."""
    spelling = "scormtype" if manifest.standard == "1.2" else "scormType"
    launched = {item.identifierref for organization in manifest.organizations for item in organization.walk()}
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
