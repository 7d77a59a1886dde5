"""Read XML that a stranger wrote: no entity is expanded, no DTD or network address is ever fetched."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from scorm.messages import Note, ScormError
from scorm.xml_words import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from scorm.model import Standard

XML_NS: Final = "http://www.w3.org/XML/1998/namespace"
MAX_BYTES: Final = 16 * 1024 * 1024
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_UNDECLARED: Final = re.compile(r"Namespace prefix ([\w.\-]{1,40}) .*not defined")
_MAX_PREFIXES: Final = 12
_COMMON: Final = {
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://ltsc.ieee.org/xsd/LOM": "lom",
    "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1": "imsmd",
}
PREFIXES: Final[dict[Standard, dict[str, str]]] = {
    "1.2": {
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2": "imscp",
        "http://www.adlnet.org/xsd/adlcp_rootv1p2": "adlcp",
    }
    | _COMMON,
    "2004": {
        "http://www.imsglobal.org/xsd/imscp_v1p1": "imscp",
        "http://www.adlnet.org/xsd/adlcp_v1p3": "adlcp",
        "http://www.adlnet.org/xsd/adlseq_v1p3": "adlseq",
        "http://www.adlnet.org/xsd/adlnav_v1p3": "adlnav",
        "http://www.imsglobal.org/xsd/imsss": "imsss",
    }
    | _COMMON,
}
_PREFIX_OF: Final = PREFIXES["1.2"] | PREFIXES["2004"]


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
        raise XmlError("xml-entities")


def parse(data: bytes) -> tuple[_Element, tuple[Note, ...]]:
    """The root element of a document and what had to be put right to read it.

    A byte order mark, UTF-16, blank lines before the declaration, Latin-1 text announced as UTF-8 and prefixes that
    nobody declared are put up with and noted. XmlError (rules ``xml-too-large``, ``xml-not-well-formed``,
    ``xml-entities``) names the line.
    """
    if len(data) > MAX_BYTES:
        raise XmlError("xml-too-large", limit=MAX_BYTES // 2**20)
    notes: tuple[Note, ...] = (Note("xml-bom", 1),) if data.startswith(codecs.BOM_UTF8) else ()
    try:
        root = etree.fromstring(data.lstrip(b" \t\r\n"), _parser())
    except (etree.XMLSyntaxError, LookupError) as error:
        root, more = _second_try(data, error)
        return root, notes + more
    _refuse_entities(root)
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    if encoding.upper() not in {"UTF-8", "UTF8", "ASCII", "US-ASCII"}:
        notes += (Note("xml-not-utf8", 1, values={"encoding": encoding}),)
    return root, notes


def _second_try(data: bytes, first: Exception) -> tuple[_Element, tuple[Note, ...]]:
    text, encoding = _decode(data)
    plain = _DECLARATION.sub("", text, count=1).lstrip("\ufeff \t\r\n")
    before = text[: len(text) - len(plain)].count("\n")  # keeps the line numbers of the file
    text = "\n" * before + plain
    notes: tuple[Note, ...] = ()
    for _ in range(_MAX_PREFIXES):
        try:
            root = etree.fromstring(text.encode(), _parser("utf-8"))
            break
        except etree.XMLSyntaxError as error:
            undeclared = _UNDECLARED.search(error.msg or "")
            declared = _declare(text, undeclared[1]) if undeclared else None
            if declared is None or undeclared is None:
                raise _malformed(error, first) from error
            text, uri = declared
            notes += (Note("prefix-undeclared", error.lineno or 0, values={"prefix": undeclared[1], "uri": uri}),)
    else:
        raise _malformed(first, first)
    _refuse_entities(root)
    if not _UNDECLARED.search(str(first)):
        notes = (Note("xml-encoding", 1, values={"encoding": encoding}), *notes)
    return root, notes


def _malformed(error: Exception, first: Exception) -> XmlError:
    line = getattr(error, "lineno", 0) or getattr(first, "lineno", 0) or 0
    reason = (getattr(error, "msg", "") or "empty").split(", line")[0]
    told = explain(reason)
    return XmlError("xml-not-well-formed", line=line, reason=told.fr, reason_en=told.en)


def _declare(text: str, prefix: str) -> tuple[str, str] | None:
    """``text`` with the prefix declared on its first element, and the namespace it was given."""
    at = _first_element(text)
    if at < 0:
        return None
    end = at + 1
    while end < len(text) and text[end] not in " \t\r\n/>":
        end += 1
    standard: Standard = "2004" if "imscp_v1p1" in text or "adlcp_v1p3" in text else "1.2"
    uri = next((uri for uri, name in PREFIXES[standard].items() if name == prefix), f"urn:undeclared:{prefix}")
    return f'{text[:end]} xmlns:{prefix}="{uri}"{text[end:]}', uri


def _first_element(text: str) -> int:
    """Where the root's ``<`` stands, -1 when there is none before the text ends."""
    at = text.find("<")
    while at >= 0 and text[at + 1 : at + 2] in {"?", "!"}:
        mark = "-->" if text.startswith("<!--", at) else "?>" if text[at + 1] == "?" else ">"
        end = text.find(mark, at)
        at = text.find("<", end) if end >= 0 else -1
    return at


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
    """The element alone, as UTF-8 bytes that parse on their own and do not depend on where it stood.

    Prefixes are those of ``PREFIXES`` where it knows the namespace; white space between elements is gone.
    """
    return etree.tostring(_alone(element, _prefixes_of(element), top=True), encoding="UTF-8", xml_declaration=False)


def _prefixes_of(element: _Element) -> dict[str | None, str]:
    found: dict[str | None, str] = {}
    for node in element.iter("*"):
        for name in (node.tag, *node.attrib):
            uri = etree.QName(str(name)).namespace
            if uri is None or uri == XML_NS or uri in found.values():
                continue
            own = next((prefix for prefix, space in node.nsmap.items() if prefix and space == uri), None)
            wanted = _PREFIX_OF.get(uri) or own or "x"
            prefix, number = wanted, 1
            while prefix in found:
                prefix, number = f"{wanted}{number}", number + 1
            found[prefix] = uri
    return found


def _alone(element: _Element, nsmap: dict[str | None, str], *, top: bool = False) -> _Element:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    copied = etree.Element(str(element.tag), attributes, nsmap=nsmap if top else None)  # type: ignore[arg-type]  # the stubs want one kind of key
    inner = [part for part in element if isinstance(part.tag, str)]
    copied.text = element.text if not inner or (element.text or "").strip() else None
    for part in inner:
        copy = _alone(part, nsmap)
        copy.tail = part.tail if (part.tail or "").strip() else None
        copied.append(copy)
    return copied


def line_of(element: _Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0


def is_packaging(element: _Element) -> bool:
    """True for an element of the manifest's own vocabulary: LOM and others have a ``resource`` or an ``item`` too."""
    root = element.getroottree().getroot()
    return etree.QName(element).namespace == etree.QName(root).namespace


def text_of_file(data: bytes) -> str:
    """The characters of an XML file as they stand, before any reference is resolved."""
    return _decode(data)[0]
