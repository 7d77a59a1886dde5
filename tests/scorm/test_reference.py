"""The pages that are written from the code are those that the code would write today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scorm.catalogue import CATALOGUE
from tests.scorm.builders import SAMPLES

if TYPE_CHECKING:
    from types import ModuleType

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_scorm_reference", DOCS / "build_scorm_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_the_rules_is_up_to_date(build: ModuleType) -> None:
    page = (DOCS / "reference" / "scorm-rules.md").read_text(encoding="utf-8")
    assert page == build.rules_page(), "run python docs/build_scorm_reference.py"
    assert [rule for rule in CATALOGUE if f"| `{rule}` |" not in page] == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample packages are not here")
def test_the_page_of_the_samples_is_up_to_date(build: ModuleType) -> None:
    page = (DOCS / "reference" / "scorm-samples.md").read_text(encoding="utf-8")
    assert page == build.samples_page(SAMPLES), "run python docs/build_scorm_reference.py"
    listed = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(listed) == len(list(SAMPLES.rglob("*.zip")))
