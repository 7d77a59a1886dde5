"""What pages and scripts do: the run-time interface, accessibility, external addresses, weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scorm.archive import MANIFEST, ArchiveError
from scorm.check_pages import check_page, check_style, weight_of_page
from scorm.check_scripts import Signs
from scorm.model import is_external
from scorm.report import Findings, Where

if TYPE_CHECKING:
    from scorm.archive import SafeArchive
    from scorm.model import Manifest, Standard

_PAGES: Final = (".html", ".htm", ".xhtml")
_SCRIPTS: Final = (".js", ".mjs")
_STYLES: Final = (".css",)
_IMAGES: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".svg", ".tif", ".tiff")
_MEDIA: Final = (".mp4", ".m4v", ".webm", ".mov", ".avi", ".ogv", ".mp3", ".m4a", ".wav", ".ogg", ".oga")
_PLUGINS: Final = {".swf": "Flash", ".jar": "Java", ".class": "Java", ".xap": "Silverlight", ".dcr": "Shockwave"}
_MAX_FILE: Final = 4 * 2**20
_MAX_READ: Final = 48 * 2**20  # of pages, scripts and styles, which are looked into
_MAX_PROVED: Final = 512 * 2**20  # of everything else, which is only inflated to see that it is whole
_CHUNK: Final = 256 * 1024
_HEAVY_PAGE: Final = 3 * 2**20
_BYTES_A_SECOND: Final = 200_000  # a 3G connection of 1.6 Mbit/s
_API: Final[dict[Standard, str]] = {"1.2": "API", "2004": "API_1484_11"}
_STATUS: Final[dict[Standard, str]] = {"1.2": "cmi.core.lesson_status", "2004": "cmi.completion_status"}
_CALLS: Final[dict[Standard, tuple[str, str]]] = {
    "1.2": ("LMSInitialize", "LMSFinish"),
    "2004": ("Initialize", "Terminate"),
}


def check_content(manifest: Manifest, archive: SafeArchive, findings: Findings) -> None:
    """Look into every page and script, see that every other member inflates whole, and add what is wrong."""
    signs = Signs()
    unread, to_read, to_prove = 0, _MAX_READ, _MAX_PROVED
    launched = {sco.path for sco in manifest.scos()}
    for name in archive.names:
        size, kind = archive.size(name), _kind(name)
        _check_weight(name, size, kind, findings)
        looked_into = kind in {"page", "script", "style"}
        if looked_into and (size > min(_MAX_FILE, to_read)):
            unread, looked_into = unread + 1, False
        try:
            if looked_into:
                to_read -= size
                _look(name, kind, archive, signs, findings, launched=name in launched)
            elif size <= to_prove and name != MANIFEST:
                to_prove -= size
                with archive.open(name) as stream:
                    while stream.read(_CHUNK):
                        pass
        except ArchiveError as error:
            findings.add(error.rule, Where(name), **error.values)
    if unread:
        findings.add("content-unread", Where(), count=unread)
    signs.report(findings)
    if not unread:
        _check_runtime(manifest, signs, findings)


def _kind(name: str) -> str:
    lower = name.lower()
    for kind, endings in (("page", _PAGES), ("script", _SCRIPTS), ("style", _STYLES), ("image", _IMAGES)):
        if lower.endswith(endings):
            return kind
    return "media" if lower.endswith(_MEDIA) else "file"


def _check_weight(name: str, size: int, kind: str, findings: Findings) -> None:
    limit = {"image": 2**20, "media": 50 * 2**20, "script": 2 * 2**20}.get(kind, 10 * 2**20)
    if size > limit:
        findings.add("file-heavy", Where(name), size=f"{size / 2**20:.1f}")
    ending = name.lower()[name.rfind(".") :] if "." in name else ""
    if ending in _PLUGINS:
        findings.add("runtime-plugin", Where(name), kind=_PLUGINS[ending])


def _look(name: str, kind: str, archive: SafeArchive, signs: Signs, findings: Findings, *, launched: bool) -> None:
    data = archive.read(name)
    if kind == "style":
        check_style(name, data, findings)
        return
    signs.look(name, data)
    if kind == "page":
        root = check_page(name, data, findings)
        if launched and root is not None:
            weight = len(data) + weight_of_page(name, root, archive)
            if weight > _HEAVY_PAGE:
                size, seconds = f"{weight / 2**20:.1f}", weight // _BYTES_A_SECOND
                findings.add("page-heavy", Where(name), size=size, seconds=seconds)


def _check_runtime(manifest: Manifest, signs: Signs, findings: Findings) -> None:
    scos = [sco for sco in manifest.scos() if sco.is_sco and not is_external(sco.url)]
    if not scos:
        return
    standard = manifest.standard
    api = _API[standard]
    right, wrong = (signs.api_12, signs.api_2004) if standard == "1.2" else (signs.api_2004, signs.api_12)
    if not right:
        other = _API["2004" if standard == "1.2" else "1.2"]
        findings.add("runtime-other" if wrong else "runtime-missing", Where(), api=api, other=other)
        return
    initialize, finish = _CALLS[standard]
    if not signs.initialize:
        findings.add("runtime-initialize-missing", Where(), call=initialize)
    if not signs.finish:
        findings.add("runtime-finish-missing", Where(), call=finish)
    if not signs.status:
        by_content = any(b'completionSetByContent="true"' in sco.item.sequencing for sco in scos)
        rule = "completion-missing" if standard == "1.2" or by_content else "completion-by-platform"
        findings.add(rule, Where(), element=_STATUS[standard])
