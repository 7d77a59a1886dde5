"""The text of any file of a draft, for those who know the format, and what to do when two people wrote at once."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from courses.pages import normal_lines
from lms.catalog.drafts import Draft, UnreadableDraftError, find_by_path, open_draft, revision_of
from lms.catalog.editing import StaleError, check_text, save_text
from lms.catalog.files import as_text, version_files
from lms.catalog.forms import SourceForm
from lms.catalog.queries import get_draft
from lms.catalog.removals import set_text_aside
from lms.catalog.views.blueprint import bp, is_autosave, kept, load_course, load_draft, person_id
from lms.frameworks.store import KnownItems
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from courses.problems import Problem
    from lms.catalog.models import CourseRecord
    from lms.catalog.views.blueprint import Answer


def _open(course_id: uuid.UUID) -> tuple[CourseRecord, Draft, bool]:
    """The draft even when its course.yaml cannot be read: the model is then empty and the last word False."""
    course = load_course(course_id)
    try:
        draft = open_draft(db(), installation().files, course_id)
    except UnreadableDraftError:
        from courses.model import Course  # noqa: PLC0415

        version = get_draft(db(), course_id)
        if version is None:
            abort(404)
        empty = Course(course.key, course.title, course.language, "", "", "", course.licence)
        return (
            course,
            Draft(version, version_files(db(), installation().files, version.id), empty, KnownItems(db())),
            False,
        )
    if draft is None:
        abort(404)
    return course, draft, True


@bp.route("/courses/<uuid:course_id>/source/<path:path>", methods=["GET", "POST"])
@access(*STAFF)
def source(course_id: uuid.UUID, path: str) -> Answer:
    """One text file, with what is wrong in it line by line."""
    record, draft, readable = _open(course_id)
    if path not in draft.files or as_text(path, draft.files[path]) is None:
        abort(404)
    form = SourceForm(data={"revision": revision_of(draft.files[path]), "text": draft.text(path)})
    if form.validate_on_submit():
        try:
            revision = save_text(
                db(), installation().files, draft, path=path, text=form.text.data, revision=form.revision.data or ""
            )
        except StaleError as stale:
            return show_conflict(record, draft, stale)
        db().commit()
        if is_autosave():
            return kept(revision)
        problems = check_text(path, form.text.data, draft)
        flash(_("Saved. Some lines need a look.") if problems else _("Saved."), "warning" if problems else "success")
        return redirect(url_for("catalog.source", course_id=course_id, path=path))
    return render_template(
        "catalog/source.html", course=record, draft=draft, form=form, path=path, readable=readable,
        activity=find_by_path(draft.course, path), problems=_problems(draft, path, form.text.data, readable=readable),
    ), 422 if form.is_submitted() else 200  # fmt: skip


def _problems(draft: Draft, path: str, text: str, *, readable: bool) -> tuple[Problem, ...]:
    if readable:
        return check_text(path, text, draft)
    from courses.loader import load_course as read_course  # noqa: PLC0415

    return tuple(one for one in read_course(draft.files).problems if one.place.path == path)


@bp.get("/courses/<uuid:course_id>/files")
@access(*STAFF)
def files(course_id: uuid.UUID) -> Answer:
    """Every file of the draft."""
    record, draft, _readable = _open(course_id)
    rows = [(path, draft.files.size(path), not draft.files.blob_key(path)) for path in draft.files]
    return render_template("catalog/files.html", course=record, draft=draft, rows=rows)


# -- two people at once -------------------------------------------------------------------------------------------


def show_conflict(record: CourseRecord, draft: Draft, stale: StaleError) -> Answer:
    """Both texts, what differs, and nothing lost whatever is chosen."""
    db().rollback()
    if is_autosave():
        return "", 409
    theirs, mine = stale.theirs.splitlines(), normal_lines(stale.mine).splitlines()
    lines = [line for line in difflib.ndiff(theirs, mine) if not line.startswith("?")]
    form = SourceForm(formdata=None, data={"revision": revision_of(stale.theirs.encode()), "text": stale.mine})
    return render_template(
        "catalog/conflict.html", course=record, draft=draft, stale=stale, lines=_shortened(lines), form=form,
        activity=find_by_path(draft.course, stale.path),
    ), 409  # fmt: skip


def _shortened(lines: list[str]) -> list[str]:
    """Lines that are the same far from any difference are left out, as " …"."""
    near = {n + step for n, line in enumerate(lines) if not line.startswith("  ") for step in range(-2, 3)}
    kept_lines: list[str] = []
    for n, line in enumerate(lines):
        if n in near:
            kept_lines.append(line)
        elif not kept_lines or kept_lines[-1] != "  …":
            kept_lines.append("  …")
    return kept_lines


@bp.post("/courses/<uuid:course_id>/keep-theirs/<path:path>")
@access(*STAFF)
def keep_theirs(course_id: uuid.UUID, path: str) -> Answer:
    """Leave the other person's text in place; one's own is kept aside and can be brought back."""
    record, draft = load_draft(course_id)
    if path not in draft.files:
        abort(404)
    found = find_by_path(draft.course, path)
    text = normal_lines(request.form.get("text", ""))[:1_000_000]
    set_text_aside(db(), draft, path=path, title=found.title if found else path, text=text, person_id=person_id())
    db().commit()
    flash(_("The other text stays. Yours is kept under “Removed parts”."), "success")
    return redirect(place_of(record, draft, path))


def place_of(record: CourseRecord, draft: Draft, path: str) -> str:
    """Where a file of the draft is edited."""
    if path == "course.yaml":
        return url_for("catalog.facts", course_id=record.id)
    found = find_by_path(draft.course, path)
    if found is not None:
        return url_for("catalog.activity", course_id=record.id, key=found.id)
    for module in draft.course.modules:
        if path == f"modules/{module.folder}/module.yaml":
            return url_for("catalog.module", course_id=record.id, key=module.id)
    if draft.files.blob_key(path) if path in draft.files else True:
        return url_for("catalog.files", course_id=record.id)
    return url_for("catalog.source", course_id=record.id, path=path)
