"""The mails of accounts: short, in the reader's language, one link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.accounts.links import INVITATION_DAYS, RESET_HOURS, make_link_token
from lms.mail import queue_mail
from lms.texts import translator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.accounts.models import Person
    from lms.config import Settings
    from lms.hubs.models import Hub


def send_reset(session: Session, settings: Settings, person: Person) -> None:
    """Mail the link to choose a new password."""
    _ = translator(person.locale)
    token = make_link_token(settings.secret_key, "reset", person)
    text = _(
        "Hello %(name)s,\n\nTo choose a new password, open this link (it works once, for %(hours)s hours):\n%(link)s\n\n"
        "If you did not ask for it, do nothing: your password stays the same.\n",
        name=person.given_name, hours=RESET_HOURS, link=f"{settings.url}/password/{token}",
    )  # fmt: skip
    queue_mail(session, to=person.email, subject=_("Choose a new password"), text=text)


def send_invitation(
    session: Session, settings: Settings, person: Person, hub: Hub, *, goal: str = "", what: str = ""
) -> None:
    """Mail the link that opens the account (or just leads to the goal when the person has a password already)."""
    _ = translator(person.locale)
    token = make_link_token(settings.secret_key, "invitation", person, goal=goal)
    purpose = what or _("take part in the work of the hub")
    text = _(
        "Hello %(name)s,\n\n%(hub)s invites you to: %(what)s.\n\nOpen this link to begin (it is for you alone, for %(days)s days):\n"
        "%(link)s\n\nA question? Answer to %(contact)s.\n",
        name=person.given_name, hub=hub.name, what=purpose, days=INVITATION_DAYS, contact=hub.contact_email,
        link=f"{settings.url}/invitation/{token}",
    )  # fmt: skip
    queue_mail(session, to=person.email, subject=_("%(hub)s: you are invited", hub=hub.name), text=text, hub_id=hub.id)
