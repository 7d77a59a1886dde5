"""Exports: asked for, followed, fetched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Response, abort, current_app, redirect, render_template, request, url_for

from courses.model import Quiz
from courses.packaging import plan
from lms.catalog.drafts import read_model
from lms.catalog.exports import ExportOptions, get_export, list_formats, start_export
from lms.catalog.files import load_version, version_files
from lms.catalog.queries import get_latest_version, get_version
from lms.catalog.views.blueprint import READERS, bp, load_course, person_id, version_address
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.catalog.views.blueprint import Answer
    from lms.jobs import Job


@bp.get("/courses/<uuid:course_id>/export")
@access(*STAFF)
def choose_export(course_id: uuid.UUID) -> Answer:
    """Choose a format and how the course is cut, and see what will be different outside."""
    record, house = load_course(course_id), installation()
    version = get_latest_version(db(), course_id) or get_version(db(), course_id, 0)
    if version is None:
        abort(404)
    files = version_files(db(), house.files, version.id)
    model = read_model(version, files) if version.number == 0 else load_version(db(), house.files, version.id)
    if model is None or not model.activities:
        return redirect(url_for("catalog.course", course_id=course_id))
    noted = plan(model, files)
    pretests = [
        one.title for one in model.activities if isinstance(one.content, Quiz) and one.content.purpose == "positioning"
    ]
    return render_template(
        "catalog/choose_export.html", course=record, version=version, model=model, notes=noted.notes, pretests=pretests,
        requires=any(one.requires for one in model.modules), formats=list_formats(house.plugins.exporters),
        asked_module=request.args.get("module", ""),
    )  # fmt: skip


@bp.post("/courses/<uuid:course_id>/export")
@access(*STAFF)
def export(course_id: uuid.UUID) -> Answer:
    """Ask for a file: the last version, or the draft when there is none yet."""
    record = load_course(course_id)
    name, number = request.form.get("format", ""), request.form.get("version", type=int) or 0
    version = get_version(db(), course_id, number)
    if version is None or name not in {one.name for one in list_formats(installation().plugins.exporters)}:
        abort(404)
    by_module = request.form.get("cut", "") in {"modules", "sequenced"} and not request.form.get("module")
    options = ExportOptions(
        include_source="bare" not in request.form, by_module=by_module and name != "html",
        sequencing=request.form.get("cut") == "sequenced",
    )  # fmt: skip
    row = start_export(
        db(), course=record, version=version, format_name=name, module=request.form.get("module", "")[:64],
        person_id=person_id(), address=version_address(record, version), options=options, results_address=_results_address(),
    )  # fmt: skip
    db().commit()
    return redirect(url_for("catalog.show_export", course_id=course_id, job_id=row.id))


def _results_address() -> str:
    """Where offline pages say that their results go; empty when the installation takes none."""
    if "learning.bring_result" not in current_app.view_functions:
        return ""
    return installation().settings.url.rstrip("/") + url_for("learning.bring_result")


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
