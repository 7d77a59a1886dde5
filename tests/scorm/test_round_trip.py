"""A manifest that is read, written and read again is the same, whatever it holds, and what is written is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm import schemas, xml
from scorm.manifest import File, Item, Manifest, Organization, Resource, read_manifest, write_manifest

if TYPE_CHECKING:
    from scorm.model import Edition

EVERYTHING_12 = """<?xml version="1.0" encoding="UTF-8"?>
<cp:manifest identifier="M1" version="3" xmlns:cp="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:a="http://www.adlnet.org/xsd/adlcp_rootv1p2" xmlns:t="urn:tool" xml:base="cours/">
  <cp:metadata><cp:schema>ADL SCORM</cp:schema><cp:schemaversion>1.2</cp:schemaversion>
    <a:location>meta.xml</a:location>
    <lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"><general><title>
      <langstring xml:lang="fr">Un  titre &amp; &lt;deux&gt;</langstring></title></general></lom>
  </cp:metadata>
  <cp:organizations default="B">
    <cp:organization identifier="A" structure="flat"><cp:title>Un</cp:title>
      <cp:item identifier="A1" identifierref="R1" isvisible="false" parameters="?a=1&amp;b=2"><cp:title>Un</cp:title>
        <cp:metadata><a:location>a1.xml</a:location></cp:metadata>
        <a:prerequisites type="aicc_script">A2</a:prerequisites><a:maxtimeallowed>00:10:00</a:maxtimeallowed>
        <a:timelimitaction>exit,message</a:timelimitaction><a:datafromlms> niveau = 2 </a:datafromlms>
        <a:masteryscore>66.6667</a:masteryscore><t:extra t:x="1"><t:y/></t:extra></cp:item>
      <cp:item identifier="A2" identifierref="M2"><cp:title>Dedans</cp:title></cp:item>
    </cp:organization>
    <cp:organization identifier="B"><cp:title>Deux</cp:title>
      <cp:item identifier="B1"><cp:title>Branche</cp:title>
        <cp:item identifier="B2" identifierref="R2"><cp:title>Feuille</cp:title></cp:item></cp:item>
    </cp:organization>
  </cp:organizations>
  <cp:resources xml:base="pages/">
    <cp:resource identifier="R1" type="webcontent" a:scormtype="sco" href="un.html" xml:base="un/">
      <cp:metadata><a:location>r1.xml</a:location></cp:metadata>
      <cp:file href="un.html"><cp:metadata><a:location>f1.xml</a:location></cp:metadata></cp:file>
      <cp:dependency identifierref="C"/>
    </cp:resource>
    <cp:resource identifier="R2" type="webcontent" a:scormtype="asset" href="deux.html"/>
    <cp:resource identifier="C" type="webcontent"><cp:file href="c.js"/></cp:resource>
  </cp:resources>
  <cp:manifest identifier="M2" xml:base="inner/">
    <cp:organizations default="I"><cp:organization identifier="I"><cp:title>Dedans</cp:title>
      <cp:item identifier="I1" identifierref="R3"><cp:title>Trois</cp:title></cp:item></cp:organization></cp:organizations>
    <cp:resources><cp:resource identifier="R3" type="webcontent" a:scormtype="sco" href="trois.html"/></cp:resources>
  </cp:manifest>
</cp:manifest>
"""
EVERYTHING_2004 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M1" version="3" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"
  xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion>
    <lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><title><string language="fr">Été</string></title></general></lom>
  </metadata>
  <organizations default="O">
    <organization identifier="O" adlseq:objectivesGlobalToSystem="false" adlcp:sharedDataGlobalToSystem="false">
      <title>Cours</title>
      <item identifier="I1" identifierref="R1" parameters="#fin"><title>Un</title>
        <adlcp:timeLimitAction>exit,no message</adlcp:timeLimitAction>
        <adlcp:dataFromLMS>x</adlcp:dataFromLMS>
        <adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.3333" progressWeight="0.5"/>
        <sequencing xmlns="http://www.imsglobal.org/xsd/imsss" IDRef="S1">
          <controlMode choice="true" flow="true"/>
          <sequencingRules><preConditionRule><ruleConditions conditionCombination="any">
            <ruleCondition referencedObjective="P" operator="not" condition="satisfied"/></ruleConditions>
            <ruleAction action="disabled"/></preConditionRule></sequencingRules>
          <objectives><primaryObjective objectiveID="P" satisfiedByMeasure="true">
            <minNormalizedMeasure>0.8</minNormalizedMeasure>
            <mapInfo targetObjectiveID="urn:x:g" writeSatisfiedStatus="true"/></primaryObjective></objectives>
          <adlseq:rollupConsiderations measureSatisfactionIfActive="false"/>
        </sequencing>
        <adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>exit</adlnav:hideLMSUI>
        </adlnav:navigationInterface></adlnav:presentation>
        <adlcp:data><adlcp:map targetID="d" readSharedData="true"/></adlcp:data>
      </item>
      <adlcp:completionThreshold completedByMeasure="false"/>
    </organization>
  </organizations>
  <resources><resource identifier="R1" type="webcontent" adlcp:scormType="sco" href="un.html"><file href="un.html"/>
  </resource></resources>
  <imsss:sequencingCollection xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
    <imsss:sequencing ID="S1"><imsss:deliveryControls tracked="true"/></imsss:sequencing>
  </imsss:sequencingCollection>
</manifest>
"""


@pytest.mark.parametrize("source", [EVERYTHING_12, EVERYTHING_2004])
def test_all_that_a_manifest_can_hold_comes_back_the_same(source: str) -> None:
    first = read_manifest(source.encode())
    written = write_manifest(first)
    assert read_manifest(written) == first
    assert write_manifest(read_manifest(written)) == written


@pytest.mark.skipif(not schemas.schema_files("4th"), reason="the schemas are brought by the build")
@pytest.mark.parametrize("source", [EVERYTHING_12, EVERYTHING_2004])
@pytest.mark.parametrize("edition", ["1.2", "2nd", "3rd", "4th"])
def test_all_that_a_manifest_can_hold_is_written_valid_in_every_edition(source: str, edition: Edition) -> None:
    if (edition == "1.2") != (source is EVERYTHING_12):
        pytest.skip("another standard")
    old_threshold = "<adlcp:completionThreshold>0.3333</adlcp:completionThreshold>"
    if edition in {"2nd", "3rd"}:  # what the 4th edition added
        version = {"2nd": "CAM 1.3", "3rd": "2004 3rd Edition"}[edition]
        for new, old in (
            ("2004 4th Edition", version),
            (' adlcp:sharedDataGlobalToSystem="false"', ""),
            ('<adlcp:completionThreshold completedByMeasure="false"/>', ""),
            ('<adlcp:data><adlcp:map targetID="d" readSharedData="true"/></adlcp:data>', ""),
            ('<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.3333" progressWeight="0.5"/>', old_threshold),
        ):  # fmt: skip
            assert new in source
            source = source.replace(new, old)
    manifest = read_manifest(source.encode())
    written = write_manifest(manifest)
    assert manifest.edition == edition
    assert schemas.validate(xml.parse(written)[0], edition) == ()
    assert read_manifest(written) == manifest


def test_several_organizations_and_inner_manifests_are_all_there() -> None:
    manifest = read_manifest(EVERYTHING_12.encode())
    assert [organization.identifier for organization in manifest.organizations] == ["A", "B"]
    assert [sco.url for sco in manifest.scos()] == ["cours/pages/deux.html"]
    assert [(sco.item.identifier, sco.url) for sco in manifest.scos(manifest.organizations[0])] == [
        ("A1", "cours/pages/un/un.html?a=1&b=2"),
        ("I1", "cours/inner/trois.html"),
    ]
    assert [note.rule for note in manifest.notes] == ["sub-manifest"]
    assert (
        manifest.metadata[0]
        == b'<adlcp:location xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">meta.xml</adlcp:location>'
    )
    assert b"Un  titre &amp; &lt;deux&gt;" in manifest.metadata[1]
    assert manifest.organizations[0].items[0].launch_data == " niveau = 2 "


def test_what_2004_adds_is_read() -> None:
    organization = read_manifest(EVERYTHING_2004.encode()).organizations[0]
    item = organization.items[0]
    assert not organization.objectives_global_to_system
    assert not organization.shared_data_global_to_system
    assert (item.completion_threshold, item.progress_weight, item.scaled_passing_score) == (0.3333, 0.5, 0.8)
    assert item.navigation == ("exit",)
    assert b"rollupConsiderations" in item.sequencing
    assert Organization("O").objectives_global_to_system  # unless it says otherwise


def test_prefixes_nobody_declared_are_guessed_and_noted() -> None:
    data = EVERYTHING_2004.replace(' xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"', "").replace(
        'version="3"', 'version="3" xsi:schemaLocation="a b" odd:x="1"'
    )
    manifest = read_manifest(data.encode())
    assert next(manifest.scos()).is_sco
    assert {note.values["prefix"] for note in manifest.notes} == {"xsi", "adlcp", "odd"}
    broken = data.replace("<manifest", "<!-- <manifest> --><?x <manifest?><manifest", 1)
    assert read_manifest(broken.encode()) == manifest


_id = st.from_regex(r"[A-Za-z_][\w.\-]{0,12}", fullmatch=True)
_text = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=30)
_number = st.floats(0, 1, allow_subnormal=False)
_items = st.recursive(
    st.builds(
        Item,
        identifier=_id,
        title=_text,
        identifierref=_id,
        parameters=st.sampled_from(("", "?a=1", "#x")),
        isvisible=st.booleans(),
        launch_data=st.just("") | _text,
    ),
    lambda below: st.builds(
        Item, identifier=_id, title=_text, children=st.lists(below, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=8,
)
_resources = st.builds(
    Resource,
    identifier=_id,
    href=st.just("") | _id,
    scormtype=st.sampled_from(("sco", "asset", "")),
    base=st.sampled_from(("", "a/", "a/b/")),
    files=st.lists(st.builds(File, _id), max_size=3).map(tuple),
    dependencies=st.lists(_id, max_size=2).map(tuple),
)


@settings(max_examples=80, deadline=None)
@given(
    edition=st.sampled_from(("1.2", "2nd", "3rd", "4th")),
    items=st.lists(_items, min_size=1, max_size=4),
    resources=st.lists(_resources, max_size=4),
    score=_number,
)
def test_any_manifest_comes_back_the_same(
    edition: Edition, items: list[Item], resources: list[Resource], score: float
) -> None:
    scored = Item("S", "Scored", "R", mastery_score=score) if edition == "1.2" else Item("S", "Plain", "R")
    organizations = tuple(Organization(f"O{n}", item.title, (item, scored)) for n, item in enumerate(items))
    standard = "1.2" if edition == "1.2" else "2004"
    manifest = Manifest("M", standard, edition, organizations, tuple(resources), "O0", version="1")
    assert read_manifest(write_manifest(manifest)) == manifest
