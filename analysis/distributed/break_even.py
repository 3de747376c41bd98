r"""The line on which training apart and data-parallel training reach a loss at the same time.

Where two sites wait for e of every s seconds that a meeting's step takes, a share s/(s + e) of the time is computed if
they meet at each step, and H s/(H s + e) if they meet every H steps. A gap in loss lets training apart need 1 / ratio
times the compute (:func:`analysis.distributed.price.compute_ratio`). The times to one loss are equal where

.. math:: 1 + \frac{e}{s} = \left( 1 + \frac{e}{H s} \right) \frac{1}{\mathrm{ratio}}
    \quad\Longrightarrow\quad \frac{e}{s} = \frac{1 / \mathrm{ratio} - 1}{1 - 1 / (H \, \mathrm{ratio})}.

On a slower line training apart is there sooner.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.distributed.price import compute_ratio
from analysis.distributed.utilisation import bandwidth_for, utilisation
from analysis.kit.checking import checked, fit_together, plain, positive, real
from analysis.kit.errors import ProblemError


def break_even_waiting(gap: ArrayLike, exponent: ArrayLike, steps_between: ArrayLike) -> Any:
    """Seconds of waiting for each second of a step, e/s, at which both reach a loss at the same time.

    Parameters
    ----------
    gap, exponent : float or array
        Of the loss, as :func:`analysis.distributed.price.compute_ratio` takes them.
    steps_between : int or array
        H, at least 2.

    Returns
    -------
    float or array
        0 where training apart needs no more compute, so that it is never later; infinite where the gap costs more than
        H times the compute, so that it is never sooner.

    Examples
    --------
    >>> round(break_even_waiting(0.0029, 0.0954, 100), 3)
    0.063
    """
    H = real(steps_between, "a number of steps between meetings")
    checked(H, np.isfinite(H) & (H >= 2), "a number of steps between meetings", "at least 2 for training apart")
    ratio = np.asarray(compute_ratio(gap, exponent))
    fit_together(H, ratio)
    saved = 1 - 1 / (H * ratio)
    waiting = np.maximum(1 / ratio - 1, 0) / np.where(saved > 0, saved, 1)
    return plain(np.where(saved > 0, waiting, np.inf))


def break_even_bandwidth(
    gap: float, exponent: float, parameters: float, steps_between: int = 100, **line: Any
) -> float:
    """Bandwidth at which both ways reach the same loss at the same time; below it training apart is sooner, Gbit/s.

    Parameters
    ----------
    gap, exponent, steps_between
        As for :func:`break_even_waiting`.
    parameters : float
        Size of the model.
    **line
        ``bits``, ``step_seconds`` and ``layers``, as :func:`analysis.distributed.utilisation.bandwidth_for` takes them.

    Returns
    -------
    float
        Infinite where training apart is never later, 0 where it is never sooner.

    Raises
    ------
    ProblemError
        If more than one line is asked for, or none breaks even.

    Examples
    --------
    >>> round(break_even_bandwidth(0.0029, 0.0954, 10e9, steps_between=100))
    279
    >>> break_even_bandwidth(-0.002, 0.0954, 10e9, steps_between=100)
    inf
    """
    if any(np.ndim(each) for each in (gap, exponent, parameters, steps_between)):
        raise ProblemError("One line is asked for: give one gap, exponent, size and number of steps.")
    waiting = float(break_even_waiting(gap, exponent, steps_between))
    if waiting == 0 or np.isinf(waiting):
        return float("inf") if waiting == 0 else 0.0
    return float(bandwidth_for(1 / (1 + waiting), parameters, **line))


def time_to_loss(bandwidth: ArrayLike, parameters: float, steps_between: int, ratio: float = 1.0, **line: Any) -> Any:
    """Time that a loss takes, in times of data-parallel training that waits for nobody: 1 / (utilisation x ratio).

    `ratio` is what :func:`analysis.distributed.price.compute_ratio` gives for the gap in loss; the rest is as for
    :func:`analysis.distributed.utilisation.utilisation`.

    Parameters
    ----------
    bandwidth : float or array
        Gbit/s.
    parameters : float
        Of the model.
    steps_between : int
        Steps between two meetings.
    ratio : float
        Of compute, for the gap in loss.
    **line
        As for :func:`~analysis.distributed.utilisation.utilisation`.

    Returns
    -------
    float or array
        Times of training without waiting.

    Examples
    --------
    >>> round(time_to_loss(10.0, 10e9, steps_between=100, ratio=0.94), 3)
    1.27
    """
    share = positive(ratio, "a ratio of compute")
    return plain(1 / (np.asarray(utilisation(bandwidth, parameters, steps_between, **line)) * share))
