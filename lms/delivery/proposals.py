"""A first calendar to correct rather than an empty one: half-days and deadlines drawn from the course's outline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

LIVE = "live_session"
MORNING, AFTERNOON, EVENING = time(9), time(14), time(20)
LATER_SURVEYS = frozenset({"cold", "employer", "funder", "trainer"})  # asked of others, or months later


class OutlineLine(Protocol):
    """What is needed of a line of the table of contents."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def required(self) -> bool: ...
    @property
    def purpose(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ProposedHalfDay:
    activity_key: str
    title: str
    modality: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ProposedDeadline:
    activity_key: str
    kind: str
    title: str
    due_at: datetime


def propose_half_days(
    outline: Sequence[OutlineLine], modalities: Mapping[str, str], starts_on: date, ends_on: date, zone: ZoneInfo
) -> list[ProposedHalfDay]:
    """One half-day a live session of the course, in order, spread over the working days of the session.

    Mornings at 9:00 while there are days enough, afternoons at 14:00 otherwise, days after the end when even those lack.
    """
    lines = [line for line in outline if line.kind == LIVE]
    proposals = []
    for line, (day, hour) in zip(lines, _spread(len(lines), starts_on, ends_on), strict=True):
        start = datetime.combine(day, hour, zone).astimezone(UTC)
        end = start + timedelta(minutes=line.minutes or 180)
        proposals.append(ProposedHalfDay(line.key, line.title, modalities.get(line.key, "on_site"), start, end))
    return proposals


def _spread(count: int, starts_on: date, ends_on: date) -> list[tuple[date, time]]:
    days = [day for day in _days(starts_on, ends_on) if day.weekday() < 5] or list(_days(starts_on, ends_on))
    while 2 * len(days) < count:
        following = days[-1] + timedelta(days=1)
        days.append(following if following.weekday() < 5 else following + timedelta(days=7 - following.weekday()))
    slots = [(day, MORNING) for day in days]
    if count > len(days):
        slots = [(day, hour) for day in days for hour in (MORNING, AFTERNOON)]
    step = (len(slots) - 1) / (count - 1) if count > 1 else 0
    return [slots[round(index * step)] for index in range(count)]


def _days(first: date, last: date) -> Iterator[date]:
    for number in range(min((last - first).days, 3660) + 1):
        yield first + timedelta(days=number)


def propose_deadlines(
    outline: Sequence[OutlineLine], half_days: Mapping[str, tuple[datetime, datetime]], starts_on: date, ends_on: date,
    zone: ZoneInfo,
) -> list[ProposedDeadline]:  # fmt: skip
    """When each required activity that is done alone is due: evenly between the half-days around it in the course.

    ``half_days`` gives (start, end) of the half-days by activity key. Deadlines fall at 20:00, never after the next half-day.
    """
    proposals: list[ProposedDeadline] = []
    waiting: list[OutlineLine] = []
    since = datetime.combine(starts_on, time(), zone)
    for line in outline:
        if line.kind == LIVE and line.key in half_days:
            start, end = half_days[line.key]
            proposals += _between(waiting, since, start, zone)
            waiting, since = [], end
        elif line.kind != LIVE and line.required and line.purpose not in LATER_SURVEYS:
            waiting.append(line)
    close = max(datetime.combine(ends_on, EVENING, zone), since)
    return proposals + _between(waiting, since, close, zone)


def _between(lines: Sequence[OutlineLine], since: datetime, until: datetime, zone: ZoneInfo) -> list[ProposedDeadline]:
    proposals = []
    for number, line in enumerate(lines, 1):
        moment = since + (until - since) * number / len(lines)
        evening = datetime.combine(moment.astimezone(zone).date(), EVENING, zone)
        due = evening if since <= evening <= until else min(max(evening, since), until)
        proposals.append(ProposedDeadline(line.key, line.kind, line.title, due.astimezone(UTC)))
    return proposals
