"""What training runs cost by one method for all, GPU-hours times a price, and what that leaves out.

References
----------
DeepSeek-AI (2024), DeepSeek-V3 technical report, arXiv:2412.19437, Table 1. Cottier et al. (2024), arXiv:2405.21015.
"""

from __future__ import annotations

import math

import pandas as pd

from analysis.deepseek.run_cost import Range, RunCost
from analysis.deepseek.training import deepseek_v3, positive
from analysis.kit import facts

#: Utilisation of large runs by 6 N D and the BF16 peak. Our assumption: both runs here have 34 to 35 per cent.
ASSUMED_UTILISATION = (0.25, 0.45)


def v3_rerun() -> RunCost:
    """The cost of a run of DeepSeek-V3's pretraining arithmetic by somebody else, with published ranges.

    Price: the lowest and the first published rent of an H100. Research: Cottier's 1.2 to 4 times the final run.
    Utilisation: our assumption (`ASSUMED_UTILISATION`); DeepSeek's own hours are known and need no range.
    """
    table, scaling = facts.load("deepseek"), facts.load("scaling")
    run = deepseek_v3()
    return RunCost(
        run.flop,
        run.peak,
        Range(table["rent-h100-low"].value, table["rent-h100-launch"].value),
        Range(*ASSUMED_UTILISATION),
        Range(scaling["cottier-development-compute-low"].value, scaling["cottier-development-compute-high"].value),
    )


def rental_cost(gpu_hours: float, price: float) -> float:
    """Dollars for so many GPU-hours at a price for each.

    >>> rental_cost(2_788_000, 2)
    5576000
    """
    positive(GPU_hours=gpu_hours, price=price)
    return gpu_hours * price


def implied_price(dollars: float, gpu_hours: float) -> float:
    """Dollars a GPU-hour that a published cost and published hours imply.

    >>> round(implied_price(169.8e6, 30.84e6), 2)  # Epoch's cloud cost of Llama 3.1 405B
    5.51
    """
    positive(dollars=dollars, GPU_hours=gpu_hours)
    return dollars / gpu_hours


def same_method(price: float | None = None) -> pd.DataFrame:
    """Final runs with published GPU-hours, all at one price a GPU-hour.

    Parameters
    ----------
    price : float, optional
        Dollars a GPU-hour; DeepSeek's assumed 2 where it is not given.

    Returns
    -------
    DataFrame
        Columns ``model``, ``hours``, ``dollars`` and ``times V3``.

    Examples
    --------
    >>> costs = same_method().set_index("model")
    >>> print(f"{costs.loc['Llama 3.1 405B', 'dollars'] / 1e6:.1f}")
    61.7
    """
    table = facts.load("deepseek")
    price = table["v3-price"].value if price is None else price
    v3 = table["v3-hours-total"].value
    hours = {
        "DeepSeek-V3": v3,
        "DeepSeek-R1, on top of V3": table["r1-hours-total"].value,
        "DeepSeek-R1, V3 included": v3 + table["r1-hours-total"].value,
        "Llama 3.1 8B": table["llama31-8b-hours"].value,
        "Llama 3.1 70B": table["llama31-70b-hours"].value,
        "Llama 3.1 405B": table["llama31-405b-hours"].value,
    }
    return pd.DataFrame(
        [{"model": name, "hours": h, "dollars": rental_cost(h, price), "times V3": h / v3} for name, h in hours.items()]
    )


def cloud_costs() -> pd.DataFrame:
    """Final runs at the price of renting, all by Epoch AI's estimates.

    Returns
    -------
    DataFrame
        Columns ``model``, ``dollars``, ``times V3`` and ``source`` (key of the bibliography), the cheapest first.

    Examples
    --------
    >>> for row in cloud_costs().itertuples():
    ...     print(f"{row.model}: {row.dollars / 1e6:,.1f}")
    DeepSeek-V3: 5.4
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
        "Gemini Ultra": "epoch-gemini-ultra-cloud",
        "Llama 3.1 405B": "epoch-llama31-405b-cloud",
        "Llama 3.1 405B, revised": "epoch-llama31-405b-cloud-updated",
        "Grok-3": "epoch-grok3-cloud",
        "Grok-3, revised": "epoch-grok3-cloud-updated",
    }
    known = {"DeepSeek-V3": v3} | {name: scaling[key] for name, key in estimates.items()}
    rows = [
        {"model": name, "dollars": fact.value, "times V3": fact.value / v3.value, "source": fact.source}
        for name, fact in known.items()
    ]
    return pd.DataFrame(rows).sort_values("dollars", ignore_index=True)


def left_out() -> pd.DataFrame:
    """What the 5.576 million dollars hold and what they leave out, with the published size of each where there is one.

    Returns
    -------
    DataFrame
        Columns ``item``, ``inside`` (whether the published total holds it), ``low`` and ``high`` (dollars, nan where
        nobody has published a figure), ``source``. Rows do not add up: a fleet is bought once for many runs.
    """
    table, scaling = facts.load("deepseek"), facts.load("scaling")
    total, multiplier = table["v3-cost-total"], "cottier-development-compute"
    research = [(scaling[f"{multiplier}-{end}"].value - 1) * total.value for end in ("low", "high")]
    rows = [
        ("the official training run of V3", True, [total.value] * 2, total.source),
        ("the step from V3 to R1", False, [table["r1-cost"].value] * 2, table["r1-cost"].source),
        ("research and ablations, at a typical ratio", False, research, scaling[f"{multiplier}-low"].source),
        (
            "servers of the company, an outside estimate",
            False,
            [table["semianalysis-capex"].low, table["semianalysis-capex"].high],
            table["semianalysis-capex"].source,
        ),
        ("the R1 model that made data for V3's post-training", False, [math.nan, math.nan], total.source),
        ("data, staff and failed runs", False, [math.nan, math.nan], "computed"),
    ]
    return pd.DataFrame(
        [{"item": i, "inside": inside, "low": ends[0], "high": ends[1], "source": s} for i, inside, ends, s in rows]
    )
