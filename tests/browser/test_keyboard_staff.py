"""The days of those who teach and lead by the keyboard alone: write and publish, open a session, close a sheet, prove, export."""

from __future__ import annotations

import re

import pytest

from tests.browser.hands import Hands
from tests.browser.visitor import visiting
from tests.browser.walking import scorm_module

pytestmark = pytest.mark.browser


@pytest.fixture
def hands_of(demo, browser, axe_source):
    """`hands_of("formateur")` is that person, at a keyboard."""
    opened = []

    def come(person):
        block = visiting(demo, browser, person, axe_source)
        hands = Hands(block.__enter__())
        opened.append((block, hands))
        return hands

    yield come
    for block, _ in opened:
        block.__exit__(None, None, None)
    assert [stop for _, hands in opened for stop in hands.unseen] == []


def test_a_trainer_writes_a_page_and_publishes(hands_of):
    hands = hands_of("formateur")
    page = hands.page
    page.goto("/h/les-rives/courses")
    hands.follow("New course")
    hands.write("Title of the course", "Écrire sans souris")
    hands.pick("start", "blank")
    hands.press("Create the course")
    hands.follow("Add a module")
    hands.write("Title of the module", "Le clavier")
    hands.press("Add the module")
    hands.write("Title", "Tout au clavier")
    hands.pick("kind", "page")
    hands.press("Add and write")
    editor = page.locator(".md-editor[data-ready] .ProseMirror")
    hands.reach(editor)
    hands.keys.press("Control+a")
    hands.keys.type("Une page écrite sans souris.")
    hands.press("Save")  # the editor is no trap: Tab leads on
    page.goto(page.url.split("/edit")[0] + "/publish")
    hands.press("Publish version %(number)s", number=1)
    hands.visitor.sees("Version %(number)s is published.", number=1, within="body")


def test_a_lead_opens_a_session_and_enrols_somebody(hands_of):
    hands = hands_of("responsable")
    hands.page.goto("/h/les-rives/sessions")
    hands.follow("New session")
    hands.write("Title", "Une session au clavier")
    hands.write("Reference", "RIV-CLAVIER")
    hands.write_date("First day")
    hands.write_date("Last day")
    hands.press("Create the session")
    key = hands.visitor.key_of("sessions")
    hands.page.goto(f"/h/les-rives/sessions/{key}/learners")
    hands.follow("Enrol somebody")
    hands.write("Email address", "clavier@example.org")
    hands.write("First name", "Noisette")
    hands.write("Last name", "Exemple")
    hands.keys.press("Enter")
    hands.visitor.reads("Noisette Exemple")


def test_a_lead_enrols_a_list_whose_fate_is_told_first(hands_of):
    hands = hands_of("responsable")
    hands.page.goto("/h/les-rives/sessions")
    hands.go_to(hands.page.get_by_role("link", name=re.compile("RIV-2026-03|Former des formateurs")).first)
    hands.page.goto(hands.page.url.split("?")[0].rstrip("/") + "/learners")
    hands.follow("Import a list")
    hands.choose_file("liste.csv", "prénom;nom;courriel\nPoivrier;Exemple;poivrier@example.org\n".encode())
    hands.press("Check the list")
    hands.visitor.sees("new account")
    hands.go_to(hands.page.locator("main form .btn-primary"))
    hands.visitor.reads("Poivrier Exemple")


def test_another_hub_s_trainer_takes_a_module_in(hands_of):
    hands = hands_of("formatrice.cimes")
    hands.page.goto("/h/les-cimes/courses/import")
    hands.choose_file("recueillir.zip", scorm_module())
    hands.press("Look at the file")
    hands.visitor.sees("Modules")
    hands.press("Add to my hub")
    assert hands.visitor.key_of("courses")


def test_a_trainer_closes_a_sheet_by_typing_a_name(hands_of):
    hands = hands_of("formateur")
    page, visitor = hands.page, hands.visitor
    page.goto("/h/les-rives/")
    half_day = page.locator("main a[href*='/half-days/']").first
    hands.go_to(half_day)
    hands.enter(page.locator("summary", has_text=visitor.say("Mark those who are missing as absent")))
    hands.write("Reason of the absence", "Non renseigné")
    hands.go_to(page.locator("form[action$='/missing'] button"))
    hands.follow("Countersign")
    hands.enter(page.locator("summary", has_text=visitor.say("Rather type my name")))
    hands.reach(page.locator("[data-signature-typed]"))
    hands.keys.type("Basile Modèle")
    hands.press("I countersign")
    visitor.sees("The sheet is closed")


def test_a_lead_goes_from_a_weak_figure_to_an_action_and_to_the_pack(hands_of):
    hands = hands_of("responsable")
    page, visitor = hands.page, hands.visitor
    page.goto("/h/les-rives/sessions")
    hands.go_to(page.get_by_role("link", name=re.compile("RIV-2026-03|Former des formateurs")).last)
    hands.go_to(page.locator(".tabs-bar").first.get_by_role("link", name=visitor.say("Results"), exact=True))
    hands.go_to(page.locator("a[href*='/improvements/new']").first)
    hands.write("What was seen", "Vu sans souris.")
    hands.write("What will be done", "Refaire le point au clavier.")
    hands.go_to(page.locator("main form .btn-primary"))
    visitor.reads("Vu sans souris.")
    page.go_back()
    page.go_back()
    hands.go_to(page.locator(".tabs-bar").first.get_by_role("link", name=visitor.say("Audit"), exact=True))
    hands.press("Produce the pack")
    visitor.sees("The pack is ready")
    hands.reach(page.get_by_role("link", name=visitor.say("Download the pack")))


def test_a_trainer_exports_a_module(hands_of):
    hands = hands_of("formateur")
    page, visitor = hands.page, hands.visitor
    page.goto("/h/les-rives/courses")
    hands.go_to(page.get_by_role("link", name="Former des formateurs").first)
    hands.enter(page.locator("summary", has_text=visitor.say("Export")))
    hands.reach(page.locator("#export-module"))
    hands.keys.press("ArrowDown")
    hands.reach(page.locator(".export-panel button[value=scorm12]"))
    hands.keys.press("Enter")
    visitor.sees("The file is ready")
    hands.reach(page.get_by_role("link", name=visitor.say("Download")))
