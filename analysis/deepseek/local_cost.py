r"""A service's price against a machine of one's own, and the mixture of both.

Prices of services are dollars a million tokens, one for what is read and one for what is written; a *blend* weighs them
3 to 1. A machine costs its price over its life, whether it works or not, and electricity while it works. Work, space
and the cost of capital are left out, which flatters the machine.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.deepseek.config import published_architecture
from analysis.deepseek.serving import Machine, ServedModel, decode_rate, measured_rates, prefill_rate, published_machine
from analysis.kit import checking, facts
from analysis.kit.errors import ProblemError, closest

MILLION = 1e6
HOUR = 3600.0
HOURS_A_DAY = 24
DAY = HOURS_A_DAY * HOUR
#: Tokens read for each that is written.
RATIO = 3.0
YEARS = 3.0

#: Key in the table of facts: model, company.
SERVICES = {
    "deepseek-v2": ("DeepSeek-V2", "DeepSeek"),
    "deepseek-v3": ("DeepSeek-V3", "DeepSeek"),
    "deepseek-v3-discount": ("DeepSeek-V3, first weeks", "DeepSeek"),
    "deepseek-r1": ("DeepSeek-R1", "DeepSeek"),
    "deepseek-v3.1": ("DeepSeek-V3.1", "DeepSeek"),
    "deepseek-v3.2": ("DeepSeek-V3.2", "DeepSeek"),
    "deepseek-v4-flash": ("DeepSeek-V4-Flash", "DeepSeek"),
    "deepseek-v4-pro": ("DeepSeek-V4-Pro", "DeepSeek"),
    "deepseek-v4-flash-august": ("DeepSeek-V4-Flash, August", "DeepSeek"),
    "deepseek-v4-pro-august": ("DeepSeek-V4-Pro, August", "DeepSeek"),
    "deepseek-v4.1-flash": ("DeepSeek-V4.1-Flash", "DeepSeek"),
    "gpt-4": ("GPT-4", "OpenAI"),
    "gpt-4-turbo": ("GPT-4 Turbo", "OpenAI"),
    "gpt-4o-may": ("GPT-4o, May", "OpenAI"),
    "gpt-4o": ("GPT-4o, August", "OpenAI"),
    "gpt-4o-mini": ("GPT-4o mini", "OpenAI"),
    "o1": ("o1", "OpenAI"),
    "o3": ("o3", "OpenAI"),
    "o3-cut": ("o3, June", "OpenAI"),
    "llama-3-70b": ("Llama 3 70B, hosted", "Meta"),
}

#: Key in the table of facts and name of the models that DeepSeek compared.
SCORED = {
    "qwen-1.5b": "R1-Distill-Qwen-1.5B",
    "qwen-7b": "R1-Distill-Qwen-7B",
    "llama-8b": "R1-Distill-Llama-8B",
    "qwen-14b": "R1-Distill-Qwen-14B",
    "qwen-32b": "R1-Distill-Qwen-32B",
    "llama-70b": "R1-Distill-Llama-70B",
    "r1": "DeepSeek-R1",
    "o1-mini": "o1-mini",
    "gpt-4o": "GPT-4o",
}
TESTS = {"aime": "AIME 2024", "math500": "MATH-500", "gpqa": "GPQA Diamond", "livecodebench": "LiveCodeBench"}


def blended_price(read: ArrayLike, written: ArrayLike, ratio: float = RATIO) -> NDArray[Any]:
    """Dollars a million tokens when `ratio` tokens are read for each that is written.

    Parameters
    ----------
    read, written : array_like
        Dollars a million tokens.
    ratio : float
        Tokens read for each that is written.

    Returns
    -------
    ndarray
        Dollars a million tokens.

    Examples
    --------
    >>> blended_price([0.27, 0.55], [1.10, 2.19]).round(4).tolist()
    [0.4775, 0.96]
    """
    return (ratio * np.asarray(read, dtype=float) + np.asarray(written, dtype=float)) / (ratio + 1)


def blended_rate(read: ArrayLike, written: ArrayLike, ratio: float = RATIO) -> NDArray[Any]:
    """Tokens a second over both when a machine reads and writes at these rates, one after the other.

    >>> blended_rate(3000.0, 20.0).round(1).item()
    78.4
    """
    return (ratio + 1) / (ratio / np.asarray(read, dtype=float) + 1 / np.asarray(written, dtype=float))


def api_prices(ratio: float = RATIO) -> pd.DataFrame:
    """List prices of services by date.

    Parameters
    ----------
    ratio : float
        Tokens read for each that is written; positive.

    Returns
    -------
    DataFrame
        Columns ``key``, ``model``, ``company``, ``date``, ``read``, ``written``, ``blend`` (dollars a million tokens),
        ``mark``.

    Examples
    --------
    >>> prices = api_prices(ratio=3).set_index("key")  # dollars a million tokens, three read for each written
    >>> prices.loc[["gpt-4", "gpt-4o", "deepseek-v3"], ["read", "written", "blend"]].round(2).values.tolist()
    [[30.0, 60.0, 37.5], [2.5, 10.0, 4.38], [0.27, 1.1, 0.48]]
    """
    table = facts.load("deepseek")
    rows = []
    for key, (model, company) in SERVICES.items():
        read, written = table[f"api-{key}-read"], table[f"api-{key}-written"]
        blend = service_price(model, ratio)
        rows.append((key, model, company, read.date, read.value, written.value, blend, read.mark))
    names = ["key", "model", "company", "date", "read", "written", "blend", "mark"]
    return pd.DataFrame(rows, columns=names).sort_values("date", kind="stable", ignore_index=True)


def service_price(model: str, ratio: float = RATIO) -> float:
    """List price of one service of :data:`SERVICES`, dollars a million tokens, :func:`blended_price`.

    >>> round(service_price("DeepSeek-V3"), 4)
    0.4775

    Raises
    ------
    ProblemError
        For an unknown name, with those that are near.
    """
    keys = {name: key for key, (name, _) in SERVICES.items()}
    if model not in keys:
        raise ProblemError(f"There is no service {model!r}; {closest(model, keys)}")
    table = facts.load("deepseek")
    read, written = (table[f"api-{keys[model]}-{what}"].value for what in ("read", "written"))
    return float(blended_price(read, written, ratio))


def published_scores(
    models: Collection[str] = tuple(SCORED), tests: Collection[str] = tuple(TESTS.values())
) -> pd.DataFrame:
    """What DeepSeek measured of the models distilled from R1, of R1 and of two others.

    Parameters
    ----------
    models : collection of str
        Keys of :data:`SCORED`.
    tests : collection of str
        Names of tests (:data:`TESTS`).

    Returns
    -------
    DataFrame
        Columns ``key``, ``model``, ``test``, ``score`` (share solved, pass@1), ``of_r1`` (over R1's), ``error`` (the
        standard error of the score, had other problems of the kind been drawn; nan where their number is not known).

    Examples
    --------
    >>> print(published_scores(["qwen-1.5b", "r1"], ["AIME 2024"]).set_index("key")["score"].round(3).to_dict())
    {'qwen-1.5b': 0.289, 'r1': 0.798}
    """
    table = facts.load("deepseek")
    rows = []
    for key, model in ((key, SCORED[key]) for key in SCORED if key in models):
        for test, name in ((test, TESTS[test]) for test in TESTS if TESTS[test] in tests):
            score, best = (table[f"home-score-{k}-{test}"].value / 100 for k in (key, "r1"))
            known = f"home-problems-{test}" in table
            error = score_error(score, table[f"home-problems-{test}"].value) if known else float("nan")
            rows.append((key, model, name, score, score / best, error))
    return pd.DataFrame(rows, columns=["key", "model", "test", "score", "of_r1", "error"])


def score_error(score: float, problems: float) -> float:
    r"""Standard error of a share solved, had as many other problems been drawn: :math:`\sqrt{p (1 - p) / n}`.

    An upper bound where each problem is tried many times, for then a problem counts with its own share solved.

    >>> round(score_error(0.726, 30), 3), round(score_error(0.798, 30), 3)
    (0.081, 0.073)
    """
    share = float(checking.share(score, "a score"))
    return float(np.sqrt(share * (1 - share) / float(checking.positive(problems, "a number of problems"))))


def electricity_cost(machine: Machine, rate: ArrayLike, electricity: float) -> NDArray[Any]:
    """Dollars of electricity for a million tokens.

    Parameters
    ----------
    machine : Machine
    rate : array_like
        Tokens a second.
    electricity : float
        Dollars a kilowatt-hour.
    """
    return machine.power / 1000 * electricity / HOUR / _rates(rate) * MILLION


def local_cost(
    machine: Machine, rate: ArrayLike, electricity: float, years: float = YEARS, utilisation: ArrayLike = 1.0
) -> NDArray[Any]:
    """Dollars for a million tokens on a machine of one's own.

    Parameters
    ----------
    machine : Machine
    rate : array_like
        Tokens a second while it works.
    electricity : float
        Dollars a kilowatt-hour.
    years : float
        Life of the machine.
    utilisation : array_like
        Share of the time it works, above 0 and at most 1.

    Examples
    --------
    >>> studio = Machine("studio", 512e9, 819e9, 28e12, 9500, 200)
    >>> local_cost(studio, 20.0, 0.17, utilisation=[1.0, 0.1]).round(2).tolist()
    [5.49, 50.65]
    """
    tokens_a_day = _rates(rate) * checking.used_share(utilisation) * DAY
    return _daily_price(machine, years) / tokens_a_day * MILLION + electricity_cost(machine, rate, electricity)


def working_rate(machine: Machine, model: ServedModel, bits: float, context: int, reached: float) -> float:
    """Tokens a second, read and written :data:`RATIO` to 1, of a machine that reaches a share of both its bounds.

    Parameters
    ----------
    machine : Machine
    model : ServedModel
    bits : float
        Bits a weight.
    context : int
        Tokens before the new one.
    reached : float
        Share of the bound that programs reach, such as the middle of :func:`~analysis.deepseek.serving.measured_rates`.

    Returns
    -------
    float
        Tokens a second.

    Examples
    --------
    >>> from analysis.deepseek.config import published_architecture
    >>> from analysis.deepseek.serving import machines
    >>> llama, card = ServedModel.of(published_architecture("llama-3.1-8b")), machines()["rtx4090"]
    >>> [round(working_rate(card, llama, bits, context=4096, reached=0.5)) for bits in (16, 8, 4)]  # less to read
    [127, 242, 440]
    """
    written = float(decode_rate(machine, model, bits, context)) * reached
    return float(blended_rate(float(prefill_rate(machine, model, context)) * reached, written))


def costs_by_hours(
    pairs: Mapping[str, tuple[str, str]], hours: ArrayLike, electricity: float, bits: float, context: int
) -> pd.DataFrame:
    """Dollars a million tokens of machines of one's own, by the hours a day that they work.

    A machine reaches the middle of the measured shares of its bound.

    Parameters
    ----------
    pairs : mapping of str to (str, str)
        Configuration of a model and key of the machine that runs it, by the name to print.
    hours : array_like
        Hours a day, above 0 and at most 24.
    electricity : float
        Dollars a kilowatt-hour.
    bits : float
        Bits a weight.
    context : int
        Tokens before the new one.

    Returns
    -------
    DataFrame
        Columns ``local`` (the name), ``hours`` and ``dollars``.

    Examples
    --------
    >>> pairs = {"Llama 8B on a card": ("llama-3.1-8b", "rtx4090")}
    >>> table = costs_by_hours(pairs, [1.0, 8.0, 24.0], electricity=0.3, bits=4.5, context=4096)
    >>> table["dollars"].round(2).tolist()  # a machine that stands still costs too
    [1.09, 0.22, 0.13]
    """
    worked = np.asarray(hours, dtype=float)
    reached = float(measured_rates()["share"].median())
    parts = []
    for name, (configuration, key) in pairs.items():
        machine, model = published_machine(key), ServedModel.of(published_architecture(configuration))
        rate = working_rate(machine, model, bits, context, reached)
        dollars = local_cost(machine, rate, electricity, utilisation=worked / HOURS_A_DAY)
        parts.append(pd.DataFrame({"local": name, "hours": worked, "dollars": dollars}))
    return pd.concat(parts, ignore_index=True)


def cloud_growth() -> float:
    """Tokens a month of Google's services over those of a year before, by the last two keynotes.

    >>> cloud_growth() > 1
    True
    """
    rows = facts.frame("market_tokens")
    tokens = rows[rows["series"] == "Google, all products"].set_index("date")["tokens"]
    return float(tokens["2026-05"] / tokens["2025-05"])


def kept_without_loss(local: float, cloud: float) -> float:
    """Share of the tasks that the weaker model can keep, if the stronger solves all that it does and one knows which.

    Parameters
    ----------
    local, cloud : float
        Scores of the two models, shares from 0 to 1; the service's is the higher.

    Returns
    -------
    float
        A share.

    Raises
    ------
    ProblemError
        For other scores.

    Examples
    --------
    >>> round(kept_without_loss(0.726, 0.798), 3)
    0.928
    """
    if not 0 <= local <= cloud <= 1:
        raise ProblemError("Scores must be shares from 0 to 1, the service's the higher; correct them.")
    return 1 - (cloud - local)


def hybrid_quality(share: ArrayLike, local: float, cloud: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Share of tasks solved when a share is served by the weaker model: at best and at random.

    The stronger model is taken to solve all that the weaker does. At best the router knows which tasks only the
    stronger one solves, and sends those to it: no quality is lost until the others run out. At random, the two scores
    are mixed. Real routers lie between.

    Parameters
    ----------
    share : array_like
        From 0 to 1.
    local, cloud : float
        Scores of the two models on the same test, from 0 to 1, `cloud` the higher.

    Returns
    -------
    (ndarray, ndarray)
        Solved at best and at random.

    Examples
    --------
    >>> best, random = hybrid_quality([0, 0.9, 1], 0.726, 0.798)
    >>> best.round(3).tolist(), random.round(3).tolist()
    ([0.798, 0.798, 0.726], [0.798, 0.733, 0.726])
    """
    shares = checking.share(share, "a share of the tasks")
    best = cloud - np.maximum(shares - kept_without_loss(local, cloud), 0)
    return best, shares * local + (1 - shares) * cloud


def _daily_price(machine: Machine, years: float) -> float:
    return machine.price / (float(checking.positive(years, "a life in years")) * 365.25)


def _rates(rate: ArrayLike) -> NDArray[Any]:
    rates = np.asarray(rate, dtype=float)
    return checking.checked(rates, rates > 0, "a rate", "above 0 (without tokens there is no cost a token)")
