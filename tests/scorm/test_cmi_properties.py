"""Every element of both data models: what the standard allows is kept as it is, whatever else comes with it."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm import cmi_values as v
from scorm.cmi import ScormResult, apply_mastery, apply_thresholds, merge, read_commit
from scorm.cmi_elements import ELEMENTS, place_of
from scorm.cmi_result import Preferences, SharedData

if TYPE_CHECKING:
    from scorm.model import Standard

STANDARDS: tuple[Standard, ...] = ("1.2", "2004")


def number(low: float, high: float) -> st.SearchStrategy[str]:
    return st.decimals(low, high, places=4, allow_nan=False, allow_infinity=False).map(lambda value: f"{value:f}")


words = st.text(st.characters(codec="utf-8", exclude_characters="\x00{"), min_size=1, max_size=60)
status_12 = st.sampled_from(("passed", "completed", "failed", "incomplete", "browsed", "not attempted"))
completion = st.sampled_from(("completed", "incomplete", "not attempted", "unknown"))
success = st.sampled_from(("passed", "failed", "unknown"))
timespan = st.from_regex(r"[0-9]{2,4}:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,2})?", fullmatch=True)
clock = st.from_regex(r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,2})?", fullmatch=True)
interval = st.integers(0, 9_000 * 3600).map(lambda seconds: v.interval_text(seconds / 4))
instant = st.datetimes(datetime(1970, 1, 1), datetime(2038, 1, 1)).map(  # noqa: DTZ001  # the zone is optional
    lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S")
)
id_12 = st.from_regex(r"[A-Za-z0-9_]{1,60}", fullmatch=True)
id_2004 = id_12 | id_12.map(lambda text: f"urn:x:{text}")
points = st.sampled_from(("neutral", "unanticipated", "correct")) | number(-1e6, 1e6)
signed = number(-1e9, 1e9)
texts = words | words.map(lambda text: "{lang=fr-FR}" + text)
kinds = ("true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric")

GOOD: dict[Standard, dict[str, st.SearchStrategy[str]]] = {
    "1.2": {
        "cmi.core.lesson_location": words,
        "cmi.core.lesson_status": status_12,
        "cmi.core.exit": st.sampled_from(("time-out", "suspend", "logout")),
        "cmi.core.session_time": timespan,
        **{f"cmi.core.score.{name}": number(0, 100) for name in ("raw", "min", "max")},
        "cmi.suspend_data": words,
        "cmi.comments": words,
        "cmi.student_preference.audio": number(-1, 100),
        "cmi.student_preference.language": words,
        "cmi.student_preference.speed": number(-100, 100),
        "cmi.student_preference.text": st.sampled_from(("-1", "0", "1")),
        "cmi.objectives.n.id": id_12,
        "cmi.objectives.n.status": status_12,
        **{f"cmi.objectives.n.score.{name}": number(0, 100) for name in ("raw", "min", "max")},
        "cmi.interactions.n.id": id_12,
        "cmi.interactions.n.time": clock,
        "cmi.interactions.n.type": st.sampled_from(kinds),
        "cmi.interactions.n.weighting": signed,
        "cmi.interactions.n.student_response": words,
        "cmi.interactions.n.result": points,
        "cmi.interactions.n.latency": timespan,
        "cmi.interactions.n.objectives.n.id": id_12,
        "cmi.interactions.n.correct_responses.n.pattern": words,
    },
    "2004": {
        "cmi.location": words,
        "cmi.suspend_data": words,
        "cmi.completion_status": completion,
        "cmi.success_status": success,
        "cmi.exit": st.sampled_from(("time-out", "suspend", "logout", "normal")),
        "cmi.session_time": interval,
        "cmi.progress_measure": number(0, 1),
        "cmi.score.scaled": number(-1, 1),
        **{f"cmi.score.{name}": signed for name in ("raw", "min", "max")},
        "cmi.learner_preference.audio_level": number(0, 1e6),
        "cmi.learner_preference.language": st.sampled_from(("fr", "fr-FR", "en-GB-oed")),
        "cmi.learner_preference.delivery_speed": number(0, 1e6),
        "cmi.learner_preference.audio_captioning": st.sampled_from(("-1", "0", "1")),
        "cmi.comments_from_learner.n.comment": texts,
        "cmi.comments_from_learner.n.location": words,
        "cmi.comments_from_learner.n.timestamp": instant,
        "cmi.objectives.n.id": id_2004,
        "cmi.objectives.n.score.scaled": number(-1, 1),
        **{f"cmi.objectives.n.score.{name}": signed for name in ("raw", "min", "max")},
        "cmi.objectives.n.success_status": success,
        "cmi.objectives.n.completion_status": completion,
        "cmi.objectives.n.progress_measure": number(0, 1),
        "cmi.objectives.n.description": texts,
        "cmi.interactions.n.id": id_2004,
        "cmi.interactions.n.type": st.sampled_from((*kinds, "long-fill-in", "other")),
        "cmi.interactions.n.timestamp": instant,
        "cmi.interactions.n.weighting": signed,
        "cmi.interactions.n.learner_response": words,
        "cmi.interactions.n.result": points,
        "cmi.interactions.n.latency": interval,
        "cmi.interactions.n.description": texts,
        "cmi.interactions.n.objectives.n.id": id_2004,
        "cmi.interactions.n.correct_responses.n.pattern": words,
        "adl.nav.request": st.sampled_from(
            ("continue", "suspendAll", "_none_", "{target=I1}choice", "{target=I1}jump")
        ),
        "adl.data.n.store": words,
    },
}
FORGED = {
    "cmi.core.student_id": "0", "cmi.learner_id": "0", "cmi.total_time": "PT9000H", "cmi.core.total_time": "9000:00:00",
    "cmi.mode": "review", "cmi.credit": "credit", "admin": "1", "__proto__": "x", "cmi": "x", "cmi.score.scaled.x": "1",
    "cmi.interactions.99999.id": "q", "cmi.objectives.-1.id": "o", "cmi.objectives.1e9.id": "o", "cmi.core.score": "100",
}  # fmt: skip


def commit(standard: Standard) -> st.SearchStrategy[dict[str, str]]:
    """A commit of elements of the standard, each with a value it allows; responses go with no type, ids are unique."""
    table = {
        name.replace(".n.", ".0."): strategy for name, strategy in GOOD[standard].items() if not name.endswith(".type")
    }
    return st.fixed_dictionaries({}, optional=table)


def test_there_are_good_values_for_every_element_that_content_may_write() -> None:
    for standard in STANDARDS:
        writable = {name for name, element in ELEMENTS[standard].items() if element.writable}
        assert GOOD[standard].keys() == writable


@pytest.mark.parametrize("standard", STANDARDS)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_what_the_standard_allows_is_kept_as_it_is(standard: Standard, data: st.DataObject) -> None:
    sent = data.draw(commit(standard))
    read = read_commit(standard, sent)
    assert read.refused == ()
    assert read.kept == sent
    assert read_commit(standard, read.kept).result == read.result


@pytest.mark.parametrize("standard", STANDARDS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_forged_values_are_refused_one_by_one_and_change_nothing_else(standard: Standard, data: st.DataObject) -> None:
    sent = data.draw(commit(standard))
    forged = data.draw(st.fixed_dictionaries({}, optional={name: st.just(text) for name, text in FORGED.items()}))
    honest, mixed = read_commit(standard, sent), read_commit(standard, forged | sent)
    assert mixed.kept == honest.kept
    assert mixed.result == honest.result
    assert {refused.element for refused in mixed.refused} == set(forged)


@pytest.mark.parametrize("standard", STANDARDS)
@settings(max_examples=150, deadline=None)
@given(data=st.data(), junk=st.text(max_size=30))
def test_junk_in_one_element_never_reaches_the_result_nor_its_neighbours(
    standard: Standard, data: st.DataObject, junk: str
) -> None:
    sent = data.draw(commit(standard))
    name = data.draw(st.sampled_from(sorted(GOOD[standard]))).replace(".n.", ".0.")
    read = read_commit(standard, sent | {name: junk})
    others = {key: value for key, value in sent.items() if key != name}
    assert {key: value for key, value in read.kept.items() if key != name} == others
    assert (name in read.kept) != (name in {refused.element for refused in read.refused}) or junk == ""
    element = place_of(standard, name).element
    assert element is not None
    if name in read.kept and element.check is not None:
        assert element.check(read.kept[name]) == ""


def test_preferences_navigation_and_shared_data_are_typed_too() -> None:
    new = read_commit("2004", {
        "cmi.learner_preference.audio_level": "0.5", "cmi.learner_preference.language": "fr",
        "cmi.learner_preference.delivery_speed": "2", "cmi.learner_preference.audio_captioning": "1",
        "adl.nav.request": "{target=I2}choice", "adl.data.0.id": "urn:x:d", "adl.data.0.store": "mine",
        "adl.nav.request_valid.continue": "true", "adl.nav.request_valid.choice.{target=I2}": "true",
    })  # fmt: skip
    assert new.result.preferences == Preferences(0.5, "fr", 2.0, 1)
    assert new.result.nav_request == "{target=I2}choice"
    assert new.result.shared_data == (SharedData("urn:x:d", "mine"),)
    assert new.faults == ()
    old = read_commit("1.2", {"cmi.student_preference.audio": "-1", "cmi.student_preference.text": "-1"})
    assert old.result.preferences == Preferences(-1.0, "", None, -1)


def test_two_objectives_of_one_name_are_not_both_believed() -> None:
    read = read_commit(
        "2004", {"cmi.objectives.0.id": "o", "cmi.objectives.1.id": "o", "cmi.objectives.1.score.raw": "5"}
    )
    assert [(refused.element, refused.rule) for refused in read.refused] == [("cmi.objectives.1.id", "duplicate")]
    assert [(one.id, one.score.raw) for one in read.result.objectives] == [("o", None), ("", 5.0)]


@pytest.mark.parametrize("text", ["{lang=français}bonjour", "{lang=fr", "{lang=}x"])
def test_a_text_that_misnames_its_language_is_refused(text: str) -> None:
    read = read_commit("2004", {"cmi.comments_from_learner.0.comment": text})
    assert [refused.rule for refused in read.refused] == ["language"]


_results = st.builds(
    ScormResult,
    completion=completion,
    success=success,
    score_scaled=st.none() | st.floats(-1, 1),
    score_raw=st.none() | st.floats(0, 100),
    progress_measure=st.none() | st.floats(0, 1),
    total_seconds=st.floats(0, 1e6),
)


@settings(max_examples=200)
@given(earlier=_results, later=_results)
def test_merging_never_takes_back_what_was_won(earlier: ScormResult, later: ScormResult) -> None:
    merged = merge(earlier, later)
    assert (merged.completion == "completed") == ("completed" in {earlier.completion, later.completion})
    assert (merged.success == "passed") == ("passed" in {earlier.success, later.success})
    assert merged.total_seconds == max(earlier.total_seconds, later.total_seconds)
    assert (merged.progress_measure or 0) >= max(earlier.progress_measure or 0, later.progress_measure or 0)
    assert merge(merged, merged) == merged


@settings(max_examples=200)
@given(result=_results, mastery=st.none() | st.floats(0, 100), credit=st.sampled_from(("credit", "no-credit")))
def test_mastery_decides_whenever_it_may_and_never_otherwise(
    result: ScormResult, mastery: float | None, credit: str
) -> None:
    judged = apply_mastery(result, mastery, credit=credit)
    if mastery is None or credit != "credit" or result.score_raw is None or result.completion == "incomplete":
        assert judged == result
    else:
        assert judged.success == ("passed" if result.score_raw >= mastery else "failed")
    assert apply_mastery(judged, mastery, credit=credit) == judged


@settings(max_examples=200)
@given(result=_results, passing=st.none() | st.floats(-1, 1), least=st.none() | st.floats(0, 1))
def test_thresholds_override_what_content_claims(
    result: ScormResult, passing: float | None, least: float | None
) -> None:
    judged = apply_thresholds(result, scaled_passing_score=passing, completion_threshold=least)
    if passing is not None and result.score_scaled is not None:
        assert judged.success == ("passed" if result.score_scaled >= passing else "failed")
    else:
        assert judged.success == result.success
    if least is not None and result.progress_measure is not None:
        assert judged.completion == ("completed" if result.progress_measure >= least else "incomplete")
    else:
        assert judged.completion == result.completion
    assert not math.isnan(judged.total_seconds)


def test_sizes_go_from_what_every_platform_keeps_to_what_this_one_takes() -> None:
    sizes: dict[tuple[Standard, str], tuple[int, int]] = {
        ("1.2", "cmi.suspend_data"): (4_096, 64 * 1024),
        ("2004", "cmi.suspend_data"): (64_000, 2**20),
        ("1.2", "cmi.core.lesson_location"): (255, 4_096),
        ("2004", "cmi.location"): (1_000, 4_096),
    }
    for (standard, name), (least, most) in sizes.items():
        for length, beyond in ((least, ()), (least + 1, (name,)), (most, (name,))):
            read: Any = read_commit(standard, {name: "x" * length})
            assert (len(read.kept[name]), read.beyond_minimum) == (length, beyond)
        assert [one.rule for one in read_commit(standard, {name: "x" * (most + 1)}).refused] == ["too-long"]
