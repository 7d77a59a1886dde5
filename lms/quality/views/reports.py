"""The reports that plugins make of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from lms.delivery.views.blueprint import READERS, load_session
from lms.delivery.views.tabs import session_tabs
from lms.quality.queries import session_facts
from lms.quality.views.blueprint import bp, language, send_table
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from flask import Response

    from lms.contracts import Report, Table
    from lms.quality.views.blueprint import Answer


@bp.get("/sessions/<uuid:session_id>/reports")
@access(*READERS)
def session_reports(session_id: uuid.UUID) -> Answer:
    """The installed reports."""
    run = load_session(session_id)
    reports = installation().plugins.reports
    return render_template(
        "quality/reports.html", run=run, tabs=session_tabs(run), reports=reports, language=language()
    )


def _build(session_id: uuid.UUID, name: str) -> tuple[Report, Table]:
    report = installation().plugins.reports.get(name)
    if report is None:
        abort(404)
    return report, report.build(session_facts(db(), session_id), language())


@bp.get("/sessions/<uuid:session_id>/reports/<name>")
@access(*READERS)
def session_report(session_id: uuid.UUID, name: str) -> Answer:
    """One report on the session's facts, under pseudonyms."""
    run = load_session(session_id)
    report, table = _build(session_id, name)
    return render_template(
        "quality/report.html", run=run, tabs=session_tabs(run), report=report, table=table, language=language()
    )


@bp.get("/sessions/<uuid:session_id>/reports/<name>.csv")
@access(*READERS)
def session_report_file(session_id: uuid.UUID, name: str) -> Response:
    """The same table as a file."""
    run = load_session(session_id)
    _report, table = _build(session_id, name)
    return send_table(f"{run.reference}-{name}", "csv", table.columns, table.rows)
