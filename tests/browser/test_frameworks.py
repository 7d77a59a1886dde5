"""A framework in a real browser: a file is looked at, written, published, named by a course, and laid beside it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from competency_frameworks.formats.yaml_format import write_yaml
from lms.catalog.services import create_course, publish_course
from lms.db import scope_to_hub
from lms.frameworks.services.importing import import_framework
from lms.frameworks.services.publishing import publish_version
from tests.browser.live import serve
from tests.browser.watch import run_axe, sideways, structure_problems
from tests.factories.courses import small_course
from tests.factories.frameworks import grown, small_framework

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("BOUQUET_PICTURES", "")


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    yield from serve(tmp_path_factory.mktemp("live"))


def course_on_plans() -> dict[str, bytes]:
    """The small course, whose competencies are those of the hub's own framework."""
    return {
        path: data.replace(b"fpa-rncp37275@2023", b"lecture-plans@1").replace(b"fpa:CP1", b"fpa:A.1").replace(b"fpa:CP2", b"fpa:A.2")
        for path, data in small_course().items()
    }  # fmt: skip


def look(page, axe_source, name):
    """Both widths, without a fault of accessibility."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
        assert structure_problems(page, "fr") + run_axe(page, axe_source) + sideways(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_framework_comes_in_is_published_named_by_a_course_and_covered(live, page, axe_source, tmp_path):
    page.set_default_timeout(10_000)
    lead, home = live.world.a.lead, f"{live.url}/h/hub-a/frameworks"
    live.sign_in(page, lead)
    page.goto(f"{home}/import?lang=fr")
    sent = tmp_path / "plans.yaml"
    sent.write_bytes(write_yaml(small_framework()))
    page.locator("input[type=file]").set_input_files(str(sent))
    look(page, axe_source, "import")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/frameworks/import/*")
    look(page, axe_source, "report")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/frameworks/lecture-plans/1")
    look(page, axe_source, "draft")

    page.goto(f"{home}/lecture-plans/1/edit?item=A.1")
    look(page, axe_source, "edit")
    page.get_by_label("Énoncé", exact=True).fill("Nommer tous les traits")
    page.locator("#item form button.btn-primary").first.click()
    page.get_by_text("Nommer tous les traits").first.wait_for()
    page.goto(f"{home}/lecture-plans/1/publish")
    look(page, axe_source, "publish")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/frameworks/lecture-plans/1")

    with live.house.sessions() as session:
        scope_to_hub(session, live.world.a.hub.id)
        course = create_course(
            session, live.house.files, files=course_on_plans(), hub_id=live.world.a.hub.id, person_id=lead.id
        )
        publish_course(session, live.house.files, live.house.plugins.activity_types, course=course, person_id=lead.id)
        session.commit()
    page.goto(f"{home}/lecture-plans/1/coverage")
    look(page, axe_source, "matrix")
    row = page.locator("tbody tr", has_text="A.1")
    assert "enseigné" in row.inner_text()
    assert "non pratiquée" in page.locator("tbody").inner_text()

    sent.write_bytes(write_yaml(grown("2")))
    page.goto(f"{home}/import")
    page.locator("input[type=file]").set_input_files(str(sent))
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/frameworks/import/*")
    look(page, axe_source, "second-report")
    page.locator("main form button.btn-primary").click()
    page.goto(f"{home}/lecture-plans/2/publish")
    assert "Rien n’est déplacé" in page.locator("main").inner_text()
    look(page, axe_source, "impact")


def test_a_tree_is_opened_and_walked_with_the_keyboard(live, page):
    """A long framework: a branch is asked for when it is opened; without scripts its link opens it."""
    page.set_default_timeout(10_000)
    live.sign_in(page, live.world.a.lead)
    with live.house.sessions() as session:
        scope_to_hub(session, live.world.a.hub.id)
        add_long(session, live)
    page.goto(f"{live.url}/h/hub-a/frameworks/grand/1?lang=fr")
    branch = page.locator("li#P2 > details > summary")
    branch.focus()
    page.keyboard.press("Enter")
    page.locator("li[id='P2.1']").wait_for()
    assert page.locator("li[id='P3.1']").count() == 0
    page.goto(f"{live.url}/h/hub-a/frameworks/grand/1?item=P3.4#P3.4")
    assert page.locator("li[id='P3.4']").is_visible()


def add_long(session, live):
    """Eight parts of thirty items."""
    big = small_framework()
    parts = [replace(big.items[0], code=f"P{n}", order=n + 1) for n in range(8)]
    leaves = [
        replace(big.items[1], code=f"P{n}.{m}", parent=f"P{n}", order=m + 1, levels=())
        for n in range(8)
        for m in range(30)
    ]
    done = import_framework(
        session,
        replace(big, id="grand", items=(*parts, *leaves), associations=()),
        hub_id=live.world.a.hub.id,
        person_id=None,
    )
    publish_version(session, done.version, person_id=live.world.a.lead.id)
    session.commit()


def test_the_pages_of_frameworks_read_well(live, page, axe_source):
    live.sign_in(page, live.world.a.lead)
    home = f"{live.url}/h/hub-a/frameworks"
    for name, address in {
        "list": home, "framework": f"{home}/fpa-rncp37275/2023", "item": f"{home}/fpa-rncp37275/2023/items/CP1",
        "new": f"{home}/new", "crosswalks": f"{home}/crosswalks", "compare": f"{home}/fpa-rncp37275/compare/2023/2023",
    }.items():  # fmt: skip
        page.goto(f"{address}?lang=fr")
        look(page, axe_source, name)
