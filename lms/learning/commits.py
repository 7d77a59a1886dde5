"""What a package's commits change: the attempt's present state, and one more row in the ledger.

A commit is the hottest path of the application: one read, two writes, and the learner's progress only when it changes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lms.db import Prepared, new_id, utc_now
from lms.delivery.models import Enrolment, TrainingSession
from lms.learning.closing import why_shut
from lms.learning.models import Attempt, PackageCommit, PackageRun, Progress
from lms.learning.reported import follow_attempt, objective_levels
from lms.learning.runs import ELSEWHERE, GONE, UNREADABLE, RunError, is_finished, package_outline_of
from scorm.cmi import ScormResult, apply_mastery, apply_thresholds, close_session, merge, read_commit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from lms.learning.tokens import PackageToken
    from scorm.cmi import CommitRead

MAX_BATCH = 200
MAX_SEQUENCING = 512 * 1024  # characters of the engine's own state
WRITTEN = ("state", "completion", "success", "score", "seconds", "updated_at")
_TABLE = cast("Table", Attempt.__table__)
_ENROLMENT, _SESSION = cast("Table", Enrolment.__table__), cast("Table", TrainingSession.__table__)
_READ = Prepared(
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
_WRITE = Prepared(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("attempt"), _TABLE.c.revision == bindparam("read"))
    .values(revision=bindparam("read") + 1)
    .values({name: bindparam(f"new_{name}") for name in WRITTEN})
)
_ROWS = cast("Table", PackageCommit.__table__)
_LEDGER = Prepared(insert(_ROWS))
_KNOWN = select(_ROWS.c.id).where(
    _ROWS.c.attempt_id == bindparam("attempt_id"), _ROWS.c.launch == bindparam("launch"),
    _ROWS.c.sequence == bindparam("sequence"),
)  # fmt: skip
_PLACE = cast("Table", Progress.__table__)
_BETTER = Prepared(
    update(_PLACE)
    .where(_PLACE.c.enrolment_id == bindparam("enrolment"), _PLACE.c.activity_key == bindparam("activity"))
    .where(or_(_PLACE.c.score.is_(None), _PLACE.c.score < bindparam("better")))
    .values(score=bindparam("better"), updated_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit as a window sent it, its shape checked and its values not yet."""

    launch: int
    sequence: int
    visit: int
    fresh: bool  # the part begins again: what it had kept is over
    ends: bool
    sco: dict[str, Any] | None
    data: dict[str, Any]
    made_at: datetime | None
    sequencing: dict[str, Any] | None


def _whole(value: Any) -> int:
    return value if type(value) is int and 0 <= value < 2**31 else -1


def _instant(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and len(value) < 40 else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None


def _read_body(outline: Mapping[str, Any], body: Any) -> Commit:
    """RunError when it has another shape than a window's."""
    if not isinstance(body, dict):
        raise RunError(*UNREADABLE)
    sequencing, data, part = body.get("sequencing"), body.get("data"), body.get("sco")
    sco = next((one for one in outline["scos"] if one["id"] == part), None)
    sequence = _whole(body.get("sequence"))
    told = sco is not None and isinstance(data, dict)
    moves = part is None and data is None and isinstance(sequencing, dict)
    if sequence < 1 or not (told or moves):
        raise RunError(*UNREADABLE)
    return Commit(
        _whole(body.get("launch")), sequence, max(_whole(body.get("visit")), 1), body.get("fresh") is True,
        body.get("end") is True, sco, data if isinstance(data, dict) else {}, _instant(body.get("at")),
        _sequencing(sequencing) if isinstance(sequencing, dict) else None,
    )  # fmt: skip


def _sequencing(said: dict[str, Any]) -> dict[str, Any]:
    """What the engine keeps, opaque and bounded, and how the whole package stands according to it."""
    engine, current, root = said.get("engine"), said.get("current"), said.get("root")
    if not isinstance(engine, str) or len(engine) > MAX_SEQUENCING:
        raise RunError(*UNREADABLE)
    whole = root if isinstance(root, dict) else {}
    success = whole.get("success")
    return {
        "engine": engine,
        "current": current if isinstance(current, str) and len(current) <= 255 else "",
        "ended": said.get("ended") is True,
        "root": {
            "completion": "completed" if whole.get("completion") == "completed" else "incomplete",
            "success": success if isinstance(success, str) and success in {"passed", "failed"} else "unknown",
            "score": _share(whole.get("score")),
        },
    }


def _share(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return min(max(float(value), 0.0), 1.0)


def commit_run(session: Session, token: PackageToken, body: Any) -> dict[str, Any]:
    """Take one commit, or several in order (``{"commits": […]}``); RunError when it is refused.

    A commit: ``launch``, ``sequence`` (1, 2, 3… in the launch), ``sco``, ``visit``, ``data`` (the whole run-time data,
    flat), ``end``, ``at`` (the device's clock), ``sequencing``. Every value is judged by ``scorm.cmi``; a score is
    within bounds or not there, time cannot exceed the time elapsed. A sequence that was already taken changes nothing
    and is answered as saved. The caller commits.
    """
    outline = package_outline_of(session, token.hub, token.package)
    if outline is None:
        raise RunError(*GONE)
    bodies = body.get("commits") if isinstance(body, dict) and "commits" in body else [body]
    if not isinstance(bodies, list) or not 1 <= len(bodies) <= MAX_BATCH:
        raise RunError(*UNREADABLE)
    answer: dict[str, Any] = {}
    for one in bodies:
        answer = _take(session, token, outline, _read_body(outline, one), late=False)
    return answer


def take_pending(session: Session, token: PackageToken, bodies: Any) -> int:
    """Take what the device had kept when a window opens, and answer how many commits were of use.

    What a window made while offline, before another opened, comes late: what it won counts, the place in the module
    stays the other's. Nothing here is refused aloud: what cannot be read is left out.
    """
    outline = package_outline_of(session, token.hub, token.package)
    if outline is None or token.attempt is None or not isinstance(bodies, list):
        return 0
    taken = 0
    for body in bodies[:MAX_BATCH]:
        try:
            taken += bool(_take(session, token, outline, _read_body(outline, body), late=True)["new"])
        except RunError:
            continue
    return taken


def _take(
    session: Session, token: PackageToken, outline: dict[str, Any], commit: Commit, *, late: bool
) -> dict[str, Any]:
    if token.attempt is None:
        return {"saved": False, "refused": [], "new": False}
    connection = session.connection()
    for _try in range(2):
        row = _READ.on(connection, {"attempt": token.attempt}).first()
        if row is None or row.hub_id != token.hub:
            raise RunError(*GONE)
        shut = why_shut(row.session_status, row.enrolment_status)
        if shut:
            raise RunError(403, shut.fr, shut.en, shut.state)
        if row.state.get("package", token.package) != token.package:
            raise RunError(*ELSEWHERE)
        behind = row.state.get("launch") != commit.launch
        if behind and not (late and 0 < commit.launch < row.state.get("launch", 0)):
            raise RunError(*ELSEWHERE)
        if not behind and commit.sequence <= row.state.get("sequence", 0):
            return {"saved": True, "refused": [], "completion": row.completion, "new": False}
        step = _step(outline, row, commit, late=behind)
        if _write(session, token, row, commit, step, late=behind):
            return {"saved": True, "refused": step.refused, "completion": step.values["completion"], "new": True}
    raise RunError(*ELSEWHERE)


@dataclass(frozen=True, slots=True)
class _Step:
    """What a commit makes of the attempt."""

    values: dict[str, Any]
    refused: list[str]
    part: dict[str, Any]
    said: float  # seconds, as the package says
    read: CommitRead | None


def _step(outline: dict[str, Any], row: Any, commit: Commit, *, late: bool) -> _Step:
    state, now = dict(row.state), utc_now()
    if not late:
        state["sequence"] = commit.sequence
    if commit.sequencing is not None and not late:
        state["root"] = commit.sequencing["root"] | {"ended": commit.sequencing["ended"]}
    part: dict[str, Any] = {}
    read: CommitRead | None = None
    if commit.sco is not None:
        before = state.get("scos", {}).get(commit.sco["id"], {})
        part, read = _part_after(outline["standard"], commit, before, late=late)
        state["scos"] = {**state.get("scos", {}), commit.sco["id"]: part}
    values = _totals(outline, state, row.started_at, now) | {"state": state, "updated_at": now}
    refused = [one.element for one in read.faults][:20] if read else []
    return _Step(values, refused, part, read.result.session_seconds if read else 0.0, read)


def _part_after(
    standard: Any, commit: Commit, before: dict[str, Any], *, late: bool
) -> tuple[dict[str, Any], CommitRead]:
    """The part with this commit in it: wins stay, a new visit adds its time to that of the visits before."""
    kept, base = before.get("kept", {}), before.get("base", 0.0)
    if commit.visit != before.get("visit") and not late:
        kept = {} if commit.fresh else close_session(standard, kept)
        base = before.get("seconds", 0.0)
    read = read_commit(standard, commit.data, state=kept)
    sco = commit.sco or {}
    result = (
        apply_mastery(read.result, sco["mastery"])
        if standard == "1.2"
        else apply_thresholds(
            read.result, scaled_passing_score=sco["mastery"], completion_threshold=sco["completion_threshold"]
        )
    )
    merged = merge(_earlier(before), result)
    won = {"completion": merged.completion, "success": merged.success, "scaled": merged.score_scaled}
    if late and before:
        return before | won, read
    seconds = max(before.get("seconds", 0.0), base + read.result.session_seconds)
    after = won | {"kept": read.kept, "seconds": seconds, "base": base, "visit": commit.visit}
    levels = before.get("objectives", {}) | objective_levels(read.result.objectives, read.result.interactions)
    return after | ({"objectives": levels} if levels else {}), read


def _earlier(before: Mapping[str, Any]) -> ScormResult:
    return ScormResult(
        completion=before.get("completion", "unknown"),
        success=before.get("success", "unknown"),
        score_scaled=before.get("scaled"),
    )


def _totals(outline: dict[str, Any], state: dict[str, Any], started_at: datetime, now: datetime) -> dict[str, Any]:
    """The package as a whole: as its own sequencing rolls it up when the author wrote some, else by its parts.

    By its parts: done when every one is, failed when one is, its score the mean of the scored parts.
    """
    parts = [state.get("scos", {}).get(sco["id"], {}) for sco in outline["scos"]]
    spent = sum(part.get("seconds", 0.0) for part in parts)
    seconds = {"seconds": min(spent, max((now - started_at).total_seconds(), 0.0))}
    root = state.get("root")
    if outline.get("sequenced") and root is not None:
        return _rolled_up(root, state) | seconds
    scores = [min(max(part["scaled"], 0.0), 1.0) for part in parts if part.get("scaled") is not None]
    said = {part.get("success", "unknown") for part in parts}
    ended = all(is_finished(part) or part.get("success") == "failed" for part in parts)
    passed = "passed" if "passed" in said and ended else "unknown"
    return seconds | {
        "completion": "completed" if ended else "incomplete",
        "success": "failed" if "failed" in said else passed,
        "score": round(sum(scores) / len(scores), 6) if scores else None,
    }


def _rolled_up(root: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    """What the sequencing made of the parts; what was won once in the attempt stays won."""
    won = state.get("won", {})
    completed = "completed" in {root["completion"], won.get("completion")} or root["success"] == "passed"
    passed = "passed" in {root["success"], won.get("success")}
    failed = root["success"] == "failed" and (completed or root.get("ended"))
    scores = [score for score in (root["score"], won.get("score")) if score is not None]
    state["won"] = {
        "completion": "completed" if completed or (failed and root.get("ended")) else "incomplete",
        "success": "passed" if passed else "failed" if failed else "unknown",
        "score": max(scores, default=None),
    }
    return dict(state["won"])


def _write(session: Session, token: PackageToken, row: Any, commit: Commit, step: _Step, *, late: bool) -> bool:
    """Write state, ledger, sequencing and what follows; False when the attempt moved on meanwhile."""
    connection, values = session.connection(), step.values
    attempt = {"attempt": token.attempt}
    entry = {
        "id": new_id(), "hub_id": token.hub, "attempt_id": token.attempt, "launch": commit.launch,
        "sequence": commit.sequence, "part": (commit.sco or {"id": ""})["id"][:255], "visit": commit.visit,
        "received_at": values["updated_at"], "made_at": commit.made_at, "session_seconds": step.said,
        "seconds": values["seconds"], "completion": step.part.get("completion", values["completion"])[:12],
        "success": step.part.get("success", values["success"])[:8],
        "score": step.part.get("scaled", values["score"]) if step.part else values["score"],
        "ends": commit.ends, "late": late,
    }  # fmt: skip
    if (
        late
        and connection.execute(_KNOWN, {name: entry[name] for name in ("attempt_id", "launch", "sequence")}).first()
    ):
        return True
    new = {f"new_{name}": value for name, value in values.items()}
    written = _WRITE.on(connection, attempt | {"read": row.revision} | new)
    if written.rowcount != 1:
        return False
    _LEDGER.on(connection, entry)
    if commit.sequencing is not None and not late:
        _keep_sequencing(session, token, commit.sequencing, values["updated_at"])
    changed = (values["completion"], values["success"]) != (row.completion, row.success)
    scored = values["score"] is not None and values["score"] != row.score
    if changed or commit.ends or late or (scored and values["completion"] == "completed"):
        assert token.attempt is not None
        follow_attempt(session, token.attempt, values, commit.sco, step.read)
    elif scored:  # nothing is won yet: the best score is all that moves
        place = {"enrolment": row.enrolment_id, "activity": row.activity_key}
        _BETTER.on(connection, place | {"better": values["score"], "now": values["updated_at"]})
    return True


def _keep_sequencing(session: Session, token: PackageToken, sequencing: dict[str, Any], now: datetime) -> None:
    table = cast("Table", PackageRun.__table__)
    kind = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = kind(table).values(
        attempt_id=token.attempt, hub_id=token.hub, sequencing=sequencing, updated_at=now
    )  # fmt: skip
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["attempt_id"], set_={"sequencing": statement.excluded.sequencing, "updated_at": now}
        )
    )
