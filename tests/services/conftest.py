"""Real PostgreSQL, Redis and S3 servers, and the processes of an installation that uses them by settings alone."""

from __future__ import annotations

import os
import random
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import requests
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
BUCKET = "bouquet-files"
HOST = "lms.example.org"
ADDRESS = "127.0.0.1"


def free_port() -> int:
    """A port that is free, out of the range that the system gives to those who ask for any: nobody takes it meanwhile."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return port


def wait_for(port: int, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection((ADDRESS, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"nothing answers on port {port} after {seconds} s")


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a PostgreSQL server on which we may create databases."""
    given = os.environ.get("BOUQUET_TEST_DATABASE", "").rstrip("/")
    if given:
        return given
    for user in ("postgres", "root"):
        for port in (5432, 54329):
            address = f"postgresql://{user}@{ADDRESS}:{port}"
            try:
                with psycopg.connect(f"{address}/postgres", connect_timeout=2) as connection:
                    row = connection.execute(
                        "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
                    ).fetchone()
            except psycopg.OperationalError:
                continue
            if row and row[0]:
                return address
    pytest.skip("no PostgreSQL server lets us create a database: set BOUQUET_TEST_DATABASE=postgresql://user@host:port")


@pytest.fixture
def database(postgres_server) -> Iterator[str]:
    """A database of our own, dropped afterwards."""
    name = f"bouquet_services_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield f"{postgres_server}/{name}"
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory) -> Iterator[str]:
    """A Redis server of our own, empty at the start."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian: apt install redis-server)")
    port, folder = free_port(), tmp_path_factory.mktemp("redis")
    command = [
        program,
        "--port",
        str(port),
        "--bind",
        ADDRESS,
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        wait_for(port)
        yield f"redis://{ADDRESS}:{port}/3"
        process.terminate()


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3 server in this process, with one empty bucket."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address=ADDRESS, port=0)
    server.start()
    host, port = server.get_host_and_port()
    requests.put(f"http://{host}:{port}/{BUCKET}", timeout=10).raise_for_status()
    yield f"http://{host}:{port}"
    server.stop()


@dataclass
class Mailbox:
    """The messages an SMTP server got, each with its recipients."""

    port: int
    messages: list[tuple[list[str], str]] = field(default_factory=list)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """An SMTP server that accepts everything."""
    box = Mailbox(0)

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            to: list[str] = []
            while line := self.rfile.readline().decode().strip():
                word = line.upper()
                if word.startswith("RCPT TO:"):
                    to.append(line[8:].strip("<> "))
                if word == "DATA":
                    self.say("354 go on")
                    lines = []
                    while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                        lines.append(text)
                    box.messages.append((to, "\n".join(lines)))
                if word == "QUIT":
                    self.say("221 bye")
                    return
                self.say("250 ok")

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer((ADDRESS, 0), Talk) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()


@dataclass
class Fleet:
    """The processes of one installation; ``environ`` is all that they have in common."""

    environ: dict[str, str]
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str) -> None:
        """Start a ``bouquet`` command, with an empty data folder of its own."""
        data = self.folder / f"machine-{len(self.processes)}"
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-c", "from lms.cli import main; main()", *command, "--data", str(data)],
                cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL,
            )
        )  # fmt: skip

    def serve(self) -> int:
        """Start a server; return its port."""
        port = free_port()
        self.start("run", "--no-jobs", "--workers", "1", "--port", str(port))
        return port

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def fleet(database, redis_url, s3_endpoint, mailbox, tmp_path) -> Iterator[Fleet]:
    """An installation whose data is all on servers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BOUQUET_", "AWS_"))}
    fleet = Fleet(
        kept
        | {
            "BOUQUET_DATABASE": database, "BOUQUET_REDIS": redis_url, "BOUQUET_FILES": f"s3://{BUCKET}/{tmp_path.name}",
            "BOUQUET_S3_ENDPOINT": s3_endpoint, "BOUQUET_SECRET_KEY": "the same on every machine", "BOUQUET_PROXIES": "1",
            "BOUQUET_URL": f"http://{HOST}", "BOUQUET_CONTENT_HOST": "content.example.org",
            "BOUQUET_SMTP": f"smtp://{ADDRESS}:{mailbox.port}",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
        },
        tmp_path,
    )  # fmt: skip
    yield fleet
    fleet.stop()
