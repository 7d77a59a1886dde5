"""``imsmanifest.xml`` -> Manifest, put up with what authoring tools write."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from scorm import xml
from scorm.messages import Message, Note, ScormError
from scorm.model import Edition, File, Item, Manifest, Organization, Resource, ScormType, Standard

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
_NS_12: Final = ("imscp_rootv1p1p2", "adlcp_rootv1p2")
_NS_2004: Final = ("imscp_v1p1", "adlcp_v1p3", "adlcp_v1p2", "imsss", "adlseq_v1p3", "adlnav_v1p3")
_EDITIONS: Final[tuple[tuple[str, Edition], ...]] = (("4th", "4th"), ("3rd", "3rd"), ("2nd", "2nd"), ("1.3", "2nd"))
MAX_DEPTH: Final = 40


class ManifestError(ScormError):
    """A manifest that cannot be read; rules ``not-a-manifest``, ``items-too-deep`` and those of ``scorm.xml``."""


@dataclass(slots=True)
class _Reading:
    root: _Element
    notes: list[Note] = field(default_factory=list)
    shared_sequencing: dict[str, _Element] = field(default_factory=dict)

    def note(self, rule: str, fr: str, en: str, line: int = 0) -> None:
        self.notes.append(Note(rule, Message(fr, en), line))


def read_manifest(data: bytes) -> Manifest:
    """The model of a manifest, whatever its encoding, prefixes or spelling; ``notes`` says what was guessed.

    Raises ManifestError, with a line, when the bytes are not well-formed XML, declare entities, or are not a manifest.
    """
    try:
        root, notes = xml.parse(data)
    except xml.XmlError as error:
        raise ManifestError(error.rule, error.message, line=error.line) from error
    return read_root(root, notes)


def read_root(root: _Element, notes: tuple[Note, ...] = ()) -> Manifest:
    """The model of a manifest that was parsed already."""
    if xml.local(root) != "manifest":
        raise ManifestError(
            "not-a-manifest",
            Message(
                f"Le fichier imsmanifest.xml commence par <{xml.local(root)}> au lieu de <manifest>.",
                f"The file imsmanifest.xml starts with <{xml.local(root)}> instead of <manifest>.",
            ),
            line=xml.line_of(root),
        )
    reading = _Reading(root, list(notes))
    standard, edition, schemaversion = _standard(reading)
    collection = xml.child(root, "sequencingcollection")
    if collection is not None:
        reading.shared_sequencing = {
            xml.attributes(element).get("id", ""): element for element in xml.children(collection, "sequencing")
        }
    metadata = xml.child(root, "metadata")
    organizations = xml.child(root, "organizations")
    if xml.child(root, "manifest") is not None:
        reading.note(
            "sub-manifest",
            "Le manifeste en contient d'autres ; seul le premier niveau est utilisé.",
            "The manifest holds other manifests; only the first level is used.",
        )
    attributes = xml.attributes(root)
    return Manifest(
        identifier=_identifier(reading, root),
        standard=standard,
        edition=edition,
        organizations=() if organizations is None else _organizations(reading, organizations),
        resources=_resources(reading, attributes.get("xml:base", "")),
        default="" if organizations is None else xml.attributes(organizations).get("default", ""),
        version=attributes.get("version", ""),
        schemaversion=schemaversion,
        metadata=_kept_metadata(metadata),
        sequencing_collection=b"" if collection is None else xml.whole(collection),
        notes=tuple(reading.notes),
    )


def _kept_metadata(metadata: _Element | None) -> tuple[bytes, ...]:
    if metadata is None:
        return ()
    return tuple(xml.whole(part) for part in metadata if xml.local(part) not in {"schema", "schemaversion"})


def _standard(reading: _Reading) -> tuple[Standard, Edition, str]:
    metadata = xml.child(reading.root, "metadata")
    version = "" if metadata is None else xml.text_of(xml.child(metadata, "schemaversion"))
    said = _announced(version)
    seen = _seen(reading.root)
    if said is None:
        standard, edition = seen or ("1.2", "1.2")
        reading.note(
            "schemaversion-guessed",
            f"Version du standard {f'« {version} » inconnue' if version else 'non indiquée'} ; lu comme {edition}.",
            f"Version of the standard {f'“{version}” unknown' if version else 'not given'}; read as {edition}.",
        )
        return standard, edition, version
    if seen is not None and seen[0] != said[0]:
        reading.note(
            "namespace-mismatch",
            f"La version annoncée ({version}) ne va pas avec les espaces de noms de {seen[0]} ; l'annonce est suivie.",
            f"The announced version ({version}) does not go with the namespaces of {seen[0]}; the version is followed.",
        )
    return *said, version


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
    for name, value in element.attrib.items():
        if str(name).lower() == "identifier" and str(value) != str(value).strip():
            reading.note(
                "identifier-white-space",
                f"L'identifiant « {str(value).strip()} » était entouré d'espaces.",
                f"The identifier “{str(value).strip()}” had white space around it.",
                xml.line_of(element),
            )
    return xml.attributes(element).get("identifier", "")


def _organizations(reading: _Reading, parent: _Element) -> tuple[Organization, ...]:
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
            )
        )
    return tuple(found)


def _item(reading: _Reading, element: _Element, depth: int) -> Item:
    if depth > MAX_DEPTH:
        raise ManifestError(
            "items-too-deep",
            Message(
                f"La table des matières a plus de {MAX_DEPTH} niveaux.",
                f"The table of contents has more than {MAX_DEPTH} levels.",
            ),
            line=xml.line_of(element),
        )
    attributes = xml.attributes(element)
    sequencing = xml.child(element, "sequencing")
    threshold, by_measure = _threshold(reading, element)
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
        mastery_score=_number(reading, xml.child(element, "masteryscore"), 0, 100),
        max_time_allowed=texts["maxtimeallowed"],
        time_limit_action=texts["timelimitaction"],
        launch_data="" if launch_data is None else "".join(str(part) for part in launch_data.itertext()),
        prerequisites=texts["prerequisites"],
        completion_threshold=threshold,
        completed_by_measure=by_measure,
        scaled_passing_score=None if sequencing is None else _passing_score(reading, sequencing),
        sequencing=b"" if sequencing is None else xml.whole(sequencing),
        navigation=_navigation(element),
        metadata=tuple(xml.whole(part) for part in xml.children(element, "metadata")),
        extensions=tuple(xml.whole(part) for part in element if xml.local(part) not in _ITEM_TEXTS),
        line=xml.line_of(element),
    )


def _number(reading: _Reading, element: _Element | None, low: float, high: float) -> float | None:
    text = xml.text_of(element)
    if element is None or not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = high + 1
    if not low <= value <= high:
        reading.note(
            "number-ignored",
            f"Valeur « {text} » ignorée dans <{xml.local(element)}> : un nombre de {low:g} à {high:g} est attendu.",
            f"Value “{text}” ignored in <{xml.local(element)}>: a number from {low:g} to {high:g} is expected.",
            xml.line_of(element),
        )
        return None
    return value


def _threshold(reading: _Reading, item: _Element) -> tuple[float | None, bool]:
    """Completion threshold: text in the 2nd and 3rd editions, attributes in the 4th (2004 4th CAM 3.4.1)."""
    element = xml.child(item, "completionthreshold")
    if element is None:
        return None, False
    attributes = xml.attributes(element)
    if "completedbymeasure" in attributes or "minprogressmeasure" in attributes:
        by_measure = attributes.get("completedbymeasure", "false").lower() in {"true", "1"}
        try:
            return float(attributes.get("minprogressmeasure", "1.0")), by_measure
        except ValueError:
            return 1.0, by_measure
    value = _number(reading, element, 0, 1)
    return value, value is not None


def _passing_score(reading: _Reading, sequencing: _Element) -> float | None:
    """The primary objective's least measure when it decides on success (SCORM 2004 4th RTE 4.2.19)."""
    reference = xml.attributes(sequencing).get("idref", "")
    for source in (sequencing, reading.shared_sequencing.get(reference)):
        for objectives in xml.children(source, "objectives") if source is not None else ():
            primary = xml.child(objectives, "primaryobjective")
            if primary is None or xml.attributes(primary).get("satisfiedbymeasure", "false") not in {"true", "1"}:
                continue
            least = xml.child(primary, "minnormalizedmeasure")
            return 1.0 if least is None else _number(reading, least, -1, 1)
    return None


def _navigation(item: _Element) -> tuple[str, ...]:
    presentation = xml.child(item, "presentation")
    if presentation is None:
        return ()
    return tuple(xml.text_of(element) for element in presentation.iter() if xml.local(element) == "hidelmsui")


def _resources(reading: _Reading, manifest_base: str) -> tuple[Resource, ...]:
    parent = xml.child(reading.root, "resources")
    if parent is None:
        return ()
    base = manifest_base + xml.attributes(parent).get("xml:base", "")
    return tuple(_resource(reading, element, base) for element in xml.children(parent, "resource"))


def _resource(reading: _Reading, element: _Element, base: str) -> Resource:
    attributes = xml.attributes(element)
    kind = attributes.get("scormtype", "").lower()
    scormtype: ScormType = "sco" if kind == "sco" else "asset" if kind == "asset" else ""
    return Resource(
        identifier=_identifier(reading, element),
        type=attributes.get("type", ""),
        href=attributes.get("href", ""),
        scormtype=scormtype,
        base=base + attributes.get("xml:base", ""),
        files=tuple(
            File(xml.attributes(file).get("href", ""), xml.line_of(file)) for file in xml.children(element, "file")
        ),
        dependencies=tuple(
            xml.attributes(other).get("identifierref", "") for other in xml.children(element, "dependency")
        ),
        metadata=tuple(xml.whole(part) for part in xml.children(element, "metadata")),
        line=xml.line_of(element),
    )
