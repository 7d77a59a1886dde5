"""A profile says what was shown, on how much it rests, and what is missing; it is shown to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.competencies.models import Evidence
from lms.competencies.queries import get_profile, list_evidence
from lms.db import utc_now
from tests.factories import make_member, sign_in
from tests.factories.results import CP1, CP2, enrol_many, make_run, show_levels

FPA = ("fpa-rncp37275", "2023")


@pytest.fixture
def mine(session, run, world):
    """The learner of hub A, enrolled, with a positioning test and a final test."""
    (enrolment,) = enrol_many(session, run, 1, [world.a.learner])
    show_levels(session, [enrolment], "positioning", {CP1: (0.25, 4), CP2: (0.5, 2)}, activity="positionnement")
    show_levels(session, [enrolment], "final", {CP1: (0.75, 4)})
    session.commit()
    return enrolment


def of(profile, code):
    return next(item for item in profile.items if item.code == code)


def test_a_profile_tells_before_and_now_and_what_is_missing(session, world, mine):
    (profile,) = get_profile(session, world.a.learner.id)
    assert (profile.framework, profile.version) == FPA
    assert (profile.assessed, profile.total) == (1, 13)
    one = of(profile, "CP1")
    assert (one.before.level, one.now.level, one.now.items) == (0.25, 0.75, 4)
    assert of(profile, "CP2").now is None, "what was known before is not what is known now"
    assert (profile.most_missing.code, profile.most_missing.missing) == ("BC03", 4)
    assert [group.code for group in profile.groups] == ["BC01", "BC02", "BC03", "BC04"]


def test_sources_of_a_kind_weigh_by_their_items_and_keep_best_and_latest(session, world, mine):
    show_levels(session, [mine], "quiz", {CP2: (1.0, 1)}, activity="q1")
    show_levels(session, [mine], "assignment", {CP2: (0.5, 3)}, activity="d1")
    session.query(Evidence).where(Evidence.source_kind == "assignment").update(
        {"recorded_at": utc_now() + timedelta(1)}
    )
    course = of(get_profile(session, world.a.learner.id)[0], "CP2").course
    assert (course.level, course.best, course.latest, course.items, course.sources) == (0.625, 1.0, 0.5, 4, 2)


def test_what_a_person_says_of_themselves_is_not_an_assessment(session, world, mine):
    show_levels(session, [mine], "self", {CP2: (1.0, 1)})
    item = of(get_profile(session, world.a.learner.id)[0], "CP2")
    assert item.now is None
    assert item.said.level == 1.0


def test_evidence_of_a_framework_that_is_not_here_is_kept_by_its_code(session, world, mine):
    show_levels(session, [mine], "quiz", {"ailleurs@9#X/1": (0.5, 2)}, activity="x")
    profile = next(one for one in get_profile(session, world.a.learner.id) if one.framework == "ailleurs")
    assert (profile.definition, of(profile, "X/1").now.level) == (None, 0.5)


def test_evidence_says_where_it_comes_from(session, world, mine):
    latest, first = list_evidence(session, world.a.learner.id, *FPA, "CP1")
    assert {latest.title, first.title} == {"Bilan", "Où j'en suis"}
    assert (latest.enrolment_id, latest.activity_key) in {(mine.id, "bilan"), (mine.id, "positionnement")}


def test_a_profile_takes_two_statements(session, world, mine, statements):
    with statements() as seen:
        get_profile(session, world.a.learner.id)
    assert len(seen) == 2


def test_a_learner_reads_their_profile_and_what_it_rests_on(client, world, mine):
    html = sign_in(client, world.a.learner).get("/h/hub-a/my-competencies?lang=en").text
    assert "1 competency out of 13 is assessed." in html
    assert "Most is missing in" in html
    assert "(BC03)" in html
    rests = client.get("/h/hub-a/my-competencies/evidence", query_string={"ref": CP1, "lang": "en"}).text
    assert "Bilan" in rests
    assert f"/h/hub-a/learn/{mine.id}/bilan" in rests


@pytest.mark.parametrize("ref", ["", "nonsense", "a@b", "unknown@1#X"])
def test_a_reference_that_means_nothing_is_not_found(client, world, mine, ref):
    address = "/h/hub-a/my-competencies/evidence"
    assert sign_in(client, world.a.learner).get(address, query_string={"ref": ref}).status_code == 404


def test_nobody_but_those_who_train_reads_anothers_profile(client, session, world, mine):
    stranger, other = (
        make_member(session, world.a.hub, "trainer", "Autre"),
        make_member(session, world.a.hub, "learner", "Autre"),
    )
    session.commit()
    for path in ("competencies", "competencies/evidence?ref=fpa-rncp37275@2023%23CP1"):
        address = f"/h/hub-a/people/{world.a.learner.id}/{path}"
        for person, status in (
            (world.a.trainer, 200), (world.a.lead, 200), (world.a.hub_admin, 200), (stranger, 404), (other, 403),
            (world.a.learner, 403), (world.a.auditor, 403), (world.b.lead, 404), (world.b.trainer, 404),
        ):  # fmt: skip
            assert sign_in(client, person).get(address).status_code == status, (person.email, path)
        elsewhere = address.replace("/hub-a/", "/hub-b/")
        assert sign_in(client, world.b.lead).get(elsewhere).status_code == 404


def test_a_person_who_learns_in_two_hubs_is_two_profiles(client, session, world, mine, house):
    other = make_run(session, house, world.b)
    (enrolment,) = enrol_many(session, other, 1, [world.a.learner])
    show_levels(session, [enrolment], "final", {CP2: (1.0, 1)})
    session.commit()
    html = sign_in(client, world.b.lead).get(f"/h/hub-b/people/{world.a.learner.id}/competencies?lang=en").text
    assert "100%" in html
    assert "75%" not in html


def test_a_new_learner_is_told_how_a_profile_comes(client, world):
    assert "Nothing to show yet" in sign_in(client, world.a.learner).get("/h/hub-a/my-competencies?lang=en").text
