"""What a learner's acts change: attempts, progress, answers, evidence, work handed in and its marking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from lms.accounts.models import Person
from lms.accounts.services import record_event
from lms.catalog.models import VersionActivity
from lms.competencies.services import activity_source, add_evidence
from lms.db import new_id, utc_now
from lms.delivery.models import Enrolment
from lms.delivery.services import complete_enrolment, mark_joined
from lms.evaluations.services import record_question_responses, record_survey_response
from lms.learning.models import Attempt, Progress, Submission
from lms.learning.replacements import first_state
from lms.mail import queue_mail
from lms.texts import translator

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from lms.contracts import Outcome
    from lms.storage import FileStore

EVIDENCE_KINDS = {"scorm": "package", "assignment": "assignment"}
EVIDENCE_PURPOSES = {"positioning": "positioning", "final": "final"}


class StaleRevisionError(RuntimeError):
    """The attempt moved on since the page was shown (another device, another tab): nothing was written."""


class NoMoreAttemptsError(RuntimeError):
    """The activity may not be begun again."""


_ATTEMPT = (
    select(Attempt)
    .where(Attempt.enrolment_id == bindparam("enrolment"), Attempt.activity_key == bindparam("activity"))
    .order_by(Attempt.number.desc())
    .limit(1)
)


def find_attempt(session: Session, enrolment_id: uuid.UUID, activity_key: str) -> Attempt | None:
    """The latest attempt of the learner at the activity."""
    return session.scalar(_ATTEMPT, {"enrolment": enrolment_id, "activity": activity_key})


def open_attempt(session: Session, *, enrolment: Enrolment, activity: VersionActivity) -> Attempt:
    """The learner's present attempt, begun now when there is none; the activity then counts as started."""
    found = find_attempt(session, enrolment.id, activity.key)
    return found or _begin(session, enrolment, activity, number=1)


def open_next_attempt(session: Session, *, enrolment: Enrolment, activity: VersionActivity, most: int = 0) -> Attempt:
    """Begin again once the present attempt is finished; NoMoreAttemptsError after ``most`` attempts (0: no limit)."""
    found = find_attempt(session, enrolment.id, activity.key)
    if found is None or found.completion != "completed":
        return found or _begin(session, enrolment, activity, number=1)
    if most and found.number >= most:
        raise NoMoreAttemptsError(activity.key)
    return _begin(session, enrolment, activity, number=found.number + 1)


def _begin(session: Session, enrolment: Enrolment, activity: VersionActivity, *, number: int) -> Attempt:
    state = first_state(session, enrolment.session_id, activity.key, activity.kind)
    attempt = Attempt(
        hub_id=enrolment.hub_id, enrolment_id=enrolment.id, version_id=activity.version_id, activity_key=activity.key,
        kind=activity.kind, number=number, state=state, revision=0,
    )  # fmt: skip
    session.add(attempt)
    if number == 1:
        session.add(Progress(hub_id=enrolment.hub_id, enrolment_id=enrolment.id, activity_key=activity.key))
    mark_joined(session, enrolment)
    session.flush()
    return attempt


def record_outcome(
    session: Session,
    store: FileStore,
    *,
    attempt: Attempt,
    activity: VersionActivity,
    outcome: Outcome,
    revision: int | None = None,
) -> Progress:
    """Write what an act changed, evidence included on a first pass, and complete the enrolment when nothing is left.

    ``revision`` is the one that the learner's page was made from; StaleRevisionError when the attempt moved on since.
    """
    enrolment = session.get_one(Enrolment, attempt.enrolment_id)
    _write_attempt(session, attempt, outcome, revision)
    record_question_responses(
        session, attempt=attempt, session_id=enrolment.session_id, purpose=activity.purpose, responses=outcome.responses
    )
    if outcome.survey:
        record_survey_response(
            session, hub_id=attempt.hub_id, session_id=enrolment.session_id, activity_key=attempt.activity_key,
            purpose=activity.purpose, enrolment_id=attempt.enrolment_id, anonymous=bool(activity.data.get("anonymous")),
            answers=outcome.survey,
        )  # fmt: skip
    if outcome.submission is not None:
        _hand_in(session, store, attempt, outcome.submission)
    return update_progress(session, attempt=attempt, enrolment=enrolment, purpose=activity.purpose, outcome=outcome)


def _write_attempt(session: Session, attempt: Attempt, outcome: Outcome, revision: int | None) -> None:
    before = attempt.revision
    if revision is not None and revision != before:
        raise StaleRevisionError
    values: dict[str, Any] = {
        "state": outcome.state, "revision": before + 1, "updated_at": utc_now(),
        "seconds": attempt.seconds + max(outcome.seconds, 0.0),
    }  # fmt: skip
    for name in ("completion", "success", "score"):
        if getattr(outcome, name) is not None:
            values[name] = getattr(outcome, name)
    if outcome.completion == "completed" and attempt.finished_at is None:
        values["finished_at"] = values["updated_at"]
    changed = session.execute(
        update(Attempt).where(Attempt.id == attempt.id, Attempt.revision == before).values(**values)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleRevisionError


def update_progress(
    session: Session, *, attempt: Attempt, enrolment: Enrolment, purpose: str, outcome: Outcome
) -> Progress:
    """Bring the learner's place in line with the attempt: the best counts, what was won is not lost."""
    progress = session.scalar(
        select(Progress).where(
            Progress.enrolment_id == attempt.enrolment_id, Progress.activity_key == attempt.activity_key
        )
    )
    if progress is None:
        progress = Progress(
            hub_id=attempt.hub_id, enrolment_id=attempt.enrolment_id, activity_key=attempt.activity_key,
            status="started", success="unknown", seconds=0.0,
        )  # fmt: skip
        session.add(progress)
    was_done = progress.status == "done"
    progress.updated_at = utc_now()
    progress.seconds += max(outcome.seconds, 0.0)
    if outcome.score is not None:
        progress.score = max(outcome.score, progress.score or 0.0)
    if outcome.success in {"passed", "failed"} and progress.success != "passed":
        progress.success = outcome.success
    if outcome.submission is not None and not was_done:
        progress.status = "submitted"
    elif outcome.completion == "completed" and outcome.success != "failed":
        progress.status = "done"
        progress.done_at = progress.done_at or utc_now()
    session.flush()
    if _is_pass(outcome, purpose):
        add_evidence(
            session, hub_id=attempt.hub_id, person_id=enrolment.person_id, enrolment_id=enrolment.id,
            source_kind=_evidence_kind(attempt, purpose, outcome),
            source_id=activity_source(enrolment.id, attempt.activity_key), levels=outcome.evidence,
        )  # fmt: skip
    if progress.status == "done" and not was_done:
        complete_if_all_done(session, enrolment=enrolment, version_id=attempt.version_id)
    return progress


def _evidence_kind(attempt: Attempt, purpose: str, outcome: Outcome) -> str:
    """What is done away from the platform, in a package or with offline pages, is evidence that a package reports."""
    if "offline" in outcome.state:
        return EVIDENCE_KINDS["scorm"]
    return EVIDENCE_KINDS.get(attempt.kind) or EVIDENCE_PURPOSES.get(purpose, "quiz")


def _is_pass(outcome: Outcome, purpose: str) -> bool:
    if not outcome.evidence or outcome.completion != "completed":
        return False
    return outcome.success == "passed" or (purpose == "positioning" and outcome.success != "failed")


def complete_if_all_done(session: Session, *, enrolment: Enrolment, version_id: uuid.UUID) -> bool:
    """Complete the enrolment when every required activity is done; half-days are signed, not done."""
    if enrolment.status not in {"invited", "active"}:
        return False
    done = select(Progress.activity_key).where(Progress.enrolment_id == enrolment.id, Progress.status == "done")
    left = session.scalar(
        select(func.count()).select_from(VersionActivity).where(
            VersionActivity.version_id == version_id, VersionActivity.required.is_(True),
            VersionActivity.kind != "live_session", VersionActivity.key.not_in(done),
        )
    )  # fmt: skip
    if left:
        return False
    complete_enrolment(session, enrolment=enrolment, by=enrolment.person_id)
    return True


def _hand_in(session: Session, store: FileStore, attempt: Attempt, work: dict[str, Any]) -> Submission:
    """Keep the work; handing in again before it is marked replaces it."""
    submission = session.scalar(select(Submission).where(Submission.attempt_id == attempt.id))
    if submission is None:
        submission = Submission(
            hub_id=attempt.hub_id, attempt_id=attempt.id, enrolment_id=attempt.enrolment_id,
            activity_key=attempt.activity_key,
        )  # fmt: skip
        session.add(submission)
    elif submission.marked_at is not None:
        raise StaleRevisionError
    former = submission.file_key
    submission.text, submission.submitted_at = work["text"], utc_now()
    submission.file_key, submission.file_name, submission.file_size = "", "", 0
    if work.get("file"):
        file = work["file"]
        submission.file_key = f"submissions/{attempt.id}/{new_id()}"
        submission.file_name, submission.file_size = file["name"], len(file["data"])
        store.put(submission.file_key, file["data"])
    session.flush()
    if former:
        store.delete([former])
    return submission


def mark_submission(
    session: Session,
    *,
    submission: Submission,
    attempt: Attempt,
    enrolment: Enrolment,
    activity: VersionActivity,
    marks: dict[str, str],
    outcome: Outcome,
    feedback: str,
    by: uuid.UUID,
    link: str,
) -> None:
    """Write the marks, which give result and evidence, and mail the learner; marking again corrects the former marks.

    ``outcome`` is what the activity type made of the marks; ``link`` the full address of the learner's page.
    """
    first = submission.marked_at is None
    submission.marks, submission.feedback, submission.score = dict(marks), feedback.strip(), outcome.score
    submission.marked_at, submission.marked_by = utc_now(), by
    attempt.success, attempt.score = outcome.success or "unknown", outcome.score
    attempt.completion, attempt.revision = "completed", attempt.revision + 1
    session.flush()
    progress = update_progress(session, attempt=attempt, enrolment=enrolment, purpose=activity.purpose, outcome=outcome)
    if outcome.success == "failed" and progress.status == "submitted":
        progress.status = "started"
    record_event(
        session, "submission.marked", hub_id=submission.hub_id, person_id=by, target=submission.id,
        score=outcome.score, success=outcome.success,
    )  # fmt: skip
    if first:
        _tell_learner(session, enrolment, activity, link)


def _tell_learner(session: Session, enrolment: Enrolment, activity: VersionActivity, link: str) -> None:
    person = session.get_one(Person, enrolment.person_id)
    _ = translator(person.locale)
    text = _(
        "Hello %(name)s,\n\nYour trainer has read “%(title)s” and answers you. The answer is here:\n%(link)s\n",
        name=person.given_name, title=activity.title, link=link,
    )  # fmt: skip
    subject = _("Your work was read: %(title)s", title=activity.title)
    queue_mail(session, to=person.email, subject=subject, text=text, hub_id=enrolment.hub_id)
