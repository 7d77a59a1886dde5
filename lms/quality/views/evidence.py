"""The evidence pack of a session, produced by a job that the page follows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Response, abort, redirect, render_template, request, url_for

from lms.db import utc_now
from lms.delivery.views.blueprint import load_session, person_id
from lms.delivery.views.tabs import session_tabs
from lms.jobs import Job
from lms.quality.forms import PackForm
from lms.quality.queries.facts import index_facts
from lms.quality.rnq import index_session, load_rnq, version_for
from lms.quality.services.packs import PACK_JOB, list_packs, start_pack
from lms.quality.views.blueprint import LEADS, PACK_READERS, bp, found_or_404, language
from lms.web.access import access, has_role
from lms.web.forms import ZONE
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.quality.views.blueprint import Answer

FIRST, LAST = date(2019, 1, 1), date(2099, 12, 31)


@bp.get("/sessions/<uuid:session_id>/evidence")
@access(*PACK_READERS)
def session_evidence(session_id: uuid.UUID) -> Answer:
    """What the pack holds, what is missing, and the button."""
    form = PackForm(formdata=None, audit_on=_audit_day())
    return _show(session_id, form)


def _audit_day() -> date:
    """The day asked in the address, else today in Paris."""
    try:
        asked = date.fromisoformat(request.args.get("audit_on", ""))
    except ValueError:
        return utc_now().astimezone(ZONE).date()
    return asked if FIRST <= asked <= LAST else utc_now().astimezone(ZONE).date()


def _show(session_id: uuid.UUID, form: PackForm) -> str:
    found = found_or_404(index_facts(db(), session_id))
    run, facts = found
    audit_on = form.audit_on.data or _audit_day()
    lang = 0 if language() == "fr" else 1
    criteria = {row["number"]: row["title_en" if lang else "title_fr"] for row in load_rnq()["criteria"]}
    return render_template(
        "quality/evidence.html", run=run, tabs=session_tabs(run), form=form, findings=index_session(facts, audit_on),
        version=version_for(audit_on), audit_on=audit_on, facts=facts, criteria=criteria, lang=lang,
        packs=list_packs(db(), session_id),
    )  # fmt: skip


@bp.post("/sessions/<uuid:session_id>/evidence")
@access(*LEADS)
def session_evidence_produce(session_id: uuid.UUID) -> Answer:
    """Queue the production and go to the page that follows it."""
    load_session(session_id)
    form = PackForm()
    if not form.validate_on_submit() or not FIRST <= form.audit_on.data <= LAST:
        return _show(session_id, form), 422
    job = start_pack(
        db(), session_id=session_id, audit_on=form.audit_on.data, reason=form.reason.data or "", person_id=person_id()
    )
    db().commit()
    return redirect(url_for("quality.session_evidence_job", session_id=session_id, job_id=job.id))


def _job(session_id: uuid.UUID, job_id: uuid.UUID) -> Job:
    job = db().get(Job, job_id)
    if job is None or job.kind != PACK_JOB or job.arguments.get("of") != str(session_id):
        abort(404)
    return job


@bp.get("/sessions/<uuid:session_id>/evidence/<uuid:job_id>")
@access(*PACK_READERS)
def session_evidence_job(session_id: uuid.UUID, job_id: uuid.UUID) -> Answer:
    """How far the production is; asked again by the page itself."""
    job = _job(session_id, job_id)
    if request.headers.get("HX-Request"):
        return render_template("quality/_job.html", job=job, session_id=session_id)
    run = load_session(session_id)
    return render_template("quality/evidence_job.html", run=run, tabs=session_tabs(run), job=job, session_id=session_id)


@bp.get("/sessions/<uuid:session_id>/evidence/<uuid:job_id>/file")
@access(*PACK_READERS)
def session_evidence_file(session_id: uuid.UUID, job_id: uuid.UUID) -> Response:
    """The pack, from the file store."""
    job = _job(session_id, job_id)
    store = installation().files
    nominative = bool(job.arguments.get("reason"))
    if job.status != "done" or not store.exists(job.result_key) or (nominative and not has_role(*LEADS)):
        abort(404)
    headers = {
        "Content-Disposition": f'attachment; filename="{job.result_name}"', "Cache-Control": "no-store",
        "Content-Length": str(store.size(job.result_key)),
    }  # fmt: skip
    return Response(store.stream(job.result_key), mimetype="application/zip", headers=headers)
