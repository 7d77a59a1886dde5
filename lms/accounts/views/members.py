"""The people of a hub and the record of what was done."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.actions import ACTIONS
from lms.accounts.forms import ROLE_CHOICES, MemberForm
from lms.accounts.letters import send_invitation
from lms.accounts.models import Person, Role
from lms.accounts.queries import Member, list_events, list_members
from lms.accounts.services import invite_member, set_roles
from lms.web.access import access
from lms.web.i18n import TIMEZONE
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

bp = Blueprint("members", __name__, url_prefix="/h/<hub_slug>", template_folder="../templates")
ROLE_WORDS = dict(ROLE_CHOICES)


@bp.get("/people")
@access("hub_admin")
def list_people() -> Answer:
    """Everybody of the hub, with their roles."""
    return render_template("accounts/people.html", members=list_members(db()), words=ROLE_WORDS)


def _end_of(form: MemberForm) -> datetime | None:
    day = form.expires_on.data
    return datetime.combine(day, time(23, 59), ZoneInfo(TIMEZONE)) if day else None


def _lacks_end(form: MemberForm) -> bool:
    if "auditor" in (form.roles.data or []) and not form.expires_on.data:
        form.expires_on.errors = [_("An auditor's access needs an end date.")]
        return True
    return False


@bp.route("/people/new", methods=["GET", "POST"])
@access("hub_admin")
def invite() -> Answer:
    """Give somebody a role and send the invitation."""
    form = MemberForm()
    if not form.validate_on_submit() or _lacks_end(form):
        page = render_template("accounts/member.html", form=form, member=None)
        return page, 422 if form.is_submitted() else 200
    person, _created = invite_member(
        db(), hub_id=g.hub.id, email=form.email.data, given_name=form.given_name.data, family_name=form.family_name.data,
        roles=[Role(role) for role in form.roles.data], expires_at=_end_of(form), by=current_user.person.id,
    )  # fmt: skip
    send_invitation(db(), installation().settings, person, g.hub, goal=url_for("home.home"))
    db().commit()
    flash(_("%(name)s is invited: the mail is on its way.", name=person.display_name), "success")
    return redirect(url_for("members.list_people"))


@bp.route("/people/<uuid:person_id>", methods=["GET", "POST"])
@access("hub_admin")
def edit(person_id: uuid.UUID) -> Answer:
    """Change somebody's roles in the hub."""
    member = _member(person_id)
    form = MemberForm(
        email=member.person.email, given_name=member.person.given_name, family_name=member.person.family_name,
        roles=list(member.roles), expires_on=member.expires_at.date() if member.expires_at else None,
    )  # fmt: skip
    for field in (form.email, form.given_name, form.family_name):
        field.render_kw = {"readonly": True}  # the account belongs to the person
        field.data = field.object_data
    if not form.validate_on_submit() or _lacks_end(form):
        page = render_template("accounts/member.html", form=form, member=member)
        return page, 422 if form.is_submitted() else 200
    try:
        set_roles(
            db(), hub_id=g.hub.id, person_id=person_id, roles={Role(role) for role in form.roles.data},
            expires_at=_end_of(form), by=current_user.person.id,
        )  # fmt: skip
    except ValueError:
        db().rollback()
        form.roles.errors = [_("The hub needs at least one administrator. Give the role to somebody else first.")]
        return render_template("accounts/member.html", form=form, member=member), 422
    db().commit()
    flash(_("The roles of %(name)s are changed.", name=member.person.display_name), "success")
    return redirect(url_for("members.list_people"))


def _member(person_id: uuid.UUID) -> Member:
    for member in list_members(db()):
        if member.person.id == person_id:
            return member
    return abort(404)


@bp.post("/people/<uuid:person_id>/invite")
@access("hub_admin")
def invite_again(person_id: uuid.UUID) -> Answer:
    """Send the invitation once more."""
    person: Person = _member(person_id).person
    send_invitation(db(), installation().settings, person, g.hub, goal=url_for("home.home"))
    db().commit()
    flash(_("The invitation of %(name)s is sent again.", name=person.display_name), "success")
    return redirect(url_for("members.list_people"))


@bp.get("/journal")
@access("hub_admin", "lead", "auditor")
def journal() -> Answer:
    """Who did what, newest first, with the links of the chain."""
    before = request.args.get("before", type=int)
    return render_template(
        "accounts/journal.html", events=list_events(db(), before=before), before=before, words=ACTIONS
    )
