"""Every number that the market chapter prints in its sentences."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from analysis.kit import facts
from analysis.kit.numbers import Number, joined
from analysis.market import datacentre, deals, depreciation, history, orders, rents, segments, spending, stack, tokens
from analysis.market.chapter import inputs, words
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
    return joined(
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


def _share(value: float, digits: int = 0, how: str = "") -> Number:
    return Number(value, f".{digits}%", how=how)


def _billion(value: float, form: str = ",.0f", how: str = "") -> Number:
    return Number(value / BILLION, form, how=how)


def _first_screen() -> dict[str, Number]:
    return {
        "elasticity": Number(fact("elasticity-tokens"), ".2f"),
        "elasticity-error": Number(fact("elasticity-tokens-error"), ".2f"),
        "used-2001": _share(fact("fibre-used-2001"), 1),
        "glass-years": Number(inputs.GLASS, ".0f", how="Years that glass works: an assumption of the chapter's models"),
        "chip-years": Number(
            inputs.CHIP,
            ".0f",
            how="Years that a chip works: an assumption of the chapter's models, by the accounts of owners",
        ),
    }


def _fibre() -> dict[str, Number]:
    cisco = facts.load("market")["cisco-peak-value"]
    loss = fact("jdsu-loss-2001")
    years = time_to_utilisation(fact("fibre-used-2001"), *inputs.forecast())
    return {
        "fibre-spending": _billion(fact("fibre-spending")),
        "fibre-miles": Number(fact("fibre-miles") / 1e6, ".0f"),
        "years-built": Number(float(years), "words", how=words.YEARS_BUILT),
        "used-2002": _share(fact("fibre-used-2002"), 1),
        "cisco-value": _billion(cisco.value),
        "cisco-low": _billion(
            cisco.low, how="Cisco's value in March 2000, low, billion dollars: the lowest that the press prints"
        ),
        "cisco-computed": _billion(
            history.cisco_peak_value(),
            how="Cisco's value in March 2000, computed, billion dollars: closing price of the day times the "
            "shares on the cover of its next report",
        ),
        "cisco-value-2025": _billion(
            history.in_dollars_of_december_2025(cisco.value),
            how="Cisco's value in money of 2025, billion dollars: its published value in March 2000 times "
            "consumer prices of December 2025 over those of March 2000",
        ),
        "jdsu-loss": _billion(loss, ".1f"),
        "jdsu-restated": _billion(fact("jdsu-loss-2001-restated"), ".1f"),
        "jdsu-added": _billion(
            loss + fact("jdsu-loss-2001-added"),
            ".1f",
            how="JDS Uniphase's loss with its addition: billion dollars, the loss as first reported plus the "
            "addition that was announced",
        ),
        "sprint-upgrade": Number(fact("fibre-sprint-upgrade"), ".0f"),
        "lasers-months": Number(fact("fibre-wdm-doubling"), "words"),
        "lasers-left": _share(
            math.exp(-inputs.BOOM * growth_of_halving(fact("fibre-wdm-doubling"))), 1, how=words.LASERS
        ),
        "odell-capacity": Number(fact("fibre-odell-capacity"), ".0f"),
        "odell-traffic": Number(fact("fibre-odell-traffic"), "words"),
        "london-elasticity": Number(history.london_elasticity(), ".2f", how=words.LONDON),
        "lit-2005": _share(fact("fibre-lit-2005")),
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
    without = hangs.set_index("variant")
    latest = spending.guidance(inputs.GUIDANCE).set_index("company").loc["sum"]
    return {
        "money-listed": _share(hangs["money"].iloc[0], how=words.MONEY_LISTED),
        "money-least": _share(
            without.loc[f"without {inputs.STAKE}", "money"],
            how="Money that can come back without Microsoft's stake: of our list, money of deals on a loop of payments "
            "over all money, as announced, that deal left out",
        ),
        "ahead-low": Number(
            latest["low"],
            ".0f",
            how="Spending for 2026, low end, billion dollars: sum of the lower ends of what four firms announced "
            "in July",
        ),
        "ahead-high": Number(
            latest["high"],
            ".0f",
            how="Spending for 2026, high end, billion dollars: sum of the upper ends of what four firms "
            "announced in July",
        ),
        "gaming-2020": _share(gaming["FY2020"], how=words.gaming("2020")),
        "gaming-2026": _share(gaming["FY2026"], how=words.gaming("2026")),
        "hyperscalers": _share(fact("nvidia-hyperscaler-share")),
        "lost-part": _share(inputs.LOST, how=words.LOST),
        "replacement": Number(
            segments.replacement_factor(markets.loc["FY2026", "data_centre"], inputs.LOST), ".1f", how=words.REPLACEMENT
        ),
        "capex-growth": _share(spent.loc[2025, "growth"], how=words.SPENDING_GROWTH),
        "growth-low": _share(
            ends["low"] / spent.loc[2025, "printed"] - 1,
            how="Growth of spending announced for 2026, low: lower ends of what four firms announced in April, "
            "added up, over the total of 2025 with finance leases, less one",
        ),
        "growth-high": _share(
            ends["high"] / spent.loc[2025, "printed"] - 1,
            how="Growth of spending announced for 2026, high: upper ends of what four firms announced in April, "
            "added up, over the total of 2025 with finance leases, less one",
        ),
        "loi": Number(
            letter["before"],
            ".0f",
            how="NVIDIA's letter of intent, billion dollars: the amount announced for OpenAI in our list of deals",
        ),
        "loi-after": Number(
            letter["after"],
            ".0f",
            how="NVIDIA's letter of intent, later, billion dollars: the amount of equity that it became in our "
            "list of deals",
        ),
        "openai-before": _billion(fact("deal-openai-target-before")),
        "openai-after": _billion(fact("deal-openai-target-after")),
        "contract-rise": _share(contract["change"], how=words.CONTRACT_RISE),
        "gpu-share": _share(
            shares["GPUs over everything"],
            how="GPUs over the whole cost: price of the GPUs of a rack over that of the rack with its share of "
            "the building, by Bernstein's bill",
        ),
        "rack-share": _share(shares["all hardware of the rack over everything"], how=words.RACK),
    }


def _lifetimes() -> dict[str, Number]:
    fall = fact("fibre-price-fall-bandwidth")
    lives, demand = [inputs.GLASS, inputs.CHIP], np.log1p(inputs.DEMAND_GROWTH[1])
    still = present_value_share(inputs.IDLE_USED, demand, inputs.RATE, lives)
    falling = present_value_share(inputs.IDLE_USED, demand, inputs.RATE - math.log(1 - fall), lives)
    books = spending.useful_lives()
    resale = facts.load("market")["tco-residual"]
    kept = rents.kept(books["after"].max(), resale.value, inputs.RESALE_AGE).set_index("price")
    listed, contract = kept.loc["hyperscaler on demand"], kept.loc["one-year contract"]
    ratio = spending.depreciation_ratios()["ratio"].iloc[0]
    bought = inputs.purchases()
    implied = depreciation.growth_by_mix(ratio, bought)
    growing = f"demand growing by {Number(inputs.DEMAND_GROWTH[1], '.0%')} a year"
    return {
        "quarter-glass": _share(
            still[0],
            how="Value that the example's glass gets back: present value of its earnings, "
            f"{Number(inputs.IDLE_USED, '.0%')} in use at first and {growing}, over that of full use",
        ),
        "quarter-chip": _share(
            still[1],
            how="Value that the example's chip gets back: present value of its earnings, "
            f"{Number(inputs.IDLE_USED, '.0%')} in use at first and {growing}, over that of full use",
        ),
        "bandwidth-fall": _share(fall),
        "falling-glass": _share(
            falling[0],
            how="Value that glass gets back, price falling: present value of its earnings, price falling like "
            f"bandwidth's, {Number(inputs.IDLE_USED, '.0%')} in use at first and {growing}, over that of full use",
        ),
        "life-low": Number(
            books["before"].min(),
            ".0f",
            how="Shortest life of servers, years: the least of those that the four firms' books had before a change",
        ),
        "life-high": Number(
            books["after"].max(),
            ".0f",
            how="Longest life of servers, years: the most of those that the four firms' books have after a change",
        ),
        "hidden": _billion(fact("life-hidden-depreciation")),
        "resale": _share(resale.value),
        "resale-low": _share(resale.low, how="Resale value of a server, low: the lower end that the page gives"),
        "resale-high": _share(resale.high, how="Resale value of a server, high: the upper end that the page gives"),
        "resale-age": Number(
            inputs.RESALE_AGE, "words", how="Years of the resale value: age of the server at which the page takes it"
        ),
        "book-value": _share(1 - inputs.RESALE_AGE / books["after"].max(), how=words.BOOK_RESALE),
        "listed-left": _share(listed["left"], how=words.LISTED),
        "listed-book": _share(listed["book"], how=words.BOOK_LISTED),
        "contract-book": _share(contract["book"], how=words.BOOK_CONTRACT),
        "contract-left": Number(contract["left"], ".2f", how=words.CONTRACT),
        "depreciation-ratio": _share(
            ratio, how="Depreciation over spending: of five firms over twelve months, both as published"
        ),
        "growth-six": _share(
            implied["6 years"],
            how="Growth that the ratio implies, servers alone: yearly growth of spending at which steady "
            f"writing-off over {inputs.SERVERS[-1]:.0f} years gives the five firms' ratio",
        ),
        "growth-mix": _share(
            implied["with buildings"],
            how="Growth that the ratio implies, with buildings: yearly growth of spending that gives the five "
            f"firms' ratio, servers over {inputs.SERVERS[-1]:.0f} years, the rest over {inputs.GLASS:.0f}",
        ),
    }


def _saturated(elasticity: float) -> float:
    """Compute at the chapter's gain over today's, if demand saturates from an elasticity today."""
    later = SaturatingDemand(satiation=1.0, scale_price=1 / elasticity)
    return float(later.compute(inputs.GAIN) / later.compute(1.0))


def _demand() -> dict[str, Number]:
    epsilon, error = fact("elasticity-tokens"), fact("elasticity-tokens-error")
    users = facts.load("market")["elasticity-users"]
    cost_fall = fact("cost-gemini-fall-2025")
    windows = tokens.accounts(inputs.WINDOWS, 1 - cost_fall).set_index("window")
    return {
        "elasticity-above": _share(probability_above(epsilon, error, threshold_elasticity()), how=words.ABOVE),
        "elasticity-users": Number(users.value, ".2f"),
        "elasticity-users-low": Number(
            users.low, ".2f", how="Elasticity across models, low: the lower end of what was published"
        ),
        "elasticity-users-high": Number(
            users.high, ".2f", how="Elasticity across models, high: the upper end of what was published"
        ),
        "gain": Number(inputs.GAIN, "words", how="Gain of efficiency in the example: our choice, times today's"),
        "constant-ten": Number(compute_demand(inputs.GAIN, epsilon), ".2f", how=words.constant()),
        "constant-ten-low": Number(
            compute_demand(inputs.GAIN, epsilon - error), ".2f", how=words.constant(*words.LESS)
        ),
        "constant-ten-high": Number(
            compute_demand(inputs.GAIN, epsilon + error), ".2f", how=words.constant(*words.PLUS)
        ),
        "saturating-ten-low": Number(_saturated(epsilon - error), ".2f", how=words.saturating(*words.LESS)),
        "saturating-ten-high": Number(_saturated(epsilon + error), ".2f", how=words.saturating(*words.PLUS)),
        "saturating-ten": Number(_saturated(epsilon), ".2f", how=words.saturating()),
        "cost-fall": _share(cost_fall),
        "tokens-growth": Number(
            windows.loc[inputs.LATEST, "tokens"],
            ".1f",
            how=f"Growth of Google's tokens in the last window: of all products, {inputs.LATEST}, tokens of the last "
            "month over those of the first",
        ),
        "tokens-most": Number(windows["tokens"].max(), ".0f", how=words.TOKENS_MOST),
        "arc-later": Number(
            windows.loc[inputs.LATEST, "elasticity"],
            ".2f",
            how=f"Arc elasticity, tokens of the last window: logarithm of their growth, {inputs.LATEST}, over that of "
            "the fall in the cost of one in calendar 2025",
        ),
        "arc-same": Number(
            windows.loc[inputs.SAME_MONTHS, "elasticity"],
            ".2f",
            how="Arc elasticity, tokens of calendar 2025: logarithm of the growth of Google's tokens, "
            "interpolated, over that of the fall in the cost of one in the same months",
        ),
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
        "chip-price": Number(
            chip.capital,
            ",.0f",
            how="Price of the example's GPU, dollars: as published, with its share of server and network",
        ),
        "chip-power": Number(
            chip.power,
            ".3f",
            how="Power of the example's GPU, kilowatts: of a server, as published, over the GPUs in it",
        ),
        "chip-residual": _share(
            chip.residual, how="Resale value at the end: an assumption of the chapter's example, share of the price"
        ),
        "chip-overhead": Number(
            chip.overhead,
            ".2f",
            how="Overhead of the building: an assumption of the chapter's example, electricity of the building "
            "over that of its machines",
        ),
        "chip-tariff": Number(
            100 * chip.tariff,
            ".0f",
            how="Price of electricity, cents a kilowatt-hour: as published on a page of such costs",
        ),
        "chip-operation": _share(
            chip.operation,
            how="Operation a year: an assumption of the chapter's example, share of the price for upkeep and staff",
        ),
        "chip-used": _share(
            chip.used, how="Hours in use: an assumption of the chapter's example, share of all hours of a year"
        ),
        "energy-share": _share(
            shares["energy"],
            how="Electricity's share of an hour's cost: dollars a year for electricity, building included, over "
            "those for capital, electricity and operation in the chapter's example",
        ),
        "capital-share": _share(
            shares["capital"],
            how="Capital's share of an hour's cost: yearly payment for the price less resale over dollars a year "
            "for capital, electricity and operation in the chapter's example",
        ),
        "break-even-low": _share(
            first,
            how="Hours to let at the first rent: the example's cost of an hour if all were used, over the first "
            "rent of the series of year's contracts",
        ),
        "break-even-high": _share(
            last,
            how="Hours to let at the last rent: the example's cost of an hour if all were used, over the last "
            "rent of the series of year's contracts",
        ),
        "contract-months": Number(
            months_between(contract["start"], contract["end"]),
            "words",
            how="Months of the series of contracts: from the first published rent of a year's contract to the last",
        ),
        "list-months": Number(
            months_between(list_price["start"], list_price["end"]),
            "words",
            how="Months of the series of list prices: from the first published price of the largest cloud to the last",
        ),
        "rent-fall": _share(
            inputs.RENT_FALL,
            how="Fall of rents a year: an assumption of the example of an owner whose rents are not level",
        ),
        "first-year-rent": Number(
            first_year_rent(cost, inputs.RENT_FALL, chip.rate, chip.years),
            ".2f",
            how="Rent of the first year, dollars an hour: worth as much over the chip's life as level rents at "
            f"cost, if rents fall by {Number(inputs.RENT_FALL, '.0%')} a year",
        ),
        "rule-low": Number(rules[0], ".2f"),
        "rule-high": Number(rules[1], ".2f"),
        "cost-no-interest": Number(
            replace(chip, rate=0.0).cost_per_hour(),
            ".2f",
            how="Cost of an hour without interest, dollars: capital less resale, electricity and operation of a "
            "year of the chapter's example over its hours in use, interest zero",
        ),
        "cost-base": Number(
            cost,
            ".2f",
            how="Cost of an hour, dollars: yearly payment for capital less resale, electricity and operation of "
            "the chapter's example over its hours in use",
        ),
        "interest": _share(chip.rate, how=words.INTEREST),
        "opex-page": _share(fact("tco-opex-share")),
        "opex-ours": _share(
            page["energy"] + page["operation"],
            how="Running cost by the formula: electricity and operation over the whole, with the page's prices "
            "of server and resale and its years, the rest as in our example",
        ),
    }


#: The inputs of a scenario in their order, and what our priors of them are.
_PRIORS = {
    "demand": "Prior of demand's growth: a guess, mean and standard deviation of a continuous rate a year at a given "
    "price",
    "elasticity": "Prior of the elasticity: the measured one, with a standard deviation that we assume, wider than the "
    "published error",
    "efficiency": "Prior of the efficiency's growth: of a halving of the compute for a result in the published months, "
    "continuous a year, with a standard deviation that we assume",
}


def _scenarios() -> dict[str, Number]:
    scenario, rng = inputs.scenario(), np.random.default_rng
    found = simulate_growth(scenario, inputs.DRAWS, rng(inputs.SEED))
    estimated = estimate_sobol(scenario, inputs.SOBOL_DRAWS, rng(inputs.SEED))
    priors = {
        f"prior-{name}": Number(prior.mean, ".2f", f" ± {prior.spread:.2f}", how=how)
        for (name, how), prior in zip(_PRIORS.items(), scenario.priors, strict=True)
    }
    low, high = np.exp(inputs.YEARS_AHEAD * growth_quantiles(scenario, inputs.MIDDLE))
    top = scenario.sobol().assign(estimated=estimated["total"]).sort_values("total").iloc[-1]
    return priors | {
        "halving": Number(fact(inputs.HALVING, "scaling"), ".1f"),
        "falls-exact": _share(probability_below(scenario, 0.0), how=words.FALLS),
        "fan-years": Number(inputs.YEARS_AHEAD, "words", how="Years that the fan looks ahead: our choice"),
        "fan-middle": _share(
            inputs.MIDDLE[1] - inputs.MIDDLE[0],
            how="Probability of the middle of the futures: our choice of an upper less our choice of a lower quantile",
        ),
        "fan-low": Number(
            low,
            ".2f",
            how="Compute at the fan's lower end, over today's: lower quantile of its growth under the chapter's "
            "priors, compounded over the years of the fan",
        ),
        "fan-high": Number(
            high,
            ".0f",
            how="Compute at the fan's upper end, over today's: upper quantile of its growth under the chapter's "
            "priors, compounded over the years of the fan",
        ),
        "draws": Number(inputs.DRAWS, ",.0f", how="Draws of the simulation: our choice, a power of two"),
        "drawn-mean": Number(
            found.mean(),
            ".3f",
            how="Mean growth of compute, drawn: continuous rate a year, over all draws from the chapter's priors",
        ),
        "exact-mean": Number(
            scenario.mean(),
            ".3f",
            how="Mean growth of compute, by the formula: growth of demand plus elasticity less one, times growth "
            "of efficiency, at the means of the priors",
        ),
        "drawn-spread": Number(
            found.std(ddof=1),
            ".3f",
            how="Standard deviation of growth, drawn: of the continuous rate a year, over all draws from the "
            "chapter's priors",
        ),
        "exact-spread": Number(
            scenario.variance() ** 0.5,
            ".3f",
            how="Standard deviation of growth, by the formula: root of the variance that the spreads of the "
            "three priors and one interaction add up to",
        ),
        "sobol-first": Number(
            top["first_order"],
            ".3f",
            how="Index of the elasticity: share of the variance of growth that would go, on average, if it "
            "became known, in closed form",
        ),
        "sobol-top": Number(
            top["total"],
            ".3f",
            how="Total index of the elasticity: its share of the variance of growth with its part in the "
            "interaction with efficiency, in closed form",
        ),
        "sobol-estimated": Number(
            top["estimated"],
            ".3f",
            how="Total index of the elasticity, estimated: by a scheme that mixes two sets of draws and sees "
            "only the growths that they give",
        ),
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
        "growth-before": _share(
            day.growth_before,
            1,
            how="Growth that NVIDIA's price implied, before: at which its cash flow of the fiscal year is worth "
            "its market value of 24 January 2025",
        ),
        "growth-after": _share(
            day.growth_after,
            1,
            how="Growth that NVIDIA's price implied, after: at which its cash flow of the fiscal year is worth "
            "its market value of 27 January 2025",
        ),
        "valuation-rate": _share(inputs.VALUATION.rate, how="Discount rate of the valuations: an assumption"),
        "valuation-years": Number(
            inputs.VALUATION.years, "words", how="Years of fast growth in the valuations: an assumption"
        ),
        "valuation-end": _share(
            inputs.VALUATION.terminal_growth, how="Growth for ever after in the valuations: an assumption"
        ),
        "nvidia-later": Number(fact("nvidia-value-5t") / TRILLION, ".1f"),
        "nvidia-months": Number(
            months_later(),
            "words",
            how="Months until NVIDIA was worth five trillion: from the day of the fall to the first report of a "
            "market value above it",
        ),
        "growth-cisco": _share(
            cisco[inputs.CISCO_INCOMES.index("cisco-net-income-2000")],
            how="Growth that Cisco's price implied: at which its net income of fiscal 2000 is worth its market "
            "value of March 2000",
        ),
        "cisco-years": Number(
            months_between(peak.date, record.date) / MONTHS_PER_YEAR,
            ".0f",
            how="Years until Cisco's price came back: months from the peak of March 2000 to the first close "
            "above it, in years",
        ),
        "cisco-real": _share(
            record.value / history.in_dollars_of_december_2025(peak.value),
            how="Cisco's new peak in old money: its price of December 2025 over that of March 2000 in dollars of "
            "December 2025, by consumer prices",
        ),
        "cisco-measure-low": _share(
            cisco.min(),
            how="Growth that Cisco's price implied, least: over three measures of its yearly income, at its "
            "market value of March 2000",
        ),
        "cisco-measure-high": _share(
            cisco.max(),
            how="Growth that Cisco's price implied, most: over three measures of its yearly income, at its "
            "market value of March 2000",
        ),
        "terminal": _share(
            terminal_share(day.growth_before, inputs.VALUATION),
            how="Value beyond the years of fast growth: share of NVIDIA's value before the fall, at the growth "
            "that its price implied",
        ),
        "day-computed": _share(1 - fact("nvidia-price-after") / fact("nvidia-price-before"), 2, how=words.DAY),
        "day-printed": _share(fact("nvidia-fall")),
        "loss-computed": _billion(
            fact("nvidia-value-before") - fact("nvidia-value-after"),
            how="Value that NVIDIA lost, computed, billion dollars: its shares times the price before, less its "
            "shares times the price after",
        ),
        "known-growth": _share(
            known,
            1,
            how="Growth implied by what was known: at which NVIDIA's net income of the twelve months to October "
            "2024 is worth its market value before the fall",
        ),
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
        "iea-growth": _share(
            growth,
            1,
            how="Growth of data centres' electricity a year: the agency's projection for 2030 over its figure "
            "for 2024, compounded over the years between",
        ),
        "llama-carbon": Number(tonnes, ",.0f"),
        "llama-energy": Number(
            energy / 1e6,
            ".1f",
            how="Electricity of Llama-405B's training, gigawatt-hours: GPU-hours of its model card times the "
            "power of a chip that the card uses",
        ),
        "llama-intensity": Number(
            carbon_intensity(tonnes, energy),
            ".2f",
            how="Carbon of a kilowatt-hour, kilograms: the model card's tonnes for Llama-405B over its GPU-hours "
            "times the power of a chip",
        ),
        "grid-world": Number(fact("carbon-grid-world-2023"), ".2f"),
        "power-factor": Number(
            chip.power * chip.overhead / fact("energy-h100-power"),
            ".1f",
            how="What comes on top of the chip: power of a GPU with its share of the server, times the example's "
            "overhead, over the power of the chip alone",
        ),
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
        "server-life": Number(
            inputs.SERVERS[-1],
            "words",
            how="Years that servers are written off: the longer of the lives in the accounts of the large firms "
            "of 2025",
        ),
        "capex-2025": Number(
            spending.totals().set_index("year").loc[2025, "printed"],
            ".0f",
            how="Spending of four firms in 2025, billion dollars: the published total, finance leases included",
        ),
        "yearly-payment": _billion(yearly_payment(), how=words.PAYMENT),
        "pace": _billion(pace, how=words.PACE),
        "cloud-margin": _share(margin),
        "pace-profit": _billion(pace * margin, how=words.PACE_PROFIT),
        "volume-same": Number(same, ".1f", how=words.VOLUME),
        "volume-half": Number(squeezed, ".1f", how=words.VOLUME_SQUEEZED),
        "rounds-now": _share(fact("venture-2026-q1-four-largest") / fact("venture-2026-q1"), how=words.rounds("2026")),
        "rounds-before": _share(
            fact("venture-2025-q1-four-largest") / fact("venture-2025-q1"), how=words.rounds("2025")
        ),
        "stack-first": _share(taken.iloc[0], how=words.MODELS_FIRST),
        "stack-last": _share(taken.iloc[-1], how=words.MODELS_LAST),
        "power-first": Number(power.iloc[0], ".0f", how=words.power("2023")),
        "power-last": Number(power.iloc[-1], ".1f", how=words.power("2025")),
        "owed-least": _share(owed["share"].min(), how=words.OWED_LEAST),
        "owed-most": _share(owed["share"].max(), how=words.OWED_MOST),
        "geo-charge": _billion(fact("geo-h20-charge"), ".1f"),
        "geo-china": Number(fact("geo-china-in-guidance"), ".0f"),
        "votes-before": _share(votes["2024-01"], how=words.votes("January 2024")),
        "votes-then": _share(votes["2025-02"], how=words.votes("February 2025")),
        "votes-now": _share(votes["2026-03"], how=words.votes("March 2026")),
        "act-planned": Number(fact("geo-act-months-high-risk-first"), ".0f"),
        "act-now": Number(fact("geo-act-months-high-risk"), ".0f"),
    }
