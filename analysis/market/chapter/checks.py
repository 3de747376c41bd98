"""Numbers of ours held against published ones, where both exist, and published ones against each other."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from analysis.kit import facts
from analysis.kit.checks import Check
from analysis.kit.numbers import Number
from analysis.market import history, rents, segments, spending, tokens
from analysis.market.chapter import inputs
from analysis.market.datacentre import published_rack
from analysis.market.energy import carbon_intensity, run_energy
from analysis.market.identity import yearly_factor
from analysis.market.scenarios import simulate_growth


def checks() -> list[Check]:
    """One row a published figure; ``agrees=False`` where the chapter says plainly that we disagree."""
    return [*_fibre(), *_revenue(), *_spending(), *_shares(), *_prices(), *_costs(), *_scenarios(), *_energy()]


def _fibre() -> list[Check]:
    fact = facts.load("market")
    months = 12 * math.log(2) / math.log(fact["fibre-odell-capacity"].value)
    loss = fact["jdsu-loss-2001"].value + fact["jdsu-loss-2001-added"].value
    drop = 1 - fact["cisco-trough-value"].value / fact["cisco-peak-value"].value
    return [
        Check("Cisco's peak: price times shares", history.cisco_peak_value(), fact["cisco-peak-value"], 1e10),
        Check("UUNET: doubling of a growth of eight times a year", months, fact["fibre-odell-capacity-doubling"], 0.05),
        Check("JDS Uniphase: loss and announced addition", loss, fact["jdsu-loss-2001-restated"], 1e8, agrees=False),
        Check("Cisco's fall, by market value", drop, fact["cisco-trough-fall"], 0.01),
        Check(
            "Fibre lit against capacity in use, 2005",
            fact["fibre-lit-2005"].value,
            fact["fibre-used-2005"],
            0.01,
            agrees=False,
        ),
    ]


def _revenue() -> list[Check]:
    """The rows of the revenue table against the growth that the firm reported, in whole per cent."""
    fact = facts.load("market")
    table = segments.revenue().pivot_table(index="period", columns="market", values="revenue", sort=False)
    table["total"] = table.sum(axis=1)
    growth = 100 * (table / table.shift() - 1)
    columns = {
        "data-center": "data centre",
        "gaming": "gaming",
        "professional-visualisation": "professional visualisation",
        "automotive": "automotive",
        "oem": "OEM and other",
        "total": "total",
    }
    rows = []
    for name in fact:
        if name.startswith("nvidia-fy") and "-growth-" in name:
            period, part = name.removeprefix("nvidia-").split("-growth-")
            ours = growth.loc[period.upper(), columns[part]]
            rows.append(Check(f"NVIDIA {period.upper()}, growth: {columns[part]}", ours, fact[name], 0.51))
    return rows


def _spending() -> list[Check]:
    fact = facts.load("market")
    table = spending.totals().set_index("year")
    upper, spent = spending.guidance().set_index("company").loc["sum", "high"], table.loc[2025, "printed"]
    return [
        Check("Capital spending, growth of 2025", 100 * table.loc[2025, "growth"], fact["capex-growth-2025"], 0.5),
        Check("Guidance for 2026: sum of the upper ends", 1e9 * upper, fact["capex-guidance-2026-total"], 5e8),
        Check(
            "Growth of 2026 over 2025 with finance leases",
            100 * (upper / spent - 1),
            fact["capex-headline-growth-2026"],
            1,
            agrees=False,
        ),
    ]


def _shares() -> list[Check]:
    fact = facts.load("market")
    bill = published_rack()
    gpus = fact["datacentre-gpu-share"]
    return [
        Check("Bernstein: GPUs of a rack over its total", bill.share("GPUs"), gpus, 0.005),
        Check("The claimed 60 per cent against GPUs alone", inputs.CLAIMED, gpus, 0.05, agrees=False),
        Check(
            "NVIDIA's gross profit at 70 per cent",
            0.7 * gpus.value,
            fact["datacentre-nvidia-profit-share"],
            0.005,
            agrees=False,
        ),
    ]


def _prices() -> list[Check]:
    fact = facts.load("market")
    before, after = fact["nvidia-price-before"].value, fact["nvidia-price-after"].value
    lost = (before - after) * fact["nvidia-shares"].value
    contract = rents.rents().query("series == 'one-year contract'")["price"]
    accounts = tokens.accounts(inputs.WINDOWS, 1 - fact["cost-gemini-fall-2025"].value).set_index("window")
    return [
        Check("NVIDIA's day, from two prices", 1 - after / before, fact["nvidia-fall"], 0.005),
        Check("NVIDIA's day, dollars from prices and shares", lost, fact["nvidia-loss"], 3e9, agrees=False),
        Check("NVIDIA's value before the day", before * fact["nvidia-shares"].value, fact["nvidia-value-before"], 1e9),
        Check(
            "Rise of contracts to March 2026",
            100 * (contract.iloc[1] / contract.iloc[0] - 1),
            fact["rent-rise-2026"],
            2,
        ),
        Check(
            "Google's tokens, May 2025 to May 2026",
            float(accounts.loc[inputs.LATEST, "tokens"]),
            fact["tokens-google-growth-2026"],
            0.34,
        ),
    ]


def _costs() -> list[Check]:
    fact, shares = facts.load("market"), inputs.page_of_costs().shares()
    return [
        Check(
            "Running cost over all cost, the page's own prices",
            shares["energy"] + shares["operation"],
            fact["tco-opex-share"],
            0.05,
            agrees=False,
        ),
        Check(
            "Cost of an hour without interest",
            replace(inputs.chip(), rate=0.0).cost_per_hour(),
            fact["rent-break-even-loss"],
            0.1,
        ),
    ]


def _scenarios() -> list[Check]:
    scenario = inputs.scenario()
    drawn = simulate_growth(scenario, inputs.DRAWS, np.random.default_rng(inputs.SEED))
    exact = Number(
        scenario.variance() ** 0.5, ".3f", how="Standard deviation of growth: by the formula, from the chapter's priors"
    )
    return [Check("Spread of growth, drawn", float(drawn.std(ddof=1)), exact, 0.004, id="drawn-spread")]


def _energy() -> list[Check]:
    fact = facts.load("market")
    model = facts.load("deepseek")
    energy = run_energy(model["llama31-405b-hours"].value, fact["energy-h100-power"].value)
    growth = yearly_factor(fact["energy-world-2024"].value, fact["energy-world-2030"].value, 6.0)
    return [
        Check("World's data centres, growth to 2030", 100 * (growth - 1), fact["energy-growth-2024-2030"], 0.5),
        Check(
            "Carbon of a kilowatt-hour, Meta's card against the world",
            carbon_intensity(model["llama31-405b-co2"].value, energy),
            fact["carbon-grid-world-2023"],
            0.1,
        ),
    ]
