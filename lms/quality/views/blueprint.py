"""The blueprints of quality and what its views share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l

from lms.delivery.queries import is_trainer
from lms.delivery.views.blueprint import READERS, person_id
from lms.delivery.views.tabs import SESSION_TABS, Tab
from lms.quality.rnq import safe_name
from lms.web.access import has_role
from lms.web.nav import NavEntry
from lms.web.sheets import write_csv, write_xlsx
from lms.web.state import db

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from werkzeug.wrappers import Response as WsgiResponse

    Answer = str | WsgiResponse | tuple[str, int]

bp = Blueprint("quality", __name__, url_prefix="/h/<hub_slug>", template_folder="../templates")
verify_bp = Blueprint("verify", __name__, template_folder="../templates")

STAFF = ("trainer", "lead", "hub_admin")
LEADS = ("lead", "hub_admin")
PACK_READERS = ("lead", "hub_admin", "auditor")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAV = (
    NavEntry(
        "quality.improvements",
        _l("Improvement"),
        "bulb",
        frozenset((*STAFF, "auditor")),
        40,
        ("quality.improvement", "quality.new_improvement"),
    ),
)
TABS = (
    Tab("quality.session_board", _l("Board"), READERS, 35, "quality.session_board"),
    Tab("quality.session_indicators", _l("Figures"), READERS, 60),
    Tab("quality.session_reports", _l("Reports"), READERS, 70, "quality.session_report"),
    Tab("quality.session_evidence", _l("Audit"), PACK_READERS, 80, "quality.session_evidence"),
)


def add_tabs() -> None:
    """Offer the tabs once, however often the application is made."""
    known = {tab.endpoint for tab in SESSION_TABS}
    SESSION_TABS.extend(tab for tab in TABS if tab.endpoint not in known)


def check_reader(session_id: uuid.UUID) -> None:
    """403 for a trainer of other sessions only."""
    if not has_role(*PACK_READERS) and not is_trainer(db(), session_id, person_id()):
        abort(403)


def found_or_404(value: Any) -> Any:
    if value is None:
        abort(404)
    return value


def sees_names() -> bool:
    """Auditors read pseudonyms: names are opened to them by the lead, with a reason."""
    return has_role(*STAFF)


def language() -> str:
    return str(get_locale())


def send_table(name: str, kind: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> Response:
    """The table as a file, ``kind`` csv or xlsx."""
    if kind == "xlsx":
        return send_bytes(write_xlsx(header, rows, sheet=name), f"{safe_name(name)}.xlsx", XLSX)
    return send_bytes(write_csv(header, rows, language()).encode(), f"{safe_name(name)}.csv", "text/csv")


def send_bytes(data: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, mimetype=media_type, headers=headers)


def hub_id() -> uuid.UUID:
    hub: uuid.UUID = g.hub.id
    return hub


def say(text: str) -> str:
    """A marked text in the reader's language."""
    return str(gettext(text))
