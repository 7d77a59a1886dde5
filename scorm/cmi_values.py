"""Checks of single run-time values: each takes a text and gives the name of the rule it breaks, or an empty string.

Sources: SCORM 1.2 RTE 3.4.1 (data types), SCORM 2004 4th RTE 4.1.1 (data types), 4.2.9.1-4.2.9.2 (responses).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[[str], str]

MAX_SECONDS: Final = 9999 * 3600 + 59 * 60 + 59.99  # the longest CMITimespan
_DECIMAL: Final = re.compile(r"-?\d{1,10}(\.\d{1,18})?", re.ASCII).fullmatch
_TIMESPAN: Final = re.compile(r"(\d{2,4}):(\d\d):(\d\d(?:\.\d{1,2})?)", re.ASCII).fullmatch
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?", re.ASCII).fullmatch
_INTERVAL: Final = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,2})?)S)?)?",
    re.ASCII,
).fullmatch
_INSTANT: Final = re.compile(
    r"(19[7-9]\d|20[0-2]\d|203[0-8])(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d"
    r"(\.\d{1,6}(Z|[+-]([01]\d|2[0-3])(:[0-5]\d)?)?)?)?)?)?)?)?",
    re.ASCII,
).fullmatch
_PRINTABLE: Final = re.compile(r"[ -~]{1,255}").fullmatch
_LONG_ID: Final = re.compile(
    r"(?!urn:)[^\x00-\x1f\x7f]{1,4000}|urn:[A-Za-z0-9-]{1,31}:[^\s\x00-\x1f\x7f]{1,4000}"
).fullmatch
_LANGUAGE: Final = re.compile(r"([A-Za-z]{1,8})(-[A-Za-z0-9]{1,8}){0,4}").fullmatch
_LOCALIZED: Final = re.compile(r"\{lang=[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,4}\}").match
_NAV: Final = re.compile(
    r"_?(start|resumeAll|previous|continue|exit|exitAll|abandon|abandonAll|suspendAll|retry|retryAll)|_none_"
    r"|\{target=[^\s{}]{1,4000}\}(choice|jump)"
).fullmatch
_YEAR, _MONTH, _DAY, _HOUR, _MINUTE = 365 * 86400, 30 * 86400, 86400, 3600, 60


def decimal(text: str) -> str:
    return "" if _DECIMAL(text) else "number"


def between(low: float, high: float) -> Check:
    """A decimal number from ``low`` to ``high``, both included."""

    def check(text: str) -> str:
        if not _DECIMAL(text):
            return "number"
        return "" if low <= float(text) <= high else "out-of-range"

    return check


def one_of(*words: str) -> Check:
    vocabulary = frozenset(words)

    def check(text: str) -> str:
        return "" if text in vocabulary else "vocabulary"

    return check


def word_or_number(*words: str) -> Check:
    """An interaction's result: a word of the standard, or the points it gave."""
    vocabulary = frozenset(words)

    def check(text: str) -> str:
        return "" if text in vocabulary or _DECIMAL(text) else "vocabulary"

    return check


def identifier_12(text: str) -> str:
    """CMIIdentifier, widened to every printable ASCII character: tools write spaces and punctuation in it."""
    return "" if _PRINTABLE(text) else "identifier"


def long_identifier(text: str) -> str:
    return "" if _LONG_ID(text) else "identifier"


def language(text: str) -> str:
    return "" if _LANGUAGE(text) else "language"


def localized(text: str) -> str:
    """localized_string_type: a text that may begin with ``{lang=…}`` (2004 4th RTE 4.1.1.5)."""
    return "" if not text.startswith("{lang=") or _LOCALIZED(text) else "language"


def navigation(text: str) -> str:
    return "" if _NAV(text) else "vocabulary"


def clock(text: str) -> str:
    """CMITime, HH:MM:SS.ss."""
    return "" if _CLOCK(text) else "time"


def instant(text: str) -> str:
    """time(second,10,0): YYYY to a full date and time, 1970-2038; a zone only after a fraction of a second."""
    return "" if _INSTANT(text) else "time"


def timespan(text: str) -> str:
    """CMITimespan, HHHH:MM:SS.ss."""
    return "" if _TIMESPAN(text) else "duration"


def interval(text: str) -> str:
    """timeinterval(second,10,2): an ISO 8601 duration, never longer than the longest CMITimespan."""
    if not _INTERVAL(text):
        return "duration"
    return "" if (seconds_of(text) or 0.0) <= MAX_SECONDS else "out-of-range"


def seconds_of(text: str) -> float | None:
    """The seconds of a CMITimespan or an ISO 8601 duration (a year counts 365 days, a month 30); None for others."""
    if match := _TIMESPAN(text):
        hours, minutes, rest = match.groups()
        return int(hours) * _HOUR + int(minutes) * _MINUTE + float(rest)
    if match := _INTERVAL(text):
        units = (_YEAR, _MONTH, _DAY, _HOUR, _MINUTE, 1)
        return sum(float(part) * unit for part, unit in zip(match.groups(), units, strict=True) if part)
    return None


def timespan_text(seconds: float) -> str:
    """Seconds as CMITimespan, at most 9999:59:59.99."""
    hundredths = round(min(max(seconds, 0.0), MAX_SECONDS) * 100)
    minutes, hundredths = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:04d}:{minutes:02d}:{hundredths // 100:02d}.{hundredths % 100:02d}"


def interval_text(seconds: float) -> str:
    """Seconds as an ISO 8601 duration of hours, minutes and seconds."""
    hundredths = round(min(max(seconds, 0.0), MAX_SECONDS) * 100)
    minutes, hundredths = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    return f"PT{hours}H{minutes}M{hundredths / 100:g}S"


_TRUE_FALSE_12: Final = re.compile(r"[01tf]|true|false", re.IGNORECASE).fullmatch
_TRUE_FALSE: Final = frozenset({"true", "false"})
_PATTERN_FLAG: Final = re.compile(r"\{(case_matters|order_matters|lang)=[^{}]{1,40}\}")
_LIST_TYPES: Final = frozenset({"choice", "sequencing"})


def response_12(kind: str, text: str) -> str:
    """CMIFeedback of 1.2 (RTE 3.4.2): true-false, numeric and free text told apart, lists taken as written."""
    if kind == "true-false":
        return "" if _TRUE_FALSE_12(text) else "response"
    if kind == "numeric":
        return "" if _DECIMAL(text) else "response"
    return ""


def response_2004(kind: str, text: str) -> str:
    """A learner's response or a correct pattern of 2004 (RTE 4.2.9.1), flags like ``{order_matters=…}`` set aside."""
    if kind == "true-false":
        return "" if text in _TRUE_FALSE else "response"
    if kind == "numeric":
        low, colon, high = text.partition("[:]")
        parts = [part for part in (low, high) if part] if colon else [text]
        return "" if all(_DECIMAL(part) for part in parts) else "response"
    if kind in _LIST_TYPES:
        return "" if text in {"", "{}"} or all(part.strip() for part in text.split("[,]")) else "response"
    if kind == "matching":
        pairs = text.split("[,]")
        return "" if text in {"", "{}"} or all(_is_pair(pair) for pair in pairs) else "response"
    if kind == "likert":
        return "" if _LONG_ID(text) else "response"
    return ""


def _is_pair(text: str) -> bool:
    left, dot, right = _PATTERN_FLAG.sub("", text).partition("[.]")
    return bool(left.strip() and dot and right.strip())
