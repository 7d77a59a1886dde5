"""``bouquet scorm check`` and ``info``, as they are typed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from lms.cli import main
from lms.config import load_settings
from scorm.archive import Limits
from tests.scorm.builders import files_12, files_2004, zip_file


def run(*words: object, **environment: str):
    return CliRunner().invoke(main, [str(word) for word in words], env=environment)


@pytest.fixture
def sound(tmp_path):
    return zip_file(tmp_path, files_12())


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "broken"
    path.mkdir()
    files = files_2004()
    del files["index.html"]
    return zip_file(path, files)


def test_check_reports_each_file_and_exits_by_what_it_found(sound, broken):
    assert run("scorm", "check", sound, "--lang", "en").exit_code == 0
    answer = run("scorm", "check", sound, broken, "--lang", "fr")
    assert answer.exit_code == 1
    assert "erreur imsmanifest.xml" in answer.output
    assert "n'est pas dans l'archive" in answer.output
    assert "(launch-file-missing) [SCORM" in answer.output


def test_check_answers_json_with_every_field_in_the_language_asked(sound, broken):
    answer = json.loads(run("scorm", "check", sound, broken, "--json", "--lang", "en").output)
    assert [(one["standard"], one["edition"], one["conformant"]) for one in answer] == [
        ("1.2", "1.2", True),
        ("2004", "4th", False),
    ]
    assert set(answer[1]) == {"file", "standard", "edition", "conformant", "problems"}
    first = answer[1]["problems"][0]
    assert set(first) == {"rule", "severity", "where", "message", "cure", "clause"}
    assert "not in the archive" in first["message"]
    french = json.loads(run("scorm", "check", broken, "--json", "--lang", "fr").output)[0]["problems"][0]
    assert (french["rule"], french["where"]) == (first["rule"], first["where"])
    assert french["message"] != first["message"]


def test_info_says_what_can_be_opened(sound, broken):
    answer = run("scorm", "info", sound, broken, "--lang", "en")
    assert answer.exit_code == 0
    assert "SCORM 1.2: Été à la médiathèque" in answer.output
    assert "index.html?page=1\n" in answer.output
    assert "(file missing)" in answer.output
    told = json.loads(run("scorm", "info", sound, "--json").output)[0]
    assert (told["files"], told["scos"][0]["present"], told["organizations"][0]["id"]) == (3, True, "ORG")


@pytest.mark.parametrize(("files", "reason"), [({"cmi5.xml": b"<x/>"}, "cmi5"), ({"a.txt": b""}, "imsmanifest.xml")])
def test_info_names_what_is_not_scorm(tmp_path, files, reason):
    answer = run("scorm", "info", zip_file(tmp_path, files))
    assert answer.exit_code == 1
    assert reason in answer.output


def test_unpack_gives_everything_or_nothing(tmp_path, sound):
    answer = run("scorm", "unpack", sound, tmp_path / "out", "--lang", "en")
    assert answer.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["api.js", "imsmanifest.xml", "index.html"]
    assert run("scorm", "unpack", sound, tmp_path / "out").exit_code == 2
    bad = tmp_path / "bad"
    bad.mkdir()
    answer = run("scorm", "unpack", zip_file(bad, {"a.html": b"x", "../evil": b"y"}), tmp_path / "two", "--lang", "fr")
    assert answer.exit_code == 1
    assert "sort du dossier" in answer.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "out", "package.zip"]


def test_the_limits_are_settings(sound):
    limits = load_settings(environ={"BOUQUET_PACKAGE_MB": "3", "BOUQUET_PACKAGE_RATIO": "9"}).package_limits
    assert (limits.max_total, limits.max_member, limits.max_ratio) == (3 << 20, 3 << 20, 9)
    assert load_settings(environ={}).package_limits.max_members == Limits().max_members
    answer = run("scorm", "check", sound, "--lang", "en", BOUQUET_PACKAGE_FILES="2")
    assert answer.exit_code == 1
    assert "the limit is 2" in answer.output
    assert run("scorm", "check", sound, BOUQUET_PACKAGE_FILES="two").exit_code == 2
