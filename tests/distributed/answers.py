"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

from analysis.kit.chapters import CHAPTERS
from book.extension.exercises import exercises_in

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
    "def settle(H=5, eta=0.1, h=(1.0, 3.0), c=(0.0, 1.0)):\n    w = [{weight} for e in h]\n"
    "    x = sum(v * p for v, p in zip(w, c)) / sum(w)\n    best = {best}\n    return x, x - best\n"
)
_BEST = "sum(e * p for e, p in zip(h, c)) / sum(h)"
RIGHT["distributed-settle"] = [
    # the fixed point found by walking: round after round
    "def settle(H=5, eta=0.1, h=(1.0, 3.0), c=(0.0, 1.0)):\n    x = 0.0\n    for _ in range(3000):\n"
    "        x = sum(p + (1 - eta * e) ** H * (x - p) for e, p in zip(h, c)) / len(h)\n"
    f"    return x, x - {_BEST}\n",
]
WRONG["distributed-settle"] = [
    (_SETTLE.format(weight="(1 - eta * e) ** H", best=_BEST), "what is left of the way"),
    (_SETTLE.format(weight="eta * e", best=_BEST), "met at every step"),
    (_SETTLE.format(weight="1", best=_BEST), "hardly met"),
    (_SETTLE.format(weight="1 - (1 - eta * e) ** 5", best=_BEST), "use the H"),
    (_SETTLE.format(weight="1 - (1 - eta * e) ** H", best="sum(c) / len(c)"), "Bias"),
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

# What is sent, and how fast.

_RING = "def ring(parameters=10e9, machines=14, bits=16, line=0.32):\n    sent = {sent}\n    return sent, sent / {by}\n"
RIGHT["distributed-ring"] = [
    _RING.format(sent="2 * (machines - 1) * bits * (parameters / machines)", by="line / 1e9"),
    _RING.format(sent="2 * bits * parameters * (1 - 1 / machines)", by="(1e9 * line)"),
]
_ONCE = "bits * parameters * (machines - 1) / machines"
WRONG["distributed-ring"] = [
    (_RING.format(sent=_ONCE, by="(1e9 * line)"), "The finished sums"),
    (_RING.format(sent="bits * parameters * (machines - 1)", by="(1e9 * line)"), "it sends pieces"),
    (_RING.format(sent="2 * bits * parameters", by="(1e9 * line)"), "stays at home"),
    (_RING.format(sent=f"2 * {_ONCE}", by="(8e9 * line)"), "not in bytes"),
    (_RING.format(sent="2 * bits * parameters * 13 / 14", by="(1e9 * line)"), "nobody to send to"),
]
_LINE = (
    "import numpy as np\nfrom analysis import distributed\n"
    "def line_for(wanted, parameters, steps_between):\n    tried = np.geomspace(1e-4, 1e5, {points})\n"
    "    used = distributed.utilisation(tried, parameters, steps_between)\n    return {found}\n"
)
RIGHT["distributed-line"] = [
    _LINE.format(points=5_000, found="tried[used >= wanted][0]"),
    "from scipy.optimize import brentq\nfrom analysis import distributed\n"
    "def line_for(wanted, parameters, steps_between):\n"
    "    return brentq(lambda b: distributed.utilisation(b, parameters, steps_between) - wanted, 1e-3, 1e4)\n",
]
WRONG["distributed-line"] = [
    (_LINE.format(points=40, found="tried[used >= wanted][0]"), "in finer steps"),
    (_LINE.format(points=40, found="tried[used < wanted][-1]"), "towards faster lines"),
    (_LINE.format(points=5_000, found="tried[-1]"), "A slower line"),
]
_BITS = (
    "def exchanged(parameters=1e9, hours=0.67, step_seconds=0.1):\n    n = {seconds} * hours / step_seconds\n"
    "    sent = {size} * n / 1e12\n    return 16 * sent, {bits} * sent / {apart}, {unit!r}\n"
)
_GOOD = {"seconds": 3600, "size": "parameters", "bits": 4, "apart": 100, "unit": "terabits"}
RIGHT["distributed-terabits"] = [_BITS.format(**_GOOD)]
WRONG["distributed-terabits"] = [
    (_BITS.format(**_GOOD | {"seconds": 1}), "3,600 seconds"),
    (_BITS.format(**_GOOD | {"size": "parameters / 8"}), "a byte is eight"),
    (_BITS.format(**_GOOD | {"apart": 1}), "at every step"),
    (_BITS.format(**_GOOD | {"bits": 16}), "fewer bits"),
    (_BITS.format(**_GOOD | {"size": "1e9"}), "that the function is given"),
    (_BITS.format(**_GOOD | {"unit": "terabytes"}), "an eighth of them"),
]

# Our own runs.

_FEWER = (
    "import math\ndef fewer(kept=64, block=4096, value=2, plain=32, steps=30):\n"
    "    bits = {bits}\n    return bits, plain / bits, {run}\n"
)
_BITS, _RUN = "kept / block * (value + math.log(block) / math.log(2))", "plain / bits * steps"
RIGHT["distributed-fewer"] = [_FEWER.format(bits=_BITS, run=_RUN)]
WRONG["distributed-fewer"] = [
    (_FEWER.format(bits="kept / block * value", run=_RUN), "place"),
    (_FEWER.format(bits="value + math.log2(block)", run=_RUN), "Spread"),
    (_FEWER.format(bits="kept / block * (value + block.bit_length())", run=_RUN), "value and place"),
    (_FEWER.format(bits="kept / block * (value + 12)", run=_RUN), "base two"),
    (_FEWER.format(bits=_BITS, run="plain / bits"), "at every step"),
]
_TUNE = next(e.starter for e in exercises_in(CHAPTERS / "distributed.md") if e.id == "distributed-tune")
_TUNE = _TUNE.partition("def compare")[0] + (
    "def compare(loss=loss):\n"
    "    rates = [0.001 * 2.0**k for k in range({low}, {high})]\n"
    "    found = {{way: {{rate: loss(way, rate) for rate in rates}} for way in ('together', 'apart')}}\n"
    "    first, second = (min(found[way], key=found[way].get) for way in ('together', 'apart'))\n"
    "    {then}return first, second, found['{over}'][second] / found['{under}'][first] - 1\n"
)
RIGHT["distributed-tune"] = [_TUNE.format(low=-2, high=8, then="", over="apart", under="together")]
WRONG["distributed-tune"] = [
    (_TUNE.format(low=-2, high=4, then="", over="apart", under="together"), "largest rate"),
    (_TUNE.format(low=1, high=9, then="", over="apart", under="together"), "smallest rate"),
    (_TUNE.format(low=-2, high=9, then="second = first; ", over="apart", under="together"), "go on downwards"),
    (_TUNE.format(low=-2, high=9, then="", over="together", under="together"), "at its own best rate"),
]
