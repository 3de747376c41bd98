r"""Joules of a bit, of an operation, of a byte moved: from the bound of physics to what one card draws.

To erase a bit at temperature T takes at least

.. math:: E = k_B T \ln 2,

2.87e-21 J at 300 K. A chip that draws P watts at F operations a second spends P / F on one; at the printed peak and the
largest power that is what its data sheet promises, and with watts and products measured it is what a card does. The
measurements are of one H100: all of the card's power, that of its memory and of its rest with it.

References
----------
Landauer (1961), Irreversibility and heat generation in the computing process. Horowitz (2014), Computing's energy
problem, ISSCC. Ho et al. (2023), arXiv:2312.08595.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.constants import k as BOLTZMANN

from analysis.kit import facts
from analysis.kit.checking import fit_together, plain, positive
from analysis.kit.experiments import load_result
from analysis.toolbox.chips import BYTE, line_of
from analysis.toolbox.promises import products

PICO = 1e-12
TERA = 1e12
#: A multiplication and an addition.
MULTIPLY_ADD = 2
#: Bits that one read of Horowitz's table brings.
WORD = 64
#: Products that our card's power was measured at: name in the table, words, and the column of its printed peak.
PRODUCTS = {
    "bf16": ("BF16", "bf16"),
    "bf16_zeros": ("BF16, zeros", "bf16"),
    "bf16_sparse24": ("BF16, 2:4", "sparse"),
    "fp8_fast": ("FP8", "bits8"),
    "int8": ("INT8", "bits8"),
}
#: The card that was measured, by its name among the chips.
CARD = "H100"
#: Rungs of the ladder by the facts that hold them: words, and the bits that one serves (0: an operation).
_RUNGS = {
    "energy-add-fp16": "adding two 16-bit numbers",
    "energy-multiply-fp16": "multiplying two 16-bit numbers",
    "energy-sram-8kb": "64 bits from a cache of 8 KB",
    "energy-sram-1mb": "64 bits from a cache of 1 MB",
    "energy-dram": "64 bits from DRAM",
}
PHYSICS, MODEL, MEASURED, PRINTED = "physics", "model of chips", "our card", "45 nm, 2014"


def landauer(kelvin: ArrayLike = 300.0) -> Any:
    """The least energy that erases a bit, J: k T ln 2.

    Parameters
    ----------
    kelvin : float or array
        Temperature, positive.

    Returns
    -------
    float or array

    Examples
    --------
    >>> print(f"{landauer(300):.3g}")
    2.87e-21
    """
    return plain(BOLTZMANN * positive(kelvin, "a temperature") * np.log(2))


def picojoule(watts: ArrayLike, operations: ArrayLike) -> Any:
    """Energy of one operation, pJ, of a chip that draws `watts` at so many `operations` a second.

    Parameters
    ----------
    watts : float or array
        Power of the chip.
    operations : float or array
        A second.

    Returns
    -------
    float or array
        pJ.

    Examples
    --------
    >>> round(picojoule(1000, 2.25e15), 3)
    0.444
    """
    power, rate = positive(watts, "a power"), positive(operations, "a rate of operations")
    fit_together(power, rate)
    return plain(power / rate / PICO)


def measured() -> pd.DataFrame:
    """What one H100 did in products of matrices, beside what is printed of it.

    Returns
    -------
    DataFrame
        Index ``kind`` (keys of :data:`PRODUCTS`); ``product`` (words), ``peak`` (printed TFLOP/s), ``short`` (measured
        over some tens of products), ``lasting`` (over two seconds), ``watts``, ``promised`` and ``drawn`` (pJ a FLOP by
        the printed power and peak, and as measured over two seconds), ``clock`` (MHz).

    Examples
    --------
    >>> table = measured()
    >>> table.loc[["bf16", "bf16_zeros"], "drawn"].round(2).tolist()
    [1.11, 0.59]
    """
    card = line_of([CARD]).iloc[0]
    power, short = load_result("gpu-power").set_index("kind"), products()
    return pd.DataFrame(
        [
            {
                "kind": kind,
                "product": words,
                "peak": float(card[peak]),
                "short": float(short[kind]),
                "lasting": float(power.loc[kind, "tflops"]),
                "watts": float(power.loc[kind, "watts"]),
                "promised": picojoule(card["watts"], TERA * card[peak]),
                "drawn": float(power.loc[kind, "picojoule_per_flop"]),
                "clock": float(power.loc[kind, "sm_mhz"]),
            }
            for kind, (words, peak) in PRODUCTS.items()
        ]
    ).set_index("kind")


def byte_moved() -> float:
    """Energy of a byte that our card read from its memory or wrote there, pJ, with the card's rest.

    Returns
    -------
    float

    Examples
    --------
    >>> round(byte_moved())
    203
    """
    return float(load_result("gpu-power").set_index("kind").loc["copy", "picojoule_per_byte"])


def operations_a_weight(bits: float, byte: float, operation: float) -> float:
    """Multiply-adds for the energy that moves one weight: bits / 8 times pJ a byte, over two operations.

    Parameters
    ----------
    bits : float
        Of a weight.
    byte, operation : float
        pJ to move a byte, pJ of an addition or multiplication.

    Returns
    -------
    float

    Examples
    --------
    >>> round(operations_a_weight(16, byte=2000 / 8, operation=0.75))  # Horowitz: DRAM; 1.1 and 0.4 pJ
    333
    """
    fit_together(bits, byte, operation)
    return plain(
        positive(bits, "a number of bits")
        / BYTE
        * positive(byte, "an energy")
        / (MULTIPLY_ADD * positive(operation, "an energy"))
    )


def ladder() -> pd.DataFrame:
    """The rungs from the bound of physics to a read of memory, smallest first.

    Returns
    -------
    DataFrame
        ``rung`` (words), ``kind`` (:data:`PHYSICS`, :data:`MODEL`, :data:`PRINTED` or :data:`MEASURED`), ``picojoule``.

    Examples
    --------
    >>> rungs = ladder().set_index("rung")["picojoule"]
    >>> print(f"{rungs['64 bits from DRAM'] / rungs['adding two 16-bit numbers']:,.0f} additions for one read")
    5,000 additions for one read
    """
    fact, power = facts.load("toolbox"), load_result("gpu-power").set_index("kind")
    ours = {
        "a FLOP in FP8": power.loc["fp8_fast", "picojoule_per_flop"],
        "a FLOP in BF16": power.loc["bf16", "picojoule_per_flop"],
        "a FLOP in BF16, of zeros": power.loc["bf16_zeros", "picojoule_per_flop"],
        "a FLOP in FP64": power.loc["fp64", "picojoule_per_flop"],
        "64 bits from the card’s memory": byte_moved() * WORD / BYTE,
    }
    rows = [
        ("erasing a bit at 300 K", PHYSICS, landauer() / PICO),
        ("a FLOP in FP4, bound for chips", MODEL, 1 / fact["cmos-limit"].value / PICO),
        *((words, PRINTED, fact[identity].value) for identity, words in _RUNGS.items()),
        *((words, MEASURED, float(value)) for words, value in ours.items()),
    ]
    table = pd.DataFrame(rows, columns=["rung", "kind", "picojoule"])
    return table.sort_values("picojoule", kind="stable").reset_index(drop=True)
