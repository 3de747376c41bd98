r"""Runs over the internet: how much of their time they computed, what their lines carried, what came of the compute.

A round of computing for :math:`t` seconds and sharing for :math:`s` has the utilisation

.. math:: u = \frac{t}{t + s}, \qquad s = t \left(\frac{1}{u} - 1\right).

Compute is counted as in the chapter on scaling laws, six FLOP for each parameter and token.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.distributed.allreduce import ring_volume
from analysis.distributed.equal_loss import binomial_error
from analysis.kit import facts
from analysis.kit.checking import fit_together, inside, not_negative, plain, positive, real, share
from analysis.kit.errors import ProblemError
from analysis.market.dates import with_day
from analysis.market.discounting import DAYS_PER_YEAR
from analysis.scaling.laws import FLOP_PER_PARAMETER_AND_TOKEN

#: Columns of a table of runs that are scores, per cent, and the facts that say how many questions each test has.
TESTS = ("arc-challenge", "arc-easy", "piqa", "openbookqa", "hellaswag", "winogrande", "mmlu")
MINUTE, DAY = 60.0, 86_400.0


def share_computing(computing: ArrayLike, sharing: ArrayLike) -> Any:
    """Utilisation of a round: the share of its time in which the machines compute.

    Parameters
    ----------
    computing : array_like
        Seconds between two meetings, positive.
    sharing : array_like
        Seconds of a meeting in which nothing is computed, at least 0.

    Returns
    -------
    float or array
        Above 0 and at most 1.

    Raises
    ------
    ProblemError
        If a round has no computing, or a meeting takes less than no time.

    Examples
    --------
    >>> round(share_computing(38 * 60, 469), 3)  # INTELLECT-1 over three continents
    0.829
    """
    t, s = positive(computing, "the time of computing"), not_negative(sharing, "the time of sharing")
    fit_together(t, s)
    return plain(t / (t + s))


def sharing_for(utilisation: ArrayLike, computing: ArrayLike) -> Any:
    """Longest meeting that leaves a utilisation; the inverse of :func:`share_computing`.

    Parameters
    ----------
    utilisation : array_like
        Share of the time, above 0 and below 1.
    computing : array_like
        Seconds between two meetings, positive.

    Returns
    -------
    float or array
        Seconds.

    Examples
    --------
    >>> round(sharing_for(0.9, 38 * 60))
    253
    """
    u, t = inside(utilisation, "a utilisation"), positive(computing, "the time of computing")
    return plain(t * (1 / u - 1))


def link_bandwidth(parameters: ArrayLike, workers: ArrayLike, seconds: ArrayLike, bits: ArrayLike = 16) -> Any:
    """Bandwidth at which each machine sends when a ring all-reduce takes `seconds`.

    Parameters
    ----------
    parameters : array_like
        Numbers that are summed.
    workers : array_like
        Machines in the ring.
    seconds : array_like
        Of the whole all-reduce, positive.
    bits : array_like
        Of each number.

    Returns
    -------
    float or array
        Gbit/s. Starting up, waiting for the slowest and adding are in the time, so the line can be faster.

    Examples
    --------
    >>> round(link_bandwidth(10.2e9, 14, 469, bits=8), 2)
    0.32
    """
    return plain(ring_volume(parameters, workers, bits) / positive(seconds, "the time of a meeting") / 1e9)


def training_flop(parameters: ArrayLike, tokens: ArrayLike) -> Any:
    """Compute of a training run, 6 N D.

    Parameters
    ----------
    parameters, tokens : array_like
        Of the run, positive; the parameters that one token uses.

    Returns
    -------
    float or array
        FLOP.

    Examples
    --------
    >>> training_flop(10e9, 1e12)
    6e+22
    """
    return plain(FLOP_PER_PARAMETER_AND_TOKEN * positive(parameters, "a size") * positive(tokens, "a number of tokens"))


def mean_nodes(tokens: float, tokens_a_step: float, step: float, days: float) -> float:
    """Machines that a run had on average, from what it got done.

    Parameters
    ----------
    tokens : float
        Of the whole run.
    tokens_a_step : float
        That one machine reads in a step.
    step : float
        Seconds of one step of one machine, its share of the meetings in it.
    days : float
        From start to end.

    Examples
    --------
    >>> round(mean_nodes(1e12, 128 * 8192, 22.8, 42), 1)
    6.0
    """
    steps = positive(tokens, "a number of tokens") / positive(tokens_a_step, "a batch")
    return float(steps * positive(step, "the time of a step") / (DAY * positive(days, "a number of days")))


def real_rounds() -> pd.DataFrame:
    """Rounds of published runs.

    Returns
    -------
    DataFrame
        By ``run``: ``computing`` and ``sharing`` in seconds, ``computed`` and ``published`` utilisation (NaN where none
        was found), ``mark`` of the weakest of its facts.

    Examples
    --------
    >>> rounds = real_rounds()  # 38 minutes of computing, and the meeting
    >>> rounds.loc["INTELLECT-1, USA", ["computed", "published"]].astype(float).round(3).tolist()
    [0.957, 0.96]
    """
    fact = facts.load("distributed")
    intellect = MINUTE * fact["intellect1-inner-minutes"].value
    listed: list[tuple[str, float, str, float, str]] = [
        ("INTELLECT-1, USA", intellect, "intellect1-sync-usa-seconds", 1.0, "intellect1-utilisation-usa"),
        ("INTELLECT-1, two continents", intellect, "intellect1-sync-transatlantic-seconds", 1.0, ""),
        (
            "INTELLECT-1, three continents",
            intellect,
            "intellect1-sync-global-seconds",
            1.0,
            "intellect1-utilisation-global",
        ),
        (
            "INTELLECT-1, mean meeting",
            intellect,
            "intellect1-sync-mean-minutes",
            MINUTE,
            "intellect1-utilisation-covenant",
        ),
        (
            "Covenant-72B",
            MINUTE * fact["covenant-inner-minutes"].value,
            "covenant-sync-seconds",
            1.0,
            "covenant-utilisation",
        ),
        (
            "SparseLoCo, 8B",
            MINUTE * fact["sparseloco-inner-minutes"].value,
            "sparseloco-sync-seconds",
            1.0,
            "sparseloco-utilisation",
        ),
    ]
    rows = []
    for run, computing, meeting, unit, published in listed:
        sharing = unit * fact[meeting].value
        rows.append(
            {
                "run": run,
                "computing": computing,
                "sharing": sharing,
                "computed": share_computing(computing, sharing),
                "published": fact[published].value / 100 if published else np.nan,
                "mark": fact[meeting].mark,
            }
        )
    return pd.DataFrame(rows).set_index("run")


def internet_runs(table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Compute and mean score of models trained over the internet and in clusters.

    Parameters
    ----------
    table : DataFrame, optional
        Rows as in ``distributed_internet_runs.csv``, which is taken by default.

    Returns
    -------
    DataFrame
        By ``model``: ``kind``, ``date``, ``flop``, ``mean`` score in per cent, and its ``error``: the standard error
        that the numbers of questions leave, if questions were drawn at random.

    Raises
    ------
    ProblemError
        If a column is missing.

    Examples
    --------
    >>> internet_runs()["mean"].round(1).to_dict()["Covenant-72B"]
    69.6
    """
    rows = facts.frame("distributed_internet_runs") if table is None else table
    if missing := {"model", "kind", "date", "parameters", "tokens", *TESTS} - set(rows):
        raise ProblemError(
            f"A table of runs needs a column {min(missing)!r}; give one as distributed_internet_runs.csv."
        )
    rows = rows.set_index("model")
    fact = facts.load("distributed")
    questions = np.array([fact[f"questions-{test}"].value for test in TESTS])
    scores = rows[list(TESTS)].astype(float)
    each = np.array([binomial_error(scores[test], n) for test, n in zip(TESTS, questions, strict=True)])
    return pd.DataFrame(
        {
            "kind": rows["kind"],
            "date": rows["date"].astype(str),
            "flop": training_flop(rows["parameters"], rows["tokens"]),
            "mean": scores.mean(axis=1),
            "error": np.sqrt((each**2).sum(axis=0)) / len(TESTS),
        },
        index=rows.index,
    )


def standard_errors_apart(first: float, second: float, questions: float) -> float:
    """Difference of two scores on equally many questions, in standard errors of the difference.

    Both samples are taken as independent and pooled, as the usual test of two proportions does. That the two models
    answered the same questions is not used, because single answers were not published.

    Parameters
    ----------
    first, second : float
        Per cent of the questions.
    questions : float
        Of each.

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        If a score is no share, or both answer all questions or none, so that their number leaves no error.

    Examples
    --------
    >>> round(standard_errors_apart(41.92, 44.21, 570), 2)
    -0.78
    """
    for score in (first, second):
        share(real(score, "a score") / 100, "a share of the questions")
    error = binomial_error((first + second) / 2, questions) * np.sqrt(2)
    if error == 0:
        raise ProblemError("Two models that answer all or none of the questions cannot be compared by their number.")
    return float((first - second) / error)


def votes_to_see(margin: ArrayLike, confidence: float = 0.95, power: float = 0.8) -> Any:
    """Blind votes between two models after which a preference of ``0.5 + margin`` is told from none.

    The share of n votes scatters by 1 / (2 sqrt(n)) near one half. It lies beyond the two-sided limit of `confidence`
    with the chance `power` at n = ((z_c + z_p) / (2 margin))^2, where z_c and z_p are the quantiles of the normal law.

    Parameters
    ----------
    margin : array_like
        Share of the votes above one half, positive and at most 0.5.
    confidence : float
        Of the two-sided limit, above 0 and below 1.
    power : float
        Chance that the margin is seen if it is there, above 0 and below 1.

    Returns
    -------
    float or array
        Votes.

    Raises
    ------
    ProblemError
        If the margin is more than all votes, or a chance is none.

    Examples
    --------
    >>> round(votes_to_see(0.02)), round(votes_to_see(0.02, power=0.5))
    (4906, 2401)
    """
    m = positive(margin, "a margin")
    if np.any(m > 0.5):
        raise ProblemError("A margin must be at most 0.5: no model wins more than all votes.")
    normal = NormalDist()
    limit = normal.inv_cdf(0.5 + float(inside(confidence, "a confidence")) / 2)
    return plain(((limit + normal.inv_cdf(float(inside(power, "a power")))) / (2 * m)) ** 2)


def years_to_meet(gap: ArrayLike, faster: ArrayLike, slower: ArrayLike) -> Any:
    """Years until the smaller of two has caught up, if both grow on as they do: ln gap / ln (faster / slower).

    Parameters
    ----------
    gap : array_like
        Ratio today, at least 1.
    faster, slower : array_like
        Growth of the smaller and of the larger, times a year.

    Returns
    -------
    float or array
        Years; infinite where the smaller does not grow faster.

    Examples
    --------
    >>> round(years_to_meet(1000, 20, 5), 1)
    5.0
    """
    ratio = positive(gap, "a gap")
    if np.any(ratio < 1):
        raise ProblemError("A gap must be at least 1: the larger over the smaller; turn it round.")
    pace = np.log(positive(faster, "a growth") / positive(slower, "a growth"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return plain(np.where(pace > 0, np.log(ratio) / np.where(pace > 0, pace, 1.0), np.inf))


def frontier_runs() -> pd.DataFrame:
    """The largest training runs of their day, as far as their compute was published or estimated.

    Returns
    -------
    DataFrame
        By ``model``: ``date``, ``flop`` and ``mark`` of the fact.

    Examples
    --------
    >>> flop = frontier_runs()["flop"]
    >>> print(f"GPT-3 {flop['GPT-3']:.3g} FLOP, Llama 3.1 {flop['Llama 3.1']:.2g} FLOP")
    GPT-3 3.15e+23 FLOP, Llama 3.1 3.8e+25 FLOP
    """
    table = facts.frame("scaling_mmlu").set_index("model")
    own, scaling = facts.load("distributed"), facts.load("scaling")
    gpt3 = table.loc["GPT-3"]
    rows = {
        "GPT-3": ("2020-05", training_flop(gpt3["parameters"], gpt3["tokens"]), str(gpt3["mark"])),
        "GPT-4": (own["gpt4-flop"].date, own["gpt4-flop"].value, own["gpt4-flop"].mark),
        "Llama 3.1": (scaling["llama3-flop"].date, scaling["llama3-flop"].value, scaling["llama3-flop"].mark),
        "Grok 4": (own["grok4-flop"].date, own["grok4-flop"].value, own["grok4-flop"].mark),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["date", "flop", "mark"]).rename_axis("model")


def yearly_growth(runs: pd.DataFrame) -> float:
    """Growth of compute from the first to the last of some runs, times a year.

    Parameters
    ----------
    runs : DataFrame
        ``date`` and ``flop`` of at least two runs of different dates.

    Raises
    ------
    ProblemError
        If there are no two dates.

    Examples
    --------
    >>> round(yearly_growth(pd.DataFrame({"date": ["2024-07-01", "2025-07-01"], "flop": [1e22, 5e22]})), 1)
    5.0
    """
    ordered = with_day(runs)
    first, last = ordered.iloc[0], ordered.iloc[-1]
    years = (last["day"] - first["day"]).days / DAYS_PER_YEAR
    if years == 0:
        raise ProblemError("Growth a year needs runs of two dates; give an earlier or a later one.")
    return float((last["flop"] / first["flop"]) ** (1 / years))
