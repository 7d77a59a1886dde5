"""``bouquet run`` and ``bouquet worker``: the server and the jobs."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from lms.cli.common import data_option, open_installation, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from lms.config import Settings
    from lms.web.state import Installation

M_MMAP_THRESHOLD = -3  # of malloc.h
LAST_REQUESTS = 8  # seconds that requests under way get at the end: less than what `docker stop` waits


def check_port(host: str, port: int) -> None:
    """End with a clear message when the port is taken or not ours to take (exit 2)."""
    probe = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((host, port))
    except OSError as error:
        raise click.UsageError(
            f"Port {port} of {host} cannot be used ({error.strerror}). Another program has it, maybe another Bouquet. "
            f"Choose another one: --port {port + 1} (with make: make demo PORT={port + 1})."
        ) from error
    finally:
        probe.close()


def serve(settings: Settings, host: str, port: int, workers: int, *, jobs: bool) -> None:
    """Serve until interrupted, and run the jobs beside when ``jobs`` (the embedded installation).

    The application is built here and its processes are forked from this one, so that they share its memory: it is
    frozen first, since a collection would write into what is shared, and no connection crosses the fork.
    """
    for name in ("data", "database", "files", "redis", "url", "content_host", "secret_key"):
        os.environ[f"BOUQUET_{name.upper()}"] = str(getattr(settings, name))
    os.environ["BOUQUET_DEMO"] = "yes" if settings.demo else "no"
    from lms.server import house

    house.close()
    _return_large_blocks()
    settle_memory()
    if jobs:
        # a process rather than a thread: a fork while a thread holds a lock would leave a worker stuck
        multiprocessing.get_context("fork").Process(target=_run_jobs, args=(house,), name="jobs", daemon=True).start()
    # Ctrl+C reaches every process of the terminal; a server that is told by it and then by us may never end
    os.register_at_fork(after_in_child=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}))
    make_server(settings, host, port, workers, "lms.server:application").serve()


def settle_memory() -> None:
    """Leave what is loaded out of the garbage collections to come, and make these rarer.

    A request makes some thousand objects that all go at its end: looking at them in its middle finds nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


def _return_large_blocks() -> None:
    """Have the C library give blocks of 1 MiB and more back to the system, always: hashing a password takes 19 MiB.

    Left to itself, glibc raises that limit after the first one and keeps those that follow (mallopt(3)).
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 1 << 20)


def make_server(settings: Settings, host: str, port: int, workers: int, target: str) -> Any:
    """The server of a WSGI application: one thread a worker on SQLite, where writers wait for each other anyway."""
    from granian.constants import Interfaces
    from granian.server import Server

    return Server(
        target, address=host, port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=1 if settings.is_sqlite else 4, backpressure=512, log_level=_quiet(), websockets=False,
        respawn_failed_workers=True, workers_kill_timeout=LAST_REQUESTS,
    )  # fmt: skip


def _quiet() -> Any:
    from granian.log import LogLevels

    return LogLevels.warning


def _run_jobs(house: Installation) -> None:
    def end_with_parent() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
        os._exit(0)

    from lms.accounts.retention import apply_retention

    threading.Thread(target=end_with_parent, daemon=True).start()
    house.queue.every_hour(apply_retention)  # hourly, since such a machine may be on by day only
    house.queue.huey.create_consumer(workers=1, initial_delay=0.2, max_delay=2.0, periodic=True).run()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option(
    "--jobs/--no-jobs",
    default=True,
    help="Run the jobs too (embedded installation), or leave them to `bouquet worker`.",
)
@data_option
def run(data: Path, host: str, port: int, workers: int, jobs: bool) -> None:  # noqa: FBT001
    """Serve the installation; an empty one offers to create its first hub and administrator."""
    check_port(host, port)
    url = os.environ.get("BOUQUET_URL") or f"http://{host}:{port}"
    house = open_installation(data, url=url)
    _offer_first_hub(house)
    house.close()
    click.echo(f"Bouquet: {house.settings.url}  (Ctrl+C to stop)")
    serve(house.settings, host, port, workers, jobs=jobs and not house.settings.redis)


def _offer_first_hub(house: Installation) -> None:
    from lms.accounts.forms import PASSWORD_LENGTH
    from lms.accounts.models import Role
    from lms.accounts.services import add_person, count_people, grant_role
    from lms.db import unscoped
    from lms.hubs.services import create_hub, slugify

    with house.sessions() as session, unscoped(session):
        if count_people(session):
            return
        if not sys.stdin.isatty():
            click.echo(
                "This installation is empty. Create its first hub and administrator:\n"
                "  bouquet hub create my-hub --name 'My hub'\n"
                "  bouquet user create me@example.org --hub my-hub --role hub_admin --platform-admin",
                err=True,
            )
            return
        click.echo("This installation is empty. / Cette installation est vide.")
        if not click.confirm("Create the first hub and its administrator now?", default=True):
            return
        name = click.prompt("Name of the hub")
        slug = click.prompt("Short name in addresses", default=slugify(name), value_proc=slugify)
        email = click.prompt("Your email address")
        given, family = click.prompt("Your first name"), click.prompt("Your last name")
        while len(password := click.prompt("Password", hide_input=True, confirmation_prompt=True)) < PASSWORD_LENGTH:
            click.echo(f"At least {PASSWORD_LENGTH} characters: three or four words make a good one.")
        hub = create_hub(session, slug=slug, name=name, contact_email=email)
        person = add_person(
            session, email=email, given_name=given, family_name=family, password=password, is_platform_admin=True
        )
        for role in (Role.HUB_ADMIN, Role.LEAD, Role.TRAINER):
            grant_role(session, person_id=person.id, role=role, hub_id=hub.id)
        session.commit()


@click.command()
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 32))
@data_option
def worker(data: Path, workers: int) -> None:
    """Run the jobs (mail, exports, imports) of an installation whose servers run with --no-jobs."""
    from lms.app import create_installation

    house = create_installation(read_settings(data))
    house.queue.huey.create_consumer(workers=workers, periodic=False).run()


def local_url(host: str, port: int) -> str:
    """The address to open in a browser of this machine."""
    return f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104
