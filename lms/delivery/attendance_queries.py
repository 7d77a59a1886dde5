"""Reading who was there: the grid of a session, the sheet of a half-day, the hours of each learner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from sqlalchemy import and_, func, select

from lms.accounts.models import Person
from lms.db import utc_now
from lms.delivery.models import Attendance, Enrolment, HalfDay
from lms.delivery.queries import CURRENT, expected_at

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

SIGNED, ABSENT, EXPECTED, MISSING, OUT = "signed", "absent", "expected", "missing", "out"


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """A learner of a session."""

    id: uuid.UUID  # of the enrolment
    person_id: uuid.UUID
    given_name: str
    family_name: str
    email: str
    pseudonym: str
    status: str
    employer: str
    job_title: str
    invited_at: datetime
    joined_at: datetime | None
    left_at: datetime | None
    left_reason: str
    has_account: bool
    completed_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.email


def list_learners(session: Session, session_id: uuid.UUID) -> list[LearnerRow]:
    """The learners of a session by name, those who left after the others; one statement."""
    rows: Any = session.execute(
        select(
            Enrolment.id, Enrolment.person_id, Person.given_name, Person.family_name, Person.email, Enrolment.pseudonym,
            Enrolment.status, Enrolment.employer, Enrolment.job_title, Enrolment.invited_at, Enrolment.joined_at,
            Enrolment.left_at, Enrolment.left_reason, Person.password_hash != "",
            Enrolment.completed_at,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.session_id == session_id)
        .order_by(Person.family_name, Person.given_name, Enrolment.id)
    )  # fmt: skip
    learners = [LearnerRow(*row) for row in rows]
    return sorted(learners, key=lambda row: (row.status not in CURRENT, name_key(row.family_name, row.given_name)))


def name_key(*names: str) -> tuple[str, ...]:
    """Sort names as a dictionary does: É beside E, whatever the database."""
    return tuple(normalize("NFKD", name).encode("ascii", "ignore").decode().casefold() for name in names)


@dataclass(frozen=True, slots=True)
class GridHalfDay:
    """A column of the grid."""

    id: uuid.UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    modality: str
    countersigned_at: datetime | None
    place: str = ""
    activity_key: str = ""
    countersign_hash: str = ""
    trainer: str | None = None  # who countersigned, or is to

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class Cell:
    """One learner at one half-day.

    ``state``: signed, absent, expected (to come), missing (it is over and nothing was recorded) or out (not expected:
    had left, or was enrolled after the end).
    """

    state: str
    reason: str = ""
    minutes_missed: int = 0
    signed_at: datetime | None = None
    method: str = ""
    attendance_id: uuid.UUID | None = None
    signed_hash: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A line of the grid; minutes attended and due so far, and due in the whole session."""

    learner: LearnerRow
    cells: tuple[Cell, ...]
    minutes_attended: int
    minutes_due: int
    minutes_planned: int

    @property
    def share(self) -> float | None:
        """Attended over due so far; None when nothing was due yet."""
        return self.minutes_attended / self.minutes_due if self.minutes_due else None


@dataclass(frozen=True, slots=True)
class AttendanceGrid:
    """Learners by half-days."""

    half_days: tuple[GridHalfDay, ...]
    rows: tuple[GridRow, ...]


def get_attendance_grid(session: Session, session_id: uuid.UUID, *, now: datetime | None = None) -> AttendanceGrid:
    """The attendance of a session, three statements whatever the number of learners; in memory: learners × half-days."""
    now = now or utc_now()
    half_days = tuple(_list_grid_half_days(session, session_id))
    recorded = _list_cells(session, session_id)
    rows = []
    for learner in list_learners(session, session_id):
        cells = tuple(recorded.get((learner.id, day.id)) or _open_cell(learner, day, now) for day in half_days)
        rows.append(_grid_row(learner, half_days, cells))
    return AttendanceGrid(half_days, tuple(rows))


def _list_grid_half_days(session: Session, session_id: uuid.UUID) -> list[GridHalfDay]:
    day = HalfDay
    rows = session.execute(
        select(
            day.id, day.title, day.starts_at, day.ends_at, day.modality, day.countersigned_at, day.place,
            day.activity_key, day.countersign_hash, func.trim(Person.given_name + " " + Person.family_name),
        )
        .outerjoin(Person, Person.id == func.coalesce(day.countersigned_by, day.trainer_id))
        .where(day.session_id == session_id)
        .order_by(day.starts_at, day.id)
    )  # fmt: skip
    return [GridHalfDay(*row) for row in rows]


def _list_cells(session: Session, session_id: uuid.UUID) -> dict[tuple[uuid.UUID, uuid.UUID], Cell]:
    row = Attendance
    found: Any = session.execute(
        select(
            row.enrolment_id,
            row.half_day_id,
            row.present,
            row.reason,
            row.minutes_missed,
            row.signed_at,
            row.method,
            row.id,
            row.signed_hash,
        )
        .join(HalfDay, HalfDay.id == row.half_day_id)
        .where(HalfDay.session_id == session_id)
    )
    return {
        (enrolment_id, half_day_id): Cell(SIGNED if present else ABSENT, *rest)
        for enrolment_id, half_day_id, present, *rest in found
    }


def _open_cell(learner: LearnerRow, day: GridHalfDay, now: datetime) -> Cell:
    gone = learner.status not in CURRENT and (
        learner.status == "cancelled" or learner.left_at is None or learner.left_at <= day.starts_at
    )
    came_later = learner.invited_at > min(day.ends_at, day.countersigned_at or day.ends_at)
    if gone or came_later:
        return Cell(OUT)
    return Cell(MISSING if day.ends_at < now else EXPECTED)


def _grid_row(learner: LearnerRow, half_days: tuple[GridHalfDay, ...], cells: tuple[Cell, ...]) -> GridRow:
    attended = due = planned = 0
    for day, cell in zip(half_days, cells, strict=True):
        if cell.state == OUT:
            continue
        planned += day.minutes
        if cell.state != EXPECTED:
            due += day.minutes
        if cell.state == SIGNED:
            attended += day.minutes - cell.minutes_missed
    return GridRow(learner, cells, attended, due, planned)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of the sheet of a half-day."""

    enrolment_id: uuid.UUID
    given_name: str
    family_name: str
    pseudonym: str
    employer: str
    attendance_id: uuid.UUID | None
    present: bool | None  # None: nothing recorded yet
    method: str | None
    signed_at: datetime | None
    signature_key: str | None
    signed_hash: str | None
    reason: str | None
    minutes_missed: int | None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


def list_sheet(session: Session, half_day: HalfDay) -> list[SheetRow]:
    """The learners expected at a half-day or recorded there, by name, with what was recorded; one statement."""
    row = Attendance
    statement = (
        select(
            Enrolment.id, Person.given_name, Person.family_name, Enrolment.pseudonym, Enrolment.employer, row.id, row.present,
            row.method, row.signed_at, row.signature_key, row.signed_hash, row.reason, row.minutes_missed,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(row, and_(row.enrolment_id == Enrolment.id, row.half_day_id == half_day.id))
        .where(Enrolment.session_id == half_day.session_id)
        .order_by(Person.family_name, Person.given_name, Enrolment.id)
    )  # fmt: skip
    expected = expected_at(half_day)
    if half_day.countersigned_at is not None:
        expected = and_(expected, Enrolment.invited_at <= half_day.countersigned_at)
    rows: Any = session.execute(statement.where(expected | row.id.is_not(None)))
    sheet = [SheetRow(*values) for values in rows]
    return sorted(sheet, key=lambda line: name_key(line.family_name, line.given_name))


def count_settled(rows: list[SheetRow]) -> tuple[int, int, int]:
    """How many signed, how many are absent, how many are missing."""
    signed = sum(row.present is True for row in rows)
    absent = sum(row.present is False for row in rows)
    return signed, absent, len(rows) - signed - absent


@dataclass(frozen=True, slots=True)
class Hours:
    """What a learner attended, in minutes: so far, out of what was due so far, out of what is planned."""

    attended: int
    due: int
    planned: int


def list_hours(session: Session, session_id: uuid.UUID, *, now: datetime | None = None) -> dict[uuid.UUID, Hours]:
    """The hours of every learner of a session, by enrolment; as the grid tells them."""
    grid = get_attendance_grid(session, session_id, now=now)
    return {row.learner.id: Hours(row.minutes_attended, row.minutes_due, row.minutes_planned) for row in grid.rows}


def get_attendance(session: Session, half_day_id: uuid.UUID, enrolment_id: uuid.UUID) -> Attendance | None:
    """What was recorded of a learner at a half-day."""
    return session.scalar(
        select(Attendance).where(Attendance.half_day_id == half_day_id, Attendance.enrolment_id == enrolment_id)
    )


def get_learner(session: Session, session_id: uuid.UUID, enrolment_id: uuid.UUID) -> tuple[Enrolment, Person] | None:
    """An enrolment of this session and its person."""
    row = session.execute(
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.id == enrolment_id, Enrolment.session_id == session_id)
    ).first()
    return (row[0], row[1]) if row else None
