"""Our packages under LMSs that say yes to everything and keep little, and far below the window that holds the API."""

from __future__ import annotations

import re

import pytest

from tests.browser.demo import PATIENCE
from tests.browser.packages import ORIGIN, Learner, members_of, read_course, serve

pytestmark = pytest.mark.browser

POOR = {
    "says yes and loses the status": ("scorm12", {"loses": ["cmi.core.lesson_status"]}),
    "says yes and loses the score": ("scorm12", {"loses": ["cmi.core.score"]}),
}


@pytest.fixture(autouse=True)
def patience(context):
    context.set_default_timeout(PATIENCE)


@pytest.fixture
def launched(context, page):
    def launch(package_format, poor, host="host.html"):
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        course, files = read_course()
        standard = "scorm12" if package_format == "scorm12" else "scorm2004"
        serve(context, members_of(course, files, package_format), standard, poor=poor)
        page.goto(f"{ORIGIN}/{host}")
        page.wait_for_function("() => window.lms")
        for _ in range(PATIENCE // 50):
            frame = page.frame(url=re.compile(r"index\.html"))
            if frame:
                break
            page.wait_for_timeout(50)
        frame.locator("#view h1").wait_for()
        return Learner(page, frame, course), lambda name: page.evaluate(f"window.lms.{name}"), problems

    return launch


@pytest.mark.parametrize("poor", POOR)
def test_an_lms_that_says_yes_and_loses_a_result_is_found_out(launched, poor):
    _, how = POOR[poor]
    learner, record, problems = launched("scorm12", how)
    learner.play()
    assert "ne rend pas ce qu’elle a reçu" in learner.frame.locator("#banner").inner_text()
    assert problems == []
    learner.page.evaluate("window.lms.how.loses = []")  # it comes to its senses: what was lost is written again
    learner.open("page-ecouter")
    learner.frame.locator("#banner").wait_for(state="hidden")
    assert record("store")["cmi.core.lesson_status"] == "passed"
    assert record("store")["cmi.core.score.raw"] == "100"


def test_an_lms_that_keeps_255_characters_is_told_of_and_the_results_are_whole(launched):
    learner, record, problems = launched("scorm12", {"limit": 255})
    learner.play()
    store = record("store")
    assert (store["cmi.core.lesson_status"], store["cmi.core.score.raw"]) == ("passed", "100")
    assert problems == []
    kept = store["cmi.suspend_data"]
    assert kept == "" or kept.endswith("!")  # a whole state or none, never a part
    banner = learner.frame.locator("#banner")
    assert kept or "a coupé" in banner.inner_text()


@pytest.mark.parametrize("answer", [True, 1, "1", "TRUE", ""])
def test_every_way_to_say_yes_is_understood(launched, answer):
    learner, record, problems = launched("scorm12", {"answer": answer, "loses": []})
    if answer == "":
        assert "rien n’est enregistré" in learner.frame.locator("#banner").inner_text()
        return
    learner.read("page-ecouter")
    assert record("store")["cmi.core.lesson_status"] == "incomplete"
    assert record("store")["cmi.core.lesson_location"] == "page-ecouter"
    assert learner.frame.locator("#banner").is_hidden()
    assert problems == []


def test_a_session_that_the_lms_opened_itself_goes_on(context, page):
    course, files = read_course()
    serve(context, members_of(course, files, "scorm12"), "scorm12", poor={"throws": ["LMSInitialize"]})
    page.goto(f"{ORIGIN}/host.html")
    page.evaluate("window.lms.store['cmi.core.lesson_mode'] = 'normal'")
    frame = page.frame(url=re.compile(r"index\.html"))
    frame.goto(f"{ORIGIN}/index.html")
    frame.locator("#view h1").wait_for()
    Learner(page, frame, course).read("page-ecouter")
    assert page.evaluate("window.lms.store")["cmi.core.lesson_status"] == "incomplete"


@pytest.mark.parametrize(
    ("package_format", "how"),
    [
        ("scorm12", {"lacks": ["LMSCommit"]}),
        ("scorm12", {"lacks": ["LMSCommit", "LMSFinish"]}),
        ("scorm12", {"throws": ["LMSFinish"]}),
        ("scorm2004-3", {"lacks": ["Commit"]}),
        ("scorm2004-4", {"throws": ["Terminate"]}),
    ],
)
def test_missing_and_failing_functions_stop_nothing(launched, package_format, how):
    learner, record, problems = launched(package_format, how)
    learner.play()
    store = record("store")
    if package_format == "scorm12":
        assert (store["cmi.core.lesson_status"], store["cmi.core.score.raw"]) == ("passed", "100")
    else:
        assert (store["cmi.completion_status"], store["cmi.success_status"]) == ("completed", "passed")
    ids = [value for key, value in store.items() if re.fullmatch(r"cmi\.interactions\.\d+\.id", key)]
    assert len(ids) == len(set(ids)) > 6  # a count that the LMS does not give is kept by the player
    assert learner.frame.locator("#banner").is_hidden()
    learner.page.evaluate("document.querySelector('iframe').remove()")
    assert problems == []


@pytest.mark.parametrize("package_format", ["scorm12", "scorm2004-3", "scorm2004-4"])
def test_the_api_is_found_seven_windows_above(launched, package_format):
    learner, record, problems = launched(package_format, {}, host="deep.html")
    frame, levels = learner.frame, 0
    while frame.parent_frame:
        frame, levels = frame.parent_frame, levels + 1
    assert levels == 7
    learner.read("page-ecouter")
    assert any(call[0].endswith("Commit") for call in record("calls"))
    assert problems == []
