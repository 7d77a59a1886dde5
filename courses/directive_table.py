"""The directives of the course format and how each is written: the table of docs/course-format.md as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from courses.directives import Form


@dataclass(frozen=True, slots=True)
class DirectiveRules:
    """``id`` is always allowed; ``labelled`` asks for a text in brackets; ``parent`` is the only place it may stand."""

    form: Form
    example: str
    attributes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    labelled: bool = True
    parent: str = ""
    kinds: tuple[str, ...] = ()


CALLOUT_KINDS = ("tip", "warning", "key", "example", "quote")
MODES = ("individual", "pairs", "group", "plenary", "workplace")

DIRECTIVES: dict[str, DirectiveRules] = {
    "callout": DirectiveRules(
        "container", ":::callout[titre]{kind=tip} … :::", ("kind",), labelled=False, kinds=CALLOUT_KINDS
    ),
    "tabs": DirectiveRules("container", "::::tabs … ::::", labelled=False),
    "tab": DirectiveRules("container", ":::tab[nom] … :::", parent="tabs"),
    "accordion": DirectiveRules("container", "::::accordion … ::::", labelled=False),
    "panel": DirectiveRules("container", ":::panel[nom] … :::", parent="accordion"),
    "activity": DirectiveRules(
        "container",
        ":::activity[titre]{#id minutes=10 mode=pairs} … :::",
        ("minutes", "mode", "objectives", "competencies"),
    ),
    "figure": DirectiveRules(
        "leaf", "::figure[texte alternatif]{src=…}", ("src", "caption", "credit", "decorative"), ("src",)
    ),
    "video": DirectiveRules(
        "leaf",
        "::video[titre]{src=… captions=… transcript=…}",
        ("src", "captions", "transcript", "poster"),
        ("src",),
    ),
    "download": DirectiveRules("leaf", "::download[nom]{src=…}", ("src",), ("src",)),
    "quiz": DirectiveRules("leaf", "::quiz[texte]{ref=…}", ("ref",), ("ref",), labelled=False),
    "term": DirectiveRules("inline", ":term[mot]{id=…}", required=("id",)),
}
