"""A large package over a poor line, its report, and the way to replace it while a learner is in it; in a real browser."""

from __future__ import annotations

import random
import re

import pytest
from sqlalchemy import select

from lms.db import unscoped
from lms.learning.models import Attempt
from tests.browser.live import serve
from tests.browser.watch import run_axe, sideways, structure_problems
from tests.factories.courses import LESSON, MANIFEST_12, course_with_package, scorm_zip
from tests.factories.learning import make_class

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390)
MESSY = MANIFEST_12.replace('default="org"', 'default="nobody"').replace(
    '<file href="index.html"/>', '<file href="INDEX.html"/><file href="absent.js"/>'
)
LARGE = scorm_zip({"film.mp4": random.Random(3).randbytes(24 << 20), "style.css": "p{}"}, manifest=MESSY)
NEWER = scorm_zip(
    {"index.html": LESSON.replace("<h1>Leçon</h1>", "<h1>Leçon refaite</h1>")},
    manifest=MANIFEST_12.replace("<title>Leçon</title>", "<title>Leçon refaite</title>"),
)


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def room(live):
    with live.house.sessions() as session, unscoped(session):
        room = make_class(session, live.house, live.world.a, course_with_package(scorm_zip()))
        room.course_id = room.course.id
    return room


@pytest.fixture
def lead(live, browser):
    page = browser.new_context(
        locale="fr-FR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    ).new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    live.sign_in(page, live.world.a.lead)
    yield page
    assert page.problems == []
    page.context.close()


def check(page, axe_source):
    """The page as it stands, wide and narrow."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert structure_problems(page, "fr") + sideways(page) + run_axe(page, axe_source) == []
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "grand-module.zip"
    path.write_bytes(LARGE)
    return path


def percent(page):
    return page.locator("progress").evaluate("bar => bar.value")


def test_a_large_package_survives_a_pause_a_lost_network_and_a_closed_page(live, lead, room, large, axe_source):
    taken: list[int] = []
    lead.on(
        "response",
        lambda answer: (
            answer.request.method == "PATCH"
            and answer.ok
            and taken.append(int(answer.request.headers["upload-offset"]))
        ),
    )
    lead.goto(f"{live.url}/h/hub-a/packages/new?course={room.course_id}&module=mod-debut")
    check(lead, axe_source)
    cdp = lead.context.new_cdp_session(lead)
    cdp.send("Network.enable")
    limit = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 4_000_000}
    cdp.send("Network.emulateNetworkConditions", limit)
    lead.locator("input[type=file]").set_input_files(large)
    lead.get_by_role("button", name="Vérifier le module").click()
    lead.wait_for_function("() => document.querySelector('progress').value >= 15")
    lead.get_by_role("button", name="Mettre en pause").click()
    lead.get_by_text("En pause. Ce qui est envoyé est gardé.").wait_for()
    check(lead, axe_source)
    assert lead.get_by_role("progressbar", name="grand-module.zip").is_visible()
    paused = percent(lead)
    assert 0 < paused < 90

    lead.get_by_role("button", name="Continuer").click()
    lead.wait_for_function("before => document.querySelector('progress').value > before + 8", arg=paused)
    cdp.send("Network.emulateNetworkConditions", limit | {"offline": True})
    lead.get_by_text("Le réseau est perdu").or_(lead.get_by_text("Le serveur ne répond pas")).first.wait_for()
    cdp.send("Network.emulateNetworkConditions", limit)
    lost = percent(lead)
    lead.wait_for_function("before => document.querySelector('progress').value > before + 5", arg=lost)

    kept = len(taken)
    lead.on("dialog", lambda dialog: dialog.accept())
    lead.reload()  # the page is closed in the middle of it
    lead.get_by_text("choisissez de nouveau le même fichier pour continuer").wait_for()
    check(lead, axe_source)
    cdp.send("Network.emulateNetworkConditions", limit | {"uploadThroughput": -1})
    lead.locator("input[type=file]").set_input_files(large)
    lead.get_by_role("button", name="Vérifier le module").click()
    lead.get_by_text("Ce qui a été trouvé").wait_for()
    assert kept > 2
    assert len(taken) == len(set(taken))  # no piece that was here was sent again
    assert taken == sorted(taken)
    check(lead, axe_source)
    with live.house.sessions() as session, unscoped(session):
        assert any(
            live.house.files.read(key) == LARGE for key in live.house.files.list_keys("uploads") if key.endswith(".zip")
        )

    assert lead.get_by_text("points peuvent être réparés pour vous").is_visible()
    lead.get_by_role("button", name="Réparer, puis examiner de nouveau").click()
    lead.get_by_text("Ce module fonctionnera dans Moodle et dans Bouquet").wait_for()
    check(lead, axe_source)
    with lead.expect_download() as got:
        lead.get_by_role("link", name="Télécharger le rapport").click()
    assert got.value.suggested_filename == "grand-module.html"
    lead.get_by_label("Titre").fill("Un grand module")
    lead.get_by_role("button", name="Ajouter au cours").click()
    lead.wait_for_url(re.compile("/edit/"))
    assert lead.locator("input[name=title]").input_value() == "Un grand module"


def test_what_is_no_package_is_refused_in_words(live, lead, room, axe_source):
    lead.goto(f"{live.url}/h/hub-a/packages/new?course={room.course_id}")
    lead.locator("input[type=file]").set_input_files(
        {"name": "photo.zip", "mimeType": "application/zip", "buffer": b"rien"}
    )
    lead.get_by_role("button", name="Vérifier le module").click()
    lead.get_by_text("Ce fichier ne peut pas être joué ici").wait_for()
    check(lead, axe_source)
    lead.get_by_role("button", name="Oublier ce rapport").click()
    lead.get_by_text("Le fichier est oublié").wait_for()


def test_a_package_is_replaced_while_a_learner_is_in_it_and_taken_back(live, lead, room, browser, axe_source):
    learner = browser.new_context(locale="fr-FR").new_page()
    live.sign_in(learner, live.world.a.learner)

    def lesson():
        learner.goto(live.url + room.url("module-scorm"))
        frame = learner.frame_locator("iframe.player-frame").frame_locator("#lesson")
        frame.locator("h1").wait_for()
        return frame.locator("h1").text_content()

    assert lesson() == "Leçon"
    inner = next(one for one in learner.frames if one.url.endswith("/p/index.html"))
    inner.evaluate("() => { api.LMSSetValue('cmi.core.lesson_location', 'page-4'); api.LMSCommit(''); }")
    learner.wait_for_timeout(800)

    lead.goto(f"{live.url}/h/hub-a/courses/{room.course_id}/edit/module-scorm")
    lead.get_by_role("link", name="Remplacer par une version plus récente").click()
    lead.locator("input[type=file]").set_input_files({"name": "v2.zip", "mimeType": "application/zip", "buffer": NEWER})
    lead.get_by_role("button", name="Vérifier le module").click()
    lead.get_by_text("Remplacer le paquet de").wait_for()
    assert lead.get_by_text("« Leçon » devient « Leçon refaite »").is_visible()
    assert lead.get_by_text("1 apprenant est dedans").is_visible()
    check(lead, axe_source)
    lead.get_by_role("button", name="Remplacer dans le brouillon").click()
    lead.get_by_text("Le brouillon a le nouveau paquet").wait_for()
    lead.goto(f"{live.url}/h/hub-a/courses/{room.course_id}/publish")
    lead.get_by_role("button", name=re.compile("Publier la version")).click()
    lead.get_by_role("link", name=re.compile("Décider qui prend le nouveau paquet")).first.click()
    lead.get_by_role("heading", name="Session d'essai").wait_for()
    check(lead, axe_source)
    assert lesson() == "Leçon"

    lead.get_by_label("Tout le monde, y compris qui est dedans").check()
    lead.get_by_role("button", name="Le donner à cette session").click()
    lead.get_by_text("Vous pouvez revenir sur ce choix").wait_for()
    check(lead, axe_source)
    assert lesson() == "Leçon refaite"
    with live.house.sessions() as session, unscoped(session):
        state = session.scalars(select(Attempt.state).where(Attempt.activity_key == "module-scorm")).one()
    assert "page-4" in str(state)
    lead.get_by_role("button", name="Revenir sur ce choix").click()
    lead.get_by_text("Le choix est annulé").wait_for()
    assert lesson() == "Leçon refaite"  # the learner has gone on in it since
    learner.context.close()
