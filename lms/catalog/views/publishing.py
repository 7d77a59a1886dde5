"""Publication, and what changes from a version to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from courses.changes import course_changes
from lms.catalog.checking import CourseError
from lms.catalog.drafts import list_fixes
from lms.catalog.files import load_version, version_files
from lms.catalog.forms import PublishForm
from lms.catalog.queries import get_latest_version, get_version
from lms.catalog.services import publish_course
from lms.catalog.sharing import compare
from lms.catalog.views.blueprint import READERS, bp, load_course, load_draft, person_id
from lms.catalog.views.debts import fix_url
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from courses.changes import Change
    from courses.problems import Problem
    from lms.catalog.drafts import Draft
    from lms.catalog.models import CourseRecord, CourseVersion
    from lms.catalog.sharing import Differences
    from lms.catalog.views.blueprint import Answer


@bp.route("/courses/<uuid:course_id>/publish", methods=["GET", "POST"])
@access(*STAFF)
def publish(course_id: uuid.UUID) -> Answer:
    """Make a version out of the draft: what stops it first, then what changes for whom."""
    record, draft = load_draft(course_id)
    form = PublishForm()
    latest = get_latest_version(db(), course_id)
    if not form.validate_on_submit():
        return _page(record, draft, form, latest), 422 if form.is_submitted() else 200
    house = installation()
    try:
        version = publish_course(
            db(),
            house.files,
            house.plugins.activity_types,
            course=record,
            person_id=person_id(),
            notes=form.notes.data or "",
        )
    except CourseError as error:
        db().rollback()
        return _page(record, draft, form, latest, error.problems), 422
    db().commit()
    if latest is not None and version.id == latest.id:
        flash(_("Nothing has changed since version %(number)s: it stays the last one.", number=version.number), "info")
    else:
        flash(_("Version %(number)s is published.", number=version.number), "success")
    return redirect(url_for("catalog.course", course_id=course_id))


def _page(
    record: CourseRecord, draft: Draft, form: PublishForm, latest: CourseVersion | None, refused: Sequence[Problem] = ()
) -> str:
    fixes = [(fix, fix_url(record, draft, fix)) for fix in list_fixes(draft)]
    known = {(fix.problem.rule, fix.problem.place) for fix, _url in fixes}
    return render_template(
        "catalog/publish.html", course=record, draft=draft, form=form, latest=latest,
        errors=[pair for pair in fixes if pair[0].problem.severity == "error"],
        warnings=[pair for pair in fixes if pair[0].problem.severity != "error"],
        refused=[one for one in refused if one.severity == "error" and (one.rule, one.place) not in known],
        differences=_since(draft, latest), effects=_effects(draft, latest),
    )  # fmt: skip


def _since(draft: Draft, latest: CourseVersion | None) -> Differences | None:
    if latest is None:
        return None
    store = installation().files
    before = load_version(db(), store, latest.id), version_files(db(), store, latest.id)
    return compare(before, (draft.course, draft.files))


def _effects(draft: Draft, latest: CourseVersion | None) -> tuple[Change, ...]:
    """What learners who follow the last version as a package will see of the new one."""
    if latest is None:
        return ()
    store = installation().files
    before = load_version(db(), store, latest.id), version_files(db(), store, latest.id)
    return course_changes(before, (draft.course, draft.files))


@bp.get("/courses/<uuid:course_id>/compare/<int(max=9999):before>/<int(max=9999):after>")
@access(*READERS)
def compare_versions(course_id: uuid.UUID, before: int, after: int) -> Answer:
    """What changed from a version to another."""
    record = load_course(course_id)
    versions = [get_version(db(), course_id, number) for number in (before, after)]
    if None in versions:
        abort(404)
    store = installation().files
    pair = [
        (load_version(db(), store, one.id), version_files(db(), store, one.id)) for one in versions if one is not None
    ]
    return render_template(
        "catalog/compare.html",
        course=record,
        before=versions[0],
        after=versions[1],
        differences=compare(pair[0], pair[1]),
        effects=course_changes(pair[0], pair[1]),
    )
