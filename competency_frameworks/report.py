"""The report of an import: what was read, what was changed on the way and why, what it does to what is there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from competency_frameworks.text import Translated, bilingual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from competency_frameworks.merge import MergeResult
    from competency_frameworks.problems import Problem, ReadResult

_ACTS = {
    "dropped": bilingual("laissé de côté", "left out"),
    "shortened": bilingual("raccourci", "shortened"),
    "merged": bilingual("fusionné", "merged"),
    "renamed": bilingual("renommé", "renamed"),
    "guessed": bilingual("deviné", "guessed"),
    "moved": bilingual("déplacé", "moved"),
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one import read and would do. A dry run is this report and nothing else: making it changes nothing.

    ``counts`` says how many items, levels, relations… were read; ``changes`` are the lines that were dropped, shortened,
    merged, renamed, guessed or moved; ``problems`` is the rest of what was found.
    """

    path: str
    format: str
    accepted: bool
    counts: tuple[tuple[str, int], ...]
    changes: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    merge: MergeResult | None = None

    def text(self, lang: str = "fr") -> str:
        """The whole report as lines a person reads."""
        return "\n".join(self._lines(lang))

    def as_dict(self, lang: str = "fr") -> dict[str, Any]:
        """The report as plain data; texts in ``lang``."""
        plain: dict[str, Any] = {
            "file": self.path, "format": self.format, "accepted": self.accepted, "read": dict(self.counts),
            "changes": [_row(change, lang) for change in self.changes], "problems": [_row(one, lang) for one in self.problems],
        }  # fmt: skip
        if self.merge is not None:
            plain["merge"] = {
                name: list(getattr(self.merge, name)) for name in ("added", "updated", "unchanged", "missing")
            }
        return plain

    def _lines(self, lang: str) -> Iterator[str]:
        words = _WORDS[lang if lang in _WORDS else "fr"]
        read = ", ".join(f"{n} {words[name]}" for name, n in self.counts if n)
        colon = ":" if lang == "en" else "\u00a0:"
        yield f"{self.path or '—'} ({self.format}){colon} {read or words['nothing']}"
        by_act = Counter(change.act for change in self.changes)
        if by_act:
            yield words["changes"] + ", ".join(f"{n} {_ACTS[act].text(lang)}" for act, n in sorted(by_act.items()))
        yield from (f"- [{_ACTS[change.act].text(lang)}] {change.text(lang)}" for change in self.changes)
        yield from (f"- {words[one.severity]} {one.text(lang)}" for one in self.problems)
        if self.merge is not None:
            yield words["merge"].format(
                *(len(getattr(self.merge, name)) for name in ("added", "updated", "unchanged", "missing"))
            )


_WORDS = {
    "fr": {
        "items": "éléments", "levels": "niveaux", "scales": "autres échelles", "associations": "relations", "glossary": "mots du glossaire",
        "nothing": "rien n'a pu être lu", "changes": "Changé en chemin\u00a0: ", "error": "À corriger\u00a0:", "warning": "À revoir\u00a0:", "note": "À savoir\u00a0:",
        "merge": "Par rapport à ce qui existe\u00a0: {0} ajoutés, {1} mis à jour, {2} inchangés, {3} absents du fichier.",
    },
    "en": {
        "items": "items", "levels": "levels", "scales": "further scales", "associations": "relations", "glossary": "glossary entries",
        "nothing": "nothing could be read", "changes": "Changed on the way: ", "error": "To correct:", "warning": "To review:", "note": "To know:",
        "merge": "Against what is there: {0} added, {1} updated, {2} unchanged, {3} not in the file.",
    },
}  # fmt: skip


def _row(problem: Problem, lang: str) -> dict[str, Any]:
    return {
        "rule": problem.rule, "act": problem.act, "severity": problem.severity, "place": problem.place, "item": problem.code,
        "message": problem.message.text(lang), "cure": problem.cure.text(lang),
    }  # fmt: skip


def report(result: ReadResult, path: str = "", merged: MergeResult | None = None) -> ImportReport:
    """The report of what a reader found, and of what a merge would do with it."""
    framework = result.framework
    counts = () if framework is None else tuple(
        (name, len(getattr(framework, name))) for name in ("items", "levels", "scales", "associations", "glossary")
    )  # fmt: skip
    changes = (*result.changes, *(merged.problems if merged else ()))
    others = tuple(problem for problem in result.problems if not problem.act)
    return ImportReport(path, result.format, framework is not None, counts, changes, others, merged)


def act_label(act: str) -> Translated:
    """How an act is called in reports."""
    return _ACTS[act]
