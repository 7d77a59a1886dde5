"""What a page must never do, whoever opens it; and what every page must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# what a theme can change: colours. Everything else axe looks at is in the page whatever its theme.
COLOURS = ["color-contrast", "link-in-text-block"]
RUN_AXE = """async (options) => {
  const found = (await axe.run(document, options)).violations;
  // it leaves empty style attributes behind, which a swap would then copy against the content security policy
  for (const one of document.querySelectorAll('[style=""]')) one.removeAttribute('style');
  return found.map((rule) => `${rule.id} (${rule.help}): ` + rule.nodes.slice(0, 4).map(
    (node) => node.html.slice(0, 160) + (rule.id === 'color-contrast' ? ' ' + node.any[0]?.message : '')).join(' | '));
}"""


class Watch:
    """Writes down the errors of every page of a context: scripts, refused policies, failed requests, server errors."""

    def __init__(self, context: BrowserContext) -> None:
        self.problems: list[str] = []
        self.expected: list[str] = []
        context.on("page", self._follow)
        context.on("weberror", lambda error: self._write(f"script: {error.error}"))
        context.on("response", self._response)

    def expect(self, *texts: str) -> None:
        """Errors that hold one of these texts are what the test wants to see."""
        self.expected.extend(texts)

    def check(self) -> None:
        problems, self.problems, self.expected = self.problems, [], []
        if problems:
            pytest.fail("\n".join(problems))

    def _follow(self, page: Page) -> None:
        page.on("console", lambda message: message.type == "error" and self._write(f"{page.url}: {message.text}"))
        page.on("requestfailed", self._failed)

    def _failed(self, request) -> None:
        # what leaving a page or starting a download interrupts has not failed
        if request.failure != "net::ERR_ABORTED":
            self._write(f"{request.method} {request.url}: {request.failure}")

    def _response(self, response) -> None:
        if response.status >= 400:
            self._write(f"{response.request.method} {response.url}: {response.status}")

    def _write(self, text: str) -> None:
        if not any(one in text for one in self.expected):
            self.problems.append(text)


def set_theme(page: Page, theme: str) -> None:
    """Show the page in this theme, as somebody whose system changes at nightfall; wait until it is painted."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)


def run_axe(page: Page, source: str, *, colours_only: bool = False) -> list[str]:
    """What axe-core finds on the page as it stands; the content security policy stays on."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(source)
    wanted = {"type": "rule", "values": COLOURS} if colours_only else {"type": "tag", "values": TAGS}
    return list(page.evaluate(RUN_AXE, {"runOnly": wanted, "resultTypes": ["violations"]}))


def structure_problems(page: Page, language: str) -> list[str]:
    """What a page lacks whatever it is for: one h1, a title, its language."""
    found = page.evaluate(
        """() => ({h1: [...document.querySelectorAll('h1')].filter((one) => one.checkVisibility()).length,
                   title: document.title.trim(), lang: document.documentElement.lang,
                   ids: [...document.querySelectorAll('[id]')].map((one) => one.id).filter((id, at, all) => all.indexOf(id) !== at)})"""
    )
    problems = [] if found["h1"] == 1 else [f"{found['h1']} h1"]
    problems += [] if found["title"] else ["no title"]
    problems += [f"twice the same id: {found['ids']}"] if found["ids"] else []
    return problems + ([] if found["lang"] == language else [f"lang is {found['lang']}"])


def sideways(page: Page) -> list[str]:
    """The elements that make the page scroll sideways at its present width."""
    return list(
        page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              return [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > width + 1)
                .slice(-3).map((one) => `at ${width}: ${one.outerHTML.slice(0, 120)}`).concat('scrolls sideways');
            }"""
        )
    )
