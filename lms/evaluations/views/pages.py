"""The blueprint of evaluations, and its two tabs among those of a session."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from lms.delivery.views.tabs import SESSION_TABS, Tab

bp = Blueprint("evaluations", __name__, url_prefix="/h/<hub_slug>", template_folder="../templates")
TABS = (
    Tab("evaluations.session_results", _l("Results"), order=60, section="evaluations.session_question"),
    Tab("evaluations.session_satisfaction", _l("Satisfaction"), order=70),
)


def add_tabs() -> None:
    known = {tab.endpoint for tab in SESSION_TABS}
    SESSION_TABS.extend(tab for tab in TABS if tab.endpoint not in known)


def language() -> str:
    return str(get_locale())
