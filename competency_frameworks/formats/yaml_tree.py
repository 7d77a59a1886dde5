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
        _refuse_abuse(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _syntax_error(error, text.count("\n") + 1) from error
    return Tree(None, 1) if node is None else _tree(node)


def _refuse_abuse(text: str) -> None:
    depth = 0
    for n, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise TreeError(
                bilingual("Les renvois YAML (*nom) ne sont pas admis.", "YAML aliases (*name) are not accepted."),
                bilingual("Recopiez le texte à cet endroit.", "Write the text out at that place."),
                line,
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or n > MAX_NODES:
            raise TreeError(
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


def _tree(node: Any) -> Tree:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Tree(None if node.tag == "tag:yaml.org,2002:null" else str(node.value), line)
    if isinstance(node, yaml.SequenceNode):
        return Tree([_tree(entry) for entry in node.value], line)
    found: dict[str, Tree] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        name = str(key.value)
        if not isinstance(key, yaml.ScalarNode) or name in found:
            raise TreeError(
                bilingual(
                    "La clé « {name} » est écrite deux fois ou mal formée.",
                    "The key `{name}` is written twice or malformed.",
                    name=name[:40],
                ),
                bilingual("Gardez-en une seule.", "Keep only one."),
                at,
            )
        found[name] = _tree(value)
        lines[name] = at
    return Tree(found, line, lines)
