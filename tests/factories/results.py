"""A session with learners, their answers and their evidence."""

from __future__ import annotations

import itertools
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from lms.accounts.models import Membership, Person, Role
from lms.catalog.services import create_course, publish_course
from lms.competencies.models import Evidence
from lms.competencies.services import activity_source
from lms.db import new_id
from lms.delivery.models import Enrolment, SessionTrainer, TrainingSession
from lms.evaluations.models import QuestionResponse, SurveyAnswer, SurveyResponse
from tests.factories.courses import small_course

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from lms.web.state import Installation
    from tests.factories import HubWorld

CHOICES = """
    choices: [{id: a, text: "Écouter", correct: true, feedback: "oui"}, {id: b, text: "Parler", feedback: "non"}, {id: c, text: "Partir", feedback: "non"}]
"""
PRE = f"""
id: positionnement
title: "Où j'en suis"
minutes: 2
purpose: positioning
feedback: end
allow_dont_know: true
questions:
  - id: p-un
    type: single
    prompt: "Que faire **d'abord** ?"
    pair: un
    competencies: ["fpa:CP1"]
{CHOICES}
  - id: p-deux
    type: single
    prompt: "Que faire ensuite ?"
    pair: deux
    competencies: ["fpa:CP2"]
{CHOICES}
"""
POST = (
    PRE.replace("id: positionnement", "id: bilan")
    .replace("Où j'en suis", "Bilan")
    .replace("purpose: positioning", "purpose: final\npass_score: 0.7")
    .replace("allow_dont_know: true\n", "")
    .replace("p-un", "f-un")
    .replace("p-deux", "f-deux")
)
CP1, CP2 = "fpa-rncp37275@2023#CP1", "fpa-rncp37275@2023#CP2"
_numbers = itertools.count(1)


def paired_course() -> dict[str, bytes]:
    """The small course whose positioning and final tests have two paired questions."""
    folder = "modules/01-debut/"
    return small_course(**{folder + "positionnement.yaml": PRE, folder + "quiz.yaml": POST})


def make_run(
    session: Session, house: Installation, of: HubWorld, files: dict[str, bytes] | None = None
) -> TrainingSession:
    """A session of the hub on a published course, given by the hub's trainer."""
    course = create_course(session, house.files, files=files or paired_course(), hub_id=of.hub.id, person_id=of.lead.id)
    version = publish_course(session, house.files, house.plugins.activity_types, course=course, person_id=of.lead.id)
    number = next(_numbers)
    run = TrainingSession(
        hub_id=of.hub.id, reference=f"S-{number}", title=f"Session {number}", version_id=version.id,
        starts_on=date(2026, 9, 7), ends_on=date(2026, 10, 9), lead_id=of.lead.id,
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.add(SessionTrainer(hub_id=of.hub.id, session_id=run.id, person_id=of.trainer.id))
    session.flush()
    return run


def enrol_many(session: Session, run: TrainingSession, n: int, people: Iterable[Person] = ()) -> list[Enrolment]:
    """These people, then as many others as it takes, as active learners of the session."""
    there = list(people)
    new = [
        {"id": new_id(), "email": f"e{next(_numbers)}@example.org", "given_name": "Élève", "family_name": str(i)}
        for i in range(n - len(there))
    ]
    if new:
        session.execute(insert(Person), new)
        session.execute(
            insert(Membership),
            [{"hub_id": run.hub_id, "person_id": one["id"], "role": Role.LEARNER} for one in new],
        )
    ids = [*(person.id for person in there), *(one["id"] for one in new)]
    rows = [Enrolment(hub_id=run.hub_id, session_id=run.id, person_id=person_id, status="active") for person_id in ids]
    session.add_all(rows)
    session.flush()
    return rows


def answer_test(
    session: Session,
    enrolments: Iterable[Enrolment],
    activity: str,
    purpose: str,
    answers: dict[str, tuple[Any, float]],
    number: int = 1,
) -> None:
    """Each of them gives these answers (question -> response, score) in an attempt of that number."""
    rows = []
    for enrolment in enrolments:
        attempt = new_id()
        rows += [
            {
                "hub_id": enrolment.hub_id, "attempt_id": attempt, "session_id": enrolment.session_id, "enrolment_id": enrolment.id,
                "attempt_number": number, "activity_key": activity, "question_key": key, "purpose": purpose, "response": response, "score": score,
            }
            for key, (response, score) in answers.items()
        ]  # fmt: skip
    session.execute(insert(QuestionResponse), rows)


def show_levels(
    session: Session,
    enrolments: Iterable[Enrolment],
    kind: str,
    levels: dict[str, tuple[float, int]],
    activity: str = "bilan",
) -> None:
    """Each of them is given this evidence (reference -> level, items) by that activity."""
    rows = []
    for enrolment in enrolments:
        for ref, (level, items) in levels.items():
            framework, _, rest = ref.partition("@")
            version, _, code = rest.partition("#")
            rows.append(
                {
                    "hub_id": enrolment.hub_id, "person_id": enrolment.person_id, "enrolment_id": enrolment.id, "source_kind": kind,
                    "source_id": activity_source(enrolment.id, activity), "framework": framework, "framework_version": version,
                    "code": code, "level": level, "items": items,
                }
            )  # fmt: skip
    session.execute(insert(Evidence), rows)


def fill_survey(
    session: Session,
    run: TrainingSession,
    answers: list[dict[str, Any]],
    activity: str = "enquete-une",
    purpose: str = "hot",
) -> None:
    """One questionnaire for each entry: item -> number, list of options, text, or the name of a state."""
    types = {"utile": "scale", "reco": "nps", "rythme": "single", "libre": "text"}
    for given in answers:
        filled = SurveyResponse(hub_id=run.hub_id, session_id=run.id, activity_key=activity, purpose=purpose)
        session.add(filled)
        session.flush()
        rows = []
        for item, value in given.items():
            is_state = value in ("dont_know", "not_concerned", "blank")
            rows.append(
                {
                    "hub_id": run.hub_id, "response_id": filled.id, "item_key": item, "item_type": types.get(item, "scale"), "indicator": "",
                    "state": value if is_state else "answered",
                    "number": None if is_state or not isinstance(value, int | float) else float(value),
                    "choices": value if isinstance(value, list) else [],
                    "text": value if isinstance(value, str) and not is_state else "",
                }
            )  # fmt: skip
        session.execute(insert(SurveyAnswer), rows)
