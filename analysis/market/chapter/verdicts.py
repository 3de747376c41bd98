"""The rules by which the chapter's claims are judged, as the ledger states them in words.

A forecast is called "partly" at best, a claim about what might be or who will win an opinion or open: a model can show
what follows from its assumptions, not that they will hold.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number, in_words
from analysis.market import datacentre, deals, history, rents, segments, spending, tokens
from analysis.market.chapter import inputs
from analysis.market.chapter.inputs import BILLION, fact
from analysis.market.chapter.prose import TRILLION, months_later, the_day, volumes_to_keep, yearly_payment
from analysis.market.dates import middle
from analysis.market.demand import SaturatingDemand, compute_demand, threshold_elasticity
from analysis.market.overbuild import time_to_utilisation
from analysis.market.scenarios import probability_below

#: More than this share is most of a whole.
MOST = 0.5
#: To dominate a market is to have this share of it.
DOMINANT = 0.5
#: A market value that nobody explains by sales, times a year's sales.
DEAR = 20.0
#: A share in use that may be called unused.
UNUSED = 0.05
#: Years of building within which the wrong forecast alone counts as enough: those that the boom lasted.
BOOM = 4.0
#: Less than this share is hardly any.
HARDLY = 0.1
#: The elasticity above which more efficiency means more compute, if all of the gain reaches the price.
THRESHOLD = threshold_elasticity()
#: Equal markets below which revenue is not diversified.
DIVERSIFIED = 2.0
#: "About" a share, either way.
ABOUT = 0.05
#: A revaluation: a fall of the price in a day, in a year whose revenue grew by at least so much.
PLUNGE, STRONG = 0.1, 0.5
#: A huge deal, billion dollars.
HUGE = 100.0


@rule(
    "MKT-1",
    f"supported if Cisco and JDS Uniphase were both worth at least {DEAR:.0f} times a year's sales at the peak of "
    f"2000 and JDS Uniphase had at least {DOMINANT:.0%} of the fibre components sold; partly if only one of the two; "
    "wrong otherwise",
)
def they_dominated_the_boom() -> Judgement:
    """MKT-1: value over sales of both firms at the peak, and the share of JDS Uniphase in what it sold."""
    cisco = fact("cisco-peak-value") / fact("cisco-sales-2000")
    jdsu = fact("jdsu-peak-value") / fact("jdsu-sales-2001")
    share = fact("jdsu-sales-2001") / fact("fibre-components-2000-strategies")
    numbers = {"cisco": Number(cisco, ".0f"), "jdsu": Number(jdsu, ".0f"), "share": Number(share, ".0%")}
    dear, large = min(cisco, jdsu) >= DEAR, share >= DOMINANT
    verdict = "supported" if dear and large else "partly" if dear or large else "wrong"
    because = (
        "At the peak Cisco was worth {cisco} times a year's sales and JDS Uniphase at least "
        "{jdsu} times: they dominated the stock market's boom. Of the components sold, JDS "
        "Uniphase had about {share}, and neither firm laid or owned the fibre."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-2",
    "supported if all the better lasers that old fibre got (the published upgrade factor) leave no more "
    f"in use than the share of 2001 while the wrong forecast alone does not get there within {in_words(BOOM)} years; "
    "partly if the lasers or the forecast do; wrong otherwise",
)
def efficiency_made_the_glut() -> Judgement:
    """MKT-2: what the wrong forecast alone leaves in use, and what better lasers alone leave."""
    years = float(time_to_utilisation(fact("fibre-used-2001"), *inputs.forecast()))
    lasers = 1 / fact("fibre-upgrade-factor")
    numbers = {
        "years": Number(years, ".1f"),
        "used": Number(fact("fibre-used-2001"), ".1%"),
        "lasers": Number(lasers, ".0%"),
    }
    technology, forecast = lasers <= fact("fibre-used-2001"), years <= BOOM
    verdict = "supported" if technology and not forecast else "partly" if technology or forecast else "wrong"
    because = (
        "Building for the forecast of the time leaves {used} in use after {years} "
        "years with no better technology at all. All the better lasers of the next decade alone, with the "
        "right forecast, would have left {lasers}. Technology added to a glut whose main cause "
        "was a wrong growth rate."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-3",
    "supported if every later published share of long-distance fibre lit, or of potential capacity lit, "
    f"is below {UNUSED:.0%}; overstated if it is higher but the last one is below {MOST:.0%}; wrong otherwise",
)
def dark_fibre_is_still_unused() -> Judgement:
    """MKT-3: the shares of long-distance fibre lit in 2002 and 2005, and the last published share of potential."""
    first, later, last = (fact(f"fibre-{name}") for name in ("used-2002", "lit-2005", "lit-atlantic-2014"))
    numbers = {"first": Number(first, ".1%"), "later": Number(later, ".0%"), "last": Number(last, ".0%")}
    verdict = "supported" if max(later, last) < UNUSED else "overstated" if last < MOST else "wrong"
    because = (
        "Of the long-distance fibre {first} was lit in 2002 and {later} in 2005. In "
        "2014 less than {last} of what Atlantic cables could carry was lit, because better "
        "equipment raised what they could. Much of the glass found a use; much of what it could carry has "
        "not."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-4",
    f"a claim of what might be: supported if more than {MOST:.0%} of the announced money in the table of deals "
    "can come back to its payer and the rent of a year's contract fell since October 2025; wrong if less "
    f"than {HARDLY:.0%} can and the rent rose; an opinion otherwise",
)
def gpu_demand_may_be_inflated() -> Judgement:
    """MKT-4: announced money that can come back to its payer, and what rents did since."""
    table = deals.deals()
    circular = table.loc[table["round_trip"], "amount"].sum() / table["amount"].sum()
    rise = float(rents.changes().set_index("series").loc["one-year contract", "change"])
    numbers = {"circular": Number(circular, ".0%"), "rise": Number(abs(rise), ".0%")}
    against = circular < HARDLY and rise > 0
    verdict = "supported" if circular > MOST and rise < 0 else "wrong" if against else "opinion"
    because = (
        "For it: {circular} of the announced money in our table can come back to the firm that "
        f"pays it. Against it: the rent of a year's contract {_moved(rise)} by {{rise}} from October "
        "2025 to June 2026, and rent is paid for use. What would be natural demand nobody has defined, so "
        "that “artificially” stays an opinion."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-5",
    f"supported if {in_words(inputs.GAIN)} times the efficiency needs less compute both with the measured elasticity "
    "for ever and with demand that saturates from it; partly if in one of the two; wrong otherwise",
)
def efficiency_could_save_hardware() -> Judgement:
    """MKT-5: compute after a gain, with the measured elasticity for ever and with saturation."""
    epsilon = fact("elasticity-tokens")
    later = SaturatingDemand(satiation=1.0, scale_price=1 / epsilon)
    constant = compute_demand(inputs.GAIN, epsilon)
    saturating = later.compute(inputs.GAIN) / later.compute(1.0)
    growth = spending.totals().set_index("year").loc[2025, "growth"]
    numbers = {
        "constant": Number(constant, ".2f"),
        "saturating": Number(saturating, ".2f"),
        "falls": Number(probability_below(inputs.scenario(), 0.0), ".0%"),
        "growth": Number(growth, ".0%"),
    }
    fewer = (constant < 1) + (saturating < 1)
    verdict = {2: "supported", 1: "partly", 0: "wrong"}[fewer]
    because = (
        f"With the measured elasticity for ever, {in_words(inputs.GAIN)} times the efficiency needs {{constant}} times "
        "the compute; if demand saturates, {saturating} times. Under the chapter's priors compute "
        "falls in {falls} of the futures. In 2025 the spending of the four largest buyers rose by "
        "{growth}."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-6",
    "supported if the measured elasticity and every arc elasticity that the chapter computes are above "
    f"{in_words(THRESHOLD)} and the electricity of the firm whose prompts came to need less has risen; partly if only "
    "one of the two; wrong otherwise",
)
def efficiency_may_raise_use() -> Judgement:
    """MKT-6: the measured elasticities against the threshold, and total electricity while prompts needed less."""
    epsilon, cost = fact("elasticity-tokens"), 1 - fact("cost-gemini-fall-2025")
    arcs = tokens.accounts(inputs.WINDOWS, cost)["elasticity"]
    total = fact("energy-google-growth-2024") / 100
    numbers = {
        "elasticity": Number(epsilon, ".2f"),
        "arc": Number(float(arcs.min()), ".2f"),
        "london": Number(history.london_elasticity(), ".2f"),
        "total": Number(total, ".0%"),
    }
    above = min(epsilon, float(arcs.min()), history.london_elasticity()) > THRESHOLD
    side = "above" if epsilon > THRESHOLD else "not above"
    verdict = "supported" if above and total > 0 else "partly" if above or total > 0 else "wrong"
    because = (
        f"The one causal elasticity is {{elasticity}}, {side} the threshold of {in_words(THRESHOLD)} if all of the "
        "gain reaches the price; the accounts of one firm give at least {arc}, London's bandwidth gave "
        "{london}. While a prompt came to need less, the electricity of Google's data centres "
        "rose by {total}. That it may is shown; that it must is not, for the elasticity at lower "
        "prices is unknown."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-7",
    "supported if NVIDIA's revenue of its last full fiscal year amounts to at least "
    f"{in_words(DIVERSIFIED)} equal markets (one over the Herfindahl index); outdated if that of fiscal 2020 did and "
    "the last does not; wrong otherwise",
)
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
        "rest": Number(segments.replacement_factor(last["data_centre"], inputs.LOST), ".1f"),
        "lost": Number(inputs.LOST, ".0%"),
    }
    was, is_ = first["effective"] >= DIVERSIFIED, last["effective"] >= DIVERSIFIED
    verdict = "supported" if is_ else "outdated" if was else "wrong"
    because = (
        "The revenue of fiscal 2020 amounts to {then} equal markets, that of fiscal 2026 to "
        "{now}; gaming was {gaming} of it. If {lost} of the data-centre revenue went, "
        "the rest would have to grow {rest} times. Whether that is better placed than others no "
        "share of revenue can say."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-8",
    f"supported if the share price fell by at least {PLUNGE:.0%} in a day in a fiscal year whose revenue grew "
    f"by at least {STRONG:.0%}; partly if only the fall; wrong otherwise",
)
def nvidia_could_be_revalued() -> Judgement:
    """MKT-8: whether the price plunged in a day while revenue grew strongly."""
    fall = 1 - fact("nvidia-price-after") / fact("nvidia-price-before")
    growth = fact("nvidia-fy2025-growth-total") / 100
    day, date = the_day(), middle(facts.load("market")["nvidia-price-after"].date)
    numbers = {
        "fall": Number(fall, ".1%"),
        "growth": Number(growth, ".0%"),
        "points": Number(-day.points, ".1f"),
        "later": Number(fact("nvidia-value-5t") / TRILLION, ".1f"),
    }
    fell, strong = fall >= PLUNGE, growth >= STRONG
    verdict = "supported" if fell and strong else "partly" if fell else "wrong"
    because = (
        f"It happened: on {date.day} {date:%B %Y} the price fell by {{fall}}, a cut of {{points}} "
        "points in the growth it implied, in a fiscal year whose revenue grew by {growth}. "
        f"{in_words(months_later()).capitalize()} months later the firm was worth {{later}} trillion dollars."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-9",
    f"supported if GPUs, or what NVIDIA is paid, are within {100 * ABOUT:.0f} points of {inputs.CLAIMED:.0%} of the "
    "whole cost in two analysts' bills; overstated if they are less and all hardware of the rack is within as many; "
    "wrong otherwise",
)
def sixty_per_cent_are_gpus() -> Judgement:
    """MKT-9: GPUs over everything in two bills, and the wider definition that comes nearest to the claim."""
    shares = datacentre.published_shares().set_index("definition")["share"]
    gpus = [shares["GPUs over everything"], shares["what NVIDIA is paid over everything"]]
    hardware = shares["all hardware of the rack over everything"]
    numbers = {
        "low": Number(min(gpus), ".0%"),
        "high": Number(max(gpus), ".0%"),
        "hardware": Number(hardware, ".0%"),
    }
    exact = all(abs(share - inputs.CLAIMED) <= ABOUT for share in gpus)
    wider = abs(hardware - inputs.CLAIMED) <= ABOUT and max(gpus) < inputs.CLAIMED
    verdict = "supported" if exact else "overstated" if wider else "wrong"
    because = (
        "GPUs, or what NVIDIA is paid, are {low} to {high} of the whole cost by two "
        "analysts' bills. All the hardware in the rack is {hardware}: the number is one of "
        "hardware, not of GPUs."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-10",
    f"supported if a used server is worth less after {in_words(inputs.RESALE_AGE)} years than the longest accounting "
    "life leaves and every series of rents has fallen; partly if only one of the two, or some series fell; wrong "
    "otherwise",
)
def gpus_depreciate_quickly() -> Judgement:
    """MKT-10: resale against equal parts over the longest accounting life, and the rents."""
    resale, longest = fact("tco-residual"), spending.useful_lives()["after"].max()
    book = 1 - inputs.RESALE_AGE / longest
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
        f"A used H100 server is put at {{resale}} of its price after {in_words(inputs.RESALE_AGE)} years, where the "
        f"longest accounting life leaves {{book}}. Rents do not only fall: market offers {offers} by "
        f"{{offers}} from 2023 to 2024, contracts {contract} by {{contract}} from October "
        "2025 to June 2026."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-11",
    f"supported if at least one deal of {HUGE:.0f} billion dollars or more is a contract, more than {MOST:.0%} of "
    "the deals in the table lie on a loop of payments and some have no published amount; partly if there "
    "are such deals but not all of this holds; wrong otherwise",
)
def deals_are_huge_and_circular() -> Judgement:
    """MKT-11: contracts of huge deals, deals on a round trip, and deals without an amount."""
    table = deals.deals()
    huge = table[table["amount"] >= HUGE]
    signed = int((huge["binding"] == "contract").sum())
    circular, hidden = table["round_trip"].mean(), int(table["amount"].isna().sum())
    numbers = {
        "huge": Number(len(huge), ".0f"),
        "least": Number(HUGE, ".0f"),
        "signed": Number(signed, ".0f"),
        "circular": Number(int(table["round_trip"].sum()), ".0f"),
        "deals": Number(len(table), ".0f"),
        "hidden": Number(hidden, ".0f"),
    }
    verdict = "supported" if signed >= 1 and circular > MOST and hidden else "partly" if len(huge) else "wrong"
    because = (
        "Of the deals in our table {huge} are of {least} billion dollars or more, "
        "{signed} of them contracts; one was a letter of intent and has shrunk. "
        "{circular} of {deals} deals lie on a loop by which money can come back, and "
        "{hidden} have no published amount."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-12",
    "a forecast that no published number settles: open until firms publish their revenue from AI; beside "
    "it stand the yearly payment that the spending of 2025 needs and the revenue of the largest new "
    "customer",
)
def spending_may_not_pay() -> Judgement:
    """MKT-12: a forecast; beside it the yearly payment for the spending of 2025 and the revenue of one customer."""
    numbers = {
        "payment": Number(yearly_payment() / BILLION, ".0f"),
        "rate": Number(inputs.RATE, ".0%"),
        "revenue": Number(fact("openai-revenue-2025") / BILLION, ".1f"),
    }
    because = (
        "To pay back what four firms spent in 2025 takes {payment} billion dollars a year at {rate}. "
        "OpenAI, one of their largest new customers, took in {revenue} billion. But "
        "most of the spending serves other business too, and no firm publishes its revenue from AI: that is "
        "what would settle it."
    )
    return Judgement("open", because, numbers)


@rule(
    "MKT-13",
    "open: the table of deals cannot see small rounds of funding; beside it stands the equity that it "
    "does see, and for how many firms",
)
def money_moves_to_lean_firms() -> Judgement:
    """MKT-13: what our table can see is equity for three laboratories; it cannot see small rounds."""
    table = deals.deals().query("pays == 'equity'")
    equity = table["amount_after"].fillna(table["amount"])
    firms = table.loc[equity.notna(), "paid_to"].nunique()
    numbers = {
        "equity": Number(float(equity.sum()), ".0f"),
        "firms": Number(firms, ".0f"),
        "round": Number(fact("deal-openai-round") / BILLION, ".0f"),
    }
    because = (
        "The equity in our table, {equity} billion dollars, goes to {firms} of the "
        "largest laboratories, and one round of early 2026 was of {round} billion. A table of "
        "large deals cannot see small ones: the share of venture funding by size of the receiver would "
        "settle it."
    )
    return Judgement("open", because, numbers)


@rule(
    "MKT-14",
    "a question: supported if the growth of tokens in every window exceeds the volume that keeps the "
    f"profit as costs fall, at an unchanged margin and at one that shrinks from {inputs.MARGINS[0]:.0%} to "
    f"{inputs.MARGINS[1]:.0%}; "
    "partly if only at an unchanged margin; wrong otherwise",
)
def adoption_offsets_margins() -> Judgement:
    """MKT-14: the volume that keeps the profit, at an unchanged and a halved margin, against the growth of tokens."""
    same, squeezed = volumes_to_keep()
    accounts = tokens.accounts(inputs.WINDOWS, 1 - fact("cost-gemini-fall-2025"))
    grown, slowest = accounts["tokens"], accounts.loc[accounts["tokens"].idxmin(), "window"]
    numbers = {
        "same": Number(same, ".1f"),
        "squeezed": Number(squeezed, ".1f"),
        "margin": Number(inputs.MARGINS[0], ".0%"),
        "low_margin": Number(inputs.MARGINS[1], ".0%"),
        "least": Number(float(grown.min()), ".1f"),
        "most": Number(float(grown.max()), ".0f"),
    }
    at_same, at_squeezed = bool((grown > same).all()), bool((grown > squeezed).all())
    verdict = "supported" if at_same and at_squeezed else "partly" if at_same else "wrong"
    because = (
        "If price and cost fall as Gemini's cost did in 2025, the volume must grow {same} times "
        "for the same profit, and {squeezed} times if the margin shrinks from {margin} to {low_margin}. "
        f"Google's tokens grew {{least}} to {{most}} times a year, and the slowest window, {slowest}, decides. Whether "
        "margins shrink is not published."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "ENV-1",
    "supported if the electricity of one prompt and the totals (Google's electricity and emissions, the "
    "world's data centres) all fell; partly if the prompt's fell and a total rose; wrong otherwise",
)
def efficiency_lowers_energy() -> Judgement:
    """ENV-1: electricity and carbon of one task, and the totals of one firm and of the world."""
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
        "For each task, yes: Google's median prompt came to need {prompt} times less electricity "
        "in a year. In total, no: the electricity of Google's data centres rose by {google} in "
        "2024, its emissions by {emissions}, the electricity of the world's data centres by "
        "{world} in 2025."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "GEO-1",
    "a forecast, partly at best: partly if NVIDIA's outlook counts on no data-centre revenue from China "
    "after a charge for export rules, one line of trade that is cut; open otherwise",
)
def the_market_fragments() -> Judgement:
    """GEO-1: one line of trade that can be counted; ecosystems cannot."""
    china, charge = fact("geo-china-in-guidance"), fact("geo-h20-charge")
    numbers = {"charge": Number(charge / BILLION, ".1f")}
    if not np.isclose(china, 0):
        numbers["china"] = Number(china / BILLION, ".0f")
    nothing = "nothing" if np.isclose(china, 0) else "{china} billion"
    verdict = "partly" if np.isclose(china, 0) and charge > 0 else "open"
    because = (
        "One line is cut: a rule on exports cost NVIDIA {charge} billion dollars in 2025, and its "
        f"outlook of May 2026 counts on {nothing} from data centres in China. Whether ecosystems of their own "
        "grow is a matter of states and years, and a forecast; the origin of the chips in new data centres, "
        "by region, would settle it."
    )
    return Judgement(verdict, because, numbers)


def _moved(change: float) -> str:
    return "rose" if change > 0 else "fell"
