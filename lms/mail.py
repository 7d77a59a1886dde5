"""Mail: a row first, sent by a job after the commit, kept readable where there is no SMTP server."""

from __future__ import annotations

import logging
import smtplib
import uuid
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, Id, mark, unscoped, utc_now
from lms.jobs import Worker, defer, job

if TYPE_CHECKING:
    from lms.config import Settings

log = logging.getLogger("bouquet.mail")


class OutgoingMail(Base):
    """A mail to one person."""

    __tablename__ = "outgoing_mail"
    __personal_data__: ClassVar[str] = mark("address and text of a mail")
    __retention__: ClassVar[str] = mark("90 days: proof of sending is the event, not the mail")

    id: Mapped[Id]
    hub_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("hub.id", ondelete="CASCADE"), index=True)
    to: Mapped[str] = mapped_column(String(320), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


def queue_mail(session: Session, *, to: str, subject: str, text: str, hub_id: uuid.UUID | None = None) -> OutgoingMail:
    """Write a plain-text mail that leaves after the commit."""
    mail = OutgoingMail(to=to, subject=" ".join(subject.split()), text=text, hub_id=hub_id)
    session.add(mail)
    session.flush()
    defer(session, "mail.send", str(mail.id))
    return mail


@job("mail.send")
def send_mail(worker: Worker, mail_id: str) -> None:
    """Send one mail by SMTP; without a server it stays readable under ``/_mail``."""
    with worker.sessions() as session, unscoped(session):
        mail = session.get(OutgoingMail, uuid.UUID(mail_id))
        if mail is None or mail.sent_at is not None or not worker.settings.smtp:
            return
        try:
            _deliver(worker.settings, mail)
        except (OSError, smtplib.SMTPException) as error:
            mail.error = f"{type(error).__name__}: {error}"
            session.commit()
            raise
        mail.sent_at, mail.error = utc_now(), ""
        session.commit()


def _deliver(settings: Settings, mail: OutgoingMail) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, mail.to, mail.subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=urlsplit(settings.url).hostname)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    server = urlsplit(settings.smtp)
    secure = server.scheme == "smtps"
    client = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with client(server.hostname or "", server.port or (465 if secure else 25), timeout=20) as smtp:
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls()
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)
