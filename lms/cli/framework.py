"""``bouquet framework``: competency frameworks as data, with no web application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.cli.common import PROBLEMS, json_option, lang_option, leave, say_json

if TYPE_CHECKING:
    from competency_frameworks.model import Framework


@click.group()
def framework() -> None:
    """Competency frameworks: list, show, check."""


@framework.command("list")
@json_option
@lang_option
def list_all(as_json: bool, lang: str) -> None:  # noqa: FBT001
    """List the bundled frameworks."""
    from competency_frameworks.library import load_bundled

    rows = [
        {
            "id": one.id, "version": one.version, "title": one.title.text(lang), "items": len(one.items), "licence": one.licence,
            "audiences": [f"{audience.who.text(lang)}: {audience.purpose.text(lang)}" for audience in one.audiences],
            "verification": one.verification.status, "translations": dict(one.translation_status),
        }
        for one in load_bundled().values()
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    for row in rows:
        click.echo(f"{row['id']}@{row['version']}  {row['title']}  ({row['items']})")


@framework.command()
@click.argument("name")
@lang_option
def show(name: str, lang: str) -> None:
    """Show a framework (id, or id@version) as a tree."""
    from competency_frameworks.library import get, latest

    framework_id, _, version = name.partition("@")
    found = get(framework_id, version) if version else latest(framework_id)
    if found is None:
        raise click.UsageError(f"No bundled framework is {name!r}: bouquet framework list")
    click.echo(click.style(f"{found.title.text(lang)} ({found.id}@{found.version})", bold=True))
    click.echo(found.description.text(lang))
    _show(found, "", 0, lang)


def _show(found: Framework, parent: str, depth: int, lang: str) -> None:
    for item in found.children(parent) if parent else found.roots():
        click.echo(f"{'  ' * depth}{item.code}  {item.statement.text(lang)}")
        _show(found, item.code, depth + 1, lang)


@framework.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@lang_option
def check(files: tuple[Path, ...], as_json: bool, lang: str) -> None:  # noqa: FBT001
    """Report every problem of framework files (YAML, or CASE JSON); exit 1 when one must be corrected."""
    from competency_frameworks.formats.case import read_case
    from competency_frameworks.formats.yaml_format import read_yaml

    rows = []
    for path in files:
        read = read_case if path.suffix == ".json" else read_yaml
        rows += [
            {"rule": problem.rule, "severity": problem.severity, "place": problem.place, "text": problem.text(lang)}
            for problem in read(path.read_bytes(), str(path)).problems
        ]
    if as_json:
        say_json(rows)
    else:
        for row in rows:
            click.echo(f"{row['severity']}: {row['text']}")
        if not rows:
            click.echo("Aucun problème." if lang == "fr" else "No problem found.")
    if any(row["severity"] == "error" for row in rows):
        leave(PROBLEMS)
