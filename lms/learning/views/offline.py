"""Bringing home what was done with offline pages: by the learner, or by the trainer for a learner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext, ngettext
from flask_login import current_user

from courses.offline_results import MAX_BYTES
from lms.contracts import Refusal
from lms.delivery.attendance_queries import list_learners
from lms.delivery.models import Enrolment
from lms.delivery.queries import get_session
from lms.learning.forms import BringForForm, BringForm
from lms.learning.offline import Taken, find_enrolment_for, read_offline_result, take_offline_result
from lms.learning.queries import is_trainer_of
from lms.learning.views.blueprint import bp
from lms.web.access import access, has_role
from lms.web.forms import choices
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response

    from courses.offline_results import OfflineResult
    from lms.catalog.models import CourseVersion

    Answer = str | Response | tuple[str, int]


@bp.route("/offline-results", methods=["GET", "POST"])
@access("member")
def bring_result() -> Answer:
    """A learner brings the file of their own offline pages; the course it belongs to is found by the file."""
    request.max_content_length = MAX_BYTES + 100_000
    form = BringForm()
    if not form.validate_on_submit():
        return render_template("learning/bring.html", form=form), 422 if form.is_submitted() else 200
    try:
        result, version = _read(form)
        enrolment = find_enrolment_for(db(), person_id=current_user.person.id, version=version)
        if enrolment is None:
            raise Refusal(
                f"Ce fichier vient du cours « {version.title} », que vous ne suivez pas ici. Rien n'a été ajouté.",
                f"This file comes from the course “{version.title}”, which you do not follow here. Nothing was added.",
            )
        taken = _take(enrolment, result, version)
    except Refusal as refusal:
        return _refused(form, refusal, "learning/bring.html")
    flash(*_words(taken))
    return redirect(url_for("learning.show_course", enrolment_id=enrolment.id))


@bp.route("/sessions/<uuid:session_id>/offline-results", methods=["GET", "POST"])
@access("trainer", "lead", "hub_admin")
def bring_result_for(session_id: uuid.UUID) -> Answer:
    """A trainer brings the file of a learner of the session, whom they name."""
    request.max_content_length = MAX_BYTES + 100_000
    run = get_session(db(), session_id)
    if run is None or not (has_role("lead", "hub_admin") or is_trainer_of(db(), session_id, current_user.person.id)):
        abort(404)
    enrolled = {
        str(one.id): one for one in list_learners(db(), session_id) if one.status not in {"dropped", "cancelled"}
    }
    form = BringForForm()
    form.learner.choices = choices([("", gettext("Choose…"))] + [(key, one.name) for key, one in enrolled.items()])
    if not form.validate_on_submit():
        return render_template("learning/bring.html", form=form, run=run), 422 if form.is_submitted() else 200
    try:
        result, version = _read(form)
        taken = _take(db().get_one(Enrolment, enrolled[form.learner.data].id), result, version)
    except Refusal as refusal:
        return _refused(form, refusal, "learning/bring.html", run=run)
    flash(*_words(taken))
    return redirect(url_for("learning.bring_result_for", session_id=session_id))


def _read(form: BringForm) -> tuple[OfflineResult, CourseVersion]:
    with form.file.data.stream as stream:
        data = stream.read(MAX_BYTES + 1)
    return read_offline_result(db(), data, installation().settings.secret_key)


def _take(enrolment: Enrolment, result: OfflineResult, version: CourseVersion) -> Taken:
    house = installation()
    taken = take_offline_result(
        db(), house.files, house.plugins.activity_types, enrolment=enrolment, result=result, version=version,
        by=current_user.person.id,
    )  # fmt: skip
    db().commit()
    return taken


def _refused(form: BringForm, refusal: Refusal, template: str, **context: object) -> Answer:
    db().rollback()
    form.file.errors = [*form.file.errors, refusal.text(str(get_locale()))]
    return render_template(template, form=form, **context), 422


def _words(taken: Taken) -> tuple[str, str]:
    """What was added, in a sentence, and its tone."""
    if taken.again:
        return gettext("Everything in this file was here already: nothing was added."), "info"
    pages = ngettext("%(num)s page added", "%(num)s pages added", taken.pages)
    quizzes = ngettext("%(num)s quiz result added", "%(num)s quiz results added", taken.quizzes)
    said = gettext("%(pages)s, %(quizzes)s.", pages=pages, quizzes=quizzes)
    if taken.other_version:
        said += " " + gettext("The pages were of another version of the course: what still exists was kept.")
    if taken.kept:
        titles = ", ".join(dict.fromkeys(taken.kept))
        said += " " + gettext("Left as on the platform, because begun or finished there: %(titles)s.", titles=titles)
    return said, "success" if taken.pages or taken.quizzes else "warning"
