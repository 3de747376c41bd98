r"""Energy and carbon: less for each run, more in total, and why both are true.

A run of H accelerator-hours at the power P, in buildings with the power usage effectiveness PUE, on electricity of the
carbon intensity c, needs

.. math:: E = H\, P\, \mathrm{PUE}, \qquad \mathrm{CO_2} = c\, E.

A total is volume over efficiency, T = V / eta: it falls only where the volume grows more slowly than the efficiency.
Assumes the average power while running; what making the chips and buildings has emitted is not in it, nor water.

References
----------
Patterson et al. (2021), Carbon emissions and large neural network training, arXiv:2104.10350, section 2; how a total
splits into volume and intensity is in :mod:`analysis.market.identity`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.kit.checking import Array, checked, not_negative, plain, positive


def power_overhead(value: ArrayLike) -> Array:
    """A power usage effectiveness (PUE), electricity of a building over that of its machines: at least 1.

    >>> power_overhead(1.25).tolist()
    1.25
    """
    array = np.asarray(value, float)
    return checked(array, np.isfinite(array) & (array >= 1), "a power usage effectiveness", "finite and at least 1")


def run_energy(hours: ArrayLike, power: ArrayLike, overhead: ArrayLike = 1.0) -> Any:
    """Electricity of a run, kWh.

    Parameters
    ----------
    hours : float or array
        H, accelerator-hours: accelerators times hours; positive.
    power : float or array
        P, average kW of an accelerator with its share of the server; positive.
    overhead : float or array
        PUE, electricity of the building over that of the machines; at least 1.

    Returns
    -------
    float or array

    Examples
    --------
    A million hours at 1.2 kW, in GWh:

    >>> round(run_energy(1e6, 1.2, 1.25) / 1e6, 2)
    1.5
    """
    return plain(positive(hours, "a number of hours") * positive(power, "a power") * power_overhead(overhead))


def carbon(energy: ArrayLike, intensity: ArrayLike) -> Any:
    """Carbon dioxide of electricity, tonnes.

    Parameters
    ----------
    energy : float or array
        kWh; at least 0.
    intensity : float or array
        c, kg of CO2 (or CO2-equivalent) for a kWh; at least 0.

    Returns
    -------
    float or array

    Examples
    --------
    >>> carbon(1.5e6, [0.4, 0.03]).tolist()
    [600.0, 45.0]
    """
    kilograms = not_negative(energy, "an energy") * not_negative(intensity, "a carbon intensity")
    return plain(kilograms / 1000)


def carbon_intensity(tonnes: ArrayLike, energy: ArrayLike) -> Any:
    """Carbon dioxide of a kWh that a reported total implies, kg: :func:`carbon` the other way round.

    Parameters
    ----------
    tonnes : float or array
        Tonnes of CO2 (or CO2-equivalent); at least 0.
    energy : float or array
        kWh; positive.

    Returns
    -------
    float or array

    Examples
    --------
    >>> carbon_intensity(600.0, 1.5e6)
    0.4
    """
    return plain(1000 * not_negative(tonnes, "an amount of carbon dioxide") / positive(energy, "an energy"))


def total_factor(volume_factor: ArrayLike, efficiency_factor: ArrayLike) -> Any:
    """Factor of the total when volume and efficiency are multiplied by theirs, V'/V over eta'/eta.

    Parameters
    ----------
    volume_factor, efficiency_factor : float or array
        Positive. The total falls if and only if the efficiency grows by the larger factor.

    Returns
    -------
    float or array

    Examples
    --------
    Ten times less for each task, eleven times the tasks:

    >>> round(total_factor(11.0, 10.0), 2)
    1.1
    """
    return plain(positive(volume_factor, "a factor of volume") / positive(efficiency_factor, "a factor of efficiency"))
