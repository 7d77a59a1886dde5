from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scorm import schemas
from scorm.archive import Limits
from scorm.check import Problem, check_package
from scorm.report import MAX_PER_RULE
from tests.scorm.builders import MANIFEST_12, MANIFEST_2004, PAGE, SCRIPT_12, SCRIPT_2004, files_12, zip_file

if TYPE_CHECKING:
    from pathlib import Path

QUIET = {"schema-unchecked"}


def problems(folder: Path, files: dict[str, bytes | str]) -> list[Problem]:
    return [problem for problem in check_package(zip_file(folder, files)).problems if problem.rule not in QUIET]


def rules(folder: Path, files: dict[str, bytes | str]) -> list[str]:
    """The rules found, what the schemas say left out: they are not there on every machine."""
    return [problem.rule for problem in problems(folder, files) if problem.rule != "schema-invalid"]


def changed(old: str, new: str, manifest: str = MANIFEST_12) -> dict[str, bytes | str]:
    assert old in manifest
    script = SCRIPT_12 if manifest is MANIFEST_12 else SCRIPT_2004
    return {"imsmanifest.xml": manifest.replace(old, new), "index.html": PAGE, "api.js": script}


def test_a_sound_package_of_either_standard_has_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, files_12()) == []
    second: dict[str, bytes | str] = {"imsmanifest.xml": MANIFEST_2004, "index.html": PAGE, "api.js": SCRIPT_2004}
    assert problems(tmp_path, second) == []
    report = check_package(zip_file(tmp_path, second), name="cours.zip")
    assert (report.file, report.standard, report.edition, report.conformant) == ("cours.zip", "2004", "4th", True)


def test_identifiers_inside_metadata_are_not_the_manifest_s_own(tmp_path: Path) -> None:
    record = '<lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"><resource><identifier>x</identifier></resource></lom>'
    found = rules(tmp_path, changed("</metadata>", f"{record}</metadata>"))
    assert [rule for rule in found if not rule.startswith("lom-")] == []


def test_a_start_page_that_is_missing_is_an_error(tmp_path: Path) -> None:
    files = files_12()
    del files["index.html"]
    assert "launch-file-missing" in rules(tmp_path, files)
    assert not check_package(zip_file(tmp_path, files)).conformant


def test_a_start_page_on_the_internet_is_a_warning(tmp_path: Path) -> None:
    files = changed(' href="index.html">', ' href="https://example.org/x">')
    assert rules(tmp_path, files) == ["launch-external"]


def test_a_branch_that_leads_nowhere_is_an_error_in_2004(tmp_path: Path) -> None:
    files = changed(' identifierref="R1"', "", MANIFEST_2004)
    assert "identifierref-missing" in rules(tmp_path, files)
    assert "identifierref-missing" not in rules(tmp_path, changed(' identifierref="R1"', ""))


def test_organizations_without_content_are_errors(tmp_path: Path) -> None:
    start, end = MANIFEST_12.index("<item "), MANIFEST_12.index("</item>") + len("</item>")
    assert "organization-empty" in rules(tmp_path, changed(MANIFEST_12[start:end], ""))
    start, end = MANIFEST_12.index("<organization "), MANIFEST_12.index("</organizations>")
    assert "organizations-missing" in rules(tmp_path, changed(MANIFEST_12[start:end], ""))


def test_files_nobody_lists_are_warned_about_but_not_control_files(tmp_path: Path) -> None:
    files = files_12() | {
        "forgotten.png": b"x",
        "adlcp_rootv1p2.xsd": b"<x/>",
        "metadata.xml": b'<lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"/>',
    }
    files["imsmanifest.xml"] = MANIFEST_12.replace(
        "</metadata>", "<adlcp:location>metadata.xml</adlcp:location></metadata>"
    )
    found = problems(tmp_path, files)
    assert [(problem.rule, problem.where.file) for problem in found] == [
        ("file-unlisted", "forgotten.png"),
        ("lom-mandatory", "metadata.xml"),
    ]


def test_content_that_never_talks_to_the_lms_is_warned_about(tmp_path: Path) -> None:
    assert rules(tmp_path, files_12(api_js=b"let x = 1;")) == ["runtime-missing"]
    assert rules(tmp_path, files_12(api_js=SCRIPT_2004)) == ["runtime-other"]
    assert rules(tmp_path, files_12(api_js=b"window.API.LMSFinish('')")) == [
        "runtime-initialize-missing",
        "completion-missing",
    ]
    assert rules(tmp_path, changed('scormtype="sco"', 'scormtype="asset"') | {"api.js": b""}) == []


def test_pages_are_looked_at_for_access_and_for_addresses(tmp_path: Path) -> None:
    page = b"""<html><head><script src="api.js"></script>
<link rel="stylesheet" href="https://example.org/a.css"><link rel="canonical" href="https://example.org/">
</head><body>
<img src="logo.png"><img src="data:image/png;base64,xx" alt="">
<a href="https://example.org/">ok</a><iframe src="//example.org/video"></iframe>
</body></html>"""
    found = problems(tmp_path, files_12(index_html=page))
    assert [(problem.rule, problem.where.line) for problem in found] == [
        ("language-missing", 0),
        ("page-title-missing", 0),
        ("external-address", 2),
        ("image-without-alt", 4),
        ("frame-without-title", 5),
        ("external-address", 5),
    ]
    assert found[3].clause == "WCAG 2.2 1.1.1"


def test_style_sheets_are_looked_at_for_addresses(tmp_path: Path) -> None:
    files = changed('<file href="api.js"/>', '<file href="api.js"/><file href="a.css"/>')
    files["a.css"] = b"p {}\n@import url('https://example.org/f.css');\nb { background: url(local.png) }"
    found = problems(tmp_path, files)
    assert [(problem.rule, str(problem.where)) for problem in found] == [("external-address", "a.css:2")]


def test_empty_and_broken_pages_do_not_stop_the_report(tmp_path: Path) -> None:
    for page in (b"", b"\x00\x01", b"<frameset></frameset>", b"<<<>>>"):
        assert "image-without-alt" not in rules(tmp_path, files_12(index_html=page))


def test_very_large_scripts_are_not_read_and_it_is_said(tmp_path: Path) -> None:
    script = b"".join(b"x%d;" % n for n in range(700_000))
    assert rules(tmp_path, files_12(api_js=script)) == ["file-heavy", "page-heavy", "content-unread"]


def test_the_same_problem_a_thousand_times_is_summed_up(tmp_path: Path) -> None:
    files = files_12() | {f"img/{n}.png": b"x" for n in range(MAX_PER_RULE + 20)}
    found = problems(tmp_path, files)
    assert [problem.rule for problem in found].count("file-unlisted") == MAX_PER_RULE
    assert "20" in found[-1].text("en")


def test_hostile_archives_give_a_report_with_one_error(tmp_path: Path) -> None:
    report = check_package(zip_file(tmp_path, {"../evil": b"x"}))
    assert [(problem.rule, problem.where.file) for problem in report.problems] == [("path-traversal", "../evil")]
    assert (report.standard, report.conformant) == ("", False)
    small = check_package(zip_file(tmp_path, files_12()), Limits(max_total=10))
    assert "limite" in small.problems[0].text("fr")


def test_unreadable_manifests_give_their_line(tmp_path: Path) -> None:
    for manifest, line, expected in (
        ("<manifest>\n<item></manifest>", 2, "xml-not-well-formed"),
        ("<html/>", 1, "not-a-manifest"),
    ):
        found = problems(tmp_path, files_12(imsmanifest_xml=manifest))
        assert [(problem.rule, problem.where.line) for problem in found] == [(expected, line)]


def test_a_manifest_in_a_folder_is_an_error_but_all_the_rest_is_still_checked(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {f"cours/{name}": content for name, content in files_12(api_js=b"").items()}
    files["__MACOSX/x"] = b""
    assert rules(tmp_path, files) == ["manifest-in-folder", "runtime-missing", "system-files"]


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"cmi5.xml": b"<x/>"}, "cmi5"),
        ({"course.crs": b"", "course.au": b""}, "AICC"),
        ({"tincan.xml": b""}, "xAPI (Tin Can)"),
        ({"h5p.json": b""}, "H5P"),
        (
            {"imsmanifest.xml": "<manifest xmlns='http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1'/>"},
            "IMS Common Cartridge",
        ),
        (
            {
                "imsmanifest.xml": "<manifest xmlns='http://www.imsglobal.org/xsd/imscp_v1p1'>"
                "<metadata><schema>IMS Content</schema></metadata></manifest>"
            },
            "IMS Content Packaging",
        ),
    ],
)
def test_other_standards_are_refused_by_name(tmp_path: Path, files: dict[str, bytes | str], kind: str) -> None:
    found = problems(tmp_path, files)
    assert [problem.rule for problem in found] == ["other-kind"]
    assert kind in found[0].text("fr")
    assert kind in found[0].text("en")


def test_a_zip_of_anything_else_has_no_manifest(tmp_path: Path) -> None:
    assert rules(tmp_path, {"index.html": PAGE}) == ["manifest-missing"]


def test_the_report_is_plain_data_in_each_language(tmp_path: Path) -> None:
    report = check_package(zip_file(tmp_path, changed('identifierref="R1"', 'identifierref="R9"')))
    french, english = report.as_dict("fr"), report.as_dict("en")
    assert (french["standard"], french["edition"], french["conformant"]) == ("1.2", "1.2", False)
    one, same = french["problems"][0], english["problems"][0]
    assert set(one) == {"rule", "severity", "where", "message", "cure", "clause"}
    assert one["where"] == {"file": "imsmanifest.xml", "line": 8, "element": "item"}
    assert "n'existe pas" in one["message"]
    assert "does not exist" in same["message"]
    assert str(report.problems[0].where) == "imsmanifest.xml:8 <item>"


def test_schemas_that_are_not_installed_are_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scorm.schemas._schema", lambda *_: None)
    report = check_package(zip_file(tmp_path, files_12()))
    assert [(problem.rule, problem.severity) for problem in report.problems] == [("schema-unchecked", "note")]
    assert report.conformant


@pytest.mark.skipif(not schemas.schema_files("1.2"), reason="the schemas are brought by the build")
def test_what_the_schema_refuses_is_an_error_with_its_line(tmp_path: Path) -> None:
    files = changed("</organizations>", "<surprise/></organizations>")
    found = [problem for problem in problems(tmp_path, files) if problem.rule == "schema-invalid"]
    assert len(found) == 1
    assert "surprise" in found[0].text("en")
    assert found[0].where.line > 1
