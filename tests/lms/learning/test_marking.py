"""Marking work: who may, what it gives, whom it tells."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.competencies.models import Evidence
from lms.learning.models import Progress, Submission
from lms.mail import OutgoingMail
from tests.factories import sign_in
from tests.factories.learning import make_class
from tests.lms.learning.test_player import revision_of


@pytest.fixture
def room(session, world, house):
    return make_class(session, house, world.a)


@pytest.fixture
def hand_in(app, room, world, session):
    learner = sign_in(app.test_client(), world.a.learner)

    def go(text="Voici mon travail"):
        page = learner.get(room.url("devoir-un"))
        learner.post(room.url("devoir-un", "act"), data={"revision": revision_of(page), "do": "hand_in", "text": text})
        session.expire_all()
        return session.scalars(select(Submission).order_by(Submission.id.desc())).first()

    go.learner = learner
    return go


@pytest.fixture
def trainer(app, world):
    return sign_in(app.test_client(), world.a.trainer)


def mark(client, work, level="oui", feedback="Bravo"):
    return client.post(f"/h/hub-a/marking/{work.id}", data={"level.crit-un": level, "feedback": feedback})


def progress(session):
    session.expire_all()
    return session.scalars(select(Progress).where(Progress.activity_key == "devoir-un")).one()


def test_work_waits_in_the_trainers_list(trainer, hand_in):
    work = hand_in()
    page = trainer.get("/h/hub-a/marking").get_data(as_text=True)
    assert f"/h/hub-a/marking/{work.id}" in page


def test_marking_gives_result_evidence_and_a_mail(trainer, hand_in, session, world, room):
    work = hand_in()
    assert mark(trainer, work).status_code == 303
    found = progress(session)
    assert (found.status, found.success, found.score) == ("done", "passed", 1.0)
    row = session.scalars(select(Evidence)).one()
    assert (row.source_kind, row.code, row.level, row.items) == ("assignment", "CP1", 1.0, 1)
    mail = session.scalars(select(OutgoingMail)).one()
    assert mail.to == world.a.learner.email
    assert "/learn/" in mail.text
    assert "Bravo" in hand_in.learner.get(room.url("devoir-un")).get_data(as_text=True)


def test_marking_again_adds_no_evidence_and_sends_no_second_mail(trainer, hand_in, session):
    work = hand_in()
    mark(trainer, work)
    mark(trainer, work, feedback="Bravo encore")
    assert len(session.scalars(select(Evidence)).all()) == 1
    assert len(session.scalars(select(OutgoingMail)).all()) == 1


def test_work_to_redo_can_be_handed_in_again_and_pass(trainer, hand_in, session, room):
    mark(trainer, hand_in("Premier"), level="non")
    found = progress(session)
    assert (found.status, found.success) == ("started", "failed")
    hand_in.learner.post(room.url("devoir-un", "again"))
    second = hand_in("Second")
    assert second.text == "Second"
    mark(trainer, second)
    assert progress(session).success == "passed"
    assert len(session.scalars(select(Submission)).all()) == 2


def test_work_may_be_replaced_until_it_is_marked(hand_in, session):
    hand_in("Premier")
    hand_in("Second")
    assert [one.text for one in session.scalars(select(Submission))] == ["Second"]


def test_marked_work_is_not_replaced(trainer, hand_in, session, room):
    work = hand_in("Premier")
    page = hand_in.learner.get(room.url("devoir-un"))
    mark(trainer, work)
    answer = hand_in.learner.post(
        room.url("devoir-un", "act"), data={"revision": revision_of(page), "do": "hand_in", "text": "Trop tard"}
    )
    assert answer.status_code == 409
    session.expire_all()
    assert session.scalars(select(Submission)).one().text == "Premier"


@pytest.mark.parametrize("level", ["", "parfait"])
def test_a_rubric_that_is_not_whole_is_shown_again_with_what_was_typed(trainer, hand_in, session, level):
    answer = mark(trainer, hand_in(), level=level, feedback="À garder")
    assert answer.status_code == 422
    assert "À garder" in answer.get_data(as_text=True)
    assert session.scalars(select(Submission)).one().marked_at is None


@pytest.mark.parametrize(("who", "status"), [("learner", 403), ("auditor", 403), ("lead", 200)])
def test_who_may_read_work(app, hand_in, world, who, status):
    client = sign_in(app.test_client(), getattr(world.a, who))
    assert client.get(f"/h/hub-a/marking/{hand_in().id}").status_code == status


def test_a_trainer_of_another_session_or_hub_finds_nothing(app, hand_in, world, session):
    work = hand_in()
    other = sign_in(app.test_client(), world.b.trainer)
    assert other.get(f"/h/hub-b/marking/{work.id}").status_code == 404
    assert other.get(f"/h/hub-a/marking/{work.id}").status_code == 404
    assert other.get(f"/h/hub-a/work/{work.id}/file").status_code == 404
