"""What the library tells people, in French and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in both languages of the interface."""

    fr: str
    en: str

    def text(self, lang: str) -> str:
        """The French sentence for ``fr`` and its regional variants, the English one for anything else."""
        return self.fr if lang.lower().startswith("fr") else self.en


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was guessed or put right while reading; ``rule`` is a stable name."""

    rule: str
    message: Message
    line: int = 0  # 1-based, 0 when the whole file is meant


class ScormError(ValueError):
    """A file that cannot be used at all: ``rule`` is a stable name, ``fr`` and ``en`` say what to do."""

    def __init__(self, rule: str, message: Message, *, line: int = 0) -> None:
        super().__init__(message.en)
        self.rule = rule
        self.message = message
        self.fr = message.fr
        self.en = message.en
        self.line = line

    def text(self, lang: str) -> str:
        return self.message.text(lang)
