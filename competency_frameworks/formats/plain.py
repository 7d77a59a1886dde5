"""A framework as plain data (the shape of our YAML) and back; other formats ride on it for what they cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from competency_frameworks.check import check
from competency_frameworks.formats.reader import FrameworkReader
from competency_frameworks.model import ItemRef
from competency_frameworks.problems import Problem, ReadResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from competency_frameworks.formats.tree_values import Value
    from competency_frameworks.model import Association, Competency, Framework, Node
    from competency_frameworks.scales import CompletionRule, Level, RatingRule
    from competency_frameworks.text import Translated


def from_tree(tree: Value, path: str = "", before: tuple[Problem, ...] = ()) -> ReadResult:
    """Read and check the framework in ``tree`` (YAML, or plain data); ``before`` are problems already found in the same file."""
    reader = FrameworkReader(path)
    framework = reader.read(tree)
    told = {problem.line for problem in reader.problems} - {0}
    content = check(framework, path, reader.lines)
    # an item whose shape is wrong is blamed once, not again for what it lacks because of that
    found = (problem for problem in content if not (problem.code and problem.line in told))
    problems = (*before, *reader.problems, *found)
    refused = any(problem.severity == "error" for problem in problems)
    return ReadResult(None if refused else framework, problems)


def to_plain(framework: Framework) -> dict[str, Any]:
    """``framework`` as strings, numbers, lists and dicts, without entries that the reader would supply."""
    plain = plain_document(framework)
    glossary = plain.pop("glossary", None)
    plain |= {"items": list(plain_items(framework)), "associations": list(plain_associations(framework))}
    plain |= {"glossary": glossary}
    return {name: said for name, said in plain.items() if said}


def plain_associations(framework: Framework) -> Iterator[dict[str, Any]]:
    """Each association in the plain form, in the order of the framework."""
    return (pruned(_association(entry, framework)) for entry in framework.associations)


def plain_document(framework: Framework) -> dict[str, Any]:
    """The plain form without items and associations."""
    plain: dict[str, Any] = {
        "format": 1,
        "id": framework.id,
        "version": framework.version,
        "language": framework.language,
        "title": _text(framework.title, framework),
        "description": _text(framework.description, framework),
        "status": framework.status,
        "supersedes": framework.supersedes,
        "source": {
            "title": framework.source.title,
            "url": framework.source.url,
            "publisher": framework.source.publisher,
            "date": framework.source.date,
        },
        "licence": framework.licence,
        "verification": {
            "status": framework.verification.status,
            "note": _text(framework.verification.note, framework),
        },
        "translations": dict(sorted(framework.translation_status.items())),
        "audiences": [
            {"who": _text(entry.who, framework), "purpose": _text(entry.purpose, framework)}
            for entry in framework.audiences
        ],
        "levels": _levels(framework.levels, framework),
        "scales": [
            {"id": scale.id, "title": _text(scale.title, framework), "levels": _levels(scale.levels, framework)}
            for scale in framework.scales
        ],
        "rating": _rating(framework.rating),
        "glossary": [
            {"term": _text(entry.term, framework), "explanation": _text(entry.explanation, framework)}
            for entry in framework.glossary
        ],
        "document_id": framework.document_id,
        "address": framework.address,
    }
    said: dict[str, Any] = pruned(plain)
    return said


def _levels(levels: tuple[Level, ...], framework: Framework) -> list[dict[str, Any]]:
    return [
        {
            "id": level.id,
            "order": level.order if level.order != position else None,
            "title": _text(level.title, framework),
            "description": _text(level.description, framework),
            "points": level.points,
            "proficient": level.proficient or None,
            "default": level.default or None,
        }
        for position, level in enumerate(levels, start=1)
    ]


def _rating(rule: RatingRule | None) -> dict[str, Any]:
    return {"method": rule.method, "parameter": rule.parameter} if rule else {}


def _completion(rule: CompletionRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    parts = [
        {"code": part.code, "points": part.points or None, "required": part.required or None} for part in rule.parts
    ]
    return {"kind": rule.kind, "outcome": rule.outcome, "points": rule.points or None, "parts": parts}


def plain_items(framework: Framework) -> Iterator[dict[str, Any]]:
    """Each item in the plain form, in the order of the framework, one at a time."""
    siblings: dict[str, int] = {}
    for item in framework.items:
        siblings[item.parent] = siblings.get(item.parent, 0) + 1
        yield pruned(_item(item, siblings[item.parent], framework))


def _item(item: Competency, position: int, framework: Framework) -> dict[str, Any]:
    return {
        "code": item.code,
        "kind": item.kind,
        "parent": item.parent,
        "order": item.order if item.order != position else None,
        "statement": _text(item.statement, framework),
        "short": _text(item.short, framework),
        "notes": _text(item.notes, framework),
        "keywords": list(item.keywords),
        "scale": item.scale,
        "level": item.level,
        "levels": {entry.level: _text(entry.description, framework) for entry in item.levels},
        "rating": _rating(item.rating),
        "completion": _completion(item.completion),
        "id": item.id,
        "uri": item.uri,
    }


def _association(entry: Association, framework: Framework) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "origin": _node(entry.origin, framework),
        "destination": _node(entry.destination, framework),
        "note": _text(entry.note, framework),
        "proposed_by": entry.proposed_by,
        "strength": entry.strength,
        "id": entry.id,
    }


def _node(node: Node, framework: Framework) -> str | dict[str, str]:
    if isinstance(node, ItemRef):
        return node.code if (node.framework, node.version) == framework.key else str(node)
    return {"uri": node.uri, "title": node.title}


def _text(text: Translated, framework: Framework) -> str | dict[str, str]:
    texts = dict(text)
    return texts[framework.language] if list(texts) == [framework.language] else texts


def pruned(value: Any) -> Any:
    """``value`` without its empty entries: they are the defaults of the reader."""
    if isinstance(value, dict):
        kept = {
            key: entry if type(entry) is str else pruned(entry) for key, entry in value.items() if entry is not None
        }
        return {key: entry for key, entry in kept.items() if entry not in ("", {}, [])}
    if isinstance(value, list):
        return [pruned(entry) for entry in value]
    return value
