"""A season of two hubs: one session that is over, one that runs today, one to come; all played by the services."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

import courses
from competency_frameworks.model import ItemRef
from courses.files import FolderFiles
from lms.accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, HUBS, PLATFORM_ADMIN
from lms.accounts.models import Person, Role
from lms.accounts.services import add_person, give_consents, grant_role
from lms.accounts.views.consent import TERMS_VERSION
from lms.badges.services import award_badge, save_badge
from lms.catalog.models import CourseVersion, VersionActivity
from lms.catalog.services import create_course, publish_course
from lms.db import clock_at, unscoped, utc_now
from lms.delivery.models import Enrolment, HalfDay, TrainingSession
from lms.delivery.services import (
    add_half_day,
    countersign,
    create_training_session,
    enrol_person,
    mark_absent,
    set_deadline,
    sign_half_day,
)
from lms.evaluations.queries import question_figures
from lms.hubs.services import create_hub
from lms.learning.models import Attempt, Submission
from lms.learning.services import mark_submission
from lms.quality.services.improvements import create_improvement
from lms.seed.drawing import draw_signature
from lms.seed.people import EMPLOYERS, JOBS, LEARNERS
from lms.seed.playing import Player

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from lms.hubs.models import Hub
    from lms.web.state import Installation

PARIS = ZoneInfo("Europe/Paris")
COURSES = Path(courses.__file__).parent / "data"
MAIN, SHORT = "mediation-qualite", "evaluer-pour-ameliorer"
FALLBACK = date(2026, 11, 24)


def seed_demo(house: Installation, *, say: Callable[[str], None] = lambda _text: None) -> None:
    """Fill an empty installation; one transaction: an interrupted demo leaves nothing half made."""
    with house.sessions() as session, unscoped(session):
        _Season(session, house, say).play()
        session.commit()


def anchor_day(today: date) -> date:
    """The day around which the demo plays: today while it is 2026, a day of that year afterwards."""
    return today if today.year == FALLBACK.year and today >= date(2026, 3, 1) else FALLBACK


@dataclass(slots=True, order=True)
class _Deed:
    """Something that happens at its hour; deeds may bring others, later."""

    at: datetime
    order: int
    act: Callable[[], object] = field(compare=False)


@dataclass
class _Season:
    session: Session
    house: Installation
    say: Callable[[str], None]
    rng: random.Random = field(default_factory=lambda: random.Random(2026))  # noqa: S311 - a demo, not a secret
    people: dict[str, Person] = field(default_factory=dict)
    deeds: list[_Deed] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def play(self) -> None:
        self.now = utc_now()
        self.today = anchor_day(self.now.astimezone(PARIS).date())
        if self.today != self.now.astimezone(PARIS).date():
            self.now = self.at(self.today, 10)
        with clock_at(self.at(self.today - timedelta(days=90), 9)):
            hubs = self._hubs()
            self.say("courses")
            versions = {slug: self._publish(hub) for slug, hub in hubs.items()}
        rives, cimes = hubs["les-rives"], hubs["les-cimes"]
        self.say("learners at work")
        for day, act in (
            (-75, lambda: self._finished(rives, versions["les-rives"][MAIN])),
            (-20, lambda: self._running(rives, versions["les-rives"][MAIN])),
            (-12, lambda: self._other_hub(cimes, versions["les-cimes"][SHORT])),
            (-2, lambda: self._to_come(rives, versions["les-rives"][SHORT])),
        ):
            self.later(self.at(self.today + timedelta(days=day), 9), act)
        while self.deeds:
            deed = heappop(self.deeds)
            with clock_at(deed.at):
                deed.act()

    # -- what stands before the first day ----------------------------------------------------------------------

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)

    def _hubs(self) -> dict[str, Hub]:
        hubs = {}
        for slug, (name, accent) in HUBS.items():
            hubs[slug] = create_hub(
                self.session, slug=slug, name=name, accent=accent, contact_email=f"contact.{slug}@example.org",
                accessibility_contact=f"handicap.{slug}@example.org", legal_name=f"Association {name} (exemple)",
                address="1 rue de l'Exemple, 00000 Rivebelle", siret="00000000000000", activity_number="00000000000",
                representative="Olivier Démo",
            )  # fmt: skip
        for account in DEMO_ACCOUNTS:
            person = add_person(
                self.session,
                email=account.email,
                given_name=account.given_name,
                family_name=account.family_name,
                password=DEMO_PASSWORD,
            )
            self.people[account.email] = person
            for role in account.roles:
                end = self.now + timedelta(days=60) if role == "auditor" else None
                grant_role(
                    self.session, person_id=person.id, role=Role(role), hub_id=hubs[account.hub_slug].id, expires_at=end
                )
            give_consents(
                self.session, hub_id=hubs[account.hub_slug].id, person_id=person.id, text_version=TERMS_VERSION,
                kinds={"terms": True, "cold_survey": True},
            )  # fmt: skip
        email, given, family = PLATFORM_ADMIN
        add_person(
            self.session,
            email=email,
            given_name=given,
            family_name=family,
            password=DEMO_PASSWORD,
            is_platform_admin=True,
        )
        self.session.flush()
        return hubs

    def _publish(self, hub: Hub) -> dict[str, CourseVersion]:
        keys = (MAIN, SHORT) if hub.slug == "les-rives" else (SHORT,)
        trainer = self.people["formateur@example.org" if hub.slug == "les-rives" else "formatrice.cimes@example.org"]
        versions = {}
        for key in keys:
            course = create_course(
                self.session, self.house.files, files=FolderFiles(COURSES / key), hub_id=hub.id, person_id=trainer.id
            )
            course.shared = hub.slug == "les-rives"
            versions[key] = publish_course(
                self.session,
                self.house.files,
                self.house.plugins.activity_types,
                course=course,
                person_id=trainer.id,
                notes="Première publication.",
            )
        return versions

    # -- sessions ----------------------------------------------------------------------------------------------

    def _open(
        self, hub: Hub, version: CourseVersion, *, reference: str, start: int, end: int, place: str, capacity: int = 14
    ) -> TrainingSession:
        lead = self.people["responsable@example.org" if hub.slug == "les-rives" else "formatrice.cimes@example.org"]
        trainer = self.people["formateur@example.org" if hub.slug == "les-rives" else "formatrice.cimes@example.org"]
        return create_training_session(
            self.session, hub_id=hub.id, version_id=version.id, reference=reference, title=version.title,
            starts_on=self.today + timedelta(days=start), ends_on=self.today + timedelta(days=end), place=place,
            access_notes="Accès de plain-pied, boucle magnétique à l'accueil, tram ligne B (exemple).", capacity=capacity,
            funder="Financeur de démonstration", lead_id=lead.id, trainer_ids=[trainer.id], by=lead.id,
        )  # fmt: skip

    def _half_days(self, run: TrainingSession, days: dict[str, tuple[int, int, int]]) -> dict[str, HalfDay]:
        live = {
            row.key: row
            for row in self.session.scalars(
                select(VersionActivity).where(
                    VersionActivity.version_id == run.version_id, VersionActivity.kind == "live_session"
                )
            )
        }
        made = {}
        for key, (offset, hour, minute) in days.items():
            start = self.at(self.today + timedelta(days=offset), hour, minute)
            remote = key == "live-2"
            made[key] = add_half_day(
                self.session, training_session=run, title=live[key].title, starts_at=start, ends_at=start + timedelta(minutes=live[key].minutes),
                modality="remote" if remote else "on_site", place="" if remote else run.place,
                join_url="https://visio.example.org/bouquet-demo" if remote else "", activity_key=key,
                trainer_id=self.people["formateur@example.org"].id,
            )  # fmt: skip
        return made

    def _enrol(
        self, run: TrainingSession, names: list[tuple[str, str]], known: tuple[str, ...] = ()
    ) -> list[Enrolment]:
        learners = [(email, self.people[email].given_name, self.people[email].family_name) for email in known]
        for given, family in names:
            plain = unicodedata.normalize("NFKD", f"{given}.{family}").encode("ascii", "ignore").decode().lower()
            learners.append((f"{plain}@example.org", given, family))
        enrolments = []
        for email, given, family in learners:
            enrolment = enrol_person(
                self.session, training_session=run, email=email, given_name=given, family_name=family,
                employer=self.rng.choice(EMPLOYERS), job_title=self.rng.choice(JOBS), by=run.lead_id, invite=False,
            )  # fmt: skip
            give_consents(
                self.session, hub_id=run.hub_id, person_id=enrolment.person_id, text_version=TERMS_VERSION,
                kinds={"terms": True, "cold_survey": self.rng.random() < 0.7},
            )  # fmt: skip
            enrolments.append(enrolment)
        return enrolments

    def _activities(self, run: TrainingSession) -> list[VersionActivity]:
        from sqlalchemy.orm import undefer  # noqa: PLC0415

        return list(
            self.session.scalars(
                select(VersionActivity)
                .where(VersionActivity.version_id == run.version_id)
                .order_by(VersionActivity.position)
                .options(undefer(VersionActivity.data))
            )
        )

    def later(self, at: datetime, act: Callable[..., object], *arguments: Any, **named: Any) -> None:
        """Put a deed in the calendar; what the demo plays is over five minutes before it starts."""
        when = min(at, self.now - timedelta(minutes=5))
        heappush(self.deeds, _Deed(when, next(self.numbers), partial(act, *arguments, **named)))

    def _player(self, enrolment: Enrolment) -> Player:
        return Player(enrolment, self.rng.uniform(0.72, 0.95), self.rng.uniform(0.3, 1.0), self.rng)

    def _work(self, player: Player, activity: VersionActivity, at: datetime) -> None:
        self.later(at, player.play, self.session, self.house.files, self.house.plugins.activity_types, activity)

    def _sign(self, half_day: HalfDay, enrolments: list[Enrolment], absent: set[int], trainer: Person) -> None:
        for place, enrolment in enumerate(enrolments):
            at = half_day.starts_at + timedelta(minutes=5 + place)
            if place in absent:
                self.later(
                    at,
                    mark_absent,
                    self.session,
                    half_day=half_day,
                    enrolment=enrolment,
                    reason="Arrêt maladie",
                    by=trainer.id,
                )
            else:
                self._sign_one(half_day, enrolment, at)
        self.later(
            half_day.ends_at - timedelta(minutes=5), countersign, self.session, self.house.files, half_day=half_day,
            person=trainer, signature=draw_signature(self.rng),
        )  # fmt: skip

    def _sign_one(self, half_day: HalfDay, enrolment: Enrolment, at: datetime) -> None:
        self.later(
            at, sign_half_day, self.session, self.house.files, half_day=half_day, enrolment=enrolment,
            signature=draw_signature(self.rng), method="qr",
        )  # fmt: skip

    def _finished(self, hub: Hub, version: CourseVersion) -> None:
        run = self._open(
            hub,
            version,
            reference="RIV-2026-03",
            start=-62,
            end=-20,
            place="Médiathèque des Peupliers, salle 2 (exemple)",
        )
        days = self._half_days(run, {"live-1": (-55, 9, 0), "live-2": (-38, 9, 30), "live-3": (-22, 13, 30)})
        enrolments = self._enrol(run, list(LEARNERS[:11]), known=("diplomee@example.org",))
        trainer = self.people["formateur@example.org"]
        for place, key in enumerate(("live-1", "live-2", "live-3")):
            self._sign(days[key], enrolments, {(place * 5 + 3) % 12}, trainer)
        activities = [one for one in self._activities(run) if one.kind != "live_session"]
        for place, enrolment in enumerate(enrolments):
            player = self._player(enrolment)
            if place == 0:
                player.ease = 0.95
            last = len(activities) if place != 10 else 14  # one leaves on the way
            for step, activity in enumerate(activities[:last]):
                day = -60 + step * 39 // len(activities) + self.rng.randint(0, 1)
                self._work(
                    player,
                    activity,
                    self.at(self.today + timedelta(days=day), self.rng.randint(8, 20), self.rng.randint(0, 59)),
                )
        self.later(self.at(self.today - timedelta(days=18), 15), self._mark, run, trainer, leave=1)
        self.later(self.at(self.today - timedelta(days=15), 11), self._improve, run)
        self.later(self.at(self.today - timedelta(days=14), 10), self._badge, run)

    def _mark(self, run: TrainingSession, trainer: Person, *, leave: int) -> None:
        rows = self.session.execute(
            select(Submission, Attempt, Enrolment)
            .join(Attempt, Attempt.id == Submission.attempt_id)
            .join(Enrolment, Enrolment.id == Submission.enrolment_id)
            .where(Enrolment.session_id == run.id)
            .order_by(Submission.submitted_at)
        ).all()
        activities = {one.key: one for one in self._activities(run)}
        for submission, attempt, enrolment in rows[: len(rows) - leave]:
            activity = activities[submission.activity_key]
            marks = {c["id"]: self.rng.choice(c["levels"][1:])["id"] for c in activity.data["criteria"]}
            kind = self.house.plugins.activity_types[activity.kind]
            mark_submission(
                self.session, submission=submission, attempt=attempt, enrolment=enrolment, activity=activity, marks=marks,
                outcome=kind.mark(activity.data, marks), by=trainer.id,
                feedback="Un scénario clair et un besoin bien établi. Pour la suite : annoncez aussi comment vous suivrez les absents.",
                link=f"{self.house.settings.url}/h/les-rives/learn/{enrolment.id}/{activity.key}",
            )  # fmt: skip

    def _improve(self, run: TrainingSession) -> None:
        """The lead reads the results and acts on what was missed most."""
        lead = self.people["responsable@example.org"]
        figures = [
            one
            for one in question_figures(self.session, run.id)
            if one.right.share is not None and one.text.purpose != "positioning"
        ]
        weakest = min(figures, key=lambda one: one.right.share or 0.0).text
        create_improvement(
            self.session, hub_id=run.hub_id, session_id=run.id, owner_id=self.people["formateur@example.org"].id, by=lead.id,
            signal={"kind": "question", "key": f"{weakest.activity_key}/{weakest.key}", "label": weakest.text},
            finding="Cette question est celle qui est le moins réussie de la session.",
            cause="La page qui prépare cette question donne la règle sans exemple à faire soi-même.",
            action="Ajouter un exemple commenté puis un essai dans la page, et reformuler la question.",
            due_on=self.today + timedelta(days=20),
        )  # fmt: skip

    def _badge(self, run: TrainingSession) -> None:
        """A badge is written and given to those who finished and showed its competencies; the rest are for the lead."""
        settings, lead = self.house.settings, self.people["responsable@example.org"]
        badge = save_badge(
            self.session, None, hub_id=run.hub_id, by=lead.id, name="Concevoir et animer une formation",
            description="Sait concevoir un scénario de formation hybride, le préparer et l’animer.",
            criteria="Réussir les tests et le travail en situation du parcours « Former des formateurs et formatrices ».",
            language="fr", refs=[ItemRef("fpa-rncp37275", "2023", code) for code in ("CP1", "CP2", "CP3")],
            threshold=0.7, least_items=3, needed=0,
        )  # fmt: skip
        one = [self.people["diplomee@example.org"]]
        award_badge(self.session, badge, one, url=settings.url, secret=settings.secret_key, by=lead.id)

    def _running(self, hub: Hub, version: CourseVersion) -> None:
        run = self._open(
            hub, version, reference="RIV-2026-04", start=-9, end=24, place="Maison des Saules, salle du haut (exemple)"
        )
        local = self.now.astimezone(PARIS)
        days = self._half_days(
            run, {"live-1": (0, min(max(local.hour, 0), 20), 0), "live-2": (9, 9, 30), "live-3": (22, 13, 30)}
        )
        for key, offset in (
            ("quiz-positionnement", 1),
            ("quiz-concevoir", 8),
            ("dev-scenario", 20),
            ("quiz-final", 23),
        ):
            set_deadline(
                self.session,
                training_session=run,
                activity_key=key,
                due_at=self.at(self.today + timedelta(days=offset), 18),
            )
        enrolments = self._enrol(run, list(LEARNERS[12:20]), known=("apprenante@example.org",))
        activities = [one for one in self._activities(run) if one.kind != "live_session"]
        for place, enrolment in enumerate(enrolments):
            player = self._player(enrolment)
            reach = 3 if place == 0 else 0 if place == 8 else self.rng.randint(2, 10)
            for step, activity in enumerate(activities[:reach]):
                self._work(
                    player,
                    activity,
                    self.at(self.today - timedelta(days=8 - step * 7 // max(reach, 1)), self.rng.randint(8, 20)),
                )
        for place, enrolment in enumerate(enrolments[1:5]):
            self._sign_one(days["live-1"], enrolment, days["live-1"].starts_at + timedelta(minutes=1 + place))

    def _to_come(self, hub: Hub, version: CourseVersion) -> None:
        run = self._open(hub, version, reference="RIV-2026-05", start=15, end=30, place="À distance")
        self._enrol(run, list(LEARNERS[20:]))

    def _other_hub(self, hub: Hub, version: CourseVersion) -> None:
        run = self._open(hub, version, reference="CIM-2026-01", start=-5, end=20, place="Fort des Cimes (exemple)")
        enrolments = self._enrol(run, [], known=("apprenant.cimes@example.org",))
        player = self._player(enrolments[0])
        for step, activity in enumerate([one for one in self._activities(run) if one.kind != "live_session"][:2]):
            self._work(player, activity, self.at(self.today - timedelta(days=4 - step), 18))


__all__ = ["anchor_day", "seed_demo"]
