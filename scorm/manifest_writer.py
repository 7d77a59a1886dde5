"""Manifest -> ``imsmanifest.xml``, in the order and spelling that the schemas of each standard ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm import xml
from scorm.model import SCHEMAVERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.etree import _Element

    from scorm.model import Edition, Item, Manifest, Organization, Resource, Standard

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACES: Final[dict[Standard, dict[str | None, str]]] = {
    "1.2": {
        None: "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
        "adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
        "xsi": _XSI,
    },
    "2004": {
        None: "http://www.imsglobal.org/xsd/imscp_v1p1",
        "adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
        "adlseq": "http://www.adlnet.org/xsd/adlseq_v1p3",
        "adlnav": "http://www.adlnet.org/xsd/adlnav_v1p3",
        "imsss": "http://www.imsglobal.org/xsd/imsss",
        "xsi": _XSI,
    },
}
LOCATIONS: Final[dict[Standard, tuple[tuple[str, str], ...]]] = {
    "1.2": (
        ("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "imscp_rootv1p1p2.xsd"),
        ("http://www.imsglobal.org/xsd/imsmd_rootv1p2p1", "imsmd_rootv1p2p1.xsd"),
        ("http://www.adlnet.org/xsd/adlcp_rootv1p2", "adlcp_rootv1p2.xsd"),
    ),
    "2004": (
        ("http://www.imsglobal.org/xsd/imscp_v1p1", "imscp_v1p1.xsd"),
        ("http://www.adlnet.org/xsd/adlcp_v1p3", "adlcp_v1p3.xsd"),
        ("http://www.adlnet.org/xsd/adlseq_v1p3", "adlseq_v1p3.xsd"),
        ("http://www.adlnet.org/xsd/adlnav_v1p3", "adlnav_v1p3.xsd"),
        ("http://www.imsglobal.org/xsd/imsss", "imsss_v1p0.xsd"),
    ),
}
#: Where a 2004 manifest with metadata inline says its schema is; it is our own, written from the standard.
LOM_LOCATION: Final = ("http://ltsc.ieee.org/xsd/LOM", "lom.xsd")


class _Writer:
    """Makes the elements of one standard and edition."""

    def __init__(self, standard: Standard, edition: Edition) -> None:
        self.standard = standard
        self.edition = edition
        self.nsmap = NAMESPACES[standard]

    def named(self, prefix: str | None, name: str) -> str:
        return f"{{{self.nsmap[prefix]}}}{name}"

    def element(
        self, prefix: str | None, name: str, attributes: Mapping[str, str] | None = None, *content: _Element | str
    ) -> _Element:
        """An element with its attributes in the order given, its text and its children."""
        element = etree.Element(self.named(prefix, name), dict(attributes or {}), nsmap=self.nsmap)  # type: ignore[arg-type]  # the stubs forget the default namespace
        for part in content:
            if isinstance(part, str):
                element.text = part
            else:
                element.append(part)
        return element

    def cp(self, name: str, attributes: Mapping[str, str] | None = None, *content: _Element | str) -> _Element:
        return self.element(None, name, attributes, *content)


def write_manifest(manifest: Manifest) -> bytes:
    """The manifest as UTF-8 XML with raw characters, valid against the schemas of its edition.

    Whatever ``read_manifest`` read comes back the same. ``schemaversion`` is derived from ``edition``; ValueError for a
    standard that does not go with its edition.
    """
    if (manifest.standard == "1.2") != (manifest.edition == "1.2") or manifest.edition not in SCHEMAVERSIONS:
        raise ValueError(f"no manifest is written for SCORM {manifest.standard}, edition {manifest.edition}")
    writer = _Writer(manifest.standard, manifest.edition)
    root = _manifest(writer, manifest, top=True)
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _manifest(writer: _Writer, manifest: Manifest, *, top: bool = False) -> _Element:
    attributes = {"identifier": manifest.identifier}
    attributes |= {"version": manifest.version} if manifest.version else {}
    head = []
    if top:
        named = (*LOCATIONS[manifest.standard], *((LOM_LOCATION,) if _has_lom(manifest) else ()))
        locations = " ".join(f"{namespace} {file}" for namespace, file in named)
        attributes[f"{{{_XSI}}}schemaLocation"] = locations
    if top or manifest.schemaversion:
        version = writer.cp("schemaversion", None, SCHEMAVERSIONS[manifest.edition])
        head = [writer.cp("schema", None, "ADL SCORM"), version]
    content = [*head, *_kept(manifest.metadata)]
    return writer.cp(
        "manifest",
        attributes,
        *([writer.cp("metadata", None, *content)] if content else ()),
        writer.cp(
            "organizations",
            {"default": manifest.default} if manifest.default else {},
            *(_organization(writer, organization) for organization in manifest.organizations),
        ),
        writer.cp("resources", None, *(_resource(writer, resource) for resource in manifest.resources)),
        *(_manifest(writer, inner) for inner in manifest.manifests),
        *_kept((manifest.sequencing_collection,) if manifest.sequencing_collection else ()),
        *_kept(manifest.extensions),
    )


def _decimal(number: float) -> str:
    """The shortest text that reads back as the same number, never with an exponent."""
    return format(Decimal(repr(number)), "f").removesuffix(".0")


def _has_lom(manifest: Manifest) -> bool:
    """Whether IEEE metadata stands inline: its schema is then named, as ADL's validator asks (2004 4th CAM 3.5)."""
    parts: list[bytes] = []
    for one in manifest.walk():
        parts += one.metadata
        for organization in one.organizations:
            parts += organization.metadata
            parts += [part for item in organization.walk() for part in item.metadata]
        parts += [part for resource in one.resources for part in resource.metadata]
    return any(LOM_LOCATION[0].encode() in part for part in parts)


def _kept(parts: Iterable[bytes]) -> list[_Element]:
    return [xml.parse(part)[0] for part in parts]


def _organization(writer: _Writer, organization: Organization) -> _Element:
    element = writer.cp(
        "organization",
        {"identifier": organization.identifier} | dict(organization.attributes),
        writer.cp("title", None, organization.title),
        *(_item(writer, item) for item in organization.items),
        *_kept(organization.metadata),
    )
    if organization.structure != "hierarchical":
        element.set("structure", organization.structure)
    if organization.sequencing:
        element.extend(_kept((organization.sequencing,)))
    element.extend(_kept(organization.extensions))
    return element


def _item(writer: _Writer, item: Item) -> _Element:
    attributes = {"identifier": item.identifier}
    attributes |= {"identifierref": item.identifierref} if item.identifierref else {}
    attributes |= {} if item.isvisible else {"isvisible": "false"}
    attributes |= {"parameters": item.parameters} if item.parameters else {}
    attributes |= dict(item.attributes)
    element = writer.cp(
        "item",
        attributes,
        writer.cp("title", None, item.title),
        *(_item(writer, child) for child in item.children),
        *_kept(item.metadata),
    )
    element.extend(_extras_12(writer, item) if writer.standard == "1.2" else _extras_2004(writer, item))
    element.extend(_kept(item.extensions))
    return element


def _extras_12(writer: _Writer, item: Item) -> list[_Element]:
    """SCORM 1.2 CAM 2.3: prerequisites, time limits, launch data, mastery score."""
    found = []
    if item.prerequisites:
        found.append(writer.element("adlcp", "prerequisites", {"type": "aicc_script"}, item.prerequisites))
    for name, text in (
        ("maxtimeallowed", item.max_time_allowed),
        ("timelimitaction", item.time_limit_action),
        ("datafromlms", item.launch_data),
        ("masteryscore", "" if item.mastery_score is None else _decimal(item.mastery_score)),
    ):
        if text:
            found.append(writer.element("adlcp", name, None, text))
    found.extend(_kept([part for part in (item.sequencing, item.presentation) if part]))
    return found


def _extras_2004(writer: _Writer, item: Item) -> list[_Element]:
    """SCORM 2004 4th CAM 3.4.1: time limit action, launch data, completion threshold, sequencing, navigation."""
    found = []
    if item.time_limit_action:
        found.append(writer.element("adlcp", "timeLimitAction", None, item.time_limit_action))
    if item.launch_data:
        found.append(writer.element("adlcp", "dataFromLMS", None, item.launch_data))
    if item.completion_threshold is not None:
        found.append(_threshold(writer, item, _decimal(item.completion_threshold)))
    if item.sequencing:
        found.extend(_kept((item.sequencing,)))
    elif item.scaled_passing_score is not None:
        found.append(_passing(writer, item.scaled_passing_score))
    if item.presentation:
        found.extend(_kept((item.presentation,)))
    elif item.navigation:
        hidden = [writer.element("adlnav", "hideLMSUI", None, name) for name in item.navigation]
        interface = writer.element("adlnav", "navigationInterface", None, *hidden)
        found.append(writer.element("adlnav", "presentation", None, interface))
    return found


def _threshold(writer: _Writer, item: Item, least: str) -> _Element:
    """A number up to the 3rd edition, attributes in the 4th (and wherever a number cannot say it)."""
    if writer.edition != "4th" and item.completed_by_measure and item.progress_weight is None:
        return writer.element("adlcp", "completionThreshold", None, least)
    attributes = {"completedByMeasure": str(item.completed_by_measure).lower(), "minProgressMeasure": least}
    if item.progress_weight is not None:
        attributes["progressWeight"] = _decimal(item.progress_weight)
    return writer.element("adlcp", "completionThreshold", attributes)


def _passing(writer: _Writer, score: float) -> _Element:
    """A primary objective won by score; the content itself says when it is complete (2004 4th SN 3.10, 3.14)."""
    by_score = {"objectiveID": "PRIMARYOBJ", "satisfiedByMeasure": "true"}
    least = writer.element("imsss", "minNormalizedMeasure", None, _decimal(score))
    objectives = writer.element(
        "imsss", "objectives", None, writer.element("imsss", "primaryObjective", by_score, least)
    )
    controls = {"completionSetByContent": "true", "objectiveSetByContent": "true"}
    return writer.element(
        "imsss", "sequencing", None, objectives, writer.element("imsss", "deliveryControls", controls)
    )


def _resource(writer: _Writer, resource: Resource) -> _Element:
    attributes = {"identifier": resource.identifier, "type": resource.type or "webcontent"}
    spelling = "scormtype" if writer.standard == "1.2" else "scormType"
    attributes |= {writer.named("adlcp", spelling): resource.scormtype} if resource.scormtype else {}
    attributes |= {"href": resource.href} if resource.href else {}
    attributes |= {f"{{{xml.XML_NS}}}base": resource.base} if resource.base else {}
    attributes |= dict(resource.attributes)
    return writer.cp(
        "resource",
        attributes,
        *_kept(resource.metadata),
        *(writer.cp("file", {"href": file.href}, *_kept(file.metadata)) for file in resource.files),
        *(writer.cp("dependency", {"identifierref": other}) for other in resource.dependencies),
        *_kept(resource.extensions),
    )
