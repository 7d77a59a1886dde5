"""Versions of a framework: compared, published with what they touch, begun, shared, copied, brought up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.competencies.forms import PublishFrameworkForm
from lms.competencies.queries.impact import get_impact
from lms.competencies.views.blueprint import EDITORS, READERS, bp, hub_id, language, load_draft, load_version, person_id
from lms.frameworks.changes import carry_over
from lms.frameworks.differences import confirmed_changes, differences
from lms.frameworks.services.forking import apply_merge, find_merge, fork_framework, get_offered_version
from lms.frameworks.services.importing import find_framework, list_versions
from lms.frameworks.services.publishing import (
    UnfitFrameworkError,
    begin_version,
    previous_version,
    publish_version,
    share_framework,
)
from lms.frameworks.store import load_version as load_model
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from competency_frameworks.problems import Problem
    from lms.competencies.views.blueprint import Answer
    from lms.frameworks.models import FrameworkVersion


@bp.route("/frameworks/<framework>/<version>/publish", methods=["GET", "POST"])
@access(*EDITORS)
def publish_framework(framework: str, version: str) -> Answer:
    """Make a version out of the draft: what changes, what it touches, then yes."""
    row, form = load_draft(framework, version), PublishFrameworkForm()
    if not form.validate_on_submit():
        return _publish_page(row, form), 422 if form.is_submitted() else 200
    try:
        before = previous_version(db(), row)
        changes = {}
        if before is not None:
            pair = load_model(db(), before), load_model(db(), row)
            changes = confirmed_changes(*pair, set(request.form.getlist("confirm")), str(person_id()))
        publish_version(db(), row, person_id=person_id(), notes=form.notes.data or "", changes=changes)
    except UnfitFrameworkError as error:
        db().rollback()
        return _publish_page(load_draft(framework, version), form, error.problems), 422
    db().commit()
    flash(_("Version %(version)s is published: courses can name it.", version=version), "success")
    return redirect(url_for("competencies.framework", framework=framework, version=version))


def _publish_page(row: FrameworkVersion, form: PublishFrameworkForm, refused: Sequence[Problem] = ()) -> str:
    before = previous_version(db(), row)
    return render_template(
        "competencies/framework_publish.html",
        version=row,
        form=form,
        before=before,
        refused=refused,
        language=language(),
        **_compared(before, row),
    )


def _compared(before: FrameworkVersion | None, after: FrameworkVersion) -> dict[str, object]:
    """What changed from a version to another, what it touches in the hub, and what becomes of the evidence."""
    if before is None:
        return {"changes": [], "impact": None, "carried": {}}
    old, new = load_model(db(), before), load_model(db(), after)
    return {
        "changes": differences(old, new),
        "impact": get_impact(db(), before.framework.key, before.version),
        "carried": carry_over(db(), old, new),
        "old": old,
    }


@bp.get("/frameworks/<framework>/compare/<before>/<after>")
@access(*READERS)
def compare_frameworks(framework: str, before: str, after: str) -> str:
    """What changed from a version to another, and the courses and evidence that the older one holds.

    The older one may be another framework, which this one takes the place of: ``before`` is then ``framework@version``.
    """
    elsewhere, at, name = before.rpartition("@")
    rows = load_version(elsewhere if at else framework, name), load_version(framework, after)
    versions = [one for one in list_versions(db(), rows[1].framework_id) if one.status != "draft" or g.roles & READERS]
    return render_template(
        "competencies/framework_compare.html",
        before=rows[0],
        version=rows[1],
        versions=versions,
        language=language(),
        **_compared(*rows),
    )


@bp.get("/frameworks/<framework>/compare")
@access(*READERS)
def choose_comparison(framework: str) -> Answer:
    """The form of the comparison gives both versions in its query."""
    before, after = request.args.get("before", ""), request.args.get("after", "")
    return redirect(url_for("competencies.compare_frameworks", framework=framework, before=before, after=after))


@bp.post("/frameworks/<framework>/<version>/next")
@access(*EDITORS)
def next_version(framework: str, version: str) -> Answer:
    """Begin the next version as a copy of this one."""
    row = load_version(framework, version)
    if row.hub_id is None or row.status == "draft":
        abort(404)
    draft = begin_version(db(), row, person_id=person_id())
    db().commit()
    return redirect(url_for("competencies.edit_framework", framework=framework, version=draft.version))


@bp.post("/frameworks/<framework>/share", endpoint="share_framework")
@access(*EDITORS)
def share_framework_with_hubs(framework: str) -> Answer:
    """Offer a framework to the other hubs, or no longer."""
    record = find_framework(db(), framework)
    if record is None:
        abort(404)
    share_framework(db(), record, shared=not record.shared, person_id=person_id())
    db().commit()
    flash(
        _("The other hubs can copy it.") if record.shared else _("It is no longer offered to the other hubs."),
        "success",
    )
    published = [row for row in list_versions(db(), record.id) if row.status != "draft"]
    if not published:
        return redirect(url_for("competencies.frameworks"))
    return redirect(url_for("competencies.framework", framework=framework, version=published[-1].version))


@bp.post("/frameworks/fork/<uuid:version_id>", endpoint="fork_framework")
@access(*EDITORS)
def fork_framework_version(version_id: uuid.UUID) -> Answer:
    """Copy a bundled framework, one of the hub's or one that another hub shares, into a draft of one's own."""
    source = get_offered_version(db(), version_id, hub_id())
    if source is None:
        abort(404)
    draft = fork_framework(db(), source, hub=g.hub, person_id=person_id())
    db().commit()
    flash(_("The copy is a draft of your hub; it says where it comes from."), "success")
    return redirect(url_for("competencies.edit_framework", framework=draft.framework.key, version=draft.version))


@bp.route("/frameworks/<framework>/merge", methods=["GET", "POST"])
@access(*EDITORS)
def merge_framework(framework: str) -> Answer:
    """What the source of a copy has changed since, line by line, to be taken in or not."""
    record = find_framework(db(), framework)
    if record is None or not record.provenance:
        abort(404)
    rows = list_versions(db(), record.id)
    newest = next((row for row in rows if row.status == "draft"), rows[-1])
    merge = find_merge(db(), record, newest)
    if request.method == "GET" or merge is None:
        return render_template(
            "competencies/framework_merge.html", record=record, version=newest, merge=merge, language=language()
        )
    if newest.status != "draft":
        newest = begin_version(db(), newest, person_id=person_id())
        merge = find_merge(db(), record, newest)
    written = (
        apply_merge(db(), merge, taken=set(request.form.getlist("take")), person_id=person_id()) if merge else None
    )
    db().commit()
    if written is not None:
        flash(
            _(
                "Taken into the draft: %(added)s added, %(changed)s changed, %(removed)s taken out.",
                added=written.added,
                changed=written.changed,
                removed=written.removed,
            ),
            "success",
        )
    return redirect(url_for("competencies.framework", framework=framework, version=newest.version))
