"""Without a network, in two tabs, with an old address: what is kept, and what the learner is told."""

from __future__ import annotations

from itertools import count

import pytest

from lms.learning import tokens
from tests.browser.live import serve
from tests.browser.package_visit import PackageVisit, make_room
from tests.factories.courses import scorm_zip

pytestmark = pytest.mark.browser
NUMBERS = count(1)
STATE = "[data-package-state]"


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("offline"))


@pytest.fixture
def visit(live, browser):
    visit = PackageVisit(live, browser, make_room(live, scorm_zip(), f"O-{next(NUMBERS)}")).open()
    visit.lesson().locator("h1").wait_for()
    yield visit
    visit.close()


def place(visit, text):
    return visit.lesson().evaluate(
        "text => api.LMSSetValue('cmi.suspend_data', text) + api.LMSSetValue('cmi.core.exit', 'suspend') + api.LMSCommit('')",
        text,
    )


def kept(visit):
    return visit.attempt().state.get("scos", {}).get("item-1", {}).get("kept", {}).get("cmi.suspend_data")


def test_what_is_done_offline_is_kept_said_so_and_sent_when_the_network_is_back(visit):
    place(visit, "avant")
    visit.saved()
    visit.context.set_offline(True)
    assert place(visit, "pendant") == "truetruetrue"  # safe on the device
    visit.page.locator(f"{STATE}[data-state=offline]").wait_for()
    assert "gardé sur cet appareil" in visit.page.locator(STATE).text_content()
    assert kept(visit) == "avant"
    visit.context.set_offline(False)
    visit.page.locator(f"{STATE}[data-state=saved]").wait_for()
    assert kept(visit) == "pendant"
    numbers = [(one.launch, one.sequence) for one in visit.ledger()]
    assert numbers == sorted(set(numbers))


def test_a_window_closed_offline_loses_nothing(visit):
    visit.context.set_offline(True)
    place(visit, "hors ligne")
    visit.page.locator(f"{STATE}[data-state=offline]").wait_for()
    page = visit.page
    visit.page = visit.context.new_page()
    page.close()
    visit.context.set_offline(False)
    visit.open()
    assert visit.lesson().evaluate("api.LMSGetValue('cmi.suspend_data')") == "hors ligne"


def test_a_second_tab_says_so_and_may_take_over(visit):
    place(visit, "premier")
    visit.saved()
    first, second = visit.page, visit.context.new_page()
    second.goto(visit.address)
    frame = second.frame_locator("iframe.player-frame")
    frame.locator("#panel", has_text="déjà ouvert dans un autre onglet").wait_for()
    assert place(visit, "encore le premier") == "truetruetrue"
    frame.locator("#panel button").click()
    first.frame_locator("iframe.player-frame").locator("#panel", has_text="ouvert ailleurs").wait_for()
    visit.page = second
    assert visit.lesson().evaluate("api.LMSGetValue('cmi.suspend_data')") == "encore le premier"


def test_an_address_that_is_too_old_is_renewed_without_losing_a_word(visit, monkeypatch):
    place(visit, "hier")
    visit.saved()
    old, fresh = tokens._expiry(), tokens._require_fresh

    def require(expiry):
        if expiry == old:
            raise tokens.TokenError("expired")
        fresh(expiry)

    monkeypatch.setattr(tokens, "_expiry", lambda: old + 1)
    monkeypatch.setattr(tokens, "_require_fresh", require)
    place(visit, "aujourd'hui")
    visit.attempt(lambda _one: kept(visit) == "aujourd'hui")
    assert kept(visit) == "aujourd'hui"


def test_a_hidden_window_saves_what_the_lesson_had_not(visit):
    visit.lesson().evaluate("api.LMSSetValue('cmi.suspend_data', 'sans le dire')")
    visit.player.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true }); document.dispatchEvent(new Event('visibilitychange'))"
    )
    visit.attempt(lambda _one: kept(visit) == "sans le dire")
    assert kept(visit) == "sans le dire"
