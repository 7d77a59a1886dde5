"""What pages and style sheets show and load: accessibility signs, external addresses, weight."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm.model import is_external, package_path
from scorm.report import Findings, Where

if TYPE_CHECKING:
    from lxml.etree import _Element

    from scorm.archive import SafeArchive

_STYLE_ADDRESS: Final = re.compile(
    rb"""(?:@import\s{1,20}|url\(\s{0,20})(?:url\()?['"]?((?:https?:)?//[^'")\s]{3,300})""", re.IGNORECASE
)
_LOADED: Final = (
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("frame", "src"),
    ("audio", "src"),
    ("video", "src"),
    ("source", "src"),
    ("embed", "src"),
    ("object", "data"),
)
_LOADED_LINKS: Final = {"stylesheet", "icon", "preload", "modulepreload", "shortcut icon"}
_INLINE: Final = ("data:", "blob:", "javascript:", "about:")
_PLUGIN_TYPES: Final = {"application/x-shockwave-flash": "Flash", "application/x-java-applet": "Java"}


def check_page(name: str, data: bytes, findings: Findings) -> _Element | None:
    """Add what is wrong with a page; its root when it is one."""
    parser = etree.HTMLParser(recover=True, no_network=True, huge_tree=False, remove_comments=True)
    root: _Element | None = etree.fromstring(data, parser)  # None for an empty page
    if root is None or root.tag != "html":
        return None
    _check_head(name, root, findings)
    _check_media(name, root, findings)
    for element, url in loaded(root):
        if is_external(url) and not url.startswith(_INLINE):
            rule = "external-insecure" if url.lower().startswith("http:") else "external-address"
            findings.add(rule, Where(name, _line(element), str(element.tag)), url=url[:200])
    return root


def check_style(name: str, data: bytes, findings: Findings) -> None:
    """Add what a style sheet loads from elsewhere."""
    if b"//" not in data:
        return
    for match in _STYLE_ADDRESS.finditer(data):
        line = data.count(b"\n", 0, match.start()) + 1
        url = match[1].decode("utf-8", "replace")
        rule = "external-insecure" if url.lower().startswith("http:") else "external-address"
        findings.add(rule, Where(name, line), url=url)


def weight_of_page(name: str, root: _Element, archive: SafeArchive) -> int:
    """The bytes of the files that a page loads at once, each counted once."""
    found = set()
    for element, url in loaded(root):
        if not is_external(url) and element.tag not in {"iframe", "frame", "audio", "video", "source"}:
            path = package_path(posixpath.join(posixpath.dirname(name), url))
            found.add(archive.find(path))
    return sum(archive.size(member) for member in found if member)


def loaded(root: _Element) -> list[tuple[_Element, str]]:
    """What the browser fetches by itself to show the page."""
    found = [(element, str(element.get(name) or "").strip()) for tag, name in _LOADED for element in root.iter(tag)]
    links = [link for link in root.iter("link") if str(link.get("rel") or "").lower() in _LOADED_LINKS]
    found += [(link, str(link.get("href") or "").strip()) for link in links]
    return [(element, url) for element, url in found if url]


def _check_head(name: str, root: _Element, findings: Findings) -> None:
    is_frameset = next(root.iter("frameset"), None) is not None
    if not is_frameset and not (root.get("lang") or root.get("xml:lang")):
        findings.add("language-missing", Where(name, 0, "html"))
    titles = [title for title in root.iter("title") if "".join(str(part) for part in title.itertext()).strip()]
    if not titles:
        findings.add("page-title-missing", Where(name, 0, "title"))


def _check_media(name: str, root: _Element, findings: Findings) -> None:
    for image in root.iter("img"):
        if image.get("alt") is None:
            findings.add("image-without-alt", Where(name, _line(image), "img"), src=(image.get("src") or "")[:120])
    for frame in root.iter("iframe", "frame"):
        hidden = frame.get("hidden") is not None or frame.get("aria-hidden") == "true"
        if not hidden and not (frame.get("title") or frame.get("aria-label") or frame.get("aria-labelledby")):
            where = Where(name, _line(frame), str(frame.tag))
            findings.add("frame-without-title", where, src=(frame.get("src") or "")[:120])
    for video in root.iter("video"):
        tracks = {str(track.get("kind") or "subtitles").lower() for track in video.iter("track")}
        if not tracks & {"captions", "subtitles"}:
            source = video.find(".//source")
            src = video.get("src") or (source.get("src") if source is not None else "") or ""
            findings.add("video-without-captions", Where(name, _line(video), "video"), src=src[:120])
    for element in root.iter("applet", "embed", "object"):
        kind = "Java" if element.tag == "applet" else _PLUGIN_TYPES.get(str(element.get("type") or "").lower(), "")
        if kind:
            findings.add("runtime-plugin", Where(name, _line(element), str(element.tag)), kind=kind)


def _line(element: _Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0
