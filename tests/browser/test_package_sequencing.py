"""Sequenced packages of our own, small and made here: each shows one rule of SCORM 2004, played by clicking."""

from __future__ import annotations

from itertools import count

import pytest

from tests.browser.live import serve
from tests.browser.package_visit import PackageVisit, make_room
from tests.factories.courses import scorm_zip

pytestmark = pytest.mark.browser
NUMBERS = count(1)
LESSON = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Leçon</title></head><body><h1>Leçon</h1>
<button id="pass" onclick="say('passed', 1)">Réussir</button> <button id="fail" onclick="say('failed', 0)">Échouer</button><script>
const api = parent.API_1484_11; api.Initialize("");
function say(success, score) {
  api.SetValue("cmi.completion_status", "completed"); api.SetValue("cmi.success_status", success);
  api.SetValue("cmi.score.scaled", String(score)); api.SetValue("cmi.session_time", "PT5S"); api.Commit("");
}
addEventListener("pagehide", () => { api.SetValue("cmi.exit", location.search === "?once" ? "" : "suspend"); api.Terminate(""); });
</script></body></html>"""
SPACES = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"'
)


def item(identifier: str, sequencing: str = "", children: str = "") -> str:
    resource = "" if children else f' identifierref="r-{identifier}"'
    rules = f"<imsss:sequencing>{sequencing}</imsss:sequencing>" if sequencing else ""
    return f'<item identifier="{identifier}"{resource}><title>{identifier}</title>{children}{rules}</item>'


def package(items: str, controls: str = 'choice="true" flow="true"', more: str = "") -> bytes:
    names = [part.partition('"')[0] for part in items.split('identifierref="r-')[1:]]
    resources = "".join(
        f'<resource identifier="r-{name}" type="webcontent" adlcp:scormType="sco" href="index.html?{name}"/>'
        for name in names
    )
    manifest = f"""<?xml version="1.0" encoding="UTF-8"?><manifest identifier="essai-seq" version="1" {SPACES}>
      <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
      <organizations default="org"><organization identifier="org"><title>Essai</title>{items}
      <imsss:sequencing><imsss:controlMode {controls}/>{more}</imsss:sequencing></organization></organizations>
      <resources>{resources}</resources></manifest>"""
    return scorm_zip({"index.html": LESSON}, manifest=manifest)


def rule(kind: str, condition: str, action: str, objective: str = "", operator: str = "") -> str:
    referenced = f' referencedObjective="{objective}"' if objective else ""
    negated = f' operator="{operator}"' if operator else ""
    return (
        f'<imsss:{kind}ConditionRule><imsss:ruleConditions><imsss:ruleCondition{referenced}{negated} condition="{condition}"/>'
        f'</imsss:ruleConditions><imsss:ruleAction action="{action}"/></imsss:{kind}ConditionRule>'
    )


def rules(*listed: str) -> str:
    return f"<imsss:sequencingRules>{''.join(listed)}</imsss:sequencingRules>"


WRITES = '<imsss:objectives><imsss:primaryObjective objectiveID="niveau"><imsss:mapInfo targetObjectiveID="g.niveau" writeSatisfiedStatus="true" writeNormalizedMeasure="true"/></imsss:primaryObjective></imsss:objectives>'
READS = '<imsss:objectives><imsss:primaryObjective objectiveID="propre"/><imsss:objective objectiveID="niveau"><imsss:mapInfo targetObjectiveID="g.niveau" readSatisfiedStatus="true"/></imsss:objective></imsss:objectives>'
ALONE = (
    '<imsss:rollupRules rollupObjectiveSatisfied="false" rollupProgressCompletion="false" objectiveMeasureWeight="0"/>'
)


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("sequencing"))


@pytest.fixture
def play(live, browser):
    opened: list[PackageVisit] = []

    def open_(data: bytes) -> PackageVisit:
        opened.append(PackageVisit(live, browser, make_room(live, data, f"Q-{next(NUMBERS)}")).open())
        opened[-1].lesson()
        return opened[-1]

    yield open_
    for visit in opened:
        visit.close()


def say(visit: PackageVisit, button: str, holding: str = "") -> None:
    visit.lesson(holding).locator(f"#{button}").click()


def test_flow_alone_closes_the_contents_to_choice(play):
    visit = play(package(item("un") + item("deux"), 'choice="false" flow="true"'))
    assert visit.states() == {"un": "here", "deux": "closed"}
    visit.press("next")
    visit.here("deux")
    visit.press("previous")
    visit.here("un")


def test_choice_alone_starts_at_once_and_offers_no_next(play):
    visit = play(package(item("un") + item("deux"), 'choice="true" flow="false"'))
    visit.here("un")
    assert visit.frame.locator("#next").is_disabled()
    visit.choose("deux")


def test_forward_only_does_not_go_back(play):
    visit = play(package(item("un") + item("deux"), 'choice="false" flow="true" forwardOnly="true"'))
    visit.press("next")
    visit.here("deux")
    assert visit.frame.locator("#previous").is_disabled()


def test_a_pre_test_that_is_passed_skips_the_lesson(play):
    data = package(
        item("pretest", WRITES)
        + item("lecon", rules(rule("pre", "satisfied", "skip", "niveau")) + READS)
        + item("fin"),
        'choice="false" flow="true"',
    )
    visit = play(data)
    say(visit, "pass")
    visit.press("next")
    visit.here("fin")
    failed = play(data)
    say(failed, "fail")
    failed.press("next")
    failed.here("lecon")


def test_a_part_opens_while_its_prerequisite_is_still_on_the_screen(play):
    closed = rules(
        rule("pre", "satisfied", "disabled", "niveau", "not"),
        rule("pre", "objectiveStatusKnown", "disabled", "niveau", "not"),
    )
    visit = play(package(item("un", WRITES) + item("deux", closed + READS)))
    assert visit.states()["deux"] == "closed"
    say(visit, "pass")
    visit.frame.locator("[data-part='deux'][data-status=open]").wait_for()
    visit.choose("deux")


def test_the_post_test_alone_gives_the_result(play):
    visit = play(package(item("cours", ALONE) + item("test")))
    say(visit, "fail")
    visit.press("next")
    say(visit, "pass", "?test")
    visit.press("leave")
    found = visit.attempt(lambda one: one.success == "passed")
    assert (found.completion, found.success, found.score) == ("completed", "passed", 1.0)


def test_a_result_is_recorded_while_the_lesson_is_still_open(play):
    visit = play(package(item("test")))
    say(visit, "pass")
    found = visit.attempt(lambda one: one.success == "passed")
    assert (found.completion, found.success, found.score) == ("completed", "passed", 1.0)


def test_a_failed_test_is_given_again_until_its_limit(play):
    again = rules(rule("post", "satisfied", "retry", operator="not")) + '<imsss:limitConditions attemptLimit="2"/>'
    visit = play(package(item("once", again) + item("fin"), 'choice="false" flow="true"'))
    say(visit, "fail")
    visit.press("next")
    visit.page.wait_for_timeout(800)
    visit.here("once")
    say(visit, "pass")
    visit.press("next")
    visit.here("fin")


def test_a_window_closed_in_the_middle_goes_on_there(play):
    visit = play(package(item("un") + item("deux") + item("trois")))
    say(visit, "pass")
    visit.press("next")
    visit.here("deux")
    visit.saved()
    visit.open()
    visit.here("deux")
    assert visit.states()["un"] == "done"


def test_a_pause_keeps_the_place_and_resumes_it(play):
    visit = play(package(item("un") + item("deux")))
    visit.press("next")
    visit.here("deux")
    visit.press("leave")
    visit.says("Votre place est gardée")
    visit.frame.locator("#panel button").click()
    visit.here("deux")


def test_buttons_that_the_author_hides_are_hidden(play):
    hiding = "<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>previous</adlnav:hideLMSUI><adlnav:hideLMSUI>suspendAll</adlnav:hideLMSUI></adlnav:navigationInterface></adlnav:presentation></item>"
    visit = play(package(item("un") + item("deux").replace("</item>", hiding)))
    visit.press("next")
    visit.here("deux")
    visit.frame.locator("#previous").wait_for(state="hidden")
    assert visit.frame.locator("#leave").is_hidden()
