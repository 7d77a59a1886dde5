"""imsmanifest.xml <-> typed model: the whole of what other packages need to import."""

from scorm.manifest_reader import ManifestError, read_manifest
from scorm.manifest_writer import write_manifest
from scorm.model import (
    Edition,
    File,
    Item,
    Manifest,
    Organization,
    Resource,
    Sco,
    Standard,
    is_external,
    launch_url,
    package_path,
)

__all__ = [
    "Edition",
    "File",
    "Item",
    "Manifest",
    "ManifestError",
    "Organization",
    "Resource",
    "Sco",
    "Standard",
    "is_external",
    "launch_url",
    "package_path",
    "read_manifest",
    "write_manifest",
]
