"""Results of offline pages coming home: proven, graded again here, added once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import undefer

from courses.offline_results import BadResultError, OfflineResult, read_signed
from lms.accounts.services import record_event
from lms.catalog.hand_back import PackageOfPages, get_pages_version
from lms.catalog.models import CourseVersion, VersionActivity
from lms.contracts import OfflineWork, Refusal
from lms.db import utc_now
from lms.delivery.models import Enrolment, TrainingSession
from lms.learning.closing import why_shut
from lms.learning.models import OfflineRun
from lms.learning.services import NoMoreAttemptsError, find_attempt, open_next_attempt, record_outcome

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from lms.contracts import ActivityType, Outcome
    from lms.learning.models import Attempt
    from lms.storage import FileStore


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file added. ``again``: everything in it was here already; ``kept`` are titles of activities that were begun
    or used up on the platform, where the file changed nothing; ``other_version``: the learner follows another version."""

    pages: int
    quizzes: int
    kept: tuple[str, ...]
    other_version: bool

    @property
    def again(self) -> bool:
        return not (self.pages or self.quizzes or self.kept)


def read_offline_result(session: Session, data: bytes, secret: str) -> tuple[OfflineResult, CourseVersion]:
    """A file whose signature is proven, and the version it was made from; Refusal otherwise, naming why."""
    try:
        signed = read_signed(data)
        package = PackageOfPages.parse(signed.package)
        version = get_pages_version(session, package) if package else None
        if package is None or version is None:
            raise Refusal(
                "Ce fichier vient des pages hors ligne d'un autre hub, ou d'un cours qui n'est plus ici. Rien n'a été ajouté.",
                "This file comes from the offline pages of another hub, or of a course that is no longer here. Nothing was added.",
            )
        return signed.verify(package.key(secret)), version
    except BadResultError as error:
        raise Refusal(error.fr, error.en) from error


def find_enrolment_for(session: Session, *, person_id: uuid.UUID, version: CourseVersion) -> Enrolment | None:
    """The learner's latest enrolment in a session of that course, whatever its version."""
    return session.scalar(
        select(Enrolment)
        .join(TrainingSession, TrainingSession.id == Enrolment.session_id)
        .join(CourseVersion, CourseVersion.id == TrainingSession.version_id)
        .where(
            Enrolment.person_id == person_id, Enrolment.status != "cancelled",
            CourseVersion.course_id == version.course_id,
        )
        .order_by(Enrolment.status.in_(("invited", "active")).desc(), TrainingSession.starts_on.desc(), Enrolment.id)
        .limit(1)
    )  # fmt: skip


def take_offline_result(
    session: Session, store: FileStore, types: Mapping[str, ActivityType], *, enrolment: Enrolment,
    result: OfflineResult, version: CourseVersion, by: uuid.UUID,
) -> Taken:  # fmt: skip
    """Add what the file holds and is not here yet; the answers are graded on the version that the learner follows.

    Refusal when the session is closed, the course is another one, or the same work was brought for somebody else.
    """
    shut = why_shut(enrolment.session.status, enrolment.status)
    if shut:
        raise Refusal(shut.fr, shut.en)
    followed = session.get_one(CourseVersion, enrolment.session.version_id)
    if followed.course_id != version.course_id:
        raise Refusal(
            f"Ce fichier vient du cours « {version.title} », que cette session ne suit pas. Rien n'a été ajouté.",
            f"This file comes from the course “{version.title}”, which this session does not follow. Nothing was added.",
        )
    run = _run_of(session, enrolment, result)
    taker = _Taker(session, store, types, enrolment, result, dict(run.counted))
    taker.take()
    run.counted, run.digest, run.brought_at, run.brought_by = taker.counted, result.digest, utc_now(), by
    record_event(
        session, "result.brought", hub_id=enrolment.hub_id, person_id=by, target=enrolment.id, pages=taker.pages,
        quizzes=taker.quizzes, package=result.package,
    )  # fmt: skip
    return Taken(taker.pages, taker.quizzes, tuple(taker.kept), followed.id != version.id)


def _run_of(session: Session, enrolment: Enrolment, result: OfflineResult) -> OfflineRun:
    run = session.scalar(select(OfflineRun).where(OfflineRun.run == result.run))
    if run is None:
        run = OfflineRun(hub_id=enrolment.hub_id, enrolment_id=enrolment.id, run=result.run, counted={})
        session.add(run)
    elif run.enrolment_id != enrolment.id:
        raise Refusal(
            "Ce travail a déjà été rapporté pour une autre personne ou une autre session : un fichier ne vaut que pour "
            "une seule. Rien n'a été ajouté.",
            "This work was already brought for another person or another session: a file counts for one only. Nothing "
            "was added.",
        )
    return run


@dataclass
class _Taker:
    """Goes through the activities of the learner's version and adds what is new."""

    session: Session
    store: FileStore
    types: Mapping[str, ActivityType]
    enrolment: Enrolment
    result: OfflineResult
    counted: dict[str, str]
    pages: int = 0
    quizzes: int = 0
    kept: list[str] = field(default_factory=list)

    def take(self) -> None:
        activities = self.session.scalars(
            select(VersionActivity)
            .where(VersionActivity.version_id == self.enrolment.session.version_id)
            .options(undefer(VersionActivity.data))
            .order_by(VersionActivity.position)
        ).all()
        for activity in activities:
            tries = [one for one in self.result.attempts if one.quiz == activity.key]
            if not tries and activity.key in self.result.seen:
                self._page(activity)
            for one in sorted(tries, key=lambda one: one.number):
                answers = tuple((each.question, each.response, each.seconds) for each in one.answers)
                self._quiz(activity, f"{activity.key}:{one.number}", answers)

    def _outcome(self, activity: VersionActivity, work: OfflineWork) -> Outcome | None:
        kind = self.types.get(activity.kind)
        outcome = kind.take_offline(activity.data, work) if kind else None
        if outcome is None:
            return None
        mark = {"run": self.result.run, "made": self.result.made.isoformat()}
        return replace(outcome, state=outcome.state | {"offline": mark})

    def _page(self, activity: VersionActivity) -> None:
        spent = self.result.seconds.get(activity.key, 0.0)
        outcome = self._outcome(activity, OfflineWork(seen=True, seconds=spent))
        if activity.key in self.counted or outcome is None:
            return
        self.counted[activity.key] = self.result.made.isoformat()
        attempt = find_attempt(self.session, self.enrolment.id, activity.key)
        if attempt is None or attempt.completion != "completed":
            attempt = attempt or open_next_attempt(self.session, enrolment=self.enrolment, activity=activity)
            self._record(attempt, activity, outcome)
            self.pages += 1

    def _quiz(self, activity: VersionActivity, key: str, answers: tuple[tuple[str, object, float], ...]) -> None:
        if key in self.counted:
            return
        outcome = self._outcome(activity, OfflineWork(seen=True, seconds=0.0, answers=answers))
        if outcome is None:
            return
        begun = find_attempt(self.session, self.enrolment.id, activity.key)
        if begun is not None and begun.completion != "completed" and begun.state:
            self.kept.append(activity.title)  # under way on the platform: not overwritten, and may be brought later
            return
        try:
            most = int(activity.data.get("max_attempts") or 0)
            attempt = open_next_attempt(self.session, enrolment=self.enrolment, activity=activity, most=most)
        except NoMoreAttemptsError:
            self.kept.append(activity.title)
            return
        self._record(attempt, activity, outcome)
        self.counted[key] = self.result.made.isoformat()
        self.quizzes += 1

    def _record(self, attempt: Attempt, activity: VersionActivity, outcome: Outcome) -> None:
        record_outcome(self.session, self.store, attempt=attempt, activity=activity, outcome=outcome)
        self.session.refresh(attempt)
