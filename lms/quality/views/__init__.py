"""Board, figures, improvement, certificates, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.quality.views import board, documents, evidence, improvements, indicators, reports
from lms.quality.views.blueprint import NAV, add_tabs, bp, verify_bp

if TYPE_CHECKING:
    from flask import Flask

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation

MODULES = (board, documents, evidence, improvements, indicators, reports)  # importing them declares their views


def init_feature(app: Flask, house: Installation, limiter: BlueprintLimiter) -> None:
    # a number is ten signs drawn at random: nobody gets to try many
    limiter.limit_blueprint(verify_bp, "60 per minute;600 per hour")
    app.register_blueprint(bp)
    app.register_blueprint(verify_bp)
    add_tabs()
    house.nav.extend(entry for entry in NAV if entry not in house.nav)
