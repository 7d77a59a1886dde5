"""The course player, through its pages."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import func, select

from lms.competencies.models import Evidence
from lms.delivery.models import Enrolment
from lms.evaluations.models import QuestionResponse, SurveyAnswer, SurveyResponse
from lms.learning.models import Attempt, Progress, Submission
from tests.factories import sign_in
from tests.factories.courses import POSITIONING, SURVEY, small_course
from tests.factories.learning import enrol, enrol_many, make_class, make_learner


@pytest.fixture
def room(session, world, house):
    return make_class(session, house, world.a)


@pytest.fixture
def learner(client, room, world):
    return sign_in(client, world.a.learner)


def revision_of(page) -> str:
    return re.search(r'name="revision" value="(\d+)"', page.get_data(as_text=True))[1]


def send(client, room, key, **fields):
    """Open the activity, then post these fields from the page's own revision."""
    page = client.get(room.url(key))
    assert page.status_code == 200, page.status_code
    return client.post(room.url(key, "act"), data={"revision": revision_of(page)} | fields)


RIGHT = [
    {"answer": "a"}, {"answer": ["a", "b"]}, {"place.a": "1", "place.b": "2", "place.c": "3"},
    {"match.a": "0", "match.b": "1"}, {"answer": "7,2 h"}, {"answer": "Rebours"},
]  # fmt: skip


def pass_quiz(client, room, answers=RIGHT):
    send(client, room, "quiz-un", do="start")
    for answer in answers:
        assert send(client, room, "quiz-un", do="answer", **answer).status_code == 303
        send(client, room, "quiz-un", do="next")


def progress(session, room, key):
    session.expire_all()
    return session.scalar(
        select(Progress).where(Progress.enrolment_id == room.enrolment.id, Progress.activity_key == key)
    )


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_the_course_home_has_one_thing_to_do_now(learner, room):
    page = learner.get(room.url()).get_data(as_text=True)
    assert page.count("btn-primary") == 1
    assert "Bienvenue" in page
    assert "Salle B" in page


def test_a_page_is_shown_with_its_media_on_the_content_origin_and_its_links_inside(learner, room):
    page = learner.get(room.url("page-accueil")).get_data(as_text=True)
    assert re.search(r'src="http://m[0-9a-f]{24}\.localhost:8000/m/[^"/]+/media/rond\.svg"', page)
    assert f'href="{room.url("quiz-un")}"' in page
    assert "style=" not in page


def test_reading_to_the_end_is_kept_once_whatever_the_number_of_posts(learner, room, session):
    for _ in range(2):
        answer = learner.post(room.url("page-accueil", "act"), json={"do": "seen", "fields": {"seconds": ["30"]}})
        assert answer.json["status"] == "done"
    assert progress(session, room, "page-accueil").status == "done"


def test_the_button_marks_the_page_read_and_goes_on(learner, room, session):
    answer = learner.post(room.url("page-accueil", "act"), data={"do": "done"})
    assert answer.status_code == 303
    assert answer.location.endswith("/quiz-un")
    assert progress(session, room, "page-accueil").status == "done"


def test_a_first_visit_makes_the_enrolment_active(learner, room, session):
    learner.get(room.url("page-accueil"))
    session.expire_all()
    assert session.get(Enrolment, room.enrolment.id).status == "active"


def test_a_quiz_teaches_after_each_answer_and_never_says_what_is_right_before(learner, room):
    send(learner, room, "quiz-un", do="start")
    asked = learner.get(room.url("quiz-un")).get_data(as_text=True)
    assert "Laquelle" in asked
    assert "Voilà le secret" not in asked
    send(learner, room, "quiz-un", do="answer", answer="b")
    explained = learner.get(room.url("quiz-un")).get_data(as_text=True)
    assert "Non." in explained


def test_a_quiz_goes_on_where_it_was_left_on_another_device(app, room, world):
    first, second = (sign_in(app.test_client(), world.a.learner) for _ in range(2))
    send(first, room, "quiz-un", do="start")
    send(first, room, "quiz-un", do="answer", answer="a")
    send(first, room, "quiz-un", do="next")
    assert "Lesquelles" in second.get(room.url("quiz-un")).get_data(as_text=True)


def test_passing_a_quiz_gives_result_answers_and_evidence(learner, room, session):
    pass_quiz(learner, room)
    kept = progress(session, room, "quiz-un")
    assert (kept.status, kept.success, kept.score) == ("done", "passed", 1.0)
    assert count(session, QuestionResponse) == 6
    row = session.scalars(select(Evidence)).one()
    assert (row.source_kind, row.code, row.level, row.items) == ("final", "CP1", 1.0, 6)


def test_second_pass_adds_no_evidence(learner, room, session):
    pass_quiz(learner, room)
    learner.post(room.url("quiz-un", "again"))
    pass_quiz(learner, room)
    assert count(session, Evidence) == 1
    assert count(session, QuestionResponse) == 12


def test_a_failed_quiz_gives_no_evidence_and_can_be_tried_again(learner, room, session):
    pass_quiz(learner, room, [{"answer": "b"}, {"answer": "c"}, *RIGHT[2:4], {"answer": "1"}, {"answer": "?!"}])
    kept = progress(session, room, "quiz-un")
    assert (kept.status, kept.success) == ("started", "failed")
    assert count(session, Evidence) == 0
    assert room.url("quiz-un", "again") in learner.get(room.url("quiz-un")).get_data(as_text=True)


def test_a_worse_second_try_takes_nothing_away(learner, room, session):
    pass_quiz(learner, room)
    learner.post(room.url("quiz-un", "again"))
    pass_quiz(learner, room, [{"answer": "b"}, {"answer": "c"}, *RIGHT[2:4], {"answer": "1"}, {"answer": "?!"}])
    kept = progress(session, room, "quiz-un")
    assert (kept.status, kept.success, kept.score) == ("done", "passed", 1.0)


def test_stale_revision_refused_and_what_was_typed_is_shown_again(learner, room, session):
    send(learner, room, "devoir-un", do="save", text="Premier jet")
    answer = learner.post(
        room.url("devoir-un", "act"), data={"revision": "0", "do": "hand_in", "text": "Mon texte précieux"}
    )
    assert answer.status_code == 409
    assert "Mon texte précieux" in answer.get_data(as_text=True)
    assert count(session, Submission) == 0


def test_an_act_without_a_revision_is_refused(learner, room):
    learner.get(room.url("quiz-un"))
    assert learner.post(room.url("quiz-un", "act"), data={"do": "start"}).status_code == 409


@pytest.mark.parametrize("fields", [{"answer": "zzz"}, {"answer": ""}, {}, {"answer": ["a", "b"]}, {"answer": "a\0"}])
def test_an_impossible_answer_is_refused_and_the_question_stays(learner, room, fields):
    send(learner, room, "quiz-un", do="start")
    answer = send(learner, room, "quiz-un", do="answer", **fields)
    if fields == {"answer": ["a", "b"]}:
        assert answer.status_code == 303  # a radio button has one value: the first counts
    else:
        assert answer.status_code == 422
        assert "Laquelle" in answer.get_data(as_text=True)


def test_do_not_know_is_a_good_answer_in_positioning_and_nobody_fails(learner, room, session):
    send(learner, room, "positionnement", do="start")
    send(learner, room, "positionnement", do="dont_know")
    kept = progress(session, room, "positionnement")
    assert (kept.status, kept.success, kept.score) == ("done", "unknown", 0.0)
    row = session.scalars(select(Evidence)).one()
    assert (row.source_kind, row.level) == ("positioning", 0.0)


def test_do_not_know_is_not_offered_elsewhere(learner, room):
    send(learner, room, "quiz-un", do="start")
    assert send(learner, room, "quiz-un", do="dont_know").status_code == 422


def test_positioning_is_done_once(learner, room, session):
    send(learner, room, "positionnement", do="start")
    send(learner, room, "positionnement", do="answer", answer="a")
    learner.post(room.url("positionnement", "again"))
    assert session.scalar(select(func.max(Attempt.number)).where(Attempt.activity_key == "positionnement")) == 1


def test_survey_answers_are_kept_with_their_states(learner, room, session):
    send(learner, room, "enquete-une", do="send", utile="4", reco="not_concerned", rythme="bon")
    rows = {row.item_key: row for row in session.scalars(select(SurveyAnswer))}
    assert (rows["utile"].state, rows["utile"].number) == ("answered", 4.0)
    assert rows["reco"].state == "not_concerned"
    assert rows["rythme"].choices == ["bon"]
    assert rows["libre"].state == "blank"
    assert progress(session, room, "enquete-une").status == "done"
    page = learner.get(room.url("enquete-une"))
    assert "revision" not in page.get_data(as_text=True)


@pytest.mark.parametrize("fields", [{"utile": "9"}, {"utile": "²"}, {"rythme": "rapide"}, {"reco": "-1"}])
def test_survey_values_out_of_bounds_are_refused(learner, room, session, fields):
    assert send(learner, room, "enquete-une", do="send", **fields).status_code == 422
    assert count(session, SurveyResponse) == 0


def test_an_anonymous_survey_keeps_no_name_nor_draft(session, world, house, client):
    files = small_course(**{"modules/01-debut/enquete.yaml": SURVEY + "anonymous: true\n"})
    room = make_class(session, house, world.a, files)
    learner = sign_in(client, world.a.learner)
    send(learner, room, "enquete-une", do="save", utile="2")
    send(learner, room, "enquete-une", do="send", utile="4")
    assert session.scalars(select(SurveyResponse)).one().enrolment_id is None
    state = session.scalar(select(Attempt.state).where(Attempt.activity_key == "enquete-une"))
    assert state == {"sent": True}


def test_work_is_handed_in_with_a_file_that_comes_back_as_a_download_only(learner, room, session):
    page = learner.get(room.url("devoir-un"))
    data = {
        "revision": revision_of(page),
        "do": "hand_in",
        "file": (BytesIO(b"<script>alert(1)</script>"), "../../mon travail.pdf"),
    }
    assert learner.post(room.url("devoir-un", "act"), data=data).status_code == 303
    work = session.scalars(select(Submission)).one()
    assert (work.file_name, progress(session, room, "devoir-un").status) == ("mon travail.pdf", "submitted")
    file = learner.get(f"/h/hub-a/work/{work.id}/file")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.mimetype == "application/octet-stream"


@pytest.mark.parametrize("name", ["virus.exe", "page.html", "image.svg", "sans-suffixe", ".pdf"])
def test_a_file_of_another_type_is_refused_and_nothing_is_handed_in(learner, room, session, name):
    page = learner.get(room.url("devoir-un"))
    data = {"revision": revision_of(page), "do": "hand_in", "text": "gardé", "file": (BytesIO(b"x"), name)}
    answer = learner.post(room.url("devoir-un", "act"), data=data)
    assert answer.status_code == 422
    assert "gardé" in answer.get_data(as_text=True)
    assert count(session, Submission) == 0


def test_autosave_keeps_the_draft_and_says_the_new_revision(learner, room):
    page = learner.get(room.url("devoir-un"))
    answer = learner.post(
        room.url("devoir-un", "act"),
        data={"revision": revision_of(page), "do": "save", "text": "Brouillon"},
        headers={"X-Autosave": "1"},
    )
    assert (answer.status_code, answer.headers["X-Revision"]) == (204, "1")
    assert "Brouillon" in learner.get(room.url("devoir-un")).get_data(as_text=True)


def test_a_half_day_shows_its_place_and_not_the_trainers_plan(learner, room):
    page = learner.get(room.url("atelier-un")).get_data(as_text=True)
    assert "Salle B" in page
    assert "Venez avec une question" in page
    assert "plan du formateur" not in page


def test_the_enrolment_is_complete_when_every_required_activity_is_done(learner, room, session, house):
    learner.post(room.url("page-accueil", "act"), json={"do": "seen"})
    pass_quiz(learner, room)
    send(learner, room, "positionnement", do="start")
    send(learner, room, "positionnement", do="answer", answer="a")
    send(learner, room, "enquete-une", do="send")
    session.expire_all()
    assert session.get(Enrolment, room.enrolment.id).status == "active"
    send(learner, room, "devoir-un", do="hand_in", text="Voici")
    work = session.scalars(select(Submission)).one()
    trainer = sign_in(learner, room.hub.trainer)
    trainer.post(f"/h/hub-a/marking/{work.id}", data={"level.crit-un": "oui", "feedback": "Bravo"})
    session.expire_all()
    assert session.get(Enrolment, room.enrolment.id).status == "completed"


def test_other_learners_attempt_is_404(client, room, session, world):
    other = make_learner(session, world.a)
    enrol(session, room.session, other)
    session.commit()
    stranger = sign_in(client, other)
    for address in (room.url(), room.url("page-accueil")):
        assert stranger.get(address).status_code == 404
    assert stranger.post(room.url("page-accueil", "act"), json={"do": "seen"}).status_code == 404
    assert count(session, Attempt) == 0


def test_another_hubs_learner_finds_nothing(client, room, world):
    assert sign_in(client, world.b.learner).get(room.url()).status_code == 404


def test_a_hand_written_key_is_404(learner, room):
    assert learner.get(room.url("nulle-part")).status_code == 404


@pytest.mark.parametrize("key", ["", "page-accueil", "quiz-un", "devoir-un", "atelier-un"])
def test_statements_stay_few_with_a_thousand_learners(learner, room, session, world, statements, key):
    enrol_many(session, room.session, 1000)
    learner.get(room.url(key))
    statements.clear()
    assert learner.get(room.url(key)).status_code == 200
    assert len(statements) <= 8, statements


def test_answering_takes_few_statements(learner, room, session, world, statements):
    send(learner, room, "quiz-un", do="start")
    page = learner.get(room.url("quiz-un"))
    statements.clear()
    learner.post(room.url("quiz-un", "act"), data={"revision": revision_of(page), "do": "answer", "answer": "a"})
    assert len(statements) <= 15, statements


def test_preview_shows_the_draft_and_records_nothing(client, room, session, world):
    trainer = sign_in(client, world.a.trainer)
    address = f"/h/hub-a/courses/{room.course.id}/preview/positionnement"
    page = trainer.get(address).get_data(as_text=True)
    kept = re.search(r'name="preview_state" value="([^"]*)"', page)[1]
    asked = trainer.post(address + "/act", data={"do": "start", "preview_state": kept, "revision": "0"})
    assert "Laquelle" in asked.get_data(as_text=True)
    assert "plan du formateur" in trainer.get(address.replace("positionnement", "atelier-un")).get_data(as_text=True)
    assert count(session, Attempt) == 0


def test_a_learner_may_not_preview(learner, room):
    assert learner.get(f"/h/hub-a/courses/{room.course.id}/preview").status_code == 403


def test_the_small_course_has_a_positioning_purpose():
    assert "purpose: positioning" in POSITIONING


@pytest.mark.parametrize("closed_by", ["session", "learner"])
def test_what_is_over_can_be_read_and_no_longer_answered(learner, room, session, closed_by):
    if closed_by == "session":
        room.session.status = "closed"
    else:
        room.enrolment.status = "dropped"
    session.commit()
    assert learner.get(room.url("page-accueil")).status_code == 200
    assert learner.post(room.url("page-accueil", "act"), data={"do": "done"}).status_code == 422
    assert progress(session, room, "page-accueil").status == "started"
