"""The typed model of ``imsmanifest.xml``, common to SCORM 1.2 and SCORM 2004.

Names follow the content packaging part of the standards (SCORM 1.2 CAM 2.3, SCORM 2004 4th CAM 3.4). Identifiers are
stripped of surrounding white space; what a manifest leaves out is an empty string, ``None`` or an empty tuple.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scorm.messages import Note

Standard = Literal["1.2", "2004"]
Edition = Literal["1.2", "2nd", "3rd", "4th"]
ScormType = Literal["sco", "asset", ""]
SCHEMAVERSIONS: Final[dict[Edition, str]] = {
    "1.2": "1.2",
    "2nd": "CAM 1.3",
    "3rd": "2004 3rd Edition",
    "4th": "2004 4th Edition",
}


def is_external(url: str) -> bool:
    """True for an address that leaves the package: one with a scheme or a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc)


def package_path(url: str) -> str:
    """The member a relative URL means: no query, no fragment, percent signs decoded, ``.`` and ``..`` resolved."""
    path = url.split("#", 1)[0].split("?", 1)[0].replace("\\", "/")
    decoded = unquote(path)
    return posixpath.normpath(decoded) if decoded else ""


Attributes = tuple[tuple[str, str], ...]


def _flag(attributes: Attributes, name: str) -> bool:
    """A boolean attribute that is true unless it says otherwise."""
    found = [value for key, value in attributes if key.rpartition("}")[2] == name]
    return not found or found[0].strip().lower() not in {"false", "0"}


@dataclass(frozen=True, slots=True)
class File:
    """A file a resource needs, as written (relative to the resource's base)."""

    href: str
    line: int = field(default=0, compare=False)
    metadata: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A launchable resource or a group of files; ``base`` is the whole xml:base from the manifest down.

    ``attributes`` are those of foreign namespaces (``{namespace}name``, value), ``extensions`` foreign elements.
    """

    identifier: str
    type: str = "webcontent"
    href: str = ""
    scormtype: ScormType = ""
    base: str = ""
    files: tuple[File, ...] = ()
    dependencies: tuple[str, ...] = ()
    metadata: tuple[bytes, ...] = ()
    line: int = field(default=0, compare=False)
    attributes: Attributes = ()
    extensions: tuple[bytes, ...] = ()

    def url_of(self, href: str) -> str:
        """``href`` seen from the package root, its folders parted by ``/`` whatever the tool wrote."""
        if is_external(href):
            return href
        whole = self.base + href
        end = min((at for at in (whole.find("?"), whole.find("#")) if at >= 0), default=len(whole))
        return whole[:end].replace("\\", "/") + whole[end:]

    @property
    def url(self) -> str:
        return self.url_of(self.href) if self.href else ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the table of contents.

    ``mastery_score`` (1.2) is 0..100; ``scaled_passing_score`` (2004, from the primary objective) is -1..1;
    ``completion_threshold`` and ``progress_weight`` are 0..1. ``sequencing`` is the whole ``imsss:sequencing`` element,
    ``presentation`` the whole ``adlnav:presentation`` and ``navigation`` the buttons it hides, ``extensions`` every
    other element of a foreign namespace, ``attributes`` every foreign attribute, all kept as they were.
    """

    identifier: str
    title: str = ""
    identifierref: str = ""
    parameters: str = ""
    isvisible: bool = True
    children: tuple[Item, ...] = ()
    mastery_score: float | None = None
    max_time_allowed: str = ""
    time_limit_action: str = ""
    launch_data: str = ""
    prerequisites: str = ""
    completion_threshold: float | None = None
    completed_by_measure: bool = False
    scaled_passing_score: float | None = None
    sequencing: bytes = b""
    navigation: tuple[str, ...] = ()
    metadata: tuple[bytes, ...] = ()
    extensions: tuple[bytes, ...] = ()
    line: int = field(default=0, compare=False)
    progress_weight: float | None = None
    presentation: bytes = b""
    attributes: Attributes = ()

    def walk(self) -> Iterator[Item]:
        """The item, then everything below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Organization:
    """One way through the content (a tree of items)."""

    identifier: str
    title: str = ""
    items: tuple[Item, ...] = ()
    structure: str = "hierarchical"
    sequencing: bytes = b""
    metadata: tuple[bytes, ...] = ()
    line: int = field(default=0, compare=False)
    attributes: Attributes = ()
    extensions: tuple[bytes, ...] = ()

    @property
    def objectives_global_to_system(self) -> bool:
        """2004: shared objectives live beyond one attempt (``adlseq:objectivesGlobalToSystem``, CAM 3.4.1)."""
        return _flag(self.attributes, "objectivesGlobalToSystem")

    @property
    def shared_data_global_to_system(self) -> bool:
        """2004 4th: shared data lives beyond one attempt (``adlcp:sharedDataGlobalToSystem``, CAM 3.4.1)."""
        return _flag(self.attributes, "sharedDataGlobalToSystem")

    def walk(self) -> Iterator[Item]:
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True, slots=True)
class Sco:
    """Something to launch: an item and its resource.

    ``url`` is what the player opens, relative to the package root (base + href + parameters); ``path`` the member of
    the archive behind it, empty for an external address.
    """

    item: Item
    resource: Resource
    url: str

    @property
    def path(self) -> str:
        return "" if is_external(self.url) else package_path(self.url)

    @property
    def is_sco(self) -> bool:
        """False for an asset: it is shown, but never calls the run-time API."""
        return self.resource.scormtype == "sco"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package's ``imsmanifest.xml``. ``default`` is the identifier of the default organization, as written.

    ``manifests`` are the manifests inside it, ``metadata`` what stands in ``<metadata>`` besides schema and version,
    inline or by reference (``adlcp:location``). ``schemaversion`` and ``notes`` say how it was written and read: two
    manifests that mean the same are equal whatever they say there.
    """

    identifier: str
    standard: Standard
    edition: Edition
    organizations: tuple[Organization, ...] = ()
    resources: tuple[Resource, ...] = ()
    default: str = ""
    version: str = ""
    schemaversion: str = field(default="", compare=False)
    metadata: tuple[bytes, ...] = ()
    sequencing_collection: bytes = b""
    notes: tuple[Note, ...] = field(default=(), compare=False)
    manifests: tuple[Manifest, ...] = ()
    extensions: tuple[bytes, ...] = ()

    @property
    def default_organization(self) -> Organization | None:
        """The organization named by ``default``, else the first, else None (SCORM 1.2 CAM 2.3)."""
        for organization in self.organizations:
            if organization.identifier == self.default:
                return organization
        return self.organizations[0] if self.organizations else None

    @property
    def title(self) -> str:
        """The course's name: the default organization's, else its first titled item's."""
        organization = self.default_organization
        if organization is None:
            return ""
        return organization.title or next((item.title for item in organization.walk() if item.title), "")

    def walk(self) -> Iterator[Manifest]:
        """The manifest, then those inside it."""
        yield self
        for inner in self.manifests:
            yield from inner.walk()

    def all_resources(self) -> dict[str, Resource]:
        """Every resource an item may refer to, by identifier: its own first, then those of the manifests inside."""
        found: dict[str, Resource] = {}
        for manifest in self.walk():
            for resource in manifest.resources:
                found.setdefault(resource.identifier, resource)
        return found

    def resource(self, identifier: str) -> Resource | None:
        """The resource of that identifier, None when there is none."""
        return self.all_resources().get(identifier)

    def scos(self, organization: Organization | None = None) -> Iterator[Sco]:
        """What can be launched, in reading order, for the default organization or the one given.

        An item may stand for a manifest inside this one: its default organization then comes in its place (IMS CP
        1.1.2, 3.5). Items whose resource is missing or has no href are left out; the conformance report names them.
        """
        chosen = organization or self.default_organization
        by_id = self.all_resources()
        inner = {manifest.identifier: manifest for manifest in reversed(self.manifests)}
        for item in chosen.walk() if chosen else ():
            resource = by_id.get(item.identifierref) if item.identifierref else None
            if resource is not None and resource.href:
                yield Sco(item, resource, launch_url(resource.url, item.parameters))
            elif resource is None and item.identifierref in inner:
                yield from inner[item.identifierref].scos()


def launch_url(url: str, parameters: str) -> str:
    """``url`` with an item's parameters, put together as SCORM 2004 4th CAM 3.4.1 says.

    A fragment is dropped when the address already has a query or a fragment; a query goes before the fragment.
    """
    rest = parameters.strip().lstrip("?&")
    if not rest:
        return url
    if rest.startswith("#"):
        return url if "#" in url or "?" in url else url + rest
    address, sharp, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{rest}{sharp}{fragment}"
