"""A folder of course files -> the course model, with every problem found on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from courses.fields import Fields, root_fields
from courses.ids import nearest, slug
from courses.model import Activity, Course, Module, Objective, Place, ScormPackage, Source, Term
from courses.pages import normal_lines
from courses.parsing import Parsed, parse_page, read_activity
from courses.parsing_yaml import parse_assignment, parse_live_session, parse_plugin, parse_quiz, parse_survey
from courses.paths import resolve_path
from courses.problems import Problem, Report, problem
from courses.yaml_tree import Items, Node, Pairs, Scalar, read_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    Aliases = Mapping[str, tuple[str, str]]

KINDS = ("page", "quiz", "assignment", "survey", "live_session", "scorm")
MAX_TEXT_BYTES = 2_000_000
_PARSERS = {
    "page": parse_page,
    "quiz": parse_quiz,
    "assignment": parse_assignment,
    "survey": parse_survey,
    "live_session": parse_live_session,
}
_FOLDER = re.compile(r"[^./\\\s][^/\\]{0,99}")


@dataclass(frozen=True, slots=True)
class Loaded:
    """``course`` is None only when there is no readable course.yaml."""

    course: Course | None
    problems: tuple[Problem, ...] = ()


def load_course(files: Mapping[str, bytes]) -> Loaded:
    """Read a course from its files (POSIX paths relative to its folder). Never raises on what was written."""
    if "course.yaml" not in files:
        return Loaded(None, (problem("not-a-course", Place("course.yaml")),))
    return _Loader(files).load()


def parse_activity(kind: str, text: str, path: str, aliases: Aliases | None = None) -> Parsed:
    """Read the file of an activity of any kind but ``scorm``, whose file is a ZIP."""
    parse = _PARSERS.get(kind)
    return parse(text, path, aliases) if parse else parse_plugin(text, path, kind, aliases)


class _Loader:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.problems: list[Problem] = []
        self.aliases: dict[str, tuple[str, str]] = {}

    def load(self) -> Loaded:
        report = Report("course.yaml")
        fields = self._read("course.yaml", report)
        course = self._course(fields) if fields else None
        self.problems[:0] = report.problems
        return Loaded(course, tuple(self.problems))

    def _read(self, path: str, report: Report) -> Fields | None:
        text = self._text(path, report)
        return None if text is None else root_fields(read_tree(text, report), report, path)

    def _text(self, path: str, report: Report) -> str | None:
        try:
            data = self.files[path]
        except KeyError:
            report.add("file-missing", path=path)
            return None
        if len(data) > MAX_TEXT_BYTES:
            report.add("file-too-large", limit=MAX_TEXT_BYTES // 1_000_000)
            return None
        try:
            return normal_lines(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            report.add("file-encoding", data.count(b"\n", 0, error.start) + 1)
            return None

    def _course(self, fields: Fields) -> Course:
        version = fields.text("format", required=True)
        if version not in ("1", ""):
            fields.report.add("format-unknown", fields.line_of("format"), value=version)
        title = fields.text("title", required=True)
        identifier = fields.identifier(title or "cours")
        self.aliases = _frameworks(fields)
        course = Course(
            id=identifier,
            title=title,
            language=fields.text("language", required=True) or "fr",
            summary=fields.text("summary"),
            audience=fields.text("audience"),
            prerequisites=fields.text("prerequisites"),
            licence=fields.text("licence"),
            authors=fields.texts("authors"),
            methods=fields.text("methods"),
            assessment=fields.text("assessment"),
            accessibility=fields.text("accessibility"),
            frameworks=self.aliases,
            objectives=tuple(_objective(one, self.aliases) for one in fields.each("objectives")),
            modules=self._modules(fields),
            glossary=self._glossary(),
            sources=tuple(_source(one) for one in fields.each("sources")),
        )
        fields.close()
        return course

    def _modules(self, fields: Fields) -> tuple[Module, ...]:
        modules: dict[str, Module] = {}
        for item in fields.scalars("modules"):
            if not _FOLDER.fullmatch(item.value):
                fields.report.add("folder-name", item.line, value=item.value)
            elif item.value in modules:
                fields.report.add("folder-twice", item.line, value=item.value)
            else:
                module = self._module(item, fields.report)
                if module:
                    modules[item.value] = module
        return tuple(modules.values())

    def _module(self, folder: Scalar, course_report: Report) -> Module | None:
        path = f"modules/{folder.value}/module.yaml"
        if path not in self.files:
            course_report.add("file-missing", folder.line, path=path)
            return None
        report = Report(path)
        fields = self._read(path, report)
        if fields is None:
            self.problems += report.problems
            return None
        title = fields.text("title", required=True) or folder.value
        identifier = fields.identifier(folder.value)
        summary, objectives, requires = fields.text("summary"), fields.texts("objectives"), fields.texts("requires")
        entries = fields.items("activities")
        fields.close()
        read = [self._entry(node, report) for node in entries]
        activities = tuple(parsed.activity for parsed in read if parsed)
        self.problems += report.problems
        for parsed in read:
            self.problems += parsed.problems if parsed else ()
        place = Place(path, fields.line)
        return Module(identifier, title, summary, folder.value, objectives, activities, place, requires)

    def _entry(self, node: Node, report: Report) -> Parsed | None:
        """One line of ``activities``: ``kind: file``."""
        if not isinstance(node, Pairs) or not node.pairs:
            report.add("entry-shape", node.line)
            return None
        if any(key.value == "scorm" for key, _ in node.pairs):
            return self._scorm(Fields(node, report))
        key, value = node.pairs[0]
        if len(node.pairs) > 1 or not isinstance(value, Scalar) or not value.value:
            report.add("entry-shape", node.line)
            return None
        kind = self._kind(key, report)
        path = self._file(value.value, value.line, report)
        if path is None:
            return None
        own = Report(path)
        text = self._text(path, own)
        if text is None:
            report.problems += own.problems
            return None
        return parse_activity(kind, text, path, self.aliases)

    def _kind(self, key: Scalar, report: Report) -> str:
        near = "" if key.value in KINDS else nearest(key.value, KINDS)
        if near:
            report.add("kind-misspelt", key.line, kind=key.value, near=near)
        return near or key.value

    def _file(self, name: str, line: int, report: Report) -> str | None:
        path = resolve_path(report.path, name)
        if path is None:
            report.add("path-outside", line, value=name)
        elif path not in self.files:
            report.add("file-missing", line, path=path)
            path = None
        return path

    def _scorm(self, fields: Fields) -> Parsed | None:
        """A SCORM package is named, timed and tied to competencies where it is listed."""
        name = fields.text("scorm", required=True)
        path = self._file(name, fields.line_of("scorm"), fields.report) if name else None
        stem = PurePosixPath(name).stem
        given = "id" in fields
        names = (fields.identifier(stem) if given else slug(stem), fields.text("title", stem))
        content = ScormPackage(path or "")
        activity = read_activity(fields, kind="scorm", names=names, content=content, aliases=self.aliases)
        fields.close()
        return Parsed(_at(activity, path)) if path else None

    def _glossary(self) -> tuple[Term, ...]:
        if "glossary.yaml" not in self.files:
            return ()
        report = Report("glossary.yaml")
        text = self._text("glossary.yaml", report)
        tree = read_tree(text, report) if text is not None else None
        terms = _terms(tree, report) if tree is not None else ()
        self.problems += report.problems
        return terms


def _at(activity: Activity, path: str) -> Activity:
    return replace(activity, path=path)


def _terms(tree: Node, report: Report) -> tuple[Term, ...]:
    if not isinstance(tree, Items):
        report.add("expected-list", tree.line, key="glossary.yaml")
        return ()
    terms: list[Term] = []
    for node in tree.items:
        if not isinstance(node, Pairs):
            report.add("expected-mapping", node.line, key="term")
            continue
        fields = Fields(node, report)
        term = fields.text("term", required=True)
        terms.append(Term(fields.identifier(term), term, fields.text("definition", required=True)))
        fields.close()
    return tuple(terms)


def _frameworks(fields: Fields) -> dict[str, tuple[str, str]]:
    """``alias: framework@version`` lines."""
    node = fields.take("frameworks")
    if node is None:
        return {}
    if not isinstance(node, Pairs):
        fields.report.add("expected-mapping", node.line, key="frameworks")
        return {}
    aliases: dict[str, tuple[str, str]] = {}
    for key, value in node.pairs:
        written = value.value if isinstance(value, Scalar) else ""
        framework, _, version = written.partition("@")
        if framework and version:
            aliases[key.value] = (framework, version)
        else:
            fields.report.add("framework-shape", key.line, value=written)
    return aliases


def _objective(fields: Fields, aliases: Aliases) -> Objective:
    text = fields.text("text", required=True)
    objective = Objective(fields.identifier(f"obj-{text}"), text, fields.refs("competencies", aliases), fields.place)
    fields.close()
    return objective


def _source(fields: Fields) -> Source:
    source = Source(
        title=fields.text("title", required=True),
        author=fields.text("author"),
        year=fields.text("year"),
        url=fields.text("url"),
        licence=fields.text("licence"),
    )
    fields.close()
    return source
