"""Record series whose truth is known, and how often an interval covers it.

Three truths are simulated, each with a halving time of 100 days:

``steps``: exponential waits of 20 days on average and exponential drops; ``bursty``: gamma waits and drops of shape
0.4, which come in bursts (dispersion 2.5); ``scatter``: entries on random days, log normal about a line with 0.4 nats,
of which the records are kept. ``break`` is the truth of ``steps`` with a pace five times slower in its second half.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.cnn_era.progress.records import Array, Records, record_series

HALVING = 100.0  # days
WAIT = 20.0  # days
SHAPES = {"steps": 1.0, "bursty": 0.4}
SCATTER = 0.4  # nats
SLOWER = 5.0
TRUTHS = (*SHAPES, "scatter", "break")
START = np.datetime64("2020-01-01")


def simulate_records(truth: str, size: int, rng: np.random.Generator) -> Records:
    """A record series of a known truth.

    Parameters
    ----------
    truth : one of :data:`TRUTHS`
    size : int
        Steps; under ``scatter`` half the number of entries, so that the records are fewer.
    rng : Generator

    Returns
    -------
    Records

    Examples
    --------
    >>> from analysis.cnn_era.progress.halving import halving_time
    >>> records = simulate_records("steps", 2000, np.random.default_rng(0))
    >>> print(f"{halving_time(records).days:.0f} days")  # the truth halves in 100
    99 days
    """
    pace = np.log(2) / HALVING
    if truth == "scatter":
        days = np.sort(rng.choice(20 * size, 2 * size, replace=False)).astype(float)
        logs: Array = -pace * days + SCATTER * rng.standard_normal(len(days))
    else:
        shape = SHAPES.get(truth, 1.0)
        waits = np.maximum(1.0, np.round(rng.gamma(shape, WAIT / shape, size)))
        drops = rng.gamma(shape, WAIT * pace / shape, size)
        if truth == "break":
            drops[size // 2 :] /= SLOWER
        days, logs = np.concatenate([[0], np.cumsum(waits)]), -np.concatenate([[0], np.cumsum(drops)])
    return record_series(list(START + days.astype(int)), np.exp(logs))


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Shares over all batches of the committed table, with their standard errors.

    Parameters
    ----------
    table : DataFrame
        Of ``cnn-era-coverage``.

    Returns
    -------
    DataFrame with columns truth, size, measure, series, share and error.

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> table = coverage(load_result("cnn-era-coverage")).query("truth == 'steps' and size == 12")
    >>> table.set_index("measure")["share"].loc[["covers-steps", "covers-profile"]].round(2).tolist()  # for 95 %
    [0.96, 0.34]
    """
    weighted = table.assign(hits=table["share"] * table["series"])
    sums = weighted.groupby(["truth", "size", "measure"], sort=False)[["series", "hits"]].sum().reset_index()
    share = sums["hits"] / sums["series"]
    return sums.assign(share=share, error=standard_error(share, sums["series"])).drop(columns="hits")


def standard_error(share: pd.Series, series: pd.Series) -> pd.Series:
    """Of a share of independent series."""
    return np.sqrt(share * (1 - share) / series)
