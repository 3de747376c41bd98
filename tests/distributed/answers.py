"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

RIGHT: dict[str, list[str]] = {}
#: Wrong answers, by exercise, each with a word of the message that the student is given.
WRONG: dict[str, list[tuple[str, str]]] = {}

# Runs in the wild.

_MEETING = (
    "def meeting(minutes=38.0, seconds=469.0, wanted=0.9):\n    t = {unit} * minutes\n    return {used}, {longest}\n"
)
RIGHT["distributed-meeting"] = [
    _MEETING.format(unit=60, used="1 / (1 + seconds / t)", longest="(1 - wanted) / wanted * t"),
]
WRONG["distributed-meeting"] = [
    (_MEETING.format(unit=1, used="t / (t + seconds)", longest="t / 9"), "minutes"),
    (_MEETING.format(unit=60, used="1 - seconds / t", longest="t / 9"), "whole round"),
    (_MEETING.format(unit=60, used="t / (t + seconds)", longest="(1 - wanted) * t"), "not of the time of computing"),
]
_APART = (
    "import math\ndef apart(first=0.4421, second=0.4192, questions=570):\n    p = {share}\n"
    "    e = {errors} * p * (1 - p)\n    return {gap} / math.sqrt(e / questions), 4 * e / (second - first) ** 2\n"
)
RIGHT["distributed-questions"] = [
    _APART.format(share="(first + second) / 2", errors=2, gap="(second - first)"),
]
WRONG["distributed-questions"] = [
    (_APART.format(share="first", errors=1, gap="(second - first)"), "Both scores have an error"),
    (_APART.format(share="(first + second) / 2", errors=2, gap="(first - second)"), "negative"),
]

# What it costs.

_SETTLE = (
    "def settle(H=5, eta=0.1, h=(1.0, 3.0), b=(0.0, 1.0)):\n    w = [{weight} for c in h]\n"
    "    x = sum(v * p for v, p in zip(w, b)) / sum(w)\n    best = {best}\n    return x, x - best\n"
)
_BEST = "sum(c * p for c, p in zip(h, b)) / sum(h)"
RIGHT["distributed-settle"] = [
    # the fixed point found by walking: round after round
    "def settle(H=5, eta=0.1, h=(1.0, 3.0), b=(0.0, 1.0)):\n    x = 0.0\n    for _ in range(3000):\n"
    "        x = sum(p + (1 - eta * c) ** H * (x - p) for c, p in zip(h, b)) / len(h)\n"
    f"    return x, x - {_BEST}\n",
]
WRONG["distributed-settle"] = [
    (_SETTLE.format(weight="(1 - eta * c) ** H", best=_BEST), "what is left of the way"),
    (_SETTLE.format(weight="eta * c", best=_BEST), "met at every step"),
    (_SETTLE.format(weight="1", best=_BEST), "hardly met"),
    (_SETTLE.format(weight="1 - (1 - eta * c) ** 5", best=_BEST), "use the H"),
    (_SETTLE.format(weight="1 - (1 - eta * c) ** H", best="sum(b) / len(b)"), "Bias"),
]
_WORTH = "def worth(gap=0.005, exponent=0.095):\n    share = {share}\n    return share, {more}\n"
RIGHT["distributed-half-per-cent"] = [
    "import math\n" + _WORTH.format(share="math.exp(-2 * math.log1p(gap) / exponent)", more="(1 - share) / share"),
]
WRONG["distributed-half-per-cent"] = [
    (_WORTH.format(share="(1 + gap) ** (-1 / exponent)", more="1 / share - 1"), "share of the size"),
    (_WORTH.format(share="(1 + gap) ** (2 / exponent)", more="1 / share - 1"), "below one"),
    (_WORTH.format(share="1 / (1 + gap)", more="gap"), "not a share of compute"),
    (_WORTH.format(share="(1 + gap) ** (-2 / exponent)", more="1 - share"), "more than one less"),
    (_WORTH.format(share="(1 + gap) ** (-2 / 0.095)", more="1 / share - 1"), "exponent that the function is given"),
]
_FORECAST = (
    "import numpy as np\nSIZES = np.array([35e6, 90e6, 180e6, 335e6, 550e6, 1.3e9, 2.4e9])\n"
    "LOSSES = np.array([3.485, 3.167, 2.950, 2.784, 2.653, 2.460, 2.326])\n"
    "def forecast(sizes=SIZES, losses=LOSSES, at=10e9, together=2.090, apart=2.096):\n"
    "    slope, level = np.polyfit({x}, {y}, 1)\n    expected = {back}\n    miss = {miss}\n"
    "    return expected, miss, {times}\n"
)
_LOGS = {"x": "np.log(sizes)", "y": "np.log(losses)", "back": "np.exp(level + slope * np.log(at))"}
_MISS, _TIMES = "together / expected - 1", "miss / (apart / together - 1)"
RIGHT["distributed-forecast"] = [
    _FORECAST.format(x="np.log10(sizes)", y="np.log10(losses)", back="10**level * at**slope", miss=_MISS, times=_TIMES),
]
WRONG["distributed-forecast"] = [
    (
        _FORECAST.format(x="sizes", y="losses", back="level + slope * at", miss=_MISS, times=_TIMES),
        "not in size and loss",
    ),
    (
        _FORECAST.format(x="np.log(sizes)", y="losses", back="level + slope * np.log(at)", miss=_MISS, times=_TIMES),
        "logarithm of the losses",
    ),
    (_FORECAST.format(**_LOGS, miss="expected / together - 1", times=_TIMES), "above the forecast"),
    (_FORECAST.format(**_LOGS, miss=_MISS, times="miss / (apart - together)"), "Times"),
]
