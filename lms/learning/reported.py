"""What a package reports, put to use: progress, answers to its questions, evidence of competencies.

Everything here comes from a browser and rests on the package's word: answers are kept with the purpose ``package`` and
evidence with the source ``package``, so that no figure mixes them with what was graded here.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from lms.catalog.models import VersionActivity
from lms.contracts import Outcome, Response
from lms.db import unscoped, utc_now
from lms.delivery.models import Enrolment
from lms.evaluations.services import record_question_responses, record_reported_questions
from lms.learning.models import Attempt
from lms.learning.services import update_progress

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from scorm.cmi import CommitRead, InteractionResult, ObjectiveResult

PURPOSE = "package"
MAX_KEY = 120
MAX_QUESTIONS = 500
_POINTS = {"correct": 1.0, "incorrect": 0.0, "wrong": 0.0}


def follow_attempt(
    session: Session,
    attempt_id: uuid.UUID,
    values: Mapping[str, Any],
    sco: Mapping[str, Any] | None,
    read: CommitRead | None,
) -> None:
    """Bring progress, answers, evidence and enrolment in line with an attempt that was just written."""
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
        outcome = Outcome(
            attempt.state, completion=values["completion"], success=values["success"], score=values["score"],
            seconds=max(attempt.seconds - counted, 0.0), evidence=_evidence(activity.data, attempt.state, values["score"]),
        )  # fmt: skip
        if values["completion"] == "completed" and attempt.finished_at is None:
            attempt.finished_at = utc_now()
        update_progress(session, attempt=attempt, enrolment=enrolment, purpose=activity.purpose, outcome=outcome)
        if read is not None and sco is not None and read.result.interactions:
            several = len(activity.data.get("scos", ())) > 1
            _keep_answers(session, attempt, enrolment, read.result.interactions, str(sco["id"]) if several else "")


def _evidence(data: Mapping[str, Any], state: Mapping[str, Any], score: float | None) -> dict[str, tuple[float, int]]:
    """Level and number of items of each competency: by the package's objectives where they name it, else by its score."""
    overall = score if score is not None else 1.0
    levels = dict.fromkeys(data.get("competencies", []), (overall, 1))
    named: Mapping[str, list[str]] = data.get("objectives", {})
    for part in state.get("scos", {}).values():
        for objective, (level, items) in part.get("objectives", {}).items():
            for ref in named.get(objective, ()):
                levels[ref] = (level, max(items, 1))
    return levels


def objective_levels(
    objectives: Iterable[ObjectiveResult], interactions: Iterable[InteractionResult]
) -> dict[str, tuple[float, int]]:
    """What a part says of each of its objectives: a level (0..1) and how many interactions name it."""
    found: dict[str, tuple[float, int]] = {}
    asked = [name for interaction in interactions for name in interaction.objectives]
    for one in objectives:
        level = one.score.scaled
        if level is None and one.success != "unknown":
            level = 1.0 if one.success == "passed" else 0.0
        if one.id and level is not None and len(found) < MAX_QUESTIONS:
            found[one.id[:200]] = (min(max(level, 0.0), 1.0), asked.count(one.id))
    return found


def _keep_answers(
    session: Session, attempt: Attempt, enrolment: Enrolment, interactions: Iterable[InteractionResult], part: str
) -> None:
    responses: list[Response] = []
    texts: dict[str, tuple[str, str]] = {}
    for one in list(interactions)[:MAX_QUESTIONS]:
        points = interaction_points(one.result)
        if not one.id or points is None:
            continue  # an opinion, or nothing that tells right from wrong
        key = question_key(one.id, part)
        texts[key] = ((one.description or one.id)[:500], one.type[:20])
        responses.append(Response(key, one.learner_response[:2000], score=points, seconds=one.latency))
    record_reported_questions(
        session, hub_id=attempt.hub_id, session_id=enrolment.session_id, activity_key=attempt.activity_key, texts=texts
    )
    record_question_responses(
        session, attempt=attempt, session_id=enrolment.session_id, purpose=PURPOSE, responses=responses
    )


def interaction_points(result: str) -> float | None:
    """0..1 for right, wrong, or a share; None when the result says neither."""
    if result in _POINTS:
        return _POINTS[result]
    try:
        points = float(result)
    except ValueError:
        return None
    return points if 0.0 <= points <= 1.0 else None


def question_key(identifier: str, part: str) -> str:
    """The key of a question: its id, with its part's where there are several; what no address takes is told by a hash."""
    key = f"{part}:{identifier}" if part else identifier
    if len(key) <= MAX_KEY and "/" not in key:
        return key
    return f"{key[: MAX_KEY - 17].replace('/', '-')}~{hashlib.sha256(key.encode()).hexdigest()[:16]}"
