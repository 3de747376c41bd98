"""Published figures on training apart that contradict themselves, their source or each other."""

from __future__ import annotations

from analysis.distributed import published
from analysis.distributed.price import COMPUTE_POWER, fit_power_law
from analysis.kit import facts
from analysis.kit.errata import Erratum, beyond_rounding, erratum
from analysis.kit.numbers import Number

# What is sent, and how fast.

# What it costs.


@erratum("streaming-diloco-slope")
def slopes() -> Erratum:
    """The exponents of a text against those through the losses of its own table."""
    fact = facts.load("distributed")
    table = published.scores("C4")
    swept = table[(table["table"] == "Table 5") & table["flop"].notna() & (table["size"] != "4B")]
    plain = swept[swept["method"] == published.BASELINE]
    apart = swept[
        (swept["method"] == "Streaming DiLoCo") & (swept["steps_between"] == fact["streaming-local-steps"].value)
    ]
    by_flop, apart_by_flop = (fit_power_law(rows["flop"], rows["loss"]).exponent for rows in (plain, apart))
    by_size = COMPUTE_POWER * by_flop
    printed, second = -fact["streaming-slope-dp"].value, -fact["streaming-slope-diloco"].value
    return Erratum(
        title="Exponents that the losses of their own table do not give",
        source="douillard2025streaming",
        locator="section 3, against Table 5",
        claim="The loss falls with an exponent of {printed} data-parallel and of {second} by Streaming DiLoCo.",
        finding="A power law through the table's losses up to one billion parameters has {flop} in FLOP, and {apart} "
        "for Streaming DiLoCo; in parameters, of which compute is the square, {recomputed}. Only the order of the two "
        "is as printed. A law with a floor has larger exponents, and the text names none.",
        correction="Name the form of the law; without a floor, {printed} to {recomputed}",
        sure="open",
        holds=printed > 1.2 * by_size
        and beyond_rounding(printed, by_size, 1e-5, slack=0.01)
        and apart_by_flop > by_flop,
        numbers={
            "printed": Number(printed, ".3f"),
            "second": Number(second, ".3f"),
            "recomputed": Number(
                by_size, ".3f", how="Exponent of loss in parameters: twice that in FLOP, by six losses of the table"
            ),
            "flop": Number(by_flop, ".3f", how="Exponent of loss in FLOP: power law through six losses"),
            "apart": Number(
                apart_by_flop, ".3f", how="Exponent of loss in FLOP, Streaming DiLoCo: power law through six losses"
            ),
        },
    )


@erratum("streaming-diloco-v3")
def active_parameters() -> Erratum:
    """How much of DeepSeek-V3 works on a token, against its makers."""
    printed = facts.load("distributed")["streaming-v3-active"].value / 1e9
    made = facts.load("deepseek")["v3-parameters-active"].value / 1e9
    return Erratum(
        title="The active parameters of another firm’s model",
        source="douillard2025streaming",
        locator=facts.load("distributed")["streaming-v3-active"].locator,
        claim="Of DeepSeek-V3 {printed} billion parameters are activated.",
        finding="Its makers count {recomputed} billion for each token.",
        correction="{printed} to {recomputed}",
        sure="certain",
        holds=beyond_rounding(printed, made, 1.0),
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(made, ".0f", how="Active parameters of DeepSeek-V3: its makers' count, in billions"),
        },
    )


@erratum("charles-one-replica")
def one_replica() -> Erratum:
    """One replica at 10 billion parameters by two tables of one paper."""
    gaps = published.losses(["joint fit", "independent fit"])
    one = (gaps["size"] == "10B") & (gaps["replicas"] == 1) & (gaps["method"] != published.BASELINE)
    gaps = 100 * gaps[one].set_index("hyperparameters")["gap"]
    joint, alone = float(gaps["joint fit"]), float(gaps["independent fit"])
    return Erratum(
        title="A gain at 10 billion parameters that another table of the paper makes a loss",
        source="charles2025",
        locator="Table 4 of version 1, against Table 6 of version 2",
        claim="With one replica the loss of the model of 10 billion parameters differs from data-parallel training by "
        "{printed} %.",
        finding="With the learning rates of the other fit, the one that the baseline has too, it differs by "
        "{recomputed} %: a loss where the first is a gain. Both are right of their runs; a sentence that quotes one of "
        "them without its fit is not.",
        correction="Print both, {printed} % and {recomputed} %, with their fits",
        sure="certain",
        holds=joint < 0 < alone,
        numbers={
            "printed": Number(joint, "+.2f", how="Gap with rates by one law for all: quotient of losses less one"),
            "recomputed": Number(alone, "+.2f", how="Gap with rates by a law for one replica: quotient less one"),
        },
    )


# Runs in the wild.


@erratum("gsm1k-drop")
def superseded_drop() -> Erratum:
    """The largest drop in the first version of an abstract against the fourth."""
    fact = facts.load("distributed")
    printed, later = fact["gsm1k-drop-v1"].value, fact["gsm1k-drop"].value
    return Erratum(
        title="A drop that the paper’s own later version makes smaller",
        source="zhang2024gsm1k",
        locator="abstract, version 1, against version 4 and the proceedings",
        claim="On fresh questions the scores of models fall by up to {printed} %; the correlation with memorised "
        "questions is {r2} (squared, of ranks).",
        finding="The fourth version and the proceedings have up to {recomputed} % and {later}. Many pages still quote "
        "the first.",
        correction="{printed} to {recomputed}, where the first version is quoted",
        sure="certain",
        holds=printed > later,
        numbers={
            "printed": Number(printed, ".0f"),
            "recomputed": Number(later, ".0f"),
            "r2": Number(fact["gsm1k-r2-v1"].value, ".2f"),
            "later": Number(fact["gsm1k-r2"].value, ".2f"),
        },
    )


@erratum("deepspeed-onebit")
def title_against_text() -> Erratum:
    """The speed-up in the title of a post against its text and the paper behind it."""
    fact = facts.load("distributed")
    printed, text = fact["deepspeed-title-speedup"].value, fact["deepspeed-text-speedup"].value
    return Erratum(
        title="A speed-up that its post, its title and its paper each give otherwise",
        source="deepspeed2020onebit",
        locator="title, against the text",
        claim="With this optimiser, training is up to {printed} times faster.",
        finding="The text under that title says up to {recomputed}, and the abstract of the paper {paper}. All three "
        "may be of different runs; the post does not say.",
        correction="one figure, with the run that it is of",
        sure="likely",
        holds=beyond_rounding(printed, text, step=0.1),
        numbers={
            "printed": Number(printed, ".1f"),
            "recomputed": Number(text, ".1f"),
            "paper": Number(fact["onebit-throughput"].value, ".1f"),
        },
    )


@erratum("dgc-range")
def compression_range() -> Erratum:
    """The range of compression in an abstract against the sizes that it prints."""
    fact = facts.load("distributed")
    high = fact["dgc-high"].value
    before, after = fact["dgc-deepspeech-before"].value, fact["dgc-deepspeech-after"].value
    return Erratum(
        title="A compression beyond the range that its abstract gives",
        source="lin2018dgc",
        locator="abstract",
        claim="Gradients are compressed {low} to {printed} times.",
        finding="The same abstract has DeepSpeech go from {before} MB to {after} MB, which is {recomputed} times.",
        correction="“{printed}” to “{recomputed}”",
        sure="certain",
        holds=before / (after + 0.005) > high,
        numbers={
            "low": Number(fact["dgc-low"].value, ".0f"),
            "printed": Number(high, ".0f"),
            "before": Number(before, ".0f"),
            "after": Number(after, ".2f"),
            "recomputed": Number(
                before / after, ".0f", how="Compression of DeepSpeech’s gradient: its size before over its size after"
            ),
        },
    )
