"""Other right answers to the chapter's exercises, and typical wrong ones with what each is told: whole programs."""

from __future__ import annotations

RIGHT: dict[str, list[str]] = {}
#: Wrong answers, by exercise, each with a word of the message that the student is given.
WRONG: dict[str, list[tuple[str, str]]] = {}

# Fewer bits.

_STORED = (
    "def stored(block, scale, group=None, constant=0):\n    return {bits}\n"
    "def table():\n    return {{'NVFP4': stored(16, 8), 'MXFP4': stored(32, 8), 'Q4_0': stored(32, 16), "
    "'NF4': stored(64, 8, 256, 32)}}\n"
)
RIGHT["toolbox-stored"] = [
    # all bits of a block, then a share
    _STORED.format(bits="(4 * block + scale + (constant / group if group else 0)) / block"),
    "from analysis.deepseek.memory import bits_per_weight as bits\n"
    + _STORED.format(bits="bits(4, block, bits(scale, group or 0, constant))"),
]
WRONG["toolbox-stored"] = [
    (_STORED.format(bits="4 + scale"), "belongs to the whole block"),
    (_STORED.format(bits="4 + scale / 16"), "Use the block"),
    (_STORED.format(bits="4 + scale / block"), "constants of the scales"),
    (_STORED.format(bits="4 + scale / block + (constant / group if group else 0)"), "serves 256 scales"),
]
_BLOCK = (
    "from analysis import toolbox\ndef best_block(scale=8):\n"
    "    return max([8, 16, 32, 64, 128, 256, 512], key=lambda n: {left})\n"
)
RIGHT["toolbox-block"] = [
    # as the code that gives as much: bits of the code less those of the scale
    _BLOCK.format(left="toolbox.snr(4, n) / 6.02 - scale / n"),
]
WRONG["toolbox-block"] = [
    (_BLOCK.format(left="toolbox.snr(4, n)"), "smallest block makes least noise"),
    (_BLOCK.format(left="-scale / n"), "largest block has the cheapest"),
    (_BLOCK.format(left="toolbox.snr(4, n) - scale / n"), "subtract 6.02"),
    (_BLOCK.format(left="toolbox.snr(4, n) - 6.02 * 8 / n"), "Use the scale"),
]

# Fewer weights.

_PLACES = "import math\ndef stored(bits=16, n=2, m=4):\n    place = {place}\n    return {stored}, {least}\n"
_UP, _SHORTER = "math.ceil(math.log2(m))", "min(n * (bits + place) / m, n * bits / m + 1)"
_LEAST = "math.log2(math.factorial(m) / math.factorial(n) / math.factorial(m - n)) / m"
RIGHT["toolbox-places"] = [_PLACES.format(place="(m - 1).bit_length()", stored=_SHORTER, least=_LEAST)]
WRONG["toolbox-places"] = [
    (_PLACES.format(place=_UP, stored="n * bits / m", least=_LEAST), "without their places"),
    (_PLACES.format(place=_UP, stored="n * (bits + place)", least=_LEAST), "divide by their number"),
    (_PLACES.format(place=_UP, stored="n * (bits + place) / m", least=_LEAST), "the map is shorter"),
    (_PLACES.format(place=_UP, stored="n * bits / m + 1", least=_LEAST), "the list is shorter"),
    (_PLACES.format(place="math.log2(m)", stored=_SHORTER, least=_LEAST), "a whole number of bits"),
    (_PLACES.format(place=_UP, stored=_SHORTER, least="math.log2(math.comb(m, n))"), "divide by their number"),
    (_PLACES.format(place=_UP, stored=_SHORTER, least="n * place / m"), "six ways"),
    (_PLACES.format(place=_UP, stored=_SHORTER, least="math.log2(6) / 4"), "choices of n from m"),
]
_PRICE = (
    "import numpy as np\nfrom analysis import toolbox\n"
    "def thrown_away(weights, m):\n    weights = np.asarray(weights)\n"
    "    {mask}\n    return (weights[~mask.ravel()] ** 2).sum() / (weights**2).sum()\n"
    "def smallest(weights):\n    for m in 2 ** np.arange({first}, 17):\n"
    "        if thrown_away(weights, m) <= {most} * thrown_away(weights, len(weights)):\n            return int(m)\n"
)
_MASK = "mask = toolbox.keep_n_of_m(np.abs(weights)[:, None], int(m) // 2, int(m))"
RIGHT["toolbox-pattern-price"] = [_PRICE.format(mask=_MASK, first=1, most=1.1)]
WRONG["toolbox-pattern-price"] = [
    (_PRICE.format(mask=_MASK.replace("np.abs(weights)", "-np.abs(weights)"), first=1, most=1.1), "larger half stays"),
    (_PRICE.format(mask=_MASK.replace("np.abs(weights)", "weights"), first=1, most=1.1), "Compare sizes|larger half"),
    (_PRICE.format(mask="mask = toolbox.keep_largest(np.abs(weights), 0.5)", first=1, most=1.1), "its own half"),
    (_PRICE.format(mask=_MASK, first=1, most=1.5), "take larger ones"),
    (_PRICE.format(mask=_MASK, first=9, most=1.1), "find the smallest"),
]

# Fewer tokens looked at; adapters.

_ADAPTERS = (
    "def adapters(rank=16, layers=80, width=8192, keys=1024, inner=28672):\n"
    "    shapes = 2 * [(width, width)] + 2 * [(width, keys)] + 3 * [(width, inner)]\n"
    "    parameters = {count}\n    return parameters, {kept}\n"
)
_EACH = "layers * sum(rank * (p + q) for p, q in shapes)"
RIGHT["toolbox-adapters"] = [
    _ADAPTERS.format(count=_EACH, kept="16 * parameters"),
    # the shapes of A and B, written out
    _ADAPTERS.format(count="layers * sum(rank * p + q * rank for p, q in shapes)", kept="(2 + 2 + 12) * parameters"),
]
WRONG["toolbox-adapters"] = [
    (_ADAPTERS.format(count="sum(rank * (p + q) for p, q in shapes)", kept="0"), "one layer"),
    (_ADAPTERS.format(count="layers * sum(rank * q for p, q in shapes)", kept="0"), "Both A and B"),
    (_ADAPTERS.format(count="layers * sum(p * q for p, q in shapes)", kept="0"), "two thin ones"),
    (_ADAPTERS.format(count="layers * sum(rank * (p + q) for p, q in shapes[:4])", kept="0"), "Seven matrices"),
    (_ADAPTERS.format(count=_EACH, kept="2 * parameters"), "Bytes"),
    (_ADAPTERS.format(count="207093760", kept="16 * parameters"), "Use the shape"),
]
_BILL = (
    "import numpy as np\n"
    "def bill(N=7_504_658_432, layers=32, heads=32, d=128, w=4_096, L=131_072):\n"
    "    look, t = 4 * layers * heads * d, np.arange(1, L + 1)\n"
    "    even = {even}\n    return even, (2 * N + look * {full}) / (2 * N + look * {window})\n"
)
_EVEN, _WINDOW = "N / (layers * heads * d) - 1", "np.minimum(t, w).mean()"
RIGHT["toolbox-even"] = [
    _BILL.format(even=_EVEN, full="t.mean()", window=_WINDOW),
    # the sum of the early tokens in closed form
    _BILL.format(even=_EVEN, full="t.mean()", window="(t.mean() if L <= w else w - w * (w - 1) / (2 * L))"),
]
WRONG["toolbox-even"] = [
    (_BILL.format(even="2 * N / look", full="t.mean()", window=_WINDOW), "half of the text"),
    (_BILL.format(even="2 * (4 * N / look)", full="t.mean()", window=_WINDOW), "two FLOP in attention"),
    (_BILL.format(even="N", full="t.mean()", window=_WINDOW), "solve 2 N"),
    (_BILL.format(even=_EVEN, full="1", window=_WINDOW), "the matrices in both"),
    (_BILL.format(even=_EVEN, full="L", window="w"), "last token"),
    (_BILL.format(even=_EVEN, full="t.mean()", window="w"), "first tokens"),
    (_BILL.format(even=_EVEN, full="t.mean()", window="w / 2"), "over all places"),
    (_BILL.format(even=_EVEN, full="t.mean()", window="4032.03"), "longer than the text"),
]

# Borrowed learning.

_BORROWED = (
    "K, ALPHA, BETA = 1.9e4, 0.18, 0.38\ndef borrowed(N=1e9, D=3e6):\n"
    "    more = K * N**BETA * D ** (ALPHA - 1)\n    return {answer}\n"
)
_LAST = "(K * N**BETA) ** (1 / (1 - ALPHA))"
RIGHT["toolbox-borrowed"] = [
    # by logarithms
    "from math import exp, log\ndef borrowed(N=1e9, D=3e6):\n    c = log(1.9e4) + 0.38 * log(N)\n"
    "    return 1 + exp(c - 0.82 * log(D)), exp(0.82 * log(10)), exp(c / 0.82)\n",
]
WRONG["toolbox-borrowed"] = [
    (_BORROWED.format(answer=f"more * D, 10 ** (1 - ALPHA), {_LAST}"), "divide by your own"),
    (_BORROWED.format(answer=f"more, 10 ** (1 - ALPHA), {_LAST}"), "add one"),
    (_BORROWED.format(answer=f"1 + more, 10**ALPHA, {_LAST}"), "divided among ten times"),
    (_BORROWED.format(answer=f"1 + more, 10.0, {_LAST}"), "one less alpha"),
    (_BORROWED.format(answer="1 + more, 10 ** (1 - ALPHA), K * N**BETA"), "set the second term to one"),
    (_BORROWED.format(answer=f"1 + more, 10 ** (1 - ALPHA), {_LAST.replace('N', '1e9')}"), "Use the size"),
]
_AHEAD = (
    "import numpy as np\ndef ahead(description='trained on six digits', splits=range(4), accuracy=None):\n"
    "    ours = np.array([accuracy(description, s) for s in splits])\n"
    "    theirs = np.array([accuracy('pixels', s) for s in splits])\n    n = len(ours)\n    return {answer}\n"
)
RIGHT["toolbox-too-narrow"] = [
    # the error by scipy, with the starter's accuracy written with arrays
    "import numpy as np\nfrom scipy import stats\nfrom analysis.toolbox import few_shot\n"
    "def accuracy(description, split):\n"
    "    (_, y), x, new = few_shot.digits(), few_shot.describe(description, split), few_shot.split(split)[1]\n"
    "    drawn = [few_shot.episode(y, new, 5, np.random.default_rng(k)) for k in range(10)]\n"
    "    said = [few_shot.nearest_mean(x[d.learned], y[d.learned], x[d.tested]) for d in drawn]\n"
    "    return np.mean([s == y[d.tested] for s, d in zip(said, drawn)])\n"
    "def ahead(description='trained on six digits', splits=range(4), accuracy=accuracy):\n"
    "    gaps = [accuracy(description, s) - accuracy('pixels', s) for s in splits]\n"
    "    return np.mean(gaps), stats.sem(gaps)\n",
]
WRONG["toolbox-too-narrow"] = [
    (_AHEAD.format(answer="np.mean(theirs - ours), 0.0"), "the description less the pixels"),
    (_AHEAD.format(answer="ours[0] - theirs[1], 0.0"), "the description less the pixels"),
    (_AHEAD.format(answer="ours[1] - theirs[0], 0.0"), "on the same split"),
    (
        _AHEAD.format(answer="np.mean(ours - theirs), np.hypot(np.std(ours), np.std(theirs)) / n**0.5"),
        "difference within each split",
    ),
    (_AHEAD.format(answer="np.mean(ours - theirs), np.std(ours - theirs, ddof=1)"), "smaller by the root"),
    (_AHEAD.format(answer="np.mean(ours - theirs), np.std(ours - theirs) / n**0.5"), "with n - 1"),
]

# New machines.

_READ = "def read_once(tokens=15e12, bits=17, qubits=10_000, gate=10e-6, card=3.35e12):\n    return {days}, {like}\n"
RIGHT["toolbox-door-days"] = [
    _READ.format(days="tokens * bits * gate / qubits / 3600 / 24", like="card / (1 / gate / 8)"),
]
WRONG["toolbox-door-days"] = [
    (_READ.format(days="tokens * gate / qubits / 86400", like="8 * card * gate"), "more than one bit"),
    (_READ.format(days="tokens * bits * gate / qubits", like="8 * card * gate"), "these are seconds"),
    (_READ.format(days="tokens * bits * gate / qubits / 86400", like="card * gate"), "a byte has eight bits"),
    (_READ.format(days="tokens * bits * gate / 10_000 / 86400", like="8 * card * gate"), "use what the function"),
    (_READ.format(days="tokens * bits * gate / qubits / 86400", like="8 * card"), "as many bits a second"),
]
_SHEET = (
    "def joules(peak=989.5, watts=700, flop=1.458e15, spent=1612):\n"
    "    promised, taken = {promised}, {taken}\n    return promised, taken, {share}\n"
)
RIGHT["toolbox-sheet-joules"] = [
    _SHEET.format(promised="watts / peak", taken="1e12 * spent / flop", share="(watts * flop) / (1e12 * peak * spent)"),
]
WRONG["toolbox-sheet-joules"] = [
    (_SHEET.format(promised="peak / watts", taken="1e12 * spent / flop", share="promised / taken"), "turn it over"),
    (_SHEET.format(promised="watts / peak", taken="spent / flop", share="promised / taken"), "in units of"),
    (_SHEET.format(promised="watts / peak", taken="1e12 * spent / flop", share="taken / promised"), "delivered less"),
    (_SHEET.format(promised="700 / peak", taken="1e12 * spent / flop", share="promised / taken"), "half the printed"),
]

# What a tool can change.

_PART = "def part(before=717.6, after=675.3, factor=1.25):\n    f = {share}\n    return f, {best}\n"
RIGHT["toolbox-part"] = [
    _PART.format(share="(before - after) / before / (factor - 1) * factor", best="1 / (1 - f)"),
    # from the speed-up, and the limit as a very large factor
    "def part(before=717.6, after=675.3, factor=1.25):\n    S = before / after\n"
    "    f = (1 - 1 / S) / (1 - 1 / factor)\n    return f, before / (before - f * before)\n",
]
WRONG["toolbox-part"] = [
    (_PART.format(share="1 - after / before", best="1 / (1 - f)"), "what the whole step saved"),
    (_PART.format(share="(1 - after / before) / (factor - 1)", best="1 / (1 - f)"), "not by s - 1"),
    (_PART.format(share="(1 - after / before) / (1 - 1 / factor)", best="1 / f"), "not the part"),
    (_PART.format(share="(1 - after / before) / (1 - 1 / factor)", best="2.0"), "1 - f of the time is left"),
    (_PART.format(share="(1 - 675.3 / 717.6) / (1 - 1 / 1.25)", best="1 / (1 - f)"), "found again"),
]

# Do they multiply?

_HALF = (
    "import math\ndef stored(bits=4, kept=2, of=4, scale=0.5):\n"
    "    place = {place}\n    each = {each}\n    return each, 16 / each\n"
)
_PLACES = "math.ceil(math.log2(of)) if kept < of else 0"
RIGHT["toolbox-half-the-weights"] = [
    _HALF.format(place="(of - 1).bit_length() * (kept != of)", each="(kept * bits + kept * place) / of + scale"),
]
WRONG["toolbox-half-the-weights"] = [
    (_HALF.format(place="0", each="kept / of * bits + scale"), "places of what stays"),
    (_HALF.format(place="0", each="kept / of * (bits + scale)"), "belong to blocks of the full matrix"),
    (_HALF.format(place=_PLACES, each="kept / of * bits + place + scale"), "a place for weights that are gone"),
    (_HALF.format(place=_PLACES, each="kept / of * (bits + place + scale)"), "each scale stays"),
    (_HALF.format(place="2 if kept < of else 0", each="kept / of * (bits + place) + scale"), "takes 3 bits"),
    (_HALF.format(place="math.ceil(math.log2(of))", each="kept / of * (bits + place) + scale"), "no places"),
]
