"""Certificates: what they say, that they stay as they are, and that anybody can check them."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from lms.accounts.models import AuditEvent
from lms.jobs import Job
from lms.quality.models import IssuedDocument
from lms.quality.services.certificates import (
    CertificateRefusal,
    french_day,
    issue_documents,
    place_of,
    printed,
    verify_document,
)
from tests.factories import sign_in
from tests.lms.quality.conftest import make_season


@pytest.fixture
def issue(session, house, season):
    def run(*enrolments, kinds=("certificate", "attestation")):
        return issue_documents(
            session, house.files, session_id=season.run.id, enrolment_ids=[one.id for one in enrolments or season.enrolments[:1]],
            url="https://bouquet.example.org", by=None, kinds=kinds,
        )  # fmt: skip

    return run


def test_hours_are_signed_half_days_and_finished_activities(issue, season):
    certificate, attestation = issue()
    says = certificate.facts["says"]
    # two half-days of 3 h, less nothing; page 5, positioning 2, quiz 3, assignment 30, survey 2 minutes
    assert (says["minutes_together"], says["minutes_alone"]) == (360, 42)
    assert says["place"] == "Lyon"
    assert attestation.facts["says"]["objectives"] == [["Repérer un besoin", "acquired"]]


def test_the_pdf_is_tagged_and_archivable(issue, house):
    for document in issue():
        data = house.files.read(document.file_key)
        assert b"pdfuaid:part>1<" in data
        assert b"pdfaid:part>2<" in data
        assert b"pdfaid:conformance>A<" in data
        assert b"/Lang" in data


def test_the_words_of_a_certificate_cite_no_repealed_article(issue):
    for document in issue():
        said = printed(
            document.facts["says"],
            document.facts,
            number=document.number,
            url="https://b.example.org",
            issued_at=document.issued_at,
        )
        text = json.dumps(said, ensure_ascii=False)
        assert "Prénom0 Nom0" in text
        assert document.number in text
        assert "6353" not in text


def test_the_same_facts_give_the_same_document(issue):
    assert [one.id for one in issue()] == [one.id for one in issue()]


def test_a_change_is_a_new_version_and_the_former_stays(session, issue, season):
    first, _ = issue()
    season.enrolments[0].employer = "Mairie"
    session.commit()
    second, _ = issue()
    assert second.number != first.number
    assert second.facts["version"] == 2
    assert second.facts["replaces"] == first.number
    assert session.get(IssuedDocument, first.id).sha256 == first.sha256


def test_nobody_is_certified_for_nothing(issue, season):
    with pytest.raises(CertificateRefusal, match="signed no half-day"):
        issue(season.enrolments[11])


def test_a_hub_without_signatory_is_told_what_to_do(session, issue, season, world):
    world.a.hub.representative = ""
    session.commit()
    with pytest.raises(CertificateRefusal, match="settings"):
        issue()


def test_verification_tells_genuine_from_forged(session, issue):
    certificate, _ = issue()
    mark = certificate.facts["digest"][:12]
    assert verify_document(session, number=certificate.number, mark=mark.upper()) == (True, False)
    assert verify_document(session, number=certificate.number.lower(), mark="0" * 12) == (False, False)
    assert verify_document(session, number=certificate.number, mark=mark[:4]) == (False, False)
    assert verify_document(session, number="CR-2026-NOPE", mark=mark) == (False, False)


def test_the_public_page_names_nobody(client, session, issue):
    certificate, _ = issue()
    session.commit()
    html = client.get(f"/v/{certificate.number}?e={certificate.facts['digest'][:12]}").get_data(as_text=True)
    assert "Nom0" not in html
    assert "alert-success" in html
    assert "alert-danger" in client.get(f"/v/{certificate.number}?e=000000000000").get_data(as_text=True)


def test_a_learner_gets_their_own_once_finished(client, session, world, season):
    enrolment = season.enrolments[0]
    learner = sign_in(client, enrolment.person)
    address = f"/h/{world.a.hub.slug}/learn/{enrolment.id}/certificate"
    assert learner.get(address).status_code == 200
    learner.post(address)
    assert session.scalar(select(IssuedDocument)) is None
    enrolment.status = "completed"
    session.commit()
    learner.post(address)
    documents = session.scalars(select(IssuedDocument)).all()
    assert {one.kind for one in documents} == {"certificate", "attestation"}
    answer = learner.get(f"/h/{world.a.hub.slug}/documents/{documents[0].id}.pdf")
    assert answer.data.startswith(b"%PDF")
    other = sign_in(client, season.enrolments[1].person)
    assert other.get(f"/h/{world.a.hub.slug}/documents/{documents[0].id}.pdf").status_code == 404
    assert other.get(address).status_code == 404


def test_a_lead_issues_for_all_who_finished(client, session, world, season):
    for enrolment in season.enrolments[:2]:
        enrolment.status = "completed"
    session.commit()
    lead = sign_in(client, world.a.lead)
    address = f"/h/{world.a.hub.slug}/sessions/{season.run.id}/certificates"
    assert lead.post(address).status_code == 302
    assert len(session.scalars(select(IssuedDocument)).all()) == 4
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action == "document.issued")).all().__len__() == 4
    assert "CR-2026" in lead.get(address).get_data(as_text=True) or "CR-" in lead.get(address).get_data(as_text=True)


def test_many_go_through_a_job(client, session, house, world):
    season = make_season(session, house, world, learners=30, reference="S-30")
    for enrolment in season.enrolments[:21]:
        enrolment.status = "completed"
    session.commit()
    lead = sign_in(client, world.a.lead)
    answer = lead.post(f"/h/{world.a.hub.slug}/sessions/{season.run.id}/certificates")
    session.expire_all()
    job = session.scalar(select(Job))
    assert str(job.id) in answer.headers["Location"]
    assert (job.status, job.done, job.total) == ("done", 21, 21)
    assert "S-30" not in job.message
    assert lead.get(answer.headers["Location"]).status_code == 200


def test_dates_and_places_are_said_as_people_do():
    assert french_day("2026-03-01") == "1er mars 2026"
    assert place_of("3 rue des Lilas\n69001 Lyon 1er\n") == "Lyon 1er"
    assert place_of("") == ""
