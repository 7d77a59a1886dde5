"""What real packages hold: each oddity is put up with, said in the report, and costs no file."""

from __future__ import annotations

import io
from typing import NamedTuple

import pytest

from scorm.archive import open_archive
from scorm.check import check_package
from scorm.opening import manifest_of
from scorm.outline import launchable_scos
from tests.scorm.builders import MANIFEST_12, MANIFEST_2004, PAGE, SCRIPT_12, files_12, files_2004, zip_bytes

Files = dict[str, bytes | str]


class Odd(NamedTuple):
    """An oddity, the rule that names it, and the start page it must still find."""

    files: Files
    rule: str
    page: str = "index.html"
    kept: tuple[str, ...] = ()  # files that must be there besides the page


def with_12(old: str, new: str, **files: bytes | str) -> Files:
    assert old in MANIFEST_12
    return files_12(imsmanifest_xml=MANIFEST_12.replace(old, new), **files)


def with_2004(old: str, new: str) -> Files:
    assert old in MANIFEST_2004
    return files_2004(imsmanifest_xml=MANIFEST_2004.replace(old, new))


def moved(files: Files, folder: str) -> Files:
    return {folder + name: content for name, content in files.items()}


PATHS = MANIFEST_12.replace('"index.html"', '"mon cours/leçon 1.html"').replace("?page=1", "")
ODD = {
    "files that the manifest does not list": Odd(files_12() | {"img/a.png": b"x"}, "file-unlisted", kept=("img/a.png",)),
    "backslashes in the names of the archive": Odd(
        {"imsmanifest.xml": MANIFEST_12.replace("index.html", "c/index.html"), "c\\index.html": PAGE, "api.js": SCRIPT_12},
        "name-backslash", "c/index.html",
    ),
    "backslashes in the manifest": Odd(
        {"imsmanifest.xml": MANIFEST_12.replace("index.html", "c\\index.html"), "c/index.html": PAGE, "api.js": SCRIPT_12},
        "path-backslash", "c/index.html",
    ),
    "spaces and accents": Odd(
        {"imsmanifest.xml": PATHS, "mon cours/leçon 1.html": PAGE, "api.js": SCRIPT_12}, "name-fragile", "mon cours/leçon 1.html"
    ),
    "percent-encoding in the manifest": Odd(
        {"imsmanifest.xml": PATHS.replace("mon cours/leçon 1", "mon%20cours/le%C3%A7on%201"), "mon cours/leçon 1.html": PAGE, "api.js": SCRIPT_12},
        "moodle-encoded-path", "mon cours/leçon 1.html",
    ),
    "percent-encoding in the archive": Odd(
        {"imsmanifest.xml": PATHS, "mon%20cours/le%C3%A7on%201.html": PAGE, "api.js": SCRIPT_12},
        "name-fragile", "mon%20cours/le%C3%A7on%201.html",
    ),
    "byte order mark": Odd(files_12(imsmanifest_xml=b"\xef\xbb\xbf" + MANIFEST_12.encode()), "xml-bom"),
    "UTF-16": Odd(files_12(imsmanifest_xml=MANIFEST_12.replace("UTF-8", "UTF-16").encode("utf-16")), "xml-not-utf8"),
    "Latin-1": Odd(files_12(imsmanifest_xml=MANIFEST_12.replace("UTF-8", "ISO-8859-1").encode("latin-1")), "xml-not-utf8"),
    "Latin-1 that calls itself UTF-8": Odd(files_12(imsmanifest_xml=MANIFEST_12.encode("latin-1")), "xml-encoding"),
    "no schemaversion": Odd(with_2004("<schemaversion>2004 4th Edition</schemaversion>", ""), "schemaversion-guessed"),
    "an odd schemaversion": Odd(with_2004("2004 4th Edition", "Version 7"), "schemaversion-guessed"),
    "a schemaversion of one's own": Odd(with_2004("2004 4th Edition", "SCORM 2004 4th"), "schemaversion-odd"),
    "an undeclared xsi": Odd(with_12('version="1"', 'version="1" xsi:schemaLocation="a b"'), "prefix-undeclared"),
    "white space around identifiers": Odd(with_12('identifier="R1"', 'identifier="R1 "'), "identifier-white-space"),
    "white space around references": Odd(
        files_12(imsmanifest_xml=MANIFEST_12.replace('identifierref="R1"', 'identifierref=" R1\n"')), "identifier-white-space"
    ),
    "a default organization that points nowhere": Odd(with_12('default="ORG"', 'default="GONE"'), "default-unresolved"),
    "files of the operating system": Odd(files_12() | {"__MACOSX/._index.html": b"", ".DS_Store": b""}, "system-files"),
    "a manifest in a folder": Odd(moved(files_12(), "export/cours/"), "manifest-in-folder"),
    "a manifest in a folder, and files beside it": Odd(
        moved(files_12(), "cours/") | {"commun/a.js": b"x", "lisez-moi.txt": b"y"}, "files-outside", kept=("commun/a.js", "lisez-moi.txt")
    ),
    "a manifest in capitals": Odd({name.upper() if "xml" in name else name: data for name, data in files_12().items()}, "manifest-case"),
    "resource files that are missing": Odd(with_12('<file href="api.js"/>', '<file href="api.js"/><file href="gone.css"/>'), "file-missing"),
    "other prefixes": Odd(
        files_12(imsmanifest_xml=MANIFEST_12.replace("adlcp:", "lms:").replace("xmlns:adlcp", "xmlns:lms")), "moodle-prefix"
    ),
}  # fmt: skip


@pytest.mark.parametrize("oddity", ODD)
def test_the_package_still_opens_no_file_is_lost_and_the_report_says_so(oddity: str) -> None:
    odd = ODD[oddity]
    data = zip_bytes(odd.files)
    with open_archive(io.BytesIO(data)) as archive:
        manifest = manifest_of(archive)
        scos = launchable_scos(manifest, archive)
        system = [name for name in odd.files if "__MACOSX" in name or ".DS_Store" in name]
        assert len(archive.names) == len(odd.files) - len(system)
        assert len(archive.system) == len(system)
        assert [archive.find(sco.path) for sco in scos] == [odd.page]
        assert scos[0].is_sco
        assert manifest.title in {"Course", "Été à la médiathèque"}
        assert archive.read(odd.page) == PAGE
        for name in odd.kept:
            assert archive.read(name) == odd.files[name]
    assert odd.rule in {problem.rule for problem in check_package(io.BytesIO(data)).problems}


def test_addresses_are_given_as_browsers_want_them() -> None:
    data = zip_bytes(ODD["backslashes in the manifest"].files)
    with open_archive(io.BytesIO(data)) as archive:
        assert next(manifest_of(archive).scos()).url == "c/index.html?page=1"
