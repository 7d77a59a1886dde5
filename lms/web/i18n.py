"""Languages and formats: French first, English complete, times shown in the installation's zone."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request, session
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    format_decimal,
    format_time,
    get_locale,
    get_translations,
    gettext,
)
from flask_login import current_user
from jinja2 import pass_eval_context
from markupsafe import Markup

from lms.texts import compile_catalogues, translation_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import time
    from decimal import Decimal
    from pathlib import Path

    from flask import Flask
    from jinja2.nodes import EvalContext

LANGUAGES = ("fr", "en")
TIMEZONE = "Europe/Paris"
DAY = "d MMM y"
MOMENT = "d MMM y, HH:mm"  # nobody is told the seconds


def choose_language() -> str:
    """The language asked in the address, then of the account, of the visit, of the browser; else French."""
    known: str | None = g.get("language")
    if known is not None:
        return known
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        language = asked
    elif current_user and current_user.is_authenticated:
        language = current_user.locale if current_user.locale in LANGUAGES else "fr"
    else:
        language = session.get("language") or request.accept_languages.best_match(LANGUAGES) or "fr"
    g.language = language
    return str(language)


def init_i18n(app: Flask, plugin_folders: Iterable[Path]) -> None:
    folders = translation_folders(tuple(plugin_folders))
    compile_catalogues(folders)
    app.config["BABEL_DEFAULT_LOCALE"] = "en"  # the language of the source texts
    app.config["BABEL_DEFAULT_TIMEZONE"] = TIMEZONE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in folders)
    Babel(app, locale_selector=choose_language, timezone_selector=lambda: TIMEZONE)
    app.extensions["catalogues"] = {}
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue().ugettext(text),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, count: _catalogue().unpgettext(context, one, many, count),
    )
    app.jinja_env.globals["_"] = _make_say()
    app.jinja_env.filters.update(
        format_date=lambda value, style="long": _date(value, style, choose_language()) if value else "",
        format_datetime=lambda value, style=MOMENT: _moment(value, style, choose_language()) if value else "",
        format_time=lambda value: _time(value, choose_language()) if value else "",
        format_minutes=format_minutes,
        format_number=lambda value, pattern=None: "" if value is None else _number(value, pattern, choose_language()),
        format_percent=format_percent,
        format_size=format_size,
        format_span=format_span,
    )


def _make_say() -> Callable[..., str]:
    """``_("…")`` of templates: a page says fifty texts, nearly all without values, looked up once a language."""
    said: dict[tuple[str, str], Markup] = {}

    @pass_eval_context
    def say(context: EvalContext, text: str, /, **values: object) -> str:
        if values or not context.autoescape:
            found = _catalogue().ugettext(text)
            whole: str = (Markup(found) if context.autoescape else found) % values  # noqa: S704 - our own texts
            return whole
        key = choose_language(), text
        if key not in said:
            said[key] = Markup(_catalogue().ugettext(text)) % {}  # noqa: S704 - our own texts
        return said[key]

    return say


def _plain(style: str, pattern: str) -> str:
    """In English the short style would be American, month first: 11/12 read in France is another day."""
    return pattern if style == "short" and str(get_locale()) == "en" else style


def _catalogue() -> Any:
    """The reader's catalogue; flask-babel looks it up anew for each text."""
    kept: dict[str, Any] = current_app.extensions["catalogues"]
    language = choose_language()
    if language not in kept:
        kept[language] = get_translations()
    return kept[language]


# Babel reads its patterns anew each time: what was written in a language is kept for the next pages


@lru_cache(maxsize=4096, typed=True)
def _date(value: date | datetime, style: str, _language: str) -> str:
    return str(format_date(value, style))


@lru_cache(maxsize=4096)
def _moment(value: datetime, style: str, _language: str) -> str:
    return str(format_datetime(value, style))


@lru_cache(maxsize=4096, typed=True)
def _time(value: datetime | time, _language: str) -> str:
    return str(format_time(value, "short"))


@lru_cache(maxsize=4096, typed=True)
def _number(value: float | Decimal, pattern: str | None, _language: str) -> str:
    return str(format_decimal(value, pattern))


@lru_cache(maxsize=4096)
def format_minutes(minutes: float | None) -> str:
    """``95`` -> « 1 h 35 »; ``20`` -> « 20 min »."""
    if minutes is None:
        return ""
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return f"{rest}\N{NO-BREAK SPACE}min"
    return f"{hours}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{rest:02d}" if rest else f"{hours}\N{NO-BREAK SPACE}h"


def format_percent(share: float | None, digits: int = 0) -> str:
    """``0.873`` -> « 87 % » (French puts a space before the sign)."""
    if share is None:
        return str(gettext("no data"))
    number = _number(round(share * 100, digits), f"0.{'0' * digits}" if digits else "0", choose_language())
    return f"{number}%" if str(get_locale()) == "en" else f"{number}\N{NARROW NO-BREAK SPACE}%"


def format_size(size: int | None) -> str:
    """Bytes as a person reads them: « 1,4 Mo », « 1.4 MB »."""
    if size is None:
        return ""
    units = ("B", "kB", "MB", "GB") if str(get_locale()) == "en" else ("o", "ko", "Mo", "Go")
    value, unit = float(size), units[0]
    for unit in units:  # noqa: B007
        if value < 1000:
            break
        value /= 1000
    return f"{format_decimal(value, '#,##0.#' if value < 10 else '#,##0')}\N{NO-BREAK SPACE}{unit}"


def format_span(start: date | datetime | None, end: date | datetime | None) -> str:
    """Two dates as a person says them; one when they are the same day."""
    if start is None:
        return ""
    if isinstance(start, datetime) and isinstance(end, datetime):
        language = choose_language()
        return f"{_moment(start, 'EEEE d MMMM y, HH:mm', language)}\N{EN DASH}{_moment(end, 'HH:mm', language)}"
    if end is None or start == end:
        return _date(start, "d MMMM y", choose_language())
    return f"{_date(start, 'd MMMM y', choose_language())} \N{EN DASH} {_date(end, 'd MMMM y', choose_language())}"
