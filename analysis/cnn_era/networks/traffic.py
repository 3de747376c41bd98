"""Bytes that a convolution moves between a large slow memory and a small fast one, by a model that is stated in full.

Arithmetic costs little beside moving its operands. The model has a fast memory of :data:`FAST_BYTES` and counts the
words that cross its border:

- *loops*: every multiply-add fetches a pixel and a weight; only the running sum stays in a register.
- *im2col*: every patch is read and written once; a matrix product in square tiles, three of which fill the fast memory,
  then reads the first factor once for every column of tiles, the second once for every row of tiles, and writes
  the result once (the blocked product of Golub & Van Loan).
- *implicit*: the same tiles, but cut from the image itself, so that no patch is ever stored.

Layers that work element by element are taken as fused with the convolution before them, and move nothing of their own.
"""

from __future__ import annotations

import math
from typing import Literal

from analysis.cnn_era.networks.convolution import Convolution
from analysis.kit.errors import ProblemError

Method = Literal["loops", "im2col", "implicit"]
#: Ways to compute a convolution: textbook loops, copied patches, products without a copy.
METHODS: tuple[Method, ...] = ("loops", "im2col", "implicit")
#: The first-level cache of a present processor core.
FAST_BYTES = 32 * 1024


def product_words(rows: int, inner: int, columns: int, tile: int) -> int:
    """Words that a product of (rows x inner) and (inner x columns) moves in square tiles.

    Examples
    --------
    With a tile as large as the matrices everything moves once; with single numbers both factors move at every step:

    >>> product_words(64, 64, 64, tile=64), product_words(64, 64, 64, tile=1)
    (12288, 528384)
    """
    if min(rows, inner, columns, tile) < 1:
        raise ProblemError("A product needs at least one row, column and inner place, and a tile of at least 1.")
    return rows * inner * math.ceil(columns / tile) + inner * columns * math.ceil(rows / tile) + rows * columns


def tile_side(word: int, fast: int = FAST_BYTES) -> int:
    """Side of a square tile of which three fit into `fast` bytes, at `word` bytes a number.

    >>> tile_side(4), tile_side(2), tile_side(1)
    (52, 73, 104)
    """
    side = math.isqrt(fast // (3 * word))
    if side < 1:
        raise ProblemError(f"A fast memory of {fast} bytes does not hold three numbers of {word} bytes.")
    return side


def forward_bytes(layer: Convolution, size: int, batch: int, method: Method, word: int = 4) -> int:
    """Bytes moved by one forward pass of a batch.

    Parameters
    ----------
    layer : Convolution
    size : int
        Side of the images, pixels.
    batch : int
        Images that share one reading of the weights.
    method : {'loops', 'im2col', 'implicit'}
    word : int
        Bytes a number.

    Returns
    -------
    int
        Bytes for the whole batch.

    Examples
    --------
    >>> layer = Convolution(16, 32, padding=1)
    >>> [forward_bytes(layer, 8, 64, method) // 64 for method in METHODS]
    [2367488, 141536, 35040]
    """
    rows, inner, columns = _sizes(layer, size, batch)
    pixels = batch * size * size * layer.inputs // layer.groups
    return word * layer.groups * _words(method, rows, inner, columns, pixels, tile_side(word))


def backward_bytes(layer: Convolution, size: int, batch: int, method: Method, word: int = 4, below: bool = True) -> int:
    """Bytes moved by the gradients of a batch: with respect to the weights and, if `below`, to the images.

    Other arguments as for :func:`forward_bytes`. With *im2col* the patches of the forward pass have been kept.
    """
    rows, inner, columns = _sizes(layer, size, batch)
    pixels = batch * size * size * layer.inputs // layer.groups
    tile, moved = tile_side(word), 0
    if method == "loops":
        moved = 2 * rows * inner * columns + inner * columns
        moved += (2 * rows * inner * columns + pixels) * below
    elif method == "im2col":
        moved = product_words(inner, rows, columns, tile)
        moved += (product_words(rows, columns, inner, tile) + 2 * rows * inner) * below
    elif method == "implicit":
        moved = pixels * math.ceil(columns / tile) + rows * columns * math.ceil(inner / tile) + inner * columns
        ins = layer.inputs // layer.groups
        tiles = math.ceil(batch * size * size / tile)
        moved += (rows * columns * math.ceil(ins / tile) + inner * columns * tiles + pixels) * below
    else:
        raise ProblemError(f"Unknown method {method!r}; use one of {', '.join(METHODS)}.")
    return word * layer.groups * moved


def _sizes(layer: Convolution, size: int, batch: int) -> tuple[int, int, int]:
    """The product of one group: rows, inner places, columns."""
    inner = layer.kernel**2 * layer.inputs // layer.groups
    return batch * layer.output_size(size) ** 2, inner, layer.outputs // layer.groups


def _words(method: Method, rows: int, inner: int, columns: int, pixels: int, tile: int) -> int:
    if method == "loops":
        return 2 * rows * inner * columns + rows * columns
    if method == "im2col":
        return 2 * rows * inner + product_words(rows, inner, columns, tile)
    if method == "implicit":
        return pixels * math.ceil(columns / tile) + inner * columns * math.ceil(rows / tile) + rows * columns
    raise ProblemError(f"Unknown method {method!r}; use one of {', '.join(METHODS)}.")
