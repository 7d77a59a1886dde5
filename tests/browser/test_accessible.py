"""Every page of the application, as who opens it: WCAG 2.2 AA in both languages and themes, on a desk and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.addresses import NOT_PAGES, PAGES, Addresses
from tests.browser.watch import Watch, run_axe, set_theme, sideways, structure_problems

pytestmark = pytest.mark.browser

EVERY = [(person, page) for person, pages in PAGES.items() for page in pages]
DESK, PHONE, NARROW = 1280, 390, 320
STILL = """() => new Promise((tell) => {
  let moved = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) moved += one.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => tell(moved), 400);
})"""


@pytest.fixture(scope="module")
def addresses(demo) -> Addresses:
    return Addresses(demo)


@pytest.fixture(scope="module")
def seat(demo, browser):
    """The page and the watch of who is asked for; the one before goes home."""
    held: dict[str, object] = {}

    def take(person: str):
        if held.get("person") != person:
            if "context" in held:
                held["context"].close()
            context = demo.visit(browser, person, reduced_motion="reduce")
            held.update(person=person, context=context, watch=Watch(context))
            held["page"] = context.new_page()
        return held["page"], held["watch"]

    yield take
    held["context"].close()


def look(page, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900 if width == DESK else 780})
    set_theme(page, theme)


def faults_of(page, axe_source: str, language: str) -> list[str]:
    """What is wrong with the page that is open, on a desk and on a phone, by day and by night."""
    faults = structure_problems(page, language)
    for width in (DESK, PHONE):
        for theme in ("light", "dark"):
            look(page, width, theme)
            found = run_axe(page, axe_source, colours_only=theme == "dark")
            faults += [f"{language}, {width} px, {theme}: {one}" for one in found]
        faults += sideways(page)
    page.set_viewport_size({"width": NARROW, "height": 780})
    return faults + sideways(page)


@pytest.mark.parametrize(("person", "name"), EVERY, ids=[f"{person or 'nobody'}: {page}" for person, page in EVERY])
def test_a_page_is_accessible_in_both_languages_and_themes_and_never_scrolls_sideways(
    addresses, seat, axe_source, person, name
):
    page, watch = seat(person)
    address = addresses.of(name)
    problems: list[str] = []
    for language in ("fr", "en"):
        page.set_viewport_size({"width": DESK, "height": 900})
        page.emulate_media(color_scheme="light")
        answer = page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
        assert answer.status == 200
        problems += faults_of(page, axe_source, language)
    if problems:
        pytest.fail("\n".join(problems))
    watch.check()


@pytest.mark.parametrize("name", ["home.home", "learning.show_course", "learning.show_activity page"])
def test_nothing_moves_while_a_page_comes_in(addresses, seat, name):
    page, _ = seat("apprenante")
    page.set_viewport_size({"width": PHONE, "height": 780})
    page.goto(addresses.of(name), wait_until="load")
    assert page.evaluate(STILL) < 0.05


def test_every_page_of_the_application_is_looked_at(addresses):
    visited = {page.split()[0] for _, page in EVERY}
    assert visited | set(NOT_PAGES) == set(addresses.rules)
    assert not visited & set(NOT_PAGES)
