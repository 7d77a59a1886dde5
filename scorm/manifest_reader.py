"""``imsmanifest.xml`` -> Manifest, put up with what authoring tools write."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm import xml
from scorm.messages import Note, ScormError
from scorm.model import SCHEMAVERSIONS, Edition, File, Item, Manifest, Organization, Resource, ScormType, Standard

if TYPE_CHECKING:
    from lxml.etree import _Element

_ITEM_TEXTS: Final = {
    "title",
    "item",
    "metadata",
    "prerequisites",
    "maxtimeallowed",
    "timelimitaction",
    "datafromlms",
    "masteryscore",
    "completionthreshold",
    "sequencing",
    "presentation",
}
_REFERENCES: Final = {"identifier", "identifierref", "default"}
_MANIFEST_TEXTS: Final = {"metadata", "organizations", "resources", "manifest", "sequencingcollection"}
_NS_12: Final = ("imscp_rootv1p1p2", "adlcp_rootv1p2")
_NS_2004: Final = ("imscp_v1p1", "adlcp_v1p3", "adlcp_v1p2", "imsss", "adlseq_v1p3", "adlnav_v1p3")
_EDITIONS: Final[tuple[tuple[str, Edition], ...]] = (("4th", "4th"), ("3rd", "3rd"), ("2nd", "2nd"), ("1.3", "2nd"))
MAX_DEPTH: Final = 40


class ManifestError(ScormError):
    """A manifest that cannot be read; rules ``not-a-manifest``, ``items-too-deep`` and those of ``scorm.xml``."""


@dataclass(slots=True)
class _Reading:
    standard: Standard = "1.2"
    edition: Edition = "1.2"
    notes: list[Note] = field(default_factory=list)
    shared_sequencing: dict[str, _Element] = field(default_factory=dict)

    def note(self, rule: str, where: _Element, /, **values: object) -> None:
        self.notes.append(Note(rule, xml.line_of(where), xml.local(where), values))


def read_manifest(data: bytes) -> Manifest:
    """The model of a manifest, whatever its encoding, prefixes or spelling; ``notes`` says what was guessed.

    Raises ManifestError, with a line, when the bytes are not well-formed XML, declare entities, or are not a manifest.
    """
    try:
        root, notes = xml.parse(data)
    except xml.XmlError as error:
        raise ManifestError(error.rule, line=error.line, **error.values) from error
    return read_root(root, notes)


def read_root(root: _Element, notes: tuple[Note, ...] = ()) -> Manifest:
    """The model of a manifest that was parsed already."""
    if xml.local(root) != "manifest":
        raise ManifestError("not-a-manifest", line=xml.line_of(root), element=xml.local(root))
    reading = _Reading(notes=list(notes))
    reading.standard, reading.edition = _standard(reading, root)
    return replace(_manifest(reading, root, "", 1), notes=tuple(reading.notes))


def _manifest(reading: _Reading, element: _Element, base: str, depth: int) -> Manifest:
    _bound(element, depth)
    collection = xml.child(element, "sequencingcollection")
    for shared in xml.children(collection, "sequencing") if collection is not None else ():
        reading.shared_sequencing.setdefault(xml.attributes(shared).get("id", ""), shared)
    metadata = xml.child(element, "metadata")
    organizations = xml.child(element, "organizations")
    attributes = xml.attributes(element)
    base += attributes.get("xml:base", "")
    identifier = _identifier(reading, element)
    if depth > 1:
        reading.note("sub-manifest", element, identifier=identifier)
    return Manifest(
        identifier=identifier,
        standard=reading.standard,
        edition=reading.edition,
        organizations=() if organizations is None else _organizations(reading, organizations),
        resources=_resources(reading, element, base),
        default="" if organizations is None else xml.attributes(organizations).get("default", ""),
        version=attributes.get("version", ""),
        schemaversion="" if metadata is None else xml.text_of(xml.child(metadata, "schemaversion")),
        metadata=() if metadata is None else _others(metadata, {"schema", "schemaversion"}),
        sequencing_collection=b"" if collection is None else xml.whole(collection),
        manifests=tuple(_manifest(reading, inner, base, depth + 1) for inner in xml.children(element, "manifest")),
        extensions=_others(element, _MANIFEST_TEXTS),
    )


def _bound(element: _Element, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ManifestError("items-too-deep", line=xml.line_of(element), limit=MAX_DEPTH)


def _others(element: _Element, known: set[str]) -> tuple[bytes, ...]:
    """The children that the model has no place for, whole."""
    return tuple(xml.whole(part) for part in element if xml.local(part) not in known)


def _foreign(element: _Element) -> tuple[tuple[str, str], ...]:
    """The attributes of other namespaces that the model has no place for."""
    named = [(str(name), str(value)) for name, value in element.attrib.items() if str(name).startswith("{")]
    ours = ("}scormtype", f"{{{xml.XML_NS}}}base".lower())
    return tuple(sorted((name, value) for name, value in named if not name.lower().endswith(ours)))


def _standard(reading: _Reading, root: _Element) -> tuple[Standard, Edition]:
    metadata = xml.child(root, "metadata")
    element = None if metadata is None else xml.child(metadata, "schemaversion")
    version = xml.text_of(element)
    said = _announced(version)
    seen = _seen(root)
    where = next((one for one in (element, metadata) if one is not None), root)
    if said is None:
        standard, edition = seen or ("1.2", "1.2")
        reading.note("schemaversion-guessed", where, version=version, edition=f"{standard} {edition}")
        return standard, edition
    if seen is not None and seen[0] != said[0]:
        reading.note("namespace-mismatch", where, version=version, seen=seen[0])
    expected = SCHEMAVERSIONS[said[1]]
    if version != expected:
        named = f"{said[0]} {said[1]}".removesuffix(" 1.2")
        reading.note("schemaversion-odd", where, version=version, edition=named, expected=expected)
    return said


def _announced(version: str) -> tuple[Standard, Edition] | None:
    text = version.lower()
    if re.fullmatch(r"(scorm\s*)?1\.[012](\.\d+)?", text):
        return "1.2", "1.2"
    if "2004" in text or "1.3" in text:
        return "2004", next((edition for mark, edition in _EDITIONS if mark in text), "2nd")
    return None


def _seen(root: _Element) -> tuple[Standard, Edition] | None:
    """What the namespaces say; 4th edition only when a construct of that edition is there."""
    spaces = " ".join(str(uri) for element in root.iter() for uri in element.nsmap.values())
    if any(mark in spaces for mark in _NS_2004):
        newer = any("completedbymeasure" in xml.attributes(element) for element in root.iter("{*}completionThreshold"))
        return "2004", "4th" if newer or next(root.iter("{*}data"), None) is not None else "2nd"
    return ("1.2", "1.2") if any(mark in spaces for mark in _NS_12) else None


def _identifier(reading: _Reading, element: _Element) -> str:
    """The element's identifier; white space around it, or around a reference it makes, is noted."""
    for name, value in element.attrib.items():
        if str(name).lower() in _REFERENCES and str(value) != str(value).strip():
            reading.note("identifier-white-space", element, identifier=str(value).strip())
    return xml.attributes(element).get("identifier", "")


def _organizations(reading: _Reading, parent: _Element) -> tuple[Organization, ...]:
    _identifier(reading, parent)
    found = []
    for element in xml.children(parent, "organization"):
        sequencing = xml.child(element, "sequencing")
        found.append(
            Organization(
                identifier=_identifier(reading, element),
                title=xml.text_of(xml.child(element, "title")),
                items=tuple(_item(reading, item, 1) for item in xml.children(element, "item")),
                structure=xml.attributes(element).get("structure", "hierarchical"),
                sequencing=b"" if sequencing is None else xml.whole(sequencing),
                metadata=tuple(xml.whole(part) for part in xml.children(element, "metadata")),
                line=xml.line_of(element),
                attributes=_foreign(element),
                extensions=_others(element, {"title", "item", "metadata", "sequencing"}),
            )
        )
    return tuple(found)


def _item(reading: _Reading, element: _Element, depth: int) -> Item:
    _bound(element, depth)
    attributes = xml.attributes(element)
    sequencing = xml.child(element, "sequencing")
    presentation = xml.child(element, "presentation")
    threshold, by_measure, weight = _threshold(reading, element)
    texts = {
        name: xml.text_of(xml.child(element, name)) for name in ("maxtimeallowed", "timelimitaction", "prerequisites")
    }
    launch_data = xml.child(element, "datafromlms")
    return Item(
        identifier=_identifier(reading, element),
        title=xml.text_of(xml.child(element, "title")),
        identifierref=attributes.get("identifierref", ""),
        parameters=attributes.get("parameters", ""),
        isvisible=attributes.get("isvisible", "true").lower() not in {"false", "0"},
        children=tuple(_item(reading, child, depth + 1) for child in xml.children(element, "item")),
        mastery_score=_number_in(reading, xml.child(element, "masteryscore"), 0, 100),
        max_time_allowed=texts["maxtimeallowed"],
        time_limit_action=texts["timelimitaction"],
        launch_data="" if launch_data is None else "".join(str(part) for part in launch_data.itertext()),
        prerequisites=texts["prerequisites"],
        completion_threshold=threshold,
        completed_by_measure=by_measure,
        scaled_passing_score=None if sequencing is None else _passing_score(reading, sequencing),
        sequencing=b"" if sequencing is None else xml.whole(sequencing),
        navigation=_navigation(presentation),
        metadata=tuple(xml.whole(part) for part in xml.children(element, "metadata")),
        extensions=_others(element, _ITEM_TEXTS),
        line=xml.line_of(element),
        progress_weight=weight,
        presentation=b"" if presentation is None else xml.whole(presentation),
        attributes=_foreign(element),
    )


def _number_in(reading: _Reading, element: _Element | None, low: float, high: float) -> float | None:
    return None if element is None else _number(reading, element, xml.text_of(element), low, high)


def _number(reading: _Reading, element: _Element, text: str, low: float, high: float) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = high + 1
    if not low <= value <= high:
        reading.note("number-ignored", element, value=text, element=_tag(element), low=f"{low:g}", high=f"{high:g}")
        return None
    return value


def _tag(element: _Element) -> str:
    return etree.QName(element).localname


def _threshold(reading: _Reading, item: _Element) -> tuple[float | None, bool, float | None]:
    """Completion threshold: text in the 2nd and 3rd editions, attributes in the 4th (2004 4th CAM 3.4.1)."""
    element = xml.child(item, "completionthreshold")
    if element is None:
        return None, False, None
    attributes = xml.attributes(element)
    if attributes.keys() & {"completedbymeasure", "minprogressmeasure", "progressweight"}:
        by_measure = attributes.get("completedbymeasure", "false").lower() in {"true", "1"}
        least = _number(reading, element, attributes.get("minprogressmeasure", ""), 0, 1)
        weight = _number(reading, element, attributes.get("progressweight", ""), 0, 1)
        return 1.0 if least is None else least, by_measure, weight
    value = _number(reading, element, xml.text_of(element), 0, 1)
    return value, value is not None, None


def _passing_score(reading: _Reading, sequencing: _Element) -> float | None:
    """The primary objective's least measure when it decides on success (SCORM 2004 4th RTE 4.2.19)."""
    reference = xml.attributes(sequencing).get("idref", "")
    for source in (sequencing, reading.shared_sequencing.get(reference)):
        for objectives in xml.children(source, "objectives") if source is not None else ():
            primary = xml.child(objectives, "primaryobjective")
            if primary is None or xml.attributes(primary).get("satisfiedbymeasure", "false") not in {"true", "1"}:
                continue
            least = xml.child(primary, "minnormalizedmeasure")
            return 1.0 if least is None else _number_in(reading, least, -1, 1)
    return None


def _navigation(presentation: _Element | None) -> tuple[str, ...]:
    if presentation is None:
        return ()
    return tuple(xml.text_of(element) for element in presentation.iter() if xml.local(element) == "hidelmsui")


def _resources(reading: _Reading, manifest: _Element, base: str) -> tuple[Resource, ...]:
    parent = xml.child(manifest, "resources")
    if parent is None:
        return ()
    base += xml.attributes(parent).get("xml:base", "")
    return tuple(_resource(reading, element, base) for element in xml.children(parent, "resource"))


def _resource(reading: _Reading, element: _Element, base: str) -> Resource:
    attributes = xml.attributes(element)
    dependencies = tuple(xml.children(element, "dependency"))
    for dependency in dependencies:
        _identifier(reading, dependency)
    kind = attributes.get("scormtype", "").lower()
    scormtype: ScormType = "sco" if kind == "sco" else "asset" if kind == "asset" else ""
    return Resource(
        identifier=_identifier(reading, element),
        type=attributes.get("type", ""),
        href=attributes.get("href", ""),
        scormtype=scormtype,
        base=base + attributes.get("xml:base", ""),
        files=tuple(_file(file) for file in xml.children(element, "file")),
        dependencies=tuple(xml.attributes(other).get("identifierref", "") for other in dependencies),
        metadata=tuple(xml.whole(part) for part in xml.children(element, "metadata")),
        line=xml.line_of(element),
        attributes=_foreign(element),
        extensions=_others(element, {"metadata", "file", "dependency"}),
    )


def _file(element: _Element) -> File:
    metadata = tuple(xml.whole(part) for part in xml.children(element, "metadata"))
    return File(xml.attributes(element).get("href", ""), xml.line_of(element), metadata)
