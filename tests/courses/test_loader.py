from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_frameworks.model import ItemRef
from courses.loader import load_course, parse_activity
from courses.model import PluginContent
from courses.parsing import parse_page
from courses.parsing_yaml import parse_quiz
from tests.courses.samples import COURSE, MODULE, PAGE, PATHS, QUIZ, sample_course, sample_files

ALIASES = {"med": ("cadre-essai", "2022")}


def found(**changes: str | bytes | None) -> list[tuple[str, str, int]]:
    return [(one.rule, one.place.path, one.place.line) for one in load_course(sample_files(**changes)).problems]


def rules_of(text: str) -> list[tuple[str, int]]:
    return [(one.rule, one.place.line) for one in parse_quiz(text, "q.yaml", ALIASES).problems]


def test_a_sound_course_loads_without_a_word() -> None:
    loaded = load_course(sample_files())
    assert loaded.problems == ()
    assert loaded.course is not None
    assert [one.kind for one in loaded.course.activities] == [
        "page", "quiz", "assignment", "survey", "live_session", "scorm", "sondage_express",
    ]  # fmt: skip
    assert loaded.course.minutes == 5 + 3 + 30 + 2 + 210 + 1
    assert loaded.course.sources[0].year == "1984"


def test_aliases_and_full_references_mean_the_same() -> None:
    full = QUIZ.replace("objective: obj-ecouter", 'competencies: ["med:SF1", "cadre-essai@2022#SF1"]')
    question = sample_course(quiz=full).activity("quiz-un").content.questions[0]
    assert question.competencies == (ItemRef("cadre-essai", "2022", "SF1"),) * 2


def test_blocks_carry_their_attributes_and_lines() -> None:
    blocks = sample_course().activity("page-accueil").content.blocks
    assert [(block.id, block.kind, block.title) for block in blocks] == [
        ("ecouter", "section", "Écouter vraiment"),
        ("act-entretien", "activity", "Mon entretien"),
        ("pratiquer", "section", "Pratiquer"),
    ]
    assert (blocks[1].minutes, blocks[1].mode, blocks[1].objectives) == (15, "pairs", ("obj-ecouter",))
    assert PAGE.split("\n")[blocks[0].place.line - 1].startswith("## Écouter")


def test_plugin_settings_are_plain_data() -> None:
    content = sample_course().activity("sondage").content
    assert content == PluginContent({"couleurs": ["vert", 3, 2.5, True, None]})


def test_scorm_packages_may_be_described_where_they_are_listed() -> None:
    entry = "- {scorm: paquet.zip, id: pack-un, title: Paquet, minutes: 20}"
    course = sample_course(module=MODULE.replace("- scorm: paquet.zip", entry))
    activity = course.activity("pack-un")
    assert (activity.title, activity.minutes, activity.path) == ("Paquet", 20, PATHS["scorm"])


def test_a_folder_without_course_yaml_is_no_course() -> None:
    loaded = load_course({"readme.md": b""})
    assert loaded.course is None
    assert loaded.problems[0].rule == "not-a-course"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"page": None}, "file-missing"),
        ({"module": None}, "file-missing"),
        ({"scorm": None}, "file-missing"),
        ({"module": MODULE.replace("scorm: paquet.zip", "scorm:")}, "key-missing"),
        ({"page": b"\xff\xfe"}, "file-encoding"),
        ({"course": COURSE.replace("format: 1", "format: 9")}, "format-unknown"),
        ({"course": COURSE.replace("cadre-essai@2022", "cadre-essai")}, "framework-shape"),
        ({"course": COURSE + "frameworks: 3\n"}, "key-twice"),
        ({"course": COURSE.replace("[01-un]", "[../secret]")}, "folder-name"),
        ({"course": COURSE.replace("[01-un]", "[01-un, 01-un]")}, "folder-twice"),
        ({"course": COURSE.replace("med:SF1", "inconnu:SF1")}, "alias-unknown"),
        ({"course": COURSE.replace("med:SF1", "SF1")}, "ref-shape"),
        ({"course": COURSE.replace("  med: cadre-essai@2022", "  - med")}, "expected-mapping"),
        ({"module": MODULE.replace("accueil.md", "../../../accueil.md")}, "path-outside"),
        ({"module": MODULE.replace("page: accueil.md", "pagee: accueil.md")}, "kind-misspelt"),
        ({"module": MODULE.replace("- page: accueil.md", "- accueil.md")}, "entry-shape"),
        ({"module": MODULE.replace("- page: accueil.md", "- {page: a.md, quiz: b.yaml}")}, "entry-shape"),
        ({"module": "- a\n"}, "expected-mapping"),
        ({"module": ""}, "expected-mapping"),
        ({"course": ""}, "expected-mapping"),
        ({"glossary": "mediation: x"}, "expected-list"),
        ({"glossary": "- mediation"}, "expected-mapping"),
        ({"page": PAGE.removeprefix("---\n")}, "front-matter-missing"),
        ({"page": "---\nid: page-accueil\n"}, "front-matter-unclosed"),
        ({"page": "---\n- a\n---\n"}, "expected-mapping"),
        ({"page": PAGE.replace("#act-entretien", "#Entretien")}, "id-shape"),
        ({"page": PAGE.replace("minutes=15", "minutes=vite")}, "expected-integer"),
        ({"page": PAGE.replace("mode=pairs", "mode=seul")}, "value-not-allowed"),
        ({"quiz": b"a" * 2_000_001}, "file-too-large"),
    ],
)
def test_what_is_wrong_in_the_files_is_named(changes: dict[str, str | bytes | None], rule: str) -> None:
    assert rule in [name for name, _, _ in found(**changes)]


def test_problems_give_the_line_of_the_value() -> None:
    line = next(number for number, text in enumerate(QUIZ.split("\n"), 1) if "tolerance" in text)
    problems = found(quiz=QUIZ.replace("tolerance: 0.25", "tolerance: beaucoup"))
    assert problems == [("expected-number", PATHS["quiz"], line)]


def test_front_matter_lines_count_from_the_top_of_the_file() -> None:
    assert [
        (one.rule, one.place.line) for one in parse_page("---\nid: pp\ntitle: T\nminute: 5\n---\n", "p.md").problems
    ] == [("key-misspelt", 4)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("id: q-un\ntitle: [a]\n", "expected-text"),
        ("id: q-un\ntitle: T\nminutes: beaucoup\n", "expected-integer"),
        ("id: q-un\ntitle: T\nminutes: [1]\n", "expected-integer"),
        ("id: q-un\ntitle: T\nminutes: -4\n", "number-out-of-range"),
        ("id: q-un\ntitle: T\npass_score: 70\n", "number-out-of-range"),
        ("id: q-un\ntitle: T\nshuffle: peut-être\n", "expected-boolean"),
        ("id: q-un\ntitle: T\nshuffle: [true]\n", "expected-boolean"),
        ("id: q-un\ntitle: T\nquestions: 3\n", "expected-list"),
        ("id: q-un\ntitle: T\nquestions: [3]\n", "expected-mapping"),
        ("id: q-un\ntitle: T\nobjectives: obj-a\n", "expected-list"),
        ("id: q-un\ntitle: T\nobjectives: {a: b}\n", "expected-list"),
        ("id: q-un\ntitle: T\nobjectives: [[a]]\n", "expected-text"),
        ("id: q-un\ntitle: T\npurpose: jeu\n", "value-not-allowed"),
        ("id: q-un\ntitle: T\nzzz: 1\n", "key-unknown"),
        ("id: Q Un\ntitle: T\n", "id-shape"),
        ("title: T\n", "id-missing"),
        ("id: q-un\n", "key-missing"),
        ("id: q-un\ntitle: T\nquestions: [{id: q1, type: singl, prompt: P}]\n", "kind-misspelt"),
        ("id: q-un\ntitle: T\nquestions: [{id: q1, type: single, prompt: P, choices: [{text: x}]}]\n", "id-missing"),
        ("id: q-un\ntitle: T\nquestions: [{id: q1, type: numeric, prompt: P, answer: 3}]\n", "expected-mapping"),
        ("a: &x 1\nb: *x\n", "yaml-alias"),
        ("a: !!python/object:os.system x\n", "yaml-alias"),
        ("[" * 40 + "]" * 40, "yaml-too-deep"),
        ("[" * 100_000, "yaml-too-deep"),
        ("a: [1\n", "yaml-syntax"),
        ("? [a]\n: b\n", "yaml-syntax"),
        ("a: 1\n---\nb: 2\n", "yaml-syntax"),
        ("a: \x07\n", "yaml-syntax"),
        ("- a\n", "expected-mapping"),
    ],
)
def test_what_is_wrong_in_a_quiz_is_named(text: str, rule: str) -> None:
    assert rule in [name for name, _ in rules_of(text)]


def test_more_than_twenty_six_choices_still_get_ids() -> None:
    choices = ", ".join("{text: x}" for _ in range(28))
    text = f"id: q-un\ntitle: T\nquestions: [{{id: q1, type: single, prompt: P, choices: [{choices}]}}]\n"
    ids = [choice.id for choice in parse_quiz(text, "q.yaml").activity.content.questions[0].choices]
    assert ids[0] == "a"
    assert ids[26:] == ["c27", "c28"]


def test_question_types_of_plugins_keep_their_settings() -> None:
    text = "id: q-un\ntitle: T\nquestions: [{id: q1, type: hotspot, prompt: P, zones: [[1, 2]]}]\n"
    parsed = parse_quiz(text, "q.yaml")
    assert parsed.problems == ()
    assert parsed.activity.content.questions[0].extra == {"zones": [[1, 2]]}


def test_plain_words_stay_words() -> None:
    text = "id: q-un\ntitle: no\nquestions: [{id: q1, type: text, prompt: 12, accepted: [yes, '', 2024-01-01]}]\n"
    activity = parse_quiz(text, "q.yaml").activity
    assert activity.title == "no"
    assert activity.content.questions[0].accepted == ("yes", "", "2024-01-01")


def test_one_broken_file_does_not_hide_the_others() -> None:
    loaded = load_course(sample_files(quiz="a: [", survey="b: ["))
    assert loaded.course is not None
    assert {one.place.path for one in loaded.problems} == {PATHS["quiz"], PATHS["survey"]}
    assert loaded.course.activity("page-accueil")


def test_blocks_without_id_keep_the_same_one_at_each_reading() -> None:
    text = PAGE.replace(" {#ecouter}", "").replace(" {#pratiquer}", "").replace("## Pratiquer", "## Écouter vraiment")
    first, second = (parse_page(text, "p.md", ALIASES).activity.content.blocks for _ in range(2))
    assert [block.id for block in first] == [
        "page-accueil-ecouter-vraiment", "act-entretien", "page-accueil-ecouter-vraiment-2",
    ]  # fmt: skip
    assert first == second


@given(st.sampled_from(["page", "quiz", "assignment", "survey", "live_session", "autre"]), st.text(max_size=300))
def test_no_text_makes_a_parser_raise(kind: str, text: str) -> None:
    parse_activity(kind, text, "modules/01-un/x.yaml", ALIASES)


@given(st.sampled_from(sorted(PATHS)), st.binary(max_size=200))
def test_no_bytes_make_the_loader_raise(name: str, data: bytes) -> None:
    load_course(sample_files(**{name: data}))


def test_thirty_files_load_well_under_three_hundred_milliseconds() -> None:
    entries = "".join(f"  - page: p{number}.md\n  - quiz: q{number}.yaml\n" for number in range(15))
    files = sample_files(module=f"id: mod-un\ntitle: M\nactivities:\n{entries}")
    for number in range(15):
        files[f"modules/01-un/p{number}.md"] = (PAGE * 3).encode()
        files[f"modules/01-un/q{number}.yaml"] = QUIZ.encode()
    load_course(files)
    started = time.process_time()
    load_course(files)
    assert time.process_time() - started < 0.3
