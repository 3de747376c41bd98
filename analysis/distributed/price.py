r"""What a gap in loss costs in compute.

If the loss of well-proportioned models falls with their size as L = A N^(-a), and compute grows as N^2 (twenty tokens a
parameter), a run whose loss is a share ``gap`` too high is worth, at the same loss, a smaller run of the baseline:

.. math:: \frac{C'}{C} = (1 + \mathrm{gap})^{-2 / a}.

References
----------
Charles et al. (2025), arXiv:2503.09799, fit L = A N^alpha to their losses; their alpha is our -a.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import linregress

from analysis.kit.checking import checked, finite, fit_together, plain, positive
from analysis.kit.errors import ProblemError
from analysis.scaling.allocation import allocation_exponents
from analysis.scaling.laws import PowerLaw, ScalingLaw

#: Compute grows as this power of the size, where the tokens grow with the parameters.
COMPUTE_POWER = 2.0


def fit_power_law(sizes: ArrayLike, losses: ArrayLike) -> PowerLaw:
    """The power law through sizes and losses, a straight line in both logarithms.

    Parameters
    ----------
    sizes : array (n,)
        Parameters.
    losses : array (n,)
        Nats a token.

    Returns
    -------
    PowerLaw
        ``exponent`` a and ``scale``, the size at which the loss would be one nat.

    Raises
    ------
    ProblemError
        For fewer than three runs, or sizes or losses that are not positive.

    Examples
    --------
    >>> from analysis.distributed.published import losses
    >>> swept = losses(["swept"]).query("method == 'data-parallel'")
    >>> law = fit_power_law(swept["parameters"], swept["loss"])
    >>> round(law.exponent, 4), round(law.scale**law.exponent, 2), round(float(law.loss(10e9)), 3)
    (0.0954, 18.17, 2.021)
    """
    line = _line(sizes, losses)
    exponent = -float(line.slope)
    return PowerLaw(float(np.exp(line.intercept / exponent)), exponent, "parameters")


def exponent_error(sizes: ArrayLike, losses: ArrayLike) -> float:
    """Standard error of the exponent of :func:`fit_power_law`, from the scatter of the runs around the line.

    Parameters
    ----------
    sizes, losses : array_like
        Parameters, and nats a token; three or more.

    Returns
    -------
    float
        No unit.

    Examples
    --------
    >>> sizes = [1e8, 1e9, 1e10]  # one set of losses lies on a line, the other does not
    >>> [round(exponent_error(sizes, losses), 3) for losses in ([3.0, 2.4, 1.92], [3.0, 2.5, 1.92])]
    [0.0, 0.01]
    """
    return float(_line(sizes, losses).stderr)


def compute_ratio(gap: ArrayLike, exponent: ArrayLike) -> Any:
    """Compute of the baseline that reaches the same loss, as a share of what was spent: (1 + gap)^(-2 / exponent).

    Parameters
    ----------
    gap : float or array
        Loss over the baseline's, less one: 0.01 is one per cent worse. Above -1.
    exponent : float or array
        a of L = A N^(-a), positive.

    Returns
    -------
    float or array
        Below 1 where the loss is worse.

    Examples
    --------
    >>> round(compute_ratio(0.01, 0.0954), 3)
    0.812
    """
    share = finite(gap, "a gap")
    checked(share, share > -1, "a gap", "above −1")
    a = positive(exponent, "an exponent")
    fit_together(share, a)
    return plain((1 + share) ** (-COMPUTE_POWER / a))


def compute_ratio_with_floor(gap: ArrayLike, loss: ArrayLike, law: ScalingLaw) -> Any:
    """The same by a law with a floor E that no compute removes: (1 + gap L / (L - E))^(-1 / g).

    Best divided between size and data, compute C leaves L - E proportional to C^(-g), g = alpha beta / (alpha + beta).
    A gap in the whole loss L is a larger one in what is above the floor, so the price rises as the loss falls.

    Parameters
    ----------
    gap : float or array
        Loss over the baseline's, less one.
    loss : float or array
        The baseline's, L, above the floor; nats a token.
    law : ScalingLaw

    Returns
    -------
    float or array

    Raises
    ------
    ProblemError
        If a loss, with the gap or without, is not above the floor.

    Examples
    --------
    >>> law = ScalingLaw(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
    >>> round(compute_ratio_with_floor(0.01, 2.09, law), 2)
    0.72
    """
    share, whole = finite(gap, "a gap"), finite(loss, "a loss")
    fit_together(share, whole)
    checked(whole, whole > law.E, "a loss", f"above the floor of {law.E:g}")
    worse = (1 + share) * whole
    checked(worse, worse > law.E, "a loss with its gap", f"above the floor of {law.E:g}")
    size, _ = allocation_exponents(law)
    return plain(((worse - law.E) / (whole - law.E)) ** (-1 / (law.alpha * size)))


def extra_compute(gap: ArrayLike, exponent: ArrayLike) -> Any:
    """Compute that training with this gap needs beyond the baseline's to reach the same loss, as a share of it.

    Parameters
    ----------
    gap : float or array
        Relative gap in loss: 0.01 is one per cent more.
    exponent : float or array
        Of the loss in compute.

    Returns
    -------
    float or array
        A share: 0.2 is a fifth more.

    Examples
    --------
    >>> round(extra_compute(0.01, 0.0954), 2)
    0.23
    """
    return plain(1 / np.asarray(compute_ratio(gap, exponent)) - 1)


def _line(sizes: ArrayLike, losses: ArrayLike) -> Any:
    N, L = positive(sizes, "a size"), positive(losses, "a loss")
    if N.shape != L.shape or N.ndim != 1 or len(N) < 3 or np.ptp(N) == 0:
        raise ProblemError("A power law needs sizes and losses of three or more runs, of different sizes.")
    found = linregress(np.log(N), np.log(L))
    if found.slope >= 0:
        raise ProblemError("These losses do not fall with size; a law of falling loss does not fit them.")
    return found
