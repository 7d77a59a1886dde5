"""Badges of the hub: written by leads, given to those who meet the rule, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from competency_frameworks.model import ItemRef
from lms.badges.forms import BadgeForm, WithdrawForm
from lms.badges.keys import KeyUnreadable
from lms.badges.models import Badge, BadgeAward
from lms.badges.queries import list_awards, list_badges, list_candidates
from lms.badges.services import (
    award_badge,
    give_back_award,
    is_held,
    renew_key,
    save_badge,
    set_closed,
    shown_competencies,
    withdraw_award,
)
from lms.badges.views.blueprint import LEADS, STAFF, bp, drawing, found_or_404, hub_id, language, send_file
from lms.hubs.models import Hub
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from flask import Response

    from lms.badges.views.blueprint import Answer


def _by() -> uuid.UUID:
    found: uuid.UUID = current_user.person.id
    return found


def _load(badge_id: uuid.UUID) -> Badge:
    badge: Badge = found_or_404(db().get(Badge, badge_id))
    return badge


@bp.get("/badges")
@access(*STAFF, "auditor")
def badges() -> Answer:
    """The hub's badges and how many hold them."""
    return render_template("badges/badges.html", lines=list_badges(db()))


@bp.get("/badges/<uuid:badge_id>/image.svg")
@access("member")
def badge_image(badge_id: uuid.UUID) -> Response:
    """The drawing, without a credential."""
    badge = _load(badge_id)
    return send_file(drawing(badge, db().get_one(Hub, badge.hub_id)), "svg", cached=300)


@bp.route("/badges/new", methods=["GET", "POST"])
@access(*LEADS)
def new_badge() -> Answer:
    """Write a badge."""
    return _edit(None)


@bp.route("/badges/<uuid:badge_id>/edit", methods=["GET", "POST"])
@access(*LEADS)
def edit_badge(badge_id: uuid.UUID) -> Answer:
    """Change a badge that nobody holds."""
    badge = _load(badge_id)
    if is_held(db(), badge.id):
        flash(_("Somebody holds this badge: what it says stays as it is. Write another one instead."), "info")
        return redirect(url_for("badges.badge", badge_id=badge.id))
    return _edit(badge)


def _edit(badge: Badge | None) -> Answer:
    form = BadgeForm(obj=badge)
    if badge is not None and not form.is_submitted():
        form.refs.data = tuple(ItemRef.parse(ref) for ref in badge.refs)
        form.threshold.data, form.needed.data = round(badge.threshold * 100), badge.needed or None
    if form.validate_on_submit():
        saved = save_badge(
            db(), badge, hub_id=hub_id(), by=_by(), name=form.name.data or "", description=form.description.data or "",
            criteria=form.criteria.data or "", language=form.language.data, refs=form.refs.data,
            threshold=(form.threshold.data or 0) / 100, least_items=form.least_items.data or 1,
            needed=form.needed.data or 0,
        )  # fmt: skip
        db().commit()
        flash(_("The badge is saved."), "success")
        return redirect(url_for("badges.badge", badge_id=saved.id))
    page = render_template("badges/edit.html", form=form, badge=badge)
    return page, 422 if form.is_submitted() else 200


@bp.get("/badges/<uuid:badge_id>")
@access(*STAFF, "auditor")
def badge(badge_id: uuid.UUID) -> Answer:
    """A badge: its rule, who meets it, who holds it."""
    row = _load(badge_id)
    awards = list_awards(db(), row.id)
    return render_template(
        "badges/badge.html", badge=row, awards=awards, shown=shown_competencies(db(), row.refs, language()),
        candidates=list_candidates(db(), row) if row.closed_at is None else [],
    )  # fmt: skip


@bp.post("/badges/<uuid:badge_id>/award")
@access(*LEADS)
def award(badge_id: uuid.UUID) -> Answer:
    """Give the badge to those ticked, if they meet the rule."""
    row = _load(badge_id)
    ticked = set(request.form.getlist("person_id"))
    people = [one.person for one in list_candidates(db(), row) if str(one.person.id) in ticked]
    settings = installation().settings
    try:
        given = award_badge(db(), row, people, url=settings.url, secret=settings.secret_key, by=_by())
    except KeyUnreadable:
        db().rollback()
        flash(
            _("The hub’s signing key cannot be opened any more. Renew it in the list of badges, then try again."),
            "danger",
        )
        return redirect(url_for("badges.badge", badge_id=badge_id))
    db().commit()
    if given:
        flash(
            ngettext("%(num)s badge is signed and given.", "%(num)s badges are signed and given.", len(given)),
            "success",
        )
    else:
        flash(_("Nobody was ticked who meets the rule: nothing was given."), "info")
    return redirect(url_for("badges.badge", badge_id=badge_id))


@bp.post("/badges/<uuid:badge_id>/closing")
@access(*LEADS)
def closing(badge_id: uuid.UUID) -> Answer:
    """Stop or resume giving a badge."""
    row = _load(badge_id)
    set_closed(db(), row, closed=row.closed_at is None, by=_by())
    db().commit()
    return redirect(url_for("badges.badge", badge_id=badge_id))


@bp.route("/badges/awards/<uuid:award_id>/withdraw", methods=["GET", "POST"])
@access(*LEADS)
def withdraw(award_id: uuid.UUID) -> Answer:
    """Withdraw a badge from a person, with a reason; undone from the same page."""
    row: BadgeAward = found_or_404(db().get(BadgeAward, award_id))
    form = WithdrawForm()
    if form.validate_on_submit():
        withdraw_award(db(), row, because=form.because.data or "", by=_by())
        db().commit()
        flash(_("The badge is withdrawn: whoever checks it is told so from now on."), "success")
        return redirect(url_for("badges.badge", badge_id=row.badge_id))
    return render_template("badges/withdraw.html", form=form, award=row), 422 if form.is_submitted() else 200


@bp.post("/badges/awards/<uuid:award_id>/give-back")
@access(*LEADS)
def give_back(award_id: uuid.UUID) -> Answer:
    """Undo a withdrawal."""
    row: BadgeAward = found_or_404(db().get(BadgeAward, award_id))
    if row.revoked_at is None:
        abort(404)
    if any(one.person_id == row.person_id and one.revoked_at is None for one in list_awards(db(), row.badge_id)):
        flash(_("This person has been given the badge anew: there is nothing to give back."), "info")
        return redirect(url_for("badges.badge", badge_id=row.badge_id))
    give_back_award(db(), row, by=_by())
    db().commit()
    flash(_("The badge is valid again."), "success")
    return redirect(url_for("badges.badge", badge_id=row.badge_id))


@bp.post("/badges/key")
@access("hub_admin")
def new_key() -> Answer:
    """Sign with a new key from now on."""
    number = renew_key(db(), hub_id=hub_id(), secret=installation().settings.secret_key, by=_by())
    db().commit()
    flash(_("Key no. %(number)s signs from now on; badges given before stay valid.", number=number), "success")
    return redirect(url_for("badges.badges"))
