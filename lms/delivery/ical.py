"""A calendar for diaries (iCalendar, RFC 5545): UTC times, texts escaped, lines folded at 75 octets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Event:
    """One entry; without an end it is a moment (a deadline)."""

    uid: str
    summary: str
    starts_at: datetime
    ends_at: datetime | None = None
    location: str = ""
    description: str = ""
    url: str = ""


def calendar_text(name: str, events: Iterable[Event], *, stamp: datetime) -> str:
    """Return the text of the calendar, its lines ended by CR LF."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bouquet//Sessions//FR", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape_text(name)}",
    ]  # fmt: skip
    for event in events:
        lines.extend(_event_lines(event, stamp))
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines)


def _event_lines(event: Event, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escape_text(event.uid)}"
    yield f"DTSTAMP:{_utc(stamp)}"
    yield f"DTSTART:{_utc(event.starts_at)}"
    if event.ends_at is not None:
        yield f"DTEND:{_utc(event.ends_at)}"
    else:
        yield "TRANSP:TRANSPARENT"
    yield f"SUMMARY:{escape_text(event.summary)}"
    if event.location:
        yield f"LOCATION:{escape_text(event.location)}"
    if event.description:
        yield f"DESCRIPTION:{escape_text(event.description)}"
    if event.url:
        yield f"URL:{''.join(char for char in event.url if char.isprintable())}"
    yield "END:VEVENT"


def escape_text(text: str) -> str:
    """Escape a text value (RFC 5545 §3.3.11); other control characters are dropped."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(char for char in text if char.isprintable() or char == "\t")


def fold(line: str) -> str:
    """Fold a content line at 75 octets without cutting a character (RFC 5545 §3.1)."""
    parts, size, start = [], 0, 0
    for index, char in enumerate(line):
        width = len(char.encode())
        if size + width > 75:
            parts.append(line[start:index])
            start, size = index, 1
        size += width
    parts.append(line[start:])
    return "\r\n ".join(parts)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
