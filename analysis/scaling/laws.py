"""Scaling laws: how the loss of a language model falls with its size, its data and its compute.

Sizes N are in parameters, data D in tokens, compute C in floating-point operations (FLOP; C = 6 N D for a training
run), losses in nats per token.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.kit import facts
from analysis.kit.errors import ProblemError

Array = NDArray[np.float64]

#: FLOP of training per parameter and token: two forward, four backward.
FLOP_PER_PARAMETER_AND_TOKEN = 6.0
#: FLOP in a petaflop/s-day, Kaplan's unit of compute.
PETAFLOP_DAY = 1e15 * 86_400


@dataclass(frozen=True)
class ScalingLaw:
    """Loss as a sum of a floor, a term of size and a term of data: L(N, D) = E + A / N^alpha + B / D^beta.

    Equation 2 of Hoffmann et al. 2022 ("Chinchilla").

    Parameters
    ----------
    E : float
        Loss that no size and no data remove, nats per token; at least 0.
    A, B : float
        Scales of the two terms; positive.
    alpha, beta : float
        Their exponents; positive.

    Raises
    ------
    ProblemError
        For a constant out of its range.

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> round(float(law.loss(70e9, 1.4e12)), 3)
    1.937
    """

    E: float
    A: float
    B: float
    alpha: float
    beta: float

    def __post_init__(self) -> None:
        for name, value in zip(("E", "A", "B", "alpha", "beta"), astuple(self), strict=True):
            if not math.isfinite(value) or value < 0 or (value == 0 and name != "E"):
                raise ProblemError(
                    f"A scaling law with {name} = {value:g} has no meaning: give a finite number"
                    f" {'of at least 0' if name == 'E' else 'above 0'}."
                )

    def loss(self, N: ArrayLike, D: ArrayLike) -> Array:
        """Loss in nats per token of `N` parameters trained on `D` tokens (broadcast together)."""
        return np.asarray(self.E + self.size_term(N) + self.data_term(D))

    def size_term(self, N: ArrayLike) -> Array:
        """A / N^alpha: what a larger model would still win, in nats per token."""
        return self.A * np.asarray(N, float) ** -self.alpha

    def data_term(self, D: ArrayLike) -> Array:
        """B / D^beta: what more data would still win, in nats per token."""
        return self.B * np.asarray(D, float) ** -self.beta


@dataclass(frozen=True)
class PowerLaw:
    """Loss of one quantity that is scarce while the others are not: L(x) = (scale / x)^exponent.

    Kaplan et al. 2020, equations 1.1 to 1.3. `unit` says what `scale` and x are measured in.
    """

    scale: float
    exponent: float
    unit: str

    def loss(self, x: ArrayLike) -> Array:
        """Loss in nats per token.

        >>> law = PowerLaw(8.8e13, 0.076, "non-embedding parameters")
        >>> round(float(law.loss(1e9) / law.loss(1e10)), 3)
        1.191
        """
        return (self.scale / np.asarray(x, float)) ** self.exponent


#: Published fits of the Chinchilla form by name: how the names of their facts begin and end, and whether E, A and B
#: are printed as logarithms.
_FITS = {
    "hoffmann": ("hoffmann", "", False),
    "hoffmann-unrounded": ("hoffmann", "-unrounded", True),
    "besiroglu": ("besiroglu", "", False),
    "besiroglu-huber": ("besiroglu-huber", "", False),
    "sardana": ("sardana", "", False),
    "muennighoff": ("muennighoff", "", True),
}


def published_laws() -> dict[str, ScalingLaw]:
    """Published fits of the Chinchilla form, by name, from the table of facts.

    ``hoffmann`` is equation 10 as printed and ``hoffmann-unrounded`` the same from the TeX source; ``besiroglu`` is the
    published refit of the digitised points and ``besiroglu-huber`` the minimum of Hoffmann's own objective on them.

    Examples
    --------
    >>> published_laws()["hoffmann"]
    ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    """
    return {name: published_law(name) for name in _FITS}


@cache
def published_law(name: str) -> ScalingLaw:
    """One of :func:`published_laws`, of whose facts alone it reads.

    Parameters
    ----------
    name : str
        Such as ``"hoffmann"`` or ``"besiroglu"``.

    Returns
    -------
    ScalingLaw
        Sizes in parameters, data in tokens, losses in nats a token.

    Raises
    ------
    ProblemError
        For an unknown name, with those that exist.

    Examples
    --------
    >>> law = published_law("hoffmann")
    >>> print(f"{law.E} + {law.A} / N^{law.alpha} + {law.B} / D^{law.beta}")
    1.69 + 406.4 / N^0.34 + 410.7 / D^0.28
    """
    if name not in _FITS:
        raise ProblemError(f"There is no published law {name!r}; choose from {', '.join(_FITS)}.")
    start, end, logarithms = _FITS[name]
    fact = facts.load("scaling")

    def values(*constants: str) -> list[float]:
        return [fact[f"{start}-{constant}{end}"].value for constant in constants]

    if logarithms:
        return ScalingLaw(*map(math.exp, values("ln-e", "ln-a", "ln-b")), *values("alpha", "beta"))
    return ScalingLaw(*values("e", "a-coefficient", "b-coefficient", "alpha", "beta"))


def named_laws(names: Mapping[str, str]) -> dict[str, ScalingLaw]:
    """Published laws under the names that a figure prints.

    Parameters
    ----------
    names : mapping of str to str
        Name to print to a name of :func:`published_laws`.

    Returns
    -------
    dict of str to ScalingLaw

    Examples
    --------
    >>> laws = named_laws({"Hoffmann, Eq. 10": "hoffmann", "refit": "besiroglu"})
    >>> {name: law.alpha for name, law in laws.items()}
    {'Hoffmann, Eq. 10': 0.34, 'refit': 0.34781}
    """
    return {name: published_law(key) for name, key in names.items()}


@cache
def kaplan_laws() -> dict[str, PowerLaw]:
    """Kaplan's three laws by what is scarce: ``size`` (parameters), ``data`` (tokens) and ``compute`` (FLOP).

    Returns
    -------
    dict of str to PowerLaw
        By what is scarce.

    Examples
    --------
    >>> round(float(kaplan_laws()["compute"].loss(3.1e8 * PETAFLOP_DAY)), 9)  # the scale is where the loss is one nat
    1.0
    """
    fact = facts.load("scaling")
    return {
        "size": PowerLaw(fact["kaplan-n-c"].value, fact["kaplan-alpha-n"].value, "non-embedding parameters"),
        "data": PowerLaw(fact["kaplan-d-c"].value, fact["kaplan-alpha-d"].value, "tokens"),
        "compute": PowerLaw(fact["kaplan-c-c-min"].value * PETAFLOP_DAY, fact["kaplan-alpha-c-min"].value, "FLOP"),
    }


def simulate_losses(
    law: ScalingLaw,
    N: ArrayLike,
    D: ArrayLike,
    noise: float,
    rng: np.random.Generator,
    distribution: Literal["normal", "laplace"] = "normal",
) -> Array:
    """Losses that a law gives, each times e^(noise * unit variate).

    Parameters
    ----------
    law : ScalingLaw
    N, D : arrays
        Parameters and tokens of each run.
    noise : float
        Standard deviation of the log loss (`"normal"`), or its mean absolute deviation (`"laplace"`, which has more
        outliers).
    rng : Generator
    distribution : {"normal", "laplace"}
    """
    exact = law.loss(N, D)
    draw = rng.standard_normal if distribution == "normal" else rng.laplace
    return exact * np.exp(noise * np.asarray(draw(size=exact.shape)))


def chinchilla_design(points: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Runs drawn over the region of Hoffmann's Figure 4, for simulations in the place of its digitised points.

    Budgets from 4e18 to 3e21 FLOP, sizes from 57 million to 16 billion parameters, 1 to 300 tokens a parameter.

    Returns
    -------
    N, D : arrays (points,)
    """
    N, D = np.empty(0), np.empty(0)
    while len(N) < points:
        size = np.exp(rng.uniform(math.log(57e6), math.log(16e9), 4 * points))
        compute = np.exp(rng.uniform(math.log(4e18), math.log(3e21), 4 * points))
        data = compute / (FLOP_PER_PARAMETER_AND_TOKEN * size)
        inside = (data / size > 1) & (data / size < 300)
        N, D = np.append(N, size[inside]), np.append(D, data[inside])
    return N[:points], D[:points]
