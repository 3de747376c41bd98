"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

_DENSE = (
    "from analysis import cnn_era\ndef dense_shares(key):\n    net = cnn_era.network(key)\n"
    "    t = cnn_era.count(net.layers, net.size)\n    d = t[t['kind'].str.startswith('linear')]\n"
    "    p, m = (d[w].sum() / t[w].sum() for w in ('parameters', 'macs'))\n    return {0}"
)
_STEPS = (
    "import numpy as np\nfrom scipy import stats\ndef halving_time(days, values, level=0.95):\n"
    "    w, d = np.diff(days), -np.diff(np.log(values))\n    n, h = len(w), np.log(2) * w.sum() / d.sum()\n"
    "    q = (1 + level) / 2\n    f = stats.f.ppf({0})\n    return {1}"
)
_BREAK = (
    "import numpy as np\ndef misfit(x, y, knot=None):\n    a = [np.ones_like(x), x]\n"
    "    if knot is not None:\n        a.append(np.maximum(0, x - knot))\n    a = np.column_stack(a)\n"
    "    return np.sum((y - a @ np.linalg.lstsq(a, y, rcond=None)[0]) ** 2)\n"
    "def false_break(x, y):\n    n = len(x)\n    two = min(misfit(x, y, k) for k in x[3:-3])\n    return {0}\n"
    "def share_of_false_breaks(series=100, seed=0):\n    r, seen = np.random.default_rng(seed), 0\n"
    "    for _ in range(series):\n        x = r.exponential(20, 41).cumsum()\n        y = {1}\n"
    "        seen += bool(false_break(x - x[0], y))\n    return {2}"
)
_BIC = "n * np.log(misfit(x, y) / two) > 2 * np.log(n)"
_FALL = "-r.exponential(0.14, 41).cumsum()"
_APART = "def take_apart(first=(60, 8), later=(2, 512)):\n    from math import log\n    (t, m), (u, k) = first, later\n"
_RENT = (
    "def rent(flop, peak, share, dollars):\n    return {0}\ndef share_for(flop, peak, budget, dollars):\n    return {1}"
)
_PAID = "flop / (peak * share * 3600) * dollars"
_PATCHES = (
    "import numpy as np\ndef by_patches(image, weights):\n    h, w, _ = image.shape\n"
    "    seen = np.lib.stride_tricks.sliding_window_view(image, (3, 3), axis=(0, 1))\n    return {0}"
)
_NEEDED = "import math\ndef steps_needed(apart=2.0, spread=1.0):\n    return {0}"
_POSSIBLE = "def possible(first, later, printed, halves):\n    a, b, c = halves\n    return {0}"

#: Other right answers, by exercise: whole programs.
RIGHT = {
    "cnn-separable": [
        "def saving(k, d):\n    return k**2 * d / (k**2 + d)",
        "def saving(k, d):\n    c, pixels = 8, 81\n    whole = k**2 * c * d * pixels\n"
        "    return whole / (k**2 * c * pixels + c * d * pixels)",
    ],
    "cnn-dense": [
        _DENSE.format("[round(p, 3), round(m, 3)]"),
        "from analysis import cnn_era\ndef dense_shares(key):\n    net = cnn_era.network(key)\n"
        "    t = cnn_era.count(net.layers, net.size)\n    dense = [kind[:6] == 'linear' for kind in t.kind]\n"
        "    return t[dense].parameters.sum() / t.parameters.sum(), t[dense].macs.sum() / t.macs.sum()",
    ],
    "cnn-im2col": [
        _PATCHES.format("np.einsum('hwcij,ijcd->hwd', seen, weights)"),
        _PATCHES.format(
            "(np.moveaxis(seen, 2, -1).reshape((h - 2) * (w - 2), -1) @ weights.reshape(-1, weights.shape[-1]))"
            ".reshape(h - 2, w - 2, -1)"
        ),
    ],
    "cnn-rounding": [
        _POSSIBLE.format("not ((first + a) / (later - b) < printed - c or (first - a) / (later + b) > printed + c)"),
        "import numpy as np\ndef possible(first, later, printed, halves):\n    a, b, c = halves\n"
        "    x = np.linspace(first - a, first + a, 201)\n    y = np.linspace(later - b, later + b, 201)\n"
        "    return bool((abs(x / y[:, None] - printed) <= c).any())",
    ],
    "cnn-steps": [
        _STEPS.format("q, 2 * n, 2 * n", "[h, h / f, h * f]"),
        "import math\nfrom scipy.stats import f\ndef halving_time(days, values, level=0.95):\n    n = len(days) - 1\n"
        "    h = (days[-1] - days[0]) / math.log2(values[0] / values[-1])\n"
        "    return h, h * f.ppf((1 - level) / 2, 2 * n, 2 * n), h * f.ppf((1 + level) / 2, 2 * n, 2 * n)",
    ],
    "cnn-false-break": [
        _BREAK.format(_BIC, _FALL, "seen / series"),
        _BREAK.format(
            "n * np.log(two) + 5 * np.log(n) <= n * np.log(misfit(x, y)) + 3 * np.log(n)", _FALL, "seen / series"
        ),
    ],
    "cnn-decompose": [
        _APART + "    return t / u, t * m / (u * k), log(k / m) / log(t / u)",
        "import numpy as np\ndef take_apart(first=(60, 8), later=(2, 512)):\n"
        "    a, b = np.array(first), np.array(later)\n    fast, less = a[0] / b[0], a.prod() / b.prod()\n"
        "    return np.array([fast, less, 1 - np.log(less) / np.log(fast)])",
    ],
    "cnn-apart": [
        "import math\ndef steps_needed(apart=2.0, spread=1.0):\n    n = 1\n"
        "    while 1.96 * math.sqrt(4 / (n / spread - 0.5) if n > spread else 9) > math.log(apart):\n        n += 1\n"
        "    return n",
        "from scipy.special import polygamma\nimport math\ndef steps_needed(apart=2.0, spread=1.0):\n    n = 1\n"
        "    while 1.96 * math.sqrt(4 * polygamma(1, n / spread)) > math.log(apart):\n        n += 1\n    return n",
    ],
    "cnn-rent": [
        _RENT.format(_PAID, "flop / (peak * 3600) * dollars / budget"),
        _RENT.format("round(" + _PAID + ", 2)", "rent(flop, peak, 0.5, dollars) / budget / 2"),
    ],
}
#: Typical wrong answers, by exercise, and what the message must speak of.
WRONG = {
    "cnn-separable": [
        ("def saving(k, d):\n    return 1 / d + 1 / k**2", "Upside down"),
        ("def saving(k, d):\n    return d", "One of the two parts"),
        ("def saving(k, d):\n    return k**2 + d", "share of the whole"),
        ("def saving(k, d):\n    return 7.890", "must change"),
    ],
    "cnn-dense": [
        (_DENSE.format("100 * p, 100 * m"), "per cent"),
        (_DENSE.format("m, p"), "other way round"),
        (_DENSE.format("p, 1 - m"), "Do the same|other way"),
        ("def dense_shares(key):\n    return 0.9617, 0.0809", "VGG-16"),
    ],
    "cnn-im2col": [
        (_PATCHES.format("np.einsum('hwcij,ijcd->hwd', seen, weights)[..., 0]"), "shape should be"),
        (_PATCHES.format("np.einsum('hwcij,ijcd->hwd', seen, weights[::-1, ::-1])"), "not turned round"),
        (
            _PATCHES.format(
                "(seen.reshape((h - 2) * (w - 2), -1) @ weights.reshape(-1, weights.shape[-1]))"
                ".reshape(h - 2, w - 2, -1)"
            ),
            "same order",
        ),
        (
            _PATCHES.format(
                "np.einsum('hwcij,ijcd->whd', seen, weights).reshape(h - 2, w - 2, -1)",
            ),
            "down the columns",
        ),
    ],
    "cnn-rounding": [
        (_POSSIBLE.format("abs(first / later - printed) <= c"), "ends of the ranges"),
        (_POSSIBLE.format("True"), "too wide"),
        (_POSSIBLE.format("(first + a) / (later - b) >= printed - c and first / later <= printed + c"), "low end"),
        (_POSSIBLE.format("(first - a) / (later + b) <= printed + c and printed >= 12"), "test both ends"),
    ],
    "cnn-steps": [
        (_STEPS.format("q, 2 * n, 2 * n", "-h, -h / f, -h * f"), "sign"),
        (_STEPS.format("q, 2 * n, 2 * n", "h / np.log(2), h / f, h * f"), "factor of e"),
        (_STEPS.format("q, n, n", "h, h / f, h * f"), "twice the number"),
        (_STEPS.format("level, 2 * n, 2 * n", "h, h / f, h * f"), "each end"),
        (_STEPS.format("q, 2 * n + 2, 2 * n + 2", "h, h / f, h * f"), "one fewer"),
        (_STEPS.format("q, 4, 4", "h, h / f, h * f"), "number of steps that the series has"),
        (_STEPS.format("0.975, 2 * n, 2 * n", "h, h / f, h * f"), "level that is given"),
        (_STEPS.format("q, 2 * n, 2 * n", "h / f, h, h * f"), "all days by all halvings|first"),
    ],
    "cnn-false-break": [
        (_BREAK.format("n * np.log(misfit(x, y) / two) > 0", _FALL, "seen / series"), "charge"),
        (_BREAK.format(_BIC, "-0.007 * x + r.normal(0, 0.1, 41)", "seen / series"), "running sum"),
        (_BREAK.format(_BIC, _FALL, "seen"), "between 0 and 1"),
        (_BREAK.format("False", _FALL, "0.8"), "clearly fall"),
        (_BREAK.format(_BIC, _FALL, "0.83"), "asked for"),
    ],
    "cnn-decompose": [
        (_APART + "    return t / u, t / u, log(k / m) / log(t / u)", "minutes times chips"),
        (_APART + "    return t / u, u * k / (t * m), log(k / m) / log(t / u)", "below one"),
        (_APART + "    return t / u, t * m / (u * k), (k / m) / (t / u)", "logarithm"),
        (_APART + "    return t / u, t * m / (u * k), log(t / u) / log(k / m)", "above one"),
        (_APART + "    return 30, 0.46875, 1.2228", "runs that are given"),
    ],
    "cnn-apart": [
        (_NEEDED.format("math.ceil(spread * 1.96 / math.log(apart))"), "root of the variance"),
        (_NEEDED.format("math.ceil(2 * (1.96 / math.log(apart)) ** 2 + 0.5)"), "both terms"),
        (_NEEDED.format("math.ceil(4 * (1.96 / math.log10(apart)) ** 2 + 0.5)"), "natural"),
        (_NEEDED.format("33"), "farther apart"),
        (_NEEDED.format("math.ceil(4 * (1.96 / math.log(apart)) ** 2 + 0.5)"), "counts half"),
    ],
    "cnn-rent": [
        (_RENT.format("flop / (peak * share) * dollars", "0.5"), "seconds"),
        (_RENT.format("flop / peak * share / 3600 * dollars", "0.5"), "takes longer"),
        (_RENT.format("flop / peak / 3600 * dollars", "0.5"), "full peak"),
        (_RENT.format(_PAID, "budget / rent(flop, peak, 1, dollars)"), "other way round"),
        (_RENT.format(_PAID, "0.4"), "is not the budget"),
    ],
}
