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
from analysis.market import datacentre, deals, history, orders, rents, segments, spending, stack, tokens
from analysis.market.chapter import inputs, words
from analysis.market.chapter.inputs import BILLION, fact
from analysis.market.chapter.prose import TRILLION, months_later, the_day, volumes_to_keep, yearly_payment
from analysis.market.datacentre import share_of
from analysis.market.dates import middle, months_between
from analysis.market.demand import SaturatingDemand, compute_demand, probability_above, threshold_elasticity
from analysis.market.discounting import growth_of_halving
from analysis.market.overbuild import time_to_utilisation
from analysis.market.rivalry import share_of_votes
from analysis.market.scenarios import probability_below

#: The share above which a part is most of a whole.
MOST = 0.5
#: The share of a market from which on a firm dominates it.
DOMINANT = 0.5
#: How many years of sales make a market value that nobody explains by sales.
DEAR = 20.0
#: The share in use up to which something may be called unused.
UNUSED = 0.05
#: The share below which a part is hardly any.
HARDLY = 0.1
#: The elasticity above which more efficiency means more compute, if all of the gain reaches the price.
THRESHOLD = threshold_elasticity()
#: The number of equal markets below which revenue is not diversified.
DIVERSIFIED = 2.0
#: How far either way from a share still is "about" it.
ABOUT = 0.05
#: The fall of the price in a day from which on it may be a revaluation.
PLUNGE = 0.1
#: The growth of a year's revenue from which on it is strong.
STRONG = 0.5
#: The months within which a fall that is made up is no revaluation.
LASTING = 12
#: The billions of dollars from which on a deal is huge.
HUGE = 100.0
#: How probable it must be, by its published error, that a measured number lies above a threshold.
SURE = 0.95
#: The share above which a few have most to say.
LARGE = 1 / 3
#: The share of users' votes that an equal gets.
HALF = 0.5
#: The share of users' votes that a monopolist's rival would not get.
RIVAL = 0.4
#: What revenue for a unit of computing power must grow to before the power stops being what sells.
MORE = 2.0


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
    numbers = {
        "cisco": Number(
            cisco,
            ".0f",
            how="Cisco's value over a year's sales: published market value of March 2000 over the sales of its "
            "fiscal year 2000",
        ),
        "jdsu": Number(
            jdsu,
            ".0f",
            how="JDS Uniphase's value over a year's sales: published market value of March 2000, a lower bound, "
            "over the sales of its fiscal year 2001",
        ),
        "share": Number(
            share,
            ".0%",
            how="JDS Uniphase's share of components sold: its sales of fiscal 2001 over the world's sales of "
            "components of optical networks in 2000",
        ),
    }
    dear, large = min(cisco, jdsu) >= DEAR, share >= DOMINANT
    verdict = "supported" if dear and large else "partly" if dear or large else "wrong"
    because = (
        "At the peak Cisco was worth {cisco} times a year's sales and JDS Uniphase at least "
        "{jdsu} times: they dominated the stock market's boom. JDS Uniphase's sales of its fiscal year "
        "2001, to June, are {share} of what was sold of such components in 2000, and neither firm laid or owned the "
        "fibre."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-2",
    f"supported if better lasers alone, at the pace quoted at the time, leave in {in_words(inputs.BOOM)} years no more "
    "in use than the share of 2001 while the wrong forecast alone does not get there in as many; partly if the "
    "forecast does, whatever the lasers do; wrong if neither does",
)
def efficiency_made_the_glut() -> Judgement:
    """MKT-2: what the wrong forecast alone leaves in use, and what better lasers alone leave, from full use."""
    years = float(time_to_utilisation(fact("fibre-used-2001"), *inputs.forecast()))
    lasers = float(np.exp(-inputs.BOOM * growth_of_halving(fact("fibre-wdm-doubling"))))
    numbers = {
        "years": Number(years, ".1f", how=words.YEARS_BUILT),
        "used": Number(fact("fibre-used-2001"), ".1%"),
        "boom": Number(
            inputs.BOOM,
            "words",
            how="Years of the fibre boom: our reading, within which a cause alone counts as enough",
        ),
        "lasers": Number(lasers, ".1%", how=words.LASERS),
        "sprint": Number(
            1 / fact("fibre-sprint-upgrade"),
            ".0%",
            how="Left in use by Sprint's one step: one over the factor by which more wavelengths raised the "
            "capacity of its routes",
        ),
        "sea": Number(
            1 / fact("fibre-upgrade-factor"),
            ".0%",
            how="Left in use by better sea cables: one over the factor by which the capacity of an old cable rose",
        ),
    }
    technology, forecast = lasers <= fact("fibre-used-2001"), years <= inputs.BOOM
    verdict = "partly" if forecast else "supported" if technology else "wrong"
    enough = "the same or less" if technology else "more"
    because = (
        "Building for the forecast of the time leaves {used} in use after {years} years, if all was in use at the "
        f"start. Better lasers alone leave {enough} in {{boom}} years, {{lasers}}, at the pace that a maker quoted, "
        "{sprint} by the one step that Sprint bought in 1996, {sea} by what old sea cables got until 2013. Each "
        "cause could have done most of it, and the share of each cannot be told from the outcome."
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
    numbers = {
        "first": Number(first, ".1%", how="Long-distance fibre lit in 2002: a published share of the fibre installed"),
        "later": Number(later, ".0%", how="Long-distance fibre lit in 2005: a published share of the fibre installed"),
        "last": Number(
            last,
            ".0%",
            how="Atlantic capacity lit in 2014: a published upper bound of its share in what the cables could carry",
        ),
    }
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
    "can come back to its payer, whichever single deal is left out and with the purchase that was only reported, and "
    "the rent of a year's contract fell since October 2025; wrong if less than "
    f"{HARDLY:.0%} can in each of these cases and the rent rose; an opinion otherwise",
)
def gpu_demand_may_be_inflated() -> Judgement:
    """MKT-4: announced money that can come back to its payer, with what that hangs on, and what rents did since."""
    circular = deals.returning(deals.deals(), deals.reported())["money"]
    rise = float(rents.changes().set_index("series").loc["one-year contract", "change"])
    numbers = {
        "listed": Number(float(circular.iloc[0]), ".0%", how=words.MONEY_LISTED),
        "least": Number(float(circular.min()), ".0%", how=words.MONEY_LEAST),
        "most": Number(float(circular.max()), ".0%", how=words.MONEY_MOST),
        "rise": Number(abs(rise), ".0%", how=words.CONTRACT_RISE),
    }
    against = circular.max() < HARDLY and rise > 0
    verdict = "supported" if circular.min() > MOST and rise < 0 else "wrong" if against else "opinion"
    because = (
        "For it: {listed} of the announced money in our table can come back to the firm that pays it. That is a "
        "property of the list: {least} with one deal left out, {most} with one more that was only reported. "
        f"Against it: the rent of a year's contract {_moved(rise)} by {{rise}} from October 2025 to June 2026, and "
        "rent is paid for use. What would be natural demand is not defined, so that “artificially” stays an opinion."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-5",
    f"supported if {in_words(inputs.GAIN)} times the efficiency needs less compute both with the measured elasticity "
    "for ever and with demand that saturates from it; partly if in one of the two; wrong otherwise",
)
def efficiency_could_save_hardware() -> Judgement:
    """MKT-5: compute after a gain, with the measured elasticity for ever and with saturation."""
    epsilon, error = fact("elasticity-tokens"), fact("elasticity-tokens-error")
    later = SaturatingDemand(satiation=1.0, scale_price=1 / epsilon)
    constant = compute_demand(inputs.GAIN, epsilon)
    saturating = later.compute(inputs.GAIN) / later.compute(1.0)
    growth = spending.totals().set_index("year").loc[2025, "growth"]
    numbers = {
        "constant": Number(constant, ".2f", how=words.constant()),
        "constant_low": Number(compute_demand(inputs.GAIN, epsilon - error), ".2f", how=words.constant(*words.LESS)),
        "constant_high": Number(compute_demand(inputs.GAIN, epsilon + error), ".2f", how=words.constant(*words.PLUS)),
        "saturating": Number(saturating, ".2f", how=words.saturating()),
        "below": Number(1 - probability_above(epsilon, error, THRESHOLD), ".0%", how=words.BELOW),
        "falls": Number(probability_below(inputs.scenario(), 0.0), ".0%", how=words.FALLS),
        "growth": Number(growth, ".0%", how=words.SPENDING_GROWTH),
    }
    fewer = (constant < 1) + (saturating < 1)
    verdict = {2: "supported", 1: "partly", 0: "wrong"}[fewer]
    because = (
        f"With the measured elasticity for ever, {in_words(inputs.GAIN)} times the efficiency needs {{constant}} times "
        "the compute ({constant_low} to {constant_high} within its standard error); if demand saturates, {saturating} "
        f"times. With {{below}} probability the elasticity is below {in_words(THRESHOLD)}, and then both would need "
        "less. Under the chapter's priors compute falls in {falls} of the futures. In 2025 the spending of the four "
        "largest buyers rose by {growth}."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-6",
    f"supported if the measured elasticity is above {in_words(THRESHOLD)} with at least {SURE:.0%} probability by its "
    "published error and every total rose that the chapter has for a service whose unit came to cost less (Google's "
    "electricity, its tokens times their cost, spending on London's bandwidth); partly if only one of the two; wrong "
    "otherwise",
)
def efficiency_may_raise_use() -> Judgement:
    """MKT-6: the causal elasticity with its error against the threshold, and totals of services that got cheaper."""
    epsilon, cost = fact("elasticity-tokens"), 1 - fact("cost-gemini-fall-2025")
    above = probability_above(epsilon, fact("elasticity-tokens-error"), THRESHOLD)
    arcs = tokens.accounts(inputs.WINDOWS, cost)["elasticity"]
    total = fact("energy-google-growth-2024") / 100
    numbers = {
        "elasticity": Number(
            epsilon,
            ".2f",
            f" ± {fact('elasticity-tokens-error'):.2f}",
            how="Elasticity of tokens with its standard error: both as the study of one marketplace is quoted",
        ),
        "above": Number(above, ".0%", how=words.ABOVE),
        "users": Number(fact("elasticity-users"), ".2f"),
        "arc": Number(
            float(arcs.min()),
            ".2f",
            how="Arc elasticity of Google's tokens, least: logarithm of their growth over that of the fall in "
            "the cost of one in 2025, the lowest of our windows",
        ),
        "london": Number(history.london_elasticity(), ".2f", how=words.LONDON),
        "total": Number(total, ".0%"),
    }
    # spending rises when a lower price sells more than in proportion
    rose = bool(total > 0 and min(float(arcs.min()), history.london_elasticity()) > 1)
    verdict = "supported" if above >= SURE and rose else "partly" if above >= SURE or rose else "wrong"
    because = (
        f"The one causal elasticity is {{elasticity}}, above {in_words(THRESHOLD)} with {{above}} probability, and in "
        "part customers who change the provider; across models on the same marketplace use hardly moves with "
        "the price ({users}). What was published of totals went up: one firm's accounts give an elasticity of at least "
        "{arc}, London's bandwidth gave {london}, and the electricity of Google's data centres rose by {total} while "
        "a prompt came to need less. Totals rise for other reasons too: that efficiency may raise use fits all this, "
        "and is not shown."
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
        "then": Number(first["effective"], ".1f", how=words.markets("2020")),
        "now": Number(last["effective"], ".1f", how=words.markets("2026")),
        "gaming": Number(float(gaming.iloc[-1]), ".1%", how=words.gaming("2026")),
        "rest": Number(segments.replacement_factor(last["data_centre"], inputs.LOST), ".1f", how=words.REPLACEMENT),
        "lost": Number(inputs.LOST, ".0%", how=words.LOST),
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
    f"supported if the share price fell by at least {PLUNGE:.0%} in a day, in a fiscal year whose revenue grew by at "
    f"least {STRONG:.0%}, and the firm was not worth more than before within {in_words(LASTING)} months; partly if it "
    "fell and one of the other two holds; wrong otherwise",
)
def nvidia_could_be_revalued() -> Judgement:
    """MKT-8: whether the price plunged in a day while revenue grew strongly, and whether that lasted."""
    fall = 1 - fact("nvidia-price-after") / fact("nvidia-price-before")
    growth = fact("nvidia-fy2025-growth-total") / 100
    day, date = the_day(), middle(facts.load("market")["nvidia-price-after"].date)
    numbers = {
        "fall": Number(fall, ".1%", how=words.DAY),
        "growth": Number(growth, ".0%"),
        "points": Number(
            -day.points,
            ".1f",
            how="Cut of the growth implied, points a year: growth at which NVIDIA's cash flow of the fiscal year "
            "is worth its market value, before the day less after",
        ),
        "later": Number(fact("nvidia-value-5t") / TRILLION, ".1f"),
    }
    made_up = fact("nvidia-value-5t") > fact("nvidia-value-before") and months_later() <= LASTING
    fell, others = fall >= PLUNGE, (growth >= STRONG) + (not made_up)
    verdict = "wrong" if not fell or not others else "supported" if others == 2 else "partly"
    because = (
        f"On {date.day} {date:%B %Y} the price fell by {{fall}}, a cut of {{points}} "
        "points in the growth it implied, in a fiscal year whose revenue grew by {growth}. "
        f"{in_words(months_later()).capitalize()} months later the firm was worth {{later}} trillion dollars. A day's "
        "fall of a share that moves so much is no revaluation unless it lasts."
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
        "low": Number(
            min(gpus),
            ".0%",
            how="GPUs or NVIDIA's pay, least: share of the whole cost, the lower of GPUs by Bernstein's bill and "
            "what NVIDIA is paid by SemiAnalysis's",
        ),
        "high": Number(
            max(gpus),
            ".0%",
            how="GPUs or NVIDIA's pay, most: share of the whole cost, the higher of GPUs by Bernstein's bill and "
            "what NVIDIA is paid by SemiAnalysis's",
        ),
        "hardware": Number(hardware, ".0%", how=words.RACK),
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
    "supported if each price of an H100 that can be followed (a used server, the list price of the largest cloud, a "
    "contract for a year) has kept less than equal parts over the longest accounting life leave after the same time; "
    "partly if some have; wrong if none has",
)
def gpus_depreciate_quickly() -> Judgement:
    """MKT-10: three prices of one chip, each against equal parts over the longest accounting life."""
    longest = float(spending.useful_lives()["after"].max())
    kept = rents.kept(longest, fact("tco-residual"), inputs.RESALE_AGE).set_index("price")
    numbers = {
        f"{name}{what}": Number(value, ".0%", how=how)
        for name, row in zip(words.KEPT, kept.itertuples(), strict=True)
        for what, value, how in (("", row.left, words.KEPT[name]), ("_book", row.book, words.BOOK[name]))
    }
    faster = kept["left"] < kept["book"]
    verdict, without = _of_witnesses(faster), _of_witnesses(faster.iloc[1:])
    because = (
        f"A used server is put at {{resale}} of its price after {in_words(inputs.RESALE_AGE)} years, where the longest "
        "accounting life leaves {resale_book}; that is one unsigned page. The list price of the largest cloud kept "
        "{listed}, against {listed_book}. A contract for a year costs {contract} of what it cost at the start of its "
        "series, against {contract_book}: old chips are let for more than before. Without that page the verdict "
        f"{'stays' if without == verdict else f'would be “{without}”'}."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-11",
    f"supported if at least one deal of {HUGE:.0f} billion dollars or more is a contract, more than {MOST:.0%} of "
    "the deals in the table lie on a loop of payments, whichever single one is left out, and some have no published "
    "amount; partly if there are such deals but not all of this holds; wrong otherwise",
)
def deals_are_huge_and_circular() -> Judgement:
    """MKT-11: contracts of huge deals, deals on a round trip and what that hangs on, and deals without an amount."""
    table = deals.deals()
    huge = table[table["amount"] >= HUGE]
    signed = int((huge["binding"] == "contract").sum())
    circular, hidden = deals.returning(table, deals.reported())["deals"], int(table["amount"].isna().sum())
    numbers = {
        "huge": Number(
            len(huge),
            ".0f",
            how=f"Huge deals: those of our list that were announced at {HUGE:.0f} billion dollars or more",
        ),
        "size": Number(HUGE, ".0f", how="Billion dollars of a huge deal: our choice, by which the claim is judged"),
        "signed": Number(
            signed,
            ".0f",
            how=f"Huge deals that are contracts: of those announced at {HUGE:.0f} billion dollars or more, those "
            "that bind",
        ),
        "circular": Number(float(circular.iloc[0]), ".0%", how=words.DEALS_LISTED),
        "deals": Number(len(table), ".0f", how=words.DEALS),
        "least": Number(float(circular.min()), ".0%", how=words.DEALS_LEAST),
        "most": Number(float(circular.max()), ".0%", how=words.DEALS_MOST),
        "hidden": Number(hidden, ".0f", how=words.NO_AMOUNT),
    }
    verdict = "supported" if signed >= 1 and circular.min() > MOST and hidden else "partly" if len(huge) else "wrong"
    because = (
        "Of the {deals} deals in our table {huge} are of {size} billion dollars or more, {signed} of them contracts; "
        "one was a letter of intent and has shrunk. {circular} of the deals lie on a loop by which money can come "
        "back, {least} to {most} with one deal left out or added, and {hidden} have no published amount. The table was "
        "collected from articles about such loops, so that it cannot say how common they are."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-12",
    "a forecast, partly at best: partly if the gross profit at the yearly pace of the AI business that builders "
    "publish is below the yearly payment for the spending of 2025 and a builder spent more than it took in over a "
    "year; wrong if that profit is above the payment; open otherwise",
)
def spending_may_not_pay() -> Judgement:
    """MKT-12: gross profit at the published pace of AI revenue against the payment for 2025, and free cash flow."""
    pace = sum(fact(f"ai-run-rate-{firm}-2026") for firm in inputs.BUILDERS)
    profit, payment = pace * fact("cloud-gross-margin-microsoft"), yearly_payment()
    cash = fact("fcf-amazon-2026")
    numbers = {
        "pace": Number(pace / BILLION, ".0f", how=words.PACE),
        "margin": Number(fact("cloud-gross-margin-microsoft"), ".0%"),
        "profit": Number(profit / BILLION, ".0f", how=words.PACE_PROFIT),
        "payment": Number(payment / BILLION, ".0f", how=words.PAYMENT),
        "rate": Number(inputs.RATE, ".0%", how=words.INTEREST),
        "gap": Number(
            abs(payment - profit) / BILLION,
            ".0f",
            how="Between profit and payment, billion dollars: gross profit at the yearly pace and yearly payment "
            "for the spending of 2025, the larger less the smaller",
        ),
        "cash": Number(cash / BILLION, ".1f"),
        "openai": Number(fact("microsoft-openai-revenue-fy2026") / BILLION, ".0f"),
    }
    verdict = "wrong" if profit > payment else "partly" if cash < 0 else "open"
    side = "below" if profit < payment else "above"
    because = (
        "Microsoft and Amazon publish a yearly pace of {pace} billion dollars for what they call their AI business; at "
        f"the margin of Microsoft's cloud, {{margin}}, that is {{profit}} billion, {{gap}} {side} the {{payment}} "
        "billion a year at {rate} that four firms' spending of 2025 alone takes. Amazon's free cash flow of a year is "
        "{cash} billion. Alphabet and Meta publish no such pace; theirs could close the gap. {openai} billion of "
        "Microsoft's year come from OpenAI, which pays from what it raises. Whether firms will struggle is a forecast."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-13",
    "wrong if the four largest rounds took a larger share of a quarter's venture money than in that quarter of the "
    f"year before and more than {LARGE:.0%}; supported if less than {LARGE:.0%}; partly otherwise",
)
def money_moves_to_lean_firms() -> Judgement:
    """MKT-13: the share of the four largest rounds in the venture money of a quarter, and of the year before."""
    before, now = (fact(f"venture-{year}-q1-four-largest") / fact(f"venture-{year}-q1") for year in (2025, 2026))
    rest = [
        share_of(
            fact(f"venture-{year}-q1-four-largest") - fact(f"venture-{year}-q1-largest"),
            fact(f"venture-{year}-q1") - fact(f"venture-{year}-q1-largest"),
        )
        for year in (2025, 2026)
    ]
    numbers = {
        "rounds_before": Number(before, ".0%", how=words.rounds("2025")),
        "rounds_now": Number(now, ".0%", how=words.rounds("2026")),
        "rest_before": Number(rest[0], ".0%", how=words.next_rounds("2025")),
        "rest_now": Number(rest[1], ".0%", how=words.next_rounds("2026")),
    }
    verdict = "supported" if now < LARGE else "wrong" if now > before else "partly"
    because = (
        "Of the world's venture money in the first quarter of 2026 the four largest rounds took {rounds_now}; a "
        "year before, {rounds_before}. Without OpenAI, which had the largest round in both, the next three took "
        "{rest_now} of the rest, and {rest_before} a year before. Of the four firms Waymo is specialised and none is "
        "small. The counts are one collector's, and a quarter is short."
    )
    return Judgement(verdict, because, numbers)


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
        "same": Number(same, ".1f", how=words.VOLUME),
        "squeezed": Number(squeezed, ".1f", how=words.VOLUME_SQUEEZED),
        "margin": Number(inputs.MARGINS[0], ".0%", how=words.MARGIN),
        "low_margin": Number(inputs.MARGINS[1], ".0%", how=words.MARGIN_SQUEEZED),
        "least": Number(float(grown.min()), ".1f", how=words.TOKENS_LEAST),
        "most": Number(float(grown.max()), ".0f", how=words.TOKENS_MOST),
    }
    at_same, at_squeezed = bool((grown > same).all()), bool((grown > squeezed).all())
    verdict = "supported" if at_same and at_squeezed else "partly" if at_same else "wrong"
    because = (
        "If price and cost fall as Gemini's cost did in 2025, the volume must grow {same} times "
        "for the same profit, and {squeezed} times if the margin shrinks from {margin} to {low_margin}. "
        f"Google's tokens grew {{least}} to {{most}} times a year, and the slowest window, {slowest}, decides. Its "
        "margin on them is not published."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-15",
    "supported if what model firms take in rose from the first to the last published date as a share of their and the "
    f"chip maker's revenue and is more than {MOST:.0%} of it by now, and the revenue of the largest of them for a unit "
    f"of computing power grew at least {MORE:.0f} times; partly if the share rose or the revenue for power grew so; "
    "wrong otherwise",
)
def value_moves_to_software() -> Judgement:
    """MKT-15: model firms over them and chips, by revenue and by gross profit, and revenue for computing power."""
    table = stack.paces()
    shares = stack.shares(table)
    profits = stack.shares(stack.profits(table, inputs.margins()))
    alone = stack.shares(table[table["firm"] != "Anthropic"])
    power = stack.revenue_for_power()
    numbers = {
        "first": Number(float(shares.iloc[0]), ".0%", how=words.MODELS_FIRST),
        "last": Number(float(shares.iloc[-1]), ".0%", how=words.MODELS_LAST),
        "alone": Number(
            float(alone.iloc[-1]),
            ".0%",
            how="OpenAI's share of models and chips, last: its yearly pace over that and NVIDIA's from data "
            "centres, on the last date that has both",
        ),
        "profit": Number(
            float(profits.iloc[-1]),
            ".0%",
            how="Models' share by gross profit, last: yearly paces of OpenAI, Anthropic and NVIDIA's data "
            "centres, each times its margin, those of the models leaked",
        ),
        "power_first": Number(float(power.iloc[0]), ".1f", how=words.power("2023")),
        "power_last": Number(float(power.iloc[-1]), ".1f", how=words.power("2025")),
    }
    rose, most = bool(shares.iloc[-1] > shares.iloc[0]), bool(shares.iloc[-1] > MOST)
    freed = power.iloc[-1] >= MORE * power.iloc[0]
    verdict = "supported" if rose and most and freed else "partly" if rose or freed else "wrong"
    because = (
        "What two model firms take in went from {first} to {last} of the sum of that and NVIDIA's revenue from data "
        "centres ({alone} with OpenAI alone; {profit} by gross profit, at margins that leaked). So value moves that "
        "way, and most of it is still made with hardware. That computing power stops being what tells firms apart does "
        "not show: OpenAI took in {power_first} billion dollars a year for each gigawatt in 2023 and {power_last} in "
        "2025, and says itself that revenue follows power."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "MKT-16",
    f"a claim of risk, partly at best: partly if a single customer owes more than {LARGE:.0%} of the signed orders of "
    "at least two clouds and its yearly revenue is below the yearly part of a single contract; wrong if it owes "
    f"less than {HARDLY:.0%} of each; open otherwise",
)
def partnerships_are_a_risk() -> Judgement:
    """MKT-16: how much of the clouds' orders one customer owes, and what it takes in."""
    owed = orders.owed_by_one()
    revenue = stack.paces().query("firm == 'OpenAI'")["pace"].iloc[-1]
    table = deals.deals()
    yearly = table.set_index("deal")["amount"].get(inputs.LARGEST_CONTRACT, np.nan) / fact("deal-oracle-years")
    hidden = int(table["amount"].isna().sum())
    numbers = {
        "least": Number(float(owed["share"].min()), ".0%", how=words.OWED_LEAST),
        "most": Number(float(owed["share"].max()), ".0%", how=words.OWED_MOST),
        "clouds": Number(
            len(owed),
            "words",
            how="Clouds whose orders are known: those that publish what is signed and not yet served and have a "
            "contract of OpenAI's",
        ),
        "all": Number(
            float(owed["owed"].sum() / owed["orders"].sum()),
            ".0%",
            how="OpenAI's part of all clouds' orders: what it has promised to them over all that they have "
            "signed and not yet served",
        ),
        "revenue": Number(
            float(revenue), ".0f", how="OpenAI's revenue, billion dollars a year: its last published yearly pace"
        ),
        "yearly": Number(
            float(yearly),
            ".0f",
            how="A year of the contract with Oracle: billion dollars, its announced amount over its published years",
        ),
        "hidden": Number(hidden, ".0f", how=words.NO_AMOUNT),
        "deals": Number(len(table), ".0f", how=words.DEALS),
    }
    concentrated = (owed["share"] > LARGE).sum() >= 2 and revenue < yearly
    verdict = "partly" if concentrated else "wrong" if (owed["share"] < HARDLY).all() else "open"
    because = (
        "OpenAI owes {least} to {most} of what {clouds} clouds have signed and not yet served, {all} of the sum. It "
        "takes in {revenue} billion dollars a year; its contract with Oracle alone asks for {yearly}. If one customer "
        "fails, several suppliers fail to be paid together: that is what makes a risk of the system. Opaque: of "
        "the {deals} deals in our table {hidden} have no published amount. Whether it happens is a forecast."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "ENV-1",
    "supported if the electricity of one prompt and the totals (Google's electricity, its emissions and those of its "
    "data centres, the electricity of the world's data centres) all fell; partly if the prompt's fell and a total "
    "rose; wrong otherwise",
)
def efficiency_lowers_energy() -> Judgement:
    """ENV-1: electricity and carbon of one task, and the totals of one firm and of the world."""
    task = 1 / fact("energy-prompt-gain")
    totals = pd.Series(
        {
            "google": fact("energy-google-growth-2024") / 100,
            "world": fact("energy-growth-2025") / 100,
            "emissions": fact("carbon-google-total-growth-2024") / 100,
            "centres": -fact("carbon-google-fall-2024") / 100,
        }
    )
    numbers = {
        "prompt": Number(1 / task, ".0f"),
        **{name: Number(abs(value), ".0%") for name, value in totals.items()},
    }
    verdict = "supported" if task < 1 and (totals < 0).all() else "partly" if task < 1 else "wrong"
    google, world, emissions, centres = (_moved(value) for value in totals)
    because = (
        "For each task, yes: Google's median prompt came to need {prompt} times less electricity in a year. In total, "
        f"mostly no: in 2024 the electricity of Google's data centres {google} by {{google}} and its emissions, with "
        f"those of its suppliers, {emissions} by {{emissions}}; the electricity of the world's data centres {world} by "
        f"{{world}} in 2025. The emissions of Google's data centres {centres} by {{centres}}, counted by contracts."
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
    said = middle(facts.load("market")["geo-china-in-guidance"].date)
    numbers = {"charge": Number(charge / BILLION, ".1f")}
    if not np.isclose(china, 0):
        numbers["china"] = Number(
            china / BILLION,
            ".0f",
            how="Revenue from China in the outlook: billion dollars from data centres there that NVIDIA's "
            "outlook counts on",
        )
    nothing = "nothing" if np.isclose(china, 0) else "{china} billion"
    verdict = "partly" if np.isclose(china, 0) and charge > 0 else "open"
    because = (
        "One line is cut: a rule on exports cost NVIDIA {charge} billion dollars in 2025, and its "
        f"outlook of {said:%B %Y} counts on {nothing} from data centres in China. Whether ecosystems of their own "
        "grow is a matter of states and years, and a forecast; the origin of the chips in new data centres, "
        "by region, would settle it."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "GEO-2",
    f"supported if the best Chinese model would get at least {HALF:.0%} of the votes of users against the best "
    f"American at each published date since R1; partly if it would get at least {RIVAL:.0%} at each of them and less "
    "before R1; wrong otherwise",
)
def the_monopoly_ended() -> Judgement:
    """GEO-2: votes that the lead in points implies, before R1 and since."""
    dates = ("2024-01", "2025-02", "2026-03")
    before, *since = (share_of_votes(fact(f"geo-arena-gap-{date}")) for date in dates)
    numbers = {
        "before": Number(before, ".0%", how=words.votes("January 2024")),
        "then": Number(since[0], ".0%", how=words.votes("February 2025")),
        "now": Number(since[-1], ".0%", how=words.votes("March 2026")),
    }
    rival = min(since) >= RIVAL > before
    verdict = "supported" if min(since) >= HALF else "partly" if rival else "wrong"
    because = (
        "Beside the best American model users would have preferred the best Chinese one in {before} of cases in "
        "January 2024, in {then} in February 2025, after R1, and in {now} in March 2026. So there is a rival where "
        "there was none, and the lead stayed American at each of the dates. Votes on one site can be courted, a "
        "monopoly of breakthroughs is not one of scores, and a notion ends when people drop it, which no table shows."
    )
    return Judgement(verdict, because, numbers)


@rule(
    "GEO-3",
    "supported if the duties of the AI Act for general-purpose models and those for high-risk systems both apply by "
    f"{inputs.AS_OF}; partly if only one of them; wrong if none",
)
def the_act_adds_hurdles() -> Judgement:
    """GEO-3: months from the Act's entry into force to its duties, against the months that have passed."""
    passed = months_between(inputs.ACT_IN_FORCE, inputs.AS_OF)
    general, risky = (fact(f"geo-act-months-{part}") for part in ("general", "high-risk"))
    bar = fact("geo-act-systemic")
    numbers = {
        "general": Number(
            general,
            ".0f",
            how="Months until duties of general-purpose models: from the Act's entry into force, as published",
        ),
        "risky": Number(
            risky, ".0f", how="Months until duties of high-risk systems: from the Act's entry into force, as amended"
        ),
        "planned": Number(fact("geo-act-months-high-risk-first"), ".0f"),
        "passed": Number(
            passed, ".0f", how="Months since the Act came into force: to the month as of which the chapter speaks"
        ),
        "fine": Number(fact("geo-act-fine"), ".0%"),
        "bar": Number(bar, "power"),
    }
    applied = (general <= passed) + (risky <= passed)
    verdict = {2: "supported", 1: "partly", 0: "wrong"}[applied]
    because = (
        "{passed} months after it came into force the Act binds the makers of general-purpose models (since month "
        "{general}; more above {bar} FLOP of training), with fines up to {fine} of turnover. Its duties for high-risk "
        "systems were moved from month {planned} to month {risky}. So a hurdle is there, and the higher one was put "
        "off. What it costs whom would need accounts that we have not found."
    )
    return Judgement(verdict, because, numbers)


def _moved(change: float) -> str:
    return "rose" if change > 0 else "fell"


def _of_witnesses(faster: pd.Series) -> str:
    return "supported" if faster.all() else "partly" if faster.any() else "wrong"
