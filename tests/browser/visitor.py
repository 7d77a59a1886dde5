"""A person before the browser: does what the words on the screen say, in their language."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.support import Translations

from lms.texts import PACKAGE, compile_catalogues, translation_folders
from tests.browser.watch import Watch, run_axe, sideways, structure_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from tests.browser.demo import LiveDemo

PICTURES = os.environ.get("BOUQUET_PICTURES", "")  # a folder: each step leaves a picture of the page there


_numbers = count(1)


@lru_cache
def words_of(language: str) -> Translations:
    """Every text of the interface in this language, those of the plugins included."""
    folders = translation_folders(tuple((PACKAGE / "plugins").iterdir()))
    compile_catalogues(folders)
    words = Translations()
    for folder in folders:
        found = Translations.load(str(folder), [language], "messages")
        if isinstance(found, Translations):
            words.merge(found)
    return words


class Visitor:
    """One person in one browser; texts are given in English, the language of the source, and read in theirs."""

    def __init__(self, context: BrowserContext, language: str, name: str, axe_source: str) -> None:
        self.context, self.language, self.name = context, language, name
        self.watch = Watch(context)
        self.page: Page = context.new_page()
        self._axe = axe_source

    def say(self, text: str, **values: object) -> str:
        """A text of the interface in the visitor's language."""
        said = str(words_of(self.language).gettext(text))
        return said % values if values else said

    def go(self, address: str) -> None:
        self.page.goto(address)

    def press(self, text: str, *, exact: bool = False, inside: Locator | None = None, **values: object) -> None:
        """Press the button that says this."""
        self._button(inside, text, exact, values).first.click()

    def follow(self, text: str, *, exact: bool = False, inside: Locator | None = None, **values: object) -> None:
        """Follow the link that says this."""
        (inside or self.page).get_by_role("link", name=self.say(text, **values), exact=exact).first.click()

    def fill(self, label: str, value: str, *, inside: Locator | None = None) -> None:
        self.field(label, inside).fill(value)

    def choose(self, label: str, value: str) -> None:
        self.field(label).select_option(value)

    def field(self, label: str, inside: Locator | None = None) -> Locator:
        words = re.compile(rf"^\s*{re.escape(self.say(label))}(?!\w)")
        return (inside or self.page.locator("main")).get_by_label(words).first

    def sees(self, text: str, *, within: str = "main", **values: object) -> None:
        """Wait until the page shows this text."""
        self.page.locator(within).get_by_text(self.say(text, **values)).first.wait_for()

    def reads(self, text: str, within: str = "main") -> None:
        """Wait until the page shows these words, whatever the language."""
        self.page.locator(within).get_by_text(text).first.wait_for()

    def key_of(self, kind: str) -> str:
        """Wait for an address under this collection; the key that stands in it."""
        pattern = re.compile(rf"/{kind}/([0-9a-f]{{8}}-[0-9a-f-]+)")
        self.page.wait_for_url(pattern)
        return pattern.search(self.page.url)[1]

    def h1(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def check(self) -> None:
        """The page as it stands is accessible, does not scroll sideways, and nothing went wrong on the way."""
        self.picture()
        self.page.wait_for_load_state()
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")
        problems = structure_problems(self.page, self.language) + sideways(self.page) + run_axe(self.page, self._axe)
        if problems:
            pytest.fail("\n".join([self.page.url, *problems]))
        self.watch.check()

    def download(self, text: str, folder: Path, **values: object) -> Path:
        """Follow the link that says this and keep the file it gives."""
        with self.page.expect_download() as got:
            self.follow(text, **values)
        target = folder / got.value.suggested_filename
        got.value.save_as(target)
        return target

    def draw_signature(self) -> None:
        """Draw on the frame as a hand does."""
        frame = self.page.locator("canvas")
        frame.scroll_into_view_if_needed()
        box = frame.bounding_box()
        mouse = self.page.mouse
        mouse.move(box["x"] + 40, box["y"] + box["height"] / 2)
        mouse.down()
        for step in range(12):
            mouse.move(box["x"] + 40 + step * 14, box["y"] + box["height"] / 2 + (22 if step % 2 else -22), steps=3)
        mouse.up()

    def _button(self, inside: Locator | None, text: str, exact: bool, values: dict[str, object]) -> Locator:
        return (inside or self.page.locator("main")).get_by_role("button", name=self.say(text, **values), exact=exact)

    def picture(self) -> None:
        """Keep the page as it stands, when pictures are wanted."""
        if PICTURES:
            name = f"{next(_numbers):03}-{self.language}-{self.name or 'nobody'}.png"
            self.page.screenshot(path=Path(PICTURES) / name, full_page=True)


@contextmanager
def visiting(
    demo: LiveDemo, browser: Browser, person: str, axe_source: str, *, language: str = "fr", **options: object
) -> Iterator[Visitor]:
    """A visitor of the demo; leaving the block closes their browser and checks that nothing went wrong."""
    context = demo.visit(browser, person, language=language, reduced_motion="reduce", **options)
    visitor = Visitor(context, language, person, axe_source)
    try:
        yield visitor
        visitor.watch.check()
    except BaseException:
        visitor.picture()
        raise
    finally:
        context.close()
