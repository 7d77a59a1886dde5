"""A real Chromium for the tests marked ``browser``: the system's own, found on the PATH."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.demo import LiveDemo, Season

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("browser"):
            # pytest-base-url declares a session fixture as a method: not ours to cure
            item.add_marker(pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The axe-core script of the built assets; the test is skipped when they have not been built."""
    found = ROOT / "lms/web/static/vendor/axe.min.js"
    if not found.is_file():
        pytest.skip("axe-core is not built: run the asset build first")
    return found.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def season(tmp_path_factory) -> Iterator[Season]:
    """The demo, filled once a run; `BOUQUET_TEST_DATABASE` names a PostgreSQL server to hold it there."""
    season = Season(tmp_path_factory.mktemp("season"), os.environ.get("BOUQUET_TEST_DATABASE", ""))
    yield season
    season.forget()


@pytest.fixture(scope="module")
def demo(season, tmp_path_factory) -> Iterator[LiveDemo]:
    """The demo on a port of this machine; what a module writes there, no other module reads."""
    with season.copy(tmp_path_factory.mktemp("demo")) as demo:
        yield demo
