"""A published course, a session of it and learners in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from lms.accounts.models import Person, Role
from lms.accounts.services import add_person, grant_role
from lms.catalog.services import create_course, publish_course
from lms.db import new_id, utc_now
from lms.delivery.models import Enrolment, HalfDay, SessionTrainer, TrainingSession
from tests.factories.courses import small_course

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.catalog.models import CourseRecord, CourseVersion
    from lms.web.state import Installation
    from tests.factories import HubWorld


@dataclass
class Class:
    """A session with its course and one learner's enrolment."""

    course: CourseRecord
    version: CourseVersion
    session: TrainingSession
    enrolment: Enrolment
    half_day: HalfDay
    hub: HubWorld

    def url(self, key: str = "", tail: str = "") -> str:
        """The learner's address of an activity, of its ``act`` or ``again``, or of the course."""
        return (
            f"/h/{self.hub.hub.slug}/learn/{self.enrolment.id}"
            + (f"/{key}" if key else "")
            + (f"/{tail}" if tail else "")
        )


def make_class(
    session: Session, house: Installation, hub: HubWorld, files: dict[str, bytes] | None = None, reference: str = "S-1"
) -> Class:
    """Publish the small course (or these files) and enrol the hub's learner in a session of it."""
    course = create_course(
        session, house.files, files=files or small_course(), hub_id=hub.hub.id, person_id=hub.lead.id
    )
    version = publish_course(session, house.files, house.plugins.activity_types, course=course, person_id=hub.lead.id)
    run = TrainingSession(
        hub_id=hub.hub.id, reference=reference, title="Session d'essai", version_id=version.id,
        starts_on=date(2026, 11, 2), ends_on=date(2026, 12, 18), place="Médiathèque",
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.add(SessionTrainer(hub_id=hub.hub.id, session_id=run.id, person_id=hub.trainer.id))
    day = HalfDay(
        hub_id=hub.hub.id, session_id=run.id, activity_key="atelier-un", title="Atelier",
        starts_at=utc_now() + timedelta(days=2), ends_at=utc_now() + timedelta(days=2, hours=3), place="Salle B",
    )  # fmt: skip
    session.add(day)
    enrolment = enrol(session, run, hub.learner)
    session.commit()
    return Class(course, version, run, enrolment, day, hub)


def enrol(session: Session, run: TrainingSession, person: Person) -> Enrolment:
    """Put a person in the session."""
    enrolment = Enrolment(hub_id=run.hub_id, session_id=run.id, person_id=person.id)
    session.add(enrolment)
    session.flush()
    return enrolment


def make_learner(session: Session, hub: HubWorld, number: int = 1) -> Person:
    """One more learner of the hub."""
    person = add_person(
        session, email=f"l{number}@{hub.hub.slug}.example.org", given_name=f"L{number}", family_name="Essai"
    )
    grant_role(session, person_id=person.id, role=Role.LEARNER, hub_id=hub.hub.id)
    return person


def enrol_many(session: Session, run: TrainingSession, number: int) -> None:
    """Put many people in the session at once."""
    people = [{"id": new_id(), "email": f"many{n}@example.org"} for n in range(number)]
    session.execute(insert(Person), people)
    session.execute(
        insert(Enrolment), [{"hub_id": run.hub_id, "session_id": run.id, "person_id": one["id"]} for one in people]
    )
    session.commit()
