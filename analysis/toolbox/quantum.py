r"""Quantum computers for learning: how many qubits one good one takes, and how fast data come in.

Below a threshold, errors of the surface code fall by the factor Λ each time its distance d grows by two:

.. math:: \varepsilon_d = \varepsilon_{d_0}\, \Lambda^{-(d - d_0)/2}, \qquad n(d) = 2 d^2 - 1

physical qubits make a logical one. Data that are not quantum come in at one bit a logical qubit and operation, at best:

.. math:: B = \frac{Q}{t}.

And an algorithm that needs only the root of the steps gains from where the root of the steps makes up for the slower
machine.

References
----------
Google Quantum AI (2025), Quantum error correction below the surface code threshold, Nature 638. Hoefler, Häner & Troyer
(2023), Disentangling hype from practicality, Communications of the ACM 66(5).
"""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import ArrayLike

from analysis.kit.arguments import single
from analysis.kit.checking import checked, fit_together, inside, plain, positive, whole
from analysis.kit.errors import ProblemError

DAY = 86_400.0  # seconds


def logical_error(distance: ArrayLike, known_distance: float, known_error: float, suppression: float) -> Any:
    """Error of a logical qubit in a cycle at another distance of its code.

    Parameters
    ----------
    distance : int or array
        At least 1.
    known_distance, known_error : float
        A measured pair; the error is a share between 0 and 1.
    suppression : float
        By what factor errors fall with two steps of distance; above 1.

    Returns
    -------
    float or array

    Examples
    --------
    >>> print(f"{logical_error(9, known_distance=7, known_error=0.00143, suppression=2.14):.6f}")
    0.000668
    """
    d, known = whole(distance, "a distance"), whole(known_distance, "a distance")
    error = inside(known_error, "an error")
    fit_together(d, known, error, suppression)
    found = error * _factor(suppression) ** (-(d - known) / 2)
    return plain(checked(found, found < 1, "the error at that distance", "below 1, where the law can hold"))


def distance_for(target: float, known_distance: float, known_error: float, suppression: float) -> int:
    """The smallest odd distance whose error is at most `target`.

    Parameters
    ----------
    target : float
        Error of a logical qubit a cycle.
    known_distance, known_error : float
        A distance and its measured error.
    suppression : float
        Factor on the error by two more of distance; above 1.

    Returns
    -------
    int
        Odd.

    Examples
    --------
    >>> distance_for(1e-12, known_distance=7, known_error=0.00143, suppression=2.14)
    63
    """
    wanted, error = (single(inside(value, "an error"), "an error") for value in (target, known_error))
    known = single(whole(known_distance, "a distance"), "a distance")
    steps = 2 * math.log(error / wanted) / math.log(single(_factor(suppression), "a suppression"))
    distance = max(1, math.ceil(known + steps - 1e-9))
    return distance + (distance + 1) % 2


def physical_qubits(distance: ArrayLike) -> Any:
    """Physical qubits of a logical one in the surface code: 2 d^2 - 1.

    Parameters
    ----------
    distance : float or array
        Of the code.

    Returns
    -------
    float or array

    Examples
    --------
    >>> physical_qubits(7)
    97.0
    """
    return plain(2 * whole(distance, "a distance") ** 2 - 1)


def door(qubits: ArrayLike, gate_seconds: ArrayLike) -> Any:
    """Bits a second that can come in: one for each logical qubit and operation.

    Parameters
    ----------
    qubits : float or array
        Logical qubits.
    gate_seconds : float or array
        Seconds of one logical operation.

    Returns
    -------
    float or array

    Examples
    --------
    >>> print(f"{door(10_000, 10e-6):.3g}")
    1e+09
    """
    count, seconds = whole(qubits, "a number of qubits"), positive(gate_seconds, "the time of an operation")
    fit_together(count, seconds)
    return plain(count / seconds)


def seconds_to_read(bits: ArrayLike, rate: ArrayLike) -> Any:
    """Seconds in which so many bits pass a door of `rate` bits a second, once.

    Parameters
    ----------
    bits : float or array
        To be read once.
    rate : float or array
        Bits a second, as :func:`door` gives it.

    Returns
    -------
    float or array
        Seconds.

    Examples
    --------
    >>> round(seconds_to_read(15e12 * 17, door(10_000, 10e-6)) / DAY, 2)
    2.95
    """
    amount, speed = positive(bits, "a number of bits"), positive(rate, "a rate")
    fit_together(amount, speed)
    return plain(amount / speed)


def quadratic_crossover(ordinary: float, quantum: float, operations: float = 1.0) -> float:
    """Seconds after which an algorithm with the root of the steps overtakes an ordinary computer.

    N steps of so many operations take N M / r there, and the root of N takes M / q each here. Both are done at once at
    N = (r / q)^2, after r M / q^2 seconds; below that, the ordinary computer is first.

    Parameters
    ----------
    ordinary, quantum : float
        Operations a second of either; the quantum computer is the slower one.
    operations : float
        In one step.

    Returns
    -------
    float

    Raises
    ------
    ProblemError
        If the quantum computer is not the slower one a step.

    Examples
    --------
    >>> round(quadratic_crossover(195e12, 10_500) / DAY, 1)
    20.5
    """
    r, q = (single(positive(rate, "a rate"), "a rate") for rate in (ordinary, quantum))
    if q >= r:
        raise ProblemError("The quantum computer must be the slower one a step; otherwise it wins from the start.")
    return r * single(positive(operations, "a number of operations"), "a number of operations") / q**2


def _factor(suppression: ArrayLike) -> Any:
    """Λ, which must be above one: below the threshold a larger code is a better one."""
    factor = positive(suppression, "a suppression")
    return checked(factor, factor > 1, "a suppression", "above 1, or a larger code is not a better one")
