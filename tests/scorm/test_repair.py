"""What is put right without asking: only what has one right answer, everything else as it was, and nothing twice."""

from __future__ import annotations

import io
import zipfile

import pytest

from scorm.archive import open_archive
from scorm.check import check_package
from scorm.manifest import read_manifest
from scorm.repair import Repaired
from tests.scorm.builders import MANIFEST_12, SAMPLES


def package(manifest: str | bytes, *names: str, folder: str = "") -> io.BytesIO:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(f"{folder}imsmanifest.xml", manifest)
        for name in names or ("index.html", "api.js"):
            archive.writestr(zipfile.ZipInfo(folder + name), f"contenu de {name}")
    return memory


def repaired(data: io.BytesIO) -> tuple[list[str], zipfile.ZipFile, str]:
    target = io.BytesIO()
    with open_archive(data) as archive:
        found = Repaired(archive)
        found.write(target)
    made = zipfile.ZipFile(target)
    with open_archive(target) as archive:
        assert Repaired(archive).repairs == ()  # nothing is left to be put right
    return [one.rule for one in found.repairs], made, made.read("imsmanifest.xml").decode()


def test_a_package_that_is_right_is_left_as_it_is():
    rules, made, text = repaired(package(MANIFEST_12))
    assert rules == []
    assert read_manifest(text.encode()).title == "Été à la médiathèque"
    assert made.read("api.js") == b"contenu de api.js"


@pytest.mark.parametrize(
    ("old", "new", "rule", "expected"),
    [
        ('default="ORG"', 'default="nobody"', "default", 'default="ORG"'),
        ("<schemaversion>1.2</schemaversion>", "", "schemaversion", "<schemaversion>1.2</schemaversion>"),
        ("<schemaversion>1.2<", "<schemaversion>1.2.1<", "schemaversion", "<schemaversion>1.2<"),
        ('adlcp:scormtype="sco"', 'adlcp:scormType="SCO"', "scormtype", 'adlcp:scormtype="sco"'),
        ('type="webcontent"', 'type="text/html"', "resource-type", 'type="webcontent"'),
        ('<file href="api.js"/>', '<file href="API.js"/>', "file-case", '<file href="api.js"/>'),
        ('<file href="api.js"/>', '<file href="api.js"/><file href="gone.css"/>', "file-missing", "api.js"),
        ('<file href="api.js"/>', "", "file-unlisted", '<file href="api.js"/>'),
        ('identifierref="R1"', 'identifierref=" R1 "', "identifiers", 'identifierref="R1"'),
        ('<file href="api.js"/>', '<file href=" api.js "/>', "paths", '<file href="api.js"/>'),
    ],
)
def test_one_thing_is_put_right_and_the_rest_kept(old, new, rule, expected):
    assert old in MANIFEST_12
    rules, made, text = repaired(package(MANIFEST_12.replace(old, new, 1)))
    assert rules == [rule]
    assert expected in text
    assert "gone.css" not in text
    assert sorted(made.namelist()) == ["api.js", "imsmanifest.xml", "index.html"]
    assert [sco.url for sco in read_manifest(text.encode()).scos()] == ["index.html?page=1"]


def test_backslashes_become_slashes_in_the_manifest_and_in_the_archive():
    manifest = MANIFEST_12.replace("index.html", "pages\\index.html").replace("api.js", "js\\api.js")
    rules, made, text = repaired(package(manifest, "pages\\index.html", "js\\api.js"))
    assert rules == ["paths"]
    assert sorted(made.namelist()) == ["imsmanifest.xml", "js/api.js", "pages/index.html"]
    assert "\\" not in text


def test_a_package_in_a_folder_moves_up_without_what_a_computer_left():
    rules, made, _text = repaired(
        package(MANIFEST_12, "index.html", "api.js", "__MACOSX/._index.html", folder="cours/")
    )
    assert rules[0] == "manifest-in-folder"
    assert sorted(made.namelist()) == ["api.js", "imsmanifest.xml", "index.html"]


def test_a_manifest_in_another_encoding_comes_out_in_utf_8():
    rules, _made, text = repaired(package(MANIFEST_12.replace("UTF-8", "utf-16").encode("utf-16")))
    assert rules == ["encoding"]
    assert "Été à la médiathèque" in text


def test_a_prefix_that_was_never_declared_is_the_one_that_platforms_know():
    manifest = MANIFEST_12.replace(' adlcp:scormtype="sco"', ' scormtype="sco"').replace(
        '\n  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"', ""
    )
    manifest = "\n".join(line for line in manifest.splitlines() if "<adlcp:" not in line)
    rules, _made, text = repaired(package(manifest))
    assert rules == ["scormtype"]
    assert 'adlcp:scormtype="sco"' in text


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample packages are not here")
def test_no_package_of_others_is_worse_once_repaired(tmp_path):
    for path in SAMPLES.rglob("*.zip"):
        before = check_package(path)
        if not before.standard:
            continue
        with open_archive(path) as archive:
            found = Repaired(archive)
            if not found.repairs:
                continue
            target = tmp_path / path.name
            with target.open("wb") as file:
                found.write(file)
        after = check_package(target)
        assert {one.rule for one in after.problems} <= {one.rule for one in before.problems}, path.name
        assert len(after.problems) < len(before.problems), path.name
