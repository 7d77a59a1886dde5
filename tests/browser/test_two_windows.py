"""What two windows or a lost network do to an answer: it is said as it is, and nothing that was typed is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.accounts.models import Person
from lms.db import unscoped
from lms.delivery.models import Enrolment
from tests.browser.visitor import visiting

pytestmark = pytest.mark.browser


@pytest.fixture
def learner(demo, browser, axe_source):
    with visiting(demo, browser, "apprenante", axe_source) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def home(demo) -> str:
    with demo.house.sessions() as session, unscoped(session):
        person = session.scalar(select(Person.id).where(Person.email == "apprenante@example.org"))
        return f"/h/les-rives/learn/{session.scalar(select(Enrolment.id).where(Enrolment.person_id == person))}"


def test_an_older_window_is_told_so_and_shows_where_things_stand(learner, home):
    learner.watch.expect("409")
    learner.go(f"{home}/quiz-publics")
    learner.press("Begin")
    learner.page.locator("#activity input[type=radio]").first.wait_for()  # begun on the server before the other looks
    other = learner.context.new_page()
    other.goto(f"{home}/quiz-publics")
    other.locator("#activity input[type=radio]").first.check()
    other.get_by_role("button", name=learner.say("Give my answer")).click()
    other.get_by_role("button", name=learner.say("Next question")).wait_for()
    learner.page.locator("#activity input[type=radio]").last.check()
    learner.press("Give my answer")
    learner.page.locator("#activity .alert").first.wait_for()
    learner.page.get_by_role("button", name=learner.say("Next question")).wait_for()
    learner.check()


def test_a_lost_network_is_said_and_the_answer_waits_in_its_place(learner, home):
    learner.watch.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    learner.go(f"{home}/quiz-concevoir")
    learner.press("Begin")
    choice = learner.page.locator("#activity input[type=radio]").first
    choice.check()
    learner.context.set_offline(True)
    learner.press("Give my answer")
    learner.sees("The server did not answer. What you typed is still here: try again.", within="body")
    assert choice.is_checked()
    learner.context.set_offline(False)
    learner.press("Give my answer")
    learner.page.get_by_role("button", name=learner.say("Next question")).wait_for()
    learner.check()


def test_a_draft_of_work_is_kept_on_the_device_while_the_network_is_away(learner, home):
    learner.watch.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    learner.go(f"{home}/dev-scenario")
    learner.context.set_offline(True)
    learner.fill("My text", "Écrit dans un train, entre deux tunnels.")
    learner.sees("Offline: kept on this device", within="body")
    learner.context.set_offline(False)
    learner.page.locator("[data-state=saved]").first.wait_for()
    learner.page.reload()
    assert learner.field("My text").input_value() == "Écrit dans un train, entre deux tunnels."
    learner.check()
