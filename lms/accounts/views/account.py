"""One's own account: identity, language, password, second factor, data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyotp
from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from lms.accounts.forms import ROLE_CHOICES, ChangePasswordForm, CodeForm, EraseForm, ProfileForm
from lms.accounts.loading import sign_in_person
from lms.accounts.models import Consent, Person
from lms.accounts.privacy import erase_person, export_person
from lms.accounts.queries import list_consents, list_hubs_of
from lms.accounts.services import check_password, check_totp, normalise_email, record_event, set_password
from lms.db import unscoped, utc_now
from lms.web.access import access
from lms.web.qr import qr_svg
from lms.web.state import db

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WsgiResponse

    Answer = str | WsgiResponse | tuple[str, int]

bp = Blueprint("account", __name__, template_folder="../templates")


def _me() -> Person:
    person: Person = current_user.account
    return person


@bp.get("/hubs")
@access("person")
def choose_hub() -> Answer:
    """Go to the only hub, or choose among several."""
    hubs = list_hubs_of(db(), _me().id)
    if len(hubs) == 1 and not _me().is_platform_admin:
        return redirect(url_for("home.home", hub_slug=hubs[0][0].slug))
    return render_template("accounts/choose_hub.html", hubs=hubs, role_words=dict(ROLE_CHOICES))


@bp.route("/account", methods=["GET", "POST"])
@access("person")
def profile() -> Answer:
    """Change one's name and language."""
    form = ProfileForm(obj=_me())
    if form.validate_on_submit():
        form.populate_obj(_me())
        db().commit()
        session["language"] = _me().locale
        flash(_("Your account is up to date."), "success")
        return redirect(url_for("account.profile", lang=None))
    return render_template("accounts/profile.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/account/password", methods=["GET", "POST"])
@access("person")
def change_password() -> Answer:
    """Change the password; the other devices are signed out."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        if check_password(_me(), form.current.data):
            set_password(_me(), form.password.data)
            sign_in_person(_me())
            db().commit()
            flash(_("Your password is changed. Your other devices are signed out."), "success")
            return redirect(url_for("account.profile"))
        form.current.errors = [_("This is not your present password.")]
    return render_template("accounts/change_password.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/account/second-factor", methods=["GET", "POST"])
@access("person")
def second_factor() -> Answer:
    """Turn the authentication app on (scan, type a code) or off (type a code)."""
    form, me = CodeForm(), _me()
    active = bool(me.totp_secret)
    secret = me.totp_secret or session.setdefault("new_totp", pyotp.random_base32())
    if form.validate_on_submit():
        me.totp_secret = secret
        if check_totp(me, form.code.data):
            if active:
                me.totp_secret, me.totp_last_step = "", 0
            session.pop("new_totp", None)
            db().commit()
            flash(_("Sign-in by code is off.") if active else _("Sign-in by code is on."), "success")
            return redirect(url_for("account.profile"))
        db().rollback()
        form.code.errors = [_("This code is not right. Is the clock of your phone on time?")]
    uri = pyotp.TOTP(secret).provisioning_uri(name=me.email, issuer_name="Bouquet")
    qr = qr_svg(uri, _("The key of your account as a QR code"), size=200)
    page = render_template("accounts/totp.html", form=form, active=active, secret=secret, qr=qr)
    return page, 422 if form.is_submitted() else 200


@bp.get("/account/data")
@access("person")
def privacy() -> Answer:
    """What is kept about me, my agreements, my rights."""
    with unscoped(db()):
        consents = list_consents(db(), _me().id)
    return render_template(
        "accounts/data.html", consents=consents, hubs={hub.id: hub for hub, _r in list_hubs_of(db(), _me().id)}
    )


@bp.post("/account/data/export")
@access("person")
def export_data() -> Answer:
    """Hand over everything that is kept about me."""
    data = json.dumps(export_person(db(), _me()), ensure_ascii=False, indent=2, sort_keys=True)
    name = f"bouquet-{utc_now():%Y-%m-%d}.json"
    return Response(
        data, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@bp.post("/account/consents/<uuid:consent_id>/withdraw")
@access("person")
def withdraw_consent(consent_id: object) -> Answer:
    """Take an agreement back."""
    with unscoped(db()):
        consent = db().get(Consent, consent_id)
        if consent is not None and consent.person_id == _me().id and consent.kind != "terms":
            consent.withdrawn_at = utc_now()
            record_event(db(), "consent.withdrawn", hub_id=consent.hub_id, person_id=_me().id, target=consent.kind)
            db().commit()
            flash(_("Your agreement is withdrawn."), "success")
    return redirect(url_for("account.privacy"))


@bp.route("/account/erase", methods=["GET", "POST"])
@access("person")
def erase() -> Answer:
    """Close the account for good."""
    form = EraseForm()
    if form.validate_on_submit():
        if normalise_email(form.confirmation.data) == _me().email:
            for hub, _roles in list_hubs_of(db(), _me().id):
                with unscoped(db()):
                    record_event(db(), "person.erased", hub_id=hub.id, person_id=None, target=_me().id)
            erase_person(db(), _me())
            db().commit()
            logout_user()
            session.clear()
            return render_template("accounts/erased.html")
        form.confirmation.errors = [_("This is not the address of your account.")]
    return render_template("accounts/erase.html", form=form), 422 if form.is_submitted() else 200
