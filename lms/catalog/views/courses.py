"""The list of courses, one course, a new one, one taken from another hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from courses.provenance import read_provenance
from courses.scaffold import new_course
from courses.writer import write_course_yaml, write_module_yaml
from lms.accounts.services import record_event
from lms.catalog.drafts import get_coverage, list_problems
from lms.catalog.exports import list_formats
from lms.catalog.forms import NewCourseForm
from lms.catalog.queries import list_courses, list_versions
from lms.catalog.scaffolds import blank_course
from lms.catalog.services import create_course
from lms.catalog.sharing import copy_shared_course, list_shared_courses
from lms.catalog.views.blueprint import READERS, bp, hub_id, load_course, load_draft, person_id
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.catalog.views.blueprint import Answer


@bp.get("/courses")
@access(*READERS)
def courses() -> Answer:
    """The hub's courses, and those the other hubs share."""
    return render_template(
        "catalog/courses.html", courses=list_courses(db()), shared=list_shared_courses(db(), hub_id())
    )  # fmt: skip


@bp.route("/courses/new", methods=["GET", "POST"])
@access(*STAFF)
def create() -> Answer:
    """A new course, from an example or from nothing."""
    form = NewCourseForm()
    if not form.validate_on_submit():
        return render_template("catalog/new_course.html", form=form), 422 if form.is_submitted() else 200
    if form.start.data == "blank":
        blank = blank_course(form.title.data, form.language.data)
        module = blank.modules[0]
        files = {
            "course.yaml": write_course_yaml(blank).encode(),
            f"modules/{module.folder}/module.yaml": write_module_yaml(module).encode(),
        }
    else:
        files = new_course(form.title.data, form.language.data)
    course = create_course(db(), installation().files, files=files, hub_id=hub_id(), person_id=person_id())
    db().commit()
    flash(_("The course is created. It is a draft: nobody sees it before you publish it."), "success")
    return redirect(url_for("catalog.edit", course_id=course.id))


@bp.get("/courses/<uuid:course_id>")
@access(*READERS)
def course(course_id: uuid.UUID) -> Answer:
    """One course: outline, versions, where it comes from, what can be done with it."""
    record, draft = load_draft(course_id)
    problems = list_problems(draft)
    return render_template(
        "catalog/course.html", course=record, draft=draft, model=draft.course, versions=list_versions(db(), course_id),
        coverage=get_coverage(draft.course), errors=sum(one.severity == "error" for one in problems), problems=problems,
        provenance=read_provenance(record.provenance), formats=list_formats(installation().plugins.exporters),
    )  # fmt: skip


@bp.post("/courses/<uuid:course_id>/share")
@access(*STAFF)
def share(course_id: uuid.UUID) -> Answer:
    """Offer the course to the other hubs, or stop."""
    record = load_course(course_id)
    record.shared = not record.shared
    action = "course.shared" if record.shared else "course.unshared"
    record_event(db(), action, hub_id=hub_id(), person_id=person_id(), target=record.id, key=record.key)
    db().commit()
    said = (
        _("The other hubs can now take this course.")
        if record.shared
        else _("This course is no longer offered to the other hubs. The copies they made stay.")
    )
    flash(said, "success")
    return redirect(url_for("catalog.course", course_id=course_id))


@bp.post("/courses/shared/<uuid:course_id>/take")
@access(*STAFF)
def take(course_id: uuid.UUID) -> Answer:
    """Make a copy of a course that another hub shares; it says where it comes from."""
    copy = copy_shared_course(db(), installation().files, course_id=course_id, hub_id=hub_id(), person_id=person_id())
    if copy is None:
        abort(404)
    db().commit()
    flash(_("“%(title)s” is now a draft of your hub. Its origin stays written.", title=copy.title), "success")
    return redirect(url_for("catalog.course", course_id=copy.id))
