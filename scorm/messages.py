"""What the library tells people, in French and in English; the sentences stand in ``scorm.catalogue``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scorm.catalogue import CATALOGUE, Message

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Message", "Note", "ScormError"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was guessed or put right while reading; ``rule`` is in the catalogue, ``values`` fill it."""

    rule: str
    line: int = 0  # 1-based, 0 when the whole file is meant
    element: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        return CATALOGUE[self.rule].message(self.values)


class ScormError(ValueError):
    """A file that cannot be used at all: ``rule`` is in the catalogue, ``fr`` and ``en`` say what to do."""

    def __init__(self, rule: str, /, *, line: int = 0, **values: object) -> None:
        filled = {"line": line, **values}
        message, cure = CATALOGUE[rule].message(filled), CATALOGUE[rule].cure(filled)
        self.message = Message(f"{message.fr} {cure.fr}", f"{message.en} {cure.en}")
        super().__init__(self.message.en)
        self.rule = rule
        self.values = values
        self.fr = self.message.fr
        self.en = self.message.en
        self.line = line

    def text(self, lang: str) -> str:
        return self.message.text(lang)
