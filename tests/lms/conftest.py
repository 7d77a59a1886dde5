"""Worlds that take long to make, once a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lms.demo_world import DemoWorld

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Iterator[DemoWorld]:
    world = DemoWorld(tmp_path_factory.mktemp("demo"))
    yield world
    world.house.engine.dispose()
