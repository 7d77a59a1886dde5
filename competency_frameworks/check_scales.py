"""What is wrong with the scales of a framework, its level descriptors and its rules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from competency_frameworks.problems import Problem
from competency_frameworks.text import Translated, bilingual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from competency_frameworks.model import Competency, Framework
    from competency_frameworks.scales import RatingRule


def scale_problems(framework: Framework) -> Iterator[Problem]:
    """Steps and scales written twice, steps that do not exist, rules that cannot work."""
    yield from _doubles("duplicate-level", "niveau", "level", [level.id for level in framework.levels])
    yield from _doubles("duplicate-scale", "échelle", "scale", [scale.id for scale in framework.scales])
    for scale in framework.scales:
        yield from _doubles("duplicate-level", "niveau", "level", [level.id for level in scale.levels])
    known = {scale.id: {level.id for level in scale.levels} for scale in framework.scales}
    known[""] = {level.id for level in framework.levels}
    yield from _rating("", framework.rating)
    for item in framework.items:
        if item.scale not in known:
            yield _error(
                "unknown-scale",
                bilingual(
                    "L'élément « {code} » est sur l'échelle « {scale} », qui n'existe pas.",
                    "The item `{code}` is on the scale `{scale}`, which does not exist.",
                    code=item.code,
                    scale=item.scale,
                ),
                bilingual("Ajoutez-la à « scales », ou corrigez son nom.", "Add it to `scales`, or correct its name."),
                item.code,
            )
        elif item.levels or item.level:
            yield from _steps(item, known[item.scale])
        yield from _rating(item.code, item.rating)
        if item.completion is not None:
            yield from _completion(item, {child.code for child in framework.children(item.code)})


def _error(rule: str, message: Translated, cure: Translated, code: str = "") -> Problem:
    return Problem(rule, "error", message, cure, code=code)


def _doubles(rule: str, fr: str, en: str, names: list[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield _error(
                rule,
                bilingual(
                    "{what} « {name} » : écrit {count} fois.",
                    "The {thing} `{name}` is written {count} times.",
                    what=fr.capitalize(),
                    thing=en,
                    name=name,
                    count=count,
                ),
                bilingual("Donnez à chacun un identifiant à lui.", "Give each one an id of its own."),
            )


def _steps(item: Competency, scale: set[str]) -> Iterator[Problem]:
    for level in dict.fromkeys(
        (*(descriptor.level for descriptor in item.levels), *((item.level,) if item.level else ()))
    ):
        if level not in scale:
            yield _error(
                "unknown-level",
                bilingual(
                    "L'élément « {code} » parle du niveau « {level} », qui n'est pas dans son échelle.",
                    "The item `{code}` names the level `{level}`, which is not in its scale.",
                    code=item.code,
                    level=level,
                ),
                bilingual(
                    "Ajoutez-le aux niveaux de l'échelle, ou corrigez son nom.",
                    "Add it to the levels of the scale, or correct its name.",
                ),
                item.code,
            )


_BOUNDS = {"n_mastery": (1, 10), "weighted_average": (50, 99), "decaying_average": (50, 99)}


def _rating(code: str, rule: RatingRule | None) -> Iterator[Problem]:
    if rule is None:
        return
    low, high = _BOUNDS.get(rule.method, (None, None))
    if low is None or high is None:
        fits = rule.parameter is None
        cure = bilingual("Retirez « parameter ».", "Remove `parameter`.")
    else:
        fits = rule.parameter is not None and low <= rule.parameter <= high
        cure = bilingual(
            "Écrivez un nombre de {low} à {high}.", "Write a number from {low} to {high}.", low=low, high=high
        )
    if not fits:
        yield _error(
            "rating",
            bilingual(
                "La règle {method} ne va pas avec le paramètre {parameter}.",
                "The rule {method} does not go with the parameter {parameter}.",
                method=rule.method,
                parameter="—" if rule.parameter is None else rule.parameter,
            ),
            cure,
            code,
        )


def _completion(item: Competency, children: set[str]) -> Iterator[Problem]:
    rule = item.completion
    if rule is None:
        return
    strangers = [part.code for part in rule.parts if part.code not in children]
    if strangers:
        yield _error(
            "completion",
            bilingual(
                "La règle de « {code} » compte sur « {part} », qui n'est pas rangé dessous.",
                "The rule of `{code}` counts on `{part}`, which does not stand under it.",
                code=item.code,
                part=strangers[0],
            ),
            bilingual("Corrigez le code, ou retirez cette ligne.", "Correct the code, or remove that line."),
            item.code,
        )
    if rule.kind == "points" and not 0 < rule.points <= sum(part.points for part in rule.parts):
        yield _error(
            "completion",
            bilingual(
                "La règle de « {code} » demande {points} points, que ses éléments ne peuvent pas apporter.",
                "The rule of `{code}` asks for {points} points, which its items cannot bring.",
                code=item.code,
                points=rule.points,
            ),
            bilingual("Demandez de 1 point à leur total.", "Ask for 1 point up to their total."),
            item.code,
        )
