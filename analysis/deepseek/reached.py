"""How much of the bound of memory a plain program reached on one card, measured by us.

:mod:`analysis.deepseek.serving` bounds how fast text can be written by what must be read. ``gpu-decoding`` has the time
of a step for the shapes of five dense models on an H200 (``analysis.gpu.decoding`` says what was run). The bound takes
the bandwidth of the maker's data sheet.
"""

from __future__ import annotations

import pandas as pd

from analysis.deepseek.serving import published_machine
from analysis.kit.experiments import load_result

#: The machine whose cards were measured, and how many it has.
MACHINE, CARDS = "h200x8", 8


def shares_reached() -> pd.DataFrame:
    """The best of the measured ways to write a token, beside the bound of memory.

    Returns
    -------
    DataFrame
        A row for each model, format of its weights, batch and context: ``bound`` and ``measured`` (tokens a second, all
        texts together), ``share`` of the bound, and ``kernels``, the share when a program launches each kernel by
        itself (of single texts alone, otherwise nan).

    Examples
    --------
    Eight billion parameters in 16 bits, one text:

    >>> table = shares_reached().set_index(["model", "format", "batch", "context"])
    >>> float(table.loc[("llama-3.1-8b", "bf16", 1, 512), "share"].round(2))
    0.55
    """
    table = load_result("gpu-decoding")
    bandwidth = published_machine(MACHINE).bandwidth / CARDS
    table["bound"] = table["batch"] * bandwidth / table["bytes"]
    table["share"] = table["tokens_per_s"] / table["bound"]
    case = ["model", "format", "batch", "context"]
    best = table.groupby(case, sort=False).agg(
        bound=("bound", "first"), measured=("tokens_per_s", "max"), share=("share", "max")
    )
    kernels = table[table["how"] == "eager"].set_index(case)["share"]
    return best.assign(kernels=kernels).reset_index()
