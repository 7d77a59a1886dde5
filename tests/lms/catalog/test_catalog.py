"""Courses: created from files, edited, published as versions that never change."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import func, select

from courses.files import FolderFiles
from lms.catalog.files import CoursePathError, load_version, version_files
from lms.catalog.models import Alignment, CourseFile, ScormPackage
from lms.catalog.packages import package_members
from lms.catalog.queries import get_activity, get_draft, get_outline, list_alignments
from lms.catalog.services import (
    CourseError,
    PublishedVersionError,
    create_course,
    delete_file,
    publish_course,
    save_file,
)
from lms.contracts import ActivityType, Refusal, Shown
from lms.db import HubScopeError, scope_to_hub
from tests.factories.courses import course_with_package, scorm_zip, small_course

COURSES = Path(__file__).parents[3] / "courses/data"


@pytest.fixture
def made(session, world, house):
    def make(files=None):
        return create_course(
            session, house.files, files=files or small_course(), hub_id=world.a.hub.id, person_id=world.a.lead.id
        )

    return make


@pytest.fixture
def publish(session, world, house):
    def go(course, notes=""):
        types = house.plugins.activity_types
        return publish_course(session, house.files, types, course=course, person_id=world.a.lead.id, notes=notes)

    return go


def test_a_course_is_created_with_its_files_as_a_draft(session, house, made):
    files = small_course()
    course = made(files)
    draft = get_draft(session, course.id)
    assert (course.key, course.title, draft.number, draft.minutes) == ("petit-cours", "Un petit cours", 0, 222)
    assert dict(version_files(session, house.files, draft.id)) == files


def test_media_goes_to_the_file_store_and_text_to_its_row(session, house, made):
    files = version_files(session, house.files, get_draft(session, made().id).id)
    assert files.blob_key("media/rond.svg").startswith("blobs/")
    assert not files.blob_key("course.yaml")


def test_a_second_course_of_the_same_key_gets_another_key(made):
    assert [made().key, made().key] == ["petit-cours", "petit-cours-2"]


def test_files_without_course_yaml_are_refused(made):
    with pytest.raises(CourseError) as refused:
        made({"readme.md": b"x"})
    assert "course.yaml" in refused.value.problems[0].text("fr")


@pytest.mark.parametrize(
    "path", ["../x.md", "/x.md", "a/../x.md", ".git/config", "a\\b.md", "c:/x.md", "a\0.md", "", "a//b.md", "x" * 300]
)
def test_a_path_that_leads_out_of_the_course_is_refused(session, house, made, path):
    draft = get_draft(session, made().id)
    with pytest.raises(CoursePathError):
        save_file(session, house.files, draft, path=path, data=b"x")


def test_publishing_makes_a_version_with_outline_data_and_alignments(session, house, made, publish):
    course = made()
    version = publish(course, notes="Première version")
    assert (version.number, version.minutes, version.notes) == (1, 222, "Première version")
    assert [(row.key, row.kind, row.purpose) for row in get_outline(session, version.id)] == [
        ("page-accueil", "page", ""),
        ("quiz-un", "quiz", "final"),
        ("positionnement", "quiz", "positioning"),
        ("devoir-un", "assignment", ""),
        ("enquete-une", "survey", "hot"),
        ("atelier-un", "live_session", ""),
    ]
    html = get_activity(session, version.id, "page-accueil").data["html"]
    assert 'src="media:media/rond.svg"' in html
    assert 'href="activity:quiz-un"' in html
    aligned = {(row.how, row.element_kind, row.element_key) for row in list_alignments(session, version.id)}
    assert aligned >= {
        ("aims", "objective", "obj-un"), ("teaches", "activity", "page-accueil"), ("assesses", "question", "q-single"),
        ("positions", "question", "p-un"), ("assesses", "criterion", "crit-un"), ("practises", "activity", "devoir-un"),
    }  # fmt: skip
    assert version.facts["audience"] == "Tout le monde"
    assert version.facts["objectives"][0]["competencies"] == ["fpa-rncp37275@2023#CP1"]
    assert load_version(session, house.files, version.id).title == "Un petit cours"


def test_a_published_version_keeps_its_files_when_the_draft_changes(session, house, made, publish):
    course = made()
    first = publish(course)
    draft = get_draft(session, course.id)
    save_file(
        session,
        house.files,
        draft,
        path="modules/01-debut/accueil.md",
        data=small_course()["modules/01-debut/accueil.md"] + b"\nPlus.\n",
    )
    second = publish(course)
    assert second.number == 2
    assert b"Plus." not in version_files(session, house.files, first.id)["modules/01-debut/accueil.md"]
    assert b"Plus." in version_files(session, house.files, second.id)["modules/01-debut/accueil.md"]
    assert first.content_hash != second.content_hash
    with pytest.raises(PublishedVersionError):
        save_file(session, house.files, first, path="course.yaml", data=b"x")


WELCOME = "modules/01-debut/accueil.md"


def test_a_course_that_comes_in_without_ids_at_its_headings_gets_them_in_its_draft(session, house, made):
    page = small_course()[WELCOME].replace(b" {#premiere}", b"")
    course = made(small_course() | {WELCOME: page})
    files = version_files(session, house.files, get_draft(session, course.id).id)
    assert "## Première partie {#page-accueil-premiere-partie}" in files[WELCOME].decode()


def test_a_heading_typed_in_the_editor_keeps_its_id_from_the_first_version_on(session, house, made, publish):
    course = made()
    draft = get_draft(session, course.id)
    save_file(session, house.files, draft, path=WELCOME, data=small_course()[WELCOME] + b"\n## Pour finir\n\nVoici.\n")
    first = publish(course)
    written = version_files(session, house.files, first.id)[WELCOME].decode()
    assert "## Pour finir {#page-accueil-pour-finir}" in written
    assert 'id="page-accueil-pour-finir"' in get_activity(session, first.id, "page-accueil").data["html"]
    # the words change, the id stays
    changed = written.replace("Pour finir {", "Pour conclure {").encode()
    save_file(session, house.files, get_draft(session, course.id), path=WELCOME, data=changed)
    second = publish(course)
    assert 'id="page-accueil-pour-finir"' in get_activity(session, second.id, "page-accueil").data["html"]
    assert publish(course).id == second.id


def test_publishing_without_a_change_gives_the_same_version(made, publish):
    course = made()
    assert publish(course).id == publish(course).id


def test_errors_stop_the_publication_and_nothing_is_written(session, house, made, publish):
    course = made()
    draft = get_draft(session, course.id)
    delete_file(session, house.files, draft, path="modules/01-debut/quiz.yaml")
    with pytest.raises(CourseError) as refused:
        publish(course)
    assert any("quiz.yaml" in problem.text("fr") for problem in refused.value.problems)
    assert session.scalar(select(func.count()).select_from(Alignment)) == 0


def test_an_unknown_kind_of_activity_is_named(made, publish):
    files = small_course()
    files["modules/01-debut/module.yaml"] += b"  - carte: carte.yaml\n"
    files["modules/01-debut/carte.yaml"] = b"id: une-carte\ntitle: Une carte\n"
    with pytest.raises(CourseError) as refused:
        publish(made(files))
    assert "carte" in refused.value.problems[0].message["fr"]


class CardActivity(ActivityType):
    """A kind of activity that Bouquet does not come with."""

    name = "carte"
    label: ClassVar = {"fr": "Carte", "en": "Map"}
    description: ClassVar = label

    def settings_from(self, raw):
        if not str(raw.get("zoom", "")).isdecimal():
            raise Refusal("La carte a besoin d'un « zoom » entier.", "The map needs a whole “zoom”.")
        return {"zoom": int(raw["zoom"])}

    def prepare(self, activity, course, files):
        return activity.content.settings

    def show(self, data, state, context):
        return Shown("carte.html", data)


@pytest.mark.parametrize("zoom", ["7", "grand"])
def test_a_kind_that_a_plugin_adds_checks_its_own_settings(session, world, house, made, zoom):
    files = small_course()
    files["modules/01-debut/module.yaml"] += b"  - carte: carte.yaml\n"
    files["modules/01-debut/carte.yaml"] = f"id: une-carte\ntitle: Une carte\nzoom: {zoom}\n".encode()
    types = {**house.plugins.activity_types, "carte": CardActivity()}
    course = made(files)
    if zoom == "7":
        version = publish_course(session, house.files, types, course=course, person_id=world.a.lead.id)
        assert get_activity(session, version.id, "une-carte").data == {"zoom": 7}
    else:
        with pytest.raises(CourseError, match="whole"):
            publish_course(session, house.files, types, course=course, person_id=world.a.lead.id)


def test_a_package_is_kept_once_whatever_the_number_of_versions(session, house, made, publish):
    package = scorm_zip({"img/a.txt": "bonjour"})
    course = made(course_with_package(package))
    version = publish(course)
    row = session.scalars(select(ScormPackage)).one()
    assert (row.standard, row.title, row.file_count) == ("1.2", "Un module venu d'ailleurs", 3)
    assert house.files.read(f"blobs/{row.sha256}") == package
    names = {one.name for one in package_members(house.files, row.sha256).members}
    assert names == {"imsmanifest.xml", "img/a.txt", "index.html"}
    data = get_activity(session, version.id, "module-scorm").data
    assert data["package"] == row.sha256
    assert data["scos"][0]["mastery"] == 60
    save_file(session, house.files, get_draft(session, course.id), path="note.md", data=b"x")
    publish(course)
    assert session.scalar(select(func.count()).select_from(ScormPackage)) == 1


def test_a_package_that_is_no_package_stops_the_publication(made, publish):
    with pytest.raises(CourseError) as refused:
        publish(made(course_with_package(b"not a zip")))
    assert "ZIP" in refused.value.problems[0].message["fr"]


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in COURSES.glob("*/course.yaml")))
def test_the_courses_of_the_house_publish(session, made, publish, folder):
    files = dict(FolderFiles(COURSES / folder))
    version = publish(made(files))
    assert len(get_outline(session, version.id)) > 5
    assert session.scalar(select(func.count()).where(CourseFile.version_id == version.id)) == len(files)


def test_an_outline_remembered_for_one_hub_is_not_told_to_another(session, world, made, publish):
    version = publish(made())
    scope_to_hub(session, world.a.hub.id)
    assert get_outline(session, version.id)
    assert get_outline(session, version.id) is get_outline(session, version.id)
    scope_to_hub(session, world.b.hub.id)
    assert get_outline(session, version.id) == ()
    session.info["hub"] = None
    with pytest.raises(HubScopeError):
        get_outline(session, version.id)
