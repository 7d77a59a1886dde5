"""Frameworks coming in: a file is sent, looked at, and written only when somebody says yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.catalog.uploads import drop_upload, get_upload, hold_upload
from lms.competencies.forms import FrameworkImportForm, FrameworkUploadForm
from lms.competencies.views.blueprint import EDITORS, bp, hub_id, language, person_id
from lms.frameworks.differences import differences
from lms.frameworks.reading import ACCEPTED, read_file
from lms.frameworks.services.importing import (
    FrameworkNameError,
    find_framework,
    free_key,
    import_framework,
    list_versions,
    next_version_name,
    plan_import,
    renamed,
)
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from competency_frameworks.model import Framework
    from competency_frameworks.problems import ReadResult
    from lms.competencies.views.blueprint import Answer
    from lms.frameworks.services.importing import ImportPlan
    from lms.jobs import Job

KIND = "framework.import"
MOST_SHOWN = 200


@bp.route("/frameworks/import", methods=["GET", "POST"], endpoint="import_framework")
@access(*EDITORS)
def import_framework_page() -> Answer:
    """Send a file: it is kept aside and looked at, nothing else."""
    form = FrameworkUploadForm()
    if not form.validate_on_submit():
        return _upload_page(form), 422 if form.is_submitted() else 200
    house, sent = installation(), form.file.data
    held = hold_upload(
        db(), house.files, sent.stream, kind=KIND, name=sent.filename or "framework", hub_id=hub_id(), person_id=person_id()
    )  # fmt: skip
    read = _read(held)
    if read.framework is None:
        drop_upload(db(), house.files, held)
        db().rollback()
        return _upload_page(form, read), 422
    db().commit()
    return redirect(url_for("competencies.import_report", upload_id=held.id))


def _upload_page(form: FrameworkUploadForm, read: ReadResult | None = None) -> str:
    limit = installation().settings.upload_limit_mb << 20
    problems = [] if read is None else read.problems[:MOST_SHOWN]
    return render_template(
        "competencies/framework_import.html",
        form=form,
        problems=problems,
        accepted=ACCEPTED,
        limit=limit,
        language=language(),
    )


def _read(held: Job) -> ReadResult:
    return read_file(installation().files.read(held.result_key), held.result_name, language())


def _load(upload_id: uuid.UUID) -> Job:
    held = get_upload(db(), upload_id, kind=KIND, person_id=person_id())
    if held is None:
        abort(404)
    return held


@bp.route("/frameworks/import/<uuid:upload_id>", methods=["GET", "POST"])
@access(*EDITORS)
def import_report(upload_id: uuid.UUID) -> Answer:
    """What the file would change here, line by line, then the file written as a draft."""
    held = _load(upload_id)
    read = _read(held)
    if read.framework is None:
        abort(404)
    form = FrameworkImportForm(**_proposed_names(read.framework))
    if form.is_submitted() and not form.validate():
        return _report_page(held, read, form, read.framework), 422
    framework = renamed(read.framework, form.key.data or "", form.version.data or "")
    if not form.is_submitted():
        return _report_page(held, read, form, framework)
    try:
        done = import_framework(
            db(), framework, hub_id=hub_id(), person_id=person_id(), remove=form.gone.data != "keep",
            imported={"file": held.result_name, "problems": [one.text(language()) for one in read.problems[:MOST_SHOWN]]},
        )  # fmt: skip
    except FrameworkNameError as error:
        db().rollback()
        form.version.errors = [_reason(error)]
        return _report_page(held, read, form, framework), 422
    drop_upload(db(), installation().files, held)
    db().commit()
    count = done.written
    flash(
        _(
            "The draft is written: %(added)s added, %(changed)s changed, %(removed)s taken out.",
            added=count.added,
            changed=count.changed,
            removed=count.removed,
        ),
        "success",
    )
    return redirect(url_for("competencies.framework", framework=framework.id, version=framework.version))


def _proposed_names(framework: Framework) -> dict[str, str]:
    """The names of the file; others where they are a bundled framework's or a published version's."""
    plan = plan_import(db(), framework)
    if plan.act == "bundled" or (plan.act == "same" and find_framework(db(), framework.id) is None):
        return {"key": free_key(db(), framework.id, "copie"), "version": framework.version}
    if plan.act == "published":
        record = find_framework(db(), framework.id)
        names = [row.version for row in list_versions(db(), record.id)] if record else []
        return {"key": framework.id, "version": next_version_name(names)}
    return {"key": framework.id, "version": framework.version}


def _reason(error: FrameworkNameError) -> str:
    if error.reason == "bundled":
        return str(_("This identifier belongs to a framework that comes with Bouquet: choose another one."))
    return str(_("This version is published and never changes: give the file another version."))


def _report_page(held: Job, read: ReadResult, form: FrameworkImportForm, framework: Framework) -> str:
    plan: ImportPlan = plan_import(db(), framework)
    return render_template(
        "competencies/framework_import_report.html",
        held=held,
        read=read,
        form=form,
        framework=framework,
        plan=plan,
        problems=read.problems[:MOST_SHOWN],
        changes=differences(plan.before, framework) if plan.before else None,
        language=language(),
    )


@bp.post("/frameworks/import/<uuid:upload_id>/forget")
@access(*EDITORS)
def forget_framework_import(upload_id: uuid.UUID) -> Answer:
    """Leave it: the file is forgotten at once."""
    drop_upload(db(), installation().files, _load(upload_id))
    db().commit()
    flash(_("The file is forgotten. Nothing was added."), "info")
    return redirect(url_for("competencies.frameworks"))
