"""Who was there: windows, methods, absences, the countersigned sheet and what can be proved of it."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.accounts.models import AuditEvent
from lms.accounts.privacy import erase_person
from lms.db import utc_now
from lms.delivery.attendance_queries import get_attendance_grid, list_hours, list_sheet
from lms.delivery.models import Attendance, Enrolment
from lms.delivery.queries import list_half_days_of_person, next_half_days_for_trainer
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.services import (
    NewLearner,
    add_half_day,
    change_half_day,
    clear_attendance,
    countersign,
    create_training_session,
    end_enrolment,
    enrol_people,
    enrol_person,
    mark_absent,
    mark_missing_absent,
    note_minutes_missed,
    remove_half_day,
    sign_half_day,
)
from lms.delivery.signatures import read_signature
from tests.lms.delivery.conftest import data_url, png
from tests.lms.delivery.test_enrolments import counted


@pytest.fixture
def store(house):
    return house.files


def test_what_is_signed_is_kept_and_its_hash_can_be_checked(session, store, half_day, enrolment, picture):
    row, new = sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr")
    assert new
    data = store.read(f"blobs/{row.signed_hash}")
    assert hashlib.sha256(data).hexdigest() == row.signed_hash
    said = json.loads(data)
    assert said["learner"] == {"given_name": "Learner", "family_name": "HUB-A", "code": enrolment.pseudonym}
    assert said["session"]["reference"] == "S-2026-01"
    assert said["signature_sha256"] == hashlib.sha256(store.read(row.signature_key)).hexdigest()
    assert enrolment.status == "active"


def test_a_second_signature_changes_nothing(session, store, half_day, enrolment, picture):
    first, _ = sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr")
    before = first.signed_hash
    second, new = sign_half_day(
        session, store, half_day=half_day, enrolment=enrolment, signature=png(400), method="code"
    )
    assert not new
    assert (second.id, second.signed_hash, second.method) == (first.id, before, "qr")
    assert session.scalar(select(func.count()).where(AuditEvent.action == "half_day.signed")) == 1


@pytest.mark.parametrize(
    ("moment", "code"),
    [(timedelta(minutes=-31), "too_early"), (timedelta(hours=15, minutes=1), "too_late")],
)
def test_signing_is_refused_outside_its_window(session, store, half_day, enrolment, picture, moment, code):
    with pytest.raises(DeliveryRefusal) as refused:
        sign_half_day(
            session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr",
            now=half_day.starts_at + moment,
        )  # fmt: skip
    assert refused.value.code == code


@pytest.mark.parametrize("moment", [timedelta(minutes=-30), timedelta(hours=15)])
def test_signing_is_open_up_to_the_ends_of_its_window(session, store, half_day, enrolment, picture, moment):
    at = half_day.starts_at + moment
    row, _ = sign_half_day(
        session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr", now=at
    )
    assert row.signed_at == at


def test_a_learner_of_another_session_cannot_sign(session, store, world, version, half_day, picture):
    other = create_training_session(
        session, hub_id=world.a.hub.id, version_id=version.id, reference="S-2", title="Autre", starts_on=utc_now().date(),
        ends_on=utc_now().date(),
    )  # fmt: skip
    stranger = enrol_person(
        session, training_session=other, email="c@example.org", given_name="C", family_name="C", by=None
    )
    with pytest.raises(DeliveryRefusal) as refused:
        sign_half_day(session, store, half_day=half_day, enrolment=stranger, signature=picture, method="qr")
    assert refused.value.code == "not_enrolled"


def test_somebody_who_left_before_cannot_sign(session, store, half_day, enrolment, picture):
    end_enrolment(
        session, enrolment=enrolment, status="dropped", reason="", by=None, now=half_day.starts_at - timedelta(days=1)
    )
    with pytest.raises(DeliveryRefusal):
        sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr")


def test_somebody_marked_absent_who_arrives_may_still_sign(session, store, world, half_day, enrolment, picture):
    mark_absent(session, half_day=half_day, enrolment=enrolment, reason="train", by=world.a.trainer.id)
    row, new = sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="code")
    assert new
    assert (row.present, row.reason) == (True, "")
    assert session.scalar(select(func.count()).select_from(Attendance)) == 1


def test_a_signature_is_neither_made_an_absence_nor_erased(session, store, half_day, enrolment, picture):
    row, _ = sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr")
    with pytest.raises(DeliveryRefusal):
        mark_absent(session, half_day=half_day, enrolment=enrolment, reason="", by=None)
    with pytest.raises(DeliveryRefusal):
        clear_attendance(session, attendance=row, half_day=half_day, by=None)


def test_the_sheet_closes_when_everybody_is_settled_and_then_nothing_moves(
    session, store, world, run, half_day, enrolment, picture
):
    late = enrol_person(session, training_session=run, email="d@example.org", given_name="D", family_name="D", by=None)
    sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr")
    with pytest.raises(DeliveryRefusal) as refused:
        countersign(session, store, half_day=half_day, person=world.a.trainer, signature=picture)
    assert refused.value.code == "missing"
    assert mark_missing_absent(session, half_day=half_day, reason="non excusée", by=world.a.trainer.id) == 1
    countersign(session, store, half_day=half_day, person=world.a.trainer, signature=picture)
    said = json.loads(store.read(f"blobs/{half_day.countersign_hash}"))
    assert [line["present"] for line in said["attendance"]].count(True) == 1
    for act in (
        lambda: sign_half_day(session, store, half_day=half_day, enrolment=late, signature=picture, method="qr"),
        lambda: mark_absent(session, half_day=half_day, enrolment=late, reason="", by=None),
        lambda: countersign(session, store, half_day=half_day, person=world.a.trainer, signature=picture),
        lambda: change_half_day(session, half_day, by=None, title="Autre"),
        lambda: remove_half_day(session, half_day, by=None),
    ):
        with pytest.raises(DeliveryRefusal):
            act()


def test_hours_count_what_was_attended_out_of_what_was_due(session, store, world, run, half_day, enrolment, picture):
    enrolment.invited_at = half_day.starts_at - timedelta(days=9)
    past = add_half_day(
        session, training_session=run, title="Passée", starts_at=half_day.starts_at - timedelta(days=2),
        ends_at=half_day.starts_at - timedelta(days=2) + timedelta(hours=2),
    )  # fmt: skip
    add_half_day(
        session, training_session=run, title="À venir", starts_at=half_day.starts_at + timedelta(days=2),
        ends_at=half_day.starts_at + timedelta(days=2, hours=4),
    )  # fmt: skip
    row, _ = sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr")
    note_minutes_missed(session, attendance=row, half_day=half_day, minutes=20, reason="bus", by=world.a.trainer.id)
    grid = get_attendance_grid(session, run.id)
    assert [cell.state for cell in grid.rows[0].cells] == ["missing", "signed", "expected"]
    hours = list_hours(session, run.id)[enrolment.id]
    assert (hours.attended, hours.due, hours.planned) == (160, 300, 540)
    assert past.id == grid.half_days[0].id


def test_who_enters_after_the_sheet_was_closed_is_not_expected_at_it(
    session, store, world, run, half_day, enrolment, picture
):
    sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr")
    countersign(session, store, half_day=half_day, person=world.a.trainer, signature=picture)
    enrol_person(session, training_session=run, email="z@example.org", given_name="Z", family_name="Z", by=None)
    session.flush()
    states = {row.learner.email: row.cells[0].state for row in get_attendance_grid(session, run.id).rows}
    assert states["z@example.org"] == "out"
    assert len(list_sheet(session, half_day)) == 1


def test_a_learners_calendar_shows_the_call_only_when_it_is_time(session, world, run, half_day, enrolment):
    half_day.modality, half_day.join_url = "remote", "https://visio.example.org/x"
    session.flush()
    (row,) = list_half_days_of_person(session, world.a.learner.id)
    start = half_day.starts_at
    assert row.join_address(start - timedelta(minutes=16)) == ""
    assert row.join_address(start - timedelta(minutes=15)) == "https://visio.example.org/x"
    assert row.join_address(half_day.ends_at + timedelta(minutes=1)) == ""
    assert row.can_sign(start)
    assert row.place == "Médiathèque"


def test_a_trainer_sees_what_comes_next_with_its_count(session, store, world, half_day, enrolment, picture):
    sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr")
    (row,) = next_half_days_for_trainer(session, world.a.trainer.id)
    assert (row.id, row.expected, row.settled) == (half_day.id, 1, 1)
    assert next_half_days_for_trainer(session, world.b.trainer.id) == []


def test_the_grid_of_a_thousand_learners_costs_three_statements(session, connection, run, half_day):
    run.capacity = 0
    session.flush()
    people = [NewLearner(f"p{n}@example.org", "P", str(n)) for n in range(1000)]
    rows = enrol_people(session, training_session=run, learners=people, by=None, invite=False)
    session.add_all(
        Attendance(hub_id=run.hub_id, half_day_id=half_day.id, enrolment_id=row.id, signed_at=utc_now(), method="qr")
        for row in rows
    )
    session.flush()
    with counted(connection) as statements:
        grid = get_attendance_grid(session, run.id)
    assert len(statements) == 3
    assert sum(row.cells[0].state == "signed" for row in grid.rows) == 1000


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,!!!",
        data_url(b"\x89PNG\r\n\x1a\n"),
        data_url(b"GIF89a" + png()),
        data_url(png()[:-20]),
        data_url(png().replace(b"IHDR", b"iHDR")),
        data_url(png(10, 10)),
        data_url(png(3000, 30)),
        data_url(png(extra=b"x" * 250_000)),
        data_url(png()[:41] + png()[60:]),
    ],
)
def test_what_is_no_small_png_is_refused_as_a_signature(hostile):
    with pytest.raises(DeliveryRefusal):
        read_signature(hostile)


def test_a_signature_keeps_its_picture_and_nothing_else():
    clean = read_signature(data_url(png(extra=b"Comment\0GPS 48.85,2.35") + b"<script>"))
    assert clean == png()


def test_a_picture_that_unpacks_to_more_than_it_says_is_refused():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 100, 50, 8, 0, 0, 0, 0)
    bomb = zlib.compress(b"\0" * 50_000_000)
    picture = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", bomb) + chunk(b"IEND", b"")
    with pytest.raises(DeliveryRefusal):
        read_signature(data_url(picture))


def test_the_erased_account_leaves_the_signed_statement_whole(session, store, world, half_day, enrolment, picture):
    row, _ = sign_half_day(session, store, half_day=half_day, enrolment=enrolment, signature=picture, method="qr")
    erase_person(session, world.a.learner)
    said = json.loads(store.read(f"blobs/{row.signed_hash}"))
    assert said["learner"]["given_name"] == "Learner"
    assert session.get(Enrolment, enrolment.id) is not None


def test_who_enters_after_a_half_day_has_ended_owes_nothing_for_it(session, world, run, half_day, enrolment):
    past = half_day.starts_at - timedelta(days=2)
    day = add_half_day(session, training_session=run, title="Passée", starts_at=past, ends_at=past + timedelta(hours=2))
    session.flush()
    assert list_sheet(session, day) == []
    assert mark_missing_absent(session, half_day=day, reason="", by=None) == 0
    (row,) = get_attendance_grid(session, run.id).rows
    assert [cell.state for cell in row.cells] == ["out", "expected"]
