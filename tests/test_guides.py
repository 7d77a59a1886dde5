"""The guides say what the pages say: their links, pictures, button names and example are checked against the project."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from courses.check import check_files
from lms.cli.course import known_competency

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GUIDES = sorted((DOCS / "guides").glob("*.md"))
PAGES = sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
QUOTED = re.compile(r"\*\*«\s*(.+?)\s*»\*\*", re.DOTALL)
EXAMPLE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEAVIEST, HEAVIEST_TOGETHER = 120_000, 3_000_000


def prose(page: Path) -> str:
    """The page without its blocks of code and words of code."""
    return re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def plain(text: str) -> str:
    """The text with one kind of space and one kind of apostrophe."""
    return " ".join(text.replace("’", "'").split())


@cache
def said() -> frozenset[str]:
    """Every French text of the application and its plugins, the labels that plugins and formats give themselves included."""
    texts = set()
    for catalogue in (ROOT / "lms").rglob("fr/LC_MESSAGES/messages.po"):
        with catalogue.open("rb") as file:
            for message in read_po(file):
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                texts.update(plain(one) for one in strings if message.id)
    for module in (*(ROOT / "lms/plugins").glob("*/*.py"), *(ROOT / "lms/catalog").rglob("*.py")):
        texts.update(plain(one) for one in re.findall(r'"([^"\n]+)"', module.read_text(encoding="utf-8")))
    return frozenset(texts)


def name(page: Path) -> str:
    return str(page.relative_to(DOCS))


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_every_link_and_picture_leads_somewhere(document):
    targets = [target.partition("#")[0] for _, _, target in LINK.findall(prose(document))]
    local = [one for one in targets if one and not re.match(r"[a-z]+:", one)]
    assert [one for one in local if not (document.parent / one).exists()] == []


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_every_picture_is_told_in_words(document):
    bare = [target for mark, text, target in LINK.findall(prose(document)) if mark and len(text.split()) < 4]
    assert bare == []


@pytest.mark.parametrize("document", GUIDES, ids=name)
def test_every_button_that_a_guide_names_is_in_the_application(document):
    unknown = {plain(text) for text in QUOTED.findall(prose(document))} - said() - {"gras et guillemets"}
    assert unknown == set()


def test_every_picture_is_shown_by_a_guide_and_stays_light():
    shown = {target for page in GUIDES for mark, _, target in LINK.findall(prose(page)) if mark}
    pictures = sorted((DOCS / "guides/images").iterdir())
    assert {f"images/{one.name}" for one in pictures} == shown
    assert [one.name for one in pictures if one.stat().st_size > HEAVIEST] == []
    assert sum(one.stat().st_size for one in pictures) < HEAVIEST_TOGETHER


def test_the_example_course_of_the_guide_passes_its_check():
    files = EXAMPLE.findall((DOCS / "guides/ecrire-un-cours.md").read_text(encoding="utf-8"))
    assert "course.yaml" in dict(files)
    problems = check_files({path: text.encode() for path, text in files}, known_competency)
    assert [one.message.fr for one in problems] == []
