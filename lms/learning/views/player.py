"""The course player: one activity, the contents, previous and next, and what the learner does there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy import select

from lms.catalog.models import CourseFile
from lms.catalog.queries import get_activity
from lms.contracts import Refusal
from lms.learning.closing import why_shut
from lms.learning.models import Attempt
from lms.learning.queries import get_enrolment, get_path, get_spot, get_submission, list_half_days
from lms.learning.services import (
    NoMoreAttemptsError,
    StaleRevisionError,
    open_attempt,
    open_next_attempt,
    record_outcome,
)
from lms.learning.views.blueprint import bp
from lms.learning.views.showing import (
    MAX_FILE_REQUEST,
    PlayerView,
    activity_context,
    kind_of,
    read_payload,
    render_body,
)
from lms.web.access import access
from lms.web.i18n import choose_language, format_minutes
from lms.web.state import db, installation

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers import Response as AnyResponse

    from lms.catalog.models import VersionActivity
    from lms.contracts import ActivityType, Context, Outcome
    from lms.delivery.models import Enrolment
    from lms.learning.models import Progress
    from lms.learning.queries import Path, Spot, Step
    from lms.web.contents import ContentsPart


@dataclass(frozen=True, slots=True)
class Place:
    """A learner at one activity."""

    spot: Spot
    attempt_id: uuid.UUID
    kind: ActivityType
    context: Context
    course_url: str

    def url(self, key: str) -> str:
        """The address of an activity; keys are plain (courses.ids), so that forty of them need no building each."""
        return f"{self.course_url}/{key}"


@dataclass(frozen=True, slots=True)
class Rows:
    """What an act reads and changes."""

    enrolment: Enrolment
    activity: VersionActivity
    attempt: Attempt


def find_place(enrolment_id: uuid.UUID, key: str) -> Place:
    """The learner's own place, the activity begun if need be; 404 for anybody else's, or when there is no such activity."""
    person_id = current_user.person.id
    spot = get_spot(db(), enrolment_id, key, person_id)
    kind = kind_of(spot.kind) if spot else None
    if spot is not None and kind is not None and spot.attempt_id is None:
        _begin(enrolment_id, key)
        spot = get_spot(db(), enrolment_id, key, person_id)
    if spot is None or kind is None or spot.attempt_id is None:
        abort(404)
    course_url = url_for("learning.show_course", enrolment_id=enrolment_id)
    context = activity_context(
        version_id=spot.version_id, pseudonym=spot.pseudonym, attempt=spot.attempt_id, preview=False,
        package=str(spot.state.get("package", "")),
        link=lambda other: f"{course_url}/{other}",
    )  # fmt: skip
    return Place(spot, spot.attempt_id, kind, context, course_url)


def _begin(enrolment_id: uuid.UUID, key: str) -> None:
    enrolment = get_enrolment(db(), enrolment_id, current_user.person.id)
    activity = get_activity(db(), enrolment.session.version_id, key) if enrolment else None
    if enrolment is None or activity is None:
        abort(404)
    open_attempt(db(), enrolment=enrolment, activity=activity)
    db().commit()


def load_rows(place: Place) -> Rows:
    """What is at this place, to be changed."""
    spot = place.spot
    enrolment = get_enrolment(db(), spot.enrolment_id, current_user.person.id)
    activity = get_activity(db(), spot.version_id, spot.key)
    if enrolment is None or activity is None:
        abort(404)
    return Rows(enrolment, activity, db().get_one(Attempt, place.attempt_id))


def require_open(enrolment: Enrolment) -> None:
    """Refusal once the session is closed or the learner has left: what was done stays readable."""
    shut = why_shut(enrolment.session.status, enrolment.status)
    if shut:
        raise Refusal(shut.fr, shut.en)


@bp.get("/learn/<uuid:enrolment_id>/<key>")
@access("member")
def show_activity(enrolment_id: uuid.UUID, key: str) -> str:
    """One activity of the course."""
    return render_player(find_place(enrolment_id, key))


@bp.post("/learn/<uuid:enrolment_id>/<key>/act")
@access("member")
def act(enrolment_id: uuid.UUID, key: str) -> AnyResponse:
    """What the learner does: read, answer, hand in. Forged or stale acts are refused and nothing is lost."""
    request.max_content_length = MAX_FILE_REQUEST
    payload = read_payload()
    place = find_place(enrolment_id, key)
    rows = load_rows(place)
    try:
        require_open(rows.enrolment)
        if place.kind.needs_revision and payload["revision"] != rows.attempt.revision:
            raise StaleRevisionError
        outcome = place.kind.act(rows.activity.data, rows.attempt.state, payload, place.context)
        progress = record_outcome(
            db(), installation().files, attempt=rows.attempt, activity=rows.activity, outcome=outcome
        )
        db().commit()
    except Refusal as refusal:
        return _refused(place, payload, refusal.text(place.context.language), 422)
    except StaleRevisionError:
        db().rollback()
        message = gettext(
            "This activity moved on in another tab or on another device: this is where it is now. "
            "What you just sent was not recorded; what you typed is still here."
        )
        return _refused(find_place(enrolment_id, key), payload, message, 409)
    return _answer(find_place(enrolment_id, key), outcome, progress)


def _refused(place: Place, payload: dict[str, Any], message: str, status: int) -> AnyResponse:
    if request.is_json or "X-Autosave" in request.headers:
        return make_response(jsonify(error=message, revision=place.spot.revision), status)
    return make_response(render_player(place, refusal=message, posted=payload["fields"]), status)


def _answer(place: Place, outcome: Outcome, progress: Progress) -> AnyResponse:
    revision = place.spot.revision
    if request.is_json:
        return jsonify(revision=revision, status=progress.status, message=outcome.message)
    if "X-Autosave" in request.headers:
        return Response(status=204, headers={"X-Revision": str(revision)})
    if outcome.message:
        flash(outcome.message, "success")
    if outcome.next_step:
        _, after = find_path(place).around(place.spot.key)
        target = place.url(after.key) if after else place.course_url
        if "HX-Request" in request.headers:
            return Response(status=204, headers={"HX-Redirect": target})
        return redirect(target, 303)
    if "HX-Request" in request.headers:
        return make_response(render_player(place))
    return redirect(place.url(place.spot.key), 303)


@bp.post("/learn/<uuid:enrolment_id>/<key>/again")
@access("member")
def begin_again(enrolment_id: uuid.UUID, key: str) -> AnyResponse:
    """Begin the activity again; the former try is kept."""
    place = find_place(enrolment_id, key)
    if not place.kind.many_attempts:
        abort(404)
    rows, most = load_rows(place), int(place.spot.data.get("max_attempts", 0))
    try:
        require_open(rows.enrolment)
        open_next_attempt(db(), enrolment=rows.enrolment, activity=rows.activity, most=most)
    except Refusal as refusal:
        flash(refusal.text(place.context.language), "warning")
    except NoMoreAttemptsError:
        flash(gettext("This activity may not be begun again: all its tries were used."), "warning")
    else:
        db().commit()
    return redirect(place.url(key), 303)


@bp.get("/captions/<uuid:version_id>/<path:path>")
@access("member")
def show_captions(version_id: uuid.UUID, path: str) -> Response:
    """The captions of a video: text only, from the page's own origin."""
    text = db().scalar(select(CourseFile.text).where(CourseFile.version_id == version_id, CourseFile.path == path))
    if text is None or not path.endswith(".vtt"):
        abort(404)
    return Response(text, content_type="text/vtt; charset=utf-8", headers={"Cache-Control": "private, max-age=3600"})


def find_path(place: Place) -> Path:
    """The contents of the learner's course."""
    return get_path(db(), place.spot.enrolment_id, place.spot.session_id, place.spot.version_id)


def render_player(place: Place, *, refusal: str = "", posted: dict[str, list[str]] | None = None) -> str:
    """The whole page of an activity."""
    spot, path = place.spot, find_path(place)
    before, after = path.around(spot.key)
    player = PlayerView(
        act_url=f"{place.url(spot.key)}/act", revision=spot.revision,
        preview=False, refusal=refusal, posted=posted or {}, next_url=place.url(after.key) if after else "",
    )  # fmt: skip
    if spot.kind == "live_session":
        player.half_days = list_half_days(db(), spot.enrolment_id, spot.session_id, spot.key)
    if place.kind.many_attempts and spot.completion == "completed":
        _offer_again(player, place)
    shown = place.kind.show(spot.data, spot.state, place.context)
    step = next(step for step in path.steps if step.key == spot.key)
    return render_template(
        "learning/player.html", body=render_body(shown, player), shown=shown, step=step, player=player,
        course_title=spot.course_title, kind_icon=place.kind.icon,
        course_url=place.course_url,
        progress=path.share, progress_text=progress_words(path), parts=contents(path, place, spot.key),
        previous=_link(before, place), next=_link(after, place), next_kind=next_kind(spot.kind, spot.completion),
    )  # fmt: skip


def next_kind(kind: str, completion: str) -> str:
    """Going on is the main thing to do once nothing else is: one primary button in view."""
    return "primary" if completion == "completed" or kind in {"page", "live_session"} else "secondary"


def _offer_again(player: PlayerView, place: Place) -> None:
    """A new try, while there are some left; work handed in waits for its marking first."""
    spot, most = place.spot, int(place.spot.data.get("max_attempts", 0))
    player.submission = get_submission(db(), place.attempt_id) if spot.state.get("handed_in") else None
    waits = player.submission is not None and (player.submission.marked_at is None or spot.success == "passed")
    if not waits and (not most or (spot.number or 0) < most):
        player.again_url = f"{place.url(spot.key)}/again"
    if player.submission is not None and player.submission.file_key:
        player.file_url = url_for("learning.download_work", submission_id=player.submission.id)


def _link(step: Step | None, place: Place) -> dict[str, str] | None:
    return {"title": step.title, "url": place.url(step.key)} if step else None


def contents(path: Path, place: Place, here: str) -> list[ContentsPart]:
    """The contents at the left: modules, activities, and where the learner is with each."""
    return [
        (
            title,
            [
                (
                    step.title, place.url(step.key), step.minutes, "done" if step.status == "submitted" else step.status,
                    step.key == here,
                )
                for step in steps
            ],
        )
        for title, steps, _done in path.modules
    ]  # fmt: skip


def progress_words(path: Path) -> str:
    """« 5 étapes sur 13, encore 1 h 20 »."""
    return _progress_words(path.done, len(path.own_steps), path.minutes_left, choose_language())


@lru_cache(maxsize=1024)
def _progress_words(done: int, total: int, minutes_left: int, _language: str) -> str:
    if total and done == total:
        return str(gettext("Everything is done"))
    words = ngettext("%(num)s step done out of %(total)s", "%(num)s steps done out of %(total)s", done, total=total)
    if minutes_left:
        words += gettext(", %(time)s left", time=format_minutes(minutes_left))
    return str(words)
