"""The outline of a draft: facts of the course, modules, activities, order, what was removed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from courses.ids import unique_id
from courses.model import Objective
from lms.catalog.drafts import competencies_in_use, revision_of
from lms.catalog.editing import StaleError, moved, save_course_facts, without
from lms.catalog.forms import KINDS, LICENCES, FactsForm, ModuleForm, NewActivityForm
from lms.catalog.outlines import (
    OutlineError,
    add_activity,
    add_module,
    edit_module,
    move_activity,
    move_module,
    order_activities,
    order_modules,
    taken_ids,
)
from lms.catalog.removals import get_removed, list_removed, remove_activity, remove_module, restore_part
from lms.catalog.views.blueprint import bp, find_activity, is_autosave, kept, language, load_draft, person_id
from lms.catalog.views.source import place_of, show_conflict
from lms.web.access import STAFF, access
from lms.web.forms import choices
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from courses.model import Course, Module
    from lms.catalog.drafts import Draft
    from lms.catalog.views.blueprint import Answer


@bp.get("/courses/<uuid:course_id>/edit")
@access(*STAFF)
def edit(course_id: uuid.UUID) -> Answer:
    """Where writing begins: the first activity, or the facts of a course that has none."""
    _course, draft = load_draft(course_id)
    activities = draft.course.activities
    if not activities:
        return redirect(url_for("catalog.new_activity", course_id=course_id))
    return redirect(url_for("catalog.activity", course_id=course_id, key=activities[0].id))


# -- the facts of the course --------------------------------------------------------------------------------------


@bp.route("/courses/<uuid:course_id>/facts", methods=["GET", "POST"])
@access(*STAFF)
def facts(course_id: uuid.UUID) -> Answer:
    """What the course says of itself: audience, objectives, methods, licence."""
    record, draft = load_draft(course_id)
    form = _facts_form(draft)
    context = {"course": record, "draft": draft, "form": form, "refs": competencies_in_use(draft.course)}
    if not form.is_submitted():
        return render_template("catalog/facts.html", **context)
    if not form.validate():
        return render_template("catalog/facts.html", **context), 422
    model, anchor = _act_on_objectives(_read_facts(form, draft.course), request.form.get("do", ""))
    try:
        revision = save_course_facts(db(), installation().files, draft, course=model, revision=form.revision.data)
    except StaleError as stale:
        return show_conflict(record, draft, stale)
    db().commit()
    if is_autosave():
        return kept(revision)
    if not anchor:
        flash(_("Saved."), "success")
    return redirect(url_for("catalog.facts", course_id=course_id, _anchor=anchor or None))


def _facts_form(draft: Draft) -> FactsForm:
    model = draft.course
    form = FactsForm(data={
        "revision": revision_of(draft.files["course.yaml"]), "title": model.title, "language": model.language, "summary": model.summary,
        "audience": model.audience, "prerequisites": model.prerequisites, "methods": model.methods, "assessment": model.assessment,
        "accessibility": model.accessibility, "licence": model.licence, "authors": "\n".join(model.authors),
        "objectives": [{"id": one.id, "text": one.text, "competencies": one.competencies} for one in model.objectives],
    })  # fmt: skip
    known = dict(LICENCES)
    own = (
        [("", _("Not said yet"))]
        if not model.licence
        else []
        if model.licence in known
        else [(model.licence, model.licence)]
    )
    form.licence.choices = choices([*own, *LICENCES])
    return form


def _read_facts(form: FactsForm, model: Course) -> Course:
    former = {one.id: one for one in model.objectives}
    objectives = [
        replace(former[one.form.id.data], text=one.form.text.data or "", competencies=one.form.competencies.data)
        for one in form.objectives
        if one.form.id.data in former
    ]
    return replace(
        model, title=form.title.data, language=form.language.data or model.language, summary=form.summary.data, audience=form.audience.data,
        prerequisites=form.prerequisites.data, methods=form.methods.data, assessment=form.assessment.data,
        accessibility=form.accessibility.data, licence=form.licence.data or "", objectives=tuple(objectives),
        authors=tuple(line.strip() for line in form.authors.data.splitlines() if line.strip()),
    )  # fmt: skip


def _act_on_objectives(model: Course, do: str) -> tuple[Course, str]:
    verb, _colon, name = do.partition(":")
    objectives = model.objectives
    if verb == "add":
        made = Objective(unique_id(f"obj-{len(objectives) + 1}", taken_ids(model)), "")
        return replace(model, objectives=(*objectives, made)), f"part-{made.id}"
    if verb == "remove":
        return replace(model, objectives=without(objectives, name)), "objectives"
    if verb in ("up", "down"):
        return replace(model, objectives=moved(objectives, name, -1 if verb == "up" else 1)), f"part-{name}"
    return model, ""


# -- modules ------------------------------------------------------------------------------------------------------


def _find_module(draft: Draft, key: str) -> Module:
    try:
        return draft.module(key)
    except KeyError:
        abort(404)


@bp.route("/courses/<uuid:course_id>/modules/new", methods=["GET", "POST"])
@access(*STAFF)
def new_module(course_id: uuid.UUID) -> Answer:
    """One more module, at the end."""
    record, draft = load_draft(course_id)
    form = ModuleForm()
    form.requires.choices = choices([(one.id, one.title) for one in draft.course.modules])
    form.objectives.choices = choices([(one.id, one.text) for one in draft.course.objectives])
    if not form.validate_on_submit():
        page = render_template("catalog/module.html", course=record, draft=draft, form=form, module=None)
        return page, 422 if form.is_submitted() else 200
    key = add_module(db(), installation().files, draft, title=form.title.data)
    if form.summary.data or form.objectives.chosen() or form.requires.chosen():
        _course, fresh = load_draft(course_id)
        edit_module(
            db(), installation().files, fresh, module_id=key, title=form.title.data, summary=form.summary.data,
            objectives=form.objectives.chosen(), requires=form.requires.chosen(),
        )  # fmt: skip
    db().commit()
    flash(_("The module is added at the end. Now add its first activity."), "success")
    return redirect(url_for("catalog.new_activity", course_id=course_id, module=key))


@bp.route("/courses/<uuid:course_id>/modules/<key>", methods=["GET", "POST"])
@access(*STAFF)
def module(course_id: uuid.UUID, key: str) -> Answer:
    """Title, summary and objectives of a module."""
    record, draft = load_draft(course_id)
    found = _find_module(draft, key)
    form = ModuleForm(data={
        "title": found.title, "summary": found.summary, "objectives": list(found.objectives),
        "requires": list(found.requires),
    })  # fmt: skip
    earlier = [one.id for one in draft.course.modules].index(found.id)
    form.requires.choices = choices([(one.id, one.title) for one in draft.course.modules[:earlier]])
    form.objectives.choices = choices([(one.id, one.text) for one in draft.course.objectives])
    if not form.validate_on_submit():
        page = render_template("catalog/module.html", course=record, draft=draft, form=form, module=found)
        return page, 422 if form.is_submitted() else 200
    edit_module(
        db(), installation().files, draft, module_id=key, title=form.title.data, summary=form.summary.data,
        objectives=form.objectives.chosen(), requires=form.requires.chosen(),
    )  # fmt: skip
    db().commit()
    flash(_("Saved."), "success")
    return redirect(url_for("catalog.module", course_id=course_id, key=key))


# -- order --------------------------------------------------------------------------------------------------------


@bp.post("/courses/<uuid:course_id>/order")
@access(*STAFF)
def order(course_id: uuid.UUID) -> Answer:
    """The order of a list after something was dragged: JSON ``{"order": [ids], "list": module id or ""}``."""
    _course, draft = load_draft(course_id)
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        abort(400)
    names = sent.get("order")
    if not isinstance(names, list) or len(names) > 2000 or not all(isinstance(name, str) for name in names):
        abort(400)
    key = str(sent.get("list") or "")
    if key:
        _find_module(draft, key)
        order_activities(db(), installation().files, draft, module_id=key, order=names)
    else:
        order_modules(db(), installation().files, draft, names)
    db().commit()
    return Response(status=204)


@bp.post("/courses/<uuid:course_id>/move/<kind>/<key>/<way>")
@access(*STAFF)
def move(course_id: uuid.UUID, kind: str, key: str, way: str) -> Answer:
    """One place up or down, by a button."""
    _course, draft = load_draft(course_id)
    if kind not in ("module", "activity") or way not in ("up", "down"):
        abort(404)
    step = -1 if way == "up" else 1
    if kind == "module":
        move_module(db(), installation().files, draft, module_id=_find_module(draft, key).id, step=step)
    else:
        move_activity(db(), installation().files, draft, activity_id=find_activity(draft, key).id, step=step)
    db().commit()
    return _back(course_id, key)


def _back(course_id: uuid.UUID, key: str) -> Answer:
    """The page that was open, its outline at the line that was acted on."""
    here = request.form.get("here", "")
    prefix = url_for("catalog.course", course_id=course_id) + "/"
    target = here if here.startswith(prefix) and "\\" not in here else url_for("catalog.edit", course_id=course_id)
    return redirect(f"{target.partition('#')[0]}#line-{key}")


# -- adding, removing, bringing back ------------------------------------------------------------------------------


@bp.route("/courses/<uuid:course_id>/activities/new", methods=["GET", "POST"])
@access(*STAFF)
def new_activity(course_id: uuid.UUID) -> Answer:
    """One more activity at the end of a module."""
    record, draft = load_draft(course_id)
    form = NewActivityForm(module=request.args.get("module", ""), kind=request.args.get("kind", "page"))
    form.module.choices = choices([(one.id, one.title) for one in draft.course.modules])
    if form.validate_on_submit():
        chosen = _find_module(draft, form.module.data)
        key = add_activity(
            db(), installation().files, draft, module_id=chosen.id, kind=form.kind.data, title=form.title.data
        )
        db().commit()
        return redirect(url_for("catalog.activity", course_id=course_id, key=key))
    page = render_template("catalog/new_activity.html", course=record, draft=draft, form=form, kinds=KINDS)
    return page, 422 if form.is_submitted() else 200


@bp.post("/courses/<uuid:course_id>/remove/<kind>/<key>")
@access(*STAFF)
def remove(course_id: uuid.UUID, kind: str, key: str) -> Answer:
    """Take a module or an activity out; "Undo" stands in the note that says so."""
    _course, draft = load_draft(course_id)
    store = installation().files
    try:
        if kind == "module":
            removed = remove_module(db(), store, draft, module_id=_find_module(draft, key).id, person_id=person_id())
        else:
            removed = remove_activity(
                db(), store, draft, activity_id=find_activity(draft, key).id, person_id=person_id()
            )
    except OutlineError as error:
        db().rollback()
        flash(error.en if language() == "en" else error.fr, "warning")
        return _back(course_id, key)
    db().commit()
    undo = url_for("catalog.restore", course_id=course_id, part_id=removed.id)
    note = {"text": _("“%(title)s” is removed from the draft.", title=removed.title), "url": undo}
    flash(note, "undo")  # type: ignore[arg-type]
    return redirect(url_for("catalog.edit", course_id=course_id))


@bp.get("/courses/<uuid:course_id>/removed")
@access(*STAFF)
def removed(course_id: uuid.UUID) -> Answer:
    """What was taken out of the draft and can come back."""
    record, draft = load_draft(course_id)
    return render_template("catalog/removed.html", course=record, draft=draft, parts=list_removed(db(), draft))


@bp.post("/courses/<uuid:course_id>/removed/<uuid:part_id>/restore")
@access(*STAFF)
def restore(course_id: uuid.UUID, part_id: uuid.UUID) -> Answer:
    """Bring a part back where it was."""
    _course, draft = load_draft(course_id)
    part = get_removed(db(), draft, part_id)
    if part is None:
        abort(404)
    title, path = part.title, next(iter(part.files), "") if part.kind in ("activity", "text") else ""
    try:
        restore_part(db(), installation().files, draft, part)
    except OutlineError as error:
        db().rollback()
        flash(error.en if language() == "en" else error.fr, "warning")
        return redirect(url_for("catalog.removed", course_id=course_id))
    db().commit()
    flash(_("“%(title)s” is back.", title=title), "success")
    record, fresh = load_draft(course_id)
    return redirect(place_of(record, fresh, path) if path else url_for("catalog.edit", course_id=course_id))
