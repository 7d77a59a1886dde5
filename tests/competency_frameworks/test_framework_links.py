"""Importing again, comparing, and carrying over."""

from __future__ import annotations

import csv
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_frameworks import library
from competency_frameworks.crosswalk import CarryRule, Crosswalk, Relation, carry_over, check_crosswalk
from competency_frameworks.diff import Decision, diff, similarity
from competency_frameworks.formats.links_yaml import (
    Changes,
    read_changes,
    read_crosswalk,
    write_changes,
    write_crosswalk,
)
from competency_frameworks.formats.registry import FORMATS
from competency_frameworks.merge import merge, merge_read
from competency_frameworks.model import Association, Competency, Framework, Level, LevelDescriptor
from competency_frameworks.problems import ReadResult
from competency_frameworks.report import report
from competency_frameworks.text import Translated
from tests.competency_frameworks.framework_strategies import frameworks
from tests.competency_frameworks.samples import SAMPLES, needs_samples

MEDIATOR = library.named("mediateur-numerique-poste-type")


def fr(text: str, en: str = "") -> Translated:
    return Translated({"fr": text, "en": en}, "fr")


def item(code: str, text: str, parent: str = "", **more) -> Competency:
    return Competency(code, fr(text), parent=parent, order=1, **more)


def framework(*items: Competency, version: str = "1", **more) -> Framework:
    return Framework("demo", version, fr("Démo"), items=items, **more)


# -- merge -------------------------------------------------------------------------------------------------------------


@given(frameworks())
def test_importing_the_same_file_again_changes_nothing(one):
    result = merge(one, one)
    assert result.framework == one
    assert not (result.added)
    assert not (result.updated)
    assert not (result.missing)
    assert not (result.changed)


@pytest.mark.parametrize("name", ["moodle-csv", "canvas-csv", "csv", "xlsx", "skos-ttl", "case1.1"])
def test_a_poorer_format_updates_without_taking_away(name):
    known = replace(MEDIATOR, items=tuple(replace(one, order=n) for n, one in enumerate(MEDIATOR.items, start=1)))
    data = b"".join(FORMATS[name].write(known)[0])
    read = FORMATS[name].read(data, "x", "fr")
    first = merge(known, read.framework)
    assert not (first.added)
    assert not (first.missing)
    for old in known.items:
        new = first.framework.find(old.code)
        assert new.statement["en"] == old.statement["en"]
        assert {entry.level for entry in old.levels} <= {entry.level for entry in new.levels}
    assert first.framework.audiences == known.audiences
    again = merge(first.framework, read.framework)
    assert not again.updated
    assert again.framework == first.framework


def test_items_are_known_by_their_identifier_then_their_address_then_their_code():
    uuid = "33c3cbb0-5d11-59f6-8e27-0ecd5eba5532"
    old = framework(item("A", "un", id=uuid), item("B", "deux", uri="https://example.org/b"), item("C", "trois"))
    new = framework(
        item("X", "UN", id=uuid),
        item("Y", "DEUX", uri="https://example.org/b", parent="X"),
        item("C", "TROIS"),
        item("A", "autre"),
    )
    result = merge(old, new)
    assert {one.code: one.statement.text() for one in result.framework.items} == {
        "A": "UN",
        "B": "DEUX",
        "C": "TROIS",
        "A-2": "autre",
    }
    assert result.framework.find("B").parent == "A"
    assert (result.added, result.updated, result.missing) == (("A-2",), ("A", "B", "C"), ())
    assert [problem.act for problem in result.problems] == ["renamed", "renamed", "renamed"]


def test_what_the_file_no_longer_names_stays_unless_asked():
    old = framework(item("A", "un"), item("A1", "deux", "A"))
    old = replace(old, associations=(Association("precedes", old.ref("A"), old.ref("A1")),))
    new = framework(item("A1", "deux"))
    assert merge(old, new).missing == ("A",)
    gone = merge(old, new, remove_missing=True)
    assert [one.code for one in gone.framework.items] == ["A1"]
    assert gone.framework.associations == ()
    assert [problem.act for problem in gone.problems] == ["dropped"]


def test_a_refused_file_merges_nothing_and_its_report_says_so():
    refused = ReadResult(None)
    assert merge_read(MEDIATOR, refused) is None
    told = report(refused, "x.csv")
    assert not told.accepted
    assert "rien" in told.text("fr")


def test_the_report_says_every_change_in_both_languages_and_changes_nothing():
    data = b"Code;Enonce;Parent\nA;un;\nB;deux;Z\n"
    read = FORMATS["csv"].read(data, "fiche.csv")
    merged = merge_read(framework(item("A", "un"), item("C", "trois")), read)
    told = report(read, "fiche.csv", merged)
    for lang, moved in (("fr", "déplacé"), ("en", "moved")):
        text = told.text(lang)
        assert moved in text
        assert all(change.message.text(lang) in text for change in told.changes)
    plain = told.as_dict("en")
    assert plain["read"]["items"] == 2
    assert plain["merge"] == {"added": ["B"], "updated": [], "unchanged": ["A"], "missing": ["C"]}
    assert {change["act"] for change in plain["changes"]} == {"guessed", "moved"}


# -- diff --------------------------------------------------------------------------------------------------------------


def kinds(found) -> list[tuple]:
    return [(change.kind, change.before, change.after, change.guess) for change in found.changes]


@given(frameworks())
def test_a_framework_does_not_differ_from_itself(one):
    assert diff(one, one).changes == ()


def test_each_kind_of_change_is_found():
    before = framework(
        item("A", "Accueillir le public"), item("A1", "Écouter la demande des personnes", "A"), item("A2", "Orienter vers le bon service", "A"),
        item("B", "Animer"), item("C", "Concevoir des ateliers numériques et évaluer les acquis des participants"),
        item("D", "Tenir une permanence", levels=(LevelDescriptor("n", fr("peu")),)), item("E", "Rédiger un compte rendu de réunion"),
        levels=(Level("n", 1, fr("n")),),
    )  # fmt: skip
    after = framework(
        item("A", "Accueillir le public"), item("A1", "Écouter la demande des publics", "A"), item("A2", "Orienter vers le bon service", "B"),
        item("B", "Animer"), item("C1", "Concevoir des ateliers numériques"), item("C2", "Évaluer les acquis des participants"),
        item("D", "Tenir une permanence", levels=(LevelDescriptor("n", fr("beaucoup")),)), item("E9", "Rédiger le compte rendu de la réunion"),
        item("F", "Tout autre chose"), version="2", levels=(Level("n", 1, fr("n")),),
    )  # fmt: skip
    assert kinds(diff(before, after)) == [
        ("split", ("C",), ("C1", "C2"), True),
        ("reworded", ("A1",), ("A1",), False),
        ("moved", ("A2",), ("A2",), False),
        ("relevelled", ("D",), ("D",), False),
        ("recoded", ("E",), ("E9",), True),
        ("reworded", ("E",), ("E9",), True),
        ("added", (), ("F",), False),
    ]
    assert ("merged", ("C1", "C2"), ("C",), True) in kinds(diff(after, before))
    assert ("removed", ("F",), (), False) in kinds(diff(after, before))


def test_what_a_person_confirmed_is_no_guess_any_more():
    before, after = (
        framework(item("A", "Préparer et animer")),
        framework(item("X", "Préparer"), item("Y", "Animer"), version="2"),
    )
    decisions = (Decision(("A",), ("X", "Y"), "Ana Exemple", "2026-11-22", fr("lu ensemble")),)
    (change,) = diff(before, after, decisions).changes
    assert (change.kind, change.after, change.guess, change.confirmed_by) == ("split", ("X", "Y"), False, "Ana Exemple")
    assert not diff(before, after, decisions).guesses


def test_relations_that_frameworks_declare_make_certain_pairs():
    before = framework(item("A", "Ancien libellé"))
    after = framework(item("Z", "Tout nouveau nom"), version="2")
    before = replace(before, associations=(Association("replacedBy", before.ref("A"), after.ref("Z")),))
    assert kinds(diff(before, after)) == [("recoded", ("A",), ("Z",), False), ("reworded", ("A",), ("Z",), False)]


def test_likeness_ignores_order_case_and_accents():
    assert similarity("Écouter la demande", "la DEMANDE ecouter") == 1
    assert similarity("abc", "xyz") == 0


def test_the_two_versions_of_the_trainer_s_title_are_compared_with_what_was_confirmed():
    found = library.diff_between(library.named("fpa-rncp247"), library.named("fpa-rncp37275"))
    assert [(change.kind, change.before, change.after) for change in found.of("split", "recoded")] == [
        ("split", ("BC01",), ("BC01", "BC02")), ("recoded", ("BC02",), ("BC03",)),
    ]  # fmt: skip
    assert not found.guesses
    assert "BC04" in {code for change in found.of("added") for code in change.after}


@needs_samples
def test_digcomp_2_2_to_3_0_rewords_sixteen_titles_as_the_publication_says():
    found = library.diff_between(library.named("digcomp@2.2"), library.named("digcomp@3.0"))
    with (SAMPLES / "crosswalks" / "digcomp_2.2_to_3.0.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    reworded = {change.before[0] for change in found.of("reworded")}
    assert reworded == {row["code"] for row in rows if row["title_changed"] == "yes"}
    assert not found.of("removed", "recoded", "moved", "split", "merged")
    assert not found.guesses
    new = library.named("digcomp@3.0")
    assert {row["code"]: row["title_3_0"] for row in rows} == {
        code: new.find(code).statement["en"] for code in (row["code"] for row in rows)
    }


# -- crosswalks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crosswalk", library.load_crosswalks().values(), ids=lambda one: one.id)
def test_bundled_crosswalks_name_items_that_exist_and_come_back_from_yaml(crosswalk):
    assert check_crosswalk(crosswalk, library.named(crosswalk.origin), library.named(crosswalk.destination)) == ()
    assert read_crosswalk(write_crosswalk(crosswalk)) == (crosswalk, ())
    assert crosswalk.verification.note["fr"]
    assert crosswalk.licence


@pytest.mark.parametrize("changes", library.load_changes().values(), ids=lambda one: one.after)
def test_bundled_decisions_say_who_confirmed_and_come_back_from_yaml(changes):
    assert all(decision.confirmed_by for decision in changes.decisions)
    assert read_changes(write_changes(changes)) == (changes, ())


PIX_CODES = [one.code for one in library.named("pix").items if one.parent]


@needs_samples
@given(st.dictionaries(st.sampled_from(PIX_CODES), st.integers(0, 8)))
def test_pix_to_digcomp_does_what_pix_s_own_table_says(marks):
    """The rows of the table, worked out here on their own: Math.round is half up; level 0 goes at the end."""
    with (SAMPLES / "crosswalks" / "pix_to_digcomp2.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    expected: dict[str, int] = {}
    for row in rows:
        sources = row["pix_codes"].split()
        if sources == ["*"]:
            if {code[0] for code in marks} == set("12345") and expected:
                expected["5.3"] = math.floor(sum(expected.values()) / len(expected) + 0.5)
        elif set(sources) <= set(marks):
            expected[row["digcomp_code"]] = math.floor(sum(marks[code] for code in sources) / len(sources) + 0.5)
    carried = {one.target: one.level for one in carry_over(library.load_crosswalks()["pix-digcomp"], marks)}
    assert carried == {code: level for code, level in expected.items() if level}


def test_the_rules_of_a_crosswalk():
    rules = tuple(CarryRule(kind, ("a", "b"), kind) for kind in ("mean", "all", "any"))
    crosswalk = Crosswalk("x", "a@1", "b@1", fr("x"), rules=(CarryRule("copy", ("a",)), *rules))
    assert {one.target: one.level for one in carry_over(crosswalk, {"a": 2, "b": 3})} == {
        "copy": 2,
        "mean": 3,
        "all": 2,
        "any": 3,
    }
    assert {one.target: one.level for one in carry_over(crosswalk, {"b": 3})} == {"any": 3}
    assert carry_over(crosswalk, {"a": 0, "b": 0}) == ()
    assert len(carry_over(replace(crosswalk, keep_zero=True), {"a": 0, "b": 0})) == 4
    said = carry_over(crosswalk, {"a": 2, "b": 3})[1]
    assert "a = 2, b = 3" in said.explanation("fr")
    assert "half up" in said.explanation("en")


def test_a_crosswalk_that_names_nothing_known_is_told():
    crosswalk = Crosswalk(
        "x", "demo@1", "demo@1", fr("x"), (Relation("closeMatch", "A", "Z"),), (CarryRule("A", ("A", "Q")),)
    )
    one = framework(item("A", "un"))
    assert [problem.code for problem in check_crosswalk(crosswalk, one, one)] == ["Q", "Z", "A"]


@pytest.mark.parametrize(
    "text", ["", "format: 1", "id: x", "id: demo\norigin: a\ndestination: b@1", "rules: [{rule: sideways}]", "[", "- a"]
)
def test_a_faulty_crosswalk_is_refused_with_its_reasons(text):
    found, problems = read_crosswalk(text.encode(), "x.yaml")
    assert found is None
    assert all(problem.severity == "error" and problem.cure["fr"] for problem in problems)


def test_confirmed_changes_are_kept_as_data():
    changes = Changes(
        "demo@1",
        "demo@2",
        (
            Decision(("A",), ("X", "Y"), "Ana Exemple", "2026-11-22", fr("note", "note")),
            Decision((), ("Z",), "Ana Exemple"),
        ),
    )
    assert read_changes(write_changes(changes)) == (changes, ())
