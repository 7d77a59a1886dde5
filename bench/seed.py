"""An installation to measure: a hub, the course that comes with Bouquet, a session, its learners, a SCORM module."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from courses.files import FolderFiles
from courses.loader import load_course
from courses.packaging import Provenance, pack
from lms.accounts.models import Person, Role
from lms.accounts.services import add_person, grant_role, set_password
from lms.catalog.models import VersionActivity
from lms.catalog.services import create_course, publish_course
from lms.db import scope_to_hub, unscoped, utc_now
from lms.delivery.services import NewLearner, add_half_day, create_training_session, enrol_people
from lms.hubs.services import create_hub

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from lms.web.state import Installation

COURSE = Path(__file__).parent.parent / "courses" / "data" / "mediation-qualite"
PASSWORD = "quatre mots pour entrer"
SLUG = "hub-du-banc"


@dataclass(frozen=True, slots=True)
class Seeded:
    """Where to go: hub, learners (address, enrolment), and the keys of the activities that are measured."""

    slug: str
    session_id: uuid.UUID
    learners: tuple[tuple[str, uuid.UUID], ...]
    page: str
    quiz: str
    package: str


def course_files() -> Mapping[str, bytes]:
    """The course, with one of its own modules packed as SCORM 1.2 and added as an activity."""
    files = dict(FolderFiles(COURSE))
    course = load_course(files).course
    assert course is not None
    module = course.modules[0]
    package = pack(
        course, files, module=module.id, format="scorm12", provenance=Provenance(hub="Hub du banc", version="1")
    )
    folder = min(path for path in files if path.endswith("/module.yaml")).rpartition("/")[0]
    listing = files[f"{folder}/module.yaml"].decode()
    files[f"{folder}/paquet.zip"] = b"".join(package)
    files[f"{folder}/module.yaml"] = (
        f"{listing.rstrip()}\n  - {{scorm: paquet.zip, id: paquet, title: Paquet, required: false}}\n".encode()
    )
    return files


def seed(house: Installation, learners: int) -> Seeded:
    """Fill an empty installation through the services; return what there is to visit."""
    with house.sessions() as session, unscoped(session):
        hub = create_hub(session, slug=SLUG, name="Hub du banc", contact_email="contact@example.org")
        lead = add_person(
            session, email="pilote@example.org", given_name="Alix", family_name="Exemple", password=PASSWORD
        )
        for role in (Role.LEAD, Role.HUB_ADMIN, Role.TRAINER):
            grant_role(session, person_id=lead.id, role=role, hub_id=hub.id)
        session.commit()
        scope_to_hub(session, hub.id)
        course = create_course(session, house.files, files=course_files(), hub_id=hub.id, person_id=lead.id)
        version = publish_course(session, house.files, house.plugins.activity_types, course=course, person_id=lead.id)
        session.commit()
        today = utc_now().date()
        run = create_training_session(
            session, hub_id=hub.id, version_id=version.id, reference="BANC-1", title=version.title, starts_on=today,
            ends_on=today + timedelta(days=60), trainer_ids=[lead.id], lead_id=lead.id, by=lead.id,
        )  # fmt: skip
        for day in (3, 17, 31):
            start = utc_now() + timedelta(days=day)
            add_half_day(
                session, training_session=run, title=f"Demi-journée {day}", starts_at=start, ends_at=start + timedelta(hours=3),
                modality="on_site", place="Salle 1", by=lead.id,
            )  # fmt: skip
        people = [NewLearner(f"apprenant{n}@example.org", "Camille", f"Exemple {n}") for n in range(learners)]
        enrolments = enrol_people(session, training_session=run, learners=people, by=lead.id, invite=False)
        first = session.get_one(Person, enrolments[0].person_id)
        set_password(first, PASSWORD)
        session.flush()
        ids = [enrolment.person_id for enrolment in enrolments]
        session.execute(
            update(Person).where(Person.id.in_(ids)).values(password_hash=first.password_hash)
        )  # one hash: argon2 is slow on purpose
        session.commit()
        kinds = session.execute(
            select(VersionActivity.kind, VersionActivity.key, VersionActivity.purpose)
            .where(VersionActivity.version_id == version.id).order_by(VersionActivity.position)
        ).all()  # fmt: skip
        return Seeded(
            SLUG, run.id, tuple((person.email, enrolment.id) for person, enrolment in zip(people, enrolments, strict=True)),
            page=next(key for kind, key, _ in kinds if kind == "page"),
            quiz=next(key for kind, key, purpose in kinds if kind == "quiz" and purpose != "positioning"),
            package="paquet",
        )  # fmt: skip
