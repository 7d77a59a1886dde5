"""The form of a rule."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Rule(NamedTuple):
    """Templates for ``str.format``; ``message`` says what is wrong, ``cure`` what to do."""

    severity: Literal["error", "warning", "note"]
    message_fr: str
    message_en: str
    cure_fr: str
    cure_en: str
