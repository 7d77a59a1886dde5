"""What a media file says of itself: its type, the size of a picture, what is unsafe in a drawing."""

from __future__ import annotations

import re
import struct
from pathlib import PurePosixPath

from lxml import etree

MEDIA_TYPES: dict[str, str] = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".vtt": "text/vtt",
    ".pdf": "application/pdf",
}
_SVG = "{http://www.w3.org/2000/svg}"
_LENGTH = re.compile(r"\s*([0-9]{1,5}(?:\.[0-9]{1,4})?)\s*(px)?\s*")
_ACTIVE = frozenset({"script", "foreignObject", "iframe", "embed", "object", "audio", "video", "handler", "set"})
_LINK_KEYS = frozenset({"href", "{http://www.w3.org/1999/xlink}href", "src"})


def media_type(path: str) -> str:
    return MEDIA_TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")


def says_its_size(path: str) -> bool:
    """Whether ``image_size`` can tell for such a file: others need not be read."""
    return PurePosixPath(path).suffix.lower() in {".png", ".svg"}


def image_size(path: str, data: bytes) -> tuple[int, int] | None:
    """Width and height in CSS pixels of an SVG or PNG; None when the file does not say."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix == ".png":
        return _png_size(data)
    return _svg_size(data) if suffix == ".svg" else None


def _png_size(data: bytes) -> tuple[int, int] | None:
    """PNG 1.2, 4.1.1: IHDR comes first, width and height are its first two integers."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return (width, height) if 0 < width <= 100_000 and 0 < height <= 100_000 else None


def _svg_size(data: bytes) -> tuple[int, int] | None:
    root = read_svg(data)
    if root is None:
        return None
    width, height = _LENGTH.fullmatch(root.get("width", "")), _LENGTH.fullmatch(root.get("height", ""))
    if width and height:
        return _whole(width[1], height[1])
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    sides = [_LENGTH.fullmatch(side) for side in box[2:]]
    if len(box) == 4 and sides[0] and sides[1]:
        return _whole(sides[0][1], sides[1][1])
    return None


def _whole(width: str, height: str) -> tuple[int, int] | None:
    size = round(float(width)), round(float(height))
    return size if min(size) > 0 else None


def read_svg(data: bytes) -> etree._Element | None:
    """The root of a drawing, entities and network off; None when it is no SVG."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root.tag == f"{_SVG}svg" else None


def unsafe_in_svg(root: etree._Element) -> str:
    """The first thing in a drawing that could run code or call out; empty when there is none."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            if isinstance(element, etree._Entity | etree._ProcessingInstruction):  # noqa: SLF001 - lxml names no other
                return str(element)
            continue
        name = etree.QName(element).localname
        if name in _ACTIVE:
            return name
        for key, value in element.attrib.items():
            if _is_unsafe(str(key), str(value)):
                return etree.QName(key).localname
        if name == "style" and _calls_out(element.text or ""):
            return name
    return ""


def _is_unsafe(key: str, value: str) -> bool:
    if etree.QName(key).localname.lower().startswith("on"):
        return True
    if key in _LINK_KEYS:
        return not value.startswith(("#", "data:image/png;", "data:image/jpeg;"))
    return _calls_out(value)


def _calls_out(css: str) -> bool:
    return "@import" in css or re.search(r"url\(\s*['\"]?\s*(?!#)[^\s'\")]", css) is not None


def has_title(root: etree._Element) -> bool:
    title = root.find(f"{_SVG}title")
    return title is not None and bool((title.text or "").strip())
