"""Pages of badges: for leads, for those who hold them, and for anybody who checks one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.badges.views import holding, managing, public
from lms.badges.views.blueprint import NAV, bp, public_bp

if TYPE_CHECKING:
    from flask import Flask
    from flask_limiter import Limiter

    from lms.web.state import Installation

__all__ = ["bp", "holding", "init_feature", "managing", "public"]


def init_feature(app: Flask, house: Installation, limiter: Limiter) -> None:
    limiter.limit("60 per minute;1200 per hour")(public_bp)
    app.register_blueprint(bp)
    app.register_blueprint(public_bp)
    house.nav.extend(entry for entry in NAV if entry not in house.nav)
