"""A learner before a package in the real player: what is on the screen, and what the server has of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lms.db import unscoped
from lms.learning.models import Attempt, PackageCommit, Progress
from tests.factories.courses import course_with_package
from tests.factories.learning import make_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Frame, FrameLocator, Locator, Page

    from tests.browser.live import Live
    from tests.factories.learning import Class

KEY = "module-scorm"
PATIENCE = 15_000


def make_room(live: Live, package: bytes, reference: str, hub: Any = None) -> Class:
    """A session whose course holds this package, with the hub's learner in it."""
    with live.house.sessions() as session, unscoped(session):
        return make_class(session, live.house, hub or live.world.a, course_with_package(package), reference=reference)


class PackageVisit:
    """One browser window of the learner; dialogs are answered yes."""

    def __init__(self, live: Live, browser: Browser, room: Class, **options: Any) -> None:
        self.live, self.room = live, room
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        live.sign_in(self.page, room.hub.learner)

    @property
    def address(self) -> str:
        return self.live.url + self.room.url(KEY)

    def open(self) -> PackageVisit:
        self.page.goto(self.address)
        return self

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe.player-frame")

    @property
    def player(self) -> Frame:
        return next(one for one in self.page.frames if "/frame?lang=" in one.url)

    def lesson(self, holding: str = "") -> Frame:
        """The frame of the lesson once its address holds this text and it is loaded."""
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            for one in self.page.frames:
                parent = one.parent_frame
                if parent and "/frame?lang=" in parent.url and "/p/" in one.url and holding in one.url:
                    one.wait_for_load_state("load")
                    return one
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no lesson {holding!r}: {[one.url[-60:] for one in self.page.frames]}")

    def part(self, identifier: str) -> Locator:
        return self.frame.locator(f"#toc [data-part='{identifier}']")

    def here(self, identifier: str) -> None:
        """Wait until this part is the one that is open."""
        self.frame.locator(f"#toc [data-part='{identifier}'][aria-current]").wait_for(state="attached")

    def choose(self, identifier: str) -> None:
        self.part(identifier).click()
        self.here(identifier)

    def press(self, name: str) -> None:
        """``previous``, ``next`` or ``leave`` of the bar."""
        self.frame.locator(f"#{name}:not([disabled])").click()

    def states(self) -> dict[str, str]:
        """Each part of the contents with its state: done, failed, here, open, closed."""
        self.frame.locator("#toc [data-part]").first.wait_for(state="attached")
        found = self.frame.locator("#toc [data-part]:visible").evaluate_all(
            "all => all.map(one => [one.dataset.part, one.dataset.status])"
        )
        return dict(found)

    def saved(self) -> None:
        """Wait until the page says that everything is saved."""
        self.page.locator("[data-package-state][data-state=saved]").wait_for()

    def says(self, text: str) -> None:
        self.frame.locator("#panel", has_text=text).wait_for()

    def attempt(self, until: Callable[[Attempt], bool] | None = None) -> Attempt:
        """The attempt as the server has it, once the condition holds (or after some seconds, as it is)."""
        deadline = time.monotonic() + 8
        while True:
            with self.live.house.sessions() as session, unscoped(session):
                found = session.scalars(
                    select(Attempt)
                    .where(Attempt.enrolment_id == self.room.enrolment.id, Attempt.activity_key == KEY)
                    .order_by(Attempt.number.desc())
                ).first()
            if found is not None and (until is None or until(found)):
                return found
            if time.monotonic() > deadline:
                assert found is not None
                return found
            self.page.wait_for_timeout(100)

    def progress(self) -> Progress:
        with self.live.house.sessions() as session, unscoped(session):
            return session.scalars(
                select(Progress).where(Progress.enrolment_id == self.room.enrolment.id, Progress.activity_key == KEY)
            ).one()

    def ledger(self) -> list[PackageCommit]:
        with self.live.house.sessions() as session, unscoped(session):
            return list(
                session.scalars(
                    select(PackageCommit)
                    .join(Attempt, Attempt.id == PackageCommit.attempt_id)
                    .where(Attempt.enrolment_id == self.room.enrolment.id)
                    .order_by(PackageCommit.launch, PackageCommit.sequence)
                )
            )

    def close(self) -> None:
        self.context.close()
