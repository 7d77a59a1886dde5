"""The formats in which frameworks come in and go out, as the pages offer them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from competency_frameworks.formats.registry import FORMATS, read_any
from competency_frameworks.problems import Problem, ReadResult
from competency_frameworks.text import bilingual

if TYPE_CHECKING:
    from competency_frameworks.formats.registry import Format

MOST_BYTES = 80_000_000
READABLE: tuple[Format, ...] = tuple(one for one in FORMATS.values() if one.reader is not None)
WRITABLE: tuple[Format, ...] = tuple(one for one in FORMATS.values() if one.writer is not None)
ACCEPTED: tuple[str, ...] = tuple(dict.fromkeys((*(one.suffix for one in READABLE), ".yml")))


def read_file(data: bytes, name: str, language: str = "fr") -> ReadResult:
    """What the file says as a framework, whatever its format, and every problem found on the way; nothing is written.

    ``language`` is that of the texts where the format cannot say it.
    """
    if len(data) > MOST_BYTES:
        message = bilingual("Le fichier est trop grand.", "The file is too large.")
        cure = bilingual("80 Mo au plus : découpez le référentiel.", "80 MB at most: split the framework.")
        return ReadResult(None, (Problem("size", "error", message, cure, name),))
    return read_any(data, name, language=language)
