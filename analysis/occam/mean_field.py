"""Mean-field theory of wide random networks: where order turns into chaos.

In a wide random network every pre-activation is Gaussian, so a whole layer is described by two
numbers: the variance ``q`` of its pre-activations, and the correlation ``c`` between the
pre-activations of two different inputs. Each layer maps ``(q, c)`` to new values. If nearby inputs
are drawn together from layer to layer the network is *ordered*; if they are driven apart it is
*chaotic*. The slope ``chi_1`` of the correlation map at ``c = 1`` tells the two apart.

Weights have variance ``sigma_w**2 / fan_in`` and biases ``sigma_b**2``, as in the papers.

References
----------
Poole, Lahiri, Raghu, Sohl-Dickstein & Ganguli (2016), Exponential expressivity in deep neural
networks through transient chaos, arXiv:1606.05340. Schoenholz, Gilmer, Ganguli & Sohl-Dickstein
(2017), Deep information propagation, arXiv:1611.01232. Cho & Saul (2009) for the ReLU kernel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from analysis.kit.checking import not_negative, positive
from analysis.kit.errors import ProblemError

Activation = Literal["tanh", "relu"]
FloatArray = NDArray[np.float64]

# Beyond 9 standard deviations the Gaussian holds less than 3e-19.
_REACH = 9.0


def _check(sigma_w: float, sigma_b: float, activation: str) -> None:
    if activation not in ("tanh", "relu"):
        raise ProblemError(f"No mean-field theory for the activation {activation!r}; use 'tanh' or 'relu'.")
    positive(sigma_w, "a weight scale sigma_w")
    not_negative(sigma_b, "a bias scale sigma_b")


@lru_cache(maxsize=64)
def gaussian_nodes(intervals: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights for averages over a standard Gaussian, by the trapezoidal rule.

    For an analytic integrand the error falls as ``exp(-2 pi d / h)``, where ``d`` is the distance of
    its nearest pole from the real axis and ``h`` the step. Gauss–Hermite needs the square of that
    many nodes once ``tanh(sqrt(q) z)`` is steep (``d = pi / (2 sqrt(q))``).

    Parameters
    ----------
    intervals : int
        Number of steps between -9 and 9 standard deviations, at least 2.

    Returns
    -------
    nodes, weights : ndarray, shape (intervals + 1,)

    Examples
    --------
    >>> z, weight = gaussian_nodes(200)
    >>> abs(float(np.sum(weight * z**4)) - 3.0) < 1e-12
    True
    """
    if intervals < 2:
        raise ProblemError(f"{intervals} intervals cannot carry an average; use at least 2.")
    nodes = np.linspace(-_REACH, _REACH, intervals + 1)
    weights = np.exp(-(nodes**2) / 2)
    return nodes, weights / weights.sum()


def _nodes_for(q: float) -> tuple[FloatArray, FloatArray]:
    """Enough nodes for 1e-10 with ``tanh(sqrt(q) z)``: the step shrinks as the tanh steepens."""
    step = min(0.2, 2 * math.pi * (math.pi / 2) / math.sqrt(max(q, 1e-300)) / 30)
    # Powers of two, so that neighbouring q share cached nodes.
    return gaussian_nodes(2 ** math.ceil(math.log2(2 * _REACH / step)))


def variance_map(q: float, sigma_w: float, sigma_b: float, activation: Activation = "tanh") -> float:
    r"""Variance of the pre-activations one layer further.

    .. math:: q' = \sigma_w^2 \int Dz\, \phi(\sqrt{q} z)^2 + \sigma_b^2

    Parameters
    ----------
    q : float
        Variance of the pre-activations, not negative.
    sigma_w, sigma_b : float
        Standard deviations of weights (times the root of the fan-in) and biases.
    activation : {'tanh', 'relu'}
        For ReLU the integral is ``q / 2``.

    Returns
    -------
    float

    Examples
    --------
    >>> variance_map(2.0, sigma_w=1.0, sigma_b=0.0, activation="relu")
    1.0
    """
    _check(sigma_w, sigma_b, activation)
    if not q >= 0:
        raise ProblemError(f"A variance of {q} is impossible; give zero or a positive number.")
    if activation == "relu":
        return sigma_w**2 * q / 2 + sigma_b**2
    z, weight = _nodes_for(q)
    return sigma_w**2 * float(weight @ np.tanh(math.sqrt(q) * z) ** 2) + sigma_b**2


def variance_fixed_point(sigma_w: float, sigma_b: float, activation: Activation = "tanh") -> float:
    """Variance ``q*`` that a deep network settles at, whatever its input.

    Parameters
    ----------
    sigma_w, sigma_b : float
        Standard deviations of weights and biases.
    activation : {'tanh', 'relu'}

    Returns
    -------
    float
        The stable fixed point of `variance_map`; 0 when activity dies out, ``inf`` when it grows
        without limit (ReLU from ``sigma_w**2 = 2`` on). For ReLU at exactly ``sigma_w**2 = 2`` and
        ``sigma_b = 0`` every variance is a fixed point, and ``nan`` is returned.

    Examples
    --------
    >>> variance_fixed_point(0.9, 0.0)
    0.0
    >>> round(variance_fixed_point(1.0, 0.5, "relu"), 12)
    0.5
    """
    _check(sigma_w, sigma_b, activation)
    if activation == "relu":
        gain = sigma_w**2 / 2
        if math.isclose(gain, 1.0, rel_tol=1e-12):
            return math.nan if sigma_b == 0 else math.inf
        if gain > 1:
            return math.inf
        return sigma_b**2 / (1 - gain)
    if sigma_b == 0 and sigma_w <= 1:
        return 0.0
    # V(q) / q falls strictly with q, so the fixed point is the single root of V(q) / q - 1.
    low = sigma_b**2 if sigma_b > 0 else 1e-3 * (1 - 1 / sigma_w**2)
    high = sigma_w**2 + sigma_b**2

    def excess(log_q: float) -> float:
        q = math.exp(log_q)
        return variance_map(q, sigma_w, sigma_b, "tanh") / q - 1

    return math.exp(brentq(excess, math.log(low), math.log(high), xtol=1e-14, rtol=1e-14))


def chi_1(sigma_w: float, sigma_b: float, activation: Activation = "tanh") -> float:
    r"""Slope of the correlation map at ``c = 1``: below 1 order, above 1 chaos.

    .. math:: \chi_1 = \sigma_w^2 \int Dz\, \phi'(\sqrt{q^*} z)^2

    Parameters
    ----------
    sigma_w, sigma_b : float
        Standard deviations of weights and biases.
    activation : {'tanh', 'relu'}
        For ReLU ``chi_1 = sigma_w**2 / 2`` at any variance.

    Returns
    -------
    float

    Examples
    --------
    >>> round(chi_1(0.9, 0.0), 12)
    0.81
    >>> round(chi_1(4.0, 0.1), 3)
    2.376
    """
    _check(sigma_w, sigma_b, activation)
    if activation == "relu":
        return sigma_w**2 / 2
    return _slope(1.0, variance_fixed_point(sigma_w, sigma_b, activation), sigma_w)


def _slope(c: float, q: float, sigma_w: float) -> float:
    """Derivative of the tanh correlation map: sigma_w² E[φ'(u) φ'(v)]."""
    return sigma_w**2 * _pair_average(lambda u: 1 - np.tanh(u) ** 2, c, q)


def _pair_average(f: Callable[[FloatArray], FloatArray], c: float, q: float) -> float:
    """E[f(u) f(v)] for Gaussians of variance q and correlation c."""
    z, weight = _nodes_for(q)
    scale = math.sqrt(q)
    if c == 1.0:
        return float(weight @ f(scale * z) ** 2)
    # u and v as sum and difference of independent Gaussians: both stay equally smooth at any c.
    along = math.sqrt((1 + c) / 2) * scale * z
    across = math.sqrt((1 - c) / 2) * scale * z
    # f(along - across) is f(along + across) with the second axis reversed, as the nodes are symmetric.
    both = f(along[:, None] + across[None, :])
    return float(weight @ (both * both[:, ::-1]) @ weight)


def correlation_map(
    c: float, sigma_w: float, sigma_b: float, activation: Activation = "tanh", q: float | None = None
) -> float:
    r"""Correlation between two inputs one layer further, at constant variance ``q``.

    .. math:: c' = \frac{1}{q} \left(\sigma_w^2 \int Dz_1 Dz_2\, \phi(u) \phi(v) + \sigma_b^2\right),
              \quad u = \sqrt{q} z_1, \quad v = \sqrt{q} (c z_1 + \sqrt{1 - c^2} z_2)

    Parameters
    ----------
    c : float
        Correlation, from -1 to 1.
    sigma_w, sigma_b : float
        Standard deviations of weights and biases.
    activation : {'tanh', 'relu'}
        For ReLU the closed form of Cho and Saul; without bias, and where the variance grows without
        limit so that the bias stops mattering, it depends on neither parameter.
    q : float, optional
        Variance; the fixed point ``q*`` when not given.

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        If ``c`` is no correlation, or activity dies out (``q* = 0``) and no correlation is defined.

    Examples
    --------
    >>> round(correlation_map(0.0, 1.0, 0.0, "relu"), 6) == round(1 / np.pi, 6)
    True
    """
    _check(sigma_w, sigma_b, activation)
    if not -1 <= c <= 1:
        raise ProblemError(f"{c} is not a correlation; give a number from -1 to 1.")
    if activation == "relu":
        angle = math.acos(c)
        kernel = (math.sin(angle) + (math.pi - angle) * c) / math.pi
        variance = variance_fixed_point(sigma_w, sigma_b, "relu") if q is None else q
        if sigma_b == 0 or not math.isfinite(variance):
            return kernel
        signal = sigma_w**2 * variance / 2
        return (signal * kernel + sigma_b**2) / (signal + sigma_b**2)
    variance = variance_fixed_point(sigma_w, sigma_b, activation) if q is None else q
    if variance <= 0:
        raise ProblemError("Activity dies out in this network (q* = 0), so two inputs have no correlation.")
    numerator = sigma_w**2 * _pair_average(np.tanh, c, variance) + sigma_b**2
    return numerator / variance_map(variance, sigma_w, sigma_b, "tanh")


def correlation_fixed_point(sigma_w: float, sigma_b: float, activation: Activation = "tanh") -> float:
    """Correlation ``c*`` that any two different inputs end up with in a deep network.

    Parameters
    ----------
    sigma_w, sigma_b : float
        Standard deviations of weights and biases.
    activation : {'tanh', 'relu'}
        ReLU has no phase with ``c* < 1``: its two phases differ in the variance alone.

    Returns
    -------
    float
        1 in the ordered phase (``chi_1 <= 1``), less than 1 in the chaotic phase.

    Examples
    --------
    >>> correlation_fixed_point(1.0, 0.1)
    1.0
    >>> round(correlation_fixed_point(1.5, 0.1), 3)
    0.18
    """
    _check(sigma_w, sigma_b, activation)
    if activation == "relu" or chi_1(sigma_w, sigma_b, activation) <= 1:
        return 1.0
    if sigma_b == 0:  # tanh is odd, so uncorrelated inputs stay uncorrelated
        return 0.0
    q = variance_fixed_point(sigma_w, sigma_b, activation)

    def gap(c: float) -> float:  # the root at c = 1 is divided out
        return (correlation_map(c, sigma_w, sigma_b, activation, q) - c) / (1 - c)

    # The gap near c = 1 is 1 - chi_1 < 0; too near, rounding would decide its sign.
    nearest = 1 - 1e-5
    if gap(nearest) >= 0:
        return 1.0
    return float(brentq(gap, 0.0, nearest, xtol=1e-13))


def critical_sigma_w(sigma_b: float, activation: Activation = "tanh") -> float:
    """Weight scale at the edge of chaos, where ``chi_1 = 1``.

    Parameters
    ----------
    sigma_b : float
        Standard deviation of the biases.
    activation : {'tanh', 'relu'}

    Returns
    -------
    float
        1 for tanh without bias, more with bias; the square root of 2 for ReLU.

    Examples
    --------
    >>> critical_sigma_w(0.0)
    1.0
    """
    _check(1.0, sigma_b, activation)
    if activation == "relu":
        return math.sqrt(2.0)
    if sigma_b == 0:
        return 1.0
    high = 2.0
    while chi_1(high, sigma_b) < 1:
        high *= 2
    return float(brentq(lambda sigma_w: chi_1(sigma_w, sigma_b) - 1, 0.5, high, xtol=1e-12))


def mean_field_curve(sigma_w: Iterable[float], sigma_b: float = 0.1, activation: Activation = "tanh") -> pd.DataFrame:
    """Mean-field quantities along a sweep of the weight scale, for plotting.

    Parameters
    ----------
    sigma_w : iterable of float
    sigma_b : float
    activation : {'tanh', 'relu'}

    Returns
    -------
    DataFrame
        Columns ``sigma_w``, ``sigma_b``, ``activation``, ``q_star``, ``chi_1``, ``c_star``,
        ``slope_at_c_star`` (stability of the correlation: below 1 means it settles),
        ``correlation_depth`` (layers over which the memory of the inputs' correlation falls by a
        factor e, ``-1 / ln(slope_at_c_star)``) and ``phase`` ('ordered', 'critical', 'chaotic', or
        'unbounded' for ReLU beyond the critical point, whose variance grows without limit).

    Examples
    --------
    >>> mean_field_curve([0.9, 2.0])["phase"].tolist()
    ['ordered', 'chaotic']
    """
    rows = []
    for scale in sigma_w:
        chi = chi_1(scale, sigma_b, activation)
        c_star = correlation_fixed_point(scale, sigma_b, activation)
        q_star = variance_fixed_point(scale, sigma_b, activation)
        if activation == "relu":
            # With a growing variance the bias drops out and c = 1 is approached without a scale.
            slope = chi if math.isfinite(q_star) else 1.0
        else:
            slope = chi if c_star == 1.0 else _slope(c_star, q_star, scale)
        supercritical = "chaotic" if c_star < 1 else "unbounded"
        critical = math.isclose(chi, 1.0, rel_tol=1e-9)
        rows.append(
            {
                "sigma_w": float(scale),
                "sigma_b": float(sigma_b),
                "activation": activation,
                "q_star": q_star,
                "chi_1": chi,
                "c_star": c_star,
                "slope_at_c_star": slope,
                "correlation_depth": math.inf if slope >= 1 - 1e-9 else -1 / math.log(slope),
                "phase": "critical" if critical else "ordered" if chi < 1 else supercritical,
            }
        )
    return pd.DataFrame(rows)


def correlation_maps(
    sigma_w: Iterable[float], sigma_b: float = 0.1, activation: Activation = "tanh", points: int = 26
) -> pd.DataFrame:
    """The map of the correlation for each weight scale of a sweep: columns ``sigma_w``, ``c`` and ``c_next``.

    Parameters
    ----------
    sigma_w : iterable of float
        Weight scales of the sweep; positive.
    sigma_b : float
        Scale of the biases, 0 or more.
    activation : {"tanh", "relu"}
    points : int
        Correlations from 0 to 1 for each scale.

    Returns
    -------
    DataFrame
        ``sigma_w``, ``c`` (correlation of two inputs) and ``c_next`` (after a layer).

    Examples
    --------
    >>> correlation_maps([1.0], 0.0, "relu", points=3)["c_next"].round(3).tolist()
    [0.318, 0.609, 1.0]
    """
    return pd.DataFrame(
        [
            {"sigma_w": scale, "c": c, "c_next": correlation_map(c, scale, sigma_b, activation)}
            for scale in sigma_w
            for c in np.linspace(0, 1, points).tolist()
        ]
    )
