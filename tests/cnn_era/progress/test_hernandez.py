"""Hernandez and Brown's table: what follows from its rows, and which of its cells its own columns contradict."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.progress.hernandez import (
    DAYS_A_MONTH,
    algorithmic_progress,
    contradictions,
    doubling_by_ends,
    doubling_by_regression,
    implied_epochs,
    moore_factor,
    published_table,
    rounding_range,
    rows_of,
    training_compute,
)
from analysis.kit import facts
from analysis.kit.errors import ProblemError

ROWS = rows_of("AlexNet")
START = np.datetime64("2012-06-01")


def days(months):
    return START + np.round(np.asarray(months) * DAYS_A_MONTH).astype("timedelta64[D]")


def test_the_headline_follows_from_the_first_and_last_rows():
    """44 times is 44.9 before it is cut, a doubling in 15.3 months; Moore's law gives 11."""
    fact = facts.load("cnn_era")
    assert int(ROWS["factor"].iloc[-1]) == fact["hernandez-factor"].value
    assert doubling_by_ends(ROWS["date"], ROWS["compute"]).months == pytest.approx(15.27, abs=0.01)
    months = (ROWS["date"].max() - ROWS["date"].min()).days / DAYS_A_MONTH
    assert int(moore_factor(months)) == fact["hernandez-moore-factor"].value


def test_six_rows_give_the_doubling_time_to_three_months_either_way():
    """Least squares: 15.7 months, 13.2 to 19.3 with four degrees of freedom; the printed 16 lies within."""
    found = doubling_by_regression(ROWS["date"], ROWS["compute"])
    assert [found.months, found.low, found.high] == pytest.approx([15.68, 13.22, 19.28], abs=0.01)
    assert found.freedom == 4
    assert found.low < facts.load("cnn_era")["hernandez-doubling-months"].value < found.high


def test_a_month_in_one_date_moves_the_doubling_time_by_days():
    """ShuffleNet v2 a month later, as its paper was: 15.8 months."""
    found = doubling_by_regression(ROWS["submitted"], ROWS["compute"])
    assert found.months == pytest.approx(15.76, abs=0.01)


@given(st.floats(2, 60), st.floats(0.01, 100), st.integers(3, 12))
def test_an_exact_halving_is_recovered(months, compute, n):
    """Compute that halves every h months: both estimates are h, up to the rounding of dates to days."""
    dates = days(np.arange(n) * months)
    spent = compute / 2.0 ** np.arange(n)
    assert doubling_by_ends(dates, spent).months == pytest.approx(months, abs=0.02)
    assert doubling_by_regression(dates, spent).months == pytest.approx(months, abs=0.02)


@given(st.floats(0.1, 10), st.permutations(range(6)))
def test_neither_the_unit_nor_the_order_matters(unit, order):
    table = ROWS.iloc[list(order)]
    for estimate in (doubling_by_ends, doubling_by_regression):
        ours, theirs = estimate(table["date"], unit * table["compute"]), estimate(ROWS["date"], ROWS["compute"])
        assert ours.months == pytest.approx(theirs.months)


def test_the_interval_covers_as_often_as_it_says():
    """2,000 simulated tables of six rows scattered about a line: 95 % within four standard errors of the share."""
    rng = np.random.default_rng(20200508)
    months = (ROWS["date"] - ROWS["date"].min()).dt.days.to_numpy() / DAYS_A_MONTH
    hits = 0
    for _ in range(2000):
        noisy = 2.0 ** (-months / 16 + rng.normal(0, 0.4, 6))
        found = doubling_by_regression(ROWS["date"], noisy)
        hits += found.low <= 16 <= found.high
    assert hits / 2000 == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 2000))


def test_a_wide_scatter_may_not_exclude_a_standstill():
    """Then the interval has no upper end."""
    found = doubling_by_regression(days([0, 10, 20, 30]), [4.0, 1.0, 6.0, 2.0])
    assert found.high == math.inf


def test_computes_are_epochs_times_three_passes():
    """At one FLOP a multiply-add: 4 epochs of EfficientNet-B0, 96 of AlexNet, 99 of ResNet-50."""
    epochs = implied_epochs().set_index("model")
    expected = {"EfficientNet-B0": 4.0, "GoogLeNet": 10.1, "MobileNet": 11.1, "AlexNet": 96.2, "ResNet-50": 99.1}
    assert epochs["epochs"].round(1).loc[list(expected)].to_dict() == expected
    assert ((epochs["low"] < epochs["epochs"]) & (epochs["epochs"] < epochs["high"])).all()


@given(st.floats(1e6, 1e11), st.floats(0.5, 1000))
def test_compute_and_epochs_are_inverse(macs, epochs):
    one = training_compute(macs, 1)
    assert training_compute(macs, epochs) / one == pytest.approx(epochs)
    assert training_compute(2 * macs, epochs) == pytest.approx(2 * training_compute(macs, epochs))


def test_the_cells_that_the_table_contradicts():
    """One factor, and six dates whose month is not that of the linked paper: in five the month has become January."""
    found = contradictions()
    assert found["cell"].value_counts().to_dict() == {"date": 6, "reduction factor": 1}
    assert found.loc[found["cell"] == "reduction factor", "model"].tolist() == ["EfficientNet-B1"]
    dates = found[found["cell"] == "date"]
    assert dates["printed"].str.startswith("1/").sum() == 5
    assert dates.loc[~dates["printed"].str.startswith("1/"), "model"].tolist() == ["ShuffleNet v2"]


def test_where_the_month_is_january_the_day_is_that_of_the_paper():
    """10, 10, 12, 26 and 12: the month alone was lost."""
    table = published_table()
    wrong = table[table["printed_date"].str.startswith("1/")]
    assert (wrong["date"].dt.day == wrong["submitted"].dt.day).all()
    assert (wrong["date"].dt.year == wrong["submitted"].dt.year).all()


def test_sixty_one_times_is_within_the_rounding_of_its_row():
    """465 over 8 is 58.1, but over 7.6, which prints as 8, it is 61."""
    row = published_table().set_index("model").loc["Transformer (base)"]
    least, most = rounding_range(row["compute"])
    assert 465 / most < row["printed_factor"] < 465 / least


@given(st.integers(1, 9999), st.integers(-4, 4))
def test_a_rounding_range_holds_what_rounds_to_the_number(digits, exponent):
    printed = float(f"{digits}e{exponent}")
    low, high = rounding_range(printed)
    assert 0 <= low < printed < high
    assert (low + high) / 2 == pytest.approx(printed)


def test_studies_stand_on_one_scale():
    """All published intervals hold their value, and those of images and language overlap."""
    table = algorithmic_progress()
    wide = table.dropna(subset=["low"])
    assert ((wide["low"] < wide["months"]) & (wide["months"] < wide["high"])).all()
    groups = wide.groupby("domain")
    assert groups["low"].max().max() < groups["high"].min().min()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rows_of("Go"), "no level 'Go'; choose from AlexNet"),
        (lambda: doubling_by_ends(days([0]), [1.0]), "1 rows are too few"),
        (lambda: doubling_by_regression(days([0, 1]), [2.0, 1.0]), "2 rows are too few"),
        (lambda: doubling_by_ends(days([0, 9]), [1.0, 2.0]), "nothing doubled"),
        (lambda: doubling_by_regression(days([0, 9, 18]), [1.0, 2.0, 4.0]), "does not fall"),
        (lambda: doubling_by_ends(days([0, 9]), [1.0, 0.0]), "positive, finite compute"),
        (lambda: doubling_by_ends(days([3, 3]), [2.0, 1.0]), "All rows have one date"),
        (lambda: doubling_by_ends(days([0, 9]), [1.0]), "two lists of one length"),
        (lambda: doubling_by_regression(ROWS["date"], ROWS["compute"], level=95), "above 0 and below 1, not 95"),
        (lambda: training_compute(1e9, 0), "must be positive"),
        (lambda: moore_factor(12, 0), "A doubling time must be positive and finite, not 0"),
    ],
)
def test_impossible_input_is_refused(call, message):
    with pytest.raises(ProblemError, match=message):
        call()
