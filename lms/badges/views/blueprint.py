"""The blueprints of badges and what its views share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from lms.badges.credentials import Addresses
from lms.badges.images import badge_png, badge_svg, carry
from lms.web.nav import NavEntry
from lms.web.state import installation

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response as WsgiResponse

    from lms.badges.models import Badge, BadgeAward
    from lms.hubs.models import Hub

    Answer = str | WsgiResponse | tuple[str, int]

bp = Blueprint("badges", __name__, url_prefix="/h/<hub_slug>", template_folder="../templates")
public_bp = Blueprint("open_badges", __name__, template_folder="../templates")

STAFF = ("trainer", "lead", "hub_admin")
LEADS = ("lead", "hub_admin")
KINDS = {"svg": "image/svg+xml", "png": "image/png", "jwt": "application/jwt"}
NAV = (
    NavEntry("badges.my_badges", _l("My badges"), "award", frozenset({"learner"}), 35, ("badges.my_",)),
    NavEntry(
        "badges.badges", _l("Badges"), "award", frozenset({"lead"}), 55,
        ("badges.badge", "badges.new_badge", "badges.edit_badge", "badges.withdraw"),
    ),
)  # fmt: skip


def found_or_404(value: Any) -> Any:
    if value is None:
        abort(404)
    return value


def hub_id() -> uuid.UUID:
    hub: uuid.UUID = g.hub.id
    return hub


def language() -> str:
    return str(get_locale())


def addresses(hub: Hub | Any) -> Addresses:
    return Addresses(installation().settings.url, hub.slug)


def drawing(badge: Badge, hub: Hub | Any) -> str:
    return badge_svg(badge.name, hub.name, hub.accent, len(badge.refs))


def send_file(data: bytes | str, kind: str, *, name: str = "", cached: int = 0) -> Response:
    """A badge's image or credential; ``name`` makes it a download."""
    answer = Response(data, mimetype=KINDS[kind])
    answer.headers["Cache-Control"] = f"public, max-age={cached}" if cached else "private, no-store"
    if name:
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def carried(award: BadgeAward, hub: Hub | Any, kind: str) -> bytes | str:
    """The award as a file: its credential, or the drawing with the credential in it."""
    if kind == "jwt":
        return award.credential
    svg = drawing(award.badge, hub)
    image = badge_png(svg) if kind == "png" else svg.encode()
    return carry(image, award.credential, kind=kind)
