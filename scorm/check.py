"""The conformance report of a package: every problem at once, with file, line, rule, cure and clause."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from scorm import xml
from scorm.archive import MANIFEST, ArchiveError, Limits, SafeArchive, open_archive
from scorm.check_files import check_files
from scorm.check_manifest import check_manifest
from scorm.manifest_reader import ManifestError, read_root
from scorm.report import Findings, Problem, Report, Severity, Where

if TYPE_CHECKING:
    from lxml.etree import _Element

    from scorm.model import Manifest

__all__ = ["Problem", "Report", "Severity", "Where", "check_package"]

_AICC: Final = (".crs", ".au", ".des", ".cst")


def check_package(path: Path | str, limits: Limits | None = None, *, name: str = "") -> Report:
    """Everything that is wrong with the ZIP at ``path``; never raises on what the file holds.

    ``name`` is how the report calls the file (the upload's own name); by default the last part of ``path``. An archive
    that is refused, or a manifest that cannot be read, gives a report with that one error.
    """
    findings = Findings()
    manifest: Manifest | None = None
    try:
        with open_archive(Path(path), limits) as archive:
            manifest = _check(archive, findings)
    except ArchiveError as error:
        findings.add("archive", Where(error.name), fr=error.fr, en=error.en)
    return Report(
        file=name or Path(path).name,
        standard=manifest.standard if manifest else "",
        edition=manifest.edition if manifest else "",
        problems=findings.finish(),
    )


def _check(archive: SafeArchive, findings: Findings) -> Manifest | None:
    if archive.ignored:
        findings.add("archive-ignored", Where(), count=len(archive.ignored), name=archive.ignored[0])
    kind = kind_without_manifest(archive.names)
    if not archive.has_manifest:
        if kind:
            findings.add("other-kind", Where(), kind=kind)
        else:
            findings.add("manifest-missing", Where())
        return None
    if archive.root:
        findings.add("manifest-in-folder", Where(archive.root + MANIFEST), folder=archive.root.rstrip("/"))
    try:
        root, notes = xml.parse(archive.read(MANIFEST))
        kind = kind_of_manifest(root)
        if kind:
            findings.add("other-kind", Where(MANIFEST), kind=kind)
            return None
        manifest = read_root(root, notes)
    except (xml.XmlError, ManifestError) as error:
        findings.add("manifest-unreadable", Where(MANIFEST, error.line), fr=error.fr, en=error.en)
        return None
    check_manifest(manifest, root, findings)
    check_files(manifest, archive, findings)
    return manifest


def kind_without_manifest(names: tuple[str, ...]) -> str:
    """What a package without imsmanifest.xml is (``AICC``, ``cmi5``, ``xAPI (Tin Can)``, ``H5P``); empty: unknown."""
    last = {name.rpartition("/")[2].lower() for name in names}
    if "cmi5.xml" in last:
        return "cmi5"
    if "tincan.xml" in last:
        return "xAPI (Tin Can)"
    if "h5p.json" in last:
        return "H5P"
    return "AICC" if any(name.endswith(_AICC) for name in last) else ""


def kind_of_manifest(root: _Element) -> str:
    """``IMS Common Cartridge`` or ``IMS Content Packaging`` for a manifest that is not SCORM's; empty otherwise."""
    if xml.local(root) != "manifest":
        return ""
    metadata = xml.child(root, "metadata")
    schema = "" if metadata is None else xml.text_of(xml.child(metadata, "schema")).lower()
    spaces = {str(uri).lower() for element in root.iter("*") for uri in element.nsmap.values()}
    if "common cartridge" in schema or any("imsccv1p" in uri for uri in spaces):
        return "IMS Common Cartridge"
    if "scorm" in schema or any("adlnet.org" in uri for uri in spaces):
        return ""
    return "IMS Content Packaging"
