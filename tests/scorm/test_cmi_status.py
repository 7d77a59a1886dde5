from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from scorm.cmi import (
    ScormResult,
    apply_mastery,
    apply_thresholds,
    close_session,
    initial_data,
    merge,
    read_commit,
)

if TYPE_CHECKING:
    from scorm.model import Standard

DONE = ScormResult(completion="completed", score_raw=80.0, score_scaled=0.8)


def test_the_mastery_score_decides_on_passed_or_failed() -> None:
    assert apply_mastery(DONE, 80).success == "passed"
    assert apply_mastery(DONE, 81).success == "failed"
    assert apply_mastery(DONE, 81).completion == "completed"
    claimed = replace(DONE, success="passed", score_raw=10.0)
    assert apply_mastery(claimed, 50).success == "failed"
    unset = ScormResult(score_raw=90.0)
    assert apply_mastery(unset, 80) == replace(unset, success="passed", completion="completed")


def test_the_mastery_score_leaves_alone_what_it_cannot_judge() -> None:
    unscored = ScormResult(completion="completed")
    started = replace(DONE, completion="incomplete")
    assert apply_mastery(DONE, None) is DONE
    assert apply_mastery(unscored, 50) is unscored
    assert apply_mastery(started, 50) is started
    assert apply_mastery(DONE, 50, credit="no-credit") is DONE


def test_thresholds_override_the_status_of_2004_content() -> None:
    claimed = ScormResult(completion="completed", success="passed", score_scaled=0.5, progress_measure=0.5)
    judged = apply_thresholds(claimed, scaled_passing_score=0.6, completion_threshold=0.9)
    assert (judged.completion, judged.success) == ("incomplete", "failed")
    judged = apply_thresholds(claimed, scaled_passing_score=0.5, completion_threshold=0.5)
    assert (judged.completion, judged.success) == ("completed", "passed")


def test_without_a_measure_the_status_of_the_content_stands() -> None:
    plain = ScormResult(completion="completed", success="passed")
    assert apply_thresholds(plain, scaled_passing_score=0.6, completion_threshold=0.9) is plain
    assert apply_thresholds(DONE) is DONE


def test_a_second_look_never_undoes_a_pass() -> None:
    passed = ScormResult(completion="completed", success="passed", score_scaled=0.9, total_seconds=600)
    second = ScormResult(completion="incomplete", success="failed", score_scaled=0.95, location="p1", total_seconds=60)
    merged = merge(passed, second)
    assert (merged.completion, merged.success, merged.score_scaled) == ("completed", "passed", 0.9)
    assert (merged.location, merged.total_seconds) == ("p1", 600)


def test_the_best_score_counts_and_a_first_pass_wins() -> None:
    failed = ScormResult(completion="completed", success="failed", score_raw=40.0)
    passed = ScormResult(completion="completed", success="passed", score_raw=30.0, progress_measure=0.5)
    assert merge(failed, passed).success == "passed"
    assert merge(failed, passed).score_raw == 40.0
    assert merge(passed, replace(passed, score_raw=35.0)).score_raw == 35.0
    assert merge(passed, ScormResult(progress_measure=0.2)).progress_measure == 0.5
    assert merge(DONE, replace(DONE, score_scaled=0.4, score_raw=40.0)).score_raw == 80.0
    assert merge(ScormResult(success="passed"), replace(DONE, success="failed")).score_raw == 80.0


def test_an_empty_run_changes_nothing_that_was_known() -> None:
    started = ScormResult(completion="incomplete", success="failed")
    assert merge(started, ScormResult()).completion == "incomplete"
    assert merge(started, ScormResult()).success == "failed"
    assert merge(ScormResult(), ScormResult(completion="not attempted")).completion == "not attempted"


def test_what_is_finished() -> None:
    assert DONE.is_finished
    assert ScormResult(success="passed").is_finished
    assert not replace(DONE, success="failed").is_finished
    assert not ScormResult(completion="incomplete").is_finished


STANDARDS = pytest.mark.parametrize("standard", ["1.2", "2004"])


def core(standard: Standard) -> str:
    return "cmi.core." if standard == "1.2" else "cmi."


@STANDARDS
def test_a_first_launch_is_ab_initio(standard: Standard) -> None:
    data = initial_data(
        standard,
        learner_id="42",
        learner_name="Une",
        mastery=0.5,
        launch_data="n=2",
        max_time_allowed="x",
        time_limit_action="y",
    )
    assert data[core(standard) + "entry"] == "ab-initio"
    assert data[core(standard) + "credit"] == "credit"
    assert data["cmi.launch_data"] == "n=2"
    assert "0.5" in data.values()
    assert {"x", "y"} <= set(data.values())
    assert "cmi.suspend_data" not in data


@STANDARDS
def test_a_suspended_lesson_is_resumed_with_all_it_wrote(standard: Standard) -> None:
    time = "00:10:00" if standard == "1.2" else "PT10M"
    place = core(standard) + ("lesson_location" if standard == "1.2" else "location")
    commit = {
        core(standard) + "exit": "suspend",
        core(standard) + "session_time": time,
        place: "p3",
        "cmi.suspend_data": "abc",
        "cmi.interactions.0.id": "q1",
    }
    state = read_commit(standard, commit).kept
    data = initial_data(standard, learner_id="42", learner_name="Une", state=state, completion_threshold=0.8)
    assert data[core(standard) + "entry"] == "resume"
    assert (data[place], data["cmi.suspend_data"], data["cmi.interactions.0.id"]) == ("p3", "abc", "q1")
    assert data[core(standard) + "total_time"] == ("0000:10:00.00" if standard == "1.2" else "PT0H10M0S")
    assert core(standard) + "exit" not in data
    assert core(standard) + "session_time" not in data


@STANDARDS
def test_a_lost_connection_loses_no_place(standard: Standard) -> None:
    data = initial_data(standard, learner_id="42", learner_name="Une", state={"cmi.suspend_data": "abc"})
    assert data[core(standard) + "entry"] == "resume"


def test_a_finished_12_lesson_opens_again_with_its_status() -> None:
    state = {"cmi.core.lesson_status": "passed", "cmi.suspend_data": "abc"}
    data = initial_data("1.2", learner_id="42", learner_name="Une", state=state, mode="review", credit="no-credit")
    assert (data["cmi.core.entry"], data["cmi.core.lesson_status"], data["cmi.suspend_data"]) == ("", "passed", "abc")
    assert (data["cmi.core.lesson_mode"], data["cmi.core.credit"]) == ("review", "no-credit")


def test_a_finished_2004_lesson_starts_a_new_attempt_with_its_preferences() -> None:
    state = {
        "cmi.exit": "normal",
        "cmi.suspend_data": "abc",
        "cmi.completion_status": "completed",
        "cmi.learner_preference.audio_level": "2",
    }
    data = initial_data("2004", learner_id="42", learner_name="Une", state=state)
    assert (data["cmi.entry"], data["cmi.learner_preference.audio_level"]) == ("ab-initio", "2")
    assert "cmi.suspend_data" not in data
    assert "cmi.completion_status" not in data


@STANDARDS
def test_sessions_add_up_over_launches(standard: Standard) -> None:
    unit = "00:05:00" if standard == "1.2" else "PT5M"
    state: dict[str, str] = {}
    totals = []
    for _ in range(3):
        state = close_session(standard, state)
        assert close_session(standard, state) == state
        for _ in range(2):  # a session commits several times, each with its whole time so far
            read = read_commit(standard, {core(standard) + "session_time": unit}, state=state)
            state = read.kept
        totals.append(read.result.total_seconds)
    assert totals == [300.0, 600.0, 900.0]
