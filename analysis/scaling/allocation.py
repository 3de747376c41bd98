"""How to split a training budget between size and data, in closed form for every law of the Chinchilla form.

Minimising E + A / N^alpha + B / D^beta at C = 6 N D gives (Hoffmann et al. 2022, equation 4)

    N = G (C / 6)^a,  D = (C / 6)^b / G,  G = (alpha A / (beta B))^(1 / (alpha + beta)),
    a = beta / (alpha + beta),  b = alpha / (alpha + beta).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.kit import facts
from analysis.kit.checking import plain, positive
from analysis.scaling.laws import (
    FLOP_PER_PARAMETER_AND_TOKEN,
    PETAFLOP_DAY,
    PowerLaw,
    ScalingLaw,
    kaplan_laws,
    published_law,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Allocation:
    """A training run: floats, or arrays of one length for several budgets.

    Attributes
    ----------
    budget : FLOP
    N : parameters
    D : tokens
    loss : nats per token
    """

    budget: Any
    N: Any
    D: Any
    loss: Any

    @property
    def tokens_per_parameter(self) -> Any:
        """D / N."""
        return self.D / self.N


def allocation_exponents(law: ScalingLaw) -> tuple[float, float]:
    """Exponents (a, b) of the optimal size and data, N ~ C^a and D ~ C^b; they add up to 1.

    Parameters
    ----------
    law : ScalingLaw

    Returns
    -------
    tuple of float
        (a, b); no units.

    Examples
    --------
    >>> a, b = allocation_exponents(ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28))
    >>> round(a, 3), round(b, 3)
    (0.452, 0.548)
    """
    total = law.alpha + law.beta
    return law.beta / total, law.alpha / total


def compute_optimal_allocation(budget: ArrayLike, law: ScalingLaw) -> Allocation:
    """The size and the data that give the lowest loss for a training budget.

    Parameters
    ----------
    budget : float or array
        Training compute C = 6 N D in FLOP; positive.
    law : ScalingLaw

    Returns
    -------
    Allocation

    Raises
    ------
    ProblemError
        If a budget is not positive and finite.

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> best = compute_optimal_allocation(5.76e23, law)
    >>> print(f"{best.N / 1e9:.1f} billion parameters, {best.tokens_per_parameter:.0f} tokens for each")
    32.2 billion parameters, 93 tokens for each
    """
    C = _budget(budget)
    a, b = allocation_exponents(law)
    product = C / FLOP_PER_PARAMETER_AND_TOKEN
    N, D = _balance(law) * product**a, product**b / _balance(law)
    return Allocation(plain(C), plain(N), plain(D), plain(law.loss(N, D)))


def optimal_budget(size: ArrayLike, law: ScalingLaw) -> Allocation:
    """The budget at which models of `size` parameters are the best choice, as Hoffmann's tables 3 and A3 list it.

    Parameters
    ----------
    size : float or array
        Parameters; positive.
    law : ScalingLaw

    Returns
    -------
    Allocation
        Floats, or arrays for several sizes.

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> round(compute_optimal_allocation(optimal_budget(67e9, law).budget, law).N / 1e9, 6)
    67.0
    """
    a, _ = allocation_exponents(law)
    N = positive(size, "a number of parameters")
    return compute_optimal_allocation(FLOP_PER_PARAMETER_AND_TOKEN * (N / _balance(law)) ** (1 / a), law)


def isoflop_curve(budget: float, law: ScalingLaw, sizes: ArrayLike) -> Allocation:
    """Loss of models of different `sizes` (parameters) that all spend `budget` FLOP on training.

    Parameters
    ----------
    budget : float
        Training compute, FLOP; positive.
    law : ScalingLaw
    sizes : array_like
        Parameters.

    Returns
    -------
    Allocation
        Arrays, one entry a size.

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> isoflop_curve(5.76e23, law, [10e9, 32e9, 280e9]).loss.round(3).tolist()
    [1.947, 1.931, 1.984]
    """
    N = np.asarray(sizes, float)
    D = _budget(budget) / (FLOP_PER_PARAMETER_AND_TOKEN * N)
    return Allocation(np.broadcast_to(budget, N.shape), N, D, law.loss(N, D))


def kaplan_allocation(budget: ArrayLike) -> Allocation:
    """Kaplan's advice (2020, table 6): N = 1.3e9 (C_min in PF-days)^0.73, with C_min half of the budget.

    The half is how Hoffmann et al. 2022 read it (appendix D.4: 4.68 billion parameters at 1e21 FLOP). The loss is that
    of Kaplan's law of compute, L(C_min), in nats of his text.

    Parameters
    ----------
    budget : float or array
        Training compute, FLOP; positive.

    Returns
    -------
    Allocation
        Floats, or arrays for several budgets.

    Examples
    --------
    >>> print(f"{kaplan_allocation(1e21).N / 1e9:.2f} billion parameters")
    4.68 billion parameters
    """
    fact = facts.load("scaling")
    C = _budget(budget)
    N = fact["kaplan-n-at-one-pf-day"].value * (C / 2 / PETAFLOP_DAY) ** fact["kaplan-a"].value
    D = C / (FLOP_PER_PARAMETER_AND_TOKEN * N)
    return Allocation(plain(C), plain(N), plain(D), plain(kaplan_laws()["compute"].loss(C / 2)))


def llama3_allocation(budget: ArrayLike) -> Allocation:
    """The split by the printed law of the Llama models of 2024, D = 0.29 C^0.53; it gives no loss (nan).

    Parameters
    ----------
    budget : float or array
        Training compute, FLOP; positive.

    Returns
    -------
    Allocation
        Floats, or arrays for several budgets.

    Examples
    --------
    >>> print(f"{llama3_allocation(3.8e25).D / 1e12:.1f} trillion tokens")  # where the paper prints 16.55
    10.5 trillion tokens
    """
    fact = facts.load("scaling")
    C = _budget(budget)
    D = fact["llama3-token-coefficient"].value * C ** fact["llama3-token-exponent"].value
    N = C / (FLOP_PER_PARAMETER_AND_TOKEN * D)
    return Allocation(plain(C), plain(N), plain(D), plain(np.full_like(N, np.nan)))


def loss_by_compute(budgets: ArrayLike, laws: Mapping[str, ScalingLaw | PowerLaw]) -> pd.DataFrame:
    """The lowest loss that each law allows for each budget.

    Parameters
    ----------
    budgets : array
        Training compute, FLOP.
    laws : mapping
        By name; a power law of compute stands for itself.

    Returns
    -------
    DataFrame
        Columns ``law``, ``compute`` (FLOP), ``loss`` (nats a token) and ``floor``, what the loss approaches (nan for a
        power law).

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> loss_by_compute([1e21, 1e22], {"Hoffmann": law})["loss"].round(3).tolist()
    [2.329, 2.139]
    """
    C = _budget(budgets)
    parts = []
    for name, law in laws.items():
        if isinstance(law, PowerLaw):
            loss, floor = law.loss(C), np.nan
        else:
            loss, floor = compute_optimal_allocation(C, law).loss, law.E
        parts.append(pd.DataFrame({"law": name, "compute": C, "loss": loss, "floor": floor}))
    return pd.concat(parts, ignore_index=True)


def isoflop_curves(budgets: ArrayLike, law: ScalingLaw, around: ArrayLike) -> pd.DataFrame:
    """Loss of models around the best size of each budget.

    Parameters
    ----------
    budgets : array
        Training compute, FLOP.
    law : ScalingLaw
    around : array
        Sizes in multiples of the best one of the budget.

    Returns
    -------
    DataFrame
        Columns ``compute`` (FLOP), ``parameters``, ``tokens`` and ``loss`` (nats a token).

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> isoflop_curves([1e22], law, [0.5, 1.0, 2.0])["loss"].round(4).tolist()  # the middle is the best
    [2.1491, 2.1386, 2.1488]
    """
    parts = []
    for budget in _budget(budgets):
        curve = isoflop_curve(budget, law, compute_optimal_allocation(budget, law).N * np.asarray(around, float))
        parts.append(pd.DataFrame({"compute": budget, "parameters": curve.N, "tokens": curve.D, "loss": curve.loss}))
    return pd.concat(parts, ignore_index=True)


#: Sizes in Hoffmann's tables, parameters, by their name in the table of facts.
HOFFMANN_SIZES = {"400m": 4e8, "1b": 1e9, "10b": 1e10, "67b": 6.7e10, "175b": 1.75e11, "280b": 2.8e11, "520b": 5.2e11}
HOFFMANN_SIZES |= {"1t": 1e12, "10t": 1e13}


def hoffmann_tables(sizes: Collection[str] = tuple(HOFFMANN_SIZES)) -> pd.DataFrame:
    """What the tables and the text of Hoffmann et al. 2022 ask for.

    Parameters
    ----------
    sizes : collection of str
        Keys of :data:`HOFFMANN_SIZES`.

    Returns
    -------
    DataFrame
        Columns ``origin`` (the method, or the text), ``printed`` (where), ``parameters``, ``tokens`` and ``ratio``.

    Examples
    --------
    >>> table = hoffmann_tables(["67b"]).set_index("origin")
    >>> (table["tokens"] / 1e12).to_dict()  # trillions, for 67 billion parameters
    {'Approach 1': 1.5, 'Approach 2': 1.7, 'Approach 3': 4.1}
    """
    fact = facts.load("scaling")
    places = [("Approach 1", "Table 3", f"table3-{size}-tokens", size) for size in HOFFMANN_SIZES]
    for size in ("67b", "175b", "1t"):
        key = f"tablea3-{size}-tokens-approach"
        places += [(f"Approach {number}", "Table A3", f"{key}-{number}", size) for number in (2, 3)]
    places += [("text of §3.4", "§3.4", f"text-{size}-tokens", size) for size in ("175b", "280b")]
    rows = [
        (origin, where, HOFFMANN_SIZES[size], fact[f"hoffmann-{key}"].value)
        for origin, where, key, size in places
        if size in sizes
    ]
    table = pd.DataFrame(rows, columns=["origin", "printed", "parameters", "tokens"])
    return table.assign(ratio=table["tokens"] / table["parameters"])


def published_answers(budget: float) -> pd.Series:
    """Tokens for each parameter that every published answer of the table of facts asks for at a budget.

    Laws are solved at the budget; of the methods that are printed as tables only, the row of 67 billion parameters is
    read, which is the one at Chinchilla's budget. Three answers (Eq. 10, the same fit before rounding, Table A3) are of
    one method: the middle of all changes little if two of them are left out.

    Parameters
    ----------
    budget : float
        Training compute, FLOP; positive.

    Returns
    -------
    Series
        By name.

    Examples
    --------
    >>> answers = published_answers(5.76e23)  # the budget of Chinchilla, which was given 20
    >>> answers[["Kaplan", "Hoffmann, approach 1", "Hoffmann, Eq. 10"]].round(1).tolist()
    [0.4, 22.4, 92.6]
    """
    fact, C = facts.load("scaling"), float(_budget(budget))
    sardana = {
        f"Sardana, {runs}": ScalingLaw(
            *(fact[f"sardana-refit-{key}-{name}"].value for name in ("e", "a", "b", "alpha", "beta"))
        )
        for runs, key in (("all runs", "all"), ("up to 100 tokens", "100"))
    }
    laws = {
        "Hoffmann, Eq. 10": published_law("hoffmann"),
        "Hoffmann, not rounded": published_law("hoffmann-unrounded"),
        "Besiroglu refit": published_law("besiroglu"),
        "Muennighoff": published_law("muennighoff"),
        **sardana,
    }
    tables = hoffmann_tables(("67b",)).set_index("origin")["ratio"]
    answers = {name: compute_optimal_allocation(C, law).tokens_per_parameter for name, law in laws.items()}
    answers |= {f"Hoffmann, {name.lower()}": float(tables[name]) for name in tables.index}
    answers |= {"Kaplan": kaplan_allocation(C).tokens_per_parameter}
    answers |= {"Llama 3": llama3_allocation(C).tokens_per_parameter}
    return pd.Series(answers, name="tokens a parameter", dtype=float)


def _balance(law: ScalingLaw) -> float:
    return float((law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta)))


def _budget(budget: ArrayLike) -> Array:
    return positive(budget, "a budget in FLOP")
