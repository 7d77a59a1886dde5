"""The manifest of a course's package: one SCO, one a module, or sequenced SCOs, and every file listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.package_content import mastery
from courses.package_sequencing import Sequencer
from scorm.manifest import File, Item, Organization, Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from courses.model import Course
    from courses.package_parts import Part
    from scorm.manifest import Standard

_COMMON = "RES-COMMON"


def single_sco(
    title: str, mark: float, standard: Standard, names: Iterable[str]
) -> tuple[Organization, list[Resource]]:
    """One item that launches ``index.html``; ``mark`` is the pass mark, 0..1."""
    item = Item(
        identifier="ITEM-1",
        title=title,
        identifierref="RES-1",
        mastery_score=round(mark * 100, 2) if mark and standard == "1.2" else None,
        scaled_passing_score=mark if mark and standard == "2004" else None,
    )
    files = tuple(File(name) for name in sorted(names))
    resource = Resource("RES-1", href="index.html", scormtype="sco", files=files)
    return Organization("ORG-1", title, (item,)), [resource]


def several_scos(
    course: Course, title: str, parts: Sequence[Part], own: dict[str, list[str]], names: Iterable[str], *,
    standard: Standard, sequenced: bool,
) -> tuple[Organization, list[Resource]]:  # fmt: skip
    """An item a part, under its module when that has several. ``own``: part -> its page and what only it needs, the
    page first; ``names`` are the files that all share."""
    sequencer = Sequencer(course, parts) if sequenced else None
    items = []
    for module in course.modules:
        inside = [part for part in parts if part.module == module.id]
        leaves = tuple(
            Item(
                identifier=f"ITEM-{part.id}",
                title=part.title,
                identifierref=f"RES-{part.id}",
                mastery_score=round(part.mastery * 100, 2) if part.mastery and standard == "1.2" else None,
                scaled_passing_score=part.mastery if part.mastery and standard == "2004" else None,
                prerequisites=_prerequisites(parts, module.requires) if standard == "1.2" else "",
                sequencing=sequencer.leaf(part, module, alone=len(inside) == 1) if sequencer else b"",
            )
            for part in inside
        )
        if len(leaves) > 1:
            rules = sequencer.cluster(module) if sequencer else b""
            items.append(Item(f"ITEM-all-{module.id}", module.title, children=leaves, sequencing=rules))
        else:
            items += leaves
    organization = Organization(
        "ORG-1", title, tuple(items), sequencing=sequencer.organization(mastery(course)) if sequencer else b""
    )
    resources = [
        Resource(
            f"RES-{part.id}", href=own[part.id][0], scormtype="sco", files=tuple(File(name) for name in own[part.id]),
            dependencies=(_COMMON,),
        )
        for part in parts
    ]  # fmt: skip
    shared = Resource(_COMMON, scormtype="asset", files=tuple(File(name) for name in sorted(names)))
    return organization, [*resources, shared]


def _prerequisites(parts: Sequence[Part], modules: tuple[str, ...]) -> str:
    """SCORM 1.2 CAM 2.3.4.3.2: the items to finish first, in AICC script."""
    return "&".join(f"ITEM-{part.id}" for part in parts if part.module in modules and part.required)
