from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm import cmi_values as v
from scorm.cmi import CmiLimits, Completion, Success, read_commit
from scorm.cmi_elements import ELEMENTS, place_of
from scorm.cmi_result import RULES

if TYPE_CHECKING:
    from scorm.model import Standard

COMMIT_12: dict[str, Any] = {
    "cmi.suspend_data": "page=3",
    "cmi.launch_data": "niveau=2",
    "cmi.comments": "Très clair",
    "cmi.comments_from_lms": "",
    "cmi.core.student_id": "42",
    "cmi.core.student_name": "Apprenant, Une",
    "cmi.core.lesson_location": "p3",
    "cmi.core.credit": "credit",
    "cmi.core.lesson_status": "completed",
    "cmi.core.entry": "ab-initio",
    "cmi.core.lesson_mode": "normal",
    "cmi.core.exit": "suspend",
    "cmi.core.session_time": "00:10:00.5",
    "cmi.core.score.raw": "80",
    "cmi.core.score.min": "",
    "cmi.core.score.max": "100",
    "cmi.core.total_time": "00:10:00.5",
    "cmi.objectives.0.id": "o1",
    "cmi.objectives.0.status": "passed",
    "cmi.objectives.0.score.raw": "50",
    "cmi.student_preference.audio": "",
    "cmi.interactions.0.id": "q1",
    "cmi.interactions.0.time": "10:11:12",
    "cmi.interactions.0.type": "choice",
    "cmi.interactions.0.weighting": "2",
    "cmi.interactions.0.student_response": "a,b",
    "cmi.interactions.0.result": "wrong",
    "cmi.interactions.0.latency": "00:00:30",
    "cmi.interactions.0.objectives.0.id": "o1",
    "cmi.interactions.0.correct_responses.0.pattern": "a",
    "cmi.interactions.0.correct_responses.1.pattern": "b",
}

COMMIT_2004: dict[str, Any] = {
    "cmi": {
        "comments_from_learner": {"0": {"comment": "Bonjour", "location": "p1", "timestamp": "2026-05-04T10:00:00.0Z"}},
        "comments_from_lms": {},
        "completion_status": "completed",
        "completion_threshold": "",
        "credit": "credit",
        "entry": "resume",
        "exit": "normal",
        "interactions": [
            {
                "id": "urn:quiz:q1",
                "type": "matching",
                "objectives": [{"id": "o1"}],
                "timestamp": "2026-05-04T10:00:00.12+02:00",
                "weighting": 1.5,
                "learner_response": "a[.]1[,]b[.]2",
                "result": "0.5",
                "latency": "PT1M2.5S",
                "description": "Associez",
                "correct_responses": [{"pattern": "a[.]1[,]b[.]2"}],
            }
        ],
        "learner_id": "42",
        "learner_preference": {"audio_level": "1", "language": "fr-FR", "delivery_speed": "1", "audio_captioning": "0"},
        "location": "p9",
        "mode": "normal",
        "objectives": {
            "0": {
                "id": "o1",
                "success_status": "passed",
                "completion_status": "completed",
                "progress_measure": "1",
                "description": "Savoir",
                "score": {"scaled": "-0.5", "raw": "50", "min": "", "max": None},
            }
        },
        "progress_measure": "0.9",
        "score": {"scaled": "0.8", "raw": "8", "min": "0", "max": "10"},
        "session_time": "PT1H10M5S",
        "success_status": "unknown",
        "suspend_data": "",
        "total_time": "PT10M5S",
    }
}


def rules(standard: Standard, data: dict[str, Any]) -> list[tuple[str, str]]:
    return [(refused.element, refused.rule) for refused in read_commit(standard, data).refused]


def test_a_whole_12_commit_becomes_one_result() -> None:
    read = read_commit("1.2", COMMIT_12, state={"cmi.core.total_time": "0001:00:00.00"})
    result = read.result
    assert (result.completion, result.success, result.exit, result.entry) == (
        "completed",
        "unknown",
        "suspend",
        "ab-initio",
    )
    assert (result.score_raw, result.score_scaled, result.score_min, result.score_max) == (80.0, 0.8, None, 100.0)
    assert (result.location, result.suspend_data, result.comments[0].text) == ("p3", "page=3", "Très clair")
    assert (result.session_seconds, result.total_seconds) == (600.5, 4200.5)
    objective, interaction = result.objectives[0], result.interactions[0]
    assert (objective.id, objective.success, objective.completion, objective.score.scaled) == (
        "o1",
        "passed",
        "completed",
        0.5,
    )
    assert (interaction.id, interaction.type, interaction.objectives) == ("q1", "choice", ("o1",))
    assert interaction.correct_patterns == ("a", "b")
    assert (interaction.learner_response, interaction.result, interaction.timestamp) == ("a,b", "wrong", "10:11:12")
    assert (interaction.latency, interaction.weighting) == (30.0, 2.0)


def test_a_whole_nested_2004_commit_becomes_one_result() -> None:
    read = read_commit("2004", COMMIT_2004, state={"cmi.total_time": "PT1H"})
    result = read.result
    assert read.faults == ()
    assert (result.completion, result.success, result.exit, result.entry) == (
        "completed",
        "unknown",
        "normal",
        "resume",
    )
    assert (result.score_scaled, result.score_raw, result.score_max, result.progress_measure) == (0.8, 8.0, 10.0, 0.9)
    assert (result.session_seconds, result.total_seconds) == (4205.0, 7805.0)
    objective, interaction, comment = result.objectives[0], result.interactions[0], result.comments[0]
    assert (objective.score.scaled, objective.progress_measure, objective.description) == (-0.5, 1.0, "Savoir")
    assert (interaction.id, interaction.latency, interaction.weighting) == ("urn:quiz:q1", 62.5, 1.5)
    assert interaction.correct_patterns == ("a[.]1[,]b[.]2",)
    assert (comment.text, comment.location) == ("Bonjour", "p1")


def test_only_the_lms_writes_its_own_elements() -> None:
    read = read_commit("1.2", COMMIT_12)
    assert {refused.rule for refused in read.refused} == {"read-only"}
    assert read.faults == ()
    assert not {"cmi.core.student_id", "cmi.core.total_time", "cmi.launch_data"} & set(read.kept)
    assert rules("1.2", {"cmi.objectives._count": "3"}) == [("cmi.objectives._count", "read-only")]


def test_a_total_time_sent_by_the_browser_never_counts() -> None:
    read = read_commit("2004", {"cmi.total_time": "PT900H", "cmi.session_time": "PT1M"})
    assert (read.result.total_seconds, read.kept) == (60.0, {"cmi.session_time": "PT1M"})


def test_what_was_kept_reads_back_the_same() -> None:
    standards: tuple[Standard, ...] = ("1.2", "2004")
    for standard, commit in zip(standards, (COMMIT_12, COMMIT_2004), strict=True):
        first = read_commit(standard, commit)
        again = read_commit(standard, first.kept)
        assert (again.kept, again.refused) == (first.kept, ())
        assert again.result.interactions == first.result.interactions


def test_a_wrong_value_is_refused_alone_and_says_why() -> None:
    read = read_commit("1.2", COMMIT_12 | {"cmi.core.score.raw": "180", "cmi.core.lesson_status": "done"})
    assert [(refused.element, refused.rule) for refused in read.faults] == [
        ("cmi.core.lesson_status", "vocabulary"),
        ("cmi.core.score.raw", "out-of-range"),
    ]
    assert (read.result.score_raw, read.result.score_scaled, read.result.completion) == (None, None, "unknown")
    assert read.result.suspend_data == "page=3"
    message = read.faults[1].message
    assert "hors des bornes" in message.fr
    assert "180" in message.en


@pytest.mark.parametrize(
    ("standard", "element", "value", "rule"),
    [
        ("1.2", "cmi.core.score.raw", "abc", "number"),
        ("1.2", "cmi.core.score.raw", "-1", "out-of-range"),
        ("1.2", "cmi.core.score.raw", "NaN", "number"),
        ("1.2", "cmi.core.score.raw", "9" * 400, "number"),
        ("1.2", "cmi.core.session_time", "1:00:00", "duration"),
        ("1.2", "cmi.core.session_time", "PT1H", "duration"),
        ("1.2", "cmi.core.session_time", "10000:00:00", "duration"),
        ("1.2", "cmi.core.session_time", "00:10:00.123", "duration"),
        ("1.2", "cmi.core.exit", "normal", "vocabulary"),
        ("1.2", "cmi.objectives.0.id", "a\tb", "identifier"),
        ("1.2", "cmi.objectives.0.id", "x" * 256, "identifier"),
        ("1.2", "cmi.interactions.0.time", "25:00:00", "time"),
        ("1.2", "cmi.interactions.0.type", "long-fill-in", "vocabulary"),
        ("1.2", "cmi.interactions.0.result", "incorrect", "vocabulary"),
        ("1.2", "cmi.student_preference.text", "2", "vocabulary"),
        ("1.2", "cmi.completion_status", "completed", "unknown-element"),
        ("1.2", "cmi.interactions.0.comment", "x", "unknown-element"),
        ("1.2", "cmi.interactions.x.id", "x", "unknown-element"),
        ("1.2", "cmi.interactions.n.id", "x", "unknown-element"),
        ("1.2", "x" * 300, "x", "unknown-element"),
        ("1.2", "cmi.suspend_data", ["x"], "unknown-element"),
        ("1.2", "cmi.suspend_data", True, "not-text"),
        ("1.2", "cmi.suspend_data", "a\x00b", "unreadable"),
        ("1.2", "cmi.suspend_data", "half \ud83d", "unreadable"),
        ("1.2", "cmi.suspend_data", "x" * 65_537, "too-long"),
        ("1.2", "cmi.interactions.2000.id", "q", "too-many"),
        ("2004", "cmi.suspend_data", "x" * (2**20 + 1), "too-long"),
        ("2004", "cmi.score.scaled", "1.01", "out-of-range"),
        ("2004", "cmi.progress_measure", "-0.1", "out-of-range"),
        ("2004", "cmi.session_time", "P", "duration"),
        ("2004", "cmi.session_time", "PT", "duration"),
        ("2004", "cmi.session_time", "PT1.234S", "duration"),
        ("2004", "cmi.session_time", "P900Y", "out-of-range"),
        ("2004", "cmi.objectives.0.id", "urn:x", "identifier"),
        ("2004", "cmi.comments_from_learner.0.timestamp", "2026-13-01", "time"),
        ("2004", "cmi.comments_from_learner.0.timestamp", "yesterday", "time"),
        ("2004", "cmi.comments_from_learner.0.timestamp", "2026-05-04T10:00:00Z", "time"),
        ("2004", "cmi.score.raw", "١٢", "number"),
        ("1.2", "cmi.objectives.0.id", "été", "identifier"),
        ("2004", "cmi.learner_preference.language", "français", "language"),
        ("2004", "adl.nav.request", "leave", "vocabulary"),
        ("2004", "cmi.interactions.0.correct_responses._count", "1", "read-only"),
    ],
)
def test_each_kind_of_value_is_checked(standard: Standard, element: str, value: Any, rule: str) -> None:
    found = rules(standard, {element: value})
    assert [name for _, name in found] == [rule]
    assert rule in RULES


@pytest.mark.parametrize(
    ("standard", "kind", "response", "accepted"),
    [
        ("1.2", "true-false", "t", True),
        ("1.2", "true-false", "maybe", False),
        ("1.2", "numeric", "3.5", True),
        ("1.2", "numeric", "three", False),
        ("1.2", "fill-in", "un mot", True),
        ("2004", "true-false", "true", True),
        ("2004", "true-false", "t", False),
        ("2004", "numeric", "1[:]3", True),
        ("2004", "numeric", "[:]3", True),
        ("2004", "numeric", "three", False),
        ("2004", "choice", "a[,]b", True),
        ("2004", "choice", "a[,]", False),
        ("2004", "sequencing", "{}", True),
        ("2004", "matching", "a[.]1", True),
        ("2004", "matching", "a", False),
        ("2004", "likert", "agree", True),
        ("2004", "likert", "a\tb", False),
        ("2004", "long-fill-in", "{lang=fr}un texte", True),
    ],
)
def test_responses_fit_the_type_of_their_interaction(
    standard: Standard, kind: str, response: str, accepted: bool
) -> None:
    name = "student_response" if standard == "1.2" else "learner_response"
    data = {"cmi.interactions.0.type": kind, f"cmi.interactions.0.{name}": response}
    read = read_commit(standard, data)
    assert (read.result.interactions[0].learner_response == response) is accepted
    assert (f"cmi.interactions.0.{name}" in read.kept) is accepted
    assert [refused.rule for refused in read.refused] == ([] if accepted else ["response"])


def test_long_suspend_data_is_kept_and_noted() -> None:
    read = read_commit("1.2", {"cmi.suspend_data": "x" * 5000})
    assert (len(read.result.suspend_data), read.beyond_minimum) == (5000, ("cmi.suspend_data",))
    assert read_commit("2004", {"cmi.suspend_data": "x" * 64_000}).beyond_minimum == ()


def test_limits_belong_to_the_server() -> None:
    limits = CmiLimits(suspend_data_12=10, elements=2, records=1)
    assert [refused.rule for refused in read_commit("1.2", {"cmi.suspend_data": "x" * 11}, limits=limits).refused] == [
        "too-long"
    ]
    many = {f"cmi.objectives.0.score.{name}": "1" for name in ("raw", "min", "max")}
    assert [refused.rule for refused in read_commit("1.2", many, limits=limits).refused] == ["too-many"]
    assert rules("1.2", {}) == []


def test_emptied_texts_are_kept_and_unset_elements_left_out() -> None:
    read = read_commit("1.2", {"cmi.suspend_data": "", "cmi.core.exit": "", "cmi.core.score.raw": None})
    assert (read.kept, read.refused) == ({"cmi.suspend_data": ""}, ())


def test_data_nested_without_end_is_refused() -> None:
    deep: Any = "x"
    for _ in range(2000):
        deep = {"a": deep}
    assert [rule for _, rule in rules("2004", {"cmi": deep})] == ["unknown-element"]


def test_lesson_status_gives_completion_and_success() -> None:
    def both(status: str) -> tuple[Completion, Success]:
        result = read_commit("1.2", {"cmi.core.lesson_status": status}).result
        return result.completion, result.success

    assert both("passed") == ("completed", "passed")
    assert both("failed") == ("unknown", "failed")
    assert both("browsed") == ("incomplete", "unknown")
    assert both("not attempted") == ("not attempted", "unknown")
    assert both("") == ("unknown", "unknown")


def test_a_score_is_scaled_between_its_bounds() -> None:
    score = {"cmi.core.score.raw": "15", "cmi.core.score.min": "10", "cmi.core.score.max": "20"}
    assert read_commit("1.2", score).result.score_scaled == 0.5
    assert read_commit("1.2", score | {"cmi.core.score.max": "5"}).result.score_scaled is None
    assert read_commit("1.2", score | {"cmi.core.score.raw": "50"}).result.score_scaled == 1.0
    assert read_commit("2004", {"cmi.score.raw": "15"}).result.score_scaled is None


def test_interactions_come_in_the_order_of_their_index() -> None:
    data = {f"cmi.interactions.{n}.id": f"q{n}" for n in (10, 2, 0)}
    assert [one.id for one in read_commit("2004", data).result.interactions] == ["q0", "q2", "q10"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0000:00:00", 0.0),
        ("9999:59:59.99", v.MAX_SECONDS),
        ("00:99:00", 5940.0),
        ("PT0S", 0.0),
        ("P1DT1H1M1.5S", 90061.5),
        ("P1Y1M", 34_128_000.0),
        ("", None),
        ("soon", None),
    ],
)
def test_durations_are_seconds(text: str, seconds: float | None) -> None:
    assert v.seconds_of(text) == seconds


def test_every_element_is_found_by_its_written_name() -> None:
    for standard, table in ELEMENTS.items():
        for name, element in table.items():
            assert place_of(standard, name.replace(".n.", ".7.")).element is element


@settings(max_examples=60)
@given(st.floats(0, v.MAX_SECONDS, allow_nan=False))
def test_durations_survive_being_written(seconds: float) -> None:
    assert v.timespan(v.timespan_text(seconds)) == ""
    assert v.interval(v.interval_text(seconds)) == ""
    assert v.seconds_of(v.timespan_text(seconds)) == pytest.approx(seconds, abs=0.006)
    assert v.seconds_of(v.interval_text(seconds)) == pytest.approx(seconds, abs=0.006)


_names = st.sampled_from([name.replace(".n.", ".0.") for table in ELEMENTS.values() for name in table])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.sampled_from(["1.2", "2004"]), st.dictionaries(_names | st.text(max_size=30), _json, max_size=6))
def test_no_commit_makes_reading_fail_or_keeps_what_is_unknown(standard: Standard, data: dict[str, Any]) -> None:
    read = read_commit(standard, data)
    assert read.result.completion in get_args(Completion)
    assert read.result.success in get_args(Success)
    for name, value in read.kept.items():
        assert place_of(standard, name).element is not None
        value.encode()
    assert read.result.score_scaled is None or -1 <= read.result.score_scaled <= 1


def test_a_typical_commit_is_read_in_well_under_a_millisecond() -> None:
    read_commit("1.2", COMMIT_12)
    best = min(_timed() for _ in range(20))
    assert best < 0.001


def _timed() -> float:
    start = time.process_time()
    read_commit("1.2", COMMIT_12)
    return time.process_time() - start
