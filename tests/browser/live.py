"""The whole installation on a port of this machine, for a browser to visit."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from lms.accounts.services import give_consents, set_password
from lms.accounts.views.consent import TERMS_VERSION
from lms.app import create_installation, create_wsgi
from lms.config import load_settings, prepare_data_folder
from lms.db import unscoped
from lms.schema import create_tables
from tests.factories import World, build_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from lms.web.state import Installation

PASSWORD = "une longue phrase d'essai"


@dataclass
class Live:
    """A running installation: its address, its house and its people."""

    url: str
    house: Installation
    world: World

    def sign_in(self, page: Page, person) -> None:
        """Sign in through the page, as a person does."""
        page.goto(f"{self.url}/sign-in")
        page.locator("input[name=email]").fill(person.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button.btn-primary").click()
        page.wait_for_url(lambda url: "sign-in" not in url)


def serve(folder: Path) -> Iterator[Live]:
    """Run the installation in a thread until the generator is closed."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    holder = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://127.0.0.1:{holder.server_port}"
    settings = prepare_data_folder(load_settings(folder, url=url))
    house = create_installation(settings, immediate_jobs=True)
    create_tables(house.engine)
    with house.sessions() as session, unscoped(session):
        world = build_world(session)
        for hub in (world.a, world.b):
            for person in hub.people.values():
                set_password(person, PASSWORD)
                give_consents(
                    session, hub_id=hub.hub.id, person_id=person.id, kinds={"terms": True}, text_version=TERMS_VERSION
                )
        session.commit()
    holder.app = create_wsgi(settings, house)
    thread = threading.Thread(target=holder.serve_forever, daemon=True)
    thread.start()
    yield Live(url, house, world)
    holder.shutdown()
    thread.join()
    holder.server_close()
    house.engine.dispose()
