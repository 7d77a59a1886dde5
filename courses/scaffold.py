"""A new course: a small folder that already holds together, with advice where the author will write."""

from __future__ import annotations

from courses.ids import slug
from courses.model import Activity, Choice, Course, Module, Objective, Page, Question, Quiz, Term
from courses.scaffold_words import WORDS
from courses.words import language_of
from courses.writer import page_front, write_course_yaml, write_glossary, write_module_yaml, write_page, write_quiz

_FOLDER = "01-debut"


def new_course(title: str, language: str) -> dict[str, bytes]:
    """The files of a new course in French or English: one objective, one module, a page, a drawing and a quiz.

    It passes its own check. ValueError when the title is empty.
    """
    if not title.strip():
        raise ValueError("a course needs a title")
    words = WORDS[language_of(language)]
    course = _course(" ".join(title.split()), language, words)
    page, quiz = course.modules[0].activities
    texts = {
        "course.yaml": write_course_yaml(course),
        "glossary.yaml": write_glossary(course.glossary),
        f"modules/{_FOLDER}/module.yaml": write_module_yaml(course.modules[0]),
        page.path: write_page(page_front(page), words["page"]),
        quiz.path: write_quiz(quiz),
        "media/etapes.svg": _DRAWING.format(title=words["drawing"], steps=_steps(words["steps"])),
    }
    return {path: text.encode("utf-8") for path, text in texts.items()}


def _course(title: str, language: str, words: dict[str, str]) -> Course:
    objective = Objective("obj-premier", words["objective"])
    page = Activity(
        id="page-debut",
        kind="page",
        title=words["page_title"],
        content=Page(words["page"]),
        path=f"modules/{_FOLDER}/debut.md",
        minutes=5,
        objectives=(objective.id,),
    )
    quiz = Activity(
        id="quiz-debut",
        kind="quiz",
        title=words["quiz_title"],
        content=Quiz(intro=words["quiz_intro"], questions=(_question(words, objective.id),)),
        path=f"modules/{_FOLDER}/quiz.yaml",
        minutes=2,
    )
    module = Module("mod-debut", words["module"], words["module_summary"], _FOLDER, (objective.id,), (page, quiz))
    return Course(
        id=slug(title, "cours"),
        title=title,
        language=language,
        summary=words["summary"],
        audience=words["audience"],
        prerequisites=words["prerequisites"],
        licence="CC-BY-SA-4.0",
        methods=words["methods"],
        assessment=words["assessment"],
        accessibility=words["accessibility"],
        objectives=(objective,),
        modules=(module,),
        glossary=(Term("objectif", words["term"], words["definition"]),),
    )


def _question(words: dict[str, str], objective: str) -> Question:
    choices = (
        Choice("a", words["choice_a"], feedback=words["feedback_a"]),
        Choice("b", words["choice_b"], correct=True, feedback=words["feedback_b"]),
        Choice("c", words["choice_c"], feedback=words["feedback_c"]),
    )
    return Question("q-objectif", "single", words["prompt"], choices, objective=objective, level="2")


def _steps(names: str) -> str:
    """Three boxes joined by lines."""
    boxes = []
    for position, name in enumerate(names.split(",")):
        left = 10 + position * 200
        boxes.append(f'<rect x="{left}" y="20" width="160" height="60" rx="10"/>')
        boxes.append(f'<text x="{left + 80}" y="56" fill="#1e2430" stroke="none">{name.strip()}</text>')
    joints = '<path d="M170 50h40M370 50h40"/>'
    return "\n    ".join((*boxes, joints))


_DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 580 100" width="580" height="100" role="img">
  <title>{title}</title>
  <rect width="580" height="100" fill="#fbfaf7"/>
  <g fill="none" stroke="#1e2430" stroke-width="2" font-family="sans-serif" font-size="18" text-anchor="middle">
    {steps}
  </g>
</svg>
"""
