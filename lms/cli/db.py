"""``bouquet db``: the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lms.cli.common import PROBLEMS, data_option, json_option, leave, open_installation, read_settings, say_json

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def _engine(data: Path) -> Engine:
    from lms.db import make_engine

    return make_engine(read_settings(data).database_url)


@click.group()
def db() -> None:
    """The database: state, update, new migration."""


@db.command()
@data_option
def upgrade(data: Path) -> None:
    """Bring the tables up to date."""
    from lms.schema import upgrade as bring_up_to_date

    click.echo("updated" if bring_up_to_date(_engine(data)) else "already up to date")


@db.command()
@data_option
@json_option
def status(data: Path, as_json: bool) -> None:  # noqa: FBT001
    """Say whether the tables are those of this version (exit 1 when not)."""
    from lms.schema import current_revision, head_revision

    now, wanted = current_revision(_engine(data)), head_revision()
    if as_json:
        say_json({"current": now, "wanted": wanted, "up_to_date": now == wanted})
    else:
        click.echo(f"tables: {now or 'none'}; this version wants {wanted}")
    if now != wanted:
        leave(PROBLEMS)


@db.command()
@click.argument("message")
@data_option
def revision(data: Path, message: str) -> None:
    """Write a migration from the difference between the code and the tables (for developers)."""
    from alembic import command

    from lms import models  # noqa: F401
    from lms.schema import alembic_config

    command.revision(alembic_config(_engine(data)), message, autogenerate=True)


@db.command()
@data_option
@json_option
def tidy(data: Path, as_json: bool) -> None:  # noqa: FBT001
    """Apply the retention periods: old jobs, abandoned uploads, old mails, accounts unused for three years.

    An embedded installation does so by itself while it is served; elsewhere run it once a day.
    """
    from lms.accounts.retention import apply_retention

    counts = apply_retention(open_installation(data).queue.worker)
    if as_json:
        say_json(counts)
        return
    click.echo(
        f"deleted: {counts['jobs']} jobs, {counts['uploads']} abandoned uploads, {counts['mails']} mails; "
        f"erased: {counts['accounts']} accounts"
    )
