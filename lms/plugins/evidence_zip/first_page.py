"""The first page of a pack: opens from a disk, without network, prints, and finds every file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.plugins.evidence_zip.papers import PARIS, _at
from lms.quality.indicators import LABELS, RULES
from lms.quality.rnq import load_rnq
from lms.quality.services.certificates import french_day, hours
from lms.texts import translator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lms.plugins.evidence_zip.pack import Entry
    from lms.quality.rnq import Finding

STATES = {"ready": "prêt", "gap": "écart", "not_applicable": "non applicable"}
FOLDERS = {
    "00_perimetre": "Périmètre", "01_index": "Index par indicateur", "03_offres": "Offre", "04_sessions": "Session",
    "05_resultats": "Résultats publiés", "06_amelioration": "Amélioration", "07_journal": "Journal",
    "90_nominatif": "Clé nominative", "99_verifier": "Vérification",
}  # fmt: skip


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def first_page(
    facts: dict[str, Any], entries: Sequence[Entry], findings: Sequence[Finding], version: dict[str, Any], audit_on: date,
    *, nominative: bool,
) -> bytes:  # fmt: skip
    """LISEZMOI.html, in French."""
    state_at = _at(facts["state_at"])
    criteria = {one["number"]: one["title_fr"] for one in load_rnq()["criteria"]}
    counts = {name: sum(one.state == name for one in findings) for name in STATES}
    html = _environment().get_template("LISEZMOI.html").render(
        facts=facts, run=facts["session"], hub=facts["hub"], findings=findings, criteria=criteria, counts=counts,
        states=STATES, version=version, audit_on=format_date(audit_on, "d MMMM y", locale="fr"),
        state_at=format_datetime(state_at, "d MMMM y 'à' HH:mm", tzinfo=PARIS, locale="fr") if state_at else "",
        starts_on=french_day(facts["session"]["starts_on"]), ends_on=french_day(facts["session"]["ends_on"]),
        files=sorted(entries, key=lambda entry: entry.path), folders=FOLDERS, nominative=nominative,
        figures=[_figure(one) for one in facts["indicators"]],
    )  # fmt: skip
    return html.encode()


def _figure(one: dict[str, Any]) -> dict[str, str]:
    say = translator("fr")
    value = said_value(one)
    detail = _detail(one)
    if one["hidden"] or one["low"] is None:
        interval = ""
    elif one["unit"] == "nps":
        interval = f"entre {one['low']:.0f} et {one['high']:.0f}"
    else:
        interval = f"entre {_percent(one['low'])} et {_percent(one['high'])}"
    apart = ", ".join(f"{say(name)} : {count}" for name, count in one["apart"].items())
    return {
        "label": say(LABELS[one["key"]]), "rule": say(RULES[one["key"]]), "value": value, "interval": interval,
        "detail": detail, "apart": apart, "n": f"{one['n']} {say(one['of'])}",
    }  # fmt: skip


def _detail(one: dict[str, Any]) -> str:
    if one["hidden"] or one["unit"] != "share":
        return ""
    if one["key"] == "attendance":
        return f"{hours(one['numerator'])} sur {hours(one['denominator'])}"
    return f"{_number(one['numerator'])} sur {_number(one['denominator'])}"


def said_value(one: dict[str, Any]) -> str:
    """The figure as a French reader says it."""
    if one["hidden"]:
        return "trop peu de réponses"
    if one["unit"] == "nps":
        return f"{one['value']:+.0f}"
    if one["unit"] == "gain":
        return f"{one['value']:.2f}".replace(".", ",")
    return _percent(one["value"])


def _percent(share: float) -> str:
    return f"{share * 100:.0f}\N{NARROW NO-BREAK SPACE}%"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(round(value)) if abs(value - round(value)) < 1e-9 else f"{value:.2f}".replace(".", ",")
