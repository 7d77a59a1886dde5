"""What was done with offline pages comes home: proven, graded again, added once."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from courses.offline_results import sign
from lms.catalog.hand_back import PackageOfPages
from lms.catalog.models import VersionActivity
from lms.catalog.queries import get_draft
from lms.catalog.services import publish_course, save_file
from lms.competencies.models import Evidence
from lms.evaluations.models import QuestionResponse
from lms.learning.models import Attempt, OfflineRun, Progress
from tests.factories import sign_in
from tests.factories.courses import small_course
from tests.factories.learning import enrol, make_class, make_learner

RIGHT = ["a", ["a", "b"], ["a", "b", "c"], {"a": "a", "b": "b"}, "7,2 h", "Rebours"]


@pytest.fixture
def room(session, world, house):
    return make_class(session, house, world.a)


@pytest.fixture
def learner(client, room, world):
    return sign_in(client, world.a.learner)


@pytest.fixture
def made(session, house, room):
    """Makes the file that the pages of the session's version would give."""
    activity = {row.key: row for row in room_activities(session, room)}["quiz-un"]
    ids = [item["question"]["id"] for item in activity.data["questions"]]

    def make(answers=RIGHT, *, number=1, run="1" * 32, seen=("page-accueil",), version=None, key=None, **changes):
        package = PackageOfPages((version or room.version).id)
        attempts = [{
            "quiz": "quiz-un", "number": number,
            "answers": [{"question": one, "response": said, "seconds": 5} for one, said in zip(ids, answers, strict=False)],
        }] if answers else []  # fmt: skip
        text = json.dumps({
            "format": 1, "package": str(package), "course": "c", "version": "1", "run": run,
            "made": datetime(2026, 11, 20, 10, tzinfo=UTC).isoformat(), "seen": list(seen),
            "seconds": {"page-accueil": 120}, "attempts": attempts,
        } | changes)  # fmt: skip
        return json.dumps({"result": text, "signature": sign(text, key or package.key("test-key"))}).encode()

    return make


def room_activities(session, room):
    return session.scalars(select(VersionActivity).where(VersionActivity.version_id == room.version.id)).all()


def bring(client, room, data, url="", **fields):
    address = url or f"/h/{room.hub.hub.slug}/offline-results"
    return client.post(address, data={"file": (io.BytesIO(data), "resultat.json")} | fields)


def count(session, model) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(model))


def test_pages_and_quizzes_are_added_and_graded_here(learner, room, session, made):
    answer = bring(learner, room, made())
    assert answer.status_code == 302
    assert answer.location.endswith(room.url())
    progress = {row.activity_key: row for row in session.scalars(select(Progress))}
    assert progress["page-accueil"].status == "done"
    assert (progress["quiz-un"].status, progress["quiz-un"].score, progress["quiz-un"].success) == ("done", 1, "passed")
    attempt = session.scalar(select(Attempt).where(Attempt.activity_key == "quiz-un"))
    assert attempt.state["offline"]["run"] == "1" * 32
    assert {row.source_kind for row in session.scalars(select(Evidence))} == {"package"}  # reported, as it truly is
    assert count(session, QuestionResponse) == 6
    page = learner.get(room.url()).get_data(as_text=True)
    assert "1 page ajoutée" in page
    assert "1 résultat de quiz ajouté" in page
    assert learner.get(room.url("quiz-un")).status_code == 200  # its review shows like any other


def test_the_same_file_twice_adds_nothing_and_a_later_one_only_what_is_new(learner, room, session, made):
    bring(learner, room, made(["b", *RIGHT[1:]]))
    before = count(session, Attempt), count(session, QuestionResponse), count(session, Evidence)
    bring(learner, room, made(["b", *RIGHT[1:]]))
    assert (count(session, Attempt), count(session, QuestionResponse), count(session, Evidence)) == before
    assert "rien n" in learner.get(room.url()).get_data(as_text=True)
    bring(learner, room, made(number=2))
    attempts = session.scalars(select(Attempt).where(Attempt.activity_key == "quiz-un").order_by(Attempt.number)).all()
    assert [(one.number, one.score) for one in attempts] == [(1, pytest.approx(attempts[0].score)), (2, 1.0)]
    assert attempts[0].score < 1
    assert count(session, OfflineRun) == 1


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (lambda data: data.replace(b"Rebours", b"rebours"), "signature"),
        (lambda data: data.replace(b'"signature"', b'"signatura"'), "résultat hors ligne"),
        (lambda _: b"PK\x03\x04", "résultat hors ligne"),
    ],
)
def test_a_changed_or_strange_file_is_refused_with_its_reason_and_nothing_is_written(
    learner, room, session, made, forge, said
):
    answer = bring(learner, room, forge(made()))
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert count(session, Attempt) == 0
    assert count(session, OfflineRun) == 0


def test_a_file_signed_with_another_key_or_of_another_hub_is_refused(learner, room, session, house, world, made):
    assert "signature" in bring(learner, room, made(key=bytes(32))).get_data(as_text=True)
    elsewhere = make_class(session, house, world.b, reference="S-2")
    answer = bring(learner, room, made(version=elsewhere.version))
    assert answer.status_code == 422
    assert "autre hub" in answer.get_data(as_text=True)
    assert count(session, OfflineRun) == 0


def test_impossible_answers_in_a_signed_file_are_refused_whole(learner, room, session, made):
    answer = bring(learner, room, made([{"x": 1}, *RIGHT[1:]]))
    assert answer.status_code == 422
    assert count(session, Attempt) == 0


def test_an_unfinished_try_or_an_unknown_question_is_worth_nothing(learner, room, session, made):
    bring(learner, room, made(RIGHT[:3], seen=()))
    assert count(session, Attempt) == 0


def test_what_is_under_way_on_the_platform_stays_and_can_be_brought_later(learner, room, session, made):
    page = learner.get(room.url("quiz-un")).get_data(as_text=True)
    revision = page.split('name="revision" value="')[1].split('"')[0]
    learner.post(room.url("quiz-un", "act"), data={"revision": revision, "do": "start"})
    bring(learner, room, made())
    shown = learner.get(room.url()).get_data(as_text=True)
    assert "Laissé tel que sur la plateforme" in shown
    attempt = session.scalar(select(Attempt).where(Attempt.activity_key == "quiz-un"))
    assert (attempt.completion, "offline" in attempt.state) == ("incomplete", False)


def test_one_persons_work_is_not_brought_for_another(client, room, session, world, made):
    sign_in(client, world.a.learner)
    bring(client, room, made())
    other = make_learner(session, world.a)
    enrol(session, room.session, other)
    session.commit()
    client.post("/sign-out")
    sign_in(client, other)
    answer = bring(client, room, made())
    assert answer.status_code == 422
    assert "autre personne" in answer.get_data(as_text=True)


def test_a_trainer_brings_a_file_for_a_learner_they_name(client, room, session, world, made):
    sign_in(client, world.a.trainer)
    url = f"/h/{room.hub.hub.slug}/sessions/{room.session.id}/offline-results"
    refused = bring(client, room, made(), url)
    assert "Choisissez une personne" in refused.get_data(as_text=True)
    assert bring(client, room, made(), url, learner=str(room.enrolment.id)).status_code == 302
    run = session.scalar(select(OfflineRun))
    assert (run.enrolment_id, run.brought_by) == (room.enrolment.id, world.a.trainer.id)


def test_a_closed_session_takes_nothing_more(learner, room, session, made):
    room.session.status = "closed"
    session.commit()
    answer = bring(learner, room, made())
    assert answer.status_code == 422
    assert "close" in answer.get_data(as_text=True)
    assert count(session, Attempt) == 0


def test_pages_of_an_older_version_count_for_what_still_exists(learner, room, session, house, made):
    draft = get_draft(session, room.course.id)
    path = "modules/01-debut/accueil.md"
    data = small_course()[path] + b"\n\nUne phrase de plus.\n"
    save_file(session, house.files, draft, path=path, data=data)
    newer = publish_course(
        session, house.files, house.plugins.activity_types, course=room.course, person_id=room.hub.lead.id
    )
    room.session.version_id = newer.id
    session.commit()
    assert newer.number == 2
    bring(learner, room, made())
    assert "autre version" in learner.get(room.url()).get_data(as_text=True)
    assert session.scalar(select(Progress.status).where(Progress.activity_key == "quiz-un")) == "done"
