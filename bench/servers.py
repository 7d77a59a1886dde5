"""Starting what is measured, as its users start it, and weighing it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
WORKERS = 2
BOUQUET = "from lms.cli import main; main()"
YARDSTICK = """
import sys
from pathlib import Path
from lms.cli.serve import make_server
from lms.config import Settings
make_server(Settings(data=Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]), int(sys.argv[3]), "bench.yardsticks:application").serve()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(code: str, *arguments: str, port: int, **environ: str) -> Iterator[int]:
    """Run this Python code as a server until the block ends; gives its process id once the port answers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOUQUET_")}
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, env=kept | {"PYTHONPATH": str(ROOT)} | environ
    ) as process:
        try:
            _wait(process, port)
            yield process.pid
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit(f"the server stopped before it answered (exit {process.returncode})")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer after 30 s")


def memory(pid: int) -> dict[str, float]:
    """Memory in MiB of a process and its descendants: ``pss`` shares out what several of them map."""
    family, parents = {pid}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    total = 0.0
    for member in family:
        for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) / 1024
    return {"pss": round(total, 1), "processes": len(family)}
