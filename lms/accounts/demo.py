"""The accounts of the demo: obviously fictitious people, one password for all, shown on the sign-in page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

DEMO_PASSWORD = "bouquet de demonstration"  # noqa: S105 - printed on the sign-in page of the demo

HUBS = {
    "les-rives": ("Hub des Rives", "#0F5C63"),
    "les-cimes": ("Hub des Cimes", "#7A3E9D"),
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    email: str
    given_name: str
    family_name: str
    hub_slug: str
    roles: tuple[str, ...]
    what: LazyString

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def hub(self) -> str:
        return HUBS[self.hub_slug][0]


DEMO_ACCOUNTS = (
    DemoAccount("apprenante@example.org", "Capucine", "Exemple", "les-rives", ("learner",), _l("Learner")),
    DemoAccount(
        "diplomee@example.org", "Marguerite", "Exemple", "les-rives", ("learner",), _l("Learner who has finished")
    ),
    DemoAccount("formateur@example.org", "Basile", "Modèle", "les-rives", ("trainer",), _l("Trainer")),
    DemoAccount("responsable@example.org", "Anémone", "Fictive", "les-rives", ("lead",), _l("Training lead")),
    DemoAccount("administration@example.org", "Narcisse", "Démo", "les-rives", ("hub_admin",), _l("Hub administrator")),
    DemoAccount("audit@example.org", "Iris", "Témoin", "les-rives", ("auditor",), _l("Auditor")),
    DemoAccount(
        "formatrice.cimes@example.org",
        "Gentiane",
        "Modèle",
        "les-cimes",
        ("trainer", "lead"),
        _l("Trainer and lead of the other hub"),
    ),
    DemoAccount(
        "apprenant.cimes@example.org", "Florent", "Exemple", "les-cimes", ("learner",), _l("Learner of the other hub")
    ),
)
PLATFORM_ADMIN = ("plateforme@example.org", "Olive", "Technique")
