from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm.manifest import (
    File,
    Item,
    Manifest,
    ManifestError,
    Organization,
    Resource,
    launch_url,
    package_path,
    read_manifest,
    write_manifest,
)
from tests.scorm.builders import MANIFEST_12, MANIFEST_2004


def test_every_12_element_of_an_item_is_read() -> None:
    manifest = read_manifest(MANIFEST_12.encode())
    sco = next(manifest.scos())
    assert (manifest.standard, manifest.edition, manifest.title) == ("1.2", "1.2", "Été à la médiathèque")
    assert (sco.url, sco.path, sco.is_sco) == ("index.html?page=1", "index.html", True)
    assert (sco.item.mastery_score, sco.item.launch_data, sco.item.prerequisites) == (80.0, "niveau=2", "")
    assert (sco.item.max_time_allowed, sco.item.time_limit_action) == ("01:00:00", "exit,message")
    assert manifest.notes == ()


def test_every_2004_element_of_an_item_is_read() -> None:
    item = next(read_manifest(MANIFEST_2004.encode()).scos()).item
    assert (item.scaled_passing_score, item.completion_threshold, item.completed_by_measure) == (0.6, 0.75, True)
    assert item.navigation == ("continue",)
    assert b"minNormalizedMeasure" in item.sequencing


@pytest.mark.parametrize("source", [MANIFEST_12, MANIFEST_2004])
def test_a_written_manifest_reads_back_the_same(source: str) -> None:
    first = read_manifest(source.encode())
    data = write_manifest(first)
    second = read_manifest(data)
    assert [sco.url for sco in first.scos()] == [sco.url for sco in second.scos()]
    assert write_manifest(second) == data
    assert first.title.encode() in data  # raw characters, no numeric references


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + MANIFEST_12.encode(),
        b"\xef\xbb\xbf" + MANIFEST_12.replace("UTF-8", "unheard-of").encode(),
        b"\n\n" + MANIFEST_12.encode(),
        MANIFEST_12.replace("UTF-8", "UTF-16").encode("utf-16"),
        MANIFEST_12.encode("utf-16"),
        MANIFEST_12.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        MANIFEST_12.encode("latin-1"),
        MANIFEST_12.encode("latin-1") + b"<!-- \x81 -->",
        MANIFEST_12.replace("UTF-8", "UTF-16").encode(),
        MANIFEST_12.replace("UTF-8", "unheard-of").encode(),
        MANIFEST_12.replace("adlcp:", "foo:").replace("xmlns:adlcp", "xmlns:foo").encode(),
    ],
    ids=[
        "bom",
        "bom-unknown",
        "blank",
        "utf16",
        "utf16-as-8",
        "latin",
        "latin-as-8",
        "latin-odd",
        "8-as-utf16",
        "unknown",
        "prefix",
    ],
)
def test_encodings_and_prefixes_are_put_up_with(data: bytes) -> None:
    manifest = read_manifest(data)
    assert manifest.title == "Été à la médiathèque"
    assert next(manifest.scos()).item.mastery_score == 80.0


def test_latin_text_announced_as_utf8_is_noted() -> None:
    notes = read_manifest(MANIFEST_12.encode("latin-1")).notes
    assert [note.rule for note in notes] == ["xml-encoding"]
    assert "cp1252" in notes[0].message.text("fr-FR")


def test_white_space_around_identifiers_is_stripped_and_noted() -> None:
    data = MANIFEST_12.replace('identifierref="R1"', 'identifierref=" R1"').replace(
        'identifier="R1"', 'identifier="R1 "'
    )
    manifest = read_manifest(data.encode())
    assert len(list(manifest.scos())) == 1
    assert {note.rule for note in manifest.notes} == {"identifier-white-space"}


@pytest.mark.parametrize(
    ("version", "edition"),
    [
        ("CAM 1.3", "2nd"),
        ("2004 2nd Edition", "2nd"),
        ("2004 3rd Edition", "3rd"),
        (" 2004 4th  Edition ", "4th"),
        ("2004", "2nd"),
        ("1.2", "1.2"),
        ("SCORM 1.2", "1.2"),
    ],
)
def test_schemaversion_gives_the_edition(version: str, edition: str) -> None:
    manifest = read_manifest(MANIFEST_2004.replace("2004 4th Edition", version).encode())
    assert manifest.edition == edition


def test_namespaces_decide_when_the_version_is_missing_or_odd() -> None:
    odd = read_manifest(MANIFEST_12.replace("<schemaversion>1.2<", "<schemaversion>last<").encode())
    missing = read_manifest(MANIFEST_2004.replace("<schemaversion>2004 4th Edition</schemaversion>", "").encode())
    bare = read_manifest(b"<manifest identifier='m'/>")
    assert (odd.edition, missing.edition, bare.edition) == ("1.2", "4th", "1.2")
    assert [manifest.notes[0].rule for manifest in (odd, missing, bare)] == ["schemaversion-guessed"] * 3


def test_a_version_against_its_namespaces_is_followed_and_noted() -> None:
    manifest = read_manifest(MANIFEST_2004.replace("2004 4th Edition", "1.2").encode())
    assert (manifest.standard, [note.rule for note in manifest.notes]) == ("1.2", ["namespace-mismatch"])


def test_a_missing_or_wrong_default_falls_back_on_the_first_organization() -> None:
    for default in ("", 'default="NONE"'):
        manifest = read_manifest(MANIFEST_12.replace('default="ORG"', default).encode())
        assert manifest.default_organization is not None
        assert manifest.default_organization.identifier == "ORG"


def test_a_package_without_organization_has_nothing_to_launch() -> None:
    manifest = read_manifest(b"<manifest identifier='m'><organizations/><resources/></manifest>")
    assert (manifest.default_organization, list(manifest.scos()), manifest.title) == (None, [], "")
    assert manifest.resource("R1") is None


def test_bases_add_up_from_the_manifest_down() -> None:
    data = (
        MANIFEST_12.replace('version="1"', 'version="1" xml:base="course/"')
        .replace("<resources>", '<resources xml:base="pages/">')
        .replace('type="webcontent"', 'type="webcontent" xml:base="one/"')
    )
    manifest = read_manifest(data.encode())
    resource = manifest.resource("R1")
    assert resource is not None
    assert resource.url == "course/pages/one/index.html"
    assert resource.url_of("https://example.org/a.js") == "https://example.org/a.js"


def test_numbers_out_of_bounds_are_ignored_with_a_note() -> None:
    for wrong in ("180", "many"):
        manifest = read_manifest(MANIFEST_12.replace("<adlcp:masteryscore>80", f"<adlcp:masteryscore>{wrong}").encode())
        assert next(manifest.scos()).item.mastery_score is None
        assert [note.rule for note in manifest.notes] == ["number-ignored"]


def test_thresholds_of_older_editions_are_text() -> None:
    third = MANIFEST_2004.replace("2004 4th Edition", "2004 3rd Edition").replace(
        '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75"/>',
        "<adlcp:completionThreshold>0.5</adlcp:completionThreshold>",
    )
    manifest = read_manifest(third.encode())
    assert next(manifest.scos()).item.completion_threshold == 0.5
    assert b">0.5</adlcp:completionThreshold>" in write_manifest(manifest)
    broken = MANIFEST_2004.replace('minProgressMeasure="0.75"', 'minProgressMeasure="much"')
    assert next(read_manifest(broken.encode()).scos()).item.completion_threshold == 1.0


def test_a_shared_sequencing_collection_gives_the_passing_score() -> None:
    start, end = MANIFEST_2004.index("<imsss:sequencing>"), MANIFEST_2004.index("</imsss:sequencing>")
    inner = MANIFEST_2004[start + len("<imsss:sequencing>") : end]
    data = MANIFEST_2004[:start] + '<imsss:sequencing IDRef="S1">' + MANIFEST_2004[end:]
    data = data.replace(
        "</manifest>",
        f'<imsss:sequencingCollection><imsss:sequencing ID="S1">{inner}</imsss:sequencing></imsss:sequencingCollection></manifest>',
    )
    manifest = read_manifest(data.encode())
    assert next(manifest.scos()).item.scaled_passing_score == 0.6
    assert b"sequencingCollection" in write_manifest(manifest)


def test_a_score_that_does_not_decide_gives_no_passing_score() -> None:
    data = MANIFEST_2004.replace('satisfiedByMeasure="true"', 'satisfiedByMeasure="false"')
    assert next(read_manifest(data.encode()).scos()).item.scaled_passing_score is None


def test_entities_are_refused_and_never_expanded() -> None:
    bomb = '<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + "<manifest identifier='m'>&b;</manifest>"
    outside = '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/hostname">]><manifest identifier="m">&x;</manifest>'
    latin = bomb.replace("'m'", "'é'").encode("latin-1")
    for data in (bomb.encode(), outside.encode(), latin):
        with pytest.raises(ManifestError) as caught:
            read_manifest(data)
        assert caught.value.rule == "xml-entities"
        assert "entités" in caught.value.text("fr")


@pytest.mark.parametrize(
    ("data", "rule", "line"),
    [
        (b"", "xml-not-well-formed", 1),
        (b"<manifest>\n<item>\n</manifest>", "xml-not-well-formed", 3),
        ("<manifest>\n<item>\n</manifest>".encode("utf-16"), "xml-not-well-formed", 3),
        (b"\n<html/>", "not-a-manifest", 1),
        (b"<manifest>" + b"\n" * (16 * 2**20) + b"</manifest>", "xml-too-large", 0),
        (
            b"<manifest><organizations><organization>" + b"<item>" * 50 + b"</item>" * 50
            + b"</organization></organizations></manifest>",
            "items-too-deep",
            1,
        ),
    ],
    ids=["empty", "unclosed", "unclosed-utf16", "html", "large", "deep"],
)  # fmt: skip
def test_what_is_no_manifest_is_refused_with_its_line(data: bytes, rule: str, line: int) -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(data)
    assert (caught.value.rule, caught.value.line) == (rule, line)
    assert caught.value.fr != caught.value.en


def test_inner_manifests_are_noted() -> None:
    manifest = read_manifest(MANIFEST_12.replace("</manifest>", "<manifest identifier='x'/></manifest>").encode())
    assert [note.rule for note in manifest.notes] == ["sub-manifest"]


def test_a_passing_score_alone_is_written_as_a_primary_objective() -> None:
    item = Item(
        "I",
        "Title",
        "R",
        scaled_passing_score=0.7,
        isvisible=False,
        navigation=("previous",),
        time_limit_action="exit,message",
    )
    resource = Resource("R", href="a.html", scormtype="sco", base="sub/", files=(File("a.html"),), dependencies=("C",))
    common = Resource("C", scormtype="asset", files=(File("c.js"),))
    manifest = Manifest(
        "M", "2004", "4th", (Organization("O", "Course", (item,), structure="flat"),), (resource, common), "O"
    )
    data = write_manifest(manifest)
    again = read_manifest(data)
    sco = next(again.scos())
    assert (sco.item.scaled_passing_score, sco.item.isvisible, sco.url) == (0.7, False, "sub/a.html")
    assert b'adlcp:scormType="sco"' in data
    assert b'completionSetByContent="true"' in data


def test_12_spells_scormtype_in_lower_case_and_keeps_metadata() -> None:
    data = MANIFEST_12.replace("</metadata>", "<adlcp:location>metadata.xml</adlcp:location></metadata>")
    written = write_manifest(read_manifest(data.encode()))
    assert b'adlcp:scormtype="sco"' in written
    assert b">metadata.xml</adlcp:location>" in written


def test_sequencing_of_an_organization_survives_in_2004() -> None:
    data = MANIFEST_2004.replace(
        "</organization>", '<imsss:sequencing><imsss:controlMode flow="true"/></imsss:sequencing></organization>'
    )
    assert b'controlMode flow="true"' in write_manifest(read_manifest(data.encode()))


@pytest.mark.parametrize(("standard", "edition"), [("2004", "5th"), ("1.2", "4th"), ("2004", "1.2")])
def test_other_editions_are_not_written(standard: str, edition: str) -> None:
    with pytest.raises(ValueError, match="no manifest is written"):
        write_manifest(Manifest("M", standard, edition))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "parameters", "expected"),
    [
        ("a.html", "", "a.html"),
        ("a.html", "?x=1", "a.html?x=1"),
        ("a.html", "&&x=1", "a.html?x=1"),
        ("a.html?y=2", "?x=1", "a.html?y=2&x=1"),
        ("a.html", "#top", "a.html#top"),
        ("a.html?y=2", "#top", "a.html?y=2"),
        ("a.html#end", "#top", "a.html#end"),
        ("a.html#end", "x=1", "a.html?x=1#end"),
    ],
)
def test_parameters_join_the_address_as_the_standard_says(url: str, parameters: str, expected: str) -> None:
    assert launch_url(url, parameters) == expected


def test_a_path_loses_its_query_and_its_percent_signs() -> None:
    assert package_path("dossier%20un/./a.html?x=1#y") == "dossier un/a.html"
    assert package_path("?x=1") == ""


def test_an_external_resource_has_no_path_in_the_package() -> None:
    for address in ("https://example.org/course", "//example.org/course", "http://[broken"):
        data = MANIFEST_12.replace('href="index.html">', f'href="{address}">').replace(' parameters="?page=1"', "")
        assert next(read_manifest(data.encode()).scos()).path == ""


_text = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split()) or "x"
)


@settings(max_examples=40)
@given(titles=st.lists(_text, min_size=1, max_size=4), score=st.integers(0, 100))
def test_any_titles_survive_writing_and_reading(titles: list[str], score: int) -> None:
    items = tuple(Item(f"I{n}", title, "R", mastery_score=float(score)) for n, title in enumerate(titles))
    manifest = Manifest("M", "1.2", "1.2", (Organization("O", titles[0], items),), (Resource("R", href="a.html"),), "O")
    again = read_manifest(write_manifest(manifest))
    assert [(item.title, item.mastery_score) for item in again.organizations[0].walk()] == [
        (title, float(score)) for title in titles
    ]


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_no_bytes_make_reading_fail_otherwise_than_with_a_manifest_error(data: bytes) -> None:
    with contextlib.suppress(ManifestError):
        assert read_manifest(data).standard in {"1.2", "2004"}
