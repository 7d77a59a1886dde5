"""The words of questions and survey items, as the version that the session runs has them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from courses.markdown import plain_text
from lms.catalog.models import VersionActivity
from lms.delivery.models import TrainingSession
from lms.evaluations.models import ReportedQuestion

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ChoiceText:
    id: str
    text: str
    correct: bool = False


@dataclass(frozen=True, slots=True)
class QuestionText:
    """One question of a test, in plain words. ``pair`` ties a positioning question to a final one."""

    activity_key: str
    activity_title: str
    purpose: str
    key: str
    type: str
    text: str
    choices: tuple[ChoiceText, ...] = ()
    competencies: tuple[str, ...] = ()
    pair: str = ""


@dataclass(frozen=True, slots=True)
class ItemText:
    """One item of a survey, in plain words."""

    key: str
    type: str
    text: str
    low: str = ""
    high: str = ""
    indicator: str = ""
    options: tuple[ChoiceText, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyText:
    activity_key: str
    title: str
    purpose: str
    anonymous: bool
    items: tuple[ItemText, ...]


@lru_cache(maxsize=4096)
def _plain(markdown: str) -> str:
    return plain_text(markdown)


def read_texts(activities: Sequence[Any]) -> tuple[list[QuestionText], list[SurveyText]]:
    """The questions and surveys of activities already read: kind, key, title, purpose, data, in the order of the course."""
    return _questions(activities), _surveys(activities)


def list_questions(session: Session, training_session_id: uuid.UUID) -> list[QuestionText]:
    """Every question of the session's tests, in the order of the course. One statement."""
    return _questions(_activities(session, training_session_id, "quiz"))


def list_reported_questions(session: Session, training_session_id: uuid.UUID) -> list[QuestionText]:
    """The questions that only packages know, with the purpose ``package``: they were graded there, not here."""
    row, activity = ReportedQuestion, VersionActivity
    found = session.execute(
        select(row.activity_key, activity.title, row.question_key, row.type, row.text)
        .join(TrainingSession, TrainingSession.id == row.session_id)
        .outerjoin(activity, and_(activity.version_id == TrainingSession.version_id, activity.key == row.activity_key))
        .where(row.session_id == training_session_id)
        .order_by(activity.position, row.id)
    )
    return [
        QuestionText(activity_key, title or activity_key, "package", key, kind, text)
        for activity_key, title, key, kind, text in found
    ]


def list_surveys(session: Session, training_session_id: uuid.UUID) -> list[SurveyText]:
    """Every survey of the session, in the order of the course. One statement."""
    return _surveys(_activities(session, training_session_id, "survey"))


def _activities(session: Session, training_session_id: uuid.UUID, *kinds: str) -> Sequence[Any]:
    row = VersionActivity
    version = select(TrainingSession.version_id).where(TrainingSession.id == training_session_id).scalar_subquery()
    return session.execute(
        select(row.kind, row.key, row.title, row.purpose, row.data)
        .where(row.version_id == version, row.kind.in_(kinds))
        .order_by(row.position)
    ).all()


def _questions(activities: Sequence[Any]) -> list[QuestionText]:
    return [
        _question(key, title, purpose, item)
        for kind, key, title, purpose, data in activities
        if kind == "quiz"
        for item in data.get("questions", ())
    ]


def _surveys(activities: Sequence[Any]) -> list[SurveyText]:
    return [
        SurveyText(
            key, title, purpose, bool(data.get("anonymous")), tuple(_item(item) for item in data.get("items", ()))
        )
        for kind, key, title, purpose, data in activities
        if kind == "survey"
    ]


def _question(activity: str, title: str, purpose: str, item: dict[str, Any]) -> QuestionText:
    kept = item["question"]
    return QuestionText(
        activity_key=activity, activity_title=title, purpose=purpose, key=kept["id"], type=kept["type"],
        text=_plain(kept["prompt"]), choices=_choices(kept["choices"]),
        competencies=tuple(item.get("competencies", ())), pair=item.get("pair", ""),
    )  # fmt: skip


def _choices(raw: list[dict[str, Any]]) -> tuple[ChoiceText, ...]:
    return tuple(ChoiceText(one["id"], _plain(one["text"]), bool(one.get("correct"))) for one in raw)


def _item(raw: dict[str, Any]) -> ItemText:
    return ItemText(
        key=raw["id"], type=raw["type"], text=_plain(raw["text"]), low=raw.get("low", ""), high=raw.get("high", ""),
        indicator=raw.get("indicator", ""), options=_choices(raw.get("options", [])),
    )  # fmt: skip
