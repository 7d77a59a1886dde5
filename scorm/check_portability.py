"""What other platforms are known not to take: Moodle's parser, LMSs that open one SCO only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm import xml
from scorm.archive import MANIFEST
from scorm.report import Findings, Where

if TYPE_CHECKING:
    from lxml.etree import _Element

    from scorm.model import Manifest, Standard

_NUMERIC: Final = re.compile(r"&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});")
_TITLE: Final = re.compile(r"<(?:[\w.\-]{1,40}:)?title(?:\s[^<>]{0,400})?>([^<]{1,4000})<")
_LOST: Final = re.compile(r"&[#\w]{1,12};\s+&[#\w]{1,12};|\S[ \t]*[\r\n]+\s*\S")
_ENCODED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_MOODLE_TITLE: Final = 255
_MOODLE: Final = {"adlcp", "imsss", "adlnav", "adlseq"}


def check_portability(manifest: Manifest, root: _Element, text: str, findings: Findings) -> None:
    """Add what is right by the standard and known to fail elsewhere; ``text`` is the manifest as written."""
    _check_text(text, findings)
    _check_prefixes(manifest.standard, root, findings)
    _check_bases(root, findings)
    _check_sequencing(manifest, root, findings)
    for part in manifest.walk():
        for organization in part.organizations:
            _title(organization.identifier, organization.title, organization.line, "organization", findings)
            for item in organization.walk():
                _title(item.identifier, item.title, item.line, "item", findings)
                if item.prerequisites:
                    where = Where(MANIFEST, item.line, "item")
                    findings.add("prerequisites-ignored", where, item=item.identifier)
    count = sum(sco.is_sco for sco in manifest.scos())
    where = Where(MANIFEST, 0, "organizations")
    if count > 1:
        findings.add("several-scos", where, count=count)
    if len(manifest.organizations) > 1:
        findings.add("several-organizations", where, count=len(manifest.organizations))


def _title(identifier: str, title: str, line: int, element: str, findings: Findings) -> None:
    if len(title) > _MOODLE_TITLE:
        where = Where(MANIFEST, line, element)
        findings.add("moodle-title", where, identifier=identifier, length=len(title))


def _check_text(text: str, findings: Findings) -> None:
    line, last = 1, 0
    for match in _NUMERIC.finditer(text):
        line, last = line + text.count("\n", last, match.start()), match.start()
        findings.add("moodle-character-entity", Where(MANIFEST, line), value=match[0])
    line, last = 1, 0
    for match in _TITLE.finditer(text):
        lost = _LOST.search(match[1].strip())
        if lost:
            line, last = line + text.count("\n", last, match.start()), match.start()
            value = " ".join(match[1].split())[:80]
            findings.add("moodle-white-space", Where(MANIFEST, line, "title"), value=value)


def _check_prefixes(standard: Standard, root: _Element, findings: Findings) -> None:
    """Moodle compares ``adlcp:scormtype`` and its like as text, namespaces are nothing to it."""
    told: set[tuple[str, str]] = set()
    for element in root.iter("*"):
        used = [(element.prefix or "", str(etree.QName(element).namespace or ""))]
        for name in element.attrib:
            uri = str(etree.QName(str(name)).namespace or "")
            if uri:
                used.append((next((str(key) for key, value in element.nsmap.items() if key and value == uri), ""), uri))
        for prefix, uri in used:
            expected = xml.PREFIXES[standard].get(uri, "")
            expected = "" if expected == "imscp" else expected
            known = uri in xml.PREFIXES[standard] and (expected in _MOODLE or not expected)
            if known and prefix != expected and (prefix, uri) not in told:
                told.add((prefix, uri))
                where = Where(MANIFEST, xml.line_of(element), etree.QName(element).localname)
                findings.add("moodle-prefix", where, prefix=prefix, uri=uri, expected=expected)


def _check_bases(root: _Element, findings: Findings) -> None:
    for element in root.iter("*"):
        if not xml.is_packaging(element):
            continue
        attributes, name = xml.attributes(element), xml.local(element)
        base = attributes.get("xml:base", "")
        where = Where(MANIFEST, xml.line_of(element), name)
        if base and name in {"manifest", "resources"}:
            findings.add("moodle-base", where, element=name)
        if base and (base.startswith("/") or "\\" in base or not base.endswith("/")):
            findings.add("base-format", where, value=base[:120])
        href = attributes.get("href", "") if name in {"resource", "file"} else ""
        if _ENCODED.search(href.partition("?")[0]):
            findings.add("moodle-encoded-path", where, path=href[:120])


def _check_sequencing(manifest: Manifest, root: _Element, findings: Findings) -> None:
    for element in root.iter("*"):
        name = xml.local(element)
        if name == "mapinfo":
            findings.add("moodle-map-info", Where(MANIFEST, xml.line_of(element), "mapInfo"))
            break
    for element in root.iter("*"):
        name = xml.local(element)
        if name == "sequencing" and not xml.is_packaging(element) and manifest.standard == "1.2":
            findings.add("seq-in-12", Where(MANIFEST, xml.line_of(element), "sequencing"))
            return
        ruled = (name == "sequencingrules" and len(element)) or name in {"limitconditions", "randomizationcontrols"}
        barred = name == "controlmode" and xml.attributes(element).keys() - {"flow"}
        if ruled or barred:
            where = Where(MANIFEST, xml.line_of(element), etree.QName(element).localname)
            findings.add("moodle-sequencing", where)
            return
