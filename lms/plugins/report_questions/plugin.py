"""The questions of a session's tests, the hardest first."""

from __future__ import annotations

from typing import Any, ClassVar

from lms.contracts import Report, Table

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "activity": "Activité", "question": "Question", "purpose": "Moment", "asked": "Réponses", "right": "Justes",
        "share": "Part juste", "low": "Borne basse (95 %)", "high": "Borne haute (95 %)", "dont_know": "« Je ne sais pas »",
        "discrimination": "Discrimination", "flags": "À revoir",
        "positioning": "positionnement", "practice": "entraînement", "final": "bilan",
        "hard": "moins de la moitié juste", "misleading": "trompeuse", "attractive": "un mauvais choix l'emporte",
        "note": "Premier essai de chaque personne ; « je ne sais pas » compte comme non juste. "
        "Aucun chiffre sous cinq réponses ; discrimination à partir de trente tests entiers.",
    },
    "en": {
        "activity": "Activity", "question": "Question", "purpose": "Moment", "asked": "Answers", "right": "Right",
        "share": "Share right", "low": "Low (95%)", "high": "High (95%)", "dont_know": "“I do not know”",
        "discrimination": "Discrimination", "flags": "To look at",
        "positioning": "positioning", "practice": "practice", "final": "final test",
        "hard": "less than half right", "misleading": "misleading", "attractive": "a wrong choice wins",
        "note": "Each person's first attempt; “I do not know” counts as not right. "
        "No figure under five answers; discrimination from thirty whole tests on.",
    },
}  # fmt: skip
COLUMNS = (
    "activity", "question", "purpose", "asked", "right", "share", "low", "high", "dont_know", "discrimination", "flags",
)  # fmt: skip


class QuestionsReport(Report):
    """One row a question, the smallest share of right answers first; those without a figure last."""

    name: ClassVar[str] = "questions"
    label: ClassVar[dict[str, str]] = {"fr": "Analyse des questions", "en": "Question analysis"}
    description: ClassVar[dict[str, str]] = {
        "fr": "Chaque question des tests : part de réponses justes, intervalle, discrimination, ce qui est à revoir.",
        "en": "Each question of the tests: share of right answers, interval, discrimination, what to look at.",
    }

    def build(self, facts: dict[str, Any], language: str) -> Table:
        words = WORDS["en" if language.startswith("en") else "fr"]
        questions = sorted(facts.get("questions", ()), key=_weakest_first)
        return Table(
            tuple(words[name] for name in COLUMNS), tuple(_row(one, words) for one in questions), words["note"]
        )


def _weakest_first(question: dict[str, Any]) -> tuple[bool, float]:
    share = question["right"]["share"]
    return share is None, share or 0.0


def _row(question: dict[str, Any], words: dict[str, str]) -> tuple[Any, ...]:
    right = question["right"]
    shown = right["share"] is not None
    return (
        question["activity_title"],
        question["text"],
        words.get(question["purpose"], question["purpose"]),
        question["asked"],
        right["numerator"] if shown else None,
        right["share"],
        right["low"],
        right["high"],
        question["dont_know"],
        question["discrimination"],
        ", ".join(words.get(flag, flag) for flag in question["flags"]),
    )
