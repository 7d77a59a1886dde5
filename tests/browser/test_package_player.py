"""Our packages in a real browser, against LMSs that refuse whatever the standards refuse."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from courses.files import FolderFiles
from courses.grading import correct_response, grade
from courses.loader import load_course
from courses.model import Choice, NumericAnswer, Question
from courses.offline_results import BadResultError, HandBack, read_signed
from courses.package_content import Content
from courses.packaging import player_script
from tests.browser.demo import PATIENCE
from tests.browser.packages import BUNDLED, ORIGIN, Learner, members_of, read_course, serve, write_to

pytestmark = pytest.mark.browser

STANDARDS = {"scorm12": "scorm12", "scorm2004-3": "scorm2004", "scorm2004-4": "scorm2004"}
COMPLETION = {"scorm12": "cmi.core.lesson_status", "scorm2004": "cmi.completion_status"}
AXE = "async () => (await axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']})).violations.map(v => v.id + ' ' + v.nodes.map(n => n.html).join(' | '))"


@pytest.fixture
def course():
    return read_course()


@pytest.fixture(autouse=True)
def patience(context):
    context.set_default_timeout(PATIENCE)


@pytest.fixture
def launched(context, page):
    """Opens a package under a strict LMS; gives the learner and a reader of the LMS's record."""

    def launch(course, members, standard, given=None, cut=0):
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        serve(context, members, standard, given, cut)
        page.goto(f"{ORIGIN}/host.html")
        frame = page.frame(url=re.compile(r"index\.html"))
        frame.locator("#view h1").wait_for()
        return Learner(page, frame, course), lambda name: page.evaluate(f"window.lms.{name}"), problems

    return launch


def close(page):
    page.evaluate("document.querySelector('iframe').remove()")


@pytest.mark.parametrize("package_format", STANDARDS)
def test_a_course_played_to_the_end_is_passed_and_nothing_is_refused(launched, page, course, package_format):
    standard = STANDARDS[package_format]
    learner, record, problems = launched(course[0], members_of(*course, package_format), standard)
    learner.play()
    close(page)
    store = record("store")
    assert record("refused") == []
    assert problems == []
    assert record("ended") == 1
    if standard == "scorm12":
        assert store["cmi.core.lesson_status"] == "passed"
        assert store["cmi.core.score.raw"] == "100"
        assert re.fullmatch(r"0000:\d\d:\d\d\.\d\d", store["cmi.core.session_time"])
        assert store["cmi.interactions.2.student_response"] == "a"
    else:
        assert (store["cmi.completion_status"], store["cmi.success_status"]) == ("completed", "passed")
        assert store["cmi.score.scaled"] == "1"
        assert store["cmi.progress_measure"] == "1"
        assert store["cmi.interactions.4.learner_response"] == "a[,]b[,]c"
    assert store["cmi.suspend_data"].startswith("B1!")


@pytest.mark.parametrize("package_format", ["scorm12", "scorm2004-4"])
def test_every_answer_is_recorded_with_its_id_pattern_and_result(launched, page, course, package_format):
    standard = STANDARDS[package_format]
    learner, record, _ = launched(course[0], members_of(*course, package_format), standard)
    learner.take("test-final", wrong=("t-garder", "t-duree"))
    store = record("store")
    rows = [
        {k.split(".", 3)[3]: v for k, v in store.items() if k.startswith(f"cmi.interactions.{n}.")} for n in range(6)
    ]
    assert [row["id"] for row in rows] == ["t-premier", "t-garder", "t-ordre", "t-paires", "t-duree", "t-mot"]
    wrong = "wrong" if standard == "scorm12" else "incorrect"
    assert [row["result"] for row in rows] == ["correct", wrong, "correct", "correct", wrong, "correct"]
    assert all(row["objectives.0.id"] and row["latency"] for row in rows)
    patterns = [row["correct_responses.0.pattern"] for row in rows]
    expected = {
        "scorm12": ["a", "a,c", "a,b,c", "a.a,b.b,c.c", "5", "médiation"],
        "scorm2004": ["a", "a[,]c", "a[,]b[,]c", "a[.]a[,]b[.]b[,]c[.]c", "4.5[:]5.5", "{case_matters=false}médiation"],
    }
    assert patterns == expected[standard]
    assert record("refused") == []


def test_a_failed_test_is_failed_with_its_score_and_an_objective_for_each_competency(launched, course):
    learner, record, _ = launched(course[0], members_of(*course, "scorm2004-4"), "scorm2004")
    learner.take("test-final", wrong=("t-garder", "t-ordre", "t-paires"))
    store = record("store")
    assert store["cmi.success_status"] == "failed"
    assert float(store["cmi.score.scaled"]) == pytest.approx(3 / 8)  # points: 1, 1, 2, 2, 1, 1
    assert store["cmi.completion_status"] == "incomplete"
    found = {store[f"cmi.objectives.{n}.id"]: store[f"cmi.objectives.{n}.score.scaled"] for n in range(2)}
    assert {name: float(score) for name, score in found.items()} == {
        "mediateur-numerique-poste-type.2022.SF1": pytest.approx(3 / 5),
        "fpa-rncp37275.2023.CP1": 0,
    }


@pytest.mark.parametrize("package_format", ["scorm12", "scorm2004-4"])
def test_closing_early_passes_nobody(launched, page, course, package_format):
    standard = STANDARDS[package_format]
    learner, record, _ = launched(course[0], members_of(*course, package_format), standard)
    learner.take("test-final", upto=5)
    close(page)
    store = record("store")
    assert store[COMPLETION[standard]] == "incomplete"
    assert store.get("cmi.success_status", "unknown") == "unknown"
    assert "cmi.core.score.raw" not in store
    assert "cmi.score.scaled" not in store
    assert record("ended") == 1
    assert record("refused") == []


def test_coming_back_opens_the_bookmark_and_the_question_where_one_stopped(context, launched, page, course):
    members = members_of(*course, "scorm12")
    learner, record, _ = launched(course[0], members, "scorm12")
    learner.read("page-ecouter")
    learner.take("test-final", upto=4)
    close(page)
    kept = {key: value for key, value in record("store").items() if not key.startswith("cmi.interactions")}
    context.unroute(f"{ORIGIN}/**")
    again, record, _ = launched(course[0], members, "scorm12", kept)
    assert again.frame.locator("#view h1").inner_text() == "Test final"
    assert again.frame.get_by_role("button", name="Reprendre à la question 5").is_visible()
    assert again.frame.locator("#contents li.done").count() == 1
    assert record("refused") == []


def test_a_new_version_keeps_what_is_still_true(context, launched, page, course):
    learner, record, _ = launched(course[0], members_of(*course, "scorm2004-4"), "scorm2004")
    learner.read("page-ecouter")
    learner.read("page-donnees")
    learner.take("quiz-accueil")
    close(page)
    kept = {key: value for key, value in record("store").items() if not key.startswith("cmi.interactions")}
    changed = read_course(
        {
            "modules/02-proteger/donnees.md": (
                "## Ce que l'on garde",
                "## Ce qui est neuf {#neuf}\n\nUn ajout.\n\n## Ce que l'on garde",
            ),
            "modules/01-accueillir/module.yaml": (
                "  - page: ecouter.md\n  - quiz: quiz-accueil.yaml\n",
                "  - quiz: quiz-accueil.yaml\n  - page: ecouter.md\n",
            ),
        }
    )
    context.unroute(f"{ORIGIN}/**")
    again, _, problems = launched(changed[0], members_of(*changed, "scorm2004-4"), "scorm2004", kept)
    done = again.frame.locator("#contents li.done .name").all_inner_texts()
    assert [text.splitlines()[0] for text in done] == ["Ai-je bien compris l'accueil ?", "Écouter avant de proposer"]
    assert "mis à jour" in again.frame.locator("#banner").inner_text()
    assert problems == []


def test_an_lms_that_cuts_the_state_is_named_in_plain_words(launched, course):
    learner, record, _ = launched(course[0], members_of(*course, "scorm12"), "scorm12", cut=12)
    learner.read("page-ecouter")
    assert "a coupé" in learner.frame.locator("#banner").inner_text()
    assert record("refused") == []


def test_a_pre_test_says_what_is_known_and_the_lms_is_asked_to_go_on(context, page):
    files = FolderFiles(BUNDLED)
    course = load_course(files).course
    members = members_of(course, files, "scorm2004-4", by_module=True)
    given = {"adl.nav.request_valid.continue": "true"}
    serve(context, members, "scorm2004", given, start="sco-quiz-positionnement.html")
    page.goto(f"{ORIGIN}/host.html")
    frame = page.frame(url=re.compile("sco-"))
    frame.locator("#view h1").wait_for()
    learner = Learner(page, frame, course)
    learner.take("quiz-positionnement", wrong=("q-pos-besoin", "q-pos-objectifs"))
    store = page.evaluate("window.lms.store")
    passed = {
        value for key, value in store.items()
        if re.fullmatch(r"cmi\.objectives\.\d+\.id", key) and store.get(key[:-2] + "success_status") == "passed"
    }  # fmt: skip
    assert {one for one in passed if one.startswith("known-")} == {
        "known-mod-animer", "known-mod-hybride", "known-mod-evaluer",
    }  # fmt: skip
    assert {"done-quiz-positionnement", "done-mod-animer"} <= passed
    assert "done-mod-publics-2" not in passed
    assert "cmi.score.scaled" not in store  # a positioning never counts
    frame.get_by_role("button", name="Partie suivante").click()
    assert page.evaluate("window.lms.store")["adl.nav.request"] == "continue"
    assert page.evaluate("[window.lms.ended, window.lms.refused]") == [1, []]


def test_what_stands_first_is_said_and_a_link_to_another_part_is_its_words(context, page):
    course, files = read_course(
        {"modules/02-proteger/module.yaml": ("activities:", "requires: [mod-accueillir]\nactivities:")}
    )
    serve(context, members_of(course, files, "scorm12"))
    page.goto(f"{ORIGIN}/index.html#/page-donnees")
    assert "À terminer d’abord : Accueillir." in page.locator("#view .callout-warning").first.inner_text()
    context.unroute(f"{ORIGIN}/**")
    serve(context, members_of(course, files, "scorm12", by_module=True))
    page.goto(f"{ORIGIN}/sco-mod-accueillir.html#/page-ecouter")
    page.locator("#view h1").wait_for()
    assert "la page sur les données" in page.locator("#view").inner_text()
    assert page.locator("#view a[href*='page-donnees']").count() == 0


def test_without_an_lms_the_course_reads_and_says_that_nothing_is_recorded(context, page, course):
    serve(context, members_of(*course, "scorm12"))
    page.goto(f"{ORIGIN}/index.html")
    learner = Learner(page, page.main_frame, course[0])
    learner.read("page-ecouter")
    learner.take("quiz-accueil")
    assert "rien n’est enregistré" in page.locator("#banner").inner_text()


def test_offline_html_opens_from_a_disk_and_remembers(page, course, tmp_path):
    write_to(tmp_path, members_of(*course, "html"))
    address = (tmp_path / "index.html").as_uri()
    page.goto(address)
    learner = Learner(page, page.main_frame, course[0])
    learner.play(wrong=("t-mot",))
    assert page.locator("#progress").inner_text() == "100 % fait"
    page.goto("about:blank")
    page.goto(address)
    assert page.locator("#contents li.done").count() == len(course[0].activities)
    assert "88 %" in page.locator(".summary").inner_text()  # 7 points of 8


def test_offline_pages_hand_back_a_signed_file_of_what_was_done(page, course, tmp_path):
    key = bytes(range(32))
    pages = members_of(
        *course, "html", hand_back=HandBack("version-1", key, "https://lms.example.org/h/hub/offline-results")
    )
    write_to(tmp_path, pages)
    page.goto((tmp_path / "index.html").as_uri())
    assert page.get_by_role("button", name="Enregistrer mon fichier").count() == 0  # nothing to hand back yet
    learner = Learner(page, page.main_frame, course[0])
    learner.read("page-ecouter")
    learner.take("test-final", wrong=("t-mot",))
    page.evaluate("location.hash = '#/'")
    button = page.get_by_role("button", name="Enregistrer mon fichier")
    assert "https://lms.example.org/h/hub/offline-results" in page.locator(".hand-back").inner_text()
    files = []
    for _ in range(2):
        with page.expect_download() as given:
            button.click()
        files.append(Path(given.value.path()).read_bytes())
    assert re.fullmatch(r"resultat-premiers-pas-\d{8}-\d{4}\.json", given.value.suggested_filename)
    first, second = (read_signed(data).verify(key) for data in files)
    assert first.run == second.run
    assert first.attempts == second.attempts
    assert {"page-ecouter", *(one.id for one in course[0].activity("page-ecouter").content.blocks)} <= first.seen
    assert first.seconds["page-ecouter"] >= 1
    (attempt,) = first.attempts
    quiz = {question.id: question for question in course[0].activity("test-final").content.questions}
    graded = {one.question: grade(quiz[one.question], one.response).score for one in attempt.answers}
    assert graded == {name: 0 if name == "t-mot" else 1 for name in quiz}
    with pytest.raises(BadResultError):
        read_signed(files[0].replace(b"9999", b"9998")).verify(key)


def test_captions_show_even_from_a_disk(page, tmp_path):
    files = FolderFiles(BUNDLED)
    bundled = load_course(files).course
    write_to(tmp_path, members_of(bundled, files, "html"))
    filmed = next(one for one in bundled.activities if "::video" in getattr(one.content, "markdown", ""))
    page.goto((tmp_path / "index.html").as_uri() + f"#/{filmed.id}")
    page.locator("video").evaluate("video => { video.textTracks[0].mode = 'showing' }")
    page.wait_for_function("() => (document.querySelector('video').textTracks[0].cues || []).length > 3")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_and_quizzes_have_no_accessibility_violation(context, page, course, axe_source, scheme):
    page.emulate_media(color_scheme=scheme)
    serve(context, members_of(*course, "scorm12"))
    page.goto(f"{ORIGIN}/index.html")
    page.evaluate(axe_source)
    learner = Learner(page, page.main_frame, course[0])
    found: list[str] = []

    def look():
        page.wait_for_timeout(450)  # colours settle
        found.extend(page.evaluate(AXE))

    look()
    for activity in ("page-ecouter", "devoir-charte", "quiz-accueil"):
        learner.open(activity)
        look()
    page.get_by_role("button", name="Commencer le questionnaire").click()
    look()
    page.locator("#q-commencer-a").check()
    page.get_by_role("button", name="Valider ma réponse").click()
    look()
    learner.open("test-final")
    page.get_by_role("button", name="Commencer le questionnaire").click()
    for question in course[0].activity("test-final").content.questions:
        page.locator(f"#{question.id}-p").wait_for()
        look()
        learner.answer(question, correct=question.id != "t-paires")
        page.get_by_role("button", name="Valider ma réponse").click()
    page.get_by_role("heading", name="Votre résultat").wait_for()
    look()
    for route in ("glossaire", "recherche/ecran"):
        page.evaluate("route => { location.hash = '#/' + route }", route)
        look()
    page.locator("#display summary").click()
    look()
    assert found == []


def test_a_phone_has_no_sideways_scroll_and_a_drawer_that_traps_and_returns_focus(context, page, course):
    page.set_viewport_size({"width": 320, "height": 640})
    serve(context, members_of(*course, "scorm12"))
    page.goto(f"{ORIGIN}/index.html#/page-ecouter")
    page.locator("#view h1").wait_for()
    for size in "03":
        page.evaluate("size => { document.documentElement.dataset.size = size }", size)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 390, "height": 780})
    button = page.get_by_role("button", name="Sommaire")
    button.press("Enter")
    assert page.evaluate("document.querySelector('#contents').contains(document.activeElement)")
    assert page.evaluate("document.querySelector('#main').inert")
    page.keyboard.press("Escape")
    assert button.evaluate("node => node === document.activeElement")


def test_search_finds_words_without_their_accents(context, page, course):
    serve(context, members_of(*course, "scorm12"))
    page.goto(f"{ORIGIN}/index.html#/recherche")
    page.locator("#query").fill("MEDIATION")
    assert page.locator(".results a").all_inner_texts()[0] == "Médiation numérique"
    assert page.locator(".results mark").first.inner_text().lower() == "médiation"


def test_the_api_is_found_through_an_opener_and_past_another_origin(context, page, course):
    serve(context, members_of(*course, "scorm12"), "scorm12")
    page.goto(f"{ORIGIN}/host.html")
    page.evaluate("window.lms = strictLms('scorm12', {})")
    with page.expect_popup() as opened:
        page.evaluate("window.open('index.html')")
    popup = opened.value
    popup.locator("#view h1").wait_for()
    assert popup.locator("#banner").is_hidden()
    assert page.evaluate("window.lms.opened") == 1


def test_ordering_works_by_dragging_and_the_whole_player_by_keyboard(context, page, course):
    serve(context, members_of(*course, "scorm12"))
    page.goto(f"{ORIGIN}/index.html#/quiz-accueil")
    page.get_by_role("button", name="Commencer le questionnaire").press("Enter")
    page.keyboard.press("Tab")  # the hint
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert "Bonne réponse" in page.locator(".verdict").inner_text()
    assert page.locator(".verdict").evaluate("node => node === document.activeElement")
    page.keyboard.press("Alt+Shift+ArrowLeft")
    page.get_by_role("heading", name="Écouter avant de proposer", level=1).wait_for()
    learner = Learner(page, page.main_frame, course[0])
    learner.take("test-final", upto=2)
    rows = page.locator(".ordering li")
    before = rows.evaluate_all("rows => rows.map(row => row.dataset.id)")
    start, end = rows.nth(0).locator(".handle").bounding_box(), rows.nth(2).bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()
    assert rows.evaluate_all("rows => rows.map(row => row.dataset.id)") == [before[1], before[2], before[0]]


def test_an_english_course_speaks_english_and_no_sentence_lacks_its_translation(context, page):
    english = read_course({"course.yaml": ("language: fr", "language: en")})
    serve(context, members_of(*english, "scorm12"))
    page.goto(f"{ORIGIN}/index.html")
    assert page.get_by_role("link", name="Start", exact=True).is_visible()
    assert "nothing is recorded" in page.locator("#banner").inner_text()
    assert page.locator("html").get_attribute("lang") == "en"
    page.evaluate(player_script().decode().replace("new Player(window.bouquetCourse);", "window.words = WORDS;"))
    french, spoken = page.evaluate("[Object.keys(words.fr), Object.keys(words.en)]")
    assert french == spoken


def test_in_review_mode_nothing_is_written(launched, page, course):
    learner, record, _ = launched(
        course[0],
        members_of(*course, "scorm2004-4"),
        "scorm2004",
        {"cmi.mode": "review", "cmi.success_status": "passed"},
    )
    learner.take("quiz-accueil")
    assert "Mode consultation" in learner.frame.locator("#banner").inner_text()
    close(page)
    assert record("written") == []
    assert record("ended") == 1


QUESTIONS = (
    (Question("q1", "single", "?", choices=(Choice("a", "A"), Choice("b", "B", correct=True))), ["a", "b", None]),
    (
        Question(
            "q2",
            "multiple",
            "?",
            choices=(Choice("a", "A", correct=True), Choice("b", "B"), Choice("c", "C", correct=True)),
        ),
        [[], ["a"], ["a", "c"], ["a", "b"], ["b"], ["a", "b", "c"], None],
    ),
    (
        Question("q3", "ordering", "?", choices=tuple(Choice(one, one) for one in "abcd")),
        [list("abcd"), list("dcba"), list("bacd"), list("acdb"), None],
    ),
    (
        Question(
            "q4",
            "matching",
            "?",
            choices=(Choice("a", "A", match="un"), Choice("b", "B", match="deux"), Choice("c", "C", match="un")),
        ),
        [
            {"a": "a", "b": "b", "c": "c"},
            {"a": "c", "b": "b", "c": "a"},
            {"a": "b", "b": "a", "c": "b"},
            {"a": "a"},
            {},
            None,
        ],
    ),
    (
        Question("q5", "numeric", "?", numeric=NumericAnswer(1234.5, 0.5, "h")),
        [
            "1234,5",
            "1 234.5",
            "1.234,5 h",
            "1,234.5 H",
            "1235",
            "1235,01",
            "−1234,5",
            "12 min",
            "abc",
            "1234,5,6",
            ".5",
            "5.",
            1234.5,
            None,
        ],
    ),
    (
        Question("q6", "numeric", "?", numeric=NumericAnswer(0.3)),
        ["0.1", "0,3", "0.30000000000000004", "0.2999", "０,３"],
    ),
    (
        Question("q7", "text", "?", accepted=("Conception à rebours", "œuvre", "C++", "+", "Straße")),
        [
            "conception a  REBOURS !",
            "oeuvre",
            "c++",
            "C",
            "+",
            "-",
            "STRASSE",
            "rebours",
            "",
            "conception_à_rebours",
            None,
        ],
    ),
)


def test_the_player_grades_as_the_lms_does(page, course):
    content = Content(course[0], {}, {})
    script = player_script().decode().replace("new Player(window.bouquetCourse);", "window.grade = gradeAnswer;")
    page.evaluate(script)
    for question, responses in QUESTIONS:
        data = content._question(question, "modules/x.yaml")
        for response in [*responses, correct_response(question)]:
            found = page.evaluate("([question, response]) => window.grade(question, response)", [data, response])
            assert found == pytest.approx(grade(question, response).score), (question.id, response)


def test_a_state_too_long_for_the_lms_is_left_out_whole_and_never_cut(page):
    script = (
        player_script()
        .decode()
        .replace(
            "new Player(window.bouquetCourse);",
            "Object.assign(window, {fitState, encodeState, decodeState, emptyState, shortHash});",
        )
    )
    page.evaluate(script)
    found = page.evaluate(
        """() => {
          const state = emptyState();
          for (let n = 0; n < 300; n++) state.seen.add(shortHash("bloc-" + n));
          state.quizzes.set(shortHash("quiz"), {attempts: 2, best: new Map([...Array(60).keys()].map(n => [shortHash("q" + n), n % 3 / 2]))});
          const usual = fitState(state, 4096);
          state.current.set(shortHash("quiz"), new Map([[shortHash("q1"), {ratio: 1, written: "x".repeat(5000)}]]));
          const long = fitState(state, 4096);
          const back = encodeState(decodeState(usual.text));
          return [usual.lost, usual.text.length < 2000, back === usual.text, long.lost, long.text.length <= 4096, fitState(state, 100)];
        }"""
    )
    assert found == ["", True, True, "answers", True, {"text": "", "lost": "all"}]


def test_the_player_is_small_and_calls_nobody(course):
    members = members_of(*course, "html")
    whole = members["player.js"] + members["player.css"] + members["index.html"]
    assert len(gzip.compress(whole)) < 40_000
    assert not re.search(rb"https?://(?!www\.w3\.org)", whole)
