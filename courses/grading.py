"""Grade a learner's answer to a question, and put answers into words.

Responses are plain JSON values: ``"a"`` (single), ``["a", "c"]`` (multiple), ``["b", "a", …]`` (ordering, every choice
once), ``{"a": "b"}`` (matching: left choice id -> id of the choice whose ``match`` was picked), ``"7,5 h"`` or a number
(numeric), a text (text). None is "I don't know" for every type.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from courses.ids import fold_words
from courses.markdown import plain_text
from courses.words import word

if TYPE_CHECKING:
    from collections.abc import Callable

    from courses.model import Choice, NumericAnswer, Question

Mark = Literal["right", "wrong", "missed"]
MAX_TEXT = 10_000
MAX_NUMBER = 100  # characters, unit included

_NUMBER = re.compile(r"([-+]?)\s*([0-9][0-9 .,]*|[.,][0-9]+)\s*(.*)")


class BadResponseError(ValueError):
    """A response that no honest form sends: its shape is not the question's."""


@dataclass(frozen=True, slots=True)
class Grade:
    """``score`` is 0..1, ``correct`` says whether it is whole.

    ``feedback`` is Markdown, to show in order. ``per_choice`` marks choices by id: ``right`` (well picked, placed or
    matched), ``wrong`` (badly so) or ``missed`` (should have been picked); choices rightly left alone are absent.
    """

    score: float
    correct: bool
    feedback: tuple[str, ...] = ()
    per_choice: dict[str, Mark] = field(default_factory=dict)


def grade(question: Question, response: Any) -> Grade:
    """Grade one response. BadResponseError (a ValueError) when its shape is not the question's or a plugin grades it.

    Partial credit: ``multiple`` gives (right picks - wrong picks) / right choices, never below 0; ``ordering`` the
    share of pairs of choices that stand in the right order; ``matching`` the share of right pairs. Texts are compared
    without case, accents, punctuation and extra spaces; numbers take a decimal comma, spaces between thousands and
    the unit's name.
    """
    if question.type not in _GRADERS:
        raise BadResponseError(f"{question.id}: questions of type {question.type!r} are graded by their plugin")
    if response is None:
        return _with_feedback(question, Grade(0.0, correct=False))
    return _GRADERS[question.type](question, response)


def _with_feedback(question: Question, found: Grade, *choices: Choice) -> Grade:
    general = question.feedback_correct if found.correct else question.feedback_incorrect
    texts = dict.fromkeys(text for text in (*(choice.feedback for choice in choices), general) if text)
    return Grade(found.score, found.correct, tuple(texts), found.per_choice)


def _choice_id(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in {choice.id for choice in question.choices}:
        raise BadResponseError(f"{question.id}: {_shown(value)} is not the id of one of its choices")
    return value


def _shown(value: Any) -> str:
    return repr(value)[:80]


def _single(question: Question, response: Any) -> Grade:
    picked_id = _choice_id(question, response)
    picked = next(choice for choice in question.choices if choice.id == picked_id)
    marks: dict[str, Mark] = {picked.id: "right" if picked.correct else "wrong"}
    if not picked.correct:
        marks |= {choice.id: "missed" for choice in question.choices if choice.correct}
    return _with_feedback(question, Grade(float(picked.correct), picked.correct, (), marks), picked)


def _id_list(question: Question, response: Any) -> list[str]:
    if not isinstance(response, list | tuple):
        raise BadResponseError(f"{question.id}: expected a list of choice ids, not {_shown(response)}")
    ids = [_choice_id(question, value) for value in response]
    if len(set(ids)) != len(ids):
        raise BadResponseError(f"{question.id}: a choice is named twice in {_shown(response)}")
    return ids


def _multiple(question: Question, response: Any) -> Grade:
    picked = set(_id_list(question, response))
    marks: dict[str, Mark] = {}
    for choice in question.choices:
        if choice.id in picked:
            marks[choice.id] = "right" if choice.correct else "wrong"
        elif choice.correct:
            marks[choice.id] = "missed"
    expected = sum(choice.correct for choice in question.choices)
    points = sum({"right": 1, "wrong": -1, "missed": 0}[mark] for mark in marks.values())
    score = max(points, 0) / expected if expected else 0.0
    explained = [choice for choice in question.choices if choice.id in marks]
    return _with_feedback(question, Grade(score, score == 1.0, (), marks), *explained)


def _ordering(question: Question, response: Any) -> Grade:
    ids = _id_list(question, response)
    right = [choice.id for choice in question.choices]
    if len(ids) != len(right):
        raise BadResponseError(f"{question.id}: expected each of its {len(right)} choices once, not {len(ids)}")
    pairs = list(combinations(right, 2))
    position = {identifier: index for index, identifier in enumerate(ids)}
    in_order = sum(position[one] < position[other] for one, other in pairs)
    score = in_order / len(pairs) if pairs else 1.0
    marks: dict[str, Mark] = {
        identifier: "right" if position[identifier] == index else "wrong" for index, identifier in enumerate(right)
    }
    misplaced = [choice for choice in question.choices if marks[choice.id] == "wrong"]
    return _with_feedback(question, Grade(score, ids == right, (), marks), *misplaced)


def _matching(question: Question, response: Any) -> Grade:
    """Two choices may have the same match: what counts is the text picked, not whose it is."""
    if not isinstance(response, dict):
        raise BadResponseError(f"{question.id}: expected pairs of choice ids, not {_shown(response)}")
    picked = {_choice_id(question, left): _choice_id(question, right) for left, right in response.items()}
    texts = {choice.id: choice.match for choice in question.choices}
    marks: dict[str, Mark] = {}
    for choice in question.choices:
        if choice.id not in picked:
            marks[choice.id] = "missed"
        else:
            marks[choice.id] = "right" if texts[picked[choice.id]] == choice.match else "wrong"
    right = sum(mark == "right" for mark in marks.values())
    score = right / len(marks) if marks else 0.0
    explained = [choice for choice in question.choices if marks[choice.id] != "right"]
    return _with_feedback(question, Grade(score, score == 1.0, (), marks), *explained)


def _numeric(question: Question, response: Any) -> Grade:
    if question.numeric is None:
        raise BadResponseError(f"{question.id}: the question has no numeric answer")
    if isinstance(response, bool) or not isinstance(response, str | int | float):
        raise BadResponseError(f"{question.id}: expected a number or a text, not {_shown(response)}")
    value = read_number(_checked_text(question, str(response)), question.numeric.unit)
    correct = value is not None and _close(value, question.numeric)
    return _with_feedback(question, Grade(float(correct), correct))


def _close(value: float, answer: NumericAnswer) -> bool:
    """Within the tolerance, the rounding of binary fractions forgiven (0.1 + 0.2)."""
    return abs(value - answer.value) <= answer.tolerance + 1e-9 * max(1.0, abs(answer.value))


def read_number(text: str, unit: str = "") -> float | None:
    """The number a learner wrote: « 7,5 », « 1 234,5 h », « −3 »; None when there is none or the unit is another.

    When both comma and point occur, the last one is the decimal mark. Without ``unit``, words after the number are
    ignored.
    """
    if len(text) > MAX_NUMBER:
        return None
    spread = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    found = _NUMBER.fullmatch(spread)
    if found is None:
        return None
    sign, digits, rest = found.groups()
    if unit and rest.strip() and fold_text(rest) != fold_text(unit):
        return None
    return _digits(sign, digits.replace(" ", ""))


def _digits(sign: str, digits: str) -> float | None:
    decimal = "," if digits.rfind(",") > digits.rfind(".") else "."
    other = "." if decimal == "," else ","
    cleaned = digits.replace(other, "").rstrip(decimal)
    if cleaned.count(decimal) > 1 or not cleaned or len(cleaned) > 30:
        return None
    return float(sign + cleaned.replace(decimal, "."))


def _text(question: Question, response: Any) -> Grade:
    if not isinstance(response, str):
        raise BadResponseError(f"{question.id}: expected a text, not {_shown(response)}")
    folded = fold_text(_checked_text(question, response))
    correct = any(folded == fold_text(accepted) for accepted in question.accepted)
    return _with_feedback(question, Grade(float(correct), correct))


def _checked_text(question: Question, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadResponseError(f"{question.id}: the answer is longer than {MAX_TEXT} characters")
    return text


def fold_text(text: str) -> str:
    """The text without case, accents, punctuation and extra spaces; one made of signs alone (« + ») stays itself."""
    return fold_words(text) or " ".join(text.split())


_GRADERS: dict[str, Callable[[Question, Any], Grade]] = {
    "single": _single,
    "multiple": _multiple,
    "ordering": _ordering,
    "matching": _matching,
    "numeric": _numeric,
    "text": _text,
}


def correct_response(question: Question) -> Any:
    """A response that gets everything right; None when the question has none (a plugin's type, or no right choice)."""
    ids = [choice.id for choice in question.choices]
    correct = [choice.id for choice in question.choices if choice.correct]
    responses: dict[str, Any] = {
        "single": next(iter(correct), None),
        "multiple": correct,
        "ordering": ids,
        "matching": {identifier: identifier for identifier in ids},
        "numeric": _number_text(question.numeric) if question.numeric else None,
        "text": next(iter(question.accepted), None),
    }
    return responses.get(question.type) or None


def _number_text(answer: NumericAnswer) -> str:
    return f"{answer.value:.15g}"


def describe_response(question: Question, response: Any, language: str = "fr") -> str:
    """The response in words, for reviews and reports. Never raises: what is unknown is shown as it is."""
    if response is None:
        return word("dont-know", language)
    texts = {choice.id: plain_text(choice.text) for choice in question.choices}
    matches = {choice.id: plain_text(choice.match) for choice in question.choices}
    if isinstance(response, dict):
        pairs = ((texts.get(str(one), str(one)), matches.get(str(two), str(two))) for one, two in response.items())
        return " ; ".join(f"{left} → {right}" for left, right in pairs)
    if isinstance(response, list | tuple):
        joint = " → " if question.type == "ordering" else " ; "
        return joint.join(texts.get(str(identifier), str(identifier)) for identifier in response)
    if question.type == "numeric" and question.numeric and question.numeric.unit:
        return _with_unit(str(response), question.numeric.unit)
    return texts.get(str(response), str(response))


def _with_unit(text: str, unit: str) -> str:
    return text if fold_text(text).endswith(fold_text(unit)) else f"{text} {unit}"
