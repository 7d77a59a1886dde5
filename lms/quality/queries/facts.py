"""The facts of a session as plain data: the one source of screens, reports and the evidence pack."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lms.evaluations.queries import question_figures, survey_figures
from lms.evaluations.queries.competencies import competencies_and_progression
from lms.evaluations.queries.texts import read_texts
from lms.quality.indicators import make_indicators
from lms.quality.objectives import objectives_by_learner
from lms.quality.queries.journal import list_improvements, list_session_events
from lms.quality.queries.material import LIVE, list_issued, list_shown, load_material, read_opinions, sum_opinions

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from lms.delivery.attendance_queries import GridHalfDay, GridRow
    from lms.delivery.models import TrainingSession
    from lms.evaluations.queries import QuestionFigure, SurveyFigure
    from lms.evaluations.statistics import Proportion
    from lms.quality.objectives import ObjectiveResult
    from lms.quality.queries.material import Activity, Issued, Material, Opinions, Shown

FORMAT = 1
HUB_FIELDS = (
    "slug", "name", "legal_name", "address", "siret", "activity_number", "representative", "contact_email",
    "accessibility_contact",
)  # fmt: skip


class SessionUnknownError(LookupError):
    """The hub has no such session."""


def session_facts(
    session: Session, session_id: uuid.UUID, *, nominative: bool = False, now: datetime | None = None
) -> dict[str, Any]:
    """Everything recorded about a session, as data that JSON can carry; SessionUnknownError when there is none.

    Learners are under their pseudonym (``code``); ``nominative`` adds names, employers, reasons and notes. Instants are
    ISO 8601 in UTC, dates ISO 8601, shares 0..1, durations minutes. What stands on fewer than five people is None.

    ``format``; ``state_at``: instant of the last recorded act; ``session``; ``hub``; ``programme``: course, version and
    what it says of itself (``catalog.facts.course_facts``); ``activities``; ``half_days`` with expected/signed/absent/
    missing; ``learners``: status, ``minutes`` attended/due/planned, ``alone`` (minutes done and due of what is done
    alone), ``attendance`` (one a half-day, in their order), ``activities``, ``works``, ``exchanges``, ``objectives``,
    ``evidence``, ``documents``; ``indicators``; ``surveys``; ``questions``; ``competencies``; ``progression``;
    ``documents``; ``improvements``; ``events``: the hub's chained record as far as it speaks of this session.
    Fifteen statements at most, whatever the number of learners, and one more when packages reported questions of theirs.
    """
    material = load_material(session, session_id, now=now, contents=True)
    if material is None:
        raise SessionUnknownError(session_id)
    shown, issued = list_shown(session, session_id), list_issued(session, session_id)
    objectives = objectives_by_learner(material, shown)
    questions, texts = read_texts(material.contents)
    invited = sum(row.learner.status != "cancelled" for row in material.grid.rows)
    surveys = survey_figures(session, session_id, texts=texts, invited=invited)
    trainers = list(material.trainers)
    competencies, moved = competencies_and_progression(session, session_id, questions)
    improvements = list_improvements(session, session_id)
    events = list_session_events(session, material, issued, improvements, nominative=nominative)
    indicators = make_indicators(material, opinions_of(surveys), objectives, moved)
    return {
        "format": FORMAT,
        "state_at": events[-1]["at"] if events else instant(material.run.created_at),
        "nominative": nominative,
        "session": _session_facts(material) | {"trainers": trainers},
        "hub": {name: getattr(material.hub, name) for name in HUB_FIELDS},
        "programme": _programme(material),
        "activities": [_activity(activity) for activity in material.activities],
        "half_days": [_half_day(material, at, day, trainers) for at, day in enumerate(material.grid.half_days)],
        "learners": [
            _learner(material, row, shown, issued, objectives, nominative=nominative) for row in ordered_rows(material)
        ],
        "indicators": [indicator.as_dict() for indicator in indicators],
        "surveys": [_survey(figure, comments=nominative) for figure in surveys],
        "questions": [_question(figure) for figure in question_figures(session, session_id, questions=questions)],
        "competencies": [
            {
                "ref": one.ref, "learners": one.learners, "mastered": _proportion(one.mastered), "mean": one.mean,
                "mean_kept_back": one.mean_kept_back, "progression": asdict(one.progression),
            }
            for one in competencies
        ],
        "progression": asdict(moved) if moved else None,
        "documents": _documents(material, issued),
        "improvements": improvements,
        "events": events,
    }  # fmt: skip


def index_facts(session: Session, session_id: uuid.UUID) -> tuple[TrainingSession, dict[str, Any]] | None:
    """The session and as much of its facts as ``rnq.index_session`` reads; twelve statements."""
    material = load_material(session, session_id)
    if material is None:
        return None
    shown = list_shown(session, session_id)
    objectives = objectives_by_learner(material, shown)
    opinions = read_opinions(session, session_id)
    improvements = list_improvements(session, session_id)
    events = list_session_events(session, material, (), improvements, nominative=False, works=False)
    rows, trainers = ordered_rows(material), list(material.trainers)
    return material.run, {
        "session": _session_facts(material) | {"trainers": trainers},
        "programme": _programme(material),
        "activities": [_activity(activity) for activity in material.activities],
        "half_days": [_half_day(material, at, day, trainers) for at, day in enumerate(material.grid.half_days)],
        "learners": [_learner(material, row, shown, (), objectives, nominative=False) for row in rows],
        "indicators": [one.as_dict() for one in make_indicators(material, opinions, objectives, None)],
        "surveys": [{"purpose": "hot", "responses": opinions.responses}],
        "improvements": improvements,
        "events": events,
    }


def ordered_rows(material: Material) -> list[GridRow]:
    """Learners by pseudonym: the order of names would tell who is who."""
    return sorted(material.grid.rows, key=lambda row: row.learner.pseudonym)


def opinions_of(surveys: Sequence[SurveyFigure]) -> Opinions:
    """The sums of the hot surveys, from their figures."""
    hot = [survey for survey in surveys if survey.text.purpose == "hot" and survey.responses]
    items: list[tuple[str, dict[float | None, int]]] = []
    for survey in hot:
        for item in survey.items:
            if item.text.indicator in {"satisfaction", "recommandation"} and item.text.type in {"scale", "nps"}:
                counts: dict[float | None, int] = {float(one.value): one.count for one in item.distribution}
                counts[None] = (item.dont_know or 0) + (item.not_concerned or 0) + (item.blank or 0)
                items.append((item.text.type, counts))
    return sum_opinions(items, responses=sum(survey.responses for survey in hot), surveys=len(hot))


def instant(value: datetime | None) -> str | None:
    """ISO 8601, to the second, in UTC."""
    return value.isoformat(timespec="seconds").replace("+00:00", "Z") if value else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _session_facts(material: Material) -> dict[str, Any]:
    run = material.run
    return {
        "id": str(run.id), "reference": run.reference, "title": run.title, "starts_on": _day(run.starts_on),
        "ends_on": _day(run.ends_on), "place": run.place, "status": run.status, "capacity": run.capacity,
        "funder": run.funder, "lead": material.lead, "access_notes": run.access_notes,
        "minutes": {
            "on_site": sum(day.minutes for day in material.grid.half_days if day.modality == "on_site"),
            "remote": sum(day.minutes for day in material.grid.half_days if day.modality == "remote"),
            "alone": sum(activity.minutes for activity in material.own_activities),
        },
    }  # fmt: skip


def _programme(material: Material) -> dict[str, Any]:
    version = material.version
    return {
        "course": material.course.key, "title": version.title, "version": version.number, "minutes": version.minutes,
        "content_hash": version.content_hash, "published_at": instant(version.published_at), "facts": version.facts,
    }  # fmt: skip


def _activity(activity: Activity) -> dict[str, Any]:
    return {
        "key": activity.key, "kind": activity.kind, "title": activity.title, "minutes": activity.minutes,
        "required": activity.required, "purpose": activity.purpose, "module": activity.module_key,
        "module_title": activity.module_title, "due_at": instant(activity.due_at),
    }  # fmt: skip


def _half_day(material: Material, at: int, day: GridHalfDay, trainers: Sequence[str]) -> dict[str, Any]:
    states = [row.cells[at].state for row in material.grid.rows]
    return {
        "id": str(day.id), "title": day.title, "activity": day.activity_key, "starts_at": instant(day.starts_at),
        "ends_at": instant(day.ends_at), "minutes": day.minutes, "modality": day.modality,
        "place": day.place or material.run.place, "trainer": day.trainer or ", ".join(trainers),
        "countersigned_at": instant(day.countersigned_at), "countersign_hash": day.countersign_hash,
        "expected": sum(state != "out" for state in states), "signed": states.count("signed"),
        "absent": states.count("absent"), "missing": states.count("missing"),
    }  # fmt: skip


def _learner(
    material: Material, row: GridRow, shown: Mapping[uuid.UUID, list[Shown]], issued: Sequence[Issued],
    objectives: Mapping[uuid.UUID, list[ObjectiveResult]], *, nominative: bool,
) -> dict[str, Any]:  # fmt: skip
    learner, done = row.learner, material.progress.get(row.learner.id, {})
    facts = {
        "code": learner.pseudonym, "status": learner.status, "started": material.has_started(row),
        "invited_at": instant(learner.invited_at), "joined_at": instant(learner.joined_at),
        "completed_at": instant(learner.completed_at), "left_at": instant(learner.left_at),
        "minutes": {"attended": row.minutes_attended, "due": row.minutes_due, "planned": row.minutes_planned},
        "alone": {
            "done": minutes_alone(material, learner.id),
            "due": sum(activity.minutes for activity in material.own_activities if activity.required),
        },
        "attendance": [
            {
                "state": cell.state, "signed_at": instant(cell.signed_at), "method": cell.method,
                "minutes_missed": cell.minutes_missed, "signed_hash": cell.signed_hash,
            } | ({"reason": cell.reason} if nominative else {})
            for cell in row.cells
        ],
        "activities": [_done(activity, done) for activity in material.own_activities],
        "works": _works(material, done),
        "exchanges": _exchanges(done),
        "objectives": [asdict(result) for result in objectives.get(learner.id, ())],
        "evidence": [
            {"ref": one.ref, "source": one.source, "level": round(one.level, 4), "items": one.items, "at": instant(one.at)}
            for one in shown.get(learner.id, ())
        ],
        "documents": [one.number for one in issued if one.enrolment_id == learner.id],
    }  # fmt: skip
    if nominative:
        facts |= {
            "name": learner.name, "given_name": learner.given_name, "family_name": learner.family_name,
            "email": learner.email, "employer": learner.employer, "left_reason": learner.left_reason,
        }  # fmt: skip
    return facts


def minutes_alone(material: Material, enrolment_id: uuid.UUID) -> int:
    """Minutes of the activities done alone, each at the time that the programme estimates."""
    done = material.progress.get(enrolment_id, {})
    return sum(
        activity.minutes for activity in material.own_activities if activity.key in done and done[activity.key].is_done
    )


def _done(activity: Activity, done: Mapping[str, Any]) -> dict[str, Any]:
    found = done.get(activity.key)
    base: dict[str, Any] = {"key": activity.key, "minutes": activity.minutes, "required": activity.required}
    if found is None:
        return base | {"status": "todo", "score": None, "success": "unknown", "started_at": None, "done_at": None}
    score = round(found.score, 4) if found.score is not None else None
    return base | {
        "status": found.status, "score": score, "success": found.success, "started_at": instant(found.started_at),
        "done_at": instant(found.done_at),
    }  # fmt: skip


def _works(material: Material, done: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "key": activity.key, "submitted_at": instant(work.submitted_at), "marked_at": instant(work.marked_at),
            "score": round(work.score, 4) if work.score is not None else None, "answered": work.answered,
        }
        for activity in material.activities
        if activity.key in done
        for work in done[activity.key].works
    ]  # fmt: skip


def _exchanges(done: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What passed between learner and trainer at a distance, with its dates: work handed in and the answer to it."""
    found = [
        {"at": instant(at), "channel": "assignment", "what": what, "key": key}
        for key, one in done.items()
        for work in one.works
        for at, what in ((work.submitted_at, "handed_in"), (work.marked_at, "answered"))
        if at is not None
    ]
    return sorted(found, key=lambda one: (str(one["at"]), str(one["key"]), str(one["what"])))


def _documents(material: Material, issued: Sequence[Issued]) -> list[dict[str, Any]]:
    codes = {row.learner.id: row.learner.pseudonym for row in material.grid.rows}
    return [
        {
            "number": one.number, "kind": one.kind, "version": one.version, "digest": one.digest, "sha256": one.sha256,
            "learner": codes.get(one.enrolment_id) if one.enrolment_id else None, "issued_at": instant(one.issued_at),
        }
        for one in issued
    ]  # fmt: skip


def _proportion(figure: Proportion | None) -> dict[str, Any] | None:
    """A share with all its parts; under five the counts stay out."""
    if figure is None:
        return None
    hidden = figure.share is None
    return {
        "numerator": None if hidden else figure.numerator, "denominator": figure.denominator,
        "excluded": figure.excluded, "share": figure.share, "low": figure.low, "high": figure.high, "hidden": hidden,
    }  # fmt: skip


def _survey(figure: SurveyFigure, *, comments: bool) -> dict[str, Any]:
    return {
        "key": figure.text.activity_key, "title": figure.text.title, "purpose": figure.text.purpose,
        "anonymous": figure.text.anonymous, "responses": figure.responses, "invited": figure.invited,
        "rate": _proportion(figure.rate),
        "items": [
            {
                "key": item.text.key, "text": item.text.text, "type": item.text.type, "indicator": item.text.indicator,
                "answered": item.answered, "dont_know": item.dont_know, "not_concerned": item.not_concerned,
                "blank": item.blank, "median": item.median, "top2": _proportion(item.top2), "nps": item.nps,
                "nps_interval": list(item.nps_interval) if item.nps_interval else None,
                "distribution": [asdict(one) for one in item.distribution], "hidden": item.blank is None,
            } | ({"comments": list(item.comments)} if comments else {"comments": len(item.comments)})
            for item in figure.items
        ],
    }  # fmt: skip


def _question(figure: QuestionFigure) -> dict[str, Any]:
    text = figure.text
    return {
        "activity": text.activity_key, "activity_title": text.activity_title, "purpose": text.purpose, "key": text.key,
        "text": text.text, "competencies": list(text.competencies), "asked": figure.asked, "later": figure.later,
        "right": _proportion(figure.right), "dont_know": figure.dont_know, "difficulty": figure.difficulty,
        "discrimination": figure.discrimination, "flags": list(figure.flags),
    }  # fmt: skip


__all__ = ["FORMAT", "LIVE", "SessionUnknownError", "instant", "minutes_alone", "session_facts"]
