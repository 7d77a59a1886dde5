"""The terms of use and the agreements asked for before one takes part in a hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.forms import ConsentForm
from lms.accounts.queries import has_consent
from lms.accounts.services import give_consents, record_event
from lms.accounts.views.signing_in import safe_next
from lms.db import Base
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

TERMS_VERSION = "2026-11"
bp = Blueprint("consent", __name__, template_folder="../templates")


def require_terms() -> Answer | None:
    """Before a page of a hub: ask once for the agreement to the present terms (remembered in the session)."""
    hub = g.get("hub")
    if hub is None or not g.roles or not current_user.is_authenticated or request.method != "GET":
        return None
    if (request.endpoint or "").startswith("consent.") or request.endpoint == "hubs.theme":
        return None
    agreed = session.get("terms", {})
    if agreed.get(hub.slug) == TERMS_VERSION:
        return None
    if not has_consent(db(), current_user.person.id, "terms", TERMS_VERSION):
        return redirect(url_for("consent.ask", next=request.full_path.rstrip("?")))
    session["terms"] = {**agreed, hub.slug: TERMS_VERSION}
    return None


@bp.route("/h/<hub_slug>/consent", methods=["GET", "POST"])
@access("member", readers_may_post=True)
def ask() -> Answer:
    """Say what is done with the data and ask for the agreements, each apart."""
    form = ConsentForm()
    if not form.validate_on_submit():
        return render_template("accounts/consent.html", form=form), 422 if form.is_submitted() else 200
    person_id = current_user.person.id
    give_consents(
        db(), hub_id=g.hub.id, person_id=person_id, text_version=TERMS_VERSION,
        kinds={"terms": True, "cold_survey": bool(form.cold_survey.data)},
    )  # fmt: skip
    record_event(db(), "consent.given", hub_id=g.hub.id, person_id=person_id, version=TERMS_VERSION)
    db().commit()
    session["terms"] = {**session.get("terms", {}), g.hub.slug: TERMS_VERSION}
    flash(_("Thank you. You can change your mind in “My data and consents”."), "success")
    return redirect(safe_next(request.args.get("next")))


@bp.get("/privacy")
@access("public")
def notice() -> Answer:
    """Say which data is kept, why and how long, table by table, from what the code declares."""
    tables = [
        {
            "name": mapper.class_.__tablename__,
            "data": mapper.class_.__personal_data__,
            "kept": mapper.class_.__retention__,
        }
        for mapper in Base.registry.mappers
        if mapper.class_.__personal_data__
    ]
    return render_template("accounts/notice.html", tables=sorted(tables, key=lambda table: table["name"]))


@bp.get("/accessibility")
@access("public")
def accessibility() -> Answer:
    """The accessibility statement."""
    return render_template("accounts/accessibility.html")
