"""Certificates: the learner's own, those of a session, and the public page that checks one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.delivery.models import Enrolment
from lms.delivery.views.blueprint import READERS, load_session, person_id
from lms.delivery.views.tabs import session_tabs
from lms.jobs import Job
from lms.quality.forms import VerifyForm
from lms.quality.models import IssuedDocument
from lms.quality.queries.documents import get_enrolment_with_session, list_documents_of, list_session_documents
from lms.quality.services.batches import BATCH, BATCH_JOB, start_batch
from lms.quality.services.certificates import CertificateRefusal, issue_documents, verify_document
from lms.quality.views.blueprint import LEADS, bp, found_or_404, language, sees_names, send_bytes, verify_bp
from lms.web.access import access, has_role
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from flask import Response

    from lms.quality.views.blueprint import Answer


def _own(enrolment_id: uuid.UUID) -> Enrolment:
    enrolment: Enrolment = found_or_404(get_enrolment_with_session(db(), enrolment_id))
    if enrolment.person_id != current_user.person.id:
        abort(404)
    return enrolment


@bp.get("/learn/<uuid:enrolment_id>/certificate")
@access("learner")
def my_certificate(enrolment_id: uuid.UUID) -> Answer:
    """The learner's certificate and attestation: to be had, or what is left to do."""
    enrolment = _own(enrolment_id)
    return render_template(
        "quality/my_certificate.html", enrolment=enrolment, run=enrolment.session,
        documents=list_documents_of(db(), enrolment_id),
    )  # fmt: skip


@bp.post("/learn/<uuid:enrolment_id>/certificate")
@access("learner")
def issue_my_certificate(enrolment_id: uuid.UUID) -> Answer:
    """Issue the learner's own documents once the course is finished."""
    enrolment = _own(enrolment_id)
    back = redirect(url_for("quality.my_certificate", enrolment_id=enrolment_id))
    if enrolment.status != "completed":
        flash(_("The certificate comes once everything required is done."), "warning")
        return back
    _issue(enrolment.session_id, [enrolment_id])
    return back


def _issue(session_id: uuid.UUID, enrolment_ids: list[uuid.UUID]) -> int:
    """Issue and commit; a refusal is said and nothing is written."""
    try:
        made = issue_documents(
            db(), installation().files, session_id=session_id, enrolment_ids=enrolment_ids,
            url=installation().settings.url, by=person_id(),
        )  # fmt: skip
    except CertificateRefusal as refusal:
        db().rollback()
        flash(refusal.text(language()), "warning")
        return 0
    db().commit()
    return len(made)


@bp.get("/documents/<uuid:document_id>.pdf")
@access("member")
def document_file(document_id: uuid.UUID) -> Response:
    """The PDF: for its learner, and for who runs the session."""
    document: IssuedDocument = found_or_404(db().get(IssuedDocument, document_id))
    enrolment = db().get(Enrolment, document.enrolment_id) if document.enrolment_id else None
    own = enrolment is not None and enrolment.person_id == current_user.person.id
    if not own:
        if not has_role("lead", "hub_admin", "trainer"):
            abort(404)
        load_session(document.session_id)
    data = installation().files.read(document.file_key)
    return send_bytes(data, f"{document.number}.pdf", "application/pdf")


@bp.get("/sessions/<uuid:session_id>/certificates")
@access(*READERS)
def session_certificates(session_id: uuid.UUID) -> Answer:
    """Who has a certificate, who can have one."""
    run = load_session(session_id)
    lines = list_session_documents(db(), session_id)
    return render_template(
        "quality/certificates.html", run=run, tabs=session_tabs(run), lines=lines, names=sees_names(),
        ready=[line for line in lines if line.status == "completed"],
    )  # fmt: skip


@bp.post("/sessions/<uuid:session_id>/certificates")
@access(*LEADS)
def session_certificates_issue(session_id: uuid.UUID) -> Answer:
    """Issue for one learner, or for all who finished: at once, or by a job when they are many."""
    load_session(session_id)
    lines = list_session_documents(db(), session_id)
    wanted = request.form.get("enrolment_id", "")
    chosen = [
        line.enrolment_id
        for line in lines
        if (str(line.enrolment_id) == wanted if wanted else line.status == "completed")
    ]
    if wanted and not chosen:
        abort(404)
    if len(chosen) > BATCH:
        job = start_batch(db(), session_id=session_id, enrolment_ids=chosen, person_id=person_id())
        db().commit()
        return redirect(url_for("quality.session_certificates_job", session_id=session_id, job_id=job.id))
    made = _issue(session_id, chosen)
    if made:
        flash(ngettext("%(num)s document is up to date.", "%(num)s documents are up to date.", made), "success")
    elif not chosen:
        flash(_("Nobody has finished yet: there is no certificate to issue."), "info")
    return redirect(url_for("quality.session_certificates", session_id=session_id))


@bp.get("/sessions/<uuid:session_id>/certificates/<uuid:job_id>")
@access(*READERS)
def session_certificates_job(session_id: uuid.UUID, job_id: uuid.UUID) -> Answer:
    """How far the batch is."""
    run = load_session(session_id)
    job = db().get(Job, job_id)
    if job is None or job.kind != BATCH_JOB or job.arguments.get("of") != str(session_id):
        abort(404)
    template = "quality/_batch.html" if request.headers.get("HX-Request") else "quality/certificates_job.html"
    return render_template(template, run=run, tabs=session_tabs(run), job=job, session_id=session_id)


@verify_bp.get("/v/<number>")
@access("public")
def document(number: str) -> Answer:
    """Say whether number and printed digest are genuine, and nothing else."""
    form = VerifyForm(request.args)
    genuine = replaced = False
    asked = bool(request.args.get("e"))
    if asked and form.validate():
        genuine, replaced = verify_document(db(), number=number, mark=form.e.data or "")
    return render_template(
        "quality/verify.html", form=form, number=number[:60], asked=asked, genuine=genuine, replaced=replaced
    )
