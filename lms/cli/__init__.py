"""The ``bouquet`` command. Exit codes: 0 done, 1 problems found, 2 wrong use."""

from __future__ import annotations

import importlib
from typing import Any

import click

COMMANDS = {
    "run": "lms.cli.serve:run",
    "worker": "lms.cli.serve:worker",
    "demo": "lms.cli.demo:demo",
    "db": "lms.cli.db:db",
    "user": "lms.cli.user:user",
    "hub": "lms.cli.user:hub",
    "plugins": "lms.cli.plugins:plugins",
    "course": "lms.cli.course:course",
    "scorm": "lms.cli.scorm:scorm",
    "framework": "lms.cli.framework:framework",
    "evidence": "lms.cli.evidence:evidence",
}


class LazyGroup(click.Group):
    """Loads a command when it is called: checking a course does not wait for the web application."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: Any = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="bouquet", prog_name="bouquet")
def main() -> None:
    """Bouquet: the shared LMS of the French hubs for digital inclusion."""
