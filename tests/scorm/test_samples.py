"""Packages of others: read where they lie, skipped where they are not."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from scorm import schemas, xml
from scorm.archive import open_archive
from scorm.check import check_package
from scorm.manifest import Manifest, ManifestError, read_manifest, write_manifest
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
        ("MalformedXml_SCORM12", ["xml-not-well-formed"]),
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
        ("complexscorm", ["default-unresolved", "metadata-file-missing"]),
        ("badscorm", ["manifest-in-folder", "xml-not-well-formed"]),
        ("validscorm", ["xml-not-well-formed"]),
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


def readable() -> list[tuple[str, Manifest]]:
    found = []
    for path in sorted(SAMPLES.rglob("*.zip")):
        with open_archive(path) as archive, contextlib.suppress(ManifestError):
            if archive.has_manifest:
                found.append((path.name, read_manifest(archive.read("imsmanifest.xml"))))
    return found


def test_every_readable_manifest_survives_being_written_whole() -> None:
    manifests = readable()
    assert len(manifests) > 220
    for name, manifest in manifests:
        again = read_manifest(write_manifest(manifest))
        assert again == manifest, name
        assert write_manifest(again) == write_manifest(manifest), name


@pytest.mark.skipif(not schemas.schema_files("4th"), reason="the schemas are brought by the build")
def test_what_is_written_again_is_as_valid_as_it_was() -> None:
    for path in sorted(SAMPLES.rglob("*.zip")):
        with open_archive(path) as archive, contextlib.suppress(ManifestError):
            if not archive.has_manifest:
                continue
            data = archive.read("imsmanifest.xml")
            manifest = read_manifest(data)
            if schemas.validate(xml.parse(data)[0], manifest.edition) == ():
                assert schemas.validate(xml.parse(write_manifest(manifest))[0], manifest.edition) == (), path.name
