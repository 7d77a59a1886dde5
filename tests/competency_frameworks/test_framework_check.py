from __future__ import annotations

from dataclasses import replace

import pytest

from competency_frameworks.check import check
from competency_frameworks.model import (
    Association,
    Audience,
    Competency,
    Framework,
    Level,
    LevelDescriptor,
    Source,
)
from competency_frameworks.text import Translated


def fr(text: str, en: str = "") -> Translated:
    return Translated({"fr": text, "en": en}, "fr")


GOOD = Framework(
    id="demo",
    version="1",
    title=fr("Démo", "Demo"),
    source=Source("Référentiel", "", "Éditeur"),
    licence="CC-BY-4.0",
    audiences=(Audience(fr("Tous", "All"), fr("Essayer", "Try")),),
    translation_status={"en": "unofficial"},
    levels=(Level("un", 1, fr("Un", "One")),),
    items=(
        Competency("A", fr("Domaine", "Domain"), "domain"),
        Competency("A1", fr("Faire", "Do"), parent="A", levels=(LevelDescriptor("un", fr("peu", "little")),)),
    ),
)


def rules(framework: Framework) -> list[tuple[str, str, str]]:
    return [(problem.severity, problem.rule, problem.code) for problem in check(framework)]


def with_items(*items: Competency) -> Framework:
    return replace(GOOD, items=items)


def test_a_good_framework_has_nothing_to_cure():
    assert check(GOOD) == ()


@pytest.mark.parametrize(
    ("framework", "found"),
    [
        (replace(GOOD, title=fr("")), [("error", "title", "")]),
        (replace(GOOD, items=()), [("warning", "items", "")]),
        (replace(GOOD, audiences=()), [("warning", "audience", "")]),
        (replace(GOOD, audiences=(Audience(fr("Tous", "All"), fr("")),)), [("warning", "audience", "")]),
        (replace(GOOD, licence=" "), [("warning", "licence", "")]),
        (replace(GOOD, source=Source("Titre seul")), [("warning", "source", "")]),
        (with_items(*GOOD.items, GOOD.items[0]), [("error", "duplicate-code", "A")]),
        (with_items(GOOD.items[1]), [("error", "orphan-parent", "A1")]),
        (with_items(Competency("A", fr("a", "a"), parent="A")), [("error", "cycle", "A")]),
        (with_items(Competency("A", fr(" "))), [("error", "empty-statement", "A")]),
        (with_items(Competency("A", fr("", "only English"))), [("error", "empty-statement", "A")]),
        (with_items(Competency("A", fr("a"))), [("note", "missing-translation", "A")]),
        (replace(GOOD, description=fr("décrit")), [("note", "missing-translation", "")]),
        (replace(GOOD, levels=()), [("error", "unknown-level", "A1")]),
        (replace(GOOD, levels=GOOD.levels * 2), [("error", "duplicate-level", "")]),
        (
            replace(GOOD, associations=(Association("isPeerOf", GOOD.ref("A"), GOOD.ref("nowhere")),)),
            [("error", "unknown-item", "")],
        ),
    ],
)
def test_each_fault_is_found(framework, found):
    assert rules(framework) == found


def test_a_loop_is_told_once_however_many_items_hang_under_it():
    items = (
        Competency("A", fr("a", "a"), parent="C"),
        Competency("B", fr("b", "b"), parent="A"),
        Competency("C", fr("c", "c"), parent="B"),
        Competency("D", fr("d", "d"), parent="C"),
    )
    (problem,) = check(with_items(*items))
    assert problem.rule == "cycle"
    assert "A, C, B" in problem.cure.text("fr")


def test_a_very_deep_framework_is_checked_in_one_pass():
    chain = [Competency("0", fr("a", "a"))]
    chain += [Competency(str(n), fr("a", "a"), parent=str(n - 1)) for n in range(1, 20_000)]
    assert check(with_items(*reversed(chain))) == ()


def test_an_untranslated_framework_is_not_blamed_for_missing_translations():
    assert rules(replace(with_items(Competency("A", fr("a"))), translation_status={"en": "none"})) == []


def test_everything_is_told_at_once_errors_first():
    framework = Framework("demo", "1", fr("x"), items=(Competency("A", fr("")), Competency("B", fr("b"), parent="C")))
    assert [severity for severity, _, _ in rules(framework)] == ["error", "error", "warning", "warning", "warning"]


def test_problems_speak_both_languages_and_carry_their_place():
    framework = with_items(Competency("A", fr("")))
    (problem,) = check(framework, "demo.yaml", {"A": 12})
    assert problem.place == "demo.yaml:12"
    assert "« A »" in problem.message.text("fr")
    assert "`A`" in problem.message.text("en")
    assert check(framework)[0].text("en").startswith("The item `A`")
    assert replace(problem, line=0).place == "demo.yaml"
