"""Frameworks through their pages: browsed, imported, written, undone, published, copied, merged, tied together."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from competency_frameworks.formats.case import read_case, write_case
from competency_frameworks.formats.registry import FORMATS
from competency_frameworks.formats.yaml_format import read_yaml, write_yaml
from lms.accounts.models import AuditEvent
from lms.db import utc_now
from lms.frameworks.models import Crosswalk, CrosswalkLink, FrameworkItem, FrameworkRecord, FrameworkVersion
from lms.frameworks.reading import WRITABLE
from lms.frameworks.services.importing import import_framework
from lms.frameworks.services.publishing import publish_version
from lms.frameworks.store import load_version
from lms.jobs import Job
from tests.factories import sign_in
from tests.factories.frameworks import grown, say, small_framework

HOME = "/h/hub-a/frameworks"
PLANS = f"{HOME}/lecture-plans/1"


@pytest.fixture
def draft(session, world):
    done = import_framework(session, small_framework(), hub_id=world.a.hub.id, person_id=world.a.lead.id)
    session.commit()
    return done.version


@pytest.fixture
def published(session, world, draft):
    publish_version(session, draft, person_id=world.a.lead.id)
    session.commit()
    return draft


@pytest.fixture
def lead(client, world):
    return sign_in(client, world.a.lead)


def send(client, framework, name="plans.yaml"):
    data = write_yaml(framework) if name.endswith("yaml") else write_case(framework, utc_now())
    return client.post(f"{HOME}/import", data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def codes(session, version):
    row = FrameworkItem
    return list(
        session.scalars(select(row.code).where(row.version_id == version.id).order_by(row.parent, row.position))
    )


def version_of(session, key, version):
    return session.scalar(
        select(FrameworkVersion)
        .join(FrameworkVersion.framework)
        .where(FrameworkRecord.key == key, FrameworkVersion.version == version)
        .execution_options(populate_existing=True)
    )


# -- browsing --------------------------------------------------------------------------------------------------------


def test_a_long_framework_is_sent_branch_by_branch(client, session, world, count_statements):
    big = small_framework()
    one = big.items[1]
    parts = [replace(big.items[0], code=f"P{n}", order=n + 1) for n in range(20)]
    leaves = [
        replace(one, code=f"P{n}.{m}", parent=f"P{n}", order=m + 1, levels=()) for n in range(20) for m in range(300)
    ]
    done = import_framework(
        session, replace(big, items=(*parts, *leaves), associations=()), hub_id=world.a.hub.id, person_id=None
    )
    publish_version(session, done.version, person_id=world.a.lead.id)
    session.commit()
    reader = sign_in(client, world.a.learner)
    with count_statements() as sent:
        html = reader.get(PLANS).text
    assert 'id="P3"' in html
    assert 'id="P3.2"' not in html
    assert len(sent) <= 15
    part = reader.get(f"{PLANS}/children?of=P3").text
    assert part.count('<li id="P3.') == 200
    assert "start=200" in part
    assert reader.get(f"{PLANS}/children?of=P3&start=200").text.count('<li id="P3.') == 100
    with count_statements() as sent:
        deep = reader.get(f"{PLANS}?item=P7.5").text
    assert 'id="P7.5"' in deep
    assert 'id="P8.5"' not in deep
    assert len(sent) <= 15
    assert len(re.findall(r"item=P\d+\.", reader.get(f"{PLANS}?q=nommer&lang=fr").text)) == 30


def test_an_item_says_where_it_stands_and_what_it_is_tied_to(lead, published):
    html = lead.get(f"{PLANS}/items/A.1?lang=fr").text
    assert "Comprendre" in html
    assert "Sans aide." in html
    assert "Tracer un croquis" in html
    html = lead.get(f"{PLANS}/items/A.2?lang=fr").text
    assert "fpa-rncp37275/2023/items/CP1" in html


def test_the_whole_framework_is_printed_on_one_page(lead, published):
    html = lead.get(f"{PLANS}/print?lang=fr").text
    assert all(f"<strong>{code}</strong>" in html for code in ("A.1", "A.2", "B.1"))


@pytest.mark.parametrize(("name", "read"), [("case1.1", read_case), ("yaml", read_yaml)])
def test_a_framework_goes_out_and_comes_back_the_same(lead, session, published, name, read):
    answer = lead.get(f"{PLANS}/export/{name}")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert read(answer.data).framework == load_version(session, published)


@pytest.mark.parametrize("name", [one.name for one in WRITABLE if one.reader is not None])
def test_each_format_goes_out_and_is_read_again_by_the_import(lead, published, name):
    page = lead.get(f"{PLANS}/export?lang=fr").text
    assert f"{PLANS}/export/{name}" in page
    answer = lead.get(f"{PLANS}/export/{name}")
    sent = lead.post(
        f"{HOME}/import",
        data={"file": (io.BytesIO(answer.data), f"plans{FORMATS[name].suffix}")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 302, name
    report = lead.get(f"{sent.location}?lang=fr").text
    assert "<dt>Éléments</dt>" in report


def test_drafts_are_for_those_who_train(client, world, draft):
    assert sign_in(client, world.a.learner).get(PLANS).status_code == 404
    assert sign_in(client, world.a.trainer).get(PLANS).status_code == 200
    assert sign_in(client, world.a.trainer).get(f"{PLANS}/edit").status_code == 403
    assert sign_in(client, world.b.lead).get(PLANS.replace("hub-a", "hub-b")).status_code == 404


# -- importing -------------------------------------------------------------------------------------------------------


def test_a_file_is_looked_at_before_anything_is_written(lead, session, world):
    answer = send(lead, small_framework())
    report = lead.get(answer.location).text
    assert "Lire des plans" in report
    assert (
        session.scalar(
            select(func.count()).select_from(FrameworkRecord).where(FrameworkRecord.hub_id == world.a.hub.id)
        )
        == 0
    )
    saved = lead.post(answer.location, data={"key": "lecture-plans", "version": "1"})
    assert saved.location.endswith("/frameworks/lecture-plans/1")
    row = version_of(session, "lecture-plans", "1")
    assert load_version(session, row) == replace(small_framework(), status="draft")
    assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == "framework.import")) == 0


def test_a_second_import_says_what_changes_and_updates(lead, session, draft):
    before = dict(
        session.execute(select(FrameworkItem.code, FrameworkItem.id).where(FrameworkItem.version_id == draft.id)).all()
    )
    answer = send(lead, grown())
    report = lead.get(f"{answer.location}?lang=en").text
    assert "3 items change." in report
    assert "<del>Find the scale</del>" in report
    lead.post(answer.location, data={"key": "lecture-plans", "version": "1", "gone": "remove"})
    after = dict(
        session.execute(select(FrameworkItem.code, FrameworkItem.id).where(FrameworkItem.version_id == draft.id)).all()
    )
    assert set(after) == {"A", "A.1", "A.2", "B", "B.2"}
    assert after["A.2"] == before["A.2"]


def test_what_the_file_has_not_may_be_left(lead, session, draft):
    answer = send(lead, grown())
    lead.post(answer.location, data={"key": "lecture-plans", "version": "1", "gone": "keep"})
    assert set(codes(session, draft)) == {"A", "A.1", "A.2", "B", "B.1", "B.2"}


def test_a_published_version_is_not_replaced_by_a_file(lead, session, published):
    answer = send(lead, grown())
    assert 'value="2"' in lead.get(answer.location).text
    assert lead.post(answer.location, data={"key": "lecture-plans", "version": "1"}).status_code == 422
    assert lead.post(answer.location, data={"key": "lecture-plans", "version": "2"}).status_code == 302
    assert set(codes(session, published)) == {"A", "A.1", "A.2", "B", "B.1"}


def test_a_bundled_framework_is_not_replaced_by_a_file(lead, session):
    bundled = replace(grown(), id="fpa-rncp37275", version="2023", associations=())
    answer = send(lead, bundled)
    assert 'value="fpa-rncp37275-copie"' in lead.get(answer.location).text
    assert lead.post(answer.location, data={"key": "fpa-rncp37275", "version": "2023"}).status_code == 422


def test_a_file_that_is_no_framework_is_refused_with_its_reasons(lead, session):
    answer = lead.post(
        f"{HOME}/import?lang=en",
        data={"file": (io.BytesIO(b"id: [unclosed"), "x.yaml")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "x.yaml:1" in answer.text or "x.yaml" in answer.text
    assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == "framework.import")) == 0


def test_somebody_elses_upload_is_not_theirs_to_confirm(client, world):
    address = send(sign_in(client, world.a.lead), small_framework()).location
    assert sign_in(client, world.a.hub_admin).get(address).status_code == 404


# -- writing ---------------------------------------------------------------------------------------------------------


def test_a_framework_is_begun_and_written_item_by_item(lead, session):
    lead.post(
        f"{HOME}/new",
        data={
            "title": "Accueil",
            "key": "accueil",
            "version": "1",
            "language": "fr",
            "who": "Agents",
            "purpose": "Se situer",
        },
    )
    edit = f"{HOME}/accueil/1/edit"
    assert 'value="1"' in lead.get(f"{edit}?under=").text
    lead.post(f"{edit}/items", data={"under": "", "code": "1", "kind": "domain", "statement": "Accueillir"})
    assert 'value="1.1"' in lead.get(f"{edit}?under=1").text
    lead.post(
        f"{edit}/items",
        data={"under": "1", "code": "1.1", "kind": "skill", "statement": "Saluer", "statement_other": "Greet"},
    )
    lead.post(f"{edit}/items", data={"under": "1", "code": "1.2", "kind": "skill", "statement": "Écouter"})
    row = version_of(session, "accueil", "1")
    framework = load_version(session, row)
    assert [item.code for item in framework.items] == ["1", "1.1", "1.2"]
    assert framework.find("1.1").statement == say("Saluer", "Greet")
    assert framework.audiences[0].who.text("fr") == "Agents"
    assert row.item_count == 3


def seen_of(client, code):
    return re.search(r'name="seen"[^>]*value="(\w+)"', client.get(f"{PLANS}/edit?item={code}").text)[1]


def test_a_new_code_is_followed_by_what_stands_under_it_and_undone_whole(lead, session, draft):
    before = load_version(session, draft)
    data = {"code": "C", "kind": "domain", "statement": "Comprendre bien", "seen": seen_of(lead, "A")}
    assert lead.post(f"{PLANS}/edit/items/A", data=data).status_code == 302
    session.expire_all()
    after = load_version(session, version_of(session, "lecture-plans", "1"))
    assert [item.code for item in after.children("C")] == ["A.1", "A.2"]
    lead.post(f"{PLANS}/edit/undo")
    session.expire_all()
    assert load_version(session, version_of(session, "lecture-plans", "1")) == before


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("move/A.2", {"way": "up"}),
        ("move/A.1", {"parent": "B"}),
        ("remove/A", {}),
        ("links/A.1", {"kind": "isRelatedTo", "ref": "B.1"}),
        ("items", {"under": "A", "code": "A.3", "kind": "skill", "statement": "Mesurer"}),
    ],
)
def test_each_change_is_undone(lead, session, draft, path, data):
    before = load_version(session, draft)
    lead.post(f"{PLANS}/edit/{path}", data=data)
    session.expire_all()
    row = version_of(session, "lecture-plans", "1")
    assert load_version(session, row) != before
    lead.post(f"{PLANS}/edit/undo")
    session.expire_all()
    row = version_of(session, "lecture-plans", "1")
    assert load_version(session, row) == before
    assert row.item_count == len(before.items)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(lead, session, draft):
    seen = seen_of(lead, "A.1")
    data = {"code": "A.1", "kind": "skill", "statement": "Premier", "seen": seen}
    assert lead.post(f"{PLANS}/edit/items/A.1", data=data).status_code == 302
    late = lead.post(f"{PLANS}/edit/items/A.1?lang=en", data=data | {"statement": "Second"})
    assert late.status_code == 422
    assert "Second" in late.text
    assert "Somebody else" in late.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"code": "A.1", "statement": "x"}, "Another item has this code"),
        ({"code": "a b", "statement": "x"}, "A code has no spaces"),
        ({"code": "A.9", "statement": ""}, "Write something here"),
    ],
)
def test_an_item_that_cannot_be_is_refused_with_its_reason(lead, session, draft, data, said):
    answer = lead.post(f"{PLANS}/edit/items?lang=en", data={"under": "A", "kind": "skill", **data})
    assert answer.status_code == 422
    assert said in answer.text


def test_an_item_never_stands_under_itself(lead, session, draft):
    lead.post(f"{PLANS}/edit/move/A", data={"parent": "A.1"})
    session.expire_all()
    assert load_version(session, version_of(session, "lecture-plans", "1")).find("A").parent == ""


def test_a_published_version_has_no_editor(lead, published):
    assert lead.get(f"{PLANS}/edit").status_code == 404
    assert lead.post(f"{PLANS}/edit/remove/A").status_code == 404


# -- versions --------------------------------------------------------------------------------------------------------


def test_publishing_says_what_changes_and_leaves_the_version_before(lead, session, published):
    lead.post(f"{PLANS}/next")
    send_over = send(lead, grown("2"))
    lead.post(send_over.location, data={"key": "lecture-plans", "version": "2"})
    page = lead.get(f"{HOME}/lecture-plans/2/publish?lang=en").text
    assert "What changes since version 1" in page
    assert "3 items change." in page
    lead.post(f"{HOME}/lecture-plans/2/publish", data={"notes": "Cotation"})
    session.expire_all()
    new, old = version_of(session, "lecture-plans", "2"), version_of(session, "lecture-plans", "1")
    assert (new.status, old.status, new.head["supersedes"]) == ("adopted", "adopted", "lecture-plans@1")
    assert (
        session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "framework.published"))
        == 2
    )


def test_an_empty_draft_is_not_published(lead, session):
    lead.post(
        f"{HOME}/new",
        data={"title": "Vide", "key": "vide", "version": "1", "language": "fr", "who": "x", "purpose": "y"},
    )
    assert lead.post(f"{HOME}/vide/1/publish", data={}).status_code == 422
    assert version_of(session, "vide", "1").status == "draft"


def test_another_hub_copies_what_is_shared_and_later_takes_its_changes(client, session, world, published):
    theirs = "/h/hub-b/frameworks"
    fork = f"{theirs}/fork/{published.id}"
    assert sign_in(client, world.b.lead).post(fork).status_code == 404
    sign_in(client, world.a.lead).post(f"{HOME}/lecture-plans/share")
    assert sign_in(client, world.b.lead).post(fork).status_code == 302
    copy = session.scalar(select(FrameworkRecord).where(FrameworkRecord.hub_id == world.b.hub.id))
    assert (copy.provenance["hub"], copy.provenance["version"]) == ("Hub A", "1")
    row = session.scalar(select(FrameworkVersion).where(FrameworkVersion.framework_id == copy.id))
    model = load_version(session, row)
    assert model.identifier("A.1") == small_framework().identifier("A.1")
    # B rewrites one item, A publishes changes to that one and to others
    edit = f"{theirs}/{copy.key}/1/edit"
    client.post(f"{edit}/items/A.2", data={"code": "A.2", "kind": "competency", "statement": "Échelle, à notre façon"})
    import_framework(session, grown("2"), hub_id=world.a.hub.id, person_id=None)
    publish_version(session, version_of(session, "lecture-plans", "2"), person_id=world.a.lead.id)
    session.commit()
    page = client.get(f"{theirs}/{copy.key}/merge?lang=en").text
    assert "changed in your copy too" in page
    ticked = re.findall(r'value="([0-9a-f-]{36})" checked', page)
    assert len(ticked) == 2, "what the copy has changed too is left to a person"
    client.post(f"{theirs}/{copy.key}/merge", data={"take": ticked})
    session.expire_all()
    merged = load_version(session, session.get(FrameworkVersion, row.id))
    assert {item.code for item in merged.items} == {"A", "A.1", "A.2", "B", "B.2"}
    assert merged.find("A.2").statement.text("fr") == "Échelle, à notre façon"
    assert "Nothing has changed there since" in client.get(f"{theirs}/{copy.key}/merge?lang=en").text


# -- crosswalks and documents ----------------------------------------------------------------------------------------


def test_a_crosswalk_is_proposed_by_titles_and_confirmed_by_a_person(lead, session, published):
    begun = lead.post(f"{HOME}/crosswalks", data={"origin": "lecture-plans@1", "destination": "fpa-rncp37275@2023"})
    walk = session.scalar(select(Crosswalk))
    assert lead.get(begun.location).status_code == 200
    assert (
        lead.post(
            begun.location, data={"origin": "A.1, A.2", "destination": "CP1", "kind": "closeMatch", "rule": "mean"}
        ).status_code
        == 302
    )
    link = session.scalar(select(CrosswalkLink))
    assert (link.origin_codes, link.destination_code, link.rule, link.crosswalk_id) == (
        ["A.1", "A.2"],
        "CP1",
        "mean",
        walk.id,
    )
    lead.post(begun.location, data={"origin": "A.1", "destination": "none", "kind": "closeMatch", "rule": "mean"})
    assert session.scalar(select(func.count()).select_from(CrosswalkLink)) == 1
    assert "lecture-plans/1/items/A.1" in lead.get(f"{HOME}/fpa-rncp37275/2023/items/CP1").text


def test_alike_titles_are_proposed_the_most_alike_first(lead, session, published):
    send_over = send(lead, grown("2"))
    lead.post(send_over.location, data={"key": "lecture-plans", "version": "2"})
    lead.post(f"{HOME}/lecture-plans/2/publish", data={})
    begun = lead.post(f"{HOME}/crosswalks", data={"origin": "lecture-plans@1", "destination": "lecture-plans@2"})
    html = lead.get(f"{begun.location}?lang=en").text
    first, second = html.index("Name the lines"), html.index("Find and check the scale")
    assert first < second
    assert "100% alike" in html


def test_a_document_is_attached_read_and_taken_away(client, world, session, published):
    lead = sign_in(client, world.a.lead)
    lead.post(
        f"{PLANS}/documents/new", data={"title": "Guide", "file": (io.BytesIO(b"<script>"), "guide.html")},
        content_type="multipart/form-data",
    )  # fmt: skip
    page = lead.get(PLANS).text
    address = re.search(r'href="(/h/hub-a/frameworks/documents/[^"]+)"', page)[1]
    answer = lead.get(address)
    assert (answer.data, answer.mimetype) == (b"<script>", "application/octet-stream")
    assert sign_in(client, world.b.lead).get(address.replace("hub-a", "hub-b")).status_code == 404
    assert sign_in(client, world.a.trainer).post(f"{address}/remove").status_code == 403
    sign_in(client, world.a.lead).post(f"{address}/remove")
    assert client.get(address).status_code == 404
