"""What can be put right in a package without asking its author, and the package written anew with it.

Only what has one right answer is touched: where the manifest lies, how paths are written, which files are listed, how the
version, the default organization and the kinds of resources are spelled. Titles, content and sequencing are left alone.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, cast

from lxml import etree

from scorm import xml
from scorm.archive import MANIFEST
from scorm.manifest_reader import read_root
from scorm.messages import Message
from scorm.model import is_external, package_path
from scorm.schemas import is_schema_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

    from scorm.archive import SafeArchive
    from scorm.model import Manifest

_CHUNK: Final = 1 << 20
_VERSIONS: Final = {"1.2": "1.2", "2nd": "CAM 1.3", "3rd": "2004 3rd Edition", "4th": "2004 4th Edition"}
_ADLCP: Final = {"1.2": "http://www.adlnet.org/xsd/adlcp_rootv1p2", "2004": "http://www.adlnet.org/xsd/adlcp_v1p3"}
_SCORMTYPE: Final = {"1.2": "scormtype", "2004": "scormType"}
_RECODED: Final = {"xml-encoding", "xml-not-utf8", "xml-bom"}
_KEPT_STORED: Final = (
    4 << 20
)  # a deflated member this large is media as a rule: deflating it again costs seconds for nothing


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing put right; ``rule`` is a stable name, ``message`` says what is changed."""

    rule: str
    message: Message


class Repaired:
    """A package as it would be once repaired: ``repairs`` says what changes, ``write`` gives the new archive."""

    def __init__(self, archive: SafeArchive) -> None:
        """Read the manifest and put it right in memory; XmlError or ManifestError when it cannot be read."""
        self._archive = archive
        data = archive.read(MANIFEST)
        root, notes = xml.parse(data)
        manifest = read_root(root, notes)
        root = _with_adlcp(root, _ADLCP[manifest.standard])
        recoded = any(note.rule in _RECODED for note in notes)
        found: list[Repair] = []
        for repair in (_place, _encoding, _identifiers, _version, _default, _kinds, _paths, _missing, _unlisted):
            found += repair(_Work(archive, manifest, root, recoded))
        self.repairs: tuple[Repair, ...] = tuple(found)
        self._manifest = etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    def write(self, target: IO[bytes], tell: Callable[[int], None] = lambda _done: None) -> None:
        """Write the repaired package; files go through in pieces. ``tell`` hears how many bytes have been written."""
        done = 0
        with zipfile.ZipFile(target, "w") as made:
            for name in self._archive.names:
                before = self._archive.info(name)
                info = zipfile.ZipInfo(name, before.date_time)
                info.external_attr = 0o100644 << 16
                large = before.file_size >= _KEPT_STORED
                info.compress_type = zipfile.ZIP_STORED if large else before.compress_type
                info.file_size = before.file_size
                if name == MANIFEST:
                    made.writestr(info, self._manifest)
                    continue
                with self._archive.open(name) as source, made.open(info, "w") as member:
                    while chunk := source.read(_CHUNK):
                        member.write(chunk)
                        done += len(chunk)
                        tell(done)


@dataclass(frozen=True, slots=True)
class _Work:
    archive: SafeArchive
    manifest: Manifest
    root: _Element
    wrong_encoding: bool

    def resources(self) -> Iterator[_Element]:
        for part in xml.children(self.root, "resources"):
            yield from xml.children(part, "resource")

    def base(self, resource: _Element) -> str:
        parts = [resource, *resource.iterancestors()]
        return "".join(str(one.get(f"{{{xml.XML_NS}}}base", "")) for one in reversed(parts)).replace("\\", "/")

    def hrefs(self) -> Iterator[tuple[_Element, _Element, str]]:
        """Every element with an address in the package: its resource, itself, the path from the root."""
        for resource in self.resources():
            base = self.base(resource)
            for element in (resource, *xml.children(resource, "file")):
                href = str(element.get("href") or "").strip()
                if href and not is_external(base + href):
                    yield resource, element, base + href


def _with_adlcp(root: _Element, namespace: str) -> _Element:
    """The same manifest with ``adlcp:`` ready to be used: some platforms know the attributes under that prefix only."""
    if "adlcp" in root.nsmap:
        return root
    spaces = cast("dict[str, str]", dict(root.nsmap) | {"adlcp": namespace})  # lxml takes None for no prefix
    made = etree.Element(root.tag, nsmap=spaces)
    for name, value in root.attrib.items():
        made.set(name, value)
    made.text = root.text
    made.extend(list(root))
    return made


def _place(work: _Work) -> list[Repair]:
    found = []
    if work.archive.root:
        folder = work.archive.root.rstrip("/")
        found.append(Repair("manifest-in-folder", Message(
            f"Le contenu du dossier « {folder} » est remonté à la racine du paquet.",
            f"The content of the folder “{folder}” is moved to the root of the package.",
        )))  # fmt: skip
    if work.archive.ignored:
        count = len(work.archive.ignored)
        found.append(Repair("system-files", Message(
            f"{count} fichier(s) laissés par un ordinateur ou hors du paquet sont retirés.",
            f"{count} file(s) left by a computer, or outside the package, are taken out.",
        )))  # fmt: skip
    return found


def _encoding(work: _Work) -> list[Repair]:
    if not work.wrong_encoding:
        return []
    return [Repair("encoding", Message("Le manifeste est récrit en UTF-8.", "The manifest is written in UTF-8."))]


def _identifiers(work: _Work) -> list[Repair]:
    count = 0
    for element in work.root.iter("*"):
        for name in ("identifier", "identifierref", "default"):
            value = element.get(name)
            if value is not None and value != value.strip():
                element.set(name, value.strip())
                count += 1
    return [Repair("identifiers", Message(
        f"Les espaces autour de {count} identifiant(s) sont retirés.",
        f"The spaces around {count} identifier(s) are taken out.",
    ))] if count else []  # fmt: skip


def _version(work: _Work) -> list[Repair]:
    wanted = _VERSIONS[work.manifest.edition]
    namespace = etree.QName(work.root).namespace
    tag = f"{{{namespace}}}" if namespace else ""
    metadata = xml.child(work.root, "metadata")
    if metadata is None:
        metadata = etree.Element(tag + "metadata")
        work.root.insert(0, metadata)
    changed = False
    for position, (name, text) in enumerate((("schema", "ADL SCORM"), ("schemaversion", wanted))):
        element = xml.child(metadata, name)
        if element is None:
            element = etree.Element(tag + name)
            metadata.insert(position, element)
        if xml.text_of(element) != text and not (name == "schemaversion" and _means(xml.text_of(element), wanted)):
            for part in list(element):
                element.remove(part)
            element.text, changed = text, True
    return [Repair("schemaversion", Message(
        f"La version du standard est indiquée : {wanted}.", f"The version of the standard is given: {wanted}."
    ))] if changed else []  # fmt: skip


def _means(written: str, wanted: str) -> bool:
    """``2004 2nd Edition`` is no value of the standard, but 1.3 and CAM 1.3 are both in use for it."""
    return wanted == "CAM 1.3" and written in {"CAM 1.3", "1.3"}


def _default(work: _Work) -> list[Repair]:
    listed = xml.child(work.root, "organizations")
    known = [one.identifier for one in work.manifest.organizations if one.identifier]
    if listed is None or not known or str(listed.get("default") or "").strip() in known:
        return []
    listed.set("default", known[0])
    return [Repair("default", Message(
        f"L'organisation par défaut est indiquée : « {known[0]} ».", f"The default organization is given: “{known[0]}”."
    ))]  # fmt: skip


def _kinds(work: _Work) -> list[Repair]:
    standard = work.manifest.standard
    # a prefix that stands for another address is left alone: platforms go by the prefix
    right = f"{{{work.root.nsmap.get('adlcp', _ADLCP[standard])}}}{_SCORMTYPE[standard]}"
    types = kinds = 0
    for resource in work.resources():
        if str(resource.get("type") or "").strip() != "webcontent":
            resource.set("type", "webcontent")
            types += 1
        wrong = [
            name for name in resource.attrib if str(name).rpartition("}")[2].lower() == "scormtype" and name != right
        ]
        for name in wrong:
            value = str(resource.attrib.pop(name)).strip().lower()
            if value in {"sco", "asset"} and resource.get(right) is None:
                resource.set(right, value)
            kinds += 1
        value = str(resource.get(right) or "")
        if value != value.strip().lower() and value.strip().lower() in {"sco", "asset"}:
            resource.set(right, value.strip().lower())
            kinds += 1
    found = []
    if types:
        found.append(Repair("resource-type", Message(
            f"Le type de {types} ressource(s) est écrit « webcontent ».",
            f"The type of {types} resource(s) is written “webcontent”.",
        )))  # fmt: skip
    if kinds:
        found.append(Repair("scormtype", Message(
            f"Le genre (sco ou asset) de {kinds} ressource(s) est écrit comme le veut le standard.",
            f"The kind (sco or asset) of {kinds} resource(s) is written as the standard wants it.",
        )))  # fmt: skip
    return found


def _paths(work: _Work) -> list[Repair]:
    slashes = cases = 0
    for element in work.root.iter("*"):
        base = element.get(f"{{{xml.XML_NS}}}base")
        if base is not None and "\\" in base:
            element.set(f"{{{xml.XML_NS}}}base", base.replace("\\", "/"))
            slashes += 1
    for _resource, element, _url in list(work.hrefs()):
        href = str(element.get("href"))
        address, mark, rest = href.partition("?")
        if "\\" in address or href != href.strip():
            element.set("href", (address.replace("\\", "/") + mark + rest).strip())
            slashes += 1
    for resource, element, url in list(work.hrefs()):
        path = package_path(url)
        other = work.archive.find_other_case(path)
        base = work.base(resource)
        if work.archive.find(path) is None and work.archive.find(url) is None and other and other.startswith(base):
            href = str(element.get("href"))
            address = href.split("#", 1)[0].split("?", 1)[0]
            element.set("href", other[len(base) :] + href[len(address) :])
            cases += 1
    found = []
    if slashes:
        found.append(Repair("paths", Message(
            f"{slashes} chemin(s) sont écrits avec des barres ordinaires, sans espace autour.",
            f"{slashes} path(s) are written with plain slashes, without spaces around.",
        )))  # fmt: skip
    if cases:
        found.append(Repair("file-case", Message(
            f"{cases} chemin(s) prennent les majuscules du nom du fichier.",
            f"{cases} path(s) take the capitals of the file's name.",
        )))  # fmt: skip
    return found


def _missing(work: _Work) -> list[Repair]:
    """Lines that announce a file nobody has; a start page that is missing is the author's to give."""
    count = 0
    for resource, element, url in list(work.hrefs()):
        known = work.archive.find(package_path(url)) or work.archive.find(url)
        if element is not resource and known is None and element.get("href") != resource.get("href"):
            resource.remove(element)
            count += 1
    return [Repair("file-missing", Message(
        f"{count} ligne(s) qui annoncent un fichier absent sont retirées.",
        f"{count} line(s) that list a missing file are taken out.",
    ))] if count else []  # fmt: skip


def _unlisted(work: _Work) -> list[Repair]:
    """Each file that nothing lists goes to the resource whose start page is nearest; start pages themselves included."""
    resources = [one for one in work.resources() if one.get("href") and not is_external(str(one.get("href")))]
    if not resources:
        return []
    listed = {
        work.archive.find(package_path(url)) or work.archive.find(url)
        for _r, element, url in work.hrefs()
        if xml.local(element) == "file"
    }
    text = etree.tostring(work.root)
    count = 0
    for name in work.archive.names:
        described = name.lower().endswith(".xml") and name.encode() in text
        if name in listed or name == MANIFEST or is_schema_file(name) or described:
            continue
        home = max(resources, key=lambda one: _shared(name, work.base(one) + str(one.get("href"))))
        base = work.base(home)
        if not name.startswith(base):
            continue
        line = etree.SubElement(
            home, etree.QName(etree.QName(home).namespace, "file"), href=_as_href(name[len(base) :])
        )
        _before_dependencies(home, line)
        count += 1
    return [Repair("file-unlisted", Message(
        f"{count} fichier(s) que rien n'annonçait sont ajoutés à la liste.",
        f"{count} file(s) that nothing listed are added to the list.",
    ))] if count else []  # fmt: skip


def _shared(one: str, other: str) -> int:
    """How many characters two paths have in common at their beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _as_href(path: str) -> str:
    return path.replace("%", "%25").replace("#", "%23").replace("?", "%3F").replace(" ", "%20")


def _before_dependencies(resource: _Element, line: _Element) -> None:
    """The schema wants the files before the dependencies."""
    first = next(xml.children(resource, "dependency"), None)
    if first is not None:
        first.addprevious(line)
