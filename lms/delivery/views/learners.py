"""The learners of a session: the list, one more, a whole file, invitations, departures."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple
from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from lms.db import utc_now
from lms.delivery.attendance_queries import get_attendance_grid
from lms.delivery.forms import LearnerForm, LeaveForm, RosterForm
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.roster import MAX_BYTES, TEMPLATE, RosterLine, read_roster
from lms.delivery.services import (
    end_enrolment,
    enrol_person,
    import_learners,
    invite_again,
    plan_import,
    restore_enrolment,
)
from lms.delivery.views.blueprint import (
    PLANNERS,
    READERS,
    bp,
    flash_undo,
    load_learner,
    load_session,
    person_id,
    words,
)
from lms.delivery.views.tabs import session_tabs
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from lms.delivery.models import TrainingSession
    from lms.delivery.views.blueprint import Answer

HOURS_TO_CONFIRM = 2
LEFT_ASIDE = ("error", "full", "duplicate")  # shown first


@bp.get("/sessions/<uuid:session_id>/learners")
@access(*READERS)
def learners(session_id: uuid.UUID) -> Answer:
    """Who is in the session, and how present they are."""
    run = load_session(session_id)
    grid = get_attendance_grid(db(), session_id)
    taking_part = sum(row.learner.status in {"invited", "active", "completed"} for row in grid.rows)
    return render_template(
        "delivery/learners.html",
        run=run,
        tabs=session_tabs(run),
        rows=grid.rows,
        taking_part=taking_part,
        now=utc_now(),
    )


@bp.route("/sessions/<uuid:session_id>/learners/new", methods=["GET", "POST"])
@access(*PLANNERS)
def learner_new(session_id: uuid.UUID) -> Answer:
    """Enrol one person."""
    run = load_session(session_id)
    form = LearnerForm()
    if form.validate_on_submit():
        try:
            enrolment = enrol_person(
                db(), training_session=run, email=form.email.data or "", given_name=form.given_name.data or "",
                family_name=form.family_name.data or "",
                employer=form.employer.data or "", job_title=form.job_title.data or "", by=person_id(),
            )  # fmt: skip
        except DeliveryRefusal as refusal:
            db().rollback()
            form.email.errors = [words(refusal)]
        else:
            name = enrolment.person.display_name
            db().commit()
            flash(_("%(name)s is enrolled: the invitation is on its way.", name=name), "success")
            return redirect(url_for("delivery.learners", session_id=session_id))
    return render_template("delivery/learner_form.html", form=form, run=run), 422 if form.is_submitted() else 200


@bp.get("/sessions/<uuid:session_id>/learners/template.csv")
@access(*PLANNERS)
def learners_template(session_id: uuid.UUID) -> Answer:
    """An empty list to fill in a spreadsheet."""
    load_session(session_id)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow(TEMPLATE["en" if str(get_locale()).startswith("en") else "fr"])
    headers = {"Content-Disposition": f'attachment; filename="{_("learners")}.csv"'}
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)


def _sealer(run: TrainingSession) -> URLSafeTimedSerializer:
    # the lines travel through the page, sealed for this session and this person: nothing is kept until they confirm
    return URLSafeTimedSerializer(installation().settings.secret_key, salt=f"bouquet.roster.{run.id}.{person_id()}")


def _seal(run: TrainingSession, lines: Sequence[RosterLine]) -> str:
    sealed = _sealer(run).dumps([astuple(line) for line in lines])
    return sealed if isinstance(sealed, str) else sealed.decode()


@bp.route("/sessions/<uuid:session_id>/learners/import", methods=["GET", "POST"])
@access(*PLANNERS)
def learners_import(session_id: uuid.UUID) -> Answer:
    """Read a file and show what would become of each line; nothing is written."""
    run = load_session(session_id)
    form = RosterForm()
    if form.validate_on_submit():
        try:
            lines = read_roster(form.file.data.read(MAX_BYTES + 1))
        except DeliveryRefusal as refusal:
            form.file.errors = [words(refusal)]
        else:
            plan = plan_import(db(), training_session=run, lines=lines)
            return render_template(
                "delivery/import_plan.html", run=run, plan=plan, counts=plan.counts, sealed=_seal(run, lines),
                name=form.file.data.filename, lines=sorted(plan.lines, key=lambda planned: planned.fate not in LEFT_ASIDE),
            )  # fmt: skip
    return render_template("delivery/import.html", form=form, run=run), 422 if form.is_submitted() else 200


@bp.post("/sessions/<uuid:session_id>/learners/import/confirm")
@access(*PLANNERS)
def learners_import_confirm(session_id: uuid.UUID) -> Answer:
    """Enrol the lines that were shown, checked once more."""
    run = load_session(session_id)
    try:
        rows = _sealer(run).loads(request.form.get("sealed", ""), max_age=HOURS_TO_CONFIRM * 3600)
        lines = [RosterLine(*row) for row in rows]
        enrolled = import_learners(db(), training_session=run, lines=lines, by=person_id())
    except BadData:
        flash(_("This list has waited too long or was altered. Nothing was written: choose the file again."), "danger")
        return redirect(url_for("delivery.learners_import", session_id=session_id))
    except DeliveryRefusal as refusal:
        db().rollback()
        flash(words(refusal), "danger")
        return redirect(url_for("delivery.learners_import", session_id=session_id))
    db().commit()
    flash(_("%(count)s people are enrolled: the invitations are on their way.", count=len(enrolled)), "success")
    return redirect(url_for("delivery.learners", session_id=session_id))


@bp.post("/sessions/<uuid:session_id>/learners/<uuid:enrolment_id>/invite")
@access(*PLANNERS)
def learner_invite(session_id: uuid.UUID, enrolment_id: uuid.UUID) -> Answer:
    """Send the invitation once more."""
    load_session(session_id)
    enrolment, person = load_learner(session_id, enrolment_id)
    invite_again(db(), enrolment=enrolment, by=person_id())
    db().commit()
    flash(_("The invitation of %(name)s is sent again.", name=person.display_name), "success")
    return redirect(url_for("delivery.learners", session_id=session_id))


@bp.route("/sessions/<uuid:session_id>/learners/<uuid:enrolment_id>/leave", methods=["GET", "POST"])
@access(*PLANNERS)
def learner_leave(session_id: uuid.UUID, enrolment_id: uuid.UUID) -> Answer:
    """Note that a learner leaves; it can be taken back."""
    run = load_session(session_id)
    enrolment, person = load_learner(session_id, enrolment_id)
    form = LeaveForm(status="dropped" if enrolment.joined_at else "cancelled")
    if form.validate_on_submit():
        end_enrolment(db(), enrolment=enrolment, status=form.status.data, reason=form.reason.data or "", by=person_id())
        db().commit()
        flash_undo(
            _("%(name)s is no longer in the session; what they did is kept.", name=person.display_name),
            url_for("delivery.learner_restore", session_id=session_id, enrolment_id=enrolment_id),
        )
        return redirect(url_for("delivery.learners", session_id=session_id))
    page = render_template("delivery/learner_leave.html", form=form, run=run, enrolment=enrolment, person=person)
    return page, 422 if form.is_submitted() else 200


@bp.post("/sessions/<uuid:session_id>/learners/<uuid:enrolment_id>/restore")
@access(*PLANNERS)
def learner_restore(session_id: uuid.UUID, enrolment_id: uuid.UUID) -> Answer:
    """Take a departure back."""
    load_session(session_id)
    enrolment, person = load_learner(session_id, enrolment_id)
    try:
        restore_enrolment(db(), enrolment=enrolment, by=person_id())
    except DeliveryRefusal as refusal:
        db().rollback()
        flash(words(refusal), "danger")
    else:
        db().commit()
        flash(_("%(name)s is in the session again.", name=person.display_name), "success")
    return redirect(url_for("delivery.learners", session_id=session_id))
