"""What the page around a package asks for while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import abort, jsonify

from lms.learning.views.blueprint import bp
from lms.learning.views.player import find_place
from lms.web.access import access

if TYPE_CHECKING:
    import uuid

    from flask import Response


@bp.get("/learn/<uuid:enrolment_id>/<key>/address")
@access("member")
def package_address(enrolment_id: uuid.UUID, key: str) -> Response:
    """A new address for the learner's own attempt, for a window that stayed open longer than its address lasts."""
    place = find_place(enrolment_id, key)
    package = place.spot.data.get("package")
    if not isinstance(package, str):
        abort(404)
    path = urlsplit(place.context.frame(package)).path.removesuffix("/frame")
    response = jsonify(address=path)
    response.headers["Cache-Control"] = "no-store"
    return response
