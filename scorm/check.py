"""The conformance report of a package: every problem at once, with file, line, rule, cure and clause."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from scorm import xml
from scorm.archive import MANIFEST, ArchiveError, Limits, SafeArchive, open_archive
from scorm.catalogue import Severity
from scorm.check_content import check_content
from scorm.check_files import check_files
from scorm.check_manifest import check_manifest
from scorm.check_metadata import check_metadata
from scorm.check_portability import check_portability
from scorm.check_sequencing import check_sequencing
from scorm.kinds import kind_of_manifest, kind_without_manifest
from scorm.manifest_reader import ManifestError, read_root
from scorm.report import Findings, Problem, Report, Where

if TYPE_CHECKING:
    from scorm.model import Manifest

__all__ = ["Problem", "Report", "Severity", "Where", "check_package"]

_FRAGILE: Final = re.compile(r"[<>:\"|?*#%&+;^`{}\[\]]|\s|[^\x00-\x7f]|[. ](?=/|$)")
_HEAVY: Final = 100 * 2**20


def check_package(path: Path | str | BinaryIO, limits: Limits | None = None, *, name: str = "") -> Report:
    """Everything that is wrong with the ZIP at ``path``; never raises on what the file holds.

    ``name`` is how the report calls the file (the upload's own name); by default the last part of ``path``. An archive
    that is refused, or a manifest that cannot be read, gives a report with that one error.
    """
    findings = Findings()
    manifest: Manifest | None = None
    try:
        with open_archive(path, limits) as archive:
            manifest = _check(archive, findings)
    except ArchiveError as error:
        findings.add(error.rule, Where(error.name), **error.values)
    return Report(
        file=name or (Path(path).name if isinstance(path, (str, Path)) else ""),
        standard=manifest.standard if manifest else "",
        edition=manifest.edition if manifest else "",
        problems=findings.finish(),
    )


def _check(archive: SafeArchive, findings: Findings) -> Manifest | None:
    _check_archive(archive, findings)
    if not archive.has_manifest:
        kind = kind_without_manifest(archive.names)
        if kind:
            findings.add("other-kind", Where(), kind=kind)
        else:
            findings.add("manifest-missing", Where())
        return None
    if archive.size(MANIFEST) > xml.MAX_BYTES:
        findings.add("xml-too-large", Where(MANIFEST), limit=xml.MAX_BYTES // 2**20)
        return None
    try:
        data = archive.read(MANIFEST)
        root, notes = xml.parse(data)
        kind = kind_of_manifest(root)
        if kind:
            findings.add("other-kind", Where(MANIFEST), kind=kind)
            return None
        manifest = read_root(root, notes)
    except (xml.XmlError, ManifestError) as error:
        findings.add(error.rule, Where(MANIFEST, error.line), **error.values)
        return None
    check_manifest(manifest, root, findings)
    if manifest.standard == "2004":
        check_sequencing(manifest, root, findings)
    check_metadata(manifest, root, archive, findings)
    check_portability(manifest, root, xml.text_of_file(data), findings)
    check_files(manifest, root, archive, findings)
    check_content(manifest, archive, findings)
    return manifest


def _check_archive(archive: SafeArchive, findings: Findings) -> None:
    if archive.system:
        findings.add("system-files", Where(), count=len(archive.system), name=archive.system[0])
    if archive.outside:
        findings.add("files-outside", Where(), count=len(archive.outside), name=archive.outside[0])
    if archive.backslashed:
        findings.add("name-backslash", Where(), count=len(archive.backslashed), name=archive.backslashed[0])
    if archive.recoded:
        count, name = len(archive.recoded), archive.recoded[0]
        findings.add("name-encoding", Where(), count=count, name=name, encoding=archive.encoding)
    for name in archive.names:
        fragile = _FRAGILE.search(name)
        if fragile:
            findings.add("name-fragile", Where(name), what=f"« {fragile[0]} »")
    if archive.root:
        findings.add("manifest-in-folder", Where(archive.root + MANIFEST), folder=archive.root.rstrip("/"))
    if archive.has_manifest and archive.manifest_name != MANIFEST:
        findings.add("manifest-case", Where(archive.root + archive.manifest_name), name=archive.manifest_name)
    if archive.stored_size > _HEAVY:
        size = f"{archive.stored_size / 2**20:.0f}"
        findings.add("package-heavy", Where(), size=size, limit=f"{_HEAVY / 2**20:.0f}")
