"""What training runs cost by one method for all, GPU-hours times a price, and what that leaves out.

References
----------
DeepSeek-AI (2024), DeepSeek-V3 technical report, arXiv:2412.19437, Table 1. Cottier et al. (2024), arXiv:2405.21015.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from analysis.deepseek.run_cost import Range, RunCost
from analysis.deepseek.training import published_run
from analysis.kit import facts
from analysis.kit.checking import positive

#: Utilisation of large runs by 6 N D and the BF16 peak. Our assumption: both runs here have 34 to 35 per cent.
ASSUMED_UTILISATION = (0.25, 0.45)


def v3_rerun() -> RunCost:
    """The cost of DeepSeek-V3's pretraining by somebody who must also find out how, with published ranges.

    Price: the lowest and the first published rent of an H100. Research: Cottier's 1.2 to 4 times the final run.
    Utilisation: our assumption (`ASSUMED_UTILISATION`); DeepSeek's own hours are known and need no range.

    Returns
    -------
    RunCost
        Central value and range, dollars.

    Examples
    --------
    >>> cost = v3_rerun()
    >>> print(f"{cost.middle / 1e6:.1f} million dollars")
    16.9 million dollars
    """
    table, scaling = facts.load("deepseek"), facts.load("scaling")
    run = published_run("DeepSeek-V3")
    return RunCost(
        run.flop,
        run.peak,
        Range(table["rent-h100-low"].value, table["rent-h100-launch"].value),
        Range(*ASSUMED_UTILISATION),
        Range(scaling["cottier-development-compute-low"].value, scaling["cottier-development-compute-high"].value),
    )


def unpublished_factor() -> Range:
    """Cost of developing a model over that of the runs whose rent is published, by what other laboratories spent.

    Research before the run is Cottier's multiple r of the final run's computing, and staff their share s of the whole:
    r / (1 - s), from the low ends of both ranges to the high ends.

    >>> factor = unpublished_factor()
    >>> print(f"{factor.low:.1f} to {factor.high:.1f}")
    1.7 to 7.8
    """
    scaling = facts.load("scaling")
    ends = [
        scaling[f"cottier-development-compute-{end}"].value / (1 - scaling[f"cottier-staff-share-{end}"].value / 100)
        for end in ("low", "high")
    ]
    return Range(*ends)


def rental_cost(gpu_hours: float, price: float) -> float:
    """Dollars for so many GPU-hours at a price for each.

    Parameters
    ----------
    gpu_hours : float
        GPU-hours.
    price : float
        Dollars a GPU-hour.

    Returns
    -------
    float
        Dollars.

    Examples
    --------
    >>> rental_cost(2_788_000, 2)
    5576000
    """
    positive(gpu_hours, "GPU-hours")
    positive(price, "a price")
    return gpu_hours * price


def final_run_costs(price: float | None = None, models: Collection[str] = ()) -> pd.DataFrame:
    """Final runs with published GPU-hours, all at one price a GPU-hour.

    Parameters
    ----------
    price : float, optional
        Dollars a GPU-hour; DeepSeek's assumed 2 where it is not given.
    models : collection of str
        Those that are asked for; all if none is named.

    Returns
    -------
    DataFrame
        Columns ``model``, ``hours``, ``dollars`` and ``times V3``.

    Examples
    --------
    >>> costs = final_run_costs().set_index("model")
    >>> print(f"{costs.loc['Llama 3.1 405B', 'dollars'] / 1e6:.1f} million dollars")
    61.7 million dollars
    """
    table = facts.load("deepseek")
    price = table["v3-price"].value if price is None else price
    v3 = table["v3-hours-total"].value
    runs = {
        "DeepSeek-V3": ("v3-hours-total",),
        "DeepSeek-R1, on top of V3": ("r1-hours-total",),
        "DeepSeek-R1, V3 included": ("v3-hours-total", "r1-hours-total"),
        "Llama 3.1 8B": ("llama31-8b-hours",),
        "Llama 3.1 70B": ("llama31-70b-hours",),
        "Llama 3.1 405B": ("llama31-405b-hours",),
    }
    rows = []
    for name, keys in runs.items():
        if not models or name in models:
            hours = sum(table[key].value for key in keys)
            rows.append({"model": name, "hours": hours, "dollars": rental_cost(hours, price), "times V3": hours / v3})
    return pd.DataFrame(rows)


def cloud_costs(models: Collection[str] = ()) -> pd.DataFrame:
    """Final runs by Epoch AI's estimates: at the price of renting, and from its revised table.

    The revised table ("revised") has one column, called Cost, and does not say whether it is a rent.

    Parameters
    ----------
    models : collection of str
        Those that are asked for; all if none is named.

    Returns
    -------
    DataFrame
        Columns ``model``, ``dollars``, ``times V3`` and ``source`` (key of the bibliography), the cheapest first.

    Examples
    --------
    >>> for row in cloud_costs().itertuples():
    ...     print(f"{row.model}: {row.dollars / 1e6:,.1f}")
    DeepSeek-V3: 5.4
    Gemini Ultra, revised: 52.3
    GPT-4, revised: 68.8
    Llama 3.1 405B, revised: 73.4
    GPT-4: 78.6
    Llama 3.1 405B: 169.8
    Gemini Ultra: 199.0
    Grok-3, revised: 507.0
    Grok-3: 1,164.0
    """
    scaling, v3 = facts.load("scaling"), facts.load("deepseek")["epoch-v3-cost"]
    estimates = {
        "GPT-4": "epoch-gpt4-cloud",
        "GPT-4, revised": "epoch-gpt4-cost-updated",
        "Gemini Ultra": "epoch-gemini-ultra-cloud",
        "Gemini Ultra, revised": "epoch-gemini-ultra-cost-updated",
        "Llama 3.1 405B": "epoch-llama31-405b-cloud",
        "Llama 3.1 405B, revised": "epoch-llama31-405b-cost-updated",
        "Grok-3": "epoch-grok3-cloud",
        "Grok-3, revised": "epoch-grok3-cost-updated",
    }
    known = {"DeepSeek-V3": v3} | {name: scaling[key] for name, key in estimates.items()}
    rows = [
        {"model": name, "dollars": fact.value, "times V3": fact.value / v3.value, "source": fact.source}
        for name, fact in known.items()
        if not models or name in models
    ]
    return pd.DataFrame(rows).sort_values("dollars", ignore_index=True)
