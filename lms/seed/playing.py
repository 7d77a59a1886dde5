"""A learner of the demo at work: the same activity types and services as a browser's requests reach."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from courses.grading import correct_response
from courses.model import Choice, NumericAnswer, Question
from lms.contracts import Context
from lms.learning.services import open_attempt, open_next_attempt, record_outcome
from lms.seed.people import COMMENTS, WORK

if TYPE_CHECKING:
    import random

    from sqlalchemy.orm import Session

    from lms.catalog.models import VersionActivity
    from lms.contracts import ActivityType
    from lms.delivery.models import Enrolment
    from lms.learning.models import Attempt
    from lms.storage import FileStore


@dataclass(slots=True)
class Player:
    """One learner: an ease between 0 and 1 that grows along the course, and a mood for surveys."""

    enrolment: Enrolment
    ease: float
    mood: float
    rng: random.Random

    def play(
        self, session: Session, store: FileStore, kinds: dict[str, ActivityType], activity: VersionActivity
    ) -> None:
        """Do the whole activity; a test that was failed is taken again, better prepared."""
        attempt = open_attempt(session, enrolment=self.enrolment, activity=activity)
        most = int(activity.data.get("max_attempts") or 3) if activity.purpose != "positioning" else 1
        for number in range(1, most + 1):
            self._try(session, store, kinds[activity.kind], activity, attempt)
            if attempt.success != "failed" or number == most:
                break
            self.ease = min(0.97, self.ease + 0.12)
            attempt = open_next_attempt(session, enrolment=self.enrolment, activity=activity, most=most)

    def _try(
        self, session: Session, store: FileStore, kind: ActivityType, activity: VersionActivity, attempt: Attempt
    ) -> None:
        for _ in range(200):
            payload = self._next_payload(activity, attempt.state)
            if payload is None:
                return
            outcome = kind.act(activity.data, attempt.state, payload, self._context())
            record_outcome(session, store, attempt=attempt, activity=activity, outcome=outcome)
            session.refresh(attempt)

    def _context(self) -> Context:
        return Context("fr", "", self.enrolment.pseudonym, False, lambda path: path, lambda key: key, lambda _sha: "")

    def _next_payload(self, activity: VersionActivity, state: dict[str, Any]) -> dict[str, Any] | None:
        data = activity.data
        if activity.kind == "page":
            return None if state.get("read") else {"do": "done", "fields": {"seconds": [str(activity.minutes * 50)]}}
        if activity.kind == "quiz":
            return self._quiz(data, state)
        if activity.kind == "survey":
            return None if state.get("sent") else {"do": "send", "fields": self._opinions(data)}
        if activity.kind == "assignment":
            return None if state.get("handed_in") else {"do": "hand_in", "fields": {"text": [WORK]}}
        return None

    def _quiz(self, data: dict[str, Any], state: dict[str, Any]) -> dict[str, Any] | None:
        phase = state.get("phase", "intro")
        if phase == "review":
            return None
        if phase == "intro":
            return {"do": "start", "fields": {}}
        if phase == "feedback":
            return {"do": "next", "fields": {}}
        item = next(one for one in data["questions"] if one["question"]["id"] == state["order"][state["at"]])
        ease = self.ease * (0.62 if data["purpose"] == "positioning" else 1.0) - hardness(item["question"]["id"])
        if data["allow_dont_know"] and self.rng.random() > ease + 0.35:
            return {"do": "dont_know", "fields": {}}
        return {"do": "answer", "fields": self._answer(item["question"], right=self.rng.random() < ease)}

    def _answer(self, raw: dict[str, Any], *, right: bool) -> dict[str, list[str]]:
        question = Question(
            id=raw["id"], type=raw["type"], prompt="", choices=tuple(Choice(**choice) for choice in raw["choices"]),
            numeric=NumericAnswer(**raw["numeric"]) if raw["numeric"] else None, accepted=tuple(raw["accepted"]),
        )  # fmt: skip
        ids = [choice.id for choice in question.choices]
        best = correct_response(question)
        if question.type == "single":
            return {"answer": [best if right else self.rng.choice([one for one in ids if one != best])]}
        if question.type == "multiple":
            wrong = [self.rng.choice(ids)]
            return {"answer": best if right else wrong}
        if question.type == "ordering":
            order = best if right else self.rng.sample(ids, len(ids))
            return {f"place.{one}": [str(place + 1)] for place, one in enumerate(order)}
        if question.type == "matching":
            texts = sorted({choice.match for choice in question.choices})
            picked = texts if right else self.rng.sample(texts, len(texts))
            swap = dict(zip(texts, picked, strict=True))
            places = {text: place for place, text in enumerate(shown_matches(question))}
            return {f"match.{choice.id}": [str(places[swap[choice.match]])] for choice in question.choices}
        if question.type == "numeric":
            return {"answer": [best if right else "1"]}
        return {"answer": [best if right else "je ne sais plus"]}

    def _opinions(self, data: dict[str, Any]) -> dict[str, list[str]]:
        fields: dict[str, list[str]] = {}
        for item in data["items"]:
            if item["opt_out"] and item["type"] != "text" and self.rng.random() < 0.06:
                fields[item["id"]] = [self.rng.choice(["dont_know", "not_concerned"])]
            elif item["type"] == "scale":
                fields[item["id"]] = [str(max(1, min(5, round(self.rng.gauss(3.1 + self.mood * 1.5, 0.7)))))]
            elif item["type"] == "nps":
                fields[item["id"]] = [str(max(0, min(10, round(self.rng.gauss(6.2 + self.mood * 3, 1.5)))))]
            elif item["type"] in {"single", "multiple"}:
                fields[item["id"]] = [self.rng.choice(item["options"])["id"]]
            elif self.rng.random() < 0.6:
                fields[item["id"]] = [self.rng.choice(COMMENTS)]
        return fields


def hardness(question: str) -> float:
    """How much harder than the others a question is: most are alike, one in nine is missed by many."""
    draw = hashlib.sha256(question.encode()).digest()[0]
    return 0.45 if draw % 9 == 0 else (draw % 5) * 0.03


def shown_matches(question: Question) -> list[str]:
    """The right-hand texts in the order of the list that is shown."""
    return sorted({choice.match for choice in question.choices}, key=str.casefold)
