"""What a reader or writer tells on its way: one place to write a change down, with its reason in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from competency_frameworks.model import ItemRef
from competency_frameworks.problems import Act, Problem, ReadResult, Severity
from competency_frameworks.text import bilingual, folded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from competency_frameworks.model import Association, Framework

MOST_TOLD = 2_000  # a file wrong from end to end must not fill the memory with messages
_NO_CURE = bilingual("Rien à faire si cela vous convient.", "Nothing to do if that suits you.")


class Findings:
    """Problems gathered while one file is read or written; ``rule`` names begin with the format's name."""

    def __init__(self, format_name: str, path: str = "") -> None:
        self.format = format_name
        self.path = path
        self.problems: list[Problem] = []
        self.untold = 0

    def tell(
        self,
        rule: str,
        act: Act,
        fr: str,
        en: str,
        *,
        cure: tuple[str, str] | None = None,
        line: int = 0,
        code: str = "",
        severity: Severity = "warning",
        **values: object,
    ) -> None:
        """Write one finding down; ``values`` fill the ``{names}`` of both texts."""
        if len(self.problems) >= MOST_TOLD:
            self.untold += 1
            return
        shown = {name: str(value)[:120] for name, value in values.items()}
        message = bilingual(fr, en, code=code, **shown)
        told = bilingual(*cure, code=code, **shown) if cure else _NO_CURE
        self.problems.append(Problem(f"{self.format}-{rule}", severity, message, told, self.path, line, code, act))

    def refuse(self, fr: str, en: str, cure: tuple[str, str], **values: object) -> ReadResult:
        """The file cannot be read at all."""
        self.tell("unreadable", "", fr, en, cure=cure, severity="error", **values)  # type: ignore[arg-type]
        return ReadResult(None, self.told(), self.format)

    def told(self) -> tuple[Problem, ...]:
        """Everything found, and how much more there was."""
        if self.untold:
            n = self.untold
            more = bilingual("{n} autres constats ne sont pas listés.", "{n} more findings are not listed.", n=n)
            return (*self.problems, Problem(f"{self.format}-more", "note", more, _NO_CURE, self.path))
        return tuple(self.problems)


class Codes:
    """Codes that our model accepts, each given once: ``said`` may be repeated, too long or hold reserved characters."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.taken: dict[str, int] = {}

    def give(self, said: str, line: int = 0, fallback: str = "item") -> str:
        """A code not given before; a change is told."""
        clean = re.sub(r"[\s#@]+", "-", said.strip())
        base = clean[:64] if clean == said.strip() else clean[:64].strip("-")
        base = base or f"{fallback}-{len(self.taken) + 1}"
        code, count = base, self.taken.get(base, 0)
        while code in self.taken:
            count += 1
            code = f"{base[:58]}-{count + 1}"
        self.taken[base] = count
        self.taken.setdefault(code, 0)
        if code == said.strip():
            return code
        if not said.strip():
            self.findings.tell(
                "no-code", "guessed", "Un élément n'a pas de code : il reçoit « {code} ».",
                "An item has no code: it is given `{code}`.", line=line, code=code, severity="note",
            )  # fmt: skip
        elif code.startswith(base[:58]) and code != base:
            self.findings.tell(
                "duplicate-id", "renamed", "Le code « {said} » est déjà pris : ce second élément devient « {code} ».",
                "The code `{said}` is already taken: this second item becomes `{code}`.", line=line, code=code, said=said,
                cure=("Donnez-lui un code à lui dans le fichier.", "Give it a code of its own in the file."),
            )  # fmt: skip
        else:
            self.findings.tell(
                "code", "renamed", "Le code « {said} » contient des signes réservés ou est trop long : il devient « {code} ».",
                "The code `{said}` holds reserved characters or is too long: it becomes `{code}`.", line=line, code=code,
                said=said,
            )  # fmt: skip
        return code


def own_slug(text: str, fallback: str = "framework", most: int = 48) -> str:
    """A framework id out of a title."""
    slug = re.sub(r"[^a-z0-9.-]+", "-", folded(text)).strip("-.")[:most].strip("-.")
    return slug if len(slug) > 1 else fallback


def unverified(fr: str, en: str, language: str) -> dict[str, object]:
    """The ``verification`` of a framework read from a file of another system."""
    note = {"fr": fr, "en": en}
    return {"status": "secondary source", "note": note if language in note else note | {language: en}}


def lost_parts(framework: Framework, findings: Findings, holds: Iterable[str]) -> None:
    """Tell which parts of ``framework`` a format cannot hold; ``holds`` names those it can."""
    held = set(holds)
    for name, (fr, en, count) in _parts(framework).items():
        if name not in held and count:
            findings.tell(
                f"lost-{name}", "dropped", f"Ce format ne peut pas contenir : {fr} ({{n}}).",
                f"This format cannot hold: {en} ({{n}}).", severity="note", n=count,
                cure=("Gardez aussi le référentiel en YAML ou en CASE.", "Keep the framework in YAML or CASE as well."),
            )  # fmt: skip


def _parts(framework: Framework) -> dict[str, tuple[str, str, int]]:
    items, own = framework.items, framework.language
    inside = [link for link in framework.associations if link.kind == "isRelatedTo" and _within(framework, link)]
    texts = [text for item in items for text in (item.statement, item.notes, item.short)]
    return {
        "translations": ("traductions", "translations", sum(bool(set(text) - {own}) for text in [framework.title, *texts])),
        "audiences": ("publics", "audiences", len(framework.audiences)),
        "source": ("source", "source", int(framework.source != type(framework.source)())),
        "licence": ("licence", "licence", int(bool(framework.licence))),
        "verification": ("degré de vérification", "verification", int(bool(framework.verification.note))),
        "supersedes": ("version remplacée", "superseded version", int(bool(framework.supersedes))),
        "description": ("description du référentiel", "description of the framework", int(bool(framework.description))),
        "levels": ("échelle", "scale", len(framework.levels)),
        "scales": ("autres échelles", "further scales", len(framework.scales)),
        "level-texts": (
            "descriptions et points des niveaux", "descriptions and points of levels",
            sum(bool(level.description) or level.points is not None for level in framework.levels),
        ),
        "rating": (
            "règles de calcul", "rating rules", sum(item.rating is not None for item in items) + bool(framework.rating),
        ),
        "completion": ("règles d'acquisition", "completion rules", sum(item.completion is not None for item in items)),
        "descriptors": ("descripteurs de niveau", "level descriptors", sum(len(item.levels) for item in items)),
        "level": ("niveau où se situe l'élément", "level at which the item stands", sum(bool(item.level) for item in items)),
        "kind": ("types d'élément", "item types", len({item.kind for item in items} - {"competency"})),
        "order": ("ordre", "order", sum(bool(item.order) for item in items)),
        "short": ("libellés courts", "short wordings", sum(bool(item.short) for item in items)),
        "notes": ("notes", "notes", sum(bool(item.notes) for item in items)),
        "keywords": ("mots-clés", "keywords", sum(bool(item.keywords) for item in items)),
        "ids": (
            "identifiants et adresses", "identifiers and addresses",
            sum(bool(item.id or item.uri) for item in items) + bool(framework.document_id or framework.address),
        ),
        "related": ("relations entre éléments", "relations between items", len(inside)),
        "associations": (
            "relations typées", "typed relations", len(framework.associations) - len(inside),
        ),
        "glossary": ("glossaire", "glossary", len(framework.glossary)),
    }  # fmt: skip


def _within(framework: Framework, link: Association) -> bool:
    return all(
        isinstance(node, ItemRef) and (node.framework, node.version) == framework.key
        for node in (link.origin, link.destination)
    )
