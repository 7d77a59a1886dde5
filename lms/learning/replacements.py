"""A package replaced by a newer one while learners are in it: who is concerned, what would be lost, who takes it, the way back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import undefer

from lms.accounts.services import record_event
from lms.catalog.models import CourseVersion, ScormPackage, VersionActivity
from lms.db import utc_now
from lms.delivery.models import Enrolment, TrainingSession
from lms.learning.models import Attempt, MovedAttempt, PackageRun, PackageSwitch

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from lms.catalog.package_changes import PackageChanges

UNDO_DAYS: Final = 14


class SwitchError(ValueError):
    """A choice that cannot be made, or no longer be undone."""


@dataclass(frozen=True, slots=True)
class PackageVersion:
    """A package that published versions of the course give to an activity, from the first of them on."""

    sha256: str
    number: int
    published_at: datetime | None
    outline: dict[str, Any]


@dataclass(slots=True)
class Concerned:
    """The learners of one session at one activity: how many have not begun, are in it, have finished; by package."""

    session_id: uuid.UUID
    title: str
    package: str  # the one that new attempts get
    not_begun: int = 0
    in_progress: dict[str, int] = field(default_factory=dict)
    finished: int = 0
    switch: PackageSwitch | None = None

    def in_former(self, newest: str) -> int:
        """How many are in progress in another package than this one."""
        return sum(count for package, count in self.in_progress.items() if package != newest)

    @property
    def can_undo(self) -> bool:
        return self.switch is not None and self.switch.made_at > utc_now() - timedelta(days=UNDO_DAYS)


def list_package_versions(session: Session, course_id: uuid.UUID, key: str) -> list[PackageVersion]:
    """The packages of an activity over the published versions of its course, the newest first."""
    rows = session.execute(
        select(CourseVersion.number, CourseVersion.published_at, VersionActivity.data)
        .join(VersionActivity, VersionActivity.version_id == CourseVersion.id)
        .where(CourseVersion.course_id == course_id, VersionActivity.key == key, VersionActivity.kind == "scorm")
        .order_by(CourseVersion.number)
    )
    found: dict[str, PackageVersion] = {}
    for number, published_at, data in rows:
        found.setdefault(data["package"], PackageVersion(data["package"], number, published_at, data))
    return sorted(found.values(), key=lambda one: one.number, reverse=True)


def active_switch(session: Session, session_id: uuid.UUID, key: str) -> PackageSwitch | None:
    """The last choice made for an activity in a session and not undone."""
    return session.scalar(
        select(PackageSwitch)
        .where(
            PackageSwitch.session_id == session_id, PackageSwitch.activity_key == key, PackageSwitch.undone_at.is_(None)
        )
        .order_by(PackageSwitch.made_at.desc())
        .limit(1)
    )


def first_state(session: Session, session_id: uuid.UUID, key: str, kind: str) -> dict[str, Any]:
    """What an attempt begins with: the newer package when the session has taken it."""
    switch = active_switch(session, session_id, key) if kind == "scorm" else None
    return {"package": switch.package} if switch else {}


def list_concerned(session: Session, course_id: uuid.UUID, key: str) -> list[Concerned]:
    """The open sessions whose course version has the activity as a package, with their learners; three statements."""
    rows = session.execute(
        select(TrainingSession.id, TrainingSession.title, VersionActivity.data)
        .join(CourseVersion, CourseVersion.id == TrainingSession.version_id)
        .join(VersionActivity, VersionActivity.version_id == CourseVersion.id)
        .where(
            CourseVersion.course_id == course_id, VersionActivity.key == key, VersionActivity.kind == "scorm",
            TrainingSession.status.in_(("planned", "open")),
        )
        .order_by(TrainingSession.starts_on.desc())
        .limit(100)
    ).all()  # fmt: skip
    own = {session_id: data["package"] for session_id, _title, data in rows}
    found = {session_id: Concerned(session_id, title, own[session_id]) for session_id, title, _data in rows}
    for switch in session.scalars(
        select(PackageSwitch)
        .where(
            PackageSwitch.session_id.in_(found), PackageSwitch.activity_key == key, PackageSwitch.undone_at.is_(None)
        )
        .order_by(PackageSwitch.made_at)
    ):
        found[switch.session_id].switch, found[switch.session_id].package = switch, switch.package
    for session_id, completion, state in _attempts(session, list(found), key):
        line = found[session_id]
        if completion is None:
            line.not_begun += 1
        elif completion == "completed":
            line.finished += 1
        else:
            package = (state or {}).get("package") or own[session_id]
            line.in_progress[package] = line.in_progress.get(package, 0) + 1
    return list(found.values())


def _attempts(session: Session, session_ids: Sequence[uuid.UUID], key: str) -> list[tuple[Any, Any, Any]]:
    """Session, completion and state of the latest attempt of each learner; None, None for who has not begun."""
    rows = session.execute(
        select(Enrolment.id, Enrolment.session_id, Attempt.completion, Attempt.state)
        .outerjoin(Attempt, (Attempt.enrolment_id == Enrolment.id) & (Attempt.activity_key == key))
        .where(Enrolment.session_id.in_(session_ids), Enrolment.status.in_(("invited", "active", "completed")))
        .order_by(Attempt.number)
    )
    return list({row[0]: (row[1], row[2], row[3]) for row in rows}.values())


def list_in_progress(session: Session, session_id: uuid.UUID, key: str, *, without: str) -> list[Attempt]:
    """The attempts of a session at an activity that are not finished and run another package than ``without``."""
    rows = session.scalars(
        select(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Enrolment.session_id == session_id, Enrolment.status.in_(("invited", "active")),
            Attempt.activity_key == key, Attempt.kind == "scorm", Attempt.completion != "completed",
        )
    )  # fmt: skip
    return [one for one in rows if one.state.get("package") != without]


@dataclass(frozen=True, slots=True)
class Loss:
    """What moving would take from the learners in progress: how many have something in a part that is gone."""

    part: str
    title: str
    learners: int


def count_losses(attempts: Sequence[Attempt], changes: PackageChanges) -> tuple[list[Loss], int, int]:
    """The losses by removed part; how many would lose bookmarks and answers; how many keep a bookmark that may not fit."""
    losses = [
        Loss(key, title, sum(_has_data(attempt.state, key) for attempt in attempts)) for key, title in changes.removed
    ]
    started = sum(bool(attempt.state.get("scos")) for attempt in attempts)
    moved = [part.id for part in changes.rewritten]
    unsure = sum(any(_has_data(attempt.state, key) for key in moved) for attempt in attempts)
    return [loss for loss in losses if loss.learners], started if changes.standard else 0, unsure


def _has_data(state: Mapping[str, Any], key: str) -> bool:
    part = state.get("scos", {}).get(key, {})
    return bool(part.get("kept") or part.get("seconds") or part.get("completion", "unknown") != "unknown")


def carry_over(state: Mapping[str, Any], changes: PackageChanges, package: str) -> dict[str, Any]:
    """An attempt's state in the newer package: results stay, bookmarks too where the same standard can read them.

    Windows that are open may no longer write: the launch number moves on.
    """
    ids = {part.id for part in changes.kept}
    scos = {key: dict(part) for key, part in state.get("scos", {}).items() if key in ids}
    if changes.standard:
        scos = {key: part | {"kept": {}} for key, part in scos.items()}
    moved = {**state, "scos": scos, "package": package, "launch": int(state.get("launch", 0)) + 1, "sequence": 0}
    if not changes.same_structure:
        moved.pop("root", None)  # how the former structure stood
    return moved


def switch_package(
    session: Session, *, concerned: Concerned, key: str, newest: PackageVersion, moves: bool, changes: PackageChanges,
    hub_id: uuid.UUID, person_id: uuid.UUID,
) -> PackageSwitch:  # fmt: skip
    """From now on the activity runs the newer package in this session; with ``moves`` for those who are in it too.

    SwitchError when the session has it already.
    """
    if concerned.package == newest.sha256 and not (moves and concerned.in_former(newest.sha256)):
        raise SwitchError("the session has this package already")
    switch = PackageSwitch(
        hub_id=hub_id, session_id=concerned.session_id, activity_key=key, former=concerned.package,
        package=newest.sha256, moves=moves, made_by=person_id,
    )  # fmt: skip
    session.add(switch)
    session.flush()
    attempts = list_in_progress(session, concerned.session_id, key, without=newest.sha256)
    for attempt in attempts:
        if moves:
            _move(session, switch, attempt, changes)
        elif "package" not in attempt.state:  # what was implied is now written: it stays whatever comes next
            attempt.state = attempt.state | {"package": concerned.package}
    record_event(
        session, "package.switched", hub_id=hub_id, person_id=person_id, target=concerned.session_id, activity=key,
        package=newest.sha256, moved=len(attempts) if moves else 0,
    )  # fmt: skip
    session.flush()
    return switch


def _move(session: Session, switch: PackageSwitch, attempt: Attempt, changes: PackageChanges) -> None:
    moved = MovedAttempt(
        hub_id=attempt.hub_id, switch_id=switch.id, attempt_id=attempt.id, state=dict(attempt.state),
        revision=attempt.revision + 1,
    )  # fmt: skip
    session.add(moved)
    attempt.state = carry_over(attempt.state, changes, switch.package)
    attempt.revision += 1
    if not changes.same_structure:  # the sequencing of the former structure says nothing of the new one
        session.execute(delete(PackageRun).where(PackageRun.attempt_id == attempt.id))


def undo_switch(session: Session, *, switch: PackageSwitch, person_id: uuid.UUID) -> tuple[int, int]:
    """Take a choice back: who was moved and has not gone on since is where they were. How many went back, how many stay.

    SwitchError after two weeks, or when it was undone already.
    """
    if switch.undone_at is not None or switch.made_at < utc_now() - timedelta(days=UNDO_DAYS):
        raise SwitchError("too late")
    back = stay = 0
    rows = session.scalars(select(MovedAttempt).where(MovedAttempt.switch_id == switch.id)).all()
    for moved in rows:
        attempt = session.get_one(Attempt, moved.attempt_id)
        former = {"package": switch.former, **moved.state, "launch": int(attempt.state.get("launch", 0)) + 1}
        done = session.execute(
            update(Attempt)
            .where(Attempt.id == attempt.id, Attempt.revision == moved.revision)
            .values(state=former, revision=moved.revision + 1)
        )
        if done.rowcount == 1:  # type: ignore[attr-defined]
            back += 1
            session.delete(moved)
        else:
            stay += 1
    switch.undone_at = utc_now()
    record_event(
        session, "package.switch_undone", hub_id=switch.hub_id, person_id=person_id, target=switch.session_id,
        activity=switch.activity_key, back=back, stay=stay,
    )  # fmt: skip
    session.flush()
    session.expire_all()
    return back, stay


def get_switch(session: Session, switch_id: uuid.UUID) -> PackageSwitch | None:
    return session.get(PackageSwitch, switch_id)


def outline_of(session: Session, sha256: str) -> dict[str, Any] | None:
    """The outline of a package of the session's hub."""
    return session.scalar(select(ScormPackage.manifest).where(ScormPackage.sha256 == sha256))


def sessions_behind(session: Session, course_id: uuid.UUID, version_id: uuid.UUID) -> list[tuple[str, str]]:
    """Key and title of the packages of a version that open sessions of the course do not run yet; three statements."""
    newest = {
        one.key: (one.title, one.data["package"])
        for one in session.scalars(
            select(VersionActivity)
            .where(VersionActivity.version_id == version_id, VersionActivity.kind == "scorm")
            .options(undefer(VersionActivity.data))
        )
    }
    if not newest:
        return []
    rows = session.execute(
        select(TrainingSession.id, VersionActivity.key, VersionActivity.data)
        .join(CourseVersion, CourseVersion.id == TrainingSession.version_id)
        .join(VersionActivity, VersionActivity.version_id == CourseVersion.id)
        .where(
            CourseVersion.course_id == course_id, VersionActivity.key.in_(newest), VersionActivity.kind == "scorm",
            TrainingSession.status.in_(("planned", "open")),
        )
    ).all()  # fmt: skip
    taken = {
        (one.session_id, one.activity_key): one.package
        for one in session.scalars(
            select(PackageSwitch)
            .where(PackageSwitch.session_id.in_([row[0] for row in rows]), PackageSwitch.undone_at.is_(None))
            .order_by(PackageSwitch.made_at)
        )
    }
    behind = {key for run, key, data in rows if taken.get((run, key), data["package"]) != newest[key][1]}
    return [(key, title) for key, (title, _package) in newest.items() if key in behind]
