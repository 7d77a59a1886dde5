"""What a package is when it is not SCORM, told by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scorm import xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_AICC: Final = (".crs", ".au", ".des", ".cst")


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
