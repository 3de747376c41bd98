"""The rules by which the chapter's claims are judged, as the ledger states them in words.

A forecast is called "partly" at best, a claim about what might be or who will win an opinion or open: a model can show
what follows from its assumptions, not that they will hold.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.kit.claims import Judgement
from analysis.kit.numbers import Number
from analysis.market import deals, history, rents, segments, spending
from analysis.market.chapter import study
from analysis.market.chapter.prose import BILLION, volumes_to_keep, yearly_payment
from analysis.market.demand import compute_demand
from analysis.market.scenarios import probability_below

#: To dominate a market is to have this share of it.
DOMINANT = 0.5
#: A market value that nobody explains by sales, times a year's sales.
DEAR = 20.0
#: A share in use that may be called unused.
UNUSED = 0.05
#: Equal markets below which revenue is not diversified.
DIVERSIFIED = 2.0
#: "About" a share, either way.
ABOUT = 0.05
#: The claimed share of GPUs in the cost of a data centre.
CLAIMED = 0.6


def they_dominated_the_boom() -> Judgement:
    """MKT-1: value over sales of both firms at the peak, and the share of JDS Uniphase in what it sold."""
    fact = study.fact
    cisco = fact("cisco-peak-value") / fact("cisco-sales-2000")
    jdsu = fact("jdsu-peak-value") / fact("jdsu-sales-2001")
    share = fact("jdsu-sales-2001") / fact("fibre-components-2000-strategies")
    numbers = {"cisco": Number(cisco, ".0f"), "jdsu": Number(jdsu, ".0f"), "share": Number(share, ".0%")}
    dear, large = min(cisco, jdsu) >= DEAR, share >= DOMINANT
    verdict = "supported" if dear and large else "partly" if dear or large else "wrong"
    because = (
        f"At the peak Cisco was worth {numbers['cisco']} times a year's sales and JDS Uniphase at least "
        f"{numbers['jdsu']} times: they dominated the stock market's boom. Of the components sold, JDS "
        f"Uniphase had about {numbers['share']}, and neither firm laid or owned the fibre."
    )
    return Judgement(verdict, because, numbers)


def efficiency_made_the_glut() -> Judgement:
    """MKT-2: what the wrong forecast alone leaves in use, and what better lasers alone leave."""
    fact = study.fact
    years = study.years_of_building()
    lasers = 1 / fact("fibre-upgrade-factor")
    numbers = {
        "years": Number(years, ".1f"),
        "used": Number(fact("fibre-used-2001"), ".1%"),
        "lasers": Number(lasers, ".0%"),
    }
    technology, forecast = lasers <= fact("fibre-used-2001"), years <= 4
    verdict = "supported" if technology and not forecast else "partly" if technology or forecast else "wrong"
    because = (
        f"Building for the forecast of the time leaves {numbers['used']} in use after {numbers['years']} "
        "years with no better technology at all. All the better lasers of the next decade alone, with the "
        f"right forecast, would have left {numbers['lasers']}. Technology added to a glut whose main cause "
        "was a wrong growth rate."
    )
    return Judgement(verdict, because, numbers)


def dark_fibre_is_still_unused() -> Judgement:
    """MKT-3: the shares of long-distance fibre lit in 2002 and 2005, and the last published share of potential."""
    fact = study.fact
    first, later, last = (fact(f"fibre-{name}") for name in ("used-2002", "lit-2005", "lit-atlantic-2014"))
    numbers = {"first": Number(first, ".1%"), "later": Number(later, ".0%"), "last": Number(last, ".0%")}
    verdict = "supported" if max(later, last) < UNUSED else "overstated" if last < DOMINANT else "wrong"
    because = (
        f"Of the long-distance fibre {numbers['first']} was lit in 2002 and {numbers['later']} in 2005. In "
        f"2014 less than {numbers['last']} of what Atlantic cables could carry was lit, because better "
        "equipment raised what they could. Much of the glass found a use; much of what it could carry has "
        "not."
    )
    return Judgement(verdict, because, numbers)


def gpu_demand_may_be_inflated() -> Judgement:
    """MKT-4: announced money that can come back to its payer, and what rents did since."""
    table = deals.deals()
    circular = table.loc[table["round_trip"], "amount"].sum() / table["amount"].sum()
    rise = float(rents.changes().set_index("series").loc["one-year contract", "change"])
    numbers = {"circular": Number(circular, ".0%"), "rise": Number(abs(rise), ".0%")}
    verdict = "supported" if circular > DOMINANT and rise < 0 else "wrong" if circular < 0.1 and rise > 0 else "opinion"
    because = (
        f"For it: {numbers['circular']} of the announced money in our table can come back to the firm that "
        f"pays it. Against it: the rent of a year's contract {_moved(rise)} by {numbers['rise']} from October "
        "2025 to June 2026, and rent is paid for use. What would be natural demand nobody has defined, so "
        "that “artificially” stays an opinion."
    )
    return Judgement(verdict, because, numbers)


def efficiency_could_save_hardware() -> Judgement:
    """MKT-5: compute at ten times the efficiency, with the measured elasticity for ever and with saturation."""
    epsilon = study.fact("elasticity-tokens")
    later = study.saturating(epsilon)
    constant, saturating = compute_demand(10.0, epsilon), later.compute(10.0) / later.compute(1.0)
    growth = spending.totals().set_index("year").loc[2025, "growth"]
    numbers = {
        "constant": Number(constant, ".2f"),
        "saturating": Number(saturating, ".2f"),
        "falls": Number(probability_below(study.scenario(), 0.0), ".0%"),
        "growth": Number(growth, ".0%"),
    }
    fewer = (constant < 1) + (saturating < 1)
    verdict = {2: "supported", 1: "partly", 0: "wrong"}[fewer]
    because = (
        f"With the measured elasticity for ever, ten times the efficiency needs {numbers['constant']} times "
        f"the compute; if demand saturates, {numbers['saturating']} times. Under the chapter's priors compute "
        f"falls in {numbers['falls']} of the futures. In 2025 the spending of the four largest buyers rose by "
        f"{numbers['growth']}."
    )
    return Judgement(verdict, because, numbers)


def efficiency_may_raise_use() -> Judgement:
    """MKT-6: the measured elasticities against the threshold, and total electricity while prompts needed less."""
    epsilon, arcs = study.fact("elasticity-tokens"), study.accounts()["elasticity"]
    total = study.fact("energy-google-growth-2024") / 100
    numbers = {
        "elasticity": Number(epsilon, ".2f"),
        "arc": Number(float(arcs.min()), ".2f"),
        "london": Number(history.london_elasticity(), ".2f"),
        "total": Number(total, ".0%"),
    }
    above = min(epsilon, float(arcs.min()), history.london_elasticity()) > 1
    verdict = "supported" if above and total > 0 else "partly" if above or total > 0 else "wrong"
    because = (
        f"The one causal elasticity is {numbers['elasticity']}, above the threshold of one if all of the gain "
        f"reaches the price; the accounts of one firm give at least {numbers['arc']}, London's bandwidth gave "
        f"{numbers['london']}. While a prompt came to need less, the electricity of Google's data centres "
        f"rose by {numbers['total']}. That it may is shown; that it must is not, for the elasticity at lower "
        "prices is unknown."
    )
    return Judgement(verdict, because, numbers)


def nvidia_is_diversified() -> Judgement:
    """MKT-7: the number of equal markets that NVIDIA's revenue amounts to, then and in the last full year."""
    markets = segments.diversification()
    full = markets[markets["period"].str.startswith("FY")]
    gaming = segments.revenue().query("market == 'gaming'")["share"]
    first, last = full.iloc[0], full.iloc[-1]
    numbers = {
        "then": Number(first["effective"], ".1f"),
        "now": Number(last["effective"], ".1f"),
        "gaming": Number(float(gaming.iloc[-1]), ".1%"),
        "rest": Number(segments.replacement_factor(last["data_centre"], 0.5), ".1f"),
    }
    was, is_ = first["effective"] >= DIVERSIFIED, last["effective"] >= DIVERSIFIED
    verdict = "supported" if is_ else "outdated" if was else "wrong"
    because = (
        f"The revenue of fiscal 2020 amounts to {numbers['then']} equal markets, that of fiscal 2026 to "
        f"{numbers['now']}; gaming was {numbers['gaming']} of it. If half of the data-centre revenue went, "
        f"the rest would have to grow {numbers['rest']} times. Whether that is better placed than others no "
        "share of revenue can say."
    )
    return Judgement(verdict, because, numbers)


def nvidia_could_be_revalued() -> Judgement:
    """MKT-8: whether the price fell by a tenth or more in a day while revenue grew by half or more."""
    fact = study.fact
    fall = 1 - fact("nvidia-price-after") / fact("nvidia-price-before")
    growth = fact("nvidia-fy2025-growth-total") / 100
    day = study.the_day()
    numbers = {
        "fall": Number(fall, ".1%"),
        "growth": Number(growth, ".0%"),
        "points": Number(-day.points, ".1f"),
        "later": Number(fact("nvidia-value-5t") / 1e12, ".1f"),
    }
    fell, strong = fall >= 0.1, growth >= 0.5
    verdict = "supported" if fell and strong else "partly" if fell else "wrong"
    because = (
        f"It happened: on 27 January 2025 the price fell by {numbers['fall']}, a cut of {numbers['points']} "
        f"points in the growth it implied, in a fiscal year whose revenue grew by {numbers['growth']}. Nine "
        f"months later the firm was worth {numbers['later']} trillion dollars."
    )
    return Judgement(verdict, because, numbers)


def sixty_per_cent_are_gpus() -> Judgement:
    """MKT-9: GPUs over everything in two bills, and the wider definition that comes nearest to 60 per cent."""
    shares = study.sixty_per_cent().set_index("definition")["share"]
    gpus = [shares["GPUs over everything"], shares["what NVIDIA is paid over everything"]]
    hardware = shares["all hardware of the rack over everything"]
    numbers = {
        "low": Number(min(gpus), ".0%"),
        "high": Number(max(gpus), ".0%"),
        "hardware": Number(hardware, ".0%"),
    }
    exact = all(abs(share - CLAIMED) <= ABOUT for share in gpus)
    wider = abs(hardware - CLAIMED) <= ABOUT and max(gpus) < CLAIMED
    verdict = "supported" if exact else "overstated" if wider else "wrong"
    because = (
        f"GPUs, or what NVIDIA is paid, are {numbers['low']} to {numbers['high']} of the whole cost by two "
        f"analysts' bills. All the hardware in the rack is {numbers['hardware']}: the number is one of "
        "hardware, not of GPUs."
    )
    return Judgement(verdict, because, numbers)


def gpus_depreciate_quickly() -> Judgement:
    """MKT-10: resale after three years against equal parts over the longest accounting life, and the rents."""
    resale, longest = study.fact("tco-residual"), spending.useful_lives()["after"].max()
    book = 1 - 3 / longest
    changes = rents.changes().set_index("series")["change"]
    numbers = {
        "resale": Number(resale, ".0%"),
        "book": Number(book, ".0%"),
        "offers": Number(abs(changes["market offers"]), ".0%"),
        "contract": Number(abs(changes["one-year contract"]), ".0%"),
    }
    offers, contract = (_moved(changes[series]) for series in ("market offers", "one-year contract"))
    below = resale < book
    verdict = "supported" if below and (changes < 0).all() else "partly" if below or (changes < 0).any() else "wrong"
    because = (
        f"A used H100 server is put at {numbers['resale']} of its price after three years, where the longest "
        f"accounting life leaves {numbers['book']}. Rents do not only fall: market offers {offers} by "
        f"{numbers['offers']} from 2023 to 2024, contracts {contract} by {numbers['contract']} from October "
        "2025 to June 2026."
    )
    return Judgement(verdict, because, numbers)


def deals_are_huge_and_circular() -> Judgement:
    """MKT-11: contracts of a hundred billion or more, deals on a round trip, and deals without an amount."""
    table = deals.deals()
    huge = table[table["amount"] >= 100]
    signed = int((huge["binding"] == "contract").sum())
    circular, hidden = table["round_trip"].mean(), int(table["amount"].isna().sum())
    numbers = {
        "huge": Number(len(huge), ".0f"),
        "signed": Number(signed, ".0f"),
        "circular": Number(int(table["round_trip"].sum()), ".0f"),
        "deals": Number(len(table), ".0f"),
        "hidden": Number(hidden, ".0f"),
    }
    verdict = "supported" if signed >= 1 and circular > DOMINANT and hidden else "partly" if len(huge) else "wrong"
    because = (
        f"Of the deals in our table {numbers['huge']} are of a hundred billion dollars or more, "
        f"{numbers['signed']} of them contracts; one was a letter of intent and has shrunk. "
        f"{numbers['circular']} of {numbers['deals']} deals lie on a loop by which money can come back, and "
        f"{numbers['hidden']} have no published amount."
    )
    return Judgement(verdict, because, numbers)


def spending_may_not_pay() -> Judgement:
    """MKT-12: a forecast; beside it the yearly payment for the spending of 2025 and the revenue of one customer."""
    numbers = {
        "payment": Number(yearly_payment() / BILLION, ".0f"),
        "revenue": Number(study.fact("openai-revenue-2025") / BILLION, ".1f"),
    }
    because = (
        f"To pay back what four firms spent in 2025 takes {numbers['payment']} billion dollars a year at ten "
        f"per cent. OpenAI, one of their largest new customers, took in {numbers['revenue']} billion. But "
        "most of the spending serves other business too, and no firm publishes its revenue from AI: that is "
        "what would settle it."
    )
    return Judgement("open", because, numbers)


def money_moves_to_lean_firms() -> Judgement:
    """MKT-13: what our table can see is equity for three laboratories; it cannot see small rounds."""
    table = deals.deals().query("pays == 'equity'")
    equity = table["amount_after"].fillna(table["amount"])
    firms = table.loc[equity.notna(), "paid_to"].nunique()
    numbers = {
        "equity": Number(float(equity.sum()), ".0f"),
        "firms": Number(firms, ".0f"),
        "round": Number(study.fact("deal-openai-round") / BILLION, ".0f"),
    }
    because = (
        f"The equity in our table, {numbers['equity']} billion dollars, goes to {numbers['firms']} of the "
        f"largest laboratories, and one round of early 2026 was of {numbers['round']} billion. A table of "
        "large deals cannot see small ones: the share of venture funding by size of the receiver would "
        "settle it."
    )
    return Judgement("open", because, numbers)


def adoption_offsets_margins() -> Judgement:
    """MKT-14: the volume that keeps the profit, at an unchanged and a halved margin, against the growth of tokens."""
    same, halved = volumes_to_keep()
    tokens = study.accounts()["tokens"]
    numbers = {
        "same": Number(same, ".1f"),
        "halved": Number(halved, ".1f"),
        "least": Number(float(tokens.min()), ".1f"),
        "most": Number(float(tokens.max()), ".0f"),
    }
    at_same, at_halved = bool((tokens > same).all()), bool((tokens > halved).all())
    verdict = "supported" if at_same and at_halved else "partly" if at_same else "wrong"
    because = (
        f"If price and cost fall as Gemini's cost did in 2025, the volume must grow {numbers['same']} times "
        f"for the same profit, and {numbers['halved']} times if the margin shrinks from a half to a quarter. "
        f"Google's tokens grew {numbers['least']} to {numbers['most']} times a year. Whether margins shrink "
        "is not published."
    )
    return Judgement(verdict, because, numbers)


def efficiency_lowers_energy() -> Judgement:
    """ENV-1: electricity and carbon of one task, and the totals of one firm and of the world."""
    fact = study.fact
    task = 1 / fact("energy-prompt-gain")
    totals = pd.Series(
        {
            "google": fact("energy-google-growth-2024") / 100,
            "world": fact("energy-growth-2025") / 100,
            "emissions": fact("carbon-google-total-growth-2024") / 100,
        }
    )
    numbers = {
        "prompt": Number(1 / task, ".0f"),
        **{name: Number(value, ".0%") for name, value in totals.items()},
    }
    verdict = "supported" if task < 1 and (totals < 0).all() else "partly" if task < 1 else "wrong"
    because = (
        f"For each task, yes: Google's median prompt came to need {numbers['prompt']} times less electricity "
        f"in a year. In total, no: the electricity of Google's data centres rose by {numbers['google']} in "
        f"2024, its emissions by {numbers['emissions']}, the electricity of the world's data centres by "
        f"{numbers['world']} in 2025."
    )
    return Judgement(verdict, because, numbers)


def the_market_fragments() -> Judgement:
    """GEO-1: one line of trade that can be counted; ecosystems cannot."""
    fact = study.fact
    china, charge = fact("geo-china-in-guidance"), fact("geo-h20-charge")
    numbers = {"china": Number(china / BILLION, ".0f"), "charge": Number(charge / BILLION, ".1f")}
    nothing = "nothing" if np.isclose(china, 0) else f"{numbers['china']} billion"
    verdict = "partly" if np.isclose(china, 0) and charge > 0 else "open"
    because = (
        f"One line is cut: a rule on exports cost NVIDIA {numbers['charge']} billion dollars in 2025, and its "
        f"outlook of May 2026 counts on {nothing} from data centres in China. Whether ecosystems of their own "
        "grow is a matter of states and years, and a forecast; the origin of the chips in new data centres, "
        "by region, would settle it."
    )
    return Judgement(verdict, because, numbers)


def _moved(change: float) -> str:
    return "rose" if change > 0 else "fell"


RULES: dict[str, Callable[[], Judgement]] = {
    "MKT-1": they_dominated_the_boom,
    "MKT-2": efficiency_made_the_glut,
    "MKT-3": dark_fibre_is_still_unused,
    "MKT-4": gpu_demand_may_be_inflated,
    "MKT-5": efficiency_could_save_hardware,
    "MKT-6": efficiency_may_raise_use,
    "MKT-7": nvidia_is_diversified,
    "MKT-8": nvidia_could_be_revalued,
    "MKT-9": sixty_per_cent_are_gpus,
    "MKT-10": gpus_depreciate_quickly,
    "MKT-11": deals_are_huge_and_circular,
    "MKT-12": spending_may_not_pay,
    "MKT-13": money_moves_to_lean_firms,
    "MKT-14": adoption_offsets_margins,
    "ENV-1": efficiency_lowers_energy,
    "GEO-1": the_market_fragments,
}
