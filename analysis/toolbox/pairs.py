"""Which tools multiply: five tools of decoding, alone and in pairs, counted on one model.

The time of a token has three parts: reading the weights, reading the cache, and a constant for the rest
(:mod:`analysis.toolbox.decoding`). Each tool is a factor on one of them. Two tools on one part multiply there, less
what their metadata take; what that does for the whole follows from :mod:`analysis.toolbox.amdahl`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.kit.arguments import single
from analysis.kit.checking import not_negative, positive
from analysis.kit.errors import ProblemError
from analysis.toolbox.amdahl import speedup
from analysis.toolbox.attention_cost import decode_bytes
from analysis.toolbox.decoding import seconds
from analysis.toolbox.sparsity import bits_per_weight

PARTS = ("weights", "cache", "rest")
#: Tools by name, and the part that each makes smaller.
TOOLS: Mapping[str, str] = {
    "4-bit weights": "weights",
    "2:4 weights": "weights",
    "8-bit cache": "cache",
    "window": "cache",
    "half the rest": "rest",
}
#: Bits of a weight before, of the short ones, and what a scale and a zero for 64 weights add.
PLAIN_BITS, SHORT_BITS, SCALE = 16.0, 4.0, 32 / 64


def weight_factor(short: bool, pruned: bool) -> float:
    """How many times fewer bytes the weights take: with 4 bits and scales, with 2:4 and places, or both.

    >>> round(weight_factor(True, False), 2), round(weight_factor(False, True), 2), round(weight_factor(True, True), 2)
    (3.56, 1.78, 4.57)
    """
    bits, kept, scale = SHORT_BITS if short else PLAIN_BITS, 2 if pruned else 4, SCALE if short else 0.0
    return PLAIN_BITS / bits_per_weight(bits, kept, 4, scale)


def parts(model: str, context: float, bandwidth: float, constant: float, window: float) -> dict[str, float]:
    """Seconds of each part of a token, of the cache within a window too.

    Parameters
    ----------
    model : str
        A published name, as :func:`analysis.deepseek.config.architecture_of` takes it.
    context, window : float
        Tokens.
    bandwidth, constant : float
        Bytes a second; seconds.

    Returns
    -------
    dict
        ``weights``, ``cache``, ``windowed`` (the cache within the window) and ``rest``.
    """
    full, within = (decode_bytes(model, context, method=how, window=window) for how in ("full", "window"))
    read = {"weights": full.weights, "cache": full.cache, "windowed": within.cache}
    return {name: seconds(each, bandwidth, 0.0) for name, each in read.items()} | {
        "rest": single(not_negative(constant, "a constant"), "a constant")
    }


def gain(tools: tuple[str, ...], spent: Mapping[str, float]) -> float:
    """How many times faster a token comes with some of the tools.

    Parameters
    ----------
    tools : tuple of str
        Names of :data:`TOOLS`.
    spent : mapping
        As :func:`parts` gives it.

    Examples
    --------
    >>> round(gain(("4-bit weights",), {"weights": 0.7, "cache": 0.2, "windowed": 0.02, "rest": 0.1}), 2)
    2.01
    """
    if unknown := [name for name in tools if name not in TOOLS]:
        raise ProblemError(f"There is no tool {unknown[0]!r} among {', '.join(TOOLS)}; choose of these.")
    if missing := [name for name in (*PARTS, "windowed") if name not in spent]:
        raise ProblemError(f"The time of {missing[0]!r} is missing; give those that `parts` gives.")
    spent = {
        name: single(positive(value, f"the time of {name}"), f"the time of {name}") for name, value in spent.items()
    }
    times = np.array([spent[name] for name in PARTS])
    factors = [
        weight_factor("4-bit weights" in tools, "2:4 weights" in tools),
        (2.0 if "8-bit cache" in tools else 1.0) * (spent["cache"] / spent["windowed"] if "window" in tools else 1.0),
        2.0 if "half the rest" in tools else 1.0,
    ]
    return speedup(times / times.sum(), factors)


def pairs(spent: Mapping[str, float]) -> pd.DataFrame:
    """Every pair of tools: what each gains alone, both together, and together over the product of both.

    Returns
    -------
    DataFrame
        Columns ``first``, ``second``, ``same`` (whether they work on one part), ``alone_first``, ``alone_second``,
        ``together``, ``ratio``.

    Examples
    --------
    >>> table = pairs({"weights": 0.7, "cache": 0.2, "windowed": 0.02, "rest": 0.1})
    >>> len(table), bool((table.loc[table["same"], "ratio"] < 1).all())
    (10, True)
    """
    rows = []
    for first, second in itertools.combinations(TOOLS, 2):
        one, two, both = gain((first,), spent), gain((second,), spent), gain((first, second), spent)
        names = {"first": first, "second": second, "same": TOOLS[first] == TOOLS[second]}
        rows.append({**names, "alone_first": one, "alone_second": two, "together": both, "ratio": both / (one * two)})
    return pd.DataFrame(rows)
