"""A framework changes under a course with results: what it touches is told, nothing moves, and what carries over is explained."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from courses.loader import load_course
from lms.catalog.alignments import alignment_rows
from lms.catalog.models import Alignment, CourseVersion
from lms.competencies.models import Evidence
from lms.competencies.queries import get_profile
from lms.competencies.queries.impact import get_impact
from lms.competencies.queries.matrix import coverage_matrix
from lms.frameworks.changes import carry_over
from lms.frameworks.crosswalks import begin_crosswalk, confirm_link
from lms.frameworks.services.importing import import_framework, renamed
from lms.frameworks.services.publishing import publish_version
from lms.frameworks.store import get_framework
from tests.factories import sign_in
from tests.factories.courses import course_with_package, scorm_zip
from tests.factories.frameworks import grown, small_framework
from tests.factories.results import enrol_many, make_run, paired_course, show_levels

HOME = "/h/hub-a/frameworks/lecture-plans"
A1, A2, B1 = (f"lecture-plans@1#{code}" for code in ("A.1", "A.2", "B.1"))


def on_plans() -> dict[str, bytes]:
    return {
        path: data.replace(b"fpa-rncp37275@2023", b"lecture-plans@1").replace(b"fpa:CP1", b"fpa:A.1").replace(b"fpa:CP2", b"fpa:B.1")
        for path, data in paired_course().items()
    }  # fmt: skip


@pytest.fixture
def season(session, house, world):
    """Version 1, a course on it, ten learners with results; then version 2, which has no B.1."""
    first = import_framework(session, small_framework(), hub_id=world.a.hub.id, person_id=None).version
    publish_version(session, first, person_id=world.a.lead.id)
    session.info["hub"] = world.a.hub.id
    run = make_run(session, house, world.a, on_plans())
    enrolments = enrol_many(session, run, 10, [world.a.learner])
    show_levels(session, enrolments, "final", {A1: (0.75, 4), B1: (0.5, 2)})
    second = import_framework(session, grown("2"), hub_id=world.a.hub.id, person_id=None).version
    publish_version(session, second, person_id=world.a.lead.id)
    session.commit()
    return run


def test_a_course_may_name_a_framework_of_its_hub(session, season):
    named = set(session.execute(select(Alignment.framework, Alignment.framework_version, Alignment.code)))
    assert {("lecture-plans", "1", "A.1"), ("lecture-plans", "1", "B.1")} <= named


def test_impact_counts_courses_questions_evidence_and_people(session, season):
    impact = get_impact(session, "lecture-plans", "1")
    (course,) = impact.courses
    assert (course.title, course.sessions) == ("Un petit cours", 1)
    assert (impact.evidence, impact.people) == (20, 10)
    one = impact.items["B.1"]
    assert (one.courses, one.evidence, one.people) == (1, 10, 10)
    assert one.questions >= 1
    assert get_impact(session, "lecture-plans", "2").nothing


def test_nothing_moves_when_a_version_is_published(session, world, season):
    versions = set(session.scalars(select(Evidence.framework_version).where(Evidence.framework == "lecture-plans")))
    assert versions == {"1"}
    profile = next(one for one in get_profile(session, world.a.learner.id) if one.framework == "lecture-plans")
    assert profile.version == "1"
    assert {item.code: item.now.level for item in profile.items if item.now} == {"A.1": 0.75, "B.1": 0.5}


def test_what_carries_over_is_explained_item_by_item(session, world, season):
    old, new = get_framework(session, "lecture-plans", "1"), get_framework(session, "lecture-plans", "2")
    before = carry_over(session, old, new)
    assert (before["A.1"].how, before["A.1"].to) == ("same", ("A.1",))
    assert before["B.1"].how == "none"
    walk = begin_crosswalk(
        session, origin=old.key, destination=new.key, hub_id=world.a.hub.id, person_id=world.a.lead.id
    )
    confirm_link(
        session, walk, origin_codes=["B.1", "A.2"], destination_code="B.2", kind="replacedBy", rule="mean", strength=0.5, note="",
        similarity=None, person_id=world.a.lead.id,
    )  # fmt: skip
    after = carry_over(session, old, new)["B.1"]
    assert (after.how, after.to, after.rule) == ("crosswalk", ("B.2",), "mean")


def test_the_report_says_it_in_words(client, world, season, count_statements):
    lead = sign_in(client, world.a.lead)
    with count_statements() as sent:
        html = lead.get(f"{HOME}/compare/1/2?lang=en").text
    assert len(sent) <= 15
    assert "Nothing is moved and nothing is lost" in html
    assert "20 pieces of evidence, of 10 people." in html
    assert "Nothing says what it becomes" in html
    assert "The same item (A.1)" in html
    assert sign_in(client, world.a.learner).get(f"{HOME}/compare/1/2").status_code == 403


def test_a_framework_that_takes_the_place_of_another_is_compared_with_it(client, session, world, season):
    third = replace(renamed(grown("2"), "plans-et-croquis", "1"), supersedes="lecture-plans@1")
    row = import_framework(session, third, hub_id=world.a.hub.id, person_id=None).version
    publish_version(session, row, person_id=world.a.lead.id)
    session.commit()
    lead = sign_in(client, world.a.lead)
    assert "/compare/lecture-plans@1/1" in lead.get("/h/hub-a/frameworks/plans-et-croquis/1").text
    html = lead.get("/h/hub-a/frameworks/plans-et-croquis/compare/lecture-plans@1/1?lang=en").text
    assert "20 pieces of evidence, of 10 people." in html
    assert "The same item (A.1)" in html


def test_fpa_2018_to_2023_says_what_is_touched_and_what_nobody_has_settled(client, session, house, world):
    old, new = "fpa-rncp247@2018", "fpa-rncp37275@2023"
    files = {
        path: data.replace(b"fpa-rncp37275@2023", old.encode()).replace(b"fpa:CP1", b"fpa:BC01").replace(b"fpa:CP2", b"fpa:BC02")
        for path, data in paired_course().items()
    }  # fmt: skip
    session.info["hub"] = world.a.hub.id
    run = make_run(session, house, world.a, files)
    enrolments = enrol_many(session, run, 6, [world.a.learner])
    show_levels(session, enrolments, "final", {f"{old}#BC01": (0.75, 4), f"{old}#BC02": (0.5, 2)})
    session.commit()
    html = sign_in(client, world.a.lead).get(f"/h/hub-a/frameworks/fpa-rncp37275/compare/{old}/2023?lang=en").text
    assert "Un petit cours" in html
    assert "12 pieces of evidence, of 6 people." in html
    assert "Nothing is moved and nothing is lost" in html
    carried = carry_over(session, get_framework(session, *old.split("@")), get_framework(session, *new.split("@")))
    assert carried["BC01"].how == "crosswalk"
    assert {"BC01", "BC02"} <= set(carried["BC01"].to)
    versions = set(session.scalars(select(Evidence.framework_version).where(Evidence.framework == "fpa-rncp247")))
    assert versions == {"2018"}


def test_the_matrix_puts_gaps_first_and_counts_questions(session, season):
    matrix = coverage_matrix(session, get_framework(session, "lecture-plans", "1"))
    assert [title for _id, title in matrix.courses] == ["Un petit cours"]
    assert [len(row.gaps) for row in matrix.rows] == sorted((len(row.gaps) for row in matrix.rows), reverse=True)
    a1 = next(row for row in matrix.rows if row.item.code == "A.1")
    assert a1.questions >= 1
    assert a1.cells[0].taught
    untouched = next(row for row in matrix.rows if row.item.code == "A.2")
    assert untouched.gaps == ("taught", "practised", "assessed")


def test_the_matrix_and_the_course_go_out_as_sheets(client, session, world, season):
    lead = sign_in(client, world.a.lead)
    rows = list(
        csv.reader(io.StringIO(lead.get(f"{HOME}/1/coverage/csv?lang=fr").data.decode("utf-8-sig")), delimiter=";")
    )
    assert rows[0][:2] == ["Code", "Compétence"]
    assert {row[0] for row in rows[1:]} == {"A.1", "A.2", "B.1"}
    book = load_workbook(io.BytesIO(lead.get(f"{HOME}/1/coverage/xlsx").data))
    assert book.active.max_row == 4
    course = session.get(CourseVersion, season.version_id).course_id
    book = load_workbook(io.BytesIO(lead.get(f"/h/hub-a/courses/{course}/coverage/xlsx").data))
    assert book.active["A2"].value == "lecture-plans"


def test_the_matrix_takes_few_statements_whatever_the_courses(client, world, session, house, season, count_statements):
    lead = sign_in(client, world.a.lead)
    lead.get(f"{HOME}/1/coverage")
    with count_statements() as one:
        lead.get(f"{HOME}/1/coverage")
    make_run(session, house, world.a, on_plans())
    make_run(session, house, world.a, on_plans())
    session.commit()
    with count_statements() as three:
        assert lead.get(f"{HOME}/1/coverage").status_code == 200
    assert len(three) == len(one) <= 15


def test_each_kind_of_element_that_names_a_competency_has_its_row(session, season):
    kinds = set(session.scalars(select(Alignment.element_kind)))
    assert {"objective", "module", "activity", "question"} <= kinds


def test_half_days_packages_and_the_level_of_questions_are_aligned_too(world):
    files = course_with_package(scorm_zip())
    folder = "modules/01-debut/"
    files[folder + "atelier.yaml"] += b'competencies: ["fpa:CP1"]\n'
    files[folder + "module.yaml"] = files[folder + "module.yaml"].replace(
        b"title: Ailleurs", b'title: Ailleurs, competencies: ["fpa:CP2"]'
    )
    files[folder + "quiz.yaml"] = files[folder + "quiz.yaml"].replace(b"type: single,", b"type: single, level: avance,")
    course = load_course(files).course
    rows = alignment_rows(course, hub_id=world.a.hub.id, version_id=world.a.hub.id)
    said = {(row.element_kind, row.how, row.code) for row in rows}
    assert {("live_session", "teaches", "CP1"), ("package", "teaches", "CP2"), ("module", "aims", "CP1")} <= said
    assert {row.level for row in rows if row.element_kind == "question"} == {"", "avance"}
