"""Documents attached to a framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.competencies.forms import DocumentForm
from lms.competencies.views.blueprint import EDITORS, bp, hub_id, language, load_version, person_id
from lms.frameworks.models import FrameworkDocument
from lms.frameworks.services import documents
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.competencies.views.blueprint import Answer


@bp.route("/frameworks/<framework>/<version>/documents/new", methods=["GET", "POST"])
@access(*EDITORS)
def attach_document(framework: str, version: str) -> Answer:
    """Attach the official text, a guide, a grid: its address or its file."""
    row, form = load_version(framework, version), DocumentForm()
    valid = form.validate_on_submit()
    if valid and not form.url.data and not (form.file.data and form.file.data.filename):
        form.url.errors, valid = [_("Give an address or choose a file.")], False
    if not valid:
        return render_template(
            "competencies/framework_document.html", version=row, form=form, language=language()
        ), 422 if form.is_submitted() else 200
    documents.attach_document(
        db(), installation().files, row.framework, title=form.title.data or "", note=form.note.data or "",
        url=form.url.data or "", file=form.file.data, hub_id=hub_id(), person_id=person_id(),
    )  # fmt: skip
    db().commit()
    flash(_("The document is attached."), "success")
    return redirect(url_for("competencies.framework", framework=framework, version=version, _anchor="documents"))


def _load(document_id: uuid.UUID) -> FrameworkDocument:
    found = db().get(FrameworkDocument, document_id)
    if found is None:
        abort(404)
    return found


@bp.get("/frameworks/documents/<uuid:document_id>")
@access("member")
def framework_document(document_id: uuid.UUID) -> Response:
    """The file of a document, never shown inside our pages: whoever sent it wrote what it holds."""
    found, store = _load(document_id), installation().files
    if not found.blob_key or not store.exists(found.blob_key):
        abort(404)
    answer = Response(store.stream(found.blob_key), mimetype="application/octet-stream")
    answer.content_length = found.size
    answer.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    return answer


@bp.post("/frameworks/documents/<uuid:document_id>/remove")
@access(*EDITORS)
def detach_document(document_id: uuid.UUID) -> Answer:
    """Take a document away."""
    found = _load(document_id)
    if found.hub_id != hub_id():
        abort(404)
    documents.detach_document(db(), found, hub_id=hub_id(), person_id=person_id())
    db().commit()
    flash(_("The document is taken away."), "info")
    return redirect(url_for("competencies.frameworks"))
