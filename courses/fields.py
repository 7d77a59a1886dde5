"""One YAML mapping being read: typed access to its keys, every surprise reported with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from competency_frameworks.model import ItemRef
from courses.ids import CHOICE_ID_SHAPE, ID_SHAPE, nearest, slug
from courses.model import Place
from courses.yaml_tree import Items, Node, Pairs, Scalar, as_boolean, as_integer, as_number, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from courses.problems import Report


class Fields:
    """Reads each key once; ``close`` reports the keys nobody asked for. No method raises on what an author wrote."""

    def __init__(self, node: Pairs, report: Report) -> None:
        self.report = report
        self.line = node.line
        self._left: dict[str, Node] = {}
        self._asked: list[str] = []
        for key, value in node.pairs:
            if key.value in self._left:
                report.add("key-twice", key.line, key=key.value)
            else:
                self._left[key.value] = value
        self._lines = {key.value: key.line for key, _ in node.pairs}

    @property
    def place(self) -> Place:
        return Place(self.report.path, self.line)

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def line_of(self, key: str) -> int:
        return self._lines.get(key, self.line)

    def take(self, key: str) -> Node | None:
        """The node of that key, None when it is absent or null."""
        self._asked.append(key)
        node = self._left.pop(key, None)
        return None if isinstance(node, Scalar) and node.is_null else node

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        node = self.take(key)
        if node is None:
            if required:
                self.report.add("key-missing", self.line, key=key)
            return default
        if isinstance(node, Scalar):
            return node.value
        self.report.add("expected-text", node.line, key=key)
        return default

    def choice(self, key: str, allowed: tuple[str, ...], default: str, *, required: bool = False) -> str:
        value = self.text(key, required=required)
        if not value or value in allowed:
            return value or default
        self.report.add("value-not-allowed", self.line_of(key), key=key, value=value, allowed=", ".join(allowed))
        return default

    def integer(self, key: str, default: int = 0, *, maximum: int = 100_000) -> int:
        node = self.take(key)
        if node is None:
            return default
        value = as_integer(node)
        if value is None:
            self.report.add("expected-integer", node.line, key=key, value=_shown(node))
            return default
        return int(self._bounded(key, value, 0, maximum, default))

    def number(self, key: str, default: float, *, minimum: float = -1e15, maximum: float = 1e15) -> float:
        node = self.take(key)
        if node is None:
            return default
        value = as_number(node)
        if value is None:
            self.report.add("expected-number", node.line, key=key, value=_shown(node))
            return default
        return self._bounded(key, value, minimum, maximum, default)

    def _bounded(self, key: str, value: float, minimum: float, maximum: float, default: float) -> float:
        if minimum <= value <= maximum:
            return value
        bounds = {"minimum": f"{minimum:g}", "maximum": f"{maximum:g}"}
        self.report.add("number-out-of-range", self.line_of(key), key=key, value=f"{value:g}", **bounds)
        return default

    def boolean(self, key: str, *, default: bool) -> bool:
        node = self.take(key)
        if node is None:
            return default
        value = as_boolean(node)
        if value is None:
            self.report.add("expected-boolean", node.line, key=key, value=_shown(node))
            return default
        return value

    def scalars(self, key: str) -> list[Scalar]:
        """The items of a list of plain values; a lone value counts as a list of one, and is reported."""
        node = self.take(key)
        if node is None:
            return []
        if not isinstance(node, Items):
            self.report.add("expected-list", node.line, key=key)
            return [node] if isinstance(node, Scalar) else []
        kept = [item for item in node.items if isinstance(item, Scalar)]
        for item in node.items:
            if not isinstance(item, Scalar):
                self.report.add("expected-text", item.line, key=key)
        return kept

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(item.value for item in self.scalars(key))

    def items(self, key: str) -> list[Node]:
        node = self.take(key)
        if node is None:
            return []
        if isinstance(node, Items):
            return node.items
        self.report.add("expected-list", node.line, key=key)
        return []

    def each(self, key: str) -> Iterator[Fields]:
        """The mappings of a list of mappings."""
        for node in self.items(key):
            if isinstance(node, Pairs):
                yield Fields(node, self.report)
            else:
                self.report.add("expected-mapping", node.line, key=key)

    def inner(self, key: str) -> Fields | None:
        node = self.take(key)
        if node is None or isinstance(node, Pairs):
            return Fields(node, self.report) if node else None
        self.report.add("expected-mapping", node.line, key=key)
        return None

    def identifier(self, fallback: str) -> str:
        """The ``id``, or ``fallback`` made into one."""
        value = self.text("id")
        if not value:
            made = slug(fallback)
            self.report.add("id-missing", self.line, value=made)
            return made
        return self._shaped(value, ID_SHAPE.fullmatch(value) is not None)

    def choice_identifier(self, position: int) -> str:
        """The ``id`` of a choice or level, a letter by default."""
        value = self.text("id")
        if not value:
            made = "abcdefghijklmnopqrstuvwxyz"[position] if position < 26 else f"c{position + 1}"
            self.report.add("id-missing", self.line, value=made)
            return made
        return self._shaped(value, CHOICE_ID_SHAPE.fullmatch(value) is not None)

    def _shaped(self, value: str, fits: bool) -> str:  # noqa: FBT001 - the caller has just tested it
        if fits:
            return value
        made = slug(value)
        self.report.add("id-shape", self.line_of("id"), value=value, near=made)
        return made

    def refs(self, key: str, aliases: Mapping[str, tuple[str, str]]) -> tuple[ItemRef, ...]:
        """Competency references, aliases resolved."""
        found = (read_ref(item.value, item.line, aliases, self.report) for item in self.scalars(key))
        return tuple(ref for ref in found if ref is not None)

    def rest(self) -> dict[str, Any]:
        """What is left, as plain data: the settings of a plugin."""
        left = {key: plain(node) for key, node in self._left.items()}
        self._left.clear()
        return left

    def close(self) -> None:
        known = sorted(set(self._asked))
        for key in self._left:
            near = nearest(key, known)
            if near:
                self.report.add("key-misspelt", self._lines[key], key=key, near=near)
            else:
                self.report.add("key-unknown", self._lines[key], key=key, known=", ".join(known))


def read_ref(text: str, line: int, aliases: Mapping[str, tuple[str, str]], report: Report) -> ItemRef | None:
    """The competency that ``alias:code`` or ``framework@version#code`` means; None, reported, when it means none."""
    alias, colon, code = text.partition(":")
    if colon and alias in aliases and code.strip():
        framework, version = aliases[alias]
        return ItemRef(framework, version, code.strip())
    try:
        return ItemRef.parse(text)
    except ValueError:
        if colon and alias.strip() and code.strip():
            known = ", ".join(sorted(aliases)) or "—"
            report.add("alias-unknown", line, alias=alias, value=text, known=known)
        else:
            report.add("ref-shape", line, value=text)
        return None


def root_fields(node: Node | None, report: Report, what: str) -> Fields | None:
    """The fields of a whole file, which must be a mapping."""
    if isinstance(node, Pairs):
        return Fields(node, report)
    if node is not None or not report.problems:  # an empty file says nothing wrong, but says nothing
        report.add("expected-mapping", node.line if node else 1, key=what)
    return None


def _shown(node: Node) -> str:
    return node.value if isinstance(node, Scalar) else "…"
