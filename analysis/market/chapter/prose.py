"""Every number that the market chapter prints in its sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analysis.kit import facts
from analysis.kit.numbers import Number
from analysis.market import deals, history, rents, segments, spending
from analysis.market.chapter import study
from analysis.market.demand import compute_demand, volume_to_keep_profit
from analysis.market.discounting import capital_recovery_factor, growth_of_doubling
from analysis.market.identity import yearly_factor
from analysis.market.overbuild import present_value_share, time_to_utilisation
from analysis.market.ownership import break_even_utilisation, first_year_rent
from analysis.market.scenarios import growth_quantiles, probability_below
from analysis.market.valuation import implied_growth, terminal_share

BILLION = 1e9
#: Yearly fall of a rent in the example of an owner whose rents are not level.
RENT_FALL = 0.3


def numbers() -> dict[str, Number]:
    """The numbers by the name under which the chapter glues them."""
    parts: tuple[Mapping[str, Number], ...] = (
        _first_screen(),
        _fibre(),
        _gpus(),
        _lifetimes(),
        _demand(),
        _costs(),
        _scenarios(),
        _prices(),
        _energy(),
        _who_wins(),
    )
    return {name: number for part in parts for name, number in part.items()}


def _share(value: float, digits: int = 0) -> Number:
    return Number(value, f".{digits}%")


def _billion(value: float, form: str = ",.0f") -> Number:
    return Number(value / BILLION, form)


def _first_screen() -> dict[str, Number]:
    fact = study.fact
    used, demand = fact("fibre-used-2001"), np.log1p(study.DEMAND_GROWTH[1])
    glass, chip = present_value_share(used, demand, study.RATE, [study.GLASS, study.CHIP])
    return {
        "elasticity": Number(fact("elasticity-tokens"), ".2f"),
        "claimed-factor": Number(math.exp(growth_of_doubling(fact("fibre-claimed-doubling"))), ".0f"),
        "used-2001": _share(used, 1),
        "glass-years": Number(study.GLASS, ".0f"),
        "chip-years": Number(study.CHIP, ".0f"),
        "glass-recovers": _share(glass),
        "chip-recovers": _share(chip),
    }


def _fibre() -> dict[str, Number]:
    fact = study.fact
    cisco = facts.load("market")["cisco-peak-value"]
    capacity, traffic = np.log(fact("fibre-odell-capacity")), np.log(fact("fibre-odell-traffic"))
    loss = fact("jdsu-loss-2001")
    return {
        "fibre-spending": _billion(fact("fibre-spending")),
        "fibre-miles": Number(fact("fibre-miles") / 1e6, ".0f"),
        "used-2002": _share(fact("fibre-used-2002"), 1),
        "cisco-value": _billion(cisco.value),
        "cisco-low": _billion(cisco.low),
        "cisco-computed": _billion(history.cisco_peak_value()),
        "cisco-value-2025": _billion(history.in_dollars_of_2025(cisco.value)),
        "jdsu-loss": _billion(loss, ".1f"),
        "jdsu-sales": _billion(fact("jdsu-sales-2001"), ".1f"),
        "jdsu-restated": _billion(fact("jdsu-loss-2001-restated"), ".1f"),
        "jdsu-added": _billion(loss + fact("jdsu-loss-2001-added"), ".1f"),
        "odell-capacity": Number(fact("fibre-odell-capacity"), ".0f"),
        "odell-years": Number(time_to_utilisation(fact("fibre-used-2001"), capacity, traffic), ".1f"),
        "paris-price": _share(fact("fibre-price-paris-2004")),
        "london-demand": Number(fact("fibre-demand-london-2004"), ".0f"),
        "london-elasticity": Number(history.london_elasticity(), ".2f"),
        "lit-2005": _share(fact("fibre-lit-2005")),
        "atlantic-2014": _share(fact("fibre-lit-atlantic-2014")),
    }


def _gpus() -> dict[str, Number]:
    fact = study.fact
    markets = segments.diversification().set_index("period")
    gaming = segments.revenue().query("market == 'gaming'").set_index("period")["share"]
    table = deals.deals()
    resets = deals.resets().set_index("what")
    shares = study.sixty_per_cent().set_index("definition")["share"]
    ends, spent = spending.guidance().set_index("company").loc["sum"], spending.totals().set_index("year")
    contract = rents.changes().set_index("series").loc["one-year contract"]
    letter = resets.loc["NVIDIA invests in OpenAI"]
    return {
        "markets-2020": Number(markets.loc["FY2020", "effective"], ".1f"),
        "markets-2026": Number(markets.loc["FY2026", "effective"], ".1f"),
        "gaming-2020": _share(gaming["FY2020"]),
        "gaming-2026": _share(gaming["FY2026"]),
        "replacement": Number(segments.replacement_factor(markets.loc["FY2026", "data_centre"], 0.5), ".1f"),
        "capex-growth": _share(spent.loc[2025, "growth"]),
        "growth-low": _share(ends["low"] / spent.loc[2025, "printed"] - 1),
        "growth-high": _share(ends["high"] / spent.loc[2025, "printed"] - 1),
        "deals": Number(len(table), ".0f"),
        "round-trips": Number(table["round_trip"].sum(), ".0f"),
        "no-amount": Number(table["amount"].isna().sum(), ".0f"),
        "loi": Number(letter["before"], ".0f"),
        "loi-after": Number(letter["after"], ".0f"),
        "openai-before": _billion(fact("deal-openai-target-before")),
        "openai-after": _billion(fact("deal-openai-target-after")),
        "contract-rise": _share(contract["change"]),
        "backlog": _billion(fact("demand-google-backlog-2026")),
        "gpu-share": _share(shares["GPUs over everything"]),
        "rack-share": _share(shares["all hardware of the rack over everything"]),
        "nvidia-share": _share(shares["what NVIDIA is paid over everything"]),
        "it-share": _share(shares["all information technology over everything"]),
    }


def _lifetimes() -> dict[str, Number]:
    fall = study.fact("fibre-price-fall-bandwidth")
    lives, demand = [study.GLASS, study.CHIP], np.log1p(study.DEMAND_GROWTH[1])
    still = present_value_share(0.25, demand, study.RATE, lives)
    falling = present_value_share(0.25, demand, study.RATE - math.log(1 - fall), lives)
    books = spending.useful_lives()
    implied = study.depreciation_implies().set_index("life")["growth"]
    return {
        "quarter-glass": _share(still[0]),
        "quarter-chip": _share(still[1]),
        "bandwidth-fall": _share(fall),
        "falling-glass": _share(falling[0]),
        "falling-chip": _share(falling[1]),
        "life-low": Number(books["before"].min(), ".0f"),
        "life-high": Number(books["after"].max(), ".0f"),
        "resale": _share(study.fact("tco-residual")),
        "book-value": _share(1 - 3 / books["after"].max()),
        "depreciation-ratio": _share(study.observed_ratio()),
        "growth-six": _share(implied["6 years"]),
        "growth-mix": _share(implied["with buildings"]),
    }


def _demand() -> dict[str, Number]:
    epsilon = study.fact("elasticity-tokens")
    later, windows = study.saturating(epsilon), study.accounts().set_index("window")
    return {
        "saturation-peak": Number(later.peak()[0], ".2f"),
        "constant-ten": Number(compute_demand(10.0, epsilon), ".2f"),
        "saturating-ten": Number(later.compute(10.0) / later.compute(1.0), ".2f"),
        "cost-fall": _share(study.fact("cost-gemini-fall-2025")),
        "tokens-growth": Number(windows.loc["May 2025 to May 2026", "tokens"], ".1f"),
        "tokens-most": Number(windows["tokens"].max(), ".0f"),
        "arc-later": Number(windows.loc["May 2025 to May 2026", "elasticity"], ".2f"),
        "arc-same": Number(windows.loc["calendar 2025, interpolated", "elasticity"], ".2f"),
    }


def _costs() -> dict[str, Number]:
    fact, chip = study.fact, study.chip()
    cost, shares = chip.cost_per_hour(), chip.shares()
    changes = rents.changes().set_index("series")
    contract = changes.loc["one-year contract"]
    first, last = (break_even_utilisation(chip, contract[end]) for end in ("first", "last"))
    rules = list(rents.thresholds().values())
    page = replace(chip, capital=fact("tco-node-price") / 8, years=3.0, residual=fact("tco-residual")).shares()
    return {
        "energy-share": _share(shares["energy"]),
        "capital-share": _share(shares["capital"]),
        "rent-low": Number(contract["first"], ".2f"),
        "rent-high": Number(contract["last"], ".2f"),
        "break-even-low": _share(first),
        "break-even-high": _share(last),
        "list-fall": _share(-changes.loc["hyperscaler on demand", "change"]),
        "rent-fall": _share(RENT_FALL),
        "first-year-rent": Number(first_year_rent(cost, RENT_FALL, chip.rate, chip.years), ".2f"),
        "rule-low": Number(rules[0], ".2f"),
        "rule-high": Number(rules[1], ".2f"),
        "cost-no-interest": Number(replace(chip, rate=0.0).cost_per_hour(), ".2f"),
        "cost-base": Number(cost, ".2f"),
        "opex-page": _share(fact("tco-opex-share")),
        "opex-ours": _share(page["energy"] + page["operation"]),
    }


def _scenarios() -> dict[str, Number]:
    scenario, found = study.scenario(), study.drawn_growth()
    priors = {
        f"prior-{name}": Number(prior.mean, ".2f", f" ± {prior.spread:.2f}")
        for name, prior in zip(("demand", "elasticity", "efficiency"), scenario.priors, strict=True)
    }
    low, high = np.exp(study.YEARS_AHEAD * growth_quantiles(scenario, [0.05, 0.95]))
    top = study.sobol().sort_values("total").iloc[-1]
    return priors | {
        "halving": Number(study.halving_months(), ".1f"),
        "falls-exact": _share(probability_below(scenario, 0.0)),
        "fan-low": Number(low, ".2f"),
        "fan-high": Number(high, ".0f"),
        "draws": Number(study.DRAWS, ",.0f"),
        "drawn-mean": Number(found.mean(), ".3f"),
        "exact-mean": Number(scenario.mean(), ".3f"),
        "drawn-spread": Number(found.std(ddof=1), ".3f"),
        "exact-spread": Number(scenario.variance() ** 0.5, ".3f"),
        "sobol-top": Number(top["total"], ".3f"),
        "sobol-estimated": Number(top["estimated"], ".3f"),
    }


def _prices() -> dict[str, Number]:
    fact, day = study.fact, study.the_day()
    at_ten = study.implied().query("years == 10 and abs(rate - 0.1) < 1e-9").set_index("price")["growth"]
    measures = study.implied_by_measure()
    cisco = measures.loc[measures["price"].str.startswith("Cisco"), "growth"]
    now, then = fact("cisco-record-price"), fact("cisco-peak-price")
    return {
        "nvidia-loss": _billion(fact("nvidia-loss")),
        "growth-before": _share(day.growth_before, 1),
        "growth-after": _share(day.growth_after, 1),
        "nvidia-later": Number(fact("nvidia-value-5t") / 1e12, ".1f"),
        "growth-cisco": _share(at_ten["Cisco, 27 March 2000"]),
        "cisco-years": Number(2025 + 11 / 12 - (2000 + 2 / 12), ".0f"),
        "cisco-real": _share(now / history.in_dollars_of_2025(then)),
        "cisco-measure-low": _share(cisco.min()),
        "cisco-measure-high": _share(cisco.max()),
        "terminal": _share(terminal_share(day.growth_before)),
        "day-computed": _share(1 - fact("nvidia-price-after") / fact("nvidia-price-before"), 2),
        "day-printed": _share(fact("nvidia-fall")),
        "loss-computed": _billion(fact("nvidia-value-before") - fact("nvidia-value-after")),
        "known-growth": _share(implied_growth(fact("nvidia-value-before"), fact("nvidia-net-income-oct-2024")), 1),
    }


def _energy() -> dict[str, Number]:
    fact, chip = study.fact, study.chip()
    energy, intensity = study.run_of_llama()
    growth = yearly_factor(fact("energy-world-2024"), fact("energy-world-2030"), 6.0) - 1
    return {
        "prompt-gain": Number(fact("energy-prompt-gain"), ".0f"),
        "google-electricity": _share(fact("energy-google-growth-2024") / 100),
        "world-electricity": _share(fact("energy-growth-2025") / 100),
        "iea-2024": Number(fact("energy-world-2024"), ".0f"),
        "iea-2030": Number(fact("energy-world-2030"), ".0f"),
        "iea-growth": _share(growth, 1),
        "llama-carbon": Number(facts.load("deepseek")["llama31-405b-co2"].value, ",.0f"),
        "llama-energy": Number(energy / 1e6, ".1f"),
        "llama-intensity": Number(intensity, ".2f"),
        "grid-world": Number(fact("carbon-grid-world-2023"), ".2f"),
        "power-factor": Number(chip.power * chip.overhead / fact("energy-h100-power"), ".1f"),
    }


def yearly_payment() -> float:
    """Dollars a year that pay back what the four firms spent in 2025, at the chip's interest."""
    total = spending.totals().set_index("year").loc[2025, "printed"] * BILLION
    lives, shares = study.accounts_of_life()["with buildings"]
    factors = capital_recovery_factor(study.RATE, np.array(lives))
    return float(total * (np.array(shares) @ factors))


def volumes_to_keep() -> tuple[float, float]:
    """Factors of volume that keep the profit as costs fall like Gemini's: margin unchanged, and a half to a quarter."""
    cost = 1 - study.fact("cost-gemini-fall-2025")
    same = volume_to_keep_profit(1.0, 0.5, cost, 0.5 * cost)
    halved = volume_to_keep_profit(1.0, 0.5, 0.5 * cost / 0.75, 0.5 * cost)
    return float(same), float(halved)


def _who_wins() -> dict[str, Number]:
    fact = study.fact
    same, halved = volumes_to_keep()
    return {
        "capex-2025": Number(spending.totals().set_index("year").loc[2025, "printed"], ".0f"),
        "yearly-payment": _billion(yearly_payment()),
        "openai-revenue": _billion(fact("openai-revenue-2025"), ".1f"),
        "volume-same": Number(same, ".1f"),
        "volume-half": Number(halved, ".1f"),
        "openai-round": _billion(fact("deal-openai-round")),
        "geo-charge": _billion(fact("geo-h20-charge"), ".1f"),
        "geo-china": Number(fact("geo-china-in-guidance"), ".0f"),
    }
