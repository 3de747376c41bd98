"""What theory says, for the models to be held against."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from analysis.deepseek.routing import Router


def rounding_error(mantissa_bits: int) -> float:
    """Root mean square error of rounding over root mean square number, 2^-m sqrt(ln 2 / 18), by Benford's law."""
    return 2.0**-mantissa_bits * math.sqrt(math.log(2) / 18)


def product_error(mantissa_bits: int) -> float:
    """Relative error of a product of two independent rounded matrices: sqrt 2 times that of rounding."""
    return math.sqrt(2) * rounding_error(mantissa_bits)


def chance_variation(tokens: int, router: Router) -> float:
    """Coefficient of variation of the loads when all experts are alike: binomial, sqrt((1 - k/E) / (T k/E))."""
    share = router.chosen / router.experts
    return math.sqrt((1 - share) / (tokens * share))


def expected_nodes(router: Router) -> float:
    """Groups a token is sent to by chance, without a limit: G (1 - C(E - E/G, k) / C(E, k))."""
    outside = router.experts - router.experts // router.groups
    return router.groups * (1 - math.comb(outside, router.chosen) / math.comb(router.experts, router.chosen))


def simulated_tokens(rng: np.random.Generator, acceptance: float, depth: int, steps: int) -> NDArray[np.int_]:
    """Tokens of each step, from 1 to 1 + `depth`, when drafts are right at random."""
    right = rng.random((steps, depth)) < acceptance
    return 1 + np.cumprod(right, axis=1).sum(axis=1)
