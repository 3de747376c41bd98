"""What the market chapter puts into its models: its assumptions, each with a reason, and which published figures.

Cells, numbers of the prose, verdicts and checks call the models with these names. What combines published figures is a
function, so that a fact that is changed changes all that rests on it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.kit import facts
from analysis.market.depreciation import Mix
from analysis.market.discounting import growth_of_doubling, growth_of_halving
from analysis.market.ownership import Ownership
from analysis.market.scenarios import Prior, Scenario
from analysis.market.valuation import Assumptions

BILLION = 1e9

#: The month as of which the chapter speaks.
AS_OF = "2026-11"
#: The month in which the European Union's AI Act came into force.
ACT_IN_FORCE = "2024-08"
#: Builders of data centres that publish a yearly pace of their AI business.
BUILDERS = ("microsoft", "amazon")
#: The largest contract of one customer whose years were published.
LARGEST_CONTRACT = "OpenAI rents from Oracle"
#: The deal that the text leaves out of the list.
STAKE = "Microsoft holds OpenAI"
#: The reported purchase that the text adds to the list.
PURCHASE = "Oracle buys NVIDIA chips"

#: The years of the fibre boom, within which a cause alone counts as enough.
BOOM = 4.0
#: The guidance on capital spending that the chapter draws.
GUIDANCE = "guidance of July"
#: The years that glass in the ground works.
GLASS = 25.0
#: The years that a chip works by the accounts of its owners.
CHIP = 5.0
#: Discount rate of the models of assets, continuous, and interest of an owner, a year.
RATE = 0.10
#: Yearly growth of demand that an overbuilt asset meets, low, middle, high; an assumption.
DEMAND_GROWTH = (0.2, 0.4, 0.6)
#: Share in use in the example of what an idle asset is worth.
IDLE_USED = 0.25
#: Share of NVIDIA's data-centre revenue that is lost in the example.
LOST = 0.5
#: Lives of servers in the accounts of the large firms of 2025, years.
SERVERS = (5.0, 6.0)
#: Age at which the published resale value of a server was taken, years.
RESALE_AGE = 3.0

#: How many times more efficient training or answering becomes where the chapter asks what follows.
GAIN = 10.0
#: The periods over which Google's tokens are held against the cost of calendar 2025.
WINDOWS = {
    "May 2024 to May 2025": ("2024-05", "2025-05"),
    "calendar 2025, interpolated": ("2024-12", "2025-12"),
    "May 2025 to May 2026": ("2025-05", "2026-05"),
}
#: The period that ends last.
LATEST = "May 2025 to May 2026"
#: The period whose months are those of the cost.
SAME_MONTHS = "calendar 2025, interpolated"
#: The margins on the price before and after it is squeezed, assumed, as the firm publishes none.
MARGINS = (0.5, 0.25)

#: Chips of the server whose price and power were published.
CHIPS_OF_A_NODE = 8
#: Resale of a chip at the end of its life, as a share of what it cost.
RESIDUAL = 0.1
#: Upkeep and staff of a chip for a year, as a share of what it cost.
OPERATION = 0.03
#: Electricity of the building over that of the chips in it (PUE).
OVERHEAD = 1.25
#: Share of the hours in which a chip does useful work.
USED = 0.8
#: Yearly fall of a rent in the example of an owner whose rents are not level.
RENT_FALL = 0.3
#: The claimed share of GPUs in the cost of a data centre.
CLAIMED = 0.6

#: Growth of demand at a given price, continuous, a year, with its standard deviation: a guess, not measured.
DEMAND_PRIOR = Prior(0.3, 0.2)
#: Standard deviation of the elasticity; wider than the published error, because the chapter's service is another.
ELASTICITY_SPREAD = 0.3
#: Months in which the compute for a result halves, as measured on language models until 2023: a fact of scaling.
HALVING = "ho-doubling-months-bootstrap"
#: Standard deviation of the growth of efficiency, continuous, a year.
EFFICIENCY_SPREAD = 0.35
#: Years that the fan looks ahead.
YEARS_AHEAD = 5
#: The probabilities between which the middle of the futures lies.
MIDDLE = (0.05, 0.95)
#: Draws of the simulation.
DRAWS = 2**16
#: Draws of the estimate of Sobol indices; the model runs five times as often.
SOBOL_DRAWS = 2**13
#: Seed of the simulation and of the estimate of Sobol indices.
SEED = 20251122

#: Market value and yearly cash flow (net income for Cisco) of the fiscal year that the day lay in or had just closed.
PRICES = {
    "Cisco, 27 March 2000": ("cisco-peak-value", "cisco-net-income-2000"),
    "NVIDIA, 24 January 2025": ("nvidia-value-before", "nvidia-fcf-fy2025"),
    "NVIDIA, 27 January 2025": ("nvidia-value-after", "nvidia-fcf-fy2025"),
}
#: Other incomes of Cisco from which a growth can start: of the year before, and by its own measure.
CISCO_INCOMES = ("cisco-net-income-1999", "cisco-net-income-2000", "cisco-pro-forma-income-2000")
#: The discount rate, the years of fast growth and the growth for ever after of a valuation.
VALUATION = Assumptions(rate=0.10, years=10, terminal_growth=0.03)
#: Discount rates that the chart of valuations tries.
DISCOUNTS = tuple(round(0.07 + 0.005 * step, 3) for step in range(15))
#: Years of fast growth that the chart of valuations tries.
HORIZONS = (5, 10, 15)


def fact(identity: str, table: str = "market") -> float:
    """The value of a published figure."""
    return facts.load(table)[identity].value


def margins() -> dict[str, float]:
    """Gross margins of the firms of the stack that have one, by firm: NVIDIA's reported, the model firms' leaked."""
    return {
        "NVIDIA": fact("stack-nvidia-gross-margin-fy2026"),
        "OpenAI": fact("margin-openai-2025"),
        "Anthropic": fact("margin-anthropic-2025"),
    }


def forecast() -> tuple[float, float]:
    """Growth of traffic as it was claimed and as it was measured, continuous, a year."""
    return growth_of_doubling(fact("fibre-claimed-doubling")), float(np.log(fact("fibre-measured-growth")))


def purchases() -> dict[str, Mix]:
    """What the large firms buy, as lives in years and their shares: servers alone, and servers with buildings."""
    servers = fact("capex-alphabet-servers-share")
    alone: dict[str, Mix] = {f"{years:.0f} years": ([years], [1.0]) for years in SERVERS}
    return alone | {"with buildings": ([SERVERS[-1], GLASS], [servers, 1 - servers])}


def chip() -> Ownership:
    """The example of the chapter: an H100 with its share of a server, network and building."""
    return Ownership(
        capital=fact("tco-gpu-price-with-network"),
        years=CHIP,
        residual=RESIDUAL,
        rate=RATE,
        power=fact("tco-node-power") / CHIPS_OF_A_NODE,
        overhead=OVERHEAD,
        tariff=fact("tco-tariff"),
        operation=OPERATION,
        used=USED,
    )


def page_of_costs() -> Ownership:
    """The same by the prices of server and resale, and the years, of a page with a table of such costs."""
    node = fact("tco-node-price") / CHIPS_OF_A_NODE
    return replace(chip(), capital=node, years=RESALE_AGE, residual=fact("tco-residual"))


def scenario() -> Scenario:
    """The chapter's priors."""
    return Scenario(
        demand=DEMAND_PRIOR,
        elasticity=Prior(fact("elasticity-tokens"), ELASTICITY_SPREAD),
        efficiency=Prior(round(growth_of_halving(fact(HALVING, "scaling")), 2), EFFICIENCY_SPREAD),
    )
