"""The model of memory traffic is that of the loops it describes, and none of its methods beats the least possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cnn_era.networks.convolution import Convolution
from analysis.cnn_era.networks.traffic import METHODS, backward_bytes, forward_bytes, product_words, tile_side
from analysis.kit.errors import ProblemError

LAYER = Convolution(16, 32, padding=1)
DEPTHWISE = Convolution(16, 16, padding=1, groups=16)


@given(*[st.integers(1, 12)] * 3, st.integers(1, 6))
def test_a_tiled_product_moves_what_the_formula_says(rows, inner, columns, tile):
    """Count the words of every tile that is loaded or stored."""
    moved = 0
    for r in range(0, rows, tile):
        for c in range(0, columns, tile):
            high, wide = min(tile, rows - r), min(tile, columns - c)
            moved += sum(high * min(tile, inner - i) + min(tile, inner - i) * wide for i in range(0, inner, tile))
            moved += high * wide
    assert moved == product_words(rows, inner, columns, tile)


@given(st.sampled_from([1, 2, 4, 8]), st.integers(100, 10**6))
def test_three_tiles_fit_the_fast_memory_and_three_larger_ones_do_not(word, fast):
    side = tile_side(word, fast)
    assert 3 * word * side**2 <= fast < 3 * word * (side + 1) ** 2


@pytest.mark.parametrize("batch", [1, 16, 64])
def test_loops_move_more_than_copied_patches_and_these_more_than_tiles_of_the_image(batch):
    loops, im2col, implicit = (forward_bytes(LAYER, 8, batch, method) for method in METHODS)
    assert loops > im2col > implicit >= 4 * (batch * 64 * (LAYER.inputs + LAYER.outputs) + LAYER.weights)
    loops, im2col, implicit = (backward_bytes(LAYER, 8, batch, method) for method in METHODS)
    assert loops > im2col > implicit


def test_copying_patches_costs_a_depthwise_convolution_more_than_the_plain_loops():
    """A patch that serves one filter only is not worth a copy: why such layers need kernels of their own."""
    loops, im2col, implicit = (forward_bytes(DEPTHWISE, 8, 16, method) for method in METHODS)
    assert im2col > loops > implicit
    intensity = [layer.multiply_adds(8) / forward_bytes(layer, 8, 1, "implicit") for layer in (LAYER, DEPTHWISE)]
    assert intensity[0] > 5 * intensity[1]


def test_loops_fetch_two_numbers_for_every_multiply_add():
    assert forward_bytes(LAYER, 8, 3, "loops") == 4 * 3 * (2 * LAYER.multiply_adds(8) + 64 * 32)


@pytest.mark.parametrize("method", ["im2col", "implicit"])
def test_a_larger_batch_shares_the_weights_and_shorter_numbers_move_fewer_bytes(method):
    single, many = forward_bytes(LAYER, 8, 1, method), forward_bytes(LAYER, 8, 64, method)
    assert many < 64 * single
    assert 2 * forward_bytes(LAYER, 8, 64, method, word=2) <= many


@pytest.mark.parametrize("batch", [1, 16])
def test_the_gradient_of_copied_patches_is_written_and_read_once_more_to_be_added_to_the_image(batch):
    """Backwards *im2col* is a product and then *col2im*: each number of the patches leaves and comes back."""
    rows, patch = batch * LAYER.output_size(8) ** 2, LAYER.kernel**2 * LAYER.inputs
    with_it, without = (backward_bytes(LAYER, 8, batch, "im2col", below=below) for below in (True, False))
    product = product_words(rows, LAYER.outputs, patch, tile_side(4))
    assert with_it - without - 4 * product == 4 * (rows * patch + rows * patch)


def test_the_gradient_of_the_image_reads_the_weights_once_a_tile_of_its_pixels():
    """So a batch of twice the tiles moves twice the numbers for it: 13 images of 64 pixels are 16 tiles of 52."""
    below = {}
    for batch in (13, 26):
        with_it, without = (backward_bytes(LAYER, 8, batch, "implicit", below=below) for below in (True, False))
        below[batch] = with_it - without
    assert 16 * tile_side(4) == 13 * 64
    assert below[26] == 2 * below[13]


@pytest.mark.parametrize("method", METHODS)
def test_without_the_gradient_below_a_step_moves_less(method):
    with_it, without = (backward_bytes(LAYER, 8, 16, method, below=below) for below in (True, False))
    assert 0 < without < with_it


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: forward_bytes(LAYER, 8, 1, "magic"), "Unknown method"),
        (lambda: backward_bytes(LAYER, 8, 1, "magic"), "Unknown method"),
        (lambda: product_words(0, 1, 1, 1), "at least one row"),
        (lambda: tile_side(4, 8), "does not hold three numbers"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(act, sentence):
    with pytest.raises(ProblemError, match=sentence):
        act()
