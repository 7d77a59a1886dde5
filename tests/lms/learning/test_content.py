"""The content origin: what it serves, to whom, and what its commits may change."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from lms.app import create_wsgi
from lms.catalog.queries import get_activity
from lms.competencies.models import Evidence
from lms.config import SettingsError
from lms.learning import tokens
from lms.learning.models import Attempt, Progress
from lms.learning.tokens import media_url, package_url
from tests.factories import sign_in
from tests.factories.courses import course_with_package, scorm_zip, small_course
from tests.factories.learning import make_class


@pytest.fixture
def room(session, world, house):
    return make_class(
        session, house, world.a, course_with_package(scorm_zip({"a b.txt": "bonjour", "p.svg": "<svg/>"}))
    )


@pytest.fixture
def frame(client, room, world):
    """The address of the learner's package frame, as the application's page gives it."""
    page = sign_in(client, world.a.learner).get(room.url("module-scorm")).get_data(as_text=True)
    return frame_of(page)


def frame_of(page):
    return re.search(r'<iframe[^>]* src="([^"?]+)\?lang=fr"', page)[1]


def get(content, url, **more):
    parts = urlsplit(url)
    return content.get(parts.path, base_url=f"{parts.scheme}://{parts.netloc}", **more)


def run_of(content, frame, pending=()):
    """Open the frame as its script does: the page, then the run."""
    page = get(content, frame)
    assert page.status_code == 200, page.get_data(as_text=True)
    run = json.loads(re.search(r'id="run">(.*?)</script>', page.get_data(as_text=True), re.DOTALL)[1])
    opened = post(content, frame, run["open"], {"pending": list(pending)})
    assert opened.status_code == 200, opened.get_data(as_text=True)
    return run | opened.json | {"sequence": 0}


def post(content, frame, path, body):
    parts = urlsplit(frame)
    return content.post(path, base_url=f"{parts.scheme}://{parts.netloc}", json=body)


def entry(run, elements, **more):
    """One snapshot, numbered as a window numbers them."""
    run["sequence"] += 1
    told = {"sco": "item-1", "launch": run["launch"], "sequence": run["sequence"], "visit": 1, "end": False}
    return told | {"data": elements} | more


def commit(content, frame, run, elements, **more):
    return post(content, frame, run["commit"], entry(run, elements, **more))


def attempt(session, room):
    session.expire_all()
    return session.scalars(select(Attempt).where(Attempt.activity_key == "module-scorm")).one()


def test_the_frame_is_sandboxed_without_top_navigation(client, room, world):
    page = sign_in(client, world.a.learner).get(room.url("module-scorm")).get_data(as_text=True)
    sandbox = re.search(r'sandbox="([^"]*)"', page)[1].split()
    assert "allow-top-navigation" not in sandbox
    assert "allow-scripts" in sandbox


def test_a_package_file_is_served_without_cookie_and_under_its_own_policy(content, frame):
    base = frame.removesuffix("frame") + "p/"
    page = get(content, base + "index.html")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "frame-ancestors 'self' http://127.0.0.1:8000" in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Type"] == "text/html"
    assert get(content, base + "a%20b.txt").data == b"bonjour"


@pytest.mark.parametrize("path", ["../secret", "..%2f..%2fblobs", "%2fetc%2fpasswd", "absent.html", "img"])
def test_a_path_outside_the_package_is_not_found(content, frame, path):
    assert get(content, frame.removesuffix("frame") + "p/" + path).status_code == 404


def test_a_range_is_served_in_part(content, frame):
    url = frame.removesuffix("frame") + "p/a%20b.txt"
    part = get(content, url, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, b"onj", "bytes 1-3/7")
    assert get(content, url, headers={"Range": "bytes=50-"}).status_code == 416


def test_a_token_works_under_the_host_of_its_package_only(content, frame):
    parts = urlsplit(frame)
    for host in ("p" + "0" * 24 + ".localhost:8000", "127.0.0.1:8000", "localhost:8000"):
        assert content.get(parts.path, base_url=f"http://{host}").status_code == 403


def test_a_forged_token_is_refused(content, frame):
    head, token, tail = frame.partition("/t/")
    broken = head + token + ("A" if tail[0] != "A" else "B") + tail[1:]
    assert get(content, broken).status_code == 403


def test_an_old_token_is_refused(content, frame, monkeypatch):
    later = tokens.time.time() + 3 * tokens.LIFE
    monkeypatch.setattr(tokens.time, "time", lambda: later)
    assert get(content, frame).status_code == 403


def test_commits_are_kept_and_the_module_goes_on_where_it_was(content, frame, session, room):
    run = run_of(content, frame)
    assert run["scos"][0]["elements"]["cmi.core.entry"] == "ab-initio"
    data = {
        "cmi.core.lesson_status": "incomplete",
        "cmi.suspend_data": "place=3",
        "cmi.core.exit": "suspend",
        "cmi.core.session_time": "0000:00:00",
    }
    assert commit(content, frame, run, data).json["saved"] is True
    again = run_of(content, frame)
    assert again["scos"][0]["elements"]["cmi.suspend_data"] == "place=3"
    assert again["scos"][0]["elements"]["cmi.core.entry"] == "resume"
    assert attempt(session, room).completion == "incomplete"


def test_the_mastery_score_decides_and_a_pass_gives_progress_and_evidence(content, frame, session, room):
    run = run_of(content, frame)
    commit(content, frame, run, {"cmi.core.score.raw": "40", "cmi.core.lesson_status": "completed"})
    assert attempt(session, room).success == "failed"
    commit(content, frame, run, {"cmi.core.score.raw": "80", "cmi.core.lesson_status": "completed"})
    found = attempt(session, room)
    assert (found.success, found.completion, found.score) == ("passed", "completed", 0.8)
    progress = session.scalars(select(Progress).where(Progress.activity_key == "module-scorm")).one()
    assert (progress.status, progress.success, progress.score) == ("done", "passed", 0.8)


def test_second_pass_of_a_package_adds_no_evidence(content, client, session, world, house):
    files = course_with_package(scorm_zip())
    module = files["modules/01-debut/module.yaml"].replace(b"minutes: 10}", b'minutes: 10, competencies: ["fpa:CP1"]}')
    room = make_class(session, house, world.a, files | {"modules/01-debut/module.yaml": module})
    page = sign_in(client, world.a.learner).get(room.url("module-scorm")).get_data(as_text=True)
    frame = frame_of(page)
    for _ in range(2):
        run = run_of(content, frame)
        commit(content, frame, run, {"cmi.core.score.raw": "90", "cmi.core.lesson_status": "passed"}, end=True)
    rows = session.scalars(select(Evidence)).all()
    assert [(row.source_kind, row.code, row.level) for row in rows] == [("package", "CP1", 0.9)]


@pytest.mark.parametrize("raw", ["900", "-5", "NaN", "abc", "1e9"])
def test_a_score_out_of_bounds_is_refused_and_named(content, frame, session, room, raw):
    run = run_of(content, frame)
    answer = commit(content, frame, run, {"cmi.core.score.raw": raw, "cmi.core.lesson_status": "incomplete"})
    assert answer.json["refused"] == ["cmi.core.score.raw"]
    assert attempt(session, room).score is None


def test_time_cannot_exceed_the_time_elapsed(content, frame, session, room):
    run = run_of(content, frame)
    commit(content, frame, run, {"cmi.core.lesson_status": "incomplete", "cmi.core.session_time": "0099:00:00"})
    assert attempt(session, room).seconds < 60


@pytest.mark.parametrize("body", [{"data": None}, {"data": []}, {"sco": "nowhere"}, {"sco": None}])
def test_junk_is_refused_and_nothing_changes(content, frame, session, room, body):
    run = run_of(content, frame)
    before = attempt(session, room).revision
    assert commit(content, frame, run, {}, **body).status_code == 422
    assert attempt(session, room).revision == before


def test_a_window_opened_elsewhere_takes_over(content, frame, session, room):
    first = run_of(content, frame)
    second = run_of(content, frame)
    refused = commit(content, frame, first, {"cmi.suspend_data": "old"})
    assert refused.status_code == 409
    assert "Rechargez" in refused.json["error"]["fr"]
    assert commit(content, frame, second, {"cmi.suspend_data": "new"}).status_code == 200


@pytest.fixture(params=["closed", "left"])
def shut(request, session, room):
    """Ends the learner's right to act, in one way or another; gives the word for it."""

    def end():
        enrolment = session.merge(room.enrolment)
        if request.param == "closed":
            enrolment.session.status = "closed"
        else:
            enrolment.status = "dropped"
        session.commit()
        return request.param

    return end


def test_a_commit_after_the_end_is_refused_and_what_was_saved_is_kept(content, frame, session, room, shut):
    run = run_of(content, frame)
    kept = {"cmi.core.lesson_status": "incomplete", "cmi.core.score.raw": "40", "cmi.suspend_data": "place=3"}
    assert commit(content, frame, run, kept).status_code == 200
    before = attempt(session, room).state
    why = shut()
    refused = commit(content, frame, run, {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "100"}, end=True)
    assert refused.status_code == 403
    assert refused.json["state"] == why
    assert "relire" in refused.json["error"]["fr"]
    assert "read again" in refused.json["error"]["en"]
    assert attempt(session, room).state == before
    assert attempt(session, room).score == 0.4


def test_a_package_opened_after_the_end_is_shown_as_it_was_and_records_nothing(content, frame, session, room, shut):
    run = run_of(content, frame)
    commit(content, frame, run, {"cmi.core.lesson_status": "incomplete", "cmi.suspend_data": "place=3"})
    before = attempt(session, room).state
    why = shut()
    again = run_of(content, frame)
    assert again["silent"] == why
    elements = again["scos"][0]["elements"]
    assert elements["cmi.suspend_data"] == "place=3"
    assert (elements["cmi.core.lesson_mode"], elements["cmi.core.credit"]) == ("review", "no-credit")
    assert attempt(session, room).state == before


def test_a_token_of_another_learner_opens_nothing(content, frame, session, room, world, house):
    stolen = package_url(
        house.settings, hub=world.a.hub.id, package=_package(session, room), attempt=attempt(session, room).id,
        person=world.a.trainer.id,
    )  # fmt: skip
    opened = post(content, stolen, urlsplit(stolen).path.removesuffix("frame") + "open", {})
    assert opened.status_code == 404


def _package(session, room):
    return get_activity(session, room.version.id, "module-scorm").data["package"]


def test_a_preview_records_nothing(content, client, session, room, world):
    page = (
        sign_in(client, world.a.trainer)
        .get(f"/h/hub-a/courses/{room.course.id}/preview/module-scorm")
        .get_data(as_text=True)
    )
    frame = frame_of(page)
    run = run_of(content, frame)
    assert commit(content, frame, run, {"cmi.core.lesson_status": "passed"}).json["saved"] is False
    assert session.scalars(select(Attempt)).first() is None


def test_course_media_is_served_sandboxed_and_texts_of_authors_are_not(content, session, world, house):
    room = make_class(session, house, world.a, small_course(), reference="S-2")
    where = {"hub": world.a.hub.id, "version": room.version.id}
    drawing = get(content, media_url(house.settings, **where, path="media/rond.svg"))
    assert drawing.mimetype == "image/svg+xml"
    assert "sandbox" in drawing.headers["Content-Security-Policy"]
    assert drawing.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for path in ("course.yaml", "modules/01-debut/quiz.yaml", "absent.png"):
        assert get(content, media_url(house.settings, **where, path=path)).status_code == 404


def test_one_callable_answers_for_both_origins_and_the_host_decides(house, session, world):
    client = Client(create_wsgi(house.settings, house))
    on_app = client.get("/healthz", base_url="http://127.0.0.1:8000")
    on_content = client.get("/healthz", base_url="http://p123.localhost:8000")
    assert (on_app.status_code, on_content.status_code) == (200, 404)
    assert "Set-Cookie" not in on_content.headers


def test_packages_may_not_share_the_applications_host(house):
    bad = replace(house.settings, content_wildcard=False, content_host="127.0.0.1")
    with pytest.raises(SettingsError, match="CONTENT_HOST"):
        create_wsgi(bad, house)
