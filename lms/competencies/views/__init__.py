"""Profiles of learners, the frameworks in use, and what courses cover of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from lms.competencies.views import (
    coverage,
    crosswalks,
    framework_documents,
    framework_drafts,
    framework_imports,
    framework_versions,
    frameworks,
    profiles,
)
from lms.competencies.views.blueprint import bp
from lms.web.nav import NavEntry

if TYPE_CHECKING:
    from flask import Flask

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation

__all__ = [
    "bp",
    "coverage",
    "crosswalks",
    "framework_documents",
    "framework_drafts",
    "framework_imports",
    "framework_versions",
    "frameworks",
    "init_feature",
    "profiles",
]

NAV = (
    NavEntry(
        "competencies.my_profile", _l("My competencies"), "chart-radar", frozenset({"learner"}), 30,
        ("competencies.my_",),
    ),
    NavEntry(
        "competencies.frameworks", _l("Frameworks"), "sitemap", frozenset({"trainer", "lead", "hub_admin"}), 50,
        (
            "competencies.framework", "competencies.coverage_matrix", "competencies.publish_framework", "competencies.edit_framework",
            "competencies.import_", "competencies.new_framework", "competencies.crosswalk", "competencies.compare_frameworks",
            "competencies.merge_framework", "competencies.attach_document",
        ),
    ),
)  # fmt: skip


def init_feature(app: Flask, house: Installation, limiter: BlueprintLimiter) -> None:  # noqa: ARG001
    app.register_blueprint(bp)
    house.nav.extend(entry for entry in NAV if entry not in house.nav)
