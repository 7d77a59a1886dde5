"""The same program on PostgreSQL, Redis and S3, by settings alone, several processes side by side that keep nothing."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from lms.accounts.models import Person, Role
from lms.accounts.services import add_person, grant_role, set_password
from lms.app import create_installation
from lms.catalog.services import create_course, publish_course
from lms.config import load_settings, prepare_data_folder
from lms.db import make_engine, scope_to_hub, unscoped, utc_now
from lms.delivery.services import create_training_session, enrol_person
from lms.hubs.services import create_hub
from lms.schema import current_revision, head_revision, upgrade
from tests.factories.courses import course_with_package, scorm_zip
from tests.services.conftest import ADDRESS, HOST, Fleet, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from lms.web.state import Installation

PASSWORD = "quatre mots pour entrer"
EMAIL = "camille@example.org"


class Browser:
    """A browser that a load balancer sends now to one server, now to another."""

    def __init__(self, address: str = "192.0.2.1") -> None:
        self.web = requests.Session()
        self.web.headers.update({"X-Forwarded-For": address, "Accept-Language": "en"})

    def get(self, port: int, path: str, host: str = HOST) -> requests.Response:
        return self.web.get(f"http://{ADDRESS}:{port}{path}", headers={"Host": host}, timeout=20, allow_redirects=False)

    def post(self, port: int, path: str, form: dict[str, str], **more: object) -> requests.Response:
        url = f"http://{ADDRESS}:{port}{path}"
        return self.web.post(url, data=form, headers={"Host": HOST}, timeout=20, allow_redirects=False, **more)

    def token(self, port: int, path: str) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get(port, path).text)
        assert found is not None
        return found.group(1)

    def sign_in(self, port: int) -> None:
        form = {"csrf_token": self.token(port, "/sign-in"), "email": EMAIL, "password": PASSWORD}
        assert self.post(port, "/sign-in", form).status_code == 302


def open_house(fleet: Fleet, folder: Path) -> Installation:
    """The same installation from this process."""
    settings = {name: value for name, value in fleet.environ.items() if name.startswith("BOUQUET_")}
    house = create_installation(prepare_data_folder(load_settings(folder / "here", settings)))
    upgrade(house.engine)
    return house


def seed(house: Installation) -> tuple[str, str]:
    """One learner of one session; gives the addresses of their hub and of their course."""
    with house.sessions() as session, unscoped(session):
        hub = create_hub(session, slug="hub-un", name="Hub un", contact_email="contact@example.org")
        lead = add_person(session, email="pilote@example.org", given_name="Alix", family_name="Exemple")
        grant_role(session, person_id=lead.id, role=Role.LEAD, hub_id=hub.id)
        scope_to_hub(session, hub.id)
        course = create_course(
            session, house.files, files=course_with_package(scorm_zip()), hub_id=hub.id, person_id=lead.id
        )
        version = publish_course(session, house.files, house.plugins.activity_types, course=course, person_id=lead.id)
        today = utc_now().date()
        run = create_training_session(
            session, hub_id=hub.id, version_id=version.id, reference="S-1", title="Session", starts_on=today, ends_on=today,
            lead_id=lead.id, by=lead.id,
        )  # fmt: skip
        enrolment = enrol_person(
            session,
            training_session=run,
            email=EMAIL,
            given_name="Camille",
            family_name="Exemple",
            by=lead.id,
            invite=False,
        )
        set_password(session.get_one(Person, enrolment.person_id), PASSWORD)
        session.commit()
        return f"/h/{hub.slug}", f"/h/{hub.slug}/learn/{enrolment.id}"


@pytest.fixture
def aws(monkeypatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")


def test_two_servers_and_a_worker_act_as_one(fleet, tmp_path, aws, mailbox):
    house = open_house(fleet, tmp_path)
    hub, course = seed(house)
    one, two = fleet.serve(), fleet.serve()
    fleet.start("worker", "--workers", "2")
    wait_for(one)
    wait_for(two)
    browser = Browser()

    # signed in on one, known to the other, whose forms the first accepts
    browser.sign_in(one)
    assert browser.get(two, "/account").status_code == 200
    consent = {"csrf_token": browser.token(two, f"{hub}/consent"), "terms": "y"}
    assert browser.post(one, f"{hub}/consent", consent).status_code == 302
    assert browser.get(two, course).status_code == 200

    # a file handed in on one is read from the other
    work = f"{course}/devoir-un"
    page = browser.get(one, work)
    found = re.search(r'name="revision" value="(\d+)"', page.text)
    assert found is not None, page.text
    form = {"csrf_token": browser.token(one, work), "revision": found.group(1), "do": "hand_in", "text": ""}
    sent = browser.post(one, f"{work}/act", form, files={"file": ("recit.txt", b"Ce que j'ai fait.")})
    assert sent.status_code == 303, sent.text
    link = re.search(r'href="(/h/[^"]+/work/[^"]+/file)"', browser.get(two, work).text)
    assert link is not None
    assert browser.get(two, link.group(1)).content == b"Ce que j'ai fait."

    # a package opened on one, its results sent to the other, its files served by both
    frame = re.search(r'<iframe[^>]*src="([^"]+)"', browser.get(one, f"{course}/module-scorm").text)
    assert frame is not None
    address = urlsplit(frame.group(1))
    opened = browser.get(one, address.path, host=address.netloc)
    said = re.search(r'id="run">(.*?)</script>', opened.text, re.DOTALL)
    assert said is not None, opened.text
    run = json.loads(said.group(1))
    host = {"Host": address.netloc}
    begun = requests.post(f"http://{ADDRESS}:{one}{run['open']}", json={}, headers=host, timeout=20)
    run |= begun.json()
    body = {
        "sco": run["scos"][0]["id"], "launch": run["launch"], "sequence": 1, "visit": 1, "end": True,
        "data": {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "80"},
    }  # fmt: skip
    committed = requests.post(f"http://{ADDRESS}:{two}{run['commit']}", json=body, headers=host, timeout=20)
    assert committed.json()["saved"] is True
    for port in (one, two):
        assert b"Le" in browser.get(port, run["base"] + "index.html", host=address.netloc).content

    # one mail, whatever the number of workers
    visitor = Browser()
    asking = {"csrf_token": visitor.token(one, "/password"), "email": EMAIL}
    assert visitor.post(two, "/password", asking).status_code in {200, 302}
    end = time.monotonic() + 120
    while not mailbox.messages and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(1)
    assert [to for to, _ in mailbox.messages] == [[EMAIL]]

    # attempts are counted together: a limit is not multiplied by the number of servers
    other = Browser("192.0.2.77")
    form = {"csrf_token": other.token(one, "/sign-in"), "email": "", "password": ""}
    answers = [other.post((one, two)[n % 2], "/sign-in", form).status_code for n in range(21)]
    assert answers[:20] == [422] * 20
    assert answers[20] == 429

    kept = {path.name for machine in tmp_path.glob("machine-*") for path in machine.iterdir()}
    assert kept <= {"templates"}, "servers keep nothing but compiled templates, which they can make again"
    house.engine.dispose()


def test_a_reader_sees_one_whole_file_while_others_write_it(fleet, tmp_path, aws):
    house = open_house(fleet, tmp_path)
    key, versions = "reports/same-key", [bytes([n]) * 300_000 for n in range(8)]
    house.files.put(key, versions[0])
    with ThreadPoolExecutor(8) as pool:
        writes = [pool.submit(house.files.put, key, data) for data in versions]
        seen = [house.files.read(key) for _ in range(10)]
        for write in writes:
            write.result()
    assert all(data in versions for data in seen)
    assert house.files.read(key) in versions
    assert b"".join(house.files.stream(key, 100, 200)) == house.files.read(key)[100:200]
    assert list(house.files.list_keys("reports")) == [key]
    house.files.delete([key, "reports/not-there"])
    assert not house.files.exists(key)
    house.engine.dispose()


def test_servers_that_start_together_make_the_tables_once(database):
    engines = [make_engine(database) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        done = sorted(pool.map(upgrade, engines))
    assert done == [False, False, True]
    assert current_revision(engines[0]) == head_revision()
    for engine in engines:
        engine.dispose()
