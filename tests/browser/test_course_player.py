"""The course player in a real browser: reading, drafts, a quiz with the keyboard, and accessibility."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.db import unscoped
from lms.learning.models import Attempt, Progress
from tests.browser.live import serve
from tests.factories.learning import make_class

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def room(live):
    with live.house.sessions() as session, unscoped(session):
        return make_class(session, live.house, live.world.a)


@pytest.fixture(scope="module")
def visit(live, room, browser):
    """A page of the learner, on a course activity, where what the console says is kept."""
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR").new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    live.sign_in(page, live.world.a.learner)

    def go(key):
        page.goto(live.url + room.url(key))
        return page

    yield go
    page.context.close()


def stored(live, room, model, key):
    with live.house.sessions() as session, unscoped(session):
        return session.scalars(
            select(model).where(model.enrolment_id == room.enrolment.id, model.activity_key == key)
        ).one()


def test_reaching_the_end_of_a_page_marks_it_read(live, room, visit):
    page = visit("page-accueil")
    page.locator("[data-seen]").scroll_into_view_if_needed()
    page.locator("[data-seen-word]:not([hidden])").wait_for()
    assert stored(live, room, Progress, "page-accueil").status == "done"
    assert page.locator("#contents .is-done").count() == 1


def test_a_draft_is_kept_while_it_is_typed_and_then_handed_in(live, room, visit):
    page = visit("devoir-un")
    page.locator("#work-text").fill("Mon début")
    page.locator("[data-save-state][data-state=saved]").wait_for()
    assert stored(live, room, Attempt, "devoir-un").state["draft"] == "Mon début"
    page.locator("#work-text").press_sequentially(", puis la fin")
    page.locator("button[value=hand_in]").click()
    page.locator("#activity .alert-success").wait_for()
    assert stored(live, room, Attempt, "devoir-un").state["draft"] == "Mon début, puis la fin"


def test_a_quiz_is_answered_with_the_keyboard_alone(live, room, visit):
    page = visit("positionnement")
    page.locator("button[value=start]").press("Enter")
    page.locator("legend.quiz-prompt").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "LEGEND"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("button[value=answer]").press("Enter")
    page.locator("text=Question par question").wait_for()
    assert stored(live, room, Progress, "positionnement").status == "done"


@pytest.mark.parametrize(
    "key", ["", "page-accueil", "quiz-un", "positionnement", "devoir-un", "enquete-une", "atelier-un"]
)
def test_pages_have_no_accessibility_fault_and_fit_a_phone(visit, axe_source, key):
    page = visit(key)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.said == []
    page.evaluate(axe_source)
    faults = page.evaluate("axe.run().then(found => found.violations.map(one => [one.id, one.nodes[0].html]))")
    assert faults == []
    page.said.clear()
