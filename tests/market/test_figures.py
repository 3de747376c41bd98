"""A title is a finding: with other data each figure of the chapter says that its own does not hold."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import market
from analysis.kit import chapters
from analysis.kit.figure import FALSE_HERE
from analysis.market.chapter import figures, inputs
from analysis.market.valuation import Repricing

LIVES = {"fibre": inputs.GLASS, "GPUs": inputs.CHIP}
CHIP, SCENARIO = inputs.chip(), inputs.scenario()
RENTS, DEALS, CLAIMED = market.rents.rents(), market.deals.deals(), inputs.CLAIMED
SHARES, LIT = market.datacentre.published_shares(), market.history.lit_shares()
MARKETS, SPENT = market.segments.revenue(), market.spending.totals()
GUIDANCE, PRINTED = market.spending.guidance(), market.spending.printed_guidance()
STACK = market.stack.paces()
COST = 1 - inputs.fact("cost-gemini-fall-2025")
CHANGES = pd.DataFrame(
    [("electricity of a prompt", "per task", 0.03, "2024–25"), ("electricity", "total", 0.97, "2024")],
    columns=["what", "kind", "factor", "when"],
)


def no_change(series):
    """Rents of one series that stay where they began."""
    first = RENTS.loc[RENTS["series"] == series, "price"].iloc[0]
    return RENTS.assign(price=RENTS["price"].where(RENTS["series"] != series, first))


def glass_and_chips(lives):
    table = market.recovery_by_use(np.array([0.01, 0.026, 0.1, 1.0]), lives, inputs.DEMAND_GROWTH, 0.1)
    return figures.glass_and_chips(table, 0.026, lives, inputs.DEMAND_GROWTH, 0.1)


def depreciation(observed):
    bought = inputs.purchases()
    ratios = market.ratios_by_growth([0.0, 1.0], bought)
    return figures.depreciation(ratios, observed, market.growth_by_mix(observed, bought), bought)


def sobol(scenario):
    return figures.sobol(scenario.sobol(), scenario.sobol())


FALSE = {
    "glass lasts no longer than chips": lambda: glass_and_chips({"fibre": 5.0, "GPUs": 5.0}),
    "demand kept up": lambda: figures.forecast_error(np.arange(5.0), (0.026, 0.05), 0.6, 0.69),
    "the forecast was nearly right": lambda: figures.forecast_error(np.arange(5.0), (0.026, 0.05), 0.8, 0.69),
    "nothing fell": lambda: figures.falls(
        market.history.falls(), pd.Series({"start": "2023", "end": "2024-10", "change": 0.1})
    ),
    "as much was filled as was lit": lambda: figures.dark_fibre(
        LIT.assign(share=LIT["share"].where(LIT["what"] != "fibre lit, long distance", 0.027)),
        5.2,
        25.0,
    ),
    "revenue is as wide as it was": lambda: figures.revenue(
        MARKETS, market.segments.diversification().assign(effective=2.9)
    ),
    "data centres stood still": lambda: figures.revenue(
        MARKETS.assign(share=[0.2] * len(MARKETS)), market.segments.diversification()
    ),
    "less is announced than was spent": lambda: figures.capital_spending(
        SPENT, GUIDANCE.assign(low=300.0), PRINTED, "April 2026"
    ),
    "no deal has changed": lambda: figures.announcements(DEALS.assign(amount_after=DEALS["amount"])),
    "spending fell": lambda: figures.capital_spending(SPENT.assign(growth=-0.1), GUIDANCE, PRINTED, "April 2026"),
    "the GPUs are what was claimed": lambda: figures.sixty_per_cent(SHARES, 0.42),
    "all deals bind": lambda: figures.announcements(DEALS.assign(binding="contract")),
    "a long life is all that counts": lambda: figures.recovered(np.arange(1, 31), 0.25, 0.4, 0.1, (5.0, 25.0), 0.0),
    "spending has stood still": lambda: depreciation(1.0),
    "a longer life means more growth": lambda: figures.depreciation(
        market.ratios_by_growth([0.0, 1.0], inputs.purchases()),
        0.26,
        dict(zip(inputs.purchases(), (0.5, 0.9, 1.1), strict=True)),
        inputs.purchases(),
    ),
    "no elasticity needs more machines": lambda: figures.threshold(
        np.array([0.0, 0.5, 1.0]), market.compute_demand(10, [0, 0.5, 1]), {"measured": 0.5}, 10
    ),
    "both futures need fewer": lambda: figures.two_futures(np.array([1.0, 1000.0]), 0.9, 10),
    "spending on tokens fell": lambda: figures.accounts(market.tokens.accounts(inputs.WINDOWS, 0.1)),
    "the years move it most": lambda: figures.tornado(
        market.tornado(CHIP, {"used": (0.75, 0.8), "years": (2.0, 8.0), "tariff": (0.08, 0.081)}), 2.06
    ),
    "the tariff moves it most": lambda: figures.tornado(
        market.tornado(CHIP, {"tariff": (0.01, 3.0), "used": (0.79, 0.8), "years": (5.0, 5.1)}), 2.06
    ),
    "no use pays for it": lambda: figures.hour(np.arange(20.0, 101), replace(CHIP, capital=7e4), RENTS),
    "offers did not fall": lambda: figures.rent_history(no_change("market offers"), 2.06),
    "contracts did not rise": lambda: figures.rent_history(no_change("one-year contract"), 2.06),
    "compute can only grow": lambda: figures.fan(replace(SCENARIO, demand=market.Prior(1.5, 0.2)), 5),
    "most futures need less": lambda: figures.draws(
        np.array([-1.0, 0.1]), replace(SCENARIO, demand=market.Prior(-1.0, 0.2)), 1
    ),
    "the draws are of other priors": lambda: figures.draws(np.array([-1.0, 0.1]), SCENARIO, 1),
    "demand is known least": lambda: sobol(replace(SCENARIO, demand=market.Prior(0.3, 2.0))),
    "the price rose": lambda: figures.implied_growth(
        market.sensitivities({"one": (58.0, 1.0), "two": (50.0, 1.0), "three": (20.0, 1.0)}, [0.1], [5, 10, 15]),
        Repricing(0.1, 0.2, 0.22),
        inputs.VALUATION,
    ),
    "the total fell": lambda: figures.per_task_and_total(CHANGES),
    "models take in ever less": lambda: figures.stack(
        STACK.assign(pace=STACK["pace"].where(STACK["layer"] != "models", 1.0))
    ),
}


@pytest.mark.parametrize("draw", FALSE.values(), ids=FALSE)
def test_a_title_that_is_not_true_of_its_data_says_so(draw):
    figure = draw()
    assert figure.holds is False
    assert figure.finding or FALSE_HERE in figure.spec()["usermeta"]["title"]


def test_every_figure_of_the_chapter_has_a_case_above():
    drawn = {draw().id for draw in FALSE.values()}
    assert drawn == set(chapters.figure_cells("market"))
