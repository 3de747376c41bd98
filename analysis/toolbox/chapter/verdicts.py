"""The rules by which the chapter's claims are judged."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number
from analysis.toolbox.attention_cost import savings
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chips import growth, trends
from analysis.toolbox.promises import median_share, promises, without_one
from analysis.toolbox.quantum import DAY, door, seconds_to_read

# TEC-1: borrow.

# TEC-2: whole.

#: Share of a promise, in the logarithm, that a whole step must keep in the median for a tool to count as supported, and
#: below which it counts as overstated.
KEPT, LITTLE = 2 / 3, 1 / 3
#: How many times faster a whole forward pass must be for sparse attention to count at a length.
FASTER = 1.5


def _word(kept: float) -> str:
    """What a median share kept by whole steps makes of a tool."""
    return "supported" if kept >= KEPT else "partly" if kept >= LITTLE else "overstated"


@rule(
    "TEC-2",
    "each tool has a word. Quantisation and pruning are supported if whole steps keep in the median at least "
    f"{KEPT:.0%} of what was promised, in the logarithm, overstated below {LITTLE:.0%}, partly between. Sparse "
    "attention is supported if in the median it divides the operations of forward passes of usual length by "
    f"{FASTER} or more, partly if only those of long ones, overstated otherwise. The claim is supported if all three "
    "are, overstated if two or more are, partly otherwise; wrong if whole steps keep nothing and forward passes are no "
    "shorter",
)
def tools_improve_efficiency() -> Judgement:
    """TEC-2: what whole steps keep of the promises, and what sparse attention does for a forward pass."""
    table = promises()
    families = ("quantisation", "pruning")
    whole = {family: median_share(table, "step", family) for family in families}
    stored = {family: median_share(table, "bytes", family) for family in families}
    ends = {family: without_one(table, "step", family) for family in families}
    gains = savings(list(inputs.LOOKED_AT), [inputs.SPARSE_USED, inputs.SPARSE_LONG], inputs.SPARSE_WAYS)
    used, long = (float(gains.loc[gains["context"] == at, "saving"].median()) for at in gains["context"].unique())
    attention = "supported" if used >= FASTER else "partly" if long >= FASTER else "overstated"
    words = [*(_word(kept) for kept in whole.values()), attention]
    if max(*whole.values(), long - 1) <= 0:
        verdict = "wrong"
    elif words.count("overstated") >= 2:
        verdict = "overstated"
    else:
        verdict = "supported" if set(words) == {"supported"} else "partly"
    numbers = {}
    for short, family in (("quantised", "quantisation"), ("pruned", "pruning")):
        told = f"Share of the promises of {family}, in the logarithm"
        for name, share, how in (
            (short, whole[family], "median of what whole steps keep"),
            (f"{short}_bytes", stored[family], "median of what stored bytes keep"),
            (f"{short}_low", ends[family][0], "the least that whole steps keep with one row left out"),
            (f"{short}_high", ends[family][1], "the most that whole steps keep with one row left out"),
        ):
            numbers[name] = Number(share, ".0%", how=f"{told}: {how}")
    ways = "FLOP of a forward pass over those with a window or with NSA, median of both and of six models"
    numbers |= {
        "used": Number(used, ".2f", how=f"Gain of sparse attention at usual length: {ways}"),
        "long": Number(long, ".1f", how=f"Gain of sparse attention on long texts: {ways}"),
        "usual": Number(inputs.SPARSE_USED, ",.0f", how="Usual length: an assumption of the rule, in tokens"),
        "longest": Number(inputs.SPARSE_LONG, ",.0f", how="Long texts: an assumption of the rule, in tokens"),
    }
    because = (
        f"Quantisation is {words[0]}: stored bytes keep {{quantised_bytes}} of the promise, whole steps {{quantised}} "
        "({quantised_low} to {quantised_high} with any one row left out). "
        f"Pruning is {words[1]}: {{pruned_bytes}} and {{pruned}} ({{pruned_low}} to {{pruned_high}}). "
        f"Sparse attention is {words[2]}: it divides the operations of a forward pass by {{used}} at {{usual}} tokens "
        "and by {long} at {longest}. Each improves something, and a whole step sees a part of it."
    )
    return Judgement(verdict, because, numbers)


# TEC-3: machines.

#: Years within which a watt, or a memory, must surely have come to do twice as much to count as a help: about the life
#: over which companies write such machines off.
WITHIN = 5.0
#: Confidence of the interval that must say so.
SURELY = 0.95
#: Beginning of the names of facts that say how many times faster a quantum computer trained a model.
QUANTUM_TRAINED = "quantum-trained-"


@rule(
    "TEC-3",
    "supported if all three kinds of machines helped, as measured so far; wrong if none did; partly otherwise. "
    f"Accelerators helped if the arithmetic of a watt surely doubles within {WITHIN:g} years, by the interval of "
    f"{SURELY:.0%} over the chips of our table; memories if their bandwidth does; quantum computers if a training was "
    "published that one made faster",
)
def machines_help() -> Judgement:
    """TEC-3: growth of a watt's arithmetic and of bandwidth over all chips; trainings by quantum computers."""
    table = inputs.matrix_chips()
    watt, memory = (growth(table["date"], table[measure], SURELY) for measure in ("per_watt", "bandwidth"))
    line = trends(inputs.CHIP_LINE)["times"]
    trained = [known for name, known in facts.load("toolbox").items() if name.startswith(QUANTUM_TRAINED)]
    helped = [watt.high <= WITHIN, memory.high <= WITHIN, any(known.value > 1 for known in trained)]
    verdict = "supported" if all(helped) else "partly" if any(helped) else "wrong"
    per_token, _, qubits, gate, tokens = inputs.door_start()
    days = seconds_to_read(tokens * 1e12 * per_token, door(qubits, 1e-6 * gate)) / DAY
    numbers = {
        "chips": Number(len(table), ".0f", how="Chips: a count of those in our table with units for matrices"),
        "watt": Number(watt.doubling, ".1f", how="Doubling time of a watt's arithmetic: least squares, years"),
        "watt_low": Number(watt.low, ".1f", how="The same, lower end: interval of 95 %"),
        "watt_high": Number(watt.high, ".1f", how="The same, upper end: interval of 95 %"),
        "memory": Number(memory.doubling, ".1f", how="Doubling time of the bandwidth of memory: least squares, years"),
        "memory_low": Number(memory.low, ".1f", how="The same, lower end: interval of 95 %"),
        "memory_high": Number(memory.high, ".1f", how="The same, upper end: interval of 95 %"),
        "power": Number(line["watts"], ".1f", how="Growth of a chip's power: B200 over V100"),
        "days": Number(
            days,
            ".1f",
            how="Days to read a corpus: its bits over one bit a logical qubit and operation",
        ),
    }
    quantum = (
        "A training that a quantum computer made faster was published."
        if helped[2]
        else "We found no training that a quantum computer made faster; by an optimistic estimate, reading a corpus "
        "alone would take it {days} days."
    )
    because = (
        "Over {chips} chips the arithmetic of a watt doubles in {watt} years ({watt_low} to {watt_high}) and the "
        "bandwidth of memory in {memory} ({memory_low} to {memory_high}); along one maker's line a chip also draws "
        f"{{power}} times the power. {quantum} Of the two chips that another article names, the maker of one closed, "
        "and the maker of the other calls its work a look-ahead. Whether the growth goes on is not measured."
    )
    return Judgement(verdict, because, {name: number for name, number in numbers.items() if f"{{{name}}}" in because})
