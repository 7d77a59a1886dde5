"""Packages of others: read where they lie, skipped where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scorm import schemas, xml
from scorm.archive import open_archive
from scorm.check import check_package
from scorm.manifest import read_manifest, write_manifest
from tests.scorm.builders import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample packages are not here")

VALID_GOLF = (
    "ContentPackagingMetadata_SCORM20043rdEdition",
    "ContentPackagingOneFilePerSCO_SCORM12",
    "ContentPackagingOneFilePerSCO_SCORM20043rdEdition",
    "ContentPackagingSingleSCO_SCORM12",
    "ContentPackagingSingleSCO_SCORM20042ndEdition",
    "ContentPackagingSingleSCO_SCORM20043rdEdition",
    "ContentPackagingWithMetadata_SCORM12",
    "LaunchUrlFromNestedItem_SCORM12",
    "MultipleItemsWithIdentifierRef_SCORM12",
    "RunTimeAdvancedCalls_SCORM20043rdEdition",
    "RuntimeBasicCalls_SCORM12",
    "RuntimeBasicCalls_SCORM20043rdEdition",
    "RuntimeMinimumCalls_SCORM12",
    "RuntimeMinimumCalls_SCORM20043rdEdition",
    "SequencingForcedSequential_SCORM20043rdEdition",
    "SequencingPostTestRollup4thEd_SCORM20044thEdition",
    "SequencingPostTestRollup_SCORM20043rdEdition",
    "SequencingPreOrPostTestRollup_SCORM20043rdEdition",
    "SequencingRandomTest_SCORM20043rdEdition",
    "SequencingSimpleRemediation_SCORM20043rdEdition",
)


def errors(path: Path) -> list[str]:
    return [problem.rule for problem in check_package(path).problems if problem.severity == "error"]


def test_no_error_is_reported_on_the_adl_test_packages() -> None:
    packages = sorted((SAMPLES / "adl-2004-4th").glob("*.zip"))
    assert len(packages) == 189
    assert {path.name: found for path in packages if (found := errors(path))} == {}


@pytest.mark.parametrize("name", VALID_GOLF)
def test_no_error_is_reported_on_complete_golf_examples(name: str) -> None:
    assert errors(SAMPLES / "golf" / f"{name}.zip") == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MalformedXml_SCORM12", ["manifest-unreadable"]),
        ("InvalidFileReferences_SCORM12", ["launch-file-missing", "file-missing", "file-missing", "file-missing"]),
        ("ItemWithNonExistentResourceId_SCORM12", ["identifierref-unresolved"]),
        ("MissingLaunchUrl_SCORM12", ["launch-missing", "file-missing"]),
        ("MissingRequiredFields_SCORM12", ["title-missing", "launch-file-missing"]),
        (
            "InvalidMissingOrgIdentifier_SCORM20043rdEdition",
            ["default-unresolved", "identifier-missing", "launch-file-missing"],
        ),
    ],
)
def test_broken_golf_examples_get_the_right_errors(name: str, expected: list[str]) -> None:
    found = errors(SAMPLES / "golf" / f"{name}.zip")
    assert [rule for rule in found if rule != "schema-invalid"] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RuntimeBasicCalls_SCORM20043rdEdition", []),
        ("RuntimeMinimumCalls_SCORM12-mini", []),
        ("RuntimeMinimumCalls_SCORM12", []),
        ("singlesco_scorm12", []),
        ("singlescobasic", []),
        ("complexscorm", ["default-unresolved"]),
        ("badscorm", ["manifest-in-folder", "manifest-unreadable"]),
        ("validscorm", ["manifest-unreadable"]),
        ("invalid", ["manifest-missing"]),
        ("default_package", ["manifest-missing"]),
        ("singlescobasic_missingorg", ["organizations-missing"]),
        ("validaicc", ["other-kind"]),
    ],
)
def test_good_and_bad_uploads_are_told_apart(name: str, expected: list[str]) -> None:
    assert sorted(errors(SAMPLES / "moodle-tests" / f"{name}.zip")) == sorted(expected)


@pytest.mark.parametrize("folder", ["aicc", "cmi5"])
def test_other_standards_are_recognised(folder: str) -> None:
    for path in (SAMPLES / folder).glob("*.zip"):
        assert errors(path) == ["other-kind"]


def test_every_readable_manifest_survives_being_written() -> None:
    for path in sorted([*(SAMPLES / "adl-2004-4th").glob("*.zip"), *(SAMPLES / "golf").glob("Runtime*.zip")]):
        with open_archive(path) as archive:
            first = read_manifest(archive.read("imsmanifest.xml"))
        second = read_manifest(write_manifest(first))
        assert [(sco.url, sco.item.title) for sco in first.scos()] == [
            (sco.url, sco.item.title) for sco in second.scos()
        ]
        assert [sco.item.scaled_passing_score for sco in first.scos()] == [
            sco.item.scaled_passing_score for sco in second.scos()
        ]


@pytest.mark.skipif(not schemas.schema_files("4th"), reason="the schemas are brought by the build")
def test_what_is_written_again_is_valid() -> None:
    for path in sorted((SAMPLES / "adl-2004-4th").glob("*CM-0*.zip")):
        with open_archive(path) as archive:
            written = write_manifest(read_manifest(archive.read("imsmanifest.xml")))
        assert schemas.validate(xml.parse(written)[0], "4th") == ()
