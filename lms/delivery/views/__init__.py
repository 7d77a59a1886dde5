"""Sessions, their learners, their half-days; signing and joining."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from lms.delivery.views import attendance, calendar, joining, learners, sessions, signing
from lms.delivery.views.blueprint import READERS, bp, join_bp, short_bp
from lms.web.nav import NavEntry

if TYPE_CHECKING:
    from flask import Flask

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation

NAV = (
    NavEntry(
        "delivery.list_sessions",
        _l("Sessions"),
        "calendar-event",
        frozenset(READERS),
        20,
        ("delivery.", "evaluations.", "quality.session_"),
    ),
)
MODULES = (attendance, calendar, joining, learners, sessions, signing)  # importing them declares their views


def init_feature(app: Flask, house: Installation, limiter: BlueprintLimiter) -> None:
    # codes are eight signs long: nobody gets to try many, and a whole room shares one address
    limiter.limit_blueprint(join_bp, "20 per minute;200 per hour", methods=["POST"])
    limiter.limit_blueprint(short_bp, "120 per minute;1200 per hour")
    for blueprint in (bp, join_bp, short_bp):
        app.register_blueprint(blueprint)
    house.nav.extend(entry for entry in NAV if entry not in house.nav)
