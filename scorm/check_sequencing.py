"""What the schemas cannot say of sequencing: references, bounds, objectives that contradict each other.

SCORM 2004 4th CAM 5.1 and 5.2, SN 3.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from lxml import etree

from scorm import xml
from scorm.archive import MANIFEST
from scorm.report import Findings, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from scorm.model import Manifest

_IMSSS: Final = "http://www.imsglobal.org/xsd/imsss"
_ADLSEQ: Final = "http://www.adlnet.org/xsd/adlseq_v1p3"
_COUNT: Final = (0, 2**31 - 1)
_BOUNDS: Final[dict[tuple[str, str], tuple[float, float]]] = {
    ("limitConditions", "attemptLimit"): _COUNT,
    ("rollupRule", "minimumCount"): _COUNT,
    ("rollupRule", "minimumPercent"): (0, 1),
    ("ruleCondition", "measureThreshold"): (-1, 1),
    ("rollupRules", "objectiveMeasureWeight"): (0, 1),
    ("randomizationControls", "selectCount"): _COUNT,
}
_READS: Final = ("readSatisfiedStatus", "readNormalizedMeasure")
_WRITES: Final = ("writeSatisfiedStatus", "writeNormalizedMeasure")
_ADL: Final = ("RawScore", "MinScore", "MaxScore", "CompletionStatus", "ProgressMeasure")
_CAUTION: Final = {
    "attemptExperiencedDurationLimit",
    "activityAbsoluteDurationLimit",
    "activityExperiencedDurationLimit",
    "beginTimeLimit",
    "endTimeLimit",
}
_TRUE: Final = {"true", "1"}


@dataclass(frozen=True, slots=True)
class _Activity:
    """An organization or an item, its own sequencing and the shared one it refers to."""

    owner: _Element
    own: _Element
    shared: _Element | None

    def parts(self) -> Iterator[_Element]:
        yield self.own
        if self.shared is not None:
            yield self.shared

    def children(self, space: str, name: str) -> list[_Element]:
        """The elements of that name in the activity's own sequencing, else in the shared one."""
        for part in self.parts():
            found = [one for one in part if one.tag == f"{{{space}}}{name}"]
            if found:
                return found
        return []


def check_sequencing(manifest: Manifest, root: _Element, findings: Findings) -> None:
    """Add every problem of sequencing in a 2004 manifest."""
    shared = _collection(root, findings)
    for owner in root.iter("*"):
        if xml.local(owner) not in {"item", "organization"} or not xml.is_packaging(owner):
            continue
        if xml.local(owner) == "item":
            _check_threshold(manifest, owner, findings)
        own = xml.child(owner, "sequencing")
        if own is None:
            continue
        attributes = xml.attributes(own)
        if "id" in attributes:
            findings.add("seq-id-misplaced", _where(own), attribute="ID")
        reference = attributes.get("idref", "")
        if reference and reference not in shared:
            findings.add("seq-idref-unresolved", _where(own), reference=reference)
        activity = _Activity(owner, own, shared.get(reference))
        _check_objectives(activity, findings)
        _check_references(activity, findings)
        _check_control(activity, findings)
    for sequencing in root.iter(f"{{{_IMSSS}}}sequencing"):
        _check_numbers(sequencing, findings)
        _check_caution(sequencing, findings)


def _where(element: _Element) -> Where:
    return Where(MANIFEST, xml.line_of(element), etree.QName(element).localname)


def _collection(root: _Element, findings: Findings) -> dict[str, _Element]:
    found: dict[str, _Element] = {}
    for collection in root.iter(f"{{{_IMSSS}}}sequencingCollection"):
        for element in xml.children(collection, "sequencing"):
            attributes = xml.attributes(element)
            if "idref" in attributes:
                findings.add("seq-id-misplaced", _where(element), attribute="IDRef")
            if attributes.get("id"):
                found.setdefault(attributes["id"], element)
            else:
                findings.add("seq-id-missing", _where(element))
    return found


def _check_threshold(manifest: Manifest, item: _Element, findings: Findings) -> None:
    element = xml.child(item, "completionthreshold")
    if element is None:
        return
    written = bool(xml.attributes(element).keys() & {"completedbymeasure", "minprogressmeasure", "progressweight"})
    if written != (manifest.edition == "4th"):
        findings.add("threshold-form", _where(element), edition=manifest.edition)


def _check_objectives(activity: _Activity, findings: Findings) -> None:
    objectives = [one for parent in activity.children(_IMSSS, "objectives") for one in parent]
    names: Counter[str] = Counter()
    written: dict[tuple[str, str], set[int]] = defaultdict(set)
    for number, objective in enumerate(objectives):
        name = xml.attributes(objective).get("objectiveid", "")
        maps = list(xml.children(objective, "mapinfo"))
        if name:
            names[name] += 1
            if names[name] == 2:
                findings.add("seq-objective-duplicate", _where(objective), objective=name)
        elif maps:
            findings.add("seq-objective-nameless", _where(objective))
        _check_least(objective, findings)
        _check_maps(name, maps, _READS, findings)
        _note_writes(number, maps, _WRITES, written, findings)
    for parent in activity.children(_ADLSEQ, "objectives"):
        for number, objective in enumerate(xml.children(parent, "objective")):
            name = xml.attributes(objective).get("objectiveid", "")
            if name not in names:
                _unresolved(objective, "objectiveID", name, findings)
            maps = list(xml.children(objective, "mapinfo"))
            _check_maps(name, maps, tuple(f"read{one}" for one in _ADL), findings)
            _note_writes(number, maps, tuple(f"write{one}" for one in _ADL), written, findings)


def _unresolved(element: _Element, attribute: str, reference: str, findings: Findings) -> None:
    findings.add("seq-objective-unresolved", _where(element), attribute=attribute, reference=reference)


def _check_least(objective: _Element, findings: Findings) -> None:
    least = xml.child(objective, "minnormalizedmeasure")
    if least is not None:
        _bounded(least, "minNormalizedMeasure", xml.text_of(least), (-1, 1), findings)


def _check_maps(name: str, maps: list[_Element], reads: tuple[str, ...], findings: Findings) -> None:
    for attribute in reads:
        said = "true" if attribute in _READS else "false"  # the default, but ADL's own packages leave it unsaid
        reading = [one for one in maps if xml.attributes(one).get(attribute.lower(), said) in _TRUE]
        if len(reading) > 1:
            findings.add("seq-read-twice", _where(reading[1]), objective=name, what=attribute.removeprefix("read"))


def _note_writes(
    number: int,
    maps: list[_Element],
    writes: tuple[str, ...],
    written: dict[tuple[str, str], set[int]],
    findings: Findings,
) -> None:
    for one in maps:
        attributes = xml.attributes(one)
        target = attributes.get("targetobjectiveid", "")
        if not target:
            findings.add("seq-map-blank", _where(one), attribute="targetObjectiveID")
        for attribute in writes:
            if attributes.get(attribute.lower(), "false") in _TRUE:
                who = written[target, attribute]
                if who and number not in who:
                    what = attribute.removeprefix("write")
                    findings.add("seq-write-twice", _where(one), what=what, target=target)
                who.add(number)


def _check_references(activity: _Activity, findings: Findings) -> None:
    known = {
        _named(objective, "objectiveid")
        for part in activity.parts()
        for parent in part.iter(f"{{{_IMSSS}}}objectives")
        for objective in parent
    }
    for part in activity.parts():
        for condition in part.iter(f"{{{_IMSSS}}}ruleCondition"):
            reference = xml.attributes(condition).get("referencedobjective")
            if reference is not None and _named(condition, "referencedobjective") not in known:
                _unresolved(condition, "referencedObjective", reference, findings)
    if xml.local(activity.owner) == "organization":
        for action in activity.own.iter(f"{{{_IMSSS}}}ruleAction"):
            parent = action.getparent()
            name = xml.attributes(action).get("action", "")
            if parent is not None and xml.local(parent) == "postconditionrule" and name in {"exitParent", "previous"}:
                findings.add("seq-organization-rule", _where(action), action=name)


def _named(element: _Element, attribute: str) -> str:
    """An identifier as a URI compares it: percent signs decoded, white space put in order."""
    return " ".join(unquote(xml.attributes(element).get(attribute, "")).split())


def _check_control(activity: _Activity, findings: Findings) -> None:
    below = list(xml.children(activity.owner, "item"))
    identifier = xml.attributes(activity.owner).get("identifier", "")
    for mode in activity.children(_IMSSS, "controlMode"):
        attributes = xml.attributes(mode)
        if below and attributes.get("choice", "true") not in _TRUE and attributes.get("flow", "false") not in _TRUE:
            findings.add("seq-unreachable", _where(mode), item=identifier)
    for controls in activity.children(_IMSSS, "randomizationControls"):
        count = xml.attributes(controls).get("selectcount", "")
        if count.isdecimal() and int(count[:9]) > len(below):
            findings.add("seq-select-count", _where(controls), item=identifier, count=count[:9], children=len(below))


def _check_numbers(sequencing: _Element, findings: Findings) -> None:
    for (name, attribute), bounds in _BOUNDS.items():
        for element in sequencing.iter(f"{{{_IMSSS}}}{name}"):
            text = xml.attributes(element).get(attribute.lower())
            if text is not None:
                _bounded(element, attribute, text, bounds, findings)


def _bounded(element: _Element, attribute: str, text: str, bounds: tuple[float, float], findings: Findings) -> None:
    try:
        value = float(text)
    except ValueError:
        value = bounds[1] + 1
    if not bounds[0] <= value <= bounds[1] or (bounds is _COUNT and not text.isdecimal()):
        low, high = f"{bounds[0]:g}", "…" if bounds is _COUNT else f"{bounds[1]:g}"
        findings.add("seq-number", _where(element), attribute=attribute, value=text[:40], low=low, high=high)


def _check_caution(sequencing: _Element, findings: Findings) -> None:
    for element in sequencing.iter("*"):
        name = xml.local(element)
        if name == "auxiliaryresources":
            findings.add("seq-caution", _where(element), name="<auxiliaryResources>")
        elif name == "limitconditions":
            for attribute in sorted(_CAUTION & {str(key) for key in element.attrib}):
                findings.add("seq-caution", _where(element), name=attribute)
        elif name in {"rulecondition", "rollupcondition"}:
            condition = str(element.get("condition", ""))
            if condition in {"timeLimitExceeded", "outsideAvailableTimeRange"}:
                findings.add("seq-caution", _where(element), name=condition)
