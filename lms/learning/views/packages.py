"""The packages of a session: who is where, what a package says of it, and when each commit came."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Response, abort, g, render_template, request
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import undefer

from lms.accounts.services import record_event
from lms.catalog.models import VersionActivity
from lms.catalog.queries import get_activity
from lms.delivery.views.blueprint import READERS, load_session
from lms.delivery.views.tabs import SESSION_TABS, Tab, session_tabs
from lms.learning.models import Attempt
from lms.learning.reports import (
    audit_time,
    has_packages,
    list_answers,
    list_commits,
    list_package_attempts,
    list_parts,
    list_session_commits,
)
from lms.learning.views.blueprint import bp
from lms.web.access import access
from lms.web.sheets import write_csv
from lms.web.state import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.delivery.models import TrainingSession


def add_tab() -> None:
    """The tab stands in sessions whose course holds a package."""
    if not any(tab.endpoint == "learning.session_packages" for tab in SESSION_TABS):
        SESSION_TABS.append(Tab("learning.session_packages", lazy_gettext("Packages"), order=65, when=_has_packages))


def _has_packages(run: TrainingSession) -> bool:
    return has_packages(db(), run.id)


@bp.get("/sessions/<uuid:session_id>/packages")
@access(*READERS)
def session_packages(session_id: uuid.UUID) -> str:
    """Every attempt at the packages of a session; ``?attempt=`` shows one whole."""
    run = load_session(session_id)
    wanted = _asked()
    rows = list_package_attempts(db(), run.id, wanted)
    if wanted is None:
        return render_template("learning/packages.html", run=run, tabs=session_tabs(run), rows=rows)
    if not rows:
        abort(404)
    attempt = db().get_one(Attempt, rows[0].id)
    data = _data(attempt)
    ledger = list_commits(db(), attempt.id)
    return render_template(
        "learning/package_attempt.html", run=run, tabs=session_tabs(run), row=rows[0], ledger=ledger,
        audit=audit_time(ledger, attempt.seconds), parts=list_parts(data, attempt.state),
        answers=list_answers(data, attempt.state), titles={sco["id"]: sco["title"] for sco in data.get("scos", ())},
    )  # fmt: skip


def _asked() -> uuid.UUID | None:
    text = request.args.get("attempt", "")
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        abort(404)


def _data(attempt: Attempt) -> dict[str, Any]:
    activity = get_activity(db(), attempt.version_id, attempt.activity_key)
    if activity is None:
        abort(404)
    found = db().get_one(VersionActivity, activity.id, options=[undefer(VersionActivity.data)])
    return found.data


@bp.get("/sessions/<uuid:session_id>/packages.csv")
@access(*READERS)
def export_packages(session_id: uuid.UUID) -> Response:
    """The whole ledger of a session, by pseudonym."""
    run = load_session(session_id)
    record_event(db(), "packages.exported", hub_id=g.hub.id, person_id=current_user.person.id, target=run.id)
    header = (
        _("Learner"), _("Activity"), _("Try"), _("Window"), _("Number"), _("Part"), _("Visit"), _("Received"),
        _("By the device's clock"), _("Seconds, as the package says"), _("Seconds counted"), _("Completion"),
        _("Success"), _("Score"), _("End of the visit"), _("Late"),
    )  # fmt: skip
    text = write_csv(header, _rows(run), str(get_locale()))
    db().commit()
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in run.reference)
    disposition = {"Content-Disposition": f'attachment; filename="{name}-packages.csv"', "Cache-Control": "no-store"}
    return Response(text, mimetype="text/csv", headers=disposition)


def _rows(run: TrainingSession) -> Iterator[tuple[Any, ...]]:
    for pseudonym, key, number, entry in list_session_commits(db(), run.id):
        yield (
            pseudonym, key, number, entry.launch, entry.sequence, entry.part, entry.visit,
            entry.received_at.isoformat(timespec="seconds"),
            entry.made_at.isoformat(timespec="seconds") if entry.made_at else "", entry.session_seconds, entry.seconds,
            entry.completion, entry.success, entry.score, int(entry.ends), int(entry.late),
        )  # fmt: skip
