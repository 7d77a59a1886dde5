"""The board of a session: one line a learner, one column a thing to do, and what is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.accounts.models import AuditEvent
from lms.db import mark
from lms.delivery.queries import CLOSES_AFTER
from lms.quality.indicators import (
    Indicator,
    attendance_indicator,
    completion_indicator,
    satisfaction_indicator,
)
from lms.quality.queries.material import Activity, Material, list_issued, load_material, read_opinions

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.delivery.attendance_queries import GridRow
    from lms.quality.queries.material import Done

PARIS = ZoneInfo("Europe/Paris")
REMINDED = "learner.reminded"
KINDS = {
    "never_came": mark("has not come yet"),
    "half_day": mark("half-day"),
    "module": mark("module"),
    "test": mark("test"),
    "assignment": mark("assignment"),
    "survey": mark("survey"),
    "document": mark("document"),
}
FOR_LEARNER = frozenset({"never_came", "module", "test", "assignment", "survey"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``activities`` are those it sums up."""

    key: str
    kind: str
    title: str
    at: datetime | None = None
    activities: tuple[Activity, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardCell:
    """``state``: done, started, gap (it should be there), todo (there is time), out (not expected).

    ``done`` of ``total`` for modules; ``score`` for tests and work.
    """

    state: str
    word: str
    done: int = 0
    total: int = 0
    score: float | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line. ``missing``: keys of the columns in gap that the learner can still see to."""

    enrolment_id: uuid.UUID
    person_id: uuid.UUID
    code: str
    name: str
    email: str
    status: str
    cells: tuple[BoardCell, ...]
    gaps: frozenset[str]
    missing: tuple[str, ...]
    reminded: bool

    @property
    def can_remind(self) -> bool:
        return bool(self.missing) and not self.reminded


@dataclass(frozen=True, slots=True)
class Board:
    """``rows`` are those of the page; ``counts`` how many learners lack each kind of thing, in the whole session."""

    material: Material
    columns: tuple[Column, ...]
    rows: tuple[BoardRow, ...]
    total: int
    matching: int
    active: int
    counts: dict[str, int] = field(default_factory=dict)
    figures: tuple[Indicator, ...] = ()


def get_board(
    session: Session,
    session_id: uuid.UUID,
    *,
    missing: str = "",
    page: int = 1,
    size: int = 100,
    now: datetime | None = None,
) -> Board | None:
    """The board, ten statements whatever the number of learners; ``missing``: a key of ``KINDS`` or "any"."""
    material = load_material(session, session_id, now=now)
    if material is None:
        return None
    issued = {one.enrolment_id for one in list_issued(session, session_id) if one.kind == "certificate"}
    reminded = list_reminded_today(session, material.now)
    columns = make_columns(material)
    rows = [_row(material, columns, row, issued, reminded) for row in material.grid.rows]
    chosen = [row for row in rows if not missing or (row.gaps if missing == "any" else missing in row.gaps)]
    counts = Counter(kind for row in rows for kind in row.gaps)
    counts["any"] = sum(bool(row.gaps) for row in rows)
    start = (page - 1) * size
    return Board(
        material=material, columns=columns, rows=tuple(chosen[start : start + size]), total=len(rows), matching=len(chosen),
        active=sum(row.status == "active" for row in rows), counts=dict(counts),
        figures=(
            attendance_indicator(material), completion_indicator(material),
            satisfaction_indicator(read_opinions(session, session_id)),
        ),
    )  # fmt: skip


def list_reminded_today(session: Session, now: datetime) -> set[str]:
    """The enrolments that were reminded since midnight in Paris, as text. One statement."""
    midnight = now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    return set(
        session.scalars(select(AuditEvent.target).where(AuditEvent.action == REMINDED, AuditEvent.at >= midnight))
    )


def make_columns(material: Material) -> tuple[Column, ...]:
    """Half-days, then modules, tests, assignments, surveys and the certificate."""
    days = [Column(f"half_day:{day.id}", "half_day", day.title, day.starts_at) for day in material.grid.half_days]
    modules: dict[str, tuple[str, list[Activity]]] = {}
    others: dict[str, list[Column]] = {"test": [], "assignment": [], "survey": []}
    for activity in material.own_activities:
        kind = column_kind(activity)
        if kind == "module":
            modules.setdefault(activity.module_key, (activity.module_title, []))[1].append(activity)
        else:
            others[kind].append(Column(activity.key, kind, activity.title, activity.due_at, (activity,)))
    return (
        *days,
        *(Column(f"module:{key}", "module", title, None, tuple(found)) for key, (title, found) in modules.items()),
        *others["test"], *others["assignment"], *others["survey"],
        Column("document:certificate", "document", mark("Certificate")),
    )  # fmt: skip


def column_kind(activity: Activity) -> str:
    """What kind of column an activity stands in; practice quizzes belong to their module."""
    if activity.kind in {"assignment", "survey"}:
        return activity.kind
    return "test" if activity.kind == "quiz" and activity.purpose in {"positioning", "final"} else "module"


def _row(
    material: Material, columns: tuple[Column, ...], row: GridRow, issued: set[Any], reminded: set[str]
) -> BoardRow:
    learner = row.learner
    done = material.progress.get(learner.id, {})
    gone = learner.status in {"dropped", "cancelled"}
    cells, gaps, missing = [], set(), []
    never = (
        learner.status == "invited" and material.now.date() > material.run.starts_on and not material.has_started(row)
    )
    if never:
        gaps.add("never_came")
        missing.append("never_came")
    for at, column in enumerate(columns):
        if column.kind == "half_day":
            cell, open_to_sign = _half_day(material, row, at)
        elif column.kind == "document":
            cell, open_to_sign = _document(learner.status, has_one=learner.id in issued), False
        else:
            cell, open_to_sign = _activities(material, column, done, gone=gone), False
        cells.append(cell)
        if cell.state == "gap":
            gaps.add(column.kind)
            if column.kind in FOR_LEARNER or open_to_sign:
                missing.append(column.key)
    return BoardRow(
        learner.id, learner.person_id, learner.pseudonym, learner.name, learner.email, learner.status, tuple(cells),
        frozenset(gaps), tuple(missing), str(learner.id) in reminded,
    )  # fmt: skip


_DAY_WORDS = {
    "signed": ("done", mark("signed")), "absent": ("started", mark("absent")), "missing": ("gap", mark("not signed")),
    "expected": ("todo", mark("to come")), "out": ("out", mark("not expected")),
}  # fmt: skip


def _half_day(material: Material, row: GridRow, at: int) -> tuple[BoardCell, bool]:
    state, word = _DAY_WORDS[row.cells[at].state]
    day = material.grid.half_days[at]
    return BoardCell(state, word), material.now <= day.ends_at + CLOSES_AFTER and not day.countersigned_at


def _document(status: str, *, has_one: bool) -> BoardCell:
    if has_one:
        return BoardCell("done", mark("issued"))
    if status == "completed":
        return BoardCell("gap", mark("to be issued"))
    return BoardCell("out" if status in {"dropped", "cancelled"} else "todo", mark("not due yet"))


def _activities(material: Material, column: Column, done: dict[str, Done], *, gone: bool) -> BoardCell:
    total = len(column.activities)
    found = [done[one.key] for one in column.activities if one.key in done]
    finished = sum(one.is_done for one in found)
    score = found[0].score if total == 1 and found and column.kind in {"test", "assignment"} else None
    if finished == total:
        waits = column.kind == "assignment" and found[0].status == "submitted"
        return BoardCell("done", mark("to be marked") if waits else mark("done"), finished, total, score)
    late = any(
        one.required and (one.due_at < material.now if one.due_at else material.ended)
        for one in column.activities
        if one.key not in done or not done[one.key].is_done
    )
    if late and not gone:
        return BoardCell("gap", mark("missing"), finished, total, score)
    if gone:
        return BoardCell("out", mark("has left"), finished, total, score)
    return BoardCell(
        "started" if found else "todo", mark("started") if found else mark("to do"), finished, total, score
    )


def board_table(board: Board, *, names: bool, say: Any) -> tuple[list[str], list[list[Any]]]:
    """The board as a table for a file: header and rows, in the words of ``say``; names only when asked."""
    who = [say("Code"), say("Name")] if names else [say("Code")]
    header = [
        *who,
        say("Status"),
        *(say(column.title) if column.kind == "document" else column.title for column in board.columns),
    ]
    rows = []
    for row in board.rows:
        start = [row.code, row.name] if names else [row.code]
        rows.append([*start, say(STATUS[row.status]), *(_said(cell, say) for cell in row.cells)])
    return header, rows


STATUS = {
    "invited": mark("invited"), "active": mark("taking part"), "completed": mark("finished"), "dropped": mark("left"),
    "cancelled": mark("cancelled"),
}  # fmt: skip


def _said(cell: BoardCell, say: Any) -> str:
    text = str(say(cell.word))
    if cell.total > 1:
        text += f" ({cell.done}/{cell.total})"
    if cell.score is not None:
        text += f" ({round(cell.score * 100)} %)"
    return text
