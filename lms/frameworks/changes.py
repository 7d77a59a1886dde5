"""What becomes of the evidence of one version in the next: it stays where it was shown, and is read there as far as said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from competency_frameworks.library import load_crosswalks
from lms.frameworks.crosswalks import links_between

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from competency_frameworks.crosswalk import Crosswalk
    from competency_frameworks.model import Framework


@dataclass(frozen=True, slots=True)
class CarryOver:
    """One item of the older version. ``how``: same (the item goes on), crosswalk (by ``rule``), none (nobody has said).

    ``to``: codes of the newer version. Whatever it is, evidence keeps naming the version it was shown in.
    """

    code: str
    how: str
    to: tuple[str, ...] = ()
    rule: str = ""


def carry_over(session: Session, old: Framework, new: Framework) -> dict[str, CarryOver]:
    """For every item of the older version, what the newer one makes of its evidence. Two statements."""
    by_identifier = {new.identifier(item.code): item.code for item in new.items}
    found: dict[str, CarryOver] = {}
    for walk in load_crosswalks().values():  # those that come with Bouquet, then what the hub has confirmed
        if (walk.origin, walk.destination) == ("@".join(old.key), "@".join(new.key)):
            found |= _of_bundled(walk)
    links = links_between(session, old.key, new.key)
    for code in {code for link in links for code in link.origin_codes}:
        found.pop(code, None)  # the hub has said otherwise
    for link in links:
        for code in link.origin_codes:
            before = found.get(code)
            to = (*(before.to if before else ()), link.destination_code)
            found[code] = CarryOver(code, "crosswalk", to, link.rule)
    for item in old.items:
        if item.code in found:
            continue
        same = by_identifier.get(old.identifier(item.code))
        found[item.code] = CarryOver(item.code, "same", (same,), "copy") if same else CarryOver(item.code, "none")
    return found


def _of_bundled(walk: Crosswalk) -> dict[str, CarryOver]:
    """What a bundled crosswalk makes of each item: its rules carry evidence, its other relations only tie items."""
    found: dict[str, CarryOver] = {}
    for link in walk.relations:
        before = found.get(link.origin)
        found[link.origin] = CarryOver(
            link.origin, "crosswalk", (*(before.to if before else ()), link.destination), "none"
        )
    carried: dict[str, CarryOver] = {}
    for rule in walk.rules:
        for code in rule.sources:
            before = carried.get(code)
            to = (*(before.to if before else ()), rule.target)
            carried[code] = CarryOver(code, "crosswalk", tuple(dict.fromkeys(to)), rule.kind)
    return found | carried
