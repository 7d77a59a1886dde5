"""The demo's season as a test's world: filled once a run, every request rolled back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from lms.accounts.demo import DEMO_ACCOUNTS, PLATFORM_ADMIN
from lms.accounts.queries import get_person_by_email
from lms.app import create_app, create_installation
from lms.config import Settings
from lms.db import unscoped
from lms.schema import create_tables
from lms.seed import seed_demo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.accounts.models import Person
    from lms.web.state import Installation


class DemoWorld:
    """An installation of its own, with the demo in it."""

    def __init__(self, folder, database_url: str = "") -> None:
        settings = Settings(
            data=folder, database=database_url, secret_key="test-key", url="http://127.0.0.1:8000", demo=True
        )
        self.house: Installation = create_installation(settings, immediate_jobs=True)
        create_tables(self.house.engine)
        seed_demo(self.house)
        self.app = create_app(settings, self.house)
        self.app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
        with self.house.sessions() as session, unscoped(session):
            emails = {account.email.split("@")[0]: account.email for account in DEMO_ACCOUNTS} | {
                "plateforme": PLATFORM_ADMIN[0]
            }
            self.people: dict[str, Person] = {
                name: get_person_by_email(session, email) for name, email in emails.items()
            }

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is committed inside is taken back."""
        house = self.house
        with house.engine.connect() as connection:
            raw = connection.connection.driver_connection
            if house.settings.is_sqlite:
                raw.isolation_level = None
                raw.execute("BEGIN")
            transaction = connection.begin()
            house.sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
            try:
                yield
            finally:
                house.sessions.configure(bind=house.engine, join_transaction_mode="conditional_savepoint")
                transaction.rollback()
                if house.settings.is_sqlite:
                    if raw.in_transaction:
                        raw.execute("ROLLBACK")
                    raw.isolation_level = ""
