"""What an author should fix in a course: pedagogy, coverage, links, accessibility."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from competency_frameworks.model import ItemRef
from courses.check_pages import Sight, check_markdown
from courses.check_questions import check_assignment, check_pairs, check_quiz, check_survey
from courses.coverage import Uses
from courses.loader import load_course
from courses.media import has_title, read_svg, unsafe_in_svg
from courses.model import (
    Activity,
    Assignment,
    Course,
    LiveSession,
    Module,
    Objective,
    Page,
    Place,
    Quiz,
    ScormPackage,
    Survey,
)
from courses.pages import normal_lines, page_blocks, split_page
from courses.problems import Problem, Report

Known = Callable[[ItemRef], bool]
_SEVERITIES = ("error", "warning", "note")


def check_files(files: Mapping[str, bytes], known: Known) -> tuple[Problem, ...]:
    """Load the course and check it: everything that is wrong with it, errors first."""
    loaded = load_course(files)
    found = loaded.problems + (check_course(loaded.course, files, known) if loaded.course else ())
    return _sorted(found)


def check_course(course: Course, files: Mapping[str, bytes], known: Known) -> tuple[Problem, ...]:
    """What the loader does not see, errors first; ``known`` says whether a competency exists in its framework."""
    return _sorted(_Check(course, files, known).run())


def _sorted(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    unique = dict.fromkeys((found.rule, found.place, found.message["fr"]) for found in problems)
    by_key = {(found.rule, found.place, found.message["fr"]): found for found in problems}
    return tuple(
        sorted(
            (by_key[key] for key in unique),
            key=lambda found: (_SEVERITIES.index(found.severity), found.place.path, found.place.line),
        )
    )


class _Check:
    def __init__(self, course: Course, files: Mapping[str, bytes], known: Known) -> None:
        self.course = course
        self.files = files
        self.known = known
        self.sight = Sight(course, files)
        self.reports: dict[str, Report] = {}
        self.objectives = {objective.id for objective in course.objectives}

    def report(self, path: str) -> Report:
        return self.reports.setdefault(path, Report(path))

    def run(self) -> tuple[Problem, ...]:
        self._ids()
        for rank, module in enumerate(self.course.modules):
            report = self.report(module.place.path)
            self._requires(report, module, [one.id for one in self.course.modules[:rank]])
            self._named(report, module.place.line, module.objectives, ())
            if not module.activities:
                report.add("module-empty", module.place.line, title=module.title)
        for activity in self.course.activities:
            self._activity(activity)
        self._transcripts()
        check_pairs(self.course, self.reports)
        self._objectives()
        self._media()
        return tuple(found for report in self.reports.values() for found in report.problems)

    def _ids(self) -> None:
        seen: dict[str, Place] = {}
        for identifier, place in _all_ids(self.course):
            if identifier in seen:
                self.report(place.path).add("duplicate-id", place.line, id=identifier, first=seen[identifier])
            else:
                seen[identifier] = place
        terms: set[str] = set()
        for term in self.course.glossary:
            if term.id in terms:
                self.report("glossary.yaml").add("duplicate-id", 0, id=term.id, first="glossary.yaml")
            terms.add(term.id)

    def _named(self, report: Report, line: int, objectives: tuple[str, ...], refs: tuple[ItemRef, ...]) -> None:
        """Whether the objectives and competencies named in one place exist."""
        for name in objectives:
            if name and name not in self.objectives:
                report.add("objective-unknown", line, id=name, known=", ".join(sorted(self.objectives)) or "—")
        for ref in refs:
            if not self.known(ref):
                report.add("competency-unknown", line, ref=ref)

    def _requires(self, report: Report, module: Module, earlier: list[str]) -> None:
        """Modules to finish first stand before: nobody is then kept waiting in a circle."""
        for name in module.requires:
            if name not in earlier:
                report.add("requires-unknown", module.place.line, id=name, known=", ".join(earlier) or "—")

    def _activity(self, activity: Activity) -> None:
        report, line, content = self.report(activity.place.path), activity.place.line, activity.content
        self.sight.used.add(activity.path)
        self._named(report, line, activity.objectives, activity.competencies)
        if not activity.minutes:
            report.add("minutes-missing", line, title=activity.title)
        if isinstance(content, Page):
            self._page(activity, content, report)
        elif isinstance(content, Quiz):
            check_quiz(activity, content, report)
            for question in content.questions:
                self._named(report, question.place.line, (question.objective,), question.competencies)
        elif isinstance(content, Assignment):
            check_assignment(activity, content, report)
            for criterion in content.criteria:
                self._named(report, criterion.place.line, (), criterion.competencies)
        elif isinstance(content, Survey):
            check_survey(content, report)
        for text, at in _texts(activity):
            check_markdown(text, report, at, self.sight, is_page=False)

    def _page(self, activity: Activity, page: Page, report: Report) -> None:
        text = self._text(activity.path)
        first_line = split_page(text).body_line
        for found, block in zip(page_blocks(page.markdown, activity.id), page.blocks, strict=True):
            if not found.written_id:
                report.add("block-id-missing", found.line + first_line, title=found.title or "…", id=found.id)
            self._named(report, found.line + first_line, block.objectives, block.competencies)
        check_markdown(page.markdown, report, first_line, self.sight, is_page=True)

    def _text(self, path: str) -> str:
        return normal_lines(self.files[path].decode("utf-8", "replace"))

    def _transcripts(self) -> None:
        for path in sorted(self.sight.texts):
            text = self._text(path)
            parts = split_page(text) if text.startswith("---\n") else None
            body, line = (parts.body, parts.body_line) if parts else (text, 1)
            check_markdown(body, self.report(path), line, self.sight, is_page=False)

    def _objectives(self) -> None:
        uses = Uses(self.course)
        taught, assessed = _objectives_taught(self.course), _objectives_assessed(self.course)
        report = self.report("course.yaml")
        for objective in self.course.objectives:
            line = objective.place.line
            self._named(report, line, (), objective.competencies)
            if objective.id not in taught:
                report.add("objective-not-taught", line, id=objective.id)
            if objective.id not in assessed and not _shares(objective, uses):
                report.add("objective-not-assessed", line, id=objective.id)

    def _media(self) -> None:
        for path in self.files:
            if path.startswith("media/") and path not in self.sight.used:
                self.report(path).add("media-unused")
            if PurePosixPath(path).suffix.lower() == ".svg":
                self._svg(path)

    def _svg(self, path: str) -> None:
        root = read_svg(self.files[path])
        if root is None:
            self.report(path).add("svg-unreadable")
            return
        unsafe = unsafe_in_svg(root)
        if unsafe:
            self.report(path).add("svg-script", what=unsafe)
        if not has_title(root):
            self.report(path).add("svg-title-missing")


def _all_ids(course: Course) -> Iterator[tuple[str, Place]]:
    """Every id that must be unique in a course, in reading order."""
    for objective in course.objectives:
        yield objective.id, objective.place
    for module in course.modules:
        yield module.id, module.place
        for activity in module.activities:
            yield activity.id, activity.place
            yield from _inner_ids(activity)


def _inner_ids(activity: Activity) -> Iterator[tuple[str, Place]]:
    content = activity.content
    if isinstance(content, Page):
        yield from ((block.id, block.place) for block in content.blocks)
    elif isinstance(content, Quiz):
        yield from ((question.id, question.place) for question in content.questions)
    elif isinstance(content, Assignment):
        yield from ((criterion.id, criterion.place) for criterion in content.criteria)
    elif isinstance(content, Survey):
        items: dict[str, Place] = {}
        for item in content.items:  # two surveys may ask the same thing; one survey may not
            if item.id in items:
                yield item.id, items[item.id]
                yield item.id, item.place
            items[item.id] = item.place


def _texts(activity: Activity) -> Iterator[tuple[str, int]]:
    """The Markdown texts of a YAML activity, each with the line of what holds it."""
    content, line = activity.content, activity.place.line
    if isinstance(content, Quiz):
        yield content.intro, line
        for question in content.questions:
            at = question.place.line
            yield from ((text, at) for text in (question.prompt, question.hint))
            yield from ((text, at) for text in (question.feedback_correct, question.feedback_incorrect))
            for choice in question.choices:
                yield from ((text, at) for text in (choice.text, choice.match, choice.feedback))
    elif isinstance(content, Assignment):
        yield content.instructions, line
    elif isinstance(content, Survey):
        yield content.intro, line
    elif isinstance(content, LiveSession):
        yield content.before, line
        yield content.plan, line


def _objectives_taught(course: Course) -> set[str]:
    """Objectives named by a page, a block, a live session, a package, or by a module that has one of these."""
    taught: set[str] = set()
    for module in course.modules:
        teaching = [one for one in module.activities if isinstance(one.content, Page | LiveSession | ScormPackage)]
        if teaching:
            taught.update(module.objectives)
        for activity in teaching:
            taught.update(activity.objectives)
            if isinstance(activity.content, Page):
                taught.update(name for block in activity.content.blocks for name in block.objectives)
    return taught


def _objectives_assessed(course: Course) -> set[str]:
    """Objectives named by a question, or by a quiz or assignment as a whole; positioning does not count."""
    assessed: set[str] = set()
    for activity in course.activities:
        content = activity.content
        if isinstance(content, Quiz) and content.purpose != "positioning" and content.questions:
            assessed.update(question.objective for question in content.questions)
            assessed.update(activity.objectives)
        elif isinstance(content, Assignment) and content.criteria:
            assessed.update(activity.objectives)
    return assessed


def _shares(objective: Objective, uses: Uses) -> bool:
    return any(ref in uses.assessed for ref in objective.competencies)
