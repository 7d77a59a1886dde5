"""The course as its learner finds it: one thing to do now, what comes, and the way through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, send_from_directory, url_for
from flask_login import current_user

from lms.db import utc_now
from lms.learning.queries import get_followed, get_path, list_half_days
from lms.learning.views.blueprint import bp, plugins_bp
from lms.learning.views.lines import step_lines
from lms.learning.views.player import progress_words
from lms.learning.views.showing import has_endpoint
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from flask import Response

    from lms.learning.queries import HalfDayRow


@bp.get("/learn/<uuid:enrolment_id>")
@access("member")
def show_course(enrolment_id: uuid.UUID) -> str:
    """The learner's way through the course."""
    enrolment = get_followed(db(), enrolment_id, current_user.person.id)
    if enrolment is None:
        abort(404)
    path = get_path(db(), enrolment.id, enrolment.session_id, enrolment.version_id)
    half_days, now = list_half_days(db(), enrolment.id, enrolment.session_id), utc_now()
    due = sorted(
        (step for step in path.own_steps if step.due_at and not step.is_done), key=lambda step: step.due_at or now
    )
    here = url_for("learning.show_course", enrolment_id=enrolment.id)
    return render_template(
        "learning/course.html", course=enrolment, path=path, now=now, due=due,
        step=path.next_step(), progress_text=progress_words(path), step_lines=step_lines,
        coming=[day for day in half_days if day.ends_at >= now or day.present is None],
        here=here,
        sign_url=sign_url,
    )  # fmt: skip


def sign_url(half_day: HalfDayRow) -> str:
    """Where presence is signed; empty when the installation does not offer it."""
    if not has_endpoint("delivery.sign_half_day"):
        return ""
    return url_for("delivery.sign_half_day", half_day_id=half_day.id)


@plugins_bp.get("/plugins/<name>/<path:path>")
@access("public")
def static_file(name: str, path: str) -> Response:
    """A static file of an activity type."""
    kind = installation().plugins.activity_types.get(name)
    if kind is None:
        abort(404)
    return send_from_directory(kind.folder / "static", path, max_age=3600)
