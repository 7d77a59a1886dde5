"""Read XML that a stranger wrote: no entity is expanded, no DTD or network address is ever fetched."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from scorm.messages import Message, Note, ScormError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

XML_NS: Final = "http://www.w3.org/XML/1998/namespace"
MAX_BYTES: Final = 16 * 1024 * 1024
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")


class XmlError(ScormError):
    """A file that is not XML, or that is XML made to harm; ``line`` is 1-based."""


def _parser(encoding: str | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _decode(data: bytes) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace"), encoding
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _refuse_entities(root: _Element) -> None:
    dtd: Any = root.getroottree().docinfo.internalDTD  # the stubs know nothing of entities()
    if dtd is not None and dtd.entities():
        raise XmlError(
            "xml-entities",
            Message(
                "Le fichier XML déclare des entités, ce qui est refusé : remplacez-les par leur texte.",
                "The XML file declares entities, which is refused: replace them with their text.",
            ),
        )


def parse(data: bytes) -> tuple[_Element, tuple[Note, ...]]:
    """The root element of a document and what had to be guessed about its encoding.

    A byte order mark, UTF-16, blank lines before the declaration and Latin-1 text announced as UTF-8 are put up with.
    XmlError (rules ``xml-too-large``, ``xml-not-well-formed``, ``xml-entities``) names the line.
    """
    if len(data) > MAX_BYTES:
        raise XmlError(
            "xml-too-large",
            Message(
                f"Le fichier XML dépasse {MAX_BYTES // 2**20} Mo : ce n'est pas un manifeste.",
                f"The XML file is larger than {MAX_BYTES // 2**20} MB: it is not a manifest.",
            ),
        )
    try:
        root = etree.fromstring(data.lstrip(b" \t\r\n"), _parser())
    except (etree.XMLSyntaxError, LookupError) as error:
        return _second_try(data, error)
    _refuse_entities(root)
    return root, ()


def _second_try(data: bytes, first: Exception) -> tuple[_Element, tuple[Note, ...]]:
    text, encoding = _decode(data)
    plain = _DECLARATION.sub("", text, count=1).lstrip("\ufeff \t\r\n")
    before = text[: len(text) - len(plain)].count("\n")  # keeps the line numbers of the file
    try:
        root = etree.fromstring(("\n" * before + plain).encode(), _parser("utf-8"))
    except etree.XMLSyntaxError as error:
        line = error.lineno or getattr(first, "lineno", 0) or 0
        reason = (error.msg or "empty").split(", line")[0]
        raise XmlError(
            "xml-not-well-formed",
            Message(
                f"Le fichier XML est mal formé à la ligne {line} ({reason}) : corrigez-le ou exportez-le de nouveau.",
                f"The XML file is not well formed at line {line} ({reason}): fix it or export it again.",
            ),
            line=line,
        ) from error
    _refuse_entities(root)
    note = Note(
        "xml-encoding",
        Message(
            f"Le codage annoncé du fichier XML est faux ; il a été lu comme {encoding}.",
            f"The announced encoding of the XML file is wrong; it was read as {encoding}.",
        ),
        1,
    )
    return root, (note,)


def local(element: _Element) -> str:
    """The element's name in lower case, whatever its namespace or prefix."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def attributes(element: _Element) -> dict[str, str]:
    """The attributes by lower-case local name, values stripped; xml:* ones keep their prefix."""
    found: dict[str, str] = {}
    for name, value in element.attrib.items():
        text = str(name)
        key = text.replace(f"{{{XML_NS}}}", "xml:").rpartition("}")[2].lower()
        found.setdefault(key, str(value).strip())
    return found


def children(element: _Element, name: str) -> Iterator[_Element]:
    """The direct children of that lower-case local name."""
    for child in element:
        if local(child) == name:
            yield child


def child(element: _Element, name: str) -> _Element | None:
    return next(children(element, name), None)


def text_of(element: _Element | None) -> str:
    """All the text of an element, white space put in order; empty for None."""
    return "" if element is None else " ".join("".join(str(part) for part in element.itertext()).split())


def whole(element: _Element) -> bytes:
    """The element alone, as UTF-8 bytes that parse on their own."""
    return etree.tostring(element, encoding="UTF-8", xml_declaration=False, with_tail=False)


def line_of(element: _Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0
