"""What a new version of a course changes for those who are learning, block by block and question by question.

The rules are those of the player: everything is kept under its id. What still exists stays done, whatever its words have
become; what is new is to be done; what is gone counts no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from courses.model import Page, Quiz
from courses.package_content import mastery, scored_quizzes, treatment
from courses.provenance import block_hashes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from courses.model import Activity, Course

Effect = Literal["to_do", "again", "kept", "gone", "score"]
Versioned = tuple["Course", "Mapping[str, bytes]"]

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "page-new": (
        "Nouvelle page : à lire par tout le monde, même par qui avait terminé.",
        "New page: to be read by everybody, even those who had finished.",
    ),
    "optional-new": ("Nouveau, facultatif : ne change l’avancée de personne.", "New, optional: nobody’s progress changes."),
    "quiz-new": (
        "Nouveau questionnaire : à passer par tout le monde, même par qui avait terminé.",
        "New quiz: to be taken by everybody, even those who had finished.",
    ),
    "blocks-new": (
        "{n} partie(s) nouvelle(s) ({names}) : la page n’est plus tout à fait lue, elle repasse à « commencé ».",
        "{n} new section(s) ({names}): the page is no longer wholly read, it goes back to “started”.",
    ),
    "text-changed": (
        "Texte modifié : qui l’avait lu ne verra pas qu’il a changé ; la page reste « faite ».",
        "Text changed: whoever had read it is not told so; the page stays “done”.",
    ),
    "blocks-gone": ("{n} partie(s) retirée(s) : rien à refaire.", "{n} section(s) taken out: nothing to do again."),
    "questions-new": (
        "{n} question(s) nouvelle(s) : le questionnaire est à repasser ; les points déjà gagnés sont gardés.",
        "{n} new question(s): the quiz is to be taken again; points already won are kept.",
    ),
    "questions-changed": (
        "{n} question(s) modifiée(s) : les réponses déjà données gardent la note d’alors.",
        "{n} question(s) changed: answers already given keep their score of then.",
    ),
    "questions-gone": (
        "{n} question(s) retirée(s) : leurs points ne comptent plus.",
        "{n} question(s) taken out: their points count no more.",
    ),
    "gone": (
        "Retiré : ce qui y était fait ne compte plus, et n’est plus à faire.",
        "Taken out: what was done there counts no more, and is no longer to be done.",
    ),
    "now-required": ("Devient obligatoire.", "Becomes required."),
    "now-optional": ("Devient facultatif.", "Becomes optional."),
    "mark": (
        "Le seuil de réussite passe de {before} % à {after} % : un résultat peut devenir suffisant ou insuffisant au prochain passage ; ce qui est déjà réussi le reste.",
        "The pass mark goes from {before}% to {after}%: a result may become enough or not at the next visit; what is passed stays passed.",
    ),
    "scored": (
        "Les questionnaires qui font la note changent : la note sera recalculée au prochain passage.",
        "The quizzes that make the score change: it is worked out again at the next visit.",
    ),
    "course": (
        "L’identifiant du cours change : pour le paquet c’est un autre cours, et rien de l’avancée n’est retrouvé.",
        "The id of the course changes: to the package it is another course, and no progress is found again.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that learners in progress will notice, or that changes what counts; ``message`` is keyed fr and en."""

    rule: str
    effect: Effect
    activity: str  # its id; empty for the whole course
    title: str
    message: dict[str, str]


def course_changes(before: Versioned, after: Versioned) -> tuple[Change, ...]:
    """What those who learn with ``before`` will find with ``after``, in reading order; empty when nothing shows."""
    return tuple(_changes(before, after))


def _changes(before: Versioned, after: Versioned) -> Iterator[Change]:
    old, new = before[0], after[0]
    if old.id != new.id:
        yield _change("course", "again", None)
    was, now = block_hashes(*before), block_hashes(*after)
    earlier = {one.id: one for one in old.activities}
    for activity in new.activities:
        former = earlier.pop(activity.id, None)
        if former is None:
            kind = "quiz-new" if treatment(activity) == "quiz" else "page-new"
            yield _change(
                kind if activity.required else "optional-new", "to_do" if activity.required else "kept", activity
            )
        else:
            yield from _activity_changes(former, activity, was, now)
    for activity in earlier.values():
        yield _change("gone", "gone", activity)
    marks = [round(mastery(course) * 100) for course in (old, new)]
    if marks[0] != marks[1]:
        yield _change("mark", "score", None, before=marks[0], after=marks[1])
    if [one.id for one in scored_quizzes(old)] != [one.id for one in scored_quizzes(new)]:
        yield _change("scored", "score", None)


def _activity_changes(
    former: Activity, activity: Activity, was: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[Change]:
    if former.required != activity.required:
        rule = "now-required" if activity.required else "now-optional"
        yield _change(rule, "to_do" if activity.required else "kept", activity)
    if isinstance(former.content, Page) and isinstance(activity.content, Page):
        names = {block.id: block.title for block in activity.content.blocks}
        ids = [block.id for block in former.content.blocks]
        added = [title for key, title in names.items() if key not in ids]
        if added:
            yield _change("blocks-new", "again", activity, n=len(added), names=", ".join(added))
        gone = [key for key in ids if key not in names]
        if gone:
            yield _change("blocks-gone", "kept", activity, n=len(gone))
        if not added and not gone and was[activity.id] != now[activity.id]:
            yield _change("text-changed", "kept", activity)
    elif isinstance(former.content, Quiz) and isinstance(activity.content, Quiz):
        yield from _quiz_changes(former.content, activity.content, activity, (was, now))


def _quiz_changes(
    former: Quiz, quiz: Quiz, activity: Activity, hashes: tuple[Mapping[str, str], Mapping[str, str]]
) -> Iterator[Change]:
    ids, earlier = [one.id for one in quiz.questions], [one.id for one in former.questions]
    added, gone = len(set(ids) - set(earlier)), len(set(earlier) - set(ids))
    changed = sum(key in earlier and hashes[0][key] != hashes[1][key] for key in ids)
    if added:
        yield _change("questions-new", "again", activity, n=added)
    if changed:
        yield _change("questions-changed", "kept", activity, n=changed)
    if gone:
        yield _change("questions-gone", "score", activity, n=gone)


def _change(rule: str, effect: Effect, activity: Activity | None, **values: object) -> Change:
    french, english = (text.format(**values) for text in _WORDS[rule])
    number = values.get("n")
    one = number == 1
    french, english = (text.replace("(s)", "" if one else "s") for text in (french, english))
    message = {"fr": french, "en": english}
    return Change(rule, effect, activity.id if activity else "", activity.title if activity else "", message)
