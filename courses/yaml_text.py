"""Plain data -> YAML a person likes to read and to compare line by line."""

from __future__ import annotations

import re
from typing import Any

import yaml

_BREAKS = re.compile(r"[\r\x85\u2028\u2029\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")


_NO_FOLD = 10**9
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")


class Inline(list[str]):
    """A short list written on one line, in brackets."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Items of a list stand two columns inside its key, as people write them."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the same list twice is written twice
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Several lines as a block; quoted when a character would not survive one."""
    if _BREAKS.search(text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    style = "|" if "\n" in text.strip("\n") else _quotes(text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _quotes(text: str) -> str | None:
    """French is full of apostrophes, which single quotes would double: double quotes where any are needed."""
    needed = ": " in text or " #" in text or text.endswith(":") or text[:1] in _INDICATORS
    return '"' if "'" in text and needed and "\\" not in text else None


def _inline(dumper: yaml.SafeDumper, items: Inline) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", list(items), flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Inline, _inline)


def dump(data: Any) -> str:
    """The data as YAML, keys in the order given; a line of text stays one line, so that versions compare well."""
    text = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_NO_FOLD, default_flow_style=False
    )
    return str(text)


def number(value: float) -> int | float:
    """Whole numbers without a decimal point."""
    return int(value) if float(value).is_integer() else value
