"""What the market chapter computes when it is built: named inputs of its figures, each computed once a process.

Every function here is a zero-argument call with stated sizes and seeds; the chapter, ``verify`` and the exports share
them. The constants are the chapter's assumptions, each with its reason; what was published comes from the facts.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis.kit import facts
from analysis.kit.numbers import significant
from analysis.market import deals, history, rents, segments, spending
from analysis.market.browser import fan_rows
from analysis.market.datacentre import Bill, share_of
from analysis.market.demand import SaturatingDemand, compute_demand
from analysis.market.depreciation import implied_growth_of_mix, mixed_ratio
from analysis.market.discounting import growth_of_doubling, growth_of_halving
from analysis.market.energy import run_energy
from analysis.market.identity import arc_elasticity, decompose
from analysis.market.overbuild import absorption_time, present_value_share, time_to_utilisation
from analysis.market.ownership import Ownership, tornado
from analysis.market.scenarios import Prior, Scenario, estimate_sobol, simulate_growth
from analysis.market.valuation import Repricing, repricing, sensitivity
from analysis.market.valuation import implied_growth as growth_of_price

#: Years an asset works: glass in the ground, and a chip by the accounts of its owners.
GLASS, CHIP = 25.0, 5.0
#: Discount rate of the models of assets, continuous, a year.
RATE = 0.10
#: Yearly growth of demand that the overbuilt asset meets, low, middle, high; an assumption.
DEMAND_GROWTH = (0.2, 0.4, 0.6)
SEED = 20251122
DRAWS = 2**16


def fact(identity: str) -> float:
    """The value of a published figure."""
    return facts.load("market")[identity].value


# --- what an overbuilt asset gets back ---------------------------------------------------------------------------


@cache
def glass_and_chips() -> pd.DataFrame:
    """Present value recovered by share in use at the start; columns asset, used, share, low, high."""
    used = np.round(10 ** np.arange(-2, 0.001, 0.05), 6)
    rows = []
    for asset, years in (("fibre", GLASS), ("GPUs", CHIP)):
        low, middle, high = (present_value_share(used, np.log1p(g), RATE, years) for g in DEMAND_GROWTH)
        rows.append(pd.DataFrame({"asset": asset, "used": used, "share": middle, "low": low, "high": high}))
    return significant(pd.concat(rows, ignore_index=True))


@cache
def lifetimes() -> pd.DataFrame:
    """Lives for the interactive chart of what an asset gets back, years."""
    return pd.DataFrame({"life": np.round(np.arange(1, 30.01, 0.25), 2)})


@cache
def building_years() -> pd.DataFrame:
    """Years of building for the interactive chart of the forecast error."""
    return pd.DataFrame({"year": np.round(np.arange(0, 4.001, 0.05), 2)})


def years_of_building() -> float:
    """Years of building for the forecast until the published share of the fibre is in use."""
    planned, measured = growth_of_doubling(fact("fibre-claimed-doubling")), np.log(fact("fibre-measured-growth"))
    return float(time_to_utilisation(fact("fibre-used-2001"), planned, measured))


@cache
def falls() -> pd.DataFrame:
    """What was left at the end of each fall; columns what, system (fibre or GPUs), left (share of the start), when."""
    routes = [(r.route, "fibre", r.left, f"{r.start}–{r.end % 100:02d}") for r in history.prices().itertuples()]
    components = fact("fibre-components-2003-strategies") / fact("fibre-components-2000-strategies")
    offers = rents.changes().set_index("series").loc["market offers"]
    rows = [
        ("Cisco’s share price", "fibre", 1 - fact("cisco-trough-fall"), "2000–02"),
        ("market value of JDS Uniphase", "fibre", fact("jdsu-value-2001") / fact("jdsu-peak-value-slate"), "2000–01"),
        ("components sold", "fibre", components, "2000–03"),
        *routes,
        ("rent of an H100", "GPUs", 1 + offers["change"], "2023–24"),
    ]
    return significant(pd.DataFrame(rows, columns=["what", "system", "left", "when"]))


def accounts_of_life() -> dict[str, tuple[list[float], list[float]]]:
    """Lives and their shares of spending: servers alone at two accounting lives, and servers with buildings."""
    servers = fact("capex-alphabet-servers-share")
    return {
        "5 years": ([5.0], [1.0]),
        "6 years": ([6.0], [1.0]),
        "with buildings": ([6.0, GLASS], [servers, 1 - servers]),
    }


@cache
def depreciation() -> pd.DataFrame:
    """Depreciation over capital spending in steady growth; columns life, growth (a year, compounded), ratio."""
    growth = np.round(np.arange(0, 1.5001, 0.025), 3)
    return significant(
        pd.concat(
            pd.DataFrame({"life": name, "growth": growth, "ratio": [mixed_ratio(g, *mix) for g in np.log1p(growth)]})
            for name, mix in accounts_of_life().items()
        ).reset_index(drop=True)
    )


def observed_ratio() -> float:
    """Depreciation over capital spending of five large firms together, as published."""
    return float(spending.depreciation_ratios()["ratio"].iloc[0])


@cache
def depreciation_implies() -> pd.DataFrame:
    """Steady growth that the published ratio implies; columns life, growth (a year, compounded), ratio."""
    ratio = observed_ratio()
    rows = [
        (name, float(np.expm1(implied_growth_of_mix(ratio, *mix))), ratio) for name, mix in accounts_of_life().items()
    ]
    return significant(pd.DataFrame(rows, columns=["life", "growth", "ratio"]))


def year_of(day: pd.Series) -> pd.Series:
    """Days as years with a fraction, for an axis."""
    return (day.dt.year + (day.dt.day_of_year - 1) / 365.25).round(3)


@cache
def dark_fibre() -> pd.DataFrame:
    """Published shares of fibre in use; columns year, share, what, at_most, short (label)."""
    table = history.lit_shares()
    short = ("capacity", "long distance", "Oregon", "of cables", "long distance", "capacity", "undersea", "Atlantic")
    return table.assign(year=year_of(table["day"]), short=short)[["year", "share", "what", "at_most", "short"]]


def year_of_filling() -> float:
    """Year in which the fibre of 2002 would have been full at the measured growth, with the lasers of 2002."""
    lit = fact("fibre-used-2002")
    start = float(dark_fibre().query("share == @lit")["year"].iloc[0])
    return start + float(absorption_time(lit, np.log(fact("fibre-measured-growth"))))


# --- GPUs, now ---------------------------------------------------------------------------------------------------


def rack() -> Bill:
    """A GB200 NVL72 rack with its share of the building, as Bernstein prices it, dollars."""
    total = fact("datacentre-rack-total")
    gpus = fact("datacentre-gpu-rack")
    return Bill(
        {"GPUs": gpus, "other hardware of the rack": fact("datacentre-rack-compute") - gpus},
        total=total,
    )


@cache
def sixty_per_cent() -> pd.DataFrame:
    """Shares that could be meant by "60 per cent"; columns definition, share, by (whose figures), source."""
    bill, hardware = rack(), ("GPUs", "other hardware of the rack")
    whole = fact("datacentre-per-gw-semianalysis")
    paid, technology = (share_of(fact(f"datacentre-{part}-gw-semianalysis"), whole) for part in ("nvidia", "it"))
    rows = [
        ("NVIDIA’s gross profit over everything", fact("datacentre-nvidia-profit-share"), "Bernstein"),
        ("GPUs over everything", bill.share("GPUs"), "Bernstein"),
        ("what NVIDIA is paid over everything", paid, "SemiAnalysis"),
        ("all hardware of the rack over everything", bill.share(*hardware), "Bernstein"),
        ("GPUs over the hardware of the rack", bill.amount("GPUs") / bill.amount(*hardware), "Bernstein"),
        ("all information technology over everything", technology, "SemiAnalysis"),
    ]
    return significant(pd.DataFrame(rows, columns=["definition", "share", "by"]), 4)


@cache
def revenue() -> pd.DataFrame:
    """NVIDIA's revenue in three parts; columns period, part, share, place (middle of the part in the stack)."""
    table = segments.revenue()
    known = {"data centre": "data centres", "gaming": "gaming"}
    table["part"] = table["market"].map(known).fillna("all the rest")
    parts = ["data centres", "gaming", "all the rest"]
    rows = table.pivot_table(index="period", columns="part", values="share", aggfunc="sum", sort=False, fill_value=0)
    stacked = rows[parts].cumsum(axis=1)
    long = rows[parts].reset_index().melt("period", parts, "part", "share")
    middle = (stacked - rows[parts] / 2).reset_index().melt("period", parts, "part", "place")
    return significant(long.assign(place=middle["place"]))


@cache
def capital_spending() -> pd.DataFrame:
    """Spending of the four firms; columns year, amount, low, high (billion dollars), kind (spent or announced)."""
    spent = spending.totals().assign(amount=lambda t: t["printed"], kind="spent")
    ends = spending.guidance().set_index("company").loc["sum"]
    ahead = {"year": 2026, "amount": spending.printed_guidance(), "low": ends["low"], "high": ends["high"]}
    rows = pd.concat([spent, pd.DataFrame([ahead | {"kind": "announced"}])], ignore_index=True)
    return significant(rows[["year", "amount", "low", "high", "kind"]])


@cache
def announcements() -> pd.DataFrame:
    """Announced deals with an amount, largest first; columns what, amount, after, binding, back (on a round trip)."""
    table = deals.deals().dropna(subset=["amount"]).sort_values("amount", ascending=False, kind="stable")
    names = table["paid_by"] + " → " + table["paid_to"] + ", " + table["pays"]
    return pd.DataFrame(
        {
            "what": names,
            "amount": table["amount"],
            "after": table["amount_after"],
            "binding": table["binding"],
            "back": table["round_trip"],
        }
    ).reset_index(drop=True)


# --- Jevons or saturation ----------------------------------------------------------------------------------------


@cache
def efficiencies() -> pd.DataFrame:
    """Efficiencies from 1 to 1,000 times today's for the charts of demand."""
    return pd.DataFrame({"efficiency": np.round(10 ** np.arange(0, 3.001, 0.05), 6)})


@cache
def by_elasticity() -> pd.DataFrame:
    """Compute after ten times the efficiency, times before; columns elasticity, compute."""
    epsilon = np.round(np.arange(0, 2.001, 0.05), 2)
    return significant(pd.DataFrame({"elasticity": epsilon, "compute": compute_demand(10.0, epsilon)}))


@cache
def accounts() -> pd.DataFrame:
    """Google's tokens times the cost of each, over three windows; the cost is that of calendar 2025 in all of them.

    Columns window, tokens, cost, spending (factors), elasticity (arc). The tokens of the calendar year are interpolated
    between the published months at a constant rate of growth.
    """
    known = facts.frame("market_tokens").query("series == 'Google, all products'")
    month = pd.PeriodIndex(known["date"], freq="M")
    at = (month.year + (month.month - 1) / 12).to_numpy()
    log = np.log(known["tokens"].to_numpy())

    def growth(start: float, end: float) -> float:
        first, last = np.interp([start, end], at, log)
        return float(np.exp(last - first))

    windows = {
        "May 2024 to May 2025": (2024 + 4 / 12, 2025 + 4 / 12),
        "calendar 2025, interpolated": (2024 + 11 / 12, 2025 + 11 / 12),
        "May 2025 to May 2026": (2025 + 4 / 12, 2026 + 4 / 12),
    }
    rows = pd.DataFrame({"window": list(windows), "tokens": [growth(*ends) for ends in windows.values()]})
    cost = 1 - fact("cost-gemini-fall-2025")
    split = decompose(1.0, rows["tokens"], 1.0, cost)
    return significant(rows.assign(cost=cost, spending=split.ratio, elasticity=arc_elasticity(rows["tokens"], cost)), 5)


@cache
def elasticities() -> pd.DataFrame:
    """Measured elasticities; columns what, elasticity."""
    arc = accounts().set_index("window")["elasticity"]["May 2025 to May 2026"]
    rows = [("measured", fact("elasticity-tokens")), ("accounts", arc)]
    return pd.DataFrame(rows, columns=["what", "elasticity"])


def saturating(elasticity: float) -> SaturatingDemand:
    """Demand that saturates and has the given elasticity today, at the efficiency and the price 1."""
    return SaturatingDemand(satiation=1.0, scale_price=1 / elasticity)


# --- what an hour costs ------------------------------------------------------------------------------------------


def chip() -> Ownership:
    """The example of the chapter: an H100 with its share of a server, owned for five years."""
    return Ownership(
        capital=fact("tco-gpu-price-with-network"),
        years=CHIP,
        residual=0.1,
        rate=RATE,
        power=fact("tco-node-power") / 8,
        overhead=1.25,
        tariff=fact("tco-tariff"),
        operation=0.03,
        used=0.8,
    )


@cache
def swings() -> pd.DataFrame:
    """Cost of a useful hour with one input at a time at either end of its range; see :func:`tornado`.

    The ranges of use, life, interest and resale are judgements; those of the rest are published.
    """
    known = facts.load("market")
    ranges = {
        "used": (0.5, 0.95),
        "years": (3.0, 6.0),
        "capital": (known["tco-node-price"].low / 8, known["tco-gpu-price-with-network"].high),
        "rate": (0.06, 0.15),
        "residual": (0.0, known["tco-residual"].value),
        "tariff": (known["tco-tariff"].low, known["tco-tariff"].high),
        "overhead": (fact("tco-pue-google"), fact("tco-pue-average")),
    }
    return significant(tornado(chip(), ranges))


@cache
def hours_used() -> pd.DataFrame:
    """Shares of the hours in use for the interactive chart of an hour's cost, per cent."""
    return pd.DataFrame({"used": np.arange(20.0, 100.5, 1.0)})


@cache
def rent_history() -> pd.DataFrame:
    """Published rents of an H100 by series; columns series, year, date, cost (dollars an hour)."""
    table = rents.rents().rename(columns={"price": "cost"})
    return table.assign(year=year_of(table["day"]))[["series", "year", "date", "cost"]]


# --- scenarios ---------------------------------------------------------------------------------------------------

#: Growth of demand at a given price, continuous, a year, with its standard deviation: nobody has measured it.
DEMAND_PRIOR = Prior(0.3, 0.2)
#: Standard deviation of the elasticity; wider than the published error, because the chapter's service is another.
ELASTICITY_SPREAD = 0.3
#: Standard deviation of the growth of efficiency, continuous, a year.
EFFICIENCY_SPREAD = 0.35


def halving_months() -> float:
    """Months in which the compute for a result halves, as measured on language models until 2023."""
    return facts.load("scaling")["ho-doubling-months-bootstrap"].value


@cache
def scenario() -> Scenario:
    """The chapter's priors."""
    return Scenario(
        demand=DEMAND_PRIOR,
        elasticity=Prior(fact("elasticity-tokens"), ELASTICITY_SPREAD),
        efficiency=Prior(round(growth_of_halving(halving_months()), 2), EFFICIENCY_SPREAD),
    )


PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
YEARS_AHEAD = 5


@cache
def fan_start() -> pd.DataFrame:
    """Probabilities, normal quantiles and years of the fan chart, before the reader's priors are put in."""
    return fan_rows(PROBABILITIES, np.arange(0, YEARS_AHEAD + 0.01, 0.25))


@cache
def drawn_growth() -> np.ndarray:
    """The seeded draws of the growth of compute, continuous, a year."""
    return simulate_growth(scenario(), DRAWS, np.random.default_rng(SEED))


@cache
def growth_histogram() -> pd.DataFrame:
    """The draws in bins beside the normal density of the closed-form mean and variance.

    Columns low, high (of the bin, a year), drawn, normal (density), falls (whether compute falls there).
    """
    edges = np.round(np.arange(-1.2, 2.4001, 0.1), 1)
    counts, _ = np.histogram(drawn_growth(), edges)
    low, high = edges[:-1], edges[1:]
    middle = (low + high) / 2
    mean, spread = scenario().mean(), scenario().variance() ** 0.5
    return significant(
        pd.DataFrame(
            {
                "low": low,
                "high": high,
                "growth": middle,
                "drawn": counts / DRAWS / 0.1,
                "normal": np.exp(-(((middle - mean) / spread) ** 2) / 2) / spread / np.sqrt(2 * np.pi),
                "falls": high <= 0,
            }
        )
    )


@cache
def sobol() -> pd.DataFrame:
    """Sobol indices in closed form and estimated; columns input, first_order, total, estimated (total)."""
    found = estimate_sobol(scenario(), 2**13, np.random.default_rng(SEED))
    return significant(scenario().sobol().assign(estimated=found["total"]), 4)


# --- what a price says -------------------------------------------------------------------------------------------

#: Yearly discount rates and years of fast growth that the chapter tries.
DISCOUNTS = tuple(round(0.07 + 0.005 * step, 3) for step in range(15))
HORIZONS = (5, 10, 15)
TERMINAL = 0.03


#: Market value and yearly cash flow (net income for Cisco) of the fiscal year that the day lay in or had just closed.
PRICES = {
    "Cisco, 27 March 2000": ("cisco-peak-value", "cisco-net-income-2000"),
    "NVIDIA, 24 January 2025": ("nvidia-value-before", "nvidia-fcf-fy2025"),
    "NVIDIA, 27 January 2025": ("nvidia-value-after", "nvidia-fcf-fy2025"),
}


@cache
def implied() -> pd.DataFrame:
    """Growth that each price implies; columns price, rate, years, growth, terminal_share."""
    rows = [
        sensitivity(fact(value), fact(cash), DISCOUNTS, HORIZONS, TERMINAL).assign(price=name)
        for name, (value, cash) in PRICES.items()
    ]
    return significant(pd.concat(rows, ignore_index=True))


def the_day() -> Repricing:
    """27 January 2025 as a change of the implied growth."""
    return repricing(fact("nvidia-value-before"), fact("nvidia-value-after"), fact("nvidia-fcf-fy2025"))


@cache
def implied_by_measure() -> pd.DataFrame:
    """The same at 10 per cent and 10 years for other measures of what a firm earns; columns price, measure, growth."""
    cisco, before, after = (fact(f) for f in ("cisco-peak-value", "nvidia-value-before", "nvidia-value-after"))
    rows = [
        ("Cisco, 27 March 2000", "net income of the year before", cisco, fact("cisco-net-income-1999")),
        ("Cisco, 27 March 2000", "net income", cisco, fact("cisco-net-income-2000")),
        ("Cisco, 27 March 2000", "its own measure of income", cisco, fact("cisco-pro-forma-income-2000")),
        ("NVIDIA, 24 January 2025", "net income known on the day", before, fact("nvidia-net-income-oct-2024")),
        ("NVIDIA, 24 January 2025", "free cash flow", before, fact("nvidia-fcf-fy2025")),
        ("NVIDIA, 24 January 2025", "net income", before, fact("nvidia-net-income-fy2025")),
        ("NVIDIA, 27 January 2025", "net income known on the day", after, fact("nvidia-net-income-oct-2024")),
        ("NVIDIA, 27 January 2025", "free cash flow", after, fact("nvidia-fcf-fy2025")),
        ("NVIDIA, 27 January 2025", "net income", after, fact("nvidia-net-income-fy2025")),
    ]
    table = pd.DataFrame(rows, columns=["price", "measure", "value", "cash"])
    return significant(table.assign(growth=growth_of_price(table["value"], table["cash"])))


# --- energy and carbon -------------------------------------------------------------------------------------------


@cache
def per_task_and_total() -> pd.DataFrame:
    """Factors of change within about a year; columns what, kind (per task, volume, total), factor, when."""
    tokens = accounts().set_index("window")["tokens"]["May 2024 to May 2025"]
    rows = [
        ("carbon of a prompt", "per task", 1 / fact("carbon-prompt-gain"), "2024–25"),
        ("electricity of a prompt", "per task", 1 / fact("energy-prompt-gain"), "2024–25"),
        ("tokens", "volume", tokens, "2024–25"),
        ("carbon of electricity", "total", 1 - fact("carbon-google-fall-2024") / 100, "2024"),
        ("electricity", "total", 1 + fact("energy-google-growth-2024") / 100, "2024"),
        ("all emissions", "total", 1 + fact("carbon-google-total-growth-2024") / 100, "2024"),
    ]
    return significant(pd.DataFrame(rows, columns=["what", "kind", "factor", "when"]))


def run_of_llama() -> tuple[float, float]:
    """Electricity of training Llama 3.1 405B, kWh without the building, and the kg of carbon a kWh that it implies."""
    model = facts.load("deepseek")
    energy = run_energy(model["llama31-405b-hours"].value, fact("energy-h100-power"))
    return energy, 1000 * model["llama31-405b-co2"].value / energy
