"""Runs of SCORM packages: what is loaded into the run-time, and what its commits change.

A commit is the hottest path of the application: one read, one write, and the learner's progress only when it changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import undefer

from lms.accounts.models import Person
from lms.catalog.models import ScormPackage, VersionActivity
from lms.contracts import Outcome
from lms.db import unscoped, utc_now
from lms.delivery.models import Enrolment, TrainingSession
from lms.learning.closing import why_shut
from lms.learning.models import Attempt, Progress
from lms.learning.services import update_progress
from scorm.cmi import ScormResult, apply_mastery, apply_thresholds, close_session, initial_data, merge, read_commit

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from lms.learning.tokens import PackageToken

WRITTEN = ("state", "completion", "success", "score", "seconds", "updated_at")
_TABLE = cast("Table", Attempt.__table__)
_ENROLMENT, _SESSION = cast("Table", Enrolment.__table__), cast("Table", TrainingSession.__table__)
_READ = (
    select(
        _TABLE.c.hub_id, _TABLE.c.state, _TABLE.c.completion, _TABLE.c.success, _TABLE.c.score, _TABLE.c.revision,
        _TABLE.c.started_at, _TABLE.c.enrolment_id, _TABLE.c.activity_key,
        _ENROLMENT.c.status.label("enrolment_status"), _SESSION.c.status.label("session_status"),
    )
    .select_from(_TABLE.join(_ENROLMENT, _ENROLMENT.c.id == _TABLE.c.enrolment_id))
    .join(_SESSION, _SESSION.c.id == _ENROLMENT.c.session_id)
    .where(_TABLE.c.id == bindparam("attempt"))
)  # fmt: skip
# made once: building and keying a statement costs more than running it
_WRITE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("attempt"), _TABLE.c.revision == bindparam("read"))
    .values(revision=bindparam("read") + 1)
    .values({name: bindparam(f"new_{name}") for name in WRITTEN})
)
_PLACE = cast("Table", Progress.__table__)
_BETTER = (
    update(_PLACE)
    .where(_PLACE.c.enrolment_id == bindparam("enrolment"), _PLACE.c.activity_key == bindparam("activity"))
    .where(or_(_PLACE.c.score.is_(None), _PLACE.c.score < bindparam("better")))
    .values(score=bindparam("better"), updated_at=bindparam("now"))
)


class RunError(RuntimeError):
    """A commit that is refused; ``status`` is the HTTP status, ``fr`` and ``en`` say why and what was kept.

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
    scos: list[dict[str, Any]]  # id, title, url, is_sco, elements (flat run-time data), state
    launch: int
    first: int  # where to go on
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
        return _launch(outline, {}, 0, learner_id="preview", learner_name="Preview", mode="browse", silent="preview")
    with unscoped(session):
        row = session.execute(
            select(
                Attempt,
                Enrolment.pseudonym,
                Person.family_name,
                Person.given_name,
                TrainingSession.status,
                Enrolment.status,
            )
            .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
            .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Attempt.id == token.attempt, Attempt.hub_id == token.hub, Enrolment.person_id == token.person)
        ).first()
        if row is None:
            raise RunError(*GONE)
        attempt, pseudonym, family, given, *statuses = row
        who = {"learner_id": pseudonym, "learner_name": f"{family}, {given}".strip(", ")}
        shut = why_shut(*statuses)
        if shut:
            return _launch(outline, attempt.state.get("scos", {}), 0, mode="review", silent=shut.state, **who)
        launch = int(attempt.state.get("launch", 0)) + 1
        scos = {
            key: sco | {"kept": close_session(outline["standard"], sco.get("kept", {}))}
            for key, sco in attempt.state.get("scos", {}).items()
        }
        attempt.state = attempt.state | {"launch": launch, "scos": scos}
        attempt.revision += 1
        session.flush()
    return _launch(outline, scos, launch, mode="normal", **who)


def _launch(
    outline: dict[str, Any],
    scos: dict[str, Any],
    launch: int,
    *,
    learner_id: str,
    learner_name: str,
    mode: str,
    silent: str = "",
) -> Launch:
    listed = []
    for sco in outline["scos"]:
        before = scos.get(sco["id"], {})
        elements = initial_data(
            outline["standard"], learner_id=learner_id, learner_name=learner_name, state=before.get("kept"),
            mastery=sco["mastery"], completion_threshold=sco["completion_threshold"], launch_data=sco["launch_data"],
            max_time_allowed=sco["max_time_allowed"], time_limit_action=sco["time_limit_action"],
            mode=mode, credit="no-credit" if silent else "credit",
        )  # fmt: skip
        done = _finished(before)
        listed.append({
            "id": sco["id"], "title": sco["title"], "url": sco["url"], "is_sco": sco["is_sco"],
            "elements": elements, "done": done,
        })  # fmt: skip
    first = next((at for at, sco in enumerate(listed) if not sco["done"]), 0)
    return Launch(outline, listed, launch, first, silent)


def commit_run(session: Session, token: PackageToken, body: Mapping[str, Any]) -> dict[str, Any]:
    """Take one commit: ``{"sco", "launch", "end", "data"}``. Answers what was kept; RunError when it is refused.

    Every value is judged by ``scorm.cmi``; a score is within bounds or not there, time cannot exceed the time elapsed.
    The caller commits.
    """
    outline = package_outline_of(session, token.hub, token.package)
    data, sco_id = body.get("data"), body.get("sco")
    sco = next((one for one in outline["scos"] if one["id"] == sco_id), None) if outline else None
    if outline is None or sco is None or not isinstance(data, dict):
        raise RunError(*(UNREADABLE if outline else GONE))
    if token.attempt is None:
        return {"saved": False, "refused": []}
    connection = session.connection()
    for _try in range(2):
        row = connection.execute(_READ, {"attempt": token.attempt}).first()
        if row is None or row.hub_id != token.hub:
            raise RunError(*GONE)
        shut = why_shut(row.session_status, row.enrolment_status)
        if shut:
            raise RunError(403, shut.fr, shut.en, shut.state)
        if row.state.get("launch") != body.get("launch"):
            raise RunError(*ELSEWHERE)
        state, refused = _state_after(outline, sco, row, data)
        now = utc_now()
        values = _totals(outline, state, row.started_at, now) | {"state": state, "updated_at": now}
        changed = (values["completion"], values["success"]) != (row.completion, row.success)
        new = {f"new_{name}": value for name, value in values.items()}
        written = connection.execute(_WRITE, {"attempt": token.attempt, "read": row.revision, **new})
        if written.rowcount == 1:
            scored = values["score"] is not None and values["score"] != row.score
            if changed or body.get("end") or (scored and values["completion"] == "completed"):
                _follow(session, token.attempt, values)
            elif scored:  # nothing is won yet: the best score is all that moves
                place = {"enrolment": row.enrolment_id, "activity": row.activity_key}
                connection.execute(_BETTER, place | {"better": values["score"], "now": now})
            return {"saved": True, "refused": refused, "completion": values["completion"]}
    raise RunError(*ELSEWHERE)


def _state_after(
    outline: dict[str, Any], sco: dict[str, Any], row: Any, data: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    before = row.state.get("scos", {}).get(sco["id"], {})
    read = read_commit(outline["standard"], data, state=before.get("kept"))
    result = read.result
    if outline["standard"] == "1.2":
        result = apply_mastery(result, sco["mastery"])
    else:
        result = apply_thresholds(
            result, scaled_passing_score=sco["mastery"], completion_threshold=sco["completion_threshold"]
        )
    merged = merge(_earlier(before), result)
    after = {
        "kept": read.kept,
        "completion": merged.completion,
        "success": merged.success,
        "scaled": merged.score_scaled,
        "seconds": merged.total_seconds,
    }
    scos = {**row.state.get("scos", {}), sco["id"]: after}
    return {**row.state, "scos": scos}, [one.element for one in read.faults][:20]


def _earlier(before: Mapping[str, Any]) -> ScormResult:
    return ScormResult(
        completion=before.get("completion", "unknown"),
        success=before.get("success", "unknown"),
        score_scaled=before.get("scaled"),
        total_seconds=before.get("seconds", 0.0),
    )


def _finished(sco: Mapping[str, Any]) -> bool:
    return sco.get("success") == "passed" or (sco.get("completion") == "completed" and sco.get("success") != "failed")


def _totals(outline: dict[str, Any], state: dict[str, Any], started_at: datetime, now: datetime) -> dict[str, Any]:
    """The package as a whole: done when every part is, failed when one is, its score the mean of the scored parts."""
    parts = [state["scos"].get(sco["id"], {}) for sco in outline["scos"]]
    scores = [min(max(part["scaled"], 0.0), 1.0) for part in parts if part.get("scaled") is not None]
    said = {part.get("success", "unknown") for part in parts}
    ended = all(_finished(part) or part.get("success") == "failed" for part in parts)
    passed = "passed" if "passed" in said and ended else "unknown"
    spent = sum(part.get("seconds", 0.0) for part in parts)
    return {
        "completion": "completed" if ended else "incomplete",
        "success": "failed" if "failed" in said else passed,
        "score": round(sum(scores) / len(scores), 6) if scores else None,
        "seconds": min(spent, max((now - started_at).total_seconds(), 0.0)),
    }


def _follow(session: Session, attempt_id: uuid.UUID, values: dict[str, Any]) -> None:
    """Bring progress, evidence and enrolment in line with an attempt that was just written."""
    with unscoped(session):
        attempt = session.get_one(Attempt, attempt_id, populate_existing=True)
        enrolment = session.get_one(Enrolment, attempt.enrolment_id)
        activity = session.scalars(
            select(VersionActivity)
            .where(VersionActivity.version_id == attempt.version_id, VersionActivity.key == attempt.activity_key)
            .options(undefer(VersionActivity.data))
        ).one()
        counted = attempt.state.get("counted", 0.0)
        if attempt.seconds > counted:
            attempt.state = attempt.state | {"counted": attempt.seconds}
        level = values["score"] if values["score"] is not None else 1.0
        outcome = Outcome(
            attempt.state, completion=values["completion"], success=values["success"], score=values["score"],
            seconds=max(attempt.seconds - counted, 0.0),
            evidence=dict.fromkeys(activity.data.get("competencies", []), (level, 1)),
        )  # fmt: skip
        if values["completion"] == "completed" and attempt.finished_at is None:
            attempt.finished_at = utc_now()
        update_progress(session, attempt=attempt, enrolment=enrolment, purpose=activity.purpose, outcome=outcome)
