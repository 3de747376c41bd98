"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

from analysis.kit.chapters import CHAPTERS
from book.extension.exercises import exercises_in

ABSORB = "import math\n\ndef years_until_full(used=0.027, factor=2.0):\n    return {}"
THRESHOLD = "import numpy as np\n\ndef smallest_elasticity(pass_through):\n    return {}"
FALLING = """
import numpy as np

def recovered(life, fall):
    t = {t}
    used = {used}
    worth = np.exp(-0.10 * t) * {price}
    return (used * worth).sum() / {full}
"""
MONTHS, USED, PRICE = "(np.arange(12 * life) + 0.5) / 12", "np.minimum(1, 0.25 * 1.4**t)", "(1 - fall) ** t"
IMPLIED = """
def value(growth):
    return {value}

def implied(multiple):
    from scipy.optimize import brentq

    return {scale} * brentq(lambda growth: value(growth) - multiple, -0.5, 2)
"""
YEARLY = "sum((1 + growth)**k / 1.1**k for k in range(1, 11)) + ((1 + growth) / 1.1)**10 * 1.03 / 0.07"
COBWEB = """
def prices(d, learn=False):
    p = [4.0]
    while len(p) < {length}:
        expected = {expected}
        p.append({cleared})
    return p
"""
LEARN = "(p[-1] + p[-2]) / 2 if learn and len(p) > 1 else p[-1]"
CLEARED = "(10 - 1 - d * expected) / 2"
PRIORS = """
import random
from statistics import NormalDist

def probability_that_compute_falls(elasticity_mean, draws=100_000, seed=1):
    rng = random.Random(seed)
    falls = 0
    for _ in range(20_000):
        g = {g}
        falls += {x} < 0
    return falls / {over}

def even_elasticity():
    return {even}
"""
G, X = "rng.gauss(0.97, 0.35)", "rng.gauss(0.3, 0.2) + (rng.gauss(elasticity_mean, 0.3) - 1) * g"
HOUR = next(e.solution for e in exercises_in(CHAPTERS / "market.md") if e.id == "market-price-an-hour")
RECOVERY = "interest / (1 - (1 + interest) ** -years)"


def falling(t=MONTHS, used=USED, price=PRICE, full="worth.sum()"):
    return FALLING.format(t=t, used=used, price=price, full=full)


def cobweb(length=21, expected=LEARN, cleared=CLEARED):
    return COBWEB.format(length=length, expected=expected, cleared=cleared)


def priors(g=G, x=X, over=20_000, even="0.70"):
    return PRIORS.format(g=g, x=x, over=over, even=even)


RIGHT = {
    "market-absorb": [
        ABSORB.format("math.log2(1 / used) / math.log2(factor)"),
        ABSORB.format("round(math.log(1 / used, factor), 1)"),
    ],
    "market-sixty": [
        "def shares():\n    return 0.39, 0.58, 0.68",
        "def shares():\n    return [2.3 / 5.9, 3.4 / 5.9, (2.3 / 5.9) / (3.4 / 5.9)]",
    ],
    "market-when-less-is-needed": [
        THRESHOLD.format("1 / pass_through"),
        THRESHOLD.format("np.ceil(100 / pass_through) / 100"),
    ],
    "market-price-an-hour": [
        HOUR.replace("8760", "365 * 24"),
        HOUR.replace(RECOVERY, "1 / sum(1.1 ** -t for t in range(1, years + 1))"),
    ],
    "market-falling": [
        falling("np.arange(12 * life) / 12"),
        falling("(np.arange(12 * life) + 1) / 12"),
        falling("(np.arange(365 * life) + 0.5) / 365"),
    ],
    "market-implied": [
        IMPLIED.format(value=YEARLY, scale=1),
        IMPLIED.format(value=YEARLY, scale=1).replace("return 1 *", "return 1 * 1.0005 *"),
    ],
    "market-cobweb": [
        cobweb(),
        cobweb(expected="sum(p[-2:]) / len(p[-2:]) if learn else p[-1]"),
    ],
    "market-priors": [
        priors(),
        priors(x=X.replace("rng.gauss(0.3, 0.2)", "NormalDist(0.3, 0.2).inv_cdf(rng.random())")),
    ],
}
WRONG = {
    "market-absorb": [
        (ABSORB.format("math.log(used) / math.log(factor)"), "logarithm of one over the share"),
        (ABSORB.format("math.log(1 / used) / (factor - 1)"), "both inputs count|per cent or a factor"),
        (ABSORB.format("math.log2(1 / used)"), "let both inputs count"),
    ],
    "market-sixty": [
        ("def shares():\n    return 39, 58, 68", "not per cent"),
        ("def shares():\n    return 2.3 / 5.9, 3.4 / 5.9, 3.4 / 2.3", "not per cent"),
        ("def shares():\n    return 2.3 / 3.4, 3.4 / 5.9, 2.3 / 5.9", "First share"),
    ],
    "market-when-less-is-needed": [
        (THRESHOLD.format("pass_through"), "try larger ones"),
        (THRESHOLD.format("1.0"), "let the pass-through count"),
        (THRESHOLD.format("2 / pass_through"), "smaller elasticity"),
    ],
    "market-price-an-hour": [
        (HOUR.replace("(8760 * used)", "8760"), "useful hours"),
        (HOUR.replace("power * overhead * tariff", "power * tariff"), "times overhead"),
        (HOUR.replace(RECOVERY, "1 / years"), "recovery"),
        (HOUR.replace("1 - resale * (1 + interest) ** -years", "1 - resale"), "discount the resale"),
        (HOUR.replace("return max(ranges", 'return "years" or max(ranges'), "Another one"),
    ],
    "market-falling": [
        (falling(used="0.25 * 1.4**t"), "stop at one|short life"),
        (falling(full="np.exp(-0.10 * t).sum()"), "both sums"),
        (falling(price="1"), "falling price"),
    ],
    "market-implied": [
        (IMPLIED.format(value=YEARLY, scale=100), "as a share"),
        (IMPLIED.format(value=YEARLY.replace("range(1, 11)", "range(10)"), scale=1), "at its end"),
        ("def implied(multiple):\n    return 0.15", "lower end"),
    ],
    "market-cobweb": [
        (cobweb(length=20), "Return 21 prices"),
        (cobweb(cleared="(10 - d * expected) / 2"), "does not clear"),
        (cobweb(expected="p[-1]"), "mean of the last two"),
        (cobweb(cleared="max(0, (10 - 1 - d * expected) / 2)"), "does not clear"),
    ],
    "market-priors": [
        (priors(over=1), "zero and one"),
        (priors(x=X.replace("- 1)", ")")), "each draw"),
        (priors(g="0.35"), "each draw"),
        (priors(even="1.0"), "look lower"),
    ],
}
