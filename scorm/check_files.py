"""What the archive holds against what the manifest lists, and what pages and scripts do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lxml import etree

from scorm.archive import MANIFEST
from scorm.model import is_external, package_path
from scorm.report import Findings, Where
from scorm.schemas import is_schema_file

if TYPE_CHECKING:
    from lxml.etree import _Element

    from scorm.archive import SafeArchive
    from scorm.model import Manifest, Resource, Standard

_PAGES: Final = (".html", ".htm", ".xhtml")
_SCRIPTS: Final = (".js", ".mjs")
_STYLES: Final = (".css",)
_MAX_FILE: Final = 4 * 2**20
_MAX_READ: Final = 48 * 2**20
_API: Final[dict[Standard, str]] = {"1.2": "API", "2004": "API_1484_11"}
_API_12: Final = re.compile(rb"\bAPI\b")
_API_2004: Final = re.compile(rb"\bAPI_1484_11\b")
_STATUS: Final = re.compile(
    rb"lesson_status|completion_status|success_status|completionStatus|setComplet|reachedEnd", re.IGNORECASE
)
_STYLE_ADDRESS: Final = re.compile(
    rb"""(?:@import\s+|url\(\s*)(?:url\()?['"]?((?:https?:)?//[^'")\s]{3,300})""", re.IGNORECASE
)
_LOADED: Final = (
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("audio", "src"),
    ("video", "src"),
    ("source", "src"),
    ("embed", "src"),
    ("object", "data"),
)
_LOADED_LINKS: Final = {"stylesheet", "icon", "preload", "modulepreload", "shortcut icon"}


def check_files(manifest: Manifest, archive: SafeArchive, findings: Findings) -> None:
    """Add what is missing from the archive, what nothing lists, and what pages and scripts do wrong."""
    launched = {item.identifierref for organization in manifest.organizations for item in organization.walk()}
    listed: set[str] = set()
    for resource in manifest.resources:
        listed |= _check_resource(resource, archive, findings, launched=resource.identifier in launched)
    metadata = _all_metadata(manifest)
    for name in archive.names:
        if name not in listed and name != MANIFEST and not is_schema_file(name) and not _is_metadata(metadata, name):
            findings.add("file-unlisted", Where(name))
    _check_content(manifest, archive, findings)


def _is_metadata(metadata: bytes, name: str) -> bool:
    """A metadata record is named by ``adlcp:location``, not by a resource."""
    return name.lower().endswith(".xml") and name.encode() in metadata


def _all_metadata(manifest: Manifest) -> bytes:
    parts = list(manifest.metadata)
    for organization in manifest.organizations:
        parts += organization.metadata
        parts += [part for item in organization.walk() for part in item.metadata]
    return b"".join([*parts, *(part for resource in manifest.resources for part in resource.metadata)])


def _check_resource(resource: Resource, archive: SafeArchive, findings: Findings, *, launched: bool) -> set[str]:
    found: set[str] = set()
    hrefs = {file.href: file.line for file in resource.files if file.href}
    if resource.href:
        hrefs.setdefault(resource.href, resource.line)
    for href, line in hrefs.items():
        url = resource.url_of(href)
        start = href == resource.href
        where = Where(MANIFEST, line, "resource" if start else "file")
        if is_external(url):
            if start and launched:
                findings.add("launch-external", where, resource=resource.identifier, url=url)
            continue
        path = package_path(url)
        name = archive.find(path) or archive.find(url)
        other = archive.find_other_case(path)
        if name is not None:
            found.add(name)
        elif path.startswith(("../", "/")) or path == "..":
            findings.add("path-outside", where, path=url, resource=resource.identifier)
        elif other is not None:
            found.add(other)
            findings.add("file-case", where, path=path, name=other)
        else:
            rule = "launch-file-missing" if start and launched else "file-missing"
            findings.add(rule, where, path=path, resource=resource.identifier)
    return found


@dataclass(slots=True)
class _Signs:
    """What was seen in the pages and scripts of a package."""

    api_12: bool = False
    api_2004: bool = False
    status: bool = False
    unread: int = 0
    left: int = field(default=_MAX_READ)

    def look(self, data: bytes) -> None:
        self.api_12 = self.api_12 or _API_12.search(data) is not None
        self.api_2004 = self.api_2004 or _API_2004.search(data) is not None
        self.status = self.status or _STATUS.search(data) is not None


def _check_content(manifest: Manifest, archive: SafeArchive, findings: Findings) -> None:
    signs = _Signs()
    for name in archive.names:
        lower = name.lower()
        if not lower.endswith((*_PAGES, *_SCRIPTS, *_STYLES)):
            continue
        size = archive.size(name)
        if size > _MAX_FILE or size > signs.left:
            signs.unread += 1
            continue
        signs.left -= size
        data = archive.read(name)
        if lower.endswith(_STYLES):
            for match in _STYLE_ADDRESS.finditer(data):
                line = data.count(b"\n", 0, match.start()) + 1
                findings.add("external-address", Where(name, line), url=match[1].decode("utf-8", "replace"))
            continue
        signs.look(data)
        if lower.endswith(_PAGES):
            _check_page(name, data, findings)
    if signs.unread:
        findings.add("content-unread", Where(), count=signs.unread)
    _check_runtime(manifest, signs, findings)


def _check_runtime(manifest: Manifest, signs: _Signs, findings: Findings) -> None:
    if signs.unread or not any(sco.is_sco for sco in manifest.scos()):
        return
    api = _API[manifest.standard]
    right, wrong = (signs.api_12, signs.api_2004) if manifest.standard == "1.2" else (signs.api_2004, signs.api_12)
    if not right:
        other = _API["2004" if manifest.standard == "1.2" else "1.2"]
        findings.add("runtime-other" if wrong else "runtime-missing", Where(), api=api, other=other)
    elif not signs.status:
        element = "cmi.core.lesson_status" if manifest.standard == "1.2" else "cmi.completion_status"
        findings.add("completion-missing", Where(), element=element)


def _check_page(name: str, data: bytes, findings: Findings) -> None:
    parser = etree.HTMLParser(recover=True, no_network=True, huge_tree=False, remove_comments=True)
    root: _Element | None = etree.fromstring(data, parser)  # None for an empty page
    if root is None or root.tag != "html":
        return
    if next(root.iter("frameset"), None) is None and not (root.get("lang") or root.get("xml:lang")):
        findings.add("language-missing", Where(name, 0, "html"))
    for image in root.iter("img"):
        if image.get("alt") is None:
            findings.add("image-without-alt", Where(name, _line(image), "img"), src=(image.get("src") or "")[:120])
    for element, url in _loaded(root):
        if is_external(url) and not url.startswith(("data:", "blob:", "javascript:", "about:")):
            findings.add("external-address", Where(name, _line(element), str(element.tag)), url=url[:200])


def _loaded(root: _Element) -> list[tuple[_Element, str]]:
    found = [(element, str(element.get(name) or "").strip()) for tag, name in _LOADED for element in root.iter(tag)]
    links = [link for link in root.iter("link") if str(link.get("rel") or "").lower() in _LOADED_LINKS]
    found += [(link, str(link.get("href") or "").strip()) for link in links]
    return [(element, url) for element, url in found if url]


def _line(element: _Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0
