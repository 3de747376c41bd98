r"""Accessible to whom? What AlexNet's accuracy cost in dollars, from 2012 on.

Less compute is needed each year, and a dollar buys more of it. For a machine that is bought,

.. math:: \text{cost} = \frac{\text{FLOP}}{u \, T \, p(t)}, \qquad p(t) = p_0 \, 2^{(t - t_0) / d},

with u the share of its peak that training reaches, T the seconds that it serves and p(t) the FLOP/s a dollar buys,
which double in d years. For one that is rented by the hour, the price of its hours at u times its peak. Both leave out
people, failed runs, the rest of the computer and, for the machine that is bought, electricity; :func:`alexnet_bill`
adds that.

Utilisation, life and price of electricity are assumptions. Depthwise convolutions, on which the later networks rest,
reach a smaller share of the peak than the u assumed here, so that the later costs are lower bounds.

References
----------
Hernandez & Brown (2020), arXiv:2005.04305; Hobbhahn & Besiroglu (2022), Trends in GPU price-performance; OpenAI (2018),
AI and compute, which assumes a third of the peak; Krizhevsky et al. (2012).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import pandas as pd

from analysis.cnn_era.progress.hernandez import LEVEL, TERAFLOPS_DAY, rows_of
from analysis.cnn_era.progress.series import read_table
from analysis.kit import facts
from analysis.kit.checking import positive, used_share
from analysis.kit.errors import ProblemError

FLOP_A_MAC = 2
HOURS_A_YEAR = 365.25 * 24
UTILISATION = (0.33, 0.15, 0.5)  # OpenAI's, and a range assumed about it
LIFE = (3.0, 2.0, 5.0)  # years that a card serves: assumed
ELECTRICITY = 0.12  # dollars a kWh: assumed

Span = tuple[float, float, float]


@dataclass(frozen=True)
class PriceTrend:
    """FLOP/s a dollar buys.

    Parameters
    ----------
    start : float
        FLOP/s a dollar in the decimal year `year`.
    doubling, low, high : float
        Years in which that doubles, with its interval.
    """

    start: float
    year: float
    doubling: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not (min(self.start, self.low) > 0 and self.low <= self.doubling <= self.high < math.inf):
            raise ProblemError("A price trend needs a positive start and 0 < low <= doubling <= high; correct it.")

    def flops_a_dollar(self, year: float, doubling: float | None = None) -> float:
        """FLOP/s a dollar buys in a decimal year."""
        return self.start * 2 ** ((year - self.year) / (doubling or self.doubling))


@dataclass(frozen=True)
class Offer:
    """A machine for rent.

    Parameters
    ----------
    name : str
    year : float
        Decimal year in which this price was asked.
    dollars_an_hour : float
        For the whole machine.
    flops : float
        Peak of all its cards, FLOP/s in single precision.
    """

    name: str
    year: float
    dollars_an_hour: float
    flops: float

    def cost(self, flop: float, utilisation: float = UTILISATION[0]) -> float:
        """Dollars for `flop` at a share of the peak.

        >>> offer = Offer("one teraflop/s at a dollar", 2012.0, 1.0, 1e12)
        >>> offer.cost(3.6e15, utilisation=0.5)
        2.0
        """
        positive(flop, "the FLOP of a run")
        used_share(utilisation)
        return flop / (utilisation * self.flops) / 3600 * self.dollars_an_hour


def flop_of(compute: float) -> float:
    """FLOP, adds and multiplies counted apart, of `compute` in Hernandez and Brown's teraflop/s-days.

    >>> f"{flop_of(3.1):.2e}"
    '5.36e+17'
    """
    positive(compute, "a compute")
    return FLOP_A_MAC * compute * TERAFLOPS_DAY


@cache
def published_trend() -> PriceTrend:
    """The price of AlexNet's card at its launch, carried on by the trend over 470 graphics cards.

    >>> f"{published_trend().flops_a_dollar(2012.5):.1e}"
    '5.1e+09'
    """
    fact = facts.load("cnn_era")
    doubling = fact["hobbhahn-doubling-years"]
    start = fact["gtx580-flops"].value / fact["gtx580-price"].value
    return PriceTrend(start, 2010 + 10 / 12, doubling.value, doubling.low, doubling.high)


@cache
def published_offers() -> tuple[Offer, ...]:
    """Amazon's machines with graphics cards, oldest first.

    >>> [offer.name for offer in published_offers()]
    ['2 M2050', '8 K80', '8 V100']
    """
    fact = facts.load("cnn_era")

    def offer(name: str, cards: int, price: str, peak: str) -> Offer:
        year, month = map(int, fact[price].date.split("-")[:2])
        return Offer(name, year + (month - 1) / 12, fact[price].value, cards * fact[peak].value)

    return (
        offer("2 M2050", 2, "cg1-dollars-hour", "m2050-flops"),
        offer("8 K80", 8, "p2-dollars-hour", "k80-flops"),
        offer("8 V100", 8, "p3-dollars-hour", "v100-flops"),
    )


def owning_cost(
    flop: float,
    year: float,
    trend: PriceTrend | None = None,
    utilisation: Span = UTILISATION,
    life: Span = LIFE,
) -> Span:
    """What the cards cost, for the part of their life that a run takes.

    Parameters
    ----------
    flop : float
        FLOP of the run, adds and multiplies counted apart.
    year : float
        Decimal year in which the cards are bought.
    trend : PriceTrend, optional
        That of :func:`published_trend` by default.
    utilisation, life : tuple of float
        Value, low and high: share of the peak, and years of service.

    Returns
    -------
    tuple of float
        Dollars: value, low and high. The three uncertainties (of the doubling time, of utilisation and of life) are
        taken as independent and added in the square, each side by itself.

    Examples
    --------
    >>> [round(x, 1) for x in owning_cost(flop_of(3.1), 2012.4)]  # AlexNet
    [3.5, 1.8, 8.5]
    """
    trend = trend or published_trend()
    positive(flop, "the FLOP of a run")
    used_share(utilisation)
    positive(life, "the life of a card")
    for span in (utilisation, life):
        if not span[1] <= span[0] <= span[2]:
            raise ProblemError("A range is given as value, low and high, with the value between; correct it.")

    def dollars(doubling: float, share: float, years: float) -> float:
        return flop / (trend.flops_a_dollar(year, doubling) * share * years * HOURS_A_YEAR * 3600)

    value = dollars(trend.doubling, utilisation[0], life[0])
    others = [dollars(d, utilisation[0], life[0]) for d in (trend.low, trend.high)]
    others += [dollars(trend.doubling, u, life[0]) for u in utilisation[1:]]
    others += [dollars(trend.doubling, utilisation[0], y) for y in life[1:]]
    logs = [math.log(other / value) for other in others]
    down = math.sqrt(sum(x * x for x in logs if x < 0))
    up = math.sqrt(sum(x * x for x in logs if x > 0))
    return value, value * math.exp(-down), value * math.exp(up)


def cost_of_alexnet_level() -> pd.DataFrame:
    """Dollars to AlexNet's accuracy, for each row of Hernandez and Brown's table.

    Returns
    -------
    DataFrame
        ``model``, ``date``, ``year`` (decimal), ``flop``, ``own``, ``low``, ``high`` (cards bought in that year, for
        the part of their life that the run takes) and ``same_cards`` (the same with cards of 2012, so that only the
        networks change).

    Examples
    --------
    >>> table = cost_of_alexnet_level()
    >>> round(table["own"].iloc[0] / table["own"].iloc[-1])
    322
    """
    rows = rows_of(LEVEL)
    years = [float(date.year + (date.day_of_year - 1) / 365.25) for date in rows["date"]]
    flop = [flop_of(compute) for compute in rows["compute"]]
    costs = [owning_cost(f, year) for f, year in zip(flop, years, strict=True)]
    return pd.DataFrame(
        {
            "model": rows["model"],
            "date": rows["date"],
            "year": years,
            "flop": flop,
            "own": [cost[0] for cost in costs],
            "low": [cost[1] for cost in costs],
            "high": [cost[2] for cost in costs],
            "same_cards": [owning_cost(f, years[0])[0] for f in flop],
        }
    )


def rent_of_alexnet_level(utilisation: float = UTILISATION[0], offers: tuple[Offer, ...] | None = None) -> pd.DataFrame:
    """Dollars to AlexNet's accuracy on the newest machine for rent when each model came out, or the first there was.

    By default the machines are those of :func:`published_offers`. Only the offers named there are known here: others
    stood beside them, and their prices changed little or not at all between one and the next.

    Parameters
    ----------
    utilisation : float
        Share of the peak that training reaches.
    offers : tuple of Offer, optional
        Machines for rent.

    Returns
    -------
    DataFrame
        ``model``, ``date``, ``machine``, ``hours`` and ``dollars``.

    Examples
    --------
    >>> table = rent_of_alexnet_level()
    >>> table[["model", "machine", "dollars"]].round(1).iloc[[0, -1]].to_numpy().tolist()
    [['AlexNet', '2 M2050', 459.7], ['EfficientNet-B0', '8 V100', 2.0]]
    """
    offers = published_offers() if offers is None else offers
    rows = []
    for row in cost_of_alexnet_level().itertuples():
        offer = ([o for o in offers if o.year <= row.year] or offers[:1])[-1]
        dollars = offer.cost(row.flop, utilisation)
        rows.append((row.model, row.date, offer.name, dollars / offer.dollars_an_hour, dollars))
    return pd.DataFrame(rows, columns=["model", "date", "machine", "hours", "dollars"])


def fall_of_rent(offers: tuple[Offer, ...]) -> float:
    """How many times the rent for AlexNet's accuracy fell over the table, on the machines of `offers`, oldest first.

    >>> round(fall_of_rent(published_offers()))
    235
    """
    dollars = rent_of_alexnet_level(offers=offers)["dollars"]
    return float(dollars.iloc[0] / dollars.iloc[-1])


@dataclass(frozen=True)
class Bill:
    """What AlexNet's own run cost: dollars, but for `utilisation` and `kilowatt_hours`.

    ``bought`` is the price of its cards, ``used`` the part of their life that the run took, ``rented`` the same FLOP on
    the cloud machine of its day at the share of the peak that the run itself reached.
    """

    bought: float
    used: float
    electricity: float
    kilowatt_hours: float
    rented: float
    utilisation: float


def alexnet_bill(life: float = LIFE[0], electricity: float = ELECTRICITY) -> Bill:
    """Two cards for five to six days, and what the same would have cost to rent.

    Parameters
    ----------
    life : float
        Years that a card serves (assumed).
    electricity : float
        Dollars a kWh (assumed); cards at their rated power, without the rest of the computer.

    Examples
    --------
    >>> bill = alexnet_bill()
    >>> round(bill.bought), round(bill.used, 1), round(bill.electricity, 1), round(bill.rented)
    (998, 5.0, 7.7, 425)
    """
    positive(life, "the life of a card")
    positive(electricity, "the price of electricity")
    fact = facts.load("cnn_era")
    hours, cards = 24 * fact["alexnet-days"].value, fact["alexnet-cards"].value
    flop = flop_of(float(rows_of(LEVEL)["compute"].iloc[0]))
    bought = cards * fact["gtx580-price"].value
    reached = flop / (hours * 3600 * cards * fact["gtx580-flops"].value)
    energy = cards * fact["gtx580-watts"].value * hours / 1000
    return Bill(
        bought=bought,
        used=bought * hours / (life * HOURS_A_YEAR),
        electricity=energy * electricity,
        kilowatt_hours=energy,
        rented=published_offers()[0].cost(flop, reached),
        utilisation=reached,
    )


def implied_prices() -> pd.DataFrame:
    """Dollars an hour of DAWNBench's ImageNet entries: their cost over their hours.

    Returns
    -------
    DataFrame
        ``date``, ``author``, ``chip``, ``chips``, ``hours``, ``cost_usd``, ``hourly`` and ``hourly_a_chip``.

    Examples
    --------
    >>> implied_prices()["hourly"].round(2).tolist()[:2]
    [7.2, 4.56]
    """
    table = read_table("dawnbench")
    priced = table[(table["task"] == "imagenet") & table["cost_usd"].notna()].reset_index(drop=True)
    hourly = priced["cost_usd"] / priced["hours"]
    columns = ["date", "author", "chip", "chips", "hours", "cost_usd"]
    return priced[columns].assign(hourly=hourly, hourly_a_chip=hourly / priced["chips"])


def swapped_prices() -> pd.DataFrame:
    """The two first-day entries of DAWNBench, billed each at the list price of the other's machine.

    Returns
    -------
    DataFrame
        ``chip``, ``hours``, ``cost_usd`` (published), ``hourly`` (which that implies), ``list_price`` (of the machine
        that the entry names) and ``corrected`` (hours times list price).

    Examples
    --------
    >>> swapped_prices()[["chip", "cost_usd", "corrected"]].round(2).to_numpy().tolist()
    [['M60', 2323.39, 1471.48], ['K80', 1112.64, 1756.8]]
    """
    fact = facts.load("cnn_era")
    listed = {"M60": fact["g3-dollars-hour"].value, "K80": fact["p2-dollars-hour"].value}
    first = implied_prices().query("chip in @listed").reset_index(drop=True)
    price = first["chip"].map(listed)
    return first[["chip", "hours", "cost_usd", "hourly"]].assign(list_price=price, corrected=first["hours"] * price)
