"""What a number is and how it comes about, in words, where the prose and a verdict print the same one."""

from __future__ import annotations

from analysis.kit.numbers import Number, in_words
from analysis.market.chapter import inputs
from analysis.market.demand import threshold_elasticity

# --- fibre -----------------------------------------------------------------------------------------------------------

YEARS_BUILT = (
    "Years of building until so little is used: logarithm of one over the share in use of 2001, over the claimed less "
    "the measured growth of traffic, from full use"
)
LASERS = (
    "Left in use by better lasers alone: from full use, after the years of the boom, if what a fibre carries doubled "
    "at the pace that a maker quoted"
)
LONDON = (
    "Arc elasticity of London's bandwidth: logarithm of the growth of its demand over that of the fall in price of a "
    "line to Paris, 1999 to 2004"
)

# --- GPUs ------------------------------------------------------------------------------------------------------------

_ON_A_LOOP = "of our list, money of deals on a loop of payments over all money, as announced"
_VARIANT = "with one deal left out or the reported purchase added"
MONEY_LISTED = f"Money that can come back: {_ON_A_LOOP}"
MONEY_LEAST = f"Money that can come back, least: {_ON_A_LOOP}, the lowest {_VARIANT}"
MONEY_MOST = f"Money that can come back, most: {_ON_A_LOOP}, the highest {_VARIANT}"
DEALS_LISTED = (
    "Share of deals on a loop: deals of our list whose payment can come back to the payer by other deals of it, over "
    "all"
)
DEALS_LEAST = f"Share of deals on a loop, least: deals whose payment can come back, over all, the lowest {_VARIANT}"
DEALS_MOST = f"Share of deals on a loop, most: deals whose payment can come back, over all, the highest {_VARIANT}"
DEALS = "Deals in our list: all that were announced by a firm"
NO_AMOUNT = "Deals without an amount: those of our list of which none was published"
LOST = "Part of the revenue that is lost: an assumption of the example, of NVIDIA's revenue from data centres"
REPLACEMENT = (
    "Growth of the rest that makes up: one plus the lost part of data centres over all other revenue, both of NVIDIA's "
    "fiscal 2026"
)
SPENDING_GROWTH = (
    "Growth of four firms' spending in 2025: published total of the year over that of the year before, finance leases "
    "included, less one"
)
CONTRACT_RISE = (
    "Change of the rent of a year's contract: last published price of an H100's hour over the first, October 2025 to "
    "June 2026, less one"
)
RACK = (
    "Hardware of the rack over the whole cost: price of all hardware over that of the rack with its share of the "
    "building, by Bernstein's bill"
)


def markets(year: str) -> str:
    """Words for the number of equal markets."""
    return (
        f"Equal markets of NVIDIA's revenue, fiscal {year}: one over the sum of the squared shares of its markets, as "
        "reported"
    )


def gaming(year: str) -> str:
    """Words for the share of gaming."""
    return f"Share of gaming, fiscal {year}: NVIDIA's revenue from it over all its revenue"


# --- lifetimes -------------------------------------------------------------------------------------------------------

_BOOKS = "over the longest life of servers in the four firms' books, written off in equal parts"
BOOK_RESALE = f"What the books leave of a server: one less its age on the page of the resale value {_BOOKS}"
BOOK_LISTED = f"What the books leave meanwhile, list price: one less the years of its series {_BOOKS}"
BOOK_CONTRACT = f"What the books leave meanwhile, contract: one less the years of its series {_BOOKS}"
LISTED = "Kept of the largest cloud's list price: last published price of an H100's hour over the first"
CONTRACT = "Kept of the rent of a year's contract: last published price of an H100's hour over the first"
#: What an owner keeps by each price of :func:`analysis.market.rents.kept`, and what the books leave; a published figure
#: needs no words.
KEPT = {"resale": "", "listed": LISTED, "contract": CONTRACT}
BOOK = {"resale": BOOK_RESALE, "listed": BOOK_LISTED, "contract": BOOK_CONTRACT}

# --- demand ----------------------------------------------------------------------------------------------------------

_ONE = in_words(threshold_elasticity())
_GAIN = f"over today's, at {in_words(inputs.GAIN)} times the efficiency, all passed on to the price"
ABOVE = (
    f"Probability that the elasticity is above {_ONE}: of a normal distribution with the measured elasticity and its "
    "published standard error"
)
BELOW = (
    f"Probability that the elasticity is below {_ONE}: of a normal distribution with the measured elasticity and its "
    "published standard error"
)
FALLS = (
    "Probability that compute falls: share of the futures under the chapter's priors in which its growth is below "
    "zero, averaged over the elasticity"
)
TOKENS_LEAST = (
    "Growth of Google's tokens in a year, least: tokens of all products, last month over first, the lowest of our "
    "windows"
)
TOKENS_MOST = (
    "Growth of Google's tokens in a year, most: tokens of all products, last month over first, the highest of our "
    "windows"
)


def constant(end: str = "", error: str = "") -> str:
    """Words for the compute at one elasticity for ever; `error` is added to or taken from it."""
    return f"Compute with one elasticity for ever{end}: {_GAIN}, with the measured elasticity{error}"


def saturating(end: str = "", error: str = "") -> str:
    """Words for the compute if demand saturates."""
    return (
        f"Compute if demand saturates{end}: {_GAIN}, with an elasticity that falls with the price from the measured "
        f"one{error}"
    )


LESS, PLUS = (", low", " less its standard error"), (", high", " plus its standard error")

# --- prices ----------------------------------------------------------------------------------------------------------

DAY = (
    "Fall of NVIDIA's price in a day: one less its closing price of 27 January 2025 over that of the trading day before"
)
INTEREST = "Interest a year: an assumption of the chapter, for owners of chips and builders alike"

# --- who wins --------------------------------------------------------------------------------------------------------

PAYMENT = (
    "Yearly payment for the spending of 2025: billion dollars that pay it back with interest, over "
    f"{inputs.SERVERS[-1]:.0f} years for the share of servers, as Alphabet's, and {inputs.GLASS:.0f} for the rest"
)
PACE = (
    "Yearly pace of the AI business, billion dollars: what Microsoft and Amazon each say that theirs takes in, added up"
)
PACE_PROFIT = (
    "Gross profit at that pace, billion dollars: the pace of both firms times the margin of Microsoft's cloud in a year"
)
MARGIN = "Margin before it shrinks: an assumption, share of the price; no margin on tokens is published"
MARGIN_SQUEEZED = "Margin after it has shrunk: an assumption, share of the price; no margin on tokens is published"
VOLUME = (
    "Volume that keeps the profit: factor by which it must grow if price and cost fall together as Gemini's cost did "
    "in 2025"
)
VOLUME_SQUEEZED = (
    "Volume that keeps it, margin squeezed: factor by which it must grow if cost falls as Gemini's did in 2025 and the "
    f"margin shrinks from {Number(inputs.MARGINS[0], '.0%')} to {Number(inputs.MARGINS[1], '.0%')}"
)
_MODELS = "yearly pace of OpenAI and Anthropic over theirs plus NVIDIA's from data centres, on the"
MODELS_FIRST = f"Models' share of models and chips, first: {_MODELS} first date that has both"
MODELS_LAST = f"Models' share of models and chips, last: {_MODELS} last date that has both"
_OWED = "what it has promised over all that is signed and not yet served"
OWED_LEAST = f"OpenAI's part of a cloud's orders, least: {_OWED}, the lowest of the clouds that publish theirs"
OWED_MOST = f"OpenAI's part of a cloud's orders, most: {_OWED}, the highest of the clouds that publish theirs"


def rounds(year: str) -> str:
    """Words for the share of the four largest rounds."""
    return f"Four largest rounds, first quarter of {year}: their sum over the world's venture money of the quarter"


def next_rounds(year: str) -> str:
    """Words for the share of the next three rounds in what the largest leaves."""
    return (
        f"Next three rounds, first quarter of {year}: four largest rounds less the largest, over the world's venture "
        "money of the quarter less the largest"
    )


def power(year: str) -> str:
    """Words for OpenAI's revenue for computing power."""
    return (
        f"OpenAI's revenue for a gigawatt, {year}: billion dollars, its yearly pace at the end of the year over the "
        "computing power that it could use"
    )


def votes(month: str) -> str:
    """Words for the votes that a lead in points means."""
    return (
        f"Votes for the best Chinese model, {month}: share that its points behind the best American one mean on the "
        "scale of Elo"
    )
