"""Manifest -> ``imsmanifest.xml``, in the order and spelling that the schemas of each standard ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm import xml

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
_SCHEMAVERSIONS: Final[dict[Edition, str]] = {"1.2": "1.2", "3rd": "2004 3rd Edition", "4th": "2004 4th Edition"}


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

    ``schemaversion`` is derived from ``edition``. Writes 1.2, 2004 3rd and 2004 4th edition; ValueError for the 2nd,
    whose schemas differ, and for a standard that does not go with its edition.
    """
    if manifest.edition not in _SCHEMAVERSIONS or (manifest.standard == "1.2") != (manifest.edition == "1.2"):
        raise ValueError(f"no manifest is written for SCORM {manifest.standard}, edition {manifest.edition}")
    writer = _Writer(manifest.standard, manifest.edition)
    named = (*LOCATIONS[manifest.standard], *((LOM_LOCATION,) if _has_lom(manifest) else ()))
    locations = " ".join(f"{namespace} {file}" for namespace, file in named)
    root = writer.cp(
        "manifest",
        {"identifier": manifest.identifier, "version": manifest.version or "1"}
        | {f"{{{_XSI}}}schemaLocation": locations},
        writer.cp(
            "metadata",
            None,
            writer.cp("schema", None, "ADL SCORM"),
            writer.cp("schemaversion", None, _SCHEMAVERSIONS[manifest.edition]),
            *_kept(manifest.metadata),
        ),
        writer.cp(
            "organizations",
            {"default": manifest.default} if manifest.default else {},
            *(_organization(writer, organization) for organization in manifest.organizations),
        ),
        writer.cp("resources", None, *(_resource(writer, resource) for resource in manifest.resources)),
        *_kept((manifest.sequencing_collection,) if manifest.sequencing_collection else ()),
    )
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _has_lom(manifest: Manifest) -> bool:
    """Whether IEEE metadata stands inline: its schema is then named, as ADL's validator asks (2004 4th CAM 3.5)."""
    parts = [*manifest.metadata]
    for organization in manifest.organizations:
        parts += organization.metadata
        parts += [part for item in organization.walk() for part in item.metadata]
    parts += [part for resource in manifest.resources for part in resource.metadata]
    return any(LOM_LOCATION[0].encode() in part for part in parts)


def _kept(parts: Iterable[bytes]) -> list[_Element]:
    return [xml.parse(part)[0] for part in parts]


def _organization(writer: _Writer, organization: Organization) -> _Element:
    element = writer.cp(
        "organization",
        {"identifier": organization.identifier},
        writer.cp("title", None, organization.title),
        *(_item(writer, item) for item in organization.items),
        *_kept(organization.metadata),
    )
    if organization.structure != "hierarchical":
        element.set("structure", organization.structure)
    if organization.sequencing and writer.standard == "2004":
        element.extend(_kept((organization.sequencing,)))
    return element


def _item(writer: _Writer, item: Item) -> _Element:
    attributes = {"identifier": item.identifier}
    attributes |= {"identifierref": item.identifierref} if item.identifierref else {}
    attributes |= {} if item.isvisible else {"isvisible": "false"}
    attributes |= {"parameters": item.parameters} if item.parameters else {}
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
        ("masteryscore", "" if item.mastery_score is None else f"{item.mastery_score:g}"),
    ):
        if text:
            found.append(writer.element("adlcp", name, None, text))
    return found


def _extras_2004(writer: _Writer, item: Item) -> list[_Element]:
    """SCORM 2004 4th CAM 3.4.1: time limit action, launch data, completion threshold, sequencing, navigation."""
    found = []
    if item.time_limit_action:
        found.append(writer.element("adlcp", "timeLimitAction", None, item.time_limit_action))
    if item.launch_data:
        found.append(writer.element("adlcp", "dataFromLMS", None, item.launch_data))
    if item.completion_threshold is not None:
        threshold = f"{item.completion_threshold:g}"
        if writer.edition == "4th":
            measured = str(item.completed_by_measure).lower()
            attributes = {"completedByMeasure": measured, "minProgressMeasure": threshold}
            found.append(writer.element("adlcp", "completionThreshold", attributes))
        else:
            found.append(writer.element("adlcp", "completionThreshold", None, threshold))
    if item.sequencing:
        found.extend(_kept((item.sequencing,)))
    elif item.scaled_passing_score is not None:
        found.append(_passing(writer, item.scaled_passing_score))
    if item.navigation:
        hidden = [writer.element("adlnav", "hideLMSUI", None, name) for name in item.navigation]
        interface = writer.element("adlnav", "navigationInterface", None, *hidden)
        found.append(writer.element("adlnav", "presentation", None, interface))
    return found


def _passing(writer: _Writer, score: float) -> _Element:
    """A primary objective won by score; the content itself says when it is complete (2004 4th SN 3.10, 3.14)."""
    by_score = {"objectiveID": "PRIMARYOBJ", "satisfiedByMeasure": "true"}
    least = writer.element("imsss", "minNormalizedMeasure", None, f"{score:g}")
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
    attributes[writer.named("adlcp", spelling)] = resource.scormtype or "asset"
    attributes |= {"href": resource.href} if resource.href else {}
    attributes |= {f"{{{xml.XML_NS}}}base": resource.base} if resource.base else {}
    return writer.cp(
        "resource",
        attributes,
        *_kept(resource.metadata),
        *(writer.cp("file", {"href": file.href}) for file in resource.files),
        *(writer.cp("dependency", {"identifierref": other}) for other in resource.dependencies),
    )
