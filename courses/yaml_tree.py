"""YAML read as a tree of plain values that remember their line.

The event reader of PyYAML is used and nothing above it: no object is ever built from a tag, anchors cannot multiply a
small file into a huge one, and depth is bounded here because the C composer recurses without limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from courses.problems import Report

MAX_DEPTH = 30
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,3})?")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it was written; ``quoted`` tells ``"12"`` from ``12``."""

    value: str
    quoted: bool
    line: int

    @property
    def is_null(self) -> bool:
        return not self.quoted and self.value in _NULLS


@dataclass(frozen=True, slots=True)
class Items:
    items: list[Node]
    line: int


@dataclass(frozen=True, slots=True)
class Pairs:
    pairs: list[tuple[Scalar, Node]]
    line: int


Node = Scalar | Items | Pairs


class _RefusedError(Exception):
    def __init__(self, rule: str, line: int, **values: object) -> None:
        super().__init__(rule)
        self.rule, self.line, self.values = rule, line, values


def read_tree(text: str, report: Report, first_line: int = 1) -> Node | None:
    """The tree of a YAML text whose first line is ``first_line`` of its file; None, reported, when it is unreadable."""
    try:
        events = yaml.parse(text, Loader=_Loader)
        return _document(events, first_line)
    except _RefusedError as refused:
        report.add(refused.rule, refused.line, **refused.values)
    except yaml.MarkedYAMLError as error:
        report.add("yaml-syntax", first_line + _line_of(error), detail=error.problem or error.context)
    except yaml.YAMLError:  # a character that YAML does not admit: no line is known
        line = text[: _first_control(text)].count("\n")
        report.add("yaml-syntax", first_line + line, detail="control character")
    return None


def _line_of(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return 0 if mark is None else int(mark.line)


def _first_control(text: str) -> int:
    found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]", text)
    return found.start() if found else 0


def _document(events: Iterator[Any], first_line: int) -> Node | None:
    root: Node | None = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _RefusedError("yaml-syntax", _line(event) + first_line, detail="« --- »")
        elif isinstance(event, yaml.NodeEvent):
            root = _node(event, events, first_line)
    return root


def _line(event: Any) -> int:
    return int(event.start_mark.line)


def _node(event: Any, events: Iterator[Any], first_line: int, depth: int = 0) -> Node:
    line = _line(event) + first_line
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None or event.tag not in (None, "!"):
        raise _RefusedError("yaml-alias", line)
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(event.value, bool(event.style), line)
    if depth >= MAX_DEPTH:
        raise _RefusedError("yaml-too-deep", line, limit=MAX_DEPTH)
    if isinstance(event, yaml.SequenceStartEvent):
        items = [_node(inner, events, first_line, depth + 1) for inner in _until(yaml.SequenceEndEvent, events)]
        return Items(items, line)
    pairs: list[tuple[Scalar, Node]] = []
    for inner in _until(yaml.MappingEndEvent, events):
        key = _node(inner, events, first_line, depth + 1)
        value = _node(next(events), events, first_line, depth + 1)
        if not isinstance(key, Scalar):
            raise _RefusedError("yaml-syntax", key.line, detail="« ? »")
        pairs.append((key, value))
    return Pairs(pairs, line)


def _until(end: type, events: Iterator[Any]) -> Iterator[Any]:
    for event in events:
        if isinstance(event, end):
            return
        yield event


def as_integer(node: Node) -> int | None:
    if isinstance(node, Scalar) and _INTEGER.fullmatch(node.value):
        return int(node.value)
    return None


def as_number(node: Node) -> float | None:
    if isinstance(node, Scalar) and _NUMBER.fullmatch(node.value):
        number = float(node.value)
        return number if abs(number) < 1e300 else None
    return None


def as_boolean(node: Node) -> bool | None:
    if not isinstance(node, Scalar):
        return None
    word = node.value.lower()
    return True if word in _TRUE else False if word in _FALSE else None


def plain(node: Node) -> Any:
    """The node as plain data (dict, list, str, int, float, bool, None), for the settings of plugins."""
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    if isinstance(node, Pairs):
        return {key.value: plain(value) for key, value in node.pairs}
    if node.quoted:
        return node.value
    if node.is_null:
        return None
    boolean = as_boolean(node)
    if boolean is not None:
        return boolean
    integer = as_integer(node)
    return integer if integer is not None else _number_or_text(node)


def _number_or_text(node: Scalar) -> float | str:
    number = as_number(node)
    return node.value if number is None else number
