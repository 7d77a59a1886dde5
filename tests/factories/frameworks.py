"""A small framework of a hub, with everything a framework can say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from competency_frameworks.model import (
    Association,
    Audience,
    Competency,
    ExternalNode,
    Framework,
    ItemRef,
    Level,
    LevelDescriptor,
    Source,
    Verification,
)
from competency_frameworks.text import Translated
from lms.frameworks.crosswalks import begin_crosswalk
from lms.frameworks.models import CrosswalkLink, FrameworkDocument
from lms.frameworks.services.importing import import_framework

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session


def say(fr: str, en: str = "") -> Translated:
    return Translated({"fr": fr, "en": en})


def small_framework(version: str = "1") -> Framework:
    """Two parts, four competencies, two levels, one relation inside and two outside."""
    framework_id = "lecture-plans"
    return Framework(
        id=framework_id,
        version=version,
        title=say("Lire des plans", "Reading plans"),
        description=say("Ce qu'il faut savoir d'un plan."),
        source=Source("Guide des plans", "https://example.org/plans", "Exemple", "2025"),
        licence="CC-BY-4.0",
        audiences=(Audience(say("Artisans", "Craftspeople"), say("Se situer", "To situate oneself")),),
        verification=Verification("own work", say("Écrit pour les essais.")),
        translation_status={"en": "unofficial"},
        levels=(Level("debut", 1, say("Début", "Start")), Level("suite", 2, say("Suite", "Next"), say("Seul."))),
        items=(
            Competency("A", say("Comprendre", "Understand"), kind="domain", order=1),
            Competency(
                "A.1", say("Nommer les traits", "Name the lines"), parent="A", order=1, notes=say("Trait fort, trait fin."),
                levels=(LevelDescriptor("suite", say("Sans aide.")), LevelDescriptor("debut", say("Avec aide."))),
            ),
            Competency("A.2", say("Retrouver l'échelle", "Find the scale"), parent="A", order=2),
            Competency("B", say("Produire"), kind="domain", order=2, id="0b3d7e2c-6d0c-5c0a-9f6e-8a4b9a1f2c37"),
            Competency("B.1", say("Tracer un croquis"), parent="B", order=1, uri="https://example.org/plans/b1"),
        ),
        associations=(
            Association("precedes", ItemRef(framework_id, version, "A.1"), ItemRef(framework_id, version, "B.1")),
            Association(
                "exactMatchOf", ItemRef(framework_id, version, "A.2"), ItemRef("fpa-rncp37275", "2023", "CP1"),
                note=say("À confirmer."), proposed_by="Hub A",
            ),
            Association(
                "isRelatedTo", ItemRef(framework_id, version, "B"), ExternalNode("https://example.org/autre", "Autre"),
            ),
        ),
    )  # fmt: skip


def add_samples(session: Session, hub_id: uuid.UUID, person_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """A draft, a crosswalk and an attached document of this hub: ids for the tests that open every page."""
    draft = import_framework(session, small_framework(), hub_id=hub_id, person_id=person_id).version
    walk = begin_crosswalk(
        session, origin=("fpa-rncp37275", "2023"), destination=("mediateur-numerique-poste-type", "2022"), hub_id=hub_id, person_id=person_id
    )  # fmt: skip
    link = CrosswalkLink(
        hub_id=hub_id, crosswalk_id=walk.id, origin_codes=["CP1"], destination_code="S1", confirmed_by=person_id
    )
    document = FrameworkDocument(
        hub_id=hub_id, framework_id=draft.framework_id, title="Guide", url="https://example.org/guide"
    )
    session.add_all([link, document])
    session.commit()
    return {
        "crosswalk_id": walk.id,
        "link_id": link.id,
        "framework_document_id": document.id,
        "framework_version_id": draft.id,
    }


def grown(version: str = "1") -> Framework:
    """The same later: A.2 is said otherwise, B.1 is gone, B.2 is new."""
    before = small_framework(version)
    items = [
        replace(one, statement=say("Retrouver et vérifier l'échelle", "Find and check the scale"))
        if one.code == "A.2"
        else one
        for one in before.items
        if one.code != "B.1"
    ]
    return replace(
        before,
        items=(*items, Competency("B.2", say("Coter un plan"), parent="B", order=1)),
        associations=before.associations[1:],
    )
