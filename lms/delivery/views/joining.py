"""Joining a session with its code: at once when signed in, by a mail that confirms the address otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.letters import send_invitation
from lms.accounts.queries import get_person_by_email
from lms.accounts.services import add_person
from lms.db import scope_to_hub
from lms.delivery.forms import CodeForm, JoinForm
from lms.delivery.letters import describe
from lms.delivery.queries import get_enrolment_of, get_session_by_code
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.services import join_by_code
from lms.delivery.services.enrolments import check_entry, normalise_code
from lms.delivery.views.blueprint import join_bp, person_id, words
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    from lms.delivery.models import TrainingSession
    from lms.delivery.views.blueprint import Answer
    from lms.hubs.models import Hub


@join_bp.route("/join", methods=["GET", "POST"])
@access("public")
def join() -> Answer:
    """Type the code of a session."""
    form = CodeForm()
    if form.validate_on_submit():
        code = normalise_code(form.code.data or "")
        if get_session_by_code(db(), code) is not None:
            return redirect(url_for("join.join_code", code=code))
        form.code.errors = [_("No training has this code. Check it with the person who gave it to you.")]
    return render_template("delivery/join.html", form=form), 422 if form.is_submitted() else 200


@join_bp.route("/join/<code>", methods=["GET", "POST"])
@access("public")
def join_code(code: str) -> Answer:
    """Join this session: a button when signed in, else name and address, confirmed by mail."""
    found = get_session_by_code(db(), normalise_code(code))
    if found is None:
        flash(_("No training has this code. Check it with the person who gave it to you."), "warning")
        return redirect(url_for("join.join"))
    run, hub = found
    scope_to_hub(db(), hub.id)
    if current_user.is_authenticated:
        return _join_signed_in(run, hub)
    return _join_visitor(run, hub)


def _course_home(hub: Hub, enrolment_id: object) -> str:
    return f"/h/{hub.slug}/learn/{enrolment_id}"


def _closed(run: TrainingSession) -> str:
    try:
        check_entry(db(), run)
    except DeliveryRefusal as refusal:
        return words(refusal)
    return ""


def _join_signed_in(run: TrainingSession, hub: Hub) -> Answer:
    present = get_enrolment_of(db(), run.id, person_id())
    if present is not None and present.status in {"invited", "active", "completed"} and request.method == "GET":
        return redirect(_course_home(hub, present.id))
    problem = _closed(run)
    if request.method == "POST":
        try:
            enrolment = join_by_code(db(), code=run.join_code, person_id=person_id())
        except DeliveryRefusal as refusal:
            db().rollback()
            problem = words(refusal)
        else:
            db().commit()
            flash(_("You are in “%(title)s”.", title=run.title), "success")
            return redirect(_course_home(hub, enrolment.id))
    page = render_template("delivery/join_code.html", run=run, hub=hub, form=None, problem=problem)
    return page, 409 if problem else 200


def _join_visitor(run: TrainingSession, hub: Hub) -> Answer:
    problem = _closed(run)
    form = JoinForm()
    if problem:
        return render_template("delivery/join_code.html", run=run, hub=hub, form=None, problem=problem), 409
    if not form.validate_on_submit():
        page = render_template("delivery/join_code.html", run=run, hub=hub, form=form, problem="")
        return page, 422 if form.is_submitted() else 200
    person = get_person_by_email(db(), form.email.data or "")
    if person is None:
        person = add_person(
            db(), email=form.email.data or "", given_name=form.given_name.data or "",
            family_name=form.family_name.data or "",
            locale="en" if str(get_locale()).startswith("en") else "fr",
        )  # fmt: skip
    if person.erased_at is None:
        goal = url_for("join.join_code", code=run.join_code)
        send_invitation(db(), installation().settings, person, hub, goal=goal, what=describe(run, person))
    db().commit()
    # the same words whether the address is known or not
    return render_template("delivery/join_sent.html", run=run, hub=hub, email=form.email.data)
