"""The rules by which the chapter's claims are judged."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.claims import Judgement, rule
from analysis.kit.numbers import Number, roughly
from analysis.toolbox.attention_cost import savings
from analysis.toolbox.chapter import inputs
from analysis.toolbox.chips import growth, trends
from analysis.toolbox.few_shot import NEAREST, SIX, behind_pixels
from analysis.toolbox.fine_tuning import FULL
from analysis.toolbox.promises import median_share, promises, without_one
from analysis.toolbox.quantum import DAY, door, seconds_to_read
from analysis.toolbox.targets import FAR, NEAR
from analysis.toolbox.transfer import multiplier, multipliers

# TEC-1: borrow.

#: How many times the own data pre-training must be worth by the published law to count.
WORTH = 10.0
#: How many times the own data pre-training must be worth on each text of our own runs to count.
WORTH_HERE = 2.0
#: The standard errors by which a description must beat the pixels to count.
SURE = 2.0
#: The share of a dense model's training cost at or below which an architecture counts as cutting it.
CUT = 0.5


@rule(
    "TEC-1",
    "four parts are judged. Transfer from a broad source cuts if at "
    f"{roughly(inputs.LAW_SIZE)} parameters and {roughly(inputs.LAW_DATA)} characters the published law multiplies own "
    f"data by {WORTH:.0f} or more, and for all our networks that had read Python one from scratch needs "
    f"{WORTH_HERE:.0f} times as much of both other texts or more, at {inputs.LITTLE_DATA:,} own characters. Transfer "
    f"from a narrow source cuts if at {inputs.FEW} examples what was learned from six digits beats the pixels of new "
    f"ones by {SURE:.0f} standard errors. Few-shot learning cuts if GPT-3 scores with few examples what the best "
    "fine-tuned system of its day did. Architectures cut if a mixture of experts is reported to beat a dense model at "
    f"{CUT:.0%} of its training cost or less. The claim is supported if all four cut, wrong if all four fail, partly "
    "otherwise",
)
def borrowing_cuts_training() -> Judgement:
    """TEC-1: transfer by a law and by our own runs, few-shot learning, mixtures of experts."""
    known, runs = facts.load("toolbox"), inputs.transfer_runs()
    law = multiplier(inputs.LAW_SIZE, inputs.LAW_DATA)
    rows = multipliers(runs)
    here = rows[(rows["way"] == FULL) & (rows["symbols"] == inputs.LITTLE_DATA)].groupby("text")["times"].min()
    gaps = behind_pixels(inputs.digits_runs()).set_index(["classifier", "description", "shots"])
    gap = gaps.loc[(NEAREST, SIX, inputs.FEW)]
    few, best = known["gpt3-superglue-few"].value, known["gpt3-superglue-best"].value
    cost = known["qwen3-next-training"].value / 100
    parts = {
        "broad": law >= WORTH and bool((here.reindex([NEAR, FAR]) >= WORTH_HERE).all()),
        "narrow": bool(-gap["behind"] > SURE * gap["error"]),
        "few": few >= best,
        "architecture": cost <= CUT,
    }

    def word(*without: str) -> str:
        judged = [parts[part] for part in inputs.PARTS if part not in without]
        return "supported" if all(judged) else "partly" if any(judged) else "wrong"

    verdict = word()
    lowest = f"lowest of {runs['seed'].nunique()} seeds at {inputs.LITTLE_DATA:,} own symbols"
    numbers = {
        "law": Number(
            float(f"{law:.2g}"),
            ",.0f",
            how="Multiplier of own data: by the published law of transfer",
        ),
        "near": Number(here[NEAR], ".0f", how=f"Multiplier of own data in our networks, to English: {lowest}"),
        "far": Number(here[FAR], ".0f", how=f"Multiplier of own data in our networks, to C: {lowest}"),
        "gap": Number(
            100 * gap["behind"],
            ".1f",
            f" ± {100 * gap['half']:.1f}",
            how="Points by which pixels recognise new digits better than what was learned from six others: mean over "
            "splits with its interval of 95 %, nearest mean",
        ),
        "few": Number(few, ".1f", how="SuperGLUE of GPT-3 with few examples: as published"),
        "best": Number(best, ".1f", how="SuperGLUE of the best fine-tuned system then: as published"),
        "cost": Number(cost, ".0%", how="Training cost of a mixture of experts: over a dense model's, by its makers"),
    }
    because = (
        "Having learned from a broad source multiplies little data of one’s own: about {law} times by a published law, "
        "at least {near} and {far} times in our networks. From a source that is too narrow it hurt: what six digits "
        "taught recognises others {gap} points worse than their pixels. Few-shot learning needs no training when it is "
        "used, but a model that was trained before; GPT-3 then scored {few} where the best fine-tuned system had "
        "{best}. A mixture of experts cost {cost} of a dense model that it beats, as its makers say. "
        f"Without the narrow source, a control of our own, it would be {word('narrow')}; without few-shot learning "
        f"{word('few')}; without both {word('narrow', 'few')}."
    )
    return Judgement(verdict, because, numbers)


# TEC-2: whole.

#: The share of a promise, in the logarithm, that a whole step must keep in the median to count as supported.
KEPT = 2 / 3
#: The share of a promise, in the logarithm, below which what a whole step keeps counts as overstated.
LITTLE = 1 / 3
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
    once = {family: median_share(table, "step", family, each="source") for family in families}
    steps = table[(table["kind"] == "step") & table["family"].isin(families)]
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
            (f"{short}_low", ends[family][0], "the least that whole steps keep with one tool or source left out"),
            (f"{short}_once", once[family], "median of what whole steps keep, each source once"),
            (f"{short}_high", ends[family][1], "the most that whole steps keep with one tool or source left out"),
        ):
            numbers[name] = Number(share, ".0%", how=f"{told}: {how}")
    ways = "FLOP of a forward pass over those with a window or with NSA, median of both and of six models"
    numbers |= {
        "used": Number(used, ".2f", how=f"Gain of sparse attention at usual length: {ways}"),
        "long": Number(long, ".1f", how=f"Gain of sparse attention on long texts: {ways}"),
        "usual": Number(inputs.SPARSE_USED, ",.0f", how="Usual length: an assumption of the rule, in tokens"),
        "longest": Number(inputs.SPARSE_LONG, ",.0f", how="Long texts: an assumption of the rule, in tokens"),
    }
    gained = steps.groupby("family")["delivered"].median()
    numbers |= {
        "quantised_gain": Number(
            gained["quantisation"], ".1f", how="Whole step with quantisation: median of the times faster"
        ),
        "pruned_gain": Number(gained["pruning"], ".1f", how="Whole step with pruning: median of the times faster"),
        "better": Number(int((steps["delivered"] > 1).sum()), ".0f", how="Whole steps that became faster: a count"),
        "steps": Number(len(steps), ".0f", how="Whole steps of quantisation and pruning: a count"),
    }
    other = _word(once["pruning"])
    turned = f", which would be {other}" if other != words[1] else ""
    because = (
        "All improve something: {better} of {steps} whole steps became faster, in the median {quantised_gain} times by "
        "quantisation and {pruned_gain} times by pruning. "
        f"Quantisation is {words[0]}: stored bytes keep {{quantised_bytes}} of the promise, whole steps {{quantised}} "
        "({quantised_low} to {quantised_high} with any one tool or source left out, {quantised_once} with each source "
        f"once). Pruning is {words[1]}: {{pruned_bytes}} and {{pruned}} ({{pruned_low}} to {{pruned_high}}, and "
        f"{{pruned_once}}{turned}). "
        f"Sparse attention is {words[2]}: it divides the operations of a forward pass, counted and not timed, by "
        "{used} at {usual} tokens and by {long} at {longest}."
    )
    return Judgement(verdict, because, numbers)


# TEC-3: machines.

#: The years within which a watt, or a memory, must surely do twice as much to help: about the life in the accounts.
WITHIN = 5.0
#: The confidence of the interval that must say so.
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
    others = table[table["maker"] != inputs.OTHER_MAKER]
    other = growth(others["date"], others["per_watt"], SURELY)
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
        "other": Number(other.doubling, ".1f", how="The same: all chips but Google's, years"),
        "other_low": Number(other.low, ".1f", how="The same, lower end: interval of 95 %"),
        "other_high": Number(other.high, ".1f", how="The same, upper end: interval of 95 %"),
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
        "Over {chips} chips the arithmetic of a watt doubles in {watt} years ({watt_low} to {watt_high}), "
        f"without those of {inputs.OTHER_MAKER} in {{other}} ({{other_low}} to {{other_high}}), and the bandwidth of "
        "memory in {memory} ({memory_low} to {memory_high}); along one maker's line a chip also draws "
        f"{{power}} times the power. {quantum} Of the two chips that another article names, the maker of one closed, "
        "and the maker of the other calls its work a look-ahead. These numbers say what was, not what will be."
    )
    return Judgement(verdict, because, {name: number for name, number in numbers.items() if f"{{{name}}}" in because})
