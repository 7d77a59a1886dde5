"""Our own YAML: the form in which frameworks are written by people, bundled and reviewed.

The format is described in ``docs/reference/framework-format.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from competency_frameworks.formats.plain import from_tree, to_plain
from competency_frameworks.formats.yaml_tree import TreeError, load_tree
from competency_frameworks.problems import Problem, ReadResult

if TYPE_CHECKING:
    from competency_frameworks.model import Framework

DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the C writer is six times faster where it is built


def read_yaml(data: bytes, path: str = "") -> ReadResult:
    """Read and check one framework; every problem is told at once, with ``path``, line and cure."""
    try:
        tree = load_tree(data)
    except TreeError as error:
        return ReadResult(None, (Problem("yaml", "error", error.message, error.cure, path, error.line),))
    return from_tree(tree, path)


def write_yaml(framework: Framework) -> bytes:
    """Write ``framework`` as UTF-8 YAML; ``read_yaml`` gives back an equal framework when it passes ``check``."""
    plain = to_plain(framework)
    text = yaml.dump(plain, Dumper=DUMPER, allow_unicode=True, sort_keys=False, width=110)
    return text.encode("utf-8")
