"""The two documents of a pack: the programme of the version, and the attendance sheets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from lms.plugins.evidence_zip.tables import KIND, MODALITY, STATE
from lms.quality.documents import make_pdf
from lms.quality.services.certificates import hours, printed_hub

if TYPE_CHECKING:
    from collections.abc import Mapping

PARIS = ZoneInfo("Europe/Paris")
METHOD = {"qr": "code QR", "code": "code", "trainer": "avec le formateur", "": ""}


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(PARIS) if text else None


def _said(text: str | None, pattern: str = "d MMM y 'à' HH:mm") -> str:
    moment = _at(text)
    return format_datetime(moment, pattern, locale="fr") if moment else ""


def programme_pdf(facts: dict[str, Any], at: datetime) -> bytes:
    """The programme as the version says it."""
    programme, said = facts["programme"], facts["programme"]["facts"]
    sections = [
        (title, str(said.get(name) or "").strip())
        for name, title in (
            ("audience", "Public"), ("prerequisites", "Prérequis"), ("methods", "Méthodes"),
            ("assessment", "Modalités d'évaluation"), ("accessibility", "Accessibilité et handicap"),
        )
    ]  # fmt: skip
    remote = [
        [
            one["title"],
            KIND.get(one["kind"], one["kind"]),
            hours(one["minutes"]) if one["minutes"] >= 60 else f"{one['minutes']} min",
        ]
        for one in facts["activities"]
        if one["kind"] != "live_session"
    ]
    published = _said(programme["published_at"], "d MMMM y")
    data = {
        "hub": printed_hub(facts["hub"]), "title": programme["title"], "summary": str(said.get("summary") or ""),
        "facts": [["Version", f"{programme['version']}, publiée le {published}"], ["Durée totale", _length(programme["minutes"])],
                  ["Contact", facts["hub"]["contact_email"] or "–"],
                  ["Contact handicap", facts["hub"]["accessibility_contact"] or facts["hub"]["contact_email"] or "–"]],
        "sections": [pair for pair in sections if pair[1]],
        "objectives": [one["text"] for one in said.get("objectives", [])],
        "modules": [
            {"title": one["title"], "duration": _length(one["minutes"]), "summary": one.get("summary") or ""}
            for one in said.get("modules", [])
        ],
        "remote": remote, "foot": f"{programme['title']} – version {programme['version']}",
    }  # fmt: skip
    return make_pdf("programme", data, at=at)


def _length(minutes: int) -> str:
    return hours(minutes) if minutes >= 60 else f"{minutes}\N{NO-BREAK SPACE}min"


def attendance_pdf(facts: dict[str, Any], at: datetime) -> bytes:
    """One sheet a half-day: who signed, when, how, and the digest of what was signed."""
    note = (
        "Les stagiaires sont désignés par leur code ; les signatures dessinées restent dans Bouquet, sous leur empreinte. "
        "Un dossier nominatif les montre."
    )
    return _sheets_pdf(facts, at, note)


def signed_sheets_pdf(
    facts: dict[str, Any], at: datetime, names: Mapping[str, str], signatures: Mapping[tuple[str, str], bytes]
) -> bytes:
    """The same sheets with names (by code) and drawn signatures (PNG by half-day and code, "" for the trainer)."""
    note = "Document nominatif : noms et signatures tracées, chacune avec l'empreinte de ce qui a été signé."
    return _sheets_pdf(facts, at, note, names, signatures)


def _sheets_pdf(
    facts: dict[str, Any], at: datetime, note: str, names: Mapping[str, str] | None = None,
    signatures: Mapping[tuple[str, str], bytes] | None = None,
) -> bytes:  # fmt: skip
    run = facts["session"]
    pictures = {f"{day}/{code}": list(picture) for (day, code), picture in (signatures or {}).items()}
    data = {
        "hub": printed_hub(facts["hub"]), "title": f"{run['title']} ({run['reference']})", "landscape": True, "note": note,
        "half_days": [_sheet(facts, number, day, names) for number, day in enumerate(facts["half_days"])],
        "pictures": pictures, "drawn": names is not None, "foot": f"Émargement – {run['reference']}",
    }  # fmt: skip
    return make_pdf("attendance", data, at=at)


def _sheet(facts: dict[str, Any], number: int, day: dict[str, Any], names: Mapping[str, str] | None) -> dict[str, Any]:
    rows = [
        {"learner": f"{names[learner['code']]} ({learner['code']})" if names else learner["code"],
         "state": _state(learner["attendance"][number]), "when": _said(learner["attendance"][number]["signed_at"]) or "–",
         "how": METHOD.get(learner["attendance"][number]["method"], "") or "–",
         "digest": _short(learner["attendance"][number]["signed_hash"]), "picture": f"{day['id']}/{learner['code']}"}
        for learner in facts["learners"]
        if learner["attendance"][number]["state"] != "out"
    ]  # fmt: skip
    closing = "Feuille non contresignée."
    if day["countersigned_at"]:
        closing = (
            f"Contresignée par {day['trainer'] or 'le formateur'} le {_said(day['countersigned_at'])}, empreinte "
            f"{_short(day['countersign_hash'])}."
        )
    when = f"{_said(day['starts_at'], 'EEEE d MMMM y, HH:mm')} – {_said(day['ends_at'], 'HH:mm')}"
    counts = (
        f"{_count(day['signed'], 'signature')}, {_count(day['absent'], 'absence')}, {day['missing']} sans trace, "
        f"sur {day['expected']} attendus"
    )
    return {
        "title": f"{number + 1}. {day['title']}", "rows": rows, "closing": closing, "picture": f"{day['id']}/",
        "facts": [["Date", when], ["Lieu", f"{day['place'] or '–'} ({MODALITY[day['modality']]})"],
                  ["Formateur", day["trainer"] or ", ".join(facts["session"]["trainers"]) or "–"], ["Présences", counts]],
    }  # fmt: skip


def _state(cell: dict[str, Any]) -> str:
    missed = cell["minutes_missed"]
    return STATE[cell["state"]] + (f" (moins {missed} min)" if missed else "")


def _short(digest: str) -> str:
    return f"{digest[:24]}…" if digest else "–"


def _count(number: int, word: str) -> str:
    """French takes the plural from two on."""
    return f"{number} {word}{'s' if number > 1 else ''}"
