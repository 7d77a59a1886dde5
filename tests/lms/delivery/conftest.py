"""A small published course, a session of it, and a picture of a signature."""

from __future__ import annotations

import base64
import struct
import zlib
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from lms.accounts.models import Role
from lms.catalog.models import CourseRecord, CourseVersion, VersionActivity
from lms.db import utc_now
from lms.delivery.services import add_half_day, create_training_session, enrol_person
from lms.web.forms import ZONE

COURSE = Path(__file__).parent.parent.parent / "data" / "premiers-pas"


def png(width: int = 300, height: int = 100, extra: bytes = b"") -> bytes:
    """A grey picture, with a line across it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + bytes([0 if y == height // 2 else 250] * width) for y in range(height))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            extra and chunk(b"tEXt", extra),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        )
    )


def data_url(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode()


@pytest.fixture
def picture() -> bytes:
    return png()


@pytest.fixture
def signature(picture) -> str:
    return data_url(picture)


def make_version(session, hub, key="premiers-pas", title="Premiers pas") -> CourseVersion:
    course = CourseRecord(hub_id=hub.id, key=key, title=title)
    session.add(course)
    session.flush()
    version = CourseVersion(
        hub_id=hub.id, course_id=course.id, number=1, title=title, minutes=300, published_at=utc_now()
    )
    session.add(version)
    session.flush()
    for position, (kind, activity, name, minutes, data) in enumerate(
        (
            ("quiz", "positionnement", "Positionnement", 15, {}),
            ("live_session", "atelier-1", "Atelier : accueillir", 210, {"modality": "on_site"}),
            ("page", "lecture", "Lire avant l'atelier 2", 20, {}),
            ("live_session", "atelier-2", "Atelier : à distance", 120, {"modality": "remote"}),
            ("assignment", "devoir", "Le devoir", 90, {}),
        )
    ):
        session.add(
            VersionActivity(
                hub_id=hub.id, version_id=version.id, key=activity, position=position, module_key="m1", module_title="Module 1",
                kind=kind, title=name, minutes=minutes, data=data, purpose="positioning" if kind == "quiz" else "",
            )
        )  # fmt: skip
    session.flush()
    return version


@pytest.fixture
def version(session, world) -> CourseVersion:
    return make_version(session, world.a.hub)


@pytest.fixture
def run(session, world, version):
    """A session that is going on, with one trainer and room for ten."""
    today = utc_now().astimezone(ZONE).date()
    run = create_training_session(
        session, hub_id=world.a.hub.id, version_id=version.id, reference="S-2026-01", title="Premiers pas, printemps",
        starts_on=today - timedelta(days=7), ends_on=today + timedelta(days=30), place="Médiathèque", capacity=10,
        lead_id=world.a.lead.id, trainer_ids=[world.a.trainer.id], by=world.a.lead.id,
    )  # fmt: skip
    session.commit()
    return run


@pytest.fixture
def half_day(session, run):
    """A half-day that is going on now."""
    start = utc_now() - timedelta(minutes=30)
    row = add_half_day(
        session, training_session=run, title="Atelier : accueillir", starts_at=start, ends_at=start + timedelta(hours=3),
        activity_key="atelier-1",
    )  # fmt: skip
    session.commit()
    return row


@pytest.fixture
def enrolment(session, world, run):
    """The hub's learner, enrolled."""
    person = world.a.learner
    row = enrol_person(
        session, training_session=run, email=person.email, given_name=person.given_name, family_name=person.family_name,
        by=world.a.lead.id,
    )  # fmt: skip
    session.commit()
    return row


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


__all__ = ["Role", "data_url", "local", "make_version", "png"]
