"""What an author should fix in the Markdown of a course: headings, directives, links, pictures, tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from courses.directive_table import DIRECTIVES
from courses.directives import Directive, directive_of
from courses.ids import fold_words, nearest
from courses.markdown import inline_tokens, plain_inline, tokens_of
from courses.paths import is_external, link_path, resolve_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token

    from courses.model import Activity, Course
    from courses.problems import Report

VAGUE_LINKS = frozenset(
    {"cliquez ici", "cliquer ici", "ici", "lien", "ce lien", "le lien", "voir", "voir ici", "en savoir plus",
     "lire la suite", "plus d infos", "suite", "click here", "here", "link", "this link", "read more", "more",
     "learn more", "see here"}
)  # fmt: skip
_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(\s[^<>]*)?/?>|<!--")
_STRAY = re.compile(r"\s*(:{2,})")


@dataclass
class Sight:
    """What the texts of a course lead to; filled while they are checked."""

    course: Course
    files: Mapping[str, bytes]
    used: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)  # transcripts, which are Markdown themselves

    def __post_init__(self) -> None:
        self.activities: dict[str, Activity] = {one.path: one for one in self.course.activities}
        self.quizzes = tuple(one.id for one in self.course.activities if one.kind == "quiz")
        self.terms = tuple(term.id for term in self.course.glossary)


def check_markdown(text: str, report: Report, first_line: int, sight: Sight, *, is_page: bool) -> None:
    """Report what is wrong in a Markdown text whose first line is ``first_line`` of its file.

    Headings are judged in pages only: elsewhere the screen sets their level.
    """
    _MarkdownCheck(report, first_line, sight, is_page=is_page).check(tokens_of(text))


class _MarkdownCheck:
    def __init__(self, report: Report, first_line: int, sight: Sight, *, is_page: bool) -> None:
        self.report = report
        self.first_line = first_line
        self.sight = sight
        self.is_page = is_page
        self.line = first_line
        self.level = 1
        self.open: list[str] = []

    def add(self, rule: str, **values: object) -> None:
        self.report.add(rule, self.line, **values)

    def check(self, tokens: Sequence[Token]) -> None:
        for index, token in enumerate(tokens):
            if token.map:
                self.line = self.first_line + token.map[0]
            if token.type == "heading_open" and self.is_page:
                self._heading(token, tokens[index + 1])
            elif token.type == "tr_open" and tokens[index - 1].type == "thead_open":
                self._table_head(tokens[index:])
            elif token.type == "inline":
                self._stray(token)
                self._inline(token.children or [])
            directive = directive_of(token)
            if directive and token.nesting >= 0:
                self._directive(directive)
            if directive and token.nesting:
                self._nest(directive, token.nesting)

    def _nest(self, directive: Directive, nesting: int) -> None:
        if nesting > 0:
            self.open.append(directive.name)
        else:
            self.open.pop()

    def _heading(self, token: Token, text: Token) -> None:
        level, title = int(token.tag[1]), plain_inline(text.content)
        if level == 1:
            self.add("heading-level-one", title=title)
            level = 2
        elif level > self.level + 1:
            self.add("heading-jump", title=title, before=self.level, level=level)
        self.level = level

    def _table_head(self, tokens: Sequence[Token]) -> None:
        end = next(index for index, token in enumerate(tokens) if token.type == "tr_close")
        if not any(token.content.strip() for token in tokens[:end] if token.type == "inline"):
            self.add("table-header-empty")

    def _stray(self, token: Token) -> None:
        first = self.line
        for offset, line in enumerate(token.content.split("\n")):
            if _STRAY.match(line):
                self.line = first + offset
                self.add("directive-stray", text=line)
        self.line = first

    def _inline(self, tokens: Sequence[Token]) -> None:
        first, link = self.line, -1
        for index, token in enumerate(tokens):
            if token.type in ("softbreak", "hardbreak"):
                self.line += 1
            elif token.type == "link_open":
                link = index
            elif token.type == "link_close" and link >= 0:
                self._link(str(tokens[link].attrGet("href") or ""), tokens[link + 1 : index])
            elif token.type == "image":
                self._image(token)
            elif token.type == "text" and (found := _HTML.search(token.content)):
                self.add("raw-html", html=found[0])
            directive = directive_of(token)
            if directive:
                self._directive(directive)
        self.line = first

    def _link(self, href: str, tokens: Sequence[Token]) -> None:
        words = plain_inline("".join(token.content for token in tokens))
        if not words:
            self.add("link-text-missing", href=href)
        elif fold_words(words) in VAGUE_LINKS:
            self.add("link-text-vague", text=words)
        if is_external(href):
            return
        target, _, fragment = href.partition("#")
        path = link_path(self.report.path, href) if target else self.report.path
        if path is None or (path not in self.sight.activities and path not in self.sight.files):
            self.add("link-broken", href=href)
            return
        self.sight.used.add(path)
        self._anchor(path, href, fragment)

    def _anchor(self, path: str, href: str, fragment: str) -> None:
        activity = self.sight.activities.get(path)
        blocks = getattr(activity.content, "blocks", None) if activity else None
        if fragment and blocks is not None and fragment not in {block.id for block in blocks}:
            self.add("anchor-unknown", href=href, id=fragment)

    def _image(self, token: Token) -> None:
        source = str(token.attrGet("src") or "")
        self._media(source, link_path(self.report.path, source))
        if not plain_inline(token.content):
            self.add("alt-missing", src=source)

    def _media(self, source: str, path: str | None) -> None:
        if is_external(source):
            self.add("media-external", src=source)
        elif path is None or path not in self.sight.files:
            self.add("media-missing", src=source)
        else:
            self.sight.used.add(path)

    def _directive(self, directive: Directive) -> None:
        rules = DIRECTIVES.get(directive.name)
        if rules is None:
            near = nearest(directive.name, DIRECTIVES)
            if near:
                self.add("directive-misspelt", name=directive.name, near=near)
            else:
                self.add("directive-unknown", name=directive.name, known=", ".join(DIRECTIVES))
            return
        if directive.form != rules.form:
            self.add("directive-form", name=directive.name, form=rules.example)
            return
        if not directive.closed:
            self.add("directive-unclosed", name=directive.name, fence=":" * directive.colons)
        if rules.parent and (not self.open or self.open[-1] != rules.parent):
            self.add("directive-misplaced", name=directive.name, parent=rules.parent)
        self._attributes(directive)
        self._label(directive)
        self._targets(directive)

    def _attributes(self, directive: Directive) -> None:
        rules = DIRECTIVES[directive.name]
        known = ("id", *rules.attributes)
        for key in directive.attributes:
            if key not in known:
                self.add("directive-attribute-unknown", name=directive.name, key=key, known=", ".join(known))
        for key in rules.required:
            if not directive.get(key):
                self.add("directive-attribute-missing", name=directive.name, key=key)
        kind = directive.get("kind")
        if kind and rules.kinds and kind not in rules.kinds:
            self.add("value-not-allowed", key="kind", value=kind, allowed=", ".join(rules.kinds))

    def _label(self, directive: Directive) -> None:
        label = plain_inline(directive.label)
        if directive.name == "figure":
            if not label and "decorative" not in directive.attributes:
                self.add("alt-missing", src=directive.get("src"))
        elif DIRECTIVES[directive.name].labelled and not label:
            self.add("directive-label-missing", name=directive.name)
        for text in (directive.label, directive.get("caption")):
            self._inline(inline_tokens(text) if directive.name != "figure" or text != directive.label else [])

    def _targets(self, directive: Directive) -> None:
        for key in ("src", "captions", "transcript", "poster"):
            if directive.get(key):
                self._media(directive.get(key), resolve_path(self.report.path, directive.get(key)))
        if directive.name == "video":
            for key in ("captions", "transcript"):
                if not directive.get(key):
                    self.add(f"{key}-missing", src=directive.get("src"))
            self._transcript(directive)
        elif directive.name == "quiz" and directive.get("ref") not in (*self.sight.quizzes, ""):
            known = ", ".join(self.sight.quizzes) or "—"
            self.add("quiz-unknown", id=directive.get("ref"), known=known)
        elif directive.name == "term" and directive.id not in (*self.sight.terms, ""):
            self.add("term-unknown", id=directive.id)

    def _transcript(self, directive: Directive) -> None:
        path = resolve_path(self.report.path, directive.get("transcript"))
        if path in self.sight.files:
            self.sight.texts.add(path or "")
