"""The mails of delivery: the invitation to a session, written by a job after the commit."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from babel.dates import format_date
from sqlalchemy import select

from lms.accounts.letters import send_invitation
from lms.db import unscoped
from lms.delivery.models import Enrolment, TrainingSession
from lms.hubs.models import Hub
from lms.jobs import Worker, job
from lms.texts import translator

if TYPE_CHECKING:
    from lms.accounts.models import Person

INVITE = "delivery.invite"
CHUNK = 100


@job(INVITE)
def invite_learners(worker: Worker, *enrolment_ids: str) -> None:
    """Write the invitation of each enrolment; it leads to the learner's course."""
    ids = [uuid.UUID(text) for text in enrolment_ids]
    for start in range(0, len(ids), CHUNK):
        with worker.sessions() as session, unscoped(session):
            rows = session.execute(
                select(Enrolment, TrainingSession, Hub)
                .join(TrainingSession, Enrolment.session_id == TrainingSession.id)
                .join(Hub, Hub.id == Enrolment.hub_id)
                .where(Enrolment.id.in_(ids[start : start + CHUNK]), Enrolment.status.in_(("invited", "active")))
            )
            for enrolment, run, hub in rows.all():
                goal = f"/h/{hub.slug}/learn/{enrolment.id}"
                send_invitation(
                    session, worker.settings, enrolment.person, hub, goal=goal, what=describe(run, enrolment.person)
                )
            session.commit()


def describe(run: TrainingSession, person: Person) -> str:
    """What a person is invited to, in their language."""
    _ = translator(person.locale)
    start = format_date(run.starts_on, "d MMMM y", locale=person.locale)
    if run.starts_on == run.ends_on:
        return _("the training “%(title)s”, on %(start)s", title=run.title, start=start)
    end = format_date(run.ends_on, "d MMMM y", locale=person.locale)
    return _("the training “%(title)s”, from %(start)s to %(end)s", title=run.title, start=start, end=end)
