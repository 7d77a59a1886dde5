"""A draft as its learners will see it: prepared on the fly, nothing recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from courses.loader import load_course
from courses.model import Activity, Course, ScormPackage
from lms.catalog.checking import CourseError, prepare_activity
from lms.catalog.files import VersionFiles, version_files
from lms.catalog.packages import register_package
from lms.catalog.queries import get_draft
from lms.contracts import Refusal
from lms.learning.views.blueprint import bp
from lms.learning.views.showing import (
    MAX_FILE_REQUEST,
    PlayerView,
    activity_context,
    has_endpoint,
    kind_of,
    read_payload,
    render_body,
)
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response

    from lms.catalog.models import CourseVersion
    from lms.web.contents import ContentsPart


@dataclass(slots=True)
class Draft:
    """The draft of a course and one of its activities."""

    version: CourseVersion
    course: Course
    activity: Activity
    files: VersionFiles

    def url(self, key: str) -> str:
        return url_for("learning.preview_activity", course_id=self.version.course_id, key=key)


def _find(course_id: uuid.UUID, key: str | None) -> Draft:
    version = get_draft(db(), course_id)
    if version is None:
        abort(404)
    files = version_files(db(), installation().files, version.id)
    course = load_course(files).course
    if course is None or not course.activities:
        _nothing_to_show()
    keys = [activity.id for activity in course.activities]
    if key is not None and key not in keys:
        abort(404)
    return Draft(version, course, course.activity(key or keys[0]), files)


def _nothing_to_show() -> NoReturn:
    abort(404, gettext("This draft has no activity that can be shown yet."))


@bp.get("/courses/<uuid:course_id>/preview")
@access(*STAFF)
def preview_course(course_id: uuid.UUID) -> Response:
    """The first activity of the draft."""
    draft = _find(course_id, None)
    return redirect(draft.url(draft.activity.id))


@bp.get("/courses/<uuid:course_id>/preview/<key>")
@access(*STAFF)
def preview_activity(course_id: uuid.UUID, key: str) -> str:
    """One activity of the draft."""
    return _render(_find(course_id, key), {})


@bp.post("/courses/<uuid:course_id>/preview/<key>/act")
@access(*STAFF)
def preview_act(course_id: uuid.UUID, key: str) -> Response:
    """Try the activity: its state travels in the form, nothing is written."""
    request.max_content_length = MAX_FILE_REQUEST
    payload = read_payload()
    draft = _find(course_id, key)
    state = _read_state(payload["fields"].pop("preview_state", [""])[0])
    kind = kind_of(draft.activity.kind)
    try:
        if kind is None:
            abort(404)
        outcome = kind.act(_prepared(draft), state, payload, _context(draft))
    except Refusal as refusal:
        message = refusal.text(str(get_locale()))
        return make_response(_render(draft, state, refusal=message, posted=payload["fields"]), 422)
    if request.is_json or "X-Autosave" in request.headers:
        return make_response({"revision": 0, "status": "preview"})
    return make_response(_render(draft, outcome.state))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(installation().settings.secret_key, salt="bouquet.preview")


def _read_state(text: str) -> dict[str, Any]:
    try:
        found = _serializer().loads(text)
    except BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _prepared(draft: Draft) -> dict[str, Any]:
    """The activity's data; a package is made ready if need be, so that it can run."""
    house = installation()
    data = prepare_activity(draft.activity, draft.course, draft.files, house.plugins.activity_types)
    if isinstance(draft.activity.content, ScormPackage):
        sha256 = draft.files.digest(draft.activity.content.path)
        register_package(db(), house.files, sha256, hub_id=draft.version.hub_id, person_id=current_user.person.id)
        db().commit()
    return data


def _context(draft: Draft) -> Any:
    context = activity_context(
        version_id=draft.version.id, link=draft.url, pseudonym="preview", attempt=None, preview=True
    )
    return replace(context, learner_name=gettext("Preview"))


def _render(
    draft: Draft, state: dict[str, Any], *, refusal: str = "", posted: dict[str, list[str]] | None = None
) -> str:
    activity, keys = draft.activity, [one.id for one in draft.course.activities]
    kind, at = kind_of(activity.kind), keys.index(activity.id)
    player = PlayerView(
        act_url=url_for("learning.preview_act", course_id=draft.version.course_id, key=activity.id), revision=0,
        preview=True, refusal=refusal, posted=posted or {}, preview_state=str(_serializer().dumps(state)),
    )  # fmt: skip
    try:
        data = _prepared(draft)
    except CourseError as error:
        problems = [problem.as_dict(str(get_locale())) for problem in error.problems]
        flash(" ".join(f"{one['message']} {one['cure']}" for one in problems), "danger")
        shown, body = None, ""
    else:
        if kind is None:
            abort(404)
        shown = kind.show(data, state, _context(draft))
        body = render_body(shown, player)
    around = [draft.course.activities[i] if 0 <= i < len(keys) else None for i in (at - 1, at + 1)]
    links = [{"title": one.title, "url": draft.url(one.id)} if one else None for one in around]
    return render_template(
        "learning/player.html", body=body, shown=shown, player=player, step=_step(draft), previous=links[0],
        next=links[1], course_title=draft.course.title, kind_icon=kind.icon if kind else "file-text",
        course_url=_leave_url(draft), progress=0, progress_text=gettext("Preview: nothing is recorded"),
        parts=_contents(draft), next_kind="secondary",
    )  # fmt: skip


def _leave_url(draft: Draft) -> str:
    for endpoint in ("catalog.show_course", "authoring.edit_course"):
        if has_endpoint(endpoint):
            return url_for(endpoint, course_id=draft.version.course_id)
    return url_for("web.start")


def _step(draft: Draft) -> dict[str, Any]:
    module = next(module for module in draft.course.modules if draft.activity in module.activities)
    return {
        "title": draft.activity.title, "minutes": draft.activity.minutes, "module_title": module.title,
        "kind": draft.activity.kind, "due_at": None, "status": "todo", "required": draft.activity.required,
    }  # fmt: skip


def _contents(draft: Draft) -> list[ContentsPart]:
    return [
        (
            module.title,
            [
                (one.title, draft.url(one.id), one.minutes, "todo", one.id == draft.activity.id)
                for one in module.activities
            ],
        )
        for module in draft.course.modules
    ]
