"""The French quality framework (RNQ) as data, and what a session can show of each indicator. Pure functions.

This says what is ready and what is missing, never whether anything conforms: that is the auditor's to judge.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).parent / "data" / "rnq.json"
READY, GAP, NOT_APPLICABLE = "ready", "gap", "not_applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One indicator: ``state`` is ready, gap or not_applicable; ``because`` in French and English; ``proofs``: paths."""

    number: int
    criterion: int
    title: tuple[str, str]
    state: str
    because: tuple[str, str]
    proofs: tuple[str, ...] = ()


@cache
def load_rnq() -> dict[str, Any]:
    """The framework: ``versions``, ``criteria``, ``indicators``."""
    found: dict[str, Any] = json.loads(DATA.read_text("utf-8"))
    return found


def version_for(audit_on: date) -> dict[str, Any]:
    """The version that an audit held on this day (of Paris) goes by."""
    for version in load_rnq()["versions"]:
        if (
            date.fromisoformat(version.get("first_audit_day", "0001-01-01"))
            <= audit_on
            <= date.fromisoformat(version.get("last_audit_day", "9999-12-31"))
        ):
            found: dict[str, Any] = version
            return found
    raise LookupError(audit_on)


def index_session(facts: dict[str, Any], audit_on: date) -> list[Finding]:
    """What the pack of this session shows of each indicator of the version, in order."""
    version = version_for(audit_on)
    found = []
    for row in load_rnq()["indicators"]:
        if version["id"] == "RNQ-2019" and not row["in_2019"]:
            continue
        title = (row["title_fr"], row["title_en"])
        state, because, proofs = _judge(row, facts)
        found.append(Finding(row["number"], row["criterion"], title, state, because, proofs))
    return found


_ELSEWHERE = {
    "organisation": (
        "se prouve au niveau de l'organisme : la pièce n'est pas dans un dossier de session",
        "is proved for the whole organisation: the item is not in the pack of a session",
    ),
    "session": (
        "la pièce se tient hors de Bouquet : joignez-la au dossier",
        "the item is kept outside Bouquet: add it to the pack",
    ),
}
Judged = tuple[str, tuple[str, str], tuple[str, ...]]


def _judge(row: dict[str, Any], facts: dict[str, Any]) -> Judged:
    if "only_fr" in row:
        because = (
            f"ne vaut que pour : {row['only_fr']} ; la session n'en déclare pas",
            f"applies only to: {row['only_en']}; the session declares none",
        )
        return NOT_APPLICABLE, because, ()
    look = _LOOKS.get(row["number"])
    if look is None:
        return GAP, _ELSEWHERE["organisation" if row["level"] == "organisation" else "session"], ()
    return look(facts)


def _folder(facts: dict[str, Any]) -> str:
    return f"04_sessions/{safe_name(facts['session']['reference'])}"


def safe_name(text: str) -> str:
    """A file name of plain ASCII."""
    import unicodedata  # noqa: PLC0415

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = "".join(char if char.isalnum() or char in "-_" else "-" for char in plain).strip("-")
    return kept or "x"


def _all(good: bool, yes: tuple[str, str], no: tuple[str, str], *proofs: str) -> Judged:  # noqa: FBT001
    return (READY, yes, proofs) if good else (GAP, no, proofs)


def _programme(facts: dict[str, Any]) -> Judged:
    programme = facts["programme"]["facts"]
    names = {
        "audience": ("public visé", "audience"), "prerequisites": ("prérequis", "prerequisites"),
        "methods": ("méthodes", "methods"), "assessment": ("évaluation", "assessment"),
        "accessibility": ("accessibilité", "accessibility"),
    }  # fmt: skip
    missing = [names[name] for name in names if not str(programme.get(name) or "").strip()]
    no = tuple("il manque au programme : " + ", ".join(name[0] for name in missing) if not at else
               "the programme lacks: " + ", ".join(name[1] for name in missing) for at in (0, 1))  # fmt: skip
    yes = (
        "le programme daté porte public, prérequis, méthodes, évaluation et accessibilité ; tarif et délais sont à part",
        "the dated programme has audience, prerequisites, methods, assessment and accessibility; price and delays are apart",
    )
    return _all(not missing, yes, (no[0], no[1]), _programme_path(facts))


def _programme_path(facts: dict[str, Any]) -> str:
    programme = facts["programme"]
    return f"03_offres/{safe_name(programme['course'])}/programme_v{programme['version']}.pdf"


def _results(facts: dict[str, Any]) -> Judged:
    shown = [one for one in facts["indicators"] if not one["hidden"]]
    yes = (
        f"{len(shown)} chiffres avec leur règle, leur numérateur, leur dénominateur et leurs exclusions",
        f"{len(shown)} figures with their rule, numerator, denominator and exclusions",
    )
    no = ("trop peu de personnes pour publier un chiffre", "too few people for any figure to be published")
    return _all(bool(shown), yes, no, "05_resultats/indicateurs_publies.json")


def _objectives(facts: dict[str, Any]) -> Judged:
    objectives = facts["programme"]["facts"].get("objectives", [])
    tied = sum(bool(one.get("competencies")) for one in objectives)
    yes = (
        f"{len(objectives)} objectifs, chacun rattaché à des compétences évaluées",
        f"{len(objectives)} objectives, each tied to assessed competencies",
    )
    no = (
        f"{tied} objectifs sur {len(objectives)} sont rattachés à une compétence",
        f"{tied} objectives out of {len(objectives)} are tied to a competency",
    )
    return _all(bool(objectives) and tied == len(objectives), yes, no, _programme_path(facts))


def _content(facts: dict[str, Any]) -> Judged:
    yes = (
        "le programme détaille modules, durées et activités à distance",
        "the programme details modules, durations and remote activities",
    )
    no = ("le programme n'a ni activité ni durée", "the programme has neither activities nor durations")
    return _all(any(one["minutes"] for one in facts["activities"]), yes, no, _programme_path(facts))


def _active(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in facts["learners"] if one["started"]]


def _positioning(facts: dict[str, Any]) -> Judged:
    keys = {one["key"] for one in facts["activities"] if one["purpose"] == "positioning"}
    learners = _active(facts)
    done = sum(any(row["key"] in keys and row["done_at"] for row in one["activities"]) for one in learners)
    words = (
        f"{done} positionnements pour {len(learners)} stagiaires entrés",
        f"{done} positionings for {len(learners)} learners who started",
    )
    if not keys:
        words = ("le cours n'a pas de positionnement", "the course has no positioning")
    return _all(
        bool(keys) and bool(learners) and done == len(learners), words, words, f"{_folder(facts)}/positionnement.csv"
    )


def _running(facts: dict[str, Any]) -> Judged:
    sent = {"enrolment.created", "enrolment.imported", "enrolment.invited_again"}
    invited = any(event["action"] in sent for event in facts["events"])
    planned = bool(facts["half_days"]) or any(one["due_at"] for one in facts["activities"])
    yes = (
        "invitations envoyées (journal) et calendrier avec lieux et horaires",
        "invitations sent (record) and calendar with places and hours",
    )
    no = (
        "aucune invitation au journal" if not invited else "aucune date au calendrier",
        "no invitation in the record" if not invited else "no date in the calendar",
    )
    return _all(invited and planned, yes, no, "07_journal/evenements.jsonl", f"{_folder(facts)}/session.json")


def _follow_up(facts: dict[str, Any]) -> Judged:
    exchanges = sum(len(one["exchanges"]) for one in facts["learners"])
    reminders = sum(event["action"] == "learner.reminded" for event in facts["events"])
    words = (
        f"{exchanges} échanges datés avec le formateur et {reminders} relances",
        f"{exchanges} dated exchanges with the trainer and {reminders} reminders",
    )
    return _all(bool(exchanges or reminders), words, words, f"{_folder(facts)}/foad.csv")


def _assessed(facts: dict[str, Any]) -> Judged:
    learners = _active(facts)
    assessed = sum(any(one["result"] != "not_assessed" for one in row["objectives"]) for row in learners)
    words = (
        f"{assessed} stagiaires sur {len(learners)} ont un résultat par objectif",
        f"{assessed} learners out of {len(learners)} have a result for an objective",
    )
    return _all(bool(learners) and assessed == len(learners), words, words, f"{_folder(facts)}/acquis.csv")


def _attendance(facts: dict[str, Any]) -> Judged:
    days = facts["half_days"]
    missing, closed = sum(day["missing"] for day in days), sum(bool(day["countersigned_at"]) for day in days)
    words = (
        f"{closed} feuilles contresignées sur {len(days)}, {missing} présences sans signature ni absence notée",
        f"{closed} sheets countersigned out of {len(days)}, {missing} neither signed nor marked absent",
    )
    return _all(bool(days) and closed == len(days) and not missing, words, words, f"{_folder(facts)}/emargement.pdf")


def _means(facts: dict[str, Any]) -> Judged:
    place, trainers = facts["session"]["place"], facts["session"]["trainers"]
    missing = [one for one, there in ((("lieu", "place"), place), (("formateur", "trainer"), trainers)) if not there]
    yes = ("lieu et formateurs de la session sont nommés", "place and trainers of the session are named")
    no = (
        "il manque : " + ", ".join(one[0] for one in missing), "missing: " + ", ".join(one[1] for one in missing),
    )  # fmt: skip
    return _all(not missing, yes, no, f"{_folder(facts)}/session.json")


def _resources(facts: dict[str, Any]) -> Judged:
    done = sum(row["status"] in {"done", "submitted"} for one in facts["learners"] for row in one["activities"])
    words = (
        f"relevé par stagiaire : {done} activités à distance suivies, avec leurs dates",
        f"record of each learner: {done} remote activities followed, with their dates",
    )
    return _all(bool(done), words, words, f"{_folder(facts)}/foad.csv")


def _feedback(facts: dict[str, Any]) -> Judged:
    hot = [one for one in facts["surveys"] if one["purpose"] == "hot"]
    n = sum(one["responses"] for one in hot)
    words = (f"{n} réponses des stagiaires à chaud", f"{n} answers of learners at the end")
    return _all(n > 0, words, words, f"{_folder(facts)}/satisfaction_agregats.json")


def _improvement(facts: dict[str, Any]) -> Judged:
    n = len(facts["improvements"])
    words = (
        f"{n} actions d'amélioration nées d'un signal de cette session ou mesurées sur elle",
        f"{n} improvement actions born of a signal of this session or measured on it",
    )
    return _all(n > 0, words, words, "06_amelioration/plan.csv")


_LOOKS: dict[int, Callable[[dict[str, Any]], Judged]] = {
    1: _programme, 2: _results, 5: _objectives, 6: _content, 8: _positioning, 9: _running, 10: _follow_up, 11: _assessed,
    12: _attendance, 17: _means, 19: _resources, 30: _feedback, 32: _improvement,
}  # fmt: skip
