"""The cookie, the form token and the limits of a visit: what is remembered of them weakens none."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Blueprint, Flask, session
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from lms.db import utc_now
from lms.web.cookies import SessionCookies
from lms.web.limits import BlueprintLimiter
from tests.factories import sign_in


@pytest.fixture
def small():
    app = Flask("small")
    app.config.update(SECRET_KEY="one", PERMANENT_SESSION_LIFETIME=timedelta(days=2))
    app.session_interface = SessionCookies()

    @app.get("/add/<word>")
    def add(word):
        session["words"] = [*session.get("words", []), word]
        return session["words"]

    @app.get("/spoil")
    def spoil():
        session.get("words", []).append("spoiled")  # not said to be changed: it must reach nobody
        return session.get("words", [])

    @app.get("/read")
    def read():
        return session.get("words", [])

    return app


def test_a_cookie_read_before_gives_each_request_a_session_of_its_own(small):
    client = small.test_client()
    client.get("/add/one")
    assert client.get("/spoil").json == ["one", "spoiled"]
    assert client.get("/read").json == ["one"]


def test_a_changed_cookie_and_that_of_another_key_open_nothing(small):
    client = small.test_client()
    client.get("/add/one")
    good = client.get_cookie("session").value
    assert client.get("/read").json == ["one"]
    for bad in (good[:-2] + ("AA" if good[-2:] != "AA" else "BB"), "x" + good, good.partition(".")[2], ""):
        client.set_cookie("session", bad)
        assert client.get("/read").json == []
    client.set_cookie("session", good)
    small.config["SECRET_KEY"] = "two"
    assert client.get("/read").json == []


def test_a_cookie_known_to_be_good_grows_too_old(small):
    client = small.test_client()
    client.get("/add/one")
    good = client.get_cookie("session").value
    assert client.get("/read").json == ["one"]
    with time_machine.travel(utc_now() + timedelta(days=3)):
        late = small.test_client()
        late.set_cookie("session", good)
        assert late.get("/read").json == []


def test_the_form_token_of_a_page_is_good_for_its_visit_alone(app, world):
    tokens = []
    for person in (world.a.learner, world.a.lead):
        client = sign_in(app.test_client(), person)
        client.get("/h/hub-a/")  # the visit begins: its token is drawn
        pages = [client.get("/h/hub-a/").get_data(as_text=True) for _ in range(2)]
        found = {re.search(r'name="csrf-token" content="([^"]+)"', page).group(1) for page in pages}
        assert len(found) == 1  # signed once
        with client.session_transaction() as cookie:
            tokens.append((found.pop(), dict(cookie)))
    for own, (token, said) in enumerate(tokens):
        with app.test_request_context():
            session.update(said)
            validate_csrf(token)
            with pytest.raises(ValidationError):
                validate_csrf(tokens[1 - own][0])


def test_limits_hold_where_they_are_set_and_nowhere_else():
    app = Flask("limited")
    limiter = BlueprintLimiter(get_remote_address, storage_uri="memory://", headers_enabled=True)
    limiter.init_app(app)
    guarded, free = Blueprint("guarded", __name__), Blueprint("free", __name__)
    limiter.limit_blueprint(guarded, "2 per minute", methods=["POST"])
    for blueprint in (guarded, free):
        blueprint.add_url_rule(f"/{blueprint.name}", view_func=lambda: "seen", methods=["GET", "POST"])
        app.register_blueprint(blueprint)
    client = app.test_client()
    assert [client.post("/guarded").status_code for _ in range(3)] == [200, 200, 429]
    assert client.post("/guarded").headers["Retry-After"]
    assert client.get("/guarded").status_code == 200
    assert {client.post("/free").status_code for _ in range(5)} == {200}
    assert client.get("/nowhere").status_code == 404


def test_each_page_where_guessing_pays_is_limited(app):
    from lms.app import limiter  # noqa: PLC0415

    assert limiter._limited >= {"accounts", "join"}
    assert limiter._limited <= set(app.blueprints)
