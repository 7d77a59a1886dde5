"""Writing the draft of a framework: its items, their order and relations, what it says of itself; undoing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from competency_frameworks.model import ASSOCIATION_KINDS, Audience, Framework
from competency_frameworks.text import Translated
from lms.competencies.forms import FactsForm, ItemForm, NewFrameworkForm
from lms.competencies.views.blueprint import EDITORS, bp, hub_id, language, load_draft, person_id
from lms.competencies.views.framework_words import edit_reason, facts_of, facts_values, other_language
from lms.frameworks.queries import list_children, list_path
from lms.frameworks.relations import list_relations
from lms.frameworks.services.editing import (
    EditError,
    add_item,
    add_link,
    change_facts,
    change_item,
    get_item,
    list_changes,
    list_own_links,
    move_item,
    remove_item,
    remove_link,
    seen_mark,
    suggest_code,
    undo_last,
)
from lms.frameworks.services.importing import find_framework, free_key, import_framework
from lms.frameworks.services.publishing import drop_draft, rename_draft
from lms.frameworks.store import load_version as load_model
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from lms.competencies.views.blueprint import Answer
    from lms.frameworks.models import FrameworkItem, FrameworkVersion

DRAFT = "/frameworks/<framework>/<version>/edit"


@bp.route("/frameworks/new", methods=["GET", "POST"])
@access(*EDITORS)
def new_framework() -> Answer:
    """Begin a framework: its name, for whom, what for."""
    form = NewFrameworkForm()
    if not form.validate_on_submit():
        return render_template("competencies/framework_new.html", form=form), 422 if form.is_submitted() else 200
    own, key = form.language.data, form.key.data or ""
    if find_framework(db(), key) is not None or free_key(db(), key, g.hub.slug) != key:
        form.key.errors = [_("This identifier is taken: choose another one.")]
        return render_template("competencies/framework_new.html", form=form), 422

    def said(text: str | None) -> Translated:
        return Translated({own: text or ""}, own)

    framework = Framework(
        id=key, version=form.version.data or "1", title=said(form.title.data), language=own, status="draft",
        audiences=(Audience(said(form.who.data), said(form.purpose.data)),),
    )  # fmt: skip
    import_framework(db(), framework, hub_id=hub_id(), person_id=person_id())
    db().commit()
    return redirect(url_for("competencies.edit_framework", framework=key, version=framework.version))


def _back(row: FrameworkVersion, code: str = "") -> Response:
    return redirect(
        url_for("competencies.edit_framework", framework=row.framework.key, version=row.version, item=code or None, _anchor="item" if code else None)
    )  # fmt: skip


@bp.get(DRAFT)
@access(*EDITORS)
def edit_framework(framework: str, version: str) -> Answer:
    """The draft: its tree, and the form of one item or of a new one."""
    row = load_draft(framework, version)
    code, under = request.args.get("item", "")[:80], request.args.get("under")
    item = get_item(db(), row, code) if code else None
    form = ItemForm(formdata=None, data=_values(row, item)) if item else None
    if under is not None and (not under or get_item(db(), row, under[:80]) is not None):
        form = ItemForm(formdata=None, data={"code": _next_code(row, under[:80]), "kind": "competency"})
    return _page(row, form, item, under)


def _page(row: FrameworkVersion, form: ItemForm | None, item: FrameworkItem | None, under: str | None) -> str:
    code = item.code if item else (under or "")
    path = [step for step, _said in list_path(db(), row, code)] if code else []
    return render_template(
        "competencies/framework_edit.html",
        version=row,
        branches=list_children(db(), row, ["", *path]),
        path=path,
        form=form,
        item=item,
        under=under,
        links=list_own_links(db(), row, item.code) if item else [],
        relations=list_relations(db(), row, item.code, language()) if item else [],
        kinds=[kind for kind in ASSOCIATION_KINDS if kind != "isChildOf"],
        changes=list_changes(db(), row, most=5),
        other=other_language(row),
        language=language(),
    )


def _values(row: FrameworkVersion, item: FrameworkItem) -> dict[str, Any]:
    own, other = row.language, other_language(row)
    return {
        "code": item.code, "kind": item.kind, "statement": item.statement.get(own, ""), "notes": item.notes.get(own, ""),
        "statement_other": item.statement.get(other, ""), "notes_other": item.notes.get(other, ""), "seen": seen_mark(item),
    }  # fmt: skip


def _next_code(row: FrameworkVersion, under: str) -> str:
    return suggest_code(under, [node.code for node in list_children(db(), row, [under])[under]])


def _texts(row: FrameworkVersion, before: dict[str, Any], own: str | None, other: str | None) -> dict[str, str]:
    said = dict(before) | {row.language: (own or "").strip(), other_language(row): (other or "").strip()}
    return {lang: text for lang, text in said.items() if text}


@bp.post(f"{DRAFT}/items")
@access(*EDITORS)
def add_framework_item(framework: str, version: str) -> Answer:
    """Write a new item, at the end of the part it stands in."""
    row, form = load_draft(framework, version), ItemForm()
    under = request.form.get("under", "")[:80]
    if not form.validate():
        return _page(row, form, None, under), 422
    try:
        item = add_item(
            db(), row, code=form.code.data or "", parent=under, kind=form.kind.data,
            statement=_texts(row, {}, form.statement.data, form.statement_other.data),
            notes=_texts(row, {}, form.notes.data, form.notes_other.data), person_id=person_id(),
        )  # fmt: skip
    except EditError as error:
        form.code.errors = [edit_reason(error)]
        return _page(row, form, None, under), 422
    db().commit()
    flash(_("%(code)s is added.", code=item.code), "success")
    return _back(row, item.code)


@bp.post(f"{DRAFT}/items/<path:code>")
@access(*EDITORS)
def save_framework_item(framework: str, version: str, code: str) -> Answer:
    """Say an item otherwise."""
    row, form = load_draft(framework, version), ItemForm()
    item = get_item(db(), row, code)
    if item is None:
        abort(404)
    if not form.validate():
        return _page(row, form, item, None), 422
    levels = [
        (level, _texts(row, texts, request.form.get(f"level-{level}"), texts.get(other_language(row))))
        for level, texts in _levels(row, item)
    ]
    try:
        change_item(
            db(), row, code, new_code=form.code.data or "", kind=form.kind.data,
            statement=_texts(row, item.statement, form.statement.data, form.statement_other.data),
            notes=_texts(row, item.notes, form.notes.data, form.notes_other.data),
            levels=[(level, texts) for level, texts in levels if texts], seen=form.seen.data or "", person_id=person_id(),
        )  # fmt: skip
    except EditError as error:
        form.code.errors = [edit_reason(error)]
        return _page(row, form, item, None), 422
    db().commit()
    flash(_("%(code)s is saved.", code=item.code), "success")
    return _back(row, item.code)


def _levels(row: FrameworkVersion, item: FrameworkItem) -> list[tuple[str, dict[str, str]]]:
    """The scale of the framework with what the item says at each level, then levels that the scale has no more."""
    said = {level: dict(texts) for level, texts in item.levels}
    scale = [level["id"] for level in row.head.get("levels", [])]
    return [(level, said.get(level, {})) for level in dict.fromkeys((*said, *scale))]


@bp.post(f"{DRAFT}/move/<path:code>")
@access(*EDITORS)
def move_framework_item(framework: str, version: str, code: str) -> Answer:
    """Move an item up or down, or under another one."""
    row = load_draft(framework, version)
    parent = request.form.get("parent")
    try:
        move_item(db(), row, code, parent=None if parent is None else parent.strip()[:80], way=request.form.get("way", ""), person_id=person_id())  # fmt: skip
    except EditError as error:
        db().rollback()
        flash(edit_reason(error), "danger")
        return _back(row, code)
    db().commit()
    return _back(row, code)


@bp.post(f"{DRAFT}/remove/<path:code>")
@access(*EDITORS)
def remove_framework_item(framework: str, version: str, code: str) -> Answer:
    """Take an item out with what stands under it."""
    row = load_draft(framework, version)
    item = get_item(db(), row, code)
    if item is None:
        abort(404)
    parent = item.parent
    removed = remove_item(db(), row, code, person_id=person_id())
    db().commit()
    flash(_("%(num)s removed with what it holds. “Undo” brings it back.", num=removed), "success")
    return _back(row, parent)


@bp.post(f"{DRAFT}/links/<path:code>")
@access(*EDITORS)
def link_framework_item(framework: str, version: str, code: str) -> Answer:
    """Tie an item to another one, here or elsewhere, or untie it."""
    row = load_draft(framework, version)
    untie, kind, ref = (
        request.form.get("untie", ""),
        request.form.get("kind", ""),
        request.form.get("ref", "").strip()[:400],
    )
    try:
        if untie:
            remove_link(db(), row, uuid.UUID(untie), person_id=person_id())
        elif kind in ASSOCIATION_KINDS and ref:
            add_link(db(), row, kind=kind, origin=code, ref=ref, person_id=person_id())
        else:
            flash(_("Say how it is tied, and to what."), "danger")
    except (EditError, ValueError) as error:
        db().rollback()
        flash(edit_reason(error), "danger")
        return _back(row, code)
    db().commit()
    return _back(row, code)


@bp.post(f"{DRAFT}/undo")
@access(*EDITORS)
def undo_framework(framework: str, version: str) -> Answer:
    """Take the last change back."""
    row = load_draft(framework, version)
    change = undo_last(db(), row)
    db().commit()
    flash(_("The last change is undone.") if change else _("There is nothing left to undo."), "info")
    there = change is not None and get_item(db(), row, change.code) is not None
    return _back(row, change.code if change is not None and there else "")


@bp.route(f"{DRAFT}/facts", methods=["GET", "POST"])
@access(*EDITORS)
def framework_facts(framework: str, version: str) -> Answer:
    """What the framework says of itself: title, audiences, source, licence, scale."""
    row = load_draft(framework, version)
    model = load_model(db(), row)
    form = FactsForm(data=facts_values(model))
    if not form.validate_on_submit():
        return render_template(
            "competencies/framework_facts.html", version=row, form=form, language=language()
        ), 422 if form.is_submitted() else 200
    if not rename_draft(db(), row, version_name=form.version.data or ""):
        form.version.errors = [_("The framework has this version already.")]
        return render_template("competencies/framework_facts.html", version=row, form=form, language=language()), 422
    change_facts(db(), row, facts_of(form, load_model(db(), row)), person_id=person_id())
    db().commit()
    flash(_("What the framework says of itself is saved."), "success")
    return _back(row)


@bp.post(f"{DRAFT}/drop")
@access(*EDITORS)
def drop_framework_draft(framework: str, version: str) -> Answer:
    """Give the draft up."""
    row = load_draft(framework, version)
    drop_draft(db(), row, person_id=person_id())
    db().commit()
    flash(_("The draft is gone."), "info")
    return redirect(url_for("competencies.frameworks"))
