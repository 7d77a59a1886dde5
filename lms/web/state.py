"""The installation as seen from a request: its sessions, files, jobs, plugins, and the database session in use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import current_app, g

from lms.db import HubSession, scope_to_hub

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import sessionmaker

    from lms.config import Settings
    from lms.contracts import ActivityType, Exporter, Importer, QuestionType, Report
    from lms.jobs import JobQueue
    from lms.storage import FileStore
    from lms.web.nav import NavEntry


@dataclass(slots=True)
class Plugins:
    """The installed plugins by name."""

    activity_types: dict[str, ActivityType]
    question_types: dict[str, QuestionType]
    exporters: dict[str, Exporter]
    importers: dict[str, Importer]
    reports: dict[str, Report]


@dataclass(slots=True)
class Installation:
    """Everything that lives as long as the process."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[HubSession]
    files: FileStore
    queue: JobQueue
    plugins: Plugins
    nav: list[NavEntry] = field(default_factory=list)

    def close(self) -> None:
        """Close the connections to database and queue; they open again when they are needed."""
        self.engine.dispose()
        self.queue.close()


def installation() -> Installation:
    """Return the installation that the current application serves."""
    return cast("Installation", current_app.extensions["bouquet"])


def db() -> HubSession:
    """Return the request's database session, narrowed to the hub of the address once that is known."""
    session = g.get("db_session")
    if session is None:
        session = g.db_session = installation().sessions()
        hub = g.get("hub")
        if hub is not None:
            scope_to_hub(session, hub.id)
    return cast("HubSession", session)


def close_db(_error: BaseException | None = None) -> None:
    """Give the request's session back; what was not committed is gone."""
    session = g.pop("db_session", None)
    if session is not None:
        session.close()
