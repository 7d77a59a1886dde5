"""HTML of another system -> plain text with line breaks, and our own notes as HTML that reads back the same."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCKS = {
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tr",
    "blockquote",
    "dl",
    "dt",
    "dd",
}
_PLAIN = _BLOCKS | {"br", "span", "td", "tbody"}
MAX_HTML = 200_000


def paragraph(text: str, css: str) -> str:
    """``text`` as one paragraph of that class; ``from_paragraph`` gives it back to the letter."""
    lines = escape(text, quote=False).replace("\\", "&#92;").replace("  ", "&#160; ").replace("\t", "&#9;")
    return f'<p class="{css}">{lines.replace(chr(10), "<br>")}</p>'


def from_paragraph(inner: str) -> str:
    """What ``paragraph`` was given, from between its tags."""
    text = inner.replace("&#160; ", "  ").replace("&#9;", "\t").replace("<br>", "\n").replace("&#92;", "\\")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain_text(html: str) -> tuple[str, frozenset[str]]:
    """The text of foreign HTML, blank line between blocks, and the names of tags whose meaning was lost."""
    if "<" not in html and "&" not in html:
        return html.strip(), frozenset()
    try:
        root = lxml_html.fragment_fromstring(html[:MAX_HTML], create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return re.sub(r"<[^>]*>", " ", html).strip(), frozenset(("?",))
    text = "".join(_pieces(root))
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t\f]+", " ", text))
    lost = {str(element.tag) for element in root.iter() if isinstance(element.tag, str)} - _PLAIN
    return re.sub(r"\n{3,}", "\n\n", text).strip(), frozenset(lost)


def _pieces(element: etree._Element) -> Iterator[str]:
    """Iterative: a hostile file may nest deep."""
    for action, node in etree.iterwalk(element, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        hidden = tag in {"script", "style"} or not tag
        if action == "start":
            if tag == "br":
                yield "\n"
            elif tag in _BLOCKS:
                yield "\n\n" if tag not in {"li", "tr", "dd"} else "\n"
            if tag == "li":
                yield "- "
            if not hidden:
                yield (node.text or "").replace("\n", " ")
        else:
            if tag in _BLOCKS:
                yield "\n\n" if tag not in {"li", "tr", "dd"} else "\n"
            if node is not element:
                yield (node.tail or "").replace("\n", " ")
