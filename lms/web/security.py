"""Headers that keep the application's origin to itself: strict CSP, no framing, no sniffing."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app, g, session
from itsdangerous import URLSafeTimedSerializer

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

    from lms.config import Settings


def content_origin(settings: Settings, label: str) -> str:
    """Return the origin under which a package is served: its own sub-domain, or the one content host."""
    address = urlsplit(settings.url)
    host = settings.content_host if ":" in settings.content_host else f"{settings.content_host}:{address.port}"
    if not address.port:
        host = settings.content_host
    return f"{address.scheme}://{label}.{host}" if settings.content_wildcard else f"{address.scheme}://{host}"


def content_security_policy(settings: Settings) -> str:
    """The application's policy: its own scripts and styles only, frames and media from the content origin only."""
    content = content_origin(settings, "*")
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob: {content}",
            f"media-src 'self' blob: {content}",
            "font-src 'self'",
            f"frame-src {content}",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )


@lru_cache(maxsize=4096)
def _signed_token(secret_key: str, token: str) -> str:
    return str(URLSafeTimedSerializer(secret_key, salt="wtf-csrf-token").dumps(token))


def keep_form_token() -> dict[str, Any]:
    """Sign the form token of a visit once rather than on each page: it lasts as long as the session (lms.app).

    A context processor, so that it comes before whatever writes a form; Flask-WTF looks into ``g`` first.
    """
    if "csrf_token" not in g and "csrf_token" in session and current_app.config["WTF_CSRF_TIME_LIMIT"] is None:
        g.csrf_token = _signed_token(str(current_app.secret_key), session["csrf_token"])
    return {}


def init_security(app: Flask, settings: Settings) -> None:
    policy = content_security_policy(settings)
    app.context_processor(keep_form_token)

    always = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(), microphone=(), camera=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if settings.https:
        always["Strict-Transport-Security"] = "max-age=31536000"
    of_pages = always | {"Cache-Control": "no-store"}

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        given = {name.title() for name in headers.keys()}  # noqa: SIM118 - it is no dict: it iterates over pairs
        for name, value in (of_pages if response.mimetype == "text/html" else always).items():
            if name.title() not in given:
                headers.add(name, value)
        return response
