"""Courses coming in: a file is sent, looked at by a job, and written only when somebody says yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from courses.provenance import read_provenance
from lms.catalog.course_uploads import start_writing
from lms.catalog.forms import ImportForm, UploadForm
from lms.catalog.importing import find_same_course
from lms.catalog.uploads import IMPORT, UploadError, drop_upload, get_upload, list_uploads, queue_examination
from lms.catalog.views.blueprint import bp, person_id
from lms.catalog.views.packages import render_progress
from lms.catalog.views.uploads import page_of, receive, refusal
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.catalog.views.blueprint import Answer
    from lms.jobs import Job


@bp.route("/courses/import", methods=["GET", "POST"])
@access(*STAFF)
def import_course() -> Answer:
    """Send a file: it is kept aside and looked at, nothing else."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            upload = receive("import", form.file.data)
        except UploadError as error:
            form.file.errors = [refusal(error)]
        else:
            db().commit()
            return redirect(page_of(upload))
    house = installation()
    page = render_template(
        "catalog/import.html", form=form, importers=house.plugins.importers.values(), facts={},
        limit=house.settings.upload_limit_mb << 20, mine=list_uploads(db(), kind=IMPORT, person_id=person_id()),
        page_of=page_of,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _load(upload_id: uuid.UUID) -> Job:
    upload = get_upload(db(), upload_id, kind=IMPORT, person_id=person_id())
    return upload or abort(404)


@bp.get("/courses/import/<uuid:upload_id>")
@access(*STAFF)
def show_import(upload_id: uuid.UUID) -> Answer:
    """How far the work is; what the file would give; the course once it is written."""
    upload = _load(upload_id)
    if upload.status in {"receiving", "waiting", "running", "failed"}:
        return render_progress(upload)
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": page_of(upload)})
    if upload.status == "done":
        return redirect(url_for("catalog.course", course_id=upload.arguments["course"]))
    if upload.status == "refused":
        return render_template("catalog/import_refused.html", upload=upload, reason=upload.arguments["refusal"])
    report = upload.arguments["report"]
    return render_template(
        "catalog/import_report.html", form=ImportForm(), held=upload, report=report,
        same=find_same_course(db(), report["key"]), provenance=read_provenance(report["provenance"]),
    )  # fmt: skip


@bp.post("/courses/import/<uuid:upload_id>")
@access(*STAFF)
def decide_on_import(upload_id: uuid.UUID) -> Answer:
    """Have the course written, as a new one or over the draft of the same one; a job does it."""
    upload = _load(upload_id)
    if upload.status == "failed":
        queue_examination(db(), upload)
    elif upload.status == "held":
        start_writing(db(), upload, choice="update" if request.form.get("as_copy") == "update" else "copy")
        title = upload.arguments["report"]["title"]
        flash(_("“%(title)s” is added to your hub as a draft.", title=title), "success")
    else:
        abort(404)
    db().commit()
    return redirect(page_of(upload))


@bp.post("/courses/import/<uuid:upload_id>/forget")
@access(*STAFF)
def forget_import(upload_id: uuid.UUID) -> Answer:
    """Leave it: the file is forgotten at once."""
    drop_upload(db(), installation().files, _load(upload_id))
    db().commit()
    flash(_("The file is forgotten. Nothing was added."), "info")
    return redirect(url_for("catalog.courses"))
