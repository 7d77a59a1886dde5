"""A course cut into what an LMS launches one by one: the whole, its modules, or its modules with their tests apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from courses.ids import slug
from courses.model import Quiz
from courses.package_content import mastery, scored_quizzes, treatment

if TYPE_CHECKING:
    from courses.model import Activity, Course, Module

Role = Literal["all", "lessons", "pretest", "posttest"]
LEAST_QUESTIONS = 2  # a module is not skipped on the strength of one lucky answer
USUAL_MARK = 0.7


@dataclass(frozen=True, slots=True)
class Check:
    """A part that a pre-test can make needless: the questions that bear on it, and the share of their points to reach."""

    part: str
    questions: tuple[str, ...]
    mark: float


@dataclass(frozen=True, slots=True)
class Part:
    """One SCO. ``id`` is empty for the whole course; ``checks`` are those a pre-test makes; ``scored`` quizzes count."""

    id: str
    title: str
    module: str
    role: Role
    activities: tuple[Activity, ...]
    scored: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    mastery: float = 0.0
    weight: float = 0.0  # share of the course's points, 0..1

    @property
    def required(self) -> bool:
        return any(one.required for one in self.activities)


def whole(course: Course, title: str) -> Part:
    """The course as one SCO."""
    scored = tuple(one.id for one in scored_quizzes(course))
    return Part("", title, "", "all", course.activities, scored, (), mastery(course), 1.0 if scored else 0.0)


def parts_of(course: Course, *, sequenced: bool) -> tuple[Part, ...]:
    """One part a module; ``sequenced``: positioning and final tests are parts of their own, since an LMS can only skip
    and weigh whole SCOs. Activities that no package shows are left out, and so are modules that hold nothing else."""
    cut = [part for module in course.modules for part in _module_parts(module, sequenced=sequenced)]
    scored = {one.id: _points(one) for one in scored_quizzes(course)}
    total = sum(scored.values())
    found: list[Part] = []
    for rank, part in enumerate(cut):
        own = tuple(one for one in part.activities if one.id in scored)
        checks = _checks(course, part, cut[rank + 1 :]) if part.role == "pretest" else ()
        found.append(
            Part(
                part.id, part.title, part.module, part.role, part.activities, tuple(one.id for one in own), checks,
                _mark(own), round(sum(scored[one.id] for one in own) / total, 4) if total else 0.0,
            )
        )  # fmt: skip
    return tuple(found)


def _module_parts(module: Module, *, sequenced: bool) -> list[Part]:
    shown = [one for one in module.activities if treatment(one) != "left_out"]
    if not sequenced:
        return [Part(slug(module.id), module.title, module.id, "lessons", tuple(shown))] if shown else []
    found: list[Part] = []
    lessons = 0
    for role, group in groupby(shown, key=_role):
        activities = tuple(group)
        if role == "lessons":
            lessons += 1
            suffix = "" if lessons == 1 else f"-{lessons}"
            title = activities[0].title if len(activities) == 1 else module.title
            found.append(Part(slug(module.id) + suffix, title, module.id, role, activities))
        else:
            found += [Part(slug(one.id), one.title, module.id, role, (one,)) for one in activities]
    return found


def _role(activity: Activity) -> Role:
    content = activity.content
    if isinstance(content, Quiz) and treatment(activity) == "quiz":
        if content.purpose == "positioning":
            return "pretest"
        if content.purpose == "final":
            return "posttest"
    return "lessons"


def _checks(course: Course, pretest: Part, later: list[Part]) -> tuple[Check, ...]:
    """The lessons that follow a pre-test and whose every objective it asks about, by two questions at least."""
    modules = {module.id: module for module in course.modules}
    (quiz,) = (one.content for one in pretest.activities if isinstance(one.content, Quiz))
    mark = max(quiz.pass_score, mastery(course)) or USUAL_MARK  # a positioning often has no mark of its own
    found: list[Check] = []
    for part in later:
        aims = set(modules[part.module].objectives)
        asked = [question for question in quiz.questions if question.objective in aims]
        told = aims and {one.objective for one in asked} == aims and len(asked) >= LEAST_QUESTIONS
        if part.role == "lessons" and told:
            found.append(Check(part.id, tuple(one.id for one in asked), mark))
    return tuple(found)


def _points(activity: Activity) -> float:
    return sum(one.points for one in activity.content.questions) if isinstance(activity.content, Quiz) else 0.0


def _mark(quizzes: tuple[Activity, ...]) -> float:
    total = sum(_points(one) for one in quizzes)
    marks = [(one.content.pass_score, _points(one)) for one in quizzes if isinstance(one.content, Quiz)]
    return round(sum(mark * weight for mark, weight in marks) / total, 4) if total else 0.0
