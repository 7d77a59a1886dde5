"""Signing in and out, passwords, invitations."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from lms.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from lms.accounts.forms import AskResetForm, CodeForm, NewPasswordForm, SignInForm
from lms.accounts.letters import send_reset
from lms.accounts.links import LinkError, read_link_token
from lms.accounts.loading import sign_in_person
from lms.accounts.models import Person
from lms.accounts.queries import get_person_by_email
from lms.accounts.services import check_password, check_totp, set_password
from lms.web.access import access
from lms.web.i18n import choose_language
from lms.web.state import db, installation

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

bp = Blueprint("accounts", __name__, template_folder="../templates")


def safe_next(target: str | None) -> str:
    """Return a path of this application, never another site's address."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")):
        return target
    return url_for("account.choose_hub")


@bp.route("/sign-in", methods=["GET", "POST"])
@access("public")
def sign_in() -> Answer:
    """Sign in with address and password; then with a code when the account has a second factor."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(safe_next(request.args.get("next")))
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if form.is_submitted() else 200)
    person = get_person_by_email(db(), form.email.data)
    if not check_password(person, form.password.data) or person is None:
        form.password.errors = [
            _("The address and the password do not go together. Check both, or choose a new password.")
        ]
        return _sign_in_page(form, 422)
    if person.totp_secret:
        session["second_factor"] = [str(person.id), form.next.data]
        return redirect(url_for("accounts.second_factor"))
    sign_in_person(person)
    db().commit()
    return redirect(safe_next(form.next.data))


def _sign_in_page(form: SignInForm, status: int) -> tuple[str, int]:
    demo = installation().settings.demo
    page = render_template(
        "accounts/sign_in.html", form=form, demo_accounts=DEMO_ACCOUNTS if demo else (), demo_password=DEMO_PASSWORD
    )
    return page, status


@bp.route("/sign-in/code", methods=["GET", "POST"])
@access("public")
def second_factor() -> Answer:
    """Ask for the code of the authentication app."""
    waiting = session.get("second_factor")
    person = db().get(Person, uuid.UUID(waiting[0])) if waiting else None
    if waiting is None or person is None:
        return redirect(url_for("accounts.sign_in"))
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("accounts/second_factor.html", form=form), 422 if form.is_submitted() else 200
    if not check_totp(person, form.code.data):
        form.code.errors = [_("This code is not right, or was already used. Wait for the next one.")]
        return render_template("accounts/second_factor.html", form=form), 422
    sign_in_person(person)
    db().commit()
    return redirect(safe_next(waiting[1]))


@bp.post("/sign-out")
@access("public")
def sign_out() -> Answer:
    """Close the session on this device."""
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"))


@bp.route("/password", methods=["GET", "POST"])
@access("public")
def ask_reset() -> Answer:
    """Send a link to choose a new password; the answer never tells whether the account exists."""
    form = AskResetForm()
    if not form.validate_on_submit():
        return render_template("accounts/ask_reset.html", form=form), 422 if form.is_submitted() else 200
    person = get_person_by_email(db(), form.email.data)
    if person is not None and person.erased_at is None:
        send_reset(db(), installation().settings, person)
        db().commit()
    return render_template("accounts/reset_sent.html", email=form.email.data)


@bp.route("/password/<token>", methods=["GET", "POST"])
@access("public")
def reset(token: str) -> Answer:
    """Choose a new password with the link of the mail."""
    return _with_link("reset", token)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@access("public")
def invitation(token: str) -> Answer:
    """Begin: choose a password the first time, or go straight to what one is invited to."""
    return _with_link("invitation", token)


def _with_link(purpose: str, token: str) -> Answer:
    try:
        person, goal = read_link_token(db(), installation().settings.secret_key, purpose, token)
    except LinkError as error:
        return render_template("accounts/dead_link.html", expired=error.expired, purpose=purpose), 410
    if purpose == "invitation" and person.password_hash:
        # the account exists: the link is no way round its password
        return redirect(safe_next(goal) if current_user.is_authenticated else url_for("accounts.sign_in", next=goal))
    form = NewPasswordForm()
    if not form.validate_on_submit():
        page = render_template("accounts/new_password.html", form=form, person=person, purpose=purpose)
        return page, 422 if form.is_submitted() else 200
    set_password(person, form.password.data)
    if purpose == "invitation":
        person.locale = choose_language()  # the account goes on in the language of the page it was opened on
    if person.totp_secret:
        db().commit()
        flash(_("Your new password is set. Sign in with it."), "success")
        return redirect(url_for("accounts.sign_in", next=goal))
    sign_in_person(person)
    db().commit()
    return redirect(safe_next(goal))
