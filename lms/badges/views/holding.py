"""What a learner holds: to look at, take away, and show or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.badges.models import BadgeAward
from lms.badges.queries import list_held
from lms.badges.services import set_shown, shown_competencies
from lms.badges.views.blueprint import KINDS, addresses, bp, carried, found_or_404, language, send_file
from lms.hubs.models import Hub
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    import uuid

    from flask import Response

    from lms.badges.views.blueprint import Answer


def _own(award_id: uuid.UUID) -> BadgeAward:
    award: BadgeAward = found_or_404(db().get(BadgeAward, award_id))
    if award.person_id != current_user.person.id:
        abort(404)
    return award


@bp.get("/my-badges")
@access("learner")
def my_badges() -> Answer:
    """My badges in this hub."""
    held = list_held(db(), current_user.person.id)
    hub = db().get_one(Hub, held[0].hub_id) if held else None
    return render_template(
        "badges/my_badges.html",
        held=[
            (one, shown_competencies(db(), one.badge.refs, language()), addresses(hub).award(one.id)) for one in held
        ],
    )


@bp.get("/my-badges/<uuid:award_id>.<kind>")
@access("learner")
def my_badge_file(award_id: uuid.UUID, kind: str) -> Response:
    """The badge as a file: SVG or PNG that carries the credential, or the credential alone."""
    award = _own(award_id)
    if kind not in KINDS or not award.credential:
        abort(404)
    hub = db().get_one(Hub, award.hub_id)
    return send_file(carried(award, hub, kind), kind, name=f"badge-{award.badge_id.hex[-8:]}")


@bp.post("/my-badges/<uuid:award_id>/showing")
@access("learner")
def my_badge_showing(award_id: uuid.UUID) -> Answer:
    """Let the public page say my name, or stop it."""
    award = _own(award_id)
    set_shown(db(), award, shown=award.shown_at is None)
    db().commit()
    if award.shown_at:
        flash(_("The public page of this badge now says your name. You can stop it at any time."), "success")
    else:
        flash(_("The public page of this badge says your name no more."), "success")
    return redirect(url_for("badges.my_badges"))
