"""Figures and pseudonymous answers, to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, abort, g
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.services import record_event
from lms.delivery.views.blueprint import READERS, load_session
from lms.evaluations.queries import competency_figures, question_figures, survey_figures
from lms.evaluations.queries.answers import list_opinions, list_test_answers
from lms.evaluations.views.pages import bp, language
from lms.frameworks.store import competency_labels
from lms.web.access import access
from lms.web.sheets import write_csv
from lms.web.state import db

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence

    from lms.delivery.models import TrainingSession
    from lms.evaluations.statistics import Proportion


def _file(run: TrainingSession, name: str, header: Sequence[str], rows: Any) -> Response:
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in run.reference)
    return Response(
        write_csv(header, rows, language()),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{safe}-{name}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _share(measured: Proportion) -> tuple[Any, ...]:
    """Under the minimum only how many answered."""
    shown = measured.share is not None
    return (
        measured.numerator if shown else None, measured.denominator, measured.excluded, measured.share, measured.low,
        measured.high,
    )  # fmt: skip


@bp.get("/sessions/<uuid:session_id>/figures.csv")
@access(*READERS)
def export_figures(session_id: uuid.UUID) -> Response:
    """Every figure of the session with its numerator, denominator, exclusions and interval."""
    run = load_session(session_id)
    header = (
        _("What"), _("Activity"), _("Key"), _("Text"), _("Measure"), _("Numerator"), _("Denominator"), _("Left out"),
        _("Value"), _("Low (95%)"), _("High (95%)"),
    )  # fmt: skip
    return _file(run, "figures", header, [*_question_rows(run.id), *_competency_rows(run.id), *_survey_rows(run.id)])


def _question_rows(session_id: uuid.UUID) -> Iterator[tuple[Any, ...]]:
    for one in question_figures(db(), session_id):
        head = (_("question"), one.text.activity_key, one.text.key, one.text.text)
        yield (*head, _("right answers"), *_share(one.right))
        if one.discrimination is not None:
            yield (*head, _("discrimination"), None, None, None, one.discrimination, None, None)


def _competency_rows(session_id: uuid.UUID) -> Iterator[tuple[Any, ...]]:
    figures = competency_figures(db(), session_id)
    labels = competency_labels(db(), [one.ref for one in figures], language())
    for one in figures:
        head = (_("competency"), None, one.ref, labels[one.ref].statement)
        yield (*head, _("learners at 70% or more"), *_share(one.mastered))
        moved = one.progression
        for name, value in (
            (_("mean level of all"), one.mean),
            (_("mean before, matched learners"), moved.before),
            (_("mean after, matched learners"), moved.after),
            (_("normalised gain of the means"), moved.gain_of_means),
            (_("mean of the normalised gains"), moved.mean_of_gains),
        ):
            if value is not None:
                n = one.learners if value is one.mean else moved.matched
                yield (*head, name, None, n, None, value, None, None)


def _survey_rows(session_id: uuid.UUID) -> Iterator[tuple[Any, ...]]:
    for survey in survey_figures(db(), session_id):
        if survey.rate is not None:
            of = (_("survey"), survey.text.activity_key, None, survey.text.title)
            yield (*of, _("response rate"), *_share(survey.rate))
        for item in survey.items:
            head = (_("survey"), survey.text.activity_key, item.text.key, item.text.text)
            if item.top2 is not None:
                yield (*head, _("answers of 4 or 5"), *_share(item.top2))
            elif item.nps is not None and item.nps_interval is not None:
                yield (*head, _("recommendation (NPS)"), None, item.answered, None, item.nps, *item.nps_interval)
            else:
                yield (*head, _("answers"), None, item.answered, None, None, None, None)
            for value in item.distribution:
                yield (
                    *head,
                    _("answered: %(answer)s", answer=value.label),
                    value.count,
                    item.answered,
                    None,
                    None,
                    None,
                    None,
                )


@bp.post("/sessions/<uuid:session_id>/answers/<what>.csv")
@access("lead")
def export_answers(session_id: uuid.UUID, what: str) -> Response:
    """The answers one by one, without names; the export is written in the record of acts."""
    run = load_session(session_id)
    if what not in {"tests", "surveys"}:
        abort(404)
    answer = _tests_file(run) if what == "tests" else _surveys_file(run)
    record_event(db(), "answers.exported", hub_id=g.hub.id, person_id=current_user.person.id, target=run.id, what=what)
    db().commit()
    return answer


def _tests_file(run: TrainingSession) -> Response:
    header = (
        _("Learner"), _("Activity"), _("Question"), _("Purpose"), _("Attempt"), _("Answer"), _("Does not know"),
        _("Score"),
    )  # fmt: skip
    rows = (
        (
            one.pseudonym, one.activity_key, one.question_key, one.purpose, one.attempt, one.response,
            int(one.dont_know), one.score,
        )
        for one in list_test_answers(db(), run.id)
    )  # fmt: skip
    return _file(run, "answers-tests", header, rows)


def _surveys_file(run: TrainingSession) -> Response:
    opinions = list_opinions(db(), run.id)
    rows = (
        (number, one.activity_key, item, said)
        for number, one in enumerate(opinions, 1)
        for item, said in one.answers.items()
    )
    return _file(run, "answers-surveys", (_("Questionnaire"), _("Activity"), _("Item"), _("Answer")), rows)
