"""Published figures on tools that contradict themselves, their source or each other."""

from __future__ import annotations

from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number, amount
from analysis.toolbox.chapter import inputs

#: Bits of a number that is not rounded further, its bytes, and bits of a moment or a sum that is kept.
PLAIN_BITS, PLAIN_BYTES, WIDE_BITS = 16, 2, 32
#: Bits of a rounded number in the tables below, and of the fewest that a chip multiplies.
ROUNDED_BITS, FEWEST_BITS = 8, 4
#: Bits in which BitNet's kernel stores a weight of three values, as the paper says.
STORED_BITS = 2


def _bits(count: int) -> Number:
    """So many bits, as a text prints them."""
    return Number(count, ".0f", how="Bits of a number: width of the format that the sentence names")


# Fewer bits.


@erratum("bitnet-energy")
def eight_bit_sums() -> Erratum:
    """What a network of three-valued weights saves, if its sums are kept as wide as its chip keeps them."""
    fact = facts.load("toolbox")
    printed = fact["bitnet-energy-saving"].value
    product = fact["energy-7nm-add-fp16"].value + fact["energy-7nm-multiply-fp16"].value
    narrow, wide = (product / fact[f"energy-7nm-add-{kind}"].value for kind in ("int8", "int32"))
    return Erratum(
        title="An energy saved by sums that would overflow",
        source="ma2024",
        locator="section 3, Energy, and Figure 3",
        claim="Weights of three values save {printed} times the energy of a matrix product’s arithmetic.",
        finding="That is {narrow}, an addition and a multiplication in {plain} bits over one addition of two numbers "
        "of {few} bits, by the constants of its source, which we have second-hand. A sum of thousands of such numbers "
        "does not fit {few} bits. With additions of {wide} bits, as chips keep such sums, it is {recomputed}. The "
        "paper calls its figure an estimate.",
        correction="{printed} to {recomputed}, or say that the sums are of {few} bits",
        sure="likely",
        holds=not beyond_rounding(printed, narrow, 0.1) and printed > 2 * wide,
        numbers={
            "printed": Number(printed, ".1f"),
            "plain": _bits(PLAIN_BITS),
            "few": _bits(ROUNDED_BITS),
            "wide": _bits(WIDE_BITS),
            "narrow": Number(
                narrow, ".1f", how="Energy of a product in 16 bits over that of an addition in 8: both at 7 nm"
            ),
            "recomputed": Number(
                wide, ".1f", how="Energy of a product in 16 bits over that of an addition in 32: both at 7 nm"
            ),
        },
    )


@erratum("bitnet-bits")
def two_bits_stored() -> Erratum:
    """The bits of a title against those that the measurements were made with."""
    fact = facts.load("toolbox")
    printed, saved = fact["bitnet-bits"].value, fact["bitnet-3b-memory-saving"].value
    before, after = fact["bitnet-3b-memory-fp16"].value, fact["bitnet-3b-memory"].value
    whole, stored = PLAIN_BITS / printed, PLAIN_BITS / STORED_BITS
    return Erratum(
        title="A title of {printed} bits, measured with {recomputed}",
        source="ma2024",
        locator="title, against section 3 and Table 1",
        claim="All language models are in {printed} bits.",
        finding="Memory and time of the paper’s tables were measured with a kernel of {recomputed} bits, as its text "
        "says. From {plain} bits that is at most {stored} times less, where the title suggests {whole}. For the size "
        "that matches its rival the table has {saved} times, {before} GB against {after}, embeddings left as they are.",
        correction="“{printed} bits” to “{recomputed} bits” wherever memory or time is meant",
        sure="certain",
        holds=saved < stored < whole and not beyond_rounding(saved, before / after, 0.01, slack=0.01),
        numbers={
            "printed": Number(printed, ".2f"),
            "recomputed": Number(STORED_BITS, ".0f", how="Bits in which the paper’s kernel stores a weight"),
            "plain": _bits(PLAIN_BITS),
            "stored": Number(stored, ".0f", how="16 bits over the bits that the kernel stores"),
            "whole": Number(whole, ".0f", how="16 bits over the bits of the title"),
            "saved": Number(saved, ".2f"),
            "before": Number(before, ".2f"),
            "after": Number(after, ".2f"),
        },
    )


@erratum("nanochat-layer")
def forward_alone() -> Erratum:
    """A speed-up in 8 bits against the milliseconds of its own row."""
    fact = facts.load("toolbox")
    printed, step = fact["fp8-small-layer"].value, fact["fp8-small-throughput"].value
    forward, both = (
        fact[f"fp8-small-bf16-{part}"].value / fact[f"fp8-small-fp8-{part}"].value for part in ("forward", "both")
    )
    slow = fact["fp8-small-uncompiled-speed"].value
    slow_forward, slow_both = (
        fact[f"fp8-small-bf16-{part}"].value / fact[f"fp8-small-uncompiled-{part}"].value
        for part in ("forward", "both")
    )
    return Erratum(
        title="A column of speed-ups that changes what it counts",
        source="nanochat2026",
        locator="dev/LOG.md, 2 February 2026, table of the microbenchmark",
        claim="In {few} bits a layer of the MLP is {printed} times as fast; without compiling {slow} times.",
        finding="The first is the quotient of the forward passes, {forward}. With the backward pass, the column beside "
        "it, it is {recomputed}, and the same log measures {step} for the whole training. The last is nearly the "
        "quotient of both passes, {slow_both}; forward alone it would be {slow_forward}.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=not beyond_rounding(printed, forward, 0.01)
        and beyond_rounding(printed, both, 0.01, slack=0.01)
        and beyond_rounding(slow, slow_forward, 0.01, slack=0.01),
        numbers={
            "few": _bits(ROUNDED_BITS),
            "printed": Number(printed, ".2f"),
            "recomputed": Number(both, ".2f", how="Speed-up of a layer, forward and backward: ratio of milliseconds"),
            "forward": Number(forward, ".2f", how="Speed-up of a layer, forward alone: ratio of milliseconds"),
            "slow": Number(slow, ".2f"),
            "slow_forward": Number(
                slow_forward, ".2f", how="Uncompiled, forward alone: ratio of milliseconds to those in 16 bits"
            ),
            "slow_both": Number(
                slow_both, ".2f", how="Uncompiled, forward and backward: ratio of milliseconds to those in 16 bits"
            ),
            "step": Number(step, ".2f"),
        },
    )


@erratum("gpt3-widths")
def heads_beyond_the_width() -> Erratum:
    """The widths of two models against their heads, and a later paper that measured the printed one."""
    fact = facts.load("toolbox")
    printed, heads, head = (fact[f"gpt3-13b-{part}"].value for part in ("width", "heads", "head"))
    small, small_heads, small_head = (fact[f"gpt3-xl-{part}"].value for part in ("width", "heads", "head"))
    return Erratum(
        title="Widths that their heads do not fill",
        source="gpt3_2020",
        locator="Table 2.1, rows 13B and XL",
        claim="The second-largest model is {printed} wide and has {heads} heads of {head}; the "
        "fourth-smallest is {small} wide and has {small_heads} of {small_head}.",
        finding="The other six rows have heads times width of a head equal to the model’s width. These have "
        "{recomputed} and {filled}. The first looks like a slip of a digit, and went on: the paper on LLM.int8() "
        "times a product {again} wide.",
        correction="{printed} to {recomputed}; in the second row one of three numbers, we cannot say which",
        sure="likely",
        holds=heads * head != printed and small_heads * small_head != small and fact["int8-width-13b"].value == printed,
        numbers={
            "printed": Number(printed, ",.0f"),
            "recomputed": Number(heads * head, ",.0f", how="Width that the heads of 13B fill: heads times their width"),
            "heads": Number(heads, ".0f"),
            "head": Number(head, ".0f"),
            "small": Number(small, ",.0f"),
            "small_heads": Number(small_heads, ".0f"),
            "small_head": Number(small_head, ".0f"),
            "filled": Number(
                small_heads * small_head, ",.0f", how="Width that the heads of XL fill: heads times their width"
            ),
            "again": Number(fact["int8-width-13b"].value, ",.0f"),
        },
    )


# Fewer weights.


@erratum("torchao-sparse-sam")
def faster_and_slower() -> Erratum:
    """The speed-up of a pruned model against the images a second of its own row."""
    fact = facts.load("toolbox")
    printed, other = fact["sam-twofour-speed"].value, fact["sam-int8-speed"].value
    dense, pruned, rounded = (fact[f"sam-{kind}-rate"].value for kind in ("dense", "twofour", "int8"))
    return Erratum(
        title="The slower of two models, printed as the faster",
        source="torchao",
        locator="README of torchao/sparsity, table of segment-anything",
        claim="Two kept weights of four make the model {printed} times as fast, rounding to {few} bits {other} times.",
        finding="The table’s images a second, {pruned} and {rounded} against {dense}, make it {recomputed} and "
        "{other_recomputed}.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, pruned / dense, 0.01, slack=0.0005) and printed > other and pruned < rounded,
        numbers={
            "few": _bits(ROUNDED_BITS),
            "printed": Number(printed, ".2f"),
            "other": Number(other, ".2f"),
            "pruned": Number(pruned, ".2f"),
            "rounded": Number(rounded, ".2f"),
            "dense": Number(dense, ".2f"),
            "recomputed": Number(
                pruned / dense, ".2f", how="Speed-up of the model at 2:4: images a second over those of the dense one"
            ),
            "other_recomputed": Number(
                rounded / dense, ".3f", how="Speed-up of the model in 8 bits: images a second over the dense one’s"
            ),
        },
    )


# Fewer tokens looked at; adapters.


@erratum("nsa-decoding")
def expected_called_achieved() -> Erratum:
    """A speed-up of decoding that is a quotient of tokens, beside two that were measured."""
    fact = facts.load("toolbox")
    claimed = fact["nsa-decode-claimed"].value
    lengths = ("8k", "16k", "32k", "64k")
    quotients = [fact[f"nsa-tokens-full-{at}"].value / fact[f"nsa-tokens-{at}"].value for at in lengths]
    expected = [fact[f"nsa-decode-expected-{at}"].value for at in lengths]
    return Erratum(
        title="A speed-up achieved in the text and expected in its table",
        source="nsa2025",
        locator="section 5.2, against Table 4",
        claim="Decoding achieves up to {printed} times the speed at the longest context.",
        finding="The table that the sentence cites calls it expected: tokens that full attention reads over those that "
        "the sparse one reads, {full} over {read}, as in all four columns. No time of decoding is printed. What the "
        "paper did time there, the kernels of training, is {forward} times as fast forward and {backward} backward.",
        correction="“achieving up to {printed}” to “expecting up to {printed}”",
        sure="certain",
        holds=claimed == expected[-1]
        and not any(beyond_rounding(p, q, 0.1) for p, q in zip(expected, quotients, strict=True)),
        numbers={
            "printed": Number(claimed, ".1f"),
            "full": Number(fact["nsa-tokens-full-64k"].value, ",.0f"),
            "read": Number(fact["nsa-tokens-64k"].value, ",.0f"),
            "forward": Number(fact["nsa-forward-64k"].value, ".0f"),
            "backward": Number(fact["nsa-backward-64k"].value, ".0f"),
        },
    )


@erratum("lora-speedup")
def time_called_speed() -> Erratum:
    """A speed-up in the text against the two rates in its footnote."""
    fact = facts.load("toolbox")
    printed = fact["lora-speedup-printed"].value
    full, adapted = fact["lora-throughput-full"].value, fact["lora-throughput"].value
    faster, less = 100 * (adapted / full - 1), 100 * (1 - full / adapted)
    return Erratum(
        title="Less time, called more speed",
        source="hu2021",
        locator="section 4.2, against footnote 5",
        claim="Training GPT-3 with adapters is sped up by {printed} %.",
        finding="The footnote has {adapted} tokens a second where full fine-tuning has {full}: {recomputed} % more "
        "speed, or {less} % less time.",
        correction="“{printed} % speed-up” to “{printed} % less time”, or to {recomputed} %",
        sure="certain",
        holds=beyond_rounding(printed, faster, 1.0, slack=0.5) and not beyond_rounding(printed, less, 1.0, slack=0.5),
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(faster, ".0f", how="Gain in tokens a second, in per cent: with adapters over without"),
            "less": Number(less, ".1f", how="Time saved on a token, in per cent: one less the ratio of the rates"),
            "adapted": Number(adapted, ".1f"),
            "full": Number(full, ".1f"),
        },
    )


@erratum("lora-checkpoint")
def a_factor_without_a_row() -> Erratum:
    """The factor of an abstract against the ranks whose quality the paper prints."""
    fact = facts.load("toolbox")
    printed, said = fact["lora-parameters-times"].value, fact["lora-checkpoint"].value
    rank, width, layers = (fact[name].value for name in ("lora-rank", "gpt3-width", "gpt3-layers"))
    adapted = 2 * layers * 2 * width * rank
    full, least, most = (fact[f"lora-parameters-{name}"].value for name in ("full", "r1", "r8"))
    megabytes = PLAIN_BYTES * adapted / 1e6
    return Erratum(
        title="A factor between the two that the table was made with",
        source="hu2021",
        locator="abstract and section 4.2, against Table 4",
        claim="With adapters of rank {rank}, trained parameters fall {printed} times, and what is stored to {said} MB.",
        finding="Rank {rank} on two matrices of each layer is {adapted} parameters, {recomputed} times fewer, and "
        "{megabytes} MB by the bytes of the {gigabytes} GB beside it. The scores of the table belong to other "
        "ranks: {least} and {most} parameters, {least_times} and {most_times} times fewer.",
        correction="{printed} to {recomputed}, {said} MB to {megabytes}",
        sure="likely",
        holds=beyond_rounding(said, megabytes, 1.0)
        and beyond_rounding(printed, full / adapted, 100)
        and least < adapted < most,
        numbers={
            "printed": Number(printed, ",.0f"),
            "said": Number(said, ".0f"),
            "rank": Number(rank, ".0f"),
            "adapted": amount(adapted, how="Parameters of adapters: two factors for two matrices of each layer"),
            "recomputed": Number(
                full / adapted, ",.0f", how="Parameters of the model over those of its adapters: at that rank"
            ),
            "megabytes": Number(megabytes, ".0f", how="Megabytes of the adapters: two bytes a parameter"),
            "gigabytes": Number(fact["lora-checkpoint-full"].value, ".0f"),
            "least": amount(least),
            "most": amount(most),
            "least_times": Number(
                full / least, ",.0f", how="Parameters of the model over those of its smallest adapters"
            ),
            "most_times": Number(full / most, ",.0f", how="Parameters of the model over those of its largest adapters"),
        },
    )


@erratum("lora-memory")
def two_bills_for_one_job() -> Erratum:
    """The memory of full fine-tuning, a parameter, in two papers on how to avoid it."""
    fact = facts.load("toolbox")
    printed, size = fact["lora-memory-full"].value, fact["lora-parameters-full"].value
    other, other_size = fact["qlora-full-memory"].value, fact["qlora-size"].value
    each, other_each = 1e9 * printed / size, 1e9 * other / other_size
    counted = fact["zero-bytes"].value
    frozen = PLAIN_BYTES * size / 1e9
    return Erratum(
        title="What full fine-tuning needs, by two papers that avoid it",
        source="hu2021",
        locator="section 4.2, against section 1 of the paper on QLoRA",
        claim="Full fine-tuning of GPT-3 takes {printed} GB; adapters bring it to {adapted}.",
        finding="That is {each} bytes a parameter. QLoRA’s paper takes {other} GB for {other_size}, {other_each} "
        "bytes: weights and gradients in {plain} bits, two moments in {wide}. A master copy makes it {counted}. At "
        "those counts GPT-3 would need {recomputed} GB or {master}. And the {adapted} GB are the frozen weights, "
        "which alone take {frozen}.",
        correction="Say what is counted; with moments in {wide} bits, {printed} GB to {recomputed}",
        sure="open",
        holds=each < 0.75 * other_each and not beyond_rounding(fact["lora-memory"].value, frozen, 10),
        numbers={
            "printed": Number(printed, ",.0f"),
            "adapted": Number(fact["lora-memory"].value, ".0f"),
            "plain": _bits(PLAIN_BITS),
            "wide": _bits(WIDE_BITS),
            "other_size": amount(other_size),
            "each": Number(each, ".1f", how="Bytes a parameter, LoRA’s paper: its gigabytes over its parameters"),
            "other": Number(other, ".0f"),
            "other_each": Number(
                other_each, ".0f", how="Bytes a parameter, QLoRA’s paper: its gigabytes over its parameters"
            ),
            "counted": Number(counted, ".0f"),
            "recomputed": Number(
                other_each * size / 1e9, ",.0f", how="Gigabytes of GPT-3’s fine-tuning: at QLoRA’s bytes a parameter"
            ),
            "master": Number(
                counted * size / 1e9, ",.0f", how="Gigabytes of GPT-3’s fine-tuning: at ZeRO’s bytes a parameter"
            ),
            "frozen": Number(frozen, ".0f", how="Gigabytes of GPT-3’s weights: two bytes a parameter"),
        },
    )


# Borrowed learning.


@erratum("ulmfit-unlabelled")
def labels_alone() -> Erratum:
    """What 100 labelled examples are worth, in an abstract and in the introduction under it."""
    fact = facts.load("toolbox")
    printed, alone = fact["ulmfit-times"].value, fact["ulmfit-times-labels-alone"].value
    return Erratum(
        title="A multiple of the data that needs more data",
        source="howard2018",
        locator="abstract, against section 1",
        claim="With only {labels} labelled examples, fine-tuning matches training from scratch on {printed} times the "
        "data.",
        finding="The introduction gives {recomputed} times for the {labels} labelled examples of film reviews, and "
        "{printed} where {unlabelled} reviews without labels are given too.",
        correction="{printed} to {recomputed}, or name the {unlabelled} in the abstract",
        sure="certain",
        holds=alone < printed,
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(alone, ".0f"),
            "labels": Number(fact["ulmfit-labels"].value, ".0f"),
            "unlabelled": Number(fact["ulmfit-unlabelled"].value, ",.0f"),
        },
    )


# What a tool can change, better steps, do they multiply.

# New machines.


@erratum("cmos-headroom")
def further_from_a_fixed_limit() -> Erratum:
    """How far chips were from a limit, against how far a later and thriftier one is."""
    fact, chips = facts.load("toolbox"), facts.frame("toolbox_chips").set_index("chip")
    limit, printed = fact["cmos-limit"].value, fact["cmos-times"].value
    later = chips.loc[inputs.CHIP_LINE[-1]]
    each = 1e12 * 2 * later["bits8"] / later["watts"]
    return Erratum(
        title="A chip that came later, and stands further from the limit",
        source="ho2023cmos",
        locator="abstract, against the page on the paper",
        claim="The limit is {limit} operations in {fewest} bits a joule, {printed} times more than the processors of "
        "2023 do.",
        finding="A B200 of 2024 does {each}, dense and at its rated power: {recomputed} times fewer, although it came "
        "later. The page on the paper has {low} to {high} times. Which chip and which count of operations make it "
        "{printed}, we have not found.",
        correction="Name the chip and the count that make it {printed}, or {recomputed} for a B200",
        sure="open",
        holds=limit / each > 2 * printed,
        numbers={
            "fewest": _bits(FEWEST_BITS),
            "limit": Number(limit, ".1sci"),
            "printed": Number(printed, ".0f"),
            "each": Number(
                each, ".1sci", how="Operations in 4 bits a joule: twice those in 8 bits, dense, over rated watts"
            ),
            "recomputed": Number(limit / each, ".0f", how="Limit over the chip’s operations a joule"),
            "low": Number(fact["cmos-times-low"].value, ".0f"),
            "high": Number(fact["cmos-times-high"].value, ",.0f"),
        },
    )
