"""LOM metadata as tables: which elements go where, in what order, with which words.

SCORM 1.2 binds it with IMS MD 1.2.1 (lower-case names, order matters), SCORM 2004 with IEEE 1484.12.3 (any order). No
registry package ships a schema of either that can be loaded: the structure is written here from the standards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scorm.model import Standard

_LEVELS: Final = ("very low", "low", "medium", "high", "very high")
_ROLES: Final = (
    "author", "publisher", "unknown", "initiator", "terminator", "validator", "editor", "graphical designer",
    "technical implementer", "content provider", "technical validator", "educational validator", "script writer",
    "instructional designer", "subject matter expert",
)  # fmt: skip
_RELATIONS: Final = (
    "ispartof", "haspart", "isversionof", "hasversion", "isformatof", "hasformat", "references", "isreferencedby",
    "isbasedon", "isbasisfor", "requires", "isrequiredby",
)  # fmt: skip
_OLD_CONTEXTS: Final = (
    "primary education", "secondary education", "university first cycle", "university second cycle",
    "university postgrade", "technical school first cycle", "technical school second cycle",
    "professional formation", "continuous formation", "vocational training",
)  # fmt: skip

VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {
    "general/structure": ("atomic", "collection", "networked", "hierarchical", "linear"),
    "general/aggregationlevel": ("1", "2", "3", "4"),
    "lifecycle/status": ("draft", "final", "revised", "unavailable"),
    "lifecycle/contribute/role": _ROLES,
    "metametadata/contribute/role": ("creator", "validator"),
    "educational/interactivitytype": ("active", "expositive", "mixed"),
    "educational/learningresourcetype": (
        "exercise", "simulation", "questionnaire", "diagram", "figure", "graph", "index", "slide", "table",
        "narrative text", "exam", "experiment", "problem statement", "self assessment", "lecture",
    ),
    "educational/interactivitylevel": _LEVELS,
    "educational/semanticdensity": _LEVELS,
    "educational/intendedenduserrole": ("teacher", "author", "learner", "manager"),
    "educational/context": ("school", "higher education", "training", "other"),
    "educational/difficulty": ("very easy", "easy", "medium", "difficult", "very difficult"),
    "rights/cost": ("yes", "no"),
    "rights/copyrightandotherrestrictions": ("yes", "no"),
    "relation/kind": _RELATIONS,
    "classification/purpose": (
        "discipline", "idea", "prerequisite", "educational objective", "accessibility restrictions",
        "educational level", "skill level", "security level", "competency",
    ),
}  # fmt: skip
"""The words of LOMv1.0 by path, in lower case; 1.2 capitalises them."""
OLD_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "general/structure": ("mixed", "branched", "parceled"),
    "educational/interactivitytype": ("undefined",),
    "educational/learningresourcetype": ("problemstatement", "selfassesment", "selfassessment", "narrativetext"),
    "educational/context": _OLD_CONTEXTS,
}
"""The words that only the draft behind SCORM 1.2 has."""


@dataclass(frozen=True, slots=True)
class Node:
    """What an element may hold: ``children`` in order (None: text or a language string), ``many`` times or once."""

    children: dict[str, Node] | None = None
    many: bool = False
    vocabulary: bool = False


def _tree(text: str, shapes: dict[str, dict[str, Node]]) -> dict[str, Node]:
    """``name``, ``name*`` (repeatable), ``name!`` (vocabulary), ``name:shape`` (a shape by name), in their order."""
    found: dict[str, Node] = {}
    for word in text.split():
        name, _, shape = word.partition(":")
        bare = name.strip("*!")
        found[bare] = Node(shapes.get(shape or bare), "*" in name, "!" in name)
    return found


@dataclass(frozen=True, slots=True)
class Binding:
    """One XML binding of LOM."""

    namespaces: tuple[str, ...]
    ordered: bool
    root: dict[str, Node]
    text: str  # the element that carries a text with its language
    schemas: tuple[str, ...]
    schema_element: str
    mandatory: tuple[str, ...]
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)


def _old_binding() -> Binding:
    shapes: dict[str, dict[str, Node]] = {}
    for name, text in (
        ("catalogentry", "catalog entry"),
        ("date", "datetime description"),
        ("centity", "vcard"),
        ("person", "vcard"),
        ("contribute", "role! centity*:centity date:date"),
        ("requirement", "type! name! minimumversion maximumversion"),
        ("resource", "identifier description catalogentry*:catalogentry"),
        (
            "general",
            "identifier title catalogentry* language* description* keyword* coverage* structure! aggregationlevel!",
        ),
        ("lifecycle", "version status! contribute*"),
        ("metametadata", "identifier catalogentry* contribute* metadatascheme* language"),
        (
            "technical",
            "format* size location* requirement* installationremarks otherplatformrequirements duration:date",
        ),
        (
            "educational",
            (
                "interactivitytype! learningresourcetype*! interactivitylevel! semanticdensity! intendedenduserrole*! "
                "context*! typicalagerange* difficulty! typicallearningtime:date description language*"
            ),
        ),
        ("rights", "cost! copyrightandotherrestrictions! description"),
        ("relation", "kind! resource"),
        ("annotation", "person date description"),
        ("taxon", "id entry taxon*"),
        ("taxonpath", "source taxon"),
        ("classification", "purpose! taxonpath* description keyword*"),
    ):
        shapes[name] = _tree(text, shapes)
    shapes["taxon"]["taxon"] = Node(shapes["taxon"], many=True)
    return Binding(
        namespaces=("http://www.imsglobal.org/xsd/imsmd_rootv1p2p1", "http://www.imsproject.org/xsd/imsmd_rootv1p2"),
        ordered=True,
        root=_tree(
            "general lifecycle metametadata technical educational rights relation* annotation* classification*", shapes
        ),
        text="langstring",
        schemas=("ADL SCORM 1.2",),
        schema_element="metadatascheme",
        mandatory=(
            "general/title", "general/catalogentry", "general/description", "general/keyword", "lifecycle/version",
            "lifecycle/status", "metametadata/metadatascheme", "technical/format", "technical/location", "rights/cost",
            "rights/copyrightandotherrestrictions", "classification/purpose", "classification/description",
            "classification/keyword",
        ),
        words={path: words + OLD_WORDS.get(path, ()) for path, words in VOCABULARIES.items()},
    )  # fmt: skip


def _new_binding() -> Binding:
    shapes: dict[str, dict[str, Node]] = {}
    for name, text in (
        ("identifier", "catalog entry"),
        ("date", "dateTime description"),
        ("span", "duration description"),
        ("contribute", "role! entity* date"),
        ("orComposite", "type! name! minimumVersion maximumVersion"),
        ("requirement", "orComposite*"),
        ("resource", "identifier* description*"),
        ("taxon", "id entry"),
        ("taxonPath", "source taxon*"),
        ("general", "identifier* title language* description* keyword* coverage* structure! aggregationLevel!"),
        ("lifeCycle", "version status! contribute*"),
        ("metaMetadata", "identifier* contribute* metadataSchema* language"),
        (
            "technical",
            "format* size location* requirement* installationRemarks otherPlatformRequirements duration:span",
        ),
        (
            "educational",
            (
                "interactivityType! learningResourceType*! interactivityLevel! semanticDensity! intendedEndUserRole*! "
                "context*! typicalAgeRange* difficulty! typicalLearningTime:span description* language*"
            ),
        ),
        ("rights", "cost! copyrightAndOtherRestrictions! description"),
        ("relation", "kind! resource"),
        ("annotation", "entity date description"),
        ("classification", "purpose! taxonPath* description keyword*"),
    ):
        shapes[name] = _tree(text, shapes)
    return Binding(
        namespaces=("http://ltsc.ieee.org/xsd/LOM",),
        ordered=False,
        root=_tree(
            "general lifeCycle metaMetadata technical educational* rights relation* annotation* classification*", shapes
        ),
        text="string",
        schemas=("LOMv1.0", "ADLv1.0", "SCORM_CAM_v1.3"),
        schema_element="metadataSchema",
        mandatory=(
            "general/identifier", "general/title", "general/description", "general/keyword", "lifeCycle/version",
            "lifeCycle/status", "metaMetadata/identifier", "metaMetadata/metadataSchema", "technical/format",
            "rights/cost", "rights/copyrightAndOtherRestrictions",
        ),
        words=VOCABULARIES,
    )  # fmt: skip


BINDINGS: Final[dict[Standard, Binding]] = {"1.2": _old_binding(), "2004": _new_binding()}
