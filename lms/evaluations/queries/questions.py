"""Item analysis: how each question of a session's tests was answered, on first attempts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from lms.evaluations.models import QuestionResponse
from lms.evaluations.queries.texts import QuestionText, list_questions, list_reported_questions
from lms.evaluations.statistics import (
    MINIMUM,
    MINIMUM_DISCRIMINATION,
    Proportion,
    item_rest_correlation,
    proportion,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

Key = tuple[str, str]  # activity, question
RIGHT = 0.9995  # scores are kept with rounding
HARD = 0.5
WEAK_DISCRIMINATION = 0.1


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """How many picked one choice; ``share`` of those who answered."""

    id: str
    text: str
    correct: bool
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """One question, on the first attempt of each learner.

    ``asked`` learners met it; ``dont_know`` of them said so, which in a test is not right: they stay in the denominator
    of ``right``. ``later`` answers of further attempts are left out. Under ``MINIMUM`` every figure is None or empty.
    ``discrimination`` is the corrected item-total correlation; ``discrimination_note`` says why there is none:
    ``too_few`` (whole tests under 30) or ``no_variation``. ``flags``: ``hard`` (less than half right after teaching),
    ``misleading`` (who knows the rest fails here), ``attractive`` (a wrong choice is picked more than the right one).
    """

    text: QuestionText
    asked: int
    later: int
    right: Proportion
    dont_know: int | None = None
    difficulty: float | None = None
    discrimination: float | None = None
    discrimination_note: str = "too_few"
    choices: tuple[ChoiceCount, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sum:
    asked: int = 0
    later: int = 0
    dont_know: int = 0
    right: int = 0
    score: float = 0.0
    picked: Counter[str] = field(default_factory=Counter)


def question_figures(
    session: Session, training_session_id: uuid.UUID, *, questions: Sequence[QuestionText] | None = None
) -> list[QuestionFigure]:
    """One figure a question, in the order of the course; three statements whatever the number of learners,
    one more when packages reported questions of theirs.

    ``questions``: those of ``list_questions``, when they are at hand.
    """
    texts = list(list_questions(session, training_session_id) if questions is None else questions)
    sums = _sums(session, training_session_id)
    if not any(found.asked for found in sums.values()):
        return [QuestionFigure(text, 0, 0, proportion(0, 0)) for text in texts]
    later = {key: found.later for key, found in sums.items()}
    sums = {key: found for key, found in sums.items() if found.asked}
    correlations: dict[Key, tuple[float | None, str]] = {}
    if any(found.asked >= MINIMUM_DISCRIMINATION for found in sums.values()):
        correlations = _correlations(session, training_session_id, Counter(activity for activity, _ in sums))
    known = {(text.activity_key, text.key) for text in texts}
    if sums.keys() - known:
        texts += (reported := list_reported_questions(session, training_session_id))
        known |= {(text.activity_key, text.key) for text in reported}
    # a question that a newer version dropped keeps its answers
    texts += [
        QuestionText(activity, activity, "", key, "", key) for activity, key in sums if (activity, key) not in known
    ]
    return [_figure(text, sums, later, correlations) for text in texts]


def _sums(session: Session, training_session_id: uuid.UUID) -> dict[Key, _Sum]:
    row = QuestionResponse
    right = func.sum(case((row.score >= RIGHT, 1), else_=0))
    again = (row.attempt_number > 1).label("again")
    found: dict[Key, _Sum] = {}
    for activity, key, response, is_later, n, n_right, score in session.execute(
        select(row.activity_key, row.question_key, row.response, again, func.count(), right, func.sum(row.score))
        .where(row.session_id == training_session_id)
        .group_by(row.activity_key, row.question_key, row.response, again)
        .order_by(row.activity_key, row.question_key)
    ):
        total = found.setdefault((activity, key), _Sum())
        if is_later:
            total.later += n
            continue
        total.asked += n
        total.right += n_right
        total.score += score
        if response is None:
            total.dont_know += n
        for choice in _picked(response):
            total.picked[choice] += n
    return found


def _picked(response: Any) -> list[str]:
    if isinstance(response, str):
        return [response]
    return [one for one in response if isinstance(one, str)] if isinstance(response, list) else []


def _correlations(
    session: Session, training_session_id: uuid.UUID, questions: Mapping[str, int]
) -> dict[Key, tuple[float | None, str]]:
    """Sums over those who answered the whole test, gathered by the database."""
    row = QuestionResponse
    first = (row.session_id == training_session_id, row.attempt_number == 1)
    whole = (
        select(row.attempt_id, func.count().label("answers"), func.sum(row.score).label("total"))
        .where(*first)
        .group_by(row.attempt_id)
        .subquery()
    )
    x, t = row.score, whole.c.total
    statement = (
        select(
            row.activity_key, row.question_key, whole.c.answers, func.count(),
            func.sum(x), func.sum(x * x), func.sum(t), func.sum(t * t), func.sum(x * t),
        )
        .join(whole, whole.c.attempt_id == row.attempt_id)
        .where(*first)
        .group_by(row.activity_key, row.question_key, whole.c.answers)
    )  # fmt: skip
    found: dict[Key, tuple[float | None, str]] = {}
    for activity, key, answers, n, *sums in session.execute(statement):
        if answers != questions[activity] or n < MINIMUM_DISCRIMINATION:
            continue
        r = item_rest_correlation(n, **dict(zip(("x", "xx", "t", "tt", "xt"), sums, strict=True)))
        found[activity, key] = (r, "" if r is not None else "no_variation")
    return found


def _figure(
    text: QuestionText,
    sums: Mapping[Key, _Sum],
    later: Mapping[Key, int],
    correlations: Mapping[Key, tuple[float | None, str]],
) -> QuestionFigure:
    key = (text.activity_key, text.key)
    total = sums.get(key, _Sum())
    right = proportion(total.right, total.asked, later.get(key, 0))
    if total.asked < MINIMUM:
        return QuestionFigure(text, total.asked, later.get(key, 0), right)
    r, note = correlations.get(key, (None, "too_few"))
    choices = _choice_counts(text, total)
    return QuestionFigure(
        text=text, asked=total.asked, later=later.get(key, 0), right=right, dont_know=total.dont_know,
        difficulty=total.score / total.asked, discrimination=r, discrimination_note=note, choices=choices,
        flags=_flags(text, right, r, choices),
    )  # fmt: skip


def _choice_counts(text: QuestionText, total: _Sum) -> tuple[ChoiceCount, ...]:
    """Of questions with choices to pick; free answers may name people and are not listed."""
    answered = total.asked - total.dont_know
    if text.type not in {"single", "multiple"} or answered < MINIMUM:
        return ()
    return tuple(
        ChoiceCount(one.id, one.text, one.correct, total.picked[one.id], total.picked[one.id] / answered)
        for one in text.choices
    )


def _flags(text: QuestionText, right: Proportion, r: float | None, choices: tuple[ChoiceCount, ...]) -> tuple[str, ...]:
    flags = []
    taught = text.purpose != "positioning"  # before the training, not knowing is no signal
    if taught and right.share is not None and right.share < HARD:
        flags.append("hard")
    if r is not None and r < WEAK_DISCRIMINATION:
        flags.append("misleading")
    best_right = max((one.count for one in choices if one.correct), default=None)
    if taught and best_right is not None and any(one.count > best_right for one in choices if not one.correct):
        flags.append("attractive")
    return tuple(flags)
