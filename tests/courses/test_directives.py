from __future__ import annotations

import pytest

from courses.directives import Directive, directive_of
from courses.markdown import plain_text, tokens_of
from courses.pages import split_page


def directives(text: str) -> list[Directive]:
    found: list[Directive] = []
    for token in tokens_of(text):
        for one in (token, *(token.children or ())):
            directive = directive_of(one)
            if directive and one.nesting >= 0:
                found.append(directive)
    return found


def names(text: str) -> list[str]:
    return [one.name for one in directives(text)]


@pytest.mark.parametrize(
    ("written", "attributes"),
    [
        ("{#un}", {"id": "un"}),
        ("{.a .b}", {"class": "a b"}),
        ("{k=v}", {"k": "v"}),
        ('{k="a b"}', {"k": "a b"}),
        ("{k='a \"b\"'}", {"k": 'a "b"'}),
        ("{k}", {"k": ""}),
        ('{k=""}', {"k": ""}),
        ("{ #un  k = v }", {"id": "un", "k": "v"}),
        ("{k='&amp;&eacute;'}", {"k": "&é"}),
        ("{k=1 k=2}", {"k": "1"}),
        ("{}", {}),
    ],
)
def test_attributes_are_read_as_in_the_proposal(written: str, attributes: dict[str, str]) -> None:
    assert directives(f"::x[a]{written}")[0].attributes == attributes


@pytest.mark.parametrize(
    "text", ["::x[a", "::x[a]{k", "::x[a]{k='}", "::x[a] suite", "::", ":::", "::1x", ":x", "a : b", r"\:x[a]", "10:30"]
)
def test_what_only_looks_like_a_directive_stays_text(text: str) -> None:
    assert directives(text) == []
    assert plain_text(text) == text.replace("\\", "")


def test_labels_may_hold_brackets_and_escapes() -> None:
    assert directives(r"::x[a [b] \] c]")[0].label == r"a [b] \] c"


def test_brackets_are_counted_to_a_bound() -> None:
    assert directives("::x[" + "[" * 20 + "]" * 21) == []


def test_a_container_interrupts_a_paragraph_and_ends_at_its_fence() -> None:
    text = "avant\n:::callout[T]\ndedans\n:::\naprès"
    assert [token.type for token in tokens_of(text) if token.type.startswith(("paragraph_open", "directive"))] == [
        "paragraph_open", "directive_container_open", "paragraph_open", "directive_container_close", "paragraph_open",
    ]  # fmt: skip


def test_containers_nest_by_their_colons() -> None:
    assert names("::::tabs\n:::tab[A]\n::figure[x]{src=y}\n:::\n:::tab[B]\n:::\n::::") == [
        "tabs",
        "tab",
        "figure",
        "tab",
    ]


def test_a_longer_fence_closes_too_and_an_open_container_says_so() -> None:
    assert directives(":::x\na\n:::::\n")[0].closed
    assert not directives(":::x\na\n")[0].closed


def test_a_container_ends_with_the_list_item_that_holds_it() -> None:
    assert [one.name for one in directives("- :::x\n  a\n\nb\n\n:::y\nc\n:::\n")] == ["x", "y"]
    assert [one.closed for one in directives("- :::x\n  a\n\nb\n\n:::y\nc\n:::\n")] == [False, True]


def test_indented_lines_are_code_and_neither_open_nor_close() -> None:
    assert names("    :::x\n    a\n    :::\n") == []
    text = ":::x\na\n\n    :::\n\nb\n:::\n"
    assert directives(text)[0].closed
    assert ":::" in plain_text(text)


def test_inline_directives_stand_in_a_sentence() -> None:
    (one,) = directives("Une :term[médiation *douce*]{id=mediation}.")
    assert (one.form, one.label, one.id) == ("inline", "médiation *douce*", "mediation")
    assert plain_text("Une :term[médiation *douce*]{id=mediation}.") == "Une médiation douce."


def test_a_directive_inside_a_link_is_read() -> None:
    assert names("[voir :term[a]{id=b}](x.md)") == ["term"]


@pytest.mark.parametrize(
    ("text", "front", "body", "line"),
    [
        ("---\na: 1\n---\n\nx\n", "a: 1", "x", 5),
        ("---\r\na: 1\r\n---\r\nx", "a: 1", "x", 4),
        ("\ufeff---\na: 1\n---\n\n\n\nx\n\n", "a: 1", "x", 7),
        ("---\n---\n", "", "", 4),
        ("x\n", "", "x", 1),
        ("---\na: 1\n", "a: 1\n", "", 3),
    ],
)
def test_a_page_splits_into_front_matter_and_body(text: str, front: str, body: str, line: int) -> None:
    parts = split_page(text)
    assert (parts.front, parts.body, parts.body_line) == (front, body, line)
