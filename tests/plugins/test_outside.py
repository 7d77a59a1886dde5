"""A plugin of somebody else's: installed by pip, found, used in a course, without a change to the program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from lms.app import create_app, create_installation
from lms.catalog.checking import CourseError
from lms.catalog.models import VersionActivity
from lms.catalog.services import create_course, publish_course
from lms.db import unscoped, utc_now
from lms.delivery.services import create_training_session, enrol_person
from lms.learning.models import Progress
from lms.schema import create_tables
from tests.factories import build_world, sign_in
from tests.factories.courses import MODULE, small_course

ROOT = Path(__file__).parent.parent.parent
PACKAGE = Path(__file__).parent / "outside"
LOGBOOK = """
id: mon-carnet
title: "Mon carnet de bord"
minutes: 15
instructions: "Notez ce que vous avez **essayé**."
notes: 2
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory) -> Path:
    """The folder in which pip has installed the package, apart from this environment."""
    source, target = tmp_path_factory.mktemp("source") / "package", tmp_path_factory.mktemp("installed")
    shutil.copytree(PACKAGE, source)
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps",
        "--no-build-isolation", "--target", target, source,
    ]  # fmt: skip
    subprocess.run(command, check=True)
    return target


@pytest.fixture
def with_plugin(installed, monkeypatch):
    monkeypatch.syspath_prepend(str(installed))
    yield
    for name in [name for name in sys.modules if name.startswith("bouquet_carnet")]:
        del sys.modules[name]


def course_with_logbook(text: str = LOGBOOK) -> dict[str, bytes]:
    module = f"{MODULE}  - carnet: carnet.yaml\n"
    return small_course() | {
        "modules/01-debut/module.yaml": module.encode(),
        "modules/01-debut/carnet.yaml": text.encode(),
    }


@pytest.fixture
def room(with_plugin, settings, tmp_path):
    """An installation that has the plugin, with one learner of a course that uses it."""
    house = create_installation(
        replace(settings, data=tmp_path, database=f"sqlite:///{tmp_path / 'outside.sqlite3'}"), immediate_jobs=True
    )
    create_tables(house.engine)
    with house.sessions() as session, unscoped(session):
        world = build_world(session)
        course = create_course(session, house.files, files=course_with_logbook(), hub_id=world.a.hub.id, person_id=None)
        version = publish_course(session, house.files, house.plugins.activity_types, course=course, person_id=None)
        today = utc_now().date()
        run = create_training_session(
            session, hub_id=world.a.hub.id, version_id=version.id, reference="S-1", title="Session", starts_on=today,
            ends_on=today,
        )  # fmt: skip
        learner = world.a.learner
        enrolment = enrol_person(
            session, training_session=run, email=learner.email, given_name=learner.given_name,
            family_name=learner.family_name, by=None, invite=False,
        )  # fmt: skip
        session.commit()
    app = create_app(house.settings, house)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    yield sign_in(app.test_client(), learner), f"/h/{world.a.hub.slug}/learn/{enrolment.id}/mon-carnet", house
    house.engine.dispose()


def write(client, url, note):
    page = client.get(url).get_data(as_text=True)
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    return client.post(f"{url}/act", data={"revision": revision, "do": "write", "note": note}, follow_redirects=True)


def test_the_command_line_lists_it(installed):
    environ = os.environ | {"PYTHONPATH": os.pathsep.join((str(installed), str(ROOT)))}
    command = [sys.executable, "-c", "from lms.cli import main; main()", "plugins", "--json", "--lang", "fr"]
    found = json.loads(subprocess.run(command, env=environ, check=True, capture_output=True, cwd=installed).stdout)
    row = next(row for row in found["activity_types"] if row["name"] == "carnet")
    assert row["label"] == "Carnet de bord"
    assert row["class"] == "bouquet_carnet.plugin:Logbook"


def test_a_learner_uses_it_in_a_course_in_both_languages(room):
    client, url, house = room
    page = client.get(f"{url}?lang=en").get_data(as_text=True)
    assert "Today's note" in page
    assert "<strong>essayé</strong>" in page
    page = write(client, url, "Un premier atelier").get_data(as_text=True)
    assert "Un premier atelier" in page
    assert "1 note écrite sur 2." in page
    page = write(client, url, "<script>alert(1)</script>").get_data(as_text=True)
    assert "2 notes écrites sur 2." in page
    assert "<script>alert" not in page
    with house.sessions() as session, unscoped(session):
        assert session.scalars(select(Progress.status)).all() == ["done"]


def test_it_refuses_in_the_reader_s_language_and_keeps_what_was_typed(room):
    client, url, _house = room
    answer = write(client, url, "x" * 3000)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "raccourcissez" in page
    assert "x" * 3000 in page


def test_settings_that_it_does_not_know_stop_the_publication(room):
    _client, _url, house = room
    with house.sessions() as session, unscoped(session):
        hub_id = session.scalars(select(VersionActivity.hub_id)).first()
        files = course_with_logbook(LOGBOOK.replace("notes: 2", "notes: beaucoup"))
        course = create_course(session, house.files, files=files, hub_id=hub_id, person_id=None)
        with pytest.raises(CourseError) as refused:
            publish_course(session, house.files, house.plugins.activity_types, course=course, person_id=None)
    assert "1 à 60" in refused.value.problems[0].text("fr")


def test_without_it_the_course_says_which_kind_is_missing(session, world, house):
    course = create_course(session, house.files, files=course_with_logbook(), hub_id=world.a.hub.id, person_id=None)
    with pytest.raises(CourseError) as refused:
        publish_course(session, house.files, house.plugins.activity_types, course=course, person_id=None)
    assert "carnet" in str(refused.value)


def test_the_guide_shows_these_very_files():
    guide = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"`([\w./-]+)`:\n\n```\w+\n(.*?)```", guide, re.DOTALL))
    for name in ("pyproject.toml", "bouquet_carnet/plugin.py", "bouquet_carnet/templates/carnet/carnet.html"):
        assert shown[name] == (PACKAGE / name).read_text(encoding="utf-8"), name
