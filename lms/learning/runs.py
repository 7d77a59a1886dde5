"""Runs of SCORM packages: what a window is given when it opens one.

A run is one window of one learner at one attempt. Opening takes in what the device had kept, closes the time of the
former run and ends its right to write; what the window then sends is in ``lms/learning/commits.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.catalog.models import ScormPackage
from lms.db import unscoped
from lms.delivery.models import Enrolment, TrainingSession
from lms.learning.closing import why_shut
from lms.learning.models import Attempt, PackageRun
from scorm.cmi import close_session, initial_data

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from lms.learning.tokens import PackageToken


class RunError(RuntimeError):
    """A run or commit that is refused; ``status`` is the HTTP status, ``fr`` and ``en`` say why and what was kept.

    ``state`` is what the page around the package says of it: it has the words of each.
    """

    def __init__(self, status: int, fr: str, en: str, state: str = "failed") -> None:
        super().__init__(en)
        self.status, self.fr, self.en, self.state = status, fr, en, state


GONE = (404, "Cette activité n'existe pas ou plus.", "This activity does not exist, or no longer.")
ELSEWHERE = (
    409,
    "Ce module a été ouvert ailleurs depuis : ce qui y est fait est enregistré là-bas. Rechargez pour continuer ici.",
    "This module was opened elsewhere since: what is done there is saved. Reload to go on here.",
    "elsewhere",
)
UNREADABLE = (
    422,
    "Ce que le module a envoyé n'est pas lisible ; ce qui était enregistré est gardé.",
    "What the module sent cannot be read; what was saved is kept.",
)


@dataclass(frozen=True, slots=True)
class Launch:
    """Everything the frame needs to run a package."""

    package: dict[str, Any]  # scorm.outline.package_outline
    scos: list[dict[str, Any]]  # as in the outline, with the run-time data to go on from and to begin with
    launch: int  # 0: nothing is recorded
    sequencing: dict[str, Any]  # what commits last said of it
    silent: str = ""  # why nothing is recorded: preview, closed, left; "" when it is


_outlines: dict[tuple[uuid.UUID, str], dict[str, Any]] = {}


def package_outline_of(session: Session, hub: uuid.UUID, package: str) -> dict[str, Any] | None:
    """The outline of a package of this hub, remembered: packages never change."""
    found = _outlines.get((hub, package))
    if found is None:
        with unscoped(session):
            found = session.scalar(
                select(ScormPackage.manifest).where(ScormPackage.hub_id == hub, ScormPackage.sha256 == package)
            )
        if found is not None:
            if len(_outlines) > 2000:
                _outlines.clear()
            _outlines[hub, package] = found
    return found


def open_run(session: Session, token: PackageToken) -> Launch:
    """Begin a run: the time of the former one is closed, and its window may no longer write. RunError when gone.

    When the learner may only read again, the package is opened for review and nothing is written.
    """
    outline = package_outline_of(session, token.hub, token.package)
    if outline is None:
        raise RunError(*GONE)
    if token.attempt is None:
        who = {"learner_id": "preview", "learner_name": "Preview"}
        return Launch(outline, _parts(outline, {}, who | _MODES["preview"]), 0, {}, "preview")
    with unscoped(session):
        row = session.execute(
            select(
                Attempt, Enrolment.pseudonym, Person.family_name, Person.given_name, PackageRun.sequencing,
                TrainingSession.status, Enrolment.status,
            )
            .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
            .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
            .join(Person, Person.id == Enrolment.person_id)
            .outerjoin(PackageRun, PackageRun.attempt_id == Attempt.id)
            .where(Attempt.id == token.attempt, Attempt.hub_id == token.hub, Enrolment.person_id == token.person)
        ).first()  # fmt: skip
        if row is None:
            raise RunError(*GONE)
        attempt, pseudonym, family, given, sequencing, *statuses = row
        if attempt.state.get("package", token.package) != token.package:  # moved to a newer one since the page was made
            raise RunError(*ELSEWHERE)
        who = {"learner_id": pseudonym, "learner_name": f"{family}, {given}".strip(", ")}
        shut = why_shut(*statuses)
        if shut:
            parts = _parts(outline, attempt.state.get("scos", {}), who | _MODES["review"])
            return Launch(outline, parts, 0, sequencing or {}, shut.state)
        launch = int(attempt.state.get("launch", 0)) + 1
        scos = {
            key: sco | {"kept": close_session(outline["standard"], sco.get("kept", {})), "visit": 0}
            for key, sco in attempt.state.get("scos", {}).items()
        }
        attempt.state = attempt.state | {"launch": launch, "sequence": 0, "scos": scos}
        attempt.revision += 1
        session.flush()
    return Launch(outline, _parts(outline, scos, who | _MODES["normal"]), launch, sequencing or {})


_MODES = {
    "normal": {"mode": "normal", "credit": "credit"},
    "review": {"mode": "review", "credit": "no-credit"},
    "preview": {"mode": "browse", "credit": "no-credit"},
}


def _parts(outline: dict[str, Any], scos: dict[str, Any], given: dict[str, str]) -> list[dict[str, Any]]:
    """Each part with the data it goes on from (``elements``) and the data of a first time (``fresh``)."""
    listed = []
    for sco in outline["scos"]:
        before = scos.get(sco["id"], {})
        data: dict[str, Any] = given | {
            name: sco[name]
            for name in ("mastery", "completion_threshold", "launch_data", "max_time_allowed", "time_limit_action")
        }
        listed.append({
            "id": sco["id"], "title": sco["title"], "url": sco["url"], "is_sco": sco["is_sco"],
            "prerequisites": sco.get("prerequisites", ""),
            "elements": initial_data(outline["standard"], state=before.get("kept"), **data),
            "fresh": initial_data(outline["standard"], **data),
            "status": status_word(before), "done": is_finished(before),
        })  # fmt: skip
    return listed


def is_finished(sco: Mapping[str, Any]) -> bool:
    """Nothing is left to do in this part of a package."""
    return sco.get("success") == "passed" or (sco.get("completion") == "completed" and sco.get("success") != "failed")


def status_word(sco: Mapping[str, Any]) -> str:
    """The state of a part as SCORM 1.2 names it, which prerequisites ask for."""
    if sco.get("success") in {"passed", "failed"}:
        return str(sco["success"])
    return {"completed": "completed", "incomplete": "incomplete"}.get(str(sco.get("completion")), "not attempted")
