"""Frameworks are read and searched; coverage tells what a course leaves out."""

from __future__ import annotations

import pytest

from competency_frameworks.library import load_bundled
from lms.catalog.models import CourseVersion
from lms.catalog.services import create_course
from lms.competencies.queries import course_coverage
from tests.factories import sign_in
from tests.factories.courses import small_course


@pytest.fixture
def course_id(session, run):
    session.commit()
    return session.get(CourseVersion, run.version_id).course_id


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_bundled_framework_has_its_page(client, world, language):
    listed = sign_in(client, world.a.trainer).get(f"/h/hub-a/frameworks?lang={language}").text
    for framework in load_bundled().values():
        address = f"/h/hub-a/frameworks/{framework.id}/{framework.version}"
        assert address in listed
        html = client.get(f"{address}?lang={language}").text
        shown = (
            framework.items if len(framework.items) < 100 else framework.roots()
        )  # a large tree opens level by level
        assert all(f'id="{item.code}"' in html for item in shown)


def test_an_unknown_framework_is_not_found(client, world):
    assert sign_in(client, world.a.trainer).get("/h/hub-a/frameworks/none/1").status_code == 404


def test_a_framework_is_searched_by_the_beginning_of_words(client, world):
    html = sign_in(client, world.a.trainer).get("/h/hub-a/frameworks/fpa-rncp37275/2023?lang=fr&q=progress+péda").text
    assert 'href="#CP1"' in html


def test_courses_that_use_a_competency_are_named_to_staff_alone(client, world, course_id):
    address, here = "/h/hub-a/frameworks/fpa-rncp37275/2023", f"/h/hub-a/courses/{course_id}/coverage"
    assert here in sign_in(client, world.a.trainer).get(address).text
    assert here not in sign_in(client, world.a.learner).get(address).text
    assert str(course_id) not in sign_in(client, world.b.lead).get(address.replace("hub-a", "hub-b")).text


def test_the_picker_finds_competencies_with_their_references(client, world):
    found = sign_in(client, world.a.lead).get("/h/hub-a/competencies/search?q=cp1&lang=en").get_json()
    assert found[0]["ref"] == "fpa-rncp37275@2023#CP1"
    assert set(found[0]) == {"ref", "code", "statement", "framework"}
    assert client.get("/h/hub-a/competencies/search").get_json() == []
    assert len(client.get("/h/hub-a/competencies/search?q=s").get_json()) <= 30
    assert sign_in(client, world.a.learner).get("/h/hub-a/competencies/search?q=cp1").status_code == 403


def test_coverage_counts_elements_and_puts_gaps_first(session, run):
    (coverage,) = course_coverage(session, run.version_id)
    first, second = coverage.rows
    assert (first.code, first.gaps, first.questions, first.positioned) == ("CP2", ("taught", "practised"), 1, 1)
    assert (second.code, second.gaps, second.aimed) == ("CP1", (), True)
    assert len(coverage.left_out) == 11


def test_coverage_is_told_in_words_and_numbers(client, world, course_id):
    html = sign_in(client, world.a.lead).get(f"/h/hub-a/courses/{course_id}/coverage?lang=en").text
    assert "1 competency out of the 2 named has a gap." in html
    assert "not taught" in html
    assert client.get(f"/h/hub-a/courses/{course_id}/coverage?version=9").status_code == 404


def test_coverage_is_for_the_hubs_staff(client, world, course_id):
    address = f"/h/hub-a/courses/{course_id}/coverage"
    assert sign_in(client, world.a.learner).get(address).status_code == 403
    assert sign_in(client, world.b.lead).get(address.replace("hub-a", "hub-b")).status_code == 404


def test_a_course_that_is_not_published_says_so(client, session, world, house):
    course = create_course(session, house.files, files=small_course(), hub_id=world.a.hub.id, person_id=None)
    session.commit()
    html = sign_in(client, world.a.lead).get(f"/h/hub-a/courses/{course.id}/coverage?lang=en").text
    assert "This course is not published yet" in html
