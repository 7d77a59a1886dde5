"""Exports: asked for, followed, fetched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Response, abort, redirect, render_template, request, url_for

from lms.catalog.exports import get_export, list_formats, start_export
from lms.catalog.queries import get_version
from lms.catalog.views.blueprint import READERS, bp, load_course, person_id, version_address
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.catalog.views.blueprint import Answer
    from lms.jobs import Job


@bp.post("/courses/<uuid:course_id>/export")
@access(*STAFF)
def export(course_id: uuid.UUID) -> Answer:
    """Ask for a file: the last version, or the draft when there is none yet."""
    record = load_course(course_id)
    name, number = request.form.get("format", ""), request.form.get("version", type=int) or 0
    version = get_version(db(), course_id, number)
    if version is None or name not in {one.name for one in list_formats(installation().plugins.exporters)}:
        abort(404)
    row = start_export(
        db(), course=record, version=version, format_name=name, module=request.form.get("module", "")[:64],
        person_id=person_id(), address=version_address(record, version),
    )  # fmt: skip
    db().commit()
    return redirect(url_for("catalog.show_export", course_id=course_id, job_id=row.id))


def _load(course_id: uuid.UUID, job_id: uuid.UUID) -> Job:
    row = get_export(db(), job_id, course_id)
    if row is None:
        abort(404)
    return row


@bp.get("/courses/<uuid:course_id>/exports/<uuid:job_id>")
@access(*READERS)
def show_export(course_id: uuid.UUID, job_id: uuid.UUID) -> Answer:
    """How far an export is; asks again by itself until it is done."""
    record, row = load_course(course_id), _load(course_id, job_id)
    template = "catalog/_export.html" if request.headers.get("HX-Request") else "catalog/export.html"
    formats = {one.name: one.label for one in list_formats(installation().plugins.exporters)}
    message = json.loads(row.message) if row.message.startswith("{") else {}
    return render_template(
        template, course=record, job=row, message=message, label=formats.get(row.arguments["format"], {})
    )


@bp.get("/courses/<uuid:course_id>/exports/<uuid:job_id>/file")
@access(*READERS)
def fetch_export(course_id: uuid.UUID, job_id: uuid.UUID) -> Answer:
    """The file of an export, streamed."""
    row = _load(course_id, job_id)
    store = installation().files
    if row.status != "done" or not store.exists(row.result_key):
        abort(404)
    answer = Response(store.stream(row.result_key), mimetype="application/zip")
    answer.content_length = store.size(row.result_key)
    answer.headers.set("Content-Disposition", "attachment", filename=row.result_name)
    return answer
