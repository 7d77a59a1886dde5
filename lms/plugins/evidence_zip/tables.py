"""The tables of a pack: CSV in UTF-8 with ``;``, ISO dates, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    Row = Iterable[Any]

STATUS = {
    "invited": "invité", "active": "en cours", "completed": "terminé", "dropped": "abandon", "cancelled": "annulé",
}  # fmt: skip
STATE = {
    "signed": "signé", "absent": "absent", "missing": "ni signé ni noté absent", "expected": "à venir", "out": "non attendu",
}  # fmt: skip
DONE = {"todo": "à faire", "started": "commencé", "submitted": "rendu", "done": "fait"}
SUCCESS = {"passed": "réussi", "failed": "échoué", "unknown": ""}
KIND = {
    "page": "page", "quiz": "test", "assignment": "devoir", "survey": "enquête", "scorm": "module", "live_session": "séance",
}  # fmt: skip
RESULT = {"acquired": "acquis", "in_progress": "en cours", "not_assessed": "non évalué"}
MODALITY = {"on_site": "sur place", "remote": "à distance"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> str:
    """One value as text on one line; what would start a formula is made plain text by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if text.startswith(FORMULA):
        text = "'" + text
    return " ".join(text.split())


def table(columns: Row, rows: Iterable[Row]) -> bytes:
    """The CSV, with a byte order mark so that every spreadsheet reads the accents."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def attendance_table(facts: dict[str, Any]) -> bytes:
    """A line a learner and half-day."""
    rows = (
        (learner["code"], at, day["title"], day["starts_at"], day["ends_at"], day["minutes"], MODALITY[day["modality"]],
         day["place"], day["trainer"], STATE[one["state"]], one["signed_at"], one["method"], one["minutes_missed"],
         one["signed_hash"], day["countersigned_at"])
        for learner in facts["learners"]
        for at, (day, one) in enumerate(zip(facts["half_days"], learner["attendance"], strict=True), start=1)
    )  # fmt: skip
    return table(
        ("stagiaire", "demi_journee", "titre", "debut", "fin", "minutes", "modalite", "lieu", "formateur", "etat",
         "signe_le", "moyen", "minutes_manquees", "empreinte", "contresigne_le"),
        rows,
    )  # fmt: skip


def remote_table(facts: dict[str, Any]) -> bytes:
    """A line a learner and activity due at a distance: estimated time, dates, result, work and exchanges."""
    activities = {one["key"]: one for one in facts["activities"]}
    rows: list[tuple[Any, ...]] = []
    for learner in facts["learners"]:
        for one in learner["activities"]:
            activity = activities[one["key"]]
            works = [work for work in learner["works"] if work["key"] == one["key"]]
            rows.append((
                learner["code"], STATUS[learner["status"]], activity["module_title"], activity["title"],
                KIND.get(activity["kind"], activity["kind"]), one["required"], activity["minutes"], activity["due_at"],
                DONE[one["status"]], one["started_at"], one["done_at"], one["score"], SUCCESS[one["success"]],
                " ".join(str(work["submitted_at"]) for work in works),
                " ".join(str(work["marked_at"]) for work in works if work["marked_at"]),
            ))  # fmt: skip
    return table(
        ("stagiaire", "statut", "module", "activite", "nature", "due", "minutes_estimees", "echeance", "etat", "commence_le",
         "fait_le", "resultat", "reussite", "travail_rendu_le", "reponse_du_formateur_le"),
        rows,
    )  # fmt: skip


def objectives_table(facts: dict[str, Any]) -> bytes:
    """A line a learner and objective."""
    rows = (
        (learner["code"], one["id"], one["text"], RESULT[one["result"]], one["level"], one["items"])
        for learner in facts["learners"]
        for one in learner["objectives"]
    )
    return table(("stagiaire", "objectif", "texte", "resultat", "niveau", "elements"), rows)


def positioning_table(facts: dict[str, Any]) -> bytes:
    """A line a learner and competency seen at positioning, then those who took it without evidence."""
    keys = {one["key"]: one["title"] for one in facts["activities"] if one["purpose"] == "positioning"}
    rows: list[tuple[Any, ...]] = []
    for learner in facts["learners"]:
        seen = [one for one in learner["evidence"] if one["source"] == "positioning"]
        done = [one for one in learner["activities"] if one["key"] in keys]
        rows.extend((learner["code"], keys[one["key"]], one["done_at"], one["score"], "", None, None) for one in done)
        rows.extend((learner["code"], "", one["at"], None, one["ref"], one["level"], one["items"]) for one in seen)
    return table(("stagiaire", "positionnement", "fait_le", "resultat", "competence", "niveau", "elements"), rows)


def evidence_table(facts: dict[str, Any]) -> bytes:
    """A line an observation: who showed what level of which competency, where and when."""
    rows = (
        (learner["code"], one["ref"], one["source"], one["level"], one["items"], one["at"])
        for learner in facts["learners"]
        for one in learner["evidence"]
    )
    return table(("stagiaire", "competence", "source", "niveau", "elements", "date"), rows)


def exchanges_table(facts: dict[str, Any]) -> bytes:
    """A line an exchange at a distance between a learner and the trainer."""
    words = {"handed_in": "travail rendu", "answered": "réponse du formateur"}
    titles = {one["key"]: one["title"] for one in facts["activities"]}
    rows = (
        (learner["code"], one["at"], words[one["what"]], titles.get(one["key"], one["key"]))
        for learner in facts["learners"]
        for one in learner["exchanges"]
    )
    return table(("stagiaire", "date", "echange", "activite"), rows)


def learners_table(facts: dict[str, Any]) -> bytes:
    """A line a learner: status and hours."""
    rows = (
        (one["code"], STATUS[one["status"]], one["invited_at"], one["joined_at"], one["completed_at"], one["left_at"],
         one["minutes"]["planned"], one["minutes"]["due"], one["minutes"]["attended"], one["alone"]["due"],
         one["alone"]["done"], " ".join(one["documents"]))
        for one in facts["learners"]
    )  # fmt: skip
    return table(
        ("stagiaire", "statut", "invite_le", "entre_le", "termine_le", "sorti_le", "minutes_prevues_ensemble",
         "minutes_dues_ensemble", "minutes_suivies_ensemble", "minutes_dues_a_distance", "minutes_faites_a_distance",
         "documents"),
        rows,
    )  # fmt: skip


def documents_table(facts: dict[str, Any]) -> bytes:
    """A line a document handed out."""
    words = {"certificate": "certificat de réalisation", "attestation": "attestation de fin de formation"}
    rows = (
        (one["number"], words.get(one["kind"], one["kind"]), one["version"], one["learner"], one["issued_at"],
         one["digest"], one["sha256"])
        for one in facts["documents"]
    )  # fmt: skip
    return table(("numero", "nature", "version", "stagiaire", "emis_le", "empreinte_du_contenu", "sha256_du_pdf"), rows)


def questions_table(facts: dict[str, Any]) -> bytes:
    """A line a question: how it was answered at the first try; nothing under five answers."""
    rows = (
        (one["activity_title"], one["key"], one["text"], one["asked"], one["right"]["numerator"],
         one["right"]["denominator"], one["right"]["share"], one["right"]["low"], one["right"]["high"],
         one["discrimination"], one["right"]["hidden"])
        for one in facts["questions"]
    )  # fmt: skip
    return table(
        ("test", "question", "texte", "reponses", "justes", "sur", "taux", "borne_basse", "borne_haute", "discrimination",
         "masque_moins_de_5"),
        rows,
    )  # fmt: skip


def competencies_table(facts: dict[str, Any]) -> bytes:
    """A line a competency: how many learners master it."""
    rows = (
        (one["ref"], one["learners"], one["mastered"]["numerator"], one["mastered"]["denominator"],
         one["mastered"]["share"], one["mastered"]["low"], one["mastered"]["high"], one["mastered"]["hidden"])
        for one in facts["competencies"]
    )  # fmt: skip
    return table(
        ("competence", "stagiaires", "maitrisent", "sur", "taux", "borne_basse", "borne_haute", "masque_moins_de_5"),
        rows,
    )


def improvements_table(facts: dict[str, Any]) -> bytes:
    """A line an improvement: signal, cause, action, effect."""
    status = {"open": "à traiter", "doing": "en cours", "done": "fait", "dropped": "abandonné"}
    rows = (
        (one["signal"].get("label", ""), one["finding"], one["cause"], one["action"], one["due_on"],
         status.get(one["status"], one["status"]), one["done_on"], one["proof"], one["baseline"].get("value"),
         one["baseline"].get("n"), one["after"].get("value"), one["after"].get("n"), one["after"].get("verdict", ""))
        for one in facts["improvements"]
    )  # fmt: skip
    return table(
        ("signal", "constat", "cause", "action", "echeance", "statut", "fait_le", "preuve", "avant", "avant_n", "apres",
         "apres_n", "verdict"),
        rows,
    )  # fmt: skip


def identities_table(people: Iterable[dict[str, Any]]) -> bytes:
    """The key: who is behind each pseudonym."""
    rows = ((one["code"], one["family_name"], one["given_name"], one["email"], one["employer"]) for one in people)
    return table(("stagiaire", "nom", "prenom", "adresse", "employeur"), rows)
