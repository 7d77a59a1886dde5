"""The sequencing of a SCORM 2004 package, made from what the course says (2004 4th SN 3, CAM 5).

- A module with ``requires`` is closed until the modules it names are done, or were shown known by a pre-test.
- A positioning quiz is a pre-test: lessons whose every objective it asks about are skipped when they are known.
- The course is passed by its counted quizzes, weighed by their points (post-test roll-up); skipped lessons are not owed.

What passes from one SCO to another are global objectives, written by the player and mapped here: completion is carried as
the success of an objective, because the 3rd edition shares nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm.manifest_writer import NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.etree import _Element

    from courses.model import Course, Module
    from courses.package_parts import Part

_NS: Final = NAMESPACES["2004"]
_NSMAP: Final = {"imsss": _NS["imsss"], "adlseq": _NS["adlseq"]}


def done_objective(part: str) -> str:
    """Local id of the objective that a part passes when it is complete."""
    return f"done-{part}"


def known_objective(part: str) -> str:
    """Local id of the objective that a pre-test passes when a part is needless."""
    return f"known-{part}"


def _made(name: str, *children: _Element, prefix: str = "imsss", **attributes: str) -> _Element:
    element = etree.Element(f"{{{_NS[prefix]}}}{name}", attributes, nsmap=_NSMAP)
    element.extend(children)
    return element


class Sequencer:
    """Writes the ``imsss:sequencing`` of each item of one course."""

    def __init__(self, course: Course, parts: Sequence[Part]) -> None:
        self.course, self.parts = course, parts
        self.checked = {check.part: part.id for part in parts for check in part.checks}

    def organization(self, mark: float) -> bytes:
        """Free choice and flow; satisfied when the weighed score reaches the pass mark."""
        return self._written(
            _made("controlMode", choice="true", flow="true"),
            *([_made("objectives", self._primary(mark))] if mark else []),
        )

    def cluster(self, module: Module) -> bytes:
        """A module whose parts are several: closed as long as what it requires is not done."""
        owed = self._owed(module)
        weight = sum(part.weight for part in self.parts if part.module == module.id)
        return self._written(
            _made("controlMode", choice="true", flow="true"),
            *self._rules(owed, ""),
            self._rollup(weight > 0, True, weight),
            _made("objectives", _made("primaryObjective", objectiveID="primary"), *self._read(owed)),
        )

    def leaf(self, part: Part, module: Module, *, alone: bool) -> bytes:
        """A SCO; ``alone`` says that it is its module's only one, and holds the module's rules itself."""
        owed = self._owed(module) if alone else []
        skipped = part.id if part.id in self.checked else ""
        counted = bool(part.scored)
        objectives = [self._primary(part.mastery) if counted else _made("primaryObjective", objectiveID="primary")]
        objectives.append(self._objective(done_objective(part.id), write=True))
        objectives += [self._objective(known_objective(check.part), write=True) for check in part.checks]
        objectives += [self._objective(done_objective(check.part), write=True) for check in part.checks]
        objectives += self._read(owed)
        objectives += [self._objective(known_objective(skipped))] if skipped else []
        return self._written(
            *self._rules(owed, skipped),
            self._rollup(counted, part.required, part.weight),
            _made("objectives", *objectives),
            _made("deliveryControls", completionSetByContent="true", objectiveSetByContent="true"),
            _made(
                "rollupConsiderations", prefix="adlseq", requiredForSatisfied="ifNotSkipped",
                requiredForNotSatisfied="ifNotSkipped", requiredForCompleted="ifNotSkipped",
                requiredForIncomplete="ifNotSkipped",
            ),
        )  # fmt: skip

    def _owed(self, module: Module) -> list[str]:
        """The parts to finish before a module: those of the modules it requires that somebody must do."""
        return [part.id for part in self.parts if part.module in module.requires and part.required]

    def _written(self, *children: _Element) -> bytes:
        return etree.tostring(_made("sequencing", *children))

    def _primary(self, mark: float) -> _Element:
        least = _made("minNormalizedMeasure")
        least.text = f"{mark:g}"
        return _made("primaryObjective", least, objectiveID="primary", satisfiedByMeasure="true")

    def _objective(self, local: str, *, write: bool = False) -> _Element:
        """An objective shared with the other SCOs of the course under its own id."""
        shared = _made(
            "mapInfo", targetObjectiveID=f"urn:bouquet:{self.course.id}:{local}", readSatisfiedStatus="true",
            writeSatisfiedStatus=str(write).lower(), readNormalizedMeasure="false", writeNormalizedMeasure="false",
        )  # fmt: skip
        return _made("objective", shared, objectiveID=local)

    def _read(self, owed: Iterable[str]) -> list[_Element]:
        return [self._objective(done_objective(part)) for part in owed]

    def _rules(self, owed: Sequence[str], skipped: str) -> list[_Element]:
        rules = []
        if skipped:
            known = _made("ruleCondition", referencedObjective=known_objective(skipped), condition="satisfied")
            rules.append(self._rule([known], "skip"))
        if owed:
            # an objective that nobody has written yet is neither satisfied nor not: both are asked
            conditions = [
                _made("ruleCondition", referencedObjective=done_objective(part), operator="not", condition=condition)
                for part in owed
                for condition in ("satisfied", "objectiveStatusKnown")
            ]
            rules.append(self._rule(conditions, "disabled"))
        return [_made("sequencingRules", *rules)] if rules else []

    def _rule(self, conditions: list[_Element], action: str) -> _Element:
        return _made(
            "preConditionRule",
            _made("ruleConditions", *conditions, conditionCombination="any"),
            _made("ruleAction", action=action),
        )

    def _rollup(self, satisfied: bool, completed: bool, weight: float) -> _Element:  # noqa: FBT001
        return _made(
            "rollupRules", rollupObjectiveSatisfied=str(satisfied).lower(),
            rollupProgressCompletion=str(completed).lower(), objectiveMeasureWeight=f"{weight:.4f}",
        )  # fmt: skip
