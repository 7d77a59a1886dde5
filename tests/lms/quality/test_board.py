"""The board of a session: gaps, reminders, exports."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.accounts.models import AuditEvent
from lms.db import utc_now
from lms.mail import OutgoingMail
from lms.quality.queries.board import board_table, get_board
from tests.factories import sign_in
from tests.lms.quality.conftest import LATER, make_season


@pytest.fixture
def address(season, world):
    return f"/h/{world.a.hub.slug}/sessions/{season.run.id}"


@pytest.fixture
def lead(client, world):
    return sign_in(client, world.a.lead)


def test_each_gap_is_named_and_filters(session, season):
    board = get_board(session, season.run.id, now=LATER)
    assert board.total == 12
    assert [column.kind for column in board.columns] == [
        "half_day",
        "half_day",
        "module",
        "test",
        "test",
        "assignment",
        "survey",
        "document",
    ]
    assert board.counts["never_came"] == 1
    assert board.counts["survey"] == 2  # one only began, one never came; who left is not expected any more
    found = get_board(session, season.run.id, missing="survey", now=LATER)
    assert found.matching == 2
    assert all("survey" in row.gaps for row in found.rows)


def test_before_the_end_nothing_without_a_deadline_is_late(session, season):
    board = get_board(session, season.run.id, now=season.half_days[0].starts_at)
    assert board.counts == {"any": 0}


def test_the_page_shows_who_lacks_what(lead, address, session, season):
    html = lead.get(f"{address}/board").get_data(as_text=True)
    assert "Prénom3 Nom3" in html
    assert "Relancer" in html
    assert html.count("<h1") == 1


def test_auditors_see_pseudonyms_and_cannot_remind(client, world, address, season):
    auditor = sign_in(client, world.a.auditor)
    html = auditor.get(f"{address}/board").get_data(as_text=True)
    assert "Nom3" not in html
    assert season.enrolments[3].pseudonym in html
    assert auditor.post(f"{address}/board/remind").status_code == 403
    assert auditor.post(f"{address}/board/names", data={"reason": "Je veux voir"}).status_code == 403


def test_a_trainer_of_other_sessions_is_refused(client, world, address, session, season):
    season.run.trainers.clear()
    session.commit()
    assert sign_in(client, world.a.trainer).get(f"{address}/board").status_code == 403


def test_a_reminder_leaves_once_a_day_and_is_noted(lead, address, session, season):
    late = season.enrolments[9]
    for _ in range(2):
        assert lead.post(f"{address}/board/remind", data={"enrolment_id": str(late.id)}).status_code == 302
    (mail,) = session.scalars(select(OutgoingMail).where(OutgoingMail.to == late.person.email)).all()
    assert "Le quiz" in mail.text
    assert f"/learn/{late.id}" in mail.text
    assert session.scalars(select(AuditEvent.target).where(AuditEvent.action == "learner.reminded")).all() == [
        str(late.id)
    ]
    html = lead.get(f"{address}/board").get_data(as_text=True)
    assert "relancé aujourd" in html.lower() or "reminded today" in html


def test_the_day_after_one_may_remind_again(lead, address, session, season):
    late = season.enrolments[9]
    lead.post(f"{address}/board/remind", data={"enrolment_id": str(late.id)})
    board = get_board(session, season.run.id, now=utc_now() + timedelta(days=1))
    assert next(row for row in board.rows if row.enrolment_id == late.id).can_remind


def test_who_has_done_everything_is_never_reminded(lead, address, session, season):
    lead.post(f"{address}/board/remind")
    to = set(session.scalars(select(OutgoingMail.to)))
    assert season.enrolments[0].person.email not in to
    assert season.enrolments[10].person.email not in to  # left for good
    assert season.enrolments[9].person.email in to
    assert season.enrolments[11].person.email in to


def test_the_csv_is_pseudonymous_and_safe(lead, address, season):
    text = lead.get(f"{address}/board.csv").get_data(as_text=True)
    assert "Nom3" not in text
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 13
    assert season.enrolments[0].pseudonym in {row[0] for row in rows}


def test_names_leave_with_a_reason_only(lead, address, session, season):
    season.enrolments[3].person.given_name = "=cmd|calc"
    session.commit()
    assert lead.post(f"{address}/board/names", data={"reason": ""}).status_code == 422
    assert session.scalar(select(AuditEvent).where(AuditEvent.action == "board.exported")) is None
    answer = lead.post(f"{address}/board/names", data={"reason": "Réunion de bilan"})
    sheet = load_workbook(io.BytesIO(answer.data)).active
    names = [cell.value for cell in sheet["B"]]
    assert "=cmd|calc Nom3" in names
    assert all(cell.data_type == "s" for cell in sheet["B"])
    event = session.scalar(select(AuditEvent).where(AuditEvent.action == "board.exported"))
    assert event.note == "Réunion de bilan"


def test_a_thousand_learners_in_one_light_page(lead, world, session, house, count_statements):
    season = make_season(session, house, world, learners=1000, reference="S-1000")
    session.expire_all()
    with count_statements() as sent:
        answer = lead.get(f"/h/{world.a.hub.slug}/sessions/{season.run.id}/board")
    assert answer.status_code == 200
    assert len(sent) <= 15, sent
    assert len(answer.data) < 1_000_000
    with count_statements() as sent:
        assert lead.get(f"/h/{world.a.hub.slug}/sessions/{season.run.id}/indicators").status_code == 200
    assert len(sent) <= 15, sent
    with count_statements() as sent:
        assert lead.get(f"/h/{world.a.hub.slug}/sessions/{season.run.id}/evidence").status_code == 200
    assert len(sent) <= 15, sent


def test_words_of_the_table_are_those_of_the_reader(session, season):
    header, rows = board_table(get_board(session, season.run.id, now=LATER), names=True, say=lambda text: f"<{text}>")
    assert header[:3] == ["<Code>", "<Name>", "<Status>"]
    assert rows[0][3].startswith("<")
