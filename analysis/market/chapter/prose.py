"""Every number that the market chapter prints in its sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analysis.kit import facts
from analysis.kit.numbers import Number
from analysis.market import datacentre, deals, depreciation, history, orders, rents, segments, spending, stack, tokens
from analysis.market.chapter import inputs
from analysis.market.chapter.inputs import BILLION, fact
from analysis.market.dates import months_between
from analysis.market.demand import (
    SaturatingDemand,
    compute_demand,
    probability_above,
    threshold_elasticity,
    volume_to_keep_profit_at,
)
from analysis.market.discounting import MONTHS_PER_YEAR, growth_of_halving
from analysis.market.energy import carbon_intensity, run_energy
from analysis.market.identity import yearly_factor
from analysis.market.overbuild import present_value_share, time_to_utilisation
from analysis.market.ownership import break_even_utilisation, first_year_rent
from analysis.market.rivalry import share_of_votes
from analysis.market.scenarios import estimate_sobol, growth_quantiles, probability_below, simulate_growth
from analysis.market.valuation import Repricing, implied_growth, repricing, terminal_share

TRILLION = 1e12


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
    used, demand = fact("fibre-used-2001"), np.log1p(inputs.DEMAND_GROWTH[1])
    glass, chip = present_value_share(used, demand, inputs.RATE, [inputs.GLASS, inputs.CHIP])
    return {
        "elasticity": Number(fact("elasticity-tokens"), ".2f"),
        "elasticity-error": Number(fact("elasticity-tokens-error"), ".2f"),
        "claimed-factor": Number(math.exp(inputs.forecast()[0]), ".0f"),
        "measured-factor": Number(math.exp(inputs.forecast()[1]), "words"),
        "used-2001": _share(used, 1),
        "glass-years": Number(inputs.GLASS, ".0f"),
        "chip-years": Number(inputs.CHIP, ".0f"),
        "glass-recovers": _share(glass),
        "chip-recovers": _share(chip),
    }


def _fibre() -> dict[str, Number]:
    cisco = facts.load("market")["cisco-peak-value"]
    capacity, traffic = np.log(fact("fibre-odell-capacity")), np.log(fact("fibre-odell-traffic"))
    loss = fact("jdsu-loss-2001")
    years = time_to_utilisation(fact("fibre-used-2001"), *inputs.forecast())
    return {
        "fibre-spending": _billion(fact("fibre-spending")),
        "fibre-miles": Number(fact("fibre-miles") / 1e6, ".0f"),
        "years-built": Number(float(years), "words"),
        "used-2002": _share(fact("fibre-used-2002"), 1),
        "cisco-value": _billion(cisco.value),
        "cisco-low": _billion(cisco.low),
        "cisco-computed": _billion(history.cisco_peak_value()),
        "cisco-value-2025": _billion(history.in_dollars_of_december_2025(cisco.value)),
        "jdsu-loss": _billion(loss, ".1f"),
        "jdsu-sales": _billion(fact("jdsu-sales-2001"), ".1f"),
        "jdsu-restated": _billion(fact("jdsu-loss-2001-restated"), ".1f"),
        "jdsu-added": _billion(loss + fact("jdsu-loss-2001-added"), ".1f"),
        "sprint-upgrade": Number(fact("fibre-sprint-upgrade"), ".0f"),
        "lasers-months": Number(fact("fibre-wdm-doubling"), "words"),
        "lasers-years": Number(inputs.BOOM, "words"),
        "lasers-left": _share(math.exp(-inputs.BOOM * growth_of_halving(fact("fibre-wdm-doubling"))), 1),
        "odell-capacity": Number(fact("fibre-odell-capacity"), ".0f"),
        "odell-traffic": Number(fact("fibre-odell-traffic"), "words"),
        "odell-years": Number(time_to_utilisation(fact("fibre-used-2001"), capacity, traffic), ".1f"),
        "paris-price": _share(fact("fibre-price-paris-2004")),
        "london-demand": Number(fact("fibre-demand-london-2004"), ".0f"),
        "london-elasticity": Number(history.london_elasticity(), ".2f"),
        "lit-2005": _share(fact("fibre-lit-2005")),
        "atlantic-2014": _share(fact("fibre-lit-atlantic-2014")),
    }


def _gpus() -> dict[str, Number]:
    markets = segments.diversification().set_index("period")
    gaming = segments.revenue().query("market == 'gaming'").set_index("period")["share"]
    table = deals.deals()
    resets = deals.resets().set_index("what")
    shares = datacentre.published_shares().set_index("definition")["share"]
    ends, spent = spending.guidance().set_index("company").loc["sum"], spending.totals().set_index("year")
    contract = rents.changes().set_index("series").loc["one-year contract"]
    letter = resets.loc["NVIDIA invests in OpenAI"]
    hangs = deals.returning(table, deals.reported())
    latest = spending.guidance(inputs.GUIDANCE).set_index("company").loc["sum"]
    return {
        "money-listed": _share(hangs["money"].iloc[0]),
        "money-reset": _share(hangs["money_now"].iloc[0]),
        "money-least": _share(hangs["money"].min()),
        "money-most": _share(hangs["money"].max()),
        "ahead-low": Number(latest["low"], ".0f"),
        "ahead-high": Number(latest["high"], ".0f"),
        "markets-2020": Number(markets.loc["FY2020", "effective"], ".1f"),
        "markets-2026": Number(markets.loc["FY2026", "effective"], ".1f"),
        "gaming-2020": _share(gaming["FY2020"]),
        "gaming-2026": _share(gaming["FY2026"]),
        "hyperscalers": _share(fact("nvidia-hyperscaler-share")),
        "lost-part": _share(inputs.LOST),
        "replacement": Number(segments.replacement_factor(markets.loc["FY2026", "data_centre"], inputs.LOST), ".1f"),
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
        "backlog": _billion(fact("demand-google-backlog-2026-06")),
        "gpu-share": _share(shares["GPUs over everything"]),
        "claim-excess": _share(inputs.CLAIMED / shares["GPUs over everything"] - 1),
        "rack-share": _share(shares["all hardware of the rack over everything"]),
        "nvidia-share": _share(shares["what NVIDIA is paid over everything"]),
        "it-share": _share(shares["all information technology over everything"]),
    }


def _lifetimes() -> dict[str, Number]:
    fall = fact("fibre-price-fall-bandwidth")
    lives, demand = [inputs.GLASS, inputs.CHIP], np.log1p(inputs.DEMAND_GROWTH[1])
    still = present_value_share(inputs.IDLE_USED, demand, inputs.RATE, lives)
    falling = present_value_share(inputs.IDLE_USED, demand, inputs.RATE - math.log(1 - fall), lives)
    books = spending.useful_lives()
    kept = rents.kept(books["after"].max(), fact("tco-residual"), inputs.RESALE_AGE).set_index("price")
    listed, contract = kept.loc["hyperscaler on demand"], kept.loc["one-year contract"]
    ratio = spending.depreciation_ratios()["ratio"].iloc[0]
    bought = inputs.purchases()
    implied = depreciation.growth_by_mix(ratio, bought)
    return {
        "idle-used": _share(inputs.IDLE_USED),
        "quarter-glass": _share(still[0]),
        "quarter-chip": _share(still[1]),
        "bandwidth-fall": _share(fall),
        "falling-glass": _share(falling[0]),
        "falling-chip": _share(falling[1]),
        "life-low": Number(books["before"].min(), ".0f"),
        "life-high": Number(books["after"].max(), ".0f"),
        "amazon-life": Number(-books.query("company == 'Amazon' and effective == '2025-01'")["effect"].iloc[0], ".1f"),
        "buildings-before": Number(fact("life-buildings-microsoft-before"), ".0f"),
        "buildings-after": Number(fact("life-buildings-microsoft-after"), ".0f"),
        "hidden": _billion(fact("life-hidden-depreciation")),
        "resale": _share(fact("tco-residual")),
        "resale-age": Number(inputs.RESALE_AGE, "words"),
        "book-value": _share(1 - inputs.RESALE_AGE / books["after"].max()),
        "listed-left": _share(listed["left"]),
        "listed-book": _share(listed["book"]),
        "contract-left": Number(contract["left"], ".2f"),
        "depreciation-ratio": _share(ratio),
        "building-part": _share(bought["with buildings"][1][-1]),
        "growth-six": _share(implied["6 years"]),
        "growth-mix": _share(implied["with buildings"]),
    }


def _saturated(elasticity: float) -> float:
    """Compute at the chapter's gain over today's, if demand saturates from an elasticity today."""
    later = SaturatingDemand(satiation=1.0, scale_price=1 / elasticity)
    return float(later.compute(inputs.GAIN) / later.compute(1.0))


def _demand() -> dict[str, Number]:
    epsilon, error = fact("elasticity-tokens"), fact("elasticity-tokens-error")
    later = SaturatingDemand(satiation=1.0, scale_price=1 / epsilon)
    cost_fall = fact("cost-gemini-fall-2025")
    windows = tokens.accounts(inputs.WINDOWS, 1 - cost_fall).set_index("window")
    return {
        "elasticity-above": _share(probability_above(epsilon, error, threshold_elasticity())),
        "elasticity-users": Number(fact("elasticity-users"), ".2f"),
        "saturation-peak": Number(later.peak()[0], ".2f"),
        "gain": Number(inputs.GAIN, "words"),
        "constant-ten": Number(compute_demand(inputs.GAIN, epsilon), ".2f"),
        "constant-ten-low": Number(compute_demand(inputs.GAIN, epsilon - error), ".2f"),
        "constant-ten-high": Number(compute_demand(inputs.GAIN, epsilon + error), ".2f"),
        "saturating-ten-low": Number(_saturated(epsilon - error), ".2f"),
        "saturating-ten-high": Number(_saturated(epsilon + error), ".2f"),
        "saturating-ten": Number(_saturated(epsilon), ".2f"),
        "cost-fall": _share(cost_fall),
        "tokens-growth": Number(windows.loc[inputs.LATEST, "tokens"], ".1f"),
        "tokens-most": Number(windows["tokens"].max(), ".0f"),
        "arc-later": Number(windows.loc[inputs.LATEST, "elasticity"], ".2f"),
        "arc-same": Number(windows.loc[inputs.SAME_MONTHS, "elasticity"], ".2f"),
    }


def _costs() -> dict[str, Number]:
    chip = inputs.chip()
    cost, shares = chip.cost_per_hour(), chip.shares()
    changes = rents.changes().set_index("series")
    contract, list_price = changes.loc["one-year contract"], changes.loc["hyperscaler on demand"]
    first, last = (break_even_utilisation(chip, contract[end]) for end in ("first", "last"))
    rules = list(rents.thresholds().values())
    page = inputs.page_of_costs().shares()
    return {
        "chip-price": Number(chip.capital, ",.0f"),
        "chip-residual": _share(chip.residual),
        "chip-overhead": Number(chip.overhead, ".2f"),
        "chip-tariff": Number(100 * chip.tariff, ".0f"),
        "chip-operation": _share(chip.operation),
        "chip-used": _share(chip.used),
        "energy-share": _share(shares["energy"]),
        "capital-share": _share(shares["capital"]),
        "rent-low": Number(contract["first"], ".2f"),
        "rent-high": Number(contract["last"], ".2f"),
        "break-even-low": _share(first),
        "break-even-high": _share(last),
        "contract-months": Number(months_between(contract["start"], contract["end"]), "words"),
        "list-fall": _share(-list_price["change"]),
        "list-months": Number(months_between(list_price["start"], list_price["end"]), "words"),
        "rent-fall": _share(inputs.RENT_FALL),
        "first-year-rent": Number(first_year_rent(cost, inputs.RENT_FALL, chip.rate, chip.years), ".2f"),
        "rule-low": Number(rules[0], ".2f"),
        "rule-high": Number(rules[1], ".2f"),
        "cost-no-interest": Number(replace(chip, rate=0.0).cost_per_hour(), ".2f"),
        "cost-base": Number(cost, ".2f"),
        "interest": _share(chip.rate),
        "opex-page": _share(fact("tco-opex-share")),
        "opex-ours": _share(page["energy"] + page["operation"]),
    }


def _scenarios() -> dict[str, Number]:
    scenario, rng = inputs.scenario(), np.random.default_rng
    found = simulate_growth(scenario, inputs.DRAWS, rng(inputs.SEED))
    estimated = estimate_sobol(scenario, inputs.SOBOL_DRAWS, rng(inputs.SEED))
    priors = {
        f"prior-{name}": Number(prior.mean, ".2f", f" ± {prior.spread:.2f}")
        for name, prior in zip(("demand", "elasticity", "efficiency"), scenario.priors, strict=True)
    }
    low, high = np.exp(inputs.YEARS_AHEAD * growth_quantiles(scenario, inputs.MIDDLE))
    top = scenario.sobol().assign(estimated=estimated["total"]).sort_values("total").iloc[-1]
    return priors | {
        "halving": Number(fact(inputs.HALVING, "scaling"), ".1f"),
        "falls-exact": _share(probability_below(scenario, 0.0)),
        "fan-years": Number(inputs.YEARS_AHEAD, "words"),
        "fan-middle": _share(inputs.MIDDLE[1] - inputs.MIDDLE[0]),
        "fan-low": Number(low, ".2f"),
        "fan-high": Number(high, ".0f"),
        "draws": Number(inputs.DRAWS, ",.0f"),
        "drawn-mean": Number(found.mean(), ".3f"),
        "exact-mean": Number(scenario.mean(), ".3f"),
        "drawn-spread": Number(found.std(ddof=1), ".3f"),
        "exact-spread": Number(scenario.variance() ** 0.5, ".3f"),
        "sobol-first": Number(top["first_order"], ".3f"),
        "sobol-top": Number(top["total"], ".3f"),
        "sobol-estimated": Number(top["estimated"], ".3f"),
    }


def _prices() -> dict[str, Number]:
    day = the_day()
    peak, record = (facts.load("market")[f"cisco-{name}-price"] for name in ("peak", "record"))
    cisco = implied_growth(
        fact("cisco-peak-value"), [fact(income) for income in inputs.CISCO_INCOMES], inputs.VALUATION
    )
    known = implied_growth(fact("nvidia-value-before"), fact("nvidia-net-income-oct-2024"), inputs.VALUATION)
    return {
        "nvidia-loss": _billion(fact("nvidia-loss")),
        "growth-before": _share(day.growth_before, 1),
        "growth-after": _share(day.growth_after, 1),
        "valuation-rate": _share(inputs.VALUATION.rate),
        "valuation-years": Number(inputs.VALUATION.years, "words"),
        "nvidia-later": Number(fact("nvidia-value-5t") / TRILLION, ".1f"),
        "nvidia-months": Number(months_later(), "words"),
        "growth-cisco": _share(cisco[inputs.CISCO_INCOMES.index("cisco-net-income-2000")]),
        "cisco-years": Number(months_between(peak.date, record.date) / MONTHS_PER_YEAR, ".0f"),
        "cisco-real": _share(record.value / history.in_dollars_of_december_2025(peak.value)),
        "cisco-measure-low": _share(cisco.min()),
        "cisco-measure-high": _share(cisco.max()),
        "terminal": _share(terminal_share(day.growth_before, inputs.VALUATION)),
        "day-computed": _share(1 - fact("nvidia-price-after") / fact("nvidia-price-before"), 2),
        "day-printed": _share(fact("nvidia-fall")),
        "loss-computed": _billion(fact("nvidia-value-before") - fact("nvidia-value-after")),
        "known-growth": _share(known, 1),
    }


def the_day() -> Repricing:
    """27 January 2025 as a change of the growth that NVIDIA's price implied."""
    values = fact("nvidia-value-before"), fact("nvidia-value-after")
    return repricing(*values, fact("nvidia-fcf-fy2025"), inputs.VALUATION)


def months_later() -> int:
    """Months from NVIDIA's day to the first market value above five trillion dollars."""
    known = facts.load("market")
    return months_between(known["nvidia-price-after"].date, known["nvidia-value-5t"].date)


def _energy() -> dict[str, Number]:
    chip, tonnes = inputs.chip(), fact("llama31-405b-co2", "deepseek")
    energy = run_energy(fact("llama31-405b-hours", "deepseek"), fact("energy-h100-power"))
    growth = yearly_factor(fact("energy-world-2024"), fact("energy-world-2030"), 6.0) - 1
    return {
        "prompt-gain": Number(fact("energy-prompt-gain"), ".0f"),
        "google-centres": _share(fact("carbon-google-fall-2024") / 100),
        "google-electricity": _share(fact("energy-google-growth-2024") / 100),
        "world-electricity": _share(fact("energy-growth-2025") / 100),
        "iea-2024": Number(fact("energy-world-2024"), ".0f"),
        "iea-2030": Number(fact("energy-world-2030"), ".0f"),
        "iea-growth": _share(growth, 1),
        "llama-carbon": Number(tonnes, ",.0f"),
        "llama-energy": Number(energy / 1e6, ".1f"),
        "llama-intensity": Number(carbon_intensity(tonnes, energy), ".2f"),
        "grid-world": Number(fact("carbon-grid-world-2023"), ".2f"),
        "power-factor": Number(chip.power * chip.overhead / fact("energy-h100-power"), ".1f"),
    }


def yearly_payment() -> float:
    """Dollars a year that pay back what the four firms spent in 2025, at the chip's interest."""
    total = spending.totals().set_index("year").loc[2025, "printed"] * BILLION
    return depreciation.yearly_payment(total, inputs.RATE, *inputs.purchases()["with buildings"])


def volumes_to_keep() -> tuple[float, float]:
    """Factors of volume that keep the profit as costs fall like Gemini's: margin unchanged, and squeezed."""
    cost = 1 - fact("cost-gemini-fall-2025")
    same, squeezed = (volume_to_keep_profit_at(cost, inputs.MARGINS[0], margin) for margin in inputs.MARGINS)
    return same, squeezed


def _who_wins() -> dict[str, Number]:
    same, squeezed = volumes_to_keep()
    pace = sum(fact(f"ai-run-rate-{firm}-2026") for firm in inputs.BUILDERS)
    margin = fact("cloud-gross-margin-microsoft")
    taken = stack.shares(stack.paces())
    power = stack.revenue_for_power()
    owed = orders.owed_by_one()
    votes = {date: share_of_votes(fact(f"geo-arena-gap-{date}")) for date in ("2024-01", "2025-02", "2026-03")}
    return {
        "margin": _share(inputs.MARGINS[0]),
        "margin-squeezed": _share(inputs.MARGINS[1]),
        "server-life": Number(inputs.SERVERS[-1], "words"),
        "capex-2025": Number(spending.totals().set_index("year").loc[2025, "printed"], ".0f"),
        "yearly-payment": _billion(yearly_payment()),
        "pace": _billion(pace),
        "cloud-quarter": _share(facts.load("market")["cloud-gross-margin-microsoft"].low),
        "cloud-margin": _share(margin),
        "pace-profit": _billion(pace * margin),
        "cash-alphabet": _billion(fact("fcf-alphabet-2026-q2"), ".1f"),
        "cash-amazon": _billion(fact("fcf-amazon-2026"), ".1f"),
        "volume-same": Number(same, ".1f"),
        "volume-half": Number(squeezed, ".1f"),
        "rounds-now": _share(fact("venture-2026-q1-four-largest") / fact("venture-2026-q1")),
        "rounds-before": _share(fact("venture-2025-q1-four-largest") / fact("venture-2025-q1")),
        "stack-first": _share(taken.iloc[0]),
        "stack-last": _share(taken.iloc[-1]),
        "power-first": Number(power.iloc[0], ".0f"),
        "power-last": Number(power.iloc[-1], ".1f"),
        "owed-least": _share(owed["share"].min()),
        "owed-most": _share(owed["share"].max()),
        "geo-charge": _billion(fact("geo-h20-charge"), ".1f"),
        "geo-china": Number(fact("geo-china-in-guidance"), ".0f"),
        "votes-before": _share(votes["2024-01"]),
        "votes-then": _share(votes["2025-02"]),
        "votes-now": _share(votes["2026-03"]),
        "act-planned": Number(fact("geo-act-months-high-risk-first"), ".0f"),
        "act-now": Number(fact("geo-act-months-high-risk"), ".0f"),
    }
