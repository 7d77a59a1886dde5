"""The formats in which a framework goes out, by the names that pages and the command line use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from competency_frameworks.formats.case import write_case
from competency_frameworks.formats.yaml_format import write_yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from competency_frameworks.model import Framework


@dataclass(frozen=True, slots=True)
class OutFormat:
    """A format: how it is called in both languages, how its files end, and what writes them."""

    name: str
    label: dict[str, str]
    suffix: str
    media_type: str
    write: Callable[[Framework, datetime], bytes]
    about: dict[str, str]


FORMATS: dict[str, OutFormat] = {
    one.name: one
    for one in (
        OutFormat(
            "case1.1",
            {
                "fr": "CASE 1.1 (JSON), pour un autre serveur de référentiels",
                "en": "CASE 1.1 (JSON), for another framework server",
            },
            ".json",
            "application/json",
            write_case,
            {
                "fr": "Versions 1.0 et 1.1, telles que les publient OpenSALT et d'autres serveurs.",
                "en": "Versions 1.0 and 1.1, as OpenSALT and other servers publish them.",
            },
        ),
        OutFormat(
            "yaml",
            {"fr": "YAML de Bouquet, complet et lisible", "en": "Bouquet's YAML, complete and readable"},
            ".yaml",
            "application/yaml",
            lambda framework, _changed: write_yaml(framework),
            {
                "fr": "Tout ce qu'un référentiel peut dire, dans un texte que l'on relit et que l'on compare.",
                "en": "Everything a framework can say, in a text that people read and compare.",
            },
        ),
    )
}
