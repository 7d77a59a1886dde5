"""YAML text -> plain tree in which every value knows its line; refuses what a hostile file could abuse.

Scalars stay the text that was written, so the version ``2023`` and the code ``1.10`` lose nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from competency_frameworks.text import Translated, bilingual

MAX_BYTES = 20_000_000
MAX_DEPTH = 16
MAX_NODES = 1_000_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster where it is built


@dataclass(frozen=True, slots=True)
class Tree:
    """One YAML value: ``value`` is None, str, list[Tree] or dict[str, Tree]; ``line`` is 1-based."""

    value: str | list[Tree] | dict[str, Tree] | None
    line: int
    key_lines: dict[str, int] = field(default_factory=dict)


class TreeError(ValueError):
    """The text cannot be read as YAML of ours: one bilingual message, its cure and its 1-based line (0: unknown)."""

    def __init__(self, message: Translated, cure: Translated, line: int = 0) -> None:
        super().__init__(message.text("en"))
        self.message, self.cure, self.line = message, cure, line


def load_tree(data: bytes) -> Tree:
    """Read one YAML 1.1 document; TreeError when too big, not UTF-8, malformed, aliased, too deep or ambiguous."""
    if len(data) > MAX_BYTES:
        raise TreeError(
            bilingual("Le fichier dépasse {n} Mo.", "The file is larger than {n} MB.", n=MAX_BYTES // 1_000_000),
            bilingual("Découpez le référentiel en plusieurs fichiers.", "Split the framework into several files."),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TreeError(
            bilingual("Le fichier n'est pas en UTF-8.", "The file is not UTF-8."),
            bilingual("Enregistrez-le avec l'encodage UTF-8.", "Save it with the UTF-8 encoding."),
            data[: error.start].count(b"\n") + 1,
        ) from error
    try:
        return _from_events(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise _syntax_error(error, text.count("\n") + 1) from error


_NULLS = frozenset(("", "~", "null", "Null", "NULL"))  # YAML 1.1, where the scalar is plain


def _from_events(events: Any) -> Tree:
    """Build the tree in one pass, with a stack of our own: a hostile file meets its limits before it costs anything."""
    stack: list[_Open] = []
    top: Tree | None = None
    for n, event in enumerate(events):
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if n > MAX_NODES:
                raise _too_much(event.start_mark.line + 1)
            plain_null = event.implicit[0] and event.value in _NULLS
            done = Tree(None if plain_null else event.value, event.start_mark.line + 1)
        elif kind in {yaml.MappingStartEvent, yaml.SequenceStartEvent}:
            line = event.start_mark.line + 1
            if len(stack) >= MAX_DEPTH or n > MAX_NODES:
                raise _too_much(line)
            stack.append(_Open(Tree({} if kind is yaml.MappingStartEvent else [], line)))
            continue
        elif kind in {yaml.MappingEndEvent, yaml.SequenceEndEvent}:
            done = stack.pop().tree
        elif kind is yaml.AliasEvent:
            raise TreeError(
                bilingual("Les renvois YAML (*nom) ne sont pas admis.", "YAML aliases (*name) are not accepted."),
                bilingual("Recopiez le texte à cet endroit.", "Write the text out at that place."),
                event.start_mark.line + 1,
            )
        else:
            if kind is yaml.DocumentStartEvent and top is not None:
                raise TreeError(
                    bilingual(
                        "Le fichier contient plusieurs documents YAML.", "The file holds several YAML documents."
                    ),
                    bilingual("Gardez-en un seul (retirez « --- »).", "Keep only one (remove `---`)."),
                    event.start_mark.line + 1,
                )
            continue
        if stack:
            stack[-1].take(done)
        else:
            top = done
    return top or Tree(None, 1)


class _Open:
    """A list or mapping that is being filled."""

    __slots__ = ("key", "tree")

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.key: Tree | None = None

    def take(self, done: Tree) -> None:
        held = self.tree.value
        if isinstance(held, list):
            held.append(done)
        elif isinstance(held, dict) and self.key is None:
            name = done.value if isinstance(done.value, str) else "" if done.value is None else None
            if name is None or name in held:
                raise TreeError(
                    bilingual(
                        "La clé « {name} » est écrite deux fois ou mal formée.",
                        "The key `{name}` is written twice or malformed.",
                        name=(name or "?")[:40],
                    ),
                    bilingual("Gardez-en une seule.", "Keep only one."),
                    done.line,
                )
            self.key = Tree(name, done.line)
        elif isinstance(held, dict) and self.key is not None:
            name = str(self.key.value)
            held[name] = done
            self.tree.key_lines[name] = self.key.line
            self.key = None


def _too_much(line: int) -> TreeError:
    return TreeError(
        bilingual(
            "Le texte est imbriqué sur plus de {depth} niveaux ou compte plus de {n} valeurs.",
            "The text is nested more than {depth} deep or has more than {n} values.",
            depth=MAX_DEPTH,
            n=MAX_NODES,
        ),
        bilingual("Suivez la forme décrite dans la documentation.", "Follow the documented shape."),
        line,
    )


def _syntax_error(error: yaml.YAMLError, last_line: int) -> TreeError:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "YAML"
    return TreeError(
        bilingual("Le texte n'est pas du YAML valable ({said}).", "The text is not valid YAML ({said}).", said=said),
        bilingual(
            "Vérifiez l'alignement, les deux-points et les guillemets à cette ligne.",
            "Check the indentation, colons and quotation marks at that line.",
        ),
        min(mark.line + 1, last_line) if mark else 0,
    )
