"""The same way in English on a phone, shorter: open, invite, learn, sign, watch."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from tests.browser.test_walk import begin, open_module
from tests.browser.visitor import visiting

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 780}


@pytest.fixture(scope="module")
def story():
    return SimpleNamespace()


@pytest.fixture
def enter(demo, browser, axe_source):
    return lambda person, **options: visiting(
        demo, browser, person, axe_source, language="en", viewport=PHONE, has_touch=True, **options
    )


def test_a_lead_opens_a_session_and_enrols_somebody(enter, story):
    with enter("responsable") as lead:
        lead.go("/h/les-rives/sessions")
        lead.check()
        lead.follow("New session")
        today = datetime.now(ZoneInfo("Europe/Paris"))
        lead.fill("Title", "Being ready for the audit")
        lead.fill("Reference", "RIV-PHONE")
        lead.fill("First day", today.date().isoformat())
        lead.fill("Last day", (today.date() + timedelta(days=20)).isoformat())
        lead.page.get_by_role("checkbox", name="Basile Modèle").check()
        lead.check()
        lead.press("Create the session")
        story.session = lead.key_of("sessions")
        lead.check()
        lead.go(f"/h/les-rives/sessions/{story.session}/half-days/new")
        start = min(max(today.hour - 1, 0), 20)
        lead.fill("Title", "First half-day")
        lead.fill("Date", today.date().isoformat())
        lead.fill("Starts at", f"{start:02}:00")
        lead.fill("Ends at", f"{start + 3:02}:00")
        lead.press("Save the half-day")
        lead.check()
        lead.go(f"/h/les-rives/sessions/{story.session}/learners")
        lead.check()
        lead.follow("Enrol somebody")
        lead.fill("Email address", "noisette.exemple@example.org")
        lead.fill("First name", "Noisette")
        lead.fill("Last name", "Exemple")
        lead.page.locator("main form .btn-primary").click()
        lead.reads("Noisette Exemple")
        lead.check()


def test_a_learner_comes_from_the_invitation_reads_answers_and_signs(enter, story):
    with enter("formateur") as trainer, enter("") as learner:
        begin(learner, "noisette.exemple@example.org")
        learner.page.locator(".resume .btn-primary").click()
        learner.page.locator("#activity").wait_for()
        learner.check()
        learner.press("Contents", inside=learner.page.locator(".player-bar"))
        learner.page.locator("#contents").get_by_role("link").first.wait_for()
        learner.check()
        learner.page.locator(".player-bar a").first.click()
        quiz = learner.page.locator("main .rows a[href*='/quiz-']").first
        open_module(learner, quiz.inner_text() or quiz.text_content().strip())
        learner.press("Begin")
        learner.check()
        trainer.go("/h/les-rives/")
        trainer.follow("First half-day")
        code = trainer.page.locator(".code-box-code").inner_text().strip()
        trainer.check()
        learner.go("/s")
        learner.check()
        learner.page.locator("input[name=code]").fill(code.lower())
        learner.press("Go on")
        learner.draw_signature()
        learner.check()
        learner.press("I sign")
        learner.sees("Your presence is signed", within="body")
        learner.check()
        trainer.page.reload()
        trainer.follow("Countersign")
        trainer.draw_signature()
        trainer.check()
        trainer.press("I countersign")
        trainer.sees("The sheet is closed")
        trainer.check()


def test_the_lead_reads_the_board_and_the_results(enter, story):
    with enter("responsable") as lead:
        lead.go(f"/h/les-rives/sessions/{story.session}/board")
        lead.reads("Noisette Exemple")
        lead.check()
        lead.go("/h/les-rives/improvements")
        lead.check()
