"""Course or module -> one package: SCORM 1.2, SCORM 2004 (3rd, 4th edition) or offline HTML, its own source inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from html import escape
from importlib.resources import files as resource_files
from typing import TYPE_CHECKING, Final, Literal, get_args

from courses.files import file_chunks, file_size
from courses.model import Quiz
from courses.package_content import Content, Treatment, data_script, treatment
from courses.package_manifest import several_scos, single_sco
from courses.package_metadata import lom
from courses.package_parts import Part, parts_of, whole
from courses.package_source import (
    PROVENANCE,
    course_of_module,
    module_source,
    portable_names,
    provenance_file,
    read_source,
)
from courses.package_words import both, word
from courses.provenance import Ancestor, Provenance, read_provenance
from scorm.manifest import Edition, Manifest, Standard, write_manifest
from scorm.package import MemberContent, Streamed, write_package
from scorm.schemas import lom_schema, schema_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from courses.model import Activity, Course, Module
    from courses.offline_results import HandBack

__all__ = [
    "FORMATS",
    "Ancestor",
    "Format",
    "PackError",
    "PackNote",
    "PackPlan",
    "PlannedActivity",
    "Provenance",
    "pack",
    "plan",
    "read_provenance",
    "read_source",
]

Format = Literal["scorm12", "scorm2004-3", "scorm2004-4", "html"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
_EDITIONS: Final[dict[str, tuple[Standard, Edition]]] = {
    "scorm12": ("1.2", "1.2"),
    "scorm2004-3": ("2004", "3rd"),
    "scorm2004-4": ("2004", "4th"),
}
_SCRIPTS: Final = (
    "words.js",
    "grading.js",
    "state.js",
    "lms.js",
    "offline.js",
    "quiz.js",
    "record.js",
    "views.js",
    "player.js",
)


class PackError(ValueError):
    """A course that cannot be packed; ``fr`` and ``en`` say why and what to do."""

    def __init__(self, key: str, **values: object) -> None:
        said = both(key, **values)
        super().__init__(said["en"])
        self.fr, self.en = said["fr"], said["en"]

    def text(self, lang: str) -> str:
        return self.en if lang.lower().startswith("en") else self.fr


@dataclass(frozen=True, slots=True)
class PackNote:
    """Something the author should know before packing; ``message`` is keyed ``fr`` and ``en``."""

    rule: Literal["explained", "left_out", "renamed", "sequenced"]
    subject: str  # an activity's id, a path of the course, or the course's id
    message: dict[str, str]


@dataclass(frozen=True, slots=True)
class PlannedActivity:
    id: str
    title: str
    kind: str
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class PackPlan:
    """What a package will hold, activity by activity, and what will be different from the LMS.

    ``scos`` are the titles of what an LMS will launch one by one.
    """

    notes: tuple[PackNote, ...]
    activities: tuple[PlannedActivity, ...]
    scos: tuple[str, ...]


def plan(
    course: Course,
    files: Mapping[str, bytes],
    *,
    module: str | None = None,
    format: Format = "scorm12",  # noqa: A002 - the word of the field
    by_module: bool = False,
    sequencing: bool = True,
) -> PackPlan:
    """What ``pack`` would do with the course or one of its modules, without doing it. PackError as ``pack``."""
    chosen = _module(course, module)
    notes = [note for one in _activities(course, chosen) for note in _activity_notes(one)]
    source = module_source(course, chosen, files) if chosen else files
    for path, name in portable_names(list(source)).items():
        if not name.endswith(path):
            notes.append(PackNote("renamed", path, both("note-renamed", title=path)))
    activities = _activities(course, chosen)
    planned = tuple(PlannedActivity(one.id, one.title, one.kind, treatment(one)) for one in activities)
    cut = _Cut.of(course, chosen, format, by_module=by_module, sequencing=sequencing)
    if cut.sequenced:
        notes.append(PackNote("sequenced", course.id, both("note-sequenced")))
    return PackPlan(tuple(notes), planned, tuple(part.title for part in cut.parts))


def _activity_notes(activity: Activity) -> Iterator[PackNote]:
    how = treatment(activity)
    if how in ("explained", "left_out"):
        yield PackNote(how, activity.id, both(f"note-{how}", title=activity.title))


@dataclass(frozen=True, slots=True)
class _Cut:
    """How a course is cut into SCOs, and whether an LMS is told in which order to give them."""

    course: Course  # the part of the course that is packed
    title: str
    parts: tuple[Part, ...]
    several: bool
    sequenced: bool

    @classmethod
    def of(
        cls, course: Course, module: Module | None, package_format: Format, *, by_module: bool, sequencing: bool
    ) -> _Cut:
        shown = course_of_module(course, module) if module else course
        title = module.title if module else course.title
        several = by_module and module is None
        if several and package_format == "html":
            raise PackError("error-html-modules")
        sequenced = several and sequencing and package_format.startswith("scorm2004")
        parts = parts_of(shown, sequenced=sequenced) if several else (whole(shown, title),)
        return cls(shown, title, parts, several, sequenced)


def pack(
    course: Course,
    files: Mapping[str, bytes],
    *,
    module: str | None = None,
    format: Format,  # noqa: A002 - the word of the field
    provenance: Provenance,
    include_source: bool = True,
    by_module: bool = False,
    sequencing: bool = True,
    hand_back: HandBack | None = None,
) -> Iterator[bytes]:
    """The chunks of the package's ZIP: same course, same files, same provenance, same bytes.

    ``files`` are the course's (``load_course`` read them); ``module`` is the id of the only module to pack;
    ``by_module`` makes one SCO a module, which SCORM 2004 then sequences unless ``sequencing`` is false;
    ``hand_back`` lets offline pages give a signed file of results.
    PackError, before the first chunk, when there is no such module or nothing to show.
    """
    if format not in FORMATS:
        raise PackError("error-format", name=format, known=", ".join(FORMATS))
    chosen = _module(course, module)
    if not any(treatment(one) in ("page", "quiz") for one in _activities(course, chosen)):
        raise PackError("error-empty", name=chosen.title if chosen else course.title)
    if format == "scorm12":
        _check_choices(course, chosen)
    source = module_source(course, chosen, files) if chosen else files
    cut = _Cut.of(course, chosen, format, by_module=by_module, sequencing=sequencing)
    asked = _Asked(format, provenance, include_source, hand_back if format == "html" else None)
    return write_package(_entries(cut, source, chosen, asked))


@dataclass(frozen=True, slots=True)
class _Asked:
    format: Format
    provenance: Provenance
    include_source: bool
    hand_back: HandBack | None


def _entries(
    cut: _Cut, source: Mapping[str, bytes], module: Module | None, asked: _Asked
) -> list[tuple[str, MemberContent]]:
    package_format = asked.format
    filled = asked.provenance.of(cut.course, source, module.id if module else "")
    names = portable_names(list(source)) if asked.include_source else {}
    content = Content(cut.course, source, names)
    entries: dict[str, MemberContent] = {}
    own: dict[str, list[str]] = {}
    for part in cut.parts:
        page, script = (f"sco-{part.id}.html", f"sco-{part.id}.js") if cut.several else ("index.html", "data.js")
        data = content.data(
            part, title=part.title, provenance=filled, package_format=package_format, module=module,
            sequenced=cut.sequenced, hand_back=asked.hand_back,
        )  # fmt: skip
        entries |= {page: _page(cut.course, part.title, script), script: data_script(data)}
        own[part.id] = [page, script]
    shared: dict[str, MemberContent] = {
        "player.js": player_script(),
        "player.css": _player_file("player.css"),
        PROVENANCE: provenance_file(filled, names),
    }
    shared |= {name: _content(source, path) for path, name in (content.media | names).items()}
    entries |= shared
    if package_format != "html":
        standard, edition = _EDITIONS[package_format]
        if cut.several:
            organization, resources = several_scos(
                cut.course, cut.title, cut.parts, own, shared, standard=standard, sequenced=cut.sequenced
            )
        else:
            organization, resources = single_sco(cut.title, cut.parts[0].mastery, standard, entries)
        metadata = lom(cut.course, module, filled, standard=standard, title=cut.title)
        manifest = Manifest(
            identifier="-".join(part for part in ("BOUQUET", cut.course.id, filled.module) if part),
            standard=standard,
            edition=edition,
            version=filled.version,
            default=organization.identifier,
            organizations=(organization,),
            resources=tuple(resources),
            metadata=(metadata,),
        )
        entries["imsmanifest.xml"] = write_manifest(manifest)
        entries |= schema_files(edition) | (lom_schema() if standard == "2004" else {})
    return list(entries.items())


def _module(course: Course, module: str | None) -> Module | None:
    if module is None:
        return None
    for one in course.modules:
        if one.id == module:
            return one
    raise PackError("error-module", name=module, known=", ".join(one.id for one in course.modules))


def _activities(course: Course, module: Module | None) -> tuple[Activity, ...]:
    return module.activities if module else course.activities


def _check_choices(course: Course, module: Module | None) -> None:
    """SCORM 1.2 RTE 3.4.5: a choice is one character, a to z or 0 to 9."""
    for activity in _activities(course, module):
        if isinstance(activity.content, Quiz):
            for question in activity.content.questions:
                if len(question.choices) > 36:
                    raise PackError("error-choices", name=question.id)


def _content(files: Mapping[str, bytes], path: str) -> MemberContent:
    """A file of the course, read when its turn comes: a package never stands in memory."""
    try:
        return Streamed(file_size(files, path), partial(file_chunks, files, path))
    except KeyError:
        raise PackError("error-missing", name=path) from None


def _player_file(name: str) -> bytes:
    return (resource_files("courses") / "player" / name).read_bytes()


def player_script() -> bytes:
    """The player's files as one script, in one function so that nothing of it is global."""
    parts = [_player_file(name).decode() for name in _SCRIPTS]
    body = "\n".join(parts)
    return f'(function () {{\n"use strict";\n{body}\nnew Player(window.bouquetCourse);\n}})();\n'.encode()


def _page(course: Course, title: str, script: str) -> bytes:
    page = _player_file("index.html").decode()
    values = {
        "language": course.language,
        "title": title,
        "data": script,
        "pages": word("pages", course.language),
        "noscript": word("noscript", course.language),
    }
    return re.sub(r"@([a-z]+)@", lambda found: escape(values[found[1]]), page).encode()
