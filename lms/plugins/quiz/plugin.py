"""Questions, one at a time, with feedback that teaches and a review by competency at the end."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, ClassVar

from courses.coverage import Uses
from courses.grading import describe_response
from courses.model import Quiz
from lms.contracts import ActivityType, Context, HtmlWriter, OfflineWork, Outcome, Refusal, Response, Shown, show_html
from lms.plugins.quiz.questions import competency_names, question_data, read_question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.grading import Grade
    from courses.model import Activity, Course
    from lms.contracts import QuestionType

MOST_SECONDS = 1800.0


class QuizActivity(ActivityType):
    name: ClassVar[str] = "quiz"
    label: ClassVar[dict[str, str]] = {"fr": "Quiz", "en": "Quiz"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Des questions pour s'exercer, se situer ou faire le bilan.",
        "en": "Questions to practise, to find where one stands, or to take stock.",
    }
    icon: ClassVar[str] = "help-circle"
    many_attempts: ClassVar[bool] = True

    def __init__(self) -> None:
        self._types: Mapping[str, QuestionType] = {}

    def bind(self, question_types: Mapping[str, QuestionType]) -> None:
        self._types = question_types

    def prepare(self, activity: Activity, course: Course, files: Mapping[str, bytes]) -> dict[str, Any]:
        content = activity.content
        if not isinstance(content, Quiz):
            raise Refusal("Le fichier n'est pas un quiz.", "The file is not a quiz.")
        for question in content.questions:
            if question.type not in self._types:
                known = ", ".join(self._types)
                raise Refusal(
                    f"Le type « {question.type} » de la question {question.id} n'est pas installé ici ({known}).",
                    f"The type “{question.type}” of question {question.id} is not installed here ({known}).",
                )
        write, uses = HtmlWriter(activity, course, files), Uses(course)
        return {
            "purpose": content.purpose,
            "intro": write.block(content.intro),
            "pass_score": content.pass_score,
            "max_attempts": 1 if content.purpose == "positioning" else content.max_attempts,
            "feedback": content.feedback,
            "shuffle": content.shuffle,
            "allow_dont_know": content.allow_dont_know,
            "questions": [question_data(question, activity, uses, write) for question in content.questions],
            "names": competency_names(ref for one in content.questions for ref in uses.question_refs(activity, one)),
        }

    # -- showing ------------------------------------------------------------------------------------------------

    def show(self, data: dict[str, Any], state: dict[str, Any], context: Context) -> Shown:
        """Phases: intro, asking, feedback, review."""
        order = state.get("order", [])
        shown: dict[str, Any] = {
            "purpose": data["purpose"],
            "count": len(data["questions"]),
            "allow_dont_know": data["allow_dont_know"],
            "preview": context.preview,
            "phase": state.get("phase", "intro"),
        }
        if not order:
            return Shown("quiz/quiz.html", shown | {"phase": "intro", "intro": show_html(data["intro"], context)})
        if shown["phase"] == "review":
            return Shown("quiz/quiz.html", shown | self._review(data, state, context))
        item = _item(data, order[state["at"]])
        shown |= {"number": state["at"] + 1, "question": self._question(item, context), "response": None}
        if shown["phase"] == "feedback":
            answer = state["answers"][order[state["at"]]]
            shown |= {"response": answer["r"], "result": self._explained(item, answer, context)}
            if isinstance(answer["r"], dict):
                texts = {choice["id"]: choice["match"] for choice in item["question"]["choices"]}
                shown["picked_matches"] = {left: texts.get(right, "") for left, right in answer["r"].items()}
            shown["is_last"] = state["at"] + 1 == len(order)
        return Shown("quiz/quiz.html", shown)

    def _question(self, item: dict[str, Any], context: Context) -> dict[str, Any]:
        question = read_question(item)
        kind = self._types[question.type]
        shown = kind.shown(question)
        for choice in shown["choices"]:
            choice["html"] = show_html(item["texts"][choice["id"]], context)
        for match in shown.get("matches", []):
            match["html"] = show_html(item["matches"][match["text"]], context)
        return shown | {
            "template": kind.template,
            "prompt": show_html(item["prompt"], context),
            "hint": show_html(item["hint"], context),
        }

    def _explained(self, item: dict[str, Any], answer: dict[str, Any], context: Context) -> dict[str, Any]:
        question = read_question(item)
        grade = self._types[question.type].grade(question, answer["r"])
        return {
            "score": grade.score,
            "correct": grade.correct,
            "dont_know": answer["r"] is None,
            "per_choice": grade.per_choice,
            "feedback": [
                show_html(item["feedback"][text], context) for text in grade.feedback if text in item["feedback"]
            ],
        }

    def _review(self, data: dict[str, Any], state: dict[str, Any], context: Context) -> dict[str, Any]:
        explained = data["feedback"] != "none"
        rows = []
        for key in state["order"]:
            item, answer = _item(data, key), state["answers"][key]
            row = {
                "prompt": show_html(item["prompt"], context),
                "said": describe_response(read_question(item), answer["r"], context.language),
                "score": answer["s"],
                "competencies": [_name(data, ref, context.language) for ref in item["competencies"]],
            }
            rows.append(row | (self._explained(item, answer, context) if explained else {}))
        score = state["score"]
        return {
            "rows": rows,
            "score": score,
            "explained": explained,
            "passed": score >= data["pass_score"],
            "pass_score": data["pass_score"],
            "by_competency": [
                {"ref": ref, "name": _name(data, ref, context.language), "level": level, "items": items}
                for ref, (level, items) in sorted(_levels(data, state).items())
            ],
        }

    # -- acting -------------------------------------------------------------------------------------------------

    def act(self, data: dict[str, Any], state: dict[str, Any], payload: dict[str, Any], context: Context) -> Outcome:  # noqa: ARG002
        phase, do = state.get("phase", "intro"), payload.get("do")
        if phase == "intro" and do == "start":
            return Outcome(_started(data))
        if phase == "asking" and do in {"answer", "dont_know"}:
            return self._answer(data, state, payload, dont_know=do == "dont_know")
        if phase == "feedback" and do == "next":
            return _advanced(data, state)
        raise Refusal(
            "Le quiz a déjà avancé : voici où vous en êtes. Vos réponses précédentes sont gardées.",
            "The quiz has moved on: this is where you are. Your earlier answers are kept.",
        )

    def _answer(
        self, data: dict[str, Any], state: dict[str, Any], payload: dict[str, Any], *, dont_know: bool
    ) -> Outcome:
        key = state["order"][state["at"]]
        item = _item(data, key)
        question = read_question(item)
        response, grade = self._graded(data, question, payload, dont_know=dont_know)
        now = time.time()
        seconds = round(min(max(now - state.get("since", now), 0.0), MOST_SECONDS), 1)
        answers = state["answers"] | {key: {"r": response, "s": round(grade.score, 4)}}
        kept = state | {"answers": answers, "since": now}
        given = Response(
            key=key,
            response=response,
            score=grade.score,
            seconds=seconds,
            item_type=question.type,
            state="dont_know" if response is None else "answered",
            competencies=tuple(item["competencies"]),
        )
        if data["feedback"] == "immediate":
            return Outcome(kept | {"phase": "feedback"}, seconds=seconds, responses=(given,))
        return _advanced(data, kept, seconds=seconds, responses=(given,))

    def take_offline(self, data: dict[str, Any], work: OfflineWork) -> Outcome | None:
        """A whole try, graded here; None when a question of this version was not asked there, or the other way round."""
        items = {item["question"]["id"]: item for item in data["questions"]}
        given = {question: (response, seconds) for question, response, seconds in work.answers}
        if not items or not given.keys() >= items.keys():
            return None
        answers: dict[str, Any] = {}
        responses = []
        for key, item in items.items():
            question = read_question(item)
            response, seconds = given[key]
            if response is None and not data["allow_dont_know"]:
                raise _unreadable(question.type)
            try:
                score = self._types[question.type].grade(question, response).score
            except ValueError as error:
                raise _unreadable(question.type) from error
            answers[key] = {"r": response, "s": round(score, 4)}
            responses.append(
                Response(
                    key=key, response=response, score=score, seconds=min(seconds, MOST_SECONDS), item_type=question.type,
                    state="dont_know" if response is None else "answered", competencies=tuple(item["competencies"]),
                )
            )  # fmt: skip
        state = {"order": list(items), "at": len(items) - 1, "answers": answers}
        spent = sum(one.seconds or 0.0 for one in responses)
        return _advanced(data, state, seconds=spent, responses=tuple(responses))

    def _graded(
        self, data: dict[str, Any], question: Any, payload: dict[str, Any], *, dont_know: bool
    ) -> tuple[Any, Grade]:
        kind = self._types[question.type]
        response = None
        if not dont_know:
            try:
                response = kind.read_response(question, payload.get("fields", {}))
            except ValueError as error:
                raise _unreadable(question.type) from error
        if response is None and not (dont_know and data["allow_dont_know"]):
            raise Refusal("Choisissez ou écrivez une réponse.", "Choose or write an answer.")
        try:
            return response, kind.grade(question, response)
        except ValueError as error:
            raise _unreadable(question.type) from error


def _unreadable(kind: str) -> Refusal:
    if kind == "ordering":
        return Refusal("Donnez à chaque ligne une place différente.", "Give each line a different place.")
    if kind == "numeric":
        return Refusal("Écrivez un nombre, par exemple 7,5.", "Write a number, for example 7.5.")
    return Refusal(
        "Cette réponse n'est pas possible : choisissez de nouveau.", "This answer is not possible: choose again."
    )


def _name(data: dict[str, Any], ref: str, language: str) -> str:
    names = data["names"].get(ref, {})
    return str(names.get(language[:2]) or names.get("fr") or ref.rpartition("#")[2])


def _item(data: dict[str, Any], key: str) -> dict[str, Any]:
    return next(item for item in data["questions"] if item["question"]["id"] == key)


def _started(data: dict[str, Any]) -> dict[str, Any]:
    order = [item["question"]["id"] for item in data["questions"]]
    if data["shuffle"]:
        random.shuffle(order)
    if not order:
        raise Refusal("Ce quiz n'a pas encore de question.", "This quiz has no question yet.")
    return {"phase": "asking", "order": order, "at": 0, "answers": {}, "since": time.time()}


def _advanced(
    data: dict[str, Any], state: dict[str, Any], *, seconds: float = 0.0, responses: tuple[Response, ...] = ()
) -> Outcome:
    """The next question, or the end with its score."""
    if state["at"] + 1 < len(state["order"]):
        moved = state | {"at": state["at"] + 1, "phase": "asking", "since": time.time()}
        return Outcome(moved, seconds=seconds, responses=responses)
    points = {item["question"]["id"]: item["question"]["points"] for item in data["questions"]}
    whole = sum(points[key] for key in state["order"])
    score = sum(points[key] * state["answers"][key]["s"] for key in state["order"]) / whole if whole else 0.0
    done = {"phase": "review", "score": round(score, 4)}
    is_test = data["purpose"] != "positioning"
    return Outcome(
        {name: value for name, value in state.items() if name != "since"} | done,
        completion="completed",
        success=("passed" if score >= data["pass_score"] else "failed") if is_test else "unknown",
        score=score,
        seconds=seconds,
        responses=responses,
        evidence=_levels(data, state),
    )


def _levels(data: dict[str, Any], state: dict[str, Any]) -> dict[str, tuple[float, int]]:
    """For each competency the mean score of its questions, and how many they are."""
    found: dict[str, list[float]] = {}
    for key in state["order"]:
        for ref in _item(data, key)["competencies"]:
            found.setdefault(ref, []).append(state["answers"][key]["s"])
    return {ref: (round(sum(scores) / len(scores), 4), len(scores)) for ref, scores in found.items()}
