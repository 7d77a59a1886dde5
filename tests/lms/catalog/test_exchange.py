"""Courses going out, coming in and going from hub to hub: what arrives is what left, and says where it is from."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from courses.loader import load_course
from lms.catalog.models import CourseFile, CourseRecord, RemovedPart
from lms.catalog.queries import get_draft
from lms.jobs import Job
from tests.conftest import SHARED
from tests.factories.courses import scorm_zip, small_course

GOLF = SHARED / "samples/scorm/golf"


def zip_of(files):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return memory.getvalue()


def export(client, base, format_name, **fields):
    """Three clicks: the menu, the format, the file."""
    asked = client.post(f"{base}/export", data={"format": format_name, "version": "0", **fields})
    assert asked.status_code == 302
    assert "hx-get" not in client.get(asked.location).text
    answer = client.get(f"{asked.location}/file")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return answer.data


def send(client, data, name="cours.zip"):
    return client.post(
        "/h/hub-a/courses/import", data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data"
    )


def import_course(client, session, data, **choice):
    sent = send(client, data)
    assert sent.status_code == 302, sent.text
    assert client.get(sent.location).status_code == 200
    done = client.post(sent.location, data=choice)
    assert done.status_code == 302
    done = client.get(done.location)  # the job has written it
    assert done.status_code == 302
    session.expire_all()
    return session.get(CourseRecord, __import__("uuid").UUID(done.location.rpartition("/")[2]))


@pytest.fixture
def model_of(texts_of):
    return lambda course: load_course(texts_of(course)).course


@pytest.mark.parametrize("format_name", ["scorm12", "scorm2004-4", "scorm2004-3", "html", "source"])
def test_a_course_taken_out_and_in_again_is_equal(lead, make_course, base, session, world, model_of, format_name):
    there = make_course(hub=world.b)
    there.shared = True
    session.commit()
    here = make_course()
    data = export(lead, base(here), format_name)
    before = model_of(here)
    session.delete(get_draft(session, here.id))
    session.delete(here)
    session.commit()
    back = import_course(lead, session, data)
    assert model_of(back) == before
    assert (back.key, back.licence) == ("petit-cours", "CC-BY-SA-4.0")
    assert (back.provenance["hub"], back.provenance["version"]) == ("Hub A", "0")
    assert "Hub A" in lead.get(base(back)).text


def test_one_module_goes_out_alone(lead, make_course, base, session):
    data = export(lead, base(make_course()), "scorm12", module="mod-debut")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "imsmanifest.xml" in archive.namelist()


def test_a_module_that_cannot_be_packed_says_why(lead, make_course, base):
    course = make_course()
    asked = lead.post(f"{base(course)}/export", data={"format": "scorm12", "version": "0", "module": "nobody"})
    shown = lead.get(asked.location)
    assert "nobody" in shown.text
    assert lead.get(f"{asked.location}/file").status_code == 404
    assert lead.post(f"{base(course)}/export", data={"format": "cobol", "version": "0"}).status_code == 404


def test_an_export_of_another_course_is_not_given(lead, make_course, base):
    first, second = make_course(), make_course()
    asked = lead.post(f"{base(first)}/export", data={"format": "scorm12", "version": "0"}).location
    job = asked.rpartition("/")[2]
    assert lead.get(f"{base(second)}/exports/{job}/file").status_code == 404


def test_nothing_is_written_before_somebody_says_yes(lead, session, house):
    sent = send(lead, zip_of(small_course()))
    assert session.scalar(select(func.count()).select_from(CourseRecord)) == 0
    shown = lead.get(sent.location).text
    assert "Un petit cours" in shown
    held = session.scalars(select(Job).where(Job.kind == "catalog.import")).one()
    assert list(house.files.list_keys(held.result_key.rstrip("/")))
    lead.post(f"{sent.location}/forget")
    assert not list(house.files.list_keys(held.result_key.rstrip("/")))
    assert lead.get(sent.location).status_code == 404


def test_the_same_course_again_becomes_a_copy_or_the_draft(lead, make_course, session, model_of):
    course = make_course()
    changed = small_course()
    changed["modules/01-debut/accueil.md"] += b"\nNouveau.\n"
    copy = import_course(lead, session, zip_of(changed), as_copy="copy")
    assert (copy.key, model_of(copy).id) == ("petit-cours-2", "petit-cours-2")
    same = import_course(lead, session, zip_of(changed), as_copy="update")
    assert same.id == course.id
    assert "Nouveau." in model_of(same).activity("page-accueil").content.markdown
    part = session.scalars(select(RemovedPart)).one()
    lead.post(f"/h/hub-a/courses/{course.id}/removed/{part.id}/restore")
    assert "Nouveau." not in model_of(course).activity("page-accueil").content.markdown


def test_a_foreign_package_becomes_a_course_that_plays_it(lead, session, house, model_of, publish_version):
    package = scorm_zip({"video.bin": b"x" * 300_000})
    course = import_course(lead, session, package)
    model = model_of(course)
    assert [one.kind for one in model.activities] == ["scorm"]
    row = session.scalars(select(CourseFile).where(CourseFile.path == model.activities[0].path)).first()
    assert house.files.read(row.blob_key) == package
    assert lead.get(f"/h/hub-a/courses/{course.id}/edit/paquet").status_code == 200


@pytest.mark.skipif(not GOLF.exists(), reason="the sample packages are not here")
@pytest.mark.parametrize(
    "name", ["ContentPackagingSingleSCO_SCORM12.zip", "ContentPackagingSingleSCO_SCORM20043rdEdition.zip"]
)
def test_known_packages_of_others_can_be_taken_in(lead, session, model_of, name):
    course = import_course(lead, session, Path(GOLF / name).read_bytes())
    assert [one.kind for one in model_of(course).activities] == ["scorm"]


@pytest.mark.parametrize(
    "data",
    [
        b"not a zip",
        zip_of({"readme.txt": "bonjour"}),
        zip_of({"course.yaml": "id: [", "x.md": "y"}),
        zip_of({"../course.yaml": "id: xx", "course.yaml": "id: xx"}),
        zip_of({"imsmanifest.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><manifest>&e;</manifest>'}),
        zip_of({"bouquet.json": "[" * 100_000, "source/course.yaml": "id: xx"}),
    ],
    ids=["not-a-zip", "nothing", "broken", "traversal", "entity", "deep-json"],
)
def test_a_file_that_cannot_be_taken_in_is_refused_with_its_reason(lead, session, house, data):
    before = set(house.files.list_keys(""))
    sent = send(lead, data)
    answer = lead.get(sent.location)
    assert "Rien n’a été ajouté" in answer.text
    assert "root:" not in answer.text
    assert set(house.files.list_keys("")) == before
    assert session.scalar(select(func.count()).select_from(CourseRecord)) == 0
    assert lead.post(f"{sent.location}/forget").status_code == 302
    assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_zip_that_inflates_without_end_is_refused(lead):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("course.yaml", "id: xx\n" + " " * (40 << 20))
    assert "Rien n’a été ajouté" in lead.get(send(lead, memory.getvalue()).location).text


def test_a_course_whose_media_is_damaged_is_refused_before_anything_is_written(lead, session, house):
    data = bytearray(zip_of(small_course() | {"media/son.bin": b"0123456789" * 50}))
    data[data.index(b"0123456789") + 3] ^= 1
    before = set(house.files.list_keys(""))
    assert "media/son.bin" in lead.get(send(lead, bytes(data)).location).text
    assert set(house.files.list_keys("")) == before


def test_a_waiting_file_is_seen_by_who_sent_it_only(lead, client, world, session):
    from tests.factories import make_member, sign_in  # noqa: PLC0415

    sent = send(lead, zip_of(small_course()))
    other = make_member(session, world.a.hub, "trainer", "Autre")
    session.commit()
    sign_in(client, other).post("/h/hub-a/consent", data={"terms": "y"})
    assert client.get(sent.location).status_code == 404


def test_a_shared_course_is_copied_with_its_chain(lead, make_course, publish_version, session, world, model_of):
    there = make_course(hub=world.b)
    there.provenance = {
        "format": 1,
        "hub": "Hub Z",
        "version": "4",
        "course": "ancetre",
        "title": "L'ancêtre",
        "licence": "CC-BY-4.0",
        "authors": ["Réseau Z"],
    }
    session.commit()
    url = f"/h/hub-a/courses/shared/{there.id}/take"
    assert lead.post(url).status_code == 404  # not published, not shared
    publish_version(there)
    assert lead.post(url).status_code == 404
    there.shared = True
    session.commit()
    assert "Un petit cours" in lead.get("/h/hub-a/courses").text
    taken = lead.post(url)
    assert taken.status_code == 302
    copy = session.scalars(select(CourseRecord).where(CourseRecord.hub_id == world.a.hub.id)).one()
    assert model_of(copy) == model_of(there)
    assert (copy.provenance["hub"], copy.provenance["version"]) == ("Hub B", "1")
    assert copy.provenance["based_on"][0]["title"] == "L'ancêtre"
    shown = lead.get(taken.location).text
    assert "Hub B" in shown
    assert "Hub Z" in shown
    assert "Réseau Z" in shown


def test_sharing_is_switched_and_written_down(lead, make_course, base, session):
    course = make_course()
    lead.post(f"{base(course)}/share")
    session.refresh(course)
    assert course.shared
    lead.post(f"{base(course)}/share")
    session.refresh(course)
    assert not course.shared
