"""Why a service of delivery says no, in both languages."""

from __future__ import annotations

from lms.contracts import Refusal


class DeliveryRefusal(Refusal):
    """An act that cannot be done now; ``code`` names the reason for programs, ``fr`` and ``en`` tell people what to do."""

    def __init__(self, code: str, fr: str, en: str) -> None:
        super().__init__(_french(fr), en)
        self.code = code


def _french(text: str) -> str:
    """Set the spaces that never break and the apostrophes of French."""
    for plain, fine in (
        ("« ", "«\N{NO-BREAK SPACE}"),
        (" »", "\N{NO-BREAK SPACE}»"),
        (" :", "\N{NO-BREAK SPACE}:"),
        ("'", "’"),
    ):
        text = text.replace(plain, fine)
    return text
