"""The trainer's page of a half-day: code, live list, absences, countersignature, printable sheet."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.models import Person
from lms.db import utc_now
from lms.delivery.attendance_queries import count_settled, get_attendance, list_sheet
from lms.delivery.forms import AbsenceForm, MissedForm, SignatureForm
from lms.delivery.queries import CLOSES_AFTER, OPENS_BEFORE, list_trainers
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.services import (
    clear_attendance,
    countersign,
    mark_absent,
    mark_missing_absent,
    note_minutes_missed,
    rotate_sign_code,
    sign_half_day,
)
from lms.delivery.signatures import read_signature
from lms.delivery.views.blueprint import (
    ATTENDANCE,
    READERS,
    bp,
    flash_undo,
    load_half_day,
    load_learner,
    person_id,
    words,
)
from lms.delivery.views.tabs import session_tabs
from lms.web.access import access
from lms.web.qr import qr_svg
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.delivery.attendance_queries import SheetRow
    from lms.delivery.models import HalfDay
    from lms.delivery.views.blueprint import Answer

PATH = "/sessions/<uuid:session_id>/half-days/<uuid:half_day_id>"


def sign_link(half_day: HalfDay) -> str:
    """The short address that the QR code holds."""
    return f"{installation().settings.url}/s/{half_day.sign_code}"


def _fingerprint(rows: list[SheetRow]) -> str:
    state = "|".join(f"{row.enrolment_id}{row.present}{row.minutes_missed}" for row in rows)
    return hashlib.sha256(state.encode()).hexdigest()[:12]


def _live_rows(half_day: HalfDay) -> list[SheetRow]:
    """The sheet, those who are missing first: they are who the trainer looks for."""
    return sorted(list_sheet(db(), half_day), key=lambda row: row.present is not None)


def _is_live(half_day: HalfDay) -> bool:
    now = utc_now()
    return (
        half_day.countersigned_at is None
        and half_day.starts_at - OPENS_BEFORE <= now <= half_day.ends_at + CLOSES_AFTER
    )


@bp.get(PATH)
@access(*READERS)
def half_day(session_id: uuid.UUID, half_day_id: uuid.UUID) -> Answer:
    """The code to show, who signed so far, and what is left to settle."""
    run, day = load_half_day(session_id, half_day_id)
    rows = _live_rows(day)
    signer = db().get(Person, day.countersigned_by) if day.countersigned_by else None
    return render_template(
        "delivery/half_day.html", run=run, day=day, tabs=session_tabs(run), rows=rows, counts=count_settled(rows),
        seen=_fingerprint(rows), live=_is_live(day), now=utc_now(), opens_at=day.starts_at - OPENS_BEFORE,
        qr=qr_svg(sign_link(day), _("QR code to sign this half-day")), link=sign_link(day), signer=signer, form=AbsenceForm(),
    )  # fmt: skip


@bp.get(f"{PATH}/list")
@access(*READERS)
def half_day_list(session_id: uuid.UUID, half_day_id: uuid.UUID) -> Answer:
    """The live list alone; nothing (204) while nothing has changed."""
    run, day = load_half_day(session_id, half_day_id)
    rows = _live_rows(day)
    if request.args.get("seen") == _fingerprint(rows) and _is_live(day):
        return Response(status=204)
    return render_template(
        "delivery/_sheet_list.html", run=run, day=day, rows=rows, counts=count_settled(rows), seen=_fingerprint(rows),
        live=_is_live(day), now=utc_now(), screen=request.args.get("screen"),
    )  # fmt: skip


@bp.get(f"{PATH}/screen")
@access(*ATTENDANCE)
def half_day_screen(session_id: uuid.UUID, half_day_id: uuid.UUID) -> Answer:
    """The code alone, for the projector: no name of anybody."""
    run, day = load_half_day(session_id, half_day_id)
    rows = _live_rows(day)
    return render_template(
        "delivery/screen.html", run=run, day=day, rows=rows, counts=count_settled(rows), seen=_fingerprint(rows), live=_is_live(day),
        qr=qr_svg(sign_link(day), _("QR code to sign this half-day"), size=420), link=sign_link(day),
    )  # fmt: skip


@bp.post(f"{PATH}/rotate")
@access(*ATTENDANCE)
def half_day_rotate(session_id: uuid.UUID, half_day_id: uuid.UUID) -> Answer:
    """Show another code; the former one signs nothing any more."""
    _run, day = load_half_day(session_id, half_day_id)
    back = "delivery.half_day_screen" if request.form.get("screen") else "delivery.half_day"
    try:
        rotate_sign_code(db(), day, by=person_id())
    except DeliveryRefusal as refusal:
        db().rollback()
        flash(words(refusal), "danger")
    else:
        db().commit()
    return redirect(url_for(back, session_id=session_id, half_day_id=half_day_id))


@bp.post(f"{PATH}/missing")
@access(*ATTENDANCE)
def half_day_missing(session_id: uuid.UUID, half_day_id: uuid.UUID) -> Answer:
    """Mark absent all those who have not signed."""
    _run, day = load_half_day(session_id, half_day_id)
    form = AbsenceForm()
    back = redirect(url_for("delivery.half_day", session_id=session_id, half_day_id=half_day_id))
    if not form.validate_on_submit():
        flash(_("Nothing was recorded: shorten the reason to 200 signs."), "danger")
        return back
    try:
        count = mark_missing_absent(db(), half_day=day, reason=form.reason.data or "", by=person_id())
    except DeliveryRefusal as refusal:
        db().rollback()
        flash(words(refusal), "danger")
        return back
    db().commit()
    flash(_("%(count)s people are marked absent.", count=count), "success")
    return back


@bp.get(f"{PATH}/learners/<uuid:enrolment_id>")
@access(*ATTENDANCE)
def half_day_learner(session_id: uuid.UUID, half_day_id: uuid.UUID, enrolment_id: uuid.UUID) -> Answer:
    """One learner at this half-day: absent, late, or signing on this device."""
    return _learner_page(session_id, half_day_id, enrolment_id)


def _learner_page(
    session_id: uuid.UUID, half_day_id: uuid.UUID, enrolment_id: uuid.UUID, *, absence: AbsenceForm | None = None,
    missed: MissedForm | None = None,
) -> Answer:  # fmt: skip
    run, day = load_half_day(session_id, half_day_id)
    enrolment, person = load_learner(session_id, enrolment_id)
    attendance = get_attendance(db(), half_day_id, enrolment_id)
    page = render_template(
        "delivery/half_day_learner.html", run=run, day=day, enrolment=enrolment, person=person, attendance=attendance,
        live=_is_live(day), absence=absence or AbsenceForm(formdata=None, reason=attendance.reason if attendance else ""),
        missed=missed or MissedForm(
            formdata=None, minutes=attendance.minutes_missed if attendance else 0, reason=attendance.reason if attendance else ""
        ),
    )  # fmt: skip
    return page, 422 if absence or missed else 200


@bp.post(f"{PATH}/learners/<uuid:enrolment_id>/absent")
@access(*ATTENDANCE)
def half_day_absent(session_id: uuid.UUID, half_day_id: uuid.UUID, enrolment_id: uuid.UUID) -> Answer:
    """Mark a learner absent, with the reason; it can be taken back."""
    _run, day = load_half_day(session_id, half_day_id)
    enrolment, person = load_learner(session_id, enrolment_id)
    form = AbsenceForm()
    if not form.validate_on_submit():
        return _learner_page(session_id, half_day_id, enrolment_id, absence=form)
    try:
        mark_absent(db(), half_day=day, enrolment=enrolment, reason=form.reason.data or "", by=person_id())
    except DeliveryRefusal as refusal:
        db().rollback()
        form.reason.errors = [words(refusal)]
        return _learner_page(session_id, half_day_id, enrolment_id, absence=form)
    db().commit()
    flash_undo(
        _("%(name)s is marked absent.", name=person.display_name),
        url_for("delivery.half_day_clear", session_id=session_id, half_day_id=half_day_id, enrolment_id=enrolment_id),
    )
    return redirect(url_for("delivery.half_day", session_id=session_id, half_day_id=half_day_id))


@bp.post(f"{PATH}/learners/<uuid:enrolment_id>/clear")
@access(*ATTENDANCE)
def half_day_clear(session_id: uuid.UUID, half_day_id: uuid.UUID, enrolment_id: uuid.UUID) -> Answer:
    """Take an absence back."""
    _run, day = load_half_day(session_id, half_day_id)
    attendance = get_attendance(db(), half_day_id, enrolment_id)
    if attendance is None:
        abort(404)
    try:
        clear_attendance(db(), attendance=attendance, half_day=day, by=person_id())
    except DeliveryRefusal as refusal:
        db().rollback()
        flash(words(refusal), "danger")
    else:
        db().commit()
        flash(_("The absence is taken back."), "success")
    return redirect(url_for("delivery.half_day", session_id=session_id, half_day_id=half_day_id))


@bp.post(f"{PATH}/learners/<uuid:enrolment_id>/missed")
@access(*ATTENDANCE)
def half_day_missed(session_id: uuid.UUID, half_day_id: uuid.UUID, enrolment_id: uuid.UUID) -> Answer:
    """Write down a late arrival or an early departure."""
    _run, day = load_half_day(session_id, half_day_id)
    attendance = get_attendance(db(), half_day_id, enrolment_id)
    if attendance is None:
        abort(404)
    form = MissedForm()
    if not form.validate_on_submit():
        return _learner_page(session_id, half_day_id, enrolment_id, missed=form)
    try:
        note_minutes_missed(
            db(),
            attendance=attendance,
            half_day=day,
            minutes=form.minutes.data or 0,
            reason=form.reason.data or "",
            by=person_id(),
        )
    except DeliveryRefusal as refusal:
        db().rollback()
        form.minutes.errors = [words(refusal)]
        return _learner_page(session_id, half_day_id, enrolment_id, missed=form)
    db().commit()
    flash(_("The minutes missed are recorded."), "success")
    return redirect(url_for("delivery.half_day", session_id=session_id, half_day_id=half_day_id))


@bp.route(f"{PATH}/learners/<uuid:enrolment_id>/sign", methods=["GET", "POST"])
@access(*ATTENDANCE)
def half_day_sign_here(session_id: uuid.UUID, half_day_id: uuid.UUID, enrolment_id: uuid.UUID) -> Answer:
    """Hand this device to a learner, who signs on it."""
    run, day = load_half_day(session_id, half_day_id)
    enrolment, person = load_learner(session_id, enrolment_id)
    form, problem = SignatureForm(), ""
    if form.validate_on_submit():
        try:
            sign_half_day(
                db(), installation().files, half_day=day, enrolment=enrolment, signature=read_signature(form.signature.data or ""),
                method="trainer", by=person_id(),
            )  # fmt: skip
        except DeliveryRefusal as refusal:
            db().rollback()
            problem = words(refusal)
        else:
            db().commit()
            flash(_("%(name)s has signed.", name=person.display_name), "success")
            return redirect(url_for("delivery.half_day", session_id=session_id, half_day_id=half_day_id))
    page = render_template(
        "delivery/sign.html", run=run, day=day, name=person.display_name, form=form, problem=problem, on_trainers_device=True,
        back=url_for("delivery.half_day", session_id=session_id, half_day_id=half_day_id),
    )  # fmt: skip
    return page, 422 if problem else 200


@bp.route(f"{PATH}/countersign", methods=["GET", "POST"])
@access("trainer", "lead")
def half_day_countersign(session_id: uuid.UUID, half_day_id: uuid.UUID) -> Answer:
    """Close the sheet with the trainer's signature, once everybody is settled."""
    run, day = load_half_day(session_id, half_day_id)
    form, problem = SignatureForm(), ""
    back = url_for("delivery.half_day", session_id=session_id, half_day_id=half_day_id)
    if day.countersigned_at is not None:
        return redirect(back)
    if form.validate_on_submit():
        try:
            picture = read_signature(form.signature.data or "")
            countersign(db(), installation().files, half_day=day, person=current_user.account, signature=picture)
        except DeliveryRefusal as refusal:
            db().rollback()
            problem = words(refusal)
        else:
            db().commit()
            flash(_("The sheet is countersigned and closed."), "success")
            return redirect(back)
    counts = count_settled(list_sheet(db(), day))
    page = render_template(
        "delivery/countersign.html", run=run, day=day, form=form, problem=problem, counts=counts, back=back
    )
    return page, 422 if problem else 200


@bp.get(f"{PATH}/sheet")
@access(*READERS)
def half_day_sheet(session_id: uuid.UUID, half_day_id: uuid.UUID) -> Answer:
    """The attendance sheet to print."""
    run, day = load_half_day(session_id, half_day_id)
    rows = list_sheet(db(), day)
    trainers = [db().get_one(Person, day.trainer_id)] if day.trainer_id else list_trainers(db(), session_id)
    signer = db().get(Person, day.countersigned_by) if day.countersigned_by else None
    return render_template(
        "delivery/sheet.html",
        run=run,
        day=day,
        rows=rows,
        counts=count_settled(rows),
        trainers=trainers,
        signer=signer,
        now=utc_now(),
    )


@bp.get(f"{PATH}/signatures/<key>.png")
@access(*READERS)
def half_day_picture(session_id: uuid.UUID, half_day_id: uuid.UUID, key: str) -> Answer:
    """The picture of one signature of this half-day: of a learner by enrolment, or of the trainer."""
    _run, day = load_half_day(session_id, half_day_id)
    stored = day.countersign_key if key == "trainer" else ""
    for row in list_sheet(db(), day) if not stored else ():
        if str(row.enrolment_id) == key:
            stored = row.signature_key or ""
    if not stored:
        abort(404)
    return Response(
        installation().files.read(stored), mimetype="image/png", headers={"Cache-Control": "private, max-age=3600"}
    )
