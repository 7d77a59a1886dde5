"""The framework model: what a competency framework is, whatever file it came from.

Everything is frozen and compares by value. A framework is known by (id, version), an item by
(framework, version, code).
The terms are those of CASE (1EdTech Competencies and Academic Standards Exchange 1.1) where it has one, of SKOS (W3C)
for mappings that CASE does not know. Scales and rules stand in ``scales`` and can be imported from here.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import Any, Literal, get_args
from uuid import UUID, uuid5

from competency_frameworks.scales import CompletionRule, Level, LevelDescriptor, RatingRule, RulePart, Scale
from competency_frameworks.text import Translated

__all__ = [
    "ASSOCIATION_KINDS", "NAMESPACE", "SKOS_KINDS", "STATUSES", "TRANSLATION_STATUSES", "VERIFICATION_STATUSES", "Association",
    "AssociationKind", "Audience", "Competency", "CompletionRule", "ExternalNode", "Framework", "GlossaryEntry", "ItemRef",
    "Level", "LevelDescriptor", "Node", "RatingRule", "RulePart", "Scale", "Source", "Status", "TranslationStatus",
    "Verification", "VerificationStatus", "item_identifier",
]  # fmt: skip

AssociationKind = Literal[
    "isChildOf",
    "exactMatchOf",
    "isRelatedTo",
    "precedes",
    "replacedBy",
    "isPeerOf",
    "exemplar",
    "isPartOf",
    "hasSkillLevel",
    "isTranslationOf",
    "closeMatch",
    "broadMatch",
    "narrowMatch",
]
Status = Literal["draft", "adopted", "deprecated"]
TranslationStatus = Literal["official", "unofficial", "none"]
VerificationStatus = Literal["verified", "secondary source", "own work"]

ASSOCIATION_KINDS: tuple[AssociationKind, ...] = get_args(AssociationKind)
SKOS_KINDS: frozenset[AssociationKind] = frozenset(("closeMatch", "broadMatch", "narrowMatch"))  # not known to CASE
STATUSES: tuple[Status, ...] = get_args(Status)
TRANSLATION_STATUSES: tuple[TranslationStatus, ...] = get_args(TranslationStatus)
VERIFICATION_STATUSES: tuple[VerificationStatus, ...] = get_args(VerificationStatus)

# The root of every identifier made here; it must never change, identifiers are stored and exchanged.
NAMESPACE = UUID("6f0b1d0e-6d0c-5c0a-9f6e-8a4b9a1f2c37")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a framework is for and what it is for."""

    who: Translated
    purpose: Translated


@dataclass(frozen=True, slots=True)
class Competency:
    """One item of a framework, at any depth.

    ``kind`` is free; ours are domain, competency, knowledge, skill, attitude, transversal. ``parent`` is the code of
    the item above, "" for a root. ``order`` counts siblings from 1. ``short`` is a shorter wording of the statement,
    where one is published. ``level`` is the step of the scale at which the item itself stands (a learning outcome
    of the basic level), ``levels`` what each step means for it. ``scale`` names one of ``Framework.scales``, "" for the
    framework's own. ``rating`` and ``completion`` are rules published with the item. ``id`` and ``uri`` are given only
    when the item already has them elsewhere (read from CASE); otherwise the framework makes them.
    """

    code: str
    statement: Translated
    kind: str = "competency"
    parent: str = ""
    order: int = 0
    notes: Translated = field(default_factory=Translated)
    levels: tuple[LevelDescriptor, ...] = ()
    id: str = ""
    uri: str = ""
    short: Translated = field(default_factory=Translated)
    keywords: tuple[str, ...] = ()
    scale: str = ""
    level: str = ""
    rating: RatingRule | None = None
    completion: CompletionRule | None = None


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A word the framework uses and what it means there."""

    term: Translated
    explanation: Translated


@dataclass(frozen=True, slots=True)
class ItemRef:
    """One item of one version of one framework; written ``framework@version#code``."""

    framework: str
    version: str
    code: str

    def __str__(self) -> str:
        return f"{self.framework}@{self.version}#{self.code}"

    @classmethod
    def parse(cls, text: str) -> ItemRef:
        """Read ``framework@version#code``; ValueError names the text when it has another shape."""
        framework, at, rest = text.partition("@")
        version, sharp, code = rest.partition("#")
        if not (at and sharp and framework and version and code):
            raise ValueError(f"not an item reference (framework@version#code): {text!r}")
        return cls(framework, version, code)


@dataclass(frozen=True, slots=True)
class ExternalNode:
    """Something outside our frameworks that an association points at, known by its absolute URI."""

    uri: str
    title: str = ""

    def __str__(self) -> str:
        return self.uri


Node = ItemRef | ExternalNode


@dataclass(frozen=True, slots=True)
class Association:
    """A typed relation ``origin`` -> ``destination`` (CASE 1.1 CFAssociation, associationType; SKOS for the matches).

    Read "origin kind destination"; in ``broadMatch`` the destination is the broader one (SKOS 8.1). ``proposed_by`` names
    who proposes the relation when it is not part of the framework as published. ``strength``, above 0 and up to 1, says
    how much of the origin the destination covers, None when nobody said. ``id`` is the UUID it already has elsewhere.
    """

    kind: AssociationKind
    origin: Node
    destination: Node
    note: Translated = field(default_factory=Translated)
    proposed_by: str = ""
    strength: float | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The publication a framework was taken from; ``date`` is ISO 8601 (year, month or day)."""

    title: str = ""
    url: str = ""
    publisher: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """How far the data was compared with its source, and by which way."""

    status: VerificationStatus
    note: Translated = field(default_factory=Translated)


@dataclass(frozen=True)
class Framework:
    """One version of one competency framework.

    ``licence`` is an SPDX identifier or a short sentence; ``translation_status`` says for each language other than
    ``language`` whether its texts are official; ``supersedes`` is ``id@version`` of the version this one replaces.
    ``levels`` is the scale of every item that names none of ``scales``. ``rating`` is the rule of every item without one
    of its own. ``document_id`` and ``address`` are the UUID and URI the framework already has elsewhere.
    """

    id: str
    version: str
    title: Translated
    language: str = "fr"
    description: Translated = field(default_factory=Translated)
    source: Source = field(default_factory=Source)
    licence: str = ""
    audiences: tuple[Audience, ...] = ()
    verification: Verification = field(default_factory=lambda: Verification("own work"))
    translation_status: Mapping[str, TranslationStatus] = field(default_factory=dict, hash=False)
    status: Status = "adopted"
    supersedes: str = ""
    levels: tuple[Level, ...] = ()
    items: tuple[Competency, ...] = ()
    associations: tuple[Association, ...] = ()
    scales: tuple[Scale, ...] = ()
    rating: RatingRule | None = None
    glossary: tuple[GlossaryEntry, ...] = ()
    document_id: str = ""
    address: str = ""

    @cached_property
    def _by_code(self) -> dict[str, Competency]:
        return {item.code: item for item in reversed(self.items)}  # the first of a duplicated code wins

    @cached_property
    def _by_parent(self) -> dict[str, tuple[Competency, ...]]:
        groups: dict[str, list[Competency]] = {}
        for item in self.items:
            groups.setdefault(item.parent, []).append(item)
        return {parent: tuple(sorted(found, key=lambda item: item.order)) for parent, found in groups.items()}

    @property
    def key(self) -> tuple[str, str]:
        return (self.id, self.version)

    @property
    def languages(self) -> tuple[str, ...]:
        """The framework's own language first, then those it is translated into."""
        others = (lang for lang, status in sorted(self.translation_status.items()) if status != "none")
        return (self.language, *(lang for lang in others if lang != self.language))

    def find(self, code: str) -> Competency | None:
        """The item of that code, or None."""
        return self._by_code.get(code) if code else None

    def level(self, level_id: str) -> Level | None:
        """The level of that id in the framework's scale, or None."""
        return next((level for level in self.levels if level.id == level_id), None)

    def scale_of(self, item: Competency) -> tuple[Level, ...]:
        """The steps on which ``item`` is rated, lowest first; empty when it names a scale that does not exist."""
        if not item.scale:
            return self._own_scale
        found = next((scale.levels for scale in self.scales if scale.id == item.scale), ())
        return tuple(sorted(found, key=lambda level: level.order))

    def rating_of(self, item: Competency) -> RatingRule | None:
        """The rule that rates ``item``: its own, else the framework's, None when neither says."""
        return item.rating or self.rating

    @cached_property
    def _own_scale(self) -> tuple[Level, ...]:
        return tuple(sorted(self.levels, key=lambda level: level.order))

    def roots(self) -> tuple[Competency, ...]:
        """The items without parent, in order."""
        return self._by_parent.get("", ())

    def children(self, code: str) -> tuple[Competency, ...]:
        """The items directly under ``code``, in order; empty for a leaf or an unknown code."""
        return self._by_parent.get(code, ()) if code else ()

    def path(self, code: str) -> tuple[Competency, ...]:
        """From the root down to the item of that code, itself included; empty for an unknown code. Ends on a cycle."""
        found: dict[str, Competency] = {}
        item = self.find(code)
        while item is not None and item.code not in found:
            found[item.code] = item
            item = self.find(item.parent)
        return tuple(reversed(found.values()))

    def identifier(self, code: str = "") -> str:
        """The UUID of an item, or of this version of the framework when ``code`` is empty (CASE 1.1 ``identifier``).

        Given ones are kept. An item's is else made from framework id and code only, so an unchanged item keeps it from
        one version to the next. KeyError when there is no such item.
        """
        if not code:
            return self.document_id or str(uuid5(NAMESPACE, f"{self.id}@{self.version}"))
        item = self._by_code[code]
        return item.id or item_identifier(self.id, code)

    def uri(self, code: str = "") -> str:
        """The absolute URI of an item or of the framework: its own when it has one, else ``urn:uuid:`` (RFC 9562)."""
        return (self._by_code[code].uri if code else self.address) or f"urn:uuid:{self.identifier(code)}"

    def ref(self, code: str) -> ItemRef:
        """The full reference of an item of this framework."""
        return ItemRef(self.id, self.version, code)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hex) of everything the framework says; the order in which items were written does not count.

        What says nothing is left out, so a part that the model gains later changes no hash of a framework without it.
        """
        plain = {entry.name: _plain(getattr(self, entry.name)) for entry in fields(self)}
        plain["items"].sort(key=lambda item: (item["code"], _canonical(item)))
        plain["associations"].sort(key=_canonical)
        return hashlib.sha256(
            _canonical({key: said for key, said in plain.items() if _says(said)}).encode()
        ).hexdigest()


def item_identifier(framework_id: str, code: str) -> str:
    """The UUIDv5 of an item known by its framework's id and its code."""
    return str(uuid5(NAMESPACE, f"{framework_id}#{code}"))


def _canonical(plain: Any) -> str:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Translated):
        return {lang: unicodedata.normalize("NFC", text) for lang, text in value.pairs}
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if is_dataclass(value):
        pairs = ((entry.name, _plain(getattr(value, entry.name))) for entry in fields(value))
        return {name: said for name, said in pairs if _says(said) or name == "code"}
    return value


def _says(plain: Any) -> bool:
    return not (plain is None or plain is False or plain in ("", [], {}))
