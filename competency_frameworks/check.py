"""The check of a framework: every problem at once, each with its place and its cure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from competency_frameworks.check_scales import scale_problems
from competency_frameworks.model import Competency, Framework, ItemRef
from competency_frameworks.problems import Problem, Severity
from competency_frameworks.text import Translated, bilingual

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(framework: Framework, path: str = "", lines: Mapping[str, int] | None = None) -> tuple[Problem, ...]:
    """Everything to cure in ``framework``, errors first, then warnings, then notes, each in the order of the file.

    ``path`` and ``lines`` (item code -> 1-based line, "" for the framework) place the problems in their file.
    """
    found = [*_identity(framework), *_items(framework), *scale_problems(framework), *_associations(framework)]
    found += _translations(framework)
    order = ("error", "warning", "note")
    placed = [replace(problem, path=path, line=(lines or {}).get(problem.code, 0)) for problem in found]
    return tuple(sorted(placed, key=lambda problem: (order.index(problem.severity), problem.line)))


def _problem(rule: str, severity: Severity, message: Translated, cure: Translated, code: str = "") -> Problem:
    return Problem(rule, severity, message, cure, code=code)


def _identity(framework: Framework) -> Iterator[Problem]:
    if not framework.title.get(framework.language):
        yield _problem(
            "title",
            "error",
            bilingual(
                "Le référentiel n'a pas de titre dans sa langue ({lang}).",
                "The framework has no title in its own language ({lang}).",
                lang=framework.language,
            ),
            bilingual("Ajoutez « title ».", "Add `title`."),
        )
    if not framework.items:
        yield _problem(
            "items",
            "warning",
            bilingual("Le référentiel est vide.", "The framework is empty."),
            bilingual("Ajoutez au moins un élément sous « items ».", "Add at least one entry under `items`."),
        )
    yield from _provenance(framework)


def _provenance(framework: Framework) -> Iterator[Problem]:
    if not framework.audiences or not all(
        entry.who.text(framework.language) and entry.purpose.text(framework.language) for entry in framework.audiences
    ):
        yield _problem(
            "audience",
            "warning",
            bilingual(
                "On ne sait pas pour qui est ce référentiel, ni à quoi il sert.",
                "It is not said who this framework is for and what it is for.",
            ),
            bilingual("Remplissez « audiences » (who et purpose).", "Fill in `audiences` (who and purpose)."),
        )
    if not framework.licence.strip():
        yield _problem(
            "licence",
            "warning",
            bilingual("La licence manque.", "The licence is missing."),
            bilingual(
                "Écrivez « licence » : un identifiant SPDX (CC-BY-4.0) ou une phrase courte.",
                "Write `licence`: an SPDX identifier (CC-BY-4.0) or a short sentence.",
            ),
        )
    if not (framework.source.title.strip() and framework.source.publisher.strip()):
        yield _problem(
            "source",
            "warning",
            bilingual(
                "La source manque (titre et éditeur de la publication).",
                "The source is missing (title and publisher of the publication).",
            ),
            bilingual("Remplissez « source ».", "Fill in `source`."),
        )


def _items(framework: Framework) -> Iterator[Problem]:
    for code, count in Counter(item.code for item in framework.items).items():
        if count > 1 and code:
            yield _problem(
                "duplicate-code",
                "error",
                bilingual(
                    "Le code « {code} » est donné à {count} éléments.",
                    "The code `{code}` is given to {count} items.",
                    code=code,
                    count=count,
                ),
                bilingual("Donnez à chaque élément un code à lui.", "Give each item a code of its own."),
                code,
            )
    for item in framework.items:
        yield from _item(framework, item)
    yield from _cycles(framework)


def _item(framework: Framework, item: Competency) -> Iterator[Problem]:
    if not item.statement.get(framework.language):
        yield _problem(
            "empty-statement",
            "error",
            bilingual(
                "L'élément « {code} » n'a pas d'énoncé dans la langue du référentiel ({lang}).",
                "The item `{code}` has no statement in the framework's language ({lang}).",
                code=item.code,
                lang=framework.language,
            ),
            bilingual("Écrivez son « statement ».", "Write its `statement`."),
            item.code,
        )
    if item.parent and framework.find(item.parent) is None:
        yield _problem(
            "orphan-parent",
            "error",
            bilingual(
                "L'élément « {code} » est rangé sous « {parent} », qui n'existe pas.",
                "The item `{code}` stands under `{parent}`, which does not exist.",
                code=item.code,
                parent=item.parent,
            ),
            bilingual(
                "Corrigez « parent », ou ajoutez l'élément « {parent} ».",
                "Correct `parent`, or add the item `{parent}`.",
                parent=item.parent,
            ),
            item.code,
        )


def _cycles(framework: Framework) -> Iterator[Problem]:
    """One problem a loop, however many items hang under it; each item is walked once."""
    done: set[str] = set()
    for start in framework.items:
        walked: dict[str, None] = {}
        item: Competency | None = start
        while item is not None and item.code not in done and item.code not in walked:
            walked[item.code] = None
            item = framework.find(item.parent)
        if item is not None and item.code in walked:
            codes = list(walked)
            loop = codes[codes.index(item.code) :]
            yield _problem(
                "cycle",
                "error",
                bilingual(
                    "L'élément « {code} » finit par être rangé sous lui-même.",
                    "The item `{code}` ends up standing under itself.",
                    code=item.code,
                ),
                bilingual(
                    "Changez le « parent » d'un des éléments de la boucle : {loop}.",
                    "Change the `parent` of one of the items in the loop: {loop}.",
                    loop=", ".join(loop[:10]),
                ),
                item.code,
            )
        done.update(walked)


def _associations(framework: Framework) -> Iterator[Problem]:
    for association in framework.associations:
        if association.strength is not None and not 0 < association.strength <= 1:
            yield _problem(
                "strength",
                "error",
                bilingual(
                    "La force d'une relation {kind} vaut {strength}.",
                    "The strength of a relation {kind} is {strength}.",
                    kind=association.kind,
                    strength=association.strength,
                ),
                bilingual("Écrivez un nombre au-dessus de 0, 1 au plus.", "Write a number above 0, at most 1."),
            )
        for node in (association.origin, association.destination):
            own = isinstance(node, ItemRef) and (node.framework, node.version) == framework.key
            if own and isinstance(node, ItemRef) and framework.find(node.code) is None:
                yield _problem(
                    "unknown-item",
                    "error",
                    bilingual(
                        "Une relation {kind} cite « {code} », qui n'est pas dans ce référentiel.",
                        "A relation {kind} names `{code}`, which is not in this framework.",
                        kind=association.kind,
                        code=node.code,
                    ),
                    bilingual(
                        "Corrigez le code, ou écrivez référentiel@version#code s'il vient d'ailleurs.",
                        "Correct the code, or write framework@version#code when it comes from elsewhere.",
                    ),
                )


def _translations(framework: Framework) -> Iterator[Problem]:
    for lang in framework.languages[1:]:
        for code, missing in _untranslated(framework, lang):
            yield _problem(
                "missing-translation",
                "note",
                bilingual(
                    "{what} n'est pas traduit en « {lang} » ({missing}).",
                    "{what} is not translated into `{lang}` ({missing}).",
                    what=code or framework.id,
                    lang=lang,
                    missing=", ".join(missing),
                ),
                bilingual(
                    "Ajoutez la traduction ; sans elle, le texte s'affiche dans la langue du référentiel.",
                    "Add the translation; without it the text is shown in the framework's language.",
                ),
                code,
            )


def _untranslated(framework: Framework, lang: str) -> Iterator[tuple[str, list[str]]]:
    texts: list[tuple[str, Translated]] = [("title", framework.title), ("description", framework.description)]
    texts += [("verification", framework.verification.note)]
    texts += [("audiences", text) for audience in framework.audiences for text in (audience.who, audience.purpose)]
    steps = [*framework.levels, *(level for scale in framework.scales for level in scale.levels)]
    texts += [("levels", text) for level in steps for text in (level.title, level.description)]
    texts += [("scales", scale.title) for scale in framework.scales]
    texts += [("glossary", text) for entry in framework.glossary for text in (entry.term, entry.explanation)]
    texts += [("associations", association.note) for association in framework.associations]
    groups = [("", texts)]
    for item in framework.items:
        own = [("statement", item.statement), ("short", item.short), ("notes", item.notes)]
        groups.append((item.code, own + [("levels", descriptor.description) for descriptor in item.levels]))
    for code, pairs in groups:
        missing = list(dict.fromkeys(name for name, text in pairs if text and lang not in text))
        if missing:
            yield code, missing
