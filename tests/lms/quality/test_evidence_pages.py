"""Producing a pack in the browser and at the command line; reports; figures."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.accounts.models import AuditEvent
from lms.cli import main
from lms.cli.common import open_installation
from lms.contracts import Report, Table
from lms.db import unscoped
from lms.delivery.models import Attendance
from lms.jobs import Job
from lms.plugins.evidence_zip import verifier
from lms.quality.queries import session_facts
from tests.factories import build_world, sign_in
from tests.lms.delivery.conftest import png
from tests.lms.quality.conftest import make_season


@pytest.fixture
def address(season, world):
    return f"/h/{world.a.hub.slug}/sessions/{season.run.id}"


def test_the_page_says_what_is_missing(client, world, address):
    lead = sign_in(client, world.a.lead)
    html = lead.get(f"{address}/evidence?audit_on=2026-10-31").get_data(as_text=True)
    assert "33. " not in html
    html = lead.get(f"{address}/evidence?audit_on=2026-11-01").get_data(as_text=True)
    assert "33. " in html
    assert "conforme" not in html


def test_a_pack_is_produced_downloaded_and_noted(client, world, address, session, tmp_path):
    lead = sign_in(client, world.a.lead)
    answer = lead.post(f"{address}/evidence", data={"audit_on": "2026-11-20", "reason": ""})
    session.expire_all()
    job = session.scalar(select(Job))
    assert job.status == "done", job.message
    html = lead.get(answer.headers["Location"]).get_data(as_text=True)
    assert job.message in html
    data = lead.get(f"{answer.headers['Location']}/file").data
    path = tmp_path / "pack.zip"
    path.write_bytes(data)
    report = verifier.verify(path)
    assert report.problems == []
    event = session.scalar(select(AuditEvent).where(AuditEvent.action == "evidence.exported"))
    assert event.details["sha256"] == report.digest == job.message
    assert not event.details["nominative"]


def test_names_are_added_with_a_reason_and_kept_from_auditors(client, world, address, session, house):
    signed = session.scalars(select(Attendance).where(Attendance.present)).first()
    signed.signature_key = house.files.put_content(png())
    session.commit()
    lead = sign_in(client, world.a.lead)
    answer = lead.post(f"{address}/evidence", data={"audit_on": "2026-11-20", "reason": "Contrôle du financeur"})
    data = lead.get(f"{answer.headers['Location']}/file").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "Nom3" in archive.read("90_nominatif/correspondance.csv").decode()
        sheets = archive.read("90_nominatif/emargement_signe.pdf")
        (plain,) = [archive.read(name) for name in archive.namelist() if name.endswith("/emargement.pdf")]
    picture = rb"/Subtype\s*/Image"
    assert re.search(picture, sheets)
    assert not re.search(picture, plain)  # a drawn name is a name: not in the part without names
    event = session.scalar(select(AuditEvent).where(AuditEvent.action == "evidence.exported"))
    assert event.note == "Contrôle du financeur"
    auditor = sign_in(client, world.a.auditor)
    assert auditor.get(f"{answer.headers['Location']}/file").status_code == 404


def test_auditors_read_and_do_not_produce(client, world, address):
    auditor = sign_in(client, world.a.auditor)
    assert auditor.get(f"{address}/evidence").status_code == 200
    assert auditor.post(f"{address}/evidence", data={"audit_on": "2026-11-20"}).status_code == 403


def test_a_trainer_has_no_access_to_the_audit(client, world, address):
    assert sign_in(client, world.a.trainer).get(f"{address}/evidence").status_code == 403


def test_a_silly_day_is_refused(client, world, address):
    lead = sign_in(client, world.a.lead)
    assert lead.post(f"{address}/evidence", data={"audit_on": "0001-01-01"}).status_code == 422
    assert lead.get(f"{address}/evidence?audit_on=nope").status_code == 200


def test_figures_page_shows_rule_and_interval(client, world, address):
    html = sign_in(client, world.a.trainer).get(f"{address}/indicators").get_data(as_text=True)
    assert "Wilson" not in html
    assert "new?session=" in html
    assert html.count('class="card-title"') == 8


class CountReport(Report):
    name, label, description = "count", {"fr": "Compte", "en": "Count"}, {"fr": "Combien", "en": "How many"}

    def build(self, facts, language):
        return Table(
            ("Code", "Minutes"), tuple((one["code"], one["minutes"]["attended"]) for one in facts["learners"]), "note"
        )


def test_reports_are_shown_and_exported(client, world, address, house, season):
    lead = sign_in(client, world.a.lead)
    assert lead.get(f"{address}/reports").status_code == 200
    house.plugins.reports["count"] = CountReport()
    try:
        assert "/reports/count" in lead.get(f"{address}/reports").get_data(as_text=True)
        assert season.enrolments[0].pseudonym in lead.get(f"{address}/reports/count").get_data(as_text=True)
        assert season.enrolments[0].pseudonym in lead.get(f"{address}/reports/count.csv").get_data(as_text=True)
        assert lead.get(f"{address}/reports/nope").status_code == 404
    finally:
        del house.plugins.reports["count"]


def test_the_command_verifies_without_the_application(tmp_path, house, session, season):
    path = tmp_path / "pack.zip"
    made = house.plugins.exporters["evidence_zip"].export(
        session_facts(session, season.run.id), audit_on=date(2026, 11, 20)
    )
    path.write_bytes(b"".join(made.chunks))
    ran = CliRunner().invoke(main, ["evidence", "verify", str(path), "--lang", "fr"])
    assert (ran.exit_code, "intact" in ran.output) == (0, True)
    path.write_bytes(path.read_bytes() + b"x")
    ran = CliRunner().invoke(main, ["evidence", "verify", str(path), "--json"])
    assert ran.exit_code == 1
    assert '"intact": false' in ran.output
    path.write_bytes(b"nothing")
    assert CliRunner().invoke(main, ["evidence", "verify", str(path)]).exit_code == 2


def test_the_command_exports_what_the_verifier_accepts(tmp_path):
    data, target = tmp_path / "data", tmp_path / "x.zip"
    house = open_installation(data)
    with house.sessions() as session, unscoped(session):
        make_season(session, house, build_world(session), learners=6)
    house.engine.dispose()
    command = [
        "evidence",
        "export",
        "--session",
        "S-2026-01",
        "--hub",
        "hub-a",
        "-o",
        str(target),
        "--data",
        str(data),
        "--audit-on",
        "2026-11-20",
    ]
    ran = CliRunner().invoke(main, [*command, "--json"])
    assert ran.exit_code == 0, ran.output
    report = verifier.verify(target)
    assert report.problems == []
    assert report.digest in ran.output
    # producing it changed nothing of what it says
    CliRunner().invoke(main, command)
    assert verifier.verify(target).digest == report.digest


def test_the_command_names_what_it_cannot_find(tmp_path):
    for hub, session in (("nope", "S"), ("hub-a", "S")):
        command = [
            "evidence",
            "export",
            "--session",
            session,
            "--hub",
            hub,
            "-o",
            str(tmp_path / "x.zip"),
            "--data",
            str(tmp_path / "data"),
        ]
        ran = CliRunner().invoke(main, command)
        assert ran.exit_code == 2
        assert hub in ran.output
    assert not (tmp_path / "x.zip").exists()
