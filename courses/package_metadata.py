"""The LOM of a package: what a catalogue needs to find it, credit it and tie it to competencies.

Written in the binding of each standard: IMS Learning Resource Meta-Data 1.2.1 for SCORM 1.2 (CAM 2.2), IEEE LOM XML
(1484.12.3) for SCORM 2004 (CAM 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from competency_frameworks import library
from competency_frameworks.model import item_identifier
from courses.markdown import plain_inline
from courses.package_content import competency_title
from courses.package_source import competencies_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from competency_frameworks.model import ItemRef
    from courses.model import Course, Module
    from courses.provenance import Ancestor, Provenance

_IMSMD: Final = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
_IEEE: Final = "http://ltsc.ieee.org/xsd/LOM"
MAX_KEYWORDS: Final = 10  # the smallest number that every catalogue keeps (IEEE 1484.12.1, 1.5)
FREE: Final = ("CC", "LO", "ETALAB", "GPL", "AGPL", "MIT")
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class _Binding:
    """One XML binding of LOM: the same tree, spelt differently."""

    old: bool
    language: str

    def node(self, name: str, *content: _Element | str | None) -> _Element:
        """An element; an empty part (None) is left out."""
        namespace = _IMSMD if self.old else _IEEE
        spelt = name.lower() if self.old else name
        nsmap: Any = {None: namespace}  # the stubs forget the default namespace
        element = etree.Element(f"{{{namespace}}}{spelt}", nsmap=nsmap)
        for part in content:
            if isinstance(part, str):
                element.text = part
            elif part is not None:
                element.append(part)
        return element

    def said(self, name: str, text: str, language: str = "") -> _Element | None:
        """An element with a text in a language; None when there is nothing to say."""
        if not text.strip():
            return None
        one = self.node("langstring" if self.old else "string", " ".join(text.split()))
        one.set(_XML_LANG if self.old else "language", language or self.language)
        return self.node(name, one)

    def term(self, name: str, value: str, old_value: str = "") -> _Element:
        """A word of the LOM vocabulary (LOMv1.0)."""
        if not self.old:
            return self.node(name, self.node("source", "LOMv1.0"), self.node("value", value))
        shown = old_value or value.title()
        return self.node(name, self.said("source", "LOMv1.0", "x-none"), self.said("value", shown, "x-none"))

    def identifier(self, catalog: str, entry: str) -> _Element:
        if self.old:
            return self.node("catalogentry", self.node("catalog", catalog), self.said("entry", entry, "x-none"))
        return self.node("identifier", self.node("catalog", catalog), self.node("entry", entry))

    def taxon(self, catalog: str, identifier: str, title: str) -> _Element:
        name = "taxonpath" if self.old else "taxonPath"
        taxon = self.node("taxon", self.node("id", identifier), self.said("entry", title))
        return self.node(name, self.said("source", catalog, "x-none" if self.old else "en"), taxon)


def lom(course: Course, module: Module | None, provenance: Provenance, *, standard: str, title: str) -> bytes:
    """The ``lom`` element for the manifest's metadata; ``standard`` is ``1.2`` or ``2004``."""
    binding = _Binding(old=standard == "1.2", language=course.language)
    minutes = module.minutes if module else course.minutes
    summary = (module.summary if module else course.summary) or course.summary
    root = binding.node(
        "lom",
        _general(binding, course, provenance, title, summary),
        _lifecycle(binding, course, provenance),
        _about_metadata(binding, course, provenance),
        binding.node(
            "technical",
            binding.node("format", "text/html"),
            binding.node("location", "index.html") if binding.old else None,
        ),
        _educational(binding, course, minutes),
        _rights(binding, course),
        *(_based_on(binding, ancestor) for ancestor in provenance.based_on),
        *_classifications(binding, course),
    )
    return etree.tostring(root, encoding="UTF-8")


def _general(binding: _Binding, course: Course, provenance: Provenance, title: str, summary: str) -> _Element:
    entry = "/".join(part for part in (course.id, provenance.module) if part)
    identity = binding.identifier(provenance.hub, entry)
    head = (binding.said("title", title), identity) if binding.old else (identity, binding.said("title", title))
    language = binding.node("language", course.language)
    keywords = [binding.said("keyword", text) for text in dict.fromkeys(_topics(binding, course))][:MAX_KEYWORDS]
    return binding.node("general", *head, language, binding.said("description", summary), *keywords)


def _about_metadata(binding: _Binding, course: Course, provenance: Provenance) -> _Element:
    """3 Meta-metadata: the models this record follows, as the SCORM profiles name them (1.2 CAM 2.2, 2004 CAM 4.2)."""
    language = binding.node("language", course.language)
    if binding.old:
        return binding.node("metaMetadata", binding.node("metadatascheme", "ADL SCORM 1.2"), language)
    models = [binding.node("metadataSchema", name) for name in ("LOMv1.0", "ADLv1.0")]
    return binding.node("metaMetadata", binding.identifier(provenance.hub, f"{course.id}/lom"), *models, language)


def _topics(binding: _Binding, course: Course) -> Iterator[str]:
    """What a catalogue files the course under: the titles of its competencies."""
    for activity in course.activities:
        for ref in competencies_of(activity):
            yield competency_title(ref, binding.language)


def _lifecycle(binding: _Binding, course: Course, provenance: Provenance) -> _Element:
    authors = [_contribution(binding, "author", name) for name in course.authors]
    publisher = [_contribution(binding, "publisher", provenance.hub)]
    neutral = "x-none" if binding.old else ""
    status = binding.term("status", "final")
    return binding.node("lifeCycle", binding.said("version", provenance.version, neutral), status, *authors, *publisher)


def _contribution(binding: _Binding, role: str, name: str) -> _Element:
    escaped = " ".join(name.split()).replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{escaped}\nORG:{escaped}\nEND:VCARD"
    entity = binding.node("centity", binding.node("vcard", card)) if binding.old else binding.node("entity", card)
    return binding.node("contribute", binding.term("role", role), entity)


def _educational(binding: _Binding, course: Course, minutes: int) -> _Element:
    duration = f"PT{minutes // 60}H{minutes % 60}M" if minutes >= 60 else f"PT{minutes}M"
    time = binding.node("datetime" if binding.old else "duration", duration)
    return binding.node(
        "educational",
        binding.term("intendedEndUserRole", "learner"),
        binding.node("typicalLearningTime", time) if minutes else None,
        binding.said("description", course.audience),
    )


def _rights(binding: _Binding, course: Course) -> _Element | None:
    if not course.licence:
        return None
    restricted = binding.term("copyrightAndOtherRestrictions", "yes")
    free = binding.term("cost", "no", "no") if course.licence.upper().startswith(FREE) else None
    return binding.node("rights", free, restricted, binding.said("description", course.licence, "en"))


def _based_on(binding: _Binding, ancestor: Ancestor) -> _Element:
    """7 Relation: kind ``isbasedon``, the hub and version it was made from, its licence and authors."""
    said = ", ".join(part for part in (*ancestor.authors, ancestor.licence, ancestor.address) if part)
    text = f"{ancestor.title or ancestor.course} ({ancestor.version}){', ' if said else ''}{said}"
    entry = binding.identifier(ancestor.hub, f"{ancestor.course}@{ancestor.version}")
    described = binding.said("description", text)
    parts = (described, entry) if binding.old else (entry, described)
    return binding.node("relation", binding.term("kind", "isbasedon", "IsBasedOn"), binding.node("resource", *parts))


def _classifications(binding: _Binding, course: Course) -> Iterator[_Element]:
    """9 Classification: the competencies taught or assessed, and those the objectives aim at."""
    taught = (ref for activity in course.activities for ref in competencies_of(activity))
    aimed = (ref for objective in course.objectives for ref in objective.competencies)
    texts = [plain_inline(objective.text) for objective in course.objectives]
    for purpose, refs, described in (
        ("competency", tuple(dict.fromkeys(taught)), ""),
        ("educational objective", tuple(dict.fromkeys(aimed)), " ; ".join(texts)),
    ):
        if refs or described:
            paths = [_taxon(binding, ref) for ref in refs]
            old = {"competency": "Competency"}.get(purpose, "Educational Objective")
            titles = [competency_title(ref, binding.language) for ref in refs]
            about = binding.said("description", described[:2000] or " ; ".join(titles)[:2000])
            keywords = [binding.said("keyword", text) for text in dict.fromkeys(titles)][:MAX_KEYWORDS]
            yield binding.node("classification", binding.term("purpose", purpose, old), *paths, about, *keywords)


def _taxon(binding: _Binding, ref: ItemRef) -> _Element:
    """A taxon whose id is the framework's URI followed by the code, and whose source is the framework."""
    framework = library.get(ref.framework, ref.version)
    base = framework.uri() if framework else f"urn:uuid:{item_identifier(ref.framework, ref.version)}"
    catalog = f"{ref.framework}@{ref.version}"
    return binding.taxon(catalog, f"{base}#{ref.code}", competency_title(ref, binding.language))
