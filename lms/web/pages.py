"""The pages that belong to no feature: errors, the style page, health, and the helpers of templates."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from flask_login import current_user
from markupsafe import Markup, escape
from sqlalchemy import text
from werkzeug.exceptions import HTTPException

from lms.web.access import access, has_role
from lms.web.contents import player_contents
from lms.web.frame import flashes, frame_part, nav_items
from lms.web.i18n import LANGUAGES, choose_language
from lms.web.parts import forget_parts, kept
from lms.web.state import db, installation

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

STATIC = Path(__file__).parent / "static"
bp = Blueprint("web", __name__, template_folder="templates")


@lru_cache(maxsize=512)
def _fingerprint(path: str, _changed: float) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]


@lru_cache(maxsize=512)
def _asset(path: str) -> str:
    file = STATIC / path
    return f"/static/{path}?{_fingerprint(path, file.stat().st_mtime)}" if file.exists() else f"/static/{path}"


def asset(path: str) -> str:
    """Return the address of a file of ``lms/web/static``, which changes when its bytes do."""
    if current_app.debug:
        _asset.cache_clear()
        icon.cache_clear()
    return _asset(path)


@lru_cache(maxsize=1024)
def icon(name: str, label: str | None = None) -> Markup:
    """Return an icon of the sprite: decorative, or named when no word stands beside it."""
    described = Markup('role="img" aria-label="%s"') % label if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>').format(
        described, asset("vendor/icons.svg"), escape(name)
    )


def script_texts() -> Markup:
    """The words that scripts write, rendered once a language."""
    kept: dict[str, Markup] = current_app.extensions.setdefault("script_texts", {})
    language = choose_language()
    if language not in kept or current_app.debug:
        kept[language] = Markup(render_template("_texts.html"))  # noqa: S704 - templates escape
    return kept[language]


def init_pages(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals.update(
        asset=asset,
        icon=icon,
        script_texts=script_texts,
        flashes=flashes,
        frame_part=frame_part,
        kept=kept,
        nav_items=nav_items,
        player_contents=player_contents,
        has_role=has_role,
        get_locale=get_locale,
        has_endpoint=lambda name: name in app.view_functions,
        languages=LANGUAGES,
    )
    if app.debug:
        app.before_request(forget_parts)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_error_handler(HTTPException, _show_error)
    app.register_error_handler(Exception, _show_crash)


def _show_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    return render_template("error.html", code=code, description=error.description), code


def _show_crash(error: Exception) -> tuple[str, int]:
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("unexpected error on %s %s", request.method, request.path, exc_info=error)
    return render_template("error.html", code=500, description=""), 500


@bp.get("/healthz")
@access("public")
def health() -> tuple[dict[str, str], int]:
    """Say that the process answers and the database too."""
    db().execute(text("select 1"))
    return {"status": "ok"}, 200


@bp.get("/_style")
@access("public")
def style() -> str:
    """Show every component of the interface."""
    return render_template("style.html")


@bp.post("/language/<code>")
@access("public")
def set_language(code: str) -> Response:
    """Change the language of the visit, and of the account when there is one."""
    if code in LANGUAGES:
        session["language"] = code
        g.pop("language", None)
        if current_user.is_authenticated:
            current_user.locale = code
            db().commit()
    target = request.form.get("next", "")
    return redirect(target if target.startswith("/") and not target.startswith(("//", "/\\")) else url_for("web.start"))


@bp.get("/")
@access("public")
def start() -> Response:
    """Go where the person works: the last hub, or the sign-in page."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"))
    return redirect(url_for("account.choose_hub"))


def demo_mode() -> bool:
    """Say whether the installation is the demo (its accounts and mail are shown)."""
    return installation().settings.demo
