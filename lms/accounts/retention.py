"""What is kept too long goes: the periods that the tables declare, applied by ``bouquet db tidy`` or beside the server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from lms.accounts.models import Person
from lms.accounts.privacy import erase_person
from lms.db import unscoped, utc_now
from lms.jobs import delete_old_jobs
from lms.mail import OutgoingMail

if TYPE_CHECKING:
    from lms.jobs import Worker

MAIL_DAYS = 90
ACCOUNT_YEARS = 3


def apply_retention(worker: Worker) -> dict[str, int]:
    """Delete old jobs, abandoned uploads and old mails, take the names out of accounts nobody uses; return how many of each, committed."""
    counts = delete_old_jobs(worker)
    with worker.sessions() as session, unscoped(session):
        old = OutgoingMail.created_at < utc_now() - timedelta(days=MAIL_DAYS)
        counts["mails"] = session.scalar(select(func.count()).select_from(OutgoingMail).where(old)) or 0
        session.execute(delete(OutgoingMail).where(old))
        since = func.coalesce(Person.last_login_at, Person.created_at)
        unused = select(Person).where(
            Person.erased_at.is_(None), since < utc_now() - timedelta(days=365 * ACCOUNT_YEARS + 1)
        )
        people = session.scalars(unused).all()
        for person in people:
            erase_person(session, person)
        counts["accounts"] = len(people)
        session.commit()
    return counts
