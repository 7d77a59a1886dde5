"""The server as a person starts and ends it: processes, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.services.conftest import free_port


@pytest.fixture
def server(tmp_path):
    """`bouquet run` in a process group of its own, as a terminal makes one; it has answered already."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", "from lms.cli import main; main()", "run", "--port", str(port), "--data", str(tmp_path)],
        start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    end = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end:
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            break
        except (URLError, TimeoutError):
            time.sleep(0.05)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_ctrl_c_which_reaches_every_process_ends_the_server(server):
    assert server.poll() is None
    os.killpg(server.pid, signal.SIGINT)
    _, said = server.communicate(timeout=60)
    assert server.returncode == 0
    assert b"Killing" not in said  # what granian says of a process that would not end
    with pytest.raises(ProcessLookupError):
        os.killpg(server.pid, 0)  # none of its processes is left
