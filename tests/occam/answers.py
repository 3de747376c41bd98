"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

STRING = "string = '0001101001000101'\n"
BALANCE = "def share_balanced(low=48, high=80):\n    "
AND = "from itertools import permutations\nfrom analysis import occam\nf = occam.named_functions()['x0 AND x1']\n"
LUNCH = "import numpy as np\nfrom analysis import occam\nfunctions = occam.all_functions(3)\n"
PAC = "import numpy as np\ndef examples_needed(bits=20, error=0.1, delta=0.05):\n    m = np.arange(2, 5000)\n    "
GUESS = (
    "import numpy as np\ndef guess_error(ones, m=64, sets=3000, seed=7):\n    rng = np.random.default_rng(seed)\n"
    "    table = np.tile(np.arange(128) < ones, (sets, 1))\n    table = rng.permuted(table, axis=1)\n"
)
JUDGE = "def shows_learning(error, ones, m=64):\n    return guess_error(ones, m) - error > 0\n"
KNOB = "from analysis import occam\ndef mean_complexity(sigma_w, sigma_b=0.1, networks=300):\n"
NETS = "    e = occam.NetworkEnsemble(widths=(40,) * {depth}, activation={unit!r}, sigma_w=sigma_w, sigma_b={bias})\n"
MEAN = "    return float(occam.k_lz(occam.sample_functions(e, networks, seed=4)).mean())\n"
FAIR = (
    "import numpy as np\nfrom analysis import occam\ndef favourite(samples=200_000, seed=3):\n"
    "    p = occam.sample_prior(occam.NetworkEnsemble(), samples, seed=seed)\n    t = occam.ones(p.functions)\n"
)

#: Other right answers, by exercise: whole programs.
RIGHT = {
    "occam-words": [
        STRING + "words = ('0', '001', '10', '100', '1000', '101')",
        STRING + "words = '0.001.10.100.1000.101'.split('.')",
    ],
    "occam-balance": [
        "from scipy.stats import binom\n" + BALANCE + "return binom.cdf(high, 128, .5) - binom.cdf(low - 1, 128, .5)",
        "from fractions import Fraction\nfrom math import comb\n"
        + BALANCE
        + "return Fraction(sum(comb(128, t) for t in range(low, high + 1)), 2**128)",
    ],
    "occam-rename": [
        AND + "def largest_complexity(g):\n    return max(occam.k_lz(occam.orbit(g)))",
        AND
        + "def largest_complexity(g):\n    most = 0\n    for order in permutations(range(7)):\n"
        + "        most = max(most, float(occam.k_lz(occam.permute_inputs(g, order))[0]))\n    return most",
    ],
    "occam-lunch": [
        LUNCH
        + "def wrong_answers(target, seen):\n    return [sum(a != b for a, b in zip(f, target)) for f in functions"
        + " if all(f[i] == target[i] for i in seen)]",
        LUNCH
        + "def wrong_answers(target, seen):\n    fit = functions[occam.fits(functions, seen, target[seen])]\n"
        + "    return (8 - len(seen)) * occam.off_training_errors(fit, target, seen)",
    ],
    "occam-examples": [
        PAC
        + "nats = bits * np.log(2) + np.log(2 * m / delta)\n    return int(m[1 - np.exp(-nats / (m - 1)) <= error][0])",
        PAC + "return m[(bits * np.log(2) + np.log(2 * m / delta) <= -np.log1p(-error) * (m - 1)).argmax()]",
    ],
    "occam-guess": [
        GUESS
        + "    guess = table[:, :m].sum(axis=1) > m / 2\n    return (table[:, m:] != guess[:, None]).mean()\n"
        + JUDGE,
        GUESS
        + "    seen = table[:, :m].mean(axis=1)\n    rest = table[:, m:].mean(axis=1)\n"
        + "    return float(np.where(seen > 0.5, 1 - rest, rest).mean())\n"
        + JUDGE,
    ],
    "occam-knob": [
        KNOB + NETS.format(depth=10, unit="tanh", bias="sigma_b") + MEAN,
        KNOB
        + NETS.format(depth=10, unit="tanh", bias="sigma_b")
        + MEAN.replace("seed=4", "seed=9").replace("float", ""),
    ],
    "occam-favourite": [
        FAIR
        + "    order = [i for i in np.argsort(-p.counts) if 48 <= t[i] <= 80]\n"
        + "    return p.functions[order[0]], p.counts[order[0]]",
        FAIR
        + "    counts = np.where(abs(t - 64) <= 16, p.counts, 0)\n    i = counts.argmax()\n"
        + "    return p.functions[i:i + 1], int(counts[i])",
    ],
}
#: Typical wrong answers and what each hears.
WRONG = {
    "occam-words": [
        (STRING + "words = ['0', '00', '1', '10', '100', '1000', '101']", "Word 2, '00' is too short"),
        (STRING + "words = ['0', '001', '101', '00', '1000', '101']", "Word 3, '101' is too long"),
        (STRING + "words = ['0', '001', '10', '100', '1000']", "end before the string does"),
        (STRING + "words = ['0', '1']", "Word 2, '1' does not stand"),
    ],
    "occam-balance": [
        (
            "from math import comb\n" + BALANCE + "return sum(comb(128, t) for t in range(low, high)) / 2**128",
            "include both ends",
        ),
        (BALANCE + "return (high - low + 1) / 129", "Count the choices of 64"),
        (BALANCE + "return 0.9966", "sum over every number"),
        (
            "from math import comb\n" + BALANCE + "return sum(comb(128, t) for t in range(low, high + 1))",
            "between 0 and 1",
        ),
    ],
    "occam-rename": [
        (AND + "def largest_complexity(g):\n    return 24.5 if len(g) else 0", "through every permutation"),
        (
            AND
            + "def largest_complexity(g):\n    return float(occam.k_lz(occam.permute_inputs(g, range(6, -1, -1)))[0])",
            "through every permutation",
        ),
        (AND + "def largest_complexity(g):\n    return 1000", "No order gives so many"),
        (AND + "def largest_complexity(g):\n    return occam.k_lz(occam.orbit(f)).max()", "depend on the function"),
    ],
    "occam-lunch": [
        (LUNCH + "def wrong_answers(target, seen):\n    return (functions != target).sum(axis=1)", "256 functions"),
        (LUNCH + "def wrong_answers(target, seen):\n    return [2.5] * 32", "training inputs that are given"),
        (
            LUNCH + "def wrong_answers(target, seen):\n    fit = functions[occam.fits(functions, seen, target[seen])]\n"
            "    return (fit == target).sum(axis=1)",
            "leave the seen inputs out",
        ),
        (
            LUNCH + "def wrong_answers(target, seen):\n    fit = functions[occam.fits(functions, seen, target[seen])]\n"
            "    return (fit != target).mean(axis=1)",
            "half are wrong",
        ),
    ],
    "occam-examples": [
        (PAC + "return m[bits * np.log(2) + np.log(2 * m / delta) <= error * (m - 1)][0]", "solve it for the error"),
        (PAC + "return m[(bits + np.log(2 * m / delta)) / (m - 1) <= -np.log(1 - error)][0]", "natural logarithm"),
        (PAC + "return 5 * bits", "take more"),
        (PAC + "return 40 * bits", "smallest number"),
    ],
    "occam-guess": [
        ("def guess_error(ones, m=64):\n    return min(ones, 128 - ones) / 128\n" + JUDGE, "minority of the rest"),
        (GUESS + "    return table[:, m:].mean()\n" + JUDGE, "not always guess 0"),
        (
            GUESS
            + "    guess = table[:, :m].sum(axis=1) > m / 2\n    return (table[:, :m] != guess[:, None]).mean()\n"
            + JUDGE,
            "minority of the rest",
        ),
        (
            GUESS
            + "    guess = table[:, :m].sum(axis=1) > m / 2\n    return (table[:, m:] != guess[:, None]).mean()\n"
            + "def shows_learning(error, ones, m=64):\n    return error < 0.5\n",
            "does better than this",
        ),
    ],
    "occam-knob": [
        (KNOB + NETS.format(depth=10, unit="relu", bias="sigma_b") + MEAN, "close to that of random functions"),
        (KNOB + NETS.format(depth=2, unit="tanh", bias="sigma_b") + MEAN, "use ten layers"),
        (KNOB + NETS.format(depth=10, unit="tanh", bias="0.1") + MEAN, "hand sigma_b on"),
        (KNOB + "    return 50 + 30 * sigma_w\n", "far below"),
    ],
    "occam-favourite": [
        (FAIR + "    i = p.counts.argmax()\n    return p.functions[i], int(p.counts[i])", "keep only those"),
        (
            FAIR + "    b = abs(t - 64) <= 16\n    return p.functions[b][0], int(p.counts[b].max()) + 1",
            "not how often",
        ),
        (
            FAIR + "    i = np.flatnonzero((abs(t - 64) <= 16) & (p.counts == 1))[0]\n    return p.functions[i], 1",
            "met more often",
        ),
    ],
}
