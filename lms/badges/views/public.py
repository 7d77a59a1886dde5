"""What anybody may read without an account: a badge, whether an award is genuine, the issuer's keys and its status list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, abort, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from lms.badges.checking import MOST_BYTES, Verdict, check_credential, read_credential
from lms.badges.credentials import achievement_of, did_document, issuer_of, sign, status_list_document
from lms.badges.forms import CheckForm
from lms.badges.keys import KeyUnreadable, current_key, list_keys, open_key
from lms.badges.models import Badge
from lms.badges.queries import get_public_award, list_withdrawn
from lms.badges.services import shown_competencies
from lms.badges.views.blueprint import addresses, carried, drawing, found_or_404, language, public_bp, send_file
from lms.db import scope_to_hub, unscoped
from lms.hubs.models import Hub
from lms.web.access import access
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from lms.badges.views.blueprint import Answer


JWT_TYPES = ("application/vc+jwt", "application/jwt")


def _hub(slug: str) -> Hub:
    hub: Hub = found_or_404(db().scalar(select(Hub).where(Hub.slug == slug)))
    scope_to_hub(db(), hub.id)
    return hub


def _prefers(*kinds: str) -> bool:
    """Whether who asks wants one of these rather than a page; browsers and those who say nothing get the page."""
    return request.accept_mimetypes.best_match(("text/html", *kinds), default="text/html") != "text/html"


def _badge(slug: str, badge_id: uuid.UUID) -> tuple[Hub, Badge]:
    hub = _hub(slug)
    return hub, found_or_404(db().scalar(select(Badge).where(Badge.id == badge_id)))


def _json(document: dict[str, Any], media_type: str = "application/json") -> Response:
    answer = Response(json.dumps(document, ensure_ascii=False), mimetype=media_type)
    # anybody's verifier may read them, from a browser too: they are public and hold no person's data
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@public_bp.get("/badges/<issuer>/did.json")
@access("public")
def did(issuer: str) -> Response:
    """The keys that sign this hub's badges (did:web)."""
    hub = _hub(issuer)
    keys = list_keys(db(), hub.id)
    if not keys:
        abort(404)
    return _json(did_document(addresses(hub), keys), "application/did+json")


@public_bp.get("/badges/<issuer>/status")
@access("public")
def status(issuer: str) -> Response:
    """Which badges of this hub are withdrawn, signed (Bitstring Status List)."""
    hub = _hub(issuer)
    secret = installation().settings.secret_key
    if not list_keys(db(), hub.id):
        abort(404)
    key = current_key(db(), hub_id=hub.id, secret=secret)
    withdrawn = list_withdrawn(db(), hub.id)
    try:
        signed = sign(status_list_document(addresses(hub), withdrawn), key, open_key(key, secret), addresses(hub))
    except KeyUnreadable:
        abort(503)
    answer = Response(signed, mimetype="application/vc+jwt")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


@public_bp.get("/badges/<issuer>")
@access("public")
def profile(issuer: str) -> Answer:
    """The badges that this hub gives."""
    hub = _hub(issuer)
    rows = db().scalars(select(Badge).order_by(Badge.name)).all()
    return render_template("badges/public_issuer.html", issuer=hub, rows=rows)


@public_bp.get("/badges/<issuer>/<uuid:badge_id>")
@access("public")
def achievement(issuer: str, badge_id: uuid.UUID) -> Answer:
    """What a badge attests: a page, or the Achievement as JSON for who asks for it."""
    hub, badge = _badge(issuer, badge_id)
    if _prefers("application/json"):
        shown = shown_competencies(db(), badge.refs, badge.language)
        document = achievement_of(
            addresses(hub), badge_id=badge.id, name=badge.name, description=badge.description, criteria=badge.criteria,
            shown=shown,
        ).to_dict()  # fmt: skip
        return _json(document | {"creator": issuer_of(addresses(hub), name=hub.name).to_dict()})
    return render_template(
        "badges/public_badge.html", issuer=hub, badge=badge, shown=shown_competencies(db(), badge.refs, language())
    )


@public_bp.get("/badges/<issuer>/<uuid:badge_id>/image.svg")
@access("public")
def image(issuer: str, badge_id: uuid.UUID) -> Response:
    """The drawing of a badge, without a credential."""
    hub, badge = _badge(issuer, badge_id)
    return send_file(drawing(badge, hub), "svg", cached=300)


@public_bp.get("/b/<uuid:award_id>")
@access("public")
def award(award_id: uuid.UUID) -> Answer:
    """Whether this badge is genuine and still valid; its holder's name only if they wish it."""
    row = found_or_404(get_public_award(db(), award_id))
    if not row.credential:
        abort(404)
    scope_to_hub(db(), row.hub_id)
    hub = db().get_one(Hub, row.hub_id)
    if _prefers(*JWT_TYPES):
        return send_file(row.credential, "jwt")
    name = row.person.display_name if row.shown_at and row.person else ""
    shown = shown_competencies(db(), row.badge.refs, language())
    return render_template("badges/public_award.html", award=row, badge=row.badge, issuer=hub, name=name, shown=shown)


@public_bp.get("/b/<uuid:award_id>/badge.svg")
@access("public")
def award_image(award_id: uuid.UUID) -> Response:
    """The drawing that carries the credential, when its holder shows it."""
    row = found_or_404(get_public_award(db(), award_id))
    if not row.credential or row.shown_at is None:
        abort(404)
    return send_file(carried(row, db().get_one(Hub, row.hub_id), "svg"), "svg")


@public_bp.route("/check-badge", methods=["GET", "POST"])
@access("public")
def check() -> Answer:
    """Check any badge issued here from its image or its text."""
    form, verdict = CheckForm(), None
    if form.validate_on_submit():
        data = form.file.data.read(MOST_BYTES + 1) if form.file.data else (form.credential.data or "").encode()
        token = read_credential(data)
        with unscoped(db()):
            verdict = check_credential(db(), token, url=installation().settings.url) if token else Verdict("unreadable")
    return render_template("badges/public_check.html", form=form, verdict=verdict, words=WORDS())


def WORDS() -> dict[str, tuple[str, str, str]]:  # noqa: N802
    """Kind of alert, title and text of each verdict."""
    return {
        "valid": ("success", _("This badge is genuine and valid"), _("It was signed here and has not been withdrawn.")),
        "withdrawn": ("warning", _("This badge has been withdrawn"), _("It was signed here, and is no longer valid.")),
        "forged": ("danger", _("This badge is not genuine"), _("Its signature is not one of ours, or it was altered.")),
        "elsewhere": ("info", _("This badge was not issued here"), _("Ask the organisation that it names to check it.")),
        "unreadable": (
            "danger", _("No badge can be read in this"),
            _("Choose the SVG or PNG file as it was downloaded: a screenshot or a converted image loses what is checked."),
        ),
    }  # fmt: skip
