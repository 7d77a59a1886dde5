"""The typed model of ``imsmanifest.xml``, common to SCORM 1.2 and SCORM 2004.

Names follow the content packaging part of the standards (SCORM 1.2 CAM 2.3, SCORM 2004 4th CAM 3.4). Identifiers are
stripped of surrounding white space; what a manifest leaves out is an empty string, ``None`` or an empty tuple.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scorm.messages import Note

Standard = Literal["1.2", "2004"]
Edition = Literal["1.2", "2nd", "3rd", "4th"]
ScormType = Literal["sco", "asset", ""]


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


@dataclass(frozen=True, slots=True)
class File:
    """A file a resource needs, as written (relative to the resource's base)."""

    href: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Resource:
    """A launchable resource or a group of files; ``base`` is the whole xml:base from the manifest down."""

    identifier: str
    type: str = "webcontent"
    href: str = ""
    scormtype: ScormType = ""
    base: str = ""
    files: tuple[File, ...] = ()
    dependencies: tuple[str, ...] = ()
    metadata: tuple[bytes, ...] = ()
    line: int = 0

    def url_of(self, href: str) -> str:
        """``href`` seen from the package root."""
        return href if not self.base or is_external(href) else self.base + href

    @property
    def url(self) -> str:
        return self.url_of(self.href) if self.href else ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the table of contents.

    ``mastery_score`` (1.2) is 0..100; ``scaled_passing_score`` (2004, from the primary objective) is -1..1;
    ``completion_threshold`` is 0..1. ``sequencing`` is the whole ``imsss:sequencing`` element, ``navigation`` the
    buttons to hide, ``extensions`` every other element of a foreign namespace, all kept as they were.
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
    line: int = 0

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
    line: int = 0

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
    """A package's ``imsmanifest.xml``. ``default`` is the identifier of the default organization, as written."""

    identifier: str
    standard: Standard
    edition: Edition
    organizations: tuple[Organization, ...] = ()
    resources: tuple[Resource, ...] = ()
    default: str = ""
    version: str = ""
    schemaversion: str = ""
    metadata: tuple[bytes, ...] = ()
    sequencing_collection: bytes = b""
    notes: tuple[Note, ...] = ()

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

    def resource(self, identifier: str) -> Resource | None:
        """The resource of that identifier, None when there is none."""
        for resource in self.resources:
            if resource.identifier == identifier:
                return resource
        return None

    def scos(self, organization: Organization | None = None) -> Iterator[Sco]:
        """What can be launched, in reading order, for the default organization or the one given.

        Items whose resource is missing or has no href are left out; the conformance report names them.
        """
        chosen = organization or self.default_organization
        by_id = {resource.identifier: resource for resource in reversed(self.resources)}
        for item in chosen.walk() if chosen else ():
            resource = by_id.get(item.identifierref) if item.identifierref else None
            if resource is not None and resource.href:
                yield Sco(item, resource, launch_url(resource.url, item.parameters))


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
