"""The golf examples, played by clicking through them in the real player; what is recorded is what each is meant to say.

The packages are others' (Rustici Software, CC BY 3.0): they are read where they lie, and these tests skip without them.
"""

from __future__ import annotations

from itertools import count

import pytest

from tests.browser.live import serve
from tests.browser.package_visit import PackageVisit, make_room
from tests.scorm.builders import SAMPLES

GOLF = SAMPLES / "golf"
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not GOLF.is_dir(), reason="the sample packages are not here")]
NUMBERS = count(1)
ANSWERS = """right => {
  for (const one of test.Questions) {
    const name = `question_${one.Id}_`;
    if (one.Type === QUESTION_TYPE_NUMERIC) document.getElementById(`${name}Text`).value = right ? one.CorrectAnswer : -1;
    else if (one.Type === QUESTION_TYPE_TF) document.getElementById(name + ((one.CorrectAnswer === true) === right ? "True" : "False")).checked = true;
    else document.getElementById(name + one.Answers.findIndex(said => (said === one.CorrectAnswer) === right)).checked = true;
  }
}"""


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("golf"))


@pytest.fixture
def golf(live, browser):
    """Opens a package of that name for a learner who has never seen it."""
    opened: list[PackageVisit] = []

    def play(name: str, libraries: str = "", **options) -> GolfVisit:
        room = make_room(live, (GOLF / f"{name}.zip").read_bytes(), f"S-{next(NUMBERS)}")
        visit = GolfVisit(live, browser, room, **options)
        opened.append(visit)
        if libraries:  # what the example takes from elsewhere on the Web
            visit.context.route("https://ajax.googleapis.com/**", lambda route: route.fulfill(body=libraries))
        visit.open()
        return visit

    yield play
    for visit in opened:
        visit.close()


class GolfVisit(PackageVisit):
    """A learner who knows golf, or does not."""

    def pages(self, holding: str = "") -> None:
        """Turn the pages of the lesson to the last one."""
        lesson = self.lesson(holding)
        after = lesson.locator("#butNext")
        after.wait_for()
        while after.is_enabled():
            after.click()
            self.page.wait_for_timeout(60)

    def test(self, *, right: bool = True) -> None:
        """Answer every question of the test that is open, and send the answers."""
        frame = self.lesson().locator("#contentFrame")
        frame.wait_for()
        content = frame.element_handle().content_frame()
        content.wait_for_function("typeof test !== 'undefined' && document.querySelector('input[type=button],button')")
        content.evaluate(ANSWERS, right)
        content.locator("input[type=button], button").last.click()
        content.get_by_text("Score:").wait_for()

    def exit(self) -> None:
        """The lesson's own button."""
        self.lesson().locator("#butExit").click()

    def after(self, part: str) -> None:
        """The player's own button, and what it leads to."""
        self.press("next")
        self.here(part)

    def reaches(self, *expected: str | float | None) -> None:
        """Wait until the server has this completion, success and score."""
        found = self.attempt(lambda one: (one.completion, one.success, one.score) == expected)
        assert (found.completion, found.success, found.score) == expected
        assert self.errors == []


CONTENT = ("playing_item", "etuqiette_item", "handicapping_item", "havingfun_item")
FINISHED = "Le module est terminé"


@pytest.mark.parametrize(
    "name",
    ["RuntimeBasicCalls_SCORM12", "RuntimeBasicCalls_SCORM20043rdEdition", "RunTimeAdvancedCalls_SCORM20043rdEdition"],
)
@pytest.mark.parametrize("right", [True, False])
def test_run_time_calls_report_score_status_and_questions(golf, name, right):
    visit = golf(name)
    visit.pages()
    visit.test(right=right)
    visit.exit()
    visit.reaches("completed", "passed" if right else "failed", 1.0 if right else 0.0)
    assert all(row.session_seconds >= 0 for row in visit.ledger())
    assert visit.progress().status == ("done" if right else "started")


@pytest.mark.parametrize("name", ["RuntimeMinimumCalls_SCORM12", "RuntimeMinimumCalls_SCORM20043rdEdition"])
def test_lessons_that_only_begin_and_end_are_done_when_all_were_opened(golf, name):
    visit = golf(name)
    parts = list(visit.states())
    assert len(parts) > 10
    for part in parts[1:]:
        visit.lesson()
        visit.after(part)
    visit.lesson()
    visit.press("leave")
    visit.reaches("completed", "unknown", None)


@pytest.mark.parametrize(
    "name", ["ContentPackagingOneFilePerSCO_SCORM12", "ContentPackagingOneFilePerSCO_SCORM20043rdEdition"]
)
def test_lessons_that_never_call_are_done_when_all_were_opened(golf, name):
    visit = golf(name)
    parts = list(visit.states())
    for part in parts[1:]:
        visit.lesson()
        visit.after(part)
    visit.lesson()
    visit.press("leave")
    assert visit.attempt(lambda one: one.completion == "completed").completion == "completed"


@pytest.mark.parametrize(
    "name",
    [
        "ContentPackagingSingleSCO_SCORM12", "ContentPackagingSingleSCO_SCORM20042ndEdition",
        "ContentPackagingSingleSCO_SCORM20043rdEdition", "ContentPackagingMetadata_SCORM20043rdEdition",
    ],
)  # fmt: skip
def test_a_single_lesson_that_never_calls_opens_at_once_and_is_done_when_it_is_left(golf, name):
    visit = golf(name)
    visit.lesson()
    assert visit.frame.locator("#bar").is_hidden()
    visit.page.wait_for_timeout(300)
    visit.page.goto(visit.live.url + visit.room.url())
    visit.open()
    assert visit.attempt(lambda one: one.completion == "completed").completion == "completed"


def test_forced_order_opens_each_part_once_the_former_is_done(golf):
    visit = golf("SequencingForcedSequential_SCORM20043rdEdition")
    for at in range(len(CONTENT)):
        after = (*CONTENT, "assessment_item")[at + 1]
        assert visit.states()[after] == "closed"
        visit.pages("content=")
        visit.frame.locator(f"[data-part='{after}'][data-status=open]").wait_for()
        visit.after(after)
    visit.test()
    visit.press("leave")
    visit.says(FINISHED)
    visit.reaches("completed", "passed", None)  # « this course does not roll up a score »
    assert {part: one["success"] for part, one in visit.attempt().state["scos"].items()} == dict.fromkeys(
        (*CONTENT, "assessment_item"), "passed"
    )


@pytest.mark.parametrize("right", [True, False])
def test_a_post_test_alone_decides_on_the_whole(golf, right):
    visit = golf("SequencingPostTestRollup_SCORM20043rdEdition")
    for part in (*CONTENT[1:], "assessment_item"):
        visit.pages("content=")
        visit.after(part)
    visit.test(right=right)
    visit.press("leave")
    visit.reaches("completed", "passed" if right else "failed", 1.0 if right else 0.0)


def test_the_4th_edition_jumps_to_the_test_keeps_notes_and_rolls_up_progress(golf):
    stub = "window.$ = function (one) { return { dialog: function () { return this; }, val: function (said) { const node = document.querySelector(one); if (said !== undefined) node.value = said; return node.value; } }; };"
    visit = golf("SequencingPostTestRollup4thEd_SCORM20044thEdition", bypass_csp=True, libraries=stub)
    assert (
        visit.lesson("content=playing").evaluate("() => { SaveNotesText('un mot'); return GetNotesText(); }")
        == "un mot"
    )
    visit.pages("content=playing")
    visit.after("etuqiette_item")
    assert visit.lesson("content=etiquette").evaluate("GetNotesText()") == "un mot"
    visit.lesson().locator("#butJump").click()
    visit.here("assessment_item")
    visit.test()
    visit.press("leave")
    visit.says(FINISHED)
    visit.reaches("completed", "passed", 1.0)


def test_passing_the_pre_test_dispenses_with_the_rest(golf):
    visit = golf("SequencingPreOrPostTestRollup_SCORM20043rdEdition")
    visit.here("pretest_item")
    visit.test()
    visit.press("leave")
    visit.reaches("completed", "passed", 1.0)


def test_failing_the_pre_test_leaves_the_post_test_after_the_content(golf):
    visit = golf("SequencingPreOrPostTestRollup_SCORM20043rdEdition")
    visit.test(right=False)
    visit.page.wait_for_timeout(400)
    for part in CONTENT:
        assert visit.states()["posttest_item"] == "closed"
        visit.choose(part)
        visit.pages("content=")
        visit.page.wait_for_timeout(400)
    visit.frame.locator("[data-part='posttest_item'][aria-disabled='false']").wait_for()
    visit.after("posttest_item")
    visit.test()
    visit.press("leave")
    visit.reaches("completed", "passed", 1.0)


def test_a_random_test_is_given_twice_at_most(golf):
    visit = golf("SequencingRandomTest_SCORM20043rdEdition")
    for part in CONTENT[1:]:
        visit.pages("content=")
        visit.after(part)
    visit.pages("content=havingfun")
    visit.press("next")
    first = visit.lesson("content=assessment").url
    visit.test(right=False)
    visit.press("next")
    visit.page.wait_for_function(
        "first => ![...document.querySelectorAll('iframe')].some(one => one.src === first)", arg=first
    )
    visit.lesson("content=assessment").locator("#contentFrame").wait_for()
    visit.page.wait_for_timeout(500)
    visit.test()
    visit.press("next")
    visit.says(FINISHED)
    visit.reaches("completed", "passed", 1.0)


def test_remediation_comes_back_to_what_was_failed_only(golf):
    visit = golf("SequencingSimpleRemediation_SCORM20043rdEdition")
    for part in (*CONTENT[1:], "test_1"):
        visit.pages("content=")
        visit.after(part)
    for part, right in (("test_2", True), ("test_3", False), ("test_4", True)):
        visit.test(right=right)
        visit.after(part)
    visit.test()
    visit.press("next")
    visit.here("etuqiette_item")  # what the second test asks about
    visit.pages("content=")
    visit.after("test_2")
    visit.test()
    visit.after("test_4")  # whose own rules stand instead of the collection's: it always closes the loop
    visit.test()
    visit.press("next")
    visit.says(FINISHED)
    visit.reaches("completed", "passed", 1.0)
