"""The figures equal independently computed values, and keep silent where they must."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.evaluations.statistics import (
    MINIMUM,
    corrected_item_total,
    cronbach_alpha,
    gain_of_means,
    item_difficulty,
    mean_of_gains,
    median,
    normalised_gain,
    nps,
    proportion,
    top2,
    wilson,
)
from tests.conftest import SHARED

WILSON = {
    (0, 5): (0, 0.434482),
    (5, 5): (0.565518, 1),
    (7, 8): (0.529112, 0.977583),
    (18, 20): (0.698966, 0.972134),
    (92, 100): (0.850019, 0.958907),
    (1, 3): (0.061492, 0.79234),
}
MATRIX = [
    [1, 1, 1, 1],
    [1, 1, 1, 0],
    [1, 1, 0, 0],
    [1, 0, 1, 0],
    [1, 1, 1, 1],
    [0, 0, 0, 0],
    [1, 0, 0, 0],
    [1, 1, 1, 0],
]
PAIRS = [(0.2, 0.6), (0.5, 0.5), (0.9, 1.0)]


@pytest.mark.parametrize(("counts", "expected"), WILSON.items())
def test_wilson_interval_equals_the_expected_values(counts, expected):
    assert wilson(*counts) == pytest.approx(expected, abs=1e-6)


def test_nps_equals_the_expected_value():
    assert nps([10, 10, 9, 8, 7, 6, 3]) == pytest.approx(14.286, abs=1e-3)


def test_normalised_gain_equals_the_expected_values():
    assert normalised_gain(0.4, 0.7) == pytest.approx(0.5)
    assert normalised_gain(0.8, 0.7) == pytest.approx(-0.5)
    assert normalised_gain(1.0, 1.0) is None


def test_the_gain_of_means_is_not_the_mean_of_gains():
    assert gain_of_means(PAIRS) == pytest.approx(0.357143, abs=1e-6)
    assert mean_of_gains(PAIRS) == pytest.approx(0.5)


def test_item_figures_equal_the_expected_values():
    assert [item_difficulty(column) for column in zip(*MATRIX, strict=True)] == [0.875, 0.625, 0.625, 0.25]
    assert corrected_item_total(MATRIX) == pytest.approx([0.507093, 0.6, 0.6, 0.479632], abs=1e-6)
    assert cronbach_alpha(MATRIX) == pytest.approx(0.744745, abs=1e-6)


def test_satisfaction_counts_valid_answers_only():
    found = top2([5, 4, 4, 3, 2], excluded=3)
    assert (found.numerator, found.denominator, found.excluded, found.share) == (3, 5, 3, 0.6)
    assert (found.low, found.high) == pytest.approx((0.230724, 0.882379), abs=1e-6)


def test_the_values_written_here_are_those_of_the_common_file():
    file = SHARED / "facts" / "metric_vectors.json"
    if not file.exists():
        pytest.skip("the common file is absent")
    common = json.loads(file.read_text("utf-8"))
    assert {f"{k}/{n}": list(v) for (k, n), v in WILSON.items()} == common["wilson95"]
    assert common["items"]["matrix"] == MATRIX
    assert [tuple(pair) for pair in common["class_gain_vs_mean_of_gains"]["pairs"]] == PAIRS


@pytest.mark.parametrize("n", range(MINIMUM))
def test_no_figure_under_the_minimum(n):
    assert nps([10] * n) is None
    assert median([5] * n) is None
    assert item_difficulty([1] * n) is None
    found = proportion(n, n)
    assert (found.share, found.low, found.high) == (None, None, None)
    assert found.numerator == 0, "the count itself would say what was kept back"


def test_an_item_that_never_varies_has_no_discrimination():
    assert corrected_item_total([[1, 0], [1, 1], [1, 0]])[0] is None
    assert cronbach_alpha([[1, 1], [1, 1]]) is None
    assert cronbach_alpha([]) is None


def test_a_count_above_its_total_is_refused():
    with pytest.raises(ValueError, match="6 out of 5"):
        proportion(6, 5)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_in_bounds(counts):
    k, n = counts
    low, high = wilson(k, n)
    assert 0 <= low <= k / n + 1e-12
    assert k / n - 1e-12 <= high <= 1


@given(st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=3, max_size=3), min_size=5, max_size=40))
def test_correlations_stay_between_minus_one_and_one(matrix):
    for r in corrected_item_total(matrix):
        assert r is None or (math.isfinite(r) and -1 - 1e-9 <= r <= 1 + 1e-9)
