"""``bouquet demo``: an installation with two hubs, real courses and a season of learners."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from lms.cli.common import open_installation


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="BOUQUET_DATA",
    default=Path("data/demo"),
    show_default=True,
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--seed-only", is_flag=True, help="Fill the data folder and end.")
def demo(data: Path, host: str, port: int, seed_only: bool) -> None:  # noqa: FBT001
    """Start the demo; the first time, fill it (an unfinished filling is begun again)."""
    from lms.cli.serve import check_port, local_url, serve

    if not seed_only:
        check_port(host, port)
    url = os.environ.get("BOUQUET_URL") or local_url(host, port)
    house = open_installation(data, demo=True, url=url)
    _fill(house)
    if seed_only:
        click.echo(f"{data}: the demo is ready.")
        return
    house.close()
    _welcome(url)
    serve(house.settings, host, port, workers=2, jobs=True)


def _fill(house: object) -> None:
    from sqlalchemy import func, select

    from lms.accounts.models import Person
    from lms.seed import seed_demo
    from lms.web.state import Installation

    assert isinstance(house, Installation)
    with house.sessions() as session:
        if session.scalar(select(func.count()).select_from(Person)):
            return
    click.echo("Filling the demo: two hubs, two courses, thirty learners (about 20 s, the first time only)…")
    start = time.monotonic()
    seed_demo(house, say=lambda text: click.echo(f"  {text}…"))
    click.echo(f"  done in {time.monotonic() - start:.0f} s")


def _welcome(url: str) -> None:
    from lms.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, PLATFORM_ADMIN

    words = {
        "learner": "apprenante",
        "trainer": "formateur",
        "lead": "responsable",
        "hub_admin": "administration",
        "auditor": "auditrice",
    }
    click.echo(f"\n  Bouquet : {click.style(url, bold=True)}   (Ctrl+C pour arrêter)\n")
    click.echo(f"  Mot de passe de tous les comptes : {click.style(DEMO_PASSWORD, bold=True)}")
    for account in DEMO_ACCOUNTS:
        roles = ", ".join(words[role] for role in account.roles)
        click.echo(f"    {account.email:<32} {roles} ({account.hub})")
    click.echo(f"    {PLATFORM_ADMIN[0]:<32} administration de la plateforme")
    click.echo(
        "\n  À essayer :\n"
        "    1. apprenante : reprendre le cours, signer la demi-journée d'aujourd'hui, répondre à un quiz\n"
        "    2. formateur : modifier une page du cours, marquer un travail, exporter un module en SCORM\n"
        "    3. responsable : tableau de la session, résultats, action d'amélioration, dossier de preuves, badges\n"
        f"    4. les mails envoyés sont sur {url}/_mail\n"
    )
