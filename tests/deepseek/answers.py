"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

#: Other right answers, by exercise: whole programs.
RIGHT = {
    "deepseek-experts": [
        "def in_experts(l, n, k, d, e):\n    return [float(l * n * d * e * 3), l * d * e * 3.0 * k]",
        "import numpy as np\ndef in_experts(l, n, k, d, e):\n    return tuple(3.0 * l * d * e * np.array([n, k]))",
    ],
    "deepseek-config": [
        "from analysis import deepseek\n"
        "def both_counts():\n"
        "    f = dict(model_type='llama', hidden_size=64, num_hidden_layers=2, intermediate_size=256, vocab_size=100)\n"
        "    a = deepseek.read_config({**f, 'num_attention_heads': 8})\n"
        "    b = deepseek.read_config({**f, 'num_attention_heads': 8, 'num_key_value_heads': 2})\n"
        "    return [deepseek.count_parameters(m).total for m in (a, b)]",
        "def both_counts():\n    rest = 2 * 6400 + 2 * (2 * 4096 + 3 * 64 * 256 + 128) + 64\n"
        "    return rest + 2 * 2 * 64 * 64, rest + 2 * 2 * 64 * 16",
    ],
    "deepseek-two-utilisations": [
        "def utilisation(f, p):\n    days = 2.664e6 / 24\n    return f * 14.8e12 / (days * 86_400) / p\n"
        "def factor():\n    return 2 * 2.5 / 2.2",
        "import numpy as np\ndef utilisation(f, p):\n    return np.float64(f) * 14.8e12 / (2.664e6 * 3600 * p)\n"
        "def factor():\n    return 2.27",
    ],
    "deepseek-ratio": [
        "import pandas as pd\ndef factors(a, b):\n    a, b = pd.Series(a), pd.Series(b)\n"
        "    u = [r.active * r.tokens / (r.hours * r.peak) for r in (a, b)]\n"
        "    return pd.Series([a.parameters / b.parameters, a.active / b.active * b.parameters / a.parameters,"
        " a.tokens / b.tokens, b.peak / a.peak, u[1] / u[0]])",
        "def factors(a, b):\n    n, t, p = (a[k] / b[k] for k in ('parameters', 'tokens', 'peak'))\n"
        "    w = (a['active'] / b['active']) / n\n    return n, w, t, 1 / p, a['hours'] / b['hours'] * p / (n * w * t)",
    ],
    "deepseek-even": [
        "def even(llama_multiplier=1):\n    return 61.68 * llama_multiplier / 5.58",
        "def even(llama_multiplier=1.0):\n    m = 1.0\n    while m * 5.576 < 61.68 * llama_multiplier:\n"
        "        m += 0.01\n    return m",
    ],
    "deepseek-cache-and-weights": [
        "def tokens_until_equal(L, G, w):\n    return round(w * 1e9 / (4 * 128 * L * G))",
        "def tokens_until_equal(L, G, w):\n    return int(w * 2**30 / (4 * 128 * L * G))",
    ],
    "deepseek-blocks": [
        "import numpy as np\nm = np.random.default_rng(1).standard_normal((16, 1024))\nm[3, 5] = 1000\n"
        "def errors():\n    kept, out = np.arange(16) != 3, []\n"
        "    for s in (np.full_like(m, abs(m).max() / 127),"
        " np.repeat(abs(m).reshape(16, 8, 128).max(2) / 127, 128, axis=1)):\n"
        "        e = (np.round(m / s) * s - m)[kept]\n"
        "        out.append(np.linalg.norm(e) / np.linalg.norm(m[kept]))\n    return out",
        "import numpy as np\nm = np.random.default_rng(0).standard_normal((16, 1024))\nm[0, 0] = 1000\n"
        "def errors():\n    one = np.floor(m / (1000 / 127) + 0.5) * 1000 / 127\n    many = m.copy()\n"
        "    for row in many:\n        for start in range(0, 1024, 128):\n            part = row[start:start + 128]\n"
        "            s = abs(part).max() / 127\n            part[:] = np.trunc(part / s + np.sign(part) / 2) * s\n"
        "    return [np.sqrt(((r - m)[1:] ** 2).sum() / (m[1:] ** 2).sum()) for r in (one, many)]",
    ],
    "deepseek-ties": [
        "import numpy as np\ndef count(d, tie):\n    d = np.array(d)\n"
        "    return (d > tie).sum(), (abs(d) <= tie).sum(), (d < -tie).sum()",
        "def count(d, tie):\n    r = [0, 0, 0]\n    for x in d:\n"
        "        r[1 if abs(x) <= tie else 0 if x > 0 else 2] += 1\n    return r",
    ],
    "deepseek-roofline": [
        "def machine(total, active, rate=10, bits=4.5):\n"
        "    return 2 * rate * active / 1e9 * bits / 8, total / 1e9 * bits / 8 / 0.9",
        "import numpy as np\ndef machine(total, active, rate=10, bits=4.5):\n"
        "    return np.array([rate * active / 0.5, total / 0.9]) * bits / 8e9",
    ],
    "deepseek-million": [
        "def price(a, y, h, r, w, e):\n    tokens = 365 * y * h * 3600 * r / 1e6\n"
        "    return (a + 365 * y * h * w / 1000 * e) / tokens",
        "def price(a, y, h, r, w, e):\n    seconds = 1e6 / r\n"
        "    return a * seconds / (y * 365.25 * h * 3600) + w * seconds / 3.6e6 * e",
    ],
}
_UTILISATION = "def utilisation(f, p):\n    return {0}\ndef factor():\n    return {1}"
_FACTORS = (
    "def u(r):\n    return 6 * r['active'] * r['tokens'] / (r['hours'] * 3600 * r['peak'])\n"
    "def factors(a, b):\n    n = a['parameters'] / b['parameters']\n    w = a['active'] / b['active']\n"
    "    t, p = a['tokens'] / b['tokens'], a['peak'] / b['peak']\n    return {0}"
)
_ROUNDED = (
    "import numpy as np\nm = np.random.default_rng(0).standard_normal((16, 1024))\nm[0, 0] = 1000\n"
    "b = m.reshape(16, 8, 128)\ndef r(x, s):\n    return np.rint(x / s) * s\ndef e(x, rows=slice(1, None)):\n"
    "    return np.linalg.norm((x - b)[rows]) / np.linalg.norm(b[rows])\n"
    "one, many = 1000 / 127, abs(b).max(-1, keepdims=True) / 127\ndef errors():\n    return {0}"
)
_PRICE = "def price(a, y, h, r, w, e):\n    return {0}"
_MACHINE = "def machine(total, active, rate=10, bits=4.5):\n    return {0}"
_CONFIG = (
    "from analysis import deepseek\ndef both_counts():\n"
    "    f = dict(model_type='llama', hidden_size=64, num_hidden_layers=2, intermediate_size=256, vocab_size=100)\n"
    "    return [deepseek.count_parameters(deepseek.read_config({{**f, **more}})).total for more in {0}]"
)
#: Typical wrong answers, by exercise, and what the message must speak of.
WRONG = {
    "deepseek-experts": [
        ("def in_experts(l, n, k, d, e):\n    return l * n * d * e, l * k * d * e", "three matrices"),
        ("def in_experts(l, n, k, d, e):\n    return n * 3 * d * e, k * 3 * d * e", "multiply layers"),
        ("def in_experts(l, n, k, d, e):\n    return l * n * 3 * d * e, l * (k + 1) * 3 * d * e", "At work"),
        ("def in_experts(l, n, k, d, e):\n    return 653_908_770_816, 20_434_649_088", "other numbers"),
    ],
    "deepseek-config": [
        (
            _CONFIG.format("[{'num_attention_heads': 8, 'num_key_value_heads': 2}, {'num_attention_heads': 8}]"),
            "return it first",
        ),
        (
            _CONFIG.format("[{'num_attention_heads': 8}, {'num_attention_heads': 8, 'num_key_value_heads': 4}]"),
            "six heads",
        ),
        ("def both_counts():\n    return 144_000, 131_712", "vocabulary"),
    ],
    "deepseek-two-utilisations": [
        (_UTILISATION.format("100 * f * 14.8e12 / (2.664e6 * 3600 * p)", 2.27), "per cent"),
        (_UTILISATION.format("f * 14.8e12 / (2.664e6 * p)", 2.27), "hours are hours"),
        (_UTILISATION.format("f * 14.8e12 / (2.664e6 * 3600 * 989.5e12)", 2.27), "twice the peak"),
        (_UTILISATION.format("f * 14.8e12 / (2.664e6 * 3600 * p)", 2), "Both may change"),
        (_UTILISATION.format("f * 14.8e12 / (2.664e6 * 3600 * p)", 0.44), "larger share"),
    ],
    "deepseek-ratio": [
        (_FACTORS.format("1 / n, n / w, t, 1 / p, u(b) / u(a)"), "Size"),
        (_FACTORS.format("n, w, t, 1 / p, u(b) / u(a)"), "Sparsity"),
        (_FACTORS.format("n, w / n, t, p, u(b) / u(a)"), "Peak"),
        (_FACTORS.format("n, w / n, t, 1 / p, u(a) / u(b)"), "Utilisation"),
        (_FACTORS.format("n, w / n, t, 1 / p, 1.25"), "other hours"),
    ],
    "deepseek-even": [
        ("def even(llama_multiplier=1.0):\n    return 5.576 / 61.68 * llama_multiplier", "Upside down"),
        ("def even(llama_multiplier=1.0):\n    return 61.68 - 5.576", "bills differ"),
        ("def even(llama_multiplier=1.0):\n    return 61.68 / 5.576", "Llama's bill grows"),
    ],
    "deepseek-cache-and-weights": [
        ("def tokens_until_equal(L, G, w):\n    return w * 1e9 / (2 * L * G * 128)", "a key and a value"),
        ("def tokens_until_equal(L, G, w):\n    return w / (4 * L * G * 128)", "billion bytes"),
        ("def tokens_until_equal(L, G, w):\n    return w * 1e9 / (4 * G * 128)", "layers"),
        ("def tokens_until_equal(L, G, w):\n    return 1_572_800", "must grow"),
    ],
    "deepseek-blocks": [
        (_ROUNDED.format("e(r(b, one)), e(r(b, one))"), "both|same"),
        (_ROUNDED.format("e(r(b, many)), e(r(b, one))"), "much the larger"),
        (_ROUNDED.format("e(r(b, one), slice(None)), e(r(b, many))"), "Leave out row 0"),
        (_ROUNDED.format("e(r(b, one)), e(np.rint(b / many))"), "same scale after"),
        (_ROUNDED.format("e(r(b, one)), e(b / many * many)"), "whole numbers"),
    ],
    "deepseek-ties": [
        ("def count(d, t):\n    return sum(x > t for x in d), sum(x == 0 for x in d), sum(x < -t for x in d)", "tie"),
        ("def count(d, t):\n    w = sum(x >= t for x in d)\n    return w, 0, len(d) - w", "either side"),
        (
            "def count(d, t):\n    w = sum(x > t for x in d)\n    l = sum(x < t and x < 0 for x in d)\n"
            "    return w, len(d) - w - l, l",
            "either side",
        ),
    ],
    "deepseek-roofline": [
        (_MACHINE.format("rate * active * bits / 8 / 0.5, total * bits / 8 / 0.9"), "billion"),
        (_MACHINE.format("rate * active * bits / 0.5 / 1e9, total * bits / 8e9 / 0.9"), "eight bits"),
        (_MACHINE.format("rate * active * bits / 8e9 * 0.5, total * bits / 8e9 / 0.9"), "not less"),
        (_MACHINE.format("rate * active * bits / 8e9, total * bits / 8e9 / 0.9"), "reaches half"),
        (_MACHINE.format("rate * total * bits / 4e9, total * bits / 8e9 / 0.9"), "only its active"),
        (_MACHINE.format("rate * active * bits / 4e9, active * bits / 8e9 / 0.9"), "must keep"),
    ],
    "deepseek-million": [
        (_PRICE.format("(a / (365 * y * h) + w / 1000 * e) / (3600 * r)"), "one token"),
        (_PRICE.format("1e6 * (a / (365 * y * h) + w / 1000 * e) / r"), "for a second"),
        (_PRICE.format("1e6 * (a / (365 * y * 24) + w / 1000 * e) / (3600 * r)"), "fewer hours"),
        (_PRICE.format("1e6 * (a / (365 * y * h) + w * e) / (3600 * r)"), "thousand watts"),
        (_PRICE.format("1e6 * a / (365 * y * h) / (3600 * r)"), "Electricity"),
    ],
}
