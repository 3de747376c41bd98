"""What having learned elsewhere is worth, in data: the law of Hernandez et al. (2021), and equivalent data of own runs.

A network that was trained on one text and goes on with `D` characters of another reaches a loss for which one from
scratch would need more. That is its *equivalent data*; over `D` it is the **multiplier**. For transformers that went
from English text, or from text and other code, to Python, what was transferred was found to be

    D_T = k D^alpha N^beta,        multiplier = 1 + D_T / D,

with `N` parameters outside the embedding, as long as `D` is small (:func:`low_data_limit`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.kit import facts
from analysis.kit.arguments import single, with_columns
from analysis.kit.checking import finite, fit_together, plain, positive
from analysis.kit.errors import ProblemError

#: What a model had read before, by the names of the facts.
MIXTURES = {"text": "text", "text and code": "code"}
#: Characters a token of Python, assumed: by it the low-data limit is told in characters.
CHARACTERS_A_TOKEN = 3.0
#: D(N) is the data at which the loss is within this share of what infinite data would give.
WITHIN = 0.99


@dataclass(frozen=True)
class TransferLaw:
    """Constants of D_T = k D^alpha N^beta, characters and parameters."""

    k: float
    alpha: float
    beta: float

    def model_worth(self, times: float) -> float:
        """How many times the own data transfer as much more as a model so many `times` larger: times^(beta / alpha).

        >>> round(transfer_law().model_worth(10))
        129
        """
        return float(positive(times, "a growth of the model") ** (self.beta / self.alpha))


def transfer_law(mixture: str = "text") -> TransferLaw:
    """The published constants for one of :data:`MIXTURES`.

    Parameters
    ----------
    mixture : str
        One of :data:`MIXTURES`.

    Returns
    -------
    TransferLaw
        Constants of equation 1.1.

    Raises
    ------
    ProblemError
        For another name.

    Examples
    --------
    >>> law = transfer_law()
    >>> print(f"{law.k:.2g} D^{law.alpha} N^{law.beta}")  # characters that fine-tuning is worth
    1.9e+04 D^0.18 N^0.38
    """
    if mixture not in MIXTURES:
        raise ProblemError(f"There is no law for {mixture!r}; take {' or '.join(map(repr, MIXTURES))}.")
    known, name = facts.load("toolbox"), MIXTURES[mixture]
    return TransferLaw(*(known[f"transfer-{name}-{constant}"].value for constant in ("k", "alpha", "beta")))


def transferred(parameters: ArrayLike, characters: ArrayLike, mixture: str = "text") -> Any:
    """D_T, the data that pre-training is worth, in characters.

    Parameters
    ----------
    parameters : array_like
        N, outside the embedding; positive.
    characters : array_like
        D, of own text; positive.
    mixture : {"text", "text and code"}

    Returns
    -------
    float or ndarray

    Raises
    ------
    ProblemError
        For numbers that are not positive, lists of different lengths, or another mixture.

    Examples
    --------
    One character and a model of GPT-3's size, which the paper extrapolates to as 3.7e8:

    >>> print(f"{transferred(175e9, 1):.2g}")
    3.6e+08
    """
    law = transfer_law(mixture)
    size, own = positive(parameters, "a number of parameters"), positive(characters, "a number of characters")
    fit_together(size, own)
    return plain(law.k * own**law.alpha * size**law.beta)


def low_data_limit(parameters: ArrayLike) -> Any:
    """Own data up to which the law was found to hold: a tenth of D(N), in characters.

    D(N) is the data from which a model of this size gains less than one per cent by infinitely many more. The paper
    defines it and prints no formula: we take it from Kaplan's joint law of size and data, for English tokens, and
    three characters a token. It is an estimate.

    Parameters
    ----------
    parameters : array_like
        N, outside the embedding; positive.

    Returns
    -------
    float or array

    Examples
    --------
    >>> print(f"{low_data_limit(1e6):.1g}")
    9e+07
    """
    size, known = positive(parameters, "a number of parameters"), facts.load("scaling")
    alpha_n, alpha_d, n_c, d_c = (known[f"kaplan-joint-{name}"].value for name in ("alpha-n", "alpha-d", "n-c", "d-c"))
    tokens = d_c / (WITHIN ** (-1 / alpha_d) - 1) * (size / n_c) ** (alpha_n / alpha_d)
    low = facts.load("toolbox")["transfer-low-data"].value / 100
    return plain(low * CHARACTERS_A_TOKEN * tokens)


def multiplier(parameters: ArrayLike, characters: ArrayLike, mixture: str = "text", *, beyond: bool = False) -> Any:
    """How many times the own data a network from scratch would need: 1 + D_T / D.

    Parameters
    ----------
    parameters, characters, mixture
        As in :func:`transferred`.
    beyond : bool
        Compute it where the law was not found to hold, too.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ProblemError
        As :func:`transferred`; and, unless `beyond`, for more data than :func:`low_data_limit`.

    Examples
    --------
    >>> [round(multiplier(1e9, own)) for own in (3e5, 3e6, 3e7)]
    [1614, 245, 38]
    """
    worth, most = transferred(parameters, characters, mixture), low_data_limit(parameters)
    own = positive(characters, "a number of characters")
    if not beyond and np.any(own > most):
        raise ProblemError(
            f"The law was found where own data are scarce, up to about {float(np.min(most)):.2g} characters at this "
            "size; take fewer, or allow what is beyond (beyond=True)."
        )
    return plain(1 + worth / own)


def characters_at(times: ArrayLike, parameters: ArrayLike, mixture: str = "text") -> Any:
    """Own data, in characters, at which the multiplier has fallen to so many `times`.

    ``(k N^beta / (times - 1))^(1 / (1 - alpha))``, wherever it lies: see :func:`low_data_limit`.

    Parameters
    ----------
    times : float or array
        The multiplier; above 1.
    parameters : float or array
        Of the model.
    mixture : str
        One of :data:`MIXTURES`.

    Returns
    -------
    float or array
        Characters.

    Raises
    ------
    ProblemError
        For a multiplier of 1 or less, which the law does not reach.

    Examples
    --------
    >>> print(f"{characters_at(2, 1e9):.2g}")
    2.4e+09
    """
    law, wanted = transfer_law(mixture), finite(times, "a multiplier")
    if np.any(wanted <= 1):
        raise ProblemError("The law's multiplier stays above 1; ask for a larger one.")
    size = positive(parameters, "a number of parameters")
    fit_together(wanted, size)
    return plain((law.k * size**law.beta / (wanted - 1)) ** (1 / (1 - law.alpha)))


def equivalent_data(symbols: ArrayLike, losses: ArrayLike, loss: float) -> float:
    """Data at which training from scratch reaches a loss, read off its curve between the runs and not beyond them.

    Parameters
    ----------
    symbols : array_like
        Data of the runs from scratch, rising.
    losses : array_like
        Their losses, falling.
    loss : float
        The loss to reach.

    Returns
    -------
    float
        By straight lines in loss against log data. Infinite if the loss is below the whole curve: more than it has;
        0 if it is above the curve: less than its least.

    Raises
    ------
    ProblemError
        For fewer than two runs, or a curve that does not fall.

    Examples
    --------
    >>> equivalent_data([1_000, 100_000], [3.0, 2.0], 2.5)
    10000.0
    """
    own, reached = positive(symbols, "own data"), positive(losses, "a loss")
    if own.ndim != 1 or own.shape != reached.shape or len(own) < 2:
        raise ProblemError("A curve needs two or more runs, each with its data and its loss.")
    if np.any(np.diff(own) <= 0) or np.any(np.diff(reached) >= 0):
        raise ProblemError("A curve from scratch has rising data and falling losses; sort it, or average over seeds.")
    wanted = single(positive(loss, "a loss"), "a loss")
    if wanted < reached[-1]:
        return math.inf
    if wanted > reached[0]:
        return 0.0
    found = float(np.exp(np.interp(-wanted, -reached, np.log(own))))
    return float(np.clip(round(found, 6), own[0], own[-1]))


def multipliers(runs: pd.DataFrame, scratch: str = "from scratch") -> pd.DataFrame:
    """Equivalent data of own runs, each against the curve from scratch of its own text and seed.

    Parameters
    ----------
    runs : DataFrame
        Columns ``text``, ``way``, ``symbols``, ``seed``, ``loss``; one row a combination.
    scratch : str
        The way that makes the curves.

    Returns
    -------
    DataFrame
        ``text``, ``way``, ``symbols``, ``seed``, ``loss``, ``equivalent`` (symbols) and ``times`` (over the own data).

    Examples
    --------
    >>> rows = [("own", way, D, 0, 3 - 0.1 * np.log10(D * more)) for way, more in (("from scratch", 1), ("tuned", 10))
    ...         for D in (1e3, 1e4, 1e5)]
    >>> table = multipliers(pd.DataFrame(rows, columns=["text", "way", "symbols", "seed", "loss"]))
    >>> table.query("way == 'tuned'")["times"].round(1).tolist()  # no curve is as low as the last
    [10.0, 10.0, inf]
    """
    with_columns(runs, ["text", "way", "symbols", "seed", "loss"], "a table of runs")
    found = []
    for _, part in runs.groupby(["text", "seed"], sort=False):
        curve = part[part["way"] == scratch].sort_values("symbols")
        rows = part[["text", "way", "symbols", "seed", "loss"]].copy()
        rows["equivalent"] = [equivalent_data(curve["symbols"], curve["loss"], loss) for loss in rows["loss"]]
        found.append(rows)
    table = pd.concat(found, ignore_index=True)
    return table.assign(times=table["equivalent"] / table["symbols"])
