"""Pictures of a draft: sent by the editor, shown in it."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from flask import Response, abort, jsonify, request
from flask_babel import gettext as _

from courses.media import media_type
from lms.catalog.media import MAX_PICTURE, MediaError, save_picture
from lms.catalog.views.blueprint import bp, find_activity, language, load_draft
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.catalog.views.blueprint import Answer


@bp.post("/courses/<uuid:course_id>/edit/<key>/media")
@access(*STAFF)
def upload(course_id: uuid.UUID, key: str) -> Answer | tuple[Response, int]:
    """Keep a picture that was pasted, dropped or chosen; answers ``{"src": path as the page names it}``."""
    _course, draft = load_draft(course_id)
    activity = find_activity(draft, key)
    sent = request.files.get("file")
    if sent is None:
        return jsonify(error=_("Choose a picture first.")), 422
    data = sent.stream.read(MAX_PICTURE + 1)
    sent.close()
    try:
        path = save_picture(db(), installation().files, draft, name=sent.filename or "image", data=data)
    except MediaError as error:
        db().rollback()
        return jsonify(error=error.text(language())), 422
    db().commit()
    return jsonify(src=posixpath.relpath(path, posixpath.dirname(activity.path))), 201


@bp.get("/courses/<uuid:course_id>/media/<path:name>")
@access(*STAFF)
def media(course_id: uuid.UUID, name: str) -> Answer:
    """A picture of the draft, for its editor alone: it can do nothing in the page that shows it."""
    _course, draft = load_draft(course_id)
    path = f"media/{name}"
    kind = media_type(path)
    if path not in draft.files or not kind.startswith("image/"):
        abort(404)
    answer = Response(draft.files[path], mimetype=kind)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(draft.files.blob_key(path)[-32:] or PurePosixPath(path).stem)
    return answer.make_conditional(request)
