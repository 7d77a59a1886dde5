"""Texts in several languages, and text folded for comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

FALLBACK = "fr"


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Translated(Mapping[str, str]):
    """One text in one or more languages: a read-only mapping language tag (BCP 47) -> text.

    ``default`` is the language to fall back on (the framework's own). Blank texts are dropped, so a language is either
    present with a text or absent. Equal when languages, texts and default are equal; hashable.
    """

    pairs: tuple[tuple[str, str], ...]
    default: str

    def __init__(self, texts: Mapping[str, str] | None = None, default: str = FALLBACK) -> None:
        kept = sorted((lang, text) for lang, text in (texts or {}).items() if text.strip())
        object.__setattr__(self, "pairs", tuple(kept))
        object.__setattr__(self, "default", default if kept else FALLBACK)  # nothing falls back on nothing

    def __getitem__(self, lang: str) -> str:
        for key, text in self.pairs:
            if key == lang:
                return text
        raise KeyError(lang)

    def __iter__(self) -> Iterator[str]:
        return (lang for lang, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __repr__(self) -> str:
        return f"Translated({dict(self.pairs)!r}, default={self.default!r})"

    def text(self, lang: str = "") -> str:
        """The text in ``lang``, else its base language (``fr`` for ``fr-CA``), else the default, else any, else ""."""
        for candidate in (lang, lang.partition("-")[0], self.default):
            if candidate in self:
                return self[candidate]
        return self.pairs[0][1] if self.pairs else ""


def bilingual(fr: str, en: str, **values: Any) -> Translated:
    """A message of ours in French and English; ``values`` fill the ``{names}`` of both.

    The spaces that French wants before high punctuation and inside « » are made no-break ones here.
    """
    return Translated({"fr": typeset(fr).format(**values), "en": en.format(**values)})


@cache
def typeset(fr: str) -> str:
    """French with its no-break spaces."""
    return re.sub(r" (?=[:;?!»%])", "\u00a0", fr).replace("« ", "«\u00a0")


def folded(text: str) -> str:
    """``text`` without accents, case, ligatures or punctuation, words separated by one space: for comparison only."""
    expanded = text.casefold().replace("œ", "oe").replace("æ", "ae")
    bare = "".join(c for c in unicodedata.normalize("NFKD", expanded) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() or c == "." else " " for c in bare).split())
