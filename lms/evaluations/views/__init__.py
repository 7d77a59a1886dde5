"""The pages of a session that say what was learnt and what people thought of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.evaluations.views import exports, results
from lms.evaluations.views.pages import add_tabs, bp

if TYPE_CHECKING:
    from flask import Flask

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation

__all__ = ["bp", "exports", "init_feature", "results"]


def init_feature(app: Flask, house: Installation, limiter: BlueprintLimiter) -> None:  # noqa: ARG001
    app.register_blueprint(bp)
    add_tabs()
