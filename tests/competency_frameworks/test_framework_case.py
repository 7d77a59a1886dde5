from __future__ import annotations

import json
from datetime import UTC, datetime

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_frameworks import library
from competency_frameworks.formats.case import read_case, write_case
from competency_frameworks.formats.case_reader import MAX_BYTES
from competency_frameworks.model import ExternalNode, ItemRef
from tests.competency_frameworks.framework_strategies import frameworks
from tests.competency_frameworks.samples import SAMPLES

CHANGED = datetime(2026, 1, 15, 10, tzinfo=UTC)
SCHEMA = SAMPLES / "case-spec" / "imscasev1p1_openapi3_v1p0.json"

needs_schema = pytest.mark.skipif(not SCHEMA.exists(), reason="the published CASE schema is not at hand")
needs_samples = pytest.mark.skipif(not (SAMPLES / "minimal").exists(), reason="the sample packages are not at hand")


def package(items=(), associations=(), **document) -> bytes:
    head = {"identifier": "d0000000-0000-0000-0000-000000000000", "title": "Essai", "language": "fr", "creator": "Moi"}
    return json.dumps({"CFDocument": head | document, "CFItems": items, "CFAssociations": associations}).encode()


def link(name: str, uri: str = "") -> dict[str, str]:
    return {"identifier": name, "uri": uri, "title": name}


def child(origin: str, destination: str, number=None) -> dict:
    record = {"associationType": "isChildOf", "originNodeURI": link(origin), "destinationNodeURI": link(destination)}
    return record if number is None else record | {"sequenceNumber": number}


def read(data: bytes):
    result = read_case(data, "x.json")
    assert result.framework is not None, [problem.text("en") for problem in result.problems]
    return result.framework


def rules(data: bytes) -> list[str]:
    return [problem.rule for problem in read_case(data).problems if problem.rule.startswith("case")]


@given(frameworks())
def test_reading_undoes_writing(framework):
    result = read_case(write_case(framework, CHANGED))
    assert result.framework == framework
    assert not [problem for problem in result.problems if problem.rule.startswith("case")]


@needs_schema
@given(frameworks())
def test_what_is_written_follows_the_published_schema(framework):
    assert schema_faults(write_case(framework, CHANGED)) == []


@needs_schema
@pytest.mark.parametrize("framework", library.load_bundled().values(), ids=lambda framework: framework.id)
def test_bundled_frameworks_follow_the_published_schema(framework):
    assert schema_faults(write_case(framework, CHANGED)) == []


@needs_schema
def test_the_schema_check_finds_faults():
    written = json.loads(write_case(library.get("fpa-rncp37275", "2023"), CHANGED))
    written["CFItems"][0].pop("uri")
    written["CFItems"][1]["surprise"] = 1
    written["CFDocument"]["caseVersion"] = "2.0"
    assert len(schema_faults(json.dumps(written))) == 3


def schema_faults(data: bytes | str) -> list[str]:
    root = json.loads(SCHEMA.read_text(encoding="utf-8")) | {"$ref": "#/components/schemas/CFPackageDType"}
    checker = jsonschema.Draft7Validator(root, format_checker=jsonschema.FormatChecker())
    return [fault.message for fault in checker.iter_errors(json.loads(data))]


@pytest.mark.parametrize("framework", library.load_bundled().values(), ids=lambda framework: framework.id)
def test_a_bundled_framework_loses_nothing_on_the_way(framework):
    result = read_case(write_case(framework, CHANGED))
    assert result.framework == framework
    assert {problem.rule for problem in result.problems} <= {"missing-translation"}
    assert result.framework.content_hash == framework.content_hash


def test_identifiers_in_a_package_are_unique():
    written = json.loads(write_case(library.get("mediateur-numerique-poste-type", "2022"), CHANGED))
    records = [written["CFDocument"], *written["CFItems"], *written["CFAssociations"]]
    records += [*written["CFDefinitions"]["CFItemTypes"], *written["CFDefinitions"]["CFLicenses"]]
    assert len({record["identifier"] for record in records}) == len(records)


def test_writing_twice_gives_the_same_bytes():
    framework = library.get("fpa-rncp37275", "2023")
    assert write_case(framework, CHANGED) == write_case(framework, CHANGED)


def test_a_date_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        write_case(library.get("fpa-rncp37275", "2023"), CHANGED.replace(tzinfo=None))


def test_without_our_extensions_the_rest_still_reads():
    written = json.loads(write_case(library.get("mediateur-numerique-poste-type", "2022"), CHANGED))
    for record in (written["CFDocument"], *written["CFItems"], *written["CFAssociations"]):
        record.pop("extensions", None)
    framework = read(json.dumps(written).encode())
    assert [item.code for item in framework.children("SF")] == ["SF1", "SF2", "SF3", "SF4", "SF5", "SF6"]
    assert framework.find("SF4").statement.text() == "Animer des ateliers numériques"
    assert framework.associations[0].destination.uri.startswith("urn:uuid:")
    assert framework.verification.status == "secondary source"


def test_the_package_s_own_text_wins_over_the_one_kept_in_the_extension():
    written = json.loads(write_case(library.get("fpa-rncp37275", "2023"), CHANGED))
    written["CFItems"][0]["fullStatement"] = "Retouché ailleurs"
    statement = read(json.dumps(written).encode()).find("BC01").statement
    assert dict(statement) == {"fr": "Retouché ailleurs", "en": "Design and prepare training"}


def test_extensions_are_checked_like_anything_else():
    result = read_case(package(extensions={"bouquet": {"id": "../etc", "levels": "x"}}))
    assert result.framework is None
    assert len(result.errors) == 2


def test_items_without_code_take_their_identifier_and_repeated_codes_are_told_apart():
    data = package([
        {"identifier": "aaa", "fullStatement": "a"},
        {"fullStatement": "b"},
        {"humanCodingScheme": "X 1", "fullStatement": "c"},
        {"humanCodingScheme": "X 1", "fullStatement": "d"},
        {"humanCodingScheme": "X 1", "fullStatement": "e"},
    ])  # fmt: skip
    assert [item.code for item in read(data).items] == ["aaa", "item-2", "X-1", "X-1-2", "X-1-3"]
    assert rules(data) == ["case-code"] * 3


def test_an_item_without_statement_takes_its_short_label():
    data = package([{"humanCodingScheme": "A", "abbreviatedStatement": "court"}, {"humanCodingScheme": "B"}])
    assert [item.statement.text() for item in read(data).items] == ["court", "B"]
    assert rules(data) == ["case-statement"] * 2


def test_only_identifiers_and_addresses_fit_to_be_kept_are_kept():
    good = "33c3cbb0-5d11-59f6-8e27-0ecd5eba5532"
    data = package([
        {"humanCodingScheme": "A", "fullStatement": "a", "identifier": good.upper(), "uri": "https://example.org/a"},
        {"humanCodingScheme": "B", "fullStatement": "b", "identifier": "b", "uri": "javascript:alert(1)"},
    ])  # fmt: skip
    first, second = read(data).items
    assert (first.id, first.uri) == (good, "https://example.org/a")
    assert (second.id, second.uri) == ("", "")


def test_children_follow_the_sequence_numbers_and_a_second_parent_becomes_a_relation():
    items = [{"identifier": code, "humanCodingScheme": code, "fullStatement": code} for code in ("A", "B", "C", "D")]
    top = "D0000000-0000-0000-0000-000000000000"
    links = [child("a", top, 2), child("b", top, 1), child("c", "a"), child("c", "b"), child("d", "a", "first")]
    framework = read(package(items, links))
    assert [item.code for item in framework.roots()] == ["B", "A"]
    assert [item.code for item in framework.children("A")] == ["C", "D"]
    (extra,) = framework.associations
    assert (extra.kind, extra.origin, extra.destination) == ("isChildOf", framework.ref("C"), framework.ref("B"))


def test_a_relation_to_another_place_keeps_its_address_and_unknown_kinds_are_left_out():
    items = [{"identifier": "a", "humanCodingScheme": "A", "fullStatement": "a"}]
    away = link("Competence/1.1", "https://example.eu/digcomp/1.1")
    links = [
        {"associationType": "exactMatchOf", "originNodeURI": link("a"), "destinationNodeURI": away, "notes": "même"},
        {"associationType": "isFriendOf", "originNodeURI": link("a"), "destinationNodeURI": away},
        {"associationType": "isPeerOf", "originNodeURI": link("a"), "destinationNodeURI": link("zzz")},
        {"associationType": "isPeerOf", "originNodeURI": "a", "destinationNodeURI": None},
        "not a record",
    ]
    data = package(items, links)
    (kept,) = read(data).associations
    assert isinstance(kept.origin, ItemRef)
    assert kept.destination == ExternalNode("https://example.eu/digcomp/1.1", "Competence/1.1")
    assert kept.note.text() == "même"
    assert rules(data) == ["case-association"] * 3


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"language": "en-US"}, ("en-US", "1", "adopted")),
        ({"language": "FR"}, ("fr", "1", "adopted")),
        ({"language": "?"}, ("und", "1", "adopted")),
        ({"version": "v 2 / beta"}, ("fr", "v-2-beta", "adopted")),
        ({"version": 3}, ("fr", "3", "adopted")),
        ({"lastChangeDateTime": "2024-05-06T00:00:00Z"}, ("fr", "2024-05-06", "adopted")),
        ({"adoptionStatus": "Private Draft"}, ("fr", "1", "draft")),
        ({"adoptionStatus": "Deprecated"}, ("fr", "1", "deprecated")),
    ],
)
def test_the_document_is_read_leniently(document, found):
    framework = read(package(**document))
    assert (framework.language, framework.version, framework.status) == found
    assert framework.id == "case-essai-d0000000"
    assert framework.source.publisher == "Moi"


def test_the_licence_is_the_title_of_its_link_or_else_its_address():
    assert read(package(licenseURI={"title": "CC BY 4.0", "uri": "https://x"})).licence == "CC BY 4.0"
    assert read(package(licenseURI={"uri": "https://x"})).licence == "https://x"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"CFDocument": 3}',
        b"\xff\xfe",
        b"[" * 200_000,
        b" " * (MAX_BYTES + 1),
        json.dumps({"CFDocument": {}, "CFItems": [0] * 80_001}).encode(),
    ],
    ids=["empty", "list", "no document", "number", "not UTF-8", "too deep", "too large", "too many"],
)
def test_what_is_no_package_is_refused_with_a_cure_in_both_languages(data):
    result = read_case(data, "x.json")
    (problem,) = result.problems
    assert result.framework is None
    assert problem.place == "x.json"
    assert "CFPackage" in problem.cure["fr"]
    assert "CFPackage" in problem.cure["en"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ("identifier", "uri", "title", "fullStatement", "humanCodingScheme", "extensions", "bouquet", "levels",
         "associationType", "originNodeURI", "destinationNodeURI", "language", "source")), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from(("CFItems", "CFAssociations")), JSON),
    st.dictionaries(st.text(max_size=3), JSON),
    JSON,
)
def test_any_json_gives_an_answer_and_never_an_exception(records, document, extension):
    document |= {"title": "x", "extensions": {"bouquet": extension}}
    result = read_case(json.dumps(records | {"CFDocument": document}).encode())
    assert (result.framework is None) == bool(result.errors)


@needs_samples
@pytest.mark.parametrize("name", ["case_v1p0_minimal", "case_v1p1_minimal"])
def test_packages_of_both_versions_are_read(name):
    framework = read((SAMPLES / "minimal" / f"{name}.json").read_bytes())
    assert [(item.code, item.parent, item.kind) for item in framework.items] == [
        ("1", "", "Domaine"),
        ("1.1", "1", "competency"),
    ]
    assert framework.licence == "CC BY 4.0"


@needs_samples
@pytest.mark.parametrize(
    "path", sorted((SAMPLES / "case-opensalt").glob("*Framework.json")), ids=lambda path: path.stem
)
def test_packages_of_another_system_are_read_and_survive_our_writing(path):
    framework = read(path.read_bytes())
    assert len(framework.items) == len(json.loads(path.read_bytes())["CFItems"])
    assert read_case(write_case(framework, CHANGED)).framework == framework
