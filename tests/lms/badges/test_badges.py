"""Badges: given to those who showed it, signed, withdrawn, and accepted by a verifier that is not ours."""

from __future__ import annotations

import base64
import io
import json
import zlib
from dataclasses import replace
from urllib.parse import urlsplit

import jwt
import pytest
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from sqlalchemy import select

from competency_frameworks.model import ItemRef
from lms.accounts.models import AuditEvent
from lms.accounts.privacy import erase_person, export_person
from lms.badges.credentials import Addresses
from lms.badges.models import BadgeAward
from lms.badges.queries import list_candidates
from lms.badges.services import award_badge, give_back_award, renew_key, save_badge, set_shown, withdraw_award
from lms.competencies.services import add_evidence
from lms.db import scope_to_hub
from tests.factories import make_member, sign_in

URL, SECRET = "https://bouquet.example.org", "test-key"
REFS = tuple(ItemRef("fpa-rncp37275", "2023", code) for code in ("CP1", "CP2"))


@pytest.fixture(autouse=True)
def address(house):
    """The application believes that it stands where its badges say."""
    before = house.settings
    house.settings = replace(before, url=URL, secret_key=SECRET)
    yield
    house.settings = before


@pytest.fixture
def badge(session, world):
    scope_to_hub(session, world.a.hub.id)
    return save_badge(
        session, None, hub_id=world.a.hub.id, by=world.a.lead.id, name="Concevoir une formation",
        description="Sait concevoir une formation.", criteria="Réussir le test final.", language="fr", refs=REFS,
        threshold=0.7, least_items=3, needed=0,
    )  # fmt: skip


def show(session, world, person, levels, *, kind="final"):
    add_evidence(
        session, hub_id=world.a.hub.id, person_id=person.id, enrolment_id=None, source_kind=kind, source_id=f"{kind}:test",
        levels={str(ref): value for ref, value in zip(REFS, levels, strict=True)},
    )  # fmt: skip


@pytest.fixture
def award(session, world, badge):
    show(session, world, world.a.learner, [(0.8, 5), (1.0, 3)])
    (given,) = award_badge(session, badge, [world.a.learner], url=URL, secret=SECRET, by=world.a.lead.id)
    session.commit()
    return given


@pytest.fixture
def download(client):
    """What a verifier elsewhere would fetch, from the pages of the application."""

    def fetch(url: str) -> bytes:
        assert url.startswith(URL), url
        answer = client.get(urlsplit(url).path)
        assert answer.status_code == 200, (url, answer.status_code)
        return answer.data

    return fetch


def verify(token, download, hub):
    return OB3Verifier.for_issuer_did(Addresses(URL, hub.slug).did, download=download).verify(
        token, check_status=True, download=download
    )


@pytest.mark.parametrize(
    ("levels", "kind", "meets"),
    [
        ([(0.7, 3), (0.7, 3)], "final", True),
        ([(0.7, 3), (0.69, 30)], "final", False),
        ([(1.0, 3), (1.0, 2)], "final", False),  # too few questions
        ([(0.9, 4), (0.9, 4)], "quiz", True),
        ([(1.0, 9), (1.0, 9)], "positioning", False),  # what one knew before
        ([(1.0, 9), (1.0, 9)], "self", False),  # what one says of oneself
    ],
)
def test_the_rule_reads_what_was_shown_at_the_end_or_in_the_course(session, world, badge, levels, kind, meets):
    show(session, world, world.a.learner, levels, kind=kind)
    assert [one.person.id for one in list_candidates(session, badge)] == ([world.a.learner.id] if meets else [])


def test_final_test_and_course_work_count_together_question_by_question(session, world, badge):
    show(session, world, world.a.learner, [(1.0, 9), (1.0, 9)], kind="quiz")
    show(session, world, world.a.learner, [(0.2, 5), (1.0, 5)], kind="final")
    (found,) = list_candidates(session, badge)
    assert found.levels[str(REFS[0])] == (pytest.approx(10 / 14), 14)


def test_a_badge_goes_only_to_those_who_meet_the_rule_and_once(session, world, badge, award):
    other = make_member(session, world.a.hub, "learner", "Autre")
    again = award_badge(session, badge, [world.a.learner, other], url=URL, secret=SECRET, by=None)
    assert again == []
    assert list_candidates(session, badge) == []
    acts = session.scalars(select(AuditEvent.action).where(AuditEvent.target == str(award.id))).all()
    assert acts == ["badge.awarded"]


def test_another_verifier_accepts_it_from_the_published_keys_and_status_list(award, download, world):
    credential = verify(award.credential, download, world.a.hub)
    assert credential.achievement.name == "Concevoir une formation"
    assert [one.target_code for one in credential.achievement.alignments] == ["CP1", "CP2"]
    assert all(one.target_url.startswith(("urn:uuid:", "https://")) for one in credential.achievement.alignments)
    assert credential.id == f"{URL}/b/{award.id}"
    assert "100\N{NO-BREAK SPACE}%" in credential.evidence[0].narrative


def test_the_signature_holds_for_a_plain_jose_library(award):
    header = jwt.get_unverified_header(award.credential)
    assert header["alg"] == "RS256"
    claims = jwt.decode(award.credential, jwt.PyJWK(header["jwk"]).key, algorithms=["RS256"])
    assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert "d" not in header["jwk"]


def test_the_credential_names_its_holder_by_a_salted_digest_only(award, world):
    body = base64.urlsafe_b64decode(award.credential.split(".")[1] + "==").decode()
    assert world.a.learner.email not in body
    assert world.a.learner.family_name not in body
    (identity,) = json.loads(body)["credentialSubject"]["identifier"]
    assert identity["hashed"] is True
    assert identity["salt"]


def test_an_altered_credential_is_refused(award, download, world):
    head, body, mark = award.credential.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["credentialSubject"]["achievement"]["name"] = "Tout savoir"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    with pytest.raises(OB3VerificationError):
        verify(f"{head}.{forged}.{mark}", download, world.a.hub)


def test_a_withdrawn_badge_is_refused_by_the_other_verifier_until_it_is_given_back(session, award, download, world):
    withdraw_award(session, award, because="Donné par erreur", by=world.a.lead.id)
    session.commit()
    with pytest.raises(OB3VerificationError, match="revocation"):
        verify(award.credential, download, world.a.hub)
    give_back_award(session, award, by=world.a.lead.id)
    session.commit()
    assert verify(award.credential, download, world.a.hub)


def test_what_a_retired_key_signed_stays_valid_and_the_new_key_signs(session, award, badge, download, world):
    assert renew_key(session, hub_id=world.a.hub.id, secret=SECRET, by=None) == 2
    other = make_member(session, world.a.hub, "learner", "Autre")
    show(session, world, other, [(0.8, 5), (1.0, 3)])
    (second,) = award_badge(session, badge, [other], url=URL, secret=SECRET, by=None)
    session.commit()
    assert jwt.get_unverified_header(award.credential)["kid"].endswith("#key-1")
    assert jwt.get_unverified_header(second.credential)["kid"].endswith("#key-2")
    verifier = OB3Verifier.for_issuer_did(Addresses(URL, world.a.hub.slug).did, download=download)
    assert verifier.verify(award.credential)
    assert verifier.verify(second.credential)


def test_images_carry_the_credential(client, award, world):
    sign_in(client, world.a.learner)
    base = f"/h/{world.a.hub.slug}/my-badges/{award.id}"
    png, svg = client.get(f"{base}.png").data, client.get(f"{base}.svg").data
    assert OB3Verifier.extract_token_from_png(png) == award.credential
    assert OB3Verifier.extract_token_from_svg(svg) == award.credential
    assert png[16:24] == (800).to_bytes(4, "big") * 2
    assert len(set(zlib.decompress(_pixels(png)))) > 20  # something is drawn
    assert client.get(f"{base}.jwt").text == award.credential
    assert client.get(f"{base}.exe").status_code == 404


def _pixels(png: bytes) -> bytes:
    at, found = 8, b""
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        found += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return found


def test_the_public_page_names_the_holder_only_when_they_say_so(client, session, award, world):
    page = client.get(f"/b/{award.id}").text
    assert world.a.learner.family_name not in page
    assert client.get(f"/b/{award.id}/badge.svg").status_code == 404
    set_shown(session, award, shown=True)
    session.commit()
    assert world.a.learner.display_name in client.get(f"/b/{award.id}").text
    assert award.credential in client.get(f"/b/{award.id}/badge.svg").text


def check(client, data: bytes, name: str) -> str:
    return client.post("/check-badge?lang=en", data={"file": (io.BytesIO(data), name)}).text


def test_anybody_checks_a_file_without_an_account(client, session, award, world):
    sign_in(client, world.a.learner)
    png = client.get(f"/h/{world.a.hub.slug}/my-badges/{award.id}.png").data
    with client.session_transaction() as cookie:
        cookie.clear()
    assert "genuine and valid" in check(client, png, "badge.png")
    assert "No badge can be read" in check(client, b"\x89PNG\r\n\x1a\nrien", "badge.png")
    assert "No badge can be read" in check(client, b'<svg><!DOCTYPE a [<!ENTITY b "c">]></svg>', "badge.svg")
    head, _body, mark = award.credential.split(".")
    other = base64.urlsafe_b64encode(json.dumps({"issuer": {"id": "did:web:ailleurs.example.org"}}).encode()).decode()
    assert "not issued here" in check(client, f"{head}.{other}.{mark}".encode(), "badge.txt")
    assert "not genuine" in check(client, (award.credential[:-8] + "AAAAAAAA").encode(), "badge.txt")
    withdraw_award(session, award, because="Donné par erreur", by=None)
    session.commit()
    assert "withdrawn" in check(client, png, "badge.png")


def test_what_somebody_holds_does_not_change_under_them(session, badge, award, world):
    with pytest.raises(ValueError, match="holds"):
        save_badge(
            session, badge, hub_id=world.a.hub.id, by=None, name="Autre", description="d", criteria="c", language="fr",
            refs=REFS, threshold=0.1, least_items=1, needed=0,
        )  # fmt: skip


def test_a_lead_gives_it_in_the_browser_and_another_hub_sees_nothing(client, session, badge, world):
    show(session, world, world.a.learner, [(0.8, 5), (1.0, 3)])
    session.commit()
    sign_in(client, world.a.lead)
    base = f"/h/{world.a.hub.slug}/badges/{badge.id}"
    assert world.a.learner.display_name in client.get(base).text
    client.post(f"{base}/award", data={"person_id": [str(world.a.learner.id), str(world.b.learner.id)]})
    assert [row.person_id for row in session.scalars(select(BadgeAward))] == [world.a.learner.id]
    sign_in(client, world.b.lead)
    assert client.get(f"/h/{world.b.hub.slug}/badges/{badge.id}").status_code == 404
    assert client.get(base).status_code == 404


def test_a_badge_is_written_with_its_competencies_or_refused_with_the_reason(client, session, world):
    sign_in(client, world.a.lead)
    form = {
        "name": "Accueillir", "description": "d", "criteria": "c", "language": "fr", "threshold": "70", "least_items": "3",
        "needed": "3",
    }  # fmt: skip
    answer = client.post(f"/h/{world.a.hub.slug}/badges/new?lang=en", data=form)
    assert answer.status_code == 422
    assert "stands for none" in answer.text
    form |= {"refs": [str(ref) for ref in REFS]}
    answer = client.post(f"/h/{world.a.hub.slug}/badges/new?lang=en", data=form)
    assert "fewer competencies" in answer.text
    form["needed"] = "1"
    answer = client.post(f"/h/{world.a.hub.slug}/badges/new", data=form)
    assert answer.status_code == 302
    assert "CP1" in client.get(answer.headers["Location"]).text


def test_an_erased_account_leaves_only_the_place_of_its_badge(session, award, world, client):
    assert export_person(session, world.a.learner)["badge_award"][0]["credential"] == award.credential
    erase_person(session, world.a.learner)
    session.commit()
    session.refresh(award)
    assert (award.credential, award.rests_on, award.shown_at) == ("", {}, None)
    assert client.get(f"/b/{award.id}").status_code == 404
