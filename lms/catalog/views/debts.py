"""What a page owes: competencies and the questions that assess them, problems with the way to correct them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from lms.catalog.drafts import get_coverage, list_fixes, list_owed
from lms.catalog.views.blueprint import bp, find_activity, load_draft
from lms.catalog.views.source import place_of
from lms.web.access import STAFF, access

if TYPE_CHECKING:
    import uuid

    from lms.catalog.views.blueprint import Answer


@bp.get("/courses/<uuid:course_id>/debts/<key>")
@access(*STAFF)
def debts(course_id: uuid.UUID, key: str) -> Answer:
    """The right panel of the editor; it comes after the page and again after each save."""
    record, draft = load_draft(course_id)
    activity = find_activity(draft, key)
    return render_template(
        "catalog/_debts.html", course=record, draft=draft, activity=activity, owed=list_owed(draft, activity),
        fixes=list_fixes(draft, activity), others=len(list_fixes(draft)), coverage=get_coverage(draft.course),
        titles={one.id: one.title for one in draft.course.activities},
    )  # fmt: skip


@bp.get("/courses/<uuid:course_id>/problems")
@access(*STAFF)
def problems(course_id: uuid.UUID) -> Answer:
    """Everything that the check finds, each with its place."""
    record, draft = load_draft(course_id)
    fixes = [(fix, fix_url(record, draft, fix)) for fix in list_fixes(draft)]
    return render_template("catalog/problems.html", course=record, draft=draft, fixes=fixes)


@bp.app_template_global()
def fix_url(record: object, draft: object, fix: object) -> str:
    """The address where a problem is corrected."""
    place = place_of(record, draft, fix.path)  # type: ignore[arg-type,attr-defined]
    return f"{place}#{fix.anchor}" if fix.anchor else place  # type: ignore[attr-defined]
