"""The crosswalk editor: two frameworks side by side, pairs that look alike, each confirmed by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.competencies.views.blueprint import EDITORS, READERS, bp, hub_id, language, person_id
from lms.frameworks.crosswalks import (
    KINDS,
    RULES,
    begin_crosswalk,
    confirm_link,
    ends_of,
    list_crosswalks,
    list_links,
    remove_link,
    suggest_links,
)
from lms.frameworks.models import Crosswalk, CrosswalkLink
from lms.frameworks.queries import list_hub_versions
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    import uuid

    from lms.competencies.views.blueprint import Answer

MOST_SUGGESTED = 60


@bp.route("/frameworks/crosswalks", methods=["GET"])
@access(*READERS)
def crosswalks() -> str:
    """The crosswalks of the hub, and the form that begins one."""
    versions = list_hub_versions(db())
    titles = {(row.framework.key, row.version): row for row in versions}
    return render_template(
        "competencies/crosswalks.html",
        walks=list_crosswalks(db()),
        versions=versions,
        titles=titles,
        language=language(),
    )


@bp.post("/frameworks/crosswalks")
@access(*EDITORS)
def new_crosswalk() -> Answer:
    """Begin a crosswalk between two versions."""
    known = {f"{row.framework.key}@{row.version}": (row.framework.key, row.version) for row in list_hub_versions(db())}
    origin, destination = known.get(request.form.get("origin", "")), known.get(request.form.get("destination", ""))
    if origin is None or destination is None or origin == destination:
        flash(_("Choose two different frameworks."), "danger")
        return redirect(url_for("competencies.crosswalks"))
    walk = begin_crosswalk(db(), origin=origin, destination=destination, hub_id=hub_id(), person_id=person_id())
    db().commit()
    return redirect(url_for("competencies.crosswalk", crosswalk_id=walk.id))


def _load(crosswalk_id: uuid.UUID) -> Crosswalk:
    found = db().get(Crosswalk, crosswalk_id)
    if found is None:
        abort(404)
    return found


@bp.get("/frameworks/crosswalks/<uuid:crosswalk_id>")
@access(*READERS)
def crosswalk(crosswalk_id: uuid.UUID) -> str:
    """What is tied already, what looks alike, what is tied to nothing."""
    walk = _load(crosswalk_id)
    ends = ends_of(db(), walk)
    if ends is None:
        abort(404)
    links = list_links(db(), walk)
    tied = {(code, link.destination_code) for link in links for code in link.origin_codes}
    suggestions = suggest_links(*ends, tied, language())
    return render_template(
        "competencies/crosswalk.html",
        walk=walk,
        origin=ends[0],
        destination=ends[1],
        links=links,
        suggestions=suggestions[:MOST_SUGGESTED],
        more=max(len(suggestions) - MOST_SUGGESTED, 0),
        untied=[
            item
            for item in ends[0].items
            if not ends[0].children(item.code) and item.code not in {one for one, _to in tied}
        ],
        kinds=KINDS,
        rules=RULES,
        language=language(),
    )


@bp.post("/frameworks/crosswalks/<uuid:crosswalk_id>")
@access(*EDITORS)
def confirm_crosswalk_link(crosswalk_id: uuid.UUID) -> Answer:
    """Confirm one relation."""
    walk, form = _load(crosswalk_id), request.form
    if walk.hub_id is None:
        abort(404)
    codes = [code.strip() for code in form.get("origin", "").split(",") if code.strip()][:50]
    similarity = form.get("similarity", type=float)
    try:
        confirm_link(
            db(), walk, origin_codes=codes, destination_code=form.get("destination", "").strip()[:80],
            kind=form.get("kind", ""), rule=form.get("rule", "copy"), strength=form.get("strength", 100.0, type=float) / 100,
            note=form.get("note", "").strip()[:500], similarity=similarity, person_id=person_id(),
        )  # fmt: skip
    except ValueError:
        db().rollback()
        flash(_("Choose items of these two frameworks, and how they are tied."), "danger")
        return redirect(url_for("competencies.crosswalk", crosswalk_id=crosswalk_id))
    db().commit()
    flash(_("Confirmed."), "success")
    return redirect(url_for("competencies.crosswalk", crosswalk_id=crosswalk_id, _anchor="suggestions"))


@bp.post("/frameworks/crosswalks/links/<uuid:link_id>/remove")
@access(*EDITORS)
def remove_crosswalk_link(link_id: uuid.UUID) -> Answer:
    """Take one relation away."""
    link = db().get(CrosswalkLink, link_id)
    if link is None or link.hub_id != hub_id():
        abort(404)
    walk = link.crosswalk_id
    remove_link(db(), link, person_id=person_id())
    db().commit()
    return redirect(url_for("competencies.crosswalk", crosswalk_id=walk, _anchor="links"))
