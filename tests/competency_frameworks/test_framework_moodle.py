"""Moodle's CSV: its own files are read with their traps told, and our files pass through what its importer does."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_frameworks import library
from competency_frameworks.formats.moodle_csv import COLUMNS, read_moodle_csv
from competency_frameworks.formats.moodle_csv_writer import write_moodle_csv
from competency_frameworks.formats.php_csv import read_rows, safe, write_rows
from competency_frameworks.model import Association, Competency, Framework
from competency_frameworks.text import Translated
from tests.competency_frameworks.framework_strategies import frameworks
from tests.competency_frameworks.moodle_importer import fgetcsv, fputcsv, moodle_import
from tests.competency_frameworks.samples import SAMPLES, needs_samples


def fr(text: str) -> Translated:
    return Translated({"fr": text}, "fr")


def small(*items: Competency, **more) -> Framework:
    return Framework("demo", "1", fr("Démo"), items=items, **more)


def written(framework: Framework) -> tuple[bytes, list[str]]:
    pieces, told = write_moodle_csv(framework)
    return b"".join(pieces), [problem.rule for problem in told]


def read_sample(name: str):
    result = read_moodle_csv((SAMPLES / "moodle-csv" / name).read_bytes(), name, "en")
    return result, {problem.rule: problem for problem in result.problems}


@needs_samples
def test_an_orphan_is_kept_at_the_top_and_told_with_its_line():
    result, told = read_sample("edge_orphan_parent.csv")
    assert [(item.code, item.parent) for item in result.framework.items] == [("A", ""), ("B", "")]
    assert (told["moodle-csv-orphan"].act, told["moodle-csv-orphan"].line) == ("moved", 4)
    assert "NOPE" in told["moodle-csv-orphan"].message["fr"]


@needs_samples
def test_a_repeated_number_loses_nobody():
    result, told = read_sample("edge_duplicate_idnumber.csv")
    assert [(item.code, item.statement.text()) for item in result.framework.items] == [
        ("A", "first"),
        ("A-2", "second"),
    ]
    assert (told["moodle-csv-duplicate-id"].act, told["moodle-csv-duplicate-id"].line) == ("renamed", 4)


@needs_samples
def test_1_1_and_1_10_stay_apart_and_the_danger_is_told():
    result, told = read_sample("edge_numeric_ids_1.1_vs_1.10.csv")
    framework = result.framework
    assert [item.code for item in framework.children("1.1")] == ["a"]
    assert [item.code for item in framework.children("1.10")] == ["b"]
    assert "1.10" in told["moodle-csv-loose-equal"].message["en"]


@needs_samples
def test_what_php_escapes_with_a_backslash_is_read_as_php_does():
    text = (SAMPLES / "moodle-csv" / "edge_php_backslash_escape.csv").read_text(encoding="utf-8")
    assert (
        [row for _, row in read_rows(text)]
        == fgetcsv(text.strip())
        == [["a", '[{"scaleid":"2","name":"dit \\"oui\\""}]', "z"]]
    )
    _, told = read_sample("edge_php_backslash_escape.csv")
    assert "moodle-csv-backslash" in told


@needs_samples
def test_a_real_framework_is_read_whole():
    result, _ = read_sample("oecd.csv")
    framework = result.framework
    assert len(framework.items) == 64
    assert framework.title.text() == "OECD"
    assert [level.title.text() for level in framework.levels] == ["Not yet competent", "Competent"]
    assert framework.find("analytical-thinking").parent == "delivery"
    assert sum(link.origin.code == "level-1" for link in framework.associations) == 39


@needs_samples
def test_rules_scales_and_relations_are_read():
    framework = read_moodle_csv((SAMPLES / "minimal" / "moodle_minimal.csv").read_bytes(), "x.csv", "en").framework
    rule = framework.find("1").completion
    assert (rule.kind, rule.outcome, rule.points) == ("points", "complete", 1)
    assert [(part.code, part.points, part.required) for part in rule.parts] == [("1.1", 1, True), ("1.2", 1, False)]
    assert [(level.proficient, level.default) for level in framework.levels] == [(False, False), (True, True)]
    assert [(link.origin.code, link.destination.code) for link in framework.associations] == [("1.1", "1.2")]
    assert framework.find("1.1").notes.text() == 'a "quoted" word, second line'


# -- what the importer does with our file ------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", library.load_bundled().values(), ids=lambda one: "@".join(one.key))
def test_moodle_imports_every_bundled_framework_whole(framework):
    data, _ = written(framework)
    found = moodle_import(data)
    assert len(found.competencies) == len(framework.items)
    parents = {item.code: item.parent for item in framework.items}
    back = {number.removesuffix("."): parent.removesuffix(".") for number, parent in found.parents.items()}
    assert back == parents


@given(frameworks())
def test_moodle_imports_any_framework_of_ours_whole(framework):
    # PHP's fputcsv cannot write every text that it reads: what Moodle stores while importing must read back the same
    data, _ = written(framework)
    found = moodle_import(data)
    assert len(found.competencies) == len(framework.items)


def test_numbers_that_php_finds_equal_are_written_apart():
    framework = small(
        Competency("1.1", fr("a")), Competency("1.10", fr("b")), Competency("x", fr("c"), parent="1.1"), Competency("y", fr("d"), parent="1.10")
    )  # fmt: skip
    data, told = written(framework)
    assert told.count("moodle-csv-loose-equal") == 2
    found = moodle_import(data)
    assert found.parents == {"1.1.": "", "x": "1.1.", "1.10.": "", "y": "1.10."}
    assert [item.code for item in read_moodle_csv(data).framework.items] == ["1.1", "x", "1.10", "y"]


def test_a_long_statement_is_cut_in_the_name_whole_in_the_description_and_comes_back():
    long = "Un énoncé " * 30
    data, told = written(small(Competency("A", fr(long), notes=fr("des notes\nsur deux lignes"))))
    assert "moodle-csv-short-name" in told
    assert all(len(record.name) <= 100 for record in moodle_import(data).competencies.values())
    item = read_moodle_csv(data).framework.find("A")
    assert item.statement.text() == long
    assert item.notes.text() == "des notes\nsur deux lignes"


def test_a_formula_gets_moodle_s_own_mark_and_loses_it_when_read():
    data, _ = written(small(Competency("A", fr("=1+1")), Competency("-B", fr("@x"))))
    assert b"'=1+1" in data
    assert {item.code: item.statement.text() for item in read_moodle_csv(data).framework.items} == {
        "A": "=1+1",
        "-B": "@x",
    }


def test_tags_and_backslashes_that_moodle_would_eat_are_changed_and_told():
    data, told = written(small(Competency("A", fr("moins de <b> et fin \\"))))
    assert "moodle-csv-text" in told
    assert moodle_import(data).competencies["A"].name == "moins de < b> et fin \\ "


def test_a_framework_without_scale_gets_the_one_that_moodle_demands():
    data, told = written(small(Competency("A", fr("a"))))
    assert "moodle-csv-scale" in told
    assert moodle_import(data).framework.scale == "Pas encore acquis,Acquis"


def test_relations_go_both_ways_as_moodle_writes_them():
    framework = small(Competency("A,1", fr("a")), Competency("B", fr("b")))
    framework = replace(framework, associations=(Association("isRelatedTo", framework.ref("A,1"), framework.ref("B")),))
    data, _ = written(framework)
    found = moodle_import(data)
    assert (found.competencies["A,1"].related, found.competencies["B"].related) == ("B", "A%2C1")
    assert read_moodle_csv(data).framework.associations == framework.associations


# -- round trips -------------------------------------------------------------------------------------------------------


def held(framework: Framework):
    """What Moodle can hold of a framework."""
    lang = framework.language
    squeeze = lambda text: re.sub(r"\s+", " ", text).strip()  # noqa: E731
    titles = {level.id: level.title.text(lang) for level in framework.levels}
    return {
        item.code: (
            item.parent, squeeze(item.statement.text(lang)), item.notes.get(lang, ""), item.completion,
            [squeeze(entry.description.text(lang)) for entry in item.levels if not item.scale and entry.level in titles],
        )
        for item in framework.items
    }  # fmt: skip


@given(frameworks())
def test_what_moodle_can_hold_comes_back(framework):
    data, told = written(framework)
    if "moodle-csv-text" in told or any("-" in item.code or "@" in item.code for item in framework.items):
        framework = replace(framework, items=tuple(item for item in framework.items))
    back = read_moodle_csv(data, language=framework.language).framework
    ours, theirs = held(framework), held(back)
    assert set(ours) == set(theirs)
    for code, (parent, statement, notes, completion, _) in ours.items():
        assert theirs[code][0] == parent
        assert theirs[code][2] == notes
        assert theirs[code][3] == completion
        if "moodle-csv-text" not in told:
            assert theirs[code][1] == statement
    orders = [[item.code for item in one.children(code)] for one in (framework, back) for code in ours]
    assert orders[: len(ours)] == orders[len(ours) :]


CELLS = st.text(st.sampled_from("ab\",\\\n '=é"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4))
def test_php_reads_what_we_write_stores_it_and_reads_it_again(rows):
    rows = [[safe(cell) for cell in row] for row in rows]
    text = b"".join(write_rows(rows)).decode()
    assert fgetcsv(text) == rows
    assert fgetcsv("".join(map(fputcsv, rows))) == rows
    assert [row for _, row in read_rows(text)] == rows


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer_and_never_an_exception(data):
    result = read_moodle_csv(",".join(COLUMNS).encode() + b"\n" + data)
    assert (result.framework is None) == bool(result.errors)
