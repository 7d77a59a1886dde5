"""Documents in French as tagged PDF (PDF/UA-1 and PDF/A-2a), from plain data and the templates of this folder."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def font_folders() -> tuple[str, ...]:
    """Folders of the typeface of the house when it is installed as TrueType; typst's own typefaces stand in for it."""
    found = find_spec("fontpkg_atkinson_hyperlegible")
    if found is None or found.origin is None:
        return ()
    folder = Path(found.origin).parent
    return tuple(sorted({str(file.parent) for pattern in ("*.ttf", "*.otf") for file in folder.rglob(pattern)}))


def make_pdf(template: str, data: dict[str, Any], *, at: datetime) -> bytes:
    """Return the PDF of ``<template>.typ``; the same data and instant give the same bytes."""
    import typst  # noqa: PLC0415 - 40 MB that most processes never need

    return bytes(
        typst.compile(
            FOLDER / f"{template}.typ",
            root=FOLDER,
            format="pdf",
            pdf_standards=["ua-1", "a-2a"],
            ignore_system_fonts=True,
            font_paths=[Path(folder) for folder in font_folders()],
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=int(at.astimezone(UTC).timestamp()),
        )
    )
