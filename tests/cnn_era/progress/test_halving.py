"""Halving times come back from series that have one, in any unit, and their intervals cover as often as measured."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.progress.halving import (
    METHODS,
    compare_halving_times,
    dispersion,
    halving_time,
    halving_time_of_ends,
    steps_needed,
)
from analysis.cnn_era.progress.records import Records, record_series
from analysis.cnn_era.progress.simulation import coverage, simulate_records
from analysis.kit.errors import ProblemError
from analysis.kit.experiments import load_result

START = np.datetime64("2018-01-01")


def line(halving, days):
    return record_series(list(START + np.asarray(days)), 8.0 * 2.0 ** (-np.asarray(days) / halving))


def stretched(records, times):
    return Records(START + (times * records.days).astype(int), records.values)


@pytest.mark.parametrize("method", METHODS)
@given(halving=st.floats(10, 2000), days=st.lists(st.integers(1, 3000), min_size=3, max_size=12, unique=True))
def test_on_a_line_every_method_finds_its_halving_time(method, halving, days):
    found = halving_time(line(halving, [0, *sorted(days)]), method, resamples=50)
    assert found.days == pytest.approx(halving, rel=1e-6)
    assert found.low <= found.days * (1 + 1e-9) and found.days <= found.high * (1 + 1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_the_unit_of_the_values_does_not_matter_and_that_of_time_only_scales(method):
    records = simulate_records("steps", 15, np.random.default_rng(3))
    found = halving_time(records, method)
    minutes = halving_time(Records(records.dates, records.values / 60), method)
    slower = halving_time(stretched(records, 3), method)
    for ours, scale in ((minutes, 1), (slower, 3)):
        assert (ours.days, ours.low, ours.high) == pytest.approx(
            (scale * found.days, scale * found.low, scale * found.high), rel=1e-9
        )


def test_entries_may_come_in_any_order():
    dates, values = ["2018-03-01", "2018-01-01", "2018-02-01", "2018-02-02"], [1, 8, 5, 6]
    there, back = record_series(dates, values), record_series(dates[::-1], values[::-1])
    assert halving_time(there) == halving_time(back)


def test_under_steps_only_the_ends_decide_the_estimate():
    records = simulate_records("bursty", 20, np.random.default_rng(4))
    assert halving_time(records).days == pytest.approx(halving_time_of_ends(records))


def test_exponential_draws_have_dispersion_one():
    rng = np.random.default_rng(5)
    assert dispersion(rng.exponential(size=20_000), rng.exponential(size=20_000)) == pytest.approx(1, abs=0.05)
    assert dispersion(rng.gamma(0.4, size=20_000), rng.gamma(0.4, size=20_000)) == pytest.approx(2.5, abs=0.2)


def test_the_interval_of_exponential_steps_has_the_ends_of_the_f_distribution():
    """n = 2 even steps: F with 4 and 4 degrees of freedom, 9.60 at 97.5 %."""
    found = halving_time(line(10, [0, 10, 20]))
    assert (found.days / found.low, found.high / found.days) == pytest.approx((9.6045, 9.6045), abs=1e-3)


@pytest.mark.parametrize("size", [5, 30])
def test_the_interval_of_steps_covers_the_truth_as_often_as_it_says(size):
    """800 series at 80 %: 640, give or take four standard deviations, and up to 8 % more for rounding phi up to 1."""
    rng = np.random.default_rng(9)
    found = [halving_time(simulate_records("steps", size, rng), level=0.8) for _ in range(800)]
    assert 640 - 45 <= sum(f.low <= 100 <= f.high for f in found) <= 640 + 64 + 45


@pytest.mark.parametrize(
    ("truth", "size", "method"), [("steps", 1000, "steps"), ("bursty", 1000, "steps"), ("scatter", 100, "profile")]
)
def test_simulated_series_halve_every_hundred_days(truth, size, method):
    """To 15 %: three standard errors of 1,000 bursty steps."""
    records = simulate_records(truth, size, np.random.default_rng(10))
    assert halving_time(records, method).days == pytest.approx(100, rel=0.15)


def test_scatter_makes_the_ends_flatter_the_pace():
    """The first entry is ordinary, the last record the luckiest of many: end to end looks faster than it is."""
    rng = np.random.default_rng(12)
    assert np.mean([halving_time_of_ends(simulate_records("scatter", 12, rng)) for _ in range(200)]) < 90


def test_more_confidence_is_a_wider_interval():
    records = simulate_records("steps", 15, np.random.default_rng(3))
    for method in METHODS:
        wide, narrow = (halving_time(records, method, level) for level in (0.95, 0.5))
        assert wide.low < narrow.low < narrow.high < wide.high


def test_the_profile_interval_is_where_the_likelihood_has_fallen_by_half_the_quantile():
    """At its ends twice the log likelihood, maximised over height and scatter, is 3.84 below its maximum."""
    records = simulate_records("steps", 15, np.random.default_rng(3))
    found = halving_time(records, "profile")

    def twice_log_likelihood(halving):
        left = np.log(records.values) + math.log(2) / halving * records.days
        return -len(left) * math.log(float(np.var(left)))

    top = twice_log_likelihood(found.days)
    assert [top - twice_log_likelihood(end) for end in (found.low, found.high)] == pytest.approx([3.8415] * 2, abs=1e-3)


def test_where_a_fall_is_not_certain_the_record_may_never_halve():
    records = record_series(list(START + np.array([0, 1, 400])), [8, 1, 0.99])
    assert math.isinf(halving_time(records, "profile").high)


def test_a_bootstrap_is_named_by_its_seed():
    records = simulate_records("steps", 15, np.random.default_rng(3))
    for method in ("bootstrap", "steps-bootstrap"):
        first, again, other = (halving_time(records, method, seed=seed) for seed in (1, 1, 2))
        assert first == again != other


def test_a_series_has_the_pace_of_itself_and_differs_from_one_ten_times_slower():
    records = simulate_records("steps", 40, np.random.default_rng(6))
    same, slower = compare_halving_times(records, records), compare_halving_times(stretched(records, 10), records)
    assert same.ratio == 1 and same.p == 1
    assert slower.ratio == pytest.approx(10) and slower.p < 1e-6 and slower.low > 1


def test_two_series_of_one_pace_are_told_apart_one_time_in_twenty():
    """600 pairs at 95 %: 30 false alarms, give or take four standard deviations."""
    rng = np.random.default_rng(7)
    pairs = [(simulate_records("steps", 15, rng), simulate_records("steps", 25, rng)) for _ in range(600)]
    assert 9 <= sum(compare_halving_times(*pair).p < 0.05 for pair in pairs) <= 51


def test_intervals_of_steps_cover_as_they_say_and_those_of_least_squares_do_not():
    """What the committed experiment measured: 2,000 series a cell, nominal 95 %."""
    shares = coverage(load_result("cnn-era-coverage")).set_index(["truth", "size", "measure"])["share"]
    for size in (6, 12, 40, 80):
        assert 0.93 <= shares["steps", size, "covers-steps"] <= 0.98
        assert shares["steps", size, "covers-profile"] < 0.5
        assert shares["bursty", size, "covers-steps"] >= 0.85
        assert shares["scatter", size, "covers-steps"] >= 0.95


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"method": "guess"}, "no method 'guess'; choose from steps"),
        ({"level": 1}, "The level of confidence must be above 0 and below 1, not 1"),
        ({"level": 0}, "The level of confidence must be above 0 and below 1, not 0"),
        ({"resamples": 0}, "There are 0 resamples"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(ProblemError, match=sentence):
        halving_time(line(30, [0, 30, 60]), **change)


def test_telling_smaller_differences_of_pace_apart_takes_more_steps():
    assert steps_needed((2.0, 3.0), 1.5) > steps_needed((2.0, 3.0), 2.0) > steps_needed((2.0, 3.0), 8.0)
    assert steps_needed((2.0, 2.0), 2.0) == pytest.approx(2 * steps_needed((1.0, 1.0), 2.0), abs=2)


def test_with_the_steps_that_are_needed_the_interval_reaches_from_the_ratio_to_one():
    """As the width of the interval is that of the steps, and not of where they fell."""
    steps = steps_needed((1.0, 1.0), 2.0)
    places = np.arange(steps + 1)
    first, second = (Records(START + 10 * places, np.exp(-0.1 * pace * places)) for pace in (1.0, 2.0))
    found = compare_halving_times(first, second)
    assert found.ratio == pytest.approx(2)
    assert 1 < found.low < 1.02


@pytest.mark.parametrize("ratio", [1.0, 0.5, math.inf])
def test_paces_that_do_not_differ_are_refused(ratio):
    with pytest.raises(ProblemError, match="give a finite one above 1"):
        steps_needed((1.0, 1.0), ratio)
