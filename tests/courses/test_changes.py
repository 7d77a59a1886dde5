"""What a new version changes for those who are learning: said by the same rules as the player follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from courses.changes import course_changes
from courses.files import FolderFiles
from courses.loader import load_course
from courses.packaging import Provenance, pack
from lms.cli.course import course as course_command

FOLDER = Path(__file__).parent.parent / "data" / "premiers-pas"
QUIZ = "modules/02-proteger/test-final.yaml"


def version(changes=None):
    files = dict(FolderFiles(FOLDER))
    for path, (old, new) in (changes or {}).items():
        assert old in files[path].decode(), (path, old)
        files[path] = files[path].decode().replace(old, new).encode()
    return load_course(files).course, files


def test_nothing_is_said_of_the_same_course():
    assert course_changes(version(), version()) == ()


@pytest.mark.parametrize(
    ("path", "change", "expected"),
    [
        (
            "modules/02-proteger/donnees.md",
            ("## Ce que l'on garde", "## Neuf {#neuf}\n\nUn ajout.\n\n## Ce que l'on garde"),
            [("blocks-new", "again", "page-donnees")],
        ),
        (
            "modules/02-proteger/donnees.md",
            ("Ce que l'on garde", "Ce qu'on garde"),
            [("text-changed", "kept", "page-donnees")],
        ),
        (
            "modules/01-accueillir/module.yaml",
            ("  - page: ecouter.md\n", ""),
            [("gone", "gone", "page-ecouter")],
        ),
        (QUIZ, ("pass_score: 0.7", "pass_score: 0.9"), [("mark", "score", "")]),
        (QUIZ, ("purpose: final", "purpose: practice"), [("scored", "score", "")]),
        ("course.yaml", ("id: premiers-pas", "id: seconds-pas"), [("course", "again", "")]),
    ],
)
def test_each_change_is_named_with_its_effect(path, change, expected):
    found = course_changes(version(), version({path: change}))
    assert [(one.rule, one.effect, one.activity) for one in found] == expected
    assert all(one.message["fr"] != one.message["en"] and "(s)" not in one.message["fr"] for one in found)


def test_a_new_activity_is_to_be_done_and_questions_added_or_taken_out_are_counted():
    less = version({"modules/01-accueillir/module.yaml": ("  - page: ecouter.md\n", "")})
    assert [(one.rule, one.effect) for one in course_changes(less, version())] == [("page-new", "to_do")]
    whole = version()
    quiz = whole[0].activity("test-final").content
    text = whole[1][QUIZ].decode()
    start, end = (text.index(f"id: {quiz.questions[n].id}") for n in (1, 2))
    cut = text.rindex("\n", 0, start), text.rindex("\n", 0, end)
    fewer = version({QUIZ: (text[cut[0] : cut[1]], "")})
    assert [(one.rule, one.effect) for one in course_changes(whole, fewer)] == [("questions-gone", "score")]
    assert [(one.rule, one.effect) for one in course_changes(fewer, whole)] == [("questions-new", "again")]


def test_the_command_compares_a_package_with_a_folder(tmp_path):
    course, files = version()
    package = tmp_path / "v1.zip"
    package.write_bytes(b"".join(pack(course, files, format="scorm12", provenance=Provenance("Hub", "1"))))
    newer = tmp_path / "v2"
    for path, data in version({QUIZ: ("pass_score: 0.7", "pass_score: 0.8")})[1].items():
        (newer / path).parent.mkdir(parents=True, exist_ok=True)
        (newer / path).write_bytes(data)
    ran = CliRunner().invoke(course_command, ["changes", str(package), str(newer)])
    assert ran.exit_code == 0, ran.output
    assert "70 % à 80 %" in ran.output.replace("\u202f", " ").replace("\u00a0", " ")
    same = CliRunner().invoke(course_command, ["changes", str(package), str(FOLDER), "--lang", "en"])
    assert "Nothing changes" in same.output
    bare = tmp_path / "bare.zip"
    chunks = pack(course, files, format="html", provenance=Provenance("Hub", "1"), include_source=False)
    bare.write_bytes(b"".join(chunks))
    assert "no source" in CliRunner().invoke(course_command, ["changes", str(bare), str(FOLDER)]).output
