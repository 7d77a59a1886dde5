"""The texts of a course -> accessible HTML: no inline style, no script, no markup of an author's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape

from markdown_it.token import Token

from courses.html_directives import CourseRenderer
from courses.html_markdown import Context
from courses.markdown import inline_tokens, parser, tokens_of
from courses.model import Activity, Course, Page
from courses.pages import FoundBlock, find_blocks, normal_lines, split_page
from courses.sanitise import sanitise
from courses.words import word

Resolve = Callable[[str], str]
MAX_MARKDOWN = 500_000  # characters; a page is a few thousand


def render_page(
    activity: Activity,
    course: Course,
    *,
    resolve: Resolve,
    link: Resolve,
    files: Mapping[str, bytes] | None = None,
) -> str:
    """The body of a page; its title, an h1, stands outside. Each block is a ``<section id data-block>``.

    ``resolve`` maps a path of the course to a URL and ``link`` an activity's id to one. With ``files``, pictures get
    their size and transcripts are shown in place. TypeError when the activity is no page.
    """
    if not isinstance(activity.content, Page):
        raise TypeError(f"{activity.id} is a {activity.kind}, not a page")
    context = Context(course, activity.path, resolve, link, files, name=activity.id, has_glossary=True)
    tokens = tokens_of(activity.content.markdown[:MAX_MARKDOWN])
    html = _renderer(context).render(_with_sections(tokens, activity.id), parser().options, {})
    return sanitise(html + _glossary(context))


def render_markdown(
    text: str,
    course: Course,
    *,
    path: str,
    resolve: Resolve,
    link: Resolve,
    files: Mapping[str, bytes] | None = None,
    heading_level: int = 3,
    name: str = "",
) -> str:
    """A Markdown text of an activity (instructions, introduction, prompt, feedback) whose file is ``path``.

    ``heading_level`` is the level its ``##`` headings get; ``name`` sets its footnotes apart on a screen that shows
    several texts. Glossary terms carry their definition with them.
    """
    context = Context(course, path, resolve, link, files, heading_level=heading_level, name=name)
    return sanitise(_renderer(context).render(tokens_of(text[:MAX_MARKDOWN]), parser().options, {}))


def render_inline(text: str, course: Course, *, path: str, resolve: Resolve, link: Resolve) -> str:
    """A Markdown text as phrasing content, for a label or a button: no paragraph, heading or block inside."""
    context = Context(course, path, resolve, link)
    line = " ".join(text[:MAX_MARKDOWN].split())
    return sanitise(_renderer(context).renderInline(inline_tokens(line), parser().options, {}))


def _renderer(context: Context) -> CourseRenderer:
    renderer = CourseRenderer(context)
    if context.files is not None:
        renderer.transcribe = lambda path: _transcript(context, path)
    return renderer


def _transcript(context: Context, path: str) -> str:
    """A transcript in its own right; one inside it is linked, not shown, so that two cannot hold each other."""
    text = normal_lines((context.files or {})[path][:MAX_MARKDOWN].decode("utf-8", "replace"))
    body = split_page(text).body if text.startswith("---\n") else text
    inner = replace(context, path=path, heading_level=5, has_glossary=False, name=f"{context.name}-transcript")
    return CourseRenderer(inner).render(tokens_of(body), parser().options, {})


def _with_sections(tokens: list[Token], page_id: str) -> list[Token]:
    """The tokens with each level-2 heading and what follows it held in a section."""
    blocks = {block.token: block for block in find_blocks(tokens, page_id)}
    result: list[Token] = []
    is_open = False
    for index, token in enumerate(tokens):
        block = blocks.get(index)
        if block and block.kind == "activity":
            token.meta["block"] = block
        ends = token.type == "footnote_block_open" or (block and block.kind == "section")
        if ends and is_open:
            result.append(Token("section_close", "section", -1, block=True))
            is_open = False
        if block and block.kind == "section":
            result.append(_section(block))
            is_open = True
        result.append(token)
    if is_open:
        result.append(Token("section_close", "section", -1, block=True))
    return result


def _section(block: FoundBlock) -> Token:
    attributes: dict[str, str | int | float] = {"id": block.id, "data-block": block.id, "data-kind": "section"}
    return Token("section_open", "section", 1, attrs=attributes, block=True)


def _glossary(context: Context) -> str:
    """The terms the page uses, at its foot: found by any reader, script or not, and kept in print."""
    if not context.terms:
        return ""
    rows = "".join(
        f'<dt id="{escape(context.name)}-term-{escape(term.id)}"><dfn>{escape(term.term)}</dfn></dt>\n'
        f"<dd>{_definition(context, term.definition)}</dd>\n"
        for term in sorted(context.terms.values(), key=lambda term: term.term.casefold())
    )
    title = escape(word("glossary", context.language))
    return f'<section class="page-glossary" role="doc-glossary">\n<h2>{title}</h2>\n<dl>\n{rows}</dl>\n</section>\n'


def _definition(context: Context, markdown: str) -> str:
    inner = replace(context, path="glossary.yaml", has_glossary=False)
    return CourseRenderer(inner).renderInline(inline_tokens(markdown), parser().options, {})
