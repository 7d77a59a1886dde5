"""A file that somebody sent, read as a framework whatever its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from competency_frameworks.formats.case import read_case
from competency_frameworks.formats.yaml_format import read_yaml

if TYPE_CHECKING:
    from competency_frameworks.problems import ReadResult

ACCEPTED = (".json", ".yaml", ".yml")


def read_file(data: bytes, name: str) -> ReadResult:
    """What the file says as a framework, and every problem found on the way; nothing is written."""
    looks_json = name.lower().endswith((".json", ".jsonld")) or data.lstrip()[:1] in (b"{", b"[")
    return (read_case if looks_json else read_yaml)(data, name)
