"""Reading the work that was handed in: the list of what waits, the rubric, the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.http import dump_options_header

from lms.catalog.queries import get_activity
from lms.contracts import Refusal
from lms.learning.forms import MarkForm
from lms.learning.queries import get_work, is_trainer_of, list_submissions_of, list_work
from lms.learning.services import mark_submission
from lms.learning.views.blueprint import bp
from lms.learning.views.showing import activity_context, kind_of
from lms.web.access import access, has_role
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response as AnyResponse

    from lms.catalog.models import VersionActivity
    from lms.contracts import Outcome
    from lms.delivery.models import Enrolment
    from lms.learning.models import Attempt, Submission

    Work = tuple[Submission, Attempt, Enrolment, VersionActivity]


@bp.get("/marking")
@access("trainer", "lead")
def list_marking() -> str:
    """What waits to be read, what was read: of my sessions, or of all for a lead."""
    trainer_id = None if has_role("lead") else current_user.person.id
    rows = list_work(db(), trainer_id=trainer_id)
    return render_template(
        "learning/marking.html", waiting=[row for row in rows if row.marked_at is None],
        marked=[row for row in reversed(rows) if row.marked_at is not None][:50],
    )  # fmt: skip


def _find_work(submission_id: uuid.UUID) -> Work:
    """The work, for a trainer of its session or a lead; 404 for anybody else."""
    found = get_work(db(), submission_id)
    if found is None:
        abort(404)
    submission, attempt, enrolment = found
    if not has_role("lead") and not is_trainer_of(db(), enrolment.session_id, current_user.person.id):
        abort(404)
    activity = get_activity(db(), attempt.version_id, attempt.activity_key)
    if activity is None:
        abort(404)
    return submission, attempt, enrolment, activity


@bp.get("/marking/<uuid:submission_id>")
@access("trainer", "lead")
def show_work(submission_id: uuid.UUID) -> str:
    """One piece of work beside its rubric."""
    work = _find_work(submission_id)
    form = MarkForm(feedback=work[0].feedback)
    return _render(work, form, work[0].marks)


@bp.post("/marking/<uuid:submission_id>")
@access("trainer", "lead")
def mark_work(submission_id: uuid.UUID) -> AnyResponse | tuple[str, int]:
    """Write the marks and answer the learner."""
    work = _find_work(submission_id)
    submission, attempt, enrolment, activity = work
    form = MarkForm()
    marks = {name.removeprefix("level."): value for name, value in request.form.items() if name.startswith("level.")}
    outcome = _outcome(activity, marks)
    if isinstance(outcome, str) or not form.validate_on_submit():
        return _render(work, form, marks, refusal=outcome if isinstance(outcome, str) else ""), 422
    page = url_for("learning.show_activity", enrolment_id=enrolment.id, key=activity.key)
    mark_submission(
        db(), submission=submission, attempt=attempt, enrolment=enrolment, activity=activity, marks=marks,
        outcome=outcome, feedback=form.feedback.data or "", by=current_user.person.id,
        link=installation().settings.url + page,
    )  # fmt: skip
    db().commit()
    flash(gettext("Your answer was sent to %(name)s.", name=enrolment.person.display_name), "success")
    return redirect(url_for("learning.list_marking"), 303)


def _outcome(activity: VersionActivity, marks: dict[str, str]) -> Outcome | str:
    """What the marks are worth, or why they are not complete."""
    kind = kind_of(activity.kind)
    if kind is None:
        abort(404)
    try:
        return kind.mark(activity.data, marks)
    except Refusal as refusal:
        return refusal.text(str(get_locale()))


def _render(work: Work, form: MarkForm, marks: dict[str, Any], *, refusal: str = "") -> str:
    submission, attempt, enrolment, activity = work
    kind = kind_of(activity.kind)
    if kind is None:
        abort(404)
    context = activity_context(
        version_id=attempt.version_id, link=lambda _key: "#", pseudonym=enrolment.pseudonym, attempt=None, preview=True
    )
    former = list_submissions_of(db(), enrolment.id, activity.key)
    return render_template(
        "learning/mark.html", submission=submission, attempt=attempt, enrolment=enrolment, activity=activity, form=form,
        marks=marks, refusal=refusal, shown=kind.show(activity.data, {}, context).context,
        former=[one for one in former if one.id != submission.id],
    )  # fmt: skip


@bp.get("/work/<uuid:submission_id>/file")
@access("member")
def download_work(submission_id: uuid.UUID) -> Response:
    """The file handed in, as a download only: it was made by somebody and is never shown on this origin."""
    found = get_work(db(), submission_id)
    if found is None or not found[0].file_key:
        abort(404)
    submission, _, enrolment = found
    me = current_user.person.id
    if enrolment.person_id != me and not has_role("lead") and not is_trainer_of(db(), enrolment.session_id, me):
        abort(404)
    response = Response(installation().files.stream(submission.file_key), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = dump_options_header("attachment", {"filename": submission.file_name})
    response.headers["Content-Length"] = str(submission.file_size)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
