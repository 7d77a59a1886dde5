"""The sessions of a hub: the list, one session, its making and its changes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.accounts.queries import list_people_with_role
from lms.db import utc_now
from lms.delivery.attendance_queries import get_attendance_grid
from lms.delivery.forms import SessionForm
from lms.delivery.queries import list_clashes, list_sessions, list_trainers, list_version_choices, session_state
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.services import (
    change_status,
    change_training_session,
    create_training_session,
    renew_join_code,
    set_trainers,
)
from lms.delivery.views.blueprint import PLANNERS, READERS, bp, flash_undo, load_session, person_id, words
from lms.delivery.views.tabs import session_tabs
from lms.web.access import access, has_role
from lms.web.forms import ZONE, choices
from lms.web.qr import qr_svg
from lms.web.state import db, installation

if TYPE_CHECKING:
    from datetime import date

    from lms.delivery.models import TrainingSession
    from lms.delivery.views.blueprint import Answer

WHEN = {"": ("running", "upcoming", "ended"), "past": ("closed", "cancelled", "ended"), "all": ()}


def today() -> date:
    """The day in the installation's zone."""
    return utc_now().astimezone(ZONE).date()


@bp.get("/sessions", endpoint="list_sessions")
@access(*READERS)
def list_page() -> Answer:
    """The sessions: those that go on first; a trainer sees their own."""
    text, when = request.args.get("q", "")[:80], request.args.get("when", "")
    mine = None if has_role("lead", "hub_admin", "auditor") else person_id()
    rows = list_sessions(db(), trainer_id=mine, text=text)
    day = today()
    states = {row.id: row.state(day) for row in rows}
    wanted = WHEN.get(when, ())
    shown = [row for row in rows if not wanted or states[row.id] in wanted]
    groups = [
        (_("Running"), [row for row in shown if states[row.id] == "running"]),
        (_("To come"), [row for row in reversed(shown) if states[row.id] == "upcoming"]),
        (_("Over, to be closed"), [row for row in shown if states[row.id] == "ended"]),
        (_("Closed or cancelled"), [row for row in shown if states[row.id] in {"closed", "cancelled"}]),
    ]
    return render_template(
        "delivery/sessions.html", groups=[group for group in groups if group[1]], states=states, q=text, when=when,
        none_at_all=not rows and not text,
    )  # fmt: skip


@bp.get("/sessions/<uuid:session_id>")
@access(*READERS)
def overview(session_id: uuid.UUID) -> Answer:
    """What is going on in this session and what to do next."""
    run = load_session(session_id)
    grid = get_attendance_grid(db(), session_id)
    now = utc_now()
    taking_part = [row for row in grid.rows if row.learner.status in {"invited", "active", "completed"}]
    days = grid.half_days
    due, attended = (sum(getattr(row, name) for row in grid.rows) for name in ("minutes_due", "minutes_attended"))
    return render_template(
        "delivery/overview.html", run=run, tabs=session_tabs(run), state=session_state(run.status, run.starts_on, run.ends_on, today()),
        trainers=list_trainers(db(), session_id), learners=taking_part, days=days, now=now,
        next_day=next((day for day in days if day.ends_at > now), None),
        to_close=[day for day in days if day.ends_at <= now and day.countersigned_at is None],
        waiting=sum(row.learner.status == "invited" for row in taking_part),
        due=due, attended=attended, lead=_lead(run), clashes=list_clashes(db(), session_id),
        join_link=f"{installation().settings.url}/join/{run.join_code}",
        join_qr=qr_svg(f"{installation().settings.url}/join/{run.join_code}", _("QR code to join the session")),
    )  # fmt: skip


def _lead(run: TrainingSession) -> Person | None:
    return db().get(Person, run.lead_id) if run.lead_id else None


def _session_form(**defaults: Any) -> SessionForm:
    form = SessionForm(**defaults)
    form.version_id.choices = choices(
        (str(choice.id), _("%(title)s, version %(number)s", title=choice.title, number=choice.number))
        for choice in list_version_choices(db())
    )
    form.trainers.choices = choices(
        (str(person.id), person.display_name) for person in list_people_with_role(db(), "trainer")
    )
    leads = list_people_with_role(db(), "lead", "hub_admin")
    form.lead_id.choices = choices(
        [("", _("Nobody yet")), *((str(person.id), person.display_name) for person in leads)]
    )
    return form


def _values(form: SessionForm) -> dict[str, Any]:
    return {
        "title": form.title.data, "reference": form.reference.data, "starts_on": form.starts_on.data, "ends_on": form.ends_on.data,
        "place": form.place.data or "", "access_notes": form.access_notes.data or "", "capacity": form.capacity.data,
        "funder": form.funder.data or "", "lead_id": uuid.UUID(form.lead_id.data) if form.lead_id.data else None,
    }  # fmt: skip


def _show_refusal(form: SessionForm, refusal: DeliveryRefusal) -> None:
    field = {"reference": form.reference, "dates": form.ends_on, "version": form.version_id}.get(
        refusal.code, form.title
    )
    field.errors = [words(refusal)]


@bp.route("/sessions/new", methods=["GET", "POST"])
@access(*PLANNERS)
def new_session() -> Answer:
    """Make a session of a published version; its calendar comes next."""
    asked = request.args.get("version", "")
    title = next((one.title for one in list_version_choices(db()) if str(one.id) == asked), "") if asked else ""
    form = _session_form(version_id=asked or None, title=title, lead_id=str(person_id()))
    if form.validate_on_submit():
        try:
            run = create_training_session(
                db(), hub_id=g.hub.id, version_id=uuid.UUID(form.version_id.data), by=person_id(),
                trainer_ids=[uuid.UUID(value) for value in form.trainers.data or ()], **_values(form),
            )  # fmt: skip
        except DeliveryRefusal as refusal:
            db().rollback()
            _show_refusal(form, refusal)
        else:
            db().commit()
            flash(_("The session is created. Check the proposed calendar."), "success")
            return redirect(url_for("delivery.half_days_plan", session_id=run.id))
    return render_template("delivery/session_form.html", form=form, run=None), 422 if form.is_submitted() else 200


@bp.route("/sessions/<uuid:session_id>/edit", methods=["GET", "POST"])
@access(*PLANNERS)
def edit_session(session_id: uuid.UUID) -> Answer:
    """Change what is said of the session; its course version stays."""
    run = load_session(session_id)
    trainers = [str(person.id) for person in list_trainers(db(), session_id)]
    form = _session_form(obj=run, version_id=str(run.version_id), trainers=trainers, lead_id=str(run.lead_id or ""))
    del form.version_id
    if form.validate_on_submit():
        try:
            change_training_session(db(), run, by=person_id(), **_values(form))
            set_trainers(
                db(),
                training_session=run,
                person_ids=[uuid.UUID(value) for value in form.trainers.data or ()],
                by=person_id(),
            )
        except DeliveryRefusal as refusal:
            db().rollback()
            _show_refusal(form, refusal)
        else:
            db().commit()
            flash(_("The session is saved."), "success")
            return redirect(url_for("delivery.overview", session_id=session_id))
    return render_template("delivery/session_form.html", form=form, run=run), 422 if form.is_submitted() else 200


@bp.post("/sessions/<uuid:session_id>/status/<status>")
@access(*PLANNERS)
def set_status(session_id: uuid.UUID, status: str) -> Answer:
    """Close, cancel or open again; each can be undone."""
    run = load_session(session_id)
    texts = {
        "closed": _("The session is closed: nobody enters it any more."),
        "cancelled": _("The session is cancelled."),
        "open": _("The session is open."),
    }
    if status not in texts:
        abort(404)
    before = run.status
    change_status(db(), run, status=status, by=person_id())
    db().commit()
    undo = url_for("delivery.set_status", session_id=session_id, status=before if before in texts else "open")
    flash_undo(texts[status], undo)
    return redirect(url_for("delivery.overview", session_id=session_id))


@bp.post("/sessions/<uuid:session_id>/code")
@access(*PLANNERS)
def renew_code(session_id: uuid.UUID) -> Answer:
    """Give the session another join code."""
    run = load_session(session_id)
    renew_join_code(db(), run, by=person_id())
    db().commit()
    flash(_("The session has a new code; the former one opens nothing any more."), "success")
    return redirect(url_for("delivery.overview", session_id=session_id))
