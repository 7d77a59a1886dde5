"""From an open archive to its manifest, or to the reason why it cannot be played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorm import xml
from scorm.archive import MANIFEST
from scorm.kinds import kind_of_manifest, kind_without_manifest
from scorm.manifest_reader import ManifestError, read_root

if TYPE_CHECKING:
    from scorm.archive import SafeArchive
    from scorm.model import Manifest


def manifest_of(archive: SafeArchive) -> Manifest:
    """The manifest of a package; ScormError says what it is instead, or what is wrong with it.

    Rules: ``manifest-missing``, ``other-kind`` (AICC, cmi5, xAPI, H5P, Common Cartridge, plain IMS packages) and those
    of ``read_manifest``.
    """
    if not archive.has_manifest:
        kind = kind_without_manifest(archive.names)
        raise ManifestError("other-kind", kind=kind) if kind else ManifestError("manifest-missing")
    if archive.size(MANIFEST) > xml.MAX_BYTES:
        raise ManifestError("xml-too-large", limit=xml.MAX_BYTES // 2**20)
    try:
        root, notes = xml.parse(archive.read(MANIFEST))
    except xml.XmlError as error:
        raise ManifestError(error.rule, line=error.line, **error.values) from error
    kind = kind_of_manifest(root)
    if kind:
        raise ManifestError("other-kind", kind=kind)
    return read_root(root, notes)
