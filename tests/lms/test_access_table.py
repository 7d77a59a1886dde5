"""Every route as every role, as nobody, and as the other hub: `access_table.txt` is what must happen, line by line.

A cell says `open` (let in, whatever the page then answers), `sign in`, `refused` (403), `hidden` (404) or `-` (the address
has no such method). To look at a change: `BOUQUET_WRITE_TABLE=1 pytest tests/lms/test_access_table.py`, then read the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from lms.accounts.models import Consent, Person
from lms.badges.models import Badge, BadgeAward
from lms.catalog.models import CourseFile, CourseRecord, CourseVersion, ScormPackage
from lms.db import new_id, unscoped
from lms.delivery.models import Attendance, Enrolment, HalfDay, TrainingSession
from lms.evaluations.models import QuestionResponse
from lms.hubs.models import Hub
from lms.jobs import Job
from lms.learning.models import Submission
from lms.quality.models import Improvement, IssuedDocument
from tests.factories import sign_in
from tests.factories.frameworks import add_samples

TABLE = Path(__file__).with_name("access_table.txt")
# columns: who asks; the samples are of the hub « les-rives » and of the session that « learner » follows
ACTORS = {
    "nobody": None,
    "learner": "apprenante",
    "learner of another session": "diplomee",
    "trainer": "formateur",
    "lead": "responsable",
    "hub admin": "administration",
    "auditor": "audit",
    "platform": "plateforme",
    "other hub's lead": "formatrice.cimes",
    "other hub's learner": "apprenant.cimes",
}


@pytest.fixture(scope="module")
def samples(demo) -> dict[str, object]:
    """One real value for each variable part of the addresses."""
    with demo.house.sessions() as session, unscoped(session):
        hub = session.scalar(select(Hub).where(Hub.slug == "les-rives"))
        run = session.scalar(select(TrainingSession).where(TrainingSession.reference == "RIV-2026-04"))
        over = session.scalar(select(TrainingSession).where(TrainingSession.reference == "RIV-2026-03"))
        enrolment = session.scalar(
            select(Enrolment).where(Enrolment.session_id == run.id, Enrolment.person_id == demo.people["apprenante"].id)
        )
        version = session.get(CourseVersion, run.version_id)
        response = session.scalar(select(QuestionResponse).where(QuestionResponse.session_id == run.id))
        lead = demo.people["responsable"].id
        improvement = session.scalar(select(Improvement).where(Improvement.hub_id == hub.id))
        if improvement is None:
            improvement = Improvement(hub_id=hub.id, session_id=over.id, finding="Une question manquée")
            session.add(improvement)
        badge = session.scalar(select(Badge).where(Badge.hub_id == hub.id))
        award = session.scalar(select(BadgeAward).where(BadgeAward.hub_id == hub.id))
        job = Job(hub_id=hub.id, kind="test", person_id=lead, status="done")
        document = IssuedDocument(
            hub_id=hub.id, number="T-1", kind="certificate", session_id=run.id, enrolment_id=enrolment.id,
            file_key=demo.house.files.put_content(b"%PDF-1.7"), sha256="0" * 64,
        )  # fmt: skip
        package = ScormPackage(hub_id=hub.id, sha256="1" * 64, title="p", standard="1.2", size=1, file_count=1)
        session.add_all([job, document, package])
        session.commit()
        frameworks = add_samples(session, hub.id, lead)
        return {
            "hub_slug": "les-rives",
            "session_id": run.id,
            "enrolment_id": enrolment.id,
            "half_day_id": session.scalar(
                select(HalfDay.id).where(HalfDay.session_id == run.id).order_by(HalfDay.starts_at)
            ),
            "course_id": session.scalar(select(CourseRecord.id).where(CourseRecord.id == version.course_id)),
            "version_id": version.id,
            "file_id": session.scalar(select(CourseFile.id).where(CourseFile.version_id == version.id)),
            "submission_id": session.scalar(select(Submission.id)),
            "improvement_id": improvement.id,
            "document_id": document.id,
            "crosswalk_id": frameworks["crosswalk_id"],
            "link_id": frameworks["link_id"],
            "framework_document_id": frameworks["framework_document_id"],
            "job_id": job.id,
            "package_id": package.id,
            "person_id": enrolment.person_id,
            "consent_id": session.scalar(select(Consent.id)),
            "attendance_id": session.scalar(select(Attendance.id)),
            "activity_key": response.activity_key,
            "question_key": response.question_key,
            "key": "page-publics",
            "module_key": "mod-publics",
            "number": "T-1",
            "framework": "fpa-rncp37275",
            "version": "2023",
            "code": run.join_code,
            "sign_code": session.scalar(select(HalfDay.sign_code).where(HalfDay.session_id == run.id)),
            "token": "forged",
            "status": "open",
            "what": "questions",
            "name": "questions",
            "badge_id": badge.id,
            "award_id": award.id,
            "issuer": hub.slug,
            "path": "modules/01-publics/publics.md",
            "other": session.scalar(select(Person.id).where(Person.id != enrolment.person_id)),
        }


# where the common sample would not lead to a page
ELSEWHERE: dict[str, dict[str, object]] = {
    "catalog.move": {"kind": "activity", "way": "down"},
    "catalog.remove": {"kind": "activity"},
    "catalog.module": {"key": "mod-publics"},
    "catalog.compare_versions": {"before": 1, "after": 1},
    **{
        key: {"framework": "lecture-plans", "version": "1", "code": "A.1"}
        for key in (
            "competencies.edit_framework",
            "competencies.add_framework_item",
            "competencies.save_framework_item",
            "competencies.move_framework_item",
            "competencies.remove_framework_item",
            "competencies.link_framework_item",
            "competencies.undo_framework",
            "competencies.framework_facts",
            "competencies.drop_framework_draft",
            "competencies.publish_framework",
        )
    },
    "competencies.compare_frameworks": {"before": "2023", "after": "2023"},
    "competencies.choose_comparison": {"?": "before=2023&after=2023"},
    "competencies.framework_item": {"code": "CP1"},
    "competencies.framework_file": {"name": "yaml"},
    "competencies.coverage_matrix_file": {"kind": "csv"},
    "competencies.course_coverage_file": {"kind": "csv"},
    "competencies.share_framework": {"framework": "lecture-plans"},
    "competencies.learner_evidence": {"?": "framework=fpa-rncp37275&version=2023&code=CP1"},
    "competencies.my_evidence": {"?": "framework=fpa-rncp37275&version=2023&code=CP1"},
    "evaluations.export_answers": {"what": "tests"},
    "learning.begin_again": {"key": "quiz-positionnement"},
    "quality.session_board_file": {"kind": "csv"},
    "short.open_code": {"code": "SIGN"},
    "short.not_me": {"code": "SIGN"},
}


def address(rule, samples: dict[str, object]) -> str:
    here = samples | ELSEWHERE.get(rule.endpoint, {})
    if here["code"] == "SIGN":
        here["code"] = samples["sign_code"]
    if rule.endpoint in {"competencies.framework_document", "competencies.detach_document"}:
        here["document_id"] = here["framework_document_id"]
    values = {argument: here.get(argument, new_id()) for argument in rule.arguments}
    _domain, path = rule.build(values, append_unknown=False)
    return f"{path}?{here['?']}" if "?" in here else path


def outcome(answer) -> str:
    if answer.status_code == 401 or (answer.status_code == 302 and "/sign-in" in answer.headers["Location"]):
        return "sign in"
    return {403: "refused", 404: "hidden", 405: "-"}.get(answer.status_code, "open")


def shorter(rule: str) -> str:
    """The address as people say it: /h/<hub>/sessions/<session>/…"""
    return re.sub(r"<(?:\w+:)?(\w+?)(?:_id|_slug|_key)?>", r"<\1>", rule)


def walk(demo, samples) -> list[str]:
    lines = []
    rules = [rule for rule in demo.app.url_map.iter_rules() if not rule.endpoint.endswith("static")]
    for rule in sorted(rules, key=lambda rule: (rule.rule, rule.endpoint)):
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            cells = [one_request(demo, samples, rule, method, person) for person in ACTORS.values()]
            lines.append(
                " | ".join([f"{method:<4} {shorter(rule.rule):<84}", *(f"{cell:<7}" for cell in cells)]).rstrip()
            )
    return lines


def one_request(demo, samples, rule, method: str, person: str | None) -> str:
    client = demo.app.test_client()
    if person is not None:
        sign_in(client, demo.people[person])
        with client.session_transaction() as cookie:
            cookie["terms"] = dict.fromkeys(("les-rives", "les-cimes"), cookie["terms"]["hub-a"])
    try:
        with demo.undone():
            return outcome(client.open(address(rule, samples), method=method))
    except Exception as error:  # noqa: BLE001 - all the crashes are wanted at once
        print(f"{method} {rule.rule} as {person}: {type(error).__name__}: {str(error)[:300]}")
        return "CRASH"


def test_every_route_answers_every_role_as_the_table_says(demo, samples):
    found = [" | ".join([f"{'':<89}", *ACTORS]), *walk(demo, samples)]
    if os.environ.get("BOUQUET_WRITE_TABLE"):
        TABLE.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == TABLE.read_text(encoding="utf-8").splitlines()
