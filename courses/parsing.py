"""The text of one page -> an Activity; the kinds written in YAML are read in ``parsing_yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from courses.directive_table import MODES
from courses.fields import Fields, read_ref
from courses.model import Activity, ActivityContent, Block, Page, Place
from courses.pages import FoundBlock, page_blocks, split_page
from courses.problems import Problem, Report
from courses.yaml_tree import Pairs, Scalar, as_integer, read_tree

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Parsed:
    """One activity as far as it could be read, and everything that is wrong with its file."""

    activity: Activity
    problems: tuple[Problem, ...] = ()


def parse_page(text: str, path: str, aliases: Mapping[str, tuple[str, str]] | None = None) -> Parsed:
    """Read one page (Markdown with front matter). Never raises: what cannot be read is reported and left empty."""
    report = Report(path)
    parts = split_page(text, report)
    tree = read_tree(parts.front, report, first_line=2)
    if tree is not None and not isinstance(tree, Pairs):
        report.add("expected-mapping", 1, key="---")
        tree = None
    front = Fields(tree or Pairs([], 1), report)
    names = read_names(front, path)
    blocks = page_blocks(parts.body, names[0])
    content = Page(parts.body, tuple(_block(block, parts.body_line, aliases or {}, report) for block in blocks))
    activity = read_activity(front, kind="page", names=names, content=content, aliases=aliases or {})
    front.close()
    return Parsed(activity, tuple(report.problems))


def _block(found: FoundBlock, body_line: int, aliases: Mapping[str, tuple[str, str]], report: Report) -> Block:
    line = found.line + body_line
    place = Place(report.path, line)
    if found.written_id and found.id != found.written_id:
        report.add("id-shape", line, value=found.written_id, near=found.id)
    if found.directive is None:
        return Block(found.id, found.title, found.kind, place=place)
    minutes = found.directive.get("minutes")
    whole = as_integer(Scalar(minutes, quoted=False, line=line))
    if minutes and (whole is None or whole < 0):
        report.add("expected-integer", line, key="minutes", value=minutes)
    mode = found.directive.get("mode")
    if mode and mode not in MODES:
        report.add("value-not-allowed", line, key="mode", value=mode, allowed=", ".join(MODES))
    refs = (read_ref(text, line, aliases, report) for text in words(found.directive.get("competencies")))
    return Block(
        id=found.id,
        title=found.title,
        kind=found.kind,
        minutes=max(whole or 0, 0),
        mode=mode if mode in MODES else "",
        objectives=words(found.directive.get("objectives")),
        competencies=tuple(ref for ref in refs if ref is not None),
        place=place,
    )


def words(text: str) -> tuple[str, ...]:
    """The items of an attribute that holds several, separated by spaces or commas."""
    return tuple(text.replace(",", " ").split())


def read_names(front: Fields, path: str) -> tuple[str, str]:
    """The id and title of an activity; the file's name stands in for what is missing."""
    name = PurePosixPath(path).stem
    title = front.text("title", required=True) or name
    return front.identifier(name), title


def read_activity(
    front: Fields,
    *,
    kind: str,
    names: tuple[str, str],
    content: ActivityContent,
    aliases: Mapping[str, tuple[str, str]],
) -> Activity:
    """The keys every kind of activity has."""
    return Activity(
        id=names[0],
        kind=kind,
        title=names[1],
        content=content,
        path=front.report.path,
        minutes=front.integer("minutes"),
        required=front.boolean("required", default=True),
        objectives=front.texts("objectives"),
        competencies=front.refs("competencies", aliases),
        place=front.place,
    )
