"""What becomes of the evidence of one version in the next: it stays where it was shown, and is read there as far as said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.frameworks.crosswalks import links_between

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

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
    for link in links_between(session, old.key, new.key):
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
