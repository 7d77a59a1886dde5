"""Directive tokens -> HTML that works without script: asides, tabs, details, figures, videos, activities, links."""

from __future__ import annotations

from html import escape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from courses.directive_table import CALLOUT_KINDS, MODES
from courses.directives import Directive, directive_of
from courses.files import file_size
from courses.html_markdown import Env, MarkdownRenderer, Tokens
from courses.media import media_type
from courses.words import minutes_in_words, size_in_words, word

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.utils import OptionsDict

    from courses.pages import FoundBlock

_LANGUAGES = {"fr": "Français", "en": "English"}


class CourseRenderer(MarkdownRenderer):
    """``blocks`` are the page's, keyed by the index of their token; ``transcribe`` renders a transcript by its path."""

    blocks: dict[int, FoundBlock]
    transcribe: Callable[[str], str] | None = None

    def directive_container_open(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        directive = directive_of(tokens[idx]) or Directive("", "container")
        openings: dict[str, Callable[[Directive], str]] = {
            "callout": self._callout,
            "tabs": lambda _: '<div class="tabs" data-tabs>\n',
            "tab": self._tab,
            "accordion": lambda _: '<div class="accordion">\n',
            "panel": lambda panel: f'<details class="panel">\n<summary>{self._inline(panel.label)}</summary>\n',
            "activity": lambda activity: self._activity(activity, tokens[idx].meta.get("block")),
        }
        opening = openings.get(directive.name)
        return opening(directive) if opening else "<div>\n"

    def directive_container_close(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        directive = directive_of(tokens[idx]) or Directive("", "container")
        if directive.name in ("tab", "activity"):
            self._close_frame()
        tags = {"callout": "aside", "tab": "section", "activity": "section", "panel": "details"}
        return f"</{tags.get(directive.name, 'div')}>\n"

    def _tab(self, directive: Directive) -> str:
        level = self._open_frame()
        title = self._inline(directive.label)
        return f'<section class="tab" data-tab>\n<h{level} class="tab-title">{title}</h{level}>\n'

    def _callout(self, directive: Directive) -> str:
        kind = directive.get("kind") if directive.get("kind") in CALLOUT_KINDS else "tip"
        name = self._word(kind)
        colon = ": " if self._context.language.startswith("en") else "\u00a0: "
        label = name + (colon + escape(self._plain(directive.label)) if directive.label else "")
        title = f' <span class="callout-label">{self._inline(directive.label)}</span>' if directive.label else ""
        return (
            f'<aside class="callout callout-{kind}" aria-label="{label}">\n'
            f'<p class="callout-title"><span class="callout-kind">{name}</span>{title}</p>\n'
        )

    def _activity(self, directive: Directive, block: FoundBlock | None) -> str:
        level = self._open_frame()
        identity = f' id="{escape(block.id)}" data-block="{escape(block.id)}"' if block else ""
        title = self._inline(directive.label) if directive.label else self._word("activity")
        facts = [self._word("activity")]
        minutes = directive.get("minutes")
        if minutes.isascii() and minutes.isdigit() and len(minutes) < 6:
            facts.append(escape(minutes_in_words(int(minutes), self._context.language)))
        if directive.get("mode") in MODES:
            facts.append(self._word(directive.get("mode")))
        line = " · ".join(f"<span>{fact}</span>" for fact in facts)
        return (
            f'<section class="activity"{identity} data-kind="activity">\n'
            f'<h{level} class="activity-title">{title}</h{level}>\n<p class="activity-facts">{line}</p>\n'
        )

    def directive_leaf(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        directive = directive_of(tokens[idx]) or Directive("", "leaf")
        match directive.name:
            case "figure":
                return self._figure(directive)
            case "video":
                return self._video(directive)
            case "download":
                return self._download(directive)
            case "quiz":
                return self._quiz(directive)
            case _:
                return f"<p>{self._inline(directive.label)}</p>\n"

    def _figure(self, directive: Directive) -> str:
        path = self._context.media(directive.get("src"))
        alt = "" if "decorative" in directive.attributes else self._plain(directive.label)
        if path is None:
            return self._missing(directive)
        caption = self._inline(directive.get("caption"))
        if directive.get("credit"):
            credit = self._word("credit", text=directive.get("credit"))
            caption = f'{caption} <span class="credit">{credit}</span>'.strip()
        below = f"<figcaption>{caption}</figcaption>\n" if caption else ""
        return f'<figure class="figure">\n{self._picture(path, alt)}\n{below}</figure>\n'

    def _video(self, directive: Directive) -> str:
        path = self._context.media(directive.get("src"))
        if path is None:
            return self._missing(directive)
        poster = self._context.media(directive.get("poster")) if directive.get("poster") else None
        shown = f' poster="{self._url(poster)}"' if poster else ""
        title = self._inline(directive.label)
        name = escape(self._plain(directive.label))
        return (
            f'<figure class="video">\n<video controls preload="metadata"{shown} aria-label="{name}">\n'
            f'<source src="{self._url(path)}" type="{media_type(path)}">\n{self._captions(directive)}'
            f'<a href="{self._url(path)}">{name}</a>\n</video>\n'
            f"<figcaption>{title}</figcaption>\n{self._transcript(directive)}</figure>\n"
        )

    def _captions(self, directive: Directive) -> str:
        """One track; its language is in its name (``visite.en.vtt``), else it is the course's."""
        path = self._context.media(directive.get("captions"))
        if path is None:
            return ""
        suffixes = PurePosixPath(path).suffixes
        language = suffixes[-2][1:] if len(suffixes) > 1 else self._context.language
        label = escape(_LANGUAGES.get(language[:2], language))
        where = f'src="{self._url(path)}" srclang="{escape(language)}" label="{label}"'
        return f'<track kind="captions" {where} default>\n'

    def _transcript(self, directive: Directive) -> str:
        path = self._context.media(directive.get("transcript"))
        if path is None:
            return ""
        summary = self._word("transcript")
        if self.transcribe is None:
            return f'<p class="transcript"><a href="{self._url(path)}">{summary}</a></p>\n'
        return f'<details class="transcript">\n<summary>{summary}</summary>\n{self.transcribe(path)}</details>\n'

    def _download(self, directive: Directive) -> str:
        path = self._context.media(directive.get("src"))
        if path is None:
            return self._missing(directive)
        label = self._inline(directive.label) or escape(PurePosixPath(path).name)
        facts = [PurePosixPath(path).suffix[1:].upper()]
        if self._context.files is not None:
            facts.append(size_in_words(file_size(self._context.files, path), self._context.language))
        described = escape(", ".join(fact for fact in facts if fact))
        verb = f'<span class="visually-hidden">{self._word("download")} </span>'
        return (
            f'<p class="download"><a href="{self._url(path)}" download="{escape(PurePosixPath(path).name)}">'
            f'{verb}{label} <span class="file-facts">({described})</span></a></p>\n'
        )

    def _quiz(self, directive: Directive) -> str:
        quiz = next((one for one in self._context.course.activities if one.id == directive.get("ref")), None)
        if quiz is None:
            return self._missing(directive)
        label = self._inline(directive.label) or escape(quiz.title)
        words = escape(minutes_in_words(quiz.minutes, self._context.language)) if quiz.minutes else ""
        minutes = f' <span class="quiz-minutes">{words}</span>' if words else ""
        url = escape(self._context.link(quiz.id))
        return f'<p class="quiz-link"><a href="{url}" data-activity="{escape(quiz.id)}">{label}</a>{minutes}</p>\n'

    def directive_inline(self, tokens: Tokens, idx: int, _options: OptionsDict, _env: Env) -> str:
        directive = directive_of(tokens[idx]) or Directive("", "inline")
        label = self._inline(directive.label)
        term = next((one for one in self._context.course.glossary if one.id == directive.id), None)
        if directive.name != "term" or term is None:
            return label
        label = label or escape(term.term)
        if not self._context.has_glossary:
            meaning = escape(self._plain(term.definition))
            return f'<dfn class="term" data-term="{escape(term.id)}" title="{meaning}">{label}</dfn>'
        self._context.terms[term.id] = term
        where = f"{self._context.name}-term-{term.id}"
        return f'<a class="term" href="#{escape(where)}" data-term="{escape(term.id)}" role="doc-glossref">{label}</a>'

    def _missing(self, directive: Directive) -> str:
        name = self._plain(directive.label) or directive.get("src") or directive.get("ref") or directive.name
        return f'<p class="missing-media">{escape(word("missing", self._context.language, name=name))}</p>\n'

    def _url(self, path: str) -> str:
        return escape(self._context.resolve(path))
