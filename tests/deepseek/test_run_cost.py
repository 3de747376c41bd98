"""How price, utilisation and research move the cost of a run: identities, ranges and the closed form."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.cost import v3_rerun
from analysis.deepseek.run_cost import INPUTS, Range, RunCost
from analysis.deepseek.training import deepseek_v3
from analysis.kit import facts
from analysis.kit.errors import ProblemError

FACTS = facts.load("deepseek")
LOWS, WIDTHS = st.floats(0.05, 0.4), st.floats(1, 2.4)
COSTS = st.builds(
    lambda flop, price, width, use, spread, research, more: RunCost(
        flop, 1e15, Range(price, price * width), Range(use, use * spread), Range(research, research * more)
    ),
    st.floats(1e20, 1e27),
    st.floats(0.5, 10),
    WIDTHS,
    LOWS,
    WIDTHS,
    st.floats(1, 4),
    WIDTHS,
)


def test_the_model_finds_the_pretraining_cost_from_the_arithmetic():
    """6 N D at V3's own utilisation, $2 and no research is the $5.328M of Table 1: the parts give the whole."""
    run = deepseek_v3()
    exact = RunCost(run.flop, run.peak, Range(2, 2), Range(run.utilisation, run.utilisation))
    assert exact.middle == pytest.approx(FACTS["v3-cost-pretraining"].value)
    assert exact.interval.low == exact.interval.high == exact.middle


@given(COSTS)
def test_the_ends_hold_the_middle_and_the_likely_interval_lies_within_the_worst(run):
    assert run.worst.low <= run.interval.low * (1 + 1e-9)
    assert run.interval.low <= run.middle * (1 + 1e-9)
    assert run.middle <= run.interval.high * (1 + 1e-9)
    assert run.interval.high <= run.worst.high * (1 + 1e-9)


@given(COSTS, st.floats(0.01, 0.99))
def test_quantile_and_probability_undo_each_other(run, probability):
    if run.spread > 1e-6:
        assert run.probability_below(run.quantile(probability)) == pytest.approx(probability, abs=1e-6)


@given(COSTS)
def test_one_uncertain_input_alone_gives_its_own_interval(run):
    """With the others known, the interval of the cost is that of the input, at the same level."""
    alone = run.certain(utilisation=run.utilisation.middle, research=run.research.middle)
    factor = alone.middle / run.price.middle
    assert alone.interval.low == pytest.approx(run.price.low * factor)
    assert alone.interval.high == pytest.approx(run.price.high * factor)


@given(COSTS)
def test_the_swings_of_the_tornado_multiply_to_the_worst_case(run):
    table = run.tornado()
    assert table["swing"].prod() == pytest.approx(run.worst.high / run.worst.low)
    assert table["swing"].is_monotonic_decreasing
    assert (table["low"] <= run.middle * (1 + 1e-9)).all()
    assert (table["high"] >= run.middle * (1 - 1e-9)).all()


@given(COSTS, st.floats(1e3, 1e11))
def test_an_input_at_its_break_even_gives_the_cost_asked_for(run, dollars):
    middles = {name: getattr(run, name).middle for name in INPUTS}
    for row in run.break_even(dollars).itertuples():
        assert run.at(**{**middles, row.input: row.needed}) == pytest.approx(dollars)


def test_no_utilisation_makes_v3_with_typical_research_as_cheap_as_its_headline():
    """At the middle price and research, even a perfectly used GPU costs more than $5.576M; a price could."""
    needed = v3_rerun().break_even(FACTS["v3-cost-total"].value).set_index("input")
    assert needed["possible"].to_dict() == {"price": True, "utilisation": False, "research": False}
    assert not needed["in range"].any()


def test_the_closed_form_is_what_sampling_finds():
    """Median, interval and probability of 400,000 draws, to 1 per cent of their size."""
    run = v3_rerun()
    drawn = run.sample(400_000, np.random.default_rng(1))
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95])
    assert [low, middle, high] == pytest.approx([run.interval.low, run.middle, run.interval.high], rel=0.01)
    assert (drawn < 10e6).mean() == pytest.approx(run.probability_below(10e6), abs=0.005)


def test_samples_come_back_with_their_seed():
    first, second = (v3_rerun().sample(5, np.random.default_rng(7)) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_research_matters_more_than_price_and_price_more_than_utilisation():
    """The multipliers 1.2 to 4 swing the cost 3.3 times, rents of $1.70 to $4.70 2.8 times, utilisation 1.8 times."""
    table = v3_rerun().tornado()
    assert table["input"].tolist() == ["research", "price", "utilisation"]
    assert table["swing"].tolist() == pytest.approx([4 / 1.2, 4.7 / 1.7, 0.45 / 0.25])


@given(st.floats(1.01, 5))
def test_a_dearer_hour_makes_a_dearer_run_in_proportion(factor):
    base = v3_rerun().certain(price=2, utilisation=0.35, research=1)
    assert base.certain(price=2 * factor).middle == pytest.approx(factor * base.middle)
    assert base.certain(utilisation=0.35 / factor).middle == pytest.approx(factor * base.middle)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Range(3, 2), "runs backwards"),
        (lambda: Range(0, 2), "low is 0"),
        (lambda: Range(1, math.nan), "high is nan"),
        (lambda: RunCost(1e24, 1e15, Range(1, 2), Range(0.5, 1.2)), "above the peak"),
        (lambda: RunCost(1e24, 1e15, Range(1, 2), Range(0.3, 0.4), Range(0.5, 2)), "less than the final run alone"),
        (lambda: RunCost(1e24, 1e15, Range(1, 2), Range(0.3, 0.4), level=1), "between 0 and 1"),
        (lambda: RunCost(-1, 1e15, Range(1, 2), Range(0.3, 0.4)), "FLOP is -1"),
        (lambda: v3_rerun().certain(prise=2), "no input 'prise'"),
        (lambda: v3_rerun().quantile(1.5), "between 0 and 1"),
        (lambda: v3_rerun().break_even(0), "dollars is 0"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(build, message):
    with pytest.raises(ProblemError, match=message):
        build()
