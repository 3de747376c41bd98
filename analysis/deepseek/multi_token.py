r"""Guessing ahead: tokens a step when a small module drafts the next tokens and the model checks them all at once.

A draft is kept while every guess before it was right. If each is right with probability a, D drafts give

.. math:: 1 + a + a^2 + \dots + a^D = \frac{1 - a^{D+1}}{1 - a}

tokens a step. With a step that takes 1 + c D times as long, the speed grows by that over 1 + c D.

References
----------
DeepSeek-AI (2024), DeepSeek-V3 technical report, arXiv:2412.19437, section 5.4.3.
Leviathan et al. (2023), Fast inference from transformers via speculative decoding, arXiv:2211.17192.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit.checking import not_negative, share


def expected_tokens(acceptance: ArrayLike, depth: int = 1) -> NDArray[Any]:
    """Tokens a step.

    Parameters
    ----------
    acceptance : array_like
        Probability that a draft is right if those before it were, from 0 to 1.
    depth : int
        Drafts a step, 0 or more.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> expected_tokens([0.85, 0.9]).round(2).tolist()  # DeepSeek accepts 85 to 90 % of the second token
    [1.85, 1.9]
    """
    rate = share(acceptance, "an acceptance rate")
    not_negative(depth, "a depth of drafts")
    return sum((rate**power for power in range(1, depth + 1)), np.ones_like(rate))
