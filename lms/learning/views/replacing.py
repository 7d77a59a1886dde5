"""A package and its newer version: what changes, who is in it, and the choice of who takes it, with a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.catalog.package_changes import changes_between
from lms.catalog.queries import get_course, get_latest_version
from lms.learning.replacements import (
    UNDO_DAYS,
    SwitchError,
    count_losses,
    get_switch,
    list_concerned,
    list_in_progress,
    list_package_versions,
    outline_of,
    sessions_behind,
    switch_package,
    undo_switch,
)
from lms.learning.views.blueprint import bp
from lms.web.access import STAFF, access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response

    from lms.catalog.models import CourseRecord
    from lms.catalog.package_changes import PackageChanges
    from lms.learning.replacements import Concerned, PackageVersion


def _load(course_id: uuid.UUID, key: str) -> tuple[CourseRecord, list[PackageVersion]]:
    course = get_course(db(), course_id)
    versions = list_package_versions(db(), course_id, key)
    if course is None or course.archived_at is not None or not versions:
        abort(404)
    return course, versions


@bp.get("/courses/<uuid:course_id>/packages/<key>")
@access(*STAFF)
def package_versions(course_id: uuid.UUID, key: str) -> str:
    """The packages that an activity has had, and the sessions in which learners may take the newest."""
    course, versions = _load(course_id, key)
    newest = versions[0]
    lines = []
    for concerned in list_concerned(db(), course_id, key):
        behind = concerned.package != newest.sha256 or concerned.in_former(newest.sha256)
        lines.append(_line(concerned, key, newest) if behind else {"concerned": concerned, "behind": False})
    return render_template(
        "learning/replacing.html", course=course, key=key, versions=versions, newest=newest, lines=lines,
        undo_days=UNDO_DAYS, title=newest.outline["title"],
    )  # fmt: skip


def _line(concerned: Concerned, key: str, newest: PackageVersion) -> dict[str, Any]:
    """What a session would gain and lose."""
    changes = _changes(concerned.package if concerned.package != newest.sha256 else _former(concerned, newest), newest)
    attempts = list_in_progress(db(), concerned.session_id, key, without=newest.sha256)
    losses, restarted, unsure = count_losses(attempts, changes)
    return {
        "concerned": concerned, "behind": True, "changes": changes, "losses": losses, "restarted": restarted,
        "unsure": unsure, "in_progress": len(attempts),
    }  # fmt: skip


def _former(concerned: Concerned, newest: PackageVersion) -> str:
    """The package that most of those in progress are in, besides the newest."""
    counts = {package: count for package, count in concerned.in_progress.items() if package != newest.sha256}
    return max(counts, key=lambda package: counts[package])


def _changes(former: str, newest: PackageVersion) -> PackageChanges:
    before = outline_of(db(), former)
    if before is None:
        abort(404)
    return changes_between(installation().files, before, newest.outline, former=former, present=newest.sha256)


@bp.post("/courses/<uuid:course_id>/packages/<key>/<uuid:session_id>")
@access("lead", "hub_admin")
def take_package(course_id: uuid.UUID, key: str, session_id: uuid.UUID) -> Response:
    """The session takes the newest package: for those who begin from now on, or for those who are in it too."""
    _course, versions = _load(course_id, key)
    newest = versions[0]
    concerned = next((one for one in list_concerned(db(), course_id, key) if one.session_id == session_id), None)
    who = request.form.get("who")
    if concerned is None or who not in {"new", "all"}:
        abort(404)
    line = (
        _line(concerned, key, newest)
        if concerned.package != newest.sha256 or concerned.in_former(newest.sha256)
        else None
    )
    try:
        if line is None:
            raise SwitchError("nothing to take")
        switch_package(
            db(), concerned=concerned, key=key, newest=newest, moves=who == "all", changes=line["changes"],
            hub_id=_course.hub_id, person_id=current_user.person.id,
        )  # fmt: skip
    except SwitchError:
        flash(_("This session has the newest package already."), "info")
    else:
        db().commit()
        flash(_("Done. You can take it back for %(days)s days.", days=UNDO_DAYS), "success")
    return redirect(url_for("learning.package_versions", course_id=course_id, key=key), 303)


@bp.post("/courses/<uuid:course_id>/packages/<key>/undo/<uuid:switch_id>")
@access("lead", "hub_admin")
def undo_package(course_id: uuid.UUID, key: str, switch_id: uuid.UUID) -> Response:
    """Take the choice back."""
    _load(course_id, key)
    switch = get_switch(db(), switch_id)
    if switch is None or switch.activity_key != key:
        abort(404)
    try:
        back, stay = undo_switch(db(), switch=switch, person_id=current_user.person.id)
    except SwitchError:
        flash(_("It is too late to take it back."), "warning")
    else:
        db().commit()
        said = _("The choice is taken back.")
        if back:
            said += " " + ngettext(
                "%(num)s learner is back where they were.", "%(num)s learners are back where they were.", back
            )
        if stay:
            said += " " + ngettext(
                "%(num)s has gone on in the newer package since and stays there.",
                "%(num)s have gone on in the newer package since and stay there.", stay,
            )  # fmt: skip
        flash(said, "success")
    return redirect(url_for("learning.package_versions", course_id=course_id, key=key), 303)


@bp.app_template_global()
def package_in_progress(course_id: uuid.UUID, key: str) -> tuple[int, int]:
    """Learners of open sessions who are in a package now, and how many have not begun it."""
    lines = list_concerned(db(), course_id, key)
    return sum(sum(one.in_progress.values()) for one in lines), sum(one.not_begun for one in lines)


@bp.app_template_global()
def packages_behind(course_id: uuid.UUID) -> list[tuple[str, str]]:
    """Key and title of the packages of the last version that open sessions do not run yet."""
    latest = get_latest_version(db(), course_id)
    return sessions_behind(db(), course_id, latest.id) if latest else []
