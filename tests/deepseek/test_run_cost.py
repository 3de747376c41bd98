"""How price, utilisation and research move the cost of a run: identities, ranges and the closed form."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.deepseek.cost import v3_rerun
from analysis.deepseek.run_cost import INPUTS, Range, RunCost
from analysis.deepseek.training import printed_run
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
    run = printed_run("DeepSeek-V3")
    exact = RunCost(run.flop, run.peak, Range(2, 2), Range(run.utilisation, run.utilisation))
    assert exact.middle == pytest.approx(FACTS["v3-cost-pretraining"].value)
    assert exact.interval.low == exact.interval.high == exact.middle


@given(COSTS)
def test_the_ends_hold_the_middle_and_the_likely_interval_lies_within_the_worst(run):
    assert run.worst.low <= run.interval.low * (1 + 1e-9)
    assert run.interval.low <= run.middle * (1 + 1e-9)
    assert run.middle <= run.interval.high * (1 + 1e-9)
    assert run.interval.high <= run.worst.high * (1 + 1e-9)


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


def test_the_closed_form_is_what_sampling_finds():
    """Interval and median of 400,000 costs whose inputs are independent and lognormal, to 1 per cent."""
    run, rng = v3_rerun(), np.random.default_rng(1)
    drawn = {
        name: np.exp(rng.normal(np.log(known.middle), known.spread(run.level), 400_000))
        for name, known in ((name, getattr(run, name)) for name in INPUTS)
    }
    costs = run.flop / (run.peak * drawn["utilisation"] * 3600) * drawn["price"] * drawn["research"]
    low, middle, high = np.quantile(costs, [0.05, 0.5, 0.95])
    assert [low, middle, high] == pytest.approx([run.interval.low, run.middle, run.interval.high], rel=0.01)


def test_research_matters_more_than_price_and_price_more_than_utilisation():
    """The multipliers 1.2 to 4 swing the cost 3.3 times, rents of $1.70 to $4.70 2.8 times, utilisation 1.8 times."""
    table = v3_rerun().tornado()
    assert table["input"].tolist() == ["research", "price", "utilisation"]
    assert table["swing"].tolist() == pytest.approx([4 / 1.2, 4.7 / 1.7, 0.45 / 0.25])
    assert (table["to"] / table["from"]).tolist() == pytest.approx(table["swing"].tolist())
    assert (table["middle"] == v3_rerun().middle).all()


@given(st.floats(1.01, 5))
def test_a_dearer_hour_makes_a_dearer_run_in_proportion(factor):
    base = v3_rerun().certain(price=2, utilisation=0.35, research=1)
    assert base.certain(price=2 * factor).middle == pytest.approx(factor * base.middle)
    assert base.certain(utilisation=0.35 / factor).middle == pytest.approx(factor * base.middle)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Range(3, 2), "runs backwards"),
        (lambda: Range(0, 2), "not 0"),
        (lambda: Range(1, math.nan), "not nan"),
        (
            lambda: RunCost(1e24, 1e15, Range(1, 2), Range(0.5, 1.2)),
            "utilisation must be above 0 and at most 1, not 1.2",
        ),
        (lambda: RunCost(1e24, 1e15, Range(1, 2), Range(0.3, 0.4), Range(0.5, 2)), "less than the final run alone"),
        (lambda: RunCost(1e24, 1e15, Range(1, 2), Range(0.3, 0.4), level=1), "level must be above 0 and below 1"),
        (lambda: RunCost(-1, 1e15, Range(1, 2), Range(0.3, 0.4)), "FLOP must be positive and finite, not -1"),
        (lambda: v3_rerun().certain(prise=2), "no input 'prise'"),
        (lambda: v3_rerun().quantile(1.5), "probability must be above 0 and below 1"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(build, message):
    with pytest.raises(ProblemError, match=message):
        build()
