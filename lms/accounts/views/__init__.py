"""Signing in, one's account, the people of a hub, and who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from lms.accounts.loading import init_loading
from lms.accounts.views import account, consent, members, platform, signing_in
from lms.web.nav import NavEntry

if TYPE_CHECKING:
    from flask import Flask

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation

NAV = (
    NavEntry(
        "members.list_people",
        _l("People"),
        "users",
        frozenset({"hub_admin"}),
        60,
        ("members.list", "members.invite", "members.edit"),
    ),
    NavEntry(
        "members.journal",
        _l("Record of acts"),
        "history",
        frozenset({"hub_admin", "auditor"}),
        80,
        ("members.journal",),
    ),
)


def init_feature(app: Flask, house: Installation, limiter: BlueprintLimiter) -> None:
    init_loading(app)
    limiter.limit_blueprint(signing_in.bp, "20 per minute;200 per hour", methods=["POST"])
    for bp in (signing_in.bp, account.bp, consent.bp, members.bp, platform.bp):
        app.register_blueprint(bp)
    app.before_request(consent.require_terms)
    house.nav.extend(entry for entry in NAV if entry not in house.nav)
