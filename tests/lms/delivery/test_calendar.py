"""What a course proposes for a calendar, and calendars for diaries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.catalog.queries import OutlineRow
from lms.delivery.ical import Event, calendar_text, escape_text, fold
from lms.delivery.proposals import propose_deadlines, propose_half_days
from lms.delivery.queries import list_clashes
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.services import add_half_day, create_training_session, set_deadline
from lms.web.forms import ZONE


def line(key, kind="page", minutes=10, *, required=True, purpose=""):
    return OutlineRow(key, kind, key.title(), minutes, required, purpose, "m", "M", 0)


def test_half_days_are_spread_over_working_days_in_the_order_of_the_course():
    outline = [line("a", "live_session", 210), line("p"), line("b", "live_session", 90), line("c", "live_session", 0)]
    first, second, third = propose_half_days(outline, {"b": "remote"}, date(2026, 4, 3), date(2026, 4, 10), ZONE)
    local = [day.starts_at.astimezone(ZONE) for day in (first, second, third)]
    assert [(day.date(), day.hour) for day in local] == [
        (date(2026, 4, 3), 9),
        (date(2026, 4, 7), 9),
        (date(2026, 4, 10), 9),
    ]
    assert (first.ends_at - first.starts_at, third.ends_at - third.starts_at) == (
        timedelta(minutes=210),
        timedelta(hours=3),
    )
    assert (first.modality, second.modality) == ("on_site", "remote")


def test_a_short_session_gets_afternoons_then_the_days_that_follow():
    outline = [line(str(n), "live_session", 180) for n in range(5)]
    days = propose_half_days(outline, {}, date(2026, 4, 9), date(2026, 4, 10), ZONE)
    local = [day.starts_at.astimezone(ZONE) for day in days]
    assert len({(day.date(), day.hour) for day in local}) == 5
    assert local[-1].date() == date(2026, 4, 13)
    assert all(day.weekday() < 5 for day in local)


def test_deadlines_come_before_the_next_half_day_and_spare_what_is_asked_later():
    outline = [
        line("test"), line("read"), line("day", "live_session", 180), line("extra", required=False), line("work"),
        line("cold", "survey", purpose="cold"),
    ]  # fmt: skip
    start = datetime(2026, 4, 8, 7, 0, tzinfo=UTC)
    deadlines = propose_deadlines(
        outline, {"day": (start, start + timedelta(hours=3))}, date(2026, 4, 1), date(2026, 4, 30), ZONE
    )
    due = {deadline.activity_key: deadline.due_at for deadline in deadlines}
    assert list(due) == ["test", "read", "work"]
    assert due["test"].astimezone(ZONE).hour == 20
    assert due["test"] < due["read"] == start
    assert due["work"].astimezone(ZONE) == datetime(2026, 4, 30, 20, tzinfo=ZONE)


def test_a_trainer_expected_at_two_places_at_once_is_told(session, world, run, half_day, version):
    other = create_training_session(
        session, hub_id=world.a.hub.id, version_id=version.id, reference="S-9", title="Autre", starts_on=run.starts_on,
        ends_on=run.ends_on, trainer_ids=[world.a.trainer.id],
    )  # fmt: skip
    add_half_day(session, training_session=other, title="En même temps", starts_at=half_day.starts_at + timedelta(hours=1),
                 ends_at=half_day.ends_at + timedelta(hours=1))  # fmt: skip
    add_half_day(session, training_session=other, title="Après", starts_at=half_day.ends_at + timedelta(hours=1),
                 ends_at=half_day.ends_at + timedelta(hours=2))  # fmt: skip
    (clash,) = list_clashes(session, run.id)
    assert (clash.other_title, clash.other_reference) == ("En même temps", "S-9")


def test_a_deadline_is_set_changed_and_taken_away(session, run):
    at = datetime(2026, 4, 8, 18, 0, tzinfo=UTC)
    first = set_deadline(session, training_session=run, activity_key="devoir", due_at=at)
    second = set_deadline(session, training_session=run, activity_key="devoir", due_at=at + timedelta(days=1))
    assert first.id == second.id
    assert set_deadline(session, training_session=run, activity_key="devoir", due_at=None) is None


@pytest.mark.parametrize("hours", [0, -1, 13])
def test_a_half_day_with_impossible_hours_is_refused(session, run, hours):
    start = datetime(2026, 4, 8, 7, 0, tzinfo=UTC)
    with pytest.raises(DeliveryRefusal):
        add_half_day(session, training_session=run, title="X", starts_at=start, ends_at=start + timedelta(hours=hours))


def test_the_link_of_a_call_is_a_web_address(session, run):
    start = datetime(2026, 4, 8, 7, 0, tzinfo=UTC)
    with pytest.raises(DeliveryRefusal):
        add_half_day(
            session,
            training_session=run,
            title="X",
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            join_url="javascript:alert(1)",
        )


def test_texts_of_a_diary_are_escaped_and_bring_no_line_of_their_own():
    text = calendar_text(
        "A; b, c", [Event("1@x", "Un\r\nATTACH:http://evil.example", datetime(2026, 4, 8, 9, 0, tzinfo=ZONE))],
        stamp=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    lines = text.split("\r\n")
    assert "X-WR-CALNAME:A\\; b\\, c" in lines
    assert "SUMMARY:Un\\nATTACH:http://evil.example" in lines
    assert "DTSTART:20260408T070000Z" in lines
    assert escape_text("a\\b\x07") == "a\\\\b"


def test_long_lines_are_folded_at_75_octets_without_cutting_a_letter():
    folded = fold("SUMMARY:" + "é" * 200)
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == "SUMMARY:" + "é" * 200
