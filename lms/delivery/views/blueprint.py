"""The blueprints of delivery and what its views share: loading rows, refusing, answering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, abort, flash
from flask_babel import get_locale
from flask_login import current_user

from lms.delivery.attendance_queries import get_learner
from lms.delivery.queries import get_half_day, get_session, is_trainer
from lms.web.access import has_role
from lms.web.state import db

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response

    from lms.accounts.models import Person
    from lms.delivery.models import Enrolment, HalfDay, TrainingSession
    from lms.delivery.refusals import DeliveryRefusal

    Answer = str | Response | tuple[str, int]

bp = Blueprint("delivery", __name__, url_prefix="/h/<hub_slug>", template_folder="../templates")
join_bp = Blueprint("join", __name__, template_folder="../templates")
short_bp = Blueprint("short", __name__, template_folder="../templates")

READERS = ("trainer", "lead", "hub_admin", "auditor")
PLANNERS = ("lead", "hub_admin")
ATTENDANCE = ("trainer", "lead", "hub_admin")


def person_id() -> uuid.UUID:
    """Who is signed in."""
    return cast("uuid.UUID", current_user.person.id)


def load_session(session_id: uuid.UUID) -> TrainingSession:
    """The session of the address; 404 when the hub has none, 403 for a trainer of other sessions only."""
    training_session = get_session(db(), session_id)
    if training_session is None:
        abort(404)
    if not has_role("lead", "hub_admin", "auditor") and not is_trainer(db(), session_id, person_id()):
        abort(403)
    return training_session


def load_half_day(session_id: uuid.UUID, half_day_id: uuid.UUID) -> tuple[TrainingSession, HalfDay]:
    """The half-day of the address and its session; 404 when they do not belong together."""
    training_session = load_session(session_id)
    half_day = get_half_day(db(), half_day_id)
    if half_day is None or half_day.session_id != session_id:
        abort(404)
    return training_session, half_day


def load_learner(session_id: uuid.UUID, enrolment_id: uuid.UUID) -> tuple[Enrolment, Person]:
    """The enrolment of the address in this session and its person; 404 otherwise."""
    found = get_learner(db(), session_id, enrolment_id)
    if found is None:
        abort(404)
    return found


def words(refusal: DeliveryRefusal) -> str:
    """The refusal in the reader's language."""
    return refusal.text(str(get_locale()))


def flash_undo(text: str, address: str) -> None:
    """Say what was done, with a button that takes it back by a POST to the address."""
    message: Any = {"text": text, "url": address}  # _flashes.html draws the button
    flash(message, "undo")
