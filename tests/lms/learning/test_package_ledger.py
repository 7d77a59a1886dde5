"""The ledger of a package's commits, what comes late, and what is made of what a package reports."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.competencies.models import Evidence
from lms.evaluations.models import QuestionResponse
from lms.learning.models import Attempt, PackageCommit, PackageRun
from tests.factories import sign_in
from tests.factories.courses import LESSON_2004, MANIFEST_2004, course_with_package, scorm_zip
from tests.factories.learning import make_class
from tests.lms.learning.test_content import commit, entry, frame_of, post, run_of

SEQUENCED = MANIFEST_2004.replace(
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"',
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss"',
).replace(
    "  </organization></organizations>",
    '    <imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing></organization></organizations>',
)


@pytest.fixture
def play(session, house, world, client):
    """Opens a package as the hub's learner; gives the room and the frame's address."""

    def open_(package: bytes, competencies: str = ""):
        files = course_with_package(package)
        path = "modules/01-debut/module.yaml"
        module = files[path].replace(b"minutes: 10}", f"minutes: 10{competencies}}}".encode())
        room = make_class(session, house, world.a, files | {path: module})
        page = sign_in(client, world.a.learner).get(room.url("module-scorm")).get_data(as_text=True)
        return room, frame_of(page)

    return open_


def attempt_of(session):
    session.expire_all()
    return session.scalars(select(Attempt).where(Attempt.activity_key == "module-scorm")).one()


def ledger(session):
    return session.scalars(select(PackageCommit).order_by(PackageCommit.id)).all()


def test_each_commit_leaves_a_line_that_later_ones_do_not_change(content, play, session):
    _, frame = play(scorm_zip())
    run = run_of(content, frame)
    commit(content, frame, run, {"cmi.core.lesson_status": "incomplete", "cmi.core.session_time": "0000:00:02"})
    commit(content, frame, run, {"cmi.core.score.raw": "80", "cmi.core.session_time": "0000:00:05"}, end=True)
    lines = ledger(session)
    assert [(one.launch, one.sequence, one.session_seconds, one.score, one.ends) for one in lines] == [
        (1, 1, 2.0, None, False), (1, 2, 5.0, 0.8, True),
    ]  # fmt: skip


def test_a_commit_takes_three_statements(content, play, statements):
    _, frame = play(scorm_zip())
    run = run_of(content, frame)
    commit(content, frame, run, {"cmi.suspend_data": "un"})
    statements.clear()
    commit(content, frame, run, {"cmi.suspend_data": "deux"})
    assert len(statements) == 3, statements  # reads the attempt, writes it, adds a line to the ledger


def test_the_same_sequence_twice_changes_nothing_and_is_answered_as_saved(content, play, session):
    _, frame = play(scorm_zip())
    run = run_of(content, frame)
    body = entry(run, {"cmi.suspend_data": "un"})
    assert post(content, frame, run["commit"], body).json["new"] is True
    again = post(content, frame, run["commit"], body | {"data": {"cmi.suspend_data": "forgé"}})
    assert (again.status_code, again.json["saved"], again.json["new"]) == (200, True, False)
    assert len(ledger(session)) == 1
    assert attempt_of(session).state["scos"]["item-1"]["kept"]["cmi.suspend_data"] == "un"


@pytest.mark.parametrize("sequence", [0, -1, "1", None, 1.5, True, 2**40])
def test_a_sequence_that_is_none_is_refused(content, play, session, sequence):
    _, frame = play(scorm_zip())
    run = run_of(content, frame)
    assert commit(content, frame, run, {}, sequence=sequence).status_code == 422
    assert ledger(session) == []


def test_several_commits_are_taken_in_order_or_not_at_all(content, play, session):
    _, frame = play(scorm_zip())
    run = run_of(content, frame)
    bodies = [entry(run, {"cmi.suspend_data": text}) for text in ("un", "deux")]
    assert post(content, frame, run["commit"], {"commits": bodies}).status_code == 200
    assert attempt_of(session).state["scos"]["item-1"]["kept"]["cmi.suspend_data"] == "deux"
    bad = [entry(run, {"cmi.suspend_data": "trois"}), {"sco": "nowhere"}]
    assert post(content, frame, run["commit"], {"commits": bad}).status_code == 422
    assert attempt_of(session).state["scos"]["item-1"]["kept"]["cmi.suspend_data"] == "deux"
    assert post(content, frame, run["commit"], {"commits": []}).status_code == 422


def test_what_the_device_kept_is_taken_when_the_window_opens_again(content, play, session):
    _, frame = play(scorm_zip())
    run = run_of(content, frame)
    kept = [entry(run, {"cmi.suspend_data": text, "cmi.core.exit": "suspend"}) for text in ("un", "deux")]
    again = run_of(content, frame, pending=kept)
    assert again["scos"][0]["elements"]["cmi.suspend_data"] == "deux"
    assert [(one.launch, one.late) for one in ledger(session)] == [(1, False), (1, False)]


def test_what_comes_after_another_window_opened_wins_what_it_won_and_keeps_the_others_place(content, play, session):
    _, frame = play(scorm_zip())
    offline = run_of(content, frame)
    late = entry(offline, {"cmi.core.score.raw": "90", "cmi.core.lesson_status": "passed", "cmi.suspend_data": "vieux"})
    elsewhere = run_of(content, frame)
    commit(content, frame, elsewhere, {"cmi.core.lesson_status": "incomplete", "cmi.suspend_data": "neuf"})
    assert post(content, frame, offline["commit"], late).status_code == 409  # an old window is told so
    for _twice in range(2):  # the device may hand it over again: it counts once
        run_of(content, frame, pending=[late])
    found = attempt_of(session)
    assert (found.success, found.score) == ("passed", 0.9)
    assert found.state["scos"]["item-1"]["kept"]["cmi.suspend_data"] == "neuf"
    assert [one.late for one in ledger(session)] == [False, True]


@pytest.mark.parametrize(
    "pending", ["x", {"a": 1}, [1, None, []], [{"sco": "nowhere"}], [{"launch": 99, "sequence": 1}]]
)
def test_junk_kept_by_a_device_is_left_out_and_the_module_opens(content, play, session, pending):
    _, frame = play(scorm_zip())
    run = run_of(content, frame)
    opened = post(content, frame, run["open"], {"pending": pending})
    assert opened.status_code == 200
    assert ledger(session) == []


def test_time_of_several_visits_of_a_part_adds_up(content, play, session):
    _, frame = play(scorm_zip())
    run = run_of(content, frame)
    attempt = attempt_of(session)
    attempt.started_at = attempt.started_at.replace(year=2020)
    session.commit()
    for visit, seconds in ((1, "0000:01:00"), (1, "0000:02:00"), (2, "0000:00:30")):
        commit(content, frame, run, {"cmi.core.session_time": seconds}, visit=visit)
    assert attempt_of(session).seconds == 150
    run = run_of(content, frame)
    commit(content, frame, run, {"cmi.core.session_time": "0000:00:30"})
    assert attempt_of(session).seconds == 180


def sequencing(**root):
    return {"engine": "{}", "current": "item-1", "ended": False, "root": root}


def test_the_sequencing_is_kept_and_decides_on_the_whole_when_the_author_wrote_some(content, play, session):
    _, frame = play(scorm_zip({"index.html": LESSON_2004}, manifest=SEQUENCED))
    run = run_of(content, frame)
    assert run["sequenced"] is True
    assert run["tree"]["sequencingControls"] == {"choice": True, "flow": True}
    moved = sequencing(completion="completed", success="passed", score=0.7)
    assert commit(content, frame, run, None, sco=None, sequencing=moved).status_code == 200
    found = attempt_of(session)
    assert (found.completion, found.success, found.score) == ("completed", "passed", 0.7)
    assert session.scalars(select(PackageRun)).one().sequencing["engine"] == "{}"
    assert run_of(content, frame)["sequencing"]["current"] == "item-1"
    run = run_of(content, frame)
    commit(content, frame, run, None, sco=None, sequencing=sequencing(completion="incomplete", success="unknown"))
    assert attempt_of(session).success == "passed"  # what was won stays


@pytest.mark.parametrize(
    "said",
    [
        {"engine": 3}, {"engine": "x" * 600_000}, {},
        sequencing(completion=["completed"], success={"a": 1}, score="1"), sequencing(score=True), sequencing(score=1e999),
    ],
)  # fmt: skip
def test_forged_sequencing_wins_nothing(content, play, session, said):
    _, frame = play(scorm_zip({"index.html": LESSON_2004}, manifest=SEQUENCED))
    run = run_of(content, frame)
    commit(content, frame, run, None, sco=None, sequencing=said)
    found = attempt_of(session)
    assert (found.completion, found.success, found.score) == ("incomplete", "unknown", None)


INTERACTIONS = {
    "cmi.core.lesson_status": "passed", "cmi.core.score.raw": "70",
    "cmi.interactions.0.id": "q-une", "cmi.interactions.0.type": "choice",
    "cmi.interactions.0.student_response": "a", "cmi.interactions.0.result": "correct",
    "cmi.interactions.0.latency": "00:00:12.00",
    "cmi.interactions.1.id": "q/deux", "cmi.interactions.1.type": "fill-in",
    "cmi.interactions.1.student_response": "b", "cmi.interactions.1.result": "wrong",
    "cmi.interactions.2.id": "avis", "cmi.interactions.2.type": "likert", "cmi.interactions.2.result": "neutral",
    "cmi.objectives.0.id": "CP1", "cmi.objectives.0.score.raw": "80", "cmi.objectives.0.status": "passed",
    "cmi.interactions.0.objectives.0.id": "CP1",
}  # fmt: skip


def test_questions_and_objectives_that_a_package_reports_are_used_and_marked(content, play, session, client, world):
    room, frame = play(scorm_zip(), ', competencies: ["fpa:CP1", "fpa:CP2"]')
    run = run_of(content, frame)
    attempt = attempt_of(session)
    commit(content, frame, run, INTERACTIONS, end=True)
    answers = session.scalars(select(QuestionResponse).where(QuestionResponse.attempt_id == attempt.id)).all()
    assert sorted((one.question_key.partition("~")[0], one.score, one.purpose) for one in answers) == [
        ("q-deux", 0.0, "package"), ("q-une", 1.0, "package"),
    ]  # fmt: skip
    shown = session.scalars(select(Evidence)).all()
    assert sorted((one.code, one.source_kind, one.level, one.items) for one in shown) == [
        ("CP1", "package", 0.8, 1), ("CP2", "package", 0.7, 1),
    ]  # fmt: skip
    trainer = sign_in(client, world.a.trainer)
    results = trainer.get(f"/h/hub-a/sessions/{room.session.id}/results?lang=fr").get_data(as_text=True)
    assert "q-une" in results
    key = next(one.question_key for one in answers if one.question_key.startswith("q-une"))
    page = trainer.get(f"/h/hub-a/sessions/{room.session.id}/results/module-scorm/{key}?lang=fr").get_data(as_text=True)
    assert "rapporté par un module" in page


def test_trainers_see_attempts_questions_and_the_ledger_and_take_it_away(
    content, play, session, client, world, statements
):
    room, frame = play(scorm_zip())
    run = run_of(content, frame)
    commit(content, frame, run, INTERACTIONS | {"cmi.core.session_time": "0003:00:00"}, end=True)
    attempt = attempt_of(session)
    trainer = sign_in(client, world.a.trainer)
    address = f"/h/hub-a/sessions/{room.session.id}/packages"
    statements.clear()
    listed = trainer.get(f"{address}?lang=fr").get_data(as_text=True)
    assert len(statements) <= 15
    assert str(attempt.id) in listed
    page = trainer.get(f"{address}?attempt={attempt.id}&lang=fr").get_data(as_text=True)
    assert "q-une" in page
    assert "bien plus de temps" in page  # three hours in a second
    assert trainer.get(f"{address}?attempt={room.session.id}").status_code == 404
    assert trainer.get(f"{address}?attempt=x").status_code == 404
    sheet = trainer.get(f"/h/hub-a/sessions/{room.session.id}/packages.csv").get_data(as_text=True)
    assert "item-1" in sheet
    assert room.enrolment.pseudonym in sheet
    assert world.a.learner.family_name not in sheet
    assert sign_in(client, world.a.learner).get(address).status_code in {403, 404}


def test_a_finished_package_may_be_begun_again_and_both_tries_stay(content, play, session, client, world):
    room, frame = play(scorm_zip())
    run = run_of(content, frame)
    commit(content, frame, run, {"cmi.core.lesson_status": "passed", "cmi.suspend_data": "fin"}, end=True)
    learner = sign_in(client, world.a.learner)
    page = learner.get(room.url("module-scorm") + "?lang=fr").get_data(as_text=True)
    assert "Recommencer depuis le début" in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    learner.post(room.url("module-scorm", "again"), data={"csrf_token": token})
    again = frame_of(learner.get(room.url("module-scorm")).get_data(as_text=True))
    fresh = run_of(content, again)
    assert "cmi.suspend_data" not in fresh["scos"][0]["elements"]
    session.expire_all()
    assert [one.number for one in session.scalars(select(Attempt).order_by(Attempt.number))] == [1, 2]


def test_a_new_address_is_given_to_the_learner_alone(content, play, client, world):
    room, frame = play(scorm_zip())
    address = sign_in(client, world.a.learner).get(room.url("module-scorm", "address")).json["address"]
    assert frame.endswith(address + "/frame")
    assert sign_in(client, world.a.trainer).get(room.url("module-scorm", "address")).status_code == 404
