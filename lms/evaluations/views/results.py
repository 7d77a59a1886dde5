"""What learners learnt (tests, competencies) and what they thought of it (surveys)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from lms.delivery.views.blueprint import READERS, load_session
from lms.delivery.views.tabs import session_tabs
from lms.evaluations.queries import (
    CompetencyFigure,
    ItemFigure,
    QuestionFigure,
    competency_figures,
    list_questions,
    progression,
    question_figures,
    survey_figures,
)
from lms.evaluations.statistics import MINIMUM, MINIMUM_DISCRIMINATION
from lms.evaluations.views.pages import bp, language
from lms.frameworks.store import competency_labels
from lms.web.access import access
from lms.web.state import db

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

WEAK = 0.7  # a share under it calls for an action
MOST_TO_LOOK = 10  # one does not mend more at a time


def _weakest_first(figures: Iterable[QuestionFigure]) -> list[QuestionFigure]:
    return sorted(figures, key=lambda one: (one.right.share is None, one.right.share or 0.0))


def is_weak_competency(figure: CompetencyFigure) -> bool:
    return figure.mastered.share is not None and figure.mastered.share < WEAK


def is_weak_item(figure: ItemFigure) -> bool:
    low_share = figure.top2 is not None and figure.top2.share is not None and figure.top2.share < WEAK
    return low_share or (figure.nps is not None and figure.nps < 0)


@bp.get("/sessions/<uuid:session_id>/results")
@access(*READERS)
def session_results(session_id: uuid.UUID) -> str:
    """Competencies and questions of a session, the weakest first, and how far the group came."""
    run = load_session(session_id)
    asked = list_questions(db(), run.id)
    questions = question_figures(db(), run.id, questions=asked)
    competencies = sorted(
        competency_figures(db(), run.id, questions=asked),
        key=lambda one: (one.mastered.share is None, one.mastered.share or 0.0),
    )
    taught = _weakest_first(one for one in questions if one.text.purpose != "positioning")
    to_look = [one for one in taught if one.flags][:MOST_TO_LOOK]
    return render_template(
        "evaluations/results.html",
        run=run,
        tabs=session_tabs(run),
        competencies=competencies,
        labels=competency_labels(db(), [one.ref for one in competencies], language()),
        progress=progression(db(), run.id, questions=asked),
        taught=taught,
        to_look=to_look,
        others=[one for one in taught if one not in to_look],
        positioning=_weakest_first(one for one in questions if one.text.purpose == "positioning"),
        is_weak=is_weak_competency,
        minimum=MINIMUM,
    )


@bp.get("/sessions/<uuid:session_id>/results/<activity_key>/<question_key>")
@access(*READERS)
def session_question(session_id: uuid.UUID, activity_key: str, question_key: str) -> str:
    """How one question was answered."""
    run = load_session(session_id)
    figures = question_figures(db(), run.id)
    figure = next(
        (one for one in figures if (one.text.activity_key, one.text.key) == (activity_key, question_key)), None
    )
    if figure is None:
        abort(404)
    other = next(
        (one for one in figures if figure.text.pair and one.text.pair == figure.text.pair and one is not figure), None
    )
    return render_template(
        "evaluations/question.html",
        run=run,
        tabs=session_tabs(run),
        figure=figure,
        other=other,
        labels=list(competency_labels(db(), figure.text.competencies, language()).values()),
        minimum=MINIMUM,
        minimum_discrimination=MINIMUM_DISCRIMINATION,
    )


@bp.get("/sessions/<uuid:session_id>/satisfaction")
@access(*READERS)
def session_satisfaction(session_id: uuid.UUID) -> str:
    """What people thought of the session, survey by survey."""
    run = load_session(session_id)
    return render_template(
        "evaluations/satisfaction.html",
        run=run,
        tabs=session_tabs(run),
        surveys=survey_figures(db(), run.id),
        is_weak=is_weak_item,
        minimum=MINIMUM,
    )
