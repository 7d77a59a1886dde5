"""``bouquet evidence``: the evidence pack of a session, and checking one without the web application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.cli.common import (
    PROBLEMS,
    WRONG_USE,
    data_option,
    json_option,
    lang_option,
    leave,
    open_installation,
    say_json,
)

if TYPE_CHECKING:
    from datetime import date, datetime


@click.group()
def evidence() -> None:
    """Evidence packs: export, verify."""


@evidence.command()
@click.option("--session", "reference", required=True, help="Reference of the session.")
@click.option("--hub", "slug", required=True, help="Short name of the hub.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@click.option(
    "--audit-on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day of the audit [default: today, in Paris]."
)
@click.option(
    "--nominative",
    "reason",
    default="",
    metavar="REASON",
    help="Add names and certificates apart, for this recorded reason.",
)
@data_option
@json_option
@lang_option
def export(
    reference: str,
    slug: str,
    output: Path,
    audit_on: datetime | None,
    reason: str,
    data: Path,
    as_json: bool,  # noqa: FBT001
    lang: str,
) -> None:
    """Write the evidence pack of a session: pseudonyms only, unless a reason is given."""
    from zoneinfo import ZoneInfo

    from sqlalchemy import select

    from lms.db import scope_to_hub, unscoped, utc_now
    from lms.delivery.models import TrainingSession
    from lms.hubs.models import Hub
    from lms.quality.services.packs import make_pack, record_pack, write_chunks

    day: date = audit_on.date() if audit_on else utc_now().astimezone(ZoneInfo("Europe/Paris")).date()
    house = open_installation(data)
    with house.sessions() as session:
        with unscoped(session):
            hub = session.scalar(select(Hub).where(Hub.slug == slug))
        if hub is None:
            raise click.UsageError(f"Aucun hub « {slug} »." if lang == "fr" else f"There is no hub {slug!r}.")
        scope_to_hub(session, hub.id)
        run_id = session.scalar(select(TrainingSession.id).where(TrainingSession.reference == reference))
        if run_id is None:
            raise click.UsageError(
                f"Le hub « {slug} » n'a pas de session « {reference} »." if lang == "fr"
                else f"Hub {slug!r} has no session {reference!r}."
            )  # fmt: skip
        exporter = house.plugins.exporters["evidence_zip"]
        made = make_pack(session, house.files, exporter, session_id=run_id, audit_on=day, reason=reason)
        part = output.with_name(output.name + ".part")
        try:
            digest = write_chunks(part, made.chunks)
            part.replace(output)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise click.UsageError(f"{output}: {error.strerror}") from error
        record_pack(
            session, hub_id=hub.id, session_id=run_id, person_id=None, audit_on=day, digest=digest, reason=reason
        )
        session.commit()
    if as_json:
        say_json({"file": str(output), "bytes": output.stat().st_size, "sha256": digest, "audit_on": day.isoformat()})
    else:
        click.echo(f"{output}\nSHA-256 {digest}")


@evidence.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--digest", default="", help="Digest noted when the pack was produced.")
@json_option
@lang_option
def verify(file: Path, digest: str, as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Say whether a pack is as it was produced; name the place of every change (exit 1 when there is one)."""
    from lms.plugins.evidence_zip.verifier import NotAPackError, say
    from lms.plugins.evidence_zip.verifier import verify as check

    try:
        report = check(file, digest)
    except NotAPackError as error:
        text = error.fr if lang == "fr" else error.en
        if as_json:
            say_json({"error": text})
        else:
            click.echo(text, err=True)
        leave(WRONG_USE)
        return
    if as_json:
        say_json(report.as_dict())
    else:
        for line in say(report, lang):
            click.echo(line)
    if report.problems:
        leave(PROBLEMS)
