"""What a competency is called, for whoever only has its reference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from competency_frameworks.library import get
from competency_frameworks.model import ItemRef


@dataclass(frozen=True, slots=True)
class Label:
    """A competency in the reader's language. ``group`` is the item above it, empty for a root."""

    ref: str
    framework: str
    version: str
    code: str
    statement: str
    framework_title: str
    group: str
    group_title: str
    known: bool = True


@lru_cache(maxsize=4096)
def competency_label(ref: str, language: str) -> Label:
    """The label of ``framework@version#code``; a framework or code that is not bundled here is named by its code."""
    item = ItemRef.parse(ref)
    framework = get(item.framework, item.version)
    found = framework.find(item.code) if framework else None
    if framework is None or found is None:
        title = framework.title.text(language) if framework else item.framework
        return Label(ref, item.framework, item.version, item.code, item.code, title, "", "", known=False)
    path = framework.path(item.code)
    group = path[-2] if len(path) > 1 else None
    return Label(
        ref, item.framework, item.version, item.code, found.statement.text(language), framework.title.text(language),
        group.code if group else "", group.statement.text(language) if group else "",
    )  # fmt: skip
