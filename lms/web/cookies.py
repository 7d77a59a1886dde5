"""The session's cookie: signed by Flask's own means, its signature checked once in the life of the cookie.

Each page of a visit comes with the same cookie, and checking it costs as much as a statement. A cookie that was found
good stays good for as long as it is young enough, which is looked at each time.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

if TYPE_CHECKING:
    from flask import Flask, Request


class SessionCookies(SecureCookieSessionInterface):
    """Flask's sessions, with what a cookie says remembered as text: each request reads a session of its own from it."""

    def __init__(self) -> None:
        self._said = lru_cache(maxsize=2048)(self._read)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not app.secret_key or not cookie:
            return self.session_class() if app.secret_key else None
        try:
            said, signed_at = self._said(app, app.secret_key, cookie)
        except BadSignature:  # raised, hence never remembered
            return self.session_class()
        if not 0 <= time.time() - signed_at <= app.permanent_session_lifetime.total_seconds():
            return self.session_class()
        return self.session_class(self.serializer.loads(said))

    def _read(self, app: Flask, _secret_key: str | bytes, cookie: str) -> tuple[str, float]:
        signer = self.get_signing_serializer(app)
        if signer is None:
            raise BadSignature("no key")
        said, signed_at = signer.loads(cookie, return_timestamp=True)
        return self.serializer.dumps(said), signed_at.timestamp()
