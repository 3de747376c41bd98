r"""DeepSeek-V3's published benchmark rows: who measured them, who wins, and how much the counting decides.

The rows are those of DeepSeek-AI's own tables, all scores run by DeepSeek-AI. A win is a difference of more than the
tie threshold; a score in another unit than per cent (the bits per byte of the Pile) is a tie only if it is equal.

References
----------
DeepSeek-AI (2024), README of the repository DeepSeek-V3 (tables). Meta (2024), Llama 3.1 model card (its own scores).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from analysis.kit import facts
from analysis.kit.checking import not_negative
from analysis.kit.errors import ProblemError

Which = Literal["base", "chat", "open-ended"]
PER_CENT = "per cent"
LLAMA, V3 = "llama3.1-405b", "deepseek-v3"
MODELS = {
    "deepseek-v2": "DeepSeek-V2",
    "deepseek-v2.5": "DeepSeek-V2.5",
    "qwen2.5-72b": "Qwen2.5-72B",
    LLAMA: "Llama 3.1 405B",
    "claude-3.5-sonnet": "Claude 3.5 Sonnet",
    "gpt-4o": "GPT-4o",
    V3: "DeepSeek-V3",
}
#: Differences are rounded to this many digits, so that 89.2 - 88.9 is 0.3 and not a little less.
DIGITS = 6


@dataclass(frozen=True)
class Count:
    """Benchmarks by how they came out: wins, ties and losses."""

    wins: int
    ties: int
    losses: int

    @property
    def total(self) -> int:
        """Benchmarks compared."""
        return self.wins + self.ties + self.losses


def benchmark_table(which: Which) -> pd.DataFrame:
    """One of the published tables.

    Parameters
    ----------
    which : {"base", "chat", "open-ended"}

    Returns
    -------
    DataFrame
        Columns ``benchmark``, ``metric``, ``category``, ``shots``, ``unit``, ``better``, one for each model of
        `MODELS`, ``measured-by``, ``source``, ``own-report`` (Meta's score of Llama 3.1 405B), and how it compares.

    Raises
    ------
    ProblemError
        For another table.

    Examples
    --------
    >>> table = benchmark_table("base").set_index("benchmark")
    >>> table.loc["MMLU", ["deepseek-v3", "llama3.1-405b"]].tolist()
    [87.1, 84.4]
    """
    rows = facts.frame("deepseek_benchmarks")
    known = list(rows["table"].unique())
    if which not in known:
        raise ProblemError(f"There is no benchmark table {which!r}; choose from {', '.join(known)}.")
    return rows[rows["table"] == which].reset_index(drop=True)


def differences(rows: pd.DataFrame, ours: str = V3, theirs: str = LLAMA) -> pd.DataFrame:
    """By how much one model is better than another on each benchmark that has a score of both.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`benchmark_table`.
    ours, theirs : str
        Columns of the two models.

    Returns
    -------
    DataFrame
        Columns ``benchmark``, ``metric``, ``category``, ``unit``, ``ours``, ``theirs`` and ``gain``: ours minus theirs,
        turned round where lower is better.

    Raises
    ------
    ProblemError
        For a model without a column, or two models that share no benchmark.

    Examples
    --------
    >>> gains = differences(benchmark_table("base"))["gain"]
    >>> print(f"{len(gains)} benchmarks, {gains.median():.1f} points in the middle")
    32 benchmarks, 4.2 points in the middle
    """
    for model in (ours, theirs):
        if model not in rows:
            raise ProblemError(f"The table has no model {model!r}; choose from {', '.join(MODELS)}.")
    both = rows.dropna(subset=[ours, theirs]).reset_index(drop=True)
    if both.empty:
        raise ProblemError(f"The table has no benchmark with a score of both {ours} and {theirs}; choose another pair.")
    sign = np.where(both["better"] == "lower", -1, 1)
    gain = (sign * (both[ours] - both[theirs])).round(DIGITS)
    names = ["benchmark", "metric", "category", "unit"]
    return both[names].assign(ours=both[ours], theirs=both[theirs], gain=gain)


def outcomes(rows: pd.DataFrame, ours: str = V3, theirs: str = LLAMA, tie: float = 0.3) -> pd.Series:
    """1 for a win, 0 for a tie, -1 for a loss, for each benchmark that both models have.

    Parameters
    ----------
    tie : float
        Points of a percentage up to which two scores count as one; not negative.
    """
    gaps = differences(rows, ours, theirs)
    return pd.Series(_signs(gaps, tie), gaps.index)


def _signs(gaps: pd.DataFrame, tie: float) -> NDArray[np.int64]:
    """The outcomes of :func:`outcomes` from the differences."""
    not_negative(tie, "a tie threshold")
    gain = gaps["gain"].to_numpy()
    threshold = np.where(gaps["unit"] == PER_CENT, tie, 0.0)
    return np.where(np.abs(gain) <= threshold, 0, np.sign(gain).astype(int))


def count_wins(rows: pd.DataFrame, ours: str = V3, theirs: str = LLAMA, tie: float = 0.3) -> Count:
    """Benchmarks that one model wins, ties and loses against another.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`benchmark_table`.
    ours, theirs : str
        Columns of the two models.
    tie : float
        Points of difference that count as a tie.

    Returns
    -------
    Count
        Wins, ties and losses of ours.

    Examples
    --------
    >>> count_wins(benchmark_table("base")), count_wins(benchmark_table("chat"))
    (Count(wins=20, ties=6, losses=6), Count(wins=20, ties=2, losses=0))
    """
    return _count(differences(rows, ours, theirs), tie)


def _count(gaps: pd.DataFrame, tie: float) -> Count:
    result = _signs(gaps, tie)
    return Count(int((result > 0).sum()), int((result == 0).sum()), int((result < 0).sum()))


def tie_curve(rows: pd.DataFrame, thresholds: Sequence[float], ours: str = V3, theirs: str = LLAMA) -> pd.DataFrame:
    """Wins, ties and losses as the tie threshold grows; columns ``tie``, ``wins``, ``ties``, ``losses``.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`benchmark_table`.
    thresholds : sequence of float
        Points of difference that count as a tie.
    ours, theirs : str
        Columns of the two models.

    Returns
    -------
    DataFrame
        One row a threshold.

    Examples
    --------
    >>> tie_curve(benchmark_table("base"), [0.0, 0.3, 2.0])["ties"].tolist()
    [1, 6, 10]
    """
    gaps = differences(rows, ours, theirs)
    counts = [(tie, _count(gaps, tie)) for tie in thresholds]
    return pd.DataFrame([{"tie": tie} | vars(count) for tie, count in counts])


def with_own_reports(rows: pd.DataFrame, comparable_only: bool = True) -> pd.DataFrame:
    """The table with Llama's scores as Meta reports them, in place of those that DeepSeek-AI measured.

    Parameters
    ----------
    comparable_only : bool
        Only where both say the same setting; otherwise every benchmark that Meta reports by that name.

    Examples
    --------
    >>> count_wins(with_own_reports(benchmark_table("base")))
    Count(wins=20, ties=4, losses=8)
    """
    taken = rows["own-report"].notna()
    if comparable_only:
        taken &= rows["own-report-comparable"] == "yes"
    return rows.assign(**{LLAMA: rows[LLAMA].where(~taken, rows["own-report"])})


def own_reports() -> pd.DataFrame:
    """Benchmarks of which Meta too reports a score of Llama 3.1 405B, beside DeepSeek-AI's measurement.

    Returns
    -------
    DataFrame
        Columns ``table``, ``benchmark``, ``deepseek`` (measured by DeepSeek-AI), ``meta`` (Meta's report), ``gap``
        (Meta's minus DeepSeek-AI's), ``comparable`` (yes, no, or unstated where one does not say its setting) and
        ``setting`` of Meta's.
    """
    rows = facts.frame("deepseek_benchmarks").dropna(subset=["own-report"]).reset_index(drop=True)
    return pd.DataFrame(
        {
            "table": rows["table"],
            "benchmark": rows["benchmark"],
            "deepseek": rows[LLAMA],
            "meta": rows["own-report"],
            "gap": (rows["own-report"] - rows[LLAMA]).round(DIGITS),
            "comparable": rows["own-report-comparable"],
            "setting": rows["own-report-note"],
        }
    )


def sign_test(count: Count) -> float:
    """Two-sided probability of wins and losses at least this uneven, were each a fair and independent toss.

    Ties are left out. Benchmarks of one kind are not independent, so that this says too much; see
    :func:`cluster_sign_test`.

    Parameters
    ----------
    count : Count
        Of :func:`count_wins`.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ProblemError
        If nothing is decided.

    Examples
    --------
    >>> print(f"{sign_test(Count(20, 6, 6)):.3f}")
    0.009
    """
    decided = count.wins + count.losses
    if not decided:
        raise ProblemError("No benchmark is decided at this tie threshold; lower it.")
    return float(binomtest(count.wins, decided).pvalue)


def cluster_sign_test(rows: pd.DataFrame, ours: str = V3, theirs: str = LLAMA, tie: float = 0.3) -> float:
    """Two-sided probability of wins less losses at least this large, were whole categories tossed, not benchmarks.

    All benchmarks of a category keep their order and turn round together; every way of turning is counted, so that with
    k categories the smallest possible value is 2 / 2^k. It asks whether a lead goes through all kinds of tasks.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`benchmark_table`.
    ours, theirs : str
        Columns of the two models.
    tie : float
        Points of difference that count as a tie.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ProblemError
        If wins and losses cancel in every category.

    Examples
    --------
    >>> print(f"{cluster_sign_test(benchmark_table('base')):.3f}")  # five categories: no less than 1/16 is possible
    0.062
    """
    result = outcomes(rows, ours, theirs, tie)
    sums = result.groupby(differences(rows, ours, theirs)["category"]).sum().to_numpy()
    sums = sums[sums != 0]
    if not len(sums):
        raise ProblemError("Wins and losses cancel in every category at this tie threshold; nothing can be tested.")
    turned = np.array(list(product((-1, 1), repeat=len(sums)))) @ sums
    return float((np.abs(turned) >= abs(sums.sum())).mean())
