"""The rules by which the chapter's claims are judged."""

from __future__ import annotations

from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number
from analysis.toolbox.attention_cost import savings
from analysis.toolbox.chapter import inputs
from analysis.toolbox.promises import median_share, promises, without_one

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
