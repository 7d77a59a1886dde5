"""The blueprint of competencies, the reader's language, and loading a framework by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, g
from flask_babel import get_locale
from flask_login import current_user

from competency_frameworks.text import Translated
from lms.frameworks.queries import get_version
from lms.web.state import db

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response as WsgiResponse

    from lms.frameworks.models import FrameworkVersion

    Answer = str | WsgiResponse | tuple[str, int]

bp = Blueprint("competencies", __name__, url_prefix="/h/<hub_slug>", template_folder="../templates")
READERS = frozenset({"trainer", "lead", "hub_admin", "auditor"})  # of drafts, coverage and uses
EDITORS = frozenset({"lead", "hub_admin"})


def language() -> str:
    return str(get_locale())


def person_id() -> uuid.UUID:
    found: uuid.UUID = current_user.person.id
    return found


def load_version(framework: str, version: str) -> FrameworkVersion:
    """The version of that address, or 404; drafts are for those who train."""
    row = get_version(db(), framework, version)
    if row is None or (row.status == "draft" and not g.roles & READERS):
        abort(404)
    return row


def load_draft(framework: str, version: str) -> FrameworkVersion:
    """The draft of that address, or 404: what is published does not change."""
    row = load_version(framework, version)
    if row.status != "draft" or row.hub_id is None:
        abort(404)
    return row


def hub_id() -> uuid.UUID:
    found: uuid.UUID = g.hub.id
    return found


@bp.app_template_filter()
def in_language(texts: dict[str, str], own: str = "fr") -> str:
    """A text kept by language, in the reader's, else in its own."""
    return Translated(texts, own).text(language())


@bp.app_template_filter()
def said_in(text: str | dict[str, str], own: str = "fr") -> str:
    """A text of a framework in its plain form: said in its own language alone, or by language."""
    return text if isinstance(text, str) else Translated(text, own).text(language())


@bp.app_template_filter()
def in_words(text: Translated) -> str:
    """A text of the model in the reader's language."""
    return text.text(language())
