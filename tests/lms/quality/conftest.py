"""A session that is over: half-days signed, work done, tests answered, surveys filled, for as many learners as asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, insert

from lms.catalog.services import create_course, publish_course
from lms.competencies.models import Evidence
from lms.db import clock_at, new_id
from lms.delivery.models import Attendance, Enrolment, HalfDay, TrainingSession
from lms.delivery.services import NewLearner, add_half_day, create_training_session, enrol_people
from lms.evaluations.models import QuestionResponse, SurveyAnswer, SurveyResponse
from lms.learning.models import Attempt, Progress, Submission
from tests.factories.courses import small_course

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 20, 8, 0, tzinfo=UTC)
REF = ("fpa-rncp37275", "2023", "CP1")


@dataclass
class Season:
    """A session with its learners, in the order of their enrolment."""

    run: TrainingSession
    enrolments: list[Enrolment]
    half_days: list[HalfDay] = field(default_factory=list)


def publish(session, house, world, files=None):
    """A published version of the small course."""
    course = create_course(
        session, house.files, files=files or small_course(), hub_id=world.a.hub.id, person_id=world.a.lead.id
    )
    return publish_course(session, house.files, house.plugins.activity_types, course=course, person_id=world.a.lead.id)


def make_season(session, house, world, *, learners=12, version=None, reference="S-2026-01", good=0.75) -> Season:
    """``good``: the share of the learners who do everything; one in twelve never came, one dropped out."""
    hub = world.a.hub
    hub.representative, hub.address, hub.siret = "Élodie Exemple", "3 rue des Lilas\n69001 Lyon", "12345678900011"
    with clock_at(START - timedelta(days=20)):
        version = version or publish(session, house, world)
        run = create_training_session(
            session, hub_id=hub.id, version_id=version.id, reference=reference, title="Former au numérique",
            starts_on=START.date(), ends_on=START.date() + timedelta(days=30), place="Médiathèque, 69001 Lyon",
            lead_id=world.a.lead.id, trainer_ids=[world.a.trainer.id], by=world.a.lead.id,
        )  # fmt: skip
        people = [
            NewLearner(f"{reference}-{n}@example.org".lower(), f"Prénom{n}", f"Nom{n}", employer="=Médiathèque")
            for n in range(learners)
        ]
        enrolments = enrol_people(session, training_session=run, learners=people, by=world.a.lead.id, invite=False)
        half_days = [
            add_half_day(
                session, training_session=run, title=f"Atelier {n + 1}", starts_at=START + timedelta(days=7 * n),
                ends_at=START + timedelta(days=7 * n, hours=3), activity_key="atelier-un" if not n else "",
            )
            for n in range(2)
        ]  # fmt: skip
    season = Season(run, enrolments, half_days)
    _live(session, season, good)
    session.commit()
    return season


def _live(session, season: Season, good: float) -> None:
    hub_id, n = season.run.hub_id, len(season.enrolments)
    rows: dict[type, list[dict]] = {
        kind: []
        for kind in (
            Attendance,
            Attempt,
            Progress,
            Submission,
            QuestionResponse,
            SurveyResponse,
            SurveyAnswer,
            Evidence,
        )
    }
    for at, enrolment in enumerate(season.enrolments):
        if at % 12 == 11:
            continue  # never came
        enrolment.joined_at, enrolment.status = START, "active"
        for number, half_day in enumerate(season.half_days):
            signed = at < n * good or number == 0
            rows[Attendance].append({
                "hub_id": hub_id, "half_day_id": half_day.id, "enrolment_id": enrolment.id, "present": signed,
                "method": "qr" if signed else "trainer", "signed_at": half_day.starts_at if signed else None,
                "signed_hash": "ab" * 32 if signed else "", "reason": "" if signed else "Malade", "minutes_missed": 0,
                "signature_key": "",
            })  # fmt: skip
        if at % 12 == 10:
            enrolment.status, enrolment.left_at, enrolment.left_reason = "dropped", LATER - timedelta(days=15), "Départ"
            continue
        _work(rows, season, enrolment, at, done=at < n * good)
    session.flush()
    for kind, found in rows.items():
        if found:
            session.execute(insert(kind), [{"id": new_id()} | row for row in found])


def _work(rows, season: Season, enrolment: Enrolment, at: int, *, done: bool) -> None:
    hub_id, run = season.run.hub_id, season.run
    when = START + timedelta(days=3)
    keys = (
        ["page-accueil", "positionnement", "quiz-un", "devoir-un", "enquete-une"]
        if done
        else ["page-accueil", "positionnement"]
    )
    for key in keys:
        attempt = new_id()
        rows[Attempt].append({"id": attempt, "hub_id": hub_id, "enrolment_id": enrolment.id, "version_id": run.version_id, "activity_key": key,
                              "kind": "page", "completion": "completed", "started_at": when, "updated_at": when, "state": {}})  # fmt: skip
        rows[Progress].append({"hub_id": hub_id, "enrolment_id": enrolment.id, "activity_key": key, "status": "done", "score": 0.8 if "quiz" in key else None,
                               "success": "passed" if key == "quiz-un" else "unknown", "started_at": when, "updated_at": when, "done_at": when, "seconds": 60.0})  # fmt: skip
        if key == "devoir-un":
            rows[Submission].append({"hub_id": hub_id, "attempt_id": attempt, "enrolment_id": enrolment.id, "activity_key": key, "text": "Mon travail",
                                     "submitted_at": when, "marked_at": when + timedelta(days=1), "score": 1.0, "feedback": "Bien vu", "marks": {}})  # fmt: skip
        if key in {"quiz-un", "positionnement"}:
            question, purpose = ("q-single", "final") if key == "quiz-un" else ("p-un", "positioning")
            right = 1.0 if purpose == "final" else float(at % 2)
            rows[QuestionResponse].append({"hub_id": hub_id, "attempt_id": attempt, "session_id": run.id, "enrolment_id": enrolment.id, "activity_key": key,
                                           "question_key": question, "purpose": purpose, "response": "a" if right else "b", "score": right, "answered_at": when, "attempt_number": 1, "seconds": None})  # fmt: skip
            rows[Evidence].append({"hub_id": hub_id, "person_id": enrolment.person_id, "enrolment_id": enrolment.id, "framework": REF[0], "framework_version": REF[1],
                                   "code": REF[2], "source_kind": purpose, "source_id": f"{enrolment.id}:{key}", "level": right, "items": 1, "recorded_at": when})  # fmt: skip
    if not done:
        return
    filled = new_id()
    rows[SurveyResponse].append(
        {
            "id": filled,
            "hub_id": hub_id,
            "session_id": run.id,
            "activity_key": "enquete-une",
            "purpose": "hot",
            "enrolment_id": enrolment.id,
            "submitted_at": when,
        }
    )
    for item, kind, indicator, number in (
        ("utile", "scale", "satisfaction", 5.0 if at % 3 else 3.0),
        ("reco", "nps", "recommandation", 9.0 if at % 4 else 5.0),
    ):
        rows[SurveyAnswer].append({"hub_id": hub_id, "response_id": filled, "item_key": item, "item_type": kind, "indicator": indicator, "state": "answered",
                                   "number": number, "choices": [], "text": ""})  # fmt: skip


@pytest.fixture
def season(session, house, world) -> Season:
    """Twelve learners: nine did everything, one only began, one dropped out, one never came."""
    return make_season(session, house, world)


@pytest.fixture
def count_statements(connection):
    """How many statements a block sends."""

    @contextmanager
    def counting():
        sent: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                sent.append(statement)

        event.listen(connection.engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(connection.engine, "before_cursor_execute", note)

    return counting
