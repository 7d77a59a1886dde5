"""The editor of one activity, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.catalog.drafts import competencies_in_use, revision_of
from lms.catalog.editing import StaleError, revision_file, save_activity
from lms.catalog.editors import EDITORS, act, make_form, read_form
from lms.catalog.forms_activities import ITEM_TYPES, QUESTION_TYPES
from lms.catalog.queries import get_package
from lms.catalog.removals import set_text_aside
from lms.catalog.views.blueprint import bp, find_activity, is_autosave, kept, load_draft, person_id
from lms.catalog.views.source import show_conflict
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from courses.model import Activity
    from lms.catalog.drafts import Draft
    from lms.catalog.models import CourseRecord
    from lms.catalog.views.blueprint import Answer


@bp.route("/courses/<uuid:course_id>/edit/<key>", methods=["GET", "POST"])
@access(*STAFF)
def activity(course_id: uuid.UUID, key: str) -> Answer:
    """Write one activity; what is typed is saved as one goes."""
    record, draft = load_draft(course_id)
    found = find_activity(draft, key)
    editor = EDITORS.get(found.kind)
    if editor is None:  # a plugin's kind: its settings are text
        return redirect(url_for("catalog.source", course_id=course_id, path=found.path))
    form = make_form(editor, found, draft.course, revision_of(draft.files[revision_file(draft, found)]))
    if not form.is_submitted() or not form.validate():
        context = _context(record, draft, found) | {"form": form}
        return render_template(editor.template, **context), 422 if form.is_submitted() else 200
    return _save(record, draft, found, read_form(editor, form, found), form.revision.data or "")


def _context(record: CourseRecord, draft: Draft, found: Activity) -> dict[str, Any]:
    return {
        "course": record, "draft": draft, "activity": found, "module": draft.module_of(found.id),
        "refs": competencies_in_use(draft.course), "question_types": QUESTION_TYPES, "item_types": ITEM_TYPES,
    }  # fmt: skip


def _save(record: CourseRecord, draft: Draft, found: Activity, written: Activity, revision: str) -> Answer:
    written, anchor, removed = act(written, request.form.get("do", ""), draft.course)
    try:
        fresh = save_activity(db(), installation().files, draft, activity=written, revision=revision)
    except StaleError as stale:
        return show_conflict(record, draft, stale)
    if removed:
        _offer_undo(record, draft, found)
    db().commit()
    if is_autosave():
        return kept(fresh)
    if not anchor:
        flash(_("Saved."), "success")
    return redirect(url_for("catalog.activity", course_id=record.id, key=found.id, _anchor=anchor or None))


def _offer_undo(record: CourseRecord, draft: Draft, found: Activity) -> None:
    """The former text of the file is one button away."""
    part = set_text_aside(
        db(), draft, path=found.path, title=found.title, text=draft.text(found.path), person_id=person_id()
    )
    url = url_for("catalog.restore", course_id=record.id, part_id=part.id)
    flash({"text": _("Removed from “%(title)s”.", title=found.title), "url": url}, "undo")  # type: ignore[arg-type]


@bp.app_template_global()
def package_of(draft: Draft, path: str) -> Any:
    """What is known of a SCORM package once a version that holds it was published, else None."""
    return get_package(db(), draft.files.blob_key(path).removeprefix("blobs/")) if path in draft.files else None
