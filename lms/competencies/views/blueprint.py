"""The blueprint of competencies, and the reader's language."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import get_locale

bp = Blueprint("competencies", __name__, url_prefix="/h/<hub_slug>", template_folder="../templates")


def language() -> str:
    return str(get_locale())
