"""A hub's settings and colour, and the platform's list of hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.hubs.colours import theme_css
from lms.hubs.forms import HubForm
from lms.hubs.models import Hub
from lms.web.access import access
from lms.web.nav import NavEntry
from lms.web.state import db

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response as WsgiResponse

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation

    Answer = str | WsgiResponse | tuple[str, int]

bp = Blueprint("hubs", __name__, url_prefix="/h/<hub_slug>", template_folder="templates")
NAV = (NavEntry("hubs.settings", _l("Hub settings"), "settings", frozenset({"hub_admin"}), 90),)


def init_feature(app: Flask, house: Installation, limiter: BlueprintLimiter) -> None:  # noqa: ARG001
    app.register_blueprint(bp)
    house.nav.extend(entry for entry in NAV if entry not in house.nav)


@bp.get("/theme.css")
@access("public")
def theme() -> Answer:
    """The hub's colour as style variables, light and dark."""
    return Response(theme_css(g.hub.accent), mimetype="text/css", headers={"Cache-Control": "public, max-age=300"})


@bp.route("/settings", methods=["GET", "POST"])
@access("hub_admin")
def settings() -> Answer:
    """Name, colour, contacts, and what documents must say of the organisation."""
    hub = db().get_one(Hub, g.hub.id)
    form = HubForm(obj=hub)
    if form.validate_on_submit():
        form.populate_obj(hub)
        hub.siret = (hub.siret or "").replace(" ", "")
        db().commit()
        flash(_("The settings of the hub are saved."), "success")
        return redirect(url_for("hubs.settings"))
    return render_template("hubs/settings.html", form=form), 422 if form.is_submitted() else 200
