"""Sequencing and navigation of a SCORM 2004 manifest -> the plain settings that a sequencing engine is started with.

Pure data in the shape of scorm-again's ``SequencingSettings.activityTree``: reusable collections are resolved here, so
that nothing depends on how an engine merges them. SCORM 1.2 has no sequencing, only prerequisites
(``scorm.prerequisites``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scorm import xml
from scorm.messages import ScormError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from scorm.model import Item, Manifest, Organization

HIDABLE: Final = {"continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"}

_FLAGS: Final[dict[str, dict[str, str]]] = {
    "controlmode": {
        "choice": "choice", "choiceexit": "choiceExit", "flow": "flow", "forwardonly": "forwardOnly",
        "usecurrentattemptobjectiveinfo": "useCurrentAttemptObjectiveInfo",
        "usecurrentattemptprogressinfo": "useCurrentAttemptProgressInfo",
    },
    "constrainedchoiceconsiderations": {"preventactivation": "preventActivation", "constrainchoice": "constrainChoice"},
    "deliverycontrols": {
        "tracked": "tracked", "completionsetbycontent": "completionSetByContent",
        "objectivesetbycontent": "objectiveSetByContent",
    },
    "rolluprules": {
        "rollupobjectivesatisfied": "rollupObjectiveSatisfied", "rollupprogresscompletion": "rollupProgressCompletion",
    },
}  # fmt: skip
_MAP_FLAGS: Final = {
    "readsatisfiedstatus": "readSatisfiedStatus", "readnormalizedmeasure": "readNormalizedMeasure",
    "writesatisfiedstatus": "writeSatisfiedStatus", "writenormalizedmeasure": "writeNormalizedMeasure",
    "readrawscore": "readRawScore", "readminscore": "readMinScore", "readmaxscore": "readMaxScore",
    "readcompletionstatus": "readCompletionStatus", "readprogressmeasure": "readProgressMeasure",
    "writerawscore": "writeRawScore", "writeminscore": "writeMinScore", "writemaxscore": "writeMaxScore",
    "writecompletionstatus": "writeCompletionStatus", "writeprogressmeasure": "writeProgressMeasure",
}  # fmt: skip
_READ_BY_DEFAULT: Final = {"readSatisfiedStatus": True, "readNormalizedMeasure": True}  # CAM 5.1.7.3
_READ_EXTENDED: Final = dict.fromkeys(
    ("readRawScore", "readMinScore", "readMaxScore", "readCompletionStatus", "readProgressMeasure"), True
)
_REQUIRED: Final = {
    "requiredforsatisfied": "requiredForSatisfied", "requiredfornotsatisfied": "requiredForNotSatisfied",
    "requiredforcompleted": "requiredForCompleted", "requiredforincomplete": "requiredForIncomplete",
}  # fmt: skip
_RULES: Final = {
    "preconditionrule": "preConditionRules", "exitconditionrule": "exitConditionRules",
    "postconditionrule": "postConditionRules",
}  # fmt: skip
_LIMITS: Final = {
    "attemptabsolutedurationlimit": "attemptAbsoluteDurationLimit",
    "activityabsolutedurationlimit": "activityAbsoluteDurationLimit",
    "begintimelimit": "beginTimeLimit", "endtimelimit": "endTimeLimit",
}  # fmt: skip


def activity_tree(manifest: Manifest) -> dict[str, Any] | None:
    """The activity tree of the default organization, None for SCORM 1.2 or without an organization.

    Keys are scorm-again's (``id``, ``title``, ``children``, ``sequencingControls``, ``sequencingRules``,
    ``rollupRules``, ``objectives``…). What a manifest leaves out is left out, so that the engine's defaults, which are
    the standard's, hold. Values that the standard does not allow are left out too (SCORM 2004 4th SN 3, CAM 5.1).
    """
    organization = manifest.default_organization
    if manifest.standard != "2004" or organization is None:
        return None
    shared = _collection(manifest.sequencing_collection)
    tree = _activity(organization, organization.title or manifest.title, shared)
    tree["children"] = [_item(item, shared) for item in organization.items]
    return tree


def is_sequenced(manifest: Manifest) -> bool:
    """Whether the author wrote any sequencing: without it the parts are simply all open."""
    organization = manifest.default_organization
    if manifest.standard != "2004" or organization is None:
        return False
    return bool(organization.sequencing) or any(item.sequencing for item in organization.walk())


def _item(item: Item, shared: Mapping[str, _Element]) -> dict[str, Any]:
    activity = _activity(item, item.title, shared)
    if not item.isvisible:
        activity["isVisible"] = False
    hidden = [name for name in item.navigation if name in HIDABLE]
    if hidden:
        activity["hideLmsUi"] = hidden
    threshold: dict[str, Any] = {}
    if item.completed_by_measure:
        threshold = {"completedByMeasure": True, "minProgressMeasure": item.completion_threshold or 0.0}
    if item.progress_weight is not None:
        threshold["progressWeight"] = item.progress_weight
    if threshold:
        activity["completionThreshold"] = threshold
    maps = list(_shared_data(item))
    if maps:
        activity["sharedDataMaps"] = maps
    if item.children:
        activity["children"] = [_item(child, shared) for child in item.children]
    return activity


def _activity(node: Item | Organization, title: str, shared: Mapping[str, _Element]) -> dict[str, Any]:
    activity: dict[str, Any] = {"id": node.identifier, "title": title}
    own = _parsed(node.sequencing)
    if own is not None:
        collection = shared.get(xml.attributes(own).get("idref", ""))
        # what an activity says itself comes before the collection it refers to (SCORM 2004 4th CAM 5.1.1)
        parts = ({} if collection is None else _parts(collection)) | _parts(own)
        _read_controls(activity, parts)
        _read_rules(activity, parts)
        _read_objectives(activity, parts)
    return activity


def _parsed(data: bytes) -> _Element | None:
    if not data:
        return None
    try:
        return xml.parse(data)[0]
    except ScormError:
        return None


def _collection(data: bytes) -> dict[str, _Element]:
    root = _parsed(data)
    if root is None:
        return {}
    return {xml.attributes(one).get("id", ""): one for one in xml.children(root, "sequencing")}


def _parts(sequencing: _Element) -> dict[str, _Element]:
    """The elements by name; ADL's objectives, which extend those of IMS under the same name, by one of their own."""
    found: dict[str, _Element] = {}
    for part in sequencing:
        extends = xml.local(part) == "objectives" and "adlseq" in str(part.tag)
        found["adl objectives" if extends else xml.local(part)] = part
    return found


def _read_controls(activity: dict[str, Any], parts: Mapping[str, _Element]) -> None:
    controls: dict[str, Any] = {}
    for name, flags in _FLAGS.items():
        if name in parts:
            controls |= _flags(xml.attributes(parts[name]), flags)
    if "rolluprules" in parts:
        weight = _number(xml.attributes(parts["rolluprules"]), "objectivemeasureweight", 0.0, 1.0)
        controls |= {} if weight is None else {"objectiveMeasureWeight": weight}
    if "randomizationcontrols" in parts:
        controls |= _randomization(xml.attributes(parts["randomizationcontrols"]))
    if controls:
        activity["sequencingControls"] = controls
    if "limitconditions" in parts:
        said = xml.attributes(parts["limitconditions"])
        limit = _number(said, "attemptlimit", 0, 1_000_000)
        activity |= {} if limit is None else {"attemptLimit": int(limit)}
        activity |= {key: said[name] for name, key in _LIMITS.items() if said.get(name)}


def _read_rules(activity: dict[str, Any], parts: Mapping[str, _Element]) -> None:
    if "sequencingrules" in parts:
        rules = {
            key: [_rule(one) for one in xml.children(parts["sequencingrules"], name)] for name, key in _RULES.items()
        }
        activity["sequencingRules"] = {key: [rule for rule in listed if rule] for key, listed in rules.items()}
    if "rolluprules" in parts:
        rolled = [_rollup_rule(one) for one in xml.children(parts["rolluprules"], "rolluprule")]
        activity["rollupRules"] = {"rules": [rule for rule in rolled if rule]}
    if "rollupconsiderations" in parts:
        said = xml.attributes(parts["rollupconsiderations"])
        considered: dict[str, Any] = {key: said[name] for name, key in _REQUIRED.items() if said.get(name)}
        considered |= _flags(said, {"measuresatisfactionifactive": "measureSatisfactionIfActive"})
        activity["rollupConsiderations"] = considered


def _rule(element: _Element) -> dict[str, Any]:
    return _conditions(element, "rulecondition") | _action(element, "ruleaction") if _complete(element, "rule") else {}


def _rollup_rule(element: _Element) -> dict[str, Any]:
    if not _complete(element, "rollup"):
        return {}
    said = xml.attributes(element)
    rule = {"consideration": said.get("childactivityset") or "all"}
    count, percent = _number(said, "minimumcount", 0, 1_000_000), _number(said, "minimumpercent", 0.0, 1.0)
    return (
        rule
        | ({} if count is None else {"minimumCount": int(count)})
        | ({} if percent is None else {"minimumPercent": percent})
        | _conditions(element, "rollupcondition")
        | _action(element, "rollupaction")
    )


def _complete(element: _Element, kind: str) -> bool:
    """A rule without an action or a condition decides nothing."""
    action, conditions = xml.child(element, f"{kind}action"), xml.child(element, f"{kind}conditions")
    return action is not None and conditions is not None and xml.child(conditions, f"{kind}condition") is not None


def _action(element: _Element, name: str) -> dict[str, Any]:
    action = xml.child(element, name)
    said = xml.attributes(action).get("action", "") if action is not None else ""
    return {"action": "hiddenFromChoice" if said == "hideFromChoice" else said}


def _conditions(element: _Element, name: str) -> dict[str, Any]:
    parent = xml.child(element, f"{name}s")
    if parent is None:
        return {}
    listed = []
    for one in xml.children(parent, name):
        said = xml.attributes(one)
        condition: dict[str, Any] = {"condition": said.get("condition", "")}
        if said.get("operator") == "not":
            condition["operator"] = "not"
        if said.get("referencedobjective"):
            condition["referencedObjective"] = said["referencedobjective"]
        threshold = _number(said, "measurethreshold", -1.0, 1.0)
        if threshold is not None:
            condition["parameters"] = {"threshold": threshold}
        listed.append(condition)
    # rules hold when all their conditions do, roll-up rules when any does (CAM 5.1.3.1.1, 5.1.5.1.1)
    combination = xml.attributes(parent).get("conditioncombination") or ("all" if name == "rulecondition" else "any")
    return {"conditionCombination": combination, "conditions": listed}


def _randomization(said: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    reorder = said.get("reorderchildren", "false").lower() in {"true", "1"}
    if said.get("randomizationtiming"):
        found |= {"randomizationTiming": said["randomizationtiming"], "randomizeChildren": reorder}
        found["reorderChildren"] = reorder
    if said.get("selectiontiming"):
        found["selectionTiming"] = said["selectiontiming"]
    count = _number(said, "selectcount", 0, 1_000_000)
    if count is not None:
        found |= {"selectCount": int(count), "selectionCountStatus": True}
    return found


def _read_objectives(activity: dict[str, Any], parts: Mapping[str, _Element]) -> None:
    more = _extended_maps(parts.get("adl objectives"))
    for element in parts.get("objectives", ()):
        kind = xml.local(element)
        if kind not in {"primaryobjective", "objective"}:
            continue
        one = _objective(element, more)
        if kind == "primaryobjective" and (one["objectiveID"] or len(one) > 1):
            one["objectiveID"] = one["objectiveID"] or f"{activity['id']}-primary"
            activity["primaryObjective"] = one
        elif kind == "objective" and one["objectiveID"]:
            activity.setdefault("objectives", []).append(one)


def _objective(element: _Element, more: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    said = xml.attributes(element)
    found: dict[str, Any] = {"objectiveID": said.get("objectiveid", "")}
    if said.get("satisfiedbymeasure", "").lower() in {"true", "1"}:
        found["satisfiedByMeasure"] = True
        least = xml.child(element, "minnormalizedmeasure")
        least_said = {"least": xml.text_of(least)} if least is not None else {}
        value = _number(least_said, "least", -1.0, 1.0)
        found["minNormalizedMeasure"] = 1.0 if value is None else value
    maps = {one["targetObjectiveID"]: one for one in _maps(element, extended=False)}
    for one in more.get(found["objectiveID"], ()):
        maps[one["targetObjectiveID"]] = maps.get(one["targetObjectiveID"], _closed(one)) | one
    if maps:
        found["mapInfo"] = list(maps.values())
    return found


def _extended_maps(objectives: _Element | None) -> dict[str, list[dict[str, Any]]]:
    """What the 4th edition adds to the maps: raw scores, completion and progress (ADL SEQ 1.3)."""
    if objectives is None:
        return {}
    return {
        xml.attributes(one).get("objectiveid", ""): list(_maps(one, extended=True))
        for one in xml.children(objectives, "objective")
    }


def _maps(element: _Element, *, extended: bool) -> Iterator[dict[str, Any]]:
    for one in xml.children(element, "mapinfo"):
        said = xml.attributes(one)
        if said.get("targetobjectiveid"):
            given = _flags(said, _MAP_FLAGS)
            target = {"targetObjectiveID": said["targetobjectiveid"]}
            yield (target | _READ_EXTENDED if extended else _closed(target) | _READ_BY_DEFAULT) | given


def _closed(one: Mapping[str, Any]) -> dict[str, Any]:
    """A map that carries nothing yet: an engine that reads by default would overwrite what is not mapped."""
    return {"targetObjectiveID": one["targetObjectiveID"]} | dict.fromkeys(_MAP_FLAGS.values(), False)


def _shared_data(item: Item) -> Iterator[dict[str, Any]]:
    """The buckets that parts of a course share (4th edition, CAM 3.4.1.10)."""
    for extension in item.extensions:
        root = _parsed(extension)
        if root is None or xml.local(root) != "data":
            continue
        for one in xml.children(root, "map"):
            said = xml.attributes(one)
            if said.get("targetid"):
                flags = {"readshareddata": "readSharedData", "writeshareddata": "writeSharedData"}
                yield {"targetID": said["targetid"], "readSharedData": True, "writeSharedData": True} | _flags(
                    said, flags
                )


def _flags(said: Mapping[str, str], names: Mapping[str, str]) -> dict[str, bool]:
    return {key: said[name].lower() in {"true", "1"} for name, key in names.items() if said.get(name)}


def _number(said: Mapping[str, str], name: str, low: float, high: float) -> float | None:
    try:
        value = float(said[name])
    except (KeyError, ValueError):
        return None
    return value if low <= value <= high else None
