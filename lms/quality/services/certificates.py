"""Certificates and attestations: what they say, their numbers, and that nothing is rewritten."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_date
from sqlalchemy import select

from lms.accounts.services import record_event
from lms.db import unscoped, utc_now
from lms.quality.documents import make_pdf
from lms.quality.models import IssuedDocument
from lms.quality.objectives import objectives_by_learner
from lms.quality.queries.facts import minutes_alone
from lms.quality.queries.journal import list_trainer_names
from lms.quality.queries.material import list_shown, load_material

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from lms.delivery.attendance_queries import GridRow
    from lms.quality.queries.material import Material
    from lms.storage import FileStore

KINDS = ("certificate", "attestation")
PREFIX = {"certificate": "CR", "attestation": "AF"}
PARIS = ZoneInfo("Europe/Paris")
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike
MARK = 12  # signs of the digest printed on the document
NATURES = (
    ("training", "Action de formation"),
    ("assessment", "Bilan de compétences"),
    ("vae", "Action de validation des acquis de l'expérience (VAE)"),
    ("apprenticeship", "Action de formation par apprentissage"),
)
RESULTS = {"acquired": "Acquis", "in_progress": "En cours d'acquisition", "not_assessed": "Non évalué"}
PLEDGE = (
    "Sans préjudice des délais imposés par les règles fiscales, comptables ou commerciales, je m'engage à conserver "
    "l'ensemble des pièces justificatives qui ont permis d'établir le présent certificat pendant une durée de 3 ans à "
    "compter de la fin de l'année du dernier paiement. En cas de cofinancement par des fonds européens, cette durée est "
    "allongée selon les règles des fonds concernés."
)


class CertificateRefusal(ValueError):  # noqa: N818 - an answer more than an error
    """No certificate can be issued; ``fr`` and ``en`` say why and what to do."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr, self.en = fr, en

    def text(self, language: str) -> str:
        return self.en if language.startswith("en") else self.fr


def hours(minutes: int) -> str:
    """``95`` -> « 1 h 35 », ``120`` -> « 2 h »."""
    whole, rest = divmod(minutes, 60)
    return f"{whole}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{rest:02d}" if rest else f"{whole}\N{NO-BREAK SPACE}h"


def check_hub(material: Material) -> None:
    """CertificateRefusal when the hub has not said who signs its documents."""
    hub = material.hub
    if not hub.representative or not (hub.legal_name or hub.name):
        raise CertificateRefusal(
            "Il manque au hub le nom de la personne qui signe ses documents : ajoutez-le dans les réglages du hub.",
            "The hub has not said who signs its documents: add the legal representative in the hub’s settings.",
        )


def certificate_facts(material: Material, row: GridRow) -> dict[str, Any]:
    """What the certificate of this learner says (order of 21 December 2018, as the ministry's model words it).

    Hours: signed half-days less the minutes missed, and activities done alone at the time that the programme estimates.
    """
    check_hub(material)
    learner, hub, run = row.learner, material.hub, material.run
    alone = minutes_alone(material, learner.id)
    if not row.minutes_attended + alone:
        raise CertificateRefusal(
            f"{learner.name} n'a signé aucune demi-journée et n'a terminé aucune activité : il n'y a pas d'heure à certifier.",
            f"{learner.name} signed no half-day and finished no activity: there is no hour to certify.",
        )
    return {
        "kind": "certificate", "nature": "training", "title": run.title, "reference": run.reference,
        "organisation": hub.legal_name or hub.name, "hub": hub.name, "address": hub.address, "siret": hub.siret,
        "activity_number": hub.activity_number, "accent": hub.accent, "signatory": hub.representative,
        "place": place_of(hub.address), "learner": learner.name, "employer": learner.employer,
        "starts_on": run.starts_on.isoformat(), "ends_on": run.ends_on.isoformat(),
        "minutes_together": row.minutes_attended, "minutes_alone": alone,
    }  # fmt: skip


def attestation_facts(
    material: Material, row: GridRow, objectives: Sequence[Any], trainers: list[str]
) -> dict[str, Any]:
    """What the attestation says besides: a result an objective, how it was assessed, who trained."""
    return certificate_facts(material, row) | {
        "kind": "attestation", "trainers": trainers, "assessment": str(material.version.facts.get("assessment", "")),
        "objectives": [[one.text, one.result] for one in objectives],
    }  # fmt: skip


def place_of(address: str) -> str:
    """The town: what follows the postal code on the last line of an address."""
    last = next((line.strip() for line in reversed(address.splitlines()) if line.strip()), "")
    words = last.split()
    for at, word in enumerate(words[:-1]):
        if len(word) == 5 and word.isdigit():
            return " ".join(words[at + 1 :])
    return last


def digest_of(facts: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of what a document says."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def issue_documents(
    session: Session, store: FileStore, *, session_id: uuid.UUID, enrolment_ids: Sequence[uuid.UUID], url: str,
    by: uuid.UUID | None, kinds: Sequence[str] = KINDS,
) -> list[IssuedDocument]:  # fmt: skip
    """Issue what is missing or has changed for these learners and return all their present documents.

    The same facts give the document that exists; a change gives a new version with a number of its own. ``url`` is the
    installation's public address. CertificateRefusal, with nothing written, when one cannot be issued.
    """
    material = load_material(session, session_id)
    if material is None:
        return []
    wanted = set(enrolment_ids)
    rows = [row for row in material.grid.rows if row.learner.id in wanted]
    trainers = list_trainer_names(session, session_id)
    objectives = objectives_by_learner(material, list_shown(session, session_id)) if "attestation" in kinds else {}
    latest = _latest(session, session_id)
    prepared = []
    for row in rows:
        for kind in kinds:
            if kind == "certificate":
                facts = certificate_facts(material, row)
            else:
                facts = attestation_facts(material, row, objectives.get(row.learner.id, ()), trainers)
            prepared.append((row, kind, facts))
    issued = []
    for row, kind, facts in prepared:
        former = latest.get((row.learner.id, kind))
        issued.append(_issue(session, store, material=material, row=row, facts=facts, former=former, url=url, by=by))
    return issued


def _latest(session: Session, session_id: uuid.UUID) -> dict[tuple[Any, str], IssuedDocument]:
    rows = session.scalars(
        select(IssuedDocument).where(IssuedDocument.session_id == session_id).order_by(IssuedDocument.issued_at)
    )
    return {(row.enrolment_id, row.kind): row for row in rows}


def _issue(
    session: Session, store: FileStore, *, material: Material, row: GridRow, facts: dict[str, Any],
    former: IssuedDocument | None, url: str, by: uuid.UUID | None,
) -> IssuedDocument:  # fmt: skip
    digest = digest_of(facts)
    if former is not None and former.facts.get("digest") == digest:
        return former
    kind = facts["kind"]
    number = f"{PREFIX[kind]}-{utc_now().year}-{''.join(secrets.choice(SIGNS) for _ in range(10))}"
    kept = {
        "says": facts, "digest": digest, "version": former.facts["version"] + 1 if former else 1,
        "replaces": former.number if former else "",
    }  # fmt: skip
    issued_at = utc_now()
    pdf = make_pdf(kind, printed(facts, kept, number=number, url=url, issued_at=issued_at), at=issued_at)
    document = IssuedDocument(
        hub_id=material.hub.id, number=number, kind=kind, session_id=material.run.id, enrolment_id=row.learner.id,
        facts=kept, file_key=store.put_content(pdf), sha256=hashlib.sha256(pdf).hexdigest(), issued_at=issued_at,
        issued_by=by,
    )  # fmt: skip
    session.add(document)
    session.flush()
    record_event(
        session, "document.issued", hub_id=material.hub.id, person_id=by, target=document.id, kind=kind, number=number,
        learner=row.learner.pseudonym, sha256=document.sha256, digest=digest,
    )  # fmt: skip
    return document


def printed(facts: dict[str, Any], kept: dict[str, Any], *, number: str, url: str, issued_at: Any) -> dict[str, Any]:
    """The texts of the document, as its template takes them."""
    short = kept["digest"][:MARK]
    verify = f"{url}/v/{number}?e={short}"
    on = french_day(issued_at.astimezone(PARIS).date().isoformat())
    return {
        "hub": printed_hub(facts), "number": number, "version": str(kept["version"]), "mark": short, "verify": verify,
        "verify_shown": f"{url.split('://', 1)[-1]}/v/{number}", "qr": qr_code(verify), "date": on,
        "replaces": f"Il remplace le n° {kept['replaces']}." if kept["replaces"] else "",
        "signatory": facts["signatory"], "learner": {"name": facts["learner"], "employer": facts["employer"]},
        "title": f"« {facts['title']} »", "place": facts["place"] or "……………………", "pledge": PLEDGE,
        "natures": [[text, name == facts["nature"]] for name, text in NATURES],
        "facts": _printed_facts(facts), "trainers": ", ".join(facts.get("trainers", ())),
        "objectives": [[text, RESULTS[result]] for text, result in facts.get("objectives", ())],
        "method": f"Modalités d'évaluation : {facts['assessment']}" if facts.get("assessment") else "",
        "foot": f"{facts['organisation']} – {number}",
    }  # fmt: skip


def printed_hub(facts: dict[str, Any]) -> dict[str, Any]:
    """The head of a document: organisation, address, SIRET, activity number."""
    lines = [line.strip() for line in str(facts.get("address") or "").splitlines() if line.strip()]
    if facts.get("siret"):
        lines.append(f"SIRET {facts['siret']}")
    if facts.get("activity_number"):
        lines.append(
            f"Déclaration d'activité n° {facts['activity_number']} (cet enregistrement ne vaut pas agrément de l'État)"
        )
    organisation = facts.get("organisation") or facts.get("legal_name") or facts.get("name") or ""
    name = facts.get("hub") or facts.get("name") or organisation
    return {"organisation": organisation, "name": name, "lines": lines, "accent": facts.get("accent") or "#0F5C63"}


def _printed_facts(facts: dict[str, Any]) -> list[list[str]]:
    start, end = facts["starts_on"], facts["ends_on"]
    together, alone = facts["minutes_together"], facts["minutes_alone"]
    parts = []
    if together:
        parts.append(f"{hours(together)} en demi-journées signées")
    if alone:
        parts.append(f"{hours(alone)} d'activités à distance terminées, à leur durée estimée")
    when = f"le {french_day(start)}" if start == end else f"du {french_day(start)} au {french_day(end)}"
    return [
        ["Session", facts["reference"]], ["Dates", when],
        ["Durée effectivement suivie", f"{hours(together + alone)} ({' et '.join(parts)})"],
    ]  # fmt: skip


def french_day(text: str) -> str:
    """``2026-03-01`` -> « 1er mars 2026 »."""
    day = date.fromisoformat(text)
    return f"{'1er' if day.day == 1 else day.day} {format_date(day, 'MMMM y', locale='fr')}"


def qr_code(text: str) -> str:
    """The address as an SVG picture."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=1, scale=4, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def verify_document(session: Session, *, number: str, mark: str) -> tuple[bool, bool]:
    """Say whether a document of this number and printed digest was issued, in any hub, and whether it was replaced."""
    mark = "".join(mark.lower().split())
    if len(mark) < MARK:
        return False, False
    with unscoped(session):
        found = session.scalar(select(IssuedDocument).where(IssuedDocument.number == number.strip().upper()))
        if found is None or not str(found.facts.get("digest", "")).startswith(mark):
            return False, False
        later = session.scalar(
            select(IssuedDocument.id).where(
                IssuedDocument.enrolment_id == found.enrolment_id, IssuedDocument.kind == found.kind,
                IssuedDocument.issued_at > found.issued_at,
            ).limit(1)
        )  # fmt: skip
    return True, later is not None
