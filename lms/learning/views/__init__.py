"""The learner's pages, the trainer's preview and the marking of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

from lms.learning.views import home, marking, offline, package, packages, player, preview, replacing  # noqa: F401 - they add their pages to the blueprint
from lms.learning.views.blueprint import bp, plugins_bp
from lms.web.nav import NavEntry

if TYPE_CHECKING:
    from flask import Flask

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation


def init_feature(app: Flask, house: Installation, limiter: BlueprintLimiter) -> None:  # noqa: ARG001
    """Add the pages of learning and their entry in the navigation."""
    app.register_blueprint(bp)
    packages.add_tab()
    app.register_blueprint(plugins_bp)
    if not any(entry.endpoint == "learning.list_marking" for entry in house.nav):
        house.nav.append(
            NavEntry(
                "learning.list_marking", lazy_gettext("Work to read"), "checklist", frozenset({"trainer", "lead"}), 40,
                sections=("learning.list_marking", "learning.show_work"),
            )
        )  # fmt: skip
