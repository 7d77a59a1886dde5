"""Reminding learners of what they have not done yet: once a day each, and noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.accounts.models import Person
from lms.accounts.services import record_event
from lms.mail import queue_mail
from lms.quality.queries.board import REMINDED
from lms.texts import translator

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from lms.quality.queries.board import Board, BoardRow


def remind_learners(
    session: Session, *, board: Board, rows: Iterable[BoardRow], url: str, by: uuid.UUID | None
) -> list[BoardRow]:
    """Mail what is missing to those of these learners who were not reminded today, and return them.

    ``url``: the installation's public address.
    """
    chosen = [row for row in rows if row.can_remind]
    if not chosen:
        return []
    people = select(Person.id, Person.locale).where(Person.id.in_([row.person_id for row in chosen]))
    locales = {person_id: locale for person_id, locale in session.execute(people)}  # noqa: C416 - rows are not pairs
    for row in chosen:
        _remind(session, board, row, locale=locales.get(row.person_id, "fr"), url=url, by=by)
    return chosen


def _remind(session: Session, board: Board, row: BoardRow, *, locale: str, url: str, by: uuid.UUID | None) -> None:
    _ = translator(locale)
    material = board.material
    titles = [column.title for column in board.columns if column.key in row.missing]
    things = "\n".join(f"- {title}" for title in titles) or _("- open the course for the first time")
    link = f"{url}/h/{material.hub.slug}/learn/{row.enrolment_id}"
    text = _(
        "Hello %(name)s,\n\nIn the training “%(title)s”, this is still waiting for you:\n%(things)s\n\n"
        "You can go on where you stopped:\n%(link)s\n\nSomething in the way? Answer to %(contact)s, we will look for a "
        "solution together.\n",
        name=row.name, title=material.run.title, things=things, link=link,
        contact=material.hub.contact_email or material.hub.name,
    )  # fmt: skip
    subject = _("%(title)s: what is left to do", title=material.run.title)
    queue_mail(session, to=row.email, subject=subject, text=text, hub_id=material.hub.id)
    record_event(
        session, REMINDED, hub_id=material.hub.id, person_id=by, target=row.enrolment_id, learner=row.code,
        missing=list(row.missing),
    )  # fmt: skip
