"""What the archive holds against what the manifest lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scorm import xml
from scorm.archive import MANIFEST
from scorm.model import is_external, package_path
from scorm.report import Findings, Where
from scorm.schemas import is_schema_file

if TYPE_CHECKING:
    from lxml.etree import _Element

    from scorm.archive import SafeArchive
    from scorm.model import Manifest, Resource

_LOCATION: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


def check_files(manifest: Manifest, root: _Element, archive: SafeArchive, findings: Findings) -> None:
    """Add what is missing from the archive, and what it holds that nothing lists."""
    items = [item for part in manifest.walk() for one in part.organizations for item in one.walk()]
    launched = {item.identifierref for item in items}
    listed: set[str] = set()
    for part in manifest.walk():
        for resource in part.resources:
            is_launched = resource.identifier in launched
            listed |= _check_resource(resource, archive, findings, launched=is_launched)
            if manifest.standard == "2004" and is_launched:
                _check_listing(resource, findings)
    listed |= {name for _, name in metadata_files(root, archive) if name}
    for name in archive.names:
        if name not in listed and name != MANIFEST and not is_schema_file(name) and name not in archive.outside:
            findings.add("file-unlisted", Where(name))
    _check_schemas(root, archive, findings)


def metadata_files(root: _Element, archive: SafeArchive) -> list[tuple[_Element, str | None]]:
    """Each ``adlcp:location`` and the member it names; None when it is not in the archive."""
    found = []
    for element in root.iter("*"):
        if xml.local(element) != "location" or "adlcp" not in str(element.tag):
            continue
        path, parent = xml.text_of(element), element.getparent()
        while parent is not None:
            path = xml.attributes(parent).get("xml:base", "") + path
            parent = parent.getparent()
        if not is_external(path):
            found.append((element, archive.find(package_path(path)) or archive.find(path)))
    return found


def _check_listing(resource: Resource, findings: Findings) -> None:
    """A launchable resource lists the file it launches (2004 4th CAM 3.4.1)."""
    path = resource.href.partition("?")[0].partition("#")[0]
    if not path or is_external(resource.url):
        return
    wanted = package_path(resource.href)
    if all(package_path(file.href) != wanted for file in resource.files):
        where = Where(MANIFEST, resource.line, "resource")
        findings.add("launch-unlisted", where, resource=resource.identifier, path=path)


def _check_resource(resource: Resource, archive: SafeArchive, findings: Findings, *, launched: bool) -> set[str]:
    found: set[str] = set()
    hrefs = {file.href: file.line for file in resource.files if file.href}
    if resource.href:
        hrefs.setdefault(resource.href, resource.line)
    for href, line in hrefs.items():
        start = href == resource.href
        where = Where(MANIFEST, line, "resource" if start and not _is_file(resource, line) else "file")
        if "\\" in href:
            findings.add("path-backslash", where, path=href[:120], resource=resource.identifier)
        url = resource.url_of(href)
        if is_external(url):
            if start and launched:
                findings.add("launch-external", where, resource=resource.identifier, url=url[:200])
            continue
        name = _look_up(resource, url, where, archive, findings, launched=start and launched)
        if name is not None:
            found.add(name)
    return found


def _is_file(resource: Resource, line: int) -> bool:
    return any(file.line == line for file in resource.files) and line != resource.line


def _look_up(
    resource: Resource, url: str, where: Where, archive: SafeArchive, findings: Findings, *, launched: bool
) -> str | None:
    path = package_path(url)
    name = archive.find(path) or archive.find(url)
    other = archive.find_other_case(path)
    if path.startswith(("../", "/")) or path == "..":
        findings.add("path-outside", where, path=url[:120], resource=resource.identifier)
    elif name is not None:
        return name
    elif other is not None:
        findings.add("file-case", where, path=path, name=other)
        return other
    else:
        rule = "launch-file-missing" if launched else "file-missing"
        findings.add(rule, where, path=path, resource=resource.identifier)
    return None


def _check_schemas(root: _Element, archive: SafeArchive, findings: Findings) -> None:
    """Every schema that a local ``schemaLocation`` names is in the package."""
    written = str(root.get(_LOCATION, "")).split()
    for file in written[1::2]:
        if not is_external(file) and archive.find(package_path(file)) is None:
            findings.add("schema-file-missing", Where(MANIFEST, xml.line_of(root), "manifest"), file=file[:120])
