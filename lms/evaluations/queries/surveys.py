"""What surveys say: item by item, with everybody who did not answer counted apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, select

from lms.delivery.models import Enrolment
from lms.evaluations.models import SurveyAnswer, SurveyResponse
from lms.evaluations.queries.texts import ItemText, SurveyText, list_surveys
from lms.evaluations.statistics import MINIMUM, Proportion, expand, median, nps, nps_interval, proportion, top2

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

Key = tuple[str, str]  # activity, item
OF_LEARNERS = frozenset(
    {"hot", "cold", "positioning", ""}
)  # others are sent outside: who was invited is not known here
VALUES = {"scale": range(1, 6), "nps": range(11)}


@dataclass(frozen=True, slots=True)
class ValueCount:
    """How many gave one value or picked one option."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ItemFigure:
    """One item. Only ``answered`` is a denominator; under ``MINIMUM`` answers all but that number is None or empty."""

    text: ItemText
    answered: int
    dont_know: int | None = None
    not_concerned: int | None = None
    blank: int | None = None
    distribution: tuple[ValueCount, ...] = ()
    median: float | None = None
    top2: Proportion | None = None
    nps: float | None = None
    nps_interval: tuple[float, float] | None = None
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyFigure:
    """One survey: how many of the invited answered it, then its items.

    ``rate`` is None when who was invited is not known (employers, funders, trainers).
    """

    text: SurveyText
    responses: int
    invited: int | None
    rate: Proportion | None
    items: tuple[ItemFigure, ...]


@dataclass(slots=True)
class _Sum:
    states: Counter[str] = field(default_factory=Counter)
    numbers: Counter[float] = field(default_factory=Counter)
    picked: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)  # what was written
    item_type: str = ""
    indicator: str = ""


def survey_figures(
    session: Session,
    training_session_id: uuid.UUID,
    *,
    texts: Sequence[SurveyText] | None = None,
    invited: int | None = None,
) -> list[SurveyFigure]:
    """One figure a survey, in the order of the course; four statements whatever the number of answers.

    ``texts`` and ``invited``: the surveys of ``list_surveys`` and the number of enrolments not cancelled, when at hand.
    """
    texts = list(list_surveys(session, training_session_id) if texts is None else texts)
    row = SurveyResponse
    responses = {
        activity: (purpose, n)
        for activity, purpose, n in session.execute(
            select(row.activity_key, func.max(row.purpose), func.count())
            .where(row.session_id == training_session_id)
            .group_by(row.activity_key)
        )
    }
    if invited is None:
        invited = session.scalar(
            select(func.count()).where(Enrolment.session_id == training_session_id, Enrolment.status != "cancelled")
        )
    sums = _sums(session, training_session_id) if responses else {}
    known = {text.activity_key for text in texts}
    texts += [_unknown(activity, responses[activity][0], sums) for activity in responses if activity not in known]
    return [_survey(text, responses, invited or 0, sums) for text in texts]


def _unknown(activity: str, purpose: str, sums: Mapping[Key, _Sum]) -> SurveyText:
    """A survey that is not in the version: its answers are kept under its ids."""
    items = tuple(
        ItemText(item, total.item_type, item, indicator=total.indicator)
        for (of, item), total in sums.items()
        if of == activity
    )
    return SurveyText(activity, activity, purpose, anonymous=False, items=items)


def _sums(session: Session, training_session_id: uuid.UUID) -> dict[Key, _Sum]:
    row = SurveyAnswer
    text = case((and_(row.item_type == "text", row.state == "answered"), row.text)).label("said")
    by = (SurveyResponse.activity_key, row.item_key, row.state, row.number, row.choices, text)
    statement = (
        select(*by, func.max(row.item_type), func.max(row.indicator), func.count())
        .join(SurveyResponse, SurveyResponse.id == row.response_id)
        .where(SurveyResponse.session_id == training_session_id)
        .group_by(*by)
        .order_by(SurveyResponse.activity_key, row.item_key)
    )
    found: dict[Key, _Sum] = defaultdict(_Sum)
    for activity, item, state, number, choices, said, item_type, indicator, n in session.execute(statement):
        total = found[activity, item]
        total.states[state] += n
        total.item_type, total.indicator = item_type, indicator
        if state == "answered" and number is not None:
            total.numbers[number] += n
        if state == "answered":
            for choice in choices or ():
                total.picked[str(choice)] += n
        if said is not None:
            total.texts += [said] * n
    return dict(found)


def _survey(
    text: SurveyText,
    responses: Mapping[str, tuple[str, int]],
    invited: int,
    sums: Mapping[Key, _Sum],
) -> SurveyFigure:
    n = responses.get(text.activity_key, ("", 0))[1]
    of_learners = text.purpose in OF_LEARNERS
    return SurveyFigure(
        text=text,
        responses=n,
        invited=invited if of_learners else None,
        rate=proportion(min(n, invited), invited) if of_learners else None,
        items=tuple(_item(item, sums.get((text.activity_key, item.key), _Sum())) for item in text.items),
    )


def _item(text: ItemText, total: _Sum) -> ItemFigure:
    answered = total.states["answered"]
    if answered < MINIMUM:
        return ItemFigure(text, answered)
    scores = expand(total.numbers)
    aside = sum(total.states.values()) - answered
    is_nps = text.type == "nps"
    return ItemFigure(
        text=text,
        answered=answered,
        dont_know=total.states["dont_know"],
        not_concerned=total.states["not_concerned"],
        blank=total.states["blank"],
        distribution=_distribution(text, total),
        median=median(scores) if text.type in VALUES else None,
        top2=top2(scores, aside) if text.type == "scale" else None,
        nps=nps(scores) if is_nps else None,
        nps_interval=nps_interval(scores) if is_nps else None,
        # in the order of the alphabet: that of arrival would tell whose they are
        comments=tuple(sorted(total.texts, key=str.casefold)) if text.type == "text" else (),
    )


def _distribution(text: ItemText, total: _Sum) -> tuple[ValueCount, ...]:
    if text.type in VALUES:
        return tuple(ValueCount(str(n), str(n), total.numbers[n]) for n in VALUES[text.type])
    return tuple(ValueCount(one.id, one.text, total.picked[one.id]) for one in text.options)
