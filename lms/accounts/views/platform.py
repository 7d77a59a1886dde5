"""What platform administrators do: hubs and their first administrator. They read no learner's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from lms.accounts.letters import send_invitation
from lms.accounts.models import Role
from lms.accounts.services import invite_member, record_event
from lms.db import unscoped
from lms.hubs.forms import NewHubForm
from lms.hubs.services import create_hub, list_hubs
from lms.mail import OutgoingMail
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

bp = Blueprint("platform", __name__, template_folder="../templates")


@bp.get("/platform")
@access("platform")
def hubs() -> Answer:
    """The hubs of the installation."""
    return render_template("accounts/platform.html", hubs=list_hubs(db()))


@bp.route("/platform/hubs/new", methods=["GET", "POST"])
@access("platform")
def new_hub() -> Answer:
    """Open a hub and invite its first administrator."""
    form = NewHubForm()
    if not form.validate_on_submit():
        return render_template("accounts/new_hub.html", form=form), 422 if form.is_submitted() else 200
    with unscoped(db()) as session:
        try:
            hub = create_hub(session, slug=form.slug.data, name=form.name.data, contact_email=form.admin_email.data)
        except ValueError:
            form.slug.errors = [_("Another hub has this short name.")]
            return render_template("accounts/new_hub.html", form=form), 422
        person, _created = invite_member(
            session, hub_id=hub.id, email=form.admin_email.data, given_name=form.given_name.data,
            family_name=form.family_name.data, roles=[Role.HUB_ADMIN], by=current_user.person.id,
        )  # fmt: skip
        record_event(session, "hub.created", hub_id=hub.id, person_id=current_user.person.id, target=hub.slug)
        send_invitation(session, installation().settings, person, hub, goal=f"/h/{hub.slug}/")
        session.commit()
    flash(_("The hub is open; its administrator is invited."), "success")
    return redirect(url_for("platform.hubs"))


@bp.get("/_mail")
@access("public")
def mail() -> Answer:
    """The mails of the demo, or those of an installation without an SMTP server, for its administrators."""
    settings = installation().settings
    if not settings.demo:
        if not (current_user.is_authenticated and current_user.is_platform_admin):
            abort(404)
        if settings.smtp:
            abort(404)
    statement = select(OutgoingMail).order_by(OutgoingMail.created_at.desc(), OutgoingMail.id.desc()).limit(100)
    to = request.args.get("to", "").strip().lower()
    if to:
        statement = statement.where(OutgoingMail.to == to)
    return render_template("accounts/mail.html", mails=db().scalars(statement).all(), to=to)
