"""What is read off our own runs: the best learning rates, the gap, its worth in steps, and the transfer test.

Every function takes the committed table of an experiment of :mod:`analysis.distributed.own_runs`, one row a run.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.interpolate import PchipInterpolator

from analysis.distributed.own_runs import CASE, SENT, TOGETHER
from analysis.kit.checking import finite, inside
from analysis.kit.errors import ProblemError


def tuned(table: pd.DataFrame) -> pd.DataFrame:
    """The learning rate with the lowest mean loss of each case, and whether rates on both sides of it were tried.

    Parameters
    ----------
    table : DataFrame
        Of ``distributed-local-steps``.

    Returns
    -------
    DataFrame
        Indexed by :data:`CASE`: ``learning_rate``, ``loss`` (mean over the seeds), ``bracketed``.

    Examples
    --------
    >>> case = dict(zip(CASE, ("average", 4, 50, "32 bits", "shared", 2000)))
    >>> rows = [case | {"seed": 0, "learning_rate": r, "loss": x} for r, x in ((0.01, 2.1), (0.02, 2.0), (0.04, 2.2))]
    >>> tuned(pd.DataFrame(rows))[["learning_rate", "bracketed"]].values.tolist()
    [[0.02, True]]
    """
    means = table.groupby([*CASE, "learning_rate"], as_index=False)["loss"].mean()
    rates = means.groupby(list(CASE))["learning_rate"]
    means["bracketed"] = (means["learning_rate"] > rates.transform("min")) & (
        means["learning_rate"] < rates.transform("max")
    )
    return means.loc[means.groupby(list(CASE))["loss"].idxmin()].set_index(list(CASE))


def best_runs(table: pd.DataFrame) -> pd.DataFrame:
    """The runs of each case at its tuned learning rate, one row a seed.

    Parameters
    ----------
    table : DataFrame
        Of ``distributed-local-steps``.

    Returns
    -------
    DataFrame
        Rows of it.

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> runs = best_runs(load_result("distributed-local-steps")).query("steps_between == 1 and steps == 2000")
    >>> runs.groupby("workers")["loss"].mean().round(2).to_dict()  # more workers see more text
    {1: 2.12, 2: 2.0, 4: 1.91, 8: 1.83}
    """
    best = tuned(table)["learning_rate"].rename("best")
    rows = table.join(best, on=list(CASE))
    return rows[rows["learning_rate"] == rows["best"]].drop(columns="best")


def gaps(table: pd.DataFrame) -> pd.DataFrame:
    """How much more loss training apart has than data-parallel training of the same text and seed, each tuned.

    Parameters
    ----------
    table : DataFrame
        Of ``distributed-local-steps``.

    Returns
    -------
    DataFrame
        The runs apart at their tuned rate, with ``together`` (the loss of the data-parallel run of the same workers,
        text, steps and seed) and ``gap`` (relative: 0.01 is one per cent more).

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> table = gaps(load_result("distributed-local-steps")).query("workers == 8 and text == 'shared'")
    >>> table.groupby("steps_between")["gap"].mean().round(3).to_dict()  # the rarer the meetings, the more loss
    {10: 0.03, 50: 0.072, 500: 0.132}
    """
    rows = best_runs(table)
    same = ["workers", "text", "steps", "seed"]
    together = rows[rows["method"] == TOGETHER].set_index(same)["loss"].rename("together")
    apart = rows[rows["method"] != TOGETHER].join(together, on=same)
    return apart.assign(gap=apart["loss"] / apart["together"] - 1).reset_index(drop=True)


def steps_for(loss: float | NDArray[np.float64], curve: pd.Series) -> NDArray[np.float64]:
    """Steps of data-parallel training that end at a given loss, by a monotone curve through the measured ones.

    Parameters
    ----------
    loss : float or ndarray
        Nats a symbol, within the curve.
    curve : Series
        Loss by steps (index), falling.

    Returns
    -------
    ndarray

    Raises
    ------
    ProblemError
        Outside the curve: it is not continued.

    Examples
    --------
    >>> steps_for(2.0, pd.Series({500: 2.2, 1000: 2.0, 2000: 1.9})).round().item()
    1000.0
    """
    curve = curve.sort_values()
    if len(curve) < 2 or not curve.index.is_monotonic_decreasing or curve.index[-1] <= 0:
        raise ProblemError(
            "Loss must fall with the steps to be read backwards; give two lengths or more, or more seeds."
        )
    wanted = finite(loss, "a loss")
    if wanted.min() < curve.iloc[0] or wanted.max() > curve.iloc[-1]:
        raise ProblemError(f"The curve has losses from {curve.iloc[0]:.3f} to {curve.iloc[-1]:.3f}; stay within.")
    return np.exp(PchipInterpolator(curve.to_numpy(), np.log(curve.index.to_numpy(float)))(wanted))


def transfer_residuals(table: pd.DataFrame, measure: str = "prose", confidence: float = 0.95) -> pd.DataFrame:
    """What training apart has more, elsewhere, than data-parallel training of the same validation loss.

    For each seed a straight line ``measure = a + b loss`` is fitted to its own data-parallel runs of several lengths;
    the residual of each run apart is its distance from that line. So a seed gives one independent residual for every
    H, which has the error of its line in it, and Student's t over the seeds gives the interval.

    Parameters
    ----------
    table : DataFrame
        Of ``distributed-transfer``: columns ``method``, ``steps_between``, ``seed``, ``loss`` and the measure.
    measure : {"prose", "accuracy"}
        Nats a symbol, where positive is worse, or a share, where positive is better.
    confidence : float

    Returns
    -------
    DataFrame
        Indexed by ``steps_between``, then ``"all"`` (the mean of each seed's residuals): ``estimate``, ``error``
        (standard error), ``low``, ``high`` (the interval), ``bound`` (the larger end: by how much the two kinds can
        differ at that confidence) and ``seeds``.

    Raises
    ------
    ProblemError
        With fewer than three seeds.

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> table = transfer_residuals(load_result("distributed-transfer"))
    >>> table.loc["all", ["low", "high"]].round(3).tolist()  # nats a symbol, around none
    [-0.012, 0.007]
    """
    return _intervals(seed_residuals(table, measure), "residual", confidence)


def seed_residuals(table: pd.DataFrame, measure: str = "prose") -> pd.DataFrame:
    """The residual of every run apart from the data-parallel line of its seed: ``seed, steps_between, residual``."""
    if measure not in table or table.groupby("seed")["method"].apply(lambda own: (own == TOGETHER).sum()).lt(2).any():
        raise ProblemError(
            f"A line needs {measure!r} of two or more data-parallel runs of each seed; give such a table."
        )
    found = [table.iloc[:0].assign(residual=[])]
    for _, own in table.groupby("seed"):
        together = own[own["method"] == TOGETHER]
        slope, level = np.polyfit(together["loss"], together[measure], 1)
        apart = own[own["method"] != TOGETHER]
        found.append(apart.assign(residual=apart[measure] - level - slope * apart["loss"]))
    return pd.concat(found)[["seed", "steps_between", "residual"]].reset_index(drop=True)


def worth_in_steps(table: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """How many data-parallel steps, as a share of those taken, would have led to the loss of training apart.

    For each seed the data-parallel runs of several lengths make a curve, on which the loss of its runs apart is looked
    up (:func:`steps_for`). A share of 0.8: a fifth of the compute, and of the text, was spent on meeting seldom.

    Parameters
    ----------
    table : DataFrame
        Of ``distributed-transfer``.
    confidence : float

    Returns
    -------
    DataFrame
        As :func:`transfer_residuals`, of shares.

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> table = worth_in_steps(load_result("distributed-transfer"))
    >>> table["estimate"].round(2).to_dict()  # the rarer the meetings, the fewer steps they were worth
    {10: 0.83, 50: 0.6, 500: 0.38, 'all': 0.6}
    """
    found = []
    for _, own in table.groupby("seed"):
        curve = own[own["method"] == TOGETHER].set_index("steps")["loss"]
        apart = own[own["method"] != TOGETHER]
        found.append(apart.assign(share=steps_for(apart["loss"].to_numpy(), curve) / apart["steps"]))
    return _intervals(pd.concat(found), "share", confidence)


def _intervals(rows: pd.DataFrame, value: str, confidence: float) -> pd.DataFrame:
    """Mean of a column over the seeds for each H and for the mean of all, with Student's interval."""
    wide = rows.pivot(index="seed", columns="steps_between", values=value).astype(float)
    if len(wide) < 3:
        raise ProblemError(f"{len(wide)} seeds give no interval; use 3 or more.")
    wide["all"] = wide.mean(axis=1)
    result = pd.DataFrame({"estimate": wide.mean(), "error": wide.sem(), "seeds": wide.count()})
    reach = result["error"] * stats.t.ppf((1 + float(inside(confidence, "a confidence"))) / 2, result["seeds"] - 1)
    result["low"], result["high"] = result["estimate"] - reach, result["estimate"] + reach
    result["bound"] = result[["low", "high"]].abs().max(axis=1)
    return result.rename_axis("steps_between")


def bits_cost(table: pd.DataFrame) -> pd.DataFrame:
    """What sending less at a meeting costs, by seed, each at its tuned learning rate.

    Parameters
    ----------
    table : DataFrame
        Of ``distributed-local-steps``.

    Returns
    -------
    DataFrame
        ``sent``, ``bits`` (a parameter and meeting), ``seed``, ``more`` (loss above that of 32 bits, per cent).

    Examples
    --------
    >>> from analysis.kit.experiments import load_result
    >>> more = bits_cost(load_result("distributed-local-steps")).groupby("sent")["more"].mean().round(1)
    >>> more[["8 bits", "4 bits", "2 bits"]].to_dict()  # per cent more loss
    {'8 bits': 0.7, '4 bits': 0.6, '2 bits': 5.6}
    """
    rows = best_runs(table)
    several = rows.groupby([name for name in CASE if name != "sent"])["sent"].transform("nunique") > 1
    losses = rows[several].pivot(index="sent", columns="seed", values="loss").reindex(SENT)
    more = (100 * (losses / losses.iloc[0] - 1)).stack().rename("more").reset_index()
    return more.assign(bits=[float(SENT[sent].bits_per_parameter) for sent in more["sent"]])
