"""The whole walk, each step on what the one before left: write, open, learn, watch, prove, hand over. In French, on a desk."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from courses.files import FolderFiles
from courses.loader import load_course
from tests.browser.packages import Learner
from tests.browser.visitor import visiting
from tests.browser.walking import ROOT, answer, begin, bouquet, give, open_details, open_module, scorm_module, zipped

pytestmark = pytest.mark.browser

PARIS = ZoneInfo("Europe/Paris")
TITLE = "Lire une facture en ligne"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNkYPhfz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC"
)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """What the steps tell each other: addresses and files."""
    return SimpleNamespace(folder=tmp_path_factory.mktemp("walk"))


@pytest.fixture
def enter(demo, browser, axe_source):
    """`enter("formateur")` is that person in a browser of their own."""
    return lambda person, **options: visiting(demo, browser, person, axe_source, **options)


def test_a_trainer_writes_a_course(enter, story):
    with enter("formateur") as trainer:
        trainer.go("/h/les-rives/courses")
        trainer.follow("New course")
        trainer.fill("Title of the course", TITLE)
        trainer.page.locator("input[name=start][value=blank]").check()
        trainer.press("Create the course")
        trainer.check()
        story.course = trainer.key_of("courses")

        trainer.follow("Add a module")
        trainer.fill("Title of the module", "La facture")
        trainer.press("Add the module")
        trainer.check()
        trainer.fill("Title", "Trouver la date limite")
        trainer.page.locator("input[name=kind][value=page]").check()
        trainer.press("Add and write")
        page = trainer.page
        page.locator(".md-editor[data-ready] .ProseMirror").click()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.type("La date limite est en haut, à droite.")
        page.keyboard.press("Enter")
        page.keyboard.type("## ")
        page.keyboard.type("Où regarder")
        page.keyboard.press("Enter")
        page.keyboard.type("Avant tout : le nom de qui envoie.")
        page.keyboard.press("Enter")
        page.locator(".md-toolbar input[type=file]").set_input_files(
            {"name": "facture.png", "mimeType": "image/png", "buffer": PICTURE}
        )
        dialog = page.locator("dialog[open]")
        trainer.press("Apply", inside=dialog)
        trainer.sees("Describe the picture, or mark it as decorative.", within="dialog[open]")
        dialog.get_by_label(trainer.say("Text alternative: what the picture shows, for those who do not see it")).fill(
            "Une facture, sa date entourée"
        )
        trainer.press("Apply", inside=dialog)
        page.locator(".md-editor img").wait_for()
        trainer.press("Save", exact=True)
        trainer.check()


def test_a_question_is_tied_to_a_competency_found_by_its_words(enter, story):
    with enter("formateur") as trainer:
        trainer.go(f"/h/les-rives/courses/{story.course}/edit")
        trainer.follow("Add an activity", inside=trainer.page.locator(".pane-outline"))
        trainer.fill("Title", "Ai-je compris ?")
        trainer.page.locator("input[name=kind][value=quiz]").check()
        trainer.press("Add and write")
        page = trainer.page
        part = page.locator(".part").first
        trainer.fill("Question", "Où est la date limite ?", inside=part)
        search = part.locator("[data-picker-search]")
        search.fill("besoins")
        part.locator("[role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        part.locator("[data-picker-list] input:checked").first.wait_for(state="attached")
        trainer.press("Save", exact=True)
        trainer.check()
        trainer.follow("Preview")
        trainer.press("Begin")
        trainer.reads("Où est la date limite ?")
        trainer.check()


def test_publishing_says_what_is_missing_and_makes_version_1(enter, story):
    with enter("formateur") as trainer:
        trainer.go(f"/h/les-rives/courses/{story.course}/publish")
        trainer.check()
        trainer.press("Publish version %(number)s", number=1)
        trainer.reads(trainer.say("Version %(number)s", number=1))
        trainer.check()


def test_a_course_folder_comes_in_as_a_zip_and_gains_a_package_and_a_positioning_test(enter, story):
    with enter("formateur") as trainer:
        page = trainer.page
        trainer.go("/h/les-rives/courses")
        trainer.follow("Import")
        give(trainer, "premiers-pas.zip", zipped(ROOT / "tests/data/premiers-pas"))
        trainer.press("Look at the file")
        trainer.sees("This course can be taken in")
        trainer.check()
        trainer.press("Add to my hub")
        story.taught = trainer.key_of("courses")
        trainer.check()

        trainer.go(f"/h/les-rives/courses/{story.taught}/modules/mod-proteger")
        trainer.follow("Add a SCORM package")
        give(trainer, "recueillir.zip", scorm_module())
        trainer.press("Check the package")
        trainer.sees("Where it goes")
        trainer.check()
        trainer.fill("Title", "Recueillir des avis")
        trainer.choose("In the module", "mod-proteger")
        trainer.press("Add to the course")
        trainer.check()

        trainer.go(f"/h/les-rives/courses/{story.taught}/activities/new?module=mod-accueillir")
        trainer.fill("Title", "D'où partez-vous ?")
        page.locator("input[name=kind][value=quiz]").check()
        trainer.press("Add and write")
        page.locator("summary", has_text=trainer.say("Settings of the quiz")).click()
        page.locator("select[name=purpose]").select_option("positioning")
        part = page.locator(".part").first
        trainer.fill("Question", "À l'accueil, par quoi commencer ?", inside=part)
        trainer.press("Save", exact=True)
        trainer.check()
        trainer.go(f"/h/les-rives/courses/{story.taught}/publish")
        trainer.press("Publish version %(number)s", number=1)
        trainer.check()


def test_a_lead_opens_a_session_with_its_calendar(enter, story):
    with enter("responsable") as lead:
        page = lead.page
        lead.go(f"/h/les-rives/courses/{story.taught}")
        lead.follow("Open a session")
        today = datetime.now(PARIS)
        lead.fill("Reference", "RIV-ESSAI-1")
        lead.fill("First day", today.date().isoformat())
        lead.fill("Last day", (today.date() + timedelta(days=20)).isoformat())
        lead.fill("Place", "Salle des Ormes (exemple)")
        lead.fill("Number of places", "6")
        page.get_by_role("checkbox", name="Basile Modèle").check()
        lead.check()
        lead.press("Create the session")
        story.session = lead.key_of("sessions")
        start = min(max(today.hour - 1, 0), 20)
        lead.fill("Date", today.date().isoformat())
        lead.fill("Starts at", f"{start:02}:00")
        lead.fill("Ends at", f"{start + 3:02}:00")
        lead.check()
        lead.press("Add these half-days")
        lead.go(f"/h/les-rives/sessions/{story.session}/half-days/plan")
        lead.press("Save the deadlines")
        lead.go(f"/h/les-rives/sessions/{story.session}/half-days/new")
        lead.fill("Title", "Se retrouver à distance")
        lead.fill("Date", (today.date() + timedelta(days=7)).isoformat())
        lead.fill("Starts at", "10:00")
        lead.fill("Ends at", "11:30")
        lead.field("Remote").check()
        lead.fill("Link of the call", "https://visio.example.org/essai")
        lead.press("Save the half-day")
        lead.reads("Se retrouver à distance")
        lead.check()


def test_learners_come_by_a_list_whose_fate_is_told_first_and_by_a_code(enter, story):
    with enter("responsable") as lead:
        lead.go(f"/h/les-rives/sessions/{story.session}/learners")
        lead.follow("Import a list")
        give(
            lead,
            "liste.csv",
            "prénom;nom;courriel\nNoisette;Exemple;noisette.exemple@example.org\nNoisette;Exemple;NOISETTE.exemple@example.org\n"
            "Prunelle;Fictive;prunelle(at)example.org\n".encode(),
        )
        lead.press("Check the list")
        for fate, who in (("new account", "2"), ("twice in the list", "3"), ("to correct", "4")):
            row = lead.page.locator("tbody tr", has=lead.page.get_by_role("cell", name=who, exact=True))
            row.get_by_text(lead.say(fate)).wait_for()
        lead.check()
        lead.page.locator("main form .btn-primary").click()
        lead.reads("Noisette Exemple")
        lead.check()
        lead.go(f"/h/les-rives/sessions/{story.session}")
        code = lead.page.locator(".code-box-code").inner_text()
        lead.check()
    with enter("") as newcomer:
        newcomer.go(f"/join/{code}")
        newcomer.fill("First name", "Prunelle")
        newcomer.fill("Last name", "Fictive")
        newcomer.fill("Email address", "prunelle.fictive@example.org")
        newcomer.check()
        newcomer.press("Receive my link")
        newcomer.check()
        begin(newcomer, "prunelle.fictive@example.org", joins=True)


def test_a_learner_begins_from_the_invitation_and_is_placed(enter, story):
    with enter("") as learner:
        begin(learner, "noisette.exemple@example.org")
        story.enrolment = learner.key_of("learn")
        learner.check()
        learner.follow("D'où partez-vous ?")
        learner.press("Begin")
        learner.page.get_by_label("La bonne réponse").check()
        learner.press("Give my answer")
        learner.press("See the review")
        learner.sees("Thank you: this is where you start from")
        learner.check()
        story.signed_in = learner.context.storage_state()


@pytest.fixture
def noisette(demo, browser, axe_source, story):
    """The learner, each time on another device."""
    return lambda **options: visiting(demo, browser, "", axe_source, storage_state=story.signed_in, **options)


def test_what_is_begun_on_one_device_goes_on_where_it_was_on_another(noisette, story):
    with noisette() as learner:
        learner.go(f"/h/les-rives/learn/{story.enrolment}")
        learner.follow("Écouter avant de proposer")
        learner.check()
        learner.press("I have read it")
        learner.press("Begin")
        learner.page.get_by_label("lui demander ce qu'elle aimerait").check()
        learner.check()
        learner.press("Give my answer")
        learner.reads("Oui : on part d'un usage.")
        learner.check()
        learner.press("Next question")
        learner.sees("Question %(n)s out of %(count)s", n=2, count=2)
    with noisette() as elsewhere:
        elsewhere.go("/")
        elsewhere.check()
        elsewhere.page.locator(".resume .btn-primary").click()
        elsewhere.sees("Question %(n)s out of %(count)s", n=2, count=2)
        for text in ("s'asseoir à côté", "poser une question ouverte"):
            elsewhere.page.get_by_label(text).check()
        elsewhere.press("Give my answer")
        elsewhere.press("See the review")
        elsewhere.sees("Passed: %(score)s", score="100 %")
        elsewhere.check()


def test_a_package_of_somebody_else_is_played_and_tracked(noisette, story):
    with noisette() as learner:
        learner.go(f"/h/les-rives/learn/{story.enrolment}")
        open_module(learner, "Recueillir des avis")
        course = load_course(FolderFiles(ROOT / "courses/data/evaluer-pour-ameliorer")).course
        module = next(one for one in course.modules if one.id == "mod-recueillir")
        learner.page.frame_locator("iframe.player-frame").frame_locator("#lesson").locator("#view h1").wait_for()
        frame = next(one for one in learner.page.frames if one.parent_frame and one.parent_frame.parent_frame)
        Learner(learner.page, frame, replace(course, modules=(module,))).play()
        learner.check()
        learner.page.locator(".player-bar a").first.click()
        row = learner.page.locator("main .disclosure .rows li", has_text="Recueillir des avis")
        open_details(row)
        row.get_by_text(learner.say("done")).first.wait_for()


def test_a_half_day_is_signed_by_hand_and_countersigned(enter, noisette, story):
    with enter("formateur") as trainer:
        trainer.go("/h/les-rives/")
        trainer.check()
        trainer.follow("Demi-journée : jouer l'accueil")
        trainer.follow("Show it large")
        code = trainer.page.locator(".code-box-code").inner_text().strip()
        trainer.check()
        with noisette(viewport={"width": 390, "height": 780}) as learner:
            learner.go(f"/s/{code}")
            learner.check()
            learner.draw_signature()
            learner.press("I sign")
            learner.sees("Your presence is signed", within="body")
            learner.check()
        trainer.follow("Back to the half-day")
        trainer.page.locator("summary", has_text=trainer.say("Mark those who are missing as absent")).click()
        trainer.fill("Reason of the absence", "Non renseigné")
        trainer.page.locator("form[action$='/missing'] button").click()
        trainer.check()
        trainer.follow("Countersign")
        trainer.check()
        trainer.draw_signature()
        trainer.press("I countersign")
        trainer.sees("The sheet is closed")
        trainer.check()


def test_work_is_handed_in_and_marked_with_the_rubric(enter, noisette, story):
    with noisette() as learner:
        learner.go(f"/h/les-rives/learn/{story.enrolment}")
        open_module(learner, "Les données à la permanence")
        learner.press("I have read it")
        learner.fill("My text", "Nous écoutons d'abord. Nous ne notons aucun mot de passe.")
        learner.check()
        learner.press("Hand in my work")
        learner.sees("Your work is handed in")
        learner.check()
    with enter("formateur") as trainer:
        trainer.go("/h/les-rives/marking")
        trainer.check()
        trainer.follow("Noisette Exemple")
        trainer.page.get_by_label("Acquis").check()
        trainer.fill("Your answer to the learner", "C'est clair, et on vous croit.")
        trainer.check()
        trainer.press("Send my answer")
        trainer.check()


def test_the_final_test_the_survey_the_profile_and_the_certificate(noisette, story):
    with noisette() as learner:
        learner.go(f"/h/les-rives/learn/{story.enrolment}")
        open_module(learner, "Votre avis")
        learner.page.locator("input[name=utile][value='5']").check()
        learner.check()
        learner.press("Send my answers")
        learner.sees("Thank you: your answers were sent")
        learner.go(f"/h/les-rives/learn/{story.enrolment}/test-final")
        learner.press("Begin")
        quiz = load_course(FolderFiles(ROOT / "tests/data/premiers-pas")).course.activity("test-final").content
        for question in quiz.questions:
            answer(learner.page, question)
            learner.check()
            learner.press("Give my answer")
        learner.sees("Passed: %(score)s", score="100 %")
        learner.check()
        learner.go("/h/les-rives/my-competencies")
        learner.page.locator("main svg[role=img], main figure svg").first.wait_for()
        learner.check()
        learner.go(f"/h/les-rives/learn/{story.enrolment}/certificate")
        learner.press("Get my certificate")
        learner.check()
        paper = learner.download("Download", story.folder)
    assert paper.read_bytes().startswith(b"%PDF-")
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", paper, "-"], capture_output=True, text=True, check=True).stdout
        assert "Noisette" in text


def test_an_edit_goes_to_the_draft_and_learners_stay_on_their_version(enter, noisette, story):
    with enter("formateur") as trainer:
        trainer.go(f"/h/les-rives/courses/{story.taught}/edit/page-ecouter")
        trainer.fill("Title", "Écouter, encore")
        trainer.press("Save", exact=True)
        trainer.go("/h/les-rives/courses")
        trainer.sees("draft changed since")
        trainer.check()
    with noisette() as learner:
        learner.go(f"/h/les-rives/learn/{story.enrolment}/page-ecouter")
        assert learner.h1() == "Écouter avant de proposer"


def test_the_lead_sees_who_is_where_and_what_was_learnt(enter, story):
    with enter("responsable") as lead:
        page = lead.page
        lead.go(f"/h/les-rives/sessions/{story.session}/board")
        lead.reads("Noisette Exemple")
        lead.check()
        lead.go("/h/les-rives/sessions")
        page.get_by_role("link", name=re.compile("RIV-2026-03|Former des formateurs")).last.click()
        for tab in ("Board", "Results", "Satisfaction", "Figures", "Audit"):
            page.locator(".tabs-bar").first.get_by_role("link", name=lead.say(tab), exact=True).click()
            lead.check()
        story.over = lead.key_of("sessions")


def test_a_weak_figure_becomes_an_improvement(enter, story):
    with enter("responsable") as lead:
        page = lead.page
        lead.go(f"/h/les-rives/sessions/{story.over}/results")
        page.locator("a[href*='/improvements/new']").first.click()
        lead.check()
        lead.fill("What was seen", "Une personne sur deux se trompe sur les paires.")
        lead.fill("What will be done", "Ajouter un exercice guidé avant le test.")
        page.locator("main form .btn-primary").click()
        lead.reads("Une personne sur deux se trompe sur les paires.")
        lead.check()
        lead.go("/h/les-rives/improvements")
        lead.reads("Une personne sur deux")
        lead.check()


def test_the_evidence_pack_holds_when_it_is_verified(enter, story):
    with enter("responsable") as lead:
        lead.go(f"/h/les-rives/sessions/{story.over}/evidence")
        lead.press("Produce the pack")
        lead.sees("The pack is ready")
        lead.check()
        pack_file = lead.download("Download the pack", story.folder)
    told = bouquet("evidence", "verify", pack_file)
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_module_leaves_in_three_clicks_and_conforms(enter, story):
    with enter("formateur") as trainer:
        trainer.go(f"/h/les-rives/courses/{story.taught}")
        page = trainer.page
        page.locator("summary", has_text=trainer.say("Export")).click()
        page.locator("#export-module").select_option("mod-accueillir")
        page.locator(".export-panel button[value=scorm12]").click()
        trainer.sees("The file is ready")
        trainer.check()
        story.package = trainer.download("Download", story.folder)
    told = bouquet("scorm", "check", story.package)
    assert told.returncode == 0, told.stdout + told.stderr
    assert json.loads(bouquet("scorm", "check", "--json", story.package).stdout)[0]["problems"] == []


def test_another_hub_takes_the_module_in_and_its_learner_is_tracked(enter, story):
    with enter("formatrice.cimes") as trainer:
        page = trainer.page
        trainer.go("/h/les-cimes/courses/import")
        give(trainer, "accueillir.zip", story.package.read_bytes())
        trainer.press("Look at the file")
        trainer.sees("Modules")
        trainer.check()
        story.taken_title = trainer.h1()
        trainer.press("Add to my hub")
        story.taken = trainer.key_of("courses")
        trainer.go(f"/h/les-cimes/courses/{story.taken}/publish")
        trainer.press("Publish version %(number)s", number=1)
        trainer.follow("Open a session")
        today = datetime.now(PARIS).date()
        trainer.fill("Reference", "CIM-ESSAI")
        trainer.fill("First day", today.isoformat())
        trainer.fill("Last day", (today + timedelta(days=9)).isoformat())
        trainer.press("Create the session")
        session = trainer.key_of("sessions")
        trainer.go(f"/h/les-cimes/sessions/{session}/learners/new")
        trainer.fill("Email address", "apprenant.cimes@example.org")
        trainer.fill("First name", "Florent")
        trainer.fill("Last name", "Exemple")
        page.locator("main form .btn-primary").click()
        trainer.reads("Florent Exemple")
        with enter("apprenant.cimes") as learner:
            learner.go("/h/les-cimes/")
            learner.page.get_by_role("link", name=story.taken_title).first.click()
            learner.check()
            open_module(learner, "Ai-je bien compris l'accueil ?")
            learner.press("Begin")
            learner.page.get_by_label("lui demander ce qu'elle aimerait").check()
            learner.press("Give my answer")
            learner.press("Next question")
            for text in ("s'asseoir à côté", "poser une question ouverte"):
                learner.page.get_by_label(text).check()
            learner.press("Give my answer")
            learner.press("See the review")
            learner.sees("Passed: %(score)s", score="100 %")
            learner.check()
        trainer.go(f"/h/les-cimes/sessions/{session}/board")
        trainer.reads("Florent Exemple")
        trainer.check()
