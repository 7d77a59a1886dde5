"""What a new activity holds when it is added: enough to be shown, with advice where the author will write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.ids import slug, unique_id
from courses.model import (
    Activity,
    Assignment,
    Choice,
    Course,
    Criterion,
    LiveSession,
    Module,
    NumericAnswer,
    Page,
    PluginContent,
    Question,
    Quiz,
    RubricLevel,
    Survey,
    SurveyItem,
)
from courses.words import language_of

if TYPE_CHECKING:
    from courses.model import ActivityContent

MINUTES = {"page": 10, "quiz": 5, "assignment": 45, "survey": 3, "live_session": 210}
_WORDS = {
    "fr": {
        "page": "Commencez par une situation que votre public reconnaît.\n\n## Premier point\n\nUne idée par bloc, des phrases courtes.\n",
        "prompt": "Votre question", "right": "La bonne réponse", "wrong": "Une réponse plausible", "yes": "Oui : dites pourquoi.",
        "no": "Pas tout à fait : dites pourquoi.", "instructions": "Dites ce qu'il faut produire, avec quoi, et pour quand.",
        "criterion": "Ce que l'on regarde", "again": "À reprendre", "done": "Acquis", "useful": "Cette formation m'est utile dans mon travail.",
        "low": "pas du tout d'accord", "high": "tout à fait d'accord", "free": "Que faudrait-il changer ?",
        "plan": "1. Accueil (15 min)\n2. …\n", "first": "Premier", "second": "Deuxième", "goes": "va avec",
    },
    "en": {
        "page": "Begin with a situation that your learners recognise.\n\n## First point\n\nOne idea a block, short sentences.\n",
        "prompt": "Your question", "right": "The right answer", "wrong": "A plausible answer", "yes": "Yes: say why.",
        "no": "Not quite: say why.", "instructions": "Say what is to be made, with what, and by when.",
        "criterion": "What is looked at", "again": "To be done again", "done": "Achieved", "useful": "This course is useful in my work.",
        "low": "strongly disagree", "high": "strongly agree", "free": "What should be changed?",
        "plan": "1. Welcome (15 min)\n2. …\n", "first": "First", "second": "Second", "goes": "goes with",
    },
}  # fmt: skip


def new_activity(kind: str, identifier: str, title: str, path: str, course: Course, taken: set[str]) -> Activity:  # noqa: PLR0917
    """An activity of this kind that passes its check but for what only its author knows."""
    words = _WORDS[language_of(course.language)]
    return Activity(
        id=identifier, kind=kind, title=title, content=_content(kind, identifier, words, taken), path=path,
        minutes=MINUTES.get(kind, 10),
    )  # fmt: skip


def _content(kind: str, identifier: str, words: dict[str, str], taken: set[str]) -> ActivityContent:
    match kind:
        case "page":
            block = unique_id(f"{identifier}-un"[:64], taken)
            heading = words["page"].split("## ", 1)[1].split("\n", 1)[0]
            return Page(words["page"].replace(f"## {heading}", f"## {heading} {{#{block}}}"))
        case "quiz":
            return Quiz(questions=(_question("single", unique_id(f"q-{identifier}-1"[:64], taken), words),))
        case "assignment":
            return Assignment(
                words["instructions"], criteria=(_criterion(unique_id(f"crit-{identifier}"[:64], taken), words),)
            )
        case "survey":
            return Survey(items=(
                SurveyItem("utile", "scale", words["useful"], low=words["low"], high=words["high"], indicator="satisfaction"),
                SurveyItem("libre", "text", words["free"]),
            ))  # fmt: skip
        case "live_session":
            return LiveSession("on_site", plan=words["plan"])
        case _:
            return PluginContent({})


def new_question(kind: str, identifier: str, language: str) -> Question:
    """A question of this type with its choices begun."""
    return _question(kind, identifier, _WORDS[language_of(language)])


def _question(kind: str, identifier: str, words: dict[str, str]) -> Question:
    choices: tuple[Choice, ...] = ()
    if kind in ("single", "multiple"):
        choices = (
            Choice("a", words["right"], correct=True, feedback=words["yes"]),
            Choice("b", words["wrong"], feedback=words["no"]),
        )
    elif kind == "ordering":
        choices = (Choice("a", words["first"]), Choice("b", words["second"]))
    elif kind == "matching":
        choices = (Choice("a", words["first"], match=words["goes"]), Choice("b", words["second"], match=words["goes"]))
    yes, no = ("", "") if kind in ("single", "multiple") else (words["yes"], words["no"])
    return Question(
        identifier, kind, words["prompt"], choices, NumericAnswer(1) if kind == "numeric" else None,
        (words["right"],) if kind == "text" else (), yes, no,
    )  # fmt: skip


def new_criterion(identifier: str, language: str) -> Criterion:
    """A criterion of a rubric with two levels."""
    return _criterion(identifier, _WORDS[language_of(language)])


def _criterion(identifier: str, words: dict[str, str]) -> Criterion:
    levels = (RubricLevel("a-reprendre", words["again"], "", 0), RubricLevel("acquis", words["done"], "", 2))
    return Criterion(identifier, words["criterion"], (), levels)


def new_item(kind: str, identifier: str, language: str) -> SurveyItem:
    """An item of a survey."""
    words = _WORDS[language_of(language)]
    options = (Choice("a", words["first"]), Choice("b", words["second"])) if kind in ("single", "multiple") else ()
    return SurveyItem(
        identifier,
        kind,
        words["prompt"],
        options,
        words["low"] if kind == "scale" else "",
        words["high"] if kind == "scale" else "",
    )


def blank_course(title: str, language: str) -> Course:
    """A course of one empty module: only what cannot be absent."""
    words = {"fr": "Premier module", "en": "First module"}
    module = Module("mod-premier", words[language_of(language)], "", "01-premier")
    return Course(
        slug(title, "cours"), " ".join(title.split()), language, "", "", "", "CC-BY-SA-4.0", modules=(module,)
    )
