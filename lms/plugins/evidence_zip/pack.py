"""The files of a pack, from the facts of a session: pure, and the same for the same facts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lms.plugins.evidence_zip import tables, verifier
from lms.plugins.evidence_zip.papers import attendance_pdf, programme_pdf, signed_sheets_pdf
from lms.quality.rnq import Finding, index_session, safe_name, version_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

KEPT_YEARS = 6
MEDIA = {
    "html": "text/html", "json": "application/json", "csv": "text/csv", "pdf": "application/pdf", "py": "text/x-python",
    "txt": "text/plain", "jsonl": "application/jsonl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the pack and what it is good for."""

    path: str
    data: bytes
    title: str
    indicators: tuple[int, ...] = ()
    learner: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """Files by path, ready to be zipped, and what they show of each indicator."""

    entries: dict[str, bytes]
    findings: tuple[Finding, ...]


def as_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def build_pack(
    facts: dict[str, Any], *, audit_on: date, identities: Sequence[dict[str, Any]] = (),
    documents: Mapping[str, bytes] | None = None, signatures: Mapping[tuple[str, str], bytes] | None = None, reason: str = "",
) -> Pack:  # fmt: skip
    """All the files; ``identities``, ``documents`` (PDF by number) and drawn ``signatures`` (PNG by half-day and learner's
    code, "" for the trainer) make the nominative folder, with its reason.
    """
    version = version_for(audit_on)
    findings = tuple(index_session(facts, audit_on))
    entries = [
        *_perimeter(facts, version, audit_on, reason if identities else ""),
        *_index(facts, findings, version),
        *_offer(facts), *_session(facts), *_figures(facts), *_improvement(facts), *_journal(facts["events"]),
        Entry("99_verifier/verifier.py", Path(verifier.__file__).read_bytes(), "Le vérificateur, à lancer sans réseau"),
        *_nominative(facts, identities, documents or {}, signatures or {}),
    ]  # fmt: skip
    from lms.plugins.evidence_zip.first_page import first_page  # noqa: PLC0415

    page = first_page(facts, entries, findings, version, audit_on, nominative=bool(identities))
    entries.append(Entry("LISEZMOI.html", page, "Page de départ"))
    return _seal(facts, entries, findings, version, audit_on)


def _perimeter(facts: dict[str, Any], version: dict[str, Any], audit_on: date, reason: str) -> Iterable[Entry]:
    yield Entry("00_perimetre/organisme.json", as_json(facts["hub"]), "Organisme", (1,))
    scope = {
        "session": facts["session"]["reference"], "du": facts["session"]["starts_on"], "au": facts["session"]["ends_on"],
        "referentiel": version["id"], "referentiel_texte": version["text_fr"], "provisoire": version["provisional"],
        "date_audit": audit_on.isoformat(), "etat_au": facts["state_at"],
        "pseudonymes": "seuls, sans nom" if not reason else "avec une clé à part, dans 90_nominatif",
        "motif_nominatif": reason,
    }  # fmt: skip
    yield Entry("00_perimetre/perimetre.json", as_json(scope), "Périmètre, référentiel appliqué, date d'audit")
    run = facts["session"]
    row = (
        run["reference"],
        run["title"],
        run["starts_on"],
        run["ends_on"],
        run["place"],
        run["status"],
        len(facts["learners"]),
    )
    sessions = tables.table(("reference", "titre", "debut", "fin", "lieu", "statut", "stagiaires"), [row])
    yield Entry("00_perimetre/sessions.csv", sessions, "Sessions du périmètre")


STATE = {"ready": "prêt", "gap": "écart", "not_applicable": "non applicable"}


def _index(facts: dict[str, Any], findings: Sequence[Finding], version: dict[str, Any]) -> Iterable[Entry]:
    reference = facts["session"]["reference"]
    rows = [
        (one.number, one.criterion, one.title[0], STATE[one.state], one.because[0], " ".join(one.proofs))
        for one in findings
    ]
    columns = ("indicateur", "critere", "intitule", "etat", "parce_que", "preuves")
    yield Entry(
        "01_index/indicateurs.csv", tables.table(columns, rows), "Ce que le dossier montre de chaque indicateur"
    )
    data = {"referentiel": version["id"], "indicateurs": [dict(zip(columns, row, strict=True)) for row in rows]}
    yield Entry("01_index/indicateurs.json", as_json(data), "Le même index, en données")
    matrix = [(reference, one.number, STATE[one.state], one.because[0]) for one in findings]
    yield Entry(
        "01_index/matrice.csv",
        tables.table(("session", "indicateur", "etat", "parce_que"), matrix),
        "Session par indicateur",
    )


def _offer(facts: dict[str, Any]) -> Iterable[Entry]:
    programme = facts["programme"]
    folder = f"03_offres/{safe_name(programme['course'])}"
    at = _moment(facts)
    yield Entry(
        f"{folder}/programme_v{programme['version']}.pdf", programme_pdf(facts, at), "Programme daté", (1, 5, 6)
    )
    yield Entry(f"{folder}/programme_v{programme['version']}.json", as_json(programme | {"activities": facts["activities"]}),
                "Le programme, en données", (1, 5, 6))  # fmt: skip


def _session(facts: dict[str, Any]) -> Iterable[Entry]:
    folder = f"04_sessions/{safe_name(facts['session']['reference'])}"
    session = facts["session"] | {"half_days": facts["half_days"]}
    made: tuple[tuple[str, bytes, str, tuple[int, ...]], ...] = (
        ("session.json", as_json(session), "Dates, heures, lieux, formateurs", (9, 17)),
        ("stagiaires.csv", tables.learners_table(facts), "Statut et heures de chaque stagiaire", (11, 12)),
        ("emargement.pdf", attendance_pdf(facts, _moment(facts)), "Feuilles d'émargement", (12,)),
        ("emargement.csv", tables.attendance_table(facts), "Émargement, ligne à ligne", (12,)),
        ("foad.csv", tables.remote_table(facts), "Relevé des activités à distance", (10, 19)),
        ("echanges.csv", tables.exchanges_table(facts), "Échanges datés avec le formateur", (10, 19)),
        ("acquis.csv", tables.objectives_table(facts), "Résultat par objectif", (11,)),
        ("competences.csv", tables.competencies_table(facts), "Maîtrise par compétence", (11,)),
        ("preuves_competences.csv", tables.evidence_table(facts), "Observations, une à une", (11,)),
        ("positionnement.csv", tables.positioning_table(facts), "Positionnement à l'entrée", (8,)),
        ("progression.json", as_json(facts["progression"] or {"masque": True, "pourquoi": "pas de questions appariées"}),
         "Avant et après", (11,)),
        ("questions.csv", tables.questions_table(facts), "Analyse des questions", (11, 32)),
        ("satisfaction_agregats.json", as_json(_surveys(facts)), "Enquêtes, en agrégats", (30,)),
        ("documents.csv", tables.documents_table(facts), "Certificats et attestations émis", (11,)),
    )  # fmt: skip
    for name, data, title, indicators in made:
        yield Entry(f"{folder}/{name}", data, title, indicators, record=facts["session"]["id"])


def _surveys(facts: dict[str, Any]) -> dict[str, Any]:
    """Suppressed figures stay in their place, marked: nothing is removed silently."""
    surveys = []
    for one in facts["surveys"]:
        items = [
            item if not item["hidden"] else {
                "key": item["key"], "text": item["text"], "type": item["type"], "answered": item["answered"],
                "masque": True, "pourquoi": "moins de 5 réponses",
            }
            for item in one["items"]
        ]  # fmt: skip
        surveys.append(one | {"items": items})
    return {"seuil": 5, "enquetes": surveys}


def _figures(facts: dict[str, Any]) -> Iterable[Entry]:
    data = {
        "session": facts["session"]["reference"], "du": facts["session"]["starts_on"], "au": facts["session"]["ends_on"],
        "regles": "intervalles de Wilson à 95 % ; rien sous 5", "indicateurs": facts["indicators"],
    }  # fmt: skip
    yield Entry(
        "05_resultats/indicateurs_publies.json",
        as_json(data),
        "Chiffres : numérateur, dénominateur, exclusions, règle",
        (2, 11),
    )


def _improvement(facts: dict[str, Any]) -> Iterable[Entry]:
    yield Entry("06_amelioration/plan.csv", tables.improvements_table(facts), "Signal, cause, action, effet", (32,))
    effects = [
        {"id": one["id"], "signal": one["signal"], "avant": one["baseline"], "apres": one["after"]}
        for one in facts["improvements"]
    ]
    yield Entry("06_amelioration/effets.json", as_json(effects), "Mesures avant et après", (32,))


def _journal(events: Sequence[dict[str, Any]]) -> Iterable[Entry]:
    previous, lines = "", []
    for number, event in enumerate(events, start=1):
        linked = verifier.link(previous, event)
        lines.append(verifier.canonical({"n": number, "previous": previous, "event": event, "link": linked}))
        previous = linked
    data = b"".join(line + b"\n" for line in lines)
    yield Entry(verifier.JOURNAL, data, "Journal des actes, chaîné", (9, 10, 12))
    yield Entry(verifier.HEAD, f"{len(lines)} {previous or '-'}\n".encode(), "Tête de la chaîne")


def _nominative(
    facts: dict[str, Any], identities: Sequence[dict[str, Any]], documents: Mapping[str, bytes],
    signatures: Mapping[tuple[str, str], bytes],
) -> Iterable[Entry]:  # fmt: skip
    if not identities:
        return
    yield Entry("90_nominatif/correspondance.csv", tables.identities_table(identities), "Clé des pseudonymes", ())
    names = {one["code"]: f"{one['given_name']} {one['family_name']}".strip() for one in identities}
    sheets = signed_sheets_pdf(facts, _moment(facts), names, signatures)
    yield Entry("90_nominatif/emargement_signe.pdf", sheets, "Feuilles d'émargement, noms et signatures", (12,))
    known = {one["number"]: one for one in facts["documents"]}
    for number, data in sorted(documents.items()):
        yield Entry(
            f"90_nominatif/certificats/{safe_name(number)}.pdf", data, f"Document {number}", (11,),
            learner=known[number]["learner"] or "", record=number,
        )  # fmt: skip


def _moment(facts: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(facts["state_at"])


def _seal(
    facts: dict[str, Any],
    entries: Sequence[Entry],
    findings: tuple[Finding, ...],
    version: dict[str, Any],
    audit_on: date,
) -> Pack:
    end = date.fromisoformat(facts["session"]["ends_on"])
    manifest = {
        "format": "bouquet-evidence-1", "session": facts["session"]["reference"], "hub": facts["hub"]["slug"],
        "framework": version["id"], "provisional": version["provisional"], "audit_on": audit_on.isoformat(),
        "state_at": facts["state_at"], "produced_by": "Bouquet",
        "retention_until": f"{end.year + KEPT_YEARS}-12-31",
        "files": [_manifest_entry(entry, facts) for entry in sorted(entries, key=lambda entry: entry.path)],
    }  # fmt: skip
    files = {entry.path: entry.data for entry in entries}
    files[verifier.MANIFEST] = as_json(manifest)
    lines = [f"{verifier.sha256(data)}  {path}\n" for path, data in sorted(files.items())]
    files[verifier.SUMS] = "".join(lines).encode()
    return Pack(files, findings)


def _manifest_entry(entry: Entry, facts: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "path": entry.path, "title": entry.title, "sha256": verifier.sha256(entry.data), "bytes": len(entry.data),
        "media_type": MEDIA.get(entry.path.rsplit(".", 1)[-1], "application/octet-stream"),
        "indicators": list(entry.indicators), "source": "native",
        "session": facts["session"]["reference"] if entry.path.startswith(("04_", "90_")) else None,
    }  # fmt: skip
    if entry.learner:
        row["learner"] = entry.learner
    if entry.record:
        row["record"] = entry.record
    if entry.path.endswith(".csv"):
        row["rows"] = verifier.row_digests(entry.data)
    else:
        row["blocks"] = verifier.block_digests(entry.data)
    return row
