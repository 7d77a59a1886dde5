"""A package replaced while learners are in it: they keep theirs, or move with what is still true, and can come back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.catalog.package_changes import changes_between
from lms.catalog.queries import get_draft
from lms.catalog.services import publish_course, save_file
from lms.db import utc_now
from lms.learning.content import create_content_app
from lms.learning.models import Attempt, MovedAttempt, PackageSwitch
from lms.learning.replacements import list_concerned, list_package_versions
from tests.factories import sign_in
from tests.factories.courses import MANIFEST_12, course_with_package, scorm_zip
from tests.factories.learning import enrol, make_class, make_learner
from tests.lms.learning.test_content import commit, run_of

KEY = "module-scorm"
PATH = "modules/01-debut/paquet.zip"


def manifest(*parts: tuple[str, str, int]) -> str:
    items = "".join(
        f'<item identifier="{key}" identifierref="res-1"><title>{title}</title>'
        f"<adlcp:masteryscore>{mastery}</adlcp:masteryscore></item>"
        for key, title, mastery in parts
    )
    return re.sub(r"<item.*</item>", items, MANIFEST_12, flags=re.DOTALL)


OLD = scorm_zip(manifest=manifest(("one", "Premier pas", 60), ("two", "Second pas", 60)))
NEW = scorm_zip(
    {"index.html": "<title>Nouveau</title>", "plus.css": "p{}"},
    manifest=manifest(("one", "Pas premier", 80), ("three", "Troisième pas", 50)),
)


@pytest.fixture
def content(house):
    return create_content_app(house).test_client()


@pytest.fixture
def room(session, world, house):
    return make_class(session, house, world.a, course_with_package(OLD))


@pytest.fixture
def address(room):
    return f"/h/hub-a/courses/{room.version.course_id}/packages/{KEY}"


@pytest.fixture
def newer(session, house, world, room):
    """The newer package, published."""
    draft = get_draft(session, room.version.course_id)
    save_file(session, house.files, draft, path=PATH, data=NEW)
    version = publish_course(
        session, house.files, house.plugins.activity_types, course=draft.course, person_id=world.a.lead.id
    )
    session.commit()
    return version


@pytest.fixture
def play(client, content, room, world):
    """Open the activity as a learner and commit something; the parts that the frame offered."""

    def play(sco=None, elements=None, person=None, url=None):
        page = sign_in(client, person or world.a.learner).get(url or room.url(KEY)).get_data(as_text=True)
        frame = re.search(r'<iframe[^>]* src="([^"]+)"', page)[1]
        run = run_of(content, frame)
        status = commit(content, frame, run, elements, sco=sco).status_code if sco else None
        return [one["id"] for one in run["scos"]], status, (frame, run)

    return play


def lead(client, world):
    sign_in(client, world.a.lead).post("/h/hub-a/consent", data={"terms": "y"})
    return client


def attempt(session):
    session.expire_all()
    return session.scalars(select(Attempt).where(Attempt.activity_key == KEY)).one()


def test_the_changes_are_said_part_by_part(session, house, room, newer):
    after, before = list_package_versions(session, room.version.course_id, KEY)
    changes = changes_between(house.files, before.outline, after.outline, former=before.sha256, present=after.sha256)
    assert changes.removed == (("two", "Second pas"),)
    assert changes.added == (("three", "Troisième pas"),)
    assert [(one.former_title, one.title, one.mastery) for one in changes.kept] == [
        ("Premier pas", "Pas premier", (60.0, 80.0))
    ]
    assert [one.id for one in changes.rewritten] == ["one"]
    assert (changes.files_changed, changes.files_added, changes.files_removed) == (2, 1, 0)
    assert changes.loses


def test_who_is_in_it_stays_in_the_package_they_began_with(play, newer, room, session):
    assert play("one", {"cmi.core.lesson_location": "p3"})[0] == ["one", "two"]
    line = list_concerned(session, room.version.course_id, KEY)[0]
    assert sum(line.in_progress.values()) == 1
    assert play()[0] == ["one", "two"]


def test_what_would_be_lost_is_said_before_anything_is_moved(play, newer, client, world, address):
    play("two", {"cmi.core.lesson_location": "p3"})
    shown = lead(client, world).get(address).text
    for words in ("Second pas", "Troisième pas", "Pas premier", "1 apprenant"):
        assert words in shown
    assert "est perdu" in shown


def test_those_who_begin_from_now_on_take_it_and_the_others_finish_theirs(
    play, newer, client, session, world, room, address
):
    play("one", {"cmi.core.lesson_location": "p3"})
    second = enrol(session, room.session, make_learner(session, world.a))
    session.commit()
    lead(client, world).post(f"{address}/{room.session.id}", data={"who": "new"})
    assert play()[0] == ["one", "two"]
    url = room.url(KEY).replace(str(room.enrolment.id), str(second.id))
    assert play(person=second.person, url=url)[0] == ["one", "three"]
    line = list_concerned(session, room.version.course_id, KEY)[0]
    assert len(line.in_progress) == 2


def test_those_who_move_keep_what_has_a_place_and_open_windows_write_no_more(
    play, content, newer, client, session, world, room, address
):
    play("one", {"cmi.core.lesson_location": "p3", "cmi.core.score.raw": "70", "cmi.suspend_data": "s=1"})
    _parts, status, (frame, run) = play("two", {"cmi.core.lesson_location": "p9"})
    assert status == 200
    lead(client, world).post(f"{address}/{room.session.id}", data={"who": "all"})
    assert commit(content, frame, run, {"cmi.core.lesson_location": "p10"}, sco="two").status_code == 409
    state = attempt(session).state
    assert list(state["scos"]) == ["one"]
    assert state["scos"]["one"]["scaled"] == 0.7
    parts, _status, (_frame, run) = play()
    assert parts == ["one", "three"]
    assert "p3" in str(run["scos"][0])


def test_taking_it_back_gives_back_what_was_moved_unless_they_have_gone_on(
    play, newer, client, session, world, room, address
):
    play("two", {"cmi.core.lesson_location": "p9"})
    before = attempt(session).state
    hub = lead(client, world)
    hub.post(f"{address}/{room.session.id}", data={"who": "all"})
    assert session.scalars(select(MovedAttempt)).one().state["scos"] == before["scos"]
    switch = session.scalars(select(PackageSwitch)).one()
    hub.post(f"{address}/undo/{switch.id}")
    assert attempt(session).state["scos"] == before["scos"]
    assert play()[0] == ["one", "two"]

    lead(client, world).post(f"{address}/{room.session.id}", data={"who": "all"})
    assert play("three", {"cmi.core.lesson_location": "p1"})[1] == 200
    again = session.scalars(select(PackageSwitch).where(PackageSwitch.undone_at.is_(None))).one()
    lead(client, world).post(f"{address}/undo/{again.id}")
    assert play()[0] == ["one", "three"]


def test_after_two_weeks_it_is_too_late_to_take_it_back(play, newer, client, session, world, room, address):
    play("one", {"cmi.core.lesson_location": "p9"})
    hub = lead(client, world)
    hub.post(f"{address}/{room.session.id}", data={"who": "all"})
    switch = session.scalars(select(PackageSwitch)).one()
    switch.made_at = utc_now() - timedelta(days=15)
    session.commit()
    hub.post(f"{address}/undo/{switch.id}")
    session.refresh(switch)
    assert switch.undone_at is None
    assert play()[0] == ["one", "three"]


def test_a_trainer_reads_and_another_hub_sees_nothing(play, newer, client, session, world, room, address):
    play("one", {"cmi.core.lesson_location": "p9"})
    sign_in(client, world.a.trainer).post("/h/hub-a/consent", data={"terms": "y"})
    assert client.get(address).status_code == 200
    assert client.post(f"{address}/{room.session.id}", data={"who": "all"}).status_code == 403
    sign_in(client, world.b.lead).post("/h/hub-b/consent", data={"terms": "y"})
    assert client.get(address.replace("hub-a", "hub-b")).status_code == 404
    assert client.post(f"{address}/{room.session.id}".replace("hub-a", "hub-b"), data={"who": "all"}).status_code == 404
    assert session.scalars(select(PackageSwitch)).all() == []
