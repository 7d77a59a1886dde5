"""Runs the migrations on the engine that ``lms.schema`` gives."""

from __future__ import annotations

from alembic import context

from lms.models import Base

engine = context.config.attributes["engine"]


def run() -> None:
    """Run online; SQLite changes tables by copying them (batch mode)."""
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, compare_type=True,
            render_as_batch=connection.dialect.name == "sqlite",
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
