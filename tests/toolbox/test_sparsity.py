"""Masks keep what they say, pruning that makes up for itself loses less, and places cost the bytes that are counted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.kit.errors import ProblemError
from analysis.toolbox import sparsity
from analysis.toolbox.compensated import output_error

#: Scores without ties, so that "the largest" is one set.
SIZES = st.floats(-1e3, 1e3, allow_nan=False, width=32)


@st.composite
def matrices(draw, of=4):
    """A matrix of shape (inputs, units), whose inputs are a multiple of `of`."""
    return draw(arrays(float, (of * draw(st.integers(1, 5)), draw(st.integers(1, 4))), elements=SIZES))


def correlated(seed, inputs=24, samples=400):
    """Inputs of a layer that go along with each other, and the Hessian of its squared error."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((samples, inputs)) @ (np.eye(inputs) + 0.4 * rng.standard_normal((inputs, inputs)))
    return x, x.T @ x


@given(matrices(), st.integers(1, 4))
def test_a_pattern_keeps_exactly_n_of_m_in_each_group_and_the_largest_ones(weights, n):
    mask = sparsity.keep_n_of_m(np.abs(weights), n, 4)
    groups, sizes = (a.reshape(-1, 4, weights.shape[1]) for a in (mask, np.abs(weights)))
    assert (groups.sum(axis=1) == n).all()
    least = np.where(groups, sizes, np.inf).min(axis=1)
    most_gone = np.where(groups, -np.inf, sizes).max(axis=1)
    assert (least >= most_gone).all()


@given(matrices(), st.floats(0.01, 1))
def test_a_share_is_kept_to_the_nearest_weight(weights, kept):
    assert sparsity.keep_largest(weights, kept).sum() == round(kept * weights.size)
    assert sparsity.random_mask(weights.shape, kept, np.random.default_rng(0)).sum() == round(kept * weights.size)


@given(matrices())
def test_the_pattern_keeps_at_most_the_norm_that_a_free_half_keeps(weights):
    sizes = np.abs(weights)
    free = np.linalg.norm(weights * sparsity.keep_largest(sizes, 0.5))
    patterned = np.linalg.norm(weights * sparsity.keep_n_of_m(sizes, 2, 4))
    assert patterned <= free * (1 + 1e-12)


@given(matrices(of=8))
def test_wider_groups_keep_no_less_of_the_norm(weights):
    narrow, wide = (np.linalg.norm(weights * sparsity.keep_n_of_m(np.abs(weights), n, 2 * n)) for n in (2, 4))
    assert narrow <= wide * (1 + 1e-12)


@given(st.lists(matrices(), min_size=1, max_size=3), st.floats(0.05, 1))
def test_one_threshold_keeps_no_less_of_the_norm_than_one_a_layer(layers, kept):
    everywhere = sparsity.keep_largest_everywhere([np.abs(layer) for layer in layers], kept)
    total = sum(layer.size for layer in layers)
    assert sum(mask.sum() for mask in everywhere) == round(kept * total)
    each = [sparsity.keep_largest(np.abs(layer), kept) for layer in layers]
    together, apart = (
        sum(float(np.square(layer[mask]).sum()) for layer, mask in zip(layers, masks, strict=True))
        for masks in (everywhere, each)
    )
    # a share of each layer is rounded to whole weights, so that all layers together may keep one a layer more
    lost = max(0, sum(mask.sum() for mask in each) - round(kept * total))
    assert together >= apart - lost * max(float(np.square(layer).max()) for layer in layers) - 1e-6


@given(matrices(), st.floats(0.1, 50))
def test_wanda_with_equal_inputs_is_size_within_each_unit(weights, norm):
    scores = sparsity.wanda_scores(weights, np.full(len(weights), norm))
    by_unit = sparsity.keep_largest_by_unit(np.abs(weights), 0.5)
    assert (scores == np.abs(weights) * norm).all()
    assert (sparsity.keep_largest_by_unit(scores, 0.5).sum(axis=0) == by_unit.sum(axis=0)).all()
    # scaling may round two sizes to one; what is kept is as large
    kept = np.sort(np.abs(weights) * sparsity.keep_largest_by_unit(scores, 0.5), axis=0)
    assert kept == pytest.approx(np.sort(np.abs(weights) * by_unit, axis=0), rel=1e-12)


def test_wanda_keeps_a_small_weight_whose_input_is_loud():
    scores = sparsity.wanda_scores([[0.1], [1.0]], [20.0, 1.0])
    assert sparsity.keep_largest(scores, 0.5).ravel().tolist() == [True, False]


@pytest.mark.parametrize("pattern", [None, (2, 4)])
def test_sparse_gpt_leaves_what_it_keeps_alone_where_inputs_do_not_go_together(pattern):
    rng = np.random.default_rng(1)
    weights, loud = rng.standard_normal((16, 5)), rng.uniform(0.5, 3, 16)
    pruned = sparsity.sparse_gpt(weights, np.diag(loud), 0.5, pattern)
    kept = pruned != 0
    assert (pruned[kept] == weights[kept]).all()
    scores = sparsity.wanda_scores(weights, np.sqrt(loud + 0.01 * loud.mean()))
    by_size = sparsity.keep_largest(scores, 0.5) if pattern is None else sparsity.keep_n_of_m(scores)
    assert (kept == by_size).all()


@pytest.mark.parametrize("pattern", [None, (2, 4)])
@pytest.mark.parametrize("seed", range(5))
def test_sparse_gpt_errs_less_on_its_inputs_than_its_mask_without_the_update(seed, pattern):
    weights = np.random.default_rng(100 + seed).standard_normal((24, 6))
    _, square = correlated(seed)
    pruned = sparsity.sparse_gpt(weights, square, 0.5, pattern, block=8)
    bare = weights * (pruned != 0)
    made_up, left = output_error(pruned - weights, square), output_error(bare - weights, square)
    assert made_up < 0.8 * left


def test_sparse_gpt_follows_the_pattern_and_the_share():
    weights = np.random.default_rng(3).standard_normal((24, 6))
    _, square = correlated(3)
    assert ((sparsity.sparse_gpt(weights, square, pattern=(2, 4)) != 0).reshape(-1, 4, 6).sum(axis=1) == 2).all()
    assert (sparsity.sparse_gpt(weights, square, 0.25, block=12) != 0).sum() == weights.size / 4


@given(matrices(), st.integers(1, 4))
def test_a_matrix_is_written_and_read_back(weights, n):
    mask = sparsity.keep_n_of_m(np.abs(weights), n, 4)
    values, places = sparsity.compress(weights, mask)
    assert (sparsity.expand(values, places) == weights * mask).all()
    assert (np.diff(places.astype(int), axis=1) > 0).all()
    assert places.max() < 4


@pytest.mark.parametrize(("n", "m"), [(1, 4), (2, 4), (6, 8), (3, 16)])
def test_the_bytes_of_the_formula_are_those_of_the_matrix_as_written(n, m):
    weights = np.random.default_rng(5).standard_normal((48, 10))
    values, places = sparsity.compress(weights, sparsity.keep_n_of_m(np.abs(weights), n, m), of=m)
    place = math.ceil(math.log2(m))
    written = 16 * values.size + place * places.size
    assert places.max() < 2**place
    assert sparsity.bits_per_weight(16, n, m) == pytest.approx(written / weights.size)


def test_the_bytes_of_two_of_four():
    # mishra2021: two bits for the place of each weight that stays
    assert [sparsity.bits_per_weight(b) / b for b in (16, 8, 4)] == [0.5625, 0.625, 0.75]
    # four bits and 32 bits of scale and zero for each 64 weights: 4.5 bits become 3.5, a factor 4.57 from 16 bits
    assert sparsity.bits_per_weight(4, 4, 4, scale=0.5) == 4.5
    assert 16 / sparsity.bits_per_weight(4, scale=0.5) == pytest.approx(4.571, abs=5e-4)


@given(st.integers(1, 16), st.data())
def test_places_take_no_fewer_bits_than_there_are_patterns_to_tell_apart(m, data):
    n = data.draw(st.integers(1, m))
    assert sparsity.least_index_bits(n, m) <= sparsity.index_bits(n, m) + 1e-12 or n == m == 1


def test_free_patterns_take_a_bit_a_weight_at_half_and_half_a_bit_at_a_tenth():
    # the entropy of a coin that falls with the kept share, to which m choose n comes as m grows
    for n, m, entropy in ((5_000, 10_000, 1.0), (1_000, 10_000, 0.469)):
        assert sparsity.least_index_bits(n, m) == pytest.approx(entropy, abs=2e-3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sparsity.keep_largest([1.0, 2.0], 0), "above 0"),
        (lambda: sparsity.keep_largest([1.0, 2.0], 1.5), "at most 1"),
        (lambda: sparsity.keep_largest([1.0, 2.0], "half"), "must be a number"),
        (lambda: sparsity.keep_largest([1.0, math.nan], 0.5), "finite"),
        (lambda: sparsity.keep_largest([], 0.5), "nothing to keep"),
        (lambda: sparsity.keep_largest_everywhere([], 0.5), "without layers"),
        (lambda: sparsity.keep_largest_by_unit([1.0, 2.0], 0.5), "matrix"),
        (lambda: sparsity.keep_n_of_m([[1.0]] * 6), "multiple of 4"),
        (lambda: sparsity.keep_n_of_m([[1.0]] * 8, 5, 4), "no pattern"),
        (lambda: sparsity.keep_n_of_m([[1.0]] * 8, 2.5, 4), "no pattern"),
        (lambda: sparsity.keep_n_of_m([[1.0]] * 8, True, 4), "no pattern"),
        (lambda: sparsity.wanda_scores([[1.0], [2.0]], [1.0]), "one norm an input"),
        (lambda: sparsity.wanda_scores([[1.0]], [-1.0]), "at least 0"),
        (lambda: sparsity.sparse_gpt([[1.0]], [[1.0]], pattern=(3, 2)), "no pattern"),
        (lambda: sparsity.bits_per_weight(0), "positive"),
        (lambda: sparsity.bits_per_weight("four"), "must be a number"),
        (lambda: sparsity.bits_per_weight([4, 8]), "single numbers"),
        (lambda: sparsity.bits_per_weight(4, scale=-1), "at least 0"),
        (lambda: sparsity.bits_per_weight(4, 0, 4), "no pattern"),
        (lambda: sparsity.index_bits(2, "4"), "no pattern"),
        (lambda: sparsity.compress([[1.0]] * 4, [[True], [True], [False], [False]] * 1, of=3), "multiple of 3"),
        (lambda: sparsity.compress([[1.0]] * 8, [[True]] * 4 + [[False]] * 4), "as many"),
        (lambda: sparsity.compress([[1.0]] * 4, [[True, False]] * 4), "one shape"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(call, said):
    with pytest.raises(ProblemError, match=said) as caught:
        call()
    assert str(caught.value).endswith(".")
