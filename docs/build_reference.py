"""Writes what the code knows of itself into the documentation: the commands and the settings.

``python docs/build_reference.py`` brings the pages up to date; with ``--check`` it only says whether they are (exit 1).
"""  # noqa: INP001

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.cli import main as bouquet
from lms.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).resolve().parent
CLI, DEPLOY = DOCS / "reference" / "cli.md", DOCS / "deploy.md"
BEGIN, END = "<!-- settings: written by docs/build_reference.py -->", "<!-- end of settings -->"


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its words, groups before what is in them."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from commands(child, (*path, name))


def cli_page() -> str:
    """The page of the commands."""
    parts = [
        (
            "# Commands\n\nWritten by `python docs/build_reference.py` from the commands themselves.\n\n"
            "Exit codes: 0 done, 1 problems found, 2 wrong use. `--json`, where there is one, answers what programs read.\n"
        )
    ]
    for path, command in commands(bouquet, ("bouquet",)):
        if len(path) > 1:
            parts.append(_command(path, command))
    return "\n".join(parts)


def _command(path: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(path))
    lines = [f"{'#' * len(path)} `{' '.join(path)}`\n"]
    if command.help:
        lines.append(_text(command.help.partition("\f")[0]) + "\n")
    if isinstance(command, click.Group):
        return "\n".join(lines)
    usage = " ".join([" ".join(path), *command.collect_usage_pieces(context)])
    lines.append(f"```sh\n{usage}\n```\n")
    rows = [_option(one, context) for one in command.params if isinstance(one, click.Option) and not one.hidden]
    if rows:
        lines.append("| option | |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(lines)


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    kind = "" if option.is_flag else f" {option.make_metavar(context)}"
    words = [_text(option.help or "")]
    if option.required:
        words.append("Required.")
    if option.envvar:
        words.append(f"Environment: `{option.envvar}`.")
    shown = (
        option.default if isinstance(option.default, (str, int, Path)) and not isinstance(option.default, bool) else ""
    )
    if shown not in ("", None) and option.show_default:
        words.append(f"Default: `{shown}`.")
    return f"| {names}{_cell(kind)} | {_cell(' '.join(word for word in words if word))} |"


def _text(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def settings_table() -> str:
    """The table of the settings."""
    rows = ["| variable | default | what |", "|---|---|---|"]
    for name, setting in Settings.__dataclass_fields__.items():
        kind = str(setting.type)
        default = "`data`" if name == "data" else _default(setting.default, kind)
        rows.append(f"| `BOUQUET_{name.upper()}` | {default} | {_cell(setting.metadata['help'])} |")
    return "\n".join(rows)


def _default(value: object, kind: str) -> str:
    if kind == "bool":
        return "`yes`" if value else "`no`"
    return f"`{value}`" if value != "" else "empty"


def deploy_page(present: str) -> str:
    """The deployment page with the present table of settings."""
    before, begin, rest = present.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{DEPLOY.name} has lost the lines between which the settings stand: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{settings_table()}\n\n{END}{after}"


def main() -> int:
    """Write the pages, or say which one is not up to date."""
    wanted = {CLI: cli_page(), DEPLOY: deploy_page(DEPLOY.read_text(encoding="utf-8"))}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" not in sys.argv:
        for path in stale:
            path.write_text(wanted[path], encoding="utf-8")
        return 0
    for path in stale:
        print(f"{path.name} is not up to date: run python docs/build_reference.py")  # noqa: T201
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
