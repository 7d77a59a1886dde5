from __future__ import annotations

import re
from pathlib import Path

from competency_frameworks import library
from competency_frameworks.formats import reader
from competency_frameworks.formats.yaml_format import read_yaml, write_yaml
from competency_frameworks.model import ASSOCIATION_KINDS, STATUSES, VERIFICATION_STATUSES, ItemRef

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "framework-format.md").read_text(encoding="utf-8")


def example():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return read_yaml(text.encode(), "framework-format.md")


def test_the_example_of_the_page_loads_without_a_single_remark():
    result = example()
    assert result.problems == ()
    framework = result.framework
    assert [item.code for item in framework.children("A")] == ["A1", "A2"]
    assert len(framework.associations) == 3
    assert read_yaml(write_yaml(framework)).framework == framework


def test_the_items_of_other_frameworks_named_by_the_page_exist():
    named = re.findall(r"[a-z0-9-]+@[0-9]+#[A-Z0-9]+", PAGE)
    assert len(named) == 2
    for ref in map(ItemRef.parse, named):
        assert library.resolves(ref.framework, ref.version, ref.code)


def test_the_page_names_every_key_and_every_allowed_value():
    named = set(re.findall(r"`([^`\n]+)`", PAGE))
    wanted = {*reader.FRAMEWORK_KEYS, *reader.ITEM_KEYS, *ASSOCIATION_KINDS, *STATUSES, *VERIFICATION_STATUSES}
    assert wanted <= named
