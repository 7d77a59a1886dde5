"""What is kept of pages from one reader to the next holds nothing of the first, and follows every change at once."""

from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from lms.accounts.models import Membership, Role
from lms.accounts.services import grant_role
from lms.hubs.models import Hub
from lms.web.contents import player_contents
from lms.web.frame import MOST_FRAMES, frame_part
from lms.web.parts import OUT_OF_REACH, Part, kept_part, render_part
from tests.factories import make_member, sign_in


def page(client, address="/h/hub-a/", **headers) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def top(text: str) -> str:
    return text[text.index("<header") : text.index("<main")]


def entries(text: str) -> list[str]:
    side = re.search(r'<ul class="side-nav">(.*?)</ul>', text, re.DOTALL)
    return re.findall(r'href="([^"]+)"', side.group(1)) if side else []


def test_two_readers_of_one_role_get_each_their_name_and_form_token(app, session, world):
    first = make_member(session, world.a.hub, "learner", "Amélie", "<Premier>")
    second = make_member(session, world.a.hub, "learner", "Bruno", "Second")
    session.commit()
    pages = [page(sign_in(app.test_client(), person)) for person in (first, second, first)]
    tokens = [re.search(r'name="csrf-token" content="([^"]+)"', text).group(1) for text in pages]
    assert len(set(tokens)) == 3
    for text, token in zip(pages, tokens, strict=True):
        assert set(re.findall(r'name="csrf_token" value="([^"]+)"', text)) == {token}
    assert "Amélie &lt;Premier&gt;" in top(pages[0])
    assert "<Premier>" not in pages[0]
    assert "Bruno Second" in top(pages[1])
    assert "Amélie" not in pages[1]
    assert str(first.id) not in pages[1]
    assert top(pages[2]).count("Amélie") == top(pages[0]).count("Amélie")


def test_a_stranger_after_a_reader_sees_nothing_of_them(app, world):
    text = page(sign_in(app.test_client(), world.a.lead), "/privacy")
    assert "Lead HUB-A" in text
    text = page(app.test_client(), "/privacy")
    assert "Lead" not in text
    assert str(world.a.lead.id) not in text
    assert "sign-out" not in text


def test_each_hub_keeps_its_name_and_its_addresses(app, session, world):
    both = make_member(session, world.a.hub, "learner", "Deux", "Hubs")
    grant_role(session, person_id=both.id, role=Role.LEARNER, hub_id=world.b.hub.id)
    session.commit()
    client = sign_in(app.test_client(), both)
    with client.session_transaction() as cookie:
        cookie["terms"] = {"hub-a": cookie["terms"]["hub-a"], "hub-b": cookie["terms"]["hub-a"]}
    for slug, name, other in (("hub-a", "Hub A", "hub-b"), ("hub-b", "Hub B", "hub-a"), ("hub-a", "Hub A", "hub-b")):
        text = page(client, f"/h/{slug}/")
        assert f"<span>{name}</span>" in text
        assert f"/h/{slug}/theme.css" in text
        assert f"/h/{other}/" not in top(text)


def test_a_new_name_of_the_hub_shows_at_once(app, session, world):
    client = sign_in(app.test_client(), world.a.learner)
    assert "<span>Hub A</span>" in page(client)
    session.get_one(Hub, world.a.hub.id).name = "Hub <nouveau>"
    session.commit()
    assert "<span>Hub &lt;nouveau&gt;</span>" in page(client)


def test_another_role_and_its_end_show_at_once(app, session, world):
    person = make_member(session, world.a.hub, "learner", "Rose", "Rôle")
    session.commit()
    client = sign_in(app.test_client(), person)
    before = entries(page(client))
    grant_role(session, person_id=person.id, role=Role.LEAD, hub_id=world.a.hub.id)
    session.commit()
    during = entries(page(client))
    assert set(before) < set(during)
    session.query(Membership).filter_by(person_id=person.id, role=Role.LEAD).delete()
    session.commit()
    assert entries(page(client)) == before


def test_another_language_shows_at_once(app, world):
    client = sign_in(app.test_client(), world.a.learner)
    assert 'lang="en"' in page(client, "/h/hub-a/?lang=en")
    assert "Sign out" in page(client, "/h/hub-a/?lang=en")
    assert "Se déconnecter" in page(client, "/h/hub-a/?lang=fr")
    client.post("/language/en")
    assert "Sign out" in page(client)
    client.post("/language/fr")
    assert "Se déconnecter" in page(client)


def test_the_entry_of_the_page_is_the_one_marked(app, world):
    client = sign_in(app.test_client(), world.a.lead)
    for address in ("/h/hub-a/", "/h/hub-a/courses", "/h/hub-a/"):
        marked = re.findall(r'href="([^"]+)" aria-current="page"', top(page(client, address)))
        assert marked == [address]


def test_the_address_one_comes_back_to_and_the_words_searched_are_the_page_s_own(app, world):
    client = sign_in(app.test_client(), world.a.lead)
    text = page(client, "/h/hub-a/search?q=%22%3E%3Cb%3E")
    assert 'name="q" value="&#34;&gt;&lt;b&gt;"' in text
    assert 'name="next" value="/h/hub-a/search?q=' in text
    text = page(client, "/h/hub-a/courses")
    assert 'name="next" value="/h/hub-a/courses"' in text
    assert 'name="q" value=""' in text


@pytest.mark.parametrize("word", OUT_OF_REACH)
def test_a_kept_part_cannot_read_the_request_or_its_person(app, monkeypatch, word):
    spy = app.jinja_env.from_string("{{ " + word + ".name }}")
    monkeypatch.setattr(app.jinja_env, "get_template", lambda _name: spy)
    with app.test_request_context(), pytest.raises(UndefinedError, match="cannot read"):
        render_part("spy.html", {})


def test_a_hole_is_escaped_and_nobody_can_write_one():
    part = Part(("<p>", "</p>"), ("word",))
    assert part.fill({"word": "<b>"}) == "<p>&lt;b&gt;</p>"
    assert part.fill({"word": Markup("<b>")}) == "<p><b></p>"
    assert part.fill({"word": "\x00csrf\x00"}) == "<p>\x00csrf\x00</p>"


def test_a_text_never_takes_the_place_of_the_markup_it_equals(app):
    values = {"minutes": 5, "state": "todo", "current": False}
    with app.test_request_context("/?lang=en"):
        safe = kept_part("components/contents_item.html", "en", title=Markup("<b>Same</b>"), **values)
        text = kept_part("components/contents_item.html", "en", title="<b>Same</b>", **values)
        assert kept_part("components/contents_item.html", "en", title="<b>Same</b>", **values) is text
    assert "<b>Same</b>" in safe.texts[1]
    assert "&lt;b&gt;Same&lt;/b&gt;" in text.texts[1]


def test_no_more_frames_are_kept_than_there_is_room_for(app, world):
    kept = app.extensions.setdefault("page_frames", {})
    for number in range(MOST_FRAMES):
        kept[number] = None
    page(sign_in(app.test_client(), world.a.learner))
    assert len(kept) < MOST_FRAMES


def test_the_contents_of_a_course_say_where_each_learner_is(app):
    def line(state, url):
        return [("Module", [("Titre <1>", url, 5, state, False)])]

    with app.test_request_context("/?lang=en"):
        first = player_contents(line("done", "/one?a=1&b=2"))
        second = player_contents(line("todo", "/two"))
        assert str(frame_part("foot"))
    assert "(done)" in first
    assert 'href="/one?a=1&amp;b=2"' in first
    assert "(to do)" in second
    assert "/one" not in second
    assert "Titre &lt;1&gt;" in second
    with app.test_request_context("/?lang=fr"):
        assert "(à faire)" in player_contents(line("todo", "/two"))
