"""Our convolution by copied patches against textbook loops, SciPy, and the peak of this core's matrix product."""

from __future__ import annotations

import statistics

from benchmarks.timing import interleaved, ratio

IMAGES = 64
SIZE = 8


def convolution_rows(repetitions: int) -> list[list[str]]:
    """A layer of the small network, 16 to 32 channels on 8 x 8 pixels, single precision, 64 images."""
    import numpy as np

    from analysis.cnn_era.networks.convolution import (
        Convolution,
        convolve_im2col,
        convolve_loops,
        convolve_scipy,
        convolve_shifts,
    )
    from benchmarks.peers import matrix_product

    layer, rng = Convolution(16, 32, padding=1), np.random.default_rng(1)
    x = rng.standard_normal((IMAGES, SIZE, SIZE, layer.inputs)).astype(np.float32)
    weights = rng.standard_normal(layer.shape).astype(np.float32)
    a, b, c = matrix_product(1024, rng)
    work = layer.multiply_adds(SIZE)
    rates = interleaved(
        {
            "im2col": (lambda: [convolve_im2col(x, weights, layer) for _ in range(20)], 20 * IMAGES * work),
            "implicit": (lambda: [convolve_shifts(x, weights, layer) for _ in range(20)], 20 * IMAGES * work),
            "loops": (lambda: convolve_loops(x[:1, :4, :4], weights, layer), layer.multiply_adds(4)),
            "scipy": (lambda: convolve_scipy(x[:8], weights, layer), 8 * work),
            "fft": (lambda: convolve_scipy(x[:2], weights, layer, "fft"), 2 * work),
            "sgemm": (lambda: [np.matmul(a, b, out=c) for _ in range(2)], 2 * 1024**3),
        },
        repetitions,
    )
    ours = statistics.median(rates["im2col"])

    def row(peer: str, asked: float, words: str) -> list[str]:
        reached, theirs = ratio(rates, "im2col", peer), statistics.median(rates[peer])
        return [
            f"convolution 16 to 32 channels by copied patches against {words}",
            f"at least {asked:g} times",
            f"{reached:,.1f} times ({ours / 1e9:.2f} against {theirs / 1e9:.4f} G multiply-adds/s)",
            "reached" if reached >= asked else "missed",
        ]

    return [
        row("loops", 1000, "textbook loops in Python"),
        row("scipy", 50, "scipy.signal.correlate, direct"),
        row("fft", 50, "scipy.signal.correlate, fft"),
        [
            "the same without a copy (nine small products), against copied patches",
            "stated",
            f"{ratio(rates, 'implicit', 'im2col'):.2f} times",
            "stated",
        ],
        [
            "share of this core's measured SGEMM peak that copied patches reach",
            "stated",
            f"{ratio(rates, 'im2col', 'sgemm'):.0%} of {2 * statistics.median(rates['sgemm']) / 1e9:.0f} GFLOP/s",
            "stated",
        ],
    ]
