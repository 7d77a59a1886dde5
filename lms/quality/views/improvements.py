"""The improvement loop: signal, cause, action, effect."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.accounts.queries import list_people_with_role
from lms.delivery.queries import get_session
from lms.delivery.views.blueprint import person_id
from lms.quality.effects import SENTENCES, WORDS
from lms.quality.forms import STATUSES, ImprovementEditForm, ImprovementForm, MeasureForm
from lms.quality.indicators import LABELS
from lms.quality.queries.figures import KINDS, list_later_sessions, read_figure
from lms.quality.queries.improvements import get_improvement, list_board
from lms.quality.services.improvements import FREE, change_improvement, create_improvement, measure_effect
from lms.quality.views.blueprint import STAFF, bp, check_reader, found_or_404, hub_id, say
from lms.web.access import access
from lms.web.forms import choices
from lms.web.state import db

if TYPE_CHECKING:
    from lms.quality.models import Improvement
    from lms.quality.views.blueprint import Answer

READ = (*STAFF, "auditor")


@bp.get("/improvements")
@access(*READ)
def improvements() -> Answer:
    """All actions of the hub, by status."""
    return render_template(
        "quality/improvements.html", lanes=list_board(db()), statuses=dict(STATUSES), words=WORDS, say=say
    )


def _owners(form: Any) -> None:
    people = list_people_with_role(db(), *STAFF)
    form.owner_id.choices = choices([("", _("nobody yet")), *((str(one.id), one.display_name) for one in people)])


def _signal() -> tuple[uuid.UUID | None, dict[str, Any]]:
    """What the link that led here speaks of."""
    kind, key = request.args.get("kind", FREE), request.args.get("key", "")[:200]
    if kind == FREE and "/" in key:
        kind = "item"  # a question of a survey that feeds no indicator
    signal = {"kind": kind if kind in KINDS else FREE, "key": key, "label": request.args.get("label", "")[:300]}
    try:
        session_id = uuid.UUID(request.args.get("session", ""))
    except ValueError:
        return None, signal
    if get_session(db(), session_id) is None:
        abort(404)
    check_reader(session_id)
    return session_id, signal


@bp.route("/improvements/new", methods=["GET", "POST"])
@access(*STAFF)
def new_improvement() -> Answer:
    """Write down a signal; the figure behind it is kept as it is now."""
    session_id, signal = _signal()
    figure = None
    if session_id is not None and signal["kind"] != FREE:
        figure = found_or_404(read_figure(db(), session_id, kind=signal["kind"], key=signal["key"]))
        signal["label"] = signal["label"] or figure["label"]
    form = ImprovementForm()
    _owners(form)
    if form.validate_on_submit():
        row = create_improvement(
            db(), hub_id=hub_id(), finding=form.finding.data or "", signal=signal, session_id=session_id,
            cause=form.cause.data or "", action=form.action.data or "", owner_id=_id(form.owner_id.data),
            due_on=form.due_on.data, by=person_id(),
        )  # fmt: skip
        db().commit()
        flash(_("The action is opened, with its figure of today."), "success")
        return redirect(url_for("quality.improvement", improvement_id=row.id))
    page = render_template(
        "quality/improvement_new.html", form=form, signal=signal, figure=figure, label=_label(signal), say=say
    )
    return page, 422 if form.is_submitted() else 200


def _label(signal: dict[str, Any]) -> str:
    if signal.get("kind") == "indicator" and signal.get("key") in LABELS:
        return say(LABELS[signal["key"]])
    return str(signal.get("label", ""))


def _id(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def _load(improvement_id: uuid.UUID) -> Improvement:
    row: Improvement = found_or_404(get_improvement(db(), improvement_id))
    return row


@bp.route("/improvements/<uuid:improvement_id>", methods=["GET", "POST"])
@access(*READ)
def improvement(improvement_id: uuid.UUID) -> Answer:
    """One action: change it, prove it, and see its effect."""
    row = _load(improvement_id)
    form = ImprovementEditForm(obj=row)
    _owners(form)
    if not form.is_submitted():
        form.owner_id.data = str(row.owner_id or "")
    if form.validate_on_submit():
        change_improvement(
            db(), row, by=person_id(), finding=form.finding.data or "", cause=form.cause.data or "",
            action=form.action.data or "", owner_id=_id(form.owner_id.data), due_on=form.due_on.data,
            status=form.status.data, proof=form.proof.data or "",
        )  # fmt: skip
        db().commit()
        flash(_("The action is saved."), "success")
        return redirect(url_for("quality.improvement", improvement_id=row.id))
    return _show(row, form, _measure_form(row)), 422 if form.is_submitted() else 200


def _measure_form(row: Improvement) -> MeasureForm | None:
    if row.session_id is None or row.signal.get("kind", FREE) == FREE or not row.baseline:
        return None
    later = list_later_sessions(db(), row.session_id)
    form = MeasureForm()
    form.session_id.choices = choices([(str(one.id), f"{one.reference} – {one.title}") for one in later])
    return form


def _show(row: Improvement, form: ImprovementEditForm, measure: MeasureForm | None) -> str:
    return render_template(
        "quality/improvement.html", row=row, form=form, measure=measure, label=_label(row.signal), words=WORDS,
        sentences=SENTENCES, statuses=dict(STATUSES), say=say,
    )  # fmt: skip


@bp.post("/improvements/<uuid:improvement_id>/measure")
@access(*STAFF)
def improvement_measure(improvement_id: uuid.UUID) -> Answer:
    """Read the same figure on a later session."""
    row = _load(improvement_id)
    form = found_or_404(_measure_form(row))
    if not form.validate_on_submit():
        edit = ImprovementEditForm(formdata=None, obj=row)
        _owners(edit)
        return _show(row, edit, form), 422
    word = measure_effect(db(), row, session_id=uuid.UUID(form.session_id.data), by=person_id())
    db().commit()
    flash(_("Measured: %(verdict)s.", verdict=say(WORDS[word])), "info")
    return redirect(url_for("quality.improvement", improvement_id=row.id) + "#effect")
