"""Who may open what: declared on each view, checked before it runs, walked by a test.

``@access("lead", "auditor")`` lets these roles of the hub in. Other words: ``public`` (anybody), ``person`` (anybody
signed in), ``member`` (any role in the hub), ``platform`` (platform administrators). A view without a declaration stops
the start. Auditors read only: any other method than GET or HEAD is refused to who is nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, current_app, g, redirect, request, url_for
from flask_login import current_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.wrappers import Response

View = TypeVar("View", bound="Callable[..., Any]")
ROLES = frozenset({"learner", "trainer", "lead", "hub_admin", "auditor"})
WORDS = ROLES | {"public", "person", "member", "platform"}
STAFF = ("trainer", "lead", "hub_admin")


def access(*who: str, readers_may_post: bool = False) -> Callable[[View], View]:
    """Declare who may open the view; ValueError for an unknown word.

    ``readers_may_post`` lets auditors send this form too: what it changes is theirs alone (their own agreements).
    """
    unknown = set(who) - WORDS
    if unknown or not who:
        raise ValueError(f"unknown access words: {sorted(unknown)}")

    def mark(view: View) -> View:
        view.access = frozenset(who)  # type: ignore[attr-defined]
        view.readers_may_post = readers_may_post  # type: ignore[attr-defined]
        return view

    return mark


def require_declarations(app: Flask) -> None:
    """Fail at start when a view says not who may open it."""
    for endpoint, view in app.view_functions.items():
        if endpoint == "static" or endpoint.endswith(".static"):
            continue
        if not hasattr(view, "access"):
            raise RuntimeError(f"view {endpoint} does not declare who may open it: add @access(...)")


def check_access() -> Response | None:
    """Before each view: let in, ask to sign in, or refuse. A hub one is not in answers as if it did not exist."""
    if request.endpoint is None or request.endpoint == "static" or request.endpoint.endswith(".static"):
        return None
    view = current_app.view_functions[request.endpoint]
    who: frozenset[str] = getattr(view, "access", frozenset())
    if "public" in who:
        return None
    if not current_user.is_authenticated:
        if request.headers.get("HX-Request"):
            abort(401)
        # the address is given back after signing in; only a page can be gone back to
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=back))
    if "person" in who or ("platform" in who and current_user.is_platform_admin):
        return None
    roles: frozenset[str] = g.get("roles", frozenset())
    if g.get("hub") is not None and not roles:
        abort(404)
    granted = roles if "member" in who else roles & who
    reads = request.method in {"GET", "HEAD"} or getattr(view, "readers_may_post", False)
    if granted - {"auditor"} or (granted and reads):
        return None
    return abort(403)


def has_role(*roles: str) -> bool:
    """Say whether the signed-in person has one of these roles in the hub of the address."""
    return bool(g.get("roles", frozenset()) & set(roles))
