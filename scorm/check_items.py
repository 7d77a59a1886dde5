"""What each line of the table of contents says: its resource, its parameters, its limits."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from scorm import xml
from scorm.archive import MANIFEST
from scorm.cmi_values import interval, timespan
from scorm.report import Findings, Where

if TYPE_CHECKING:
    from scorm.model import Edition, Item, Manifest, Resource

_ACTIONS: Final = ("exit,message", "exit,no message", "continue,message", "continue,no message")
_PARAMETERS: Final = re.compile(r"(\?|&|#|)[\w.~!$'()*+,;=:@/?&%\-]*(#[\w.~!$'()*+,;=:@/?&%\-]*)?", re.ASCII)
_IDENTIFIER: Final = re.compile(r'"[^"]*"|[A-Za-z_][\w.\-]*')
_HIDDEN: Final[dict[Edition, tuple[str, ...]]] = {
    "2nd": ("previous", "continue", "exit", "abandon"),
    "3rd": ("previous", "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"),
    "4th": ("previous", "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"),
}
_WORDS: Final = {"and", "or", "not"}
_SPM_TITLE, _MOODLE_TITLE = 200, 255


def check_item(
    manifest: Manifest, item: Item, resources: dict[str, Resource], inner: set[str], findings: Findings
) -> None:
    """Add what is wrong with one item; ``inner`` are the identifiers of the manifests inside the manifest."""
    where = Where(MANIFEST, item.line, "item")
    if not item.title:
        findings.add("title-missing", where, element="item", identifier=item.identifier)
    elif _SPM_TITLE < len(item.title) <= _MOODLE_TITLE:
        findings.add("title-long", where, length=len(item.title))
    resource = resources.get(item.identifierref)
    if item.identifierref:
        _check_reference(manifest, item, resource, inner, findings)
    elif not item.children and manifest.standard == "2004":
        findings.add("identifierref-missing", where, item=item.identifier)
    if item.parameters:
        _check_parameters(manifest, item, findings)
    (_check_12 if manifest.standard == "1.2" else _check_2004)(manifest, item, resource, findings)


def _check_reference(
    manifest: Manifest, item: Item, resource: Resource | None, inner: set[str], findings: Findings
) -> None:
    where = Where(MANIFEST, item.line, "item")
    if item.children and manifest.standard == "2004":
        findings.add("item-nested-resource", where, item=item.identifier)
    if resource is None:
        if item.identifierref not in inner:
            findings.add("identifierref-unresolved", where, item=item.identifier, reference=item.identifierref)
        return
    place = Where(MANIFEST, resource.line, "resource")
    if not resource.href:
        findings.add("launch-missing", place, resource=resource.identifier)
    if resource.type != "webcontent":
        findings.add("resource-type", place, resource=resource.identifier, type=resource.type)


def _check_parameters(manifest: Manifest, item: Item, findings: Findings) -> None:
    where = Where(MANIFEST, item.line, "item")
    limit = 255 if manifest.standard == "1.2" else 1_000
    if not item.identifierref:
        findings.add("parameters-alone", where, item=item.identifier)
    if not _PARAMETERS.fullmatch(item.parameters):
        findings.add("parameters-format", where, item=item.identifier, value=item.parameters[:80])
    _bounded(where, "parameters", item.parameters, limit, findings)


def _bounded(where: Where, element: str, text: str, limit: int, findings: Findings) -> None:
    if len(text) > limit:
        findings.add("text-too-long", where, element=element, length=len(text), limit=limit)


def _check_12(manifest: Manifest, item: Item, _resource: Resource | None, findings: Findings) -> None:
    where = Where(MANIFEST, item.line, "item")
    if item.time_limit_action and item.time_limit_action not in _ACTIONS:
        _unknown(where, "timelimitaction", item.time_limit_action, _ACTIONS, findings)
    if item.max_time_allowed and timespan(item.max_time_allowed):
        findings.add(
            "duration-format", where, element="maxtimeallowed", value=item.max_time_allowed, expected="HHHH:MM:SS.SS"
        )
    _bounded(where, "datafromlms", item.launch_data, 255, findings)
    if item.prerequisites:
        known = {one.identifier for part in manifest.walk() for org in part.organizations for one in org.walk()}
        for reference in _IDENTIFIER.findall(item.prerequisites):
            if reference in known or reference.startswith('"'):
                continue
            if reference.lower() in _WORDS:
                findings.add("prerequisite-syntax", where, item=item.identifier, word=reference)
            else:
                findings.add("prerequisite-unresolved", where, item=item.identifier, reference=reference)


def _check_2004(manifest: Manifest, item: Item, resource: Resource | None, findings: Findings) -> None:
    where = Where(MANIFEST, item.line, "item")
    if item.time_limit_action and item.time_limit_action not in _ACTIONS:
        _unknown(where, "timeLimitAction", item.time_limit_action, _ACTIONS, findings)
    if item.max_time_allowed and interval(item.max_time_allowed):
        findings.add(
            "duration-format", where, element="maxTimeAllowed", value=item.max_time_allowed, expected="PnYnMnDTnHnMnS"
        )
    for name in item.navigation:
        if name not in _HIDDEN[manifest.edition]:
            _unknown(where, "hideLMSUI", name, _HIDDEN[manifest.edition], findings)
    _bounded(where, "dataFromLMS", item.launch_data, 4_000, findings)
    for element, present in (("dataFromLMS", item.launch_data), ("timeLimitAction", item.time_limit_action)):
        if present and (resource is None or resource.scormtype != "sco"):
            findings.add("sco-only", where, element=element, item=item.identifier)
    for extension in item.extensions:
        _check_data(item, extension, where, findings)


def _unknown(where: Where, element: str, value: str, expected: tuple[str, ...], findings: Findings) -> None:
    findings.add("value-unknown", where, element=element, value=value[:80], expected=", ".join(expected))


def _check_data(item: Item, extension: bytes, where: Where, findings: Findings) -> None:
    """``adlcp:data``: one map a target (2004 4th CAM 3.4.1)."""
    element, _ = xml.parse(extension)
    if xml.local(element) != "data":
        return
    targets = Counter(xml.attributes(one).get("targetid", "") for one in xml.children(element, "map"))
    for target, count in targets.items():
        if count > 1:
            findings.add("data-map-duplicate", where, item=item.identifier, target=target)
