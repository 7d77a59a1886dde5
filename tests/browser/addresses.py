"""The pages of the demo: who opens which, at a real address. A test fails when a page of the application is not here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lms.accounts.links import make_link_token
from lms.accounts.models import Person
from lms.app import create_app
from lms.badges.models import Badge, BadgeAward
from lms.catalog.models import CourseFile, CourseRecord, CourseVersion, VersionActivity
from lms.db import unscoped
from lms.delivery.models import Attendance, Enrolment, HalfDay, TrainingSession
from lms.evaluations.models import QuestionResponse
from lms.learning.models import Submission
from lms.quality.models import Improvement
from tests.factories.frameworks import add_samples

if TYPE_CHECKING:
    from tests.browser.demo import LiveDemo

# what a person opens: endpoint, then (after a space) what differs from the usual samples
PAGES: dict[str, tuple[str, ...]] = {
    "": (
        "accounts.sign_in", "accounts.ask_reset", "accounts.reset", "accounts.invitation", "consent.accessibility",
        "consent.notice", "join.join", "join.join_code", "short.type_code", "about.help_page", "platform.mail", "verify.document",
        "web.style", "open_badges.profile", "open_badges.achievement", "open_badges.award", "open_badges.check",
    ),
    "apprenante": (
        "home.home", "home.search ?q=entretien", "consent.ask", "learning.show_course", "learning.bring_result", "learning.show_activity page",
        "learning.show_activity quiz", "learning.show_activity survey", "learning.show_activity assignment",
        "learning.show_activity live_session", "competencies.my_profile", "delivery.sign_half_day", "competencies.frameworks",
        "account.profile", "account.privacy", "account.erase", "account.change_password", "account.second_factor", "about.help_page", "quality.my_certificate",
    ),
    "diplomee": (
        "home.home", "learning.show_course over", "learning.show_activity quiz over", "learning.show_activity assignment over",
        "competencies.my_profile", "quality.my_certificate over", "badges.my_badges",
    ),
    "formateur": (
        "home.home", "home.search ?q=Jacinthe", "catalog.courses", "catalog.course", "catalog.create",
        "catalog.activity page", "catalog.activity quiz", "catalog.activity survey", "catalog.activity assignment",
        "catalog.activity live_session", "catalog.new_activity", "catalog.new_module", "catalog.module", "catalog.facts",
        "catalog.files", "catalog.source", "catalog.problems", "catalog.publish", "catalog.removed", "catalog.new_package",
        "catalog.choose_export", "catalog.import_course", "catalog.compare_versions", "competencies.course_coverage",
        "learning.preview_activity page", "learning.preview_activity quiz", "delivery.list_sessions", "delivery.overview",
        "delivery.half_days", "delivery.half_day", "delivery.half_day_screen",
        "delivery.half_day_sheet", "delivery.half_day_countersign", "delivery.half_day_learner", "delivery.half_day_sign_here",
        "delivery.learners", "learning.bring_result_for", "learning.list_marking", "learning.show_work", "evaluations.session_results over",
        "evaluations.session_question over", "evaluations.session_satisfaction over", "competencies.learner_profile over",
        "competencies.frameworks", "competencies.framework", "competencies.framework_item", "competencies.framework_print", "competencies.framework_export",
        "competencies.coverage_matrix", "competencies.compare_frameworks", "competencies.crosswalks",
    ),
    "responsable": (
        "competencies.frameworks", "competencies.import_framework", "competencies.new_framework", "competencies.framework draft",
        "competencies.edit_framework draft ?item=A.1", "competencies.edit_framework draft ?under=A", "competencies.framework_facts draft",
        "competencies.publish_framework draft", "competencies.attach_document", "competencies.crosswalk", "competencies.coverage_matrix",
        "home.home", "home.search ?q=RIV", "delivery.list_sessions", "delivery.new_session", "delivery.overview",
        "delivery.edit_session", "delivery.half_days", "delivery.half_day_new", "delivery.half_day_edit", "delivery.half_days_plan",
        "delivery.learners", "delivery.learner_new", "delivery.learners_import", "delivery.learner_leave", "quality.session_board",
        "quality.session_board over", "quality.session_indicators over", "quality.session_reports over", "quality.session_report over",
        "quality.session_certificates over", "quality.session_evidence over", "quality.improvements", "quality.new_improvement over", "quality.improvement",
        "evaluations.session_results over", "members.journal", "badges.badges", "badges.badge", "badges.new_badge", "badges.withdraw", "learning.session_packages",
    ),
    "administration": (
        "home.home", "members.list_people", "members.edit", "members.invite", "hubs.settings", "members.journal",
    ),
    "audit": ("home.home", "quality.session_board over", "quality.session_evidence over", "quality.improvements", "members.journal"),
    "plateforme": ("platform.hubs", "platform.new_hub", "account.choose_hub"),
}  # fmt: skip

# endpoints that answer GET with something else than a page of their own, and why
NOT_PAGES = {
    "badges.badge_image": "file",
    "badges.edit_badge": "only until somebody holds the badge: the page that writes one",
    "badges.my_badge_file": "file",
    "open_badges.award_image": "file",
    "open_badges.did": "file",
    "open_badges.image": "file",
    "open_badges.status": "file",
    "accounts.second_factor": "only reached in the middle of a sign-in",
    "catalog.debts": "part of the authoring page",
    "competencies.choose_comparison": "goes to the comparison",
    "competencies.course_coverage_file": "file",
    "competencies.coverage_matrix_file": "file",
    "competencies.framework_children": "part of the framework",
    "competencies.framework_document": "file",
    "competencies.framework_file": "file",
    "competencies.import_report": "only reached with an upload",
    "competencies.merge_framework": "only for a copy",
    "catalog.edit": "goes to the first activity",
    "catalog.fetch_export": "file",
    "catalog.fetch_kept_report": "file",
    "catalog.fetch_package_report": "file",
    "catalog.follow_upload": "data for scripts",
    "catalog.media": "file",
    "catalog.package_report": "only reached with an upload",
    "catalog.show_export": "only reached with an export",
    "catalog.show_import": "only reached with an upload",
    "competencies.learner_evidence": "part of the profile",
    "competencies.my_evidence": "part of the profile",
    "competencies.search": "part of the question editor",
    "delivery.calendar_feed": "file",
    "delivery.half_day_list": "part of the half-day",
    "delivery.half_day_picture": "file",
    "delivery.learners_template": "file",
    "evaluations.export_figures": "file",
    "hubs.theme": "file",
    "learning.download_work": "file",
    "learning.export_packages": "file",
    "learning.package_address": "part of the player",
    "learning.package_versions": "only reached with a package in the course",
    "learning.preview_course": "goes to the first activity",
    "learning.show_captions": "file",
    "plugins.static_file": "file",
    "quality.document_file": "file",
    "quality.session_board_file": "file",
    "quality.session_certificates_job": "only reached with a batch",
    "quality.session_evidence_file": "file",
    "quality.session_evidence_job": "only reached with a pack",
    "quality.session_report_file": "file",
    "short.open_code": "goes to the page to sign",
    "web.health": "file",
    "web.start": "goes to the home page",
}

LINKS = {"accounts.invitation": "invitation", "accounts.reset": "reset"}
WANTED_KINDS = ("page", "quiz", "survey", "assignment", "live_session")


class Addresses:
    """Builds the address of each page of a copy of the demo."""

    def __init__(self, demo: LiveDemo) -> None:
        app = create_app(demo.house.settings, demo.house)
        self.rules = {
            rule.endpoint: rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.endpoint.endswith("static")
        }
        self.secret = demo.house.settings.secret_key
        self.frameworks: dict[str, object] | None = None
        with demo.house.sessions() as session, unscoped(session):
            self.person = session.scalar(
                select(Person).where(func.coalesce(Person.password_hash, "") == "")
            )  # invited, never came
            self.now = self._samples(session, demo, "RIV-2026-04", "apprenante")
            self.over = self._samples(session, demo, "RIV-2026-03", "diplomee")
            self.kinds = {
                kind: session.scalars(
                    select(VersionActivity.key)
                    .where(
                        VersionActivity.version_id == self._version(session, "RIV-2026-03"),
                        VersionActivity.kind == kind,
                    )
                    .order_by(VersionActivity.position)
                ).first()
                for kind in WANTED_KINDS
            }

    def _version(self, session, reference):
        return session.scalar(select(TrainingSession.version_id).where(TrainingSession.reference == reference))

    def _samples(self, session, demo, reference, learner) -> dict[str, object]:
        run = session.scalar(select(TrainingSession).where(TrainingSession.reference == reference))
        person = session.scalar(select(Person).where(Person.email == f"{learner}@example.org"))
        enrolment = session.scalar(
            select(Enrolment).where(Enrolment.session_id == run.id, Enrolment.person_id == person.id)
        )
        version = session.get(CourseVersion, run.version_id)
        draft = session.scalar(
            select(CourseVersion.id).where(CourseVersion.course_id == version.course_id, CourseVersion.number == 0)
        )
        response = session.scalar(select(QuestionResponse).order_by(QuestionResponse.question_key))
        improvement = session.scalar(select(Improvement))
        if improvement is None:
            improvement = Improvement(hub_id=run.hub_id, session_id=run.id, finding="Une question souvent manquée")
            session.add(improvement)
            session.commit()
        if self.frameworks is None:
            self.frameworks = add_samples(session, run.hub_id, run.lead_id)
        half_day = select(HalfDay.id).where(HalfDay.session_id == run.id).order_by(HalfDay.starts_at)
        return {
            "hub_slug": "les-rives", "session_id": run.id, "enrolment_id": enrolment.id, "person_id": person.id,
            "half_day_id": session.scalars(half_day).first(), "course_id": session.scalar(select(CourseRecord.id).where(CourseRecord.id == version.course_id)),
            "version_id": version.id, "file_id": session.scalar(select(CourseFile.id).where(CourseFile.version_id == draft)),
            "submission_id": session.scalar(select(Submission.id).where(Submission.marked_at.is_(None))),
            "attendance_id": session.scalar(select(Attendance.id)), "improvement_id": improvement.id,
            "activity_key": response.activity_key, "question_key": response.question_key, "code": run.join_code, "framework": "fpa-rncp37275",
            "version": "2023", "before": 1, "after": 1, "path": "course.yaml", "name": "questions", "number": "X-0000",
            "token": "", "crosswalk_id": self.frameworks["crosswalk_id"],
            "issuer": "les-rives", "badge_id": session.scalar(select(Badge.id)),
            "award_id": session.scalar(select(BadgeAward.id)),
        }  # fmt: skip

    def of(self, page: str) -> str:
        """The address of one entry of PAGES."""
        endpoint, *more = page.split()
        values = dict(self.over if "over" in more else self.now)
        query = next((one for one in more if one.startswith("?")), "")
        kind = next((one for one in more if one in self.kinds), "page")
        if endpoint in LINKS:
            values["token"] = make_link_token(self.secret, LINKS[endpoint], self.person)
        if "draft" in more:
            values |= {"framework": "lecture-plans", "version": "1"}
        elif endpoint.startswith("competencies.framework_item"):
            values["code"] = "CP1"
        elif endpoint == "competencies.compare_frameworks":
            values |= {"before": "2023", "after": "2023"}
        values["key"] = "mod-publics" if endpoint == "catalog.module" else self.kinds[kind]
        rule = self.rules[endpoint]
        _domain, path = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
        return str(path) + query
