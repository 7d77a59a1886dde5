"""Thousands of spoiled packages: none crashes, none hangs, none writes outside its folder.

``BOUQUET_FUZZ=10000 pytest tests/scorm/test_fuzz.py`` runs the whole; every day a few hundred cases do.
"""

from __future__ import annotations

import io
import os
import signal
import time
import warnings
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.catalog.packages import index_package
from lms.config import Settings
from lms.storage import FileStore
from scorm.archive import Limits, open_archive
from scorm.check import check_package
from scorm.manifest import write_manifest
from scorm.messages import ScormError
from scorm.opening import manifest_of
from scorm.outline import launchable_scos, package_outline
from scorm.repair import Repaired
from scorm.unpack import unpack_package
from tests.scorm.mutations import CONTENTS, NAMES, VALUES, spoiled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

CASES = int(os.environ.get("BOUQUET_FUZZ", "300"))
GENERATED = CASES // 5
MOST_SECONDS = 2.0
LIMITS = Limits(max_total=64 * 2**20)


class Hang(Exception):  # noqa: N818  # it is what happened
    """A case took more than its time."""


@contextmanager
def bounded() -> Iterator[None]:
    """Stop what computes longer than it may; a machine busy with something else is not what is measured."""

    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    started = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    assert time.process_time() - started < MOST_SECONDS


def use(data: bytes, folder: Path) -> str:
    """Do with a package all that an import does; the rule by which it was refused, empty when it was not."""
    report = check_package(io.BytesIO(data), LIMITS, name="p.zip")
    assert report.as_dict("fr")["problems"] is not None
    assert report.as_dict("en")["problems"] is not None
    refused: ScormError | None = None
    try:
        unpack_package(io.BytesIO(data), folder / "unpacked", LIMITS)
        with open_archive(io.BytesIO(data), LIMITS) as archive:
            manifest = manifest_of(archive)
            package_outline(manifest)
            launchable_scos(manifest, archive)
            write_manifest(manifest)
            repaired = io.BytesIO()
            Repaired(archive).write(repaired)
        again = check_package(repaired, LIMITS)
        assert (again.standard, again.edition) == (report.standard, report.edition)
    except ScormError as error:
        refused = error
    keep(data, folder / "store")
    if refused is None:
        return ""
    assert refused.fr
    assert refused.en
    assert not report.conformant, refused.rule
    return refused.rule


def keep(data: bytes, folder: Path) -> None:
    """What the LMS keeps of a package beside its bytes: all of it, or nothing."""
    store = FileStore(Settings(data=folder))
    try:
        index_package(store, io.BytesIO(data), "packages/p", LIMITS)
    except ScormError:
        assert list(store.list_keys("")) == []
    else:
        assert list(store.list_keys("packages/"))


def run(data: bytes, place: Path) -> str:
    folder = place / "in" / "side" / "package"
    folder.mkdir(parents=True)
    try:
        with bounded():
            refused = use(data, folder)
        assert [one.name for one in place.iterdir()] == ["in"]
        assert [one.name for one in (place / "in").iterdir()] == ["side"]
        assert [one.name for one in (place / "in" / "side").iterdir()] == ["package"]
    finally:
        empty(place / "in")
    return refused


def empty(folder: Path) -> None:
    for one in folder.iterdir():
        if one.is_dir() and not one.is_symlink():
            empty(one)
        else:
            assert not one.is_symlink()
            one.unlink()
    folder.rmdir()


def test_spoiled_packages_are_read_or_refused_and_stay_in_their_folder(tmp_path: Path) -> None:
    refusals: set[str] = set()
    for number in range(CASES - GENERATED):
        try:
            refusals.add(run(spoiled(number), tmp_path))
        except (Exception, Hang) as error:
            kept = tmp_path.parent / f"spoiled-{number}.zip"
            kept.write_bytes(spoiled(number))
            raise AssertionError(f"case {number}, kept as {kept}") from error
    assert "" in refusals  # some are harmless: the cases are not all refused at the door
    assert {"not-a-zip", "path-traversal", "xml-not-well-formed"} <= refusals


_tags = st.sampled_from((
    "manifest", "metadata", "schemaversion", "organizations", "organization", "item", "title", "resources", "resource",
    "file", "dependency", "adlcp:location", "adlcp:masteryscore", "adlcp:completionThreshold", "adlcp:data",
    "imsss:sequencing", "imsss:objectives", "imsss:primaryObjective", "imsss:mapInfo", "imsss:ruleCondition",
    "imsss:controlMode", "imsss:sequencingCollection", "adlnav:presentation", "lom:lom", "lom:general", "lom:title",
))  # fmt: skip
_keys = st.sampled_from((
    "identifier", "identifierref", "href", "default", "parameters", "isvisible", "xml:base", "type", "adlcp:scormType",
    "objectiveID", "targetObjectiveID", "referencedObjective", "IDRef", "ID", "minProgressMeasure", "selectCount", "choice",
))  # fmt: skip
_values = st.sampled_from((*VALUES[:-3], "A", "B", "index.html")) | st.text(max_size=8)
_trees = st.recursive(
    st.tuples(_tags, st.dictionaries(_keys, _values, max_size=4), st.just(()) | st.tuples(_values)),
    lambda inner: st.tuples(_tags, st.dictionaries(_keys, _values, max_size=4), st.lists(inner, max_size=5)),
    max_leaves=25,
)
SPACES = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" '
    'xmlns:lom="http://ltsc.ieee.org/xsd/LOM"'
)


def written(tree: object, top: str = "") -> str:
    if isinstance(tree, str):
        return escaped(tree)
    tag, attributes, content = tree  # type: ignore[misc]  # a tree of tuples
    said = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
    return f"<{tag}{top}{said}>{''.join(written(part) for part in content)}</{tag}>"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@settings(max_examples=GENERATED, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    parts=st.lists(_trees, max_size=6),
    names=st.lists(st.sampled_from(NAMES) | st.text(max_size=12), max_size=4),
    content=st.sampled_from(CONTENTS) | st.binary(max_size=300),
)
def test_generated_packages_are_read_or_refused_and_stay_in_their_folder(
    tmp_path_factory: pytest.TempPathFactory, parts: list[object], names: list[str], content: bytes
) -> None:
    manifest = f"<manifest {SPACES}>{''.join(written(part) for part in parts)}</manifest>"
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as archive:
        warnings.simplefilter("ignore")  # the same name twice is what is wanted
        archive.writestr("imsmanifest.xml", manifest.encode("utf-8", "replace"))
        archive.writestr("index.html", content)
        for name in names:
            info = zipfile.ZipInfo("x")
            info.filename = name.encode("utf-8", "replace").decode()
            archive.writestr(info, content)
    run(target.getvalue(), tmp_path_factory.mktemp("fuzz"))
