"""What a session's evidence says of each competency: where the group stands, and how far it came."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, Integer, String, and_, case, cast, false, func, null, or_, select, type_coerce, union_all

from lms.catalog.models import Alignment
from lms.competencies.models import Evidence
from lms.delivery.models import Enrolment, TrainingSession
from lms.evaluations.models import QuestionResponse
from lms.evaluations.queries.texts import list_questions
from lms.evaluations.statistics import MINIMUM, Proportion, normalised_gain, proportion

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from lms.evaluations.queries.texts import QuestionText

MASTERED = 0.7
IN_COURSE = ("quiz", "assignment", "package")
KEY = ("framework", "framework_version", "code")
MOMENTS = ("before", "after", "during")


@dataclass(frozen=True, slots=True)
class Progression:
    """Before and after, on the learners who have both (``matched``); what attrition took is shown beside.

    ``gain_of_means``: normalised gain of the group's means (Hake's class gain); ``mean_of_gains``: mean of the
    learners' own normalised gains, ``undefined`` of them (those who began at 1) left out. None under ``MINIMUM``.
    """

    positioned: int
    finished: int
    matched: int
    before: float | None = None
    after: float | None = None
    gain_of_means: float | None = None
    mean_of_gains: float | None = None
    undefined: int | None = None

    @property
    def lost(self) -> int:
        """Learners who were positioned and have no final result."""
        return self.positioned - self.matched


@dataclass(frozen=True, slots=True)
class CompetencyFigure:
    """One competency, on the learners who have evidence beyond positioning.

    A learner's level is the final test's: of the attempt that was passed, else of the first whole one, so that who
    failed counts; where no final test speaks of the competency, the course's work. ``mean`` is kept back when it stands
    beside the matched learners' and one subtraction would give the level of fewer than ``MINIMUM``.
    """

    framework: str
    version: str
    code: str
    learners: int
    mastered: Proportion
    mean: float | None
    mean_kept_back: bool
    progression: Progression

    @property
    def ref(self) -> str:
        return f"{self.framework}@{self.version}#{self.code}"


def competency_figures(
    session: Session, training_session_id: uuid.UUID, *, questions: Sequence[QuestionText] | None = None
) -> list[CompetencyFigure]:
    """One figure a competency, by framework and code. Two statements, whatever the number of learners.

    ``questions``: those of ``list_questions``, when they are at hand.
    """
    questions = list_questions(session, training_session_id) if questions is None else questions
    return _figures(session.execute(_by_competency(training_session_id, questions)).all())


def competencies_and_progression(
    session: Session, training_session_id: uuid.UUID, questions: Sequence[QuestionText]
) -> tuple[list[CompetencyFigure], Progression | None]:
    """What ``competency_figures`` and ``progression`` say, in one statement."""
    by_competency, whole = _by_competency(training_session_id, questions), _whole(training_session_id, questions)
    if whole is None:
        return _figures(session.execute(by_competency).all()), None
    apart: tuple[ColumnElement[Any], ...] = (
        *(cast(null(), String) for _ in KEY), cast(null(), Integer), cast(null(), Float), cast(null(), Integer), *whole,
    )  # fmt: skip
    rows = session.execute(union_all(by_competency, select(*apart))).all()
    moved = next(values for values in rows if values[0] is None)
    return _figures(values for values in rows if values[0] is not None), _progression(moved[6:])


def _by_competency(training_session_id: uuid.UUID, questions: Iterable[QuestionText]) -> Select[*tuple[Any, ...]]:
    whole = Counter(question.activity_key for question in questions)
    both = union_all(_evidence(training_session_id), _tests(training_session_id, whole)).subquery()
    levels = (
        select(
            *(both.c[name] for name in (*KEY, "enrolment_id")),
            *(func.coalesce(func.max(both.c[name]), func.max(both.c["test_" + name])).label(name) for name in MOMENTS),
        )
        .group_by(*(both.c[name] for name in (*KEY, "enrolment_id")))
        .subquery()
    )
    of = [levels.c[name] for name in KEY]
    level = func.coalesce(levels.c.after, levels.c.during)
    mastered = func.sum(case((level >= MASTERED - 1e-9, 1), else_=0))
    before_after = _before_after(levels.c.before, levels.c.after)
    columns = (*of, func.count(level), func.avg(level), mastered, *before_after)
    return select(*columns).group_by(*of)


def _figures(rows: Iterable[Sequence[Any]]) -> list[CompetencyFigure]:
    return [_figure(values) for values in sorted(rows, key=lambda values: tuple(values[:3]))]


def _evidence(training_session_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    """The levels that passed work shows, by competency and learner; every item counts the same."""
    row = Evidence
    by = (row.framework, row.framework_version, row.code, row.enrolment_id)
    moments = {"before": ("positioning",), "after": ("final",), "during": IN_COURSE}
    return (
        select(
            *by,
            *(_level(kinds).label(name) for name, kinds in moments.items()),
            *(cast(null(), Float).label("test_" + name) for name in MOMENTS),
        )
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .where(Enrolment.session_id == training_session_id)
        .group_by(*by)
    )


def _level(kinds: tuple[str, ...]) -> ColumnElement[float]:
    row = Evidence
    mine = row.source_kind.in_(kinds)
    shown = cast(func.sum(case((mine, row.level * row.items))), Float)
    return type_coerce(shown / cast(func.sum(case((mine, row.items))), Float), Float)


def _tests(training_session_id: uuid.UUID, whole: Mapping[str, int]) -> Select[*tuple[Any, ...]]:
    """The levels that first whole attempts show: a test that was not passed leaves no evidence but counts here."""
    row, named = QuestionResponse, Alignment
    first = (row.session_id == training_session_id, row.attempt_number == 1)
    finished = (
        select(row.attempt_id)
        .where(*first)
        .group_by(row.attempt_id, row.activity_key)
        .having(or_(false(), *(and_(row.activity_key == key, func.count() >= n) for key, n in whole.items())))
    )
    version = select(TrainingSession.version_id).where(TrainingSession.id == training_session_id).scalar_subquery()
    by = (named.framework, named.framework_version, named.code, row.enrolment_id)
    moments = {"before": "positioning", "after": "final", "during": "practice"}
    return (
        select(
            *by,
            *(cast(null(), Float).label(name) for name in MOMENTS),
            *(func.avg(case((row.purpose == one, row.score))).label("test_" + name) for name, one in moments.items()),
        )
        .join(named, and_(named.activity_key == row.activity_key, named.element_key == row.question_key))
        .where(
            *first,
            named.version_id == version,
            named.element_kind == "question",
            named.how.in_(("assesses", "positions")),
            row.attempt_id.in_(finished),
        )
        .group_by(*by)
    )


def _before_after(before: ColumnElement[Any], after: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    both = and_(before.is_not(None), after.is_not(None))
    gain = case((and_(both, before < 1), (after - before) / (1 - before)))
    return (
        func.count(before),
        func.count(after),
        func.count(case((both, 1))),
        func.avg(case((both, before))),
        func.avg(case((both, after))),
        func.avg(gain),
        func.count(gain),
    )


def _progression(values: Sequence[Any]) -> Progression:
    positioned, finished, matched, before, after, gains, n = values
    if matched < MINIMUM or before is None or after is None:
        return Progression(positioned, finished, matched)
    return Progression(
        positioned, finished, matched, float(before), float(after),
        gain_of_means=normalised_gain(before, after),
        mean_of_gains=float(gains) if gains is not None and n >= MINIMUM else None,
        undefined=matched - n,
    )  # fmt: skip


def _figure(values: Sequence[Any]) -> CompetencyFigure:
    framework, version, code, learners, mean, mastered = values[:6]
    moved = _progression(values[6:])
    apart = learners - moved.matched
    kept_back = moved.after is not None and 0 < apart < MINIMUM
    shown = None if kept_back or learners < MINIMUM or mean is None else float(mean)
    return CompetencyFigure(framework, version, code, learners, proportion(mastered, learners), shown, kept_back, moved)


def progression(
    session: Session, training_session_id: uuid.UUID, *, questions: Sequence[QuestionText] | None = None
) -> Progression | None:
    """Before and after on the paired questions of the positioning and final tests; None when the course pairs none.

    First attempts; only learners who answered every paired question of a side count for that side. Two statements.
    """
    whole = _whole(
        training_session_id, list_questions(session, training_session_id) if questions is None else questions
    )
    return None if whole is None else _progression(session.execute(select(*whole)).one())


def _whole(training_session_id: uuid.UUID, questions: Iterable[QuestionText]) -> tuple[ColumnElement[Any], ...] | None:
    """Before and after over the whole tests; None when the course pairs no questions."""
    sides = _paired(questions)
    if not all(sides.values()):
        return None
    row = QuestionResponse
    scores = (
        select(row.enrolment_id, *(_side(purpose, keys).label(purpose) for purpose, keys in sides.items()))
        .where(row.session_id == training_session_id, row.attempt_number == 1, row.purpose.in_(sides))
        .group_by(row.enrolment_id)
        .subquery()
    )
    return _before_after(scores.c.positioning, scores.c.final)


def _paired(questions: Iterable[QuestionText]) -> dict[str, list[str]]:
    """The keys of the questions whose pair stands on both sides."""
    pairs: dict[str, dict[str, str]] = {"positioning": {}, "final": {}}
    for question in questions:
        if question.pair and question.purpose in pairs:
            pairs[question.purpose].setdefault(question.pair, question.key)
    both = pairs["positioning"].keys() & pairs["final"].keys()
    return {purpose: sorted(key for pair, key in found.items() if pair in both) for purpose, found in pairs.items()}


def _side(purpose: str, keys: list[str]) -> ColumnElement[float]:
    row = QuestionResponse
    score = case((and_(row.purpose == purpose, row.question_key.in_(keys)), row.score))
    return case((func.count(score) == len(keys), func.avg(score)))
