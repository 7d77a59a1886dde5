"""The blueprints that the pages of learning are added to."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("learning", __name__, url_prefix="/h/<hub_slug>", template_folder="../templates")
plugins_bp = Blueprint("plugins", __name__)
