"""RNCP open data, XML flow 4.1 (France compétences): one framework a certification, read as a stream.

The skills of a bloc are free text (LISTE_COMPETENCES). They are proposed as items, one a line or dash, and the text is
kept as it is in the notes of the bloc: a person confirms the cut.
"""

from __future__ import annotations

import io
import re
from typing import IO, TYPE_CHECKING, Any

from lxml import etree

from competency_frameworks.formats.collect import Codes, Findings
from competency_frameworks.formats.html_text import plain_text
from competency_frameworks.formats.plain import from_tree
from competency_frameworks.problems import ReadResult

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "rncp-xml"
MAX_BYTES = 60_000_000  # of a file read at once; a stream has no limit
_BULLET = re.compile(r"^\s*(?:[-–—•*·▪●➢»]|C?\d{1,3}(?:\.\d{1,3})*[.)\]:]?\s|[a-z]\))\s*", re.IGNORECASE)
_KNOWN = {
    "ID_FICHE", "NUMERO_FICHE", "INTITULE", "ABREGE", "NOMENCLATURE_EUROPE", "CODES_ROME", "OBJECTIFS_CONTEXTE",
    "BLOCS_COMPETENCES", "DATE_FIN_ENREGISTREMENT", "DATE_EFFET", "DATE_DECISION", "ACTIF", "ETAT_FICHE", "CERTIFICATEURS",
    "ANCIENNES_CERTIFICATIONS", "TYPE_ENREGISTREMENT", "NOUVELLE_CERTIFICATION",
}  # fmt: skip


def read_rncp_xml(data: bytes, path: str = "", only: str = "") -> ReadResult:
    """Read one certification of the file: the one numbered ``only`` (``RNCP37275``), else the first; others are told."""
    findings = Findings(NAME, path)
    cure = (
        "Reprenez le fichier XML version 4.1 de data.gouv.fr.",
        "Take the XML file version 4.1 from data.gouv.fr again.",
    )
    if len(data) > MAX_BYTES:
        return findings.refuse(
            "Le fichier dépasse 60 Mo.", "The file is larger than 60 MB.",
            ("Donnez le numéro de la fiche à la commande, qui lit le fichier au fil de l'eau.", "Give the number of the certification to the command, which reads the file as a stream."),
        )  # fmt: skip
    chosen, others = None, []
    try:
        for number, fiche in _fiches(io.BytesIO(data)):
            if chosen is None and (not only or number == only):
                chosen = _framework(fiche, path)
            else:
                others.append(number)
    except etree.XMLSyntaxError as error:
        return findings.refuse(
            "Le XML est mal formé ({error}).", "The XML is malformed ({error}).", cure, error=error.msg
        )
    if chosen is None:
        return findings.refuse(
            "Aucune fiche {only} dans ce fichier.", "No certification {only} in this file.", cure, only=only
        )
    if others:
        findings.tell(
            "other-fiches", "dropped", "Le fichier contient {n} autres fiches, non lues : {names}.",
            "The file holds {n} more certifications, which are not read: {names}.", n=len(others), names=", ".join(others[:10]),
        )  # fmt: skip
    return ReadResult(chosen.framework, (*findings.told(), *chosen.problems), NAME)


def stream_rncp_xml(source: IO[bytes], path: str = "", only: str = "") -> Iterator[ReadResult]:
    """Each certification of a file of any size, one at a time in little memory; XMLSyntaxError when it is malformed."""
    for number, fiche in _fiches(source):
        if not only or number == only:
            yield _framework(fiche, path)


def _fiches(source: IO[bytes]) -> Iterator[tuple[str, etree._Element]]:
    settings: dict[str, Any] = {"load_dtd": False, "no_network": True, "resolve_entities": False, "huge_tree": False}
    for _, fiche in etree.iterparse(source, events=("end",), tag="FICHE", **settings):
        yield _text(fiche, "NUMERO_FICHE"), fiche
        fiche.clear()
        while fiche.getprevious() is not None:  # what was read is let go, so memory stays flat
            parent = fiche.getparent()
            if parent is None:
                break
            del parent[0]


def _text(element: etree._Element, path: str) -> str:
    found = element.findtext(path)
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", "", found).strip() if found else ""


def _framework(fiche: etree._Element, path: str) -> ReadResult:
    findings = Findings(NAME, path)
    number = _text(fiche, "NUMERO_FICHE") or f"fiche-{_text(fiche, 'ID_FICHE') or 'sans-numero'}"
    version = next((found[-4:] for name in ("DATE_EFFET", "DATE_DECISION") if (found := _text(fiche, name))), "")
    if not re.fullmatch(r"[0-9]{4}", version):
        version = "1"
        findings.tell(
            "version", "guessed", "La fiche {number} ne dit pas sa date d'effet : version « 1 ».",
            "The certification {number} does not say its date of effect: version `1`.", number=number, severity="note",
        )  # fmt: skip
    dropped = sorted({str(part.tag) for part in fiche if isinstance(part.tag, str)} - _KNOWN)
    if dropped:
        findings.tell(
            "fields", "dropped", "Champs non repris de la fiche {number} : {names}.",
            "Fields of the certification {number} that are not kept: {names}.", number=number, names=", ".join(dropped),
            severity="note",
        )  # fmt: skip
    former = [
        found for node in fiche.iterfind(".//ID_FICHE_ANCIENNE_CERTIFICATION") if (found := (node.text or "").strip())
    ]
    plain = {
        "id": re.sub(r"[^a-z0-9.-]", "-", number.lower()), "version": version, "language": "fr",
        "title": " – ".join(filter(None, (_text(fiche, "INTITULE") or number, number))),
        "description": "\n\n".join(filter(None, (
            plain_text(_text(fiche, "OBJECTIFS_CONTEXTE"))[0],
            _line("Niveau", [_text(fiche, "NOMENCLATURE_EUROPE/LIBELLE")]),
            _line("ROME", [f"{_text(rome, 'CODE')} {_text(rome, 'LIBELLE')}" for rome in fiche.iterfind("CODES_ROME/ROME")]),
            _line("Remplace", former), _line("Fin d'enregistrement", [_text(fiche, "DATE_FIN_ENREGISTREMENT")]),
        ))),
        "status": "deprecated" if _text(fiche, "ACTIF").lower() in {"non", "inactive"} else "adopted",
        "source": {
            "title": f"Répertoire national des certifications professionnelles, fiche {number}",
            "publisher": "France compétences", "url": _url(number),
        },
        "licence": "etalab-2.0",
        "verification": {
            "status": "secondary source",
            "note": {
                "fr": "Lu dans le flux XML du répertoire. Les compétences des blocs sont découpées d'un texte libre : à confirmer.",
                "en": "Read from the register's XML flow. The skills of blocs are cut from free text: to be confirmed.",
            },
        },
        "items": _items(fiche, number, findings),
    }  # fmt: skip
    result = from_tree(plain, path, findings.told())
    return ReadResult(result.framework, result.problems, NAME)


def _url(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return f"https://www.francecompetences.fr/recherche/rncp/{digits}/" if digits else ""


def _line(label: str, said: list[str]) -> str:
    found = [text.strip() for text in said if text.strip()]
    return f"{label} : {' ; '.join(found)}" if found else ""


def _items(fiche: etree._Element, number: str, findings: Findings) -> list[dict[str, Any]]:
    codes, items = Codes(findings), []
    for bloc in fiche.iterfind("BLOCS_COMPETENCES/BLOC_COMPETENCES"):
        code = codes.give(_text(bloc, "CODE").removeprefix(number) or "BC")
        raw = _text(bloc, "LISTE_COMPETENCES")
        assessed = plain_text(_text(bloc, "MODALITES_EVALUATION"))[0]
        notes = "\n\n".join(filter(None, (raw, f"Évaluation : {assessed}" if assessed else "")))
        items.append({"code": code, "kind": "domain", "statement": _text(bloc, "LIBELLE") or code, "notes": notes})
        found = proposals(raw)
        for n, text in enumerate(found, start=1):
            items.append({"code": codes.give(f"{code}.{n}"), "parent": code, "statement": text})
        if found:
            findings.tell(
                "cut", "guessed", "{n} compétences sont proposées d'après le texte libre du bloc « {code} », gardé tel quel dans ses notes.",
                "{n} skills are proposed from the free text of the bloc `{code}`, kept as it is in its notes.", n=len(found),
                code=code, cure=("Relisez le découpage.", "Read the cut again."),
            )  # fmt: skip
        else:
            findings.tell(
                "empty", "", "Le bloc « {code} » ne liste aucune compétence.", "The bloc `{code}` lists no skill.", code=code,
                severity="note",
            )  # fmt: skip
    return items


def proposals(raw: str) -> list[str]:
    """The skills that a free text seems to list: by bullets or numbers, else by lines, else by semicolons."""
    lines = [line.strip() for line in plain_text(raw)[0].split("\n") if line.strip()] if "<" in raw else [
        line.strip() for line in raw.splitlines() if line.strip()
    ]  # fmt: skip
    if any(_BULLET.match(line) for line in lines):
        found: list[str] = []
        for line in lines:
            if _BULLET.match(line):
                found.append(_BULLET.sub("", line))
            elif found:
                found[-1] += " " + line  # a line that goes on
            elif not line.endswith(":"):
                found.append(line)
        lines = found
    elif len(lines) == 1 and lines[0].count(";") > 1:
        lines = lines[0].split(";")
    return [line.strip(" ;") for line in lines if line.strip(" ;.")]
