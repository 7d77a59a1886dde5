"""SCORM packages added to a course: checked first, added when their report has been read."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from courses.ids import slug, unique_id
from lms.accounts.services import record_event
from lms.catalog.forms import PackageForm, UploadForm
from lms.catalog.outlines import free_path, list_activity, taken_ids
from lms.catalog.services import save_file
from lms.catalog.uploads import drop_upload, get_upload, hold_upload, upload_on_disk
from lms.catalog.views.blueprint import bp, hub_id, load_draft, person_id
from lms.web.access import STAFF, access
from lms.web.forms import choices
from lms.web.state import db, installation
from scorm.archive import open_archive
from scorm.check import check_package
from scorm.messages import ScormError
from scorm.opening import manifest_of
from scorm.outline import launchable_scos

if TYPE_CHECKING:
    import uuid
    from pathlib import Path

    from lms.catalog.drafts import Draft
    from lms.catalog.views.blueprint import Answer

KIND = "catalog.package"
MAX_SHOWN = 200


@bp.route("/courses/<uuid:course_id>/packages/new", methods=["GET", "POST"])
@access(*STAFF)
def add_package(course_id: uuid.UUID) -> Answer:
    """Send a SCORM package: it is checked and kept aside."""
    record, draft = load_draft(course_id)
    form = UploadForm()
    if not form.validate_on_submit():
        page = render_template(
            "catalog/package_upload.html",
            course=record,
            draft=draft,
            form=form,
            limit=installation().settings.upload_limit_mb << 20,
        )
        return page, 422 if form.is_submitted() else 200
    store = installation().files
    sent = form.file.data
    held = hold_upload(
        db(), store, sent.stream, kind=KIND, name=sent.filename or "paquet.zip", hub_id=hub_id(), person_id=person_id(),
    )  # fmt: skip
    with upload_on_disk(store, held) as path:
        held.arguments = _look_at(path, held.result_name) | {
            "course": str(course_id),
            "module": request.args.get("module", ""),
        }
    db().commit()
    return redirect(url_for("catalog.package_report", course_id=course_id, upload_id=held.id))


def _look_at(path: Path, name: str) -> dict[str, Any]:
    """The report of the check in both languages, and the title that the package gives itself."""
    report = check_package(path, name=name)
    title, usable = "", True
    try:
        with open_archive(path) as archive:
            manifest = manifest_of(archive)
            title, usable = manifest.title or "", bool(launchable_scos(manifest, archive))
    except ScormError:
        usable = False
    problems = [
        {"rule": one.rule, "severity": one.severity, "where": str(one.where), "clause": one.clause,
         "message": {"fr": one.message.fr, "en": one.message.en}, "cure": {"fr": one.cure.fr, "en": one.cure.en}}
        for one in report.problems[:MAX_SHOWN]
    ]  # fmt: skip
    return {
        "title": title,
        "usable": usable,
        "standard": report.standard,
        "edition": report.edition,
        "problems": problems,
    }


@bp.route("/courses/<uuid:course_id>/packages/<uuid:upload_id>", methods=["GET", "POST"])
@access(*STAFF)
def package_report(course_id: uuid.UUID, upload_id: uuid.UUID) -> Answer:
    """What the check says, in words; then the package goes into the course."""
    record, draft = load_draft(course_id)
    held = get_upload(db(), upload_id, kind=KIND, person_id=person_id())
    if held is None or held.arguments["course"] != str(course_id):
        abort(404)
    report = held.arguments
    form = PackageForm(title=report["title"] or held.result_name.rpartition(".")[0], module=report["module"])
    form.module.choices = choices([(one.id, one.title) for one in draft.course.modules])
    if not report["usable"] or not form.validate_on_submit():
        page = render_template(
            "catalog/package_report.html",
            course=record,
            draft=draft,
            form=form,
            held=held,
            report=report,
            verdict=_verdict(report),
        )
        return page, 422 if form.is_submitted() else 200
    if form.module.data not in {one.id for one in draft.course.modules}:
        abort(404)
    store = installation().files
    with upload_on_disk(store, held) as path, path.open("rb") as stream:
        key = _add(draft, form, stream)
    drop_upload(db(), store, held)
    record_event(db(), "course.package_added", hub_id=hub_id(), person_id=person_id(), target=record.id, activity=key)
    db().commit()
    flash(_("The package is in the course. Say how long it takes and what it works on."), "success")
    return redirect(url_for("catalog.activity", course_id=course_id, key=key))


def _add(draft: Draft, form: PackageForm, stream: Any) -> str:
    module = draft.module(form.module.data)
    path = free_path(draft, module, slug(form.title.data, "paquet"), "zip")
    key = unique_id(slug(f"scorm-{slug(form.title.data, 'paquet')}"), taken_ids(draft.course))
    store = installation().files
    save_file(db(), store, draft.version, path=path, data=stream, refresh=False)
    entry = {"scorm": posixpath.basename(path), "id": key, "title": form.title.data}
    list_activity(db(), store, draft, module, entry)
    return key


def _verdict(report: dict[str, Any]) -> tuple[str, str]:
    """Kind of message and one sentence that a trainer understands."""
    counts = {kind: sum(one["severity"] == kind for one in report["problems"]) for kind in ("error", "warning", "note")}
    name = f"SCORM {report['standard']}"
    if not report["usable"]:
        return "danger", _("This file cannot be played here. Nothing was added to the course.")
    if counts["error"]:
        return "warning", _(
            "This %(name)s package should open, but it departs from the standard: another platform may refuse it.",
            name=name,
        )
    if counts["warning"]:
        return "success", _(
            "This %(name)s package will work in Bouquet and in Moodle; some points deserve a correction.", name=name
        )
    return "success", _("This %(name)s package will work in Bouquet, in Moodle and elsewhere.", name=name)
