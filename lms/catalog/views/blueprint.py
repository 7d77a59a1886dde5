"""What the views of courses share: the blueprint, loading, the words of competencies and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import get_locale
from flask_login import current_user

from lms.catalog.drafts import Draft, UnreadableDraftError, open_draft
from lms.catalog.queries import get_course
from lms.frameworks.store import get_framework
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response as WsgiResponse

    from competency_frameworks.model import ItemRef
    from courses.model import Activity
    from lms.catalog.models import CourseRecord, CourseVersion

    Answer = str | WsgiResponse | tuple[str, int] | tuple[str, int, dict[str, str]]

bp = Blueprint("catalog", __name__, url_prefix="/h/<hub_slug>", template_folder="../templates")
READERS = ("trainer", "lead", "hub_admin", "auditor")


def load_course(course_id: uuid.UUID) -> CourseRecord:
    """The course of the hub, or 404."""
    course = get_course(db(), course_id)
    if course is None or course.archived_at is not None:
        abort(404)
    return course


def load_draft(course_id: uuid.UUID) -> tuple[CourseRecord, Draft]:
    """The course and its draft, or 404; a draft that cannot be read sends to its source."""
    course = load_course(course_id)
    draft = open_draft(db(), installation().files, course_id)
    if draft is None:
        abort(404)
    return course, draft


def find_activity(draft: Draft, key: str) -> Activity:
    try:
        return draft.course.activity(key)
    except KeyError:
        abort(404)


@bp.errorhandler(UnreadableDraftError)
def show_source(error: UnreadableDraftError) -> WsgiResponse:
    """Only the source of a course.yaml that cannot be read can be edited."""
    return redirect(url_for("catalog.source", course_id=str(error), path="course.yaml"))


def person_id() -> uuid.UUID:
    found: uuid.UUID = current_user.person.id
    return found


def language() -> str:
    return str(get_locale())


def is_autosave() -> bool:
    return request.headers.get("X-Autosave") == "1"


def kept(revision: str) -> Response:
    """What an autosave is told: the revision that its next one starts from."""
    return Response(status=204, headers={"X-Revision": revision})


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


@bp.app_template_global()
def competency_words(ref: ItemRef) -> str:
    """What a competency says, in the reader's language; its code when no framework here has it."""
    framework = get_framework(db(), ref.framework, ref.version)
    item = framework.find(ref.code) if framework else None
    return item.statement.text(language()) if item else ref.code


@bp.app_template_global()
def framework_words(framework_id: str, version: str) -> str:
    """The short title of a framework."""
    framework = get_framework(db(), framework_id, version)
    return framework.title.text(language()) if framework else f"{framework_id} {version}"


@bp.app_template_global()
def said(words: dict[str, str]) -> str:
    """The text of a mapping keyed by language."""
    return words.get(language()) or words.get("fr", "")


def version_address(course: CourseRecord, version: CourseVersion) -> str:
    """Where a version is offered, for the provenance of its packages."""
    base = installation().settings.url.rstrip("/")
    return f"{base}{url_for('catalog.course', course_id=course.id)}#v{version.number}" if version.number else ""


def hub_id() -> uuid.UUID:
    found: uuid.UUID = g.hub.id
    return found
