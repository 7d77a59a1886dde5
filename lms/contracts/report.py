"""Reports: a table drawn from a session's figures."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from lms.contracts.plugin import Plugin


@dataclass(frozen=True, slots=True)
class Table:
    """Columns (header texts) and rows; a cell is text, a number or None."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""


class Report(Plugin):
    """A report on one session."""

    @abstractmethod
    def build(self, facts: dict[str, Any], language: str) -> Table:
        """Make the table from ``quality.queries.session_facts`` (plain data, documented there)."""
