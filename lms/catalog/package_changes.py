"""What a newer version of a package changes: its parts, what they ask, its files, and what recorded data has no place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lms.catalog.packages import package_members
from scorm.model import package_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.storage import FileStore
    from scorm.members import MemberIndex


@dataclass(frozen=True, slots=True)
class Part:
    """A part that both packages have; what differs is said, None when it is the same."""

    id: str
    title: str
    former_title: str | None
    mastery: tuple[float | None, float | None] | None
    page_changed: bool


@dataclass(frozen=True, slots=True)
class PackageChanges:
    """The way from a package to the next. Parts are known by their identifier: that is what recorded data is tied to."""

    standard: tuple[str, str] | None  # when it changes: bookmarks and answers of one cannot be read by the other
    removed: tuple[tuple[str, str], ...]  # identifier, title
    added: tuple[tuple[str, str], ...]
    kept: tuple[Part, ...]
    files_changed: int
    files_added: int
    files_removed: int

    @property
    def renamed(self) -> tuple[Part, ...]:
        return tuple(part for part in self.kept if part.former_title is not None)

    @property
    def remastered(self) -> tuple[Part, ...]:
        return tuple(part for part in self.kept if part.mastery is not None)

    @property
    def rewritten(self) -> tuple[Part, ...]:
        """Parts whose start page is another one: a bookmark may lead elsewhere in them."""
        return tuple(part for part in self.kept if part.page_changed)

    @property
    def same_structure(self) -> bool:
        return not (self.standard or self.removed or self.added)

    @property
    def loses(self) -> bool:
        """Something that learners have recorded has no place in the new package."""
        return bool(self.standard or self.removed)


def compare_packages(
    before: Mapping[str, Any], after: Mapping[str, Any], old: MemberIndex | None, new: MemberIndex | None
) -> PackageChanges:
    """``before`` and ``after`` are outlines (``scorm.outline``), ``old`` and ``new`` the indexes of their files."""
    former = {sco["id"]: sco for sco in before["scos"]}
    present = {sco["id"]: sco for sco in after["scos"]}
    files_before = {one.name: one.tag for one in old.members} if old else {}
    files_after = {one.name: one.tag for one in new.members} if new else {}
    both = files_before.keys() & files_after.keys()
    return PackageChanges(
        standard=(before["standard"], after["standard"]) if before["standard"] != after["standard"] else None,
        removed=tuple((key, sco["title"]) for key, sco in former.items() if key not in present),
        added=tuple((key, sco["title"]) for key, sco in present.items() if key not in former),
        kept=tuple(_part(former[key], sco, old, new) for key, sco in present.items() if key in former),
        files_changed=sum(files_before[name] != files_after[name] for name in both),
        files_added=len(files_after.keys() - both),
        files_removed=len(files_before.keys() - both),
    )


def _part(
    before: Mapping[str, Any], after: Mapping[str, Any], old: MemberIndex | None, new: MemberIndex | None
) -> Part:
    pages = [index.find(package_path(sco["url"])) if index else None for sco, index in ((before, old), (after, new))]
    tags = [page.tag if page else None for page in pages]
    return Part(
        after["id"], after["title"], before["title"] if before["title"] != after["title"] else None,
        (before["mastery"], after["mastery"]) if before["mastery"] != after["mastery"] else None, tags[0] != tags[1],
    )  # fmt: skip


def changes_between(
    store: FileStore, before: Mapping[str, Any], after: Mapping[str, Any], *, former: str, present: str
) -> PackageChanges:
    """The changes between two packages of the store; ``former`` and ``present`` are their SHA-256."""
    return compare_packages(before, after, package_members(store, former), package_members(store, present))
