"""Where a package comes from: its hub, version, licence, authors, what it is based on, and a hash of each block."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from courses.model import Page, Quiz
from courses.pages import page_blocks, split_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.model import Activity, Course, Question

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A version of a course that this one was made from; ``address`` is where it is offered, when known."""

    hub: str
    course: str
    version: str
    title: str = ""
    licence: str = ""
    authors: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who publishes this version and what it rests on, nearest ancestor first.

    ``course`` to ``blocks`` are filled from the course when it is packed; ``module`` is empty for a whole course;
    ``blocks`` maps block, activity and question ids to a SHA-256 (hex) of what they say.
    """

    hub: str
    version: str
    address: str = ""
    based_on: tuple[Ancestor, ...] = ()
    course: str = ""
    module: str = ""
    title: str = ""
    licence: str = ""
    authors: tuple[str, ...] = ()
    blocks: dict[str, str] = field(default_factory=dict)

    def of(self, course: Course, files: Mapping[str, bytes], module: str = "") -> Provenance:
        """The same provenance, filled with what the course says of itself."""
        return dataclasses.replace(
            self,
            course=course.id,
            module=module,
            title=course.title,
            licence=course.licence,
            authors=course.authors,
            blocks=block_hashes(course, files),
        )

    def derived(self, hub: str, version: str, address: str = "") -> Provenance:
        """The provenance of a version made from this one."""
        parent = Ancestor(self.hub, self.course, self.version, self.title, self.licence, self.authors, self.address)
        return Provenance(hub, version, address, (parent, *self.based_on))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``bouquet.json``."""
        return {"format": FORMAT, **dataclasses.asdict(self)}


def read_provenance(data: object) -> Provenance | None:
    """The provenance in the plain data of ``bouquet.json``; None when it is something else. Never raises."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return None
    blocks = data.get("blocks")
    based_on = data.get("based_on")
    return Provenance(
        **_texts(data, "hub", "version", "address", "course", "module", "title", "licence"),
        authors=_names(data.get("authors")),
        based_on=tuple(_ancestor(one) for one in based_on if isinstance(one, dict))
        if isinstance(based_on, list)
        else (),
        blocks={str(key): str(value) for key, value in blocks.items()} if isinstance(blocks, dict) else {},
    )


def _ancestor(data: dict[str, Any]) -> Ancestor:
    return Ancestor(
        **_texts(data, "hub", "course", "version", "title", "licence", "address"), authors=_names(data.get("authors"))
    )


def _texts(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: str(data.get(name) or "") for name in names}


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def block_hashes(course: Course, files: Mapping[str, bytes]) -> dict[str, str]:
    """Id of each activity, block and question -> SHA-256 (hex) of what it says, in reading order."""
    found: dict[str, str] = {}
    for activity in course.activities:
        found[activity.id] = _digest(files.get(activity.path, b""))
        if isinstance(activity.content, Page):
            found |= _page_hashes(activity, activity.content, files.get(activity.path, b""))
        elif isinstance(activity.content, Quiz):
            found |= {question.id: _question_hash(question) for question in activity.content.questions}
    return found


def _page_hashes(activity: Activity, page: Page, data: bytes) -> dict[str, str]:
    """A block says what stands between its opening line and the next block's."""
    lines = page.markdown.split("\n")
    first = split_page(data.decode("utf-8", "replace")).body_line
    starts = [block.place.line - first for block in page.blocks]
    if starts and not 0 <= min(starts) <= max(starts) < len(lines):  # not made by the loader
        starts = [block.line for block in page_blocks(page.markdown, activity.id)]
    ends = [*starts[1:], len(lines)]
    return {
        block.id: _digest("\n".join(lines[start:end]).strip().encode())
        for block, start, end in zip(page.blocks, starts, ends, strict=False)
    }


def _question_hash(question: Question) -> str:
    said = dataclasses.asdict(question)
    del said["place"]
    return _digest(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
