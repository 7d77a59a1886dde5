"""A real database under every test: an outer transaction is rolled back around each, commits inside are real.

``BOUQUET_TEST_DATABASE`` names a PostgreSQL server (``postgresql://user@host/``) to run the same suite there.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from lms.app import create_app, create_installation
from lms.config import Settings
from lms.db import HubSession, unscoped
from lms.schema import create_tables
from tests.factories import World, build_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from lms.web.state import Installation

SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def database_url(tmp_path_factory) -> Iterator[str]:
    server = os.environ.get("BOUQUET_TEST_DATABASE", "")
    if not server:
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.sqlite3'}"
        return
    name = f"bouquet_test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(
        server.replace("postgresql:", "postgresql+psycopg:", 1).rstrip("/") + "/postgres", isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text(f'create database "{name}"'))
    yield server.rstrip("/") + f"/{name}"
    with admin.connect() as connection:
        connection.execute(text(f'drop database if exists "{name}" with (force)'))
    admin.dispose()


@pytest.fixture(scope="session")
def settings(tmp_path_factory, database_url) -> Settings:
    return Settings(
        data=tmp_path_factory.mktemp("data"), database=database_url, secret_key="test-key", url="http://127.0.0.1:8000"
    )


@pytest.fixture(scope="session")
def house(settings) -> Iterator[Installation]:
    house = create_installation(settings, immediate_jobs=True)
    create_tables(house.engine)
    yield house
    house.engine.dispose()


@pytest.fixture(scope="session")
def application(settings, house) -> Flask:
    app = create_app(settings, house)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return app


@pytest.fixture
def connection(house) -> Iterator[object]:
    """The one connection of the test; its transaction never reaches the disk."""
    with house.engine.connect() as connection:
        if house.settings.is_sqlite:
            # the driver opens no transaction before a SAVEPOINT: open the outer one by hand
            raw = connection.connection.driver_connection
            raw.isolation_level = None
            raw.execute("BEGIN")
        transaction = connection.begin()
        house.sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
        yield connection
        house.sessions.configure(bind=house.engine, join_transaction_mode="conditional_savepoint")
        transaction.rollback()
        if house.settings.is_sqlite:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            raw.isolation_level = ""


@pytest.fixture
def session(connection, house) -> Iterator[HubSession]:
    """A session that sees every hub."""
    with house.sessions() as session, unscoped(session):
        yield session


@pytest.fixture
def app(application, connection) -> Flask:
    return application


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def world(session) -> World:
    """Two hubs with a person for each role."""
    world = build_world(session)
    session.commit()
    return world
