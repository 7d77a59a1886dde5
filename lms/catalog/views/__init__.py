"""Courses: the catalogue, writing, publishing, taking in and handing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from lms.catalog.views import (
    activities,
    courses,
    debts,
    exchange,
    imports,
    media,
    outline,
    packages,
    publishing,
    source,
    uploads,
)
from lms.catalog.views.blueprint import bp
from lms.web.nav import NavEntry

if TYPE_CHECKING:
    from flask import Flask

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation

NAV = (NavEntry("catalog.courses", _l("Courses"), "books", frozenset({"trainer", "lead", "hub_admin", "auditor"}), 10),)

__all__ = [
    "activities",
    "courses",
    "debts",
    "exchange",
    "imports",
    "init_feature",
    "media",
    "outline",
    "packages",
    "publishing",
    "source",
    "uploads",
]


def init_feature(app: Flask, house: Installation, limiter: BlueprintLimiter) -> None:
    limiter.limit_blueprint(bp, "600 per minute", methods=["POST"])
    app.register_blueprint(bp)
    house.nav.extend(entry for entry in NAV if entry not in house.nav)
