from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_frameworks.model import ItemRef
from courses.check import check_course, check_files
from courses.coverage import coverage, named_competencies
from courses.fixes import fix_missing_ids
from courses.loader import load_course
from courses.model import Place
from courses.problems import Report, has_errors, problem
from courses.rules import RULES
from courses.scaffold import new_course
from tests.courses.samples import (
    ASSIGNMENT,
    COURSE,
    MODULE,
    PAGE,
    PATHS,
    QUIZ,
    SURVEY,
    SVG,
    sample_course,
    sample_files,
)

SF1 = ItemRef("cadre-essai", "2022", "SF1")


def known(ref: ItemRef) -> bool:
    return ref == SF1


def found(**changes: str | bytes | None) -> list[tuple[str, str, int]]:
    return [(one.rule, one.place.path, one.place.line) for one in check_files(sample_files(**changes), known)]


def page(body: str) -> dict[str, str]:
    """The sample with a line more at the end of its page."""
    return {"page": f"{PAGE}\n{body}\n"}


LAST = PAGE.count("\n") + 2  # the line where ``page`` writes


@pytest.fixture(autouse=True)
def _sample_is_sound() -> None:
    assert [one for one in found() if one[0] != "minutes-missing"] == []


def test_a_sound_course_has_only_its_untimed_package_to_report() -> None:
    assert found() == [("minutes-missing", PATHS["module"], 11)]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("## Sans identifiant", "block-id-missing"),
        (":::activity[Sans identifiant]\nx\n:::", "block-id-missing"),
        ("# Un", "heading-level-one"),
        ("#### Quatre", "heading-jump"),
        ("Du <b>gras</b>.", "raw-html"),
        ("|  |  |\n|--|--|\n| a | b |", "table-header-empty"),
        ("::figuer[a]{src=x}", "directive-misspelt"),
        ("::zzz[a]", "directive-unknown"),
        (":::figure[a]{src=x}\n:::", "directive-form"),
        (":::callout\nx", "directive-unclosed"),
        (":::", "directive-stray"),
        (":::callout[a\nx", "directive-stray"),
        (":::tab[a]\nx\n:::", "directive-misplaced"),
        (":::callout{zzz=1}\nx\n:::", "directive-attribute-unknown"),
        ("::figure[a]", "directive-attribute-missing"),
        (":::callout{kind=zzz}\nx\n:::", "value-not-allowed"),
        ("::download[]{src=../../media/fiche.pdf}", "directive-label-missing"),
        ("::figure[]{src=../../media/dessin.svg}", "alt-missing"),
        ("![](../../media/dessin.svg)", "alt-missing"),
        ("::video[a]{src=../../media/visite.mp4 transcript=../../media/visite.md}", "captions-missing"),
        ("::video[a]{src=../../media/visite.mp4 captions=../../media/visite.vtt}", "transcript-missing"),
        ("::figure[a]{src=../../media/rien.svg}", "media-missing"),
        ("![a](../../media/rien.png)", "media-missing"),
        ("![a](../../../../etc/passwd)", "media-missing"),
        ("![a](https://example.org/a.png)", "media-external"),
        ("[La suite du cours](rien.md)", "link-broken"),
        ("[Le bloc suivant](accueil.md#rien)", "anchor-unknown"),
        ("[Le bloc suivant](#rien)", "anchor-unknown"),
        ("[Cliquez ici !](https://example.org)", "link-text-vague"),
        ("[](https://example.org)", "link-text-missing"),
        ("::quiz[a]{ref=rien}", "quiz-unknown"),
        ("Un :term[mot]{id=rien}.", "term-unknown"),
        ('::figure[a]{src=../../media/dessin.svg caption=":term[x]{id=rien}"}', "term-unknown"),
        (":::activity[A]{#act-a objectives=obj-rien}\nx\n:::", "objective-unknown"),
        (':::activity[A]{#act-a competencies="med:ZZ9"}\nx\n:::', "competency-unknown"),
        (":::activity[A]{#ecouter}\nx\n:::", "duplicate-id"),
    ],
)
def test_what_is_wrong_in_a_page_is_found_at_its_line(body: str, rule: str) -> None:
    assert (rule, PATHS["page"], LAST) in found(**page(body))


def test_lines_inside_a_paragraph_are_counted() -> None:
    assert ("term-unknown", PATHS["page"], LAST + 2) in found(**page("Un\ndeux\n:term[trois]{id=rien}"))


def test_an_image_that_leads_to_a_link_counts_as_its_text() -> None:
    body = "[![Le cycle](../../media/dessin.svg)](https://example.org)"
    assert "link-text-missing" not in [rule for rule, _, _ in found(**page(body))]


def test_transcripts_are_checked_too() -> None:
    assert ("link-broken", PATHS["transcript"], 3) in found(transcript="a\n\n[La suite](rien.md)\n")
    assert ("link-broken", PATHS["transcript"], 4) in found(transcript="---\na: b\n---\n[La suite](rien.md)\n")


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("quiz", QUIZ.replace("correct: true, feedback: \"C'est cela.\"", 'feedback: "x"'), "single-correct-count"),
        ("quiz", QUIZ.replace("correct: true", "correct: false"), "multiple-correct-none"),
        ("quiz", QUIZ.replace(', feedback: "Pas encore."', ""), "choice-feedback-missing"),
        ("quiz", QUIZ.replace("    feedback_correct: Juste.\n", ""), "question-feedback-missing"),
        ("quiz", QUIZ.replace(', feedback: "D\'abord."', ""), "question-feedback-missing"),
        ("quiz", QUIZ.replace("match: Italie, ", ""), "match-missing"),
        ("quiz", QUIZ.replace("    answer: {value: 7.5, tolerance: 0.25, unit: h}\n", ""), "answer-missing"),
        ("quiz", QUIZ.replace('["Conception à rebours", "backward design"]', "[]"), "answer-missing"),
        ("quiz", QUIZ.replace("{id: b, text: B", "{id: a, text: B"), "duplicate-id"),
        ("quiz", QUIZ.replace("id: q-order", "id: q-match"), "duplicate-id"),
        ("quiz", QUIZ.replace("objective: obj-ecouter", "objective: obj-rien"), "objective-unknown"),
        ("quiz", QUIZ.replace("prompt: Ranger", 'prompt: "[ici](https://example.org)"'), "link-text-vague"),
        ("quiz", QUIZ[: QUIZ.index("questions:")], "quiz-empty"),
        ("quiz", QUIZ.replace("minutes: 3\n", ""), "minutes-missing"),
        ("quiz", f"{QUIZ}  - {{id: q-x, type: single, prompt: P, choices: []}}\n", "choices-too-few"),
        ("assignment", ASSIGNMENT[: ASSIGNMENT.index("rubric:")], "rubric-empty"),
        ("assignment", ASSIGNMENT.replace('      - {id: b, label: "Acquis", description: "…", points: 2}\n', ""), "criterion-levels"),
        ("assignment", ASSIGNMENT.replace("med:SF1", "med:ZZ9"), "competency-unknown"),
        ("survey", SURVEY.replace(", options: [{id: lent, text: Lent}, {id: bon, text: Bon}]", ""), "survey-options"),
        ("survey", SURVEY.replace("id: reco", "id: utile"), "duplicate-id"),
        ("course", COURSE.replace("med:SF1", "med:ZZ9"), "competency-unknown"),
        ("course", COURSE.replace("obj-ecouter", "obj-autre"), "objective-not-taught"),
        ("module", MODULE[: MODULE.index("  - page")], "module-empty"),
        ("module", MODULE[: MODULE.index("  - quiz")], "objective-not-assessed"),
        ("svg", "<svg", "svg-unreadable"),
        ("svg", SVG.replace("<title>Deux étapes</title>", ""), "svg-title-missing"),
        ("svg", SVG.replace("<rect", "<script/><rect"), "svg-script"),
        ("svg", SVG.replace("<rect", "<rect onclick='x'"), "svg-script"),
        ("svg", SVG.replace("<rect", "<rect fill='url(https://example.org)'"), "svg-script"),
        ("svg", SVG.replace("<rect", "<a href='https://example.org'/><rect"), "svg-script"),
        ("svg", SVG.replace("<rect", "<style>@import 'x';</style><rect"), "svg-script"),
        ("svg", SVG.replace("<rect", "<?php x ?><rect"), "svg-script"),
        ("media/perdu.svg", SVG, "media-unused"),
        ("glossary", "- {id: mediation, term: A, definition: B}\n- {id: mediation, term: C, definition: D}\n", "duplicate-id"),
    ],
)  # fmt: skip
def test_what_is_wrong_elsewhere_is_found(name: str, text: str, rule: str) -> None:
    assert rule in [name for name, _, _ in found(**{name: text})]


def test_drawings_may_refer_to_themselves_and_carry_comments() -> None:
    drawing = SVG.replace("<rect", "<!-- a --><use href='#a'/><style>a{fill:url(#b)}</style><rect fill='url(#g)'")
    assert "svg-script" not in [rule for rule, _, _ in found(svg=drawing)]


def pair_course(positioning: str, final: str) -> list[str]:
    module = MODULE.replace("  - quiz: quiz.yaml", "  - quiz: quiz.yaml\n  - quiz: avant.yaml\n  - quiz: apres.yaml")
    question = "    type: text\n    prompt: P\n    accepted: [a]\n    feedback_correct: a\n    feedback_incorrect: b\n"
    files = {
        f"modules/01-un/{name}.yaml": (
            f"id: quiz-{name}\ntitle: T\nminutes: 1\npurpose: {purpose}\nquestions:\n"
            + "".join(
                f"  - id: q-{name}-{number}\n{question}" + (f"    pair: {pair}\n" if pair != "-" else "")
                for number, pair in enumerate(pairs)
            )
        )
        for name, purpose, pairs in (("avant", "positioning", positioning), ("apres", "final", final))
    }
    return [rule for rule, _, _ in found(module=module, **files) if rule.startswith("pair")]


@pytest.mark.parametrize(
    ("positioning", "final", "rules"),
    [("ab", "ab", []), ("ab", "a", ["pair-unmatched"]), ("a", "a-", ["pair-missing"]), ("", "a", [])],
)
def test_positioning_and_final_items_come_in_pairs(positioning: str, final: str, rules: list[str]) -> None:
    assert pair_course(positioning, final) == rules


def test_coverage_tells_what_teaches_practises_and_assesses() -> None:
    course = sample_course()
    (row,) = coverage(course)
    assert row.ref == SF1
    assert row.taught_by == ("page-accueil", "atelier-un")
    assert row.practised_by == ("act-entretien", "q-single", "devoir-un")
    assert row.assessed_by == ("q-single", "crit-un")
    assert list(named_competencies(course)) == [SF1]


def test_positioning_assesses_nothing_of_what_was_taught() -> None:
    course = sample_course(quiz=QUIZ.replace("questions:", "purpose: positioning\nquestions:", 1))
    assert coverage(course)[0].assessed_by == ("crit-un",)


def test_questions_that_name_nothing_measure_what_their_quiz_does() -> None:
    course = sample_course(quiz=QUIZ.replace("questions:", "objectives: [obj-ecouter]\nquestions:", 1))
    assert "q-text" in coverage(course)[0].assessed_by


BARE = """---
id: page-accueil
title: A
minutes: 1
---
## Un titre ##

Titre souligné
sur deux lignes
---

:::activity[Sans rien]
x
:::

::::activity[Avec]{minutes=3 mode=pairs}
x
::::

:::activity
x
:::

## Avec {#avec-id}
"""


def test_missing_ids_are_written_once_and_change_no_reference() -> None:
    files = sample_files(page=BARE)
    before = load_course(files).course
    fixed = fix_missing_ids(files)
    assert list(fixed) == [PATHS["page"]]
    text = fixed[PATHS["page"]].decode()
    assert "## Un titre {#page-accueil-un-titre}\n" in text
    assert "sur deux lignes {#page-accueil-titre-souligne-sur-deux-lignes}\n---\n" in text
    assert ":::activity[Sans rien]{#page-accueil-sans-rien}\n" in text
    assert "::::activity[Avec]{#page-accueil-avec minutes=3 mode=pairs}\n" in text
    assert "## Avec {#avec-id}" in text
    after = load_course({**files, **fixed}).course
    assert after == before or [block.id for block in after.activity("page-accueil").content.blocks] == [
        block.id for block in before.activity("page-accueil").content.blocks
    ]
    assert fix_missing_ids({**files, **fixed}) == {}


def test_a_course_that_does_not_load_has_nothing_to_fix() -> None:
    assert fix_missing_ids({}) == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_new_course_passes_its_own_check(language: str) -> None:
    files = new_course("  Ma   première formation ", language)
    assert check_files(files, known) == ()
    course = load_course(files).course
    assert course is not None
    assert (course.id, course.title, course.language) == ("ma-premiere-formation", "Ma première formation", language)
    assert fix_missing_ids(files) == {}


def test_a_new_course_needs_a_title() -> None:
    with pytest.raises(ValueError, match="title"):
        new_course("  ", "fr")


def test_every_rule_reads_well_in_both_languages() -> None:
    values = dict.fromkeys(
        [
            "path",
            "limit",
            "detail",
            "key",
            "value",
            "known",
            "near",
            "allowed",
            "minimum",
            "maximum",
            "alias",
            "title",
            "id",
            "first",
            "ref",
            "choice",
            "count",
            "purpose",
            "pair",
            "before",
            "level",
            "html",
            "name",
            "form",
            "fence",
            "text",
            "parent",
            "src",
            "href",
            "what",
            "kind",
        ],
        "x",
    )
    for rule in RULES:
        one = problem(rule, Place("a.md", 3), **values)
        for language in ("fr", "en"):
            assert one.text(language).startswith("a.md:3: ")
            assert one.message[language].strip()
            assert one.cure[language].strip()
            assert "{" not in one.message[language]
        assert one.as_dict("fr")["line"] == 3
    assert "\u00a0:" in problem("yaml-syntax", Place("a.md"), detail="x").message["fr"]


def test_author_text_in_a_problem_stays_short_and_on_one_line() -> None:
    message = problem("key-missing", Place("a"), key="a\nb" * 500).message["fr"]
    assert "\n" not in message
    assert len(message) < 300


def test_errors_come_first_and_are_known_as_such() -> None:
    problems = check_files(sample_files(**page("# Un\n\n::zzz[a]")), known)
    assert problems[0].severity == "error"
    assert has_errors(problems)
    assert not has_errors(tuple(one for one in problems if one.severity != "error"))
    assert Report("a").problems == []


def test_a_folder_that_is_no_course_is_said_to_be_none() -> None:
    assert [one.rule for one in check_files({}, known)] == ["not-a-course"]


@given(st.text(max_size=200))
def test_no_page_makes_the_check_raise(body: str) -> None:
    files = sample_files(page=f"{PAGE}\n{body}")
    course = load_course(files).course
    assert course is not None
    check_course(course, files, known)
