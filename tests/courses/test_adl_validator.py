"""ADL's own validator on our packages of SCORM 2004, when somebody has it: ``docs/course-packages.md`` says how."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from courses.files import FolderFiles
from courses.loader import load_course
from courses.packaging import Ancestor, Provenance, pack

BUILT = os.environ.get("BOUQUET_ADL_VALIDATOR", "")
DRIVER = Path(__file__).parent / "AdlVerdict.java"
HERE = Path(__file__).parent.parent
STAGES = [
    "MANIFEST_AT_ROOT", "WELLFORMEDNESS", "SUBMANIFEST", "MANIFEST_ROOT_ELEMENT", "REQUIRED_FILES_AT_ROOT",
    "SCHEMA_VALIDATION", "RESOURCE_HREF", "APPLICATION_PROFILE", "EXCESS_BAGGAGE",
]  # fmt: skip
PROVENANCE = Provenance("Hub fictif", "3", based_on=(Ancestor("Hub du Val", "cours", "1", "Un cours", "CC-BY-4.0"),))

pytestmark = [
    pytest.mark.skipif(not BUILT, reason="BOUQUET_ADL_VALIDATOR does not name a built validator"),
    pytest.mark.skipif(not shutil.which("java"), reason="there is no java"),
]


def ask(packages: list[Path], folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Package name -> (stage, verdict) of each stage that ran, and (stage, message) of each failure."""
    jars = [str(one) for one in (*Path(BUILT).glob("*.jar"), Path("/usr/share/java/xercesImpl.jar")) if one.is_file()]
    options = ["-Djava.awt.headless=true", f"-Djava.io.tmpdir={folder}/", "-cp", os.pathsep.join([BUILT, *jars])]
    ran = subprocess.run(
        [shutil.which("java") or "java", *options, str(DRIVER), *map(str, packages)],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    found: dict[str, list[tuple[str, str]]] = {}
    for line in ran.stdout.splitlines():
        name, kind, stage, said, *rest = [*line.split("\t"), "", "", ""]
        if kind == "stage" or (kind == "message" and said == "3"):
            found.setdefault(Path(name).name, []).append((stage, said if kind == "stage" else rest[0]))
    return found


def test_every_stage_of_adls_validator_accepts_our_packages(tmp_path):
    written = []
    for place in (HERE / "data" / "premiers-pas", HERE.parent / "courses" / "data" / "mediation-qualite"):
        path = f"modules/{load_course(FolderFiles(place)).course.modules[1].folder}/module.yaml"
        files = dict(FolderFiles(place))
        first = load_course(files).course.modules[0].id
        files[path] = files[path].replace(b"activities:", f"requires: [{first}]\nactivities:".encode())
        course = load_course(files).course
        for package_format in ("scorm2004-3", "scorm2004-4"):
            for name, options in {
                "whole": {},
                "bare": {"include_source": False},
                "module": {"module": course.modules[0].id},
                "sequenced": {"by_module": True},
                "by-module": {"by_module": True, "sequencing": False},
            }.items():
                target = tmp_path / f"{course.id}-{package_format}-{name}.zip"
                chunks = pack(course, files, format=package_format, provenance=PROVENANCE, **options)
                target.write_bytes(b"".join(chunks))
                written.append(target)
    (tmp_path / "work").mkdir()
    verdicts = ask(written, tmp_path / "work")
    assert verdicts == {one.name: [(stage, "passed") for stage in STAGES] for one in written}


def test_the_validator_is_really_asked(tmp_path):
    """A package without its schemas must fail, else the test above proves nothing."""
    files = FolderFiles(HERE / "data" / "premiers-pas")
    whole = b"".join(pack(load_course(files).course, files, format="scorm2004-4", provenance=PROVENANCE))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(whole.replace(b"adlcp_v1p3.xsd", b"adlcp_v1p9.xsd"))
    assert ("REQUIRED_FILES_AT_ROOT", "failed") in ask([broken], tmp_path)["broken.zip"]
