"""The learner's page to sign a half-day, opened by the QR code or by typing the code shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from lms.db import utc_now
from lms.delivery.attendance_queries import get_attendance
from lms.delivery.forms import CodeForm, SignatureForm
from lms.delivery.queries import (
    CLOSES_AFTER,
    OPENS_BEFORE,
    get_enrolment_of,
    get_half_day,
    get_half_day_by_code,
    get_session,
)
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.services import sign_half_day
from lms.delivery.services.enrolments import normalise_code
from lms.delivery.signatures import read_signature
from lms.delivery.views.blueprint import bp, person_id, short_bp, words
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.delivery.models import Attendance, Enrolment, HalfDay, TrainingSession
    from lms.delivery.views.blueprint import Answer
    from lms.hubs.models import Hub


@short_bp.route("/s", methods=["GET", "POST"])
@access("public")
def type_code() -> Answer:
    """Type the code that the trainer shows."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("delivery/type_code.html", form=form), 422 if form.is_submitted() else 200
    found = get_half_day_by_code(db(), normalise_code(form.code.data or ""))
    if found is None:
        form.code.errors = [_("No half-day shows this code now. It may have changed: look at the screen again.")]
        return render_template("delivery/type_code.html", form=form), 422
    return _to_signing(*found, via="code")


@short_bp.get("/s/<code>")
@access("public")
def open_code(code: str) -> Answer:
    """What the QR code opens: the signing page of its half-day, after signing in if need be."""
    found = get_half_day_by_code(db(), normalise_code(code))
    if found is None:
        flash(_("This code is not shown any more. Type the one that is on the screen now."), "warning")
        return redirect(url_for("short.type_code"))
    return _to_signing(*found, via="qr")


def _to_signing(half_day: HalfDay, hub: Hub, *, via: str) -> Answer:
    return redirect(
        url_for("delivery.sign_half_day", hub_slug=hub.slug, half_day_id=half_day.id, code=half_day.sign_code, via=via)
    )


@short_bp.post("/s/<code>/not-me")
@access("public")
def not_me(code: str) -> Answer:
    """Close the session of somebody else on this phone and come back with one's own account."""
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    return redirect(url_for("accounts.sign_in", next=url_for("short.open_code", code=normalise_code(code) or "0")))


@bp.route("/sign/<uuid:half_day_id>", methods=["GET", "POST"], endpoint="sign_half_day")
@access("learner")
def sign_page(half_day_id: uuid.UUID) -> Answer:
    """Sign one's presence."""
    day = get_half_day(db(), half_day_id)
    run = get_session(db(), day.session_id) if day else None
    if day is None or run is None:
        abort(404)
    enrolment = get_enrolment_of(db(), day.session_id, person_id())
    if enrolment is None:
        return render_template("delivery/not_enrolled.html", code=request.values.get("code", "")), 403
    attendance = get_attendance(db(), day.id, enrolment.id)
    if attendance is not None and attendance.present:
        return render_template("delivery/signed.html", run=run, day=day, attendance=attendance, again=True)
    now = utc_now()
    if not (day.starts_at - OPENS_BEFORE <= now <= day.ends_at + CLOSES_AFTER) or day.countersigned_at:
        page = render_template("delivery/closed.html", run=run, day=day, now=now, opens_at=day.starts_at - OPENS_BEFORE)
        return page, 409 if request.method == "POST" else 200
    code = normalise_code(request.values.get("code", ""))
    if code != day.sign_code:
        return _ask_code(run, day, wrong=bool(code))
    return _sign(run, day, enrolment)


def _ask_code(run: TrainingSession, day: HalfDay, *, wrong: bool) -> Answer:
    form = CodeForm(formdata=None)
    if wrong:
        form.code.errors = [_("This code is not the one shown now. Look at the screen again, or ask your trainer.")]
    return render_template("delivery/ask_code.html", form=form, run=run, day=day), 422 if wrong else 200


def _sign(run: TrainingSession, day: HalfDay, enrolment: Enrolment) -> Answer:
    form, problem = SignatureForm(code=day.sign_code, via=request.values.get("via", "code")), ""
    if request.method == "POST" and "signature" in request.form and form.validate():
        try:
            attendance, new = sign_half_day(
                db(), installation().files, half_day=day, enrolment=enrolment, signature=read_signature(form.signature.data or ""),
                method="qr" if form.via.data == "qr" else "code",
            )  # fmt: skip
        except DeliveryRefusal as refusal:
            db().rollback()
            problem = words(refusal)
        else:
            db().commit()
            return _signed(run, day, attendance, new=new)
    page = render_template(
        "delivery/sign.html", run=run, day=day, name=current_user.display_name, form=form, problem=problem,
        on_trainers_device=False, code=day.sign_code,
    )  # fmt: skip
    return page, 422 if problem else 200


def _signed(run: TrainingSession, day: HalfDay, attendance: Attendance, *, new: bool) -> Answer:
    return render_template("delivery/signed.html", run=run, day=day, attendance=attendance, again=not new)
