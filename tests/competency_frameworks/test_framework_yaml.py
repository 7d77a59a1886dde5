from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_frameworks.formats.tree_values import MAX_PROBLEMS
from competency_frameworks.formats.yaml_format import read_yaml, write_yaml
from competency_frameworks.formats.yaml_tree import MAX_BYTES, MAX_NODES
from tests.competency_frameworks.framework_strategies import frameworks

HEAD = """format: 1
id: demo
version: 1
title: "Démonstration"
verification: {status: own work}
"""


def problems_of(text: str):
    result = read_yaml(text.encode(), "demo.yaml")
    return {(problem.rule, problem.severity, problem.line): problem for problem in result.problems}, result


def errors_of(text: str) -> list[int]:
    result = read_yaml(text.encode(), "demo.yaml")
    assert result.framework is None
    for problem in result.errors:
        assert problem.path == "demo.yaml"
        for text_of in (problem.message, problem.cure):
            assert set(text_of) == {"fr", "en"}
    return [problem.line for problem in result.errors]


@given(frameworks())
def test_reading_undoes_writing(framework):
    result = read_yaml(write_yaml(framework))
    assert result.framework == framework
    assert not result.errors


@given(frameworks())
def test_writing_twice_gives_the_same_bytes(framework):
    written = write_yaml(framework)
    again = read_yaml(written).framework
    assert again is not None
    assert write_yaml(again) == written
    assert again.content_hash == framework.content_hash


@settings(max_examples=50)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_an_answer_and_never_an_exception(data):
    result = read_yaml(data, "x.yaml")
    assert (result.framework is None) == bool(result.errors)


def test_versions_and_codes_stay_as_they_were_written():
    framework = read_yaml((HEAD + "items: [{code: 1.10, statement: a}, {code: no, statement: b}]").encode()).framework
    assert framework is not None
    assert framework.version == "1"
    assert [item.code for item in framework.items] == ["1.10", "no"]


def test_order_is_the_place_among_siblings_unless_written():
    text = HEAD + (
        "items:\n- {code: A, statement: a}\n- {code: B, statement: b}\n- {code: A1, parent: A, statement: c}\n"
        "- {code: Z, statement: z, order: -1}\n"
    )
    framework = read_yaml(text.encode()).framework
    assert framework is not None
    assert [item.code for item in framework.roots()] == ["Z", "A", "B"]
    assert framework.children("A")[0].order == 1


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [1, 1, 1, 1]),
        ("- a\n- b", [1, 1, 1, 1, 1]),
        (HEAD + "surprise: 1", [6]),
        (HEAD + "items: {code: A}", [6]),
        (HEAD + "items:\n- {code: 'a b', statement: x}", [7]),
        (HEAD + "items:\n- {code: A, statement: [x]}", [7]),
        (HEAD + "items:\n- {code: A, statement: {français: x}}", [7]),
        (HEAD + "items:\n- {code: A, statement: x, order: first}", [7]),
        (HEAD + "items:\n- {code: A, statement: x, id: 12}", [7]),
        (HEAD + 'items:\n- {code: A, statement: x, uri: "javascript:alert(1)"}', [7]),
        (HEAD + 'items:\n- {code: A, statement: "x\\0"}', [7]),
        (HEAD + "items:\n- {code: A, statement: x}\nassociations:\n- {kind: near, origin: A, destination: A}", [9]),
        (HEAD + "items:\n- {code: A, statement: x}\nassociations:\n- {kind: isPeerOf, origin: A}", [9]),
        (HEAD + "associations:\n- {kind: isPeerOf, origin: a@b, destination: {uri: nowhere}}", [7, 7]),
        (HEAD + "status: ready", [6]),
        (HEAD + "translations: {english: official}", [6]),
        (HEAD + "translations: {en: perhaps}", [6]),
        (HEAD + "source: {date: hier}", [6]),
        (HEAD.replace("own work", "sure"), [5]),
        (HEAD.replace("id: demo", "id: Démo"), [2]),
        (HEAD.replace("format: 1", "format: 2"), [1]),
        (HEAD + "title: twice", [6]),
        (HEAD + "? [a, b]\n: c", [6]),
        (HEAD + "items: *other", [6]),
        (HEAD + "items: " + "[" * 20 + "]" * 20, [6]),
        (HEAD + "items: [", [6]),
        (HEAD + "items:\n\t- tab", [7]),
    ],
)
def test_each_fault_is_told_with_its_line(text, lines):
    assert errors_of(text) == lines


def test_every_fault_is_told_at_once():
    text = HEAD + "licence: [x]\nitems:\n- {code: A}\n- {code: 'b c', statement: x, colour: red}\n"
    assert errors_of(text) == [6, 9, 9, 8]


def test_problems_of_content_carry_the_line_of_their_item():
    text = HEAD + "items:\n- {code: A, statement: x}\n- {code: B, statement: y, parent: C}\n- {code: D}\n"
    found, result = problems_of(text)
    assert result.framework is None
    assert ("orphan-parent", "error", 8) in found
    assert ("empty-statement", "error", 9) in found
    assert found["orphan-parent", "error", 8].text("fr").startswith("demo.yaml:8: L'élément « B »")
    assert found["orphan-parent", "error", 8].text("en").startswith("demo.yaml:8: The item `B`")


def test_a_repeated_code_is_told_where_it_is_repeated():
    text = HEAD + "items:\n- {code: A, statement: x}\n- {code: A, statement: y}\n"
    assert errors_of(text) == [8]


def test_items_without_code_are_not_blamed_for_sharing_it():
    assert {
        problem.rule for problem in read_yaml((HEAD + "items: [{statement: x}, {statement: y}]").encode()).errors
    } == {"shape"}


def test_a_file_that_is_not_utf8_says_on_which_line():
    result = read_yaml("format: 1\ntitle: é".encode("latin-1"), "x.yaml")
    assert [problem.place for problem in result.errors] == ["x.yaml:2"]


@pytest.mark.parametrize("data", [b"a" * (MAX_BYTES + 1), b"- a\n" * (MAX_NODES + 1), b"x: \x01"])
def test_oversized_or_binary_files_are_refused(data):
    assert [problem.rule for problem in read_yaml(data).errors] == ["yaml"]


def test_a_file_wrong_from_end_to_end_is_told_up_to_a_limit():
    result = read_yaml((HEAD + "".join(f"k{n}: 1\n" for n in range(3_000))).encode())
    assert [problem.rule for problem in result.errors] == ["shape"] * MAX_PROBLEMS + ["more"]


def test_a_list_with_too_many_entries_is_refused():
    assert errors_of(HEAD + "items:\n" + "- {}\n" * 40_001) == [7]
