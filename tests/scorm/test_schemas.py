from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from scorm import schemas, xml
from scorm.manifest import read_manifest, write_manifest
from tests.scorm.builders import MANIFEST_12, MANIFEST_2004

if TYPE_CHECKING:
    from pathlib import Path

    from scorm.model import Edition

installed = pytest.mark.skipif(not schemas.schema_files("4th"), reason="the schemas are brought by the build")


def test_each_edition_names_what_a_package_carries() -> None:
    assert schemas.required_files("1.2") == (
        "adlcp_rootv1p2.xsd",
        "ims_xml.xsd",
        "imscp_rootv1p1p2.xsd",
        "imsmd_rootv1p2p1.xsd",
    )
    assert {"imscp_v1p1.xsd", "imsss_v1p0util.xsd", "xml.xsd"} < set(schemas.required_files("4th"))
    assert schemas.required_files("2nd") == schemas.required_files("3rd")  # the same namespaces


def test_without_schemas_nothing_is_validated(tmp_path: Path) -> None:
    root, _ = xml.parse(MANIFEST_12.encode())
    assert schemas.validate(root, "1.2", tmp_path) is None
    assert schemas.schema_files("1.2", tmp_path) == {}


def test_control_files_are_recognised() -> None:
    assert schemas.is_schema_file("common/anyElement.XSD")
    assert not schemas.is_schema_file("index.html")


@installed
@pytest.mark.parametrize(("source", "edition"), [(MANIFEST_12, "1.2"), (MANIFEST_2004, "4th")])
def test_written_manifests_are_valid(source: str, edition: Edition) -> None:
    root, _ = xml.parse(write_manifest(read_manifest(source.encode())))
    assert schemas.validate(root, edition) == ()


@installed
def test_metadata_of_other_namespaces_is_left_out_and_locations_are_not_followed() -> None:
    data = MANIFEST_2004.replace(
        "</metadata>", '<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><x/></lom></metadata>'
    ).replace(
        'version="1"',
        'version="1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.imsglobal.org/xsd/imscp_v1p1 http://127.0.0.1:9/imscp_v1p1.xsd"',
    )
    root, _ = xml.parse(data.encode())
    assert schemas.validate(root, "4th") == ()
    assert b"LOM" in xml.whole(root)  # the manifest itself is untouched


@installed
def test_faults_are_told_without_namespaces() -> None:
    root, _ = xml.parse(MANIFEST_2004.replace('<item identifier="I1"', "<item").encode())
    faults = schemas.validate(root, "4th")
    assert faults
    assert "{" not in faults[0].reason
    assert faults[0].line > 1


@installed
def test_schemas_that_would_fetch_others_are_not_used(tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    shutil.copytree(schemas.VENDOR, vendor)
    schema = vendor / "scorm12edition" / "imscp_rootv1p1p2.xsd"
    schema.write_bytes(schema.read_bytes().replace(b'"ims_xml.xsd"', b'"http://127.0.0.1:9/ims_xml.xsd"'))
    root, _ = xml.parse(MANIFEST_12.encode())
    assert schemas.validate(root, "1.2", vendor) is None
    assert schemas.validate(xml.parse(MANIFEST_2004.encode())[0], "4th", vendor) == ()
