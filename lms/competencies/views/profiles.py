"""What a learner's tests and work show: for the learner, and for those who train them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, g, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from competency_frameworks.model import ItemRef
from lms.competencies.queries import Profile, get_learner, get_profile, list_evidence
from lms.competencies.views.blueprint import bp, language
from lms.frameworks.store import competency_label
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    import uuid

    from lms.accounts.models import Person

TRAINING = ("trainer", "lead", "hub_admin")


def profile_sentence(profile: Profile) -> str:
    """The profile in words: how much is assessed, and where most is missing."""
    said = ngettext(
        "%(num)s competency out of %(total)s is assessed.", "%(num)s competencies out of %(total)s are assessed.",
        profile.assessed, total=profile.total,
    )  # fmt: skip
    group = profile.most_missing
    if profile.assessed == 0:
        return str(_("No competency is assessed yet, out of %(total)s.", total=profile.total))
    if group is None or group.group is None:
        return str(said)
    title = group.group.statement.text(language())
    missing = _("Most is missing in “%(group)s” (%(code)s).", group=title, code=group.code)
    return f"{said} {missing}"


def _show(person: Person, *, own: bool) -> str:
    profiles = get_profile(db(), person.id)
    return render_template(
        "competencies/profile.html",
        person=person,
        own=own,
        language=language(),
        profiles=[(profile, profile_sentence(profile)) for profile in profiles],
    )


def _show_evidence(person: Person, *, own: bool) -> str:
    try:
        item = ItemRef.parse(request.args.get("ref", ""))
    except ValueError:
        abort(404)
    rows = list_evidence(db(), person.id, item.framework, item.version, item.code)
    label = competency_label(db(), str(item), language())
    if not rows and not label.known:
        abort(404)
    return render_template("competencies/evidence.html", person=person, own=own, rows=rows, label=label)


def _learner(person_id: uuid.UUID) -> Person:
    """Somebody else's profile: any learner of the hub for leads, those of their own sessions for trainers; else 404."""
    sees_all = g.roles & {"lead", "hub_admin"}
    person = get_learner(db(), person_id, trainer_id=None if sees_all else current_user.person.id)
    if person is None:
        abort(404)
    return person


@bp.get("/my-competencies")
@access("learner")
def my_profile() -> str:
    """What my tests and my work show, and what is still to be shown."""
    return _show(current_user.account, own=True)


@bp.get("/my-competencies/evidence")
@access("learner")
def my_evidence() -> str:
    """What one of my levels rests on."""
    return _show_evidence(current_user.account, own=True)


@bp.get("/people/<uuid:person_id>/competencies")
@access(*TRAINING)
def learner_profile(person_id: uuid.UUID) -> str:
    """What a learner's tests and work show."""
    return _show(_learner(person_id), own=False)


@bp.get("/people/<uuid:person_id>/competencies/evidence")
@access(*TRAINING)
def learner_evidence(person_id: uuid.UUID) -> str:
    """What one of a learner's levels rests on."""
    return _show_evidence(_learner(person_id), own=False)
