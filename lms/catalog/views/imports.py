"""Courses coming in: a file is sent, looked at, and written only when somebody says yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from courses.provenance import read_provenance
from lms.catalog.checking import CourseError
from lms.catalog.files import CoursePathError
from lms.catalog.forms import ImportForm, UploadForm
from lms.catalog.importing import find_same_course, import_as_new, import_into, read_import, report_import
from lms.catalog.uploads import drop_upload, get_upload, hold_upload, upload_on_disk
from lms.catalog.views.blueprint import bp, hub_id, language, person_id
from lms.contracts import Refusal
from lms.frameworks.store import KnownItems
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.catalog.views.blueprint import Answer
    from lms.jobs import Job

KIND = "catalog.import"


@bp.route("/courses/import", methods=["GET", "POST"])
@access(*STAFF)
def import_course() -> Answer:
    """Send a file: it is kept aside and looked at, nothing else."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(form), 422 if form.is_submitted() else 200
    house = installation()
    sent = form.file.data
    held = hold_upload(
        db(),
        house.files,
        sent.stream,
        kind=KIND,
        name=sent.filename or "import.zip",
        hub_id=hub_id(),
        person_id=person_id(),
    )
    try:
        with upload_on_disk(house.files, held) as path:
            held.arguments = report_import(*read_import(house.plugins.importers, path), KnownItems(db())).as_dict()
    except (Refusal, CourseError, CoursePathError) as error:
        drop_upload(db(), house.files, held)
        db().rollback()
        form.file.errors = [_reason(error)]
        return _page(form), 422
    db().commit()
    return redirect(url_for("catalog.show_import", upload_id=held.id))


def _page(form: UploadForm) -> str:
    house = installation()
    return render_template(
        "catalog/import.html",
        form=form,
        importers=house.plugins.importers.values(),
        limit=house.settings.upload_limit_mb << 20,
    )


def _reason(error: Any) -> str:
    if isinstance(error, CourseError):
        return " ".join(problem.text(language()) for problem in error.problems[:3])
    return str(error.en if language() == "en" else error.fr)


def _load(upload_id: uuid.UUID) -> Job:
    held = get_upload(db(), upload_id, kind=KIND, person_id=person_id())
    if held is None:
        abort(404)
    return held


@bp.route("/courses/import/<uuid:upload_id>", methods=["GET", "POST"])
@access(*STAFF)
def show_import(upload_id: uuid.UUID) -> Answer:
    """What the file would give, then the file written, as a new course or over the draft of the same one."""
    held = _load(upload_id)
    report = held.arguments
    same = find_same_course(db(), report["key"])
    form = ImportForm()
    if not form.validate_on_submit():
        return render_template(
            "catalog/import_report.html",
            form=form,
            held=held,
            report=report,
            same=same,
            provenance=read_provenance(report["provenance"]),
        ), 422 if form.is_submitted() else 200
    house = installation()
    with upload_on_disk(house.files, held) as path:
        imported = house.plugins.importers[report["importer"]].read(path)
        if same is not None and form.as_copy.data == "update":
            course = import_into(db(), house.files, imported, course=same, person_id=person_id())
        else:
            course = import_as_new(db(), house.files, imported, hub_id=hub_id(), person_id=person_id())
    drop_upload(db(), house.files, held)
    db().commit()
    flash(_("“%(title)s” is in your hub, as a draft.", title=course.title), "success")
    return redirect(url_for("catalog.course", course_id=course.id))


@bp.post("/courses/import/<uuid:upload_id>/forget")
@access(*STAFF)
def forget_import(upload_id: uuid.UUID) -> Answer:
    """Leave it: the file is forgotten at once."""
    drop_upload(db(), installation().files, _load(upload_id))
    db().commit()
    flash(_("The file is forgotten. Nothing was added."), "info")
    return redirect(url_for("catalog.courses"))
