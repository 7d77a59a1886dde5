"""``bouquet user`` and ``bouquet hub``: accounts and hubs from the shell."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from lms.cli.common import PROBLEMS, data_option, json_option, leave, open_installation, say_json

if TYPE_CHECKING:
    from pathlib import Path

ROLES = ["learner", "trainer", "lead", "hub_admin", "auditor"]


@click.group()
def user() -> None:
    """Accounts: create, list, give roles, reset a password."""


@user.command("create")
@click.argument("email")
@click.option("--given-name", required=True, prompt=True)
@click.option("--family-name", required=True, prompt=True)
@click.option("--hub", "slug", help="Short name of the hub in which the person gets roles.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES))
@click.option("--platform-admin", is_flag=True)
@click.password_option(help="At least 12 characters.")
@data_option
def create_user(
    data: Path, email: str, given_name: str, family_name: str, slug: str | None, roles: tuple[str, ...],
    platform_admin: bool, password: str,  # noqa: FBT001
) -> None:  # fmt: skip
    """Create an account, with roles in a hub."""
    from lms.accounts.forms import PASSWORD_LENGTH
    from lms.accounts.models import Role
    from lms.accounts.queries import get_person_by_email
    from lms.accounts.services import add_person, grant_role
    from lms.db import unscoped, utc_now
    from lms.hubs.services import get_hub

    if len(password) < PASSWORD_LENGTH:
        raise click.UsageError(f"The password needs at least {PASSWORD_LENGTH} characters.")
    if bool(roles) != bool(slug):
        raise click.UsageError("--role and --hub go together.")
    house = open_installation(data)
    with house.sessions() as session, unscoped(session):
        if get_person_by_email(session, email) is not None:
            raise click.UsageError(f"{email} already has an account.")
        person = add_person(
            session,
            email=email,
            given_name=given_name,
            family_name=family_name,
            password=password,
            is_platform_admin=platform_admin,
        )
        if slug:
            hub = get_hub(session, slug)
            if hub is None:
                raise click.UsageError(f"No hub has the short name {slug!r}: bouquet hub list")
            for role in roles:
                end = utc_now() + timedelta(days=30) if role == "auditor" else None
                grant_role(session, person_id=person.id, role=Role(role), hub_id=hub.id, expires_at=end)
        session.commit()
    click.echo(f"{email} can sign in.")


@user.command("list")
@data_option
@json_option
def list_users(data: Path, as_json: bool) -> None:  # noqa: FBT001
    """List the accounts and their roles."""
    from sqlalchemy import select

    from lms.accounts.models import Person
    from lms.accounts.queries import list_hubs_of
    from lms.db import unscoped

    house = open_installation(data)
    with house.sessions() as session, unscoped(session):
        people = session.scalars(select(Person).where(Person.erased_at.is_(None)).order_by(Person.email)).all()
        rows: list[dict[str, Any]] = [
            {
                "email": person.email,
                "name": person.display_name,
                "platform_admin": person.is_platform_admin,
                "roles": {hub.slug: list(roles) for hub, roles in list_hubs_of(session, person.id)},
            }
            for person in people
        ]
    if as_json:
        say_json(rows)
        return
    for row in rows:
        roles = "; ".join(f"{slug}: {', '.join(held)}" for slug, held in row["roles"].items())
        click.echo(f"{row['email']}  {row['name']}  {roles}{' (platform)' if row['platform_admin'] else ''}")


@user.command("password")
@click.argument("email")
@click.password_option(help="At least 12 characters.")
@data_option
def reset_password(data: Path, email: str, password: str) -> None:
    """Give an account a new password and close its sessions."""
    from lms.accounts.queries import get_person_by_email
    from lms.accounts.services import set_password

    house = open_installation(data)
    with house.sessions() as session:
        person = get_person_by_email(session, email)
        if person is None:
            click.echo(f"{email} has no account.", err=True)
            leave(PROBLEMS)
            return
        set_password(person, password)
        session.commit()
    click.echo("done")


@click.group()
def hub() -> None:
    """Hubs: create, list."""


@hub.command("create")
@click.argument("slug")
@click.option("--name", required=True, prompt=True)
@click.option("--contact", default="", help="Contact address.")
@data_option
def create(data: Path, slug: str, name: str, contact: str) -> None:
    """Open a hub."""
    from lms.hubs.services import create_hub, slugify

    if slug != slugify(slug):
        raise click.UsageError(
            f"The short name is made of small letters, digits and hyphens, for example {slugify(slug)!r}."
        )
    house = open_installation(data)
    with house.sessions() as session:
        try:
            create_hub(session, slug=slug, name=name, contact_email=contact)
        except ValueError as error:
            raise click.UsageError(f"A hub already has the short name {slug!r}.") from error
        session.commit()
    click.echo(f"{name} is open at /h/{slug}/.")


@hub.command("list")
@data_option
@json_option
def list_all(data: Path, as_json: bool) -> None:  # noqa: FBT001
    """List the hubs."""
    from lms.hubs.services import list_hubs

    house = open_installation(data)
    with house.sessions() as session:
        rows = [{"slug": row.slug, "name": row.name, "contact": row.contact_email} for row in list_hubs(session)]
    if as_json:
        say_json(rows)
        return
    for row in rows:
        click.echo(f"{row['slug']}  {row['name']}  {row['contact']}")
