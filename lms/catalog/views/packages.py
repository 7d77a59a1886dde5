"""SCORM packages added to a course: sent, examined by a job, added once their report has been read."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.catalog.drafts import UnreadableDraftError, open_draft
from lms.catalog.forms import PackageForm, UploadForm
from lms.catalog.package_reports import GROUPS, grouped, verdict_of
from lms.catalog.package_uploads import (
    REPAIRED,
    SENT,
    add_to_course,
    changes_to,
    replace_in_course,
    shown_report,
    shown_variant,
)
from lms.catalog.queries import get_course, get_package, list_course_titles
from lms.catalog.uploads import PACKAGE, UploadError, drop_upload, get_upload, list_uploads, queue_examination
from lms.catalog.views.blueprint import bp, language, load_course, person_id
from lms.catalog.views.uploads import page_of, receive, refusal
from lms.web.access import STAFF, access
from lms.web.forms import choices
from lms.web.state import db, installation

if TYPE_CHECKING:
    from lms.catalog.drafts import Draft
    from lms.catalog.views.blueprint import Answer
    from lms.jobs import Job


@bp.route("/packages/new", methods=["GET", "POST"])
@access(*STAFF)
def new_package() -> Answer:
    """Send a SCORM package; which course it is for may be known already, and which package it replaces."""
    facts = {name: request.args.get(name, "")[:64] for name in ("course", "module", "replaces")}
    draft = _draft_of(facts["course"])
    form = UploadForm()
    if form.validate_on_submit():
        try:
            upload = receive("package", form.file.data, **facts)
        except UploadError as error:
            form.file.errors = [refusal(error)]
        else:
            db().commit()
            return redirect(page_of(upload))
    page = render_template(
        "catalog/package_new.html", form=form, facts=facts, draft=draft, activity=_activity(draft, facts["replaces"]),
        limit=installation().settings.upload_limit_mb << 20, mine=list_uploads(db(), kind=PACKAGE, person_id=person_id()),
        page_of=page_of,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _draft_of(course: str) -> Draft | None:
    """The draft of a course of the hub; None when it is not chosen yet, 404 when there is no such course."""
    if not course:
        return None
    try:
        found = get_course(db(), uuid.UUID(course))
        draft = open_draft(db(), installation().files, found.id) if found and not found.archived_at else None
    except (ValueError, UnreadableDraftError):
        draft = None
    if draft is None:
        abort(404)
    return draft


def _activity(draft: Draft | None, key: str) -> Any:
    if draft is None or not key:
        return None
    found = next((one for one in draft.course.activities if one.id == key and one.kind == "scorm"), None)
    return found or abort(404)


def _load(upload_id: uuid.UUID) -> Job:
    upload = get_upload(db(), upload_id, kind=PACKAGE, person_id=person_id())
    return upload or abort(404)


@bp.get("/packages/<uuid:upload_id>")
@access(*STAFF)
def package_report(upload_id: uuid.UUID) -> Answer:
    """How far the examination is, then what it found, in words, and what may be done with the package."""
    upload = _load(upload_id)
    if upload.status in {"receiving", "waiting", "running", "failed"}:
        return render_progress(upload)
    if "HX-Request" in request.headers and "course" not in request.args:
        return Response(status=204, headers={"HX-Redirect": page_of(upload)})
    return _report(upload, PackageForm(formdata=None))


def render_progress(upload: Job) -> Answer:
    """The page that follows an upload, or the part of it that renews itself."""
    template = "catalog/_upload.html" if "HX-Request" in request.headers else "catalog/upload.html"
    return render_template(template, upload=upload, here=page_of(upload))


def _report(upload: Job, form: PackageForm) -> Answer:
    report, facts = shown_report(upload), upload.arguments["facts"]
    course = request.args.get("course") or facts["course"]
    draft = _draft_of(course)
    replaced = _activity(draft, facts["replaces"])
    changes = None
    if draft and replaced and upload.status == "held":
        changes = changes_to(installation().files, upload, draft.files.digest(replaced.path))
    _fill(form, upload, draft)
    page = render_template(
        "catalog/package_report.html", upload=upload, report=report, form=form, draft=draft, replaced=replaced, changes=changes,
        verdict=verdict_words(report), groups=grouped(report["problems"]), group_words=group_words(report),
        variant=shown_variant(upload), repaired=upload.arguments.get("done", []),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _fill(form: PackageForm, upload: Job, draft: Draft | None) -> None:
    report, facts = shown_report(upload), upload.arguments["facts"]
    form.course.choices = choices([("", _("Choose a course")), *list_course_titles(db())])
    form.course.data = str(draft.version.course_id) if draft else ""
    if draft is not None:
        form.module.choices = choices([(one.id, one.title) for one in draft.course.modules])
        form.module.data = form.module.data or facts["module"]
    form.title.data = form.title.data or report["title"] or upload.result_name.rpartition(".")[0]


@bp.post("/packages/<uuid:upload_id>")
@access(*STAFF)
def decide_on_package(upload_id: uuid.UUID) -> Answer:
    """Add it, put it in the place of another one, have it repaired, go back to the file as sent, or leave it."""
    upload, do = _load(upload_id), request.form.get("do", "")
    if do == "forget":
        drop_upload(db(), installation().files, upload)
        db().commit()
        flash(_("The file is forgotten. Nothing was added."), "info")
        return redirect(_way_out(upload))
    if upload.status == "failed" and do == "again":
        queue_examination(db(), upload)
    elif upload.status != "held":
        abort(404)
    elif do == "repair" and shown_report(upload)["repairs"]:
        upload.arguments = upload.arguments | {"asked": "repair"}
        queue_examination(db(), upload)
    elif do in {SENT, REPAIRED} and do in upload.arguments:
        upload.arguments = upload.arguments | {"shown": do}
    elif do == "replace":
        return _replace(upload)
    else:
        return _add(upload)
    db().commit()
    return redirect(page_of(upload))


def _add(upload: Job) -> Answer:
    form = PackageForm()
    draft = _draft_of(form.course.data or "")
    if draft is None or form.module.data not in {one.id for one in draft.course.modules}:
        return redirect(url_for("catalog.package_report", upload_id=upload.id, course=form.course.data or None))
    if not form.validate():
        return _report(upload, form)
    course_id = draft.version.course_id
    key = add_to_course(
        db(), installation().files, upload, draft, module_id=form.module.data, title=form.title.data or "",
        person_id=person_id(),
    )  # fmt: skip
    db().commit()
    flash(_("The package is in the course. Say how long it takes and what it works on."), "success")
    return redirect(url_for("catalog.activity", course_id=course_id, key=key))


def _replace(upload: Job) -> Answer:
    facts = upload.arguments["facts"]
    draft = _draft_of(facts["course"])
    found = _activity(draft, facts["replaces"])
    if draft is None or found is None:
        abort(404)
    replace_in_course(db(), installation().files, upload, draft, key=found.id, person_id=person_id())
    db().commit()
    flash(_("The draft has the new package. Learners keep theirs until you publish and decide for them."), "success")
    return redirect(url_for("catalog.activity", course_id=draft.version.course_id, key=found.id))


def _way_out(upload: Job) -> str:
    course = upload.arguments["facts"]["course"]
    return url_for("catalog.edit", course_id=course) if course else url_for("catalog.courses")


@bp.get("/packages/<uuid:upload_id>/report")
@access(*STAFF)
def fetch_package_report(upload_id: uuid.UUID) -> Answer:
    """The report as a file: a page to read, print and send to who made the module, or data for programs."""
    upload = _load(upload_id)
    if upload.status not in {"held", "refused"}:
        abort(404)
    return report_file(upload.result_name, shown_report(upload))


@bp.get("/courses/<uuid:course_id>/packages/<sha256>/report")
@access(*STAFF)
def fetch_kept_report(course_id: uuid.UUID, sha256: str) -> Answer:
    """The same for a package that was added: what was said of it then."""
    load_course(course_id)
    package = get_package(db(), sha256)
    if package is None or not package.report:
        abort(404)
    return report_file(package.provenance.get("file") or package.title, package.report)


def report_file(name: str, report: dict[str, Any]) -> Response:
    """The report to download: HTML that stands alone, or JSON with ``?as=json``."""
    stem = name.rpartition(".")[0] or name
    if request.args.get("as") == "json":
        answer = Response(json.dumps(_as_json(name, report), ensure_ascii=False, indent=1), mimetype="application/json")
        answer.headers.set("Content-Disposition", "attachment", filename=f"{stem}.json")
        return answer
    page = render_template(
        "catalog/package_report_file.html", name=name, report=report, verdict=verdict_words(report),
        groups=grouped(report["problems"]), group_words=group_words(report),
    )  # fmt: skip
    answer = Response(page, mimetype="text/html")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{stem}.html")
    return answer


def _as_json(name: str, report: dict[str, Any]) -> dict[str, Any]:
    lang = language()
    return {
        "file": name, "standard": report["standard"], "edition": report["edition"], "usable": report["usable"],
        "problems": [one | {"message": one["message"][lang], "cure": one["cure"][lang]} for one in report["problems"]],
    }  # fmt: skip


def verdict_words(report: dict[str, Any]) -> tuple[str, str]:
    """Kind of message and one sentence that a trainer understands."""
    verdict = verdict_of(report)
    if not verdict.usable:
        return "danger", _("This file cannot be played here. Nothing was added to any course.")
    if not verdict.whole:
        where = _("This module opens in Bouquet, but a part of it is missing or will not be followed")
    elif verdict.moodle:
        where = _("This module will work in Moodle and in Bouquet")
    else:
        where = _("This module will work in Bouquet; Moodle may refuse it or lose a part of it")
    kind = "success" if verdict.whole and verdict.moodle else "warning"
    if not verdict.points:
        return kind, f"{where}."
    points = ngettext(
        "%(num)s point to correct for SCORM %(standard)s", "%(num)s points to correct for SCORM %(standard)s",
        verdict.points, standard=report["standard"],
    )  # fmt: skip
    return kind, _("%(where)s; %(points)s.", where=where, points=points)


def group_words(report: dict[str, Any]) -> dict[str, str]:
    """What each group of problems breaks, in words."""
    said = (
        _("Opening the module"), _("Following the learner: completion, score, bookmark"),
        _("Working on other platforms (Moodle, Open edX…)"), _("Conforming to SCORM %(standard)s", standard=report["standard"] or "?"),
        _("Working without the Internet"), _("Being usable by everybody"), _("Loading quickly"), _("Good to know"),
    )  # fmt: skip
    return dict(zip(GROUPS, said, strict=True))
