"""Every page of the application, as who opens it: WCAG 2.2 AA in both languages and themes, on a desk and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.addresses import NOT_PAGES, PAGES, Addresses
from tests.browser.watch import Watch, run_axe, sideways, structure_problems

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
    page.emulate_media(color_scheme=theme)


@pytest.mark.parametrize(("person", "name"), EVERY, ids=[f"{person or 'nobody'}: {page}" for person, page in EVERY])
def test_a_page_is_accessible_in_both_languages_and_themes_and_never_scrolls_sideways(
    addresses, seat, axe_source, person, name
):
    page, watch = seat(person)
    address = addresses.of(name)
    look(page, DESK, "light")
    answer = page.goto(address)
    assert answer.status == 200
    problems = structure_problems(page, "fr") + run_axe(page, axe_source) + sideways(page)
    page.goto(f"{address}{'&' if '?' in address else '?'}lang=en")
    look(page, PHONE, "dark")
    problems += structure_problems(page, "en") + run_axe(page, axe_source) + sideways(page)
    look(page, NARROW, "light")
    problems += sideways(page)
    if problems:
        pytest.fail("\n".join(problems))
    watch.check()


@pytest.mark.parametrize("name", ["home.home", "learning.show_course", "learning.show_activity page"])
def test_nothing_moves_while_a_page_comes_in(addresses, seat, name):
    page, _ = seat("apprenante")
    look(page, PHONE, "light")
    page.goto(addresses.of(name), wait_until="load")
    assert page.evaluate(STILL) < 0.05


def test_every_page_of_the_application_is_looked_at(addresses):
    visited = {page.split()[0] for _, page in EVERY}
    assert visited | set(NOT_PAGES) == set(addresses.rules)
    assert not visited & set(NOT_PAGES)
