"""The calendar of a session: its half-days, what the course proposes, deadlines, and the feed for diaries."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Response, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts.queries import list_people_with_role
from lms.catalog.models import VersionActivity
from lms.catalog.queries import get_outline
from lms.db import utc_now
from lms.delivery.attendance_queries import get_attendance_grid
from lms.delivery.forms import DeadlinesForm, HalfDayForm, ProposedHalfDaysForm, span
from lms.delivery.ical import Event, calendar_text
from lms.delivery.proposals import propose_deadlines, propose_half_days
from lms.delivery.queries import (
    CURRENT,
    get_enrolment_of,
    get_session,
    is_trainer,
    list_clashes,
    list_deadlines,
    list_half_days,
)
from lms.delivery.refusals import DeliveryRefusal
from lms.delivery.services import add_half_day, change_half_day, remove_half_day, set_deadline
from lms.delivery.views.blueprint import PLANNERS, READERS, bp, load_half_day, load_session, person_id, words
from lms.delivery.views.tabs import session_tabs
from lms.web.access import access, has_role
from lms.web.forms import ZONE, choices
from lms.web.state import db, installation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.catalog.queries import OutlineRow
    from lms.delivery.models import HalfDay, TrainingSession
    from lms.delivery.proposals import ProposedDeadline, ProposedHalfDay
    from lms.delivery.views.blueprint import Answer


@bp.get("/sessions/<uuid:session_id>/half-days")
@access(*READERS)
def half_days(session_id: uuid.UUID) -> Answer:
    """The calendar as a list: half-days with who was there, deadlines between them."""
    run = load_session(session_id)
    grid = get_attendance_grid(db(), session_id)
    titles = {row.key: row.title for row in get_outline(db(), run.version_id)}
    lines: list[dict[str, Any]] = [
        {"at": due_at, "deadline": titles.get(key, key)} for key, due_at in list_deadlines(db(), session_id).items()
    ]
    for index, (day, row) in enumerate(zip(grid.half_days, list_half_days(db(), session_id), strict=True)):
        states = [line.cells[index].state for line in grid.rows]
        expected = len(states) - states.count("out")
        lines.append(
            {"at": day.starts_at, "day": row, "signed": states.count("signed"), "absent": states.count("absent"),
             "expected": expected, "minutes": day.minutes}
        )  # fmt: skip
    lines.sort(key=lambda line: line["at"])
    return render_template(
        "delivery/half_days.html",
        run=run,
        tabs=session_tabs(run),
        lines=lines,
        now=utc_now(),
        clashes=list_clashes(db(), session_id),
    )


def _modalities(version_id: uuid.UUID) -> dict[str, str]:
    rows = db().execute(
        select(VersionActivity.key, VersionActivity.data).where(
            VersionActivity.version_id == version_id, VersionActivity.kind == "live_session"
        )
    )
    return {key: str((data or {}).get("modality", "on_site")) for key, data in rows}


def _missing_half_days(
    run: TrainingSession, outline: Sequence[OutlineRow], present: list[HalfDay]
) -> list[ProposedHalfDay]:
    given = {day.activity_key for day in present}
    proposals = propose_half_days(outline, _modalities(run.version_id), run.starts_on, run.ends_on, ZONE)
    return [proposal for proposal in proposals if proposal.activity_key not in given]


def _deadline_lines(
    run: TrainingSession, outline: Sequence[OutlineRow], present: list[HalfDay]
) -> list[ProposedDeadline]:
    spans = {day.activity_key: (day.starts_at, day.ends_at) for day in present if day.activity_key}
    return propose_deadlines(outline, spans, run.starts_on, run.ends_on, ZONE)


def _entry(proposal: ProposedHalfDay) -> dict[str, Any]:
    start, end = proposal.starts_at.astimezone(ZONE), proposal.ends_at.astimezone(ZONE)
    return {
        "activity_key": proposal.activity_key,
        "keep": True,
        "day": start.date(),
        "start": start.time(),
        "end": end.time(),
    }


@bp.get("/sessions/<uuid:session_id>/half-days/plan")
@access(*PLANNERS)
def half_days_plan(session_id: uuid.UUID) -> Answer:
    """What the course proposes: the half-days to place and the deadlines of what is done alone."""
    return _plan_page(load_session(session_id))


def _plan_page(
    run: TrainingSession,
    days_form: ProposedHalfDaysForm | None = None,
    due_form: DeadlinesForm | None = None,
    *,
    status: int = 200,
) -> Answer:
    outline, present = get_outline(db(), run.version_id), list(list_half_days(db(), run.id))
    proposals = _missing_half_days(run, outline, present)
    deadlines = _deadline_lines(run, outline, present)
    known = list_deadlines(db(), run.id)
    days_form = days_form or ProposedHalfDaysForm(formdata=None, half_days=[_entry(proposal) for proposal in proposals])
    due_form = due_form or DeadlinesForm(
        formdata=None,
        deadlines=[
            {"activity_key": line.activity_key, "due_at": known.get(line.activity_key, line.due_at)}
            for line in deadlines
        ],
    )
    page = render_template(
        "delivery/plan.html", run=run, tabs=session_tabs(run), days_form=days_form, due_form=due_form, present=present,
        lines={line.key: line for line in outline}, modalities=_modalities(run.version_id),
        saved=sum(line.activity_key in known for line in deadlines), clashes=list_clashes(db(), run.id),
    )  # fmt: skip
    return page, status


@bp.post("/sessions/<uuid:session_id>/half-days/proposed")
@access(*PLANNERS)
def half_days_add(session_id: uuid.UUID) -> Answer:
    """Add the proposed half-days that were kept, as corrected."""
    run = load_session(session_id)
    form, due_form = ProposedHalfDaysForm(), DeadlinesForm()
    if not all([form.validate_on_submit(), due_form.validate()]):
        return _plan_page(run, days_form=form, due_form=due_form, status=422)
    kept = _keep_typed_deadlines(run, due_form)
    outline = {line.key: line for line in get_outline(db(), run.version_id)}
    given = {day.activity_key for day in list_half_days(db(), session_id)}
    modalities, added = _modalities(run.version_id), 0
    for entry in form.half_days:
        key = entry.form.activity_key.data
        if not entry.form.keep.data or key in given or key not in outline:
            continue
        starts_at, ends_at = span(entry.form.day.data, entry.form.start.data, entry.form.end.data)
        try:
            add_half_day(
                db(), training_session=run, title=outline[key].title, starts_at=starts_at, ends_at=ends_at,
                modality=modalities.get(key, "on_site"), activity_key=key, by=person_id(),
            )  # fmt: skip
        except DeliveryRefusal as refusal:
            db().rollback()
            entry.form.end.errors = [words(refusal)]
            return _plan_page(load_session(session_id), days_form=form, due_form=due_form, status=422)
        given.add(key)
        added += 1
    db().commit()
    flash(_("%(count)s half-days are in the calendar.", count=added), "success")
    if kept:
        flash(_("The deadlines that you had changed are saved."), "success")
    return redirect(url_for("delivery.half_days_plan", session_id=session_id, _anchor="deadlines"))


def _keep_typed_deadlines(run: TrainingSession, form: DeadlinesForm) -> int:
    """Write the deadlines that are not those the page had offered: somebody typed them; return how many."""
    lines = _deadline_lines(run, get_outline(db(), run.version_id), list(list_half_days(db(), run.id)))
    offered = {line.activity_key: line.due_at for line in lines} | list_deadlines(db(), run.id)
    kept = 0
    for entry in form.deadlines:
        key, due_at = entry.form.activity_key.data, entry.form.due_at.data
        if key in offered and due_at != offered[key]:
            set_deadline(db(), training_session=run, activity_key=key, due_at=due_at, by=person_id())
            kept += 1
    return kept


@bp.post("/sessions/<uuid:session_id>/half-days/deadlines")
@access(*PLANNERS)
def half_days_deadlines(session_id: uuid.UUID) -> Answer:
    """Keep the deadlines as corrected, an empty one is taken away; half-days typed and not added yet stay in sight."""
    run = load_session(session_id)
    form, days_form = DeadlinesForm(), ProposedHalfDaysForm()
    if not form.validate_on_submit():
        return _plan_page(run, days_form=days_form, due_form=form, status=422)
    keys = {line.key for line in get_outline(db(), run.version_id)}
    for entry in form.deadlines:
        if entry.form.activity_key.data in keys:
            set_deadline(
                db(),
                training_session=run,
                activity_key=entry.form.activity_key.data,
                due_at=entry.form.due_at.data,
                by=person_id(),
            )
    db().commit()
    flash(_("The deadlines are saved."), "success")
    if days_form.half_days.entries:
        return _plan_page(run, days_form=days_form)
    return redirect(url_for("delivery.half_days", session_id=session_id))


def _half_day_form(half_day: HalfDay | None = None) -> HalfDayForm:
    defaults: dict[str, Any] = {}
    if half_day is not None:
        start, end = half_day.starts_at.astimezone(ZONE), half_day.ends_at.astimezone(ZONE)
        defaults = {
            "day": start.date(),
            "start": start.time(),
            "end": end.time(),
            "trainer_id": str(half_day.trainer_id or ""),
        }
    form = HalfDayForm(obj=half_day, **defaults)
    trainers = list_people_with_role(db(), "trainer")
    form.trainer_id.choices = choices(
        [("", _("The trainers of the session")), *((str(p.id), p.display_name) for p in trainers)]
    )
    return form


@bp.route("/sessions/<uuid:session_id>/half-days/new", methods=["GET", "POST"])
@access(*PLANNERS)
def half_day_new(session_id: uuid.UUID) -> Answer:
    """Add a half-day that the course does not foresee."""
    return _edit_half_day(load_session(session_id), None)


@bp.route("/sessions/<uuid:session_id>/half-days/<uuid:half_day_id>/edit", methods=["GET", "POST"])
@access(*PLANNERS)
def half_day_edit(session_id: uuid.UUID, half_day_id: uuid.UUID) -> Answer:
    """Change a half-day, as long as nobody signed it."""
    return _edit_half_day(*load_half_day(session_id, half_day_id))


def _edit_half_day(run: TrainingSession, half_day: HalfDay | None) -> Answer:
    form = _half_day_form(half_day)
    if form.validate_on_submit():
        values = form.values() | {"trainer_id": uuid.UUID(form.trainer_id.data) if form.trainer_id.data else None}
        try:
            if half_day is None:
                add_half_day(db(), training_session=run, by=person_id(), **values)
            else:
                change_half_day(db(), half_day, by=person_id(), **values)
        except DeliveryRefusal as refusal:
            db().rollback()
            field = {"hours": form.end, "too_long": form.end, "join_url": form.join_url}.get(refusal.code, form.title)
            field.errors = [words(refusal)]
        else:
            db().commit()
            flash(_("The half-day is saved."), "success")
            return redirect(url_for("delivery.half_days", session_id=run.id))
    page = render_template("delivery/half_day_form.html", form=form, run=run, half_day=half_day)
    return page, 422 if form.is_submitted() else 200


@bp.post("/sessions/<uuid:session_id>/half-days/<uuid:half_day_id>/remove")
@access(*PLANNERS)
def half_day_remove(session_id: uuid.UUID, half_day_id: uuid.UUID) -> Answer:
    """Take a half-day out of the calendar, as long as nothing was recorded."""
    _run, half_day = load_half_day(session_id, half_day_id)
    try:
        remove_half_day(db(), half_day, by=person_id())
    except DeliveryRefusal as refusal:
        db().rollback()
        flash(words(refusal), "danger")
    else:
        db().commit()
        flash(_("“%(title)s” is out of the calendar.", title=half_day.title), "success")
    return redirect(url_for("delivery.half_days", session_id=session_id))


@bp.get("/sessions/<uuid:session_id>/calendar.ics")
@access("member")
def calendar_feed(session_id: uuid.UUID) -> Answer:
    """The half-days and deadlines for the diary of a member of the session; never the link of a call."""
    run = get_session(db(), session_id)
    if run is None:
        abort(404)
    enrolment = get_enrolment_of(db(), session_id, person_id())
    learns = enrolment is not None and enrolment.status in CURRENT
    if not (has_role("lead", "hub_admin", "auditor") or learns or is_trainer(db(), session_id, person_id())):
        abort(404)
    titles = {row.key: row.title for row in get_outline(db(), run.version_id)}
    host = installation().settings.url.partition("://")[2]
    events = [
        Event(
            f"{day.id}@{host}", f"{run.title}{_(':')} {day.title}", day.starts_at, day.ends_at,
            _("Remote") if day.modality == "remote" else day.place or run.place, run.access_notes,
        )
        for day in list_half_days(db(), session_id)
    ]  # fmt: skip
    events += [
        Event(f"{run.id}-{key}@{host}", _("To do before: %(title)s", title=titles.get(key, key)), due_at)
        for key, due_at in list_deadlines(db(), session_id).items()
    ]
    headers = {
        "Content-Disposition": f'attachment; filename="{g.hub.slug}-{run.id}.ics"',
        "Cache-Control": "private, no-store",
    }
    return Response(calendar_text(run.title, events, stamp=utc_now()), mimetype="text/calendar", headers=headers)
