"""The figures of a session, each with its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from lms.delivery.views.blueprint import READERS
from lms.delivery.views.tabs import session_tabs
from lms.quality.indicators import LABELS, RULES
from lms.quality.queries.figures import list_indicators
from lms.quality.views.blueprint import bp, check_reader, found_or_404, say
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    import uuid

    from lms.quality.views.blueprint import Answer


@bp.get("/sessions/<uuid:session_id>/indicators")
@access(*READERS)
def session_indicators(session_id: uuid.UUID) -> Answer:
    """Attendance, completion, drop-out, satisfaction… with what they count."""
    material, indicators = found_or_404(list_indicators(db(), session_id))
    check_reader(session_id)
    return render_template(
        "quality/indicators.html", run=material.run, tabs=session_tabs(material.run), indicators=indicators, labels=LABELS,
        rules=RULES, say=say,
    )  # fmt: skip
