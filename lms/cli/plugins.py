"""``bouquet plugins``: what is installed."""

from __future__ import annotations

from dataclasses import fields

import click

from lms.cli.common import json_option, lang_option, say_json


@click.command()
@json_option
@lang_option
def plugins(as_json: bool, lang: str) -> None:  # noqa: FBT001
    """List the plugins that were found, by kind; a plugin that cannot be used stops with its reason."""
    from lms.app import load_all_plugins
    from lms.contracts import PluginError

    try:
        found = load_all_plugins()
    except PluginError as error:
        raise click.ClickException(str(error)) from error
    rows = {
        kind.name: [
            {"name": p.name, "label": p.text(p.label, lang), "description": p.text(p.description, lang), "class": f"{type(p).__module__}:{type(p).__qualname__}"}
            for p in getattr(found, kind.name).values()
        ]
        for kind in fields(found)
    }  # fmt: skip
    if as_json:
        say_json(rows)
        return
    for kind, entries in rows.items():
        click.echo(click.style(kind, bold=True))
        for entry in entries:
            click.echo(f"  {entry['name']:<14} {entry['label']}: {entry['description']}")
