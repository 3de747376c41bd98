"""A fleet is not a run: what part of a company's GPUs, and of its year, one training run takes.

References
----------
CNBC (18 January 2024) for Meta's plan; Llama Team (2024), arXiv:2407.21783; DeepSeek-AI (2024), arXiv:2412.19437.
"""

from __future__ import annotations

import pandas as pd

from analysis.deepseek.training import HOURS_PER_DAY, days, positive
from analysis.kit import facts

DAYS_PER_YEAR = 365


def share_of_fleet_year(gpu_hours: float, gpus: float) -> float:
    """Part of the hours that so many GPUs have in a year, which a run of `gpu_hours` takes.

    >>> print(f"{share_of_fleet_year(30.84e6, 350_000):.1%}")  # Llama 3.1 405B on Meta's planned H100s
    1.0%
    """
    positive(GPU_hours=gpu_hours, GPUs=gpus)
    return gpu_hours / (gpus * HOURS_PER_DAY * DAYS_PER_YEAR)


def fleets() -> pd.DataFrame:
    """The numbers of GPUs that the debate sets side by side, and what each of them counts.

    Returns
    -------
    DataFrame
        Columns ``fleet``, ``kind`` (fleet, cluster or run), ``gpus`` and ``source`` (key of the bibliography).
    """
    table = facts.load("deepseek")
    rows = {
        "Meta, all H100s planned for the end of 2024": ("fleet", "meta-h100-fleet"),
        "DeepSeek and its owner, an outside estimate": ("fleet", "semianalysis-hopper"),
        "Meta, the cluster Llama 3 was trained in": ("cluster", "llama31-cluster"),
        "Llama 3.1 405B": ("run", "llama31-405b-gpus"),
        "DeepSeek-V3": ("run", "v3-gpus"),
    }
    return pd.DataFrame(
        [
            {"fleet": name, "kind": kind, "gpus": table[key].value, "source": table[key].source}
            for name, (kind, key) in rows.items()
        ]
    )


def runs_on_fleets() -> pd.DataFrame:
    """Each of the two runs on each of the fleets: days it would take on all of it, and its share of a year.

    Returns
    -------
    DataFrame
        Columns ``run``, ``fleet``, ``gpus``, ``days`` (if every GPU could be kept as busy as in the run itself) and
        ``share of a year``.

    Examples
    --------
    >>> table = runs_on_fleets().set_index(["run", "fleet"])["days"]
    >>> print(f"{table['DeepSeek-V3', 'DeepSeek-V3']:.1f} days")
    56.7 days
    """
    table = facts.load("deepseek")
    hours = {"Llama 3.1 405B": table["llama31-405b-hours"].value, "DeepSeek-V3": table["v3-hours-total"].value}
    return pd.DataFrame(
        [
            {
                "run": run,
                "fleet": fleet.fleet,
                "gpus": fleet.gpus,
                "days": days(hours[run], fleet.gpus),
                "share of a year": share_of_fleet_year(hours[run], fleet.gpus),
            }
            for run in hours
            for fleet in fleets().itertuples()
        ]
    )
