"""Packages on their way in: sent in pieces or whole, reported on, repaired, added; and what a refusal leaves behind."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from courses.loader import load_course
from lms.catalog.models import CourseFile, ScormPackage
from lms.db import utc_now
from lms.jobs import Job, delete_old_jobs
from tests.factories import make_member, sign_in
from tests.factories.courses import MANIFEST_12, scorm_zip

URL = "/h/hub-a/uploads"


def announce(client, data, **more):
    said = {"kind": "package", "name": "lecon.zip", "size": len(data), "modified": "1"} | more
    return client.post(URL, json=said)


def piece(client, url, offset, data, digest=None):
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    if digest is not None:
        headers["Content-Digest"] = f"sha-256=:{base64.b64encode(digest).decode()}:"
    return client.patch(url, data=data, headers=headers)


def send(client, data, step=700, **more):
    """All of it, piece by piece; the page that follows it."""
    begun = announce(client, data, **more)
    assert begun.status_code == 201, begun.text
    url = begun.json["url"]
    for at in range(0, len(data), step):
        part = data[at : at + step]
        answer = piece(client, url, at, part, hashlib.sha256(part).digest())
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, str(at + len(part))), answer.text
    return answer.json["page"]


@pytest.fixture
def left(session, house):
    """What is in the file store and in the tables that packages touch."""
    house.files.delete(list(house.files.list_keys("uploads")))  # of tests whose rows were rolled back

    def look():
        session.expire_all()
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (CourseFile, ScormPackage, Job)]
        return set(house.files.list_keys("")), counts

    return look


def test_a_package_sent_in_pieces_is_reported_on_then_added(lead, make_course, base, texts_of, session, house):
    course, data = make_course(), scorm_zip({"style.css": "p{}"})
    page = send(lead, data, course=str(course.id), module="mod-debut")
    report = lead.get(page)
    assert "Ce module fonctionnera dans Moodle et dans Bouquet" in report.text
    assert not any(path.endswith(".zip") for path in texts_of(course))
    added = lead.post(
        page, data={"do": "add", "course": str(course.id), "module": "mod-debut", "title": "Leçon d'ailleurs"}
    )
    activity = load_course(texts_of(course)).course.activities[-1]
    assert (activity.kind, activity.title) == ("scorm", "Leçon d'ailleurs")
    assert added.location == f"{base(course)}/edit/{activity.id}"
    package = session.scalars(select(ScormPackage)).one()
    assert (package.sha256, package.file_count) == (hashlib.sha256(data).hexdigest(), 3)
    assert package.report["usable"]
    assert house.files.read(f"blobs/{package.sha256}") == data
    assert session.scalar(select(func.count()).select_from(Job)) == 0
    assert lead.get(page).status_code == 404
    assert lead.get(f"{base(course)}/packages/{package.sha256}/report").status_code == 200


def test_a_package_sent_whole_without_scripts_gets_the_same_report(lead, make_course):
    course = make_course()
    answer = lead.post(
        f"/h/hub-a/packages/new?course={course.id}&module=mod-debut",
        data={"file": (io.BytesIO(scorm_zip()), "..\\..\\lecon.zip")},
        content_type="multipart/form-data",
    )
    page = lead.get(answer.location)
    assert "lecon.zip" in page.text
    assert 'value="mod-debut"' in page.text


def test_an_interrupted_upload_goes_on_where_it_stopped(lead, session):
    data = scorm_zip()
    first = announce(lead, data).json
    piece(lead, first["url"], 0, data[:500])
    again = announce(lead, data).json
    assert (again["url"], again["offset"]) == (first["url"], 500)
    assert lead.head(first["url"]).headers["Upload-Offset"] == "500"
    assert announce(lead, data, modified="2").json["url"] != first["url"]  # another file of the same name and size
    done = piece(lead, first["url"], 500, data[500:])
    assert lead.get(done.json["page"]).status_code == 200


@pytest.mark.parametrize(
    ("offset", "data", "digest", "status"),
    [
        (100, b"x" * 10, None, 409),
        (0, b"", None, 413),
        (0, b"x" * 5000, None, 413),
        (0, b"x" * 10, b"0" * 32, 460),
        ("-1", b"x", None, 400),
        ("many", b"x", None, 400),
    ],
)
def test_a_piece_that_does_not_fit_is_refused_and_nothing_is_kept_of_it(lead, offset, data, digest, status):
    url = announce(lead, scorm_zip()).json["url"]
    assert piece(lead, url, offset, data, digest).status_code == status
    assert lead.get(url).json["offset"] == 0


def test_an_upload_belongs_to_who_sent_it_in_their_hub(lead, client, session, world):
    data = scorm_zip()
    page = send(lead, data)
    url = announce(lead, data, modified="2").json["url"]
    other = make_member(session, world.a.hub, "trainer", "Autre")
    session.commit()
    for person, hub in ((other, "hub-a"), (world.b.lead, "hub-b")):
        sign_in(client, person).post(f"/h/{hub}/consent", data={"terms": "y"})
        assert client.get(page.replace("hub-a", hub)).status_code == 404
        assert piece(client, url.replace("hub-a", hub), 0, data[:10]).status_code == 404
        assert client.delete(url.replace("hub-a", hub)).status_code == 404
        assert client.post(page.replace("hub-a", hub), data={"do": "forget"}).status_code == 404
    assert sign_in(client, world.a.learner).post(URL, json={}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "size", "status", "said"),
    [
        ({"upload_limit_mb": 1}, 2 << 20, 413, "1 Mo"),
        ({"disk_reserve_mb": 1 << 30}, 100, 507, "place"),
        ({"uploads_waiting": 2}, 100, 429, "attendent"),
        ({}, 0, 422, "vide"),
    ],
)
def test_limits_are_settings_and_say_what_to_do(lead, house, changes, size, status, said, left):
    for n in range(2):
        announce(lead, scorm_zip(), modified=f"before {n}")
    before, settings = left(), house.settings
    house.settings = replace(settings, **changes)
    try:
        answer = lead.post(URL, json={"kind": "package", "name": "x.zip", "size": size})
    finally:
        house.settings = settings
    assert answer.status_code == status
    assert said in answer.json["error"]
    assert left() == before


@pytest.mark.parametrize(
    "said",
    [
        [],
        {"kind": "other"},
        {"kind": "package", "name": 3, "size": 3},
        {"kind": "import", "name": "x", "size": "3"},
        {"kind": "package", "name": "x", "size": True},
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(lead, said):
    assert lead.post(URL, json=said).status_code == 400


def test_an_upload_too_old_takes_nothing_more_and_tidy_removes_it(lead, session, house, left):
    before = left()
    data = scorm_zip()
    url = announce(lead, data).json["url"]
    piece(lead, url, 0, data[:500])
    house.files.put(f"uploads/{uuid.uuid4()}/{uuid.uuid4()}/sent/package.zip", b"of a row that is gone")
    session.execute(Job.__table__.update().values(created_at=utc_now() - timedelta(hours=49)))
    session.commit()
    assert piece(lead, url, 500, data[500:]).status_code == 410
    assert announce(lead, data).json["url"] != url
    lead.delete(announce(lead, data).json["url"])
    counts = delete_old_jobs(house.queue.worker)
    assert counts["uploads"] >= 2
    assert left() == before


def broken(name, data):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", MANIFEST_12)
        archive.writestr(zipfile.ZipInfo(name), data)
    return memory.getvalue()


def damaged():
    data = bytearray(scorm_zip({"z.bin": b"abcdefghij" * 90}))
    data[data.index(b"abcdefghij") + 30] ^= 1
    return bytes(data)


HOSTILE = {
    "no zip": b"rien du tout",
    "no manifest": lambda: scorm_zip({}, manifest="").replace(b"imsmanifest.xml", b"otherfile12.xml"),
    "path out": lambda: broken("../../etc/passwd", b"x"),
    "absolute": lambda: broken("/etc/passwd", b"x"),
    "bomb": lambda: broken("a.txt", b"\0" * (40 << 20)),
    "damaged": damaged,
    "entity": lambda: scorm_zip(
        manifest='<!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/passwd">]><manifest>&e;</manifest>'
    ),
    "other kind": lambda: scorm_zip(manifest="<not-a-manifest/>"),
    "nothing to open": lambda: scorm_zip(manifest=MANIFEST_12.replace('href="index.html"', 'href="absent.html"')),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_refusal_says_why_and_leaves_nothing_behind(lead, left, what, language):
    data = HOSTILE[what] if isinstance(HOSTILE[what], bytes) else HOSTILE[what]()
    before = left()
    page = send(lead, data, step=1 << 20)
    shown = lead.get(page, headers={"Accept-Language": language}, query_string={"lang": language})
    assert shown.status_code == 200
    assert ("ne peut pas être joué" if language == "fr" else "cannot be played") in shown.text
    assert "root:" not in shown.text
    assert left()[0] == before[0]  # the file is gone at once, its report stays to be read
    assert lead.post(page, data={"do": "add", "module": "mod-debut", "title": "x"}).status_code == 404
    assert lead.get(f"{page}/report").status_code == 200
    lead.post(page, data={"do": "forget"})
    assert left() == before


def test_leaving_a_package_leaves_nothing_behind(lead, left, make_course):
    course = make_course()
    before = left()
    page = send(lead, scorm_zip(), course=str(course.id))
    lead.post(page, data={"do": "forget"})
    assert left() == before


MESSY = MANIFEST_12.replace('<organizations default="org">', '<organizations default="nobody">').replace(
    '<file href="index.html"/>', '<file href="INDEX.HTML"/><file href="gone.js"/>'
)


def test_what_can_be_put_right_is_offered_done_on_demand_and_can_be_taken_back(lead, make_course, session, house):
    course = make_course()
    data = scorm_zip({"images/rond.svg": "<svg/>", "__MACOSX/._x": "x"}, manifest=MESSY)
    page = send(lead, data, course=str(course.id), module="mod-debut")
    assert 'value="repair"' in lead.get(page).text
    lead.post(page, data={"do": "repair"})
    shown = lead.get(page)
    assert "Réparé" in shown.text
    assert 'value="repair"' not in shown.text
    lead.post(page, data={"do": "sent"})
    assert 'value="repair"' in lead.get(page).text
    lead.post(page, data={"do": "repaired"})
    lead.post(page, data={"do": "add", "course": str(course.id), "module": "mod-debut", "title": "Réparé"})
    package = session.scalars(select(ScormPackage)).one()
    assert package.provenance["repaired_from"] == hashlib.sha256(data).hexdigest()
    with zipfile.ZipFile(io.BytesIO(house.files.read(f"blobs/{package.sha256}"))) as archive:
        manifest = archive.read("imsmanifest.xml").decode()
        assert sorted(archive.namelist()) == ["images/rond.svg", "imsmanifest.xml", "index.html"]
    assert 'default="org"' in manifest
    assert 'href="images/rond.svg"' in manifest
    assert "gone.js" not in manifest


def test_without_a_course_one_is_chosen_on_the_report(lead, make_course, texts_of):
    course = make_course()
    page = send(lead, scorm_zip())
    shown = lead.get(page).text
    assert 'name="title"' not in shown
    chosen = lead.get(page, query_string={"course": str(course.id)}).text
    assert 'value="mod-debut"' in chosen
    assert lead.get(page, query_string={"course": str(uuid.uuid4())}).status_code == 404
    lead.post(page, data={"do": "add", "course": str(course.id), "module": "mod-debut", "title": "Ailleurs"})
    assert load_course(texts_of(course)).course.activities[-1].title == "Ailleurs"


def test_the_report_can_be_fetched_as_a_page_and_as_data(lead):
    page = send(lead, scorm_zip({"perdu.txt": "x"}))
    sheet = lead.get(f"{page}/report")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    assert "perdu.txt" in sheet.text
    found = json.loads(lead.get(f"{page}/report?as=json").text)
    assert found["standard"] == "1.2"
    assert "file-unlisted" in {one["rule"] for one in found["problems"]}
    assert all(isinstance(one["message"], str) for one in found["problems"])


def test_the_same_bytes_in_two_courses_are_kept_once(lead, make_course, session, house):
    course, data = make_course(), scorm_zip({"unique.txt": "deux fois"})
    for title in ("Une", "Deux"):
        page = send(lead, data, course=str(course.id))
        lead.post(page, data={"do": "add", "course": str(course.id), "module": "mod-debut", "title": title})
    assert session.scalar(select(func.count()).select_from(ScormPackage)) == 1
    sha256 = hashlib.sha256(data).hexdigest()
    assert sorted(key for key in house.files.list_keys("") if sha256 in key) == [
        f"blobs/{sha256}",
        f"packages/{sha256}/index.json",
    ]
