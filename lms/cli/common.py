"""What the commands share: the installation they work on, messages, JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from lms.config import Settings
    from lms.web.state import Installation

DONE, PROBLEMS, WRONG_USE = 0, 1, 2


def guess_language() -> str:
    """English when the shell is in English, French otherwise: the house speaks French first."""
    for name in ("BOUQUET_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "fr"
    return "fr"


data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), envvar="BOUQUET_DATA", default=Path("data"), show_default=True,
    help="Folder of the installation (database, files, secret key).",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
lang_option = click.option(
    "--lang",
    type=click.Choice(["fr", "en"]),
    default=guess_language,
    help="Language of the messages [default: yours].",
)


def read_settings(data: Path, **overrides: Any) -> Settings:
    """Read and prepare the settings; a wrong one ends the command with its reason (exit 2)."""
    from lms.config import SettingsError, load_settings, prepare_data_folder

    try:
        return prepare_data_folder(load_settings(data, **overrides))
    except SettingsError as error:
        raise click.UsageError(str(error)) from error


def open_installation(data: Path, **overrides: Any) -> Installation:
    """Open the installation in this folder, its tables up to date."""
    from lms.app import create_installation
    from lms.schema import upgrade

    house = create_installation(read_settings(data, **overrides))
    upgrade(house.engine)
    return house


def say_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def leave(code: int) -> None:
    """End the command with this code."""
    click.get_current_context().exit(code)
