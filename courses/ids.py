"""Stable ids: their shape, and how one is made from a title."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

ID_SHAPE = re.compile(r"[a-z0-9-]{2,64}")
CHOICE_ID_SHAPE = re.compile(r"[a-z0-9-]{1,64}")  # choices of one question: "a", "b"… are enough
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o"})


def is_id(text: str) -> bool:
    return ID_SHAPE.fullmatch(text) is not None


def plain_letters(text: str) -> str:
    """The text in lower case without accents or ligatures."""
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(char for char in spread if not unicodedata.combining(char))


def slug(text: str, fallback: str = "sans-titre") -> str:
    """An id made from a title: lower case, no accents, hyphens, 2 to 64 characters."""
    made = re.sub(r"[^a-z0-9]+", "-", plain_letters(text)).strip("-")[:64].strip("-")
    return made if len(made) >= 2 else fallback


def unique_id(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, or ``wanted-2``, ``wanted-3``… until nobody has it."""
    made, number = wanted, 1
    while made in taken:
        number += 1
        tail = f"-{number}"
        made = wanted[: 64 - len(tail)] + tail
    return made


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks like a misspelling of ``word``; empty when none does."""
    found = get_close_matches(word.lower(), list(known), n=1, cutoff=0.7)
    return found[0] if found else ""


def fold_words(text: str) -> str:
    """The words of a text alone: no case, accents, punctuation or extra spaces."""
    return " ".join(re.findall(r"\w+", plain_letters(text).replace("_", " ")))
