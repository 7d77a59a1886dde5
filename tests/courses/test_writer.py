from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_frameworks.model import ItemRef
from courses.loader import load_course, parse_activity
from courses.model import (
    Activity,
    Assignment,
    Choice,
    Criterion,
    LiveSession,
    NumericAnswer,
    Objective,
    Page,
    PluginContent,
    Question,
    Quiz,
    RubricLevel,
    Source,
    Survey,
    SurveyItem,
    Term,
)
from courses.parsing_yaml import QUESTION_TYPES, SURVEY_TYPES
from courses.writer import (
    write_activity,
    write_course_yaml,
    write_glossary,
    write_module_yaml,
    write_page,
    write_plugin,
    write_quiz,
)
from tests.courses.samples import PATHS, sample_course, sample_files

ALIASES = {"med": ("cadre-essai", "2022")}
ids = st.from_regex(r"[a-z0-9-]{2,20}", fullmatch=True)
texts = st.text(max_size=40) | st.sampled_from(
    [
        "l'été : oui",
        "a # b",
        "- tiret",
        "un\n\n  deux\ntrois ",
        "null",
        "12",
        "~",
        "yes",
        "\u2028x",
        "a\r\nb",
        "« », œ\u00a0!",
        "a\n",
        ": ",
        "\ttab\n x",
    ]
)
titles = texts.filter(bool)
refs = st.lists(
    st.builds(
        ItemRef,
        st.sampled_from(["cadre-essai", "autre"]),
        st.just("2022"),
        st.from_regex(r"[A-Z0-9]{1,4}(\.[0-9]{1,2})?", fullmatch=True),
    ),
    max_size=3,
).map(tuple)
numbers = st.floats(0, 1000, allow_subnormal=False).map(lambda value: round(value, 4))
choices = st.lists(st.builds(Choice, ids, titles, st.booleans(), texts, texts), max_size=3).map(tuple)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from([*QUESTION_TYPES, "hotspot"]))
    return Question(
        id=draw(ids),
        type=kind,
        prompt=draw(titles),
        choices=draw(choices),
        numeric=draw(st.builds(NumericAnswer, numbers, numbers, texts)) if kind == "numeric" else None,
        accepted=draw(st.lists(texts, max_size=3).map(tuple)) if kind == "text" else (),
        feedback_correct=draw(texts),
        feedback_incorrect=draw(texts),
        hint=draw(texts),
        points=draw(numbers),
        objective=draw(texts),
        competencies=draw(refs),
        level=draw(texts),
        pair=draw(texts),
        extra=draw(st.dictionaries(ids.map("x{}".format), texts, max_size=2)) if kind == "hotspot" else {},
    )


levels = st.builds(RubricLevel, ids, titles, texts, numbers)
shares = st.floats(0, 1).map(lambda value: round(value, 3))
contents = st.one_of(
    st.builds(
        Quiz,
        purpose=st.sampled_from(["practice", "positioning", "final"]),
        intro=texts,
        pass_score=shares,
        max_attempts=st.integers(0, 9),
        feedback=st.sampled_from(["immediate", "end", "none"]),
        shuffle=st.booleans(),
        allow_dont_know=st.booleans(),
        questions=st.lists(questions(), max_size=3).map(tuple),
    ),
    st.builds(
        Assignment,
        instructions=titles,
        deliverable=st.sampled_from(["file", "text", "file_or_text"]),
        pass_score=shares,
        criteria=st.lists(
            st.builds(Criterion, ids, titles, refs, st.lists(levels, max_size=2).map(tuple)), max_size=2
        ).map(tuple),
    ),
    st.builds(
        Survey,
        purpose=titles,
        intro=texts,
        anonymous=st.booleans(),
        items=st.lists(
            st.builds(
                SurveyItem,
                id=ids,
                type=st.sampled_from(SURVEY_TYPES),
                text=titles,
                options=choices,
                low=texts,
                high=texts,
                required=st.booleans(),
                opt_out=st.booleans(),
                indicator=texts,
            ),
            max_size=3,
        ).map(tuple),
    ),
    st.builds(
        LiveSession,
        modality=st.sampled_from(["on_site", "remote"]),
        before=texts,
        plan=texts,
        materials=st.lists(texts, max_size=3).map(tuple),
    ),
    st.builds(PluginContent, st.dictionaries(ids.map("x{}".format), texts | st.integers(0, 99) | st.booleans())),
    st.text(st.characters(exclude_characters="\r\ufeff", exclude_categories=["Cs"]), max_size=80).map(
        lambda body: Page(body.strip("\n"))
    ),
)
KINDS = {Quiz: "quiz", Assignment: "assignment", Survey: "survey", LiveSession: "live_session", Page: "page"}


@st.composite
def activities(draw: st.DrawFn) -> Activity:
    content = draw(contents)
    return Activity(
        id=draw(ids),
        kind=KINDS.get(type(content), "greffon"),
        title=draw(titles),
        content=content,
        path="modules/01-un/x.yaml",
        minutes=draw(st.integers(0, 500)),
        required=draw(st.booleans()),
        objectives=draw(st.lists(texts, max_size=2).map(tuple)),
        competencies=draw(refs),
    )


@settings(max_examples=300, deadline=None)
@given(activities(), st.sampled_from([{}, ALIASES]))
def test_what_is_written_reads_back_the_same(activity: Activity, aliases: dict[str, tuple[str, str]]) -> None:
    parsed = parse_activity(activity.kind, write_activity(activity, aliases), activity.path, aliases)
    read = parsed.activity
    if isinstance(read.content, Page) and isinstance(activity.content, Page):
        read = replace(read, content=replace(read.content, blocks=activity.content.blocks))
    assert read == activity
    assert parsed.problems == ()


@settings(max_examples=60, deadline=None)
@given(
    title=titles,
    summary=texts,
    objectives=st.lists(st.builds(Objective, ids, titles, refs), max_size=2).map(tuple),
    sources=st.lists(st.builds(Source, titles, texts, texts, texts, texts), max_size=2).map(tuple),
    glossary=st.lists(st.builds(Term, ids, titles, titles), max_size=2).map(tuple),
    authors=st.lists(texts, max_size=2).map(tuple),
)
def test_a_course_reads_back_the_same(**parts: object) -> None:
    course = replace(sample_course(), **parts)  # type: ignore[arg-type]
    files = sample_files(
        course=write_course_yaml(course),
        module=write_module_yaml(course.modules[0], course.frameworks),
        glossary=write_glossary(course.glossary),
    )
    loaded = load_course(files)
    assert loaded.course == course
    assert loaded.problems == ()


def test_texts_of_several_lines_are_blocks() -> None:
    text = write_activity(sample_course().activity("devoir-un"))
    assert "instructions: |\n  Faites ceci.\n\n  Puis cela.\n" in text


def test_french_apostrophes_are_not_doubled() -> None:
    quiz = sample_course().activity("quiz-un")
    text = write_quiz(replace(quiz, title="L'été : c'est tout"))
    assert "title: \"L'été : c'est tout\"\n" in text


def test_competencies_are_written_by_alias_on_one_line() -> None:
    text = write_activity(sample_course().activity("devoir-un"), ALIASES)
    assert "competencies: ['med:SF1']" in text
    assert yaml.safe_load(text)["rubric"][0]["competencies"] == ["med:SF1"]


def test_a_page_keeps_its_body_as_it_is() -> None:
    files = sample_files()
    page = sample_course().activity("page-accueil")
    body = files[PATHS["page"]].decode().split("---\n", 2)[2]
    assert write_page({"id": "pp"}, page.content.markdown) == f"---\nid: pp\n---\n{body}"


@pytest.mark.parametrize("write", [write_quiz, write_plugin])
def test_writing_the_wrong_kind_is_refused(write: object) -> None:
    with pytest.raises(TypeError, match="page-accueil is a page"):
        write(sample_course().activity("page-accueil"))  # type: ignore[operator]


def test_a_package_has_no_text_to_write() -> None:
    with pytest.raises(TypeError, match="scorm"):
        write_activity(sample_course().activity("paquet"))
