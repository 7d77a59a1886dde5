"""Mail leaves after the commit, jobs too, through a real SMTP server and a real queue."""

from __future__ import annotations

import dataclasses
import socket
import threading

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from lms.app import create_installation
from lms.config import Settings
from lms.db import unscoped
from lms.jobs import Job, defer, job, start_job
from lms.mail import OutgoingMail, queue_mail
from lms.schema import create_tables
from tests.factories import make_hub


class Inbox:
    def __init__(self) -> None:
        self.messages: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.messages.append(envelope.content)
        return "250 kept"


@pytest.fixture
def inbox():
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        inbox.port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    yield inbox
    controller.stop()


@pytest.fixture
def own_house(tmp_path):
    """An installation of its own, whose commits are real and whose queue is on the disk."""
    house = create_installation(Settings(data=tmp_path, secret_key="k"), immediate_jobs=False)
    create_tables(house.engine)
    yield house
    house.engine.dispose()


def run_queue(house) -> int:
    """Do what is waiting in the queue and return how much it was."""
    done = 0
    while (task := house.queue.huey.dequeue()) is not None:
        house.queue.huey.execute(task)
        done += 1
    return done


def with_smtp(house, port: int) -> None:
    house.settings = dataclasses.replace(house.settings, smtp=f"smtp://127.0.0.1:{port}")
    house.queue.worker.settings = house.settings


def test_a_mail_leaves_once_its_row_is_committed(own_house, inbox):
    with_smtp(own_house, inbox.port)
    with own_house.sessions() as session:
        queue_mail(session, to="rose@example.org", subject="Été\nà l'école", text="Bonjour à vous")
        assert run_queue(own_house) == 0
        session.commit()
    assert run_queue(own_house) == 1
    (message,) = inbox.messages
    assert b"To: rose@example.org" in message
    with own_house.sessions() as session:
        assert session.scalars(select(OutgoingMail)).one().sent_at is not None


def test_a_rolled_back_mail_never_leaves(own_house, inbox):
    with_smtp(own_house, inbox.port)
    with own_house.sessions() as session:
        queue_mail(session, to="rose@example.org", subject="s", text="t")
        session.rollback()
    assert run_queue(own_house) == 0
    assert inbox.messages == []


def test_a_mail_is_sent_once_even_when_its_job_runs_twice(own_house, inbox):
    with_smtp(own_house, inbox.port)
    with own_house.sessions() as session:
        mail = queue_mail(session, to="rose@example.org", subject="s", text="t")
        session.commit()
        own_house.queue.push("mail.send", (str(mail.id),))
    assert run_queue(own_house) == 2
    assert len(inbox.messages) == 1


def test_a_server_that_cannot_be_reached_leaves_its_reason_and_the_mail(own_house):
    with_smtp(own_house, 1)
    with own_house.sessions() as session:
        queue_mail(session, to="rose@example.org", subject="s", text="t")
        session.commit()
    run_queue(own_house)
    with own_house.sessions() as session:
        mail = session.scalars(select(OutgoingMail)).one()
        assert mail.sent_at is None
        assert "refused" in mail.error.lower()


def test_two_jobs_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two jobs"):
        job("mail.send")(lambda worker: None)


def test_a_job_that_nobody_registered_is_refused(own_house):
    with own_house.sessions() as session, pytest.raises(KeyError):
        defer(session, "nobody.knows")


done: list[tuple[str, str]] = []


@job("test.note")
def note(worker, job_id: str) -> None:
    done.append((job_id, threading.current_thread().name))


def test_long_work_is_written_down_then_done_by_the_worker(own_house):
    with own_house.sessions() as session, unscoped(session):
        hub = make_hub(session, "hub-x", "Hub X")
        session.info["hub"] = hub.id
        row = start_job(session, kind="test.note", person_id=None, what=3)
        session.commit()
        assert session.get(Job, row.id).arguments == {"what": 3}
    run_queue(own_house)
    assert done[-1][0] == str(row.id)
