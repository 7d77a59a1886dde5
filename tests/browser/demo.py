"""The demo's season, filled once a run; each module visits a copy of its own, served for real: pages, packages, jobs."""

from __future__ import annotations

import logging
import shutil
import signal
import threading
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, text, update
from werkzeug.serving import make_server

from lms.accounts.demo import DEMO_PASSWORD
from lms.accounts.models import Person
from lms.app import create_installation, create_wsgi
from lms.config import load_settings, prepare_data_folder
from lms.db import unscoped
from lms.schema import create_tables
from lms.seed import seed_demo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

    from lms.web.state import Installation


PATIENCE = 30_000  # milliseconds: a machine that does several things at once is slow, not wrong


class Season:
    """A seeded data folder (and, on PostgreSQL, a template database) that modules copy."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder, self.server = folder, server.rstrip("/")
        self._template = self._create_database() if server else ""
        house = create_installation(self._settings(folder, self._template), immediate_jobs=True)
        create_tables(house.engine)
        seed_demo(house)
        house.engine.dispose()

    @contextmanager
    def copy(self, folder: Path) -> Iterator[LiveDemo]:
        """Serve a copy of the season on a free port of this machine until the block ends."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        database = self._create_database(self._template) if self.server else ""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
        settings = self._settings(folder, database, url=f"http://127.0.0.1:{server.server_port}")
        house = create_installation(settings)
        server.app = create_wsgi(settings, house)
        consumer = house.queue.huey.create_consumer(
            workers=1, periodic=False, initial_delay=0.05, max_delay=0.2, check_worker_health=False
        )
        interrupt = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        consumer.start()
        for number, handler in interrupt.items():  # the consumer takes the signals of the test run for its own
            signal.signal(number, handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield LiveDemo(settings.url, house)
        finally:
            consumer.stop(graceful=True)
            server.shutdown()
            thread.join()
            server.server_close()
            house.engine.dispose()
            self._drop_database(database)

    def forget(self) -> None:
        self._drop_database(self._template)

    def _settings(self, folder: Path, database: str, **more: Any) -> Any:
        address = f"{self.server}/{database}" if database else ""
        return prepare_data_folder(load_settings(folder, {}, database=address, demo=True, **more))

    def _create_database(self, template: str = "") -> str:
        name = f"bouquet_browser_{uuid.uuid4().hex[:12]}"
        self._administer(f'create database "{name}"' + (f' template "{template}"' if template else ""))
        return name

    def _drop_database(self, name: str) -> None:
        if name:
            self._administer(f'drop database if exists "{name}" with (force)')

    def _administer(self, statement: str) -> None:
        address = self.server.replace("postgresql:", "postgresql+psycopg:", 1) + "/postgres"
        admin = create_engine(address, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(statement))
        admin.dispose()


@dataclass
class LiveDemo:
    """A running copy of the demo, and the people who have signed in to it."""

    url: str
    house: Installation
    _signed_in: dict[tuple[str, str], Any] = field(default_factory=dict)

    def visit(self, browser: Browser, person: str = "", *, language: str = "fr", **options: Any) -> BrowserContext:
        """A browser context in which this person (the part of the address before the @) is signed in; '' is nobody."""
        if person and (person, language) not in self._signed_in:
            self._signed_in[person, language] = self._sign_in(browser, person, language)
        options.setdefault("viewport", {"width": 1280, "height": 900})
        if person:
            options["storage_state"] = self._signed_in[person, language]
        context = browser.new_context(locale=f"{language}-FR", base_url=self.url, **options)
        context.set_default_timeout(PATIENCE)
        return context

    def _sign_in(self, browser: Browser, person: str, language: str) -> Any:
        context = browser.new_context(locale=f"{language}-FR", base_url=self.url)
        with self.house.sessions() as session, unscoped(session):
            session.execute(update(Person).where(Person.email == f"{person}@example.org").values(locale=language))
            session.commit()
        sign_in(context.new_page(), f"{person}@example.org")
        state = context.storage_state()
        context.close()
        return state


def sign_in(page: Page, email: str, password: str = DEMO_PASSWORD) -> None:
    """Sign in through the page, as a person does."""
    page.goto("/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator("form:has(#password) .btn-primary").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
