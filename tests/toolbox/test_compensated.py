"""The sweep of GPTQ and SparseGPT: where it changes nothing, where it is optimal, and what it gains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kit.errors import ProblemError
from analysis.toolbox.compensated import gptq, hessian, output_error, sweep
from analysis.toolbox.rounding import round_blocks


def layer(seed: int, samples: int = 400, inputs: int = 32, units: int = 8):
    """Inputs that depend on each other, as those of a network do, and weights."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((samples, inputs)) @ rng.standard_normal((inputs, inputs))
    return x, rng.standard_normal((inputs, units))


@given(st.integers(0, 10_000), st.integers(2, 8), st.sampled_from([None, 4, 16]), st.booleans())
def test_with_independent_inputs_gptq_is_rounding_to_nearest(seed, bits, block, clip):
    rng = np.random.default_rng(seed)
    weights, diagonal = rng.standard_normal((16, 3)), np.diag(rng.uniform(0.1, 10, 16))
    # bit for bit: where nothing is correlated, nothing is moved
    assert gptq(weights, diagonal, bits, block, clip).tolist() == round_blocks(weights, bits, block, clip).tolist()


@pytest.mark.parametrize("bits", [2, 3, 4, 6])
@pytest.mark.parametrize("block", [None, 8])
def test_gptq_changes_the_outputs_less_on_average(bits, block):
    ratios = []
    for seed in range(20):
        x, weights = layer(seed)
        h = hessian(x)
        errors = [
            output_error(new - weights, h)
            for new in (gptq(weights, h, bits, block), round_blocks(weights, bits, block))
        ]
        ratios.append(errors[0] / errors[1])
    assert np.mean(ratios) < 0.8


def test_output_error_is_the_squared_change_of_the_outputs():
    x, weights = layer(0)
    change = round_blocks(weights, 3) - weights
    assert output_error(change, hessian(x)) == pytest.approx(np.sum((x @ change) ** 2))


def test_what_follows_makes_up_for_a_row_as_well_as_least_squares_can():
    x, weights = layer(1)
    h = hessian(x)
    calls = iter(range(len(weights)))

    def only_the_first(rows, diagonal):
        return lambda j, row: np.zeros_like(row) if next(calls) == 0 else row

    ours = sweep(weights, h, only_the_first, damping=0)
    rest = np.linalg.lstsq(x[:, 1:], x @ weights, rcond=None)[0]
    assert ours[0].tolist() == [0] * 8
    assert ours[1:] == pytest.approx(rest, rel=1e-6, abs=1e-6)


def test_the_diagonal_tells_what_setting_a_row_to_zero_costs():
    x, weights = layer(2)
    h, told = hessian(x), {}

    def keep(rows, diagonal):
        told.update(rows=rows, diagonal=diagonal)
        return lambda j, row: row

    assert sweep(weights, h, keep, block=32, damping=0) == pytest.approx(weights)
    rest = np.linalg.lstsq(x[:, 1:], x @ weights, rcond=None)[0]
    cost = output_error(np.vstack([0 * weights[:1], rest]) - weights, h)
    assert np.sum(told["rows"][0] ** 2 / told["diagonal"][0]) == pytest.approx(cost, rel=1e-6)


def test_blocks_are_prepared_in_order_and_the_last_may_be_shorter():
    x, weights = layer(3, inputs=10)
    seen = []

    def prepare(rows, diagonal):
        seen.append((len(rows), len(diagonal)))
        return lambda j, row: row

    sweep(weights, hessian(x), prepare, block=4)
    assert seen == [(4, 4), (4, 4), (2, 2)]


def test_the_weights_that_are_given_stay_as_they_are():
    x, weights = layer(4)
    before = weights.copy()
    gptq(weights, hessian(x), 3)
    assert (weights == before).all()


def test_bad_input_is_refused_in_a_sentence():
    x, weights = layer(5)
    keep = lambda rows, diagonal: lambda j, row: row  # noqa: E731
    with pytest.raises(ProblemError, match="fit together"):
        sweep(weights, np.eye(3), keep)
    with pytest.raises(ProblemError, match="singular"):
        sweep(weights, np.zeros((32, 32)), keep)
    with pytest.raises(ProblemError, match="singular"):
        sweep(weights, hessian(x[:5]), keep, damping=0)
    with pytest.raises(ProblemError, match="whole number"):
        sweep(weights, hessian(x), keep, block=0)
    with pytest.raises(ProblemError, match="at least 0"):
        sweep(weights, hessian(x), keep, damping=-1)
    with pytest.raises(ProblemError, match="finite"):
        sweep(weights * np.nan, hessian(x), keep)
    with pytest.raises(ProblemError, match="reshape"):
        hessian(x[0])
