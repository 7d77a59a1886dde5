"""A course by module: several SCOs, and the sequencing that SCORM 2004 makes of what the course says."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from courses.check import check_files
from courses.files import FolderFiles
from courses.loader import load_course
from courses.packaging import PackError, Provenance, pack, plan
from courses.writer import write_module_yaml
from scorm.check import check_package
from scorm.manifest import read_manifest

SMALL = Path(__file__).parent.parent / "data" / "premiers-pas"
BUNDLED = Path(__file__).parent.parent.parent / "courses" / "data" / "mediation-qualite"
SCORM = ["scorm12", "scorm2004-3", "scorm2004-4"]
HERE = Provenance("Hub fictif", "1")
SS = "{http://www.imsglobal.org/xsd/imsss}"


def load(folder, changes=None):
    files = dict(FolderFiles(folder)) | (changes or {})
    loaded = load_course(files)
    assert loaded.problems == ()
    return loaded.course, files


def held(folder=SMALL):
    """The small course, whose second module asks for the first."""
    path = "modules/02-proteger/module.yaml"
    files = dict(FolderFiles(folder))
    return load(folder, {path: files[path].replace(b"activities:", b"requires: [mod-accueillir]\nactivities:")})


def packed(course, files, package_format, **options):
    data = b"".join(pack(course, files, format=package_format, provenance=HERE, by_module=True, **options))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def items(members):
    """Item identifier -> its own sequencing element, or None."""
    root = etree.fromstring(members["imsmanifest.xml"])
    return {item.get("identifier"): item.find(SS + "sequencing") for item in root.iter("{*}item")}


def rules(sequencing):
    """(action, combination, [(objective, operator, condition)]) of each precondition."""
    return [
        (
            rule.find(f"{SS}ruleAction").get("action"),
            rule.find(f"{SS}ruleConditions").get("conditionCombination"),
            [
                (one.get("referencedObjective"), one.get("operator", "noOp"), one.get("condition"))
                for one in rule.iter(f"{SS}ruleCondition")
            ],
        )
        for rule in sequencing.iter(f"{SS}preConditionRule")
    ]


def data_of(members, part):
    text = members[f"sco-{part}.js"].decode()
    return json.loads(text.removeprefix("window.bouquetCourse=").removesuffix(";\n"))


@pytest.mark.parametrize("package_format", SCORM)
def test_each_module_is_a_sco_with_its_own_page_and_the_rest_is_shared(package_format):
    course, files = load(SMALL)
    members = packed(course, files, package_format, sequencing=False)
    manifest = read_manifest(members["imsmanifest.xml"])
    scos = list(manifest.scos())
    assert [sco.item.title for sco in scos] == [module.title for module in course.modules]
    assert [sco.path for sco in scos] == ["sco-mod-accueillir.html", "sco-mod-proteger.html"]
    listed = [file.href for resource in manifest.resources for file in resource.files]
    assert sorted(listed) == sorted(
        name for name in members if not name.endswith((".xsd", ".dtd")) and name != "imsmanifest.xml"
    )
    assert all(sco.resource.dependencies == ("RES-COMMON",) for sco in scos)
    first, second = (data_of(members, f"mod-{name}") for name in ("accueillir", "proteger"))
    assert {one["id"] for one in first["activities"]}.isdisjoint(one["id"] for one in second["activities"])
    assert (first["scored"], second["scored"]) == ([], ["test-final"])
    assert (first["mastery"], second["mastery"]) == (0.0, 0.7)


@pytest.mark.parametrize("package_format", SCORM)
@pytest.mark.parametrize("sequencing", [True, False])
def test_the_conformance_report_finds_no_error(tmp_path, package_format, sequencing):
    for name, (course, files) in {"small": held(), "bundled": load(BUNDLED)}.items():
        target = tmp_path / f"{name}.zip"
        chunks = pack(course, files, format=package_format, provenance=HERE, by_module=True, sequencing=sequencing)
        target.write_bytes(b"".join(chunks))
        assert [one for one in check_package(target).problems if one.severity == "error"] == []


def test_a_module_that_requires_another_is_closed_until_then_in_both_standards():
    course, files = held()
    old = read_manifest(packed(course, files, "scorm12")["imsmanifest.xml"])
    assert [sco.item.prerequisites for sco in old.scos()] == ["", "ITEM-mod-accueillir"]
    for package_format in SCORM[1:]:
        found = items(packed(course, files, package_format))
        owed = "done-mod-accueillir"
        held_back = [("disabled", "any", [(owed, "not", "satisfied"), (owed, "not", "objectiveStatusKnown")])]
        assert rules(found["ITEM-all-mod-proteger"]) == held_back
        assert rules(found["ITEM-mod-accueillir"]) == []


def test_a_pre_test_skips_the_lessons_that_it_asks_about_and_writes_what_they_read():
    course, files = load(BUNDLED)
    members = packed(course, files, "scorm2004-4")
    found = items(members)
    skipped = {name: rules(one) for name, one in found.items() if one is not None and rules(one)}
    assert list(skipped) == [
        "ITEM-mod-publics-2", "ITEM-mod-concevoir", "ITEM-mod-animer", "ITEM-mod-hybride", "ITEM-mod-evaluer",
    ]  # fmt: skip
    assert skipped["ITEM-mod-animer"] == [("skip", "any", [("known-mod-animer", "noOp", "satisfied")])]
    written = {
        one.get("targetObjectiveID")
        for one in found["ITEM-quiz-positionnement"].iter(f"{SS}mapInfo")
        if one.get("writeSatisfiedStatus") == "true"
    }
    read = {
        one.get("targetObjectiveID") for name in skipped for one in found[name].iter(f"{SS}mapInfo")
    }  # what they read, and what they write themselves
    assert read <= written
    checks = data_of(members, "quiz-positionnement")["known"]
    assert checks[2] == {
        "ids": ["known-mod-animer", "done-mod-animer"],
        "questions": ["q-pos-animer", "q-pos-accessible"],
        "mark": 0.7,
    }


def test_the_course_is_passed_by_its_final_test_alone():
    course, files = load(BUNDLED)
    members = packed(course, files, "scorm2004-4")
    weights = {
        name: float(one.find(f"{SS}rollupRules").get("objectiveMeasureWeight"))
        for name, one in items(members).items()
        if not name.startswith("ITEM-all-")
    }
    assert {name for name, weight in weights.items() if weight} == {"ITEM-quiz-final"}
    assert weights["ITEM-quiz-final"] == 1
    organization = etree.fromstring(members["imsmanifest.xml"]).find("{*}organizations/{*}organization")
    primary = organization.find(f"{SS}sequencing/{SS}objectives/{SS}primaryObjective")
    assert (primary.get("satisfiedByMeasure"), primary[0].text) == ("true", "0.7")


def test_a_package_with_rules_says_who_refuses_it_and_offline_pages_are_not_cut():
    course, files = load(SMALL)
    asked = plan(course, files, format="scorm2004-4", by_module=True)
    assert [note.rule for note in asked.notes][-1] == "sequenced"
    assert "Moodle" in asked.notes[-1].message["fr"]
    assert asked.scos == ("Accueillir", "Protéger", "Test final")
    assert len(plan(course, files).scos) == 1
    with pytest.raises(PackError, match="one site"):
        pack(course, files, format="html", provenance=HERE, by_module=True)


def test_a_module_to_finish_first_must_stand_before_and_is_written_back():
    course, files = held()
    assert b"requires: [mod-accueillir]" in write_module_yaml(course.modules[1], course.frameworks).encode()
    path = "modules/01-accueillir/module.yaml"
    wrong = files | {path: files[path].replace(b"activities:", b"requires: [mod-proteger, rien]\nactivities:")}
    found = [one for one in check_files(wrong, lambda _ref: True) if one.rule == "requires-unknown"]
    assert [re.search("« (.*?) »".replace(" ", "\u00a0"), one.message["fr"])[1] for one in found] == [
        "mod-proteger",
        "rien",
    ]


def test_a_module_packed_alone_forgets_what_it_required():
    course, files = held()
    data = b"".join(pack(course, files, format="scorm12", provenance=HERE, module="mod-proteger"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        source = {one.removeprefix("source/"): archive.read(one) for one in archive.namelist() if "source/" in one}
    assert load_course(source).course.modules[0].requires == ()
    assert [one.rule for one in check_files(source, lambda _ref: True) if one.severity == "error"] == []
