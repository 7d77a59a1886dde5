"""The tables of an installation: brought up to date by alembic, from code or from the command line.

Alembic is imported only when there is something to do: a server whose tables are up to date spares its 11 MB.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from lms.db import Base
from lms.frameworks.bundled import bundled_is_current, sync_bundled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config
    from sqlalchemy import Engine

REVISION = re.compile(r"^(down_)?revision = ['\"](\w+)['\"]", re.MULTILINE)
FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x626F757175657400  # of this program, among the advisory locks of a database


def alembic_config(engine: Engine | None = None) -> Config:
    """Return the configuration of alembic for this engine."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    return config


def current_revision(engine: Engine) -> str | None:
    """Return the revision of the tables, None when there is none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision = connection.scalar(text("select version_num from alembic_version"))
        return str(revision) if revision else None


def head_revision() -> str | None:
    """Return the revision that this code wants."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for script in (FOLDER / "versions").glob("*.py"):
        for down, name in REVISION.findall(script.read_text(encoding="utf-8")):
            (followed if down else revisions).add(name)
    heads = revisions - followed
    if len(heads) > 1:
        raise RuntimeError(f"two migrations follow the same one: {sorted(heads)}")
    return heads.pop() if heads else None


def upgrade(engine: Engine) -> bool:
    """Bring the tables and the bundled frameworks up to date; say whether there was something to do.

    Of several servers starting, one does it.
    """
    if current_revision(engine) == head_revision() and bundled_is_current(engine):
        return False
    with _alone(engine):
        behind = current_revision(engine) != head_revision()
        if behind:
            from alembic import command  # noqa: PLC0415

            command.upgrade(alembic_config(engine), "head")
        return bool(sync_bundled(engine)) or behind


def create_tables(engine: Engine) -> None:
    """Make every table at once, with what an installation holds from its first day (tests, benches).

    ``lms.models`` must have been imported, as ``lms.app`` does.
    """
    Base.metadata.create_all(engine)
    sync_bundled(engine)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Make the other processes that want the same wait; an embedded installation has one process at that time."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})
