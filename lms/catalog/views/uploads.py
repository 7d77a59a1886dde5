"""Sending a file in pieces: begun, continued where it stopped, followed. The answers are for scripts.

The shape is that of tus and of the IETF's resumable uploads: ``Upload-Offset`` says where a piece begins and, in answers,
how much is here; ``Content-Digest`` (RFC 9530) says what it must hash to.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from flask import Response, abort, jsonify, make_response, request, url_for

from lms.catalog.uploads import IMPORT, PACKAGE, UploadError, begin_upload, drop_upload, get_upload, receive_part
from lms.catalog.uploads import receive_stream as receive_whole
from lms.catalog.views.blueprint import bp, hub_id, language, person_id
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from werkzeug.datastructures import FileStorage

    from lms.catalog.views.blueprint import Answer
    from lms.jobs import Job

KINDS = {"package": PACKAGE, "import": IMPORT}
FACTS = {"package": ("course", "module", "replaces"), "import": ()}
MAX_REQUEST = 64 << 10
_DIGEST = re.compile(r"\bsha-256=:([A-Za-z0-9+/=]{44}):")


def refusal(error: UploadError) -> str:
    """Why a file is refused, in the reader's language."""
    return error.en if language() == "en" else error.fr


def page_of(upload: Job) -> str:
    """Where a person follows an upload and decides on it."""
    endpoint = "catalog.package_report" if upload.kind == PACKAGE else "catalog.show_import"
    return url_for(endpoint, upload_id=upload.id)


def receive(kind: str, sent: FileStorage, **facts: str) -> Job:
    """A file that came whole with a form; UploadError when it is refused. The caller commits."""
    sent.stream.seek(0, 2)
    size = sent.stream.tell()
    house = installation()
    upload = begin_upload(
        db(), house.files, house.settings, kind=KINDS[kind], name=sent.filename or "", size=size, hub_id=hub_id(),
        person_id=person_id(), **facts, modified="",
    )  # fmt: skip
    receive_whole(db(), house.files, house.settings, upload, sent.stream)  # type: ignore[arg-type]
    return upload


@bp.post("/uploads")
@access(*STAFF)
def start_upload() -> Answer:
    """Announce a file: its name, size and purpose. The same file announced again goes on where it stopped."""
    request.max_content_length = MAX_REQUEST
    said = request.get_json(silent=True)
    said = said if isinstance(said, dict) else {}
    kind, name, size = said.get("kind"), said.get("name"), said.get("size")
    if kind not in KINDS or not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool):
        abort(400)
    facts = {one: str(said.get(one) or "")[:64] for one in (*FACTS[kind], "modified")}
    house = installation()
    try:
        upload = begin_upload(
            db(), house.files, house.settings, kind=KINDS[kind], name=name, size=size, hub_id=hub_id(),
            person_id=person_id(), **facts,
        )  # fmt: skip
    except UploadError as error:
        return make_response(jsonify(error=refusal(error)), error.status)
    db().commit()
    answer = jsonify(_state(upload) | {"most": house.settings.upload_chunk_mb << 20})
    answer.headers["Location"] = url_for("catalog.follow_upload", upload_id=upload.id)
    return make_response(answer, 201)


def _state(upload: Job) -> dict[str, Any]:
    here = upload.done if upload.status == "receiving" else upload.total
    return {
        "url": url_for("catalog.follow_upload", upload_id=upload.id), "offset": here, "size": upload.total,
        "status": upload.status, "page": page_of(upload),
    }  # fmt: skip


def _load(upload_id: uuid.UUID) -> Job:
    found = (get_upload(db(), upload_id, kind=kind, person_id=person_id()) for kind in KINDS.values())
    return next((upload for upload in found if upload is not None), None) or abort(404)


@bp.get("/uploads/<uuid:upload_id>")
@access(*STAFF)
def follow_upload(upload_id: uuid.UUID) -> Response:
    """How much of a file is here; HEAD answers with the header alone."""
    upload = _load(upload_id)
    state = _state(upload)
    answer = jsonify(state)
    answer.headers["Upload-Offset"] = str(state["offset"])
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.patch("/uploads/<uuid:upload_id>")
@access(*STAFF)
def send_part(upload_id: uuid.UUID) -> Answer:
    """Take the next piece; 409 says with ``Upload-Offset`` where to go on instead."""
    house = installation()
    request.max_content_length = house.settings.upload_chunk_mb << 20
    upload = _load(upload_id)
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isascii() or not offset.isdecimal() or len(offset) > 15:
        abort(400)
    status, error = 200, ""
    try:
        receive_part(
            db(), house.files, house.settings, upload, offset=int(offset), data=request.get_data(cache=False),
            sha256=_digest(),
        )  # fmt: skip
        db().commit()
    except UploadError as refused:
        db().rollback()
        upload, status, error = _load(upload_id), refused.status, refusal(refused)
    state = _state(upload)
    answer = make_response(jsonify(state | {"error": error}), status)
    answer.headers["Upload-Offset"] = str(state["offset"])
    return answer


def _digest() -> bytes | None:
    """What the piece must hash to; None when the browser could not say (it hashes under https only)."""
    found = _DIGEST.search(request.headers.get("Content-Digest", ""))
    try:
        return base64.b64decode(found[1], validate=True) if found else None
    except binascii.Error:
        abort(400)


@bp.delete("/uploads/<uuid:upload_id>")
@access(*STAFF)
def cancel_upload(upload_id: uuid.UUID) -> Answer:
    """Leave it: what is here is forgotten at once."""
    upload = _load(upload_id)
    drop_upload(db(), installation().files, upload)
    db().commit()
    return Response(status=204)
