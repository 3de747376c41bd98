"""Published figures on the market that contradict their own table, another figure of theirs, or what was measured."""

from __future__ import annotations

import math

from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number
from analysis.market import spending
from analysis.market.chapter import inputs
from analysis.market.chapter.inputs import BILLION, fact


@erratum("commerce-hundred-days")
def hundred_days() -> Erratum:
    """Growth that a doubling every 100 days is, against the growth that was measured in the same year."""
    printed, measured = math.exp(inputs.forecast()[0]), fact("fibre-measured-growth")
    return Erratum(
        title="A doubling of traffic that nothing measured",
        source="commerce1998",
        locator="page 8, quoting UUNET",
        claim="Traffic on the Internet doubles every {days} days, which is {printed} times a year.",
        finding=(
            "Measured on public backbones it grew {recomputed} times a year, as in all years but the two of a burst. "
            "At the firm that was quoted the sentence had been about the capacity of one network."
        ),
        correction="{printed} to {recomputed} times a year",
        sure="certain",
        holds=printed > 2 * measured,
        numbers={
            "days": Number(fact("fibre-claimed-doubling"), ".0f"),
            "printed": Number(
                printed,
                ".1f",
                how="Growth that the claimed doubling is: two to the power of the days of a year over the "
                "claimed days, in times a year",
            ),
            "recomputed": Number(measured, ".0f"),
        },
    )


@erratum("bernstein-profit-share")
def profit_share() -> Erratum:
    """NVIDIA's share of a data centre against the share of its GPUs times the margin of the same summary."""
    printed = fact("datacentre-nvidia-profit-share")
    ours = fact("datacentre-nvidia-margin") * fact("datacentre-gpu-share")
    return Erratum(
        title="A profit that its own margin does not give",
        source="bernstein2025",
        locator="summary, share of NVIDIA's gross profit",
        claim="NVIDIA's gross profit is {printed} of the cost of a data centre.",
        finding=(
            "At the margin of {margin} that the summary names, GPUs of {gpus} give {recomputed}. Its network, which "
            "NVIDIA sells too, would add some, so that the words may mean more than GPUs. The report we did not read."
        ),
        correction="{printed} to {recomputed}, or the other goods named",
        sure="likely",
        holds=beyond_rounding(printed, ours, 0.01),
        numbers={
            "printed": Number(printed, ".0%"),
            "margin": Number(fact("datacentre-nvidia-margin"), ".0%"),
            "gpus": Number(fact("datacentre-gpu-share"), ".0%"),
            "recomputed": Number(
                ours,
                ".0%",
                how="Profit on GPUs from the margin: NVIDIA's gross margin times the share of GPUs in the "
                "cost of a data centre, both from the summary",
            ),
        },
    )


@erratum("platformonomics-aws-share")
def cloud_share() -> Erratum:
    """The share of the cloud in Amazon's capital spending against the two amounts beside it."""
    whole = spending.spending().set_index(["company", "year"]).loc[("Amazon", 2025), "value"]
    printed, ours = fact("capex-aws-share-2025-printed"), fact("capex-aws-2025") / BILLION / whole
    return Erratum(
        title="A share that its two amounts do not give",
        source="platformonomicsweekly",
        locator="issue 115, Amazon",
        claim="The cloud is {printed} of what Amazon spent in 2025.",
        finding="The amounts beside it, {part} of {whole} billion dollars, give {recomputed}.",
        correction="{printed} to {recomputed}",
        sure="likely",
        holds=beyond_rounding(printed, ours, 0.01),
        numbers={
            "printed": Number(printed, ".0%"),
            "part": Number(fact("capex-aws-2025") / BILLION, ".1f"),
            "whole": Number(
                whole,
                ".1f",
                how="Amazon's capital spending in 2025: the year's total with finance leases, in billion "
                "dollars, from the table of spending",
            ),
            "recomputed": Number(
                ours,
                ".0%",
                how="Share of the cloud from the amounts: its capital spending over the firm's whole, both of 2025",
            ),
        },
    )


@erratum("crunchbase-four-rounds")
def four_rounds() -> Erratum:
    """The share of the four largest rounds of a quarter against their sum over the total."""
    printed = fact("venture-2026-q1-printed")
    ours = fact("venture-2026-q1-four-largest") / fact("venture-2026-q1")
    return Erratum(
        title="A share of four rounds that their sum does not give",
        source="crunchbase2026q1",
        locator="article, as quoted",
        claim="The four largest rounds are {printed} of the venture money of the first quarter of 2026.",
        finding=(
            "They add up to {sum} billion dollars, of a total of {total}: {recomputed}. The total is rounded, but not "
            "by so much."
        ),
        correction="{printed} to {recomputed}",
        sure="likely",
        holds=beyond_rounding(printed, ours, 0.01, slack=0.005),
        numbers={
            "printed": Number(printed, ".0%"),
            "sum": Number(fact("venture-2026-q1-four-largest") / BILLION, ".0f"),
            "total": Number(fact("venture-2026-q1") / BILLION, ".0f"),
            "recomputed": Number(
                ours,
                ".0%",
                how="Share of the four rounds from their sum: venture money of the four largest rounds "
                "over the quarter's total",
            ),
        },
    )


@erratum("savvy-growth-of-2026")
def growth_of_2026() -> Erratum:
    """The growth that was printed for 2026 against the same guidance over what was spent with finance leases."""
    ends, spent = spending.guidance().set_index("company").loc["sum"], spending.totals().set_index("year")
    base = spent.loc[2025, "printed"]
    printed, ours = fact("capex-headline-growth-2026") / 100, ends["high"] / base - 1
    return Erratum(
        title="A growth of upper ends over a smaller base",
        source="savvy2026",
        locator="abstract",
        claim="Four firms will spend {total} billion dollars in 2026, {printed} more than in 2025.",
        finding=(
            "{total} is the sum of the upper ends of what they announced, the lower ones are {low}; over the {base} "
            "billion of 2025, finance leases included, it is {recomputed}, at the lower ends {least}. Some of what was "
            "announced counts no leases."
        ),
        correction="{printed} to between {least} and {recomputed}",
        sure="likely",
        holds=beyond_rounding(printed, ours, 0.01),
        numbers={
            "total": Number(
                ends["high"],
                ".0f",
                how="Sum of the upper ends: the most that each of the firms announced in April for the "
                "year, added, in billion dollars",
            ),
            "low": Number(
                ends["low"],
                ".0f",
                how="Sum of the lower ends: the least that each of the firms announced in April for the "
                "year, added, in billion dollars",
            ),
            "base": Number(
                base,
                ".0f",
                how="Spending of the firms in 2025: the printed total with finance leases, in billion dollars",
            ),
            "printed": Number(printed, ".0%"),
            "recomputed": Number(
                ours,
                ".0%",
                how="Growth at the upper ends: their sum over the printed total of the year before, less one",
            ),
            "least": Number(
                ends["low"] / base - 1,
                ".0%",
                how="Growth at the lower ends: their sum over the printed total of the year before, less one",
            ),
        },
    )


@erratum("lowdown-four-firms")
def four_firms() -> Erratum:
    """A total that is called that of four firms against the three that make it."""
    table = facts.frame("market_capex").query("period == '2026 Q1' and kind == 'actual'").set_index("company")["value"]
    printed, ours = table["three firms"], table.drop("three firms").sum()
    return Erratum(
        title="A total of three firms that is called one of four",
        source="lowdown2026",
        locator="headline and first paragraph",
        claim="Four firms spent {printed} billion dollars in the first quarter of 2026.",
        finding="Amazon, Alphabet and Microsoft alone make {recomputed}; Meta is not in it.",
        correction="four firms to three, or Meta's amount added",
        sure="certain",
        holds=not beyond_rounding(printed, ours, 0.1),
        numbers={
            "printed": Number(
                printed,
                ".2f",
                how="Total that is called that of four firms: as the page prints it for the quarter, in "
                "billion dollars",
            ),
            "recomputed": Number(
                ours,
                ".2f",
                how="Sum of three firms: capital spending of Amazon, Alphabet and Microsoft in the "
                "quarter, added, in billion dollars",
            ),
        },
    )


@erratum("jdsu-loss-restated")
def restated_loss() -> Erratum:
    """The loss of a year as it is commonly quoted against the first report and the announced addition."""
    printed, ours = fact("jdsu-loss-2001-restated"), fact("jdsu-loss-2001") + fact("jdsu-loss-2001-added")
    return Erratum(
        title="A record loss that its two parts do not give",
        source="jdsu2001",
        locator="as commonly quoted from the annual report",
        claim="JDS Uniphase lost {printed} billion dollars in its fiscal year 2001.",
        finding=(
            "The loss as first reported, {first}, and the addition that was announced, {added}, make {recomputed}. "
            "We have not read the report: the rest may be another item."
        ),
        correction="none before the annual report is read",
        sure="open",
        holds=beyond_rounding(printed, ours, 0.1e9),
        numbers={
            "printed": Number(printed / BILLION, ".1f"),
            "first": Number(fact("jdsu-loss-2001") / BILLION, ".1f"),
            "added": Number(fact("jdsu-loss-2001-added") / BILLION, ".1f"),
            "recomputed": Number(
                ours / BILLION,
                ".1f",
                how="Loss from its two parts: the loss as first reported and the addition that was "
                "announced, added, in billion dollars",
            ),
        },
    )


@erratum("gputco-running-cost")
def running_cost() -> Erratum:
    """The share of running cost that a page prints against its own prices in the formula of the chapter."""
    shares = inputs.page_of_costs().shares()
    printed, ours = fact("tco-opex-share"), shares["energy"] + shares["operation"]
    return Erratum(
        title="A running cost that its own prices do not give",
        source="gputco2025",
        locator="key data",
        claim="Running a server of GPUs is {printed} of its cost over {years} years.",
        finding=(
            "With the page's own prices of server, resale and electricity, and {operation} of the price a year for "
            "operation, which is our assumption, it is {recomputed}. What the page counts it does not say."
        ),
        correction="none before the page says what it counts",
        sure="open",
        holds=printed > ours + 0.05,
        numbers={
            "printed": Number(printed, ".0%"),
            "years": Number(
                inputs.RESALE_AGE,
                "words",
                how="Years that the page counts: the age at which it takes the resale value of a server",
            ),
            "operation": Number(
                inputs.chip().operation,
                ".0%",
                how="Yearly cost of operation: share of the price of a chip, an assumption of the chapter",
            ),
            "recomputed": Number(
                ours,
                ".0%",
                how="Running cost from the page's prices: cost of energy and operation over the whole "
                "cost of an hour, what the page does not give as in the chapter's example",
            ),
        },
    )
