"""What is kept too long goes, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from lms.accounts.models import Person
from lms.accounts.retention import apply_retention
from lms.app import create_installation
from lms.config import Settings
from lms.db import unscoped, utc_now
from lms.jobs import Job
from lms.mail import OutgoingMail
from lms.models import Base


def test_old_jobs_and_mails_go_and_unused_accounts_lose_their_name(session, world, house):
    now = utc_now()
    for days in (10, 100):
        session.add(
            OutgoingMail(to="camille@example.org", subject=f"{days}", text="", created_at=now - timedelta(days=days))
        )
        session.add(Job(hub_id=world.a.hub.id, kind="export", created_at=now - timedelta(days=days)))
    gone, stays = world.a.learner, world.b.learner
    gone.last_login_at = now - timedelta(days=4 * 365)
    stays.created_at, stays.last_login_at = now - timedelta(days=4 * 365), now - timedelta(days=2)
    session.commit()

    house.files.delete(list(house.files.list_keys("uploads")))  # left by tests whose rows were rolled back
    assert apply_retention(house.queue.worker) == {"jobs": 1, "uploads": 0, "mails": 1, "accounts": 1}

    session.expire_all()
    assert session.scalars(select(OutgoingMail.subject)).all() == ["10"]
    erased = session.get_one(Person, gone.id)
    assert erased.email == f"erased-{gone.id}@invalid"
    assert erased.given_name == ""
    assert session.get_one(Person, stays.id).erased_at is None
    assert apply_retention(house.queue.worker) == {"jobs": 0, "uploads": 0, "mails": 0, "accounts": 0}


def test_the_server_of_one_machine_does_it_by_itself_every_hour(tmp_path):
    house = create_installation(Settings(data=tmp_path, secret_key="k"))
    Base.metadata.create_all(house.engine)
    with house.sessions() as session, unscoped(session):
        session.add(
            OutgoingMail(to="camille@example.org", subject="", text="", created_at=utc_now() - timedelta(days=100))
        )
        session.commit()
    house.queue.every_hour(apply_retention)
    queue = house.queue.huey
    assert queue.read_periodic(datetime(2026, 11, 22, 14, 29, tzinfo=UTC)) == []
    (due,) = queue.read_periodic(datetime(2026, 11, 22, 14, 30, tzinfo=UTC))
    queue.execute(due)
    with house.sessions() as session, unscoped(session):
        assert session.scalars(select(OutgoingMail)).all() == []
    house.queue.close()
    house.engine.dispose()
