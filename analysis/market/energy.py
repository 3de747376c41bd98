r"""Energy and carbon: less for each run, more in total, and why both are true.

A run of H accelerator-hours at the power P, in buildings with the power usage effectiveness PUE, on electricity of the
carbon intensity c, needs

.. math:: E = H\, P\, \mathrm{PUE}, \qquad \mathrm{CO_2} = c\, E.

A total is volume over efficiency, T = V / eta: it falls only where the volume grows more slowly than the efficiency.
Assumes the average power while running; what making the chips and buildings has emitted is not in it, nor water.

References
----------
Patterson et al. (2021), Carbon emissions and large neural network training, arXiv:2104.10350, section 2; the split of a
total as in :mod:`analysis.market.identity`.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from analysis.kit.checking import not_negative, plain, positive, used_share
from analysis.market.identity import Decomposition, decompose
from analysis.market.quantities import HOURS_PER_YEAR, power_overhead

GIGAWATT_HOURS_PER_TERAWATT_HOUR = 1000.0


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

    Examples
    --------
    >>> carbon(1.5e6, [0.4, 0.03]).tolist()
    [600.0, 45.0]
    """
    kilograms = not_negative(energy, "an energy") * not_negative(intensity, "a carbon intensity")
    return plain(kilograms / 1000)


def total_factor(volume_factor: ArrayLike, efficiency_factor: ArrayLike) -> Any:
    """Factor of the total when volume and efficiency are multiplied by theirs, V'/V over eta'/eta.

    Parameters
    ----------
    volume_factor, efficiency_factor : float or array
        Positive. The total falls if and only if the efficiency grows by the larger factor.

    Examples
    --------
    Ten times less for each task, eleven times the tasks:

    >>> round(total_factor(11.0, 10.0), 2)
    1.1
    """
    return plain(positive(volume_factor, "a factor of volume") / positive(efficiency_factor, "a factor of efficiency"))


def split_total(before: ArrayLike, after: ArrayLike, efficiency_factor: ArrayLike) -> Decomposition:
    """Split a change of total energy into volume and efficiency, for an efficiency that is known or assumed.

    The volume is what the total leaves for it: V'/V = T'/T x eta'/eta. It is inferred, not observed.

    Parameters
    ----------
    before, after : float or array
        Total energy, any unit; positive.
    efficiency_factor : float or array
        How much more is done with a unit of energy afterwards; positive.

    Returns
    -------
    Decomposition
        In the unit of the totals; ``by_intensity`` is what better efficiency took away.

    Examples
    --------
    A total up by 17 per cent while a kWh does twice as much:

    >>> split = split_total(100.0, 117.0, 2.0)
    >>> round(split.by_volume), round(split.by_intensity)
    (92, -75)
    """
    first, last = positive(before, "a total"), positive(after, "a total")
    gain = positive(efficiency_factor, "a factor of efficiency")
    return decompose(1.0, last / first * gain, first, first / gain)


def yearly_energy(power: ArrayLike, load: ArrayLike = 1.0) -> Any:
    """Electricity a year of a capacity, TWh.

    Parameters
    ----------
    power : float or array
        GW at full load, with the building's overhead; positive.
    load : float or array
        Average share of it that is drawn; above 0, at most 1.

    Examples
    --------
    >>> round(yearly_energy(10.0), 1)
    87.6
    """
    gigawatts = positive(power, "a power") * used_share(load, "a load")
    return plain(gigawatts * HOURS_PER_YEAR / GIGAWATT_HOURS_PER_TERAWATT_HOUR)
