"""The first page of each role: what should I do now?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.db import utc_now
from lms.home.queries import get_admin_home, get_lead_home, get_learner_home, get_trainer_home
from lms.home.search import search_everything
from lms.web.access import access
from lms.web.nav import NavEntry
from lms.web.state import db

if TYPE_CHECKING:
    from flask import Flask

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation

bp = Blueprint("home", __name__, url_prefix="/h/<hub_slug>", template_folder="templates")
about = Blueprint("about", __name__, template_folder="templates")
NAV = (NavEntry("home.home", _l("Home"), "home", frozenset({"learner", "trainer", "lead", "hub_admin", "auditor"}), 0),)


def init_feature(app: Flask, house: Installation, limiter: BlueprintLimiter) -> None:  # noqa: ARG001
    app.register_blueprint(bp)
    app.register_blueprint(about)
    house.nav.extend(entry for entry in NAV if entry not in house.nav)


@bp.get("/")
@access("member")
def home() -> str:
    """One page for all the roles a person has, the most pressing first."""
    session, roles = db(), g.roles
    return render_template(
        "home/home.html",
        now=utc_now(),
        learner=get_learner_home(session, current_user.person.id) if "learner" in roles else None,
        trainer=get_trainer_home(session, current_user.person.id) if "trainer" in roles else None,
        lead=get_lead_home(session) if roles & {"lead", "auditor"} else None,
        admin=get_admin_home(session) if "hub_admin" in roles else None,
    )


@bp.get("/search")
@access("member")
def search() -> str:
    """Look for courses, sessions, people and competencies."""
    words = request.args.get("q", "").strip()[:200]
    found = search_everything(db(), words, roles=g.roles, person_id=current_user.person.id)
    return render_template("home/search.html", words=words, found=found)


@about.get("/help")
@access("public")
def help_page() -> str:
    """Short answers, role by role."""
    return render_template("home/help.html")
